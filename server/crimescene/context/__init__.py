"""Gather and rank: a trace, a place or a chain of files becomes a :class:`Context`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from crimescene import history, languages, resolve, syntax
from crimescene.context import (
    behavior,
    candidates,
    chain,
    environment,
    following,
    promises,
    recent,
    snippets,
    summary,
    words,
)
from crimescene.context.moved import Today
from crimescene.context.pool import Pool
from crimescene.context.shaped import shape_of
from crimescene.context.suspected import suspected
from crimescene.model import Context, Frame, Location, Span, Trace
from crimescene.workspace import DiskWorkspace, is_binary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crimescene.case import Case
    from crimescene.context.chain import Link
    from crimescene.model import Behavior
    from crimescene.settings import Settings
    from crimescene.workspace import Workspace

_MOST_TRACES = 1000
"""Traces of one text that compete, the newest of them: a log may hold tens of thousands."""
_MAP_BYTES = 32_000_000
"""Of a source map: it is longer than the code it is of."""
_PER_FILE = 6
"""Functions of one file that a chain of files starts from."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user adds to the evidence, verbatim."""

    note: str = ""
    suspects: tuple[str, ...] = ()
    expected: str = ""
    actual: str = ""
    values: tuple[tuple[str, str], ...] = ()
    """What variables held, by name."""


class Scene:
    """What the core may look at: one workspace with its history, at one moment."""

    def __init__(
        self,
        workspace: Workspace,
        repository: history.Repository | None,
        settings: Settings,
        now: float,
        here: str = "",
    ) -> None:
        self.here = here
        """The folder the user is in, relative to the root: programs print paths relative to theirs."""
        self.workspace = workspace
        self.repository = repository
        self.settings = settings
        self.now = now
        self._outlines: dict[str, syntax.Outline | None] = {}
        self.omitted: dict[str, None] = {}

    @cached_property
    def files(self) -> resolve.Files:
        """The workspace's files, ready for look-ups by printed path."""
        root = self.workspace.root
        large = DiskWorkspace(root, max_bytes=_MAP_BYTES).read
        return resolve.index_files(root.as_posix(), self.workspace.files(), self.workspace.read, large)

    def outline(self, path: str) -> syntax.Outline | None:
        """Definitions and calls of the file; None, and a sentence, where it cannot be analysed."""
        if path not in self._outlines:
            source = self.workspace.read(path)
            readable = source is not None and not is_binary(source)
            self._outlines[path] = found = syntax.outline(path, source) if source and readable else None
            if found is None and (why := languages.missing_grammar(path)):
                self.omitted[why] = None
        return self._outlines[path]

    def search(self, names: Collection[str], spoken: Collection[str]) -> history.Search | None:
        """Start a search for ``names`` in the files on disk of the languages ``spoken`` (ids).

        None where git cannot do it for us.
        """
        if self.repository is None or not isinstance(self.workspace, DiskWorkspace):
            return None  # git does not see unsaved buffers
        return history.search_ahead(self.repository, names, languages.endings(spoken))

    @cached_property
    def recent(self) -> history.Changes:
        """Uncommitted changes and those of the window."""
        if self.repository is None:
            why = history.why_no_repository(self.workspace.root).removeprefix("No history: ").rstrip(".")
            self.omitted[f"recent changes ({why})"] = None
            return history.Changes((), (), complete=False)
        return history.changes(self.repository, since=self.now - self.settings.since, now=self.now)


def from_trace(text: str, traces: Sequence[Trace], scene: Scene, wish: Wish) -> Context:
    """The context of the most telling of ``traces``, which were parsed from ``text``."""
    newest = traces[-_MOST_TRACES:]
    index = _most_telling(newest, [_chain(t, scene) for t in newest])
    trace = newest[index]
    today = Today(scene.workspace, scene.files, scene.outline, scene.repository)
    data = text.encode("utf-8", "surrogatepass")
    announced = resolve.folders_around(data, trace.span, scene.files)
    found = _chain(trace, scene, today, announced)
    whole, moved = _cut_out(text, trace)
    spans = {f.span: moved_frame.span for f, moved_frame in zip(_frames(trace), _frames(moved), strict=True)}
    context = _gather(moved, found, scene, wish, _query(moved, wish))
    places = tuple((spans[span], location) for span, location in found.places if span in spans)
    omitted = context.omitted
    if not any(place.in_app for _, place in places):
        omitted = (*omitted, _nowhere(_frames(trace)))
    if others := behavior.others(newest, index):
        omitted = (*omitted, others)
    root = trace.root
    return replace(
        context,
        text=whole,
        title=behavior.error_line(root.exception, root.message),
        summary=summary.failure(trace, found),
        frame_locations=places,
        suspected=suspected(trace, found.links),
        environment=environment.environment(text, found.links, scene.workspace),
        shape=shape_of(trace, found.links, scene.workspace),
        omitted=omitted,
    )


def _chain(
    trace: Trace, scene: Scene, today: Today | None = None, announced: Sequence[str] = ()
) -> chain.Chain:
    return following.follow(
        trace,
        scene.workspace,
        scene.files,
        scene.outline,
        scene.settings.path_mappings,
        libraries=scene.settings.read_libraries,
        today=today,
        bases=(*announced, scene.here),
    )


def with_answers(found: Context, known: Case | None, edits: Mapping[str, str]) -> Context:
    """``found`` with what the user answered for the same failure before, and wrote into its prompt since.

    ``edits`` are such answers by ``expected`` and ``actual``; what is said with this question wins.
    """
    answers = (known.expected, known.actual) if known is not None else ("", "")
    expected = edits.get("expected") or answers[0]
    actual = edits.get("actual") or (answers[1] if found.trace is None else "")
    return replace(
        found,
        expected=behavior.answered(found.expected, expected),
        actual=behavior.answered(found.actual, actual),
    )


def from_places(places: Sequence[tuple[str, int]], scene: Scene, wish: Wish, *, title: str) -> Context:
    """The context of lines of the workspace (path, 1-based line), the one in question first."""
    links = tuple(
        _place_link(path, lineno, scene, depth, len(places)) for depth, (path, lineno) in enumerate(places)
    )
    found = chain.Chain(tuple(x for x in links if x is not None), (), ())
    said = f"{wish.note} {wish.expected} {wish.actual}"
    context = _gather(None, found, scene, wish, words.Query("", "", said, wish.suspects))
    names = " → ".join(summary.spoken(x, with_line=False) for x in found.links)
    return replace(
        context,
        title=title,
        summary=f"No trace: the question starts at {names}." if names else "No trace was given.",
        environment=environment.environment("", found.links, scene.workspace),
    )


def _gather(trace: Trace | None, found: chain.Chain, scene: Scene, wish: Wish, query: words.Query) -> Context:
    pool = Pool(scene.workspace, scene.outline, scene.search)
    changes = scene.recent
    own = [link for link in found.links if link.location.in_app]
    blamed = recent.blame_ahead(scene.repository, own, changes.changes)
    items, notes = candidates.collect(
        found.links,
        pool,
        query,
        changes.changes,
        now=scene.now,
        window=scene.settings.since,
        seconds=scene.settings.ranking_seconds,
    )
    if not scene.settings.read_libraries:
        pointed = {link.function.path for link in found.links}
        items = [
            x
            for x in items
            if x.function.path in pointed or not resolve.in_library(x.function.path, scene.files)
        ]
    wanted = {w for found_words in words.asked_words(found.links, query).values() for w in found_words}
    chosen = snippets.best(items, scene.workspace, wanted)
    scene.omitted.update(dict.fromkeys(snippets.misread(chosen, scene.workspace)))
    met = recent.meeting(changes.changes, chosen, scene.outline)
    change_notes = list(changes.notes)
    if blamed is not None:
        since = scene.now - scene.settings.since
        change_notes += recent.unchanged(blamed, since=since, now=scene.now, complete=changes.complete)
    change_notes += recent.unread(scene.repository, own)
    if sentence := recent.elsewhere(changes.changes, met, scene.now):
        change_notes.append(sentence)

    def promise() -> Behavior | None:
        return promises.broken(trace, own, pool.calls_in, scene.outline) if trace is not None else None

    return Context(
        trace=trace,
        text="",
        title="",
        summary="",
        snippets=chosen,
        changes=met,
        change_notes=tuple(change_notes),
        expected=behavior.expected(trace, own, wish.expected, promise),
        actual=behavior.actual(trace, own, wish.actual),
        note=wish.note,
        suspects=wish.suspects,
        values=wish.values,
        hypotheses=recent.hypotheses(met, chosen, own, scene.now),
        omitted=(*found.notes, *scene.omitted, *_unknown(wish.suspects, scene), *notes),
    )


def _unknown(suspects: Iterable[str], scene: Scene) -> Iterator[str]:
    """Sentences on suspected places that do not exist."""
    for suspect in suspects:
        path, _, line = suspect.rpartition(":")
        outline = scene.outline(path) if line.isdecimal() else None
        if line.isdecimal() and (outline is None or not 1 <= int(line) <= len(outline.line_starts)):
            yield f"{suspect}, which is suspected, is no line of this workspace that can be analysed."


def _query(trace: Trace, wish: Wish) -> words.Query:
    parts: list[str] = []
    for stack in trace.stacks:
        parts += [stack.exception or "", stack.message]
    if trace.assertion is not None:
        parts += [trace.assertion.expected, trace.assertion.actual]
    types = tuple(stack.exception for stack in trace.stacks if stack.exception)
    return words.Query(" ".join(parts)[:20_000], trace.test or "", wish.note, wish.suspects, types)


def _most_telling(traces: Sequence[Trace], chains: Sequence[chain.Chain]) -> int:
    """The first failing test of a test run, else the last trace; one with links before one without."""
    with_links = [i for i, c in enumerate(chains) if c.links] or list(range(len(traces)))
    tests = [i for i in with_links if traces[i].test or any(x.in_test for x in chains[i].links)]
    return tests[0] if tests else with_links[-1]


def _frames(trace: Trace) -> list[Frame]:
    return [frame for stack in trace.stacks for frame in stack.frames]


def _cut_out(text: str, trace: Trace) -> tuple[str, Trace]:
    """The trace's own part of the text, whole lines, with its spans moved along."""
    data = text.encode("utf-8", "surrogatepass")
    start = data.rfind(b"\n", 0, trace.span.start) + 1
    end = data.find(b"\n", trace.span.end)
    end = len(data) if end < 0 else end

    def moved(span: Span) -> Span:
        return Span(span.start - start, span.end - start)

    stacks = tuple(
        replace(s, span=moved(s.span), frames=tuple(replace(f, span=moved(f.span)) for f in s.frames))
        for s in trace.stacks
    )
    part = data[start:end].decode("utf-8", "replace")
    return part, replace(trace, stacks=stacks, span=moved(trace.span))


def _place_link(path: str, lineno: int, scene: Scene, depth: int, of: int) -> Link | None:
    source = scene.workspace.read(path)
    if source is None or is_binary(source):
        scene.omitted[chain.why_not_shown(scene.workspace, path)] = None
        return None
    lines = source.count(b"\n") + (not source.endswith(b"\n"))
    if lineno > lines:
        scene.omitted[f"{path} has {lines:,} lines, no line {lineno:,}."] = None
    outline = scene.outline(path)
    if outline is None and (why := chain.without_grammar(path)):
        scene.omitted[why] = None
    if outline is None:
        function = chain.whole_file(path, source)
    else:
        function = chain.named_unit(outline, syntax.enclosing_function(outline, lineno))
    return chain.Link(
        frame=Frame(path, lineno, None, function.name, None, "", Span(0, 0)),
        location=Location(path, lineno),
        function=function,
        outline=outline,
        stack=0,
        position=depth + 1,
        of=of,
        depth=depth,
        in_test=chain.in_test(path),
        raised=False,
        origin=False,
        relation=None,
    )


def _nowhere(frames: Sequence[Frame]) -> str:
    """One sentence on a trace of which no frame is a file of the workspace."""
    if not any(frame.path for frame in frames):
        return "code (the trace names no file)"
    which = "its frame is no file" if len(frames) == 1 else f"none of its {len(frames):,} frames is a file"
    return (
        f"code ({which} of this folder: name the project's with --root,"
        " or with the setting pathMappings where the printed folders lie)"
    )


def from_files(paths: Sequence[str], scene: Scene, wish: Wish) -> Context:
    """The context of a chain of files in the order the data travels, without a trace."""
    places: list[tuple[str, int]] = []
    for path in paths:
        outline = scene.outline(path)
        functions = [] if outline is None else [f for f in outline.functions if f.kind != "lambda"]
        outer = [f for f in functions if "." not in f.qualified_name] or functions
        places += [(path, f.first_lineno) for f in outer[:_PER_FILE]] or [(path, 1)]
    names = " → ".join(p.rsplit("/", 1)[-1] for p in paths)
    from crimescene import shapes  # noqa: PLC0415 -- a prompt of a trace does not wait for them

    found = from_places(places, scene, wish, title=f"Unexpected behavior along {names}")
    return replace(found, shape=shapes.text(shapes.trace(scene.workspace, paths)))
