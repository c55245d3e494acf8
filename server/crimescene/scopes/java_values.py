"""Java: expressions and types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import java as syntax
from crimescene.scopes.ir import (
    Attribute,
    Binding,
    Defined,
    Display,
    Either,
    Expr,
    Index,
    Invoke,
    Literal,
    MethodName,
    Name,
    Parameter,
    Store,
    Super,
    Typed,
)
from crimescene.scopes.reading import Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def expression(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read an expression and record the calls in it."""
    kind = node.type
    if kind in ("identifier", "this"):
        name = Name(node.start_byte, reading.text(node))
        reading.body.reads.append(name)
        return name
    if kind == "super":
        return Super(node.start_byte)
    handler = _EXPRESSIONS.get(kind)
    if handler:
        return handler(reading, node)
    if kind in _TYPES:
        return type_(reading, node)
    if kind in _LITERALS:
        text = reading.text(node)
        return Literal(node.start_byte, _LITERALS[kind], text[1:-1] if kind == "string_literal" else text)
    if kind == "parenthesized_expression":
        inner = next(named(node), None)
        return expression(reading, inner) if inner is not None else Expr(node.start_byte)
    for child in named(node):
        syntax.statement(reading, child)
    return Expr(node.start_byte)


def arguments_of(reading: Reading, node: Node | None) -> tuple[Expr, ...]:
    """Read the arguments of a call."""
    return tuple(expression(reading, child) for child in named(node)) if node is not None else ()


def _invocation(reading: Reading, node: Node) -> Expr:
    name_node, base = node.child_by_field_name("name"), node.child_by_field_name("object")
    if name_node is None:
        return Expr(node.start_byte)
    name, start = reading.text(name_node), name_node.start_byte
    function: Expr = MethodName(start, name)
    if base is not None:
        read = expression(reading, base)
        if base.type == "class_literal" and not name.startswith(("get", "is")):
            read = Typed(base.start_byte, Name(base.start_byte, "Class"))  # an object about the class
        function = Attribute(start, read, name)
    arguments = arguments_of(reading, node.child_by_field_name("arguments"))
    return reading.call(Invoke(start, function, arguments))


def _creation(reading: Reading, node: Node) -> Expr:
    kind = node.child_by_field_name("type")
    if kind is None:
        return Expr(node.start_byte)
    made = type_(reading, kind)
    while isinstance(made, Index):
        made = made.base
    arguments = arguments_of(reading, node.child_by_field_name("arguments"))
    call = reading.call(Invoke(made.start, made, arguments, kind="new"))
    body = next((child for child in named(node) if child.type == "class_body"), None)
    if body is None:
        return call
    unit = make_unit(
        reading, reading.file, "class", "<anonymous>", body, partial(syntax.read_class, reading.file, body)
    )
    unit.bases = (made,)
    return Typed(node.start_byte, reading.add(unit))


def _field(reading: Reading, node: Node) -> Expr:
    base, name = node.child_by_field_name("object"), node.child_by_field_name("field")
    if base is None or name is None:
        return Expr(node.start_byte)
    found = Attribute(name.start_byte, expression(reading, base), reading.text(name))
    reading.body.reads.append(found)
    return found


def _reference(reading: Reading, node: Node) -> Expr:
    parts = list(named(node))
    if not parts:
        return Expr(node.start_byte)
    base = expression(reading, parts[0])
    if len(parts) < 2:  # noqa: PLR2004 -- ``Order::new`` has no second name
        found: Expr = base
    else:
        found = Attribute(parts[-1].start_byte, base, reading.text(parts[-1]))
    reading.body.reads.append(found)
    return found


def _lambda(reading: Reading, node: Node) -> Expr:
    unit = make_unit(
        reading, reading.file, "lambda", "<lambda>", node, partial(syntax.read_unit, reading.file, node)
    )
    listed = node.child_by_field_name("parameters")
    if listed is not None and listed.type == "identifier":
        unit.parameters = (Parameter(reading.text(listed), listed.start_byte),)
    elif listed is not None:
        unit.parameters = syntax.parameters_of(reading, listed)
    return reading.add(unit)


def _assignment(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    value = expression(reading, right)
    if left.type == "identifier":
        name = reading.text(left)
        if name in reading.body.bindings or any(p.name == name for p in reading.unit.parameters):
            with reading.binding_after(node.end_byte):
                reading.bind(name, value, left.start_byte)
        else:
            this = Name(left.start_byte, "this")
            reading.body.stores.append(Store(this, name, None, value))
    elif left.type == "field_access":
        target = _field(reading, left)
        if isinstance(target, Attribute):
            reading.body.stores.append(Store(target.base, target.name, None, value))
    elif left.type == "array_access":
        target = expression(reading, left)
        if isinstance(target, Index):
            reading.body.stores.append(Store(target.base, None, target.key, value))
    return value


def _cast(reading: Reading, node: Node) -> Expr:
    kinds, value = node.children_by_field_name("type"), node.child_by_field_name("value")
    read = expression(reading, value) if value is not None else Expr(node.start_byte)
    if isinstance(read, Defined):
        return read
    return Typed(node.start_byte, Either(node.start_byte, tuple(type_(reading, kind) for kind in kinds)))


def _instance_of(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    name_node = node.child_by_field_name("name")
    if left is not None:
        expression(reading, left)
    if name_node is not None and right is not None:
        value = Typed(name_node.start_byte, type_(reading, right))
        reading.body.bindings.setdefault(reading.text(name_node), []).append(
            Binding(value, name_node.start_byte, (reading.unit.start, reading.unit.end))
        )
    return Literal(node.start_byte, "bool", "")


def _ternary(reading: Reading, node: Node) -> Expr:
    options = [expression(reading, child) for child in named(node)]
    return Either(node.start_byte, tuple(options[1:]))


def _access(reading: Reading, node: Node) -> Expr:
    base, key = node.child_by_field_name("array"), node.child_by_field_name("index")
    if base is None or key is None:
        return Expr(node.start_byte)
    return Index(node.start_byte, expression(reading, base), expression(reading, key))


def _array(reading: Reading, node: Node) -> Expr:
    return Display(
        node.start_byte, "list", tuple((None, expression(reading, child)) for child in named(node))
    )


def _array_creation(reading: Reading, node: Node) -> Expr:
    value = node.child_by_field_name("value")
    return expression(reading, value) if value is not None else Display(node.start_byte, "list", ())


def _class_literal(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return type_(reading, inner) if inner is not None else Expr(node.start_byte)


def type_(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read a type."""
    kind, start = node.type, node.start_byte
    if kind in ("type_identifier", "identifier"):
        return Name(start, reading.text(node))
    if kind in ("scoped_type_identifier", "scoped_identifier"):
        parts = [part for part in named(node) if not part.type.endswith("annotation")]
        found = type_(reading, parts[0])
        for part in parts[1:]:
            found = Attribute(part.start_byte, found, reading.text(part))
        return found
    if kind == "generic_type":
        parts = list(named(node))
        items = [type_(reading, child) for part in parts[1:] for child in named(part)]
        base = type_(reading, parts[0])
        if not items:
            return base
        key: Expr = items[0] if len(items) == 1 else Display(start, "tuple", tuple((None, i) for i in items))
        return Index(start, base, key)
    if kind == "array_type":
        element = node.child_by_field_name("element")
        return (
            Index(start, Name(start, "List"), type_(reading, element)) if element is not None else Expr(start)
        )
    if kind in ("integral_type", "floating_point_type", "boolean_type"):
        return Name(
            start,
            {"int": "Integer", "boolean": "Boolean"}.get(reading.text(node), reading.text(node).title()),
        )
    if kind == "void_type":
        return Literal(start, "None", "void")
    if kind in ("wildcard", "annotated_type"):
        inner = [child for child in named(node) if child.type in _TYPES]
        return type_(reading, inner[-1]) if inner else Expr(start)
    return Expr(start)


_TYPES = frozenset(
    {"type_identifier", "scoped_type_identifier", "generic_type", "array_type", "integral_type", "void_type"}
    | {"floating_point_type", "boolean_type", "scoped_identifier", "annotated_type", "wildcard"}
)
_LITERALS = {
    "string_literal": "str", "decimal_integer_literal": "int", "true": "bool", "false": "bool",
    "null_literal": "None", "character_literal": "char", "decimal_floating_point_literal": "float",
    "hex_integer_literal": "int",
}  # fmt: skip
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "method_invocation": _invocation,
    "object_creation_expression": _creation,
    "field_access": _field,
    "method_reference": _reference,
    "lambda_expression": _lambda,
    "assignment_expression": _assignment,
    "cast_expression": _cast,
    "instanceof_expression": _instance_of,
    "ternary_expression": _ternary,
    "array_access": _access,
    "array_initializer": _array,
    "array_creation_expression": _array_creation,
    "class_literal": _class_literal,
}
