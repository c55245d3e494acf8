"""Which parts of a text are read: a short one whole, a long one around signs of a trace, in pieces.

Pieces end where no trace goes on: before a line that bears a date, or behind blank lines that no chain spans.
So memory and the time until someone can stop the reading do not grow with the log.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from crimescene.traces import escapes
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.traces.patterns import Pattern

WHOLE = 200_000
"""Texts up to this many characters are read whole; longer ones only around signs of a trace."""
CONTEXT = 100
"""Lines read before and behind each sign in a long text."""
_SIGN_PATTERNS = (
    escapes.PLACE,
    rx(r" line {1,3}\d"),
    rx(r"\n[ \t]{1,8}\d+:\d+[: \t]"),
    rx(r":\d+:\d+(?<=[A-Za-z>\)]:\d:\d)"),
    rx(r"file:/"),
    rx(r"\.[a-z]{2,4}: \d{1,6}: "),
)
_SIGN_WORDS = (
    "Traceback",
    "Exception in thread",
    "Caused by: ",
    "panic: ",
    "fatal error: ",
    "goroutine ",
    "Uncaught ",
    "Unhandled ",
    "terminate called",
    "Execution halted",
    "panicked at",
    "stack traceback:",
    "AssertionError",
    "\tat ",
    "file:line",
    "Makefile:",
    "\nE   ",
    "Sanitizer:",
    "** (",
    "*** ",
    "::error ",
    "::warning ",
    "##vso[",
    "##teamcity[",
    '{file,"',
    "ssertion ",
    "Check failed",
    "not ok ",
    "Rejection",
    "(node:",
    # .NET, which translates the word for line
    *(":Zeile ", ":ligne ", ":línea ", ":riga ", ":linha ", ":строка ", ":行号 ", ":行 ", ":줄 "),
)


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of ``text`` in which traces may be, in order, each of bounded size where the text allows it."""
    if len(text) <= WHOLE:
        yield 0, len(text)
        return
    for start, end in _around_signs(text):
        yield from _pieces(text, start, end)


def _around_signs(text: str) -> Iterator[tuple[int, int]]:
    start = end = -1
    for first, last in _groups(_signs(text)):
        before = _lines_before(text, first, max(end, 0))
        after = _lines_after(text, last + _THIN)
        if before > end >= 0:
            yield start, end
        if before > end:
            start = before
        end = max(end, after)
    if end >= 0:
        yield start, end


def _groups(signs: array[int]) -> Iterator[tuple[int, int]]:
    """First and last of signs so near that the context of each reaches the next."""
    first = last = -1
    for at in signs:
        if last >= 0 and at - last > _NEAR:
            yield first, last
            first = -1
        first = at if first < 0 else first
        last = at
    if last >= 0:
        yield first, last


_NEAR = 4_000
"""Characters between two signs that are read without counting their lines."""
_THIN = 500
"""Characters behind a sign in which no other is looked for."""


PIECE = 1_000_000
"""Characters of a piece at least; the next place to end it is looked for in as many more."""
_WINDOW = 1_000_000
"""Characters searched at a time, so that other threads get their turn."""
_SPAN = 400
"""Characters that a sign may have."""
_DATE = r"\d{4}-\d\d-\d\d[T ][\d:.,Z+-]{8,30}[ \[|]{1,4}(?:INFO|DEBUG)\b"
_ERROR = r"[A-Za-z_$][\w.$]{0,200}(?:Error|Exception)\b"
_BETWEEN = rx(
    rf"\n(?={_DATE}[^\n]{{0,400}}\n{_DATE})"
    rf"|(?:[^:^\s\"']|(?<![\"'])[\"'])\n\n(?=Traceback \(|panic: |Exception in thread |{_ERROR})"
    rf"|\n\t(?:at [^\n]{{1,400}}\)|\.\.\. \d{{1,6}} more)\n(?={_ERROR}:)"
)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > 2 * PIECE:
        found = _BETWEEN.search(text, start + PIECE, min(start + 2 * PIECE, end))
        if found is None:
            break
        yield start, found.end()
        start = found.end()
    yield start, end


def _signs(text: str) -> array[int]:
    """Offsets of signs, thinned out: of each kind none within ``_THIN`` of the one before.

    Between two signs that are near, where all is read anyway, no other kind is looked for.
    """
    found = array("q")
    gaps = [(0, len(text))]
    for pattern in _SIGN_PATTERNS:
        here = array("q", (at for gap in gaps for at in _matches(text, pattern, gap)))
        if here:
            found.extend(here)
            gaps = list(_left(gaps, here, len(text)))
    for word in _SIGN_WORDS:
        here = array("q", (at for gap in gaps for at in _hits(text, word, gap)))
        if here:
            found.extend(here)
            gaps = list(_left(gaps, here, len(text)))
    return array("q", sorted(found))


def _matches(text: str, pattern: Pattern, gap: tuple[int, int]) -> Iterator[int]:
    (at, end), search = gap, pattern.search
    while at < end:
        window = min(at + _WINDOW, end)
        hit = search(text, at, window)
        if hit:
            yield hit.start()
            at = hit.end() + _THIN
        else:
            at = window - _SPAN if window < end else end


def _hits(text: str, word: str, gap: tuple[int, int]) -> Iterator[int]:
    at = text.find(word, *gap)
    while at >= 0:
        yield at
        at = text.find(word, at + _THIN, gap[1])


def _left(gaps: list[tuple[int, int]], signs: array[int], size: int) -> Iterator[tuple[int, int]]:
    """What of the gaps is still to be searched; at the ends of the text, every bit."""
    index = 0
    for start, end in gaps:
        at = start
        while index < len(signs) and signs[index] < end:
            if signs[index] - at > _NEAR or not at:
                yield at, signs[index]
            at = signs[index]
            index += 1
        if end - at > _NEAR or not at or end == size:
            yield at, end


def has_sign(text: str, start: int, end: int) -> bool:
    """Whether a range of the text holds any sign of a trace."""
    find = text.find
    for word in _SIGN_WORDS:
        if find(word, start, end) >= 0:
            return True
    return any(pattern.search(text, start, end) for pattern in _SIGN_PATTERNS)


def _lines_before(text: str, at: int, floor: int) -> int:
    for _ in range(CONTEXT):
        at = text.rfind("\n", floor, at)
        if at < 0:
            return floor
    return at + 1


def _lines_after(text: str, at: int) -> int:
    for _ in range(CONTEXT):
        newline = text.find("\n", at)
        if newline < 0:
            return len(text)
        at = newline + 1
    return at
