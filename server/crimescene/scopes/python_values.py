"""Python: expressions and types."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import python as syntax
from crimescene.scopes.ir import (
    Attribute,
    Awaited,
    Body,
    Display,
    Either,
    Expr,
    Index,
    Invoke,
    Item,
    Literal,
    Name,
    Operation,
    Store,
    Super,
)
from crimescene.scopes.reading import Reading, make_unit, named, type_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


_STRING = re.compile(r"""^[a-zA-Z]{0,3}('''|\"\"\"|'|\")(.*)\1$""", re.DOTALL)
_COMPREHENSIONS = {
    "list_comprehension": "list",
    "set_comprehension": "set",
    "generator_expression": "list",
    "dictionary_comprehension": "dict",
}
_SEQUENCES = {
    "list": "list", "tuple": "tuple", "set": "set", "expression_list": "tuple", "pattern_list": "tuple"
}  # fmt: skip


def annotation(reading: Reading, node: Node) -> Expr:
    """Read a type; one written as a string is read by its leading dotted name."""
    inner = next(named(node), node) if node.type == "type" else node
    if inner.type == "string":
        match = _STRING.match(reading.text(inner))
        return type_text(inner.start_byte, match[2] if match else "")
    calls, reads = len(reading.body.calls), len(reading.body.reads)
    found = expression(reading, inner)
    del reading.body.calls[calls:], reading.body.reads[reads:]
    return found


# ------------------------------------------------------------------------ statements


def expression(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read an expression and record the calls in it."""
    kind = node.type
    if kind == "identifier":
        name = Name(node.start_byte, reading.text(node))
        reading.body.reads.append(name)
        return name
    handler = _EXPRESSIONS.get(kind)
    if handler:
        return handler(reading, node)
    if kind in _SEQUENCES:
        return _sequence(reading, node, _SEQUENCES[kind])
    if kind in _COMPREHENSIONS:
        return _comprehension(reading, node)
    if kind in _LITERALS:
        if kind == "string":
            return _string(reading, node)
        return Literal(node.start_byte, _LITERALS[kind], reading.text(node))
    if kind in syntax.STATEMENTS:
        syntax.STATEMENTS[kind](reading, node)
        if kind == "assignment":  # the value of ``b = c`` in ``a = b = c``
            right = node.child_by_field_name("right")
            return _quiet(reading, right) if right is not None else Expr(node.start_byte)
        return Expr(node.start_byte)
    for child in named(node):
        syntax.statement(reading, child)
    return Expr(node.start_byte)


def _quiet(reading: Reading, node: Node) -> Expr:
    """Read an expression that was read before, without recording its calls again."""
    body, reading.body = reading.body, Body()
    try:
        while node.type == "assignment":
            right = node.child_by_field_name("right")
            if right is None:
                break
            node = right
        return expression(reading, node)
    finally:
        reading.body = body


def _call(reading: Reading, node: Node) -> Expr:  # noqa: C901 -- one branch a kind
    function_node, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function_node is None:
        return Expr(node.start_byte)
    function = expression(reading, function_node)
    if reading.body.reads and reading.body.reads[-1] is function:
        reading.body.reads.pop()
    values: list[Expr] = []
    keywords: list[tuple[str, Expr]] = []
    spread = False
    if arguments is not None and arguments.type == "generator_expression":
        values.append(expression(reading, arguments))
    for child in named(arguments) if arguments is not None and not values else ():
        if child.type == "keyword_argument":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None:
                keywords.append((reading.text(name), expression(reading, value)))
        elif child.type in ("list_splat", "dictionary_splat"):
            spread = True
            for inner in named(child):
                expression(reading, inner)
        else:
            values.append(expression(reading, child))
    if isinstance(function, Name) and function.name == "super":
        return Super(node.start_byte)
    _replacing(reading, function, values)
    if isinstance(function, Name) and function.name in _ITERATING and values:
        reading.body.iterated.append(values[0])
    return reading.call(Invoke(function.start, function, tuple(values), tuple(keywords), spread))


def _replacing(reading: Reading, function: Expr, values: list[Expr]) -> None:
    """Take ``setattr(place, "name", value)``, of ``monkeypatch`` and ``mock`` too, for an assignment."""
    name = getattr(function, "name", "")
    if name == "object":  # mock.patch.object
        name = "setattr" if getattr(getattr(function, "base", None), "name", "") == "patch" else ""
    if name == "setattr" and len(values) == 3 and isinstance(values[1], Literal) and values[1].value:  # noqa: PLR2004 -- object, name, value
        reading.body.stores.append(Store(values[0], values[1].value, None, values[2]))


_ITERATING = frozenset({"list", "tuple", "set", "sorted", "iter", "enumerate", "sum", "any", "all", "next"})


def _attribute(reading: Reading, node: Node) -> Expr:
    base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if base is None or name is None:
        return Expr(node.start_byte)
    found = Attribute(name.start_byte, expression(reading, base), reading.text(name))
    reading.body.reads.append(found)
    return found


def _subscript(reading: Reading, node: Node) -> Expr:
    base = node.child_by_field_name("value")
    if base is None:
        return Expr(node.start_byte)
    value = expression(reading, base)
    keys = [expression(reading, child) for child in node.children_by_field_name("subscript")]
    if len(keys) == 1 and node.children_by_field_name("subscript")[0].type == "slice":
        return Index(node.start_byte, value, Literal(node.start_byte, "slice", ""))
    key = keys[0] if len(keys) == 1 else Display(node.start_byte, "tuple", tuple((None, k) for k in keys))
    return Index(node.start_byte, value, key)


def _lambda(reading: Reading, node: Node) -> Expr:
    unit = make_unit(
        reading, reading.file, "lambda", "<lambda>", node, partial(syntax.read_unit, reading.file, node)
    )
    unit.parameters = syntax.parameters_of(reading, node.child_by_field_name("parameters"))
    return reading.add(unit)


def _sequence(reading: Reading, node: Node, kind: str) -> Expr:
    items: list[tuple[Expr | None, Expr]] = []
    for child in named(node):
        if child.type == "list_splat":
            inner = next(named(child), None)
            if inner is not None:
                base = expression(reading, inner)
                items.append((None, Item(base.start, base)))
        else:
            items.append((None, expression(reading, child)))
    return Display(node.start_byte, kind, tuple(items))


def _dictionary(reading: Reading, node: Node) -> Expr:
    items: list[tuple[Expr | None, Expr]] = []
    for child in named(node):
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "pair" and key is not None and value is not None:
            items.append((expression(reading, key), expression(reading, value)))
        elif child.type == "dictionary_splat":
            inner = next(named(child), None)
            if inner is not None:
                base = expression(reading, inner)
                items.append((None, Index(base.start, base, Expr(base.start))))
    return Display(node.start_byte, "dict", tuple(items))


def _comprehension(reading: Reading, node: Node) -> Expr:
    reading.blocks.append((node.start_byte, node.end_byte))
    with reading.binding_after(node.start_byte, narrows=True):
        found = _comprehended(reading, node)
    reading.blocks.pop()
    return found


def _comprehended(reading: Reading, node: Node) -> Expr:
    for child in named(node):
        if child.type in ("for_in_clause", "if_clause"):
            syntax.statement(reading, child)
    body = node.child_by_field_name("body")
    if body is None:
        return Expr(node.start_byte)
    if body.type == "pair":
        key, value = body.child_by_field_name("key"), body.child_by_field_name("value")
        if key is not None and value is not None:
            read = expression(reading, key), expression(reading, value)
            return Display(node.start_byte, "dict", ((Expr(read[0].start), read[1]),))
    return Display(node.start_byte, _COMPREHENSIONS[node.type], ((Expr(0), expression(reading, body)),))


def _options(reading: Reading, node: Node) -> Expr:
    options = [expression(reading, child) for child in named(node)]
    if node.type == "conditional_expression" and len(options) == 3:  # noqa: PLR2004 -- value, condition, other
        options = [options[0], options[2]]
    return Either(node.start_byte, tuple(options))


def _binary(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    one, other = expression(reading, left), expression(reading, right)
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type == "|":  # a union where a type is meant
        return Either(node.start_byte, (one, other))
    if isinstance(one, Literal) and one.type == "str":
        return Literal(node.start_byte, "str", one.value + other.value if isinstance(other, Literal) else "")
    text = reading.text(operator) if operator is not None else ""
    return Operation(node.start_byte, text, one, other)


def _string(reading: Reading, node: Node) -> Expr:
    for child in named(node):
        if child.type == "interpolation":
            for inner in named(child):
                expression(reading, inner)
    text = reading.text(node)
    match = _STRING.match(text)
    prefix = text[: text.find(match[1])].lower() if match else ""
    value = match[2] if match and "f" not in prefix else ""
    return Literal(node.start_byte, "bytes" if "b" in prefix else "str", value)


def _named_expression(reading: Reading, node: Node) -> Expr:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or value is None:
        return Expr(node.start_byte)
    read = expression(reading, value)
    reading.bind(reading.text(name), read, name.start_byte)
    return read


def _yield(reading: Reading, node: Node) -> Expr:
    delegated = any(child.type == "from" for child in node.children)
    for child in named(node):
        value = expression(reading, child)
        if delegated:
            reading.body.iterated.append(value)
        reading.body.yields.append(Item(value.start, value) if delegated else value)
    if not any(True for _ in named(node)):
        reading.body.yields.append(Literal(node.start_byte, "None", "None"))
    return Expr(node.start_byte)


def _await(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return Awaited(node.start_byte, expression(reading, inner)) if inner else Expr(node.start_byte)


def _parenthesized(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return expression(reading, inner) if inner is not None else Expr(node.start_byte)


def _generic(reading: Reading, node: Node) -> Expr:
    parts = list(named(node))
    base = expression(reading, parts[0])
    items = [annotation(reading, child) for part in parts[1:] for child in named(part)]
    key = items[0] if len(items) == 1 else Display(node.start_byte, "tuple", tuple((None, i) for i in items))
    return Index(node.start_byte, base, key)


_LITERALS = {
    "string": "str", "integer": "int", "float": "float", "true": "bool", "false": "bool", "none": "None",
    "ellipsis": "ellipsis",
}  # fmt: skip
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "call": _call,
    "attribute": _attribute,
    "subscript": _subscript,
    "generic_type": _generic,
    "union_type": _options,
    "type": _parenthesized,
    "lambda": _lambda,
    "dictionary": _dictionary,
    "conditional_expression": _options,
    "boolean_operator": _options,
    "binary_operator": _binary,
    "named_expression": _named_expression,
    "yield": _yield,
    "await": _await,
    "parenthesized_expression": _parenthesized,
}
