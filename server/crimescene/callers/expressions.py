"""What each kind of expression stands for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from crimescene.callers import classes, dotnet, fixtures, jvm, parameters, types
from crimescene.callers.names import imported, lookup
from crimescene.callers.values import (
    ANYTHING,
    CLASS_SCOPED,
    NOTHING,
    UNKNOWN,
    Box,
    Const,
    Foreign,
    Func,
    Instance,
    Klass,
    Many,
    Member,
    Value,
    Values,
)
from crimescene.scopes.ir import (
    Attribute,
    Awaited,
    Defined,
    Display,
    Either,
    Entered,
    Expr,
    Handed,
    Imported,
    Index,
    Invoke,
    Item,
    Literal,
    MethodName,
    Name,
    Operation,
    Placed,
    Super,
    Typed,
    TypeName,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.callers.evaluate import Evaluator


def _name(e: Evaluator, expr: Name, unit: Unit) -> Values:
    found = lookup(e, expr.name, unit, expr.start)
    return dotnet.of_arity(found, 0) if unit.language == "csharp" and len(found) > 1 else found


def _method_name(e: Evaluator, expr: MethodName, unit: Unit) -> Values:
    return lookup(e, expr.name, unit, expr.start, method=True)


def _type_name(e: Evaluator, expr: TypeName, unit: Unit) -> Values:
    return dotnet.of_arity(dotnet.type_named(e, expr.name, unit), expr.arity)


_RUNNING = defaultdict(frozenset, {"csharp": frozenset({"Invoke", "BeginInvoke", "DynamicInvoke"})})
"""Methods of a function that run it."""
_HELD = frozenset({"Value", "Current", "Target", "Result"})
"""Properties of objects that hold another one: ``Lazy<T>.Value``."""


def _run(expr: Attribute, value: Func, unit: Unit) -> Values:
    """Any method of a lambda runs it; in Java the name of a method alone is no value."""
    method = value.unit.owner is not None and getattr(expr.base, "name", "") == value.unit.name
    return frozenset() if method and unit.language == "java" else frozenset({value})


def _attribute(e: Evaluator, expr: Attribute, unit: Unit) -> Values:
    if expr.name == "param" and "fixture" in unit.flags and getattr(expr.base, "name", "") == "request":
        return fixtures.chosen(e, unit) or ANYTHING
    found: set[Value] = set()
    for value in e.values(expr.base, unit):
        if isinstance(expr.base, Super) and isinstance(value, Instance | Klass):
            found |= classes.super_member(e, value, expr.name)
        elif isinstance(value, Func) and (unit.language == "java" or expr.name in _RUNNING[unit.language]):
            found |= _run(expr, value, unit)
        elif isinstance(value, Many) and unit.language == "csharp" and expr.name in _HELD:
            found |= value.elements
        else:
            found |= e.member(value, expr.name)
    if unit.language == "csharp" and found <= {UNKNOWN}:
        found |= dotnet.extensions(e, expr, unit)
    return _spelled_out(e, found, expr, unit) or frozenset(found)


def _spelled_out(e: Evaluator, found: set[Value], expr: Attribute, unit: Unit) -> Values:
    """Return the class whose qualified name, ``com.shop.Order``, was read as members of something foreign."""
    only = next(iter(found)) if len(found) == 1 else None
    if isinstance(only, Foreign) and expr.name[:1].isupper():
        if unit.language == "csharp":
            return dotnet.qualified(e, only.name, unit)
        if unit.language in CLASS_SCOPED and only.name[:1].islower():
            return jvm.qualified(e, only.name, unit)
    return NOTHING


def _invoke(e: Evaluator, expr: Invoke, unit: Unit) -> Values:
    found: set[Value] = set()
    for function in e.values(expr.function, unit):
        found |= e.result(function, expr, unit, None)
    return frozenset(found)


def _index(e: Evaluator, expr: Index, unit: Unit) -> Values:
    bases = e.values(expr.base, unit)
    if isinstance(expr.key, Literal) and expr.key.type == "slice":
        return frozenset(Many(e.elements(b)) if isinstance(b, Box) else b for b in bases)
    keys = e.values(expr.key, unit)
    found: set[Value] = set()
    for base in bases:
        if isinstance(base, Foreign):
            found |= types.generic(e, base, expr.key, unit)
        else:
            found |= e.item(base, keys)
    return frozenset(found)


def _either(e: Evaluator, expr: Either, unit: Unit) -> Values:
    return frozenset(
        v for v in e.union(expr.options, unit) if not (isinstance(v, Const) and v.type == "None")
    )


def _display(_e: Evaluator, expr: Display, unit: Unit) -> Values:
    return frozenset({Box(expr, unit)})


def _literal(_e: Evaluator, expr: Literal, _unit: Unit) -> Values:
    return frozenset({Const(expr.type, expr.value)})


def _typed(e: Evaluator, expr: Typed, unit: Unit) -> Values:
    return types.instances(e, expr.type, unit, None)


def _item(e: Evaluator, expr: Item, unit: Unit) -> Values:
    found: set[Value] = set()
    for base in e.values(expr.base, unit):
        if expr.position is not None and isinstance(base, Box) and base.display.kind != "dict":
            position = -1 - expr.position if expr.from_end else expr.position
            found |= e.item(base, frozenset({Const("int", str(position))}))
        else:
            found |= e.elements(base)
    return frozenset(found)


def _awaited(e: Evaluator, expr: Awaited, unit: Unit) -> Values:
    return e.values(expr.base, unit)


def _entered(e: Evaluator, expr: Entered, unit: Unit) -> Values:
    found: set[Value] = set()
    for value in e.values(expr.base, unit):
        if isinstance(value, Many):
            found |= value.elements
        elif isinstance(value, Instance):
            entered: set[Value] = set()
            for name in ("__enter__", "__aenter__"):
                for function in e.member(value, name):
                    if isinstance(function, Func):
                        entered |= e.returned(function, None, unit, None)
            found |= {v for v in entered if v != UNKNOWN} or {value}
        else:
            found.add(value)
    return frozenset(found)


_REFLECTED = {
    "+": ("__add__", "__radd__"),
    "-": ("__sub__", "__rsub__"),
    "*": ("__mul__", "__rmul__"),
    "/": ("__truediv__", "__rtruediv__"),
    "%": ("__mod__", "__rmod__"),
    "@": ("__matmul__", "__rmatmul__"),
    "&": ("__and__", "__rand__"),
    ">>": ("__rshift__", "__rrshift__"),
    "<<": ("__lshift__", "__rlshift__"),
}


def _operation(e: Evaluator, expr: Operation, unit: Unit) -> Values:
    left, right = e.values(expr.left, unit), e.values(expr.right, unit)
    found: set[Value] = set()
    if expr.operator == "+":
        found |= {v for v in left | right if isinstance(v, Box | Many)}
    for values, name in zip((left, right), _REFLECTED.get(expr.operator, ()), strict=False):
        for value in values:
            if isinstance(value, Instance):
                for function in e.member(value, name):
                    if isinstance(function, Func):
                        found |= e.returned(function, None, unit, None)
        if found:
            break
    return frozenset(found) or ANYTHING


def _placed(e: Evaluator, expr: Placed, _unit: Unit) -> Values:
    return e.values(expr.expr, expr.unit)


def _super(_e: Evaluator, _expr: Expr, unit: Unit) -> Values:
    owner = unit.enclosing_class if unit.kind != "class" else unit
    return frozenset({Instance(owner)}) if owner is not None else ANYTHING


def _defined(e: Evaluator, expr: Defined, _unit: Unit) -> Values:
    return e.defined(expr.unit)


def _handed(e: Evaluator, expr: Handed, unit: Unit) -> Values:
    """Return what the parameter is declared as; a collection hands out what it holds."""
    found: set[Value] = set()
    for function in e.values(expr.call.function, unit):
        if isinstance(function, Member) and isinstance(function.base, Many):
            found |= function.base.elements
        elif isinstance(function, Func):
            taken = function.unit.parameters
            shift = "extension" in function.unit.flags and len(expr.call.arguments) < len(taken)
            if not parameters.fits(expr.call, function.unit, bound=shift):
                continue
            for number, parameter in enumerate(taken, -shift):
                if expr.argument in (number, parameter.name) and parameter.annotation is not None:
                    found |= types.instances(e, parameter.annotation, function.unit, None)
    return frozenset(found) or ANYTHING


def _imported(e: Evaluator, expr: Imported, unit: Unit) -> Values:
    return imported(e, expr, unit)


HANDLERS: dict[type[Expr], Callable[[Evaluator, Any, Unit], Values]] = {
    Name: _name,
    MethodName: _method_name,
    TypeName: _type_name,
    Attribute: _attribute,
    Invoke: _invoke,
    Index: _index,
    Either: _either,
    Display: _display,
    Literal: _literal,
    Typed: _typed,
    Item: _item,
    Awaited: _awaited,
    Entered: _entered,
    Super: _super,
    Operation: _operation,
    Placed: _placed,
    Defined: _defined,
    Handed: _handed,
    Imported: _imported,
}
