"""Python, run in the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.python_calls import BUILTINS, DICT, LIST, METHODS
from crimescene.shapes.python_operators import PythonOperators
from crimescene.shapes.values import Scope, Slot, Value, either, elements, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_CONDITION_PARTS = 3


class Python(PythonOperators):
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
        shown = [p for p in self.parts(node) if p.type == "interpolation"]
        for part in shown:
            self.eval(self.parts(part)[0] if self.parts(part) else None, scope)
        content = [self.text(p) for p in self.parts(node) if p.type == "string_content"]
        return Value("text", const=None if shown else "".join(content))

    def x_parenthesized_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(self.parts(node)[0], scope) if self.parts(node) else unknown()

    def x_expression_statement(self, node: Node, scope: Scope) -> Value:
        found = unknown()
        for part in self.parts(node):
            found = self.eval(part, scope)
        return found

    def x_dictionary(self, node: Node, scope: Scope) -> Value:
        made = self.make("object", node, scope, "dict")
        for part in self.parts(node):
            if part.type == "pair":
                key = self.eval(part.child_by_field_name("key"), scope)
                value = self.eval(part.child_by_field_name("value"), scope)
                if key.kind == "text" and key.const is not None:
                    made.fields[key.const] = Slot(value)
                elif key.kind not in ("number", "boolean"):
                    made.open = True
            elif self.parts(part):
                self.spread(made, self.eval(self.parts(part)[0], scope))
        return made

    @staticmethod
    def spread(made: Value, given: Value) -> None:
        """Add the keys of an object to another."""
        if given.kind != "object":
            made.open = True
            return
        made.open = made.open or given.open
        made.fields.update({k: Slot(s.value, s.maybe) for k, s in given.fields.items()})
        for hop in given.trail:
            made.passes(hop)

    def _sequence(self, node: Node, scope: Scope, style: str) -> Value:
        made = self.make("list", node, scope, style)
        made.items = []
        for part in self.parts(node):
            if part.type == "list_splat":
                self.eval(self.parts(part)[0], scope)
                made.items, made.element = None, unknown()
            else:
                value = self.eval(part, scope)
                if made.items is not None:
                    made.items.append(value)
        return made

    def x_list(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "list")

    def x_tuple(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "tuple")

    x_expression_list = x_tuple

    def x_set(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "set")

    def _comprehended(self, node: Node, scope: Scope) -> list[tuple[Node, Scope]]:
        inner = Scope(scope.path, scope, label=scope.label)
        inner.this = scope.this
        for clause in self.parts(node)[1:]:
            if clause.type == "for_in_clause":
                source = self.eval(clause.child_by_field_name("right"), inner)
                left = clause.child_by_field_name("left")
                if left is not None:
                    self.assign(left, self.iterated(source, clause, scope), inner)
            else:
                with self.asking():
                    self.eval(clause, inner)
                self.quiet += self.mentioned(clause)
        body = node.child_by_field_name("body")
        return [(body, inner)] if body is not None else []

    def x_list_comprehension(self, node: Node, scope: Scope) -> Value:
        made = self.make("list", node, scope, "list")
        guards = len(self.quiet)
        for body, inner in self._comprehended(node, scope):
            with self.doubting():
                made.element = self.eval(body, inner)
        del self.quiet[guards:]
        return made

    def x_generator_expression(self, node: Node, scope: Scope) -> Value:
        made = self.x_list_comprehension(node, scope)
        made.style = "generator"
        return made

    def x_set_comprehension(self, node: Node, scope: Scope) -> Value:
        made = self.x_list_comprehension(node, scope)
        made.style = "set"
        return made

    def x_dictionary_comprehension(self, node: Node, scope: Scope) -> Value:
        made = self.make("object", node, scope, "dict")
        made.open = True
        guards = len(self.quiet)
        for body, inner in self._comprehended(node, scope):
            for part in self.parts(body):
                self.eval(part, inner)
        del self.quiet[guards:]
        return made

    def iterated(self, value: Value, node: Node, scope: Scope) -> Value:
        """Return what iterating a value gives each time."""
        if value.kind == "promise" and not self.lenient:
            self.report("promise-not-awaited", value, "await", node, scope)
        if value.kind == "object" and value.style == "dict":
            return Value("text")
        return elements(value)

    def x_attribute(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("object"), scope)
        name_node = node.child_by_field_name("attribute")
        name = self.text(name_node) if name_node is not None else ""
        return self.attribute(base, name, node, scope)

    def attribute(self, base: Value, name: str, node: Node, scope: Scope) -> Value:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
        """Read ``base.name``."""
        self.used(base, node, scope)
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
                self.report("object-vs-map", base, name, node, scope)
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
            return Value("method", this=base, name=name)
        if base.kind == "object":
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
                return self.absent(base, name, node, scope, strict=True)
        return unknown()

    @staticmethod
    def member(owner: Value | None, name: str) -> Value | None:
        """Return the method of a class."""
        slot = owner.fields.get(name) if owner is not None else None
        plain = slot is not None and slot.value.kind == "function" and slot.value.style == ""
        return slot.value if plain and slot is not None else None

    def x_subscript(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("value"), scope)
        keys = [self.eval(k, scope) for k in node.children_by_field_name("subscript")]
        self.used(base, node, scope)
        key = keys[0] if len(keys) == 1 else unknown()
        if base.kind == "promise" and not self.lenient and base.node is not None:
            self.report("promise-not-awaited", base, key.const or "[]", node, scope)
        if base.kind == "union" and all(o.kind == "object" and o.style == "dict" for o in base.options):
            with self.asking():
                return either([self._item(o, key, node, scope) for o in base.options])
        return self._item(base, key, node, scope)

    def _item(self, base: Value, key: Value, node: Node, scope: Scope) -> Value:
        if base.kind == "object" and base.style == "dict" and key.kind == "text" and key.const is not None:
            return self.field(base, key.const, node, scope, strict=True) or unknown()
        if base.kind == "list":
            if key.kind == "text" and base.style in ("list", "tuple") and key.const and not self.lenient:
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
        return value.element or unknown() if value.kind == "promise" else unknown()

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
        open_ended = False
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
                open_ended = True
                self.handed_out([self.eval(self.parts(part)[0], scope)], scope)
            else:
                arguments.append(self.eval(part, scope))
        self.lenient -= tolerant
        if open_ended:
            self.handed_out([*arguments, *named.values()], scope)
            return unknown()
        return self.invoke(function, arguments, named, node, scope)

    def invoke(
        self, function: Value, arguments: list[Value], named: dict[str, Value], node: Node, scope: Scope
    ) -> Value:
        """Return what calling ``function`` gives."""
        if function.kind == "class":
            return self.instance(function, arguments, named, node, scope)
        if function.kind in ("builtin", "external"):
            handler = BUILTINS.get(function.name)
            if handler is not None:
                return handler(self, arguments, named, node, scope)
        if function.kind == "method" and function.this is not None:
            method = METHODS.get(function.name)
            if method is not None:
                return method(self, function.this, arguments, node, scope)
            return unknown()
        this = function.this
        if this is not None and this.kind == "object" and function.kind == "function":
            arguments = [this, *arguments]
        return self.call(function, arguments, named, node, scope)

    def instance(
        self, owner: Value, arguments: list[Value], named: dict[str, Value], node: Node, scope: Scope
    ) -> Value:
        """Return a new object of a class."""
        made = self.make("object", node, scope, owner.style or "instance")
        made.this = owner
        if owner.style == "record":
            made.at = owner.at
            names = [k for k, s in owner.fields.items() if s.value.kind != "function"]
            made.open = owner.open
            for name in names:
                made.fields[name] = Slot(unknown())
            for name, value in (*zip(names, arguments, strict=False), *named.items()):
                made.fields[name] = Slot(value)
            return made
        made.open = True
        start = self.member(owner, "__init__")
        if start is not None:
            self.call(start, [made, *arguments], named, node, scope)
        else:
            self.handed_out([*arguments, *named.values()], scope)
        return made

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
            key = keys[0].const if len(keys) == 1 and keys[0].kind == "text" else None
            if base.kind == "list":
                base.items, base.element = None, unknown()
            self.put(base, key, value)
        else:
            for part in self.parts(left):
                self.assign(part, unknown(), scope)
