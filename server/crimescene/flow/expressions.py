"""Where the value of an expression comes from: paths, calls, objects and functions written in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import wrapping
from crimescene.flow.facts import Argument, Call, Field, Path, Record, Statement, Target, Unit
from crimescene.flow.grammar import child, children, named
from crimescene.model import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source
    from crimescene.flow.grammar import Grammar

_MAX_SELECTORS = 3
_LONGEST_NAME = 200
_LONGEST_LITERAL = 80
_FIELDS = 2
"""A role and its first field."""
_QUOTES = "\"'`"


class Expressions:
    """Reads expressions of one file; statements are read by the class on top of it."""

    def __init__(self, roles: Grammar, source: bytes, module: Unit) -> None:
        self.roles = roles
        self.source = source
        self.unit_now = module
        self.statement_now: Statement | None = None
        self.outer: dict[int, set[str]] = {}

    def unit(self, node: Node, name: str = "") -> Unit:
        """Read a function written in place."""
        raise NotImplementedError

    def statement(self, node: Node, anchor: Node | None = None) -> None:
        """Read a statement."""
        raise NotImplementedError

    def text(self, node: Node) -> str:
        """Return the source of ``node``."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def before_last(self, text: str) -> str:
        """Return a path without its last selector."""
        if text.endswith("]"):
            depth = 0
            for position in range(len(text) - 1, -1, -1):
                depth += (text[position] == "]") - (text[position] == "[")
                if depth == 0:
                    return text[:position]
        return text.rpartition(".")[0].removesuffix("?") or text

    # ------------------------------------------------------------ paths

    def path(self, node: Node) -> Path | None:
        """Return the path ``node`` is; None for what has calls or arithmetic in it."""
        selectors: list[str] = []
        current: Node | None = node
        while current is not None:
            role = self.roles.role(current.type)
            kind = role[0] if role else ""
            if kind == "name":
                if current.child_count and current.type not in ("this", "super"):
                    return None
                parts = tuple(reversed(selectors[-_MAX_SELECTORS:]))
                span = Span(node.start_byte, node.end_byte)
                return Path(self.text(current), parts, span, " ".join(self.text(node).split()))
            if kind == "member":
                name = child(current, role[2])
                selectors.append(self.text(name) if name is not None else "*")
                current = child(current, role[1])
            elif kind == "subscript":
                keys = children(current, role[2])
                selectors.append(self.key(keys[0]) if len(keys) == 1 else "*")
                current = child(current, role[1])
            elif kind == "same":
                current = child(current, role[1])
            else:
                return None
        return None

    def key(self, node: Node) -> str:
        """Return a literal key as it is, ``*`` for any other."""
        text = self.text(node)
        if "string" in node.type and text[:1] in _QUOTES:
            name = text.strip(_QUOTES)
            return name if self.roles.family == "ecmascript" else f"'{name}'"
        return text if text.isdigit() else "*"

    def is_path(self, node: Node) -> bool:
        """Whether the value is that of a path, untouched."""
        if self.is_constant(node):
            return False
        role = self.roles.role(node.type)
        while role and role[0] == "await":
            inner = child(node, role[1])
            if inner is None:
                return False
            node, role = inner, self.roles.role(inner.type)
        return self.path(node) is not None

    def is_opaque(self, node: Node) -> bool:
        """Whether the value is markup."""
        while node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        return node.type.startswith("jsx_")

    def is_direct(self, node: Node) -> bool:
        """Whether the value is what a path or a call gives, untouched."""
        role = self.roles.role(node.type)
        while role and role[0] in ("await", "same"):
            inner = child(node, role[1])
            if inner is None:
                return False
            node, role = inner, self.roles.role(inner.type)
        if (
            node.type == "expression_list"
            and node.named_child_count == 1
            and node.named_children[0] is not None
        ):
            return self.is_direct(node.named_children[0])
        return bool(role) and role[0] in ("name", "member", "subscript", "call", "invoke")

    def is_constant(self, node: Node) -> bool:
        """Whether the value stands in the source."""
        named_constant = self.path(node)
        if named_constant is not None and named_constant.text.rpartition(".")[2].isupper():
            return len(named_constant.text.rpartition(".")[2]) > 1
        if node.type in self.roles.constants:
            return not any("substitution" in c.type or "interpolation" in c.type for c in node.named_children)
        if node.type in ("dictionary", "list", "object", "array") and not node.named_child_count:
            return True
        if node.type in ("unary_operator", "unary_expression", "expression_list", "parenthesized_expression"):
            parts = named(node)
            return bool(parts) and all(self.is_constant(part) for part in parts)
        return False

    def pattern(self, node: Node) -> list[tuple[Path, str]]:
        """Return what is given a value, with the key it takes where it is destructured."""
        role = self.roles.role(node.type)
        kind = role[0] if role else ""
        found = self.path(node) if kind in ("name", "member", "subscript", "same") else None
        if found is not None:
            if kind in ("subscript", "member") and self.statement_now is not None:
                self._indexes(node)
            key = found.root if node.type == "shorthand_property_identifier_pattern" else ""
            return [(found, key)]
        if kind == "parameter":
            inner = child(node, role[1])
            value = child(node, role[2])
            if value is not None and self.statement_now is not None:
                self.sources(value)
            return self.pattern(inner) if inner is not None else []
        if kind == "pair_pattern":
            key_node, inner = child(node, role[1]), child(node, role[2])
            key = self.text(key_node).strip(_QUOTES) if key_node is not None else ""
            targets = self.pattern(inner) if inner is not None else []
            return [(path, key if len(targets) == 1 else path.root) for path, _ in targets]
        if kind in ("member", "subscript"):  # f(x).y = ...
            self.sources(node)
            return []
        if kind in ("ignore", "call", "unit", "invoke"):
            return []
        return [found for part in named(node) for found in self.pattern(part)]

    def _indexes(self, node: Node) -> None:
        """Read the keys of ``a[i].b[j]``, which are used though ``a`` is written."""
        current: Node | None = node
        while current is not None:
            role = self.roles.role(current.type)
            if not role or role[0] not in ("member", "subscript", "same"):
                return
            if role[0] == "subscript":
                for key in children(current, role[2]):
                    self.sources(key)
            current = child(current, role[1])

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
                    name, line = self.text(key).strip(_QUOTES), value.start_point[0] + 1
                    if self.roles.family == "python":  # an item, no attribute
                        name = f"'{name}'"
                    wrap = wrapping.value(self, value, "define") if not self.is_constant(value) else ""
                    fields.append(Field(name, self.sources(value), span, line, wrap))
            elif part.type == "shorthand_property_identifier":
                found = self.path(part)
                span = Span(part.start_byte, part.end_byte)
                given = (found,) if found is not None else ()
                fields.append(Field(self.text(part), given, span, part.start_point[0] + 1))
            else:
                rest += self.sources(part)
        return (Record(tuple(fields), tuple(rest), Span(node.start_byte, node.end_byte)),)

    # ------------------------------------------------------------ calls

    def call(self, node: Node, role: tuple[str, ...]) -> Call:  # noqa: C901 -- one branch a part
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
            self.text(part).strip(_QUOTES)
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
