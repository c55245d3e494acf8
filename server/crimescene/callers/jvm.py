"""What is particular to Java: packages, imports, names that need no qualification."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers import classes
from crimescene.callers.values import (
    NOTHING,
    Foreign,
    Instance,
    Klass,
    Values,
)

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator
    from crimescene.scopes.ir import Imported, Unit

_MAX_SIBLINGS = 60
"""Files of a package that are looked into for a class that no file is named after."""


def class_named(e: Evaluator, qualified: str, near: str) -> Klass | None:
    """Return the class with this qualified name, an inner one too; the nearest of several."""
    path = qualified.replace(".", "/")
    inner: list[str] = []
    while path:
        hits = e.program.ending(f"{path}.java")
        if hits:
            nearest = max(hits, key=lambda hit: _shared(hit, near))
            unit = e.program.module(nearest)
            found = _inner(unit, [path.rpartition("/")[2], *inner]) if unit is not None else None
            return Klass(found) if found is not None else None
        path, slash, last = path.rpartition("/")
        if not slash or len(inner) > 2:  # noqa: PLR2004 -- nobody nests deeper
            return None
        inner.insert(0, last)
    return None


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count


def _inner(unit: Unit, names: list[str]) -> Unit | None:
    for name in names:
        found = next((u for u in unit.body.units if u.kind == "class" and u.name == name), None)
        if found is None:
            return None
        unit = found
    return unit


def imported(e: Evaluator, expr: Imported, unit: Unit) -> Values:
    """Return what an import binds: a class, or its static member."""
    found = class_named(e, expr.module, unit.path)
    if found is None:
        return frozenset({Foreign(expr.module if expr.name is None else f"{expr.module}.{expr.name}")})
    return frozenset({found}) if expr.name is None else e.member(found, expr.name)


def enclosing_member(e: Evaluator, scope: Unit, name: str) -> Values | None:
    """Return the member of the class ``scope`` that ``name`` means inside it; None if it has none."""
    for unit in classes.order(e, scope).units:
        if name in unit.body.bindings or name in unit.body.annotations:
            return e.member(Instance(scope), name)
    return None


def outside(e: Evaluator, unit: Unit, name: str) -> Values:
    """Return what a name means that the file does not declare: same package, wildcard imports."""
    module = unit.module
    return e.once(("outside", module, name), lambda: _outside(e, module, name))


def _outside(e: Evaluator, module: Unit, name: str) -> Values:
    package = f"{module.package}." if module.package else ""
    found = class_named(e, package + name, module.path) if name[:1].isupper() else None
    if found is None and name[:1].isupper():
        found = _sibling(e, module, name)
    if found is not None:
        return frozenset({found})
    for star in module.body.stars:
        if star.name == "static":
            owner = class_named(e, star.module, module.path)
            values = enclosing_member(e, owner.unit, name) if owner is not None else None
            if values:
                return values
        elif name[:1].isupper():
            hit = class_named(e, f"{star.module}.{name}", module.path)
            if hit is not None:
                return frozenset({hit})
    return frozenset({Foreign(name)})


_CLASS = re.compile(rb"\b(?:class|interface|enum|record)\s+(\w+)")


def _sibling(e: Evaluator, module: Unit, name: str) -> Klass | None:
    """Find a class in a file of the same folder that is named after another class."""
    folder = module.path.rpartition("/")[0]
    declared = e.program.declared.get(folder)
    if declared is None:
        declared = e.program.declared[folder] = {}
        files = [f for f in e.program.folder(folder) if f.endswith(".java")]
        for path, data in e.program.scan(files[:_MAX_SIBLINGS]):
            for word in _CLASS.findall(data):
                declared.setdefault(word.decode("utf-8", "replace"), []).append(path)
    for path in declared.get(name, ()):
        other = e.program.module(path)
        found = _inner(other, [name]) if other is not None else None
        if found is not None:
            return Klass(found)
    return None


def qualified(e: Evaluator, name: str, unit: Unit) -> Values:
    """Return the class that a fully qualified name means."""
    found = class_named(e, name, unit.path)
    return frozenset({found}) if found is not None else NOTHING
