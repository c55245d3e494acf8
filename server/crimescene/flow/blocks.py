"""What holds other statements or names them: blocks, classes, declarations; one method a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.facts import Body, Path, Target
from crimescene.flow.grammar import child, children, named
from crimescene.flow.steps import Steps, span_of

if TYPE_CHECKING:
    from tree_sitter import Node


_STATEMENTS = frozenset(
    {
        "switch",
        "class",
        "namespace",
        "throw",
        "if",
        "while",
        "for",
        "each",
        "loop",
        "return",
        "list",
        "inner",
        "with",
    }
)
"""Roles of what is a statement, though some grammars call it an expression."""


class Blocks(Steps):
    """One method for each role of a statement."""

    def body_of(self, node: Node) -> Body | None:
        """Where statements may be put at the start of a block; None where ``node`` is an expression."""
        role = self.roles.role(node.type)
        if not role or role[0] != "list":
            return None
        inner = node
        parts = named(node)
        if len(parts) == 1 and parts[0].type == "statement_list":
            inner, parts = parts[0], named(parts[0])
        start = node.start_byte + 1 if self.roles.braces and node.parent is not None else inner.start_byte
        after = start
        for position, part in enumerate(parts):
            fixed = part.type in self.roles.directives or (
                part.type == "expression_statement"
                and part.named_child_count == 1
                and (only := part.named_child(0)) is not None
                and only.type in self.roles.directives
                and (self.roles.family != "python" or position == 0)
            )
            if not fixed:
                return Body(start, part.start_byte, after, node.end_byte, self.roles.braces)
            after = part.end_byte
        return Body(start, None, after, node.end_byte, self.roles.braces)

    def _do_list(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        self.statements(named(node))

    _do_cases = _do_list

    def _do_members(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        self._do_list(node, anchor, role)

    def _do_inner(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        whole = anchor if node.type == "export_statement" else None
        labelled = node.type == "labeled_statement" and self.roles.family == "go"
        for part in named(node):
            simple = self.roles.role(part.type)[:1] in (("assign",), ("augment",), ("update",), ("evaluate",))
            self.statement(part, anchor if labelled and simple else whole)

    def _do_wraps(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        inner = child(node, role[1])
        if inner is not None:
            self.statement(inner, anchor)

    def _do_ignore(self, _node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        return

    def _do_name(self, _node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        return

    def _do_outer(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        self.outer.setdefault(id(self.unit_now), set()).update(self.text(part) for part in named(node))

    def _do_namespace(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        name, body = child(node, role[1]), child(node, role[2])
        if name is not None:
            self.unit_now.classes.append((self.text(name), span_of(node)))
        if body is not None:
            self.statement(body)

    def _do_class(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        name, body = child(node, role[1]), child(node, role[2])
        outer, self.owner = self.owner, self.text(name) if name is not None else "class"
        self.unit_now.classes.append((self.owner, span_of(node)))
        if body is not None:
            self.statements(named(body))
        self.owner = outer

    def _do_unit(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        unit = self.unit(node)
        if not unit.owner:
            self.unit_now.locals.add(unit.name)

    def _do_evaluate(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        parts = named(node)
        if len(parts) == 1:
            role = self.roles.role(parts[0].type)
            if role and role[0] in _STATEMENTS:
                self.statement(parts[0], anchor)
            else:
                self.simple(parts[0], anchor)
        elif parts:
            statement = self.add("call", node, anchor)
            statement.sources = tuple(s for part in parts for s in self.sources(part))
            self.statement_now = None

    def _do_declare(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        several = [part for part in named(node) if (self.roles.role(part.type) or ("",))[0] == "assign"]
        for part in named(node):
            role = self.roles.role(part.type)
            if role and role[0] == "assign":
                before = len(self.unit_now.statements)
                self.assign(part, anchor, role)
                for statement in self.unit_now.statements[before : before + 1]:
                    statement.operator = "several" if len(several) > 1 else ""
            elif role and role[0] == "declare":
                self._do_declare(part, anchor, role)
        self.statement_now = None

    def _do_assign(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        self.assign(node, anchor, role)
        self.statement_now = None

    def _do_fields(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        for part in children(node, "declarator"):
            before = len(self.unit_now.statements)
            value = child(part, "value")
            self._field(part, child(part, "name"), value)
            if value is not None:
                for statement in self.unit_now.statements[before : before + 1]:
                    statement.value, statement.wrap = span_of(value), wrapping.field(self, node, value)

    def _do_field(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        self._field(node, child(node, role[1]), child(node, role[2]))

    def _field(self, node: Node, name: Node | None, value: Node | None) -> None:
        if name is None or value is None:
            return
        role = self.roles.role(value.type)
        if role and role[0] == "unit":
            unit = self.unit(value, self.text(name))
            unit.owner = self.owner
            return
        statement = self.add("define", node, node)
        sources = self.sources(value)
        path = Path("this", (self.text(name),), span_of(name), self.text(name))
        statement.targets = [Target(path, sources, self.is_path(value), self.is_constant(value))]
        statement.sources, statement.constant = sources, self.is_constant(value)
        statement.listed = False
        if self.roles.family == "ecmascript" and not statement.constant:
            statement.value, statement.wrap = span_of(value), wrapping.value(self, value, "define")
        self.statement_now = None

    def _do_return(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        self.returned(node, anchor)

    def _do_yield(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        self.simple(node, anchor)

    def _do_throw(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        value = child(node, role[1])
        if value is not None:
            self.valued("throw", node, anchor, value).ends = True

    def _do_assert(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        value = child(node, role[1])
        if value is not None:
            self.valued("condition", node, anchor, value).operator = "assert"

    def _do_delete(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        value = child(node, role[1])
        statement = self.add("mutate", node, anchor)
        for path, _ in self.pattern(value) if value is not None else ():
            if path.selectors:
                base = Path(path.root, path.selectors[:-1], path.span, self.before_last(path.text))
                statement.targets.append(Target(base, (path,)))
        self.statement_now = None
