"""C#: units and their members from the syntax tree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import csharp_values as values
from crimescene.scopes.csharp_statements import block, statement
from crimescene.scopes.csharp_types import type_
from crimescene.scopes.ir import (
    Attribute,
    Body,
    Either,
    Expr,
    Imported,
    Invoke,
    Name,
    Parameter,
    Super,
    Typed,
    TypeName,
    Unit,
)
from crimescene.scopes.java import CONSTRUCTOR
from crimescene.scopes.reading import File, Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

ARITY = "arity "
"""Flag of generic types and methods, before the number of their type parameters."""
INDEXER = "this[]"
"""What indexers are bound to."""
TYPES = frozenset(
    {
        "class_declaration",
        "struct_declaration",
        "record_declaration",
        "interface_declaration",
        "enum_declaration",
    }
)
_NAMESPACES = frozenset({"namespace_declaration", "file_scoped_namespace_declaration"})
_FLAGS = frozenset({"static", "abstract", "override", "virtual", "async", "partial"})


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file; its package is the first namespace."""
    for node in flat(root):
        name = node.child_by_field_name("name") if node.type in _NAMESPACES else None
        if name is not None:
            file.package = file.source[name.start_byte : name.end_byte].decode("utf-8", "replace")
            break
    return make_unit(None, file, "module", "<module>", root, partial(_read_module, file, root))


def _read_module(file: File, root: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    _top(reading, root, "")
    return reading.body


def _top(reading: Reading, node: Node, namespace: str) -> None:
    """Read what stands in a file or a namespace; usings of a namespace count for the whole file."""
    for child in flat(node):
        if child.type in _NAMESPACES:
            name, body = child.child_by_field_name("name"), child.child_by_field_name("body")
            inner = ".".join(filter(None, (namespace, reading.text(name) if name is not None else "")))
            if body is None:
                namespace = inner  # of the rest of the file
                _top(reading, child, inner)
            else:
                _top(reading, body, inner)
        elif child.type in TYPES:
            type_declaration(reading, child).package = namespace
        elif child.type == "using_directive":
            _using(reading, child)
        elif child.type == "delegate_declaration":
            _delegate(reading, child)
        elif child.type == "global_statement":
            for inner_node in named(child):
                statement(reading, inner_node)


def flat(node: Node) -> Iterator[Node]:
    """Yield the children that are no comments, those inside ``#if`` as if it were not there."""
    for child in named(node):
        if child.type.startswith("preproc_"):
            yield from flat(child)
        else:
            yield child


def _using(reading: Reading, node: Node) -> None:
    target = next((c for c in reversed(list(named(node))) if c.type != "modifier"), None)
    if target is None:
        return
    start, path = target.start_byte, reading.text(target).replace("global::", "")
    alias = node.child_by_field_name("name")
    if alias is not None:
        made = type_(reading, target)
        imported = Imported(start, path, None) if isinstance(made, Name | Attribute) else made
        reading.bind(reading.text(alias), imported, alias.start_byte)
    else:
        static = any(child.type == "static" for child in node.children)
        reading.body.stars.append(Imported(start, path, "static" if static else "*"))


def _delegate(reading: Reading, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:  # what stands behind it may be any function
        reading.bind(reading.text(name), Expr(name.start_byte), name.start_byte)


# ------------------------------------------------------------------------ types


def type_declaration(reading: Reading, node: Node) -> Unit:
    """Record a class, struct, record, interface or enumeration."""
    name_node = node.child_by_field_name("name")
    name = reading.text(name_node) if name_node is not None else "<anonymous>"
    unit = make_unit(
        reading,
        reading.file,
        "class",
        name,
        node,
        partial(_read_class, reading.file, node),
        name_node=name_node,
    )
    unit.package = reading.unit.package if reading.unit.kind == "class" else ""
    bases: list[Expr] = []
    for listed in named(node):
        if listed.type == "base_list":
            for base in named(listed):
                kind = (
                    base.child_by_field_name("type") if base.type == "primary_constructor_base_type" else base
                )
                if kind is not None and kind.type != "argument_list":
                    bases.append(type_(reading, kind))
    unit.bases = tuple(bases)
    flags = modifiers(reading, node)
    generic = next((c for c in named(node) if c.type == "type_parameter_list"), None)
    if generic is not None:
        flags.add(f"{ARITY}{sum(1 for _ in named(generic))}")
    if node.type == "interface_declaration":
        flags |= {"interface"}
    unit.flags = frozenset(flags)
    unit.parameters = _primary(reading, node)
    reading.bind(name, reading.add(unit), unit.name_start)
    return unit


def _primary(reading: Reading, node: Node) -> tuple[Parameter, ...]:
    listed = next((c for c in named(node) if c.type == "parameter_list"), None)
    return values.parameters_of(reading, listed) if listed is not None else ()


def modifiers(reading: Reading, node: Node) -> set[str]:
    """Return the modifiers that decide something; ``partial`` is one wherever the grammar puts it."""
    found = {reading.text(c) for c in node.children if c.type in ("modifier", "partial")}
    return found & _FLAGS


def _read_class(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    type_parameters(reading, node)
    for parameter in unit.parameters:
        if parameter.annotation is not None:
            reading.body.annotations[parameter.name] = parameter.annotation
    for listed in named(node):
        for base in named(listed) if listed.type == "base_list" else ():
            given = base if base.type == "argument_list" else None
            if base.type == "primary_constructor_base_type":
                given = next((c for c in named(base) if c.type == "argument_list"), None)
            if given is not None:
                arguments, keywords = values.arguments_of(reading, given)
                above = Attribute(given.start_byte, Super(given.start_byte), CONSTRUCTOR)
                reading.call(Invoke(base.start_byte, above, arguments, keywords))
    body = node.child_by_field_name("body")
    for child in flat(body) if body is not None else ():
        _member(reading, child)
    return reading.body


def type_parameters(reading: Reading, node: Node) -> None:
    """A type parameter is what its constraints say, else anything."""
    bounds: dict[str, list[Expr]] = {}
    for clause in named(node):
        if clause.type == "type_parameter_constraints_clause":
            parts = list(named(clause))
            kinds = [k for part in parts[1:] if (k := part.child_by_field_name("type")) is not None]
            if parts:
                bounds[reading.text(parts[0])] = [type_(reading, kind) for kind in kinds]
    for listed in named(node):
        for child in named(listed) if listed.type == "type_parameter_list" else ():
            name_node = child.child_by_field_name("name")
            if name_node is not None:
                found = bounds.get(reading.text(name_node))
                start = name_node.start_byte
                value = Either(start, tuple(found)) if found else Expr(start)
                reading.bind(reading.text(name_node), value, reading.unit.start - 1)


# ------------------------------------------------------------------------ members


def _member(reading: Reading, node: Node) -> None:
    handler = _MEMBERS.get(node.type)
    if handler:
        handler(reading, node)
    elif node.type in TYPES:
        type_declaration(reading, node)
    else:
        statement(reading, node)


def _method(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    constructs = node.type == "constructor_declaration"
    unit = function(reading, node, "Finalize" if node.type == "destructor_declaration" else name)
    flags = modifiers(reading, node)
    if node.child_by_field_name("body") is None:
        flags.add("abstract")
    generic = node.child_by_field_name("type_parameters")
    if generic is not None:
        flags.add(f"{ARITY}{sum(1 for _ in named(generic))}")
    if constructs and "static" in flags:
        reading.add(unit)
        return
    listed = node.child_by_field_name("parameters")
    first = next(iter(named(listed)), None) if listed is not None else None
    if first is not None and any(reading.text(c) == "this" for c in first.children if c.type == "modifier"):
        flags.add("extension")
    unit.flags = frozenset(flags | ({"constructor"} if constructs else set()))
    reading.bind(CONSTRUCTOR if constructs else unit.name, reading.add(unit), name_node.start_byte)


def function(reading: Reading, node: Node, name: str) -> Unit:
    """Return the unit of a method, constructor, operator or local function, not yet recorded."""
    name_node = node.child_by_field_name("name")
    unit = make_unit(
        reading,
        reading.file,
        "function",
        name,
        node,
        partial(read_function, reading.file, node),
        name_node=name_node or node.child_by_field_name("operator"),
    )
    listed = node.child_by_field_name("parameters")
    unit.parameters = values.parameters_of(reading, listed) if listed is not None else ()
    returns = node.child_by_field_name("returns") or node.child_by_field_name("type")
    unit.returns = type_(reading, returns) if returns is not None else None
    return unit


def read_function(file: File, node: Node, unit: Unit) -> Body:
    """Read the body of a function, and what a constructor passes on."""
    reading = Reading(file, unit)
    type_parameters(reading, node)
    for child in named(node):
        if child.type == "constructor_initializer":
            which = next((c for c in child.children if c.type in ("base", "this")), child)
            base: Expr = Super(which.start_byte) if which.type == "base" else Name(which.start_byte, "this")
            listed = next((c for c in named(child) if c.type == "argument_list"), None)
            arguments, keywords = values.arguments_of(reading, listed)
            chained = Attribute(which.start_byte, base, CONSTRUCTOR)
            reading.call(Invoke(which.start_byte, chained, arguments, keywords))
    body = node.child_by_field_name("body") or next((c for c in named(node) if c.type == "block"), None)
    if body is None:
        return reading.body
    if body.type in ("block", "arrow_expression_clause"):
        block(reading, body)
    else:  # of a lambda
        reading.body.returns.append(values.expression(reading, body))
    return reading.body


def _property(reading: Reading, node: Node) -> None:
    """A property whose accessors compute is a function that reading it calls, else a field."""
    name_node, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    listed, value = node.child_by_field_name("accessors"), node.child_by_field_name("value")
    indexer = node.type == "indexer_declaration"
    declared = type_(reading, kind) if kind is not None else None
    name = INDEXER if indexer or name_node is None else reading.text(name_node)
    accessors = list(named(listed)) if listed is not None else []
    computes = any(a.child_by_field_name("body") is not None for a in accessors)
    if computes or (value is not None and value.type == "arrow_expression_clause"):
        unit = make_unit(
            reading,
            reading.file,
            "function",
            name,
            node,
            partial(_read_accessors, reading.file, node),
            name_node=name_node,
        )
        unit.returns = declared
        unit.parameters = values.parameters_of(reading, node.child_by_field_name("parameters"))
        unit.flags = frozenset(modifiers(reading, node) | (set() if indexer else {"property"}))
        reading.bind(name, reading.add(unit), unit.name_start)
        return
    if declared is not None:
        reading.body.annotations[name] = declared
    if value is not None and name_node is not None:
        reading.bind(name, values.typed_value(reading, value, declared), name_node.start_byte)


def _read_accessors(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    value = node.child_by_field_name("value")
    if value is not None:
        block(reading, value)
    listed = node.child_by_field_name("accessors")
    for accessor in named(listed) if listed is not None else ():
        body = accessor.child_by_field_name("body")
        if body is not None:
            if unit.returns is not None:
                reading.body.annotations["value"] = unit.returns
            block(reading, body)
    return reading.body


def _enum_member(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is not None:
        start = name_node.start_byte
        reading.bind(reading.text(name_node), Typed(start, TypeName(start, reading.unit.name)), start)


def _operator(reading: Reading, node: Node) -> None:
    sign = node.child_by_field_name("operator")
    reading.add(function(reading, node, reading.text(sign) if sign is not None else "op_Implicit"))


_MEMBERS: dict[str, Callable[[Reading, Node], None]] = {
    "method_declaration": _method,
    "constructor_declaration": _method,
    "destructor_declaration": _method,
    "operator_declaration": _operator,
    "conversion_operator_declaration": _operator,
    "property_declaration": _property,
    "indexer_declaration": _property,
    "event_declaration": _property,
    "enum_member_declaration": _enum_member,
    "delegate_declaration": _delegate,
    "attribute_list": lambda _reading, _node: None,
}
