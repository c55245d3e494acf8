"""Java, run in the head: expressions and statements."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from crimescene.shapes.java_calls import METHODS, STATICS, created
from crimescene.shapes.java_classes import JavaClasses
from crimescene.shapes.java_web import note_handlers
from crimescene.shapes.values import Scope, Value, either, given_out, present, truth, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_SAME, _OTHER = ("==",), ("!=",)
_LISTS, _MAPS = ("List", "ArrayList", "Collection", "Iterable"), ("Map", "HashMap", "LinkedHashMap")


class JavaProgram(JavaClasses):
    """Everything of Java files; classes are known by their simple names where these are unique."""

    def declare(self, node: Node, scope: Scope) -> Value:
        made = super().declare(node, scope)
        note_handlers(self, made)
        return made

    # ------------------------------------------------------------ statements

    def s_block(self, node: Node, scope: Scope) -> bool:
        return self.block(self.parts(node), scope)

    s_constructor_body = s_block

    def s_local_variable_declaration(self, node: Node, scope: Scope) -> bool:
        for part in node.children_by_field_name("declarator"):
            name, value = part.child_by_field_name("name"), part.child_by_field_name("value")
            if name is not None:
                scope.names[self.text(name)] = self.eval(value, scope) if value is not None else unknown()
        return False

    def s_expression_statement(self, node: Node, scope: Scope) -> bool:
        ended = False
        for part in self.parts(node):
            ended = self.eval(part, scope).kind == "never"
        self.left = "throw" if ended else self.left
        return ended

    def s_enhanced_for_statement(self, node: Node, scope: Scope) -> bool:
        source, body = self.eval(node.child_by_field_name("value"), scope), node.child_by_field_name("body")
        name = node.child_by_field_name("name")

        def once(value: Value) -> bool:
            if name is not None:
                scope.names[self.text(name)] = value
            return self.maybe(body, scope)

        return self.each(self.gone_through(source, node, scope), once, scope)

    def gone_through(self, value: Value, node: Node, scope: Scope) -> Value:
        """Return the list of what going through a value gives."""
        self.needed(value, "for", node, scope)
        value = present(value)
        return value if value.kind == "list" else unknown()

    def _loop(self, node: Node, scope: Scope) -> bool:
        first, condition = node.child_by_field_name("init"), node.child_by_field_name("condition")
        body = node.child_by_field_name("body")
        if first is not None:
            self.exec(first, scope)
            for name in (p.child_by_field_name("name") for p in first.children_by_field_name("declarator")):
                if name is not None:
                    scope.names[self.text(name)] = Value("number")
        self.ask(condition, scope)
        return self.repeated(lambda: self.maybe(body, scope), scope, self.mentioned(condition))

    s_for_statement = s_while_statement = s_do_statement = _loop

    def s_try_statement(self, node: Node, scope: Scope) -> bool:
        body, caught = (
            node.child_by_field_name("body"),
            [p for p in self.parts(node) if p.type == "catch_clause"],
        )
        for part in self.parts(node):
            if part.type == "resource_specification":
                self.eval(part, scope)

        def handled() -> bool:
            ends = [self.maybe(c.child_by_field_name("body"), scope) for c in caught]
            return all(ends)

        ways = [lambda: self.caught_in(body, scope), handled]
        ended = self.branches(scope, None, [], ways) if caught else self.maybe(body, scope)
        for part in self.parts(node):
            if part.type == "finally_clause":
                ended = self.exec(self.parts(part)[-1], scope) or ended
        return ended

    s_try_with_resources_statement = s_try_statement

    def s_switch_expression(self, node: Node, scope: Scope) -> bool:
        with self.asking():
            self.eval(node.child_by_field_name("condition"), scope)
        for case in self.parts(node.child_by_field_name("body") or node):
            parts = [p for p in self.parts(case) if p.type != "switch_label"]

            def once(parts: list[Node] = parts) -> bool:
                with self.asking():
                    return self.block(parts, scope)

            self.branches(
                scope, None, self.mentioned(node.child_by_field_name("condition")), [once, lambda: False]
            )
        return False

    def x_switch_expression(self, node: Node, scope: Scope) -> Value:
        self.s_switch_expression(node, scope)
        return unknown()

    # ------------------------------------------------------------ expressions

    def x_identifier(self, node: Node, scope: Scope) -> Value:
        name = self.text(node)
        holder = scope.find(name)
        if holder is not None and holder.names[name].kind != "class":
            return holder.names[name]
        this = self.this_of(scope)
        if this is not None and this.kind == "object" and name in this.fields:
            return this.fields[name].value
        owner = this.this if this is not None and this.kind == "object" else this
        static = owner.fields.get(f"static {name}") if owner is not None else None
        if static is not None:
            return static.value
        return self.class_named(name, scope) or (
            Value("builtin", name=name) if name[:1].isupper() else unknown()
        )

    x_type_identifier = x_identifier

    def x_this(self, _node: Node, scope: Scope) -> Value:
        return self.this_of(scope) or unknown()

    def x_string_literal(self, node: Node, _scope: Scope) -> Value:
        text = self.text(node)
        return Value("text", const=text[1:-1] if "\\" not in text and not text.startswith('"""') else None)

    def x_decimal_integer_literal(self, node: Node, _scope: Scope) -> Value:
        return Value("number", const=self.text(node))

    def x_true(self, node: Node, _scope: Scope) -> Value:
        return Value("boolean", const=self.text(node))

    x_false = x_true

    def x_null_literal(self, _node: Node, _scope: Scope) -> Value:
        return Value("null")

    def x_parenthesized_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(self.parts(node)[0], scope) if self.parts(node) else unknown()

    def x_cast_expression(self, node: Node, scope: Scope) -> Value:
        value, typed = self.eval(node.child_by_field_name("value"), scope), node.child_by_field_name("type")
        name = self.text(typed).partition("<")[0].strip() if typed is not None else ""
        wrong = (name in _LISTS and value.kind == "object" and value.style == "dict") or (
            name in _MAPS and value.kind == "list"
        )
        if wrong and not self.lenient and not self.caught:
            self.report("list-vs-object", value, name, node, scope)
        return value

    def x_lambda_expression(self, node: Node, scope: Scope) -> Value:
        return Value("function", node=node, scope=scope, name="a lambda", at=self.hop(node, scope))

    def x_ternary_expression(self, node: Node, scope: Scope) -> Value:
        condition = node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        answer = self.ask(condition, scope)
        if answer is not None:
            return self.eval(then if answer else other, scope)
        with self.guarded(condition), self.doubting():
            return either([self.eval(then, scope), self.eval(other, scope)])

    def x_unary_expression(self, node: Node, scope: Scope) -> Value:
        with self.asking():
            value = self.eval(node.child_by_field_name("operand"), scope)
        known = truth(value) if self.text(node).startswith("!") else None
        return Value("boolean", const=None if known is None else str(not known).lower())

    def x_instanceof_expression(self, node: Node, scope: Scope) -> Value:
        with self.asking():
            self.eval(node.child_by_field_name("left"), scope)
        name = node.child_by_field_name("name")
        if name is not None:
            scope.names[self.text(name)] = unknown()
        return Value("boolean")

    def x_binary_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign in ("&&", "||"):
            first = self.ask(left, scope)
            if first is not None and first == (sign == "||"):
                return Value("boolean", const=str(first).lower())
            with self.guarded(left), self.doubting():
                other = self.eval(right, scope)
            return other if first is not None else Value("boolean")
        with self.testing() if sign in _SAME + _OTHER else nullcontext():
            one, other = self.eval(left, scope), self.eval(right, scope)
        if sign in _SAME + _OTHER:
            return _equal(one, other, same=sign in _SAME)
        if sign == "+" and "text" in (one.kind, other.kind):
            known = one.const is not None and other.const is not None
            return Value("text", const=f"{one.const}{other.const}" if known else None)
        return unknown()

    def x_assignment_expression(self, node: Node, scope: Scope) -> Value:
        left, value = node.child_by_field_name("left"), self.eval(node.child_by_field_name("right"), scope)
        operator = node.child_by_field_name("operator")
        if operator is not None and operator.type != "=":
            value = unknown()
        if left is None:
            return value
        if left.type == "identifier":
            self._name(self.text(left), value, scope)
        elif left.type == "field_access":
            field = left.child_by_field_name("field")
            holder = self.eval(left.child_by_field_name("object"), scope)
            self.put(holder, self.text(field) if field is not None else None, value)
        else:
            self.handed_out([value], scope)
        return value

    def _name(self, name: str, value: Value, scope: Scope) -> None:
        holder = scope.find(name)
        if holder is not None:
            if holder is not scope and self.doubt:
                value = either([holder.names[name], value])
            holder.names[name] = value
            return
        this = self.this_of(scope)
        if this is not None and this.kind == "object":
            self.put(this, name, value)
        elif this is not None and f"static {name}" in this.fields:
            slot = this.fields[f"static {name}"]
            slot.value = either([slot.value, value]) if self.doubt else value

    def x_field_access(self, node: Node, scope: Scope) -> Value:
        base, label = self.eval(node.child_by_field_name("object"), scope), node.child_by_field_name("field")
        name = self.text(label) if label is not None else ""
        if name[:1].isupper() and self.text(node).rpartition(".")[0].replace(".", "").islower():
            return self.class_named(name, scope) or Value("builtin", name=name)  # a package
        self.needed(base, name, node, scope)
        base = present(base)
        if base.kind == "class":
            inner = base.fields.get(f"class {name}") or base.fields.get(f"static {name}")
            return inner.value if inner is not None else unknown()
        if base.kind == "object" and base.style == "instance" and name in base.fields:
            return base.fields[name].value
        return Value("builtin", name=f"{base.name}.{name}") if base.kind == "builtin" else unknown()

    def x_array_access(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("array"), scope)
        self.eval(node.child_by_field_name("index"), scope)
        self.needed(base, "[]", node, scope)
        return unknown()

    # ------------------------------------------------------------ calls

    def x_object_creation_expression(self, node: Node, scope: Scope) -> Value:
        kind, given = node.child_by_field_name("type"), node.child_by_field_name("arguments")
        arguments = [self.eval(p, scope) for p in self.parts(given)] if given is not None else []
        name = self.text(kind).partition("<")[0].rpartition(".")[2] if kind is not None else ""
        if any(c.type == "class_body" for c in node.children):
            self.handed_out(arguments, scope)
            return unknown()
        made = created(self, name, arguments, node, scope)
        if made is not None:
            return made
        owner = self.class_named(name, scope)
        if owner is not None:
            return self.new(owner, arguments, node, scope)
        self.handed_out(arguments, scope)
        return unknown()

    def x_method_invocation(self, node: Node, scope: Scope) -> Value:
        holder, label = node.child_by_field_name("object"), node.child_by_field_name("name")
        given, name = node.child_by_field_name("arguments"), self.text(label) if label is not None else ""
        base = self.eval(holder, scope) if holder is not None else self.this_of(scope) or unknown()
        if holder is not None:
            self.needed(base, name, node, scope)
            base = present(base)
        arguments = [self.eval(p, scope) for p in self.parts(given)] if given is not None else []
        if base.kind == "builtin":
            static = STATICS.get(f"{base.name}.{name}")
            if static is not None:
                return static(self, unknown(), arguments, node, scope)
        owner = base if base.kind == "class" else base.this if base.kind == "object" else None
        method = self.method(owner, name, len(arguments))
        if method is not None:
            bound = Value("function", node=method.node, scope=method.scope, name=name, at=method.at)
            bound.this = base
            return self.call(bound, arguments, {}, node, scope)
        if base.kind == "object" and base.style == "instance" and not arguments and name in base.fields:
            return base.fields[name].value if owner is not None and owner.style == "record" else unknown()
        known = METHODS.get((base.style if base.kind == "object" else base.kind, name)) or METHODS.get(
            ("", name)
        )
        if known is not None:
            return known(self, base, arguments, node, scope)
        self.handed_out([base, *arguments] if base.kind in ("object", "list") else arguments, scope)
        return unknown()

    def x_method_reference(self, node: Node, scope: Scope) -> Value:
        parts = self.parts(node)
        base = self.eval(parts[0], scope) if parts else unknown()
        owner = base if base.kind == "class" else base.this if base.kind == "object" else None
        name = self.text(node).rpartition("::")[2]
        for arity in (1, 0):
            method = self.method(owner, name, arity)
            if method is not None and arity == 1:
                return Value(
                    "function", node=method.node, scope=method.scope, this=base, name=name, at=method.at
                )
        return unknown()

    # ------------------------------------------------------------ bodies

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        holder = function.node.child_by_field_name("parameters") if function.node is not None else None
        if holder is not None and holder.type == "identifier":
            scope.names[self.text(holder)] = arguments[0] if arguments else unknown()
            return
        for position, part in enumerate(self.parts(holder) if holder is not None else ()):
            name = part if part.type == "identifier" else part.child_by_field_name("name")
            if name is None or part.type == "spread_parameter":
                self.handed_out(arguments[position:], scope)
                continue
            known = position < len(arguments)
            scope.names[self.text(name)] = arguments[position] if known else unknown()

    def body(self, function: Value, scope: Scope) -> Value:
        inner = function.node.child_by_field_name("body") if function.node is not None else None
        if inner is None:
            return unknown()
        if inner.type not in ("block", "constructor_body"):
            return given_out(self.eval(inner, scope), self.hop(inner, scope, "returns nothing"))
        ended = self.exec(inner, scope)
        if ended and not scope.returned and self.left == "throw":
            return Value("never")
        return either(scope.returned)


def _equal(one: Value, other: Value, *, same: bool) -> Value:
    answer: bool | None = None
    if "null" in (one.kind, other.kind) and not {one.kind, other.kind} & {"unknown", "union", "builtin"}:
        answer = one.kind == other.kind
    elif one.kind == other.kind == "number" and one.const is not None and other.const is not None:
        answer = one.const == other.const
    return Value("boolean", const=None if answer is None else str(answer == same).lower())
