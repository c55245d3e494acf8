"""Python: units, bindings and calls from the syntax tree."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from crimescene.scopes.ir import (
    Attribute,
    Awaited,
    Binding,
    Body,
    Defined,
    Display,
    Either,
    Entered,
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
from crimescene.scopes.reading import File, Reading, items_of, make_unit, named, type_text

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


def module(file: File, root: Node) -> Unit:
    """Return the unit of the whole file."""
    return make_unit(None, file, "module", "<module>", root, partial(_read, file, root))


def _read(file: File, node: Node, unit: Unit) -> Body:
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
    handler = _STATEMENTS.get(node.type)
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
        reading, reading.file, "function", name, node, partial(_read, reading.file, node),
        name_node=name_node, outer=outer,
    )  # fmt: skip
    unit.parameters = _parameters(reading, node.child_by_field_name("parameters"))
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
        reading, reading.file, "class", name, node, partial(_read, reading.file, node),
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


def _parameters(reading: Reading, node: Node | None) -> tuple[Parameter, ...]:
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


def _assignment(reading: Reading, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    type_node = node.child_by_field_name("type")
    if type_node is not None and left is not None:
        kind = annotation(reading, type_node)
        if left.type == "identifier":
            reading.body.annotations[reading.text(left)] = kind
        elif left.type == "attribute":
            _target(reading, left, Typed(left.start_byte, kind))
    if left is None:
        return
    if right is None:
        return
    value = expression(reading, right)
    while right.type == "assignment":  # a = b = value
        inner = right.child_by_field_name("right")
        if inner is None:
            break
        right = inner
    _target(reading, left, value)


def _augmented(reading: Reading, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    base, value = expression(reading, left), expression(reading, right)
    reading.body.stores.append(Store(base, None, None, Item(value.start, value)))


def _target(reading: Reading, node: Node, value: Expr) -> None:
    """Bind a target of an assignment, a loop or ``with`` to ``value``."""
    kind = node.type
    if kind == "identifier":
        reading.bind(reading.text(node), value, node.start_byte)
    elif kind == "attribute":
        base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if base is not None and name is not None:
            stored = expression(reading, base)
            reading.body.stores.append(Store(stored, reading.text(name), None, value))
    elif kind == "subscript":
        base, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if base is not None and key is not None:
            stored = expression(reading, base)
            reading.body.stores.append(Store(stored, None, expression(reading, key), value))
    elif kind in ("pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"):
        targets = list(named(node))
        starred = next((i for i, t in enumerate(targets) if t.type.startswith("list_splat")), None)
        for target, item in zip(targets, items_of(value, len(targets), starred), strict=True):
            if target.type.startswith("list_splat"):
                inner = next(named(target), None)
                if inner is not None:
                    _target(reading, inner, Display(item.start, "list", ((None, item),)))
            else:
                _target(reading, target, item)
    elif kind in ("as_pattern_target", "parenthesized_expression"):
        for child in named(node):
            _target(reading, child, value)


def _for(reading: Reading, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None:
        iterated = expression(reading, right)
        reading.body.iterated.append(iterated)
        _target(reading, left, Item(iterated.start, iterated))
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
            _target(reading, part, entered)
    else:
        reading.body.entered.append(expression(reading, value))


def _except(reading: Reading, node: Node) -> None:
    for child in named(node):
        if child.type == "as_pattern":
            parts = list(named(child))
            kind = annotation(reading, parts[0])
            for part in parts[1:]:
                options = tuple(v for _, v in kind.items) if isinstance(kind, Display) else (kind,)
                _target(reading, part, Typed(kind.start, Either(kind.start, options)))
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
_STATEMENTS: dict[str, Callable[[Reading, Node], None]] = {
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": lambda _reading, _node: None,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
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


def expression(reading: Reading, node: Node) -> Expr:
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
    if kind in _STATEMENTS:
        _STATEMENTS[kind](reading, node)
        if kind == "assignment":  # the value of ``b = c`` in ``a = b = c``
            right = node.child_by_field_name("right")
            return _quiet(reading, right) if right is not None else Expr(node.start_byte)
        return Expr(node.start_byte)
    for child in named(node):
        statement(reading, child)
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


def _call(reading: Reading, node: Node) -> Expr:
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
    if isinstance(function, Name) and function.name in _ITERATING and values:
        reading.body.iterated.append(values[0])
    return reading.call(Invoke(function.start, function, tuple(values), tuple(keywords), spread))


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
    unit = make_unit(reading, reading.file, "lambda", "<lambda>", node, partial(_read, reading.file, node))
    unit.parameters = _parameters(reading, node.child_by_field_name("parameters"))
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
    for child in named(node):
        if child.type in ("for_in_clause", "if_clause"):
            statement(reading, child)
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
    return Expr(node.start_byte)


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


_LITERALS = {
    "string": "str", "integer": "int", "float": "float", "true": "bool", "false": "bool", "none": "None",
    "ellipsis": "ellipsis",
}  # fmt: skip
_EXPRESSIONS: dict[str, Callable[[Reading, Node], Expr]] = {
    "call": _call,
    "attribute": _attribute,
    "subscript": _subscript,
    "generic_type": lambda reading, node: _generic(reading, node),
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


def _generic(reading: Reading, node: Node) -> Expr:
    parts = list(named(node))
    base = expression(reading, parts[0])
    items = [annotation(reading, child) for part in parts[1:] for child in named(part)]
    key = items[0] if len(items) == 1 else Display(node.start_byte, "tuple", tuple((None, i) for i in items))
    return Index(node.start_byte, base, key)
