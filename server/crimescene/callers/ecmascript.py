"""What is particular to JavaScript and TypeScript: modules, ``this``, prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import (
    ANYTHING,
    NOTHING,
    Box,
    Foreign,
    Func,
    Instance,
    Klass,
    ModuleOf,
    Value,
    Values,
)
from crimescene.scopes.ir import Attribute, Display, Imported, Invoke, Name, Store, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.program import Program

LANGUAGES = frozenset({"javascript", "typescript", "tsx", "jsx", "vue", "svelte"})
_ENDINGS = ("", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_INDEXES = tuple(f"/index{ending}" for ending in _ENDINGS[1:])
_GLOBALS = frozenset(
    {
        "String",
        "Number",
        "Boolean",
        "Array",
        "Object",
        "Map",
        "Set",
        "Promise",
        "Date",
        "Math",
        "JSON",
        "console",
    }
    | {
        "window",
        "document",
        "process",
        "Error",
        "TypeError",
        "RangeError",
        "Symbol",
        "RegExp",
        "Reflect",
        "Proxy",
    }
    | {
        "globalThis",
        "setTimeout",
        "setInterval",
        "setImmediate",
        "queueMicrotask",
        "parseInt",
        "parseFloat",
        "fetch",
    }
    | {
        "require",
        "WeakMap",
        "WeakSet",
        "Function",
        "isNaN",
        "undefined",
        "eval",
        "Intl",
        "URL",
        "Buffer",
        "BigInt",
    }
    | {"requestAnimationFrame", "structuredClone", "AbortController", "Uint8Array", "ArrayBuffer", "Response"}
)


def module(program: Program, importer: str, path: str) -> ModuleOf | Foreign:
    """Resolve a module as written: relative, or from the root or ``src`` under an alias (``@/api``)."""
    if path.startswith("."):
        folder = importer.split("/")[:-1]
        for part in path.split("/"):
            if part == ".." and folder:
                folder.pop()
            elif part not in ("", ".", ".."):
                folder.append(part)
        return _file(program, "/".join(folder)) or Foreign(path)
    bare = path.lstrip("@~#").lstrip("/")
    alias = path[:2] in ("@/", "~/", "#/") or path[:1] in ("~", "#", "/")
    for prefix in ("", "src/", "app/", "lib/"):
        found = _file(program, prefix + bare) if alias or "/" in bare else None
        if found is not None:
            return found
    if alias:
        for ending in _ENDINGS:
            hits = program.ending(bare + ending)
            if len(hits) == 1:
                return ModuleOf(hits[0])
    return Foreign(path)


def _file(program: Program, stem: str) -> ModuleOf | None:
    files = program.files
    for ending in (*_ENDINGS, *_INDEXES):
        if stem + ending in files:
            return ModuleOf(stem + ending)
    head, dot, ending = stem.rpartition(".")
    if dot and ending in (
        "js",
        "jsx",
        "mjs",
        "cjs",
    ):  # TypeScript imports its own files by their output's name
        for other in (".ts", ".tsx", ".mts", ".cts"):
            if head + other in files:
                return ModuleOf(head + other)
    return None


def member(e: Evaluator, module_: ModuleOf, name: str, seen: set[str]) -> Values | None:  # noqa: C901, PLR0911 -- one branch a kind
    """Return what the module exports under ``name``."""
    seen.add(module_.path)
    unit = e.program.module(module_.path)
    if unit is None:
        return None
    bindings = unit.body.bindings
    for key in ("\0" + name, name):
        if key in bindings:
            return e.union([b.value for b in bindings[key]], unit)
    if "\0=" in bindings:
        whole = e.union([b.value for b in bindings["\0="]], unit)
        if name == "default":
            return whole
        found: set[Value] = set()
        for value in whole:
            found |= e.member(value, name)
        return frozenset(found)
    for star in unit.body.stars:
        target = module(e.program, unit.path, star.module)
        if isinstance(target, ModuleOf) and target.path not in seen and name != "default":
            inner = member(e, target, name, seen)
            if inner:
                return inner
    stored = e.stored(module_, name, unit)
    if stored:
        return stored
    return frozenset({module_}) if name == "default" else None


def imported(e: Evaluator, expr: Imported, unit: Unit) -> Values:
    """Return what an import binds."""
    found = module(e.program, unit.path, expr.module)
    if isinstance(found, Foreign):
        return frozenset({found if expr.name is None else Foreign(f"{found.name}.{expr.name}")})
    if expr.name is None:
        return required(e, found)
    return e.once(
        ("member", found.path, expr.name), lambda: member(e, found, expr.name or "", set()) or ANYTHING
    )


def required(e: Evaluator, found: ModuleOf | Foreign) -> Values:
    """Return what ``require`` gives: what the file assigns to ``module.exports``, else its exports."""
    if isinstance(found, ModuleOf):
        unit = e.program.module(found.path)
        if unit is not None and "\0=" in unit.body.bindings:
            return e.union([b.value for b in unit.body.bindings["\0="]], unit) | {found}
    return frozenset({found})


def this(e: Evaluator, unit: Unit) -> Values:
    """Return what ``this`` is in ``unit``."""
    scope: Unit | None = unit
    while scope is not None and ("arrow" in scope.flags) and scope.holder is None:
        scope = scope.parent
    if scope is None or scope.kind == "module":
        return ANYTHING
    if scope.kind == "class":
        return frozenset({Instance(scope), Klass(scope)})
    if scope.owner is not None:
        return frozenset({Klass(scope.owner) if "static" in scope.flags else Instance(scope.owner)})
    if isinstance(scope.holder, Display):
        return frozenset({Box(scope.holder, scope.parent or scope)})
    if scope.holder is not None:
        found: set[Value] = set()
        for value in e.values(scope.holder, scope.parent or scope):
            if isinstance(value, Func | Klass):
                found.add(Instance(value.unit))
            elif value not in ANYTHING:
                found.add(value)
        return frozenset(found) or ANYTHING
    return frozenset({Instance(scope)})  # the function as a constructor


def global_name(name: str) -> Values:
    """Return what a name stands for that no scope binds."""
    return frozenset({Foreign(name)}) if name in _GLOBALS else ANYTHING


def prototype_member(e: Evaluator, value: Instance, name: str, *, direct: bool = False) -> Values:
    """Return the member ``name`` of an object made by ``new`` on a function."""
    function = value.unit
    found: set[Value] = set()
    for store, unit in e.program.stores(function.module, name):
        if _on(e, store, unit, function):
            found |= e.values(store.value, unit)
    if not direct:
        for store, unit in e.program.stores(function.module, "prototype"):
            if any(isinstance(v, Func) and v.unit is function for v in e.values(store.base, unit)):
                for proto in e.values(store.value, unit):
                    found |= e.member(proto, name)
    return frozenset(found) or NOTHING


def _on(e: Evaluator, store: Store, unit: Unit, function: Unit) -> bool:
    base = store.base
    if isinstance(base, Attribute) and base.name == "prototype":
        return any(isinstance(v, Func | Klass) and v.unit is function for v in e.values(base.base, unit))
    return any(isinstance(v, Instance) and v.unit is function for v in e.values(base, unit))


def wrapped(e: Evaluator, call: Invoke | None, unit: Unit) -> Values:
    """Return what may stand behind the result of a foreign function that is given a function first.

    ``memo(() => ...)``, ``connect(state)(View)``, ``promisify(read)``; not methods: ``rows.map``.
    """
    if call is None or unit.language not in LANGUAGES or call.kind != "call" or not call.arguments:
        return NOTHING
    function = call.function
    foreign = isinstance(function, Attribute) and any(
        isinstance(value, Foreign) for value in e.values(function.base, unit)
    )
    if not foreign and not isinstance(function, Name | Invoke):
        return NOTHING
    given = frozenset(v for v in e.values(call.arguments[0], unit) if isinstance(v, Func | Klass))
    return given | ANYTHING if given else NOTHING
