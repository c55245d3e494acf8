"""Both ends of requests in JavaScript: what ``fetch`` and axios get, and what a handler sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.routes import VERBS, answered, told
from crimescene.shapes.values import Slot, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.javascript import Ecmascript
    from crimescene.shapes.values import Scope

_ROUTE_FILE = re.compile(r"(?:^|/)app/(.*?)/?route\.[cm]?[jt]sx?$")
_PAGE_FILE = re.compile(r"(?:^|/)pages/(api/.*?)(?:/index)?\.[cm]?[jt]sx?$")
_GROUP = re.compile(r"\([^)/]*\)/?")
_OPEN = re.compile(r"\[[^\]/]*\]")


def folder_routes(m: Ecmascript, scope: Scope) -> None:
    """Note the handlers of a file whose place says which address they answer, as in Next."""
    route, page = _ROUTE_FILE.search(scope.path), _PAGE_FILE.search(scope.path)
    found = route or page
    if found is None:
        return
    address = "/" + _OPEN.sub("*", _GROUP.sub("", found[1]))
    for verb in VERBS:
        handler = scope.names.get(verb.upper() if route else "export default")
        if handler is not None and handler.kind == "function":
            m.routes.add(verb, address, answer_of(m, handler, scope, asks_first=True))


def answer_of(
    m: Ecmascript, handler: Value, scope: Scope, *, asks_first: bool = False
) -> Callable[[], Value]:
    """Return what runs a handler: it gets a request, something to answer with, and who is next."""

    def answer() -> Value:
        sent = Value("object", style="answer", open=True)
        with m.doubting():
            first = unknown() if asks_first else sent
            result = m.call(handler, [first, sent, unknown()], {}, None, scope)
        result = result.element or unknown() if result.kind == "promise" else result
        return sent.element or result

    return answer


def _fetched(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    """``fetch`` and ``axios.get``: what the handler in the workspace answers."""
    name = m.text(node.child_by_field_name("function") or node)
    verb = name.rpartition(".")[2] if name.startswith("axios.") else "get"
    options = given[1] if len(given) > 1 and not name.startswith("axios.") else unknown()
    slot = options.fields.get("method")
    verb = slot.value.const or "" if slot is not None else verb
    address = given[0].const or given[0].name if given and given[0].kind == "text" else ""
    found = m.routes.ask(verb, address) if address else None
    if found is None:
        m.handed_out(given, scope)
        return m.unseen_result(node, scope)
    held = answered(found, "object")
    held.passes(m.hop(node, scope, f"answers {verb} {address}"))
    made = Value("object", at=m.hop(node, scope), style="answer", element=held, open=True)
    return Value("promise", at=made.at, element=made, node=node)


def _sent(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``response.json``: with a value a handler sends it, without one somebody reads it."""
    if given:
        told(this, given[0])
        return this
    return Value("promise", at=m.hop(node, scope), element=this.element or unknown(), node=node)


def _answer(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return this


def _told(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    """``Response.json``: what a handler gives back."""
    return given[0] if given else unknown()


def _created(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    """``axios.create``: asks as axios does."""
    return Value("builtin", name="axios")


def _queried(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    """``useQuery`` and ``useSWR``: data is what the function they are given comes to."""
    options = given[0] if given else unknown()
    slot = options.fields.get("queryFn")
    function = slot.value if slot is not None else given[1] if len(given) > 1 else unknown()
    made = Value("object", at=m.hop(node, scope), style="object", open=True)
    if function.kind == "function" and "select" not in options.fields:
        result = m.call(function, [options if slot is None else unknown()], {}, None, scope)
        result = result.element or unknown() if result.kind == "promise" else result
        made.fields["data"] = Slot(result)
    return made


WEB: dict[str, Callable[[Ecmascript, list[Value], Node, Scope], Value]] = {
    "fetch": _fetched,
    **{f"axios.{verb}": _fetched for verb in VERBS},
    "axios.create": _created,
    "NextResponse.json": _told,
    "Response.json": _told,
    **dict.fromkeys(("useQuery", "useSuspenseQuery", "useSWR"), _queried),
}
METHODS_OF_WEB: dict[tuple[str, str], Callable[[Ecmascript, Value, list[Value], Node, Scope], Value]] = {
    ("answer", "json"): _sent,
    ("answer", "send"): _sent,
    **{("answer", name): _answer for name in ("status", "code", "type", "header", "set")},
}
