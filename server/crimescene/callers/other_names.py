"""By what other names a function may be called: of its class, file, maker, subclass, alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import classes
from crimescene.callers.judge import reaches
from crimescene.scopes.ir import Attribute, Defined, Expr, Imported, Invoke, Name, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.judge import Target


def names_of(target: Target) -> set[str]:
    """Return the names to look for at first: no ``__init__``, which every file holds."""
    if target.constructs is not None:
        return {target.constructs.name} | _default_export(target.constructs)
    names = {target.name, target.maker} if target.maker else {target.name}
    return names | _default_export(target.unit)


def _default_export(unit: Unit) -> set[str]:
    """Return the name of the file, by which other files import what it exports as a whole."""
    if unit.parent is None or unit.parent.kind != "module":
        return set()
    exported = [b.value for key in ("\0default", "\0=") for b in unit.parent.body.bindings.get(key, ())]
    if not any(getattr(v, "unit", None) is unit or getattr(v, "name", None) == unit.name for v in exported):
        return set()
    stem = unit.path.rpartition("/")[2].partition(".")[0]
    return {stem if stem != "index" else unit.path.rpartition("/")[0].rpartition("/")[2]} - {""}


def aliases(e: Evaluator, target: Target, module: Unit, known: set[str]) -> set[str]:
    """Return the names of a file, beyond the ``known``, that stand for the target where they are called."""
    found: set[str] = set()
    for unit in _classes(module) if target.constructs is not None else (module,):
        if unit.kind == "class" and unit.name not in known and _may_inherit(target, unit, known):
            e.begin()
            if target.unit in classes.constructors(e, unit):
                found.add(unit.name)
        for name, bindings in unit.body.bindings.items():
            if name not in known and any(_may_mean(b.value, known) for b in bindings):
                e.begin()
                if any(
                    reaches(e, target, e.values(b.value, unit)) for b in bindings if _may_mean(b.value, known)
                ):
                    found.add(name)
    return {name for name in found if name.isidentifier()}


def _may_inherit(target: Target, unit: Unit, known: set[str]) -> bool:
    """Whether a class may inherit the constructor that is sought."""
    if target.constructs is None or target.unit.kind == "class":
        return False
    return bool(known & {getattr(base, "name", "") for base in unit.bases})


def _may_mean(value: Expr, known: set[str]) -> bool:
    if isinstance(value, Defined):
        return False
    if isinstance(value, Imported) and value.name in (None, "default"):
        return value.module.rpartition("/")[2].rpartition(".")[2] in known or value.name is not None
    named = value.function if isinstance(value, Invoke) else value
    return isinstance(named, Imported | Name | Attribute) and named.name in known


def _classes(module: Unit) -> Iterator[Unit]:
    """Yield the file and its classes, those in functions left out."""
    stack = [module]
    while stack:
        unit = stack.pop()
        yield unit
        stack.extend(u for u in unit.body.units if u.kind == "class")
