"""Where a character of a cleaned view stands in the text that was given.

Views are made of stretches copied from their parent text, so a position is one
bisection away; bytes are counted once, every 1024 characters.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from crimescene.traces.quick import WIDTH, quick_span

if TYPE_CHECKING:
    from crimescene.model import Span

_STEP = 1024
_NAMES = 20_000
"""Strings that are remembered; where no two are alike, more would only cost memory."""


class Numbers(dict[str, int]):
    """One integer for equal digits: lines of code are printed again and again."""

    def __missing__(self, digits: str) -> int:
        if len(self) > _NAMES:
            self.clear()
        value = self[digits] = int(digits)
        return value


class ByteOffsets:
    """Character offsets of ``text`` as UTF-8 byte offsets."""

    __slots__ = ("_last", "_marks", "_text", "names", "numbers", "size")

    def __init__(self, text: str) -> None:
        self._text = text
        self.size = len(text)
        self.names: dict[str, str] = {}
        self.numbers = Numbers()
        self._last = (0, 0)
        """The newest question and its answer: questions come in order."""
        self._marks: array[int] | None = None
        if not text.isascii():
            marks, total = array("q", [0]), 0
            for start in range(0, len(text), _STEP):
                total += len(_encoded(text[start : start + _STEP]))
                marks.append(total)
            self._marks = marks

    @property
    def plain(self) -> bool:
        """Whether every character is one byte."""
        return self._marks is None

    def at(self, offset: int) -> int:
        """Bytes before the character at ``offset``."""
        offset = min(offset, len(self._text))  # what was put in behind the end
        if self._marks is None:
            return offset
        before, total = self._last
        if not 0 <= offset - before < _STEP:
            step = offset // _STEP
            before, total = step * _STEP, self._marks[step]
        passed = self._text[before:offset]
        total += len(passed) if passed.isascii() else len(_encoded(passed))
        self._last = (offset, total)
        return total


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


class Origin:
    """Positions of a view in its parent: ``sources[i]`` is where ``points[i]`` came from."""

    __slots__ = ("_points", "_sources", "parent")

    def __init__(self, points: array[int], sources: array[int], parent: Origin | None) -> None:
        self._points = points
        self._sources = sources
        self.parent = parent

    def at(self, offset: int) -> int:
        """Offset in the first text of the chain, in characters."""
        index = bisect_right(self._points, offset) - 1
        source = self._sources[index] + offset - self._points[index]
        return source if self.parent is None else self.parent.at(source)

    def pair(self, start: int, last: int) -> tuple[int, int]:
        """Both of ``at``; a range that was copied whole is looked up once."""
        points = self._points
        index = bisect_right(points, start) - 1
        offset = self._sources[index] - points[index]
        start += offset
        if index + 1 < len(points) and points[index + 1] <= last:
            index = bisect_right(points, last, index) - 1
            offset = self._sources[index] - points[index]
        last += offset
        return (start, last) if self.parent is None else self.parent.pair(start, last)


class Pieces:
    """Builds a view from stretches of a parent text and literal replacements."""

    __slots__ = ("_length", "_parts", "_points", "_sources", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._points = array("q")
        self._sources = array("q")
        self._length = 0

    def copy(self, start: int, end: int) -> None:
        """Append ``text[start:end]`` unchanged."""
        if start < end:
            self._mark(start)
            self._parts.append(self._text[start:end])
            self._length += end - start

    def put(self, replacement: str, source: int) -> None:
        """Append ``replacement`` in place of what stands at ``source``."""
        if replacement:
            self._mark(source)
            self._parts.append(replacement)
            self._length += len(replacement)

    def _mark(self, source: int) -> None:
        self._points.append(self._length)
        self._sources.append(source)

    def build(self, parent: Origin | None) -> tuple[str, Origin]:
        """The view and the way back to the first text."""
        if not self._points:
            self._mark(0)
        return "".join(self._parts), Origin(self._points, self._sources, parent)


class Places:
    """Spans of the given text for ranges of a view."""

    __slots__ = ("_bytes", "numbers", "origin", "plain", "source")

    def __init__(self, offsets: ByteOffsets, origin: Origin | None, source: str | None = None) -> None:
        self._bytes = offsets
        self.origin = origin
        self.plain = origin is None and offsets.plain
        self.numbers = offsets.numbers
        self.source = source
        """The given text, where every line of the view is one of it and spans count its characters."""

    def span(self, start: int, end: int) -> Span:
        """The range of the given text, in bytes."""
        if self.plain:
            return quick_span(start, end)
        origin = self.origin
        nonempty = end > start
        if origin is not None:
            start, end = origin.pair(start, end - 1 if end > start else start)
            end += 1 if nonempty else 0
            if self._bytes.plain:
                limit = self._bytes.size  # what was put in behind the end
                return quick_span(min(start, limit), min(end, limit))
        return quick_span(self._bytes.at(start), self._bytes.at(end))

    def packed(self, start: int, end: int) -> Span | int:
        """The same for a frame, in one number where that holds it."""
        if self.plain and 0 <= end - start < WIDTH:
            return start * WIDTH + end - start
        span = self.span(start, end)
        size = span.end - span.start
        return span.start * WIDTH + size if 0 <= size < WIDTH else span

    def names(self) -> dict[str, str]:
        """Strings that were met in the text: traces repeat their paths, names and lines."""
        names = self._bytes.names
        if len(names) > _NAMES:
            names.clear()
        return names

    def at(self, origin: Origin) -> Places:
        """The same for a view of this view that holds some of its lines."""
        return Places(self._bytes, origin, self.source)
