"""What may be passed through a function without changing what the program means, and what not.

A wrapped expression is evaluated once and its value handed on. Static types set the limits: narrowing in
TypeScript, definite assignment and patterns in Java, several results and untyped constants in Go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.flow.grammar import child, named

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.expressions import Expressions
    from crimescene.flow.facts import Unit

_NARROWING = frozenset({"===", "!==", "==", "!=", "in", "instanceof", "typeof", "!"})
_RELATIONAL = frozenset({"<", ">", "<=", ">=", "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"})
_ORDERS = frozenset({"<", ">", "<=", ">="})
_UNTYPED_CALLS = frozenset({"complex", "real", "imag", "min", "max", "panic", "recover"})
_NARROW = frozenset({"byte", "short", "char", "Byte", "Short", "Character", ""})
_LITERALS = frozenset(
    {"decimal_integer_literal", "decimal_floating_point_literal", "string_literal", "true", "false"}
)
_EXACT = ("cast_expression", "method_invocation", "array_access")
_RUNS = ("method_invocation", "object_creation_expression", "array_access", "array_creation_expression")
"""What no constant of the compiler holds."""
_ONLY_FIRST = ("method_invocation", "cast_expression")
_WITHOUT_VALUE = frozenset({"forEach", "ifPresent", "peek", "thenAccept", "thenRun", "forEachOrdered"})
_GIVING = re.compile(
    r"(?:java\.util\.function\.|java\.util\.concurrent\.|java\.util\.)?"
    r"(?:Callable|Comparator|\w*(?:Supplier|Function|Operator|Predicate))(?:<|$)"
)
"""Interfaces of the library whose one method gives a value."""
_TAKING = re.compile(r"(?:java\.lang\.|java\.util\.function\.)?(?:Runnable|\w*Consumer)(?:<|$)")
"""Those whose method gives none."""
_LAMBDA_INVOKES = frozenset(
    {"method_invocation", "object_creation_expression", "assignment_expression", "update_expression"}
)


def value(  # noqa: PLR0911 -- one branch a language
    reader: Expressions, node: Node, kind: str, holder: Node | None = None
) -> str:
    """How ``node`` may be wrapped: not at all (""), as a "value", or as a "tuple"."""
    family = reader.roles.family
    if node.type in reader.roles.never or node.type == "ERROR" or node.has_error:
        return ""
    role = reader.roles.role(node.type)
    if role[:1] in (("unit",), ("class",)) and kind != "return":
        return ""
    if family == "python":
        return "tuple" if node.type == "expression_list" else "value"
    if family == "ecmascript":
        return _ecmascript(reader, node, kind)
    if family == "java":
        return _java(reader, node, kind, holder)
    if family == "go":
        return _go(reader, node, kind)
    return ""


def _ecmascript(reader: Expressions, node: Node, kind: str) -> str:
    if node.type == "sequence_expression":
        return "tuple" if kind in ("return", "throw") else ""
    if kind == "condition" and reader.roles.language != "javascript":
        return "value" if _only_relational(node) else ""
    if reader.roles.role(node.type)[:1] == ("unit",):
        return ""
    return "value"


def _only_relational(node: Node) -> bool:
    """Whether nothing in the condition tells the compiler more about a type."""
    stack = [node]
    found = False
    while stack:
        current = stack.pop()
        if current.type == "binary_expression":
            operator = current.child_by_field_name("operator")
            sign = operator.type if operator is not None else ""
            if sign in _RELATIONAL:
                found = True
                continue  # what is compared or computed with is not narrowed
            if sign not in ("&&", "||"):
                return False
            stack += named(current)
        elif current.type == "parenthesized_expression":
            stack += named(current)
        else:
            return False
    return found


def _java(  # noqa: PLR0911 -- one way out a rule
    reader: Expressions, node: Node, kind: str, holder: Node | None
) -> str:
    if kind == "value" and reader.is_constant(node):
        return "value" if node.type in _LITERALS and _arm_type(reader, node) not in _NARROW else ""
    if kind == "define" or reader.is_constant(node):
        return ""
    if kind == "return" and node.parent is not None and node.parent.type == "lambda_expression":
        return _java_lambda(reader, node)
    if kind == "throw":
        return ""  # the compiler looks at the expression to know what is thrown
    if kind == "condition":
        return _java_condition(reader, node, holder)
    if kind == "return" and reader.unit_now.results and reader.unit_now.results[0] in _NARROW:
        return "value" if node.type in _EXACT else ""  # a constant of a wider type may be meant
    if kind in ("return", "value") and node.type == "ternary_expression":
        return "value" if not _holds(node, ("lambda_expression", "method_reference")) else ""
    return "value"


def _java_condition(reader: Expressions, node: Node, holder: Node | None) -> str:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("instanceof_expression", "lambda_expression"):
            return ""
        if current.type == "assignment_expression" and re.search(r"&&|\|\||\?", reader.text(node)):
            return ""  # what is assigned in one branch of it only
        stack += named(current)
    is_loop = holder is not None and "switch" not in holder.type and holder.type != "if_statement"
    if is_loop and node.type in ("identifier", "field_access"):
        return ""  # might be a constant, by which the compiler knows what is reached
    return "value"


def _arm_type(reader: Expressions, node: Node) -> str:
    """Type of what a switch gives, as it is declared; that of a narrow number if it is not."""
    current: Node | None = node
    while current is not None and current.type != "switch_expression":
        current = current.parent
    holder = current.parent if current is not None else None
    if holder is not None and holder.type == "return_statement" and reader.unit_now.results:
        return reader.unit_now.results[0]
    declared = holder.parent if holder is not None and holder.type == "variable_declarator" else None
    kind = declared.child_by_field_name("type") if declared is not None else None
    return reader.text(kind) if kind is not None and reader.text(kind) != "var" else "byte"


def field(reader: Expressions, declaration: Node, value: Node) -> str:
    """How the initial value of a field in Java may be wrapped: what may be a constant has to stay one."""
    kind = declaration.child_by_field_name("type")
    if value.type in reader.roles.never or value.has_error or reader.is_constant(value):
        return ""
    modifiers = child(declaration, ":modifiers")
    final = modifiers is not None and re.search(r"\bfinal\b", reader.text(modifiers)) is not None
    fixed = final or declaration.type == "constant_declaration"
    if fixed and not _holds(value, _RUNS) and not _reads_variable(reader, declaration, value):
        return ""
    if kind is None or reader.text(kind) in _NARROW:
        return "value" if value.type in _EXACT else ""
    if value.type == "ternary_expression" and _holds(value, ("lambda_expression", "method_reference")):
        return ""
    return "value"


def _reads_variable(reader: Expressions, declaration: Node, value: Node) -> bool:
    """Whether it reads a field of the same class that is no constant of the compiler."""
    names = {reader.text(node) for node in _within(value) if node.type == "identifier"}
    for part in named(declaration.parent) if declaration.parent is not None else ():
        modifiers = child(part, ":modifiers") if part.type == "field_declaration" else None
        final = modifiers is not None and re.search(r"\bfinal\b", reader.text(modifiers)) is not None
        for one in part.children_by_field_name("declarator") if part.type == "field_declaration" else ():
            name, given = one.child_by_field_name("name"), one.child_by_field_name("value")
            if name is not None and reader.text(name) in names:
                return not final or given is None or _holds(given, _RUNS)
    return False


def _within(node: Node) -> list[Node]:
    found = [node]
    for current in found:  # grows while it is walked
        found += named(current)
    return found


def _java_lambda(reader: Expressions, node: Node) -> str:
    """The body of a lambda may be without a value; then nothing can be passed on."""
    if node.type not in _LAMBDA_INVOKES:
        return "value"
    if node.type not in ("method_invocation", "object_creation_expression"):
        return ""
    holder = node.parent.parent if node.parent is not None else None
    if holder is not None and holder.type in ("variable_declarator", "return_statement"):
        kind = holder.parent.child_by_field_name("type") if holder.parent is not None else None
        outer = reader.unit_now.parent
        declared = reader.text(kind) if kind is not None else ""
        if holder.type == "return_statement":
            declared = outer.results[0] if outer is not None and outer.results else ""
        return "value" if _GIVING.match(declared) else ""
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    name = call.child_by_field_name("name") if call is not None else None
    callee = reader.text(name) if name is not None else ""
    if callee in _WITHOUT_VALUE:
        return ""
    return "value" if callee in reader.roles.callbacks else ""


def gives_nothing(reader: Expressions, node: Node) -> bool:
    """Whether ``node`` is the body of a lambda that is handed to a method which wants no value of it."""
    function = node.parent
    if reader.roles.family != "java" or function is None or function.type != "lambda_expression":
        return False
    holder = function.parent
    if holder is not None and holder.type == "variable_declarator" and holder.parent is not None:
        kind = holder.parent.child_by_field_name("type")
        return kind is not None and _TAKING.match(reader.text(kind)) is not None
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    name = call.child_by_field_name("name") if call is not None else None
    return name is not None and reader.text(name) in _WITHOUT_VALUE


def is_exact(reader: Expressions, node: Node, *, first: bool) -> bool:
    """Whether an argument in Java has the one type that choosing among overloaded methods saw in it.

    Of what must be ``first`` in a constructor nothing else can be seen, so methods count as well there.
    """
    kinds = ("binary_expression", "array_access", *(_ONLY_FIRST if first else ()))
    if node.type not in kinds or reader.is_constant(node):
        return False
    return not _holds(node, ("lambda_expression", "method_reference", "assignment_expression"))


def _holds(node: Node, kinds: tuple[str, ...]) -> bool:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in kinds:
            return True
        stack += named(current)
    return False


def _go(reader: Expressions, node: Node, kind: str) -> str:
    if kind == "condition":
        return "" if reader.is_constant(node) else "value"
    if kind in ("field", "variable"):
        return "value" if _is_typed(reader, node) else ""
    return "value" if kind == "return" else ""


def _is_typed(reader: Expressions, node: Node) -> bool:
    """Whether an expression in Go surely has a type of its own, as constants and comparisons may not."""
    while node.type == "parenthesized_expression" and node.named_child_count:
        node = named(node)[0]
    if node.type in (
        "index_expression",
        "composite_literal",
        "type_assertion_expression",
        "slice_expression",
    ):
        return True
    if node.type == "call_expression":
        function = node.child_by_field_name("function")
        return function is not None and reader.text(function) not in _UNTYPED_CALLS
    if node.type == "identifier":
        return _is_variable(reader, reader.text(node))
    operator = node.child_by_field_name("operator")
    sign = operator.type if operator is not None else ""
    if node.type == "unary_expression":
        inner = node.child_by_field_name("operand")
        return sign in ("&", "*", "<-") or (sign in "+-^" and inner is not None and _is_typed(reader, inner))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "binary_expression" or left is None or right is None or sign not in _RELATIONAL - _ORDERS:
        return False
    return _is_typed(reader, left) or (sign not in ("<<", ">>") and _is_typed(reader, right))


def _is_variable(reader: Expressions, name: str) -> bool:
    unit: Unit | None = reader.unit_now
    while unit is not None:
        if any(path.root == name for parameter in unit.parameters for path in parameter.targets):
            return True
        for statement in unit.statements:
            if any(target.path.plain and target.path.root == name for target in statement.targets):
                return not reader.source.startswith(b"const", statement.span.start)
        unit = unit.parent
    return False


def results(reader: Expressions, node: Node) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Types of the results of a function, and their names; None where the language does not say."""
    family = reader.roles.family
    if family == "java":
        kind = child(node, "type")
        if kind is None or node.type == "lambda_expression":
            return None, ()
        text = reader.text(kind)
        return ((), ()) if text == "void" else ((text,), ())
    if family != "go":
        return None, ()
    holder = child(node, "result")
    if holder is None:
        return (), ()
    if holder.type != "parameter_list":
        return (reader.text(holder),), ()
    types: list[str] = []
    names: list[str] = []
    for part in named(holder):
        kind = child(part, "type")
        own = [reader.text(n) for n in part.children_by_field_name("name")]
        types += [reader.text(kind) if kind is not None else ""] * max(1, len(own))
        names += own
    return tuple(types), tuple(names)


def flags(reader: Expressions, node: Node, unit: Unit) -> frozenset[str]:
    """What kind of function it is."""
    found: set[str] = set()
    head = reader.source[node.start_byte : node.start_byte + 200].decode("utf-8", "replace")
    if "constructor" in node.type or unit.name in ("__init__", "constructor"):
        found.add("constructor")
    family = reader.roles.family
    closed = (family == "rust" and r"const") or (family == "kotlin" and r"inline")
    if closed and re.match(rf"(?:[\w()]+\s+)*{closed}\s+(?:[\w()]+\s+)*(?:fn|fun)\b", head):
        found.add("closed")
    if unit.parent is not None and "closed" in unit.parent.flags:
        found.add("closed")
    if re.match(r"(?:\w+\s+)*async\b", head):
        found.add("async")
    if unit.name == "__get" or (node.type == "getter" and child(node, ":function_body") is not None):
        found.add("accessor")
    if node.type == "accessor_declaration" and node.child_by_field_name("body") is not None:
        found.add("accessor")
    if re.match(r"(?:static\s+)?(?:get|set)\s+\w", head):
        found.add("accessor")
    parent = node.parent
    if (
        parent is not None
        and parent.type == "decorated_definition"
        and "property" in reader.text(parent)[:200].split("def ")[0]
    ):
        found.add("accessor")
    return frozenset(found)
