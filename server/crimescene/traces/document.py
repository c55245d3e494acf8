"""What the formats read: lines of a cleaned text, each line claimed by at most one trace."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.model import Span, Stack, Trace
from crimescene.traces.patterns import rx
from crimescene.traces.quick import Below, Lines, quick_frame

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator

    from crimescene.model import Frame
    from crimescene.traces.patterns import Pattern
    from crimescene.traces.positions import Places

_MANY = 1_000
"""Lines from which on it pays to look at each of them only once."""
_SAMPLE = 40_000
_DIGITS = b"0123456789"
_DIGIT = rx(r"[0-9]")
LINE_LIMIT = 4096
"""Characters of a line that formats look at; longer ones are minified code or data."""


class Document:
    """Lines ``text[starts[i]:ends[i]]``, without terminators, colours and log prefixes."""

    __slots__ = (
        "_digest",
        "_lines",
        "_lone",
        "_signs",
        "below",
        "claimed",
        "ends",
        "pair",
        "places",
        "raws",
        "same",
        "shifted",
        "source",
        "starts",
        "text",
    )

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
        self._digest: bytes | None = None
        self.same = places.names().setdefault
        """One object for equal strings, given twice: traces repeat their paths and names."""
        self.shifted = raws != starts
        """Whether a prefix was taken off some line."""
        self.source = None if self.shifted else places.source
        """The given text, if frames may be told to cut their lines out of it."""
        self._lone = None if self.source is None else Lines(self.source, 0, 0)
        self.below = None if self.source is None else Below(self.source, 0, 1)
        """The line below a place as the code of a frame, where there is a ``source``."""
        self._lines: dict[tuple[int, int], Lines] = {}
        pairs: dict[tuple[int, int], tuple[int, int]] = {}
        self.pair = pairs.setdefault
        """One object for equal columns."""

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
        if self._digest is None:
            self._digest = digest(text, first, last) if len(self.starts) > _MANY else b""
        if self._digest and not _DIGIT.search(literal) and literal.rfind("\n") < 1:
            return literal.encode() in self._digest and text.find(literal, first, last) >= 0
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

    def printed(self, first: int, last: int, place: int) -> str | Lines:
        """The lines ``first`` to ``last`` as the text of a frame whose place is in one of them."""
        if self.source is None:
            shown = "\n".join(map(self.line, range(first, last + 1)))
            return self.same(shown, shown)
        around = self._lines.get((place - first, last - place))
        if around is None:
            around = Lines(self.source, place - first, last - place)
            self._lines[place - first, last - place] = around
        return around

    def lone(self, line: int) -> str | Lines:
        """The line as the text of a frame."""
        if self._lone is not None:
            return self._lone
        shown = self.text[self.starts[line] : self.ends[line]]
        return self.same(shown, shown)

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
        if text is None and self.starts[line] <= start <= end <= self.ends[line]:
            shown = self.lone(line)
        else:
            text = self.text[self.starts[line] : self.ends[line]] if text is None else text
            shown = same(text, text)
        return quick_frame(
            same(path, path) if path else path,
            number(lineno) if lineno else None,
            number(column) if column else None,
            same(function, function) if function else function,
            same(module, module) if module else module,
            shown,
            self.places.packed(start, end),
            same(code, code) if code else code,
            marks,
        )


def digest(text: str, first: int, last: int) -> bytes:
    """Every line of ``text[first:last]`` once, without digits; empty where that would save little.

    Lines of a log are alike but for their numbers: what is not in a few of them is in none.
    """
    sample = _without_digits(text[first : min(first + _SAMPLE, last)])
    if 2 * len(set(sample)) > len(sample):
        return b""
    return b"\n" + b"\n".join(set(_without_digits(text[first:last])))


def _without_digits(text: str) -> list[bytes]:
    return text.encode("utf-8", "surrogatepass").translate(None, _DIGITS).split(b"\n")


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
    loose: bool = False
    """It consists of bare ``path:line`` places, which ordinary source code is full of."""
    names_called: bool = False
    """Beside a place it prints which function is called there, not which one it lies in."""


def trace_of(name: str, stacks: list[Stack], **extra: object) -> Trace:
    """A trace over ``stacks``, which stand in the order of the text."""
    span = Span(min(s.span.start for s in stacks), max(s.span.end for s in stacks))
    return Trace(name, tuple(stacks), span, **extra)  # type: ignore[arg-type]
