"""Code actions: the prompt, from a line that shows a failure or that one passed through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import traced
from crimescene.log_statements import is_marked
from crimescene.lsp import from_proto, reviewing, shapes, to_proto
from crimescene.lsp.commands import BUILD, COPY
from crimescene.lsp.log_points import INSERT, REMOVE, SUGGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.lsp.hints import Hints
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.server import CrimesceneServer

_OFFERED = ((BUILD, "Build debug prompt"), (COPY, "Copy as Markdown"))
_REWRITE = "refactor.rewrite.crimescene.insertLogging"
_REMOVE = "source.crimescene.removeLogging"
_LONGEST = 80
"""Characters of a selected expression."""


def register(server: CrimesceneServer, hints: Hints) -> None:
    """Answer the requests of this module."""
    kinds: list[lsp.CodeActionKind | str] = [
        lsp.CodeActionKind.QuickFix,
        _REWRITE,
        _REMOVE,
        reviewing.KIND,
        shapes.KIND,
    ]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    async def code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command] | None:
        snapshot = server.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        logs = _of_logs(server, snapshot, params)
        if not _is_wanted(params.context.only):
            return logs or None
        if not await server.reading.run(lambda: _concerns(server, hints, snapshot, params.range)):
            return logs or None
        where = params.range.start
        argument = {"uri": snapshot.uri, "line": where.line, "character": where.character}
        mine = [d for d in params.context.diagnostics if d.source == "crimescene"]
        plans = await server.reading.run(lambda: _plans(server, hints, snapshot, argument))
        offered = [_action(server, command, title, argument, mine) for command, title in _OFFERED]
        return [*offered, *(_action(server, SUGGEST, title, given, mine) for title, given in plans), *logs]


def _of_logs(
    server: CrimesceneServer, snapshot: Snapshot, params: lsp.CodeActionParams
) -> list[lsp.CodeAction | lsp.Command]:
    """What can be done with log points: plan them for a selected expression, take them out of a file."""
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or [""]]
    found: list[lsp.CodeAction | lsp.Command] = []
    first = from_proto.offset(snapshot, params.range.start, server.encoding)
    last = from_proto.offset(snapshot, params.range.end, server.encoding)
    text = snapshot.data[first:last].decode("utf-8", "replace").strip()
    if server.is_source(snapshot) and 0 < len(text) <= _LONGEST and "\n" not in text:
        place = {"uri": snapshot.uri, "line": params.range.start.line, "place": True, "expression": text}
        for command, title in ((SUGGEST, "Suggest strategic logging points"), (INSERT, "Insert log points")):
            if any(_REWRITE.startswith(kind) for kind in only):
                found.append(_of_kind(server, _REWRITE, lsp.Command(title, command, arguments=[place])))
        found += shapes.actions(server, snapshot, params.range, only)
    marked = is_marked(snapshot.data) and server.is_source(snapshot)
    if marked and any(_REMOVE.startswith(kind) for kind in only):
        remove = lsp.Command("Remove log points", REMOVE, arguments=[snapshot.uri])
        found.append(_of_kind(server, _REMOVE, remove))
    return [*found, *reviewing.actions(server, snapshot, only)]


def _plans(
    server: CrimesceneServer, hints: Hints, snapshot: Snapshot, argument: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """Plans of log points that a line of a failure's chain can ask for: backward from it, and along it."""
    found = hints.of(snapshot) if server.is_source(snapshot) else None
    if found is None:
        return []
    plans = [("Suggest strategic logging points", argument)]
    ends = hints.ends(found[0])
    if ends is not None:
        inner, outer = ends
        title = f"Suggest strategic logging points from {outer['function']} to {inner['function']}"
        plans.append((title, {"entry": outer, "target": inner}))
    return plans


def _of_kind(server: CrimesceneServer, kind: str, what: lsp.Command) -> lsp.CodeAction | lsp.Command:
    if not server.capability("text_document", "code_action", "code_action_literal_support"):
        return what
    return lsp.CodeAction(what.title, kind=kind, command=what)


def _is_wanted(only: Sequence[lsp.CodeActionKind | str] | None) -> bool:
    kinds = [str(getattr(kind, "value", kind)) for kind in only or [""]]
    return any(kind in {"", "quickfix"} for kind in kinds)


def _concerns(server: CrimesceneServer, hints: Hints, snapshot: Snapshot, where: lsp.Range) -> bool:
    """Whether a failure is printed at the lines of a range, or passed through a function there."""
    source = server.is_source(snapshot)
    first = from_proto.offset(snapshot, lsp.Position(where.start.line, 0), server.encoding)
    last = from_proto.offset(snapshot, lsp.Position(where.end.line + 1, 0), server.encoding)
    for trace in server.texts.traces(snapshot):
        start, end = trace.span.start + snapshot.shift, trace.span.end + snapshot.shift
        if start < last and first <= end and not (source and traced.is_loose(trace)):
            return True
    found = hints.of(snapshot) if source else None
    for hint in found[1] if found is not None else ():
        lines = to_proto.line_range(snapshot.data, hint.lineno, server.encoding)
        begin, stop = lines.start.line, lines.end.line
        if hint.function is not None and hint.function.kind != "module":
            begin, stop = hint.function.first_lineno - 1, hint.function.last_lineno - 1
        if begin <= where.end.line and where.start.line <= stop:
            return True
    return False


def _action(
    server: CrimesceneServer,
    command: str,
    title: str,
    argument: dict[str, Any],
    diagnostics: list[lsp.Diagnostic],
) -> lsp.CodeAction | lsp.Command:
    what = lsp.Command(title, command, arguments=[argument])
    if not server.capability("text_document", "code_action", "code_action_literal_support"):
        return what
    return lsp.CodeAction(
        title, kind=lsp.CodeActionKind.QuickFix, diagnostics=diagnostics or None, command=what
    )
