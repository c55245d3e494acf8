"""Python: units, bindings and calls from the syntax tree."""

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
    Entered,
    Expr,
    Imported,
    Invoke,
    Item,
    Name,
    Parameter,
    Typed,
    Unit,
)
from crimescene.scopes.python_targets import assignment, augmented, target
from crimescene.scopes.python_values import annotation, expression
from crimescene.scopes.reading import File, Reading, make_unit, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file."""
    return make_unit(None, file, "module", "<module>", root, partial(read_unit, file, root))


def read_unit(file: File, node: Node, unit: Unit) -> Body:
    """Read the body of ``unit``, whose definition (or file) is ``node``."""
    reading = Reading(file, unit)
    if unit.kind == "lambda":
        body = node.child_by_field_name("body")
        if body is not None:
            reading.body.returns.append(expression(reading, body))
        return reading.body
    inner = node if unit.kind == "module" else node.child_by_field_name("body")
    if inner is not None:
        _block(reading, inner)
    return reading.body


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
    elif node.type == "block":
        _block(reading, node)
    elif node.type in _COMPOUND:
        for child in named(node):
            statement(reading, child)
    else:
        expression(reading, node)


# ------------------------------------------------------------------------ definitions


def _function(
    reading: Reading, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()
) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    unit = make_unit(
        reading, reading.file, "function", name, node, partial(read_unit, reading.file, node),
        name_node=name_node, outer=outer,
    )  # fmt: skip
    unit.parameters = parameters_of(reading, node.child_by_field_name("parameters"))
    returns = node.child_by_field_name("return_type")
    unit.returns = annotation(reading, returns) if returns else None
    unit.decorators = decorators
    flags = _decorator_flags(decorators)
    if node.children and node.children[0].type == "async":
        flags.add("async")
    if name in ("__init__", "__new__") and reading.unit.kind == "class":
        flags.add("constructor")
    body = node.child_by_field_name("body")
    if body is not None and _only_raises(reading, body):
        flags.add("abstract")
    unit.flags = frozenset(flags)
    reading.bind(name, reading.add(unit), name_node.start_byte)


def _decorator_flags(decorators: tuple[Expr, ...]) -> set[str]:
    flags = set()
    for decorator in decorators:
        function = decorator.function if isinstance(decorator, Invoke) else decorator
        name = getattr(function, "name", "")
        if name == "staticmethod":
            flags.add("static")
        elif name == "classmethod":
            flags.add("classmethod")
        elif name in ("abstractmethod", "abstractproperty"):
            flags.add("abstract")
        elif name in ("setter", "deleter"):
            flags.add("setter")
        elif name == "overload":
            flags.add("overload")
        elif name == "fixture" or name.endswith("_fixture"):
            flags.add("fixture")
        elif name.endswith("contextmanager"):
            flags.add("contextmanager")
        if name.endswith("property"):
            flags.add("property")
    return flags


def _only_raises(reading: Reading, body: Node) -> bool:
    """Whether the function has no more than a docstring and ``raise``, or ``...``."""
    left = [child for child in named(body) if reading.text(child)[:1] not in "\"'rR"]
    return len(left) == 1 and (left[0].type == "raise_statement" or reading.text(left[0]) == "...")


def _class(
    reading: Reading, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()
) -> None:
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    name = reading.text(name_node)
    unit = make_unit(
        reading, reading.file, "class", name, node, partial(read_unit, reading.file, node),
        name_node=name_node, outer=outer,
    )  # fmt: skip
    unit.decorators = decorators
    bases = node.child_by_field_name("superclasses")
    if bases is not None:
        read = [child for child in named(bases) if child.type != "keyword_argument"]
        unit.bases = tuple(expression(reading, child) for child in read)
        if any(getattr(base, "name", "") in ("Protocol", "ABC") for base in unit.bases):
            unit.flags = frozenset({"interface"})
        for child in named(bases):
            if child.type == "keyword_argument":
                expression(reading, child)
    reading.bind(name, reading.add(unit), name_node.start_byte)


def _decorated(reading: Reading, node: Node) -> None:
    decorators: list[Expr] = []
    nodes = [child for child in named(node) if child.type == "decorator"]
    definition = node.child_by_field_name("definition")
    for child in nodes:
        inner = next(named(child), None)
        if inner is not None:
            decorators.append(expression(reading, inner))
    if definition is None:
        return
    name_node = definition.child_by_field_name("name")
    target = Name(name_node.start_byte, reading.text(name_node)) if name_node else None
    if definition.type == "class_definition":
        _class(reading, definition, node, tuple(decorators))
    else:
        _function(reading, definition, node, tuple(decorators))
    if target is not None and reading.body.units:
        given: Expr = Defined(target.start, reading.body.units[-1])
        for decorator in reversed(decorators):
            given = reading.call(Invoke(decorator.start, decorator, (given,), kind="decorator"))


def parameters_of(reading: Reading, node: Node | None) -> tuple[Parameter, ...]:
    """Read the parameters of a function."""
    if node is None:
        return ()
    found: list[Parameter] = []
    kind = "positional"
    for child in named(node):
        if child.type == "keyword_separator":
            kind = "keyword"
            continue
        if child.type == "positional_separator":
            continue
        name_node = child.child_by_field_name("name")
        if name_node is None:
            name_node = child if child.type == "identifier" else next(named(child), None)
        if name_node is None:
            continue
        own = kind
        if name_node.type in ("list_splat_pattern", "dictionary_splat_pattern") or child.type in (
            "list_splat_pattern",
            "dictionary_splat_pattern",
        ):
            splat = child if child.type.endswith("splat_pattern") else name_node
            own = "rest" if splat.type == "list_splat_pattern" else "keyword-rest"
            kind = "keyword"
            name_node = next(named(splat), splat)
        type_node = child.child_by_field_name("type")
        value = child.child_by_field_name("value")
        found.append(
            Parameter(
                reading.text(name_node),
                name_node.start_byte,
                own,
                annotation(reading, type_node) if type_node else None,
                expression(reading, value) if value else None,
            )
        )
    return tuple(found)


def _import(reading: Reading, node: Node) -> None:
    for child in named(node):
        start = child.start_byte
        if child.type == "aliased_import":
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None and alias is not None:
                reading.bind(reading.text(alias), Imported(start, reading.text(name), None), start)
        elif child.type == "dotted_name":
            text = reading.text(child)
            reading.bind(text.partition(".")[0], Imported(start, text.partition(".")[0], None), start)
            if "." in text:  # the submodule becomes an attribute of the package
                reading.bind("\0" + text, Imported(start, text, None), start)


def _import_from(reading: Reading, node: Node) -> None:
    source = node.child_by_field_name("module_name")
    if source is None:
        return
    module_name = reading.text(source).replace(" ", "")
    for child in named(node):
        start = child.start_byte
        if child.type == "wildcard_import":
            reading.body.stars.append(Imported(start, module_name, "*"))
        elif child.id == source.id:
            continue
        elif child.type == "aliased_import":
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None and alias is not None:
                reading.bind(reading.text(alias), Imported(start, module_name, reading.text(name)), start)
        elif child.type == "dotted_name":
            text = reading.text(child)
            reading.bind(text, Imported(start, module_name, text), start)


def _for(reading: Reading, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None:
        iterated = expression(reading, right)
        reading.body.iterated.append(iterated)
        bound = Item(iterated.start, iterated)
        if node.type == "for_in_clause":
            target(reading, left, bound)
            return
        with reading.binding_after(right.end_byte):
            target(reading, left, bound)
    if node.type == "for_in_clause":
        return
    reading.body.loops.append((node.start_byte, node.end_byte))
    for name in ("body", "alternative"):
        child = node.child_by_field_name(name)
        if child is not None:
            statement(reading, child)


def _while(reading: Reading, node: Node) -> None:
    reading.body.loops.append((node.start_byte, node.end_byte))
    for child in named(node):
        statement(reading, child)


def _if(reading: Reading, node: Node) -> None:
    condition = node.child_by_field_name("condition")
    consequence = node.child_by_field_name("consequence")
    if condition is not None:
        read = expression(reading, condition)
        if consequence is not None:
            block = (consequence.start_byte, consequence.end_byte)
            _narrow(reading, read, block)
    for child in named(node):
        if condition is None or child.id != condition.id:
            statement(reading, child)


def _narrow(reading: Reading, read: Expr, block: tuple[int, int]) -> None:
    """Take ``if isinstance(x, Foo):`` for a binding of ``x`` in the block."""
    if isinstance(read, Invoke) and len(read.arguments) == 2 and isinstance(read.arguments[0], Name):  # noqa: PLR2004
        name, kind = read.arguments[0].name, read.arguments[1]
        if isinstance(read.function, Name) and read.function.name == "isinstance":
            options = tuple(v for _, v in kind.items) if isinstance(kind, Display) else (kind,)
            value = Typed(kind.start, Either(kind.start, options))
            reading.body.bindings.setdefault(name, []).append(Binding(value, block[0], block, narrows=True))


def _with_item(reading: Reading, node: Node) -> None:
    value = node.child_by_field_name("value") or next(named(node), None)
    if value is None:
        return
    if value.type == "as_pattern":
        parts = list(named(value))
        entered = Entered(value.start_byte, expression(reading, parts[0]))
        reading.body.entered.append(entered.base)
        for part in parts[1:]:
            target(reading, part, entered)
    else:
        reading.body.entered.append(expression(reading, value))


def _except(reading: Reading, node: Node) -> None:
    for child in named(node):
        if child.type == "as_pattern":
            parts = list(named(child))
            kind = annotation(reading, parts[0])
            for part in parts[1:]:
                options = tuple(v for _, v in kind.items) if isinstance(kind, Display) else (kind,)
                target(reading, part, Typed(kind.start, Either(kind.start, options)))
        else:
            statement(reading, child)


def _return(reading: Reading, node: Node) -> None:
    for child in named(node):
        reading.body.returns.append(expression(reading, child))


def _raise(reading: Reading, node: Node) -> None:
    """``raise Error`` instantiates as well as ``raise Error()``."""
    for number, child in enumerate(named(node)):
        read = expression(reading, child)
        if number == 0 and isinstance(read, Name | Attribute):
            reading.call(Invoke(read.start, read, kind="raise"))


def _outer(reading: Reading, node: Node) -> None:
    reading.body.outer.update(reading.text(child) for child in named(node))


_COMPOUND = frozenset(
    {
        "expression_statement",
        "else_clause",
        "try_statement",
        "finally_clause",
        "with_clause",
        "match_statement",
    }
    | {"case_clause", "with_statement", "if_clause", "except_group_clause"}
)
STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": lambda _reading, _node: None,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "for_statement": _for,
    "for_in_clause": _for,
    "while_statement": _while,
    "if_statement": _if,
    "elif_clause": _if,
    "with_item": _with_item,
    "except_clause": _except,
    "return_statement": _return,
    "raise_statement": _raise,
    "global_statement": _outer,
    "nonlocal_statement": _outer,
}


# ------------------------------------------------------------------------ expressions
