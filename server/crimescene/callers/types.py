"""Declared types: what an annotation says about a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import (
    ANYTHING,
    NOTHING,
    UNKNOWN,
    Box,
    Foreign,
    ForeignInstance,
    Instance,
    Klass,
    Many,
    Value,
    Values,
)
from crimescene.scopes.ir import Display, Either, Expr, Index, Literal, Name, Typed, Unit
from crimescene.scopes.reading import type_text

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

_WRAPPING = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar"}
    | {
        "Awaitable",
        "TypeGuard",
        "Promise",
        "Readonly",
        "Partial",
        "NonNullable",
    }
)
_TASKS = frozenset({"Task", "ValueTask", "Nullable"})
_LAST = frozenset(
    {"Coroutine", "dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict", "Map"}
    | {"Dictionary", "IDictionary", "IReadOnlyDictionary", "ConcurrentDictionary", "SortedDictionary"}
    | {"ImmutableDictionary", "FrozenDictionary", "KeyValuePair"}
)
_COLLECTIONS = frozenset(
    {
        "list",
        "List",
        "Sequence",
        "MutableSequence",
        "Iterable",
        "Iterator",
        "Generator",
        "set",
        "Set",
        "frozenset",
    }
    | {
        "FrozenSet",
        "Collection",
        "Deque",
        "deque",
        "AsyncIterator",
        "AsyncIterable",
        "AsyncGenerator",
        "Array",
    }
    | {"ContextManager", "AbstractContextManager", "AsyncContextManager", "AbstractAsyncContextManager"}
    | {"tuple", "Tuple", "KeysView", "ValuesView", "ReadonlyArray"}
)
_OF_TEXT = frozenset({"IO", "Pattern", "Match", "CompletedProcess", "Popen"})
"""Generic in the kind of text they deal in, which says nothing about what they hold."""
_OPEN = frozenset(
    {"Any", "object", "Self", "TypeVar", "Callable", "ParamSpec", "Literal", "unknown", "any"}
    | {"Func", "Action", "Predicate", "Delegate", "EventHandler", "dynamic", "Comparison"}
)


def instances(e: Evaluator, annotation: Expr, unit: Unit, receiver: Instance | Klass | None) -> Values:  # noqa: PLR0911 -- one branch a kind
    """Return the values that ``annotation``, written in ``unit``, admits."""
    if isinstance(annotation, Display):  # the results of a Go function
        parts = tuple((None, Typed(kind.start, kind)) for _, kind in annotation.items)
        return e.results(annotation, Display(annotation.start, "tuple", parts), unit)
    if isinstance(annotation, Either):
        found: set[Value] = set()
        for option in annotation.options:
            found |= instances(e, option, unit, receiver)
        return frozenset(found)
    if isinstance(annotation, Literal):
        if annotation.type == "str" and annotation.value:
            return instances(e, type_text(annotation.start, annotation.value), unit, receiver)
        return NOTHING
    if isinstance(annotation, Index):
        return _subscripted(e, annotation, unit, receiver)
    name = getattr(annotation, "name", "")
    if name == "Self":
        if receiver is not None:
            return frozenset({Instance(receiver.unit)})
        owner = unit if unit.kind == "class" else unit.enclosing_class
        return frozenset({Instance(owner)}) if owner else ANYTHING
    found = set()
    for value in e.values(annotation, unit):
        found |= instance_of(value, receiver)
    return frozenset(found) if found or not name else ANYTHING


def instance_of(value: Value, receiver: Instance | Klass | None) -> Values:  # noqa: PLR0911 -- one branch a kind
    """Return an instance of the class ``value``."""
    if isinstance(value, Klass):
        return frozenset({Instance(value.unit)})
    if isinstance(value, Foreign):
        last = value.name.rpartition(".")[2]
        if last == "None":
            return NOTHING
        return ANYTHING if last in _OPEN else frozenset({ForeignInstance(value.name)})
    if isinstance(value, ForeignInstance) and value.name.endswith("TypeVar") and receiver is not None:
        return frozenset({Instance(receiver.unit)})
    if isinstance(value, Many):
        return frozenset({value})
    if isinstance(value, Instance):  # a name that means a value: NewType and such
        return frozenset({value})
    return ANYTHING


def _subscripted(e: Evaluator, annotation: Index, unit: Unit, receiver: Instance | Klass | None) -> Values:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
    name = getattr(annotation.base, "name", "")
    key = annotation.key
    items = [value for _, value in key.items] if isinstance(key, Display) else [key]
    if name == "Literal":
        return frozenset({ForeignInstance("str")})
    if name == "Annotated":
        items = items[:1]
    if name in ("type", "Type"):
        found: set[Value] = set()
        for item in items:
            for value in instances(e, item, unit, receiver):
                found.add(Klass(value.unit) if isinstance(value, Instance) else UNKNOWN)
        return frozenset(found)
    if name in _WRAPPING or (name in _TASKS and unit.language == "csharp"):
        found = set()
        for item in items:
            found |= instances(e, item, unit, receiver)
        return frozenset(found)
    if name == "Coroutine" and items:
        return instances(e, items[-1], unit, receiver)
    if name in _LAST and items:
        return frozenset({Many(instances(e, items[-1], unit, receiver))})
    if name in ("tuple", "Tuple"):
        found = set()
        for item in items:
            found |= instances(e, item, unit, receiver)
        return frozenset({Many(frozenset(found))})
    if (name in _COLLECTIONS or name == "\0list") and items:
        return frozenset({Many(instances(e, items[0], unit, receiver))})
    found = set()
    for value in e.values(annotation.base, unit):
        last = value.name.rpartition(".")[2] if isinstance(value, Foreign) else ""
        if last in _OF_TEXT:
            found.add(ForeignInstance(last))
        elif last and last not in _OPEN:
            found.add(Many(instances(e, items[0], unit, receiver)))  # ContextVar[X], Queue[X]: holds such
        else:
            found |= instance_of(value, receiver)
    return frozenset(found)


def may_be_own(declared: Values) -> bool:
    """Whether a declared type is foreign and so wide that a class of the workspace may stand behind it."""
    kinds = {inner for v in declared for inner in (v.elements if isinstance(v, Many) else (v,))}
    names = {v.name.rpartition(".")[2] for v in kinds if isinstance(v, ForeignInstance)}
    return len(names) == len(kinds) and any(name[:1].isupper() for name in names)


def own_objects(given: Values, e: Evaluator) -> Values:
    """Return the objects in ``given`` that were seen to be made by classes of the workspace."""
    found = frozenset(v for v in given if isinstance(v, Instance) and v.exact)
    inner: set[Value] = set()
    for value in given:
        if isinstance(value, Box) and value.display.kind == "tuple":
            inner |= {v for v in e.item(value, NOTHING) if isinstance(v, Instance) and v.exact}
    return found | {Many(frozenset(inner))} if inner else found


def generic(e: Evaluator, base: Foreign, key: Expr, unit: Unit) -> Values:
    """Return what ``Union[A, B]`` stands for where it is written as a value (a type alias)."""
    last = base.name.rpartition(".")[2]
    if last in ("Optional", "Union", "Annotated"):
        items = [value for _, value in key.items] if isinstance(key, Display) else [key]
        return e.union(items, unit)
    return frozenset({base})


__all__ = ["Name", "generic", "instance_of", "instances"]
