"""Java: units, bindings and calls from the syntax tree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes.ir import (
    Attribute,
    Body,
    Either,
    Expr,
    Imported,
    Invoke,
    Item,
    Name,
    Parameter,
    Super,
    Typed,
    Unit,
)
from crimescene.scopes.java_values import arguments_of, expression, type_
from crimescene.scopes.reading import File, Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


CONSTRUCTOR = "\0constructor"
"""What constructors are bound to: their name is that of the class."""
_TYPE_DECLARATIONS = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "interface",
}


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file."""
    for child in named(root):
        if child.type == "package_declaration":
            name = next((c for c in named(child) if c.type in ("scoped_identifier", "identifier")), None)
            if name is not None:
                file.package = file.source[name.start_byte : name.end_byte].decode("utf-8", "replace")
    return make_unit(None, file, "module", "<module>", root, partial(read_unit, file, root))


def read_unit(file: File, node: Node, unit: Unit) -> Body:
    """Read the body of ``unit``, whose definition (or file) is ``node``."""
    reading = Reading(file, unit)
    body = node if unit.kind == "module" else node.child_by_field_name("body")
    if body is None:
        return reading.body
    _type_parameters(reading, node)
    if node.type == "lambda_expression" and body.type != "block":
        reading.body.returns.append(expression(reading, body))
    else:
        _block(reading, body)
    return reading.body


def read_class(file: File, node: Node, unit: Unit) -> Body:
    """Read the members of a class."""
    reading = Reading(file, unit)
    body = node if node.type == "class_body" else node.child_by_field_name("body")
    _type_parameters(reading, node)
    for child in _flat(body) if body is not None else ():
        if child.type == "enum_constant":
            name_node = child.child_by_field_name("name")
            if name_node is not None:
                own = Typed(name_node.start_byte, Name(name_node.start_byte, unit.name))
                reading.bind(reading.text(name_node), own, name_node.start_byte)
                made = Name(name_node.start_byte, unit.name)
                arguments = child.child_by_field_name("arguments")
                reading.call(Invoke(name_node.start_byte, made, arguments_of(reading, arguments), kind="new"))
            own_body = child.child_by_field_name("body")
            if own_body is not None:
                constant = make_unit(
                    reading, file, "class", "<anonymous>", own_body, partial(read_class, file, own_body)
                )
                constant.bases = (Name(own_body.start_byte, unit.name),)
                reading.add(constant)
        else:
            _member(reading, child)
    listed = node.child_by_field_name("parameters")
    if node.type == "record_declaration" and listed is not None:
        for parameter in parameters_of(reading, listed):
            if parameter.annotation is not None:
                reading.body.annotations[parameter.name] = parameter.annotation
    return reading.body


def _type_parameters(reading: Reading, node: Node) -> None:
    """A type parameter may be anything."""
    listed = node.child_by_field_name("type_parameters")
    for child in named(listed) if listed is not None else ():
        name = next(named(child), None)
        if name is not None:
            reading.bind(reading.text(name), Expr(name.start_byte), name.start_byte)


def _flat(body: Node) -> list[Node]:
    found: list[Node] = []
    for child in named(body):
        found += list(named(child)) if child.type == "enum_body_declarations" else [child]
    return found


def _member(reading: Reading, node: Node) -> None:
    if node.type in ("method_declaration", "constructor_declaration", "compact_constructor_declaration"):
        _method(reading, node)
    elif node.type in ("field_declaration", "constant_declaration"):
        _variables(reading, node)
    elif node.type in ("static_initializer", "block"):
        block = node if node.type == "block" else next(named(node), None)
        if block is not None:
            name = "<clinit>" if node.type == "static_initializer" else "<init>"
            unit = make_unit(
                reading, reading.file, "function", name, node, partial(_read_block, reading.file, block)
            )
            reading.add(unit)
    else:
        statement(reading, node)


def _read_block(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    _block(reading, node)
    return reading.body


# ------------------------------------------------------------------------ definitions


def _method(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    constructs = node.type != "method_declaration"
    unit = make_unit(
        reading,
        reading.file,
        "function",
        name,
        node,
        partial(read_unit, reading.file, node),
        name_node=name_node,
    )
    listed = node.child_by_field_name("parameters")
    unit.parameters = parameters_of(reading, listed) if listed is not None else ()
    returns = node.child_by_field_name("type")
    unit.returns = type_(reading, returns) if returns is not None and not constructs else None
    modifiers = next((reading.text(c).split() for c in named(node) if c.type == "modifiers"), [])
    flags = {flag for flag in modifiers if flag in ("static", "abstract")}
    if node.child_by_field_name("body") is None:
        flags.add("abstract")
    if constructs:
        flags.add("constructor")
    unit.flags = frozenset(flags)
    reading.bind(CONSTRUCTOR if constructs else name, reading.add(unit), name_node.start_byte)


def parameters_of(reading: Reading, node: Node) -> tuple[Parameter, ...]:
    """Read the parameters of a function."""
    found = []
    for child in named(node):
        if child.type == "identifier":  # of a lambda
            found.append(Parameter(reading.text(child), child.start_byte))
            continue
        name_node, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        rest = child.type == "spread_parameter"
        if rest:
            parts = list(named(child))
            declarator = next((c for c in parts if c.type == "variable_declarator"), None)
            name_node = declarator.child_by_field_name("name") if declarator is not None else None
            kind = next((c for c in parts if c.type not in ("modifiers", "variable_declarator")), None)
        if name_node is not None:
            read = type_(reading, kind) if kind is not None else None
            found.append(
                Parameter(
                    reading.text(name_node), name_node.start_byte, "rest" if rest else "positional", read
                )
            )
    return tuple(found)


def _type_declaration(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    unit = make_unit(
        reading,
        reading.file,
        "class",
        name,
        node,
        partial(read_class, reading.file, node),
        name_node=name_node,
    )
    bases: list[Expr] = []
    for child in named(node):
        if child.type in ("superclass", "super_interfaces", "extends_interfaces", "interfaces"):
            for inner in named(child):
                parts = named(inner) if inner.type in ("type_list", "interface_type_list") else (inner,)
                bases += [type_(reading, part) for part in parts]
    unit.bases = tuple(bases)
    if _TYPE_DECLARATIONS[node.type] == "interface":
        unit.flags = frozenset({"interface"})
    reading.bind(name, reading.add(unit), name_node.start_byte)


def _import(reading: Reading, node: Node) -> None:
    static = any(child.type == "static" for child in node.children)
    star = any(child.type == "asterisk" for child in node.children)
    name_node = next((c for c in named(node) if c.type in ("scoped_identifier", "identifier")), None)
    if name_node is None:
        return
    path, start = reading.text(name_node), name_node.start_byte
    if star:
        reading.body.stars.append(Imported(start, path, "static" if static else "*"))
    elif static:
        owner, _, name = path.rpartition(".")
        reading.bind(name, Imported(start, owner, name), start)
    else:
        reading.bind(path.rpartition(".")[2], Imported(start, path, None), start)


# ------------------------------------------------------------------------ statements


def _block(reading: Reading, node: Node) -> None:
    reading.blocks.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)
    reading.blocks.pop()


def statement(reading: Reading, node: Node) -> None:
    """Read one statement; what is no statement is read as an expression."""
    handler = _STATEMENTS.get(node.type)
    if handler:
        handler(reading, node)
    elif node.type in ("block", "constructor_body", "switch_block"):
        _block(reading, node)
    elif node.type in _TYPE_DECLARATIONS:
        _type_declaration(reading, node)
    elif node.type.endswith("_statement") or node.type in _COMPOUND:
        for child in named(node):
            statement(reading, child)
    else:
        expression(reading, node)


_COMPOUND = frozenset(
    {
        "finally_clause",
        "switch_block_statement_group",
        "switch_rule",
        "resource_specification",
        "switch_label",
    }
)


def _variables(reading: Reading, node: Node) -> None:
    kind = node.child_by_field_name("type")
    declared = type_(reading, kind) if kind is not None and reading.text(kind) != "var" else None
    for child in node.children_by_field_name("declarator"):
        name_node, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name_node is None:
            continue
        name = reading.text(name_node)
        if declared is not None:
            reading.body.annotations[name] = declared
        if value is not None:
            reading.bind(name, expression(reading, value), name_node.start_byte)
        elif declared is not None and reading.unit.kind != "class":
            reading.bind(name, Typed(name_node.start_byte, declared), name_node.start_byte)


def _for_each(reading: Reading, node: Node) -> None:
    name_node, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    reading.body.loops.append((node.start_byte, node.end_byte))
    if name_node is not None and value is not None:
        iterated = expression(reading, value)
        reading.body.iterated.append(iterated)
        bound: Expr = Item(iterated.start, iterated)
        if kind is not None and reading.text(kind) != "var":
            bound = Typed(name_node.start_byte, type_(reading, kind))
        reading.bind(reading.text(name_node), bound, name_node.start_byte)
    if body is not None:
        statement(reading, body)


def _loop(reading: Reading, node: Node) -> None:
    reading.body.loops.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)


def _return(reading: Reading, node: Node) -> None:
    for child in named(node):
        reading.body.returns.append(expression(reading, child))


def _resource(reading: Reading, node: Node) -> None:
    name_node, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    value = node.child_by_field_name("value")
    read = expression(reading, value) if value is not None else None
    if name_node is not None and kind is not None and reading.text(kind) != "var":
        reading.body.annotations[reading.text(name_node)] = type_(reading, kind)
    if name_node is not None and read is not None:
        reading.bind(reading.text(name_node), read, name_node.start_byte)


def _catch(reading: Reading, node: Node) -> None:
    for child in named(node):
        if child.type == "catch_formal_parameter":
            name_node = child.child_by_field_name("name")
            kinds = [type_(reading, t) for c in named(child) if c.type == "catch_type" for t in named(c)]
            if name_node is not None:
                value = Typed(name_node.start_byte, Either(name_node.start_byte, tuple(kinds)))
                reading.bind(reading.text(name_node), value, name_node.start_byte)
        else:
            statement(reading, child)


def _constructor_call(reading: Reading, node: Node) -> None:
    which = node.child_by_field_name("constructor")
    start = which.start_byte if which is not None else node.start_byte
    base: Expr = Super(start) if which is None or which.type == "super" else Name(start, "this")
    arguments = arguments_of(reading, node.child_by_field_name("arguments"))
    reading.call(Invoke(start, Attribute(start, base, CONSTRUCTOR), arguments))


_STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "import_declaration": _import,
    "package_declaration": lambda _reading, _node: None,
    "local_variable_declaration": _variables,
    "enhanced_for_statement": _for_each,
    "for_statement": _loop,
    "while_statement": _loop,
    "do_statement": _loop,
    "return_statement": _return,
    "resource": _resource,
    "catch_clause": _catch,
    "explicit_constructor_invocation": _constructor_call,
}


# ------------------------------------------------------------------------ expressions
