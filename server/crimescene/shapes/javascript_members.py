"""JavaScript, TypeScript and JSX, run in the head: what is read of a value by ``.name`` and ``[key]``."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from crimescene.shapes.javascript_arrays import ARRAY
from crimescene.shapes.javascript_calls import OBJECT, PROMISE
from crimescene.shapes.javascript_literals import EcmascriptLiterals
from crimescene.shapes.javascript_maps import OF_MAP
from crimescene.shapes.values import Value, either, elements, present, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tree_sitter import Node

    from crimescene.shapes.values import Scope

OPTIONAL = ("optional_chain", "?.")
_SPECIAL = frozenset({"url", "query", "answer", "map", "bus"})
"""Objects of the runtime that give more than their fields."""
_LISTED = frozenset(
    ("map", "filter", "forEach", "reduce", "find", "some", "every", "flatMap", "push", "join", "slice")
)


class EcmascriptMembers(EcmascriptLiterals):
    """The handlers of member and element access."""

    def x_member_expression(self, node: Node, scope: Scope) -> Value:
        base_node, name_node = node.child_by_field_name("object"), node.child_by_field_name("property")
        asks = any(c.type in OPTIONAL for c in node.children)
        with self.asking() if asks else nullcontext():
            base = self.eval(base_node, scope)
        name = self.text(name_node) if name_node is not None else ""
        if asks:
            if base.kind == "null":
                return Value("null")
            base = present(base)
        return self.member(base, name, name_node or node, scope)

    def member(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        """Read ``base.name``."""
        self.needed(base, name, node, scope)
        base = present(base)
        read = self.READERS.get(base.kind)
        return read(self, base, name, node, scope) if read is not None else unknown()

    def _of_builtin(self, base: Value, name: str, _node: Node, _scope: Scope) -> Value:
        return Value("builtin", name=f"{base.name}.{name}")

    def _of_module(self, base: Value, name: str, _node: Node, _scope: Scope) -> Value:
        return self.exported(base.scope, name) if base.scope is not None else unknown()

    def _of_union(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        with self.asking():
            found = [self.member(option, name, node, scope) for option in base.options]
        return either([Value("null") if f.missing else f for f in found])

    def _of_promise(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        if name not in PROMISE and not self.lenient:
            self.report("promise-not-awaited", base, name, node, scope)
        return Value("method", this=base, name=name)

    def _of_list(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        if name == "length":
            return Value("number", const=None if base.items is None else str(len(base.items)))
        if name in ARRAY:
            return Value("method", this=base, name=name)
        inner = elements(base)
        if not self.lenient and name not in OBJECT and inner.kind == "object" and name in inner.fields:
            self.report("list-vs-object", base, name, node, scope)
        return unknown()

    def _of_text(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        of_date = name != "get" and name.startswith(("get", "toISO", "toLocale"))
        if of_date and base.was == "date" and not self.caught:
            self.report("serialised-type", base, base.key, node, scope, base.key)
            return unknown()
        return Value("number") if name == "length" else Value("method", this=base, name=name)

    def _of_object(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        if name in OBJECT:
            return Value("method", this=base, name=name)
        if base.style in _SPECIAL:
            found = self._of_special(base, name, node, scope)
            if found is not None:
                return found
        if name not in base.fields and _is_called(node) and (kind := _meant(base, name)):
            if not base.open and not self.lenient and base.style == "object":
                self.report(kind, base, base.key or name if base.was else name, node, scope)
            return unknown()
        method = self.method(base.this, name)
        if name not in base.fields and method is not None:
            return self.bound(method, base, node, scope)
        return self.field(base, name, node, scope, strict=False) or unknown()

    def _of_special(self, base: Value, name: str, node: Node, scope: Scope) -> Value | None:
        """What an object of the runtime's gives; None where it is read as any other."""
        if base.style == "url":
            return base.element or unknown() if name == "searchParams" else unknown()
        if base.style == "map":
            return self.of_map(base, name, node, scope)
        if base.style == "answer" and name == "data":
            return base.element or unknown()
        if base.style == "bus" and name not in ("on", "once", "addListener", "emit"):
            return None
        return Value("method", this=base, name=name) if (base.style, name) != ("query", "data") else None

    def _of_function(self, base: Value, name: str, _node: Node, _scope: Scope) -> Value:
        if name in ("call", "apply", "bind"):
            return Value("method", this=base, name=name)
        return base.fields[name].value if name in base.fields else unknown()

    def _of_class(self, base: Value, name: str, _node: Node, _scope: Scope) -> Value:
        if name in base.fields:
            return base.fields[name].value
        return self.method(base, f"static {name}") or unknown()

    def _of_date(self, base: Value, name: str, _node: Node, _scope: Scope) -> Value:
        return Value("method", this=base, name=name)

    READERS: ClassVar[Mapping[str, Callable[[Any, Value, str, Node, Scope], Value]]] = {
        "builtin": _of_builtin,
        "external": _of_builtin,
        "module": _of_module,
        "union": _of_union,
        "promise": _of_promise,
        "list": _of_list,
        "text": _of_text,
        "object": _of_object,
        "function": _of_function,
        "class": _of_class,
        "date": _of_date,
    }

    def exported(self, module: Scope, name: str) -> Value:
        """Return what a module gives out under a name."""
        whole = module.names.get("module.exports")
        if whole is not None and whole.kind == "object" and name in whole.fields:
            return whole.fields[name].value
        if name == "default":
            return module.names.get("export default") or whole or unknown()
        return module.names.get(f"export {name}") or module.names.get(name) or unknown()

    def x_subscript_expression(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("object"), scope)
        key = self.eval(node.child_by_field_name("index"), scope)
        if key.kind == "text" and key.const is not None and base.kind == "object":
            return self.member(base, key.const, node, scope)
        self.used(base, node, scope)
        if base.kind == "list" and key.kind == "number":
            if base.items is not None and key.const is not None and key.const.isdigit():
                return base.items[int(key.const)] if int(key.const) < len(base.items) else unknown()
            return elements(base)
        if base.kind == "object":
            base.reads.update(base.fields)
        return unknown()

    def of_map(self, base: Value, name: str, node: Node, scope: Scope) -> Value:
        """Read ``base.name`` of a Map or Set."""
        if name == "size":
            return Value("number")
        if name in OF_MAP:
            return Value("method", this=base, name=name)
        if name in base.fields and not self.lenient:
            self.report("object-vs-map", base, name, node, scope, name)
        return unknown()


def _is_called(node: Node) -> bool:
    """Whether the name at ``node`` is that of a method which is called there."""
    access = node.parent
    call = access.parent if access is not None else None
    if access is None or call is None or call.type != "call_expression":
        return False
    function = call.child_by_field_name("function")
    return function is not None and function.id == access.id


def _meant(base: Value, name: str) -> str:
    """Return what somebody takes an object for who calls a method by this name."""
    if base.was == "map" and name in ("get", "has", "set", "size", "entries", "keys", "values", "forEach"):
        return "serialised-type"
    if name in _LISTED:
        return "list-vs-object"
    return "object-vs-map" if name in ("get", "has") and base.this is None else ""
