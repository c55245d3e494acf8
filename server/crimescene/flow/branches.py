"""Branches, loops, handlers and switches: what decides whether other statements run; one method a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.blocks import Blocks
from crimescene.flow.facts import Body, Path, Target
from crimescene.flow.grammar import child, children, named
from crimescene.flow.steps import span_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source, Statement

_WITH_INITIALIZER, _WITH_BODY = 4, 3
"""A role and so many fields."""


class Branches(Blocks):
    """One method for each role of a statement that others depend on."""

    def condition(self, node: Node, anchor: Node, value: Node | None) -> Statement | None:
        """Read the condition of a branch or loop."""
        while (
            value is not None and value.type == "parenthesized_expression" and self.roles.family != "python"
        ):
            value = child(value, "@0")
        if value is None or value.type == "empty_statement":
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
            guard.body = self.body_of(then)
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
        if guard is not None and body is not None and node.type != "do_statement":
            guard.body = self.body_of(body)
        self.guarded(guard, [body] if body is not None else [], loop=True)
        for other in children(node, "alternative"):
            self.statement(other)

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
        named_so = alias is not None and (body is None or alias.id != body.id)
        for path, _ in self.pattern(alias) if named_so and alias is not None else ():
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
        if node.type in ("expression_case", "switch_case") and self._asks_each(node):
            for part in children(node, role[1]):  # each case is a condition of its own
                for value in named(part) if part.type == "expression_list" else [part]:
                    self.condition(node, value, value)
        self.statements([part for part in named(node) if part.id not in labels])

    def _do_receive(self, node: Node, _anchor: Node, role: tuple[str, ...]) -> None:
        """Read a branch of a ``select``: what it receives is known where its body starts."""
        given = child(node, role[1])
        rest = [part for part in named(node) if given is None or part.id != given.id]
        body = rest[0] if len(rest) == 1 and self.roles.role(rest[0].type)[:1] == ("list",) else None
        if given is not None:
            before = len(self.unit_now.statements)
            self.statement(given)
            for statement in self.unit_now.statements[before:]:
                statement.listed = False
                if statement.kind == "define" and (body is not None or rest):
                    statement.kind = "with"
                    first = body if body is not None else rest[0]
                    start = (
                        named(first)[0].start_byte if body is not None and named(first) else first.start_byte
                    )
                    statement.body = Body(start, start, start, node.end_byte, braces=True)
        self.statements(rest)

    def _do_arm(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        pattern, body = child(node, role[1]), child(node, role[2])
        statement = self.add("with", node, anchor)
        statement.sources = self.guards[-1].sources if self.guards else ()
        for path, _ in self.pattern(pattern) if pattern is not None else ():
            self.unit_now.locals.add(path.root)
            statement.targets.append(Target(path, statement.sources))
        test = child(pattern, "condition") if pattern is not None else None
        bound = {t.path.root for t in statement.targets}
        if test is not None:  # what it reads is no part of the pattern
            inside = span_of(test)
            statement.targets = [
                t for t in statement.targets if not inside.start <= t.path.span.start < inside.end
            ]
        statement.body = self.body_of(body) if body is not None and bound else None
        self.statement_now = None
        self.guarded(statement, [body] if body is not None else [])

    def _asks_each(self, case: Node) -> bool:
        """Whether the cases of a switch are conditions: it is about nothing, or about ``true``."""
        switch = case.parent
        if switch is not None and switch.type == "switch_body":
            switch = switch.parent
        subject = child(switch, "value") if switch is not None else None
        return subject is None or self.text(subject).strip("() ") == "true"

    def _do_capture(self, node: Node, anchor: Node, role: tuple[str, ...]) -> None:
        body, test = child(node, role[2]), child(node, role[1])
        statement = self.add("with", node, anchor)
        subject = self.guards[-1].sources if self.guards else ()
        for path in self._captured([c for c in named(node) if c.type == "case_pattern"]):
            self.unit_now.locals.add(path.root)
            statement.targets.append(Target(path, subject))
        statement.sources = subject
        statement.body = self.body_of(body) if body is not None else None
        self.statement_now = None
        guard = self.condition(test, test, child(test, "@0")) if test is not None else None
        self.guarded(guard, [body] if body is not None else [])

    def _captured(self, patterns: list[Node]) -> list[Path]:
        """The names that patterns bind: those that stand alone, not those that are compared with."""
        found: list[Path] = []
        stack = list(reversed(patterns))
        while stack:
            node = stack.pop()
            alone = node.type in ("case_pattern", "splat_pattern") and node.named_child_count == 1
            only = node.named_child(0) if alone else None
            if node.type == "identifier":  # ... as name
                only = node
            if only is not None and only.type in ("dotted_name", "identifier"):
                name = self.text(only)
                if name.isidentifier() and name != "_":
                    found.append(Path(name, (), span_of(only), name))
                continue
            parts = named(node)
            if node.type in ("class_pattern", "keyword_pattern"):
                parts = parts[1:]
            stack += reversed([p for p in parts if "pattern" in p.type or p.type == "identifier"])
        return found

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
