"""Go, run in the head: statements, functions and packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.go_expressions import GoExpressions
from crimescene.shapes.values import Scope, Slot, Value, either, elements, given_out, present, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_TWO = 2


class GoProgram(GoExpressions):
    """Everything of Go files; the files of a folder share their names."""

    def s_source_file(self, node: Node, scope: Scope) -> bool:
        folder = scope.path.rpartition("/")[0]
        first = folder not in self.packages
        package = self.packages.setdefault(folder, Scope(scope.path, None, label="package"))
        scope.parent = package
        package.filled |= scope.filled
        for part in self.parts(node):
            if part.type in (
                "import_declaration",
                "type_declaration",
                "function_declaration",
                "method_declaration",
            ):
                self.exec(part, scope)
            elif part.type in ("var_declaration", "const_declaration"):
                self._later(part, scope, package)
        if first:
            self.load(scope.path, ".")
            for name in list(package.names):
                self.settled(name, package)
        return False

    def _later(self, node: Node, scope: Scope, package: Scope) -> None:
        """Variables of a package may need what another file declares."""
        for spec in self._specs(node):
            names = [self.text(n) for n in spec.children_by_field_name("name")]
            for position, name in enumerate(names):
                package.names[name] = Value("pending", node=spec, scope=scope, const=str(position))

    def _specs(self, node: Node) -> list[Node]:
        found: list[Node] = []
        for part in self.parts(node):
            found += self.parts(part) if part.type.endswith("_spec_list") else [part]
        return found

    def settled(self, name: str, holder: Scope) -> Value:
        """Return what a name of a package holds; its variables are made when they are first asked for."""
        value = holder.names[name]
        if value.kind != "pending" or value.node is None or value.scope is None:
            return value
        holder.names[name] = unknown()
        inner = Scope(value.scope.path, value.scope, label=name)
        self.var(value.node, inner)
        holder.names[name] = inner.names.get(name) or unknown()
        self.called_as(name, holder.names[name], value.scope)
        return holder.names[name]

    def s_import_declaration(self, node: Node, scope: Scope) -> bool:
        for spec in self._specs(node):
            path, alias = spec.child_by_field_name("path"), spec.child_by_field_name("name")
            name = self.text(path).strip('"`') if path is not None else ""
            bound = self.text(alias) if alias is not None else name.rpartition("/")[2]
            found = self.load(scope.path, name)
            scope.names[bound] = (
                Value("module", scope=found) if found is not None else Value("builtin", name=bound)
            )
        return False

    def s_function_declaration(self, node: Node, scope: Scope) -> bool:
        name = node.child_by_field_name("name")
        made = Value("function", at=self.hop(node, scope), node=node, scope=scope)
        made.name = self.text(name) if name is not None else ""
        if made.name not in ("init", "_"):
            scope.names[made.name] = made
            if scope.parent is not None:
                scope.parent.names[made.name] = made
        return False

    def s_method_declaration(self, node: Node, scope: Scope) -> bool:
        receiver, name = node.child_by_field_name("receiver"), node.child_by_field_name("name")
        part = self.parts(receiver)[0] if receiver is not None and self.parts(receiver) else None
        typed = part.child_by_field_name("type") if part is not None else None
        owner = self.owner_of(typed, scope) if typed is not None else None
        if owner is None or name is None:
            return False
        made = Value("function", at=self.hop(node, scope), node=node, scope=scope, name=self.text(name))
        owner.fields[made.name] = Slot(made)
        return False

    def s_type_declaration(self, node: Node, scope: Scope) -> bool:
        for spec in self.parts(node):
            name, typed = spec.child_by_field_name("name"), spec.child_by_field_name("type")
            if name is not None and typed is not None:
                owner = self.owner_named(self.text(name), scope)
                self.structure(owner, typed, spec, scope)
        return False

    # ------------------------------------------------------------ statements

    def s_block(self, node: Node, scope: Scope) -> bool:
        return self.block(self.parts(node), scope)

    s_statement_list = s_block

    def s_return_statement(self, node: Node, scope: Scope) -> bool:
        parts = self.parts(node)
        value = self.eval(parts[0], scope) if parts else unknown()
        scope.returned.append(given_out(value, self.hop(node, scope, "returns nothing")))
        self.left = "return"
        return True

    def s_var_declaration(self, node: Node, scope: Scope) -> bool:
        for spec in self._specs(node):
            self.var(spec, scope)
        return False

    s_const_declaration = s_var_declaration

    def var(self, spec: Node, scope: Scope) -> None:
        """Declare variables."""
        names, value = spec.children_by_field_name("name"), spec.child_by_field_name("value")
        if value is not None:
            self._spread(names, self.eval(value, scope), scope, declares=True)
        else:
            for name in names:
                scope.names[self.text(name)] = self.zero(spec.child_by_field_name("type"), scope)

    def s_short_var_declaration(self, node: Node, scope: Scope) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        targets = self.parts(left) if left is not None else []
        value = self._right(right, len(targets), scope)
        self._spread(targets, value, scope, declares=True)
        return False

    def s_assignment_statement(self, node: Node, scope: Scope) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        targets = self.parts(left) if left is not None else []
        operator = node.child_by_field_name("operator")
        value = self._right(right, len(targets), scope)
        if operator is not None and operator.type != "=":
            value = unknown()
        self._spread(targets, value, scope, declares=False)
        return False

    def _right(self, right: Node | None, wanted: int, scope: Scope) -> Value:
        parts = self.parts(right) if right is not None else []
        if (
            wanted == _TWO
            and len(parts) == 1
            and parts[0].type in ("index_expression", "type_assertion_expression")
        ):
            with self.asking():
                return Value("list", style="tuple", items=[self.eval(parts[0], scope), Value("boolean")])
        return self.eval(right, scope)

    def _spread(self, targets: list[Node], value: Value, scope: Scope, *, declares: bool) -> None:
        if len(targets) == 1:
            self.assign(targets[0], value, scope, declares=declares)
            return
        checked = bool(targets) and self.text(targets[-1]) != "_"
        for position, target in enumerate(targets):
            fits = value.kind == "list" and value.items is not None and position < len(value.items)
            one = value.items[position] if fits and value.items is not None else unknown()
            # Whoever takes the error looks at it before the value.
            self.assign(target, present(one) if checked else one, scope, declares=declares)

    def assign(self, left: Node, value: Value, scope: Scope, *, declares: bool) -> None:
        """Give what stands on the left a value."""
        if left.type == "identifier":
            name = self.text(left)
            holder = scope if declares else scope.find(name) or scope
            if holder is not scope and self.doubt and name in holder.names:
                value = either([holder.names[name], value])
            self.called_as(name, value, scope)
            if name != "_":
                holder.names[name] = value
        elif left.type == "selector_expression":
            base, field = (
                self.eval(left.child_by_field_name("operand"), scope),
                left.child_by_field_name("field"),
            )
            self.put(base, self.text(field) if field is not None else None, value)
        elif left.type == "index_expression":
            base = self.eval(left.child_by_field_name("operand"), scope)
            key = self.eval(left.child_by_field_name("index"), scope)
            if base.kind == "list":
                base.items, base.element = None, either([elements(base), value])
            self.put(base, key.const if key.kind == "text" else None, value)
        else:
            self.handed_out([value], scope)

    def s_if_statement(self, node: Node, scope: Scope) -> bool:
        first = node.child_by_field_name("initializer")
        if first is not None:
            self.exec(first, scope)
        return super().s_if_statement(node, scope)

    def s_for_statement(self, node: Node, scope: Scope) -> bool:
        body = node.child_by_field_name("body")
        head = next((p for p in self.parts(node) if p is not body and p != body), None)
        if head is not None and head.type == "range_clause":
            return self._range(head, body, scope)
        condition = head
        if head is not None and head.type == "for_clause":
            first, condition = head.child_by_field_name("initializer"), head.child_by_field_name("condition")
            if first is not None:
                self.exec(first, scope)
                left = first.child_by_field_name("left")
                for name in self.parts(left) if left is not None else ():
                    scope.names[self.text(name)] = Value("number")
        self.ask(condition, scope)
        return self.repeated(lambda: self.maybe(body, scope), scope, self.mentioned(condition))

    def _range(self, head: Node, body: Node | None, scope: Scope) -> bool:
        source = present(self.eval(head.child_by_field_name("right"), scope))
        left = head.child_by_field_name("left")
        targets = self.parts(left) if left is not None else []
        rounds = source if source.kind == "list" else Value("list", element=unknown())
        if source.kind == "object":
            source.reads.update(source.fields)
            rounds = Value("list", element=either([s.value for s in source.fields.values()] or [unknown()]))

        def once(value: Value) -> bool:
            for position, target in enumerate(targets):
                self.assign(target, value if position else unknown(), scope, declares=True)
            return self.maybe(body, scope)

        return self.each(rounds, once, scope)

    def s_expression_switch_statement(self, node: Node, scope: Scope) -> bool:
        with self.asking():
            self.eval(node.child_by_field_name("value"), scope)
        mentioned = self.mentioned(node.child_by_field_name("value"))
        for case in self.parts(node):
            if case.type not in ("expression_case", "default_case", "type_case", "communication_case"):
                continue
            parts = [p for p in self.parts(case) if p not in case.children_by_field_name("value")]
            for name in node.children_by_field_name("alias"):
                scope.names[self.text(name)] = unknown()

            def once(parts: list[Node] = parts) -> bool:
                with self.asking():
                    return self.block(parts, scope)

            self.branches(scope, None, [*mentioned, *self.mentioned(case.child_by_field_name("value"))],
                          [once, lambda: False])  # fmt: skip
        return False

    s_type_switch_statement = s_select_statement = s_expression_switch_statement

    def s_expression_statement(self, node: Node, scope: Scope) -> bool:
        ended = any([self.eval(part, scope).kind == "never" for part in self.parts(node)])  # noqa: C419 -- all run
        self.left = "throw" if ended else self.left
        return ended

    def s_inc_statement(self, node: Node, scope: Scope) -> bool:
        self.eval(self.parts(node)[0], scope)
        return False

    s_dec_statement = s_go_statement = s_defer_statement = s_inc_statement

    # ------------------------------------------------------------ functions

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        if function.node is None:
            return
        receiver = function.node.child_by_field_name("receiver")
        for part in self.parts(receiver) if receiver is not None else ():
            name = part.child_by_field_name("name")
            if name is not None:
                scope.names[self.text(name)] = function.this or unknown()
        given = list(arguments)
        holder = function.node.child_by_field_name("parameters")
        for part in self.parts(holder) if holder is not None else ():
            for name in part.children_by_field_name("name"):
                if part.type == "variadic_parameter_declaration":
                    rest = self.make("list", part, scope, "list")
                    rest.items, given = given, []
                    scope.names[self.text(name)] = rest if node is not None else unknown()
                else:
                    scope.names[self.text(name)] = given.pop(0) if given else unknown()
        result = function.node.child_by_field_name("result")
        for part in self.parts(result) if result is not None and result.type == "parameter_list" else ():
            for name in part.children_by_field_name("name"):
                scope.names[self.text(name)] = self.zero(part.child_by_field_name("type"), scope)

    def body(self, function: Value, scope: Scope) -> Value:
        inner = function.node.child_by_field_name("body") if function.node is not None else None
        if inner is None:
            return unknown()
        ended = self.exec(inner, scope)
        if ended and not scope.returned and self.left == "throw":
            return Value("never")
        tuples = [
            v for v in scope.returned if v.kind == "list" and v.style == "tuple" and v.items is not None
        ]
        if len(tuples) > 1 and len(tuples) == len(scope.returned):
            rows = [t.items or [] for t in tuples]
            if len({len(r) for r in rows}) == 1:
                return Value(
                    "list", style="tuple", items=[either(list(column)) for column in zip(*rows, strict=True)]
                )
        return either(scope.returned)
