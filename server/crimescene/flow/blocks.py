"""What holds other statements: branches, loops, handlers, classes, declarations; one method a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.facts import Body, Path, Target
from crimescene.flow.grammar import child, children, named
from crimescene.flow.steps import Steps, span_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source, Statement

_WITH_INITIALIZER, _WITH_BODY = 4, 3
"""A role and so many fields."""


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
        for part in named(node):
            self.statement(part, whole)

    def _do_ignore(self, _node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        return

    def _do_name(self, _node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        return

    def _do_outer(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        self.outer.setdefault(id(self.unit_now), set()).update(self.text(part) for part in named(node))

    def _do_class(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        name, body = child(node, role[1]), child(node, role[2])
        outer, self.owner = self.owner, self.text(name) if name is not None else "class"
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
            if role and role[0] in ("switch", "class"):
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
            self._field(part, child(part, "name"), child(part, "value"))

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

    def condition(self, node: Node, anchor: Node, value: Node | None) -> Statement | None:
        """Read the condition of a branch or loop."""
        while (
            value is not None and value.type == "parenthesized_expression" and self.roles.family != "python"
        ):
            value = child(value, "@0")
        if value is None:
            return None
        statement = self.valued("condition", node, anchor, value)
        statement.wrap = wrapping.value(self, value, "condition", node)
        return statement

    def _do_if(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        first = child(node, role[4]) if len(role) > _WITH_INITIALIZER else None
        if first is not None:
            self.statement(first)
        guard = self.condition(node, anchor, child(node, role[1]))
        then, others = child(node, role[2]), children(node, role[3])
        if guard is not None and then is not None:
            last = then
            while self.roles.role(last.type)[:1] == ("list",) and named(last):
                last = named(last)[-1]
            guard.exits = last.type in self.roles.ends
        self.guarded(guard, [part for part in (then, *others) if part is not None])

    def _do_while(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        guard = self.condition(node, anchor, child(node, role[1]))
        if guard is not None:
            guard.operator = "loop"
            guard.loops += 1
        body = child(node, role[2])
        self.guarded(guard, [body] if body is not None else [], loop=True)

    def _do_for(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        for first in children(node, role[1]):
            self.statement(first)
        guard = self.condition(node, anchor, child(node, role[2]))
        if guard is not None:
            guard.operator, guard.listed = "loop", False
            guard.loops += 1
        body = child(node, role[4])
        parts = [*([body] if body is not None else []), *children(node, role[3])]
        self.guarded(guard, parts, loop=True)

    def _do_each(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        left, right, body = children(node, role[1]), child(node, role[2]), child(node, role[3])
        self.each(node, anchor, left, right, body)
        for other in children(node, "alternative"):
            self.statement(other)

    def each(self, node: Node, anchor: Node, left: list[Node], right: Node | None, body: Node | None) -> None:
        """Read a loop over elements."""
        statement = self.add("each", node, anchor)
        sources = self.sources(right) if right is not None else ()
        for path, _ in (found for part in left for found in self.pattern(part)):
            if path.plain:
                self.unit_now.locals.add(path.root)
            statement.targets.append(Target(path, sources))
        statement.sources = sources
        statement.value = span_of(right) if right is not None else None
        statement.body = self.body_of(body) if body is not None else None
        statement.loops += 1
        self.guarded(statement, [body] if body is not None else [], loop=True)
        self.statement_now = None

    def _do_loop(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        body = child(node, role[1])
        for part in named(node):
            part_role = self.roles.role(part.type)
            if body is not None and part.id == body.id:
                continue
            if part_role[:1] == ("bind",):
                self.each(node, anchor, children(part, part_role[1]), child(part, part_role[2]), body)
                return
            if part_role[:1] == ("for",):
                for first in children(part, part_role[1]):
                    self.statement(first)
                guard = self.condition(node, anchor, child(part, part_role[2]))
                if guard is not None:
                    guard.operator, guard.listed = "loop", False
                    guard.loops += 1
                rest = [*([body] if body is not None else []), *children(part, part_role[3])]
                self.guarded(guard, rest, loop=True)
                return
            guard = self.condition(node, anchor, part)
            if guard is not None:
                guard.operator = "loop"
            self.guarded(guard, [body] if body is not None else [], loop=True)
            return
        self.guarded(None, [body] if body is not None else [], loop=True)

    def _do_with(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        statement = self.add("with", node, anchor)
        clause, body = child(node, role[1]), child(node, role[2])
        found: list[Source] = []
        for item in named(clause) if clause is not None else ():
            value = child(item, "value") or item
            alias = child(value, "alias")
            inner = child(value, "@0") if alias is not None else value
            sources = self.sources(inner) if inner is not None else ()
            found += sources
            for path, _ in self.pattern(alias) if alias is not None else ():
                self.unit_now.locals.add(path.root)
                statement.targets.append(Target(path, sources))
        statement.sources = tuple(found)
        statement.body = self.body_of(body) if body is not None else None
        self.statement_now = None
        if body is not None:
            self.statement(body)

    def _do_catch(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        statement = self.add("catch", node, anchor)
        statement.listed = False
        given, body = child(node, role[1]), child(node, role[2])
        alias = child(given, "alias") if given is not None and self.roles.family == "python" else given
        for path, _ in self.pattern(alias) if alias is not None and alias is not body else ():
            if path.plain:
                self.unit_now.locals.add(path.root)
            statement.targets.append(Target(path, ()))
        statement.body = self.body_of(body) if body is not None else None
        self.guarded(statement, [body] if body is not None else [])
        self.statement_now = None

    def _do_switch(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        for first in children(node, role[3]) if len(role) > _WITH_BODY else ():
            self.statement(first)
        guard = self.condition(node, anchor, child(node, role[1]))
        if guard is not None:
            guard.operator = "switch"
        body = child(node, role[2])
        inner = [body] if body is not None else []
        if role[2] == "-":
            inner = [part for part in named(node) if self.roles.role(part.type)[:1] == ("case",)]
        self.guarded(guard, inner)

    def _do_typeswitch(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        statement = self.add("condition", node, anchor)
        statement.operator = "switch"
        value = child(node, role[2])
        sources = self.sources(value) if value is not None else ()
        statement.sources = sources
        for part in children(node, role[1]):
            for path, _ in self.pattern(part):
                self.unit_now.locals.add(path.root)
                statement.targets.append(Target(path, sources, copy=True))
        self.guarded(statement, [p for p in named(node) if self.roles.role(p.type)[:1] == ("case",)])

    def _do_case(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        labels = {part.id for part in children(node, role[1])} if role[1] != "@0" else set()
        self.statements([part for part in named(node) if part.id not in labels])

    def _do_rule(self, node: Node, _anchor: Node, _role: tuple[str, ...]) -> None:
        outer = node.parent.parent if node.parent is not None else None
        holder = outer.parent if outer is not None else None
        gives = holder is not None and holder.type != "expression_statement" and not self._lists(holder)
        for part in named(node)[1:]:
            inner = part.named_child(0)
            if gives and part.type == "expression_statement" and inner is not None:
                statement = self.valued("value", inner, part, inner)
                statement.listed = statement.sole = False
            else:
                self.statement(part)

    def _lists(self, node: Node) -> bool:
        return self.roles.role(node.type)[:1] in (("list",), ("case",))

    def _do_later(self, node: Node, anchor: Node, _role: tuple[str, ...]) -> None:
        inner = node.named_child(0)
        if inner is not None:
            self.simple(inner, anchor)
