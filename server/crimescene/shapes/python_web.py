"""Both ends of requests in Python: what a client gets, and what a handler sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crimescene.shapes.routes import VERBS, answered
from crimescene.shapes.values import Slot, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.shapes.python import Python
    from crimescene.shapes.values import Scope


def address(m: Python, node: Node, texts: list[str]) -> str:
    """Return the address that a text is, a star for each part that is not known; else nothing."""
    known = iter(texts)
    kinds = ("string_content", "interpolation")
    parts = [m.text(p) if p.type == kinds[0] else next(known) for p in m.parts(node) if p.type in kinds]
    found = "".join(parts).removeprefix("*")
    return found if found.startswith(("/", "http")) else ""


def _asked(m: Python, given: list[Value], named: dict[str, Value], node: Node, scope: Scope) -> Value:
    """``requests.get``: what the handler in the workspace answers."""
    verb = m.text(node.child_by_field_name("function") or node).rpartition(".")[2]
    where = given[0] if given else named.get("url") or unknown()
    written = (where.const or where.name) if where.kind == "text" else ""
    found = m.routes.ask(verb, written) if written else None
    if found is None:
        return m.unseen_result(node, scope)
    held = answered(found, "dict")
    held.passes(m.hop(node, scope, f"answers {verb} {written}"))
    return Value("object", at=m.hop(node, scope), style="answer", element=held, open=True)


def _client(m: Python, given: list[Value], named: dict[str, Value], node: Node, scope: Scope) -> Value:
    """``requests.Session()``, ``httpx.AsyncClient()``: asks as the module itself does."""
    made = Value("object", at=m.hop(node, scope), style="client", open=True)
    made.name = m.text(node.child_by_field_name("function") or node).rpartition(".")[2]
    return made


def _through(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    found = _asked(m, given, {}, node, scope)
    if this.name.startswith("Async") and found.kind == "object":
        return Value("promise", at=found.at, element=found, node=node)
    return found


def _json(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return this.element or unknown()


def _jsonify(m: Python, given: list[Value], named: dict[str, Value], node: Node, scope: Scope) -> Value:
    if given:
        return given[0]
    if "content" in named:
        return named["content"]
    made = m.make("object", node, scope, "dict")
    made.fields = {name: Slot(value) for name, value in named.items()}
    return made


Function = Callable[["Python", list[Value], dict[str, Value], "Node", "Scope"], Value]
Method = Callable[["Python", Value, list[Value], "Node", "Scope"], Value]
WEB: dict[str, Function] = {
    **{f"{module}.{verb}": _asked for module in ("requests", "httpx") for verb in VERBS},
    **dict.fromkeys(("requests.Session", "requests.session", "httpx.Client", "httpx.AsyncClient"), _client),
    **dict.fromkeys(
        ("flask.jsonify", "fastapi.responses.JSONResponse", "django.http.JsonResponse"), _jsonify
    ),
}
METHODS_OF_WEB: dict[tuple[str, str], Method] = {
    ("answer", "json"): _json,
    **{("client", verb): _through for verb in VERBS},
}
