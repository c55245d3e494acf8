# ruff: noqa: RUF001, RUF002 (the tools print these signs)
"""Vitest's failures.

     FAIL  calc.test.ts > calc > adds
    AssertionError: expected +0 to be 4 // Object.is equality

    - Expected
    + Received

    - 4
    + 0

     ❯ calc.test.ts:6:23
     ❯ fail calc.ts:4:9

Defined in Vitest's ``packages/vitest/src/node/printError.ts`` (``printStack``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.js_asserts import compared
from crimescene.traces.patterns import rx
from crimescene.traces.v8_heads import head_above

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(
    r"\s{0,8}❯ (?:(.{1,300}?) )?((?:[\w+.-]{1,40}:)?[^\s:()][^:\n()]{0,1000}):"
    r"(\d{1,9}):(\d{1,9})\s*$"
)
_TITLE = rx(r"\s{0,4}FAIL {1,4}(.{1,600})$")
_CODE = rx(r"\s{0,12}(?:\d{1,9}|)\s{0,4}\|")


def read(doc: Document) -> Iterator[Trace]:
    """One trace an error."""
    for line in doc.find("❯ "):
        found = _FRAME.match(doc.text, doc.starts[line], doc.ends[line])
        if not found:
            continue
        head = head_above(doc, line)
        frames: list[Frame] = []
        at, last = line, line
        while at < len(doc) and not doc.claimed[at]:
            found = _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
            if found:
                frames.append(
                    doc.frame(
                        at,
                        found.start(2),
                        found.end(4),
                        found[2],
                        found[3],
                        column=found[4],
                        function=found[1],
                    )
                )
                last = at
            elif not doc.blank(at) and not _CODE.match(doc.line(at)):
                break
            at += 1
        first = head.first if head else line
        doc.claim(first, last)
        test = None
        if first > 0 and (title := _TITLE.match(doc.line(first - 1))):
            test = title[1].strip()
        kind, message = (head.kind, head.message) if head else (None, "")
        spoken = message.split("\n\n", 1)[0]
        stack = Stack(kind, spoken, tuple(frames), Relation.ROOT, doc.span(first, last))
        yield trace_of("vitest", [stack], assertion=compared(kind, message), test=test)


FORMAT = Format("vitest", 35, ("❯ ",), read)
