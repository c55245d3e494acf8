"""What each frame of a text stands for, as plain data: for whoever shows texts to people.

A hover, a link and a hint all start from a :class:`Place`. What costs a search through the
workspace or its history is asked for apart (:func:`evidence`), so that the rest can be shown at once.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import callers, history, languages, resolve, suspects, syntax
from crimescene.context import chain
from crimescene.model import Certainty
from crimescene.traces import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.context import Scene
    from crimescene.model import Call, Change, Frame, Function, Stack, Suspect, Trace
    from crimescene.syntax import Outline

_CALLERS = 5
_BLAME_SECONDS = 0.5
_SEARCH_SECONDS = 1.0
_MAX_PLACES = 20_000
"""Frames of one text that are looked at; beyond them it is no longer one failure somebody reads."""
_FRAMES = 5
"""Frames of a library that may lie between an error and the line it is blamed on."""
_LIBRARY = re.compile(r"(?:^|[/\\])(?:node_modules|site-packages|vendor)[/\\]|^node:|^<")
_LOOSE = frozenset(known.name for known in FORMATS if known.loose)


@dataclass(frozen=True, slots=True)
class Place:
    """One frame of a text, and the file and line it stands for as far as that is certain."""

    trace: Trace
    stack: Stack
    frame: Frame
    position: int
    """Place in its stack, 1 for the innermost frame."""
    path: str
    """POSIX, relative to the root; absolute where it lies outside; empty where there is no such file."""
    lineno: int
    in_app: bool
    in_workspace: bool
    note: str = ""
    """Why there is no file: "library frame", "ambiguous: …"; or how it was found: "by the source map …"."""
    column: int | None = None
    """1-based, in that file."""
    mapped: bool = False
    """Whether a source map says what was written; the printed name and column are those of what was built."""


@dataclass(frozen=True, slots=True)
class Described:
    """The function around a place."""

    function: Function | None
    signature: str = ""
    fence: str = ""
    """Info string of the language."""
    in_test: bool = False
    suspect: Suspect | None = None
    """What the message blames, on the line where the error was raised."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What had to be searched for: who calls a function, who changed it last."""

    callers: tuple[Call, ...] = ()
    more: int = 0
    """Callers beyond those."""
    not_examined: int = 0
    """Files that mention the name and were not looked at."""
    change: Change | None = None


def places(traces: Iterable[Trace], scene: Scene) -> tuple[Place, ...]:
    """Every frame of ``traces`` that names a file and a line, in the order of the text."""
    found: list[Place] = []
    outside: dict[str, str] = {}
    for trace in traces:
        frames = [frame for stack in trace.stacks for frame in stack.frames]
        answers = iter(resolve.resolve_all(frames, scene.files, scene.settings.path_mappings, (scene.here,)))
        for stack in trace.stacks:
            for position, (frame, answer) in enumerate(zip(stack.frames, answers, strict=False), 1):
                if frame.path is None or frame.lineno is None:
                    continue
                location = answer.location
                if location is None and frame.path not in outside:
                    outside[frame.path] = _outside(frame, scene)
                path = outside[frame.path] if location is None else location.path
                lineno = frame.lineno if location is None else location.lineno
                inside = location is not None
                found.append(
                    Place(
                        trace,
                        stack,
                        frame,
                        position,
                        path,
                        lineno,
                        answer.in_app,
                        inside,
                        answer.note,
                        column=frame.column if location is None else location.column or frame.column,
                        mapped=location is not None and location.column is not None,
                    )
                )
        if len(found) > _MAX_PLACES:
            break
    found.sort(key=lambda place: place.frame.span)
    return tuple(found)


def _outside(frame: Frame, scene: Scene) -> str:
    """The file itself, where the path is one of this machine that the workspace does not list.

    Only whether it is there is asked, and never of a network path: a name in a log must not
    make this machine introduce itself to another.
    """
    path = resolve.plain_path(frame.path or "")
    if path.startswith("//") or "\0" in path:
        return ""
    full = path if re.match(r"/|[A-Za-z]:/", path) else f"{scene.workspace.root.as_posix()}/{path}"
    try:
        return full if os.path.isfile(full) else ""  # noqa: PTH113 -- a string comes in and goes out
    except (OSError, ValueError):
        return ""


def is_loose(trace: Trace) -> bool:
    """Whether nothing but the look of ``path:line`` says that this is a trace at all."""
    return trace.format in _LOOSE or not any(stack.frames for stack in trace.stacks)


def at(found: Sequence[Place], data: bytes, offset: int) -> Place | None:
    """The place printed at the byte ``offset`` of ``data``, else the only one on its line.

    Whoever points at the function's name means the frame too, as does who points at the line of
    code that the runtime printed below it.
    """
    index = bisect_right(found, offset, key=lambda place: place.frame.span.start)
    for place in found[max(0, index - 1) : index]:
        if offset <= place.frame.span.end:
            return place
    first = data.rfind(b"\n", 0, offset) + 1
    last = data.find(b"\n", offset)
    last = len(data) if last < 0 else last
    start = bisect_right(found, first - 1, key=lambda place: place.frame.span.start)
    end = bisect_right(found, last, key=lambda place: place.frame.span.start)
    if end - start == 1:
        return found[start]
    if start == end and start:
        before = found[start - 1]
        below = data.count(b"\n", before.frame.span.end, first)
        return before if below <= before.frame.text.count("\n") else None
    return None


def trace_at(traces: Sequence[Trace], offset: int) -> Trace | None:
    """The trace around ``offset``, else the last one before it, else the first of all."""
    around = [trace for trace in traces if trace.span.start <= offset <= trace.span.end]
    if around:
        return min(around, key=lambda trace: trace.span.end - trace.span.start)
    before = [trace for trace in traces if trace.span.end < offset]
    return before[-1] if before else next(iter(traces), None)


def describe(place: Place, scene: Scene) -> Described:
    """The function around a place, with its signature."""
    if not place.in_workspace:
        return Described(None)
    outline = scene.outline(place.path)
    language = languages.language_for(place.path)
    fence = language.fence if language else ""
    test = chain.in_test(place.path)
    if outline is None:
        return Described(None, fence=fence, in_test=test)
    frame = place.frame
    name = None if place.mapped else frame.function
    function = syntax.enclosing_function(outline, place.lineno, place.column or None, name)
    function = chain.named_unit(outline, function)
    signature = "" if function.kind == "module" else syntax.signature(outline, function)
    return Described(function, signature, fence, test, _suspect(place, outline, scene))


def _suspect(place: Place, outline: Outline, scene: Scene) -> Suspect | None:
    """The expression of the line that the error's message blames, where the error was raised.

    Frames further in that lie outside the workspace only say that a library noticed it.
    """
    inner = [f.path for f in place.stack.frames[: place.position - 1] if f.path]
    if not place.in_app or place.position > _FRAMES or any(_is_ours(p, scene) for p in inner):
        return None
    frame = place.frame
    crash = suspects.Crash(
        exception=place.stack.exception or "",
        message=place.stack.message,
        lineno=place.lineno,
        column=place.column,
        code=frame.code,
        marks=frame.marks,
        frame=frame.function or "",
    )
    found = suspects.find(crash, outline, syntax.enclosing_function(outline, place.lineno))
    return next((s for s in found if s.by_message), None)


def _is_ours(path: str, scene: Scene) -> bool:
    """Whether a printed path is that of a file of the workspace, and of no library in it."""
    if _LIBRARY.search(path):
        return False
    plain = resolve.plain_path(path)
    root = f"{scene.workspace.root.as_posix()}/"
    inside = plain.removeprefix(root)
    return (plain.startswith(root) or not plain.startswith("/")) and scene.workspace.read(inside) is not None


def function_at(path: str, lineno: int, scene: Scene) -> Function | None:
    """The named function around a line of the workspace; None where nothing can tell."""
    outline = scene.outline(path)
    return None if outline is None else chain.named_unit(outline, syntax.enclosing_function(outline, lineno))


def last_change(lines: tuple[str, int, int], scene: Scene) -> Change | None:
    """The newest change of some lines (path, first, last; 1-based), as far as git tells in half a second."""
    if scene.repository is None:
        return None
    return history.last_changes(scene.repository, [lines], seconds=_BLAME_SECONDS)[0]


def evidence(function: Function, scene: Scene) -> Evidence:
    """Who calls ``function`` and who changed it last: up to a second or two in a large workspace."""
    change = last_change((function.path, function.first_lineno, function.last_lineno), scene)
    if function.kind == "module":
        return Evidence(change=change)
    answer = callers.incoming(scene.workspace, [function], seconds=_SEARCH_SECONDS)
    calls = sorted(answer.calls, key=lambda c: (-c.certainty.value, chain.in_test(c.path)))
    sure = [c for c in calls if c.certainty is not Certainty.NAME] or calls
    return Evidence(tuple(sure[:_CALLERS]), max(0, len(sure) - _CALLERS), answer.not_examined, change)
