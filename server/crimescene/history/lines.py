"""Where the lines of an older version are today.

Each later change of a file moves lines. :class:`LineMap` adds these moves up, newest first,
so that a hunk of any commit can be shown where its lines stand now; what later changes
replaced is left out. Branches make the sum inexact: the text at the place has the last word.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from crimescene.model import Hunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crimescene.history.patches import RawHunk

_END = 1 << 60
_CONTEXT = 3


class Run(NamedTuple):
    """Lines ``start`` to ``end`` (1-based, half-open) of a version, now ``shift`` lower."""

    start: int
    end: int
    shift: int


class LineMap:
    """From the lines of one version of a file to the lines of today's."""

    def __init__(self, runs: Sequence[Run] = (Run(1, _END, 0),)) -> None:
        self._runs = runs
        self._starts = [run.start for run in runs]

    def today(self, lineno: int) -> int | None:
        """Where the line stands today; None if a later change removed or replaced it."""
        index = bisect_right(self._starts, lineno) - 1
        if index < 0 or lineno >= self._runs[index].end:
            return None
        return lineno + self._runs[index].shift

    def near(self, lineno: int) -> int:
        """Where the line stands today, or the nearest line before it that still stands; 0 if none does."""
        index = bisect_right(self._starts, lineno) - 1
        if index < 0:
            return 0
        run = self._runs[index]
        return min(lineno, run.end - 1) + run.shift

    def before(self, hunks: Iterable[RawHunk]) -> LineMap:
        """Return the map of the version that these hunks changed into this map's version."""
        runs: list[Run] = []
        index = 0
        for start, end, shift in _unchanged(hunks):  # in the older version, ``shift`` to the newer
            while index < len(self._runs):
                run = self._runs[index]
                first, last = max(start + shift, run.start), min(end + shift, run.end)
                if first < last:
                    runs.append(Run(first - shift, last - shift, shift + run.shift))
                if run.end >= end + shift:
                    break
                index += 1
        return LineMap(runs)


def _unchanged(hunks: Iterable[RawHunk]) -> Iterator[Run]:
    """Yield the runs of the older version that the hunks leave alone."""
    start, shift = 1, 0
    for hunk in hunks:
        # git counts from the line before where a side has no line at all
        old = hunk.old_start + (not any(line[:1] != b"+" for line in hunk.lines))
        for line in hunk.lines:
            mark = line[:1]
            if mark == b"-":
                if start < old:
                    yield Run(start, old, shift)
                old += 1
                start = old
                shift -= 1
            elif mark == b"+":
                if start < old:
                    yield Run(start, old, shift)
                    start = old
                shift += 1
            else:
                old += 1
    yield Run(start, _END, shift)


# --------------------------------------------------------------------------- hunks


class _Line(NamedTuple):
    mark: str
    text: bytes
    old: int
    """Line number in the older version; of an added line, that of the line after it."""
    today: int
    """Line number today; 0 for removed lines and for those that are gone."""
    after: int
    """Today's number of the nearest line before it that still stands."""


def relocate(
    hunk: RawHunk,
    lines: LineMap,
    today: Sequence[bytes] | None,
    unique: Callable[[], Mapping[bytes, int]] | None = None,
) -> list[Hunk]:
    """Show what is left of a hunk where its lines stand today: none, one or several hunks.

    ``today`` are the lines of the file now, without line ends; None trusts the map alone.
    ``unique`` is for histories that branched: added lines the map has lost are found by it.
    An edit of which no added line is left is dropped, as is a removal that was undone.
    """
    if whole := _unmoved(hunk, lines, today):
        return [whole]
    placed = _place(hunk, lines, today)
    if unique is not None and any(line.mark == "+" and not line.today for line in placed):
        placed = _found_by_text(placed, unique())
    groups = [_surviving(group) for group in _groups(placed)]
    if today is not None:
        groups = [g for i, g in enumerate(groups) if not _restored(g, groups[i + 1 :], today)]
    return [_hunk(piece) for part in _contiguous(groups) for piece in _trimmed(part)]


def _unmoved(hunk: RawHunk, lines: LineMap, today: Sequence[bytes] | None) -> Hunk | None:
    """Return the hunk if its lines stand together today as it left them, which is the rule."""
    new = [line[1:] for line in hunk.lines if line[:1] != b"-"]
    edges = [index for index, line in enumerate(hunk.lines) if line[:1] in b"+-"]
    if not new or not edges or edges[0] > _CONTEXT or hunk.lines[-1][:1] == b"-":
        return None
    if max(b - a for a, b in zip(edges, [*edges[1:], len(hunk.lines)], strict=True)) > 2 * _CONTEXT + 1:
        return None  # a merge's hunk, to be split
    first, last = lines.today(hunk.new_start), lines.today(hunk.new_start + len(new) - 1)
    if first is None or last is None or last - first != len(new) - 1:
        return None
    if today is not None:
        now = today[first - 1 : last]
        if now != new and [line.rstrip(b"\r") for line in now] != [line.rstrip(b"\r") for line in new]:
            return None
    old = sum(line[:1] != b"+" for line in hunk.lines)
    return Hunk(hunk.old_start, old, first, len(new), _decode(hunk.lines))


def unique_lines(today: Sequence[bytes]) -> dict[bytes, int]:
    """Return the number of each line that stands only once in the file and says something."""
    found: dict[bytes, int] = {}
    for index, line in enumerate(today, start=1):
        text = line.rstrip(b"\r")
        found[text] = 0 if text in found or len(text.strip()) < _TELLING else index
    return {text: lineno for text, lineno in found.items() if lineno}


_TELLING = 4
"""Characters below which a line, such as a bracket, is like any other."""


def _found_by_text(placed: Sequence[_Line], unique: Mapping[bytes, int]) -> list[_Line]:
    found: list[_Line] = []
    after = placed[0].after
    for line in placed:
        now = line.today
        if not now and line.mark == "+":
            now = unique.get(line.text.rstrip(b"\r"), 0)
        found.append(line._replace(today=now, after=after))
        after = now or after
    return found


def _place(hunk: RawHunk, lines: LineMap, today: Sequence[bytes] | None) -> list[_Line]:
    has_old = any(line[:1] != b"+" for line in hunk.lines)
    has_new = any(line[:1] != b"-" for line in hunk.lines)
    old, new = hunk.old_start + (not has_old), hunk.new_start + (not has_new)
    placed: list[_Line] = []
    after = start = lines.near(new - 1)
    for line in hunk.lines:
        mark = line[:1].decode("latin-1")
        now = 0 if mark == "-" else lines.today(new) or 0
        placed.append(_Line(mark, line[1:], old, now, after))
        after = now or after
        old += mark != "+"
        new += mark != "-"
    if today is None or all(_stands(line, today) for line in placed if line.today):
        return placed
    drift = _drift([line for line in placed if line.today], today)
    after = max(0, start + drift)
    for index, was in enumerate(placed):
        now = was.today + drift if was.today and _stands(was, today, drift) else 0
        placed[index] = was._replace(today=now, after=after)
        after = now or after
    return placed


def _stands(line: _Line, today: Sequence[bytes], drift: int = 0) -> bool:
    index = line.today + drift - 1
    return 0 <= index < len(today) and today[index].rstrip(b"\r") == line.text.rstrip(b"\r")


_DRIFT = 200
"""How far, in lines, a hunk is looked for around the place where the sum of the moves puts it."""


def _drift(placed: Sequence[_Line], today: Sequence[bytes]) -> int:
    """Distance to the nearest place where most of these lines stand; 0 if they stand nowhere near."""
    telling = max(placed, key=lambda line: len(line.text.strip()))
    wanted = telling.text.rstrip(b"\r")
    first, last = max(0, telling.today - 1 - _DRIFT), min(len(today), telling.today + _DRIFT)
    places = [
        index + 1 - telling.today for index in range(first, last) if today[index].rstrip(b"\r") == wanted
    ]
    nearest = sorted([0, *places], key=abs)[:_PLACES]
    return max(nearest, key=lambda drift: (sum(_stands(line, today, drift) for line in placed), -abs(drift)))


_PLACES = 20
"""How many places are compared line by line: a file may hold the same line everywhere."""


def _groups(placed: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Split into edits (runs of added and removed lines) and the single context lines between them."""
    group: list[_Line] = []
    for line in placed:
        if line.mark in "+-":
            group.append(line)
            continue
        if group:
            yield group
            group = []
        yield [line]
    if group:
        yield group


def _surviving(group: list[_Line]) -> list[_Line]:
    """Return what is left of an edit or of a context line."""
    standing = [line for line in group if line.today]
    if not standing and any(line.mark != "-" for line in group):
        return []
    return [line for line in group if line.mark == "-" or line.today]


def _restored(edit: Sequence[_Line], following: Iterable[Sequence[_Line]], today: Sequence[bytes]) -> bool:
    """Whether the edit only removed lines, and these stand again where they stood."""
    if not edit or any(line.mark != "-" for line in edit):
        return False
    start, end = edit[0].after, edit[0].after + len(edit)
    context = next((line.today for group in following for line in group if line.today), end + 1)
    now = [line.rstrip(b"\r") for line in today[start:end]]
    return context > end and now == [line.text.rstrip(b"\r") for line in edit]


def _contiguous(groups: Iterable[Sequence[_Line]]) -> Iterator[list[_Line]]:
    """Split where lines that followed each other no longer do; removed lines stay with their edit."""
    part: list[_Line] = []
    last = 0
    for group in groups:
        standing = [line.today for line in group if line.today]
        if standing and last and standing[0] != last + 1:
            yield part
            part = []
        for line in group:
            if line.today and part and last and line.today != last + 1 and line.today != standing[0]:
                yield part
                part = []
            part.append(line)
            last = line.today or last
    yield part


def _trimmed(part: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Cut context beyond three lines, and cut in two where edits are far apart; no edit, no piece."""
    edges = [index for index, line in enumerate(part) if line.mark in "+-"]
    for position, index in enumerate(edges):
        if position == 0 or index - edges[position - 1] > 2 * _CONTEXT + 1:
            start = max(0, index - _CONTEXT)
        if position + 1 == len(edges) or edges[position + 1] - index > 2 * _CONTEXT + 1:
            yield part[start : index + _CONTEXT + 1]


def _hunk(piece: Sequence[_Line]) -> Hunk:
    old = [line.old for line in piece if line.mark != "+"]
    new = [line.today for line in piece if line.mark != "-"]
    return Hunk(
        old[0] if old else piece[0].old - 1,
        len(old),
        new[0] if new else piece[0].after,
        len(new),
        _decode([line.mark.encode() + line.text for line in piece]),
    )


def _decode(lines: Sequence[bytes]) -> str:
    return "\n".join(line.decode("utf-8", "replace").removesuffix("\r") for line in lines)


def touches(hunk: Hunk, first: int, last: int) -> bool:
    """Whether the hunk changed one of today's lines ``first`` to ``last``; context does not count.

    A removal touches them if it was made between two of them or right after the last.
    """
    if not hunk.text:
        return hunk.new_start <= last and first < hunk.new_start + max(1, hunk.new_count)
    lineno = hunk.new_start + (hunk.new_count == 0)
    added = removed = 0
    for line in [*hunk.text.split("\n"), " "]:
        if line.startswith("-"):
            removed += 1
        elif line.startswith("+"):
            added += 1
        else:
            if added and lineno <= last and first < lineno + added:
                return True
            if removed and not added and first < lineno <= last + 1:
                return True
            lineno += added + 1
            added = removed = 0
    return False


def added_lines(hunk: Hunk) -> list[int]:
    """Today's numbers of the lines the hunk added."""
    found: list[int] = []
    lineno = hunk.new_start + (hunk.new_count == 0)
    for line in hunk.text.split("\n"):
        if line[:1] == "+":
            found.append(lineno)
        lineno += line[:1] != "-"
    return found


def first_changed(hunk: Hunk, start: int = 1) -> int:
    """Today's number of the first line from ``start`` on that was added, or before which one was removed."""
    lineno = hunk.new_start + (hunk.new_count == 0)
    for line in hunk.text.split("\n"):
        if line[:1] in ("+", "-") and lineno >= start:
            return lineno
        lineno += line[:1] != "-"
    return hunk.new_start
