"""Call hierarchy from our own callers, each with how sure it is.

Off for languages whose usual servers offer it themselves, unless the setting says otherwise: an
editor that asks all servers would show everything twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import callers, languages, syntax, traced
from crimescene.lsp import from_proto, to_proto
from crimescene.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.model import Call, Function

_SECONDS = 3.0
_SAID = {
    Certainty.EXACT: "",
    Certainty.PLAUSIBLE: " · plausible",
    Certainty.OVERRIDE: " · through an override",
    Certainty.NAME: " · by name only",
}


def register(server: CrimesceneServer) -> None:
    """Answer the requests of this module."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def prepare(params: lsp.CallHierarchyPrepareParams) -> list[lsp.CallHierarchyItem] | None:
        return await server.reading.run(lambda: _prepare(server, params))

    @server.feature(lsp.CALL_HIERARCHY_INCOMING_CALLS)
    async def incoming(
        params: lsp.CallHierarchyIncomingCallsParams,
    ) -> list[lsp.CallHierarchyIncomingCall] | None:
        found = await server.working.run(lambda: _incoming(server, params.item))
        if found is None:
            return None
        calls, missed = found
        if missed:
            server.say(
                f"callers of {params.item.name}: not examined: {missed:,} files, the nearest come first."
            )
        return calls

    @server.feature(lsp.CALL_HIERARCHY_OUTGOING_CALLS)
    async def outgoing(
        params: lsp.CallHierarchyOutgoingCallsParams,
    ) -> list[lsp.CallHierarchyOutgoingCall] | None:
        return await server.working.run(lambda: _outgoing(server, params.item))


def _prepare(
    server: CrimesceneServer, params: lsp.CallHierarchyPrepareParams
) -> list[lsp.CallHierarchyItem] | None:
    snapshot = server.snapshot(params.text_document.uri)
    root = server.root_around(snapshot.path) if snapshot is not None else None
    path = root.workspace.relative(snapshot.path) if snapshot is not None and root is not None else None
    if snapshot is None or root is None or path is None or not _is_on(root, path):
        return None
    outline = root.scene().outline(path)
    if outline is None:
        return None
    offset = from_proto.offset(snapshot, params.position, server.encoding)
    function = syntax.function_at(outline, offset)
    if function.kind == "module":
        return None
    return [_item(server, root, function)]


def _is_on(root: Root, path: str) -> bool:
    wanted = root.settings.call_hierarchy
    language = languages.language_for(path)
    return wanted == "always" or (wanted == "auto" and language is not None and not language.hierarchy)


def _item(
    server: CrimesceneServer, root: Root, function: Function, certainty: Certainty = Certainty.EXACT
) -> lsp.CallHierarchyItem:
    source = root.workspace.read(function.path) or b""
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    whole = to_proto.range_in(source, function.span, server.encoding)
    named = function.kind != "module" and function.name_span.end > function.name_span.start
    name = to_proto.range_in(source, function.name_span, server.encoding) if named else whole
    module = function.kind == "module"
    return lsp.CallHierarchyItem(
        name=f"(top level of {function.path.rpartition('/')[2]})" if module else function.qualified_name,
        kind=to_proto.symbol_kind(function),
        uri=to_proto.uri_of(f"{root.workspace.root}/{function.path}"),
        range=whole,
        selection_range=top if module else name,
        detail=f"{function.path}{_SAID[certainty]}",
    )


def _function(server: CrimesceneServer, item: lsp.CallHierarchyItem) -> tuple[Root, Function] | None:
    """The function that an item stands for, as the file is now."""
    path = from_proto.path_of(item.uri)
    root = server.root_around(path)
    relative = root.workspace.relative(path) if root is not None else None
    if root is None or relative is None:
        return None
    lineno = item.selection_range.start.line + 1
    outline = root.scene().outline(relative)
    if outline is None:
        return None
    around = [f for f in outline.units if f.qualified_name == item.name]
    around.sort(key=lambda f: abs(f.first_lineno - lineno))
    function = around[0] if around else traced.function_at(relative, lineno, root.scene())
    return None if function is None else (root, function)


def _incoming(
    server: CrimesceneServer, item: lsp.CallHierarchyItem
) -> tuple[list[lsp.CallHierarchyIncomingCall], int] | None:
    found = _function(server, item)
    if found is None:
        return None
    root, function = found
    words = root.workspace.words
    warm = words is not None and words.is_ready
    answer = callers.incoming(root.workspace, [function], seconds=callers.WARM_SECONDS if warm else _SECONDS)
    out = []
    for calls in _grouped(answer.calls, "caller"):
        caller = _item(server, root, calls[0].caller, calls[0].certainty)
        out.append(lsp.CallHierarchyIncomingCall(caller, _ranges(server, root, calls)))
    return out, answer.not_examined


def _outgoing(
    server: CrimesceneServer, item: lsp.CallHierarchyItem
) -> list[lsp.CallHierarchyOutgoingCall] | None:
    found = _function(server, item)
    if found is None:
        return None
    root, function = found
    out = []
    for calls in _grouped(callers.outgoing(root.workspace, function), "callee"):
        callee = _item(server, root, calls[0].callee, calls[0].certainty)
        out.append(lsp.CallHierarchyOutgoingCall(callee, _ranges(server, root, calls)))
    return out


def _grouped(calls: Iterable[Call], end: str) -> list[list[Call]]:
    groups: dict[Any, list[Call]] = {}
    for call in calls:
        function = getattr(call, end)
        groups.setdefault((function.path, function.span), []).append(call)
    return list(groups.values())


def _ranges(server: CrimesceneServer, root: Root, calls: list[Call]) -> list[lsp.Range]:
    source = root.workspace.read(calls[0].path) or b""
    return [to_proto.range_in(source, call.span, server.encoding) for call in calls]
