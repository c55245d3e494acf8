"""Failures of Python's doctest.

    File "/home/dev/doctest_mod.py", line 3, in __main__.add
    Failed example:
        add(1, 2)
    Expected:
        4
    Got:
        3

Defined in CPython's ``Lib/doctest.py`` (``DocTestRunner._failure_header``,
``OutputChecker.output_difference``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.python import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(doc: Document) -> Iterator[Trace]:
    """One trace a failed example; exceptions inside are Python's."""
    for line in doc.find("Failed example:"):
        place = line - 1
        if place < 0:
            continue
        found = FILE.match(doc.text, doc.starts[place], doc.ends[place])
        if not found:
            continue
        begin = doc.text.find("File", doc.starts[place])
        frame = doc.frame(place, begin, found.end(2), found[1], found[2], function=found[3])
        example, at = _block(doc, line + 1)
        expected, at = _block(doc, at + 1) if doc.line(at).strip() == "Expected:" else (None, at)
        got, at = (
            _block(doc, at + 1) if expected is not None and doc.line(at).strip() == "Got:" else (None, at)
        )
        doc.claim(place, at - 1)
        failed = expected is not None and got is not None
        stack = Stack(
            "Failed example" if failed else None,
            example if failed else "",
            (frame,),
            Relation.ROOT,
            doc.span(place, at - 1),
        )
        assertion = (
            Assertion(expected, got, labelled=True) if expected is not None and got is not None else None
        )
        yield trace_of("doctest", [stack], assertion=assertion, test=found[3])


def _block(doc: Document, at: int) -> tuple[str, int]:
    lines = []
    while at < len(doc) and doc.line(at).startswith("    ") and not doc.claimed[at]:
        lines.append(doc.line(at)[4:])
        at += 1
    return "\n".join(lines), at


FORMAT = Format("doctest", 25, ("Failed example:",), read)
