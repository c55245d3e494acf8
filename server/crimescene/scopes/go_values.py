"""Go: expressions and types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import go as syntax
from crimescene.scopes.ir import (
    Attribute,
    Display,
    Expr,
    Index,
    Invoke,
    Literal,
    Name,
    Store,
    Typed,
)
from crimescene.scopes.reading import Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def expression(reading: Reading, node: Node) -> Expr:
    """Read an expression and record the calls in it."""
    kind = node.type
    if kind == "identifier":
        name = Name(node.start_byte, reading.text(node))
        reading.body.reads.append(name)
        return name
    handler = _EXPRESSIONS.get(kind)
    if handler:
        return handler(reading, node)
    if kind in _TYPES:
        return type_(reading, node)
    if kind in _LITERALS:
        text = reading.text(node)
        return Literal(node.start_byte, _LITERALS[kind], text[1:-1] if _LITERALS[kind] == "str" else text)
    if kind in syntax.STATEMENTS:
        syntax.STATEMENTS[kind](reading, node)
        return Expr(node.start_byte)
    for child in named(node):
        syntax.statement(reading, child)
    return Expr(node.start_byte)


def _call(reading: Reading, node: Node) -> Expr:
    function_node, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function_node is None:
        return Expr(node.start_byte)
    function = expression(reading, function_node)
    if reading.body.reads and reading.body.reads[-1] is function:
        reading.body.reads.pop()
    arguments = list(named(listed)) if listed is not None else []
    spread = any(child.type == "variadic_argument" for child in arguments)
    if isinstance(function, Name) and function.name == "new" and arguments:
        return Typed(node.start_byte, type_(reading, arguments[0]))
    if isinstance(function, Name) and function.name == "make" and arguments:
        return Typed(node.start_byte, type_(reading, arguments[0]))
    values = tuple(expression(reading, child) for child in arguments)
    if isinstance(function, Name) and function.name == "append" and len(values) > 1:
        reading.body.stores.append(Store(values[0], None, None, values[1]))
        return values[0]
    return reading.call(Invoke(function.start, function, values, (), spread))


def _selector(reading: Reading, node: Node) -> Expr:
    base, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if base is None or name is None:
        return Expr(node.start_byte)
    found = Attribute(name.start_byte, expression(reading, base), reading.text(name))
    reading.body.reads.append(found)
    return found


def _composite(reading: Reading, node: Node) -> Expr:
    kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    items: list[tuple[Expr | None, Expr]] = []
    for child in named(body) if body is not None else ():
        parts = [next(named(c), c) if c.type == "literal_element" else c for c in named(child)]
        if child.type == "keyed_element" and len(parts) > 1:
            key = Literal(parts[0].start_byte, "str", reading.text(parts[0]))
            items.append((key, expression(reading, parts[1])))
        elif parts:
            items.append((None, expression(reading, parts[0])))
    if kind is None or kind.type in ("map_type", "slice_type", "array_type", "implicit_length_array_type"):
        return Display(node.start_byte, "list", tuple(items))
    made = Typed(node.start_byte, type_(reading, kind))
    for key_, value in items:
        if isinstance(key_, Literal):
            reading.body.stores.append(Store(made, key_.value, None, value))
    return made


def _literal_value(reading: Reading, node: Node) -> Expr:
    return Display(
        node.start_byte, "list", tuple((None, expression(reading, child)) for child in named(node))
    )


def _function_literal(reading: Reading, node: Node) -> Expr:
    unit = make_unit(
        reading, reading.file, "lambda", "<lambda>", node, partial(syntax.read_unit, reading.file, node)
    )
    syntax.head(reading, node, unit)
    return reading.add(unit)


def _unary(reading: Reading, node: Node) -> Expr:
    operand = node.child_by_field_name("operand")
    return expression(reading, operand) if operand is not None else Expr(node.start_byte)


def _assertion(reading: Reading, node: Node) -> Expr:
    operand, kind = node.child_by_field_name("operand"), node.child_by_field_name("type")
    if operand is not None:
        expression(reading, operand)
    return Typed(node.start_byte, type_(reading, kind)) if kind is not None else Expr(node.start_byte)


def _index(reading: Reading, node: Node) -> Expr:
    base, key = node.child_by_field_name("operand"), node.child_by_field_name("index")
    if base is None:
        return Expr(node.start_byte)
    value = expression(reading, base)
    return Index(
        node.start_byte, value, expression(reading, key) if key is not None else Expr(node.start_byte)
    )


def _parenthesized(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return expression(reading, inner) if inner is not None else Expr(node.start_byte)


def type_(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read a type; pointers mean what they point to."""
    kind, start = node.type, node.start_byte
    if kind in ("type_identifier", "identifier", "package_identifier", "field_identifier"):
        return Name(start, reading.text(node))
    if kind == "qualified_type":
        parts = list(named(node))
        return Attribute(parts[-1].start_byte, Name(start, reading.text(parts[0])), reading.text(parts[-1]))
    if kind in ("pointer_type", "parenthesized_type", "type_elem"):
        inner = next(named(node), None)
        return type_(reading, inner) if inner is not None else Expr(start)
    if kind in ("slice_type", "array_type", "channel_type"):
        element = node.child_by_field_name("element") or node.child_by_field_name("value")
        return (
            Index(start, Name(start, "\0list"), type_(reading, element))
            if element is not None
            else Expr(start)
        )
    if kind == "map_type":
        value = node.child_by_field_name("value")
        return (
            Index(start, Name(start, "\0list"), type_(reading, value)) if value is not None else Expr(start)
        )
    if kind == "generic_type":
        inner = node.child_by_field_name("type")
        return type_(reading, inner) if inner is not None else Expr(start)
    return Expr(start)


_TYPES = frozenset(
    {
        "type_identifier",
        "qualified_type",
        "pointer_type",
        "slice_type",
        "array_type",
        "map_type",
        "channel_type",
    }
    | {"generic_type", "function_type", "struct_type", "interface_type"}
)
_LITERALS = {
    "interpreted_string_literal": "str", "raw_string_literal": "str", "int_literal": "int",
    "float_literal": "float",
    "true": "bool", "false": "bool", "nil": "None", "rune_literal": "int",
}  # fmt: skip
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "call_expression": _call,
    "selector_expression": _selector,
    "composite_literal": _composite,
    "literal_value": _literal_value,
    "func_literal": _function_literal,
    "unary_expression": _unary,
    "type_assertion_expression": _assertion,
    "index_expression": _index,
    "parenthesized_expression": _parenthesized,
}
