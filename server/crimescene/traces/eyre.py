"""Rust error reports with a place but no backtrace in the standard form: eyre, stable-eyre and color-eyre.

    The application panicked (crashed).
    Message:  index out of bounds: the len is 3 but the index is 9
    Location: src/main.rs:7

      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ BACKTRACE ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                                    ⋮ 6 frames hidden ⋮
       7: shop::pick::h0123456789abcdef
          at /home/dev/shop/src/main.rs:7

Defined in the crates' ``src/lib.rs`` (eyre), ``src/config.rs`` and ``src/handler.rs`` (color-eyre), and in
color-backtrace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_CRASHED = rx(r"The application panicked \(crashed\)\.\s*$")
_MESSAGE = rx(r"Message: {1,4}(?P<text>.*)$")
_LOCATION = rx(
    r"(?:Location: {1,4})?\s{0,8}(?P<path>(?:[A-Za-z]:)?[^\s:][^:\n]{0,600}\.rs):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9}))?\s*$"
)
_ERROR = rx(r"Error: ?(?P<text>.*)$")
_LINK = rx(r"\s{1,6}(?:(?P<n>\d{1,3}): )?(?P<text>\S.*)$")
_RULE = rx(r"\s{0,8}[━─]{3,200} (?P<title>\w{1,40}) [━─]{3,200}\s*$")
_CALL = rx(r"\s{1,8}\d{1,5}: (?P<fn>\S.{0,1000}?)\s*$")
_AT = rx(
    r"\s{1,12}at (?P<path>(?:[A-Za-z]:)?[^\s:<][^:\n]{0,800}):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?\s*$"
)
_NOWHERE = rx(r"\s{1,12}at <unknown source file>\s*$")
_HIDDEN = rx(r"\s{0,60}⋮ (?P<count>\d{1,6}) frames? hidden ⋮\s*$")
_UP = 30


def read(doc: Document) -> Iterator[Trace]:
    """Panics, then reports of an error with the place where it was made."""
    for line in doc.find("The application panicked"):
        if not doc.claimed[line] and _CRASHED.match(doc.line(line)):
            yield _panic(doc, line)
    for line in doc.find("Location:"):
        if not doc.claimed[line] and doc.line(line).strip() == "Location:" and (trace := _report(doc, line)):
            yield trace


def _panic(doc: Document, line: int) -> Trace:
    message, frames = [], []
    at = line + 1
    found = _MESSAGE.match(doc.line(at))
    if found:
        message.append(found["text"].rstrip())
        at += 1
        while at < min(len(doc), line + _UP) and not doc.line(at).startswith("Location: "):
            message.append(doc.line(at).rstrip())
            at += 1
    place = _LOCATION.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
    if place:
        frames.append(placed(doc, at, place))
        at += 1
    called, at, missing = _backtrace(doc, at)
    doc.claim(line, at - 1)
    stack = Stack(
        "panic", "\n".join(message).strip(), (*frames, *called), Relation.ROOT, doc.span(line, at - 1)
    )
    return trace_of("eyre", [stack], truncation=tuple(missing))


def _report(doc: Document, line: int) -> Trace | None:
    """``Error:`` with its causes above ``Location:``."""
    at = line + 1
    place = _LOCATION.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
    opened = next(
        (
            above
            for above in range(line - 1, max(line - _UP, -1), -1)
            if not doc.claimed[above] and _ERROR.match(doc.line(above))
        ),
        None,
    )
    if place is None or opened is None:
        return None
    links: list[tuple[str, int]] = []
    head = _ERROR.match(doc.line(opened))
    if head and head["text"].strip():
        links.append((head["text"].strip(), opened))
    for below in range(opened + 1, line):
        printed = doc.line(below)
        if printed.strip() in ("", "Caused by:"):
            continue
        found = _LINK.match(printed)
        if found and (found["n"] is not None or not links or doc.line(below - 1).strip() == "Caused by:"):
            links.append((found["text"].strip(), below))
        elif links:
            links[-1] = (f"{links[-1][0]}\n{printed.strip()}", links[-1][1])
    called, last, missing = _backtrace(doc, at + 1)
    doc.claim(opened, last - 1)
    frames = (placed(doc, at, place), *called)
    stacks = [
        Stack(
            "Error",
            text,
            () if n else frames,
            Relation.CAUSE if n else Relation.ROOT,
            doc.span(first, last - 1 if n == 0 else first),
            0,
            n - 1 if n else None,
        )
        for n, (text, first) in enumerate(links or [("", opened)])
    ]
    return trace_of("eyre", stacks, truncation=tuple(missing))


def _backtrace(doc: Document, at: int) -> tuple[list[Frame], int, list[Truncation]]:
    """The frames below the rule "BACKTRACE", the line behind them, and what was hidden."""
    frames: list[Frame] = []
    missing: list[Truncation] = []
    first = at
    while at < len(doc) and at < first + 3 and doc.blank(at):
        at += 1
    rule = _RULE.match(doc.line(at)) if at < len(doc) else None
    if not rule or rule["title"] != "BACKTRACE":
        return [], first, []
    at += 1
    name: str | None = None
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if hidden := _HIDDEN.match(doc.text, start, end):
            if not missing:
                missing.append(
                    Truncation(f"{hidden['count']} frames of the runtime are hidden", "COLORBT_SHOW_HIDDEN=1")
                )
        elif place := _AT.match(doc.text, start, end):
            frames.append(placed(doc, at, place, function=name))
        elif called := _CALL.match(doc.text, start, end):
            name = called["fn"]
        elif not _NOWHERE.match(doc.text, start, end):
            break
        at += 1
    return frames, at, missing


FORMAT = Format("eyre", 29, ("The application panicked", "Location:"), read)
