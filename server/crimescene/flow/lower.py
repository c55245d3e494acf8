"""Syntax tree -> units and their statements, by the roles of :mod:`crimescene.flow.grammar`."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.branches import Branches
from crimescene.flow.endings import ends
from crimescene.flow.facts import Parameter, Unit
from crimescene.flow.grammar import child, children, grammar_of, named
from crimescene.flow.steps import span_of
from crimescene.languages import grammar, language_for, parse

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source

_UNREADABLE = re.compile(r"(?:\[[^\]]*\]\s*)?(?:out\b|(?:\w+\s+)*(?:ReadOnly)?Span<|\w+\s*\*)")
_ACCESSORS = ("accessor_declaration", "getter", "setter")
MAX_BYTES = 1_000_000
"""Larger files are generated, or data."""


def lower(path: str, source: bytes) -> Unit | None:
    """Return the top level of a file with everything in it; None for languages without roles."""
    language = language_for(path, source[:200])
    roles = grammar_of(language.id) if language is not None else None
    loaded = grammar(language) if language is not None and roles is not None else None
    if language is None or roles is None or loaded is None or len(source) > MAX_BYTES:
        return None
    root = parse(loaded, source).root_node
    module = Unit("<module>", "module", path, language.id, span_of(root), 0, 1, _last(root), None)
    lowering = Lowering(roles, source, module)
    module.body = lowering.body_of(root)
    with suppress(RecursionError):  # nested deeper than anybody writes by hand: what was read so far stands
        lowering.statements(named(root))
    return module


def _last(node: Node) -> int:
    return node.end_point[0] + (1 if node.end_point[1] else 0) or 1


class Lowering(Branches):
    """Functions, with what they take."""

    def unit(self, node: Node, name: str = "") -> Unit:
        """Read a function and everything in it."""
        _, name_spec, parameter_spec, body_spec = self.roles.role(node.type)
        name_node, body = child(node, name_spec), child(node, body_spec)
        if node.type in _ACCESSORS:
            name_node, name = None, self._property(node)
        given = self.text(name_node) if name_node is not None else name
        unit = Unit(
            given or f"lambda@{node.start_point[0] + 1}",
            "function" if name_node is not None or name else "lambda",
            self.unit_now.path,
            self.unit_now.language,
            span_of(node),
            (name_node or node).start_byte,
            node.start_point[0] + 1,
            _last(node),
            self.unit_now,
            owner=self.owner if name_node is not None else "",
        )
        if node.type == "method_declaration" and self.roles.family == "go":
            unit.owner = self._receiver_type(node)
        self.unit_now.units.append(unit)
        outer = (self.unit_now, self.guards, self.loops, self.owner, self.statement_now, self.values)
        self.unit_now, self.guards, self.loops, self.owner, self.values = unit, [], 0, "", 0
        try:
            for spec in ("receiver", parameter_spec, "parameter"):
                holder = child(node, spec)
                if holder is not None:
                    self._parameters(holder)
            unit.results, unit.result_names = wrapping.results(self, node)
            unit.locals.update(unit.result_names)
            unit.flags = wrapping.flags(self, node, unit)
            while body is not None and self.roles.role(body.type)[:1] == ("wraps",):
                body = child(body, self.roles.role(body.type)[1])
            if body is not None:
                self._body(body, node)
        finally:
            self.unit_now, self.guards, self.loops, self.owner, self.statement_now, self.values = outer
        return unit

    def _body(self, body: Node, node: Node) -> None:
        unit = self.unit_now
        unit.body = self.body_of(body)
        if body.id == node.id:  # the statements of a lambda stand in it directly
            self.statements(
                [part for part in named(body) if self.roles.role(part.type)[:1] != ("parameters",)]
            )
        elif unit.body is None:
            self.returned(body, body, expression=True)
        elif self.roles.family in ("ruby", "rust"):
            parts = named(body)
            after = [p for p in parts if p.type in ("rescue", "ensure", "else")]
            self.tail([p for p in parts if p not in after])
            self.statements(after)
        else:
            self.statements(named(body))
            self._end(body)

    def _end(self, body: Node) -> None:
        """Read the end of a function that gives a value elsewhere, as the return of nothing that it is."""
        unit = self.unit_now
        kinds = {s.kind for s in unit.statements if s.kind != "return" or s.value is not None}
        last = next(reversed(named(body)), None)
        if self.roles.family not in ("python", "ecmascript") or last is None:
            return
        if "return" not in kinds or "yield" in kinds or any(ends(self.roles, part) for part in named(body)):
            return
        statement = self.add("return", last, last)
        statement.constant = statement.ends = True
        statement.operator, statement.lineno = "end", unit.last_lineno
        self.statement_now = None

    def _property(self, node: Node) -> str:
        """Return the name of the property that a getter or setter belongs to."""
        current = node.parent
        while current is not None and current.type != "property_declaration":
            current = current.parent
        name = current.child_by_field_name("name") if current is not None else None
        declared = child(current, ":variable_declaration") if current is not None else None
        found = name or (declared.named_child(0) if declared is not None else None)
        return self.text(found) if found is not None else ""

    def _receiver_type(self, node: Node) -> str:
        holder = node.child_by_field_name("receiver")
        text = self.text(holder).strip("()") if holder is not None else ""
        return text.split("[")[0].split(" ")[-1].lstrip("*")

    def _parameters(self, holder: Node) -> None:
        unit = self.unit_now
        role = self.roles.role(holder.type)
        parts = [holder] if role and role[0] in ("name", "parameter") else named(holder)
        for part in parts:
            role = self.roles.role(part.type)
            default: tuple[Source, ...] = ()
            shared = False
            if role and role[0] == "ignore":
                continue
            if self.roles.family == "csharp" and _UNREADABLE.match(self.text(part)):
                continue  # has no value yet, or cannot be an object
            names = children(part, role[1]) if role and role[0] == "parameter" else [part]
            if role and role[0] == "parameter":
                given = child(part, role[2])
                holder_statement, self.statement_now = self.statement_now, None
                default = self.sources(given) if given is not None else ()
                shared = given is not None and given.type in ("list", "dictionary", "set", "call")
                self.statement_now = holder_statement
            rest = bool(role) and role[0] == "rest"
            for name in names:
                found = self.pattern(name)
                targets = tuple(path for path, _ in found if path.plain)
                for path in targets:
                    unit.locals.add(path.root)
                label = targets[0].root if len(targets) == 1 and name.child_count == 0 else ""
                fields = tuple((key, path.root) for path, key in found if key)
                unit.parameters.append(Parameter(label, targets, rest, shared, default, fields))
