"""The line a frame means today: code changes after a trace is printed, and the numbers in it do not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import history, syntax
from crimescene.effort import effort
from crimescene.resolve.printed import printed_lines, same, without_types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.model import Frame, Function, Location

_TELLING = 4
"""Characters below which a line, such as a bracket, is like any other."""
_SHOWN = 3
"""Lines that all read as printed which a note names."""
_PARTS = re.compile(r"[.:#$/\\>]")
_ARITY = re.compile(r"(?:\(\)|/\d+)$")
_NAMED = ("function", "method", "accessor")
_TRANSPILED = (".ts", ".tsx", ".mts", ".cts", ".jsx", ".vue", ".svelte")
"""Files of which a runtime may print what it made of the line, without types or JSX."""
_COMPILED = "webpack-internal:"
"""In a path: the line is one of the module as the bundler compiled it."""
_LINES_OF_OTHERS = (".kt", ".kts")
"""Files whose line numbers may lie beyond their end: Kotlin gives inlined code numbers of its own."""


def settle(
    frame: Frame,
    location: Location,
    source: bytes,
    outline: syntax.Outline | None,
    *,
    around: str | None,
    former: str = "",
    repository: history.Repository | None,
    deadline: float,
) -> Location:
    """``location`` at the line of ``source`` that the frame means, with a note where it is another.

    The printed code tells, else ``around``, the printed name of the function that the place lies in; by text
    first, then through git (where the file had the name ``former``) until ``deadline``
    (of the clock ``effort``). What cannot be found keeps its line, and the note says so.
    """
    if location.column is not None:  # a source map said where
        return location
    compiled = _COMPILED in (frame.path or "")
    look = _Look(location, source, outline, around, _Past(repository, former, deadline))
    printed = (frame.code or "").strip().split("\n", 1)[0].strip()
    return look.by_code(printed) if printed else look.by_name(compiled=compiled)


class _Past:
    """What git knows of a line, as long as there is time."""

    def __init__(self, repository: history.Repository | None, former: str, deadline: float) -> None:
        self._repository, self._former, self._deadline = repository, former, deadline

    def line(self, location: Location, fits: Callable[[bytes], bool]) -> history.LineSince | None:
        """Where the line of the newest version that ``fits`` is today."""
        seconds = self._deadline - effort()
        if self._repository is None or seconds <= 0:
            return None
        return history.line_since(
            self._repository, location.path, location.lineno, fits, former=self._former, seconds=seconds
        )


class _Look:
    """One frame against the file as it is today."""

    def __init__(
        self,
        location: Location,
        source: bytes,
        outline: syntax.Outline | None,
        around: str | None,
        past: _Past,
    ) -> None:
        self.location, self.outline, self.past = location, outline, past
        self.lines = printed_lines(source)
        self.functions = [] if outline is None else _named(outline, around)

    def by_code(self, printed: str) -> Location:
        """The line that reads as printed: in the function if there is one of its name, else through git."""
        was = self.location.lineno
        transpiled = self.location.path.endswith(_TRANSPILED)
        if was <= len(self.lines):
            line = self.lines[was - 1]
            if same(printed, line, here=True) or (transpiled and without_types(printed, line)):
                return self.location
        found: list[int] = []
        if len(printed) >= _TELLING:
            found = [n for n, line in enumerate(self.lines, 1) if same(printed, line)]
            if self.functions:  # elsewhere the same words are other code
                found = [n for n in found if any(_holds(f, n) for f in self.functions)]
            if len(found) == 1:
                return _at(self.location, found[0], f"moved from line {was}")

        def fits(version: bytes) -> bool:
            then = printed_lines(version)
            return was <= len(then) and same(printed, then[was - 1])

        since = self.past.line(self.location, fits)
        if since is not None:
            return self._through(since)
        if found:
            return self._one_of(found)
        return self.by_name() if transpiled else self._gone(f"line {was} is not as printed any more")

    def by_name(self, *, compiled: bool = False) -> Location:
        """A line in another function than the one of the printed name is not the line that was meant.

        A class and what runs in it without a name of its own may hold a line of it all the same: compilers
        give what they add the line of the class.
        """
        was, outline = self.location.lineno, self.outline
        if outline is None or len(self.functions) != 1:
            return self._beyond()
        (function,) = self.functions
        inner = syntax.enclosing_function(outline, was) if was <= len(self.lines) else None
        if _holds(function, was) or (inner is not None and inner.kind not in (*_NAMED, "module")):
            return self.location
        if compiled:
            return self._gone(f"line {was} is one of the compiled module")

        def fits(version: bytes) -> bool:
            then = syntax.outline(self.location.path, version)
            return then is not None and any(
                f.name == function.name and _holds(f, was) for f in then.functions
            )

        since = self.past.line(self.location, fits)
        if since is not None:
            return self._through(since)
        if inner is None and self.location.path.endswith(_LINES_OF_OTHERS):
            return self._beyond()
        return self._gone(f"line {was} is no longer in {function.name}")

    def _through(self, since: history.LineSince) -> Location:
        was, last = self.location.lineno, max(1, len(self.lines))
        if since.today is not None:
            return _at(self.location, since.today, f"moved from line {was}" if since.today != was else "")
        note = f"line {was} was changed or removed after {since.sha[:7]}"
        return _at(self.location, min(max(1, since.near), last), note)

    def _one_of(self, found: Sequence[int]) -> Location:
        """The nearest of several lines that read as printed, and which they are."""
        was = self.location.lineno
        nearest = min(found, key=lambda n: abs(n - was))
        shown = ", ".join(str(n) for n in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        note = f"line {was} is not as printed any more, but each of the lines {shown}{more} is"
        return _at(self.location, nearest, note)

    def _gone(self, note: str) -> Location:
        """The place itself, or where the only function of the name begins if the place is not in it."""
        was, last = self.location.lineno, max(1, len(self.lines))
        lineno = min(was, last)
        if len(self.functions) == 1:
            (function,) = self.functions
            lineno = was if _holds(function, was) else function.first_lineno
        return _at(self.location, lineno, note)

    def _beyond(self) -> Location:
        was, last = self.location.lineno, max(1, len(self.lines))
        if was <= last:
            return self.location
        inlined = self.location.path.endswith(_LINES_OF_OTHERS)
        note = "is code inlined from elsewhere, or " if inlined else "is "
        return _at(self.location, last, f"line {was} {note}beyond the end of the file")


def _holds(function: Function, lineno: int) -> bool:
    return function.first_lineno <= lineno <= function.last_lineno


def _at(location: Location, lineno: int, note: str) -> Location:
    said = ", ".join(part for part in (location.note, note) if part)
    return replace(location, lineno=lineno, note=said)


def _named(outline: syntax.Outline, around: str | None) -> list[Function]:
    """The functions that have the printed name."""
    name = _PARTS.split(_ARITY.sub("", around or ""))[-1]
    if not name.isidentifier():
        return []
    return [f for f in outline.functions if f.name == name and f.kind in _NAMED]
