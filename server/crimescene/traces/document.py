"""What the formats read: lines of a cleaned text, each line claimed by at most one trace."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.model import Span, Stack, Trace
from crimescene.traces.quick import quick_frame

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator

    from crimescene.model import Frame
    from crimescene.traces.patterns import Pattern
    from crimescene.traces.positions import Places

LINE_LIMIT = 4096
"""Characters of a line that formats look at; longer ones are minified code or data."""


class Document:
    """Lines ``text[starts[i]:ends[i]]``, without terminators, colours and log prefixes."""

    __slots__ = ("_signs", "claimed", "ends", "places", "raws", "same", "shifted", "starts", "text")

    def __init__(
        self, text: str, raws: array[int], starts: array[int], ends: array[int], places: Places
    ) -> None:
        self.text = text
        self.raws = raws
        """Where the lines start with their log prefix."""
        self.starts = starts
        self.ends = ends
        self.places = places
        self.claimed = bytearray(len(starts))
        self._signs: dict[str, bool] = {}
        self.same = places.names().setdefault
        """One object for equal strings, given twice: traces repeat their paths and names."""
        self.shifted = raws != starts
        """Whether a prefix was taken off some line."""

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, index: int) -> str:
        """The line, up to the limit; empty outside the document."""
        if 0 <= index < len(self.starts):
            return self.text[self.starts[index] : self.ends[index]]
        return ""

    def raw(self, index: int) -> str:
        """The line with the log prefix it was printed with."""
        return self.text[self.raws[index] : self.ends[index]]

    def blank(self, index: int) -> bool:
        """Whether the line is empty, or outside the document."""
        if not 0 <= index < len(self.starts):
            return True
        start, end = self.starts[index], self.ends[index]
        return start >= end or self.text[start:end].isspace()

    def prefixed(self, index: int) -> bool:
        """Whether a log prefix was taken off the line."""
        return self.starts[index] != self.raws[index]

    def has(self, literal: str) -> bool:
        """Whether the literal may be in some line; a leading newline stands for the start of a line."""
        if not self.starts:
            return False
        if self.shifted:
            literal = literal.lstrip("\n")
        text, first, last, signs = self.text, self.raws[0], self.ends[-1], self._signs
        for sign in literal:  # looking for a character that is nowhere is much faster than for a word
            present = signs.get(sign)
            if present is None:
                present = signs[sign] = text.find(sign, first, last) >= 0
            if not present:
                return False
        return text.find(literal, first, last) >= 0

    def find(self, literal: str) -> Iterator[int]:
        """Unclaimed lines that hold ``literal``, in order, each once."""
        text, starts, ends, claimed = self.text, self.starts, self.ends, self.claimed
        if not starts:
            return
        stop, size = ends[-1], len(starts)
        index = claimed.find(0)
        while index >= 0:
            at = text.find(literal, starts[index], stop)
            if at < 0:
                return
            if index + 1 < size and starts[index + 1] <= at:
                index = _advance(starts, index, at)
            if not claimed[index] and at < ends[index]:
                yield index
            index = claimed.find(0, index + 1)

    def search(self, pattern: Pattern) -> Iterator[int]:
        """Unclaimed lines in which a match of ``pattern`` begins, in order, each once."""
        text, starts, ends, claimed = self.text, self.starts, self.ends, self.claimed
        if not starts:
            return
        stop, size = ends[-1], len(starts)
        index = claimed.find(0)
        while index >= 0:
            found = pattern.search(text, starts[index], stop)
            if not found:
                return
            at = found.start()
            if index + 1 < size and starts[index + 1] <= at:
                index = _advance(starts, index, at)
            if not claimed[index] and at < ends[index]:
                yield index
            index = claimed.find(0, index + 1)

    def claim(self, first: int, last: int) -> None:
        """Take the lines ``first`` to ``last`` (inclusive)."""
        first, last = max(first, 0), min(last, len(self.starts) - 1)
        if first == last:
            self.claimed[first] = 1
        elif first < last:
            self.claimed[first : last + 1] = b"\1" * (last + 1 - first)

    def span(self, first: int, last: int) -> Span:
        """Range of whole lines in the given text."""
        last = min(last, len(self.ends) - 1)
        return self.places.span(self.starts[first], max(self.ends[last], self.starts[first]))

    def frame(
        self,
        line: int,
        start: int,
        end: int,
        path: str | None,
        lineno: str | None = None,
        *,
        column: str | None = None,
        function: str | None = None,
        module: str | None = None,
        code: str | None = None,
        marks: tuple[int, int] | None = None,
        text: str | None = None,
    ) -> Frame:
        """A frame whose place is ``text[start:end]`` of this document."""
        same = self.same
        if text is None:
            text = self.text[self.starts[line] : self.ends[line]]
        return quick_frame(
            same(path, path) if path else path,
            number(lineno) if lineno else None,
            number(column) if column else None,
            same(function, function) if function else function,
            same(module, module) if module else module,
            same(text, text),
            self.places.span(start, end),
            same(code, code) if code else code,
            marks,
        )


def _advance(starts: array[int], index: int, at: int) -> int:
    """The line that holds offset ``at``; near by is the usual case."""
    for near in range(index + 1, min(index + 9, len(starts))):
        if starts[near] > at:
            return near - 1
    return bisect_right(starts, at, index) - 1


def number(digits: str) -> int | None:
    """The integer, None for what no line number can be."""
    return int(digits) if len(digits) <= 10 and digits.isdecimal() else None  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Format:
    """One trace format: its name, what must be in a text before it is tried, its reader."""

    name: str
    rank: int
    """Order of trying: 0-99, specific before general; the generic links are last."""
    hints: tuple[str, ...]
    """Literals one of which every trace of the format holds."""
    read: Callable[[Document], Iterator[Trace]]


def trace_of(name: str, stacks: list[Stack], **extra: object) -> Trace:
    """A trace over ``stacks``, which stand in the order of the text."""
    span = Span(min(s.span.start for s in stacks), max(s.span.end for s in stacks))
    return Trace(name, tuple(stacks), span, **extra)  # type: ignore[arg-type]
