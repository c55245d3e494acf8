"""From the frames of a trace to the chain: each resolved, placed at today's lines, with its function."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from crimescene import resolve, syntax
from crimescene.context import chain
from crimescene.model import Function, Location, Relation, Span
from crimescene.workspace import is_binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crimescene.context.chain import Link
    from crimescene.context.moved import Today
    from crimescene.model import Frame, Stack, Trace
    from crimescene.workspace import Workspace

_MOST_NOTES = 8
_MOST_CHOICES = 3
"""Files that match an ambiguous path whose code is shown."""
MAX_FRAMES = 400
"""In-app frames that are looked at; a recursion of thousands repeats the same functions."""


def follow(
    trace: Trace,
    workspace: Workspace,
    files: resolve.Files,
    outline: Callable[[str], syntax.Outline | None],
    mappings: Mapping[str, str],
    *,
    libraries: bool = False,
    today: Today | None = None,
    bases: Sequence[str] = (),
) -> chain.Chain:
    """Resolve each frame of ``trace`` and order the links: the error's origin first.

    With ``libraries`` frames of libraries inside the workspace are links too, though none of them counts as
    the place of the error. ``today`` looks for lines that moved and files that are gone, which takes time.
    ``bases`` are folders that the program may have run in.
    """
    origin = _deepest_cause(trace)
    root = trace.stacks.index(trace.root)
    frames = [f for s in trace.stacks for f in s.frames]
    answers = iter(resolve.resolve_all(frames, files, mappings, bases))
    answered = [[next(answers) for _ in stack.frames] for stack in trace.stacks]
    walk = _Walk(trace, workspace, files, outline, today, libraries=libraries)
    for index in sorted(range(len(trace.stacks)), key=lambda i: (i != origin, i != root, i)):
        walk.down(index, answered[index], is_root=index == root, is_origin=index == origin)
    gone = today.notes if today is not None else {}
    return chain.Chain(
        tuple(walk.links), tuple(walk.places), (*walk.notes, *gone), tuple(_doubts(trace, answered))
    )


class _Walk:
    """Goes down the stacks of a trace, from the innermost frame of each, and keeps what it finds."""

    def __init__(
        self,
        trace: Trace,
        workspace: Workspace,
        files: resolve.Files,
        outline: Callable[[str], syntax.Outline | None],
        today: Today | None,
        *,
        libraries: bool,
    ) -> None:
        self.trace = trace
        self.workspace = workspace
        self.files = files
        self.outline = outline
        self.today = today
        self.libraries = libraries
        self.links: list[Link] = []
        self.places: list[tuple[Span, Location]] = []
        self.notes: dict[str, None] = {}

    def down(
        self, index: int, answers: Sequence[resolve.Resolution], *, is_root: bool, is_origin: bool
    ) -> None:
        """Add the frames of the stack at ``index``, for which ``answers`` are the files."""
        stack = self.trace.stacks[index]
        depth, innermost = 0, True
        for position, (frame, found) in enumerate(zip(stack.frames, answers, strict=True), 1):
            place = self._place(stack, position, found)
            if place is None:
                self.links += [
                    replace(
                        link,
                        stack=index,
                        position=position,
                        of=len(stack.frames),
                        depth=depth,
                        relation=stack.relation,
                    )
                    for link in _choices(frame, found, self.workspace, self.outline)
                ]
                innermost = innermost and not found.choices
                depth += bool(found.choices)
                continue
            self.places.append((frame.span, place))
            if not (place.in_app or self.libraries) or len(self.links) >= MAX_FRAMES:
                continue
            link = _link(
                frame,
                place,
                self.outline(place.path),
                self.workspace,
                stack=index,
                position=position,
                of=len(stack.frames),
                depth=depth if place.in_app else depth + 1,
                raised=place.in_app and innermost and is_root,
                origin=place.in_app and innermost and is_origin,
                relation=stack.relation,
            )
            if place.in_app:
                innermost = False
                depth += not chain.in_test(place.path)
            self._keep(link, place)

    def _place(self, stack: Stack, position: int, found: resolve.Resolution) -> Location | None:
        """Where the 1-based frame of ``stack`` stands today; notes it where nobody can say."""
        frame = stack.frames[position - 1]
        name = _function_around(self.trace, stack, position)
        place = self.today.place(frame, found, name) if self.today is not None else found.location
        if place is None and found.telling and len(self.notes) < _MOST_NOTES:
            self.notes[f"{frame.path}: {found.note}."] = None
        if place is None and self.libraries:
            return _in_library(frame, self.files, self.workspace)
        return place

    def _keep(self, link: Link | None, place: Location) -> None:
        if link is None:
            self.notes[chain.why_not_shown(self.workspace, place.path)] = None
            return
        self.links.append(_unbridged(link, self.links[-1] if self.links else link))
        if link.outline is None and (why := chain.without_grammar(place.path)):
            self.notes[why] = None


def _unbridged(link: Link, inner: Link) -> Link:
    """``link`` with the function of ``inner`` where it is the compiler's bridge to it.

    For a method that overrides a generic one javac makes a second of the same name, which calls it and has
    the line of the class for its own (Java Language Specification, 15.12.4.5).
    """
    bridges = (
        link.function.kind == "class"
        and link.frame.function is not None
        and inner.frame.function == link.frame.function
        and (inner.stack, inner.position + 1) == (link.stack, link.position)
        and inner.location.path == link.location.path
        and link.function.first_lineno <= inner.function.first_lineno <= link.function.last_lineno
    )
    return replace(link, function=inner.function) if bridges else link


def _choices(
    frame: Frame,
    found: resolve.Resolution,
    workspace: Workspace,
    outline: Callable[[str], syntax.Outline | None],
) -> Iterator[Link]:
    """The places of an ambiguous frame, if they are few enough to be shown side by side."""
    if len(found.choices) > _MOST_CHOICES or frame.lineno is None:
        return
    note = f"one of {len(found.choices)} files that match {frame.path}"
    for path in found.choices:
        source = workspace.read(path) or b""
        if source.count(b"\n") + 1 < frame.lineno:
            continue
        place = Location(path, frame.lineno, not resolve.is_library(frame), note)
        link = _link(
            frame,
            place,
            outline(path),
            workspace,
            stack=0,
            position=1,
            of=1,
            depth=0,
            raised=False,
            origin=False,
            relation=Relation.ROOT,
        )
        if link is not None:
            yield replace(link, certain=False)


def _doubts(
    trace: Trace, answered: Sequence[Sequence[resolve.Resolution]]
) -> Iterator[tuple[int, Frame, tuple[str, ...]]]:
    """The stacks whose innermost frame in the workspace is ambiguous."""
    for index, answers in enumerate(answered):
        for frame, found in zip(trace.stacks[index].frames, answers, strict=True):
            if found.choices:
                yield index, frame, found.choices
            if found.choices or (found.location is not None and found.location.in_app):
                break


@cache
def _names_called() -> frozenset[str]:
    """Formats whose frames name the function called at their place, not the one around it."""
    from crimescene.traces import FORMATS  # noqa: PLC0415 -- a question without a trace does not wait for them

    return frozenset(known.name for known in FORMATS if known.names_called)


def _function_around(trace: Trace, stack: Stack, position: int) -> str | None:
    """The printed name of the function that the place of the 1-based frame lies in."""
    if trace.format not in _names_called():
        return stack.frames[position - 1].function
    return stack.frames[position].function if position < len(stack.frames) else None


def _in_library(frame: Frame, files: resolve.Files, workspace: Workspace) -> Location | None:
    """The file of a library frame inside the workspace, which git does not list."""
    path = resolve.library_path(frame, files)
    if path is None or frame.lineno is None or workspace.read(path) is None:
        return None
    return Location(path, frame.lineno, in_app=False)


def _deepest_cause(trace: Trace) -> int:
    """Index of the stack at the end of the chain of causes that starts at the root."""
    current = trace.stacks.index(trace.root)
    seen = {current}
    while True:
        causes = [
            i
            for i, s in enumerate(trace.stacks)
            if s.of == current and s.relation in (Relation.CAUSE, Relation.MEMBER) and i not in seen
        ]
        causes = [i for i in causes if _has_frames(trace.stacks[i])]
        if not causes:
            return current
        current = causes[0]
        seen.add(current)


def _has_frames(stack: Stack) -> bool:
    return any(f.path and f.lineno for f in stack.frames)


def _link(
    frame: Frame,
    location: Location,
    outline: syntax.Outline | None,
    workspace: Workspace,
    *,
    stack: int,
    position: int,
    of: int,
    depth: int,
    raised: bool,
    origin: bool,
    relation: Relation,
) -> Link | None:
    if outline is None:
        source = workspace.read(location.path)
        if source is None or is_binary(source):
            return None
        function = chain.whole_file(location.path, source)
    else:
        function = chain.named_unit(outline, around(outline, frame, location))
    return chain.Link(
        frame=frame,
        location=location,
        function=function,
        outline=outline,
        stack=stack,
        position=position,
        of=of,
        depth=depth,
        in_test=chain.in_test(location.path),
        raised=raised,
        origin=origin,
        relation=relation,
    )


def around(outline: syntax.Outline, frame: Frame, location: Location) -> Function:
    """The innermost function that the frame's place lies in."""
    if location.column is not None:  # the printed column and name are those of a generated file
        return syntax.enclosing_function(outline, location.lineno, location.column)
    column = frame.column if location.lineno == frame.lineno else None
    return syntax.enclosing_function(outline, location.lineno, column or None, frame.function)
