"""The statements of one file in the making: what the roles of all languages are read with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.expressions import Expressions
from crimescene.flow.facts import Statement, Target, Unit
from crimescene.flow.grammar import child, children, named
from crimescene.model import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.grammar import Grammar


def span_of(node: Node) -> Span:
    """Return the place of ``node``."""
    return Span(node.start_byte, node.end_byte)


class Steps(Expressions):
    """Reads single statements; what holds others is read by the class on top of it."""

    def __init__(self, roles: Grammar, source: bytes, module: Unit) -> None:
        super().__init__(roles, source, module)
        self.guards: list[Statement] = []
        self.loops = 0
        self.owner = ""
        self.values = 0
        """Switches around that give a value."""

    # ------------------------------------------------------------ statements

    def statements(self, nodes: list[Node]) -> None:
        """Read statements in their order."""
        for node in nodes:
            self.statement(node)

    def statement(self, node: Node, anchor: Node | None = None) -> None:
        """Read one statement; ``anchor`` is the whole of it where ``node`` is a part."""
        role = self.roles.role(node.type)
        handler = getattr(self, f"_do_{role[0]}", None) if role else None
        if handler is not None:
            handler(node, anchor or node, role)
        elif node.named_child_count or role:
            self.simple(node, anchor or node)

    def statement_of(self, role: str, node: Node, anchor: Node) -> None:
        """Read ``node`` as if its type had ``role``, about its first child."""
        getattr(self, f"_do_{role}")(node, anchor, (role, "@0"))

    def add(self, kind: str, node: Node, anchor: Node) -> Statement:
        """Start a statement of the current unit."""
        parent = anchor.parent
        role = self.roles.role(parent.type) if parent is not None else ()
        statement = Statement(kind, span_of(anchor), node.start_point[0] + 1, self.unit_now)
        statement.guards = tuple(self.guards)
        statement.loops = self.loops
        statement.index = len(self.unit_now.statements)
        lists = bool(role) and (role[0] in ("list", "case") or role[-1] == ".")
        statement.listed = lists and not self._is_label(anchor)
        behind = anchor.next_named_sibling
        statement.last = behind is None or behind.type in ("rescue", "ensure", "else")
        statement.sole = not statement.listed and parent is not None and self._is_branch(parent, anchor)
        self.unit_now.statements.append(statement)
        self.statement_now = statement
        return statement

    def _is_branch(self, parent: Node, anchor: Node) -> bool:
        """Whether it is the whole body of a branch or loop."""
        if parent.type not in self.roles.braceless:
            return False
        if parent.type in ("else_clause", "labeled_statement", "switch_rule"):
            return True
        fields = ("body", "consequence", "alternative")
        return any(part.id == anchor.id for name in fields for part in children(parent, name))

    def _is_label(self, anchor: Node) -> bool:
        parent = anchor.parent
        if parent is None:
            return False
        role = self.roles.role(parent.type)
        return role[0] == "case" and any(c.id == anchor.id for c in children(parent, role[1]))

    def simple(  # noqa: C901, PLR0912 -- one branch a role
        self, node: Node, anchor: Node
    ) -> None:
        """Read an expression that is a statement."""
        role = self.roles.role(node.type)
        kind = role[0] if role else ""
        if kind == "assign":
            self.assign(node, anchor, role)
        elif kind in ("augment", "update"):
            statement = self.add("define", node, anchor)
            self.change(node, role)
            statement.operator = "update"
        elif kind == "same" and node.type == "parenthesized_expression":
            inner = child(node, role[1])
            if inner is not None:
                self.simple(inner, anchor)
        elif node.type == "unary_expression" and self.text(node)[:7] in ("delete ", "delete("):
            self.statement_of("delete", node, anchor)
        elif node.type == "unary_expression" and self.text(node)[-2:] in ("++", "--"):
            statement = self.add("define", node, anchor)
            self.change(node, ("update", "argument"))
            statement.operator = "update"
        elif kind == "sequence":
            for part in named(node):
                self.simple(part, part)
        elif kind == "yield":
            inner = child(node, role[1])
            if inner is not None and inner.parent is not None:
                self.valued("yield", node, anchor, inner)
        else:
            statement = self.add("call", node, anchor)
            statement.sources = self.sources(node)
            statement.value = span_of(node)
            if statement.targets:
                statement.kind = "mutate"
            else:
                statement.parts = self._computed(node, role)
        self.statement_now = None

    def _computed(self, node: Node, role: tuple[str, ...]) -> tuple[tuple[Span, bool, bool], ...]:
        """The first argument of a call that is computed in its place: it has no name to be shown by."""
        if self.roles.family not in ("python", "ecmascript", "java") or not role:
            return ()
        holder = child(node, role[-1]) if role[0] in ("call", "new", "invoke") else None
        for part in named(holder) if holder is not None else ():
            if self.roles.family == "java":
                if wrapping.is_exact(self, part, first=node.type in self.roles.directives):
                    return ((span_of(part), False, True),)
                continue
            kind = self.roles.role(part.type)[:1]
            plain = not kind or kind == ("same",)
            computed = plain and not self.is_path(part) and not self.is_constant(part)
            if computed and wrapping.value(self, part, "define") == "value":
                return ((span_of(part), False, True),)
        return ()

    def assign(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        """Read ``left = right``; declarations without a value only make the name known."""
        lefts, right = children(node, role[1]), child(node, role[2])
        for part in named(node) if self.roles.family == "kotlin" else ():
            if part.type in ("getter", "setter"):
                self.unit(part)
        declared = self.declares(node)
        if right is None:
            for left in lefts:
                self.unit_now.locals.update(p.root for p, _ in self.pattern(left) if p.plain)
            return
        right = self._function_in(right)
        right_role = self.roles.role(right.type)
        if right_role and right_role[0] == "unit":
            names = [p for left in lefts for p, _ in self.pattern(left)]
            statement = self.add("bind", node, anchor)
            name = names[0].text.rpartition(".")[2] if names else ""
            unit = self.unit(right, name)
            self.statement_now = statement
            statement.lambdas.append(unit)
            statement.targets = [Target(path, (unit,), copy=True) for path in names]
            if declared or self.roles.family == "python":
                self.unit_now.locals.update(p.root for p in names if p.plain)
            return
        statement = self.add("define", node, anchor)
        while right_role and right_role[0] == "assign" and right_role[2] != "-":  # a = b = c
            lefts += children(right, right_role[1])
            inner = child(right, right_role[2])
            if inner is None:
                break
            right, right_role = inner, self.roles.role(inner.type)
        self.define(statement, lefts, right, declared=declared)

    def _function_in(self, node: Node) -> Node:
        """Return the function that ``node`` is with its parentheses and casts around it, else ``node``."""
        current: Node | None = node
        while current is not None and self.roles.role(current.type)[:1] == ("same",):
            current = child(current, self.roles.role(current.type)[1])
        is_function = current is not None and self.roles.role(current.type)[:1] == ("unit",)
        return current if is_function and current is not None else node

    def define(self, statement: Statement, lefts: list[Node], right: Node, *, declared: bool) -> None:
        """Fill in what ``right`` gives to ``lefts``."""
        values = named(right) if right.type == "expression_list" else [right]
        flat = [n for left in lefts for n in (named(left) if left.type == "expression_list" else [left])]
        paired = len(values) == len(flat) and len(values) > 1
        each = [self.sources(value) for value in values]
        everything = tuple(s for sources in each for s in sources)
        for position, left in enumerate(flat):
            sources = each[position] if paired else everything
            value = values[position] if paired else right
            found = self.pattern(left)
            single = len(found) == 1 and not found[0][1]
            for path, key in found:
                if declared and path.root in self.unit_now.locals and statement.guards:
                    statement.shadows = self.roles.family == "go"
                if path.plain and (declared or self.roles.family == "python"):
                    self.unit_now.locals.add(path.root)
                copy = (single or bool(key)) and self.is_path(value)
                constant = self.is_constant(value) and not key
                statement.targets.append(Target(path, sources, copy, constant, key))
        statement.sources = everything
        statement.value = span_of(right)
        statement.direct = self.is_direct(right)
        statement.opaque = self.is_opaque(right)
        statement.constant = all(self.is_constant(value) for value in values)
        statement.wrap = wrapping.value(self, right, "define")
        if self.roles.family == "go" and self.unit_now.parent is None and len(flat) == len(values) == 1:
            statement.value, statement.wrap = span_of(values[0]), wrapping.value(self, values[0], "variable")
            fixed = self.is_constant(values[0]) or self.source.startswith(b"const", statement.span.start)
            if fixed or self.text(flat[0]) == "_":
                statement.wrap = ""

    def declares(self, node: Node) -> bool:
        """Whether it makes new names rather than changing known ones."""
        family = self.roles.family
        if family == "php":
            return True
        if node.type in ("assignment_expression", "assignment_statement") or (
            family == "kotlin" and node.type == "assignment"
        ):
            return False
        return family != "python" or self.unit_now.parent is not None

    def valued(self, kind: str, node: Node, anchor: Node, value: Node) -> Statement:
        """Read a statement that is about the value of one expression."""
        statement = self.add(kind, node, anchor)
        statement.sources = self.sources(value)
        statement.value = span_of(value)
        statement.direct = self.is_direct(value)
        statement.opaque = self.is_opaque(value)
        statement.constant = self.is_constant(value)
        statement.wrap = wrapping.value(self, value, kind)
        self.statement_now = None
        return statement

    def tail(self, parts: list[Node]) -> None:
        """Read statements the last of which gives the value of the function, if it is an expression."""
        self.statements(parts[:-1])
        for last in parts[-1:]:
            role = self.roles.role(last.type)
            if not role or role[0] in (
                "name",
                "member",
                "subscript",
                "same",
                "call",
                "invoke",
                "record",
                "test",
            ):
                self.returned(last, last, expression=True)
                self.unit_now.statements[-1].listed = True
                self.unit_now.statements[-1].operator = ""
            else:
                self.statement(last)

    def returned(self, node: Node, anchor: Node, *, expression: bool = False) -> None:
        """Read a return, or the expression that is the whole body of a function."""
        role = self.roles.role(node.type)
        value = node if expression else child(node, role[1])
        if value is None:
            statement = self.add("return", node, anchor)
            statement.constant = True
        else:
            statement = self.valued("return", node, anchor, value)
            listed = value.type in ("expression_list", "tuple", "array", "list")
            if listed and len(named(value)) > 1 and all(self.is_path(part) for part in named(value)):
                statement.operator = "tuple"
            if value.type == "expression_list":
                statement.parts = tuple(
                    (span_of(part), self.is_constant(part), part.type not in self.roles.never)
                    for part in named(value)
                )
            if expression:
                statement.listed, statement.sole = False, wrapping.gives_nothing(self, node)
                statement.operator = "nothing" if statement.sole else "expression"
        statement.ends = True
        self.statement_now = None

    def guarded(self, guard: Statement | None, nodes: list[Node], *, loop: bool = False) -> None:
        """Read what runs under a condition or in a loop."""
        if guard is not None:
            self.guards.append(guard)
        self.loops += loop
        for node in nodes:
            self.statement(node)
        self.loops -= loop
        if guard is not None:
            self.guards.pop()
