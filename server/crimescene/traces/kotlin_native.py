"""Kotlin/Native: frames with their number, binary and mangled function, the place where it is known.

    Uncaught Kotlin exception: kotlin.IllegalStateException: no cart
        at 0   shop.kexe            0x10a1b            kfun:kotlin.Throwable#<init>(kotlin.String?){} + 59
        at 1   shop.kexe            0x10b2c            kfun:#main(){} + 12 (/home/dev/shop/src/main.kt:4:5)
    Caused by: kotlin.IllegalArgumentException: no price
        at 0   shop.kexe            0x10a1b            kfun:#price(){} + 59

Defined in Kotlin's ``kotlin-native/runtime/src/main/kotlin/kotlin/Throwable.kt`` and ``cpp/StackTrace.cpp``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import run

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(
    r"\s{1,12}at \d{1,5} {1,12}(?P<mod>\S{1,120}) {1,80}0x[0-9a-f]{1,16} {1,80}(?P<fn>[^\s(]{1,600})"
    r"(?P<arguments>\S{0,1000})(?: \+ \d{1,12})?"
    r"(?: \((?P<path>[^()\n:]{1,600}):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?\))?\s*$"
)
_HEAD = rx(
    r"(?P<cause>\s{0,8}Caused by: )?(?:Uncaught Kotlin exception: )?"
    r"(?P<kind>(?:\w{1,80}\.){1,12}[A-Z]\w{0,120})(?:: (?P<message>.*))?$"
)
_UP = 20


def read(doc: Document) -> Iterator[Trace]:
    """An error with its causes below it."""
    for line in doc.find("kfun:"):
        if doc.claimed[line] or not _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        yield _trace(doc, line)


def _trace(doc: Document, line: int) -> Trace:
    stack, first = _head(doc, line, -1)
    stacks: list[Stack] = []
    opened, at = first, line
    while True:
        frames, below = run(doc, at, _FRAME)
        number = len(stacks)
        span = doc.span(opened, below - 1)
        relation = Relation.CAUSE if number else Relation.ROOT
        of = number - 1 if number else None
        stacks.append(replace(stack, frames=tuple(frames), span=span, relation=relation, of=of))
        found = _HEAD.match(doc.line(below))
        at = next((n for n in range(below + 1, min(below + _UP, len(doc))) if _is_frame(doc, n)), 0)
        if not found or not found["cause"] or not at:
            break
        stack, opened = _head(doc, at, below)
        if opened != below:
            break
    doc.claim(first, below - 1)
    return trace_of("kotlin-native", stacks)


def _is_frame(doc: Document, line: int) -> bool:
    return bool(_FRAME.match(doc.text, doc.starts[line], doc.ends[line]))


def _head(doc: Document, line: int, stop: int) -> tuple[Stack, int]:
    """The error above the frames that begin at ``line``, and where it begins."""
    for above in range(line - 1, max(line - _UP - 1, stop - 1, -1), -1):
        if doc.claimed[above] or doc.blank(above) or _is_frame(doc, above):
            break
        if found := _HEAD.match(doc.line(above)):
            rest = [doc.line(n).rstrip() for n in range(above + 1, line)]
            message = "\n".join([found["message"] or "", *rest]).strip()
            return Stack(found["kind"], message, (), Relation.ROOT, doc.span(above, line)), above
    return Stack(None, "", (), Relation.ROOT, doc.span(line, line)), line


FORMAT = Format("kotlin-native", 9, ("kfun:",), read)
