"""On any text with frames: hover, definition, links, symbols, folding. Silent on ordinary code."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ref

from lsprotocol import types as lsp

from crimescene import traced
from crimescene.lsp import from_proto, sentences, to_proto
from crimescene.model import Span

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crimescene.context import Scene
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.model import Function, Trace
    from crimescene.traced import Evidence, Place

    Searches = dict[tuple[Root, str, Span], "_Search"]
    """Searches by the function they are about."""

_PATIENCE = 0.25
"""Seconds the first hover waits for callers and changes; later ones show them once they are there."""
_MAX_LINKS = 5000
_MAX_SEARCHES = 200
_MAX_FRAMES = 500
"""Frames of a trace that stand in the outline."""


@dataclass(slots=True)
class _Search:
    """A search for callers and changes."""

    scene: ref[Scene]
    """What it looked at, which nobody keeps for it."""
    found: Future[Evidence]
    waited: bool = False
    """Whether a hover has waited for it: over a large tree each of them would."""


def register(server: CrimesceneServer) -> None:
    """Answer the requests of this module."""
    searches: Searches = {}

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        asked = await _place(server, params)
        if asked is None:
            return None
        snapshot, root, place = asked
        found = await server.reading.run(lambda: traced.describe(place, root.scene()))
        searched: Evidence | None = None
        if found.function is not None and place.in_app:
            searched = await _search(server, searches, root, found.function)
        command = None
        if server.options.get("commandLinks"):
            command = {
                "uri": snapshot.uri,
                "line": params.position.line,
                "character": params.position.character,
            }
        text = sentences.hover(place, found, searched, root.path, now=server.now, command=command)
        return lsp.Hover(_markup(server, text), to_proto.span(snapshot, place.frame.span, server.encoding))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: lsp.DefinitionParams) -> list[lsp.Location] | list[lsp.LocationLink] | None:
        asked = await _place(server, params)
        if asked is None or not asked[2].path:
            return None
        snapshot, root, place = asked
        goal = await server.reading.run(lambda: target(server, root, place))
        if not server.capability("text_document", "definition", "link_support"):
            return [goal]
        origin = to_proto.span(snapshot, place.frame.span, server.encoding)
        return [lsp.LocationLink(goal.uri, goal.range, goal.range, origin)]

    _register_whole(server)


def _register_whole(server: CrimesceneServer) -> None:
    """Answer what is asked of a document as a whole."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_link(params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
        return await server.reading.run(lambda: _links(server, params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbol(
        params: lsp.DocumentSymbolParams,
    ) -> list[lsp.DocumentSymbol] | list[lsp.SymbolInformation] | None:
        return await server.reading.run(lambda: _symbols(server, params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding_range(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange] | None:
        return await server.reading.run(lambda: _folds(server, params.text_document.uri))


# --------------------------------------------------------------------------- the frame at a position


async def _place(server: CrimesceneServer, params: Any) -> tuple[Snapshot, Root, Place] | None:  # noqa: ANN401
    """The frame at the position of a request; None where there is none."""
    snapshot = server.snapshot(params.text_document.uri)
    if snapshot is None:
        return None
    offset = from_proto.offset(snapshot, params.position, server.encoding)

    def look() -> tuple[Snapshot, Root, Place] | None:
        found = places(server, snapshot)
        if found is None:
            return None
        place = traced.at(found[1], snapshot.data[snapshot.shift :], offset - snapshot.shift)
        return None if place is None else (snapshot, found[0], place)

    return await server.reading.run(look)


def places(server: CrimesceneServer, snapshot: Snapshot) -> tuple[Root, tuple[Place, ...]] | None:
    """The frames of a document and the root they were looked up in; None if there are none."""
    if not server.texts.traces(snapshot):
        return None
    root = server.root_of(snapshot)
    if root is None:
        return None
    if root.is_stale:
        server.working.submit(root.refresh_if_stale)
    found = server.texts.places(snapshot, root, source=server.is_source(snapshot))
    return (root, found) if found else None


async def _search(
    server: CrimesceneServer,
    searches: Searches,
    root: Root,
    function: Function,
) -> Evidence | None:
    """Callers and last change: as known, else as found in a moment, else as known before, else None."""
    scene = root.scene()
    key = (root, function.path, function.name_span)
    before = searches.get(key)
    if before is None or (before.scene() is not scene and before.found.done()):
        if len(searches) > _MAX_SEARCHES:
            searches.clear()
        searches[key] = _Search(ref(scene), server.working.submit(lambda: traced.evidence(function, scene)))
    search = searches[key]
    if not search.waited and not search.found.done():
        search.waited = True
        await asyncio.wait([asyncio.wrap_future(search.found)], timeout=_PATIENCE)
    if search.found.done():
        return search.found.result()
    return before.found.result() if before is not None and before.found.done() else None


def target(server: CrimesceneServer, root: Root, place: Place) -> lsp.Location:
    """Where a place is in its file."""
    path = place.path if place.in_workspace else root.workspace.relative(place.path)
    source = root.workspace.read(path) if path else None
    start = to_proto.place(source, place.lineno, place.column, server.encoding)
    return lsp.Location(_uri(root, place), lsp.Range(start, start))


def _uri(root: Root, place: Place) -> str:
    return to_proto.uri_of(f"{root.workspace.root}/{place.path}" if place.in_workspace else place.path)


def _markup(server: CrimesceneServer, text: str) -> lsp.MarkupContent:
    kinds = server.capability("text_document", "hover", "content_format")
    if kinds and lsp.MarkupKind.Markdown not in kinds:
        return lsp.MarkupContent(lsp.MarkupKind.PlainText, to_proto.without_links(text))
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


# --------------------------------------------------------------------------- whole documents


def _links(server: CrimesceneServer, uri: str) -> list[lsp.DocumentLink] | None:
    snapshot = server.snapshot(uri)
    found = places(server, snapshot) if snapshot is not None else None
    if snapshot is None or found is None:
        return None
    root, everything = found
    links = []
    for place in [p for p in everything if p.path][:_MAX_LINKS]:
        column = f",{place.column}" if place.column else ""
        where = to_proto.span(snapshot, place.frame.span, server.encoding)
        links.append(lsp.DocumentLink(where, f"{_uri(root, place)}#L{place.lineno}{column}"))
    return links


def _shown(server: CrimesceneServer, uri: str) -> tuple[Snapshot, list[Trace]] | None:
    """The traces of a document that are worth an entry in its outline."""
    snapshot = server.snapshot(uri)
    if snapshot is None:
        return None
    found = [trace for trace in server.texts.traces(snapshot) if not traced.is_loose(trace)]
    return (snapshot, found) if found else None


def _symbols(
    server: CrimesceneServer, uri: str
) -> list[lsp.DocumentSymbol] | list[lsp.SymbolInformation] | None:
    shown = _shown(server, uri)
    if shown is None:
        return None
    snapshot, found = shown
    if server.is_source(snapshot):
        return None  # its own server lists what the file defines
    symbols = [_symbol(server, snapshot, trace) for trace in found]
    if server.capability("text_document", "document_symbol", "hierarchical_document_symbol_support"):
        return symbols
    return [
        lsp.SymbolInformation(lsp.Location(uri, inner.range), inner.name, inner.kind)
        for symbol in symbols
        for inner in (symbol, *(symbol.children or ()))
    ]


def _symbol(server: CrimesceneServer, snapshot: Snapshot, trace: Trace) -> lsp.DocumentSymbol:
    whole = to_proto.span(snapshot, trace.span, server.encoding)
    children = []
    for stack in trace.stacks:
        for number, frame in enumerate(stack.frames[:_MAX_FRAMES], 1):
            where = to_proto.span(snapshot, frame.span, server.encoding)
            name = frame.function or frame.path or "frame"
            relation = "" if stack is trace.root else f" · {stack.exception or stack.relation.value}"
            detail = (
                f"{frame.path or ''}:{frame.lineno or '?'} · frame {number} of {len(stack.frames)}{relation}"
            )
            children.append(lsp.DocumentSymbol(name, lsp.SymbolKind.Function, where, where, detail))
    children.sort(key=lambda c: (c.range.start.line, c.range.start.character))
    start = lsp.Range(whole.start, whole.start)
    name = sentences.error(trace.root) or trace.format
    return lsp.DocumentSymbol(name, lsp.SymbolKind.Event, whole, start, trace.format, children=children)


def _folds(server: CrimesceneServer, uri: str) -> list[lsp.FoldingRange] | None:
    shown = _shown(server, uri)
    if shown is None or server.is_source(shown[0]):
        return None
    snapshot, found = shown
    spans = [trace.span for trace in found] + [s.span for trace in found for s in trace.stacks]
    known = places(server, snapshot)
    spans += _library_runs(known[1]) if known is not None else []
    folds: dict[tuple[int, int], lsp.FoldingRange] = {}
    for span in spans:
        first = snapshot.line_at(span.start + snapshot.shift)
        last = snapshot.line_at(max(span.start, span.end - 1) + snapshot.shift)
        if last > first:
            folds[first, last] = lsp.FoldingRange(first, last, kind=lsp.FoldingRangeKind.Region)
    return list(folds.values()) or None


def _library_runs(found: tuple[Place, ...]) -> list[Span]:
    """Neighbouring frames that are not the application's."""
    runs: list[Span] = []
    before: Place | None = None
    for place in found:
        if not place.in_app:
            joined = runs and before is not None and before.stack is place.stack and not before.in_app
            start = runs.pop().start if joined else place.frame.span.start
            runs.append(Span(start, place.frame.span.end))
        before = place
    return runs
