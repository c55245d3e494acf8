"""Where the value of an expression comes from: paths, calls, objects and functions written in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.facts import Argument, Call, Field, Path, Record, Target, Unit
from crimescene.flow.grammar import child, children, named
from crimescene.flow.paths import QUOTES, Paths
from crimescene.model import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source

_LONGEST_NAME = 200
_LONGEST_LITERAL = 80
_FIELDS = 2
"""A role and its first field."""


class Expressions(Paths):
    """Reads expressions of one file; statements are read by the class on top of it."""

    def unit(self, node: Node, name: str = "") -> Unit:
        """Read a function written in place."""
        raise NotImplementedError

    def statement(self, node: Node, anchor: Node | None = None) -> None:
        """Read a statement."""
        raise NotImplementedError

    # ------------------------------------------------------------ sources

    def sources(self, node: Node) -> tuple[Source, ...]:  # noqa: C901, PLR0911, PLR0912 -- one branch a role
        """Return where the value of ``node`` comes from; calls and functions in it are recorded."""
        role = self.roles.role(node.type)
        kind = role[0] if role else ""
        if kind == "ignore" or (node.type in self.roles.constants and not node.named_child_count):
            return ()
        if kind == "name":
            found = self.path(node)
            return (found,) if found is not None else ()
        if kind in ("member", "subscript"):
            found = self.path(node)
            inner = child(node, role[1])
            extra: list[Source] = []
            if kind == "subscript":
                for key in children(node, role[2]):
                    extra += self.sources(key)
            if found is not None:
                return (found, *extra)
            return (*(self.sources(inner) if inner is not None else ()), *extra)
        if kind == "same":
            inner = child(node, role[1])
            return self.sources(inner) if inner is not None else ()
        if kind == "await":
            inner = child(node, role[1])
            found_sources = self.sources(inner) if inner is not None else ()
            for source in found_sources:
                if isinstance(source, Call):
                    source.awaited = True
            return found_sources
        if kind in ("call", "new", "invoke", "element"):
            return (self.call(node, role),)
        if kind == "record":
            return self._record(node, role)
        if kind == "unit":
            holder = self.statement_now
            unit = self.unit(node)
            self.statement_now = holder
            if holder is not None:
                holder.lambdas.append(unit)
            return (unit,)
        if kind == "assign":
            return self._nested_assignment(node, role)
        if kind in ("augment", "update"):
            return self.change(node, role)
        if kind in ("class", "switch"):
            holder = self.statement_now
            self.statement(node)
            self.statement_now = holder
            return ()
        if kind == "bind":
            return self._bound(node, role)
        if kind in ("pair", "keyword"):
            inner = child(node, role[2])
            return self.sources(inner) if inner is not None else ()
        parts: list[Source] = []
        clauses = [c for c in named(node) if self.roles.role(c.type)[:1] == ("bind",)]
        given = [self.sources(clause) for clause in clauses]  # a comprehension binds before its body is read
        for part in named(node):
            if part not in clauses:
                parts += self.sources(part)
        for sources in given:
            parts += sources
        return tuple(parts)

    def _nested_assignment(self, node: Node, role: tuple[str, ...]) -> tuple[Source, ...]:
        right = child(node, role[2])
        sources = self.sources(right) if right is not None else ()
        for left in children(node, role[1]):
            for path, key in self.pattern(left):
                if self.roles.family == "python" and path.plain:
                    self.unit_now.locals.add(path.root)
                if self.statement_now is not None:
                    self.statement_now.targets.append(Target(path, sources, key=key))
        return sources

    def change(self, node: Node, role: tuple[str, ...]) -> tuple[Source, ...]:
        """Read ``x += e`` or ``x++``: the new value comes from the old one too."""
        right = child(node, role[2]) if len(role) > _FIELDS else None
        sources = self.sources(right) if right is not None else ()
        for left in children(node, role[1]):
            for path, _ in self.pattern(left):
                sources = (path, *sources)
                if self.statement_now is not None:
                    self.statement_now.targets.append(Target(path, sources))
        if self.statement_now is not None and not self.statement_now.sources:
            self.statement_now.sources = sources
        return sources

    def _bound(self, node: Node, role: tuple[str, ...]) -> tuple[Source, ...]:
        right = child(node, role[2])
        sources = self.sources(right) if right is not None else ()
        for left in children(node, role[1]):
            for path, _ in self.pattern(left):
                if path.plain:
                    self.unit_now.locals.add(path.root)
                if self.statement_now is not None:
                    self.statement_now.hidden.append(Target(path, sources))
        return sources

    def _record(self, node: Node, role: tuple[str, ...]) -> tuple[Source, ...]:
        holder = child(node, role[2]) if len(role) > _FIELDS else node
        fields: list[Field] = []
        rest: list[Source] = []
        for part in named(holder) if holder is not None else ():
            part_role = self.roles.role(part.type)
            kind = part_role[0] if part_role else ""
            if kind == "pair":
                key, value = child(part, part_role[1]), child(part, part_role[2])
                if key is not None and value is not None:
                    span = Span(value.start_byte, value.end_byte)
                    name, line = self.text(key).strip(QUOTES), value.start_point[0] + 1
                    if self.roles.family == "python":  # an item, no attribute
                        name = f"'{name}'"
                    inner = named(value)[0] if value.type == "literal_element" and named(value) else value
                    asked = "field" if self.roles.family == "go" else "define"
                    wrap = wrapping.value(self, inner, asked) if not self.is_constant(inner) else ""
                    made = self.member_function(value, name) or self.sources(value)
                    fields.append(Field(name, made, span, line, wrap))
            elif part.type == "shorthand_property_identifier":
                found = self.path(part)
                span = Span(part.start_byte, part.end_byte)
                given = (found,) if found is not None else ()
                fields.append(Field(self.text(part), given, span, part.start_point[0] + 1))
            else:
                rest += self.sources(part)
        return (Record(tuple(fields), tuple(rest), Span(node.start_byte, node.end_byte)),)

    def member_function(self, value: Node, name: str) -> tuple[Source, ...]:
        """Read a function that is given to a key of an object, by whose name it is known; else nothing."""
        if self.roles.role(value.type)[:1] != ("unit",) or not name.isidentifier():
            return ()
        holder = self.statement_now
        unit = self.unit(value, name)
        unit.owner = unit.owner or "object"
        self.statement_now = holder
        if holder is not None:
            holder.lambdas.append(unit)
        return (unit,)

    # ------------------------------------------------------------ calls

    def call(  # noqa: C901, PLR0912 -- one branch a part
        self, node: Node, role: tuple[str, ...]
    ) -> Call:
        """Read a call with its arguments; what it changes by its name is given a new value."""
        kind = role[0]
        receiver: tuple[Source, ...] = ()
        base: Path | None = None
        if kind == "invoke":
            holder, name_node = child(node, role[1]), child(node, role[2])
            name_start = name_node.start_byte if name_node is not None else node.start_byte
            name = self.text(name_node) if name_node is not None else ""
            if holder is not None:
                receiver, base = self.sources(holder), self.path(holder)
            arguments = child(node, role[3])
        else:
            function = child(node, role[1])
            name, name_start = "", node.start_byte
            function_role = self.roles.role(function.type) if function is not None else ()
            if function is not None and function_role[:1] == ("member",):
                holder, name_node = child(function, function_role[1]), child(function, function_role[2])
                if name_node is not None:
                    name, name_start = self.text(name_node), name_node.start_byte
                if holder is not None:
                    receiver, base = self.sources(holder), self.path(holder)
            elif function is not None:
                name, name_start = self.text(function), function.start_byte
                if function_role[:1] not in (("name",), ("ignore",)) or kind == "call":
                    receiver = self.sources(function)
            arguments = child(node, role[2]) if kind != "element" else None
        given = self._arguments(node, role, arguments)
        block = node.child_by_field_name("block") if self.roles.family == "ruby" else None
        if block is not None:
            given = (*given, Argument(self.sources(block)))
        call = Call(
            name if len(name) < _LONGEST_NAME else "",
            name_start,
            Span(node.start_byte, node.end_byte),
            receiver,
            given,
            new=kind == "new",
            literals=self._literals(arguments),
        )
        if self.statement_now is not None:
            self.statement_now.calls.append(call)
            self._changes(call, base, arguments)
        if kind == "new":  # the body of an anonymous class
            holder_now = self.statement_now
            for part in named(node):
                if self.roles.role(part.type)[:1] == ("members",):
                    self.statement(part)
            self.statement_now = holder_now
        return call

    def _arguments(self, node: Node, role: tuple[str, ...], holder: Node | None) -> tuple[Argument, ...]:
        if role[0] == "element":
            parts = children(node, role[2])
        elif holder is None:
            return ()
        else:
            parts = named(holder) if holder.type != "generator_expression" else [holder]
        found: list[Argument] = []
        for part in parts:
            part_role = self.roles.role(part.type)
            kind = part_role[0] if part_role else ""
            if kind in ("keyword", "attribute"):
                name, value = child(part, part_role[1]), child(part, part_role[2])
                sources = self.sources(value) if value is not None else ()
                found.append(Argument(sources, self.text(name) if name is not None else ""))
            else:
                found.append(Argument(self.sources(part), spread=kind == "spread"))
        return tuple(found)

    def _literals(self, holder: Node | None) -> tuple[str, ...]:
        if holder is None:
            return ()
        return tuple(
            self.text(part).strip(QUOTES)
            for part in named(holder)
            if "string" in part.type and part.end_byte - part.start_byte < _LONGEST_LITERAL
        )

    def _is_object(self, base: Path) -> bool:
        """Whether a method is called on a value, and not a function of a class, module or package."""
        if not base.plain or base.root in self.roles.self_names:
            return True
        if self.roles.family == "java":
            return not base.root[:1].isupper()
        unit: Unit | None = self.unit_now
        while unit is not None:
            if base.root in unit.locals:
                return True
            unit = unit.parent
        return False

    def _changes(self, call: Call, base: Path | None, arguments: Node | None) -> None:
        statement = self.statement_now
        if statement is None:
            return
        given = tuple(s for argument in call.arguments for s in argument.sources)
        if base is not None and call.name in self.roles.mutators and self._is_object(base):
            statement.targets.append(Target(base, (base, *given)))
        place = self.roles.mutators_of_argument.get(call.name)
        if place is not None and arguments is not None:
            parts = named(arguments)
            path = self.path(parts[place]) if place < len(parts) else None
            if path is not None:
                statement.targets.append(Target(path, given))
