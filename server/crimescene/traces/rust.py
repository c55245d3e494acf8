"""Rust panics and backtraces.

    thread 'main' (9251) panicked at src/main.rs:35:21:
    assertion `left == right` failed: rows differ
      left: [1, 2]
     right: [1, 3]
    stack backtrace:
       0: rust_begin_unwind
                 at /rustc/5980/library/std/src/panicking.rs:689:5
       1: shop::main::hb84f7dbbed98c5c2
                 at ./src/main.rs:35:21
    note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.

Defined in Rust's ``library/std/src/panicking.rs`` (``default_hook``; before 1.73 the message stood before the
place) and ``library/std/src/sys/backtrace.rs``; anyhow and eyre print ``Error:`` and ``Caused by:``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_PANIC = rx(
    r"(?:\[.{0,80}\] )?(?:.{0,80} )?thread '(.{1,200}?)'(?: \(\d{1,12}\))? "
    r"(?:\(<.{1,80}>\) )?panicked at (?:'(.*?)'?, )?([^\s:][^:\n]{0,1000}):"
    r"(\d{1,9})(?::(\d{1,9}))?:?\s*$"
)
_OPEN = rx(r"(?:.{0,80} )?thread '(.{1,200}?)'(?: \(\d{1,12}\))? panicked at '(.*)$")
_CLOSE = rx(r"(.*)', ([^\s:][^:\n]{0,1000}):(\d{1,9}):(\d{1,9})\s*$")
_FRAME = rx(r"\s{0,12}(\d{1,6}): {1,12}(?:0x[0-9a-f]{1,16} - )?(\S.*?)\s*$")
_AT = rx(r"\s{1,60}at ((?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1500}):(\d{1,9})(?::(\d{1,9}))?\s*$")
_NOTE = rx(r"note: (.*)$")
_LEFT = rx(r"\s{1,4}left: {1,2}`?(.*?)`?,?\s*$")
_RIGHT = rx(r"\s{0,4}right: {1,2}`?(.*?)`?,?\s*$")
_STOP = rx(
    r"note: |stack backtrace:|thread '|thread caused|\s*$|----|failures:"
    r"|test result|error: test failed|  +\d+: |Location:"
)
BACKTRACE = Truncation("no backtrace was printed", "RUST_BACKTRACE=1")
_PLACED = rx(r" at [^\s:(][^:(\n]{0,1500}:\d")
_MESSAGE_LINES = 40
_CHAIN = 60
"""Lines above a backtrace that may hold the error and its causes."""
_CAUSE = rx(r" {2,8}(?:(\d{1,4}): )?\s{0,12}(\S.*)$")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a panic; then backtraces without one (anyhow, eyre, ``Backtrace::capture``)."""
    for line in doc.find("panicked at "):
        if not doc.claimed[line]:
            trace = _panic(doc, line)
            if trace is not None:
                yield trace
    for line in doc.search(_PLACED):
        if doc.claimed[line] or not _AT.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        if line > 0 and _FRAME.match(doc.text, doc.starts[line - 1], doc.ends[line - 1]):
            first = line - 1
            while first > 0 and not doc.claimed[first - 1] and _FRAME.match(doc.line(first - 1)):
                first -= 1
            frames, at = _frames(doc, first)
            yield from _uncaused(doc, first, frames, at)


def _panic(doc: Document, line: int) -> Trace | None:
    head = _head(doc, line) or _old_head(doc, line)
    if head is None:
        return None
    thread, lines, frame, at = head
    last = at - 1
    frames = [frame]
    missing: list[Truncation] = []
    hints: list[Truncation] = []
    while at < len(doc) and not doc.claimed[at]:
        printed = doc.line(at)
        if printed.startswith("stack backtrace:"):
            called, at = _frames(doc, at + 1)
            frames.extend(called)
            last = at - 1
            continue
        note = _NOTE.match(printed)
        if not note:
            break
        if "Some details are omitted" in note[1]:
            missing.append(Truncation("frames of the runtime were left out", "RUST_BACKTRACE=full"))
        elif "a backtrace" in note[1]:
            hints.append(BACKTRACE)
        last = at
        at += 1
    doc.claim(line, last)
    stack = Stack("panic", "\n".join(lines).strip(), tuple(frames), Relation.ROOT, doc.span(line, last))
    return trace_of(
        "rust",
        [stack],
        truncation=tuple(missing),
        hints=tuple(hints),
        assertion=compared(lines),
        test=thread if "::" in thread else None,
    )


_Head = tuple[str, list[str], Frame, int]
"""Thread, lines of the message, place, and the line behind them."""


def _head(doc: Document, line: int) -> _Head | None:
    found = _PANIC.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    stop = found.end(5) if found[5] else found.end(4)
    frame = doc.frame(line, found.start(3), stop, found[3], found[4], column=found[5])
    at = line + 1
    if found[2] is not None:
        return found[1], [found[2]], frame, at
    lines: list[str] = []
    while at < min(len(doc), line + _MESSAGE_LINES) and not _STOP.match(
        doc.text, doc.starts[at], doc.ends[at]
    ):
        lines.append(doc.line(at).rstrip())
        at += 1
    return found[1], lines, frame, at


def _old_head(doc: Document, line: int) -> _Head | None:
    """Before 1.73: a message of several lines in quotes, the place behind it."""
    found = _OPEN.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    lines = [found[2]]
    for at in range(line + 1, min(len(doc), line + _MESSAGE_LINES)):
        closed = _CLOSE.match(doc.text, doc.starts[at], doc.ends[at])
        if closed:
            frame = doc.frame(at, closed.start(2), closed.end(4), closed[2], closed[3], column=closed[4])
            return found[1], [*lines, closed[1]], frame, at + 1
        lines.append(doc.line(at))
    return None


def _frames(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        named = _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
        if not named:
            break
        at += 1
        while at < len(doc) and (place := _AT.match(doc.text, doc.starts[at], doc.ends[at])):
            end = place.end(3) if place[3] else place.end(2)
            frames.append(
                doc.frame(at, place.start(1), end, place[1], place[2], column=place[3], function=named[2])
            )
            at += 1
    return frames, at


def _uncaused(doc: Document, first: int, frames: list[Frame], at: int) -> Iterator[Trace]:
    """The error above "Stack backtrace:" as anyhow and eyre print it."""
    kind: str | None = None
    message, opened = "", first
    causes: list[Stack] = []
    for above in range(first - 1, max(first - _CHAIN, -1), -1):
        printed = doc.line(above)
        if doc.claimed[above]:
            break
        if printed.startswith("Error: "):
            kind, message, opened = "Error", printed[7:], above
            message, causes = _causes(doc, above, first)
            break
    doc.claim(opened, at - 1)
    root = Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(opened, at - 1))
    yield trace_of("rust", [root, *causes])


def _causes(doc: Document, head: int, stop: int) -> tuple[str, list[Stack]]:
    """The message of an error as anyhow prints it, and its causes: numbered where there are several."""
    message = [doc.line(head)[7:].rstrip()]
    causes: list[tuple[int, int, list[str]]] = []
    listed = False
    for at in range(head + 1, stop):
        line = doc.line(at).rstrip()
        if line.lower().startswith("stack backtrace:"):
            break
        if line == "Caused by:":
            listed = True
        elif not listed:
            message.append(line)
        elif line and (found := _CAUSE.match(line)):
            if found[1] or not causes:
                causes.append((at, at, [found[2]]))
            else:
                first, _, lines = causes.pop()
                causes.append((first, at, [*lines, found[2]]))
    stacks = [
        Stack(None, "\n".join(lines), (), Relation.CAUSE, doc.span(first, last), of=n)
        for n, (first, last, lines) in enumerate(causes)
    ]
    return "\n".join(message).strip(), stacks


def compared(lines: list[str]) -> Assertion | None:
    """``assert_eq!`` does not say which side is expected; by habit the right one."""
    left: str | None = None
    for line in lines:
        if left is None and (found := _LEFT.match(line)):
            left = found[1]
        elif left is not None and (found := _RIGHT.match(line)):
            return Assertion(found[1], left, labelled=False)
    return None


FORMAT = Format("rust", 30, ("panicked at ", "  at "), read)
