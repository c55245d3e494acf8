"""By what other names a function may be called: of its class, file, maker, subclass, alias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.callers import classes
from crimescene.callers.judge import Verdict, reaches
from crimescene.callers.values import Foreign, ForeignInstance, Func, Instance, Klass, ModuleOf
from crimescene.model import Certainty
from crimescene.scopes.ir import Attribute, Defined, Expr, Imported, Invoke, Name, Unit, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.judge import Target
    from crimescene.callers.values import Value, Values


def names_of(target: Target) -> set[str]:
    """Return the names to look for at first: no ``__init__``, which every file holds, no ``<lambda>``."""
    if target.constructs is not None:
        return {target.constructs.name} | _default_export(target.constructs)
    names = {target.name, target.maker} if target.maker else {target.name}
    return {name for name in names if not name.startswith("<")} | _default_export(target.unit)


def _default_export(unit: Unit) -> set[str]:
    """Return the name of the file, by which other files import what it exports as a whole."""
    if unit.parent is None or unit.parent.kind != "module":
        return set()
    exported = [b.value for key in ("\0default", "\0=") for b in unit.parent.body.bindings.get(key, ())]
    if not any(
        getattr(v, "unit", None) is unit
        or getattr(v, "name", None) == unit.name
        or (isinstance(v, Invoke) and _is_given(v, {unit.name}))
        for v in exported
    ):
        return set()
    stem = unit.path.rpartition("/")[2].partition(".")[0]
    return {stem if stem != "index" else unit.path.rpartition("/")[0].rpartition("/")[2]} - {""}


def aliases(e: Evaluator, target: Target, module: Unit, known: set[str]) -> set[str]:
    """Return the names of a file, beyond the ``known``, that stand for the target where they are called."""
    own = {target.name if target.constructs is None else target.constructs.name}
    found: set[str] = set()
    for unit in _classes(module) if target.constructs is not None else (module,):
        if unit.kind == "class" and unit.name not in known and _may_inherit(target, unit, known):
            e.begin()
            if target.unit in classes.constructors(e, unit):
                found.add(unit.name)
        for name, bindings in unit.body.bindings.items():
            likely = [b for b in bindings if _may_mean(b.value, known, own)] if name not in known else ()
            if likely:
                e.begin()
                if any(reaches(e, target, e.values(b.value, unit)) for b in likely):
                    found.add(name)
    return {name for name in found if name.isidentifier()}


def makers(e: Evaluator, target: Target, module: Unit, known: set[str]) -> set[str]:
    """Return the names of functions of a file that give the target back, or a class made with it."""
    source = e.program.source(module.path)
    words = [name.encode() for name in known]
    found: set[str] = set()
    for unit in walk(module):
        if unit.kind != "function" or unit.name in known or not unit.name.isidentifier():
            continue
        text = source[unit.start : unit.end]
        if any(word in text for word in words):
            e.begin()
            if reaches(e, target, e.union(unit.body.returns, unit)):
                found.add(unit.name)
    return found


@dataclass(frozen=True, slots=True)
class Put:
    """A function was put in the place of the attribute ``name`` of ``owners``, in the file ``path``."""

    name: str
    owners: Values
    path: str

    def judge(self, e: Evaluator, call: Invoke, unit: Unit) -> Verdict | None:
        """Return a verdict if ``call`` calls what stands in that place."""
        function = call.function
        if getattr(function, "name", None) != self.name:
            return None
        bases = e.values(function.base, unit) if isinstance(function, Attribute) else frozenset()
        called = e.values(function, unit) if isinstance(function, Name) else frozenset()
        for owner in self.owners:
            if any(_same(e, owner, base) for base in bases) or any(
                _member_of(owner, value, self.name) for value in called
            ):
                return Verdict(Certainty.PLAUSIBLE, f"put in its place in {self.path}")
        return None


def _same(e: Evaluator, owner: Value, base: Value) -> bool:
    if isinstance(owner, Instance | Klass) and isinstance(base, Instance | Klass):
        return owner.unit in classes.order(e, base.unit).units
    return owner == base and isinstance(owner, ModuleOf | Foreign | ForeignInstance)


def _member_of(owner: Value, value: Value, name: str) -> bool:
    if isinstance(owner, Foreign) and isinstance(value, Foreign):
        return value.name == f"{owner.name}.{name}"
    if isinstance(owner, ModuleOf) and isinstance(value, Func | Klass):
        return value.unit.path == owner.path and value.unit.name == name
    return False


def _may_inherit(target: Target, unit: Unit, known: set[str]) -> bool:
    """Whether a class may inherit the constructor that is sought."""
    if target.constructs is None or target.unit.kind == "class":
        return False
    return bool(known & {getattr(base, "name", "") for base in unit.bases})


def _may_mean(value: Expr, known: set[str], own: set[str]) -> bool:
    """Whether a name bound to ``value`` may stand for the target; what calling ``own`` gives does not."""
    if isinstance(value, Defined):
        return False
    if isinstance(value, Imported) and value.name in (None, "default"):
        return value.module.rpartition("/")[2].rpartition(".")[2] in known or value.name is not None
    if isinstance(value, Invoke):
        called = getattr(value.function, "name", "")
        return (called in known and called not in own) or _is_given(value, known)
    return isinstance(value, Imported | Name | Attribute) and value.name in known


def _is_given(call: Invoke, known: set[str]) -> bool:
    """Whether a function by one of the names is wrapped: ``memo(List)``, ``withTheme(memo(List))``."""
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, Invoke):
        return _is_given(first, known)
    return isinstance(first, Name) and first.name in known


def _classes(module: Unit) -> Iterator[Unit]:
    """Yield the file and its classes, those in functions left out."""
    stack = [module]
    while stack:
        unit = stack.pop()
        yield unit
        stack.extend(u for u in unit.body.units if u.kind == "class")
