r"""Go: units, bindings and calls from the syntax tree.

A method stands beside its type, maybe in another file of the package: it is bound in its file
under ``\\0Type.name`` and carries its receiver.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes.go_values import expression, type_
from crimescene.scopes.ir import (
    Attribute,
    Binding,
    Body,
    Display,
    Either,
    Expr,
    Imported,
    Index,
    Item,
    Literal,
    Parameter,
    Store,
    Typed,
    Unit,
)
from crimescene.scopes.reading import File, Reading, items_of, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file."""
    for child in named(root):
        if child.type == "package_clause":
            name = next(named(child), None)
            if name is not None:
                file.package = file.source[name.start_byte : name.end_byte].decode("utf-8", "replace")
    return make_unit(None, file, "module", "<module>", root, partial(read_unit, file, root))


def read_unit(file: File, node: Node, unit: Unit) -> Body:
    """Read the body of ``unit``, whose definition (or file) is ``node``."""
    reading = Reading(file, unit)
    body = node if unit.kind == "module" else node.child_by_field_name("body")
    _type_parameters(reading, node)
    if unit.receiver is not None and unit.receiver.annotation is not None:
        value = Typed(unit.receiver.start, unit.receiver.annotation)
        reading.bind(unit.receiver.name, value, unit.receiver.start)
    result = node.child_by_field_name("result")
    if result is not None and result.type == "parameter_list":  # named results are variables
        for parameter in _parameters(reading, result):
            if parameter.name and parameter.annotation is not None:
                reading.body.annotations[parameter.name] = parameter.annotation
    if body is not None:
        _block(reading, body)
    return reading.body


def _type_parameters(reading: Reading, node: Node) -> None:
    listed = node.child_by_field_name("type_parameters")
    for child in named(listed) if listed is not None else ():
        for name in child.children_by_field_name("name"):
            reading.bind(reading.text(name), Expr(name.start_byte), name.start_byte)


def _block(reading: Reading, node: Node) -> None:
    reading.blocks.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)
    reading.blocks.pop()


def statement(reading: Reading, node: Node) -> None:
    """Read one statement; what is no statement is read as an expression."""
    handler = STATEMENTS.get(node.type)
    if handler:
        handler(reading, node)
    elif node.type in ("block", "statement_list"):
        _block(reading, node)
    elif node.type in _COMPOUND:
        for child in named(node):
            statement(reading, child)
    else:
        expression(reading, node)


_COMPOUND = frozenset(
    {"expression_statement", "if_statement", "go_statement", "defer_statement", "labeled_statement"}
    | {
        "expression_switch_statement",
        "expression_case",
        "default_case",
        "select_statement",
        "communication_case",
    }
    | {"receive_statement", "send_statement", "var_declaration", "const_declaration", "type_declaration"}
    | {"var_spec_list", "import_declaration", "import_spec_list", "for_clause"}
)


# ------------------------------------------------------------------------ definitions


def _function(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    unit = make_unit(
        reading,
        reading.file,
        "function",
        name,
        node,
        partial(read_unit, reading.file, node),
        name_node=name_node,
    )
    head(reading, node, unit)
    key = name
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        unit.receiver = next(iter(_parameters(reading, receiver)), None)
        unit.flags = frozenset({"method"})
        key = f"\0{_base_name(unit.receiver.annotation) if unit.receiver else ''}.{name}"
    reading.bind(key, reading.add(unit), name_node.start_byte)


def _base_name(expr: Expr | None) -> str:
    while isinstance(expr, Index):
        expr = expr.base
    return getattr(expr, "name", "")


def head(reading: Reading, node: Node, unit: Unit) -> None:
    """Read parameters and results of a function into ``unit``."""
    listed, result = node.child_by_field_name("parameters"), node.child_by_field_name("result")
    unit.parameters = _parameters(reading, listed) if listed is not None else ()
    if result is None:
        return
    if result.type == "parameter_list":
        kinds = [p.annotation or Expr(p.start) for p in _parameters(reading, result)]
        unit.returns = Display(result.start_byte, "results", tuple((None, kind) for kind in kinds))
    else:
        unit.returns = type_(reading, result)


def _parameters(reading: Reading, node: Node) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    for child in named(node):
        kind_node = child.child_by_field_name("type")
        kind = type_(reading, kind_node) if kind_node is not None else None
        rest = child.type == "variadic_parameter_declaration"
        names = child.children_by_field_name("name")
        if not names:
            found.append(Parameter("", child.start_byte, "rest" if rest else "positional", kind))
        way = "rest" if rest else "positional"
        found += [Parameter(reading.text(name), name.start_byte, way, kind) for name in names]
    return tuple(found)


def _type_spec(reading: Reading, node: Node) -> None:
    name_node, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name_node is None or kind is None:
        return
    name = reading.text(name_node)
    if node.type == "type_alias":
        reading.bind(name, type_(reading, kind), name_node.start_byte)
        return
    unit = make_unit(
        reading,
        reading.file,
        "class",
        name,
        node,
        partial(_read_type, reading.file, kind),
        name_node=name_node,
    )
    if kind.type == "interface_type":
        unit.flags = frozenset({"interface"})
        bases = [type_(reading, c) for e in named(kind) if e.type == "type_elem" for c in named(e)]
        unit.bases = tuple(bases)
    elif kind.type == "struct_type":
        unit.bases = tuple(_embedded(reading, kind))
    elif kind.type in ("type_identifier", "qualified_type"):
        unit.bases = (type_(reading, kind),)
    reading.bind(name, reading.add(unit), name_node.start_byte)


def _fields(node: Node) -> list[Node]:
    listed = next((c for c in named(node) if c.type == "field_declaration_list"), None)
    return [c for c in named(listed) if c.type == "field_declaration"] if listed is not None else []


def _embedded(reading: Reading, node: Node) -> list[Expr]:
    found: list[Expr] = []
    for field in _fields(node):
        kind = field.child_by_field_name("type")
        if kind is not None and not field.children_by_field_name("name"):
            found.append(type_(reading, kind))
    return found


def _read_type(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    if node.type == "struct_type":
        for field in _fields(node):
            kind_node = field.child_by_field_name("type")
            if kind_node is None:
                continue
            kind = type_(reading, kind_node)
            names = [reading.text(name) for name in field.children_by_field_name("name")]
            for name in names or [_base_name(kind)]:
                reading.body.annotations[name] = kind
    elif node.type == "interface_type":
        for child in named(node):
            name_node = child.child_by_field_name("name")
            if child.type not in ("method_elem", "method_spec") or name_node is None:
                continue
            method = make_unit(
                reading, file, "function", reading.text(name_node), child, partial(read_unit, file, child),
                name_node=name_node,
            )  # fmt: skip
            head(reading, child, method)
            method.flags = frozenset({"abstract"})
            reading.bind(method.name, reading.add(method), name_node.start_byte)
    return reading.body


# ------------------------------------------------------------------------ statements


def _import(reading: Reading, node: Node) -> None:
    path_node, name_node = node.child_by_field_name("path"), node.child_by_field_name("name")
    if path_node is None:
        return
    path = reading.text(path_node).strip('"`')
    name = reading.text(name_node) if name_node is not None else path.rpartition("/")[2]
    if name == ".":
        reading.body.stars.append(Imported(path_node.start_byte, path, "*"))
    else:
        reading.bind(name, Imported(path_node.start_byte, path, None), path_node.start_byte)


def _targets(reading: Reading, left: Node | None, values: list[Expr], *, declares: bool) -> None:
    nodes = (
        list(named(left)) if left is not None and left.type == "expression_list" else [left] if left else []
    )
    if len(values) == 1 and len(nodes) > 1:
        values = list(items_of(values[0], len(nodes), None))
    for node, value in zip(nodes, values, strict=False):
        _target(reading, node, value, declares=declares)


def _statement_targets(reading: Reading, node: Node, *, declares: bool) -> None:
    values = _values(reading, node.child_by_field_name("right"))
    with reading.binding_after(node.end_byte):
        _targets(reading, node.child_by_field_name("left"), values, declares=declares)


def _target(reading: Reading, node: Node, value: Expr, *, declares: bool) -> None:
    if node.type == "identifier":
        name = reading.text(node)
        if declares or name in reading.body.bindings or any(p.name == name for p in reading.unit.parameters):
            reading.bind(name, value, node.start_byte)
        else:
            reading.body.assigned.setdefault(name, []).append(value)
        return
    read = expression(reading, node)
    if isinstance(read, Attribute):
        reading.body.stores.append(Store(read.base, read.name, None, value))
    elif isinstance(read, Index):
        reading.body.stores.append(Store(read.base, None, read.key, value))


def _values(reading: Reading, node: Node | None) -> list[Expr]:
    if node is None:
        return []
    if node.type == "expression_list":
        return [expression(reading, child) for child in named(node)]
    return [expression(reading, node)]


def _short(reading: Reading, node: Node) -> None:
    _statement_targets(reading, node, declares=True)


def _assignment(reading: Reading, node: Node) -> None:
    _statement_targets(reading, node, declares=False)


def _var(reading: Reading, node: Node) -> None:
    kind_node = node.child_by_field_name("type")
    names = node.children_by_field_name("name")
    values = _values(reading, node.child_by_field_name("value"))
    if len(values) == 1 and len(names) > 1:
        values = list(items_of(values[0], len(names), None))
    for number, name in enumerate(names):
        text = reading.text(name)
        if kind_node is not None:
            reading.body.annotations[text] = type_(reading, kind_node)
        if number < len(values):
            reading.bind(text, values[number], name.start_byte)
        elif kind_node is not None:
            reading.bind(text, Typed(name.start_byte, type_(reading, kind_node)), name.start_byte)


def _for(reading: Reading, node: Node) -> None:
    reading.body.loops.append((node.start_byte, node.end_byte))
    for child in named(node):
        if child.type == "range_clause":
            values = _values(reading, child.child_by_field_name("right"))
            left = child.child_by_field_name("left")
            if values and left is not None:
                items = [Literal(values[0].start, "int", ""), Item(values[0].start, values[0])]
                _targets(reading, left, items, declares=True)
        else:
            statement(reading, child)


def _type_switch(reading: Reading, node: Node) -> None:
    alias, value = node.child_by_field_name("alias"), node.child_by_field_name("value")
    if value is not None:
        expression(reading, value)
    name = next((reading.text(c) for c in named(alias)), "") if alias is not None else ""
    for child in named(node):
        if child.type == "type_case":
            kinds = child.children_by_field_name("type")
            if name and kinds:
                bound = Typed(
                    child.start_byte, Either(child.start_byte, tuple(type_(reading, k) for k in kinds))
                )
                block = (child.start_byte, child.end_byte)
                reading.body.bindings.setdefault(name, []).append(
                    Binding(bound, child.start_byte, block, narrows=True)
                )
            for inner in named(child):
                if all(inner.id != kind.id for kind in kinds):
                    statement(reading, inner)
        elif child.type == "default_case":
            statement(reading, child)


def _return(reading: Reading, node: Node) -> None:
    values = _values(reading, next(named(node), None))
    if len(values) == 1:
        reading.body.returns.append(values[0])
    elif values:
        reading.body.returns.append(Display(node.start_byte, "tuple", tuple((None, v) for v in values)))


STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "function_declaration": _function,
    "method_declaration": _function,
    "type_spec": _type_spec,
    "type_alias": _type_spec,
    "import_spec": _import,
    "package_clause": lambda _reading, _node: None,
    "short_var_declaration": _short,
    "assignment_statement": _assignment,
    "var_spec": _var,
    "const_spec": _var,
    "for_statement": _for,
    "type_switch_statement": _type_switch,
    "return_statement": _return,
}


# ------------------------------------------------------------------------ expressions
