"""What is particular to Go: packages are folders, methods stand beside types, interfaces are structural."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers import go_signatures
from crimescene.callers.values import (
    ANYTHING,
    NOTHING,
    Foreign,
    Func,
    Instance,
    Klass,
    ModuleOf,
    Value,
    Values,
)
from crimescene.scopes.ir import Attribute, Defined, Expr, Imported, Index, MethodName, Name, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.program import Program

_BUILTINS = frozenset(
    {
        "string",
        "int",
        "int64",
        "int32",
        "uint",
        "uint64",
        "byte",
        "rune",
        "bool",
        "float64",
        "float32",
        "error",
    }
    | {
        "any",
        "len",
        "cap",
        "make",
        "new",
        "panic",
        "recover",
        "copy",
        "delete",
        "close",
        "append",
        "min",
        "max",
    }
    | {"print", "println", "uintptr", "uint8", "uint16", "uint32", "int8", "int16", "complex128", "clear"}
)


def package(program: Program, path: str) -> ModuleOf | Foreign:
    """Resolve an import path: the folder of the workspace with the longest common ending."""
    known = program.packages.get(path)
    if known is None:
        known = program.packages[path] = _package(program, path)
    return known


def _package(program: Program, path: str) -> ModuleOf | Foreign:
    parts = path.split("/")
    for start in range(len(parts)):
        folder = "/".join(parts[start:])
        if start and start == len(parts) - 1 and "." not in parts[0]:
            break  # the last word alone: the standard library has such packages too
        if _go_files(program, folder):
            return ModuleOf(folder + "/")
    roots = [f.rpartition("/")[0] for f in program.ending("go.mod")]
    for root in roots:
        for start in range(1, len(parts)):
            folder = "/".join([root, *parts[start:]]).strip("/")
            if root and _go_files(program, folder):
                return ModuleOf(folder + "/")
    return Foreign(path.rpartition("/")[2])


def is_package(program: Program, path: str) -> bool:
    """Whether the folder ``path`` (with its slash) holds Go files."""
    return bool(_go_files(program, path.rstrip("/")))


def _go_files(program: Program, folder: str) -> list[str]:
    return [f for f in program.folder(folder) if f.endswith(".go")]


_DECLARED = re.compile(rb"^(?:func\s+(?:\([^)]*\)\s*)?|type\s+|var\s+|const\s+|\t)(\w+)", re.MULTILINE)


def _holding(e: Evaluator, folder: str, word: str) -> Iterator[Unit]:
    """Yield the files of a package that may declare ``word``."""
    declared = e.program.declared.get(folder)
    if declared is None:
        asked = e.program.asked[folder] = e.program.asked.get(folder, 0) + 1
        paths = (
            _searched(e, folder, word) if asked <= FEW_QUESTIONS else _declarations(e, folder).get(word, [])
        )
    else:
        paths = declared.get(word, [])
    for path in paths:
        module = e.program.module(path)
        if module is not None:
            yield module


FEW_QUESTIONS = 4
"""Names looked for in a package one by one; for more a table of all its declarations is cheaper."""


def _searched(e: Evaluator, folder: str, word: str) -> list[str]:
    name = word.encode()
    files = e.program.scan(_go_files(e.program, folder))
    return [path for path, data in files if name in data and _declares(data, name)]


_HEADS = (b"\nfunc ", b") ", b"\n\t", b"\ntype ", b"\nvar ", b"\nconst ")
"""What stands before a name that a package declares, as ``gofmt`` writes it."""


def _declares(data: bytes, name: bytes) -> bool:
    """Whether a file seems to declare ``name``: finding bytes costs a tenth of a pattern over all lines."""
    for head in _HEADS:
        wanted = head + name
        start = data.find(wanted)
        while start >= 0:
            after = data[start + len(wanted) : start + len(wanted) + 1]
            if not (after.isalnum() or after == b"_"):
                return True
            start = data.find(wanted, start + 1)
    return False


def _declarations(e: Evaluator, folder: str) -> dict[str, list[str]]:
    declared: dict[str, list[str]] = {}
    for path, data in e.program.scan(_go_files(e.program, folder)):
        for name in set(_DECLARED.findall(data)):
            declared.setdefault(name.decode("utf-8", "replace"), []).append(path)
    e.program.declared[folder] = declared
    return declared


def package_member(e: Evaluator, folder: str, name: str) -> Values:
    """Return what a package declares under ``name``."""
    return e.once(("go", folder, name), lambda: _package_member(e, folder, name))


def _package_member(e: Evaluator, folder: str, name: str) -> Values:
    found: set[Value] = set()
    for module in _holding(e, folder, name):
        bindings = module.body.bindings.get(name, [])
        if any(isinstance(b.value, Imported) for b in bindings):
            continue
        if bindings or name in module.body.annotations:
            from crimescene.callers.names import in_scope  # noqa: PLC0415 -- names asks here for Go

            found |= in_scope(e, name, module, None) or NOTHING
    return frozenset(found)


def may_hold_functions(e: Evaluator, base: str, name: str, unit: Unit) -> bool:
    """Whether ``base.name`` may be a method of the receiver, or a function of an imported package."""
    outer: Unit | None = unit
    while outer is not None and outer.kind != "module":
        if outer.receiver is not None:
            return outer.receiver.name == base
        if base in outer.body.bindings or any(p.name == base for p in outer.parameters):
            return False
        outer = outer.parent
    for binding in unit.module.body.bindings.get(base, ()):
        if isinstance(binding.value, Imported):
            found = package(e.program, binding.value.module)
            if isinstance(found, ModuleOf):
                head = b"\nfunc " + name.encode()
                files = e.program.scan(_go_files(e.program, found.path.rstrip("/")))
                return any(head in data for _, data in files)
    return False


def may_hold(function: Expr, unit: Unit) -> bool:
    """Whether what is called may be a variable or field with a function in it: no package has any."""
    if unit.language != "go":
        return not isinstance(function, MethodName)
    if isinstance(function, Attribute):
        base = function.base
        return isinstance(base, Name) and (
            base.name in unit.body.bindings or not _bound_to(unit.module, base.name, Imported)
        )
    return not isinstance(function, Name) or not _bound_to(unit.module, function.name, Defined)


def _bound_to(module: Unit, name: str, kind: type[Expr]) -> bool:
    return any(isinstance(b.value, kind) for b in module.body.bindings.get(name, ()))


def outside(e: Evaluator, unit: Unit, name: str) -> Values:
    """Return what a name means that its file does not declare."""
    found = package_member(e, unit.path.rpartition("/")[0], name)
    if found:
        return found
    return frozenset({Foreign(name)}) if name in _BUILTINS else ANYTHING


def methods(e: Evaluator, unit: Unit, name: str) -> list[Unit]:
    """Return the methods called ``name`` of the type ``unit``."""
    key = f"\0{unit.name}.{name}"
    found: list[Unit] = []
    for module in _holding(e, unit.path.rpartition("/")[0], name):
        found += [b.value.unit for b in module.body.bindings.get(key, ()) if isinstance(b.value, Defined)]
    return found


def owner(e: Evaluator, unit: Unit) -> Unit | None:
    """Return the type a method belongs to."""
    if unit.receiver is None or unit.receiver.annotation is None:
        return unit.owner
    expr = unit.receiver.annotation
    while isinstance(expr, Index):
        expr = expr.base
    for value in e.values(expr, unit.parent or unit):
        if isinstance(value, Klass):
            return value.unit
    return None


def satisfies(e: Evaluator, kind: Unit, interface: Unit) -> bool:
    """Whether a type has all the methods an interface wants, embedded ones left aside."""
    if not interface.body.bindings:
        return False
    for name, bindings in interface.body.bindings.items():
        asked = [b.value.unit for b in bindings if isinstance(b.value, Defined)]
        held = [v.unit for v in e.member(Instance(kind), name) if isinstance(v, Func)]
        if not held:
            return False
        if asked and not any(go_signatures.same(e.program, a, h) for a in asked for h in held):
            return False
    return True
