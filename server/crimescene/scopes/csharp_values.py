"""C#: expressions and types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import csharp as members
from crimescene.scopes import csharp_made as made
from crimescene.scopes import csharp_statements as statements
from crimescene.scopes.csharp_types import TYPES, type_
from crimescene.scopes.ir import (
    Attribute,
    Awaited,
    Defined,
    Either,
    Expr,
    Handed,
    Index,
    Invoke,
    Item,
    Literal,
    Name,
    Parameter,
    Store,
    Super,
    Typed,
)
from crimescene.scopes.reading import Reading, make_unit, named, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

GENERIC_CALL = "call "
"""Kind of calls with type arguments, before their number."""
Arguments = tuple[tuple[Expr, ...], tuple[tuple[str, Expr], ...]]


def expression(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read an expression and record the calls in it."""
    kind = node.type
    if kind in ("identifier", "this"):
        name = Name(node.start_byte, reading.text(node).lstrip("@"))
        reading.body.reads.append(name)
        return name
    if kind == "base":
        return Super(node.start_byte)
    handler = _EXPRESSIONS.get(kind)
    if handler:
        return handler(reading, node)
    if kind in TYPES:
        return type_(reading, node)
    if kind in _LITERALS:
        text = reading.text(node)
        return Literal(node.start_byte, _LITERALS[kind], text[1:-1] if kind == "string_literal" else text)
    if kind in _TRANSPARENT:
        inner = next(named(node), None)
        return expression(reading, inner) if inner is not None else Expr(node.start_byte)
    for child in named(node):
        statements.statement(reading, child)
    return Literal(node.start_byte, "str", "") if "string" in kind else Expr(node.start_byte)


def typed_value(reading: Reading, node: Node, declared: Expr | None) -> Expr:
    """Read the value of something of a declared type: ``new(1)`` and ``{ a, b }`` are made of it."""
    if node.type == "implicit_object_creation_expression" and declared is not None:
        return made.make(reading, node, declared)
    if node.type == "conditional_expression":
        return _ternary(reading, node, declared)
    return expression(reading, node)


def arguments_of(
    reading: Reading, node: Node | None, handed: list[tuple[int | str, Node]] | None = None
) -> Arguments:
    """Read the arguments of a call, by position and by name; those of ``out var`` go into ``handed`` too."""
    found: list[Expr] = []
    keywords: list[tuple[str, Expr]] = []
    for child in named(node) if node is not None else ():
        name = child.child_by_field_name("name") if child.type == "argument" else None
        value = next((c for c in reversed(list(named(child))) if c != name), child)
        if handed is not None and _hands_out(value):
            handed.append((len(found) if name is None else reading.text(name), value))
            read = Expr(value.start_byte)
        else:
            read = expression(reading, value if child.type == "argument" else child)
        if name is not None:
            keywords.append((reading.text(name), read))
        else:
            found.append(read)
    return tuple(found), tuple(keywords)


def parameters_of(reading: Reading, node: Node | None) -> tuple[Parameter, ...]:
    """Read the parameters of a function."""
    found: list[Parameter] = []
    for child in named(node) if node is not None else ():
        if child.type == "identifier" and child != (node.child_by_field_name("name") if node else None):
            found.append(Parameter(reading.text(child), child.start_byte))
        if child.type != "parameter":
            continue
        name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        given = [
            c for c in named(child) if c.type not in ("modifier", "attribute_list") and c not in (name, kind)
        ]
        if name is not None:
            start = name.start_byte
            found.append(
                Parameter(
                    reading.text(name),
                    start,
                    annotation=type_(reading, kind) if kind is not None else None,
                    default=Expr(start) if given else None,
                )
            )
    # ``params T[] rest`` stands in the list itself, without a node of its own.
    name, kind = (node.child_by_field_name(f) if node is not None else None for f in ("name", "type"))
    if name is not None:
        read = type_(reading, kind) if kind is not None else None
        element = read.key if isinstance(read, Index) else read
        found.append(Parameter(reading.text(name), name.start_byte, "rest", element))
    return tuple(found)


# ------------------------------------------------------------------------ calls


def _hands_out(node: Node) -> bool:
    kind = node.child_by_field_name("type") if node.type == "declaration_expression" else None
    return kind is not None and kind.type == "implicit_type"


def _invocation(reading: Reading, node: Node) -> Expr:
    function, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None:
        return Expr(node.start_byte)
    if reading.text(function) == "nameof":
        return Literal(node.start_byte, "str", "")
    called = _callee(reading, function)
    handed: list[tuple[int | str, Node]] = []
    arguments, keywords = arguments_of(reading, listed, handed)
    kind = "call"
    last = function.child_by_field_name("name") or function
    if last.type == "generic_name":
        kind = f"{GENERIC_CALL}{sum(1 for part in list(named(last))[1:] for _ in named(part))}"
    call = Invoke(called.start, called, arguments, keywords, kind=kind)
    for argument, declared in handed:
        statements.declaration(reading, declared, Handed(declared.start_byte, call, argument))
    return reading.call(call)


def _callee(reading: Reading, node: Node) -> Expr:
    """Read what is called: no value that is read."""
    if node.type == "identifier":
        return Name(node.start_byte, reading.text(node).lstrip("@"))
    if node.type == "generic_name":
        inner = next(named(node), node)
        return Name(inner.start_byte, reading.text(inner))
    if node.type in ("member_access_expression", "conditional_access_expression"):
        return _member(reading, node, called=True)
    return expression(reading, node)


def _member(reading: Reading, node: Node, *, called: bool = False) -> Expr:
    """``base.name`` and ``base?.name``."""
    base, name = node.child_by_field_name("expression"), node.child_by_field_name("name")
    if node.type == "conditional_access_expression":
        base, last = node.child_by_field_name("condition"), list(named(node))[-1]
        name = last.child_by_field_name("name")
        if base is not None and name is None:
            inner = expression(reading, base)
            keys = [expression(reading, k) for c in named(last) for k in named(c)]
            return Index(node.start_byte, inner, keys[0] if keys else Expr(node.start_byte))
    if base is None or name is None:
        return Expr(node.start_byte)
    if name.type == "generic_name":
        name = next(named(name), name)
    found = Attribute(name.start_byte, expression(reading, base), reading.text(name).lstrip("@"))
    if not called:
        reading.body.reads.append(found)
    return found


# ------------------------------------------------------------------------ values


def _assignment(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    if left.type == "tuple_expression":
        value = expression(reading, right)
        statements.unpack(reading, left, value)
        return value
    own = left.type == "identifier"
    name = reading.text(left) if own else ""
    declared = reading.body.annotations.get(name)
    value = typed_value(reading, right, declared)
    local = name in reading.body.bindings or any(p.name == name for p in reading.unit.parameters)
    if own and local:
        with reading.binding_after(node.end_byte):
            reading.bind(name, value, left.start_byte)
        return value
    target = expression(reading, left)  # to set a property calls it as well
    if isinstance(target, Name):
        reading.body.stores.append(Store(Name(target.start, "this"), target.name, None, value))
    elif isinstance(target, Attribute):
        reading.body.stores.append(Store(target.base, target.name, None, value))
    elif isinstance(target, Index):
        reading.body.stores.append(Store(target.base, None, target.key, value))
    return value


def _lambda(reading: Reading, node: Node) -> Expr:
    unit = make_unit(
        reading, reading.file, "lambda", "<lambda>", node, partial(members.read_function, reading.file, node)
    )
    listed = node.child_by_field_name("parameters")
    if listed is not None and listed.type != "parameter_list":
        unit.parameters = (Parameter(reading.text(listed), listed.start_byte),)
    else:
        unit.parameters = parameters_of(reading, listed)
    return reading.add(unit)


def _cast(reading: Reading, node: Node) -> Expr:
    kind, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    if node.type == "as_expression":
        kind, value = node.child_by_field_name("right"), node.child_by_field_name("left")
    read = expression(reading, value) if value is not None else Expr(node.start_byte)
    if isinstance(read, Defined) or kind is None:
        return read
    return Typed(node.start_byte, type_(reading, kind))


def _is(reading: Reading, node: Node) -> Expr:
    value, shape = node.child_by_field_name("expression"), node.child_by_field_name("pattern")
    subject = expression(reading, value) if value is not None else None
    if shape is not None:
        statements.pattern(reading, shape, subject)
    return Literal(node.start_byte, "bool", "")


def _ternary(reading: Reading, node: Node, declared: Expr | None = None) -> Expr:
    options = []
    for field in ("condition", "consequence", "alternative"):
        child = node.child_by_field_name(field)
        if child is not None:
            options.append(typed_value(reading, child, declared))
    return Either(node.start_byte, tuple(options[1:]))


def _binary(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    parts = [expression(reading, c) for c in (left, right) if c is not None]
    if sign is not None and sign.type == "??":
        return Either(node.start_byte, tuple(parts))
    if (
        sign is not None
        and sign.type == "+"
        and any(isinstance(p, Literal) and p.type == "str" for p in parts)
    ):
        return Literal(node.start_byte, "str", "")
    return Expr(node.start_byte)


def _switch(reading: Reading, node: Node) -> Expr:
    parts = list(named(node))
    subject = expression(reading, parts[0]) if parts else None
    options: list[Expr] = []
    for arm in parts[1:]:
        inner = list(named(arm))
        for part in inner[:-1]:
            if part.type.endswith("_pattern"):
                statements.pattern(reading, part, subject)
            else:
                statements.statement(reading, part)
        if inner:
            options.append(expression(reading, inner[-1]))
    return Either(node.start_byte, tuple(options))


def _query(reading: Reading, node: Node) -> Expr:
    """``from order in orders where … select …``: each variable ranges over what it is taken from."""
    result: Expr = Expr(node.start_byte)
    for clause in named(node):
        parts = list(named(clause))
        name = clause.child_by_field_name("name")
        if clause.type in ("from_clause", "join_clause") and len(parts) > 1:
            kind = clause.child_by_field_name("type")
            rest = [p for p in parts if p not in (name, kind)]
            if name is None:
                name, rest = rest[0], rest[1:]
            source = expression(reading, rest[0])
            item: Expr = Item(source.start, source)
            if kind is not None:
                item = Typed(name.start_byte, type_(reading, kind))
            reading.bind(reading.text(name), item, name.start_byte)
            for part in rest[1:]:
                expression(reading, part)
        elif clause.type == "let_clause" and len(parts) > 1:
            reading.bind(reading.text(parts[0]), expression(reading, parts[1]), parts[0].start_byte)
        elif clause.type == "identifier":  # ``into``
            reading.bind(reading.text(clause), Expr(clause.start_byte), clause.start_byte)
        else:
            read = [expression(reading, part) for part in parts]
            if clause.type == "select_clause" and read:
                result = sequence(node.start_byte, (read[0],))
    return result


def _access(reading: Reading, node: Node) -> Expr:
    base, listed = node.child_by_field_name("expression"), node.child_by_field_name("subscript")
    if base is None:
        return Expr(node.start_byte)
    read = expression(reading, base)
    keys, _ = arguments_of(reading, listed)
    if any("range" in c.type for a in (named(listed) if listed is not None else ()) for c in named(a)):
        return read
    return Index(node.start_byte, read, keys[0] if keys else Expr(node.start_byte))


def _tuple(reading: Reading, node: Node) -> Expr:
    return sequence(node.start_byte, arguments_of(reading, node)[0], "tuple")


def _await(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return (
        Awaited(node.start_byte, expression(reading, inner)) if inner is not None else Expr(node.start_byte)
    )


def _declared(reading: Reading, node: Node) -> Expr:
    statements.declaration(reading, node, None)
    name = node.child_by_field_name("name")
    return Name(name.start_byte, reading.text(name)) if name is not None else Expr(node.start_byte)


def _default(reading: Reading, node: Node) -> Expr:
    kind = node.child_by_field_name("type")
    return Typed(node.start_byte, type_(reading, kind)) if kind is not None else Expr(node.start_byte)


def _type_of(reading: Reading, node: Node) -> Expr:
    kind = node.child_by_field_name("type")
    if kind is not None:
        type_(reading, kind)
    return Typed(node.start_byte, Name(node.start_byte, "Type"))


_TRANSPARENT = frozenset(
    {"parenthesized_expression", "checked_expression", "ref_expression", "postfix_unary_expression"}
    | {"expression_element", "collection_element"}
)
_LITERALS = {
    "string_literal": "str", "verbatim_string_literal": "str", "raw_string_literal": "str",
    "integer_literal": "int", "real_literal": "float", "boolean_literal": "bool", "null_literal": "None",
    "character_literal": "char",
}  # fmt: skip
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "invocation_expression": _invocation,
    "member_access_expression": _member,
    "conditional_access_expression": _member,
    "object_creation_expression": made.creation,
    "with_expression": made.with_,
    "assignment_expression": _assignment,
    "lambda_expression": _lambda,
    "anonymous_method_expression": _lambda,
    "cast_expression": _cast,
    "as_expression": _cast,
    "is_pattern_expression": _is,
    "conditional_expression": _ternary,
    "binary_expression": _binary,
    "switch_expression": _switch,
    "query_expression": _query,
    "element_access_expression": _access,
    "initializer_expression": made.array,
    "array_creation_expression": made.array,
    "implicit_array_creation_expression": made.array,
    "collection_expression": made.array,
    "tuple_expression": _tuple,
    "await_expression": _await,
    "declaration_expression": _declared,
    "default_expression": _default,
    "typeof_expression": _type_of,
    "sizeof_expression": _type_of,
}
