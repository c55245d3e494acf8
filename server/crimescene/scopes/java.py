"""Java: units, bindings and calls from the syntax tree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes.ir import (
    Attribute,
    Binding,
    Body,
    Defined,
    Display,
    Either,
    Expr,
    Imported,
    Index,
    Invoke,
    Item,
    Literal,
    Name,
    Parameter,
    Store,
    Super,
    Typed,
    Unit,
)
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
    return make_unit(None, file, "module", "<module>", root, partial(_read, file, root))


def _read(file: File, node: Node, unit: Unit) -> Body:
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


def _read_class(file: File, node: Node, unit: Unit) -> Body:
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
                reading.call(Invoke(name_node.start_byte, made, _arguments(reading, arguments), kind="new"))
        else:
            _member(reading, child)
    listed = node.child_by_field_name("parameters")
    if node.type == "record_declaration" and listed is not None:
        for parameter in _parameters(reading, listed):
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
            unit = make_unit(reading, reading.file, "function", name, node, partial(_read_block, reading.file, block))
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
        reading, reading.file, "function", name, node, partial(_read, reading.file, node), name_node=name_node
    )
    listed = node.child_by_field_name("parameters")
    unit.parameters = _parameters(reading, listed) if listed is not None else ()
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


def _parameters(reading: Reading, node: Node) -> tuple[Parameter, ...]:
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
            found.append(Parameter(reading.text(name_node), name_node.start_byte, "rest" if rest else "positional", read))
    return tuple(found)


def _type_declaration(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    unit = make_unit(
        reading, reading.file, "class", name, node, partial(_read_class, reading.file, node), name_node=name_node
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
    {"finally_clause", "switch_block_statement_group", "switch_rule", "resource_specification", "switch_label"}
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
    arguments = _arguments(reading, node.child_by_field_name("arguments"))
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


def expression(reading: Reading, node: Node) -> Expr:
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
        statement(reading, child)
    return Expr(node.start_byte)


def _arguments(reading: Reading, node: Node | None) -> tuple[Expr, ...]:
    return tuple(expression(reading, child) for child in named(node)) if node is not None else ()


def _invocation(reading: Reading, node: Node) -> Expr:
    name_node, base = node.child_by_field_name("name"), node.child_by_field_name("object")
    if name_node is None:
        return Expr(node.start_byte)
    name, start = reading.text(name_node), name_node.start_byte
    function: Expr = Name(start, name)
    if base is not None:
        function = Attribute(start, expression(reading, base), name)
    arguments = _arguments(reading, node.child_by_field_name("arguments"))
    return reading.call(Invoke(start, function, arguments))


def _creation(reading: Reading, node: Node) -> Expr:
    kind = node.child_by_field_name("type")
    if kind is None:
        return Expr(node.start_byte)
    made = type_(reading, kind)
    while isinstance(made, Index):
        made = made.base
    arguments = _arguments(reading, node.child_by_field_name("arguments"))
    call = reading.call(Invoke(made.start, made, arguments, kind="new"))
    body = next((child for child in named(node) if child.type == "class_body"), None)
    if body is None:
        return call
    unit = make_unit(
        reading, reading.file, "class", "<anonymous>", body, partial(_read_class, reading.file, body)
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
    unit = make_unit(reading, reading.file, "lambda", "<lambda>", node, partial(_read, reading.file, node))
    listed = node.child_by_field_name("parameters")
    if listed is not None and listed.type == "identifier":
        unit.parameters = (Parameter(reading.text(listed), listed.start_byte),)
    elif listed is not None:
        unit.parameters = _parameters(reading, listed)
    return reading.add(unit)


def _assignment(reading: Reading, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Expr(node.start_byte)
    value = expression(reading, right)
    if left.type == "identifier":
        name = reading.text(left)
        if name in reading.body.bindings or any(p.name == name for p in reading.unit.parameters):
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
    return Display(node.start_byte, "list", tuple((None, expression(reading, child)) for child in named(node)))


def _array_creation(reading: Reading, node: Node) -> Expr:
    value = node.child_by_field_name("value")
    return expression(reading, value) if value is not None else Display(node.start_byte, "list", ())


def _class_literal(reading: Reading, node: Node) -> Expr:
    inner = next(named(node), None)
    return type_(reading, inner) if inner is not None else Expr(node.start_byte)


def type_(reading: Reading, node: Node) -> Expr:
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
        return Index(start, Name(start, "List"), type_(reading, element)) if element is not None else Expr(start)
    if kind in ("integral_type", "floating_point_type", "boolean_type"):
        return Name(start, {"int": "Integer", "boolean": "Boolean"}.get(reading.text(node), reading.text(node).title()))
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
