"""Python, run in the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.python_calls import BUILTINS, DICT, LIST, METHODS, TEXT
from crimescene.shapes.python_classes import METHODS_OF_RECORDS, Given, instance
from crimescene.shapes.python_collections import PythonCollections
from crimescene.shapes.python_web import address
from crimescene.shapes.report import plain
from crimescene.shapes.values import Scope, Value, either, elements, unknown
from crimescene.shapes.written import NUMBERED

if TYPE_CHECKING:
    from tree_sitter import Node


class Python(PythonCollections):
    """The handlers of Python's node types."""

    # ------------------------------------------------------------ expressions

    def x_identifier(self, node: Node, scope: Scope) -> Value:
        name = self.text(node)
        holder = scope.find(name)
        if holder is not None:
            return holder.names[name]
        return Value("builtin", name=name)

    def x_none(self, _node: Node, _scope: Scope) -> Value:
        return Value("null")

    def x_true(self, _node: Node, _scope: Scope) -> Value:
        return Value("boolean", const="true")

    def x_false(self, _node: Node, _scope: Scope) -> Value:
        return Value("boolean", const="false")

    def x_integer(self, node: Node, _scope: Scope) -> Value:
        return Value("number", const=self.text(node))

    def x_float(self, _node: Node, _scope: Scope) -> Value:
        return Value("number")

    def x_string(self, node: Node, scope: Scope) -> Value:
        shown, texts = [p for p in self.parts(node) if p.type == "interpolation"], []
        for part in shown:
            value = self.eval(self.parts(part)[0] if self.parts(part) else None, scope)
            self.awaited(value, part, scope)
            plain = value.kind == "text" and len(self.parts(part)) == 1
            texts.append(value.const if plain and value.const is not None else "*")
        if shown:
            return Value("text", name=address(self, node, texts))
        content = "".join(self.text(p) for p in self.parts(node) if p.type == "string_content")
        return Value("text", const=content if "\\" not in content else None)

    def x_parenthesized_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(self.parts(node)[0], scope) if self.parts(node) else unknown()

    def x_expression_statement(self, node: Node, scope: Scope) -> Value:
        found = unknown()
        for part in self.parts(node):
            found = self.eval(part, scope)
        return found

    def x_attribute(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("object"), scope)
        name_node = node.child_by_field_name("attribute")
        name = self.text(name_node) if name_node is not None else ""
        return self.attribute(base, name, node, scope)

    def attribute(self, base: Value, name: str, node: Node, scope: Scope) -> Value:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
        """Read ``base.name``."""
        base = self.there(base, name, node, scope)
        if base.kind == "union":
            with self.asking():
                return either([self.attribute(option, name, node, scope) for option in base.options])
        if base.kind in ("builtin", "external"):
            return Value("external", name=f"{base.name}.{name}")
        if base.kind == "module" and base.scope is not None:
            return base.scope.names.get(name) or unknown()
        if base.kind == "promise" and not self.lenient and not name.startswith("_") and base.node is not None:
            if name not in ("send", "throw", "close", "cr_frame", "cr_code"):
                self.report("promise-not-awaited", base, name, node, scope)
            return unknown()
        if base.kind == "object" and base.style == "dict":
            if name in DICT or name.startswith("__"):
                return Value("method", this=base, name=name)
            if not self.lenient:
                kind = "list-vs-object" if name in LIST else "object-vs-map"
                self.report(kind, base, name, node, scope)
            return unknown()
        if base.kind == "list" and base.style in ("list", "tuple"):
            if name in LIST or name.startswith("__"):
                return Value("method", this=base, name=name)
            if name in ("items", "keys", "values", "get") and not self.lenient:
                self.report("list-vs-object", base, name, node, scope)
            return unknown()
        if base.kind == "list":
            return Value("method", this=base, name=name)
        if base.kind == "text":
            if base.was == "date" and name not in TEXT and not self.lenient:
                self.report("serialised-type", base, base.key or name, node, scope, base.key)
            return Value("method", this=base, name=name)
        if base.kind == "date":
            return Value("method", this=base, name=name)
        if base.kind == "object":
            if base.style in ("answer", "client"):
                return Value("method", this=base, name=name)
            slot = base.fields.get(name)
            base.reads.add(name)
            if slot is not None:
                return unknown() if slot.maybe else slot.value
            method = self.member(base.this, name)
            if method is not None:
                return Value(
                    "function",
                    node=method.node,
                    scope=method.scope,
                    this=base,
                    name=method.name,
                    at=method.at,
                )
            if base.style == "record" and not base.open and not name.startswith("_"):
                if name in METHODS_OF_RECORDS:
                    return Value("method", this=base, name=name)
                return self.absent(base, name, node, scope, strict=True)
            self._renamed(base, name, node, scope)
        return unknown()

    def _renamed(self, base: Value, name: str, node: Node, scope: Scope) -> None:
        """Note an attribute that the class writes in another way."""
        owner = base.this
        if owner is None or owner.open or name in owner.reads or name.startswith("_") or self.lenient:
            return
        near = next((other for other in sorted(owner.reads) if plain(other) == plain(name)), "")
        if near:
            self.report("case-mismatch", base, name, node, scope, near)

    @staticmethod
    def member(owner: Value | None, name: str) -> Value | None:
        """Return the method of a class."""
        slot = owner.fields.get(name) if owner is not None else None
        plain = slot is not None and slot.value.kind == "function" and slot.value.style == ""
        return slot.value if plain and slot is not None else None

    def x_subscript(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("value"), scope)
        keys = [self.eval(k, scope) for k in node.children_by_field_name("subscript")]
        key = keys[0] if len(keys) == 1 else unknown()
        base = self.there(base, key.const or "[]", node, scope)
        self.awaited(base, node, scope, key.const or "[]")
        if base.kind == "union" and all(o.kind == "object" and o.style == "dict" for o in base.options):
            with self.asking():
                return either([self._item(o, key, node, scope) for o in base.options])
        return self._item(base, key, node, scope)

    def _item(self, base: Value, key: Value, node: Node, scope: Scope) -> Value:
        named, text = self.key(key), key.kind == "text"
        if base.kind == "object" and base.style == "dict" and named is not None:
            if not text and base.was == "numbered" and named not in base.fields and not self.lenient:
                self.report("serialised-type", base, key.const or "", node, scope)
                return unknown()
            found = self.field(base, named, node, scope, strict=True)
            if found is not None and found.was and not found.key:
                found.key = named
            return found or unknown()
        if base.kind == "object" and base.style == "record" and text and key.const and not self.lenient:
            if self.member(base.this, "__getitem__") is None and key.const in base.fields:
                self.report("object-vs-map", base, key.const, node, scope, key.const)
            return unknown()
        if base.kind == "text" and base.was == "key" and text and key.const and not self.lenient:
            self.report("list-vs-object", base, key.const, node, scope)
        if base.kind == "list":
            if text and base.style in ("list", "tuple") and key.const and not self.lenient:
                self.report("list-vs-object", base, key.const, node, scope)
            if key.kind == "number" and key.const is not None and base.items is not None:
                index = int(key.const) if key.const.isdigit() else -1
                return base.items[index] if 0 <= index < len(base.items) else unknown()
            return elements(base) if key.kind == "number" else unknown()
        return unknown()

    def x_slice(self, node: Node, scope: Scope) -> Value:
        for part in self.parts(node):
            self.eval(part, scope)
        return unknown()

    def x_await(self, node: Node, scope: Scope) -> Value:
        value = self.eval(self.parts(node)[0], scope)
        found = value.element or unknown() if value.kind == "promise" else unknown()
        if value.kind == "unknown":
            return value
        if value.kind == "promise":
            for hop in value.trail:
                found.passes(hop)
        return found

    def x_yield(self, node: Node, scope: Scope) -> Value:
        parts = self.parts(node)
        value = self.eval(parts[0], scope) if parts else unknown()
        whole = any(c.type == "from" for c in node.children)
        scope.yielded.append(elements(value) if whole else value)
        return unknown()

    def x_lambda(self, node: Node, scope: Scope) -> Value:
        return Value("function", node=node, scope=scope, name="a lambda", at=self.hop(node, scope))

    def x_assignment(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is None:
            return unknown()
        value = self.eval(right, scope)
        if left is not None:
            self.assign(left, value, scope)
        return value

    def x_augmented_assignment(self, node: Node, scope: Scope) -> Value:
        left = node.child_by_field_name("left")
        self.eval(node.child_by_field_name("right"), scope)
        if left is not None:
            opened_value = self.eval(left, scope)
            if opened_value.kind == "list":
                opened_value.items, opened_value.element = None, unknown()
            elif opened_value.kind == "object":
                opened_value.open = True
            else:
                self.assign(left, unknown(), scope)
        return unknown()

    def x_named_expression(self, node: Node, scope: Scope) -> Value:
        value = self.eval(node.child_by_field_name("value"), scope)
        name = node.child_by_field_name("name")
        if name is not None:
            self.assign(name, value, scope)
        return value

    def x_call(self, node: Node, scope: Scope) -> Value:
        function_node, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        arguments: list[Value] = []
        named: dict[str, Value] = {}
        function = self.eval(function_node, scope)
        open_ended, splat = False, None
        tolerant = function.kind == "builtin" and function.name in (
            "hasattr",
            "getattr",
            "isinstance",
            "bool",
        )
        self.lenient += tolerant
        parts = self.parts(given) if given is not None and given.type == "argument_list" else [given]
        for part in parts:
            if part is None:
                continue
            if part.type == "keyword_argument":
                name = part.child_by_field_name("name")
                value = self.eval(part.child_by_field_name("value"), scope)
                named[self.text(name) if name is not None else ""] = value
            elif part.type in ("list_splat", "dictionary_splat"):
                value = self.eval(self.parts(part)[0], scope)
                if _spreads(value, part.type):
                    splat = value
                    named.update({k: s.value for k, s in value.fields.items()})
                    arguments += value.items or ()
                else:
                    open_ended = True
                    self.handed_out([value], scope)
            else:
                arguments.append(self.eval(part, scope))
        self.lenient -= tolerant
        function = self.there(function, function.name or "()", node, scope)
        if function.kind == "class":
            return instance(self, function, Given(arguments, named, splat, open_ended), node, scope)
        if open_ended:
            self.handed_out([*arguments, *named.values()], scope)
            return unknown()
        return self.invoke(function, arguments, named, node, scope)

    def invoke(
        self, function: Value, arguments: list[Value], named: dict[str, Value], node: Node, scope: Scope
    ) -> Value:
        """Return what calling ``function`` gives."""
        if function.kind == "class":
            return instance(self, function, Given(arguments, named, None), node, scope)
        if function.kind in ("builtin", "external"):
            handler = BUILTINS.get(function.name)
            if handler is not None:
                return handler(self, arguments, named, node, scope)
        if function.kind == "method" and function.this is not None:
            kind = function.this.style if function.this.kind == "object" else function.this.kind
            method = METHODS.get((kind, function.name))
            if method is not None:
                return method(self, function.this, arguments, node, scope)
            return unknown()
        this = function.this
        if this is not None and this.kind == "object" and function.kind == "function":
            arguments = [this, *arguments]
        return self.call(function, arguments, named, node, scope)

    # ------------------------------------------------------------ asked by statements

    def assign(self, left: Node, value: Value, scope: Scope) -> None:
        """Give what stands on the left a value."""
        if left.type == "identifier":
            name = self.text(left)
            holder = scope
            if name in scope.outer:
                found = scope.parent.find(name) if scope.parent is not None else None
                holder = found or scope
            if holder is not scope and self.doubt and name in holder.names:
                value = either([holder.names[name], value])
            self.called_as(name, value, scope)
            holder.names[name] = value
        elif left.type in ("pattern_list", "tuple_pattern", "list_pattern"):
            parts = self.parts(left)
            value = self.there(value, self.text(parts[0]) if parts else "", left, scope)
            for position, part in enumerate(parts):
                exact = value.items if value.kind == "list" else None
                fits = exact is not None and len(exact) == len(parts)
                self.assign(part, exact[position] if fits and exact is not None else unknown(), scope)
        elif left.type == "attribute":
            base = self.eval(left.child_by_field_name("object"), scope)
            name_node = left.child_by_field_name("attribute")
            field = self.text(name_node) if name_node is not None else None
            self.called_as(field or "", value, scope)
            self.put(base, field, value)
        elif left.type == "subscript":
            base = self.eval(left.child_by_field_name("value"), scope)
            keys = [self.eval(k, scope) for k in left.children_by_field_name("subscript")]
            key = self.key(keys[0]) if len(keys) == 1 else None
            if base.kind == "list":
                base.items, base.element = None, unknown()
            self.put(base, key, value)
        else:
            for part in self.parts(left):
                self.assign(part, unknown(), scope)


def _spreads(value: Value, kind: str) -> bool:
    """Whether the arguments that a splat stands for are known."""
    if kind == "list_splat":
        return value.kind == "list" and value.items is not None
    plain = value.kind == "object" and value.style == "dict" and not value.open
    return (
        plain
        and bool(value.fields)
        and not any(s.maybe or k.startswith(NUMBERED) for k, s in value.fields.items())
    )
