"""What built-in functions pass to the function they are given: the elements of what they walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import NOTHING, Box, Instance, Many, Value, Values
from crimescene.scopes.ir import Attribute, Defined, Display, Expr, Invoke, Parameter, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.evaluate import Evaluator

_MAPPING = frozenset({"map", "filter", "filterfalse", "takewhile", "dropwhile", "starmap"})
_KEYED = frozenset({"sorted", "min", "max", "groupby", "nlargest", "nsmallest"})
_START = 2
"""Position of the start value among the arguments of ``reduce``."""


def passed(e: Evaluator, function: Unit, parameter: Parameter) -> Values:
    """Return what a callback written in place is given: ``items.map(item => …)``, ``sorted(a, key=…)``."""
    outer = function.parent
    if function.kind != "lambda" or outer is None:
        return NOTHING
    position = next((n for n, p in enumerate(function.parameters) if p.name == parameter.name), 0)
    for call in outer.body.calls:
        given = [*call.arguments, *(value for _, value in call.keywords)]
        place = next((n for n, a in enumerate(given) if isinstance(a, Defined) and a.unit is function), None)
        if place is None:
            continue
        if isinstance(call.function, Attribute) and position == 0:
            found: set[Value] = set()
            for value in e.values(call.function.base, outer):
                if isinstance(value, Box | Many):
                    found |= e.item(value, NOTHING)
            if found:
                return frozenset(found)
        return _from_arguments(e, call, outer, position)
    return NOTHING


def _from_arguments(e: Evaluator, call: Invoke, unit: Unit, position: int) -> Values:
    name = getattr(call.function, "name", "")
    if name in _MAPPING and position + 1 < len(call.arguments):
        return _elements(e, call, unit, position + 1)
    if name in _KEYED and position == 0 and call.arguments:
        return _elements(e, call, unit, 1 if name in ("nlargest", "nsmallest") else 0)
    if name == "reduce" and len(call.arguments) > 1:
        if position == 1:
            return _elements(e, call, unit, 1)
        return e.values(call.arguments[_START], unit) if len(call.arguments) > _START else NOTHING
    return NOTHING


def _elements(e: Evaluator, call: Invoke, unit: Unit, position: int) -> Values:
    found: set[Value] = set()
    for value in e.values(call.arguments[position], unit) if position < len(call.arguments) else ():
        if isinstance(value, Box | Many | Instance):
            found |= e.elements(value)
    return frozenset(found)


def constants_with(read: Expr, unit: Unit) -> Iterator[tuple[str, Display]]:
    """Yield the constants of a file (``ALL_FIELDS = [Text, Number]``) that hold ``read``."""
    for name, bindings in unit.body.bindings.items() if unit.kind == "module" else ():
        if not name.isupper():
            continue
        for binding in bindings:
            value = binding.value
            if isinstance(value, Display) and any(item is read for _, item in value.items):
                yield name, value


def runs(call: Invoke, read: Expr) -> bool:
    """Whether ``call`` gives ``read`` to a function that calls what it is given."""
    if getattr(call.function, "name", "") not in CALLING:
        return False
    return any(a is read for a in call.arguments) or any(v is read and k == "key" for k, v in call.keywords)


CALLING = frozenset(
    {
        "map",
        "filter",
        "forEach",
        "reduce",
        "reduceRight",
        "find",
        "findIndex",
        "some",
        "every",
        "flatMap",
        "sort",
    }
    | {
        "sorted",
        "min",
        "max",
        "then",
        "catch",
        "finally",
        "setTimeout",
        "setImmediate",
        "nextTick",
        "queueMicrotask",
    }
    | {"filterfalse", "takewhile", "dropwhile", "groupby", "starmap", "anyMatch", "allMatch", "noneMatch"}
    | {
        "mapToInt",
        "computeIfAbsent",
        "ifPresent",
        "orElseGet",
        "removeIf",
        "replaceAll",
        "comparing",
        "execute",
    }
    | {"Slice", "SliceStable", "Walk", "WalkDir", "IndexFunc", "ContainsFunc", "Map", "useEffect", "useMemo"}
    | {
        "Select",
        "SelectMany",
        "Where",
        "Any",
        "All",
        "Count",
        "Sum",
        "OrderBy",
        "ForEach",
        "ConvertAll",
        "Aggregate",
    }
    | {
        "First",
        "FirstOrDefault",
        "Single",
        "RemoveAll",
        "Exists",
        "Find",
        "FindAll",
        "GroupBy",
        "ToDictionary",
    }
    | {"ContinueWith", "StartNew", "QueueUserWorkItem"}
)
"""Foreign functions that call the function they are given, most of them before they return."""
