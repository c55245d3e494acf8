r"""Racket: uncaught exceptions, syntax errors, errortrace, rackunit.

    vector-ref: index is out of range
      index: 5
      context...:
       /home/dev/shop/a.rkt:3:0: total
       body of "/home/dev/shop/a.rkt"

    location:   t.rkt:3:0
    actual:     5
    expected:   4

Defined in Racket's ``racket/src/cs/rumble/error.ss`` and ``rackunit-lib/rackunit/private/format.rkt``.
Columns count from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = (
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:\"][^:\n]{0,600}):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9})|\.(?P<dot>\d{1,9}))"
)
_FRAME = rx(rf"[ \t]{{1,12}}{_PLACE}(?:: (?P<fn>\S.{{0,400}}?))?\s*$")
_BODY = rx(r"[ \t]{1,12}(?:body of |\.\.\.|[^\s:]{1,100}$|\[running body\])")
_REPEATS = rx(r"[ \t]{1,12}\[repeats (\d{1,9}) more times?\]")
_SECTION = rx(r"[ \t]{1,6}(context|errortrace|location)\.\.\.:\s*$")
_HEAD = rx(rf"(?:{_PLACE}: )?(?P<message>\S.*)$")
_FIELD = rx(
    r"(?P<key>name|location|message|actual|expected|params|exn|exn-message|expression):\s{1,20}(?P<value>.*)$"
)
_LOCATION = rx(rf"location:\s{{1,20}}{_PLACE}\s*$")
_RULE = "--------------------"
_UP = 60


def read(doc: Document) -> Iterator[Trace]:
    """Errors that end in a context, failed checks."""
    for sign in (" errortrace...:", " location...:", " context...:"):
        for line in doc.find(sign):
            if not doc.claimed[line]:
                yield _error(doc, line)
    for line in doc.find("location:"):
        found = None if doc.claimed[line] else _LOCATION.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _check(doc, line, placed(doc, line, found))


def _error(doc: Document, line: int) -> Trace:
    first = line
    while (
        first > 0
        and first > line - _UP
        and not doc.claimed[first - 1]
        and doc.line(first).startswith((" ", "\t"))
    ):
        first -= 1
    frames: list[Frame] = []
    head = _HEAD.match(doc.text, doc.starts[first], doc.ends[first])
    message = [doc.line(n).rstrip() for n in range(first, line)]
    if head and message:
        message[0] = head["message"].rstrip()
        if head["line"]:
            frames.append(placed(doc, first, head))
    repeated = 0
    at = line
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _FRAME.match(doc.text, start, end):
            name = found["fn"]
            frames.append(
                doc.frame(
                    at, found.start("path"), found.end("col") if found["col"] else found.end("dot"),
                    found["path"], found["line"], column=found["col"] or found["dot"],
                    function=None if name and name.startswith(("(", "'", "#")) else name,
                )
            )  # fmt: skip
        elif found := _REPEATS.match(doc.text, start, end):
            repeated += int(found[1])
        elif not _SECTION.match(doc.text, start, end) and not _BODY.match(doc.text, start, end):
            break
        at += 1
    doc.claim(first, at - 1)
    stack = Stack(
        None, "\n".join(message).strip(), tuple(frames), Relation.ROOT, doc.span(first, at - 1), repeated
    )
    return trace_of("racket", [stack])


def _check(doc: Document, line: int, frame: Frame) -> Trace:
    """A failed check of rackunit, between two rules."""
    first = line
    while first > 0 and first > line - 12 and not doc.line(first - 1).startswith(_RULE):
        first -= 1
    fields: dict[str, str] = {}
    test = doc.line(first).strip() if doc.line(first).strip() not in ("FAILURE", "ERROR") else None
    key, at = "", first
    while at < min(len(doc), line + _UP) and not doc.line(at).startswith(_RULE):
        found = _FIELD.match(doc.text, doc.starts[at], doc.ends[at])
        if found:
            key = found["key"]
            fields[key] = found["value"].rstrip()
        elif key and doc.line(at).startswith(" "):
            fields[key] = f"{fields[key]}\n{doc.line(at).strip()}".strip()
        at += 1
    assertion = None
    if "actual" in fields and "expected" in fields:
        assertion = Assertion(fields["expected"], fields["actual"], labelled=True)
    return simple(
        doc, "racket", (fields.get("name", "FAILURE"), fields.get("message", "").strip('"')), [frame],
        (first, at - 1),
        assertion=assertion, test=test,
    )  # fmt: skip


FORMAT = Format("racket", 38, (" context...:", " errortrace...:", " location...:", "location:"), read)
