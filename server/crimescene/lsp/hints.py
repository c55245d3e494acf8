"""On source files: hints where the newest failure passed through, and lenses above its functions.

A hint goes when its function changes, when a run passes, when a newer failure takes its place, or
by command. When only the lines above its function change, it moves along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import traced
from crimescene.lsp import sentences, to_proto
from crimescene.resolve.printed import printed_lines, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.lsp.shown import Shown
    from crimescene.lsp.sources import Known, Sources
    from crimescene.model import Function
    from crimescene.syntax import Outline
    from crimescene.traced import Place

_OTHERS = 10
"""Other frames of the chain that a hint refers to."""
_MAX_HINTS = 100


@dataclass(frozen=True, slots=True)
class Hint:
    """A line of an open file that the newest failure passed through."""

    place: Place
    lineno: int
    """Where it is by now."""
    function: Function | None
    known: Known


@dataclass(frozen=True, slots=True)
class _Seen:
    """A function, or a line outside of all, as it was when its hint was first shown."""

    name: str
    """Empty outside of all functions."""
    text: bytes
    line: int
    """The hint's line counted from the function's first."""


class Hints:
    """What is shown in which document."""

    def __init__(self, server: CrimesceneServer, sources: Sources) -> None:
        self._server = server
        self._sources = sources
        self._seen: dict[tuple[float, str, int], _Seen] = {}
        self._published: dict[str, list[lsp.Diagnostic]] = {}
        self.besides: list[Callable[[], dict[str, list[lsp.Diagnostic]]]] = []
        """What others show, by URI: a document has one list of diagnostics."""

    def renew(self) -> None:
        """Make all hints anew, off the main loop."""
        self._server.spawn(self._renew())

    async def _renew(self) -> None:
        wanted = await self._server.reading.run(self._diagnostics)
        for uri in [uri for uri in self._published if uri not in wanted]:
            wanted[uri] = []
        for uri, diagnostics in wanted.items():
            if self._published.get(uri, []) != diagnostics:
                document = self._server.documents.get(uri)
                version = None if document is None else document.version
                self._server.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(uri, diagnostics, version)
                )
        self._published = {uri: diagnostics for uri, diagnostics in wanted.items() if diagnostics}
        if self._server.capability("workspace", "code_lens", "refresh_support"):
            await self._server.workspace_code_lens_refresh_async(None)

    def _diagnostics(self) -> dict[str, list[lsp.Diagnostic]]:
        out: dict[str, list[lsp.Diagnostic]] = {}
        for document in self._server.documents.all():
            snapshot = document.snapshot()
            found = self.of(snapshot)
            if found and found[1]:
                out[snapshot.uri] = [self._diagnostic(snapshot, found[0], hint) for hint in found[1]]
        for others in self.besides:
            for uri, diagnostics in others().items():
                out[uri] = [*out.get(uri, ()), *diagnostics]
        return out

    def newest(self, root: Root) -> Known | None:
        """The failure that hints are about: the newest with frames here that nobody has dismissed."""
        dismissed = self._sources.dismissed.get(root, 0.0)
        for known in self._sources.known(root):
            if known.when <= dismissed:
                return None
            if any(place.in_app for place in self._sources.places(root, known)):
                return known
        return None

    def of(self, snapshot: Snapshot) -> tuple[Root, list[Hint]] | None:
        """The hints of an open source file; None for any other text."""
        if not snapshot.path or not self._server.is_source(snapshot):
            return None
        root = self._server.root_around(snapshot.path)
        path = root.workspace.relative(snapshot.path) if root is not None else None
        if root is None or path is None or not root.settings.hints:
            return None
        known = self.newest(root)
        if known is None:
            return None
        places = [p for p in self._sources.places(root, known) if p.path == path and p.in_app]
        places.sort(key=lambda p: (p.stack is not known.trace.root, p.position))
        hints: dict[int, Hint] = {}
        for place in places[:_MAX_HINTS]:
            hint = self._hint(root, known, place)
            if hint is not None:
                hints.setdefault(hint.lineno, hint)
        return root, sorted(hints.values(), key=lambda hint: hint.lineno)

    def ends(self, root: Root) -> tuple[dict[str, str], dict[str, str]] | None:
        """The innermost and the outermost function of the newest failure's chain; None if it is one alone."""
        known = self.newest(root)
        if known is None:
            return None
        places = [p for p in self._sources.places(root, known) if p.in_app and p.in_workspace]
        places.sort(key=lambda p: (p.stack is not known.trace.root, p.position))
        named: dict[tuple[str, str], None] = {}
        for place in places[:_MAX_HINTS]:
            function = traced.describe(place, root.scene()).function
            if function is not None and function.kind != "module":
                named[place.path, function.qualified_name] = None
        if len(named) < len(("inner", "outer")):
            return None
        inner, outer = next(iter(named)), list(named)[-1]
        base = root.workspace.root
        pair = [{"uri": to_proto.uri_of(f"{base}/{p}"), "function": name} for p, name in (inner, outer)]
        return pair[0], pair[1]

    def _hint(self, root: Root, known: Known, place: Place) -> Hint | None:
        scene = root.scene()
        outline = scene.outline(place.path)
        if outline is None:
            return Hint(place, place.lineno, None, known)
        key = (known.when, place.path, place.lineno)
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) > _MAX_HINTS * 10:
                self._seen.clear()
            here = replace(place, lineno=_today(outline, place))
            seen = self._seen[key] = _seen(outline, here, traced.describe(here, scene).function)
        if not seen.name:
            lines = [n for n, line in enumerate(outline.source.splitlines(), 1) if line == seen.text]
            nearest = min(lines, key=lambda n: abs(n - place.lineno), default=None)
            return None if nearest is None else Hint(place, nearest, None, known)
        for function in outline.functions:
            same_name = function.qualified_name == seen.name
            if same_name and outline.source[function.span.start : function.span.end] == seen.text:
                return Hint(place, function.first_lineno + seen.line, function, known)
        return None

    def _diagnostic(self, snapshot: Snapshot, root: Root, hint: Hint) -> lsp.Diagnostic:
        related = None
        if self._server.capability("text_document", "publish_diagnostics", "related_information"):
            others = [p for p in self._sources.places(root, hint.known) if p.in_app and p != hint.place]
            related = [self._related(root, place) for place in others[:_OTHERS]] or None
        return lsp.Diagnostic(
            range=to_proto.line_range(snapshot.data, hint.lineno, self._server.encoding),
            message=sentences.hint(hint.place, self._server.now - hint.known.when),
            severity=lsp.DiagnosticSeverity.Hint,
            source="crimescene",
            related_information=related,
        )

    def _related(self, root: Root, place: Place) -> lsp.DiagnosticRelatedInformation:
        source = root.workspace.read(place.path)
        where = to_proto.line_range(source, place.lineno, self._server.encoding)
        uri = to_proto.uri_of(f"{root.workspace.root}/{place.path}")
        said = f"{sentences.standing(place)}: {place.frame.function or place.path}"
        return lsp.DiagnosticRelatedInformation(lsp.Location(uri, where), said)


def _today(outline: Outline, place: Place) -> int:
    """The line of a frame; where another reads as it printed, and only one does, that one."""
    printed = place.frame.code
    lines = printed_lines(outline.source)
    if not printed or place.mapped or place.lineno > len(lines):
        return place.lineno
    if same(printed, lines[place.lineno - 1], here=True):
        return place.lineno
    found = [n for n, line in enumerate(lines, 1) if same(printed, line)]
    return found[0] if len(found) == 1 else place.lineno


def _seen(outline: Outline, place: Place, function: Function | None) -> _Seen:
    if function is not None and function.kind != "module":
        text = outline.source[function.span.start : function.span.end]
        return _Seen(function.qualified_name, text, place.lineno - function.first_lineno)
    lines = outline.source.splitlines()
    return _Seen("", lines[place.lineno - 1] if 0 < place.lineno <= len(lines) else b"", 0)


def register(server: CrimesceneServer, hints: Hints, shown: Shown) -> None:
    """Answer the requests of this module."""
    server.on_change.append(hints.renew)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
        uri = params.text_document.uri
        return shown.lenses(uri) or await server.reading.run(lambda: _lenses(server, hints, uri))


def _lenses(server: CrimesceneServer, hints: Hints, uri: str) -> list[lsp.CodeLens] | None:
    document = server.documents.get(uri)
    found = hints.of(document.snapshot()) if document is not None else None
    if document is None or found is None or not found[0].settings.code_lens:
        return None
    data = document.snapshot().data
    lenses: dict[int, lsp.CodeLens] = {}
    for hint in found[1]:
        if hint.function is None or hint.function.kind == "module":
            continue
        where = to_proto.line_range(data, hint.function.first_lineno, server.encoding)
        name = hint.place.stack.exception or "error"
        title = f"{name} · {sentences.standing(hint.place)} · Build debug prompt"
        argument: dict[str, Any] = {"uri": uri, "line": hint.lineno - 1}
        command = lsp.Command(title, "crimescene.buildPrompt", arguments=[argument])
        lenses.setdefault(where.start.line, lsp.CodeLens(where, command))
    return list(lenses.values())
