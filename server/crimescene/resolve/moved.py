"""The line a frame means today: code changes after a trace is printed, and the numbers in it do not."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import history, syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.model import Frame, Function, Location

_TELLING = 4
"""Characters below which a line, such as a bracket, is like any other."""
_CUT = ("…", "...")
_PARTS = re.compile(r"[.:#$/]")
_NAMED = ("function", "method", "accessor")


def settle(
    frame: Frame,
    location: Location,
    source: bytes,
    outline: syntax.Outline | None,
    *,
    repository: history.Repository | None,
    deadline: float,
) -> Location:
    """``location`` at the line of ``source`` that the frame means, with a note where it is another.

    The printed code tells, else the name of the function; by text first, then through git until
    ``deadline`` (``time.monotonic``). What cannot be found keeps its line, and the note says so.
    """
    if location.column is not None:  # a source map said where
        return location
    look = _Look(frame, location, source, outline, _Past(repository, deadline))
    printed = (frame.code or "").strip().split("\n", 1)[0].strip()
    return look.by_code(printed) if printed else look.by_name()


class _Past:
    """What git knows of a line, as long as there is time."""

    def __init__(self, repository: history.Repository | None, deadline: float) -> None:
        self._repository, self._deadline = repository, deadline

    def line(self, location: Location, fits: Callable[[bytes], bool]) -> history.LineSince | None:
        """Where the line of the newest version that ``fits`` is today."""
        seconds = self._deadline - time.monotonic()
        if self._repository is None or seconds <= 0:
            return None
        return history.line_since(self._repository, location.path, location.lineno, fits, seconds=seconds)


class _Look:
    """One frame against the file as it is today."""

    def __init__(
        self, frame: Frame, location: Location, source: bytes, outline: syntax.Outline | None, past: _Past
    ) -> None:
        self.location, self.outline, self.past = location, outline, past
        self.lines = _lines(source)
        self.functions = [] if outline is None else _named(outline, frame)

    def by_code(self, printed: str) -> Location:
        """The line that reads as printed: the only one in the function, or in the file, else through git."""
        was = self.location.lineno
        if was <= len(self.lines) and _same(printed, self.lines[was - 1]):
            return self.location
        if len(printed) >= _TELLING:
            found = [n for n, line in enumerate(self.lines, 1) if _same(printed, line)]
            inside = [n for n in found if any(f.first_lineno <= n <= f.last_lineno for f in self.functions)]
            for choice in (inside, found):
                if len(choice) == 1:
                    return _at(self.location, choice[0], f"moved from line {was}")

        def fits(version: bytes) -> bool:
            then = _lines(version)
            return was <= len(then) and _same(printed, then[was - 1])

        return self._through(self.past.line(self.location, fits))

    def by_name(self) -> Location:
        """A line in another function than the one of the printed name is not the line that was meant."""
        was, outline = self.location.lineno, self.outline
        if outline is None or len(self.functions) != 1:
            return self._beyond()
        (function,) = self.functions
        if function.first_lineno <= was <= function.last_lineno:
            return self.location
        around = syntax.enclosing_function(outline, was) if was <= len(self.lines) else None
        if around is not None and around.kind not in _NAMED:
            return self.location

        def fits(version: bytes) -> bool:
            then = syntax.outline(self.location.path, version)
            return then is not None and any(
                f.name == function.name and f.first_lineno <= was <= f.last_lineno for f in then.functions
            )

        found = self.past.line(self.location, fits)
        if found is not None:
            return self._through(found)
        return _at(self.location, function.first_lineno, f"line {was} is no longer in {function.name}")

    def _through(self, found: history.LineSince | None) -> Location:
        was, last = self.location.lineno, max(1, len(self.lines))
        if found is None:
            return _at(self.location, min(was, last), f"line {was} is not as printed any more")
        if found.today is not None:
            return _at(self.location, found.today, f"moved from line {was}" if found.today != was else "")
        note = f"line {was} was changed or removed after {found.sha[:7]}"
        return _at(self.location, min(max(1, found.near), last), note)

    def _beyond(self) -> Location:
        was, last = self.location.lineno, max(1, len(self.lines))
        if was <= last:
            return self.location
        return _at(self.location, last, f"line {was} is beyond the end of the file")


def _lines(source: bytes) -> list[str]:
    lines = source.decode("utf-8", "replace").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _at(location: Location, lineno: int, note: str) -> Location:
    said = ", ".join(part for part in (location.note, note) if part)
    return replace(location, lineno=lineno, note=said)


def _same(printed: str, line: str) -> bool:
    """Whether a line of the file is the printed one, which may be cut and whose blanks may differ."""
    left, right = " ".join(printed.split()), " ".join(line.split())
    if left == right:
        return True
    cut = next((mark for mark in _CUT if left.endswith(mark)), "")
    return bool(cut) and len(left) > 2 * _TELLING and right.startswith(left.removesuffix(cut).rstrip())


def _named(outline: syntax.Outline, frame: Frame) -> list[Function]:
    """The functions that have the name the frame printed."""
    name = _PARTS.split((frame.function or "").removesuffix("()"))[-1]
    if not name.isidentifier():
        return []
    return [f for f in outline.functions if f.name == name and f.kind in _NAMED]
