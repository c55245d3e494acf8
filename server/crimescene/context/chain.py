"""The call chain of a trace: its frames, found in the workspace, each with its function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from crimescene import languages, resolve, syntax
from crimescene.model import Function, Location, Relation, Span
from crimescene.workspace import is_binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crimescene.context.moved import Today
    from crimescene.model import Frame, Stack, Trace
    from crimescene.workspace import Workspace

_MOST_NOTES = 8
_MOST_CHOICES = 3
"""Files that match an ambiguous path whose code is shown."""
MAX_FRAMES = 400
"""In-app frames that are looked at; a recursion of thousands repeats the same functions."""


@dataclass(frozen=True, slots=True)
class Link:
    """One frame of the chain that lies in the workspace."""

    frame: Frame
    location: Location
    function: Function
    outline: syntax.Outline | None
    """None where no grammar is installed; the function is then the whole file."""
    stack: int
    position: int
    """Place in its stack, 1 for the innermost frame, library frames counted."""
    of: int
    """Number of frames of that stack."""
    depth: int
    """In-app frames of the program between this one and the place of the error, tests not counted."""
    in_test: bool
    raised: bool
    """The innermost in-app frame of the error that reached the user."""
    origin: bool
    """The innermost in-app frame of the deepest cause."""
    relation: Relation | None = Relation.ROOT
    """What its stack is to the error that reached the user; None where the user pointed here."""
    certain: bool = True
    """False for each of the files that all match an ambiguous path."""

    @property
    def label(self) -> str:
        """How reasons speak of it: "frame 2", "frame 2 of the cause", "step 3"."""
        return f"frame {self.position}{_BELONGS[self.relation]}" if self.relation else f"step {self.position}"

    @property
    def place(self) -> str:
        """The same with how many there are: "frame 2 of 5"."""
        if self.relation is None:
            return f"step {self.position} of {self.of}" if self.of > 1 else "the line in question"
        return f"frame {self.position} {self.of_stack}"

    @property
    def of_stack(self) -> str:
        """The same without the number: "of 5 of the cause"."""
        return f"of {self.of}{_BELONGS[self.relation]}" if self.relation else f"of {self.of}"


_BELONGS = {
    Relation.ROOT: "",
    Relation.CAUSE: " of the cause",
    Relation.CONTEXT: " of the error before",
    Relation.SUPPRESSED: " of the suppressed error",
    Relation.MEMBER: " of the group's error",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """All links, the most telling first, and what could not be found."""

    links: tuple[Link, ...]
    places: tuple[tuple[Span, Location], ...]
    """Every frame that lies in the workspace, by its span in the trace."""
    notes: tuple[str, ...]
    doubts: tuple[tuple[int, Frame, tuple[str, ...]], ...] = ()
    """Where a stack's innermost in-app frame is ambiguous: the stack, the frame, the files that match."""


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
) -> Chain:
    """Resolve each frame of ``trace`` and order the links: the error's origin first.

    With ``libraries`` frames of libraries inside the workspace are links too, though none of them counts as
    the place of the error. ``today`` looks for lines that moved and files that are gone, which takes time.
    ``bases`` are folders that the program may have run in.
    """
    origin = _deepest_cause(trace)
    root = trace.stacks.index(trace.root)
    links: list[Link] = []
    places: list[tuple[Span, Location]] = []
    notes: dict[str, None] = {}
    frames = [f for s in trace.stacks for f in s.frames]
    answers = iter(resolve.resolve_all(frames, files, mappings, bases))
    answered = [[next(answers) for _ in stack.frames] for stack in trace.stacks]
    order = sorted(range(len(trace.stacks)), key=lambda i: (i != origin, i != root, i))
    for index in order:
        depth = 0
        innermost = True
        stack = trace.stacks[index]
        for position, (frame, found) in enumerate(zip(stack.frames, answered[index], strict=True), 1):
            name = _function_around(trace, stack, position)
            place = today.place(frame, found, name) if today is not None else found.location
            if place is None and found.telling and len(notes) < _MOST_NOTES:
                notes[f"{frame.path}: {found.note}."] = None
            if place is None and libraries:
                place = _in_library(frame, files, workspace)
            if place is None:
                choices = _choices(frame, found, workspace, outline)
                links += [
                    replace(
                        link,
                        stack=index,
                        position=position,
                        of=len(stack.frames),
                        depth=depth,
                        relation=stack.relation,
                    )
                    for link in choices
                ]
                innermost = innermost and not found.choices
                depth += bool(found.choices)
                continue
            places.append((frame.span, place))
            if not (place.in_app or libraries) or len(links) >= MAX_FRAMES:
                continue
            link = _link(
                frame,
                place,
                outline(place.path),
                workspace,
                stack=index,
                position=position,
                of=len(stack.frames),
                depth=depth if place.in_app else depth + 1,
                raised=place.in_app and innermost and index == root,
                origin=place.in_app and innermost and index == origin,
                relation=stack.relation,
            )
            if place.in_app:
                innermost = False
                depth += not in_test(place.path)
            if link is None:
                notes[why_not_shown(workspace, place.path)] = None
                continue
            link = _unbridged(link, links[-1] if links else link)
            links.append(link)
            if link.outline is None and (why := without_grammar(link.location.path)):
                notes[why] = None
    gone = today.notes if today is not None else {}
    return Chain(tuple(links), tuple(places), (*notes, *gone), tuple(_doubts(trace, answered)))


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
        function = whole_file(location.path, source)
    else:
        function = named_unit(outline, around(outline, frame, location))
    return Link(
        frame=frame,
        location=location,
        function=function,
        outline=outline,
        stack=stack,
        position=position,
        of=of,
        depth=depth,
        in_test=in_test(location.path),
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


def why_not_shown(workspace: Workspace, path: str) -> str:
    """One sentence that says why there is no code of the file."""
    if why := workspace.why_unreadable(path):
        return why
    return f"{path} is binary data or UTF-16 text; saved as UTF-8 it would be shown."


def without_grammar(path: str) -> str:
    """One sentence for a file no known language reads; empty if it is only the grammar that is missing."""
    if languages.language_for(path) is not None:
        return ""
    return f"{path} is in a language without a grammar here, so functions and callers are not known."


def in_test(path: str) -> bool:
    """Whether the file holds tests, by the custom of its language."""
    language = languages.language_for(path)
    return language is not None and language.test_path(path)


def whole_file(path: str, source: bytes) -> Function:
    """The file as one unit, where no grammar can take it apart."""
    span = Span(0, len(source))
    name = path.rsplit("/", 1)[-1]
    last = source.count(b"\n") + (not source.endswith(b"\n"))
    return Function(name, name, "module", path, span, Span(0, 0), span, 1, max(1, last))


def named_unit(outline: syntax.Outline, function: Function) -> Function:
    """Climb from an anonymous function to the named one around it, if there is one.

    A callback says little without the function that passes it on; the callbacks of a test
    suite (``describe``, ``it``) stay, since nothing named is around them.
    """
    current: Function | None = function
    while current is not None and current.kind == "lambda":
        current = parent(outline, current)
    return current if current is not None and current.kind != "module" else function


def parent(outline: syntax.Outline, function: Function) -> Function | None:
    """The innermost function around ``function``; None at the top level of the file."""
    around = [
        f
        for f in outline.functions
        if f is not function
        and f.span.start <= function.span.start
        and function.span.end <= f.span.end
        and f.span != function.span
    ]
    return min(around, key=lambda f: f.span.end - f.span.start, default=None)


def by_relevance(links: Sequence[Link]) -> list[Link]:
    """Program frames before test frames, inner ones first, stacks in the order of their weight."""
    return sorted(links, key=lambda link: (link.in_test, link.depth))
