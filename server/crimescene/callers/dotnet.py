"""What is particular to C#: namespaces, usings, partial classes, extension methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers import classes, jvm, types
from crimescene.callers.values import (
    NOTHING,
    UNKNOWN,
    Box,
    Const,
    Foreign,
    ForeignInstance,
    Func,
    Instance,
    Klass,
    Many,
    Value,
    Values,
)
from crimescene.scopes.csharp import ARITY
from crimescene.scopes.ir import Defined, Either, Expr, Imported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.program import Program
    from crimescene.scopes.ir import Attribute, Unit

_MAX_FILES = 60
"""Files of a folder that are looked into for a type that no file is named after."""
_MAX_FOLDERS = 3
"""Folders that are taken for the place of one namespace."""
_ENDINGS = (".cs", "{T}.cs", "`1.cs", "OfT.cs", ".Core.cs")
"""How files are named after the type in them; generic ones in several ways."""
_MAX_TABLE = 3_000
"""Files up to which all declarations are read once; in larger trees folders are looked into."""
_MAX_HOLDERS = 8
_GLOBAL_USINGS = ("GlobalUsings.cs", "GlobalUsing.cs", "Usings.cs", "_Usings.cs", "Imports.cs")


def namespaces(e: Evaluator, unit: Unit) -> list[str]:
    """Return the namespaces whose types ``unit`` names without qualification, innermost first."""
    own: list[str] = []
    name = package_of(unit)
    while name:
        own.append(name)
        name = name.rpartition(".")[0]
    own.append("")
    used = [star.module for star in unit.module.body.stars if star.name == "*"]
    folder = f"{unit.path.rpartition('/')[0]}/"
    for base in _GLOBAL_USINGS:
        for path in e.program.ending(base):
            if folder.startswith(path[: -len(base)]):
                module = e.program.module(path)
                used += [s.module for s in module.body.stars if s.name == "*"] if module is not None else []
    used += _project_usings(e.program, unit.path)
    inner = [f"{outer}.{name}" for name in used for outer in own if outer]
    return list(dict.fromkeys([*own, *used, *inner]))


_USING = re.compile(rb"<Using\s+Include=\"([\w.]+)\"")
_PROJECT = (".csproj", "Directory.Build.props", "Directory.Build.targets")


def _project_usings(program: Program, path: str) -> tuple[str, ...]:
    """Return the namespaces that the project files above a source use for all of its files."""
    folder = path.rpartition("/")[0]
    key = f"\0usings {folder}"
    known = program.roots.get(key)
    if known is None:
        projects = [f for f in program.folder(folder) if f.endswith(_PROJECT)]
        words = [word for _, data in program.scan(projects) for word in _USING.findall(data)]
        above = _project_usings(program, folder) if folder else ()
        known = (*(word.decode("ascii", "replace") for word in words), *above)
        program.roots[key] = known
    return known


def package_of(unit: Unit) -> str:
    """Return the namespace a unit stands in."""
    outermost, found = unit, unit.module.package
    while outermost.parent is not None and outermost.parent.kind != "module":
        outermost = outermost.parent
    return outermost.package if outermost.kind == "class" else found


def outside(e: Evaluator, unit: Unit, name: str) -> Values:
    """Return what a name means that the file does not declare."""
    package = package_of(unit)
    return e.once(("outside", unit.module, package, name), lambda: _outside(e, unit, name))


def _outside(e: Evaluator, unit: Unit, name: str) -> Values:
    for star in unit.module.body.stars:
        if star.name == "static":
            owner = named(e, star.module, unit)
            values = jvm.enclosing_member(e, owner.unit, name) if owner is not None else None
            if values:
                return values
    if name[:1].isupper() or name[:1] == "_":
        visible = namespaces(e, unit)
        found = sorted(_declaring(e, unit, name, visible), key=lambda u: visible.index(u.package))
        if found:
            return frozenset(Klass(u) for u in found if u.package == found[0].package)
    return frozenset({Foreign(name)})


def type_named(e: Evaluator, name: str, unit: Unit) -> Values:
    """Return what ``name`` means where only a type can stand: members of that name do not count."""
    scope: Unit | None = unit
    while scope is not None:
        holders = classes.order(e, scope).units if scope.kind == "class" else (scope,)
        for holder in holders:
            found: set[Value] = set()
            for binding in holder.body.bindings.get(name, ()):
                value = binding.value
                if isinstance(value, Defined) and value.unit.kind != "class":
                    continue
                if isinstance(value, Defined | Imported) or type(value) in _BOUNDS:
                    found |= e.values(value, holder)
            if found:
                return frozenset(found)
        if scope.kind == "class" and scope.name == name:
            return frozenset({Klass(scope)})
        scope = scope.parent
    return outside(e, unit, name)


_BOUNDS = (Expr, Either)
"""What type parameters and delegates are bound to."""


def of_arity(values: Values, arity: int) -> Values:
    """Leave out the classes with another number of type parameters, if some have this one."""
    fitting = {v for v in values if isinstance(v, Klass) and arity_of(v.unit) == arity}
    return frozenset(v for v in values if not isinstance(v, Klass) or v in fitting) if fitting else values


def arity_of(unit: Unit) -> int:
    """Return the number of type parameters of a type or method."""
    return next((int(flag[len(ARITY) :]) for flag in unit.flags if flag.startswith(ARITY)), 0)


def _declaring(e: Evaluator, unit: Unit, name: str, spaces: list[str]) -> list[Unit]:
    """Return the types called ``name`` of the namespaces ``spaces``, from the files that may hold them."""
    seen: set[str] = set()
    for paths in _places(e, unit, name, spaces):
        found: list[Unit] = []
        for path in paths:
            if path in seen:
                continue
            seen.add(path)
            module = e.program.module(path)
            inner = module.body.units if module is not None else ()
            found += [u for u in inner if u.kind == "class" and u.name == name and u.package in spaces]
        if found:
            return _whole(found)
    return []


def _whole(found: list[Unit]) -> list[Unit]:
    """Leave out all but the first part of a class in several files."""
    first: dict[tuple[str, int, bool], Unit] = {}
    for unit in found:
        first.setdefault((unit.package, arity_of(unit), "partial" in unit.flags), unit)
    return list(first.values())


def _places(e: Evaluator, unit: Unit, name: str, spaces: list[str]) -> Iterator[list[str]]:
    """Yield the files to look into, the surest first."""
    program = e.program
    if len(program.sources(("csharp",))) <= _MAX_TABLE:
        yield _declared(e, None).get(name, [])
        return
    yield [path for ending in _ENDINGS for path in program.ending(name + ending)]
    yield _declared(e, unit.path.rpartition("/")[0]).get(name, [])
    for space in spaces:
        for folder in _folders(program, space):
            yield _declared(e, folder).get(name, [])


_KEYWORDS = (b"class ", b"struct ", b"interface ", b"enum ", b"record ")
_WORD = re.compile(rb"\s*(\w+)")
_BEFORE = re.compile(rb"(\w+)(?:<[^<>]*>)?\s*$")
EXTENDING = "this "
"""What stands before the names of extension methods in the table of declarations."""


def _declared(e: Evaluator, folder: str | None) -> dict[str, list[str]]:
    """Return the types and extension methods that a folder declares, None for all, with their files."""
    key = "\0" if folder is None else folder
    declared = e.program.declared.get(key)
    if declared is None:
        declared = e.program.declared[key] = {}
        sources = e.program.sources(("csharp",))
        if folder is not None:
            sources = [f for f in e.program.folder(folder) if f.endswith(".cs")][:_MAX_FILES]
        for path, data in e.program.scan(sources):
            known = e.program.listed.get(path)
            if known is None or known[0] != hash(data):
                known = e.program.listed[path] = hash(data), _declarations(data)
            for name in known[1]:
                declared.setdefault(name, []).append(path)
    return declared


def _declarations(data: bytes) -> frozenset[str]:
    """Return the names that a file may declare; splitting costs a tenth of a pattern over all lines."""
    found: set[str] = set()
    for keyword in _KEYWORDS:
        for piece in data.split(keyword)[1:]:
            word = _WORD.match(piece[:200])
            if word:
                found.add(word[1].decode("utf-8", "replace"))
    pieces = re.split(rb"\(\s*this ", data) if b"this " in data else []
    for piece in pieces[:-1]:
        word = _BEFORE.search(piece[-200:])
        if word:
            found.add(EXTENDING + word[1].decode("utf-8", "replace"))
    return frozenset(found)


def _folders(program: Program, space: str) -> tuple[str, ...]:
    """Return the folders named like a namespace, or like its last words, the likest first."""
    key = f"\0namespace {space}"
    known = program.roots.get(key)
    if known is None:
        folders = program.roots.get("\0folders")
        if folders is None:
            folders = tuple({f.rpartition("/")[0]: None for f in program.sources(("csharp",))})
            program.roots["\0folders"] = folders
        words = space.split(".")
        hits = [(_shared(words, folder), folder) for folder in folders] if space else []
        ordered = sorted((hit for hit in hits if hit[0]), key=lambda hit: (-hit[0], len(hit[1])))
        known = program.roots[key] = tuple(folder for _, folder in ordered[:_MAX_FOLDERS])
    return known


def _shared(words: list[str], folder: str) -> int:
    """Count the last words of a namespace that a folder ends with; ``src/Shop.Orders`` has two."""
    count = 0
    for mine, other in zip(reversed(words), reversed(re.split(r"[/.]", folder)), strict=False):
        if mine != other:
            break
        count += 1
    return count


def named(e: Evaluator, qualified: str, near: Unit) -> Klass | None:
    """Return the type with a qualified name, one inside another type too."""
    space, _, name = qualified.rpartition(".")
    found = _declaring(e, near, name, [space, *(f"{s}.{space}" for s in _own(near) if space)])
    if found:
        return Klass(found[0])
    outer_space, _, outer = space.rpartition(".")
    for holder in _declaring(e, near, outer, [outer_space]) if outer else ():
        for inner in holder.body.units:
            if inner.kind == "class" and inner.name == name:
                return Klass(inner)
    return None


def _own(unit: Unit) -> list[str]:
    parts = package_of(unit).split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def qualified(e: Evaluator, name: str, unit: Unit) -> Values:
    """Return the type that a fully qualified name means."""
    found = e.once(
        ("qualified", unit.module, name), lambda: frozenset({k}) if (k := named(e, name, unit)) else NOTHING
    )
    return found or NOTHING


def imported(e: Evaluator, expr: Imported, unit: Unit) -> Values:
    """Return what ``using Short = Long.Name;`` binds."""
    return qualified(e, expr.module, unit) or frozenset({Foreign(expr.module)})


def parts(e: Evaluator, unit: Unit) -> list[Unit]:
    """Return the other parts of a partial class."""
    if "partial" not in unit.flags or unit.parent is None:
        return []
    if unit.parent.kind == "class":  # inside another one, which may be in parts as well
        holders = [unit.parent, *parts(e, unit.parent)]
        return [u for h in holders for u in h.body.units if u.name == unit.name and u is not unit]
    found: dict[Unit, None] = {}
    for paths in _places(e, unit, unit.name, [unit.package]):
        for path in paths:
            module = e.program.module(path)
            others = module.body.units if module is not None else ()
            found |= dict.fromkeys(u for u in others if u is not unit and is_part(u, unit))
    return list(found)


def is_part(one: Unit, other: Unit) -> bool:
    """Whether two classes are parts of one."""
    return (
        one.name == other.name
        and arity_of(one) == arity_of(other)
        and one.package == other.package
        and "partial" in one.flags
        and "partial" in other.flags
    )


# ------------------------------------------------------------------------ extension methods


def extensions(e: Evaluator, expr: Attribute, unit: Unit) -> Values:
    """Return the extension methods that ``receiver.Name`` means for sure."""
    receivers = e.values(expr.base, unit)
    if not receivers or UNKNOWN in receivers or any(isinstance(v, Klass) for v in receivers):
        return NOTHING
    found: set[Value] = set()
    small = len(e.program.sources(("csharp",))) <= _MAX_TABLE
    table = _declared(e, None if small else unit.path.rpartition("/")[0])
    for path in table.get(EXTENDING + expr.name, ())[:_MAX_HOLDERS]:
        module = e.program.module(path)
        for owner in module.body.units if module is not None else ():
            for binding in owner.body.bindings.get(expr.name, ()) if owner.kind == "class" else ():
                method = getattr(binding.value, "unit", None)
                if method is not None and "extension" in method.flags and extends(e, method, receivers, unit):
                    found.add(Func(method))
    return frozenset(found)


def extends(e: Evaluator, method: Unit, receivers: Values, unit: Unit) -> bool | None:
    """Whether an extension method takes what it is called on; None if the receiver tells nothing."""
    if package_of(method) not in namespaces(e, unit) or not method.parameters:
        return False
    annotation = method.parameters[0].annotation
    declared = types.instances(e, annotation, method, None) if annotation is not None else NOTHING
    if not receivers or UNKNOWN in receivers or UNKNOWN in declared:
        return None
    answers = [_takes(e, wanted, given) for wanted in declared for given in receivers]
    return True if True in answers else (None if None in answers else False)


def _takes(e: Evaluator, wanted: Value, given: Value) -> bool | None:  # noqa: PLR0911 -- one branch a kind
    if isinstance(given, Instance):
        order = classes.order(e, given.unit)
        if isinstance(wanted, Instance):
            return wanted.unit in order.units
        if isinstance(wanted, ForeignInstance) and wanted.name in order.foreign:
            return True
        return None if order.foreign or not order.complete else False
    if isinstance(wanted, Instance):
        return False
    if isinstance(given, Const):
        return getattr(wanted, "name", "").lower() in TEXTUAL.get(given.type, ())
    if isinstance(given, ForeignInstance) and isinstance(wanted, ForeignInstance):
        return True if given.name == wanted.name else None
    if isinstance(given, Box | Many) and isinstance(wanted, Many):
        return True
    return None


TEXTUAL = {"str": ("string", "object"), "int": ("int", "object"), "bool": ("bool", "object")}
