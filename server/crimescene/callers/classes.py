"""Classes: bases, method resolution order, and what a member is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.callers import dotnet, ecmascript, golang, types
from crimescene.callers.values import (
    ANYTHING,
    CLASS_SCOPED,
    NOTHING,
    UNKNOWN,
    Const,
    Foreign,
    Func,
    Instance,
    Klass,
    Many,
    Value,
    Values,
)
from crimescene.scopes.ir import Defined, Index, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

_MAX_CLASSES = 60


@dataclass(frozen=True, slots=True)
class Order:
    """The classes where members of one class are looked up, itself first."""

    units: tuple[Unit, ...]
    foreign: frozenset[str]
    """Last names of the bases outside the workspace."""
    complete: bool
    """False if a base could not be told at all."""


def order(e: Evaluator, unit: Unit) -> Order:
    """Return the method resolution order of a class."""
    known = e.orders.get(unit)
    if known is None:
        e.orders[unit] = Order((unit,), frozenset(), complete=False)  # where inheritance is circular
        cut = e.cut
        known = _order(e, unit)
        if e.cut == cut:
            e.orders[unit] = known
        else:
            e.orders.pop(unit, None)
    return known


def mixed(e: Evaluator, owner: Unit) -> frozenset[Unit]:
    """Return the classes before whose members those of ``owner`` come in a class of its file."""
    known = e.mixed.get(owner)
    if known is None:
        found: set[Unit] = set()
        for unit in owner.module.body.units if owner.language == "python" else ():
            units = order(e, unit).units if unit.kind == "class" and len(unit.bases) > 1 else ()
            if owner in units:
                found.update(units[units.index(owner) + 1 :])
        found.difference_update(order(e, owner).units)
        known = e.mixed[owner] = frozenset(found)
    return known


def _order(e: Evaluator, unit: Unit) -> Order:
    rows: list[list[Unit]] = []
    direct: list[Unit] = []
    foreign: set[str] = set()
    complete = True
    pieces = [unit, *(dotnet.parts(e, unit) if unit.language == "csharp" else ())]
    for place, base in [(piece, base) for piece in pieces for base in piece.bases]:
        found = e.values(base, place.parent or place)
        for value in found:
            if isinstance(value, Klass):
                if value.unit in pieces:
                    continue
                inner = order(e, value.unit)
                rows.append(list(inner.units))
                direct.append(value.unit)
                foreign |= inner.foreign
                complete = complete and inner.complete
            elif isinstance(value, Foreign):
                foreign.add(value.name.rpartition(".")[2])
            elif value == UNKNOWN:
                complete = False
                foreign.add(getattr(base, "name", ""))
        if not found:
            complete = False
    merged = [*pieces, *_merge([*rows, direct])]
    return Order(
        tuple(merged[:_MAX_CLASSES]), frozenset(foreign - {"object", "Protocol", "Generic", "ABC"}), complete
    )


def _merge(rows: list[list[Unit]]) -> list[Unit]:
    """Merge the orders of the bases as Python does (C3); where that fails, depth first."""
    result: list[Unit] = []
    rows = [list(row) for row in rows if row]
    while rows:
        tails = {unit for row in rows for unit in row[1:]}
        head = next((row[0] for row in rows if row[0] not in tails), rows[0][0])
        if head not in result:
            result.append(head)
        rows = [[unit for unit in row if unit is not head] for row in rows]
        rows = [row for row in rows if row]
    return result


def member(e: Evaluator, value: Instance | Klass, name: str) -> Values:
    """Return what ``value.name`` may be."""
    return e.once((value, name), lambda: _member(e, value, name, order(e, value.unit).units))


def super_member(e: Evaluator, value: Instance | Klass, name: str) -> Values:
    """Return what ``super().name`` may be in a method of ``value``'s class."""
    return _member(e, value, name, order(e, value.unit).units[1:])


def _member(e: Evaluator, value: Instance | Klass, name: str, units: tuple[Unit, ...]) -> Values:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
    if value.unit.kind != "class":
        return ecmascript.prototype_member(e, value, name) if isinstance(value, Instance) else ANYTHING
    for unit in units:
        body = unit.body
        if unit.language == "go":
            beside = golang.methods(e, unit, name)
            if beside:
                return frozenset(
                    Func(method, value if isinstance(value, Instance) else None) for method in beside
                )
        if name in body.bindings:
            found: set[Value] = set()
            for binding in body.bindings[name]:
                inner = binding.value
                if isinstance(inner, Defined) and inner.unit.kind == "function":
                    if not inner.unit.flags & {"setter"}:
                        found |= bound(e, inner.unit, value)
                else:
                    declared = body.annotations.get(name)
                    typed = types.instances(e, declared, unit, value) if declared is not None else ANYTHING
                    found |= typed if UNKNOWN not in typed else e.values(inner, unit)
            if not any(isinstance(v, Func) for v in found):
                found |= _stored(e, units, name)
                if len(found) > 1:
                    found = {v for v in found if not (isinstance(v, Const) and v.type == "None")}
            return frozenset(found)
        if name in body.annotations:
            found = set(types.instances(e, body.annotations[name], unit, value))
            if UNKNOWN in found:
                found |= _stored(e, units, name)
                if len(found) > 1:
                    found.discard(UNKNOWN)
            return frozenset(found)
    stored = _stored(e, units, name)
    if stored:
        return stored
    if any("__getattr__" in unit.body.bindings for unit in units):
        return ANYTHING
    if isinstance(value, Klass) and name in ("__new__", "__init__"):
        return frozenset({value})
    if isinstance(value, Klass) and name == "prototype":
        return frozenset({Instance(value.unit)})
    mine = order(e, value.unit)
    return NOTHING if mine.complete and not mine.foreign else ANYTHING


def bound(e: Evaluator, unit: Unit, value: Instance | Klass) -> Values:
    """Return a function found in a class as the member of ``value``."""
    if "property" in unit.flags and (isinstance(value, Instance) or unit.language == "csharp"):
        return e.returned(Func(unit, value), None, unit, None)
    if "static" in unit.flags:
        return frozenset({Func(unit)})
    if "classmethod" in unit.flags:
        return frozenset({Func(unit, Klass(value.unit))})
    if unit.decorators and not unit.flags & {"property", "overload", "abstract", "fixture"}:
        return frozenset({Func(unit, value if isinstance(value, Instance) else None)})
    return frozenset({Func(unit, value if isinstance(value, Instance) else None)})


def _stored(e: Evaluator, units: tuple[Unit, ...], name: str) -> Values:
    """Return what the files of these classes assign to the attribute ``name`` of their objects."""
    found: set[Value] = set()
    wanted = set(units)
    for module in dict.fromkeys(unit.module for unit in units):
        for store, place in e.program.stores(module, name):
            bases = e.values(store.base, place)
            if any(isinstance(b, Instance | Klass) and b.unit in wanted for b in bases):
                found |= e.values(store.value, place)
    if len(found) > 1:
        found = {v for v in found if not (isinstance(v, Const) and v.type == "None")}
    return frozenset(found)


def elements(e: Evaluator, value: Instance) -> Values:  # noqa: C901 -- one branch a kind
    """Return what a class that declares itself a collection holds: ``class Orders : IEnumerable<Order>``."""
    for holder in order(e, value.unit).units:
        found: set[Value] = set()
        for base in holder.bases:
            if isinstance(base, Index):
                for held in types.instances(e, base, holder.parent or holder, None):
                    found |= held.elements if isinstance(held, Many) else NOTHING
        for name in ("GetEnumerator", "iterator"):
            for function in e.member(Instance(holder), name) if name in holder.body.bindings else ():
                for iterator in e.result(function, None, holder, None):
                    if isinstance(iterator, Many):
                        found |= iterator.elements
                    elif isinstance(iterator, Instance):
                        found |= e.member(iterator, "Current")
        found.discard(UNKNOWN)
        if found:
            return frozenset(found)
    return NOTHING


def scoped(e: Evaluator, unit: Unit, name: str) -> Unit | None:
    """Return the class whose member a bare ``name`` in ``unit`` means; None where it means no member."""
    scope: Unit | None = unit
    while scope is not None:
        if scope.kind == "class":
            for holder in order(e, scope).units:
                if name in holder.body.bindings or name in holder.body.annotations:
                    return holder
        elif name in scope.body.bindings or any(p.name == name for p in scope.parameters):
            return None
        scope = scope.parent
    return None


def inherits(e: Evaluator, unit: Unit, base: Unit) -> bool:
    """Whether ``base`` is ``unit`` or one of its bases."""
    return base in order(e, unit).units


def constructors(e: Evaluator, unit: Unit) -> list[Unit]:
    """Return the constructors that instantiating a class may run: several if they are overloaded."""
    for inner in order(e, unit).units:
        for name in CONSTRUCTORS:
            found: list[Unit] = []
            for binding in inner.body.bindings.get(name, ()):
                if isinstance(binding.value, Defined):
                    found.append(binding.value.unit)
                else:
                    found += [v.unit for v in e.values(binding.value, inner) if isinstance(v, Func)]
            if found:
                return found
        if inner.language in CLASS_SCOPED and not dotnet.is_part(inner, unit):
            break  # constructors are not inherited
    return []


def constructor(e: Evaluator, unit: Unit) -> Unit | None:
    """Return the constructor that instantiating a class runs; None if the workspace has none."""
    return next(iter(constructors(e, unit)), None)


CONSTRUCTORS = ("__init__", "__new__", "constructor", "\0constructor")
