"""JavaScript, TypeScript and JSX: expressions and types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes import javascript as syntax
from crimescene.scopes.ir import (
    Attribute,
    Awaited,
    Defined,
    Display,
    Either,
    Expr,
    Index,
    Invoke,
    Item,
    Literal,
    Name,
    Super,
    Typed,
)
from crimescene.scopes.javascript_targets import target
from crimescene.scopes.reading import Reading, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def expression(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read an expression and record the calls in it."""
    kind = node.type
    if kind in ("identifier", "this", "shorthand_property_identifier", "undefined"):
        name = Name(node.start_byte, reading.text(node))
        reading.body.reads.append(name)
        return name
    handler = _EXPRESSIONS.get(kind)
    if handler:
        return handler(reading, node)
    if kind in _LITERALS:
        return Literal(node.start_byte, _LITERALS[kind], reading.text(node))
    if kind in syntax.FUNCTIONS:
        return syntax.function(reading, node)
    if kind in syntax.CLASSES:
        return syntax.class_(reading, node)
    if kind in _WRAPPERS:
        inner = next(named(node), None)
        return expression(reading, inner) if inner is not None else Expr(node.start_byte)
    if kind in TYPES:
        return Expr(node.start_byte)
    for child in named(node):
        syntax.statement(reading, child)
    return Expr(node.start_byte)


def named_value(reading: Reading, node: Node, name_node: Node | None, outer: Node) -> Expr:
    """Read a value that is bound to a name: a function or class without a name of its own gets it."""
    plain = (
        name_node
        if name_node is not None and name_node.type not in ("object_pattern", "array_pattern")
        else None
    )
    if node.type in syntax.FUNCTIONS and (plain is not None or node.child_by_field_name("name") is not None):
        return syntax.function(reading, node, plain, outer if plain is not None else None)
    if node.type in syntax.CLASSES:
        return syntax.class_(reading, node, plain, outer if plain is not None else None)
    return expression(reading, node)


def either(*options: Expr) -> Expr:
    """Return one of several."""
    return Either(options[0].start, options)


# ------------------------------------------------------------------------ calls


def _call(reading: Reading, node: Node) -> Expr:
    function_node = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if function_node is None:
        return Expr(node.start_byte)
    if function_node.type == "super":
        function: Expr = Attribute(function_node.start_byte, Super(function_node.start_byte), "constructor")
    elif function_node.type == "import":
        function = Name(function_node.start_byte, "require")
    else:
        function = expression(reading, function_node)
    if reading.body.reads and reading.body.reads[-1] is function:
        reading.body.reads.pop()
    values: list[Expr] = []
    spread = arguments is None or arguments.type != "arguments"
    for child in named(arguments) if arguments is not None else ():
        if child.type == "spread_element":
            spread = True
            for inner in named(child):
                base = expression(reading, inner)
                values.append(Item(base.start, base))
        else:
            values.append(expression(reading, child))
    kind = "new" if node.type == "new_expression" else "call"
    return reading.call(Invoke(function.start, function, tuple(values), (), spread, kind))


def _member(reading: Reading, node: Node) -> Expr:
    base, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    if base is None or name is None:
        return Expr(node.start_byte)
    inner: Expr = Super(base.start_byte) if base.type == "super" else expression(reading, base)
    found = Attribute(name.start_byte, inner, reading.text(name))
    reading.body.reads.append(found)
    return found


def _subscript(reading: Reading, node: Node) -> Expr:
    base, key = node.child_by_field_name("object"), node.child_by_field_name("index")
    if base is None or key is None:
        return Expr(node.start_byte)
    value = expression(reading, base)
    return Index(node.start_byte, value, expression(reading, key))


def _jsx(reading: Reading, node: Node) -> Expr:
    name = node.child_by_field_name("name")
    for child in named(node):
        if name is None or child.id != name.id:
            expression(reading, child)
    if name is None:
        return Expr(node.start_byte)
    text = reading.text(name)
    if text[:1].islower() and "." not in text:  # an element of HTML
        return Expr(node.start_byte)
    component = expression(reading, name)
    if reading.body.reads and reading.body.reads[-1] is component:
        reading.body.reads.pop()
    return reading.call(Invoke(component.start, component, spread=True, kind="jsx"))


# ------------------------------------------------------------------------ values


def _object(reading: Reading, node: Node) -> Expr:  # noqa: C901 -- one branch a kind
    items: list[tuple[Expr | None, Expr]] = []
    held: list[Defined] = []
    for child in named(node):
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is None or value is None:
                continue
            read = named_value(reading, value, key if key.type != "computed_property_name" else None, child)
            if isinstance(read, Defined) and "arrow" not in read.unit.flags:
                held.append(read)
            items.append((_object_key(reading, key), read))
        elif child.type == "shorthand_property_identifier":
            items.append((Literal(child.start_byte, "str", reading.text(child)), expression(reading, child)))
        elif child.type == "method_definition":
            key = child.child_by_field_name("name")
            method = syntax.function(reading, child)
            held.append(method)
            if key is not None:
                items.append((_object_key(reading, key), method))
        elif child.type == "spread_element":
            for inner in named(child):
                base = expression(reading, inner)
                items.append((Expr(base.start), Index(base.start, base, Expr(base.start))))
    found = Display(node.start_byte, "object", tuple(items))
    for method in held:
        method.unit.holder = found
    return found


def _object_key(reading: Reading, node: Node) -> Expr:
    if node.type == "computed_property_name":
        inner = next(named(node), None)
        return expression(reading, inner) if inner is not None else Expr(node.start_byte)
    return Literal(node.start_byte, "str", reading.text(node).strip("'\""))


def _array(reading: Reading, node: Node) -> Expr:
    items: list[tuple[Expr | None, Expr]] = []
    for child in named(node):
        if child.type == "spread_element":
            for inner in named(child):
                base = expression(reading, inner)
                items.append((Expr(base.start), Item(base.start, base)))
        else:
            items.append((None, expression(reading, child)))
    return Display(node.start_byte, "list", tuple(items))


def _string(reading: Reading, node: Node) -> Expr:
    for child in named(node):
        if child.type == "template_substitution":
            for inner in named(child):
                expression(reading, inner)
    text = reading.text(node)
    return Literal(node.start_byte, "str", "" if "${" in text else text[1:-1])


def _assignment(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    name = left.child_by_field_name("property") if left.type == "member_expression" else left
    value = named_value(reading, right, name if left.type != "subscript_expression" else None, node)
    with reading.binding_after(node.end_byte):
        target(reading, left, value)
    return value


def _ternary(reading: Reading, node: Node) -> Expr:
    options = [expression(reading, child) for child in named(node)]
    return Either(node.start_byte, tuple(options[1:]))


def _binary(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    one, other = expression(reading, left), expression(reading, right)
    operator = node.child_by_field_name("operator")
    sign = operator.type if operator is not None else ""
    if sign in ("||", "??", "&&"):
        return Either(node.start_byte, (one, other) if sign != "&&" else (other,))
    if isinstance(one, Literal) and one.type == "str":
        return Literal(node.start_byte, "str", one.value + other.value if isinstance(other, Literal) else "")
    return Expr(node.start_byte)


def _await(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return (
        Awaited(node.start_byte, expression(reading, inner)) if inner is not None else Expr(node.start_byte)
    )


def _yield(reading: Reading, node: Node) -> Expr:
    delegated = any(child.type == "*" for child in node.children)
    for child in named(node):
        value = expression(reading, child)
        if delegated:
            reading.body.iterated.append(value)
        reading.body.yields.append(Item(value.start, value) if delegated else value)
    return Expr(node.start_byte)


def _cast(reading: Reading, node: Node) -> Expr:
    parts = list(named(node))
    if node.type == "type_assertion":
        parts.reverse()
    value = expression(reading, parts[0])
    if (
        len(parts) > 1
        and parts[1].type in TYPES
        and reading.text(parts[1]) not in ("any", "unknown", "const")
    ):
        return Typed(node.start_byte, annotation(reading, parts[1]))
    return value


def _last(reading: Reading, node: Node) -> Expr:
    found: Expr = Expr(node.start_byte)
    for child in named(node):
        found = expression(reading, child)
    return found


# ------------------------------------------------------------------------ types


def annotation(reading: Reading, node: Node) -> Expr:  # noqa: C901, PLR0911 -- one branch a kind
    """Read a type."""
    kind = node.type
    start = node.start_byte
    if kind in ("type_identifier", "identifier"):
        return Name(start, reading.text(node))
    if kind == "predefined_type":
        text = reading.text(node)
        if text in ("void", "null", "undefined", "never"):
            return Literal(start, "None", text)
        return Name(start, text.capitalize()) if text in ("string", "number", "boolean") else Expr(start)
    if kind == "literal_type":
        text = reading.text(node)
        return Literal(start, "None", text) if text in ("null", "undefined") else Name(start, "String")
    if kind == "nested_type_identifier":
        parts = list(named(node))
        found: Expr = annotation(reading, parts[0])
        for part in parts[1:]:
            found = Attribute(part.start_byte, found, reading.text(part))
        return found
    if kind == "union_type":
        return Either(start, tuple(annotation(reading, child) for child in named(node)))
    if kind == "intersection_type":
        return Either(start, tuple(annotation(reading, child) for child in named(node)))
    if kind == "array_type":
        inner = next(named(node), None)
        return (
            Index(start, Name(start, "Array"), annotation(reading, inner))
            if inner is not None
            else Expr(start)
        )
    if kind == "generic_type":
        parts = list(named(node))
        items = [annotation(reading, child) for part in parts[1:] for child in named(part)]
        key: Expr = items[0] if len(items) == 1 else Display(start, "tuple", tuple((None, i) for i in items))
        return Index(start, annotation(reading, parts[0]), key)
    if kind in ("type_annotation", "parenthesized_type", "readonly_type"):
        inner = next(named(node), None)
        return annotation(reading, inner) if inner is not None else Expr(start)
    return Expr(start)


TYPES = frozenset(
    {
        "type_identifier",
        "predefined_type",
        "literal_type",
        "nested_type_identifier",
        "union_type",
        "array_type",
    }
    | {
        "intersection_type",
        "generic_type",
        "type_annotation",
        "parenthesized_type",
        "readonly_type",
        "object_type",
    }
    | {
        "function_type",
        "type_arguments",
        "type_parameters",
        "tuple_type",
        "type_query",
        "lookup_type",
        "this_type",
    }
    | {
        "conditional_type",
        "index_type_query",
        "type_predicate",
        "type_predicate_annotation",
        "existential_type",
    }
)
_LITERALS = {"number": "int", "true": "bool", "false": "bool", "null": "None", "regex": "RegExp"}
_WRAPPERS = frozenset({"parenthesized_expression", "non_null_expression", "jsx_expression"})
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "call_expression": _call,
    "new_expression": _call,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "jsx_self_closing_element": _jsx,
    "jsx_opening_element": _jsx,
    "object": _object,
    "array": _array,
    "string": _string,
    "template_string": _string,
    "assignment_expression": _assignment,
    "ternary_expression": _ternary,
    "binary_expression": _binary,
    "await_expression": _await,
    "yield_expression": _yield,
    "as_expression": _cast,
    "satisfies_expression": _cast,
    "type_assertion": _cast,
    "sequence_expression": _last,
}
