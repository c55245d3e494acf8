r"""JavaScript, TypeScript and JSX: units and statements from the syntax tree.

What a module exports is bound under its name with a NUL before it: ``\\0default``,
``\\0total``; ``\\0=`` is ``module.exports`` itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes import javascript_values as values
from crimescene.scopes.ir import (
    Body,
    Defined,
    Display,
    Expr,
    Invoke,
    Item,
    Literal,
    Name,
    Parameter,
    Typed,
    Unit,
)
from crimescene.scopes.javascript_modules import export_statement, import_statement
from crimescene.scopes.javascript_targets import target
from crimescene.scopes.reading import File, Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


FUNCTIONS = frozenset(
    {"function_expression", "generator_function", "arrow_function", "function_declaration", "function"}
    | {"generator_function_declaration", "method_definition", "function_signature", "method_signature"}
    | {"abstract_method_signature"}
)
CLASSES = frozenset({"class", "class_declaration", "abstract_class_declaration", "interface_declaration"})


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file."""
    return make_unit(None, file, "module", "<module>", root, partial(_read_unit, file, root))


def _read_unit(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    body = node if unit.kind == "module" else node.child_by_field_name("body")
    if body is None:
        return reading.body
    _patterns(reading, node)
    reading.blocks.append((body.start_byte, body.end_byte))
    if node.type == "arrow_function" and body.type != "statement_block":
        reading.body.returns.append(values.expression(reading, body))
    else:
        for child in named(body):
            statement(reading, child)
    return reading.body


def _patterns(reading: Reading, node: Node) -> None:
    """Bind what destructuring parameters take apart: ``({order, onSave}) => …``."""
    parameters = node.child_by_field_name("parameters")
    for number, child in enumerate(named(parameters) if parameters is not None else ()):
        pattern = child.child_by_field_name("pattern") or child
        if pattern.type == "assignment_pattern":
            pattern = pattern.child_by_field_name("left") or pattern
        if pattern.type in ("object_pattern", "array_pattern") and number < len(reading.unit.parameters):
            whole = reading.unit.parameters[number]
            target(reading, pattern, Name(pattern.start_byte, whole.name), declares=True)


def statement(reading: Reading, node: Node) -> None:
    """Read one statement; what is no statement is read as an expression."""
    handler = STATEMENTS.get(node.type)
    if handler:
        handler(reading, node)
    elif node.type == "statement_block":
        reading.blocks.append((node.start_byte, node.end_byte))
        for child in named(node):
            statement(reading, child)
        reading.blocks.pop()
    else:
        values.expression(reading, node)


# ------------------------------------------------------------------------ definitions


def function(
    reading: Reading, node: Node, name_node: Node | None = None, outer: Node | None = None
) -> Defined:
    """Read a function of any form; ``name_node`` is the name it is bound to where it has none."""
    own = node.child_by_field_name("name") or name_node
    name = key_text(reading, own) if own is not None else "<lambda>"
    kind = "lambda" if own is None else "function"
    unit = make_unit(
        reading,
        reading.file,
        kind,
        name,
        node,
        partial(_read_unit, reading.file, node),
        name_node=own,
        outer=outer,
    )
    unit.parameters = parameters(reading, node)
    returns = node.child_by_field_name("return_type")
    unit.returns = values.annotation(reading, returns) if returns is not None else None
    words = {child.type for child in node.children if not child.is_named}
    flags = {flag for word, flag in _WORDS.items() if word in words}
    if node.type == "arrow_function":
        flags.add("arrow")
    if node.type.startswith("generator_function"):
        flags.add("generator")
    if node.type in ("method_signature", "abstract_method_signature"):
        flags.add("abstract")
    if reading.unit.kind == "class" and name == "constructor":
        flags.add("constructor")
    unit.flags = frozenset(flags)
    return reading.add(unit)


_WORDS = {"static": "static", "get": "property", "set": "setter", "async": "async", "*": "generator"}


def key_text(reading: Reading, node: Node) -> str:
    """Return the name that a property is written by."""
    text = reading.text(node)
    return (
        text.strip("'\"`")
        if node.type in ("string", "property_identifier", "computed_property_name")
        else text
    )


def parameters(reading: Reading, node: Node) -> tuple[Parameter, ...]:
    """Read the parameters of a function; a destructured one is called by its position."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return (Parameter(reading.text(single), single.start_byte),)
    listed = node.child_by_field_name("parameters")
    found: list[Parameter] = []
    for number, child in enumerate(named(listed) if listed is not None else ()):
        if child.type == "decorator":
            continue
        pattern = child.child_by_field_name("pattern") or child
        value = child.child_by_field_name("value")
        kind_node = child.child_by_field_name("type")
        if pattern.type == "assignment_pattern":
            value = pattern.child_by_field_name("right")
            pattern = pattern.child_by_field_name("left") or pattern
        kind = "positional"
        if pattern.type == "rest_pattern":
            kind = "rest"
            pattern = next(named(pattern), pattern)
        plain = pattern.type == "identifier"
        found.append(
            Parameter(
                reading.text(pattern) if plain else f"\0{number}",
                pattern.start_byte,
                kind,
                values.annotation(reading, kind_node) if kind_node is not None else None,
                values.expression(reading, value) if value is not None else None,
            )
        )
    return tuple(found)


def class_(reading: Reading, node: Node, name_node: Node | None = None, outer: Node | None = None) -> Defined:
    """Read a class or interface."""
    own = node.child_by_field_name("name") or name_node
    name = reading.text(own) if own is not None else "<class>"
    unit = make_unit(
        reading,
        reading.file,
        "class",
        name,
        node,
        partial(_read_class, reading.file, node),
        name_node=own,
        outer=outer,
    )
    bases: list[Expr] = []
    for child in named(node):
        if child.type in ("class_heritage", "extends_type_clause", "extends_clause"):
            bases += _bases(reading, child)
    unit.bases = tuple(bases)
    if node.type == "interface_declaration":
        unit.flags = frozenset({"interface"})
    return reading.add(unit)


def _bases(reading: Reading, node: Node) -> list[Expr]:
    found: list[Expr] = []
    for child in named(node):
        if child.type in ("extends_clause", "implements_clause"):
            found += _bases(reading, child)
        elif child.type == "type_arguments":
            continue
        elif child.type in ("identifier", "member_expression", "call_expression"):
            found.append(values.expression(reading, child))
        elif child.type in values.TYPES:
            found.append(values.annotation(reading, child))
        else:
            found.append(values.expression(reading, child))
    return found


def _read_class(file: File, node: Node, unit: Unit) -> Body:
    reading = Reading(file, unit)
    body = node.child_by_field_name("body")
    decorators: list[Node] = []
    for child in named(body) if body is not None else ():
        if child.type == "decorator":
            decorators.append(child)
            continue
        _member(reading, child)
        for decorator in (*decorators, *(c for c in named(child) if c.type == "decorator")):
            decorate(reading, decorator)
        decorators = []
    return reading.body


def decorate(reading: Reading, node: Node) -> None:
    """Record the call of a decorator."""
    inner = next(named(node), None)
    if inner is not None:
        read = values.expression(reading, inner)
        reading.call(Invoke(read.start, read, (), spread=True, kind="decorator"))


def _member(reading: Reading, node: Node) -> None:
    if node.type in FUNCTIONS:
        name_node = node.child_by_field_name("name")
        defined = function(reading, node)
        if name_node is not None:
            reading.bind(key_text(reading, name_node), defined, name_node.start_byte)
        if defined.unit.name == "constructor":
            _parameter_properties(reading, node)
    elif node.type in ("field_definition", "public_field_definition", "property_signature"):
        name_node = node.child_by_field_name("property") or node.child_by_field_name("name")
        value, kind = node.child_by_field_name("value"), node.child_by_field_name("type")
        if name_node is None:
            return
        name = key_text(reading, name_node)
        if kind is not None:
            reading.body.annotations[name] = values.annotation(reading, kind)
        if value is not None:
            reading.bind(name, values.named_value(reading, value, name_node, node), name_node.start_byte)
    elif node.type == "class_static_block":
        for child in named(node):
            statement(reading, child)


def _parameter_properties(reading: Reading, node: Node) -> None:
    """``constructor(private repo: Repo)`` declares a field."""
    listed = node.child_by_field_name("parameters")
    for child in named(listed) if listed is not None else ():
        pattern, kind = child.child_by_field_name("pattern"), child.child_by_field_name("type")
        modifier = any(c.type in ("accessibility_modifier", "readonly") for c in child.children)
        if modifier and pattern is not None and kind is not None:
            reading.body.annotations[reading.text(pattern)] = values.annotation(reading, kind)


def _function_statement(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    defined = function(reading, node)
    if name_node is not None:
        reading.bind(reading.text(name_node), defined, name_node.start_byte)


def _class_statement(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    for child in named(node):
        if child.type == "decorator":
            decorate(reading, child)
    defined = class_(reading, node)
    if name_node is not None:
        reading.bind(reading.text(name_node), defined, name_node.start_byte)


def _enum(reading: Reading, node: Node) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is not None:
        reading.bind(reading.text(name_node), Display(node.start_byte, "object", ()), name_node.start_byte)


def _alias(reading: Reading, node: Node) -> None:
    name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name_node is not None and value is not None:
        reading.bind(reading.text(name_node), values.annotation(reading, value), name_node.start_byte)


# ------------------------------------------------------------------------ statements


def _variables(reading: Reading, node: Node) -> None:
    for child in named(node):
        if child.type != "variable_declarator":
            continue
        left, right = child.child_by_field_name("name"), child.child_by_field_name("value")
        kind = child.child_by_field_name("type")
        if left is None:
            continue
        if kind is not None and left.type == "identifier":
            reading.body.annotations[reading.text(left)] = values.annotation(reading, kind)
        value: Expr = Literal(left.start_byte, "None", "undefined")
        if right is not None:
            value = values.named_value(reading, right, left, child)
        elif kind is not None:
            value = Typed(left.start_byte, values.annotation(reading, kind))
        target(reading, left, value, declares=True)


def _for_in(reading: Reading, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    reading.body.loops.append((node.start_byte, node.end_byte))
    if left is not None and right is not None:
        iterated = values.expression(reading, right)
        of = any(child.type == "of" for child in node.children)
        if of:
            reading.body.iterated.append(iterated)
        item: Expr = Item(iterated.start, iterated) if of else Literal(iterated.start, "str", "")
        target(reading, left, item, declares=node.child_by_field_name("kind") is not None)
    body = node.child_by_field_name("body")
    if body is not None:
        statement(reading, body)


def _loop(reading: Reading, node: Node) -> None:
    reading.body.loops.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)


def _return(reading: Reading, node: Node) -> None:
    for child in named(node):
        reading.body.returns.append(values.expression(reading, child))


def _each(reading: Reading, node: Node) -> None:
    for child in named(node):
        statement(reading, child)


def _catch(reading: Reading, node: Node) -> None:
    parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
    if parameter is not None:
        target(reading, parameter, Expr(parameter.start_byte), declares=True)
    if body is not None:
        statement(reading, body)


STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "import_statement": import_statement,
    "export_statement": export_statement,
    "function_declaration": _function_statement,
    "generator_function_declaration": _function_statement,
    "function_signature": lambda _reading, _node: None,
    "class_declaration": _class_statement,
    "abstract_class_declaration": _class_statement,
    "interface_declaration": _class_statement,
    "enum_declaration": _enum,
    "type_alias_declaration": _alias,
    "variable_declaration": _variables,
    "lexical_declaration": _variables,
    "for_in_statement": _for_in,
    "for_statement": _loop,
    "while_statement": _loop,
    "do_statement": _loop,
    "return_statement": _return,
    "catch_clause": _catch,
    "expression_statement": _each,
    "if_statement": _each,
    "else_clause": _each,
    "try_statement": _each,
    "finally_clause": _each,
    "switch_statement": _each,
    "switch_body": _each,
    "switch_case": _each,
    "switch_default": _each,
    "labeled_statement": _each,
    "throw_statement": _each,
    "ambient_declaration": _each,
    "internal_module": _each,
}
