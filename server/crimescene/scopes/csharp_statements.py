"""C#: statements, and the variables that declarations and patterns bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes import csharp as members
from crimescene.scopes import csharp_values as values
from crimescene.scopes.csharp_types import type_
from crimescene.scopes.ir import Attribute, Binding, Expr, Item, Typed
from crimescene.scopes.reading import Reading, items_of, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def block(reading: Reading, node: Node) -> None:
    """Read a block, or ``=> expression`` as what is returned."""
    reading.blocks.append((node.start_byte, node.end_byte))
    if node.type == "arrow_expression_clause":
        for child in named(node):
            reading.body.returns.append(values.typed_value(reading, child, reading.unit.returns))
    else:
        for child in members.flat(node):
            statement(reading, child)
    reading.blocks.pop()


def statement(reading: Reading, node: Node) -> None:
    """Read one statement; what is no statement is read as an expression."""
    kind = node.type
    handler = _STATEMENTS.get(kind)
    if handler:
        handler(reading, node)
    elif kind in ("block", "arrow_expression_clause", "switch_section"):
        block(reading, node)
    elif kind in members.TYPES:
        members.type_declaration(reading, node)
    elif kind.endswith("_pattern"):
        pattern(reading, node, None)
    elif kind.endswith(("_statement", "_clause", "_declaration")) or kind == "switch_body":
        for child in members.flat(node):
            statement(reading, child)
    else:
        values.expression(reading, node)


def variables(reading: Reading, node: Node) -> None:
    """Read ``Type a = x, b``, a local or a field."""
    kind = node.child_by_field_name("type")
    declared = None
    if kind is not None and kind.type != "implicit_type":
        declared = type_(reading, kind)
    for child in named(node):
        if child.type != "variable_declarator":
            continue
        parts = [c for c in named(child) if c.type != "bracketed_argument_list"]
        name_node = child.child_by_field_name("name")
        value = parts[-1] if len(parts) > 1 else None
        read = values.typed_value(reading, value, declared) if value is not None else None
        if name_node is None:
            if parts and parts[0].type == "tuple_pattern" and read is not None:
                unpack(reading, parts[0], read)
            continue
        name = reading.text(name_node)
        if declared is not None:
            reading.body.annotations[name] = declared
        if read is not None:
            with reading.binding_after(child.end_byte):
                reading.bind(name, read, name_node.start_byte)
        elif declared is not None and reading.unit.kind != "class":
            reading.bind(name, Typed(name_node.start_byte, declared), name_node.start_byte)


def unpack(reading: Reading, node: Node, value: Expr) -> None:
    """Bind the names of ``(a, var b) = value``."""
    parts = [next(named(c), c) if c.type == "argument" else c for c in named(node)]
    for part, item in zip(parts, items_of(value, len(parts), None), strict=False):
        if part.type == "identifier":
            reading.bind(reading.text(part), item, part.start_byte)
        elif part.type in ("tuple_pattern", "tuple_expression"):
            unpack(reading, part, item)
        elif part.type == "declaration_expression":
            declaration(reading, part, item)
        else:
            values.expression(reading, part)


def declaration(reading: Reading, node: Node, value: Expr | None) -> None:
    """Bind ``Type name`` or ``var name`` in an expression: ``out var x``, ``is Order order``."""
    kind, name_node = node.child_by_field_name("type"), node.child_by_field_name("name")
    if name_node is None:
        return
    start = name_node.start_byte
    bound = value if value is not None else Expr(start)
    if kind is not None and kind.type != "implicit_type":
        bound = Typed(start, type_(reading, kind))
    # Visible beyond the condition it stands in (``if (x is not Order order) return;``).
    whole = (reading.unit.start, reading.unit.end)
    reading.body.bindings.setdefault(reading.text(name_node), []).append(Binding(bound, start, whole))


def pattern(reading: Reading, node: Node, subject: Expr | None) -> None:
    """Bind the names of a pattern that ``subject`` is compared with."""
    kind = node.type
    if kind in ("declaration_pattern", "var_pattern", "recursive_pattern"):
        declaration(reading, node, subject)
    for child in named(node):
        if child.type in ("property_pattern_clause", "positional_pattern_clause"):
            for inner in named(child):
                _subpattern(reading, inner, subject)
        elif child.type.endswith("_pattern"):
            pattern(reading, child, subject)
        elif kind in ("constant_pattern", "relational_pattern"):
            values.expression(reading, child)


def _subpattern(reading: Reading, node: Node, subject: Expr | None) -> None:
    parts = list(named(node))
    inner: Expr | None = None
    if len(parts) > 1 and parts[0].type == "identifier" and subject is not None:
        inner = Attribute(parts[0].start_byte, subject, reading.text(parts[0]))
        reading.body.reads.append(inner)
    for part in parts:
        if part.type.endswith("_pattern"):
            pattern(reading, part, inner)


def _for_each(reading: Reading, node: Node) -> None:
    kind, left = node.child_by_field_name("type"), node.child_by_field_name("left")
    right, body = node.child_by_field_name("right"), node.child_by_field_name("body")
    reading.body.loops.append((node.start_byte, node.end_byte))
    if left is not None and right is not None:
        iterated = values.expression(reading, right)
        reading.body.iterated.append(iterated)
        item: Expr = Item(iterated.start, iterated)
        if left.type != "identifier":
            unpack(reading, left, item)
        else:
            if kind is not None and kind.type != "implicit_type":
                item = Typed(left.start_byte, type_(reading, kind))
            reading.bind(reading.text(left), item, left.start_byte)
    if body is not None:
        statement(reading, body)


def _loop(reading: Reading, node: Node) -> None:
    reading.body.loops.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)


def _return(reading: Reading, node: Node) -> None:
    for child in named(node):
        reading.body.returns.append(values.typed_value(reading, child, reading.unit.returns))


def _yield(reading: Reading, node: Node) -> None:
    for child in named(node):
        reading.body.yields.append(values.expression(reading, child))


def _catch(reading: Reading, node: Node) -> None:
    kind, name_node = node.child_by_field_name("type"), node.child_by_field_name("name")
    if kind is not None and name_node is not None:
        declared = Typed(name_node.start_byte, type_(reading, kind))
        reading.bind(reading.text(name_node), declared, name_node.start_byte)


def _local_function(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is not None:
        unit = members.function(reading, node, reading.text(name_node))
        unit.flags = frozenset(members.modifiers(reading, node))
        # It may be called before the place where it stands.
        reading.bind(unit.name, reading.add(unit), reading.unit.start)


def _skip(_reading: Reading, _node: Node) -> None:
    """Labels and keywords hold nothing to follow."""


_STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "variable_declaration": variables,
    "foreach_statement": _for_each,
    "for_statement": _loop,
    "while_statement": _loop,
    "do_statement": _loop,
    "return_statement": _return,
    "yield_statement": _yield,
    "catch_declaration": _catch,
    "local_function_statement": _local_function,
    "goto_statement": _skip,
    "modifier": _skip,
    "attribute_list": _skip,
}
