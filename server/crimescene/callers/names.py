"""What a bare name stands for: scopes, imports, members of modules."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from crimescene.callers import dotnet, ecmascript, golang, imports, jvm, parameters, types
from crimescene.callers.values import (
    ANYTHING,
    CLASS_SCOPED,
    NOTHING,
    Const,
    Foreign,
    Func,
    Instance,
    Klass,
    ModuleOf,
    Value,
    Values,
)
from crimescene.scopes.ir import Binding, Defined, Imported, Typed, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

_PYTHON_BUILTINS = frozenset(dir(builtins))


def lookup(e: Evaluator, name: str, unit: Unit, start: int, *, method: bool = False) -> Values:  # noqa: C901, PLR0911, PLR0912 -- one branch a kind
    """Return what ``name``, read at ``start`` in ``unit``, may be; with ``method`` no variable."""
    script = unit.language in ecmascript.LANGUAGES
    if name == "this" and unit.language != "go":
        return ecmascript.this(e, unit) if script else this_object(unit)
    scope: Unit | None = unit
    inner = True
    while scope is not None:
        body = scope.body
        if name in body.outer:
            scope, inner = scope.parent, False
            continue
        local = method and scope.kind in ("function", "lambda")
        if not local and (scope.kind != "class" or (inner and not script)):
            found = in_scope(e, name, scope, start if inner else None)
            if found is not None:
                return found
        if scope.kind == "class" and unit.language in CLASS_SCOPED:
            found = jvm.enclosing_member(e, scope, name)
            if found is not None:
                return found
        scope, inner = scope.parent, False
    module = unit.module
    if unit.language == "java":
        return jvm.outside(e, unit, name)
    if unit.language == "csharp":
        return dotnet.outside(e, unit, name)
    if unit.language == "go":
        return golang.outside(e, unit, name)
    if script:
        return ecmascript.global_name(name)
    starred = star_member(e, module, name, set())
    if starred is not None:
        return starred
    if name in _PYTHON_BUILTINS:
        return frozenset({Foreign(name)})
    return ANYTHING


def in_scope(e: Evaluator, name: str, scope: Unit, start: int | None) -> Values | None:  # noqa: C901 -- one branch a kind
    """Return what ``scope`` itself binds ``name`` to; None if it does not."""
    bindings = scope.body.bindings.get(name)
    parameter = next((p for p in scope.parameters if p.name == name), None)
    if bindings is None and parameter is None:
        declared = scope.body.annotations.get(name)
        return types.instances(e, declared, scope, None) if declared is not None else None
    live, killed = visible(bindings or [], scope, start)
    found: set[Value] = set()
    if parameter is not None and not killed:
        found |= parameters.values(e, scope, parameter)
    declared = scope.body.annotations.get(name)
    if declared is not None:
        typed = types.instances(e, declared, scope, None)
        if typed and not any(v in ANYTHING for v in typed):
            given: set[Value] = set()
            if parameter is None and scope.language != "python":
                for binding in live:
                    given |= e.values(binding.value, scope)
            narrower = {
                v for v in given if isinstance(v, Func | Klass) or (isinstance(v, Instance) and v.exact)
            }
            return typed | found | narrower
    for binding in live:
        found |= e.values(binding.value, scope)
    # Hardly anybody assigns to what is defined or imported, and to find out costs reading the whole file.
    fixed = bool(live) and parameter is None and all(isinstance(b.value, Defined | Imported) for b in live)
    fixed = fixed or (scope.kind != "module" and not scope.body.units)
    for value, place in () if fixed else e.program.assigned(scope, name):
        if place is not scope and _declares(place, name) is scope:
            found |= e.values(value, place)
    if len(found) > 1:
        found = {v for v in found if not (isinstance(v, Const) and v.type == "None")}
    return frozenset(found)


def _declares(unit: Unit, name: str) -> Unit | None:
    """Return the scope around ``unit`` that declares ``name``."""
    scope = unit.parent
    while scope is not None:
        declared = name in scope.body.bindings or any(p.name == name for p in scope.parameters)
        if declared and scope.kind != "class" and name not in scope.body.outer:
            return scope
        scope = scope.parent
    return None


def this_object(unit: Unit) -> Values:
    """Return what ``this`` is in a method."""
    owner = unit if unit.kind == "class" else unit.enclosing_class
    return frozenset({Instance(owner)}) if owner is not None else ANYTHING


def visible(bindings: list[Binding], scope: Unit, start: int | None) -> tuple[list[Binding], bool]:
    """Return the bindings that may hold at ``start``, and whether one of them surely replaced the others.

    From a nested function (``start`` None) all of them may.
    """
    plain = [b for b in bindings if not b.narrows]
    if start is None:
        return plain or bindings, False
    if scope.kind == "module" and len(bindings) < 2:  # noqa: PLR2004 -- nothing to choose between
        return bindings, False
    before = [b for b in bindings if b.since < start]
    sure = [b for b in before if b.block[0] <= start < b.block[1]]
    last = max((b.since for b in sure), default=-1)
    found = [b for b in before if b.since >= last and (not b.narrows or b.since == last)]
    looped = [loop for loop in scope.body.loops if loop[0] <= start < loop[1]]
    for binding in plain:
        if binding.since > start:
            if last >= 0 and not any(loop[0] <= binding.start < loop[1] for loop in looped):
                continue
            if any(loop[0] <= last for loop in looped) and _straight(binding, last, looped):
                continue
            found.append(binding)
    return found, last >= 0


def _straight(binding: Binding, last: int, loops: list[tuple[int, int]]) -> bool:
    """Whether ``last``, in the same loop, always comes between ``binding`` and the use."""
    return all(loop[0] <= last for loop in loops if loop[0] <= binding.start < loop[1])


# --------------------------------------------------------------------- what imports bring


def imported(e: Evaluator, expr: Imported, unit: Unit) -> Values:  # noqa: PLR0911 -- one branch a language
    """Return what an import binds."""
    if unit.language in ecmascript.LANGUAGES:
        return ecmascript.imported(e, expr, unit)
    if unit.language == "java":
        return jvm.imported(e, expr, unit)
    if unit.language == "csharp":
        return dotnet.imported(e, expr, unit)
    if unit.language == "go":
        return frozenset({golang.package(e.program, expr.module)})
    found = imports.python_module(e.program, unit.path, expr.module)
    if expr.name is None:
        return frozenset({found})
    if isinstance(found, Foreign):
        return frozenset({Foreign(f"{found.name}.{expr.name}")})
    return module_member(e, found, expr.name)


def module_member(e: Evaluator, module: ModuleOf, name: str) -> Values:
    """Return what ``module.name`` may be: a definition, a re-export, a submodule."""
    if module.path.endswith("/") and golang.is_package(e.program, module.path):
        return golang.package_member(e, module.path.rstrip("/"), name) or ANYTHING
    unit = None if module.path.endswith("/") else e.program.module(module.path)
    if unit is not None and unit.language in ecmascript.LANGUAGES:
        return e.once(
            ("member", module.path, name), lambda: ecmascript.member(e, module, name, set()) or ANYTHING
        )
    return e.once(("member", module.path, name), lambda: _module_member(e, module, name, set()) or ANYTHING)


def _module_member(e: Evaluator, module: ModuleOf, name: str, seen: set[str]) -> Values | None:  # noqa: PLR0911 -- one branch a kind
    seen.add(module.path)
    unit = None if module.path.endswith("/") else e.program.module(module.path)
    if unit is not None:
        found = in_scope(e, name, unit, None)
        if found:
            return found
        starred = star_member(e, unit, name, seen)
        if starred is not None:
            return starred
    inner = imports.submodule(e.program, module, name)
    if inner is not None:
        return frozenset({inner})
    if unit is not None:
        stored = e.stored(module, name, unit)
        if stored:
            return stored
        if "__getattr__" in unit.body.bindings:
            return ANYTHING
        return NOTHING
    return None


def star_member(e: Evaluator, unit: Unit, name: str, seen: set[str]) -> Values | None:
    """Return what a wildcard import of the file ``unit`` brings in under ``name``; None if none does."""
    for star in unit.body.stars:
        found = imports.python_module(e.program, unit.path, star.module)
        if isinstance(found, ModuleOf) and found.path not in seen and not name.startswith("_"):
            inner = _module_member(e, found, name, seen)
            if inner:
                return inner
    return None


def declared_here(unit: Unit, name: str) -> list[Unit]:
    """Return the definitions called ``name`` directly in ``unit``."""
    bindings = unit.body.bindings.get(name, [])
    return [b.value.unit for b in bindings if isinstance(b.value, Defined)]


__all__ = [
    "Typed",
    "declared_here",
    "imported",
    "in_scope",
    "lookup",
    "module_member",
    "star_member",
    "visible",
]
