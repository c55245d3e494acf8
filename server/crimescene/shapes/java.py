"""Java, run in the head: maps with written keys, from where they are filled to where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.machine import Machine
from crimescene.shapes.values import Scope, Slot, Value, either, truth, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_MAPS = frozenset({"HashMap", "LinkedHashMap", "TreeMap", "ConcurrentHashMap"})
_QUIET = frozenset({"size", "isEmpty", "keySet", "values", "entrySet", "toString", "hashCode", "equals"})


class JavaProgram(Machine):
    """Everything of Java files; classes are known by their simple names where these are unique."""

    def s_program(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            if part.type == "class_declaration":
                self._class(part, scope)
        return False

    def _class(self, node: Node, scope: Scope) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        made = Value("class", at=self.hop(node, scope), name=self.text(name) if name is not None else "")
        based = any(c.type in ("superclass", "super_interfaces") for c in node.children)
        for part in self.parts(body) if body is not None else ():
            label = part.child_by_field_name("name")
            if part.type == "method_declaration" and label is not None:
                method = Value("function", node=part, scope=scope, this=made, name=self.text(label))
                method.open = based or method.name in made.fields  # overridden or overloaded
                made.fields[method.name] = Slot(method)
            elif part.type == "class_declaration":
                self._class(part, scope)
        scope.names[made.name] = made

    # ------------------------------------------------------------ statements

    def s_block(self, node: Node, scope: Scope) -> bool:
        return self.block(self.parts(node), scope)

    def s_local_variable_declaration(self, node: Node, scope: Scope) -> bool:
        for part in node.children_by_field_name("declarator"):
            name, value = part.child_by_field_name("name"), part.child_by_field_name("value")
            given = self.eval(value, scope) if value is not None else unknown()
            if name is not None:
                scope.names[self.text(name)] = given
        return False

    def s_return_statement(self, node: Node, scope: Scope) -> bool:
        scope.returned.append(self.eval(self.parts(node)[0], scope) if self.parts(node) else Value("null"))
        return True

    def s_throw_statement(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            self.eval(part, scope)
        return True

    def s_break_statement(self, _node: Node, _scope: Scope) -> bool:
        return True

    s_continue_statement = s_break_statement

    def s_if_statement(self, node: Node, scope: Scope) -> bool:
        condition = node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        with self.asking():
            answer = truth(self.eval(condition, scope))
        ways = [
            lambda: self.exec(then, scope) if then is not None else False,
            lambda: self.exec(other, scope) if other is not None else False,
        ]
        return self.branches(scope, answer, self._mentioned(condition), ways)

    def _loop(self, node: Node, scope: Scope) -> bool:
        """Run what may be repeated, or caught, once, and nothing in it for granted."""
        with self.asking():
            for part in self.parts(node):
                if part.type not in ("block", "catch_clause", "finally_clause"):
                    self.eval(part, scope)
        name = node.child_by_field_name("name")
        if name is not None:
            scope.names[self.text(name)] = unknown()
        for part in self.parts(node):
            if part.type == "catch_clause":
                part = part.child_by_field_name("body") or part  # noqa: PLW2901 -- it is what runs
            if part.type == "block":

                def once(inner: Node = part) -> bool:
                    self.exec(inner, scope)
                    return False

                self.branches(scope, None, [], [once, lambda: False])
        return False

    s_for_statement = s_enhanced_for_statement = s_while_statement = s_do_statement = s_try_statement = _loop

    def _mentioned(self, node: Node | None) -> list[str]:
        found: list[str] = []
        stack = [node] if node is not None else []
        while stack:
            current = stack.pop()
            if current.type in ("string_fragment", "identifier"):
                found.append(self.text(current))
            stack += current.named_children
        return found

    # ------------------------------------------------------------ expressions

    def x_identifier(self, node: Node, scope: Scope) -> Value:
        holder = scope.find(self.text(node))
        return holder.names[self.text(node)] if holder is not None else unknown()

    def x_string_literal(self, node: Node, _scope: Scope) -> Value:
        return Value("text", const=self.text(node)[1:-1])

    def x_null_literal(self, _node: Node, _scope: Scope) -> Value:
        return Value("null")

    def x_parenthesized_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(self.parts(node)[0], scope)

    def x_cast_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(node.child_by_field_name("value"), scope)

    def x_lambda_expression(self, _node: Node, scope: Scope) -> Value:
        current: Scope | None = scope  # it may change whatever it can see
        while current is not None and current.parent is not None:
            self.handed_out([v for v in current.names.values() if v.kind == "object"], scope)
            current = current.parent
        return unknown()

    def x_ternary_expression(self, node: Node, scope: Scope) -> Value:
        parts = self.parts(node)
        with self.asking():
            self.eval(parts[0], scope)
            return either([self.eval(part, scope) for part in parts[1:]])

    def x_binary_expression(self, node: Node, scope: Scope) -> Value:
        with self.asking():
            for part in self.parts(node):
                self.eval(part, scope)
        return unknown()

    def x_assignment_expression(self, node: Node, scope: Scope) -> Value:
        left, value = node.child_by_field_name("left"), self.eval(node.child_by_field_name("right"), scope)
        if left is not None and left.type == "identifier" and scope.find(self.text(left)) is scope:
            scope.names[self.text(left)] = value
        else:
            self.handed_out([value], scope)
        return value

    def x_object_creation_expression(self, node: Node, scope: Scope) -> Value:
        kind, given = node.child_by_field_name("type"), node.child_by_field_name("arguments")
        arguments = [self.eval(p, scope) for p in self.parts(given)] if given is not None else []
        name = self.text(kind).partition("<")[0] if kind is not None else ""
        body = any(c.type == "class_body" for c in node.children)
        if name in _MAPS and not arguments and not body:
            return self.make("object", node, scope, "dict")
        self.handed_out(arguments, scope)
        found = self.load(scope.path, name)
        owner = found.names.get(name) if found is not None and not body else None
        return Value("instance", this=owner) if owner is not None else unknown()

    def x_method_invocation(self, node: Node, scope: Scope) -> Value:
        holder, label = node.child_by_field_name("object"), node.child_by_field_name("name")
        given, name = node.child_by_field_name("arguments"), self.text(label) if label is not None else ""
        base = self.eval(holder, scope) if holder is not None else scope.this or unknown()
        arguments = [self.eval(p, scope) for p in self.parts(given)] if given is not None else []
        self.used(base, node, scope)
        if base.kind == "object" and base.style == "dict":
            return self._map(base, name, arguments, node, scope)
        owner = base if base.kind == "class" else base.this if base.kind == "instance" else None
        if owner is None and holder is not None and holder.type == "identifier":
            found = self.load(scope.path, self.text(holder))
            owner = found.names.get(self.text(holder)) if found is not None else None
        slot = owner.fields.get(name) if owner is not None else None
        if slot is None or slot.value.open:
            self.handed_out(arguments, scope)
            return unknown()
        return self.call(slot.value, arguments, {}, node, scope, owner)

    def _map(self, base: Value, name: str, given: list[Value], node: Node, scope: Scope) -> Value:
        key = given[0].const if given and given[0].kind == "text" else None
        if name == "put":
            self.put(base, key, given[-1] if given else unknown())
            return unknown()
        if name == "get" and key is not None:
            return self.field(base, key, node, scope, strict=False) or unknown()
        if name in ("containsKey", "getOrDefault") and key is not None:
            base.reads.add(key)
        elif name not in _QUIET:
            base.open = True
            self.handed_out(given, scope)
        return unknown()

    # ------------------------------------------------------------ calls

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        holder = function.node.child_by_field_name("parameters") if function.node is not None else None
        parts = self.parts(holder) if holder is not None else []
        for position, part in enumerate(parts):
            name = part.child_by_field_name("name")
            if name is not None:
                known = position < len(arguments)
                scope.names[self.text(name)] = arguments[position] if known else unknown()

    def body(self, function: Value, scope: Scope) -> Value:
        inner = function.node.child_by_field_name("body") if function.node is not None else None
        if inner is None:
            return unknown()
        self.exec(inner, scope)
        return either(scope.returned)
