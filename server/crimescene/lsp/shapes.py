"""Data shapes in the editor: the table of a trace, a mark where shapes part, log points in between."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import shapes
from crimescene.lsp import cases, commands, from_proto, log_points, to_proto
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.lsp.hints import Hints
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.shapes import Divergence, Traced

TRACE, LOG, CLEAR = "crimescene.traceShape", "crimescene.logShape", "crimescene.clearShape"
KIND = "refactor.rewrite.crimescene.traceShape"
SOURCE = "crimescene shape"
_NOTHING = "Open a folder first: shapes are traced through its files."


class Marks:
    """The divergence that is being worked on, until its line changes or another question is asked."""

    def __init__(self, server: CrimesceneServer, hints: Hints) -> None:
        self._server = server
        self._hints = hints
        self._shown: dict[str, tuple[bytes, Divergence, Root]] = {}
        self.last: tuple[Root, Traced] | None = None
        hints.besides.append(self.diagnostics)

    def put(self, root: Root, found: Traced) -> None:
        """Show what a question found; what an earlier one found goes."""
        self.last = root, found
        self._shown = {}
        for one in found.divergences[:1]:
            source = root.workspace.read(one.consumer.path) or b""
            line = _line(source, one.consumer.lineno)
            self._shown[to_proto.uri_of(str(root.path / one.consumer.path))] = line, one, root
        self._hints.renew()

    def clear(self) -> None:
        """Forget it."""
        self._shown, self.last = {}, None
        self._hints.renew()

    def diagnostics(self) -> dict[str, list[lsp.Diagnostic]]:
        """The mark, where its line still says the same."""
        out: dict[str, list[lsp.Diagnostic]] = {}
        for uri, (line, one, root) in list(self._shown.items()):
            snapshot = self._server.snapshot(uri)
            source = snapshot.data if snapshot is not None else root.workspace.read(one.consumer.path) or b""
            alike = [n for n, text in enumerate(source.splitlines(), 1) if text == line]
            lineno = min(alike, key=lambda n: abs(n - one.consumer.lineno), default=None)
            if lineno is None:
                self._shown.pop(uri, None)
                continue
            out[uri] = [self._diagnostic(source, lineno, one, root)]
        return out

    def _diagnostic(self, source: bytes, lineno: int, one: Divergence, root: Root) -> lsp.Diagnostic:
        made = root.workspace.read(one.producer.path) or b""
        where = to_proto.line_range(made, one.producer.lineno, self._server.encoding)
        related = None
        if self._server.capability("text_document", "publish_diagnostics", "related_information"):
            place = lsp.Location(to_proto.uri_of(str(root.path / one.producer.path)), where)
            related = [lsp.DiagnosticRelatedInformation(place, f"produced here: {one.shape}")]
        return lsp.Diagnostic(
            to_proto.line_range(source, lineno, self._server.encoding),
            shapes.sentence(one),
            severity=lsp.DiagnosticSeverity.Warning,
            code=one.kind,
            source=SOURCE,
            related_information=related,
        )


def _line(source: bytes, lineno: int) -> bytes:
    lines = source.splitlines()
    return lines[lineno - 1] if 0 < lineno <= len(lines) else b""


def register(server: CrimesceneServer, hints: Hints) -> None:
    """Answer the commands of this module."""
    marks = Marks(server, hints)

    @server.command(TRACE)
    async def trace_shape(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """Show hop by hop what is produced and read, along files or through the function at a place."""
        return await cases.guarded(server, lambda: _trace(server, marks, arguments))

    @server.command(LOG)
    async def log_shape(*_arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Put log points where the last trace left a question open, as one edit."""
        return await cases.guarded(server, lambda: _log(server, marks))

    @server.command(CLEAR)
    async def clear_shape(*_arguments: Any) -> None:  # noqa: ANN401
        """Take the mark of the last trace out of the files."""
        marks.clear()


def actions(
    server: CrimesceneServer, snapshot: Snapshot, where: lsp.Range, only: Sequence[str]
) -> list[lsp.CodeAction | lsp.Command]:
    """The action on an expression that is selected in a source file."""
    if not any(KIND.startswith(kind) for kind in only):
        return []
    argument = {"uri": snapshot.uri, "line": where.start.line}
    what = lsp.Command("Trace data shape", TRACE, arguments=[argument])
    if not server.capability("text_document", "code_action", "code_action_literal_support"):
        return [what]
    return [lsp.CodeAction(what.title, kind=KIND, command=what)]


async def _trace(server: CrimesceneServer, marks: Marks, arguments: Sequence[Any]) -> dict[str, Any]:
    values = from_proto.plain(list(arguments))
    root, found = await server.working.run(partial(_found, server, values))
    marks.put(root, found)

    def link(path: str, lineno: str) -> str:
        return commands.link(server, root.path / path, lineno)

    told = shapes.markdown(found, link)
    await commands.show_text(server, "data-shape.md", told)
    first = found.divergences[0] if found.divergences else None
    return {
        "markdown": told,
        "divergences": len(found.divergences),
        "unknown": len(found.unknown),
        "kind": first.kind if first is not None else "",
        "uri": to_proto.uri_of(str(root.path / first.consumer.path)) if first is not None else "",
        "line": first.consumer.lineno - 1 if first is not None else -1,
    }


def _found(server: CrimesceneServer, values: Sequence[Any]) -> tuple[Root, Traced]:
    """Trace from a place, a failure's text, or a chain of files."""
    given = values[0] if values and isinstance(values[0], dict) else {}
    uris = [v for v in (given.get("files") or values) if isinstance(v, str)]
    start = given.get("uri") or (uris[0] if uris else "")
    path = from_proto.path_of(start) if start else ""
    root = server.root_around(path) if path else next(iter(server.roots.values()), None)
    if root is None:
        raise UserError(_NOTHING)
    analysis = root.analysis()
    if isinstance(given.get("text"), str):
        return root, analysis.shape_behind(given["text"])
    line = given.get("line")
    if given.get("uri") and isinstance(line, int):
        return root, analysis.trace_shape(at=(path, line + 1))
    return root, analysis.trace_shape([from_proto.path_of(uri) for uri in uris])


async def _log(server: CrimesceneServer, marks: Marks) -> dict[str, Any]:
    if marks.last is None:
        raise UserError("Trace a shape first: then there is something to log.")
    root, found = marks.last
    analysis = root.analysis()
    places, cid = found.places(), secrets.token_hex(2)
    old = {path: root.workspace.read(path) or b"" for path, _ in places}
    analysis.make_trail()
    sink = str(analysis.trail_path())
    done = await server.working.run(lambda: analysis.log_lines(places, cid=cid, sink=sink, write=False))
    await log_points.put_in(server, root, done, old, cid)
    return {"points": [p.id for p in done.points], "sink": sink}
