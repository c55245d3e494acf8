r"""Panics that gin recovered from: the error, then places with the function and the code below each.

    2026/11/22 07:26:15 [Recovery] 2026/11/22 - 07:26:15 panic recovered:
    runtime error: index out of range [5] with length 3
    /usr/local/go/src/runtime/panic.go:113 (0x4377d3)
    \tgoPanicIndex: panic(boundsError{x: int64(x), signed: true, y: y, code: boundsIndex})

Defined in gin's ``recovery.go`` (``CustomRecoveryWithWriter``, ``stack``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_PLACE = rx(r"(?P<path>(?:[A-Za-z]:)?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9}) \(0x[0-9a-f]{1,16}\)\s*$")
_CODE = rx(r"\t(?P<fn>[^\s:][^:\n]{0,300}): (?P<code>.*)$")
_RECOVERED = "panic recovered:"
_UP = 40


def read(doc: Document) -> Iterator[Trace]:
    """A trace a panic."""
    for line in doc.find(" (0x"):
        if not doc.claimed[line] and _PLACE.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _trace(doc, line)


def _trace(doc: Document, line: int) -> Trace:
    frames: list[Frame] = []
    at = line
    while at < len(doc) and (found := _PLACE.match(doc.text, doc.starts[at], doc.ends[at])):
        code = _CODE.match(doc.text, doc.starts[at + 1], doc.ends[at + 1]) if at + 1 < len(doc) else None
        if code:
            frames.append(placed(doc, at, found, function=code["fn"], code=code["code"].strip()))
        else:
            frames.append(placed(doc, at, found))
        at += 2 if code else 1
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above]:
            break
        if _RECOVERED in doc.line(above):
            message = doc.line(line - 1).strip() if above < line - 1 else ""
            return simple(doc, "go-recovery", ("panic", message), frames, (above, at - 1))
    return simple(doc, "go-recovery", (None, ""), frames, (line, at - 1))


FORMAT = Format("go-recovery", 19, (" (0x",), read)
