"""What built-in functions and methods give back, as far as it decides which definition is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import ecmascript, fixtures, made_classes, types
from crimescene.callers.values import (
    ANYTHING,
    NOTHING,
    UNKNOWN,
    Box,
    Const,
    ForeignInstance,
    Func,
    Instance,
    Klass,
    Many,
    Member,
    Value,
    Values,
)
from crimescene.scopes.ir import Literal

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator
    from crimescene.scopes.ir import Invoke, Unit

_SAME = frozenset(
    {"copy", "deepcopy", "iter", "reversed", "list", "tuple", "set", "frozenset", "sorted", "cached", "cache"}
    | {
        "lru_cache",
        "wraps",
        "partial",
        "staticmethod",
        "classmethod",
        "aiter",
        "memoize",
        "proxy",
        "property",
    }
)
_BUILTIN_TYPES = frozenset(
    {"str", "int", "float", "bytes", "bool", "dict", "object", "bytearray", "complex", "range"}
)
_STRINGS = frozenset({"repr", "format", "chr", "hex", "input", "ascii", "oct", "bin"})
_NUMBERS = frozenset({"len", "hash", "id", "ord", "sum", "abs", "round", "isinstance", "callable", "hasattr"})
_CALLING = frozenset({"map", "filter", "reduce"})
PICKING = frozenset(
    {"get", "pop", "popitem", "popleft", "setdefault", "at", "shift", "find", "peek", "poll"}
    | {"First", "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault", "ElementAt"}
    | {"Dequeue", "Pop", "Peek", "Find", "MaxBy", "MinBy", "GetValueOrDefault"}
)
_KEEPING = frozenset(
    {
        "copy",
        "values",
        "filter",
        "slice",
        "concat",
        "reverse",
        "sort",
        "iterator",
        "stream",
        "entries",
        "splice",
    }
    | {"Where", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Take", "TakeWhile", "Skip"}
    | {"SkipWhile", "Distinct", "DistinctBy", "Concat", "Union", "Except", "Intersect", "ToList", "ToArray"}
    | {"AsEnumerable", "AsQueryable", "Reverse", "ToHashSet", "Append", "Prepend", "AsParallel", "AsReadOnly"}
)


def result(e: Evaluator, name: str, call: Invoke | None, unit: Unit, given: Values | None) -> Values:  # noqa: PLR0911 -- one branch a kind
    """Return what the foreign function or class ``name`` gives."""
    last = name.rpartition(".")[2]
    if name == "require" and call is not None and call.arguments:
        path = call.arguments[0]
        if isinstance(path, Literal):
            return ecmascript.required(e, ecmascript.module(e.program, unit.path, path.value))
    first = given
    if first is None and call is not None and call.arguments:
        first = e.values(call.arguments[0], unit)
    if last in _BUILTIN_TYPES and (last != "dict" or not first):
        return frozenset({ForeignInstance(last)})
    if last in _STRINGS:
        return frozenset({ForeignInstance("str")})
    if last in _NUMBERS:
        return frozenset({ForeignInstance("int")})
    if first is not None and call is not None:
        special = _special(e, name, call, unit, first)
        if special is not None:
            return special
    if last[:1].isupper() and not last.isupper():
        return frozenset({ForeignInstance(name)})
    return ANYTHING


def _special(e: Evaluator, name: str, call: Invoke, unit: Unit, first: Values) -> Values | None:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
    last = name.rpartition(".")[2]
    if last in _SAME or last == "dict":
        return first
    if last in ("next", "anext", "min", "max"):
        return _elements(e, first)
    if last in {"enumerate", "zip"}:
        return frozenset({Many(_elements(e, first))})
    if last in ("type", "new_class"):
        made = made_classes.made(e, call, unit, last)
        if made is not None or last == "new_class":
            return made
        return frozenset(Klass(v.unit) if isinstance(v, Instance) else UNKNOWN for v in first)
    if name == "pytest.param":
        return fixtures.param(e, call, unit)
    if last == "cast" and len(call.arguments) > 1:
        declared = types.instances(e, call.arguments[0], unit, None)
        if not types.may_be_own(declared):
            return declared
        return declared | types.own_objects(e.values(call.arguments[1], unit), e)
    if last in ("getattr", "__getattribute__") and len(call.arguments) > 1:
        found: set[Value] = set()
        for key in e.values(call.arguments[1], unit):
            for value in first:
                found |= (
                    e.member(value, key.value) if isinstance(key, Const) and key.type == "str" else ANYTHING
                )
        return frozenset(found)
    if last in _CALLING and len(call.arguments) > 1:
        items = e.values(call.arguments[1], unit)
        if last == "filter":
            return items
        found = set()
        for function in first:
            found |= e.result(function, None, unit, _elements(e, items))
        return frozenset({Many(frozenset(found))})
    return None


def _elements(e: Evaluator, values: Values) -> Values:
    found: set[Value] = set()
    for value in values:
        found |= e.elements(value)
    return frozenset(found)


def member_result(e: Evaluator, member: Member, call: Invoke | None, unit: Unit) -> Values:  # noqa: C901, PLR0911 -- one branch a kind
    """Return what a built-in method of a container, constant or function gives."""
    base, name = member.base, member.name
    if isinstance(base, Const):
        return frozenset({ForeignInstance(base.type)})
    if isinstance(base, Func):
        if name in ("call", "apply", "__call__"):
            return e.returned(base, None, unit, None)
        return frozenset({base}) if name == "bind" else ANYTHING
    if isinstance(base, Box | Many):
        if name in PICKING:
            keys: Values = NOTHING
            if name in ("get", "pop", "setdefault") and call is not None and call.arguments:
                keys = e.values(call.arguments[0], unit)
            found = e.item(base, keys)
            if name in ("get", "setdefault", "pop") and call is not None and len(call.arguments) > 1:
                found |= e.values(call.arguments[1], unit)
            return frozenset(v for v in found if not (isinstance(v, Const) and v.type == "None"))
        if name == "keys":
            return frozenset({Many(frozenset({ForeignInstance("str")}))})
        if name == "items":
            return frozenset({Many(frozenset({Many(e.item(base, NOTHING))}))})
        if name in _KEEPING:
            return frozenset({Many(e.item(base, NOTHING))})
        if name in ("map", "Select") and call is not None and call.arguments:
            found_values: set[Value] = set()
            for function in e.values(call.arguments[0], unit):
                found_values |= e.result(function, None, unit, e.item(base, NOTHING))
            return frozenset({Many(frozenset(found_values))})
    return ANYTHING
