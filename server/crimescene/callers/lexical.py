"""Calls in languages whose scopes nobody reads yet: the cheap part of the rules, on outlines alone.

A call is followed by its receiver: ``this`` through the class and its bases by name, a type
name or a variable of a declared type to that class, a bare name through the file, its imports
and its package. A class is looked for in files named like it, so that nothing but those is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.callers.lexical_classes import classes, constructed, methods, top
from crimescene.callers.lexical_files import imported_module, module, package, text_of
from crimescene.callers.lexical_text import arity, declared, declared_in_file, fits, returned
from crimescene.effort import effort
from crimescene.index import by_proximity, narrowed, search
from crimescene.languages import family, language
from crimescene.model import Call, Certainty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from crimescene.callers.program import Program
    from crimescene.model import CallSite, Function
    from crimescene.syntax import Class, Outline

MAX_BASES = 6
MAX_CLASSES = 40
_LINKED = frozenset({"c", "cpp"})
"""Languages where a function that is not static is one for the whole program."""
_CALLS = frozenset({"call", "new", "jsx", "decorator"})
_CALLABLE = frozenset({"function", "method", "constructor", "accessor", "lambda"})
_NAME = r"[^\W\d]\w*"
_RESULT = re.compile(rf"({_NAME})\s*\([^()]*\)$")
_DEPTH = 3
"""Calls in a receiver (``a().b().c``) that are followed."""


@dataclass(frozen=True, slots=True)
class _Hit:
    function: Function
    certainty: Certainty
    reason: str


def outgoing(program: Program, function: Function) -> tuple[Call, ...]:
    """Resolve the calls in ``function``, in the order of the source."""
    outline = program.outline(function.path)
    if outline is None:
        return ()
    found: dict[tuple[Function, int], Call] = {}
    for site in syntax.calls_in(outline, function.span):
        if site.kind not in _CALLS:
            continue
        for hit in _targets(program, outline, function, site):
            if hit.function.span == function.span and hit.function.path == function.path:
                continue
            call = Call(
                function, hit.function, function.path, site.span, site.lineno, hit.certainty, hit.reason
            )
            found.setdefault((hit.function, site.lineno), call)
    return tuple(sorted(found.values(), key=lambda c: -c.certainty.value))


def incoming(
    program: Program,
    functions: Sequence[Function],
    *,
    deadline: float | None,
    limit: int | None,
    within: Collection[str] | None,
) -> tuple[list[Call], int]:
    """Find the calls that reach ``functions``; the number says how many files were not examined."""
    names: dict[str, list[Function]] = {}
    for function in functions:
        for name in called_names(program, function):
            names.setdefault(name, []).append(function)
    program.near = list(dict.fromkeys(f.path for f in functions))[:MAX_CLASSES]
    languages = {o.language for f in functions if (o := program.outline(f.path)) is not None}
    sources = program.sources(tuple(sorted({i for name in languages for i in family(name)})))
    if within is not None:
        sources = [path for path in sources if path in within]
    some = narrowed(program.workspace, list(names), sources)
    paths = by_proximity(some, program.near)
    result = search(program, list(names), paths, deadline=deadline)
    wanted: dict[str, list[str]] = {}
    for name, holders in result.files.items():
        for path in holders:
            wanted.setdefault(path, []).append(name)
    order = {path: number for number, path in enumerate(paths)}
    todo = sorted(wanted, key=order.__getitem__)
    calls: list[Call] = []
    for done, path in enumerate(todo):
        if (deadline is not None and effort() > deadline) or (limit is not None and done >= limit):
            return calls, len(todo) - done + result.not_read
        calls += _calls_in_file(program, path, {name: names[name] for name in wanted[path]})
    return calls, result.not_read


def members(program: Program, function: Function) -> tuple[Function, ...]:
    """Return the constructors of its class, the fields it names and the siblings it calls."""
    outline = program.outline(function.path)
    owner = syntax.owner(outline, function) if outline is not None else None
    if outline is None or owner is None:
        return ()
    text = text_of(outline, function)
    used = set(re.findall(_NAME, text))
    own = [f for f in methods(program, outline, owner) if f.span != function.span]
    constructors = [f for f in own if f.kind == "constructor"]
    fields = [f for f in owner.fields if f.name in used]
    siblings = [f for f in own if f.kind != "constructor" and f.name in used]
    return (*constructors, *fields, *siblings)


def called_names(program: Program, function: Function) -> list[str]:
    """Names by which a call may reach ``function``: a constructor's is that of its class."""
    if function.kind != "constructor":
        return [function.name] if re.fullmatch(_NAME, function.name) else []
    outline = program.outline(function.path)
    owner = syntax.owner(outline, function) if outline is not None else None
    return [owner.function.name] if owner is not None else [function.name]


def _calls_in_file(program: Program, path: str, names: dict[str, list[Function]]) -> Iterable[Call]:
    outline = program.outline(path)
    if outline is None:
        return
    known = program.table(outline).calls
    sites = [site for name in names for site in known.get(name, ()) if site.kind in _CALLS]
    for site in sorted(sites, key=lambda s: s.span.start) if len(names) > 1 else sites:
        caller = syntax.enclosing_function(outline, site.lineno)
        targets = names[site.name]
        hits = _targets(program, outline, caller, site)
        for target in targets:
            if caller.span == target.span and caller.path == target.path:
                continue
            hit = _verdict(program, outline, site, target, hits)
            if hit is not None:
                yield Call(caller, target, path, site.span, site.lineno, hit.certainty, hit.reason)


def _verdict(
    program: Program, outline: Outline, site: CallSite, target: Function, hits: list[_Hit]
) -> _Hit | None:
    """Judge whether a call that leads to ``hits``, or nowhere, reaches ``target``."""
    home = program.outline(target.path)
    if home is None or not fits(home, target, site):
        return None
    for hit in hits:
        if (hit.function.path, hit.function.span) == (target.path, target.span):
            return hit
    if hits or not _may_mean(site, target):
        return _polymorphic(program, home, target, hits)
    if outline.language not in _LINKED or target.kind != "function":
        return _Hit(target, Certainty.NAME, "the name alone")
    if target.path != outline.path and "static" in syntax.signature(home, target).split():
        return None
    return _Hit(target, Certainty.PLAUSIBLE, "the name alone")


def _polymorphic(program: Program, home: Outline, target: Function, hits: list[_Hit]) -> _Hit | None:
    """A call of a method of a base, or of an interface, may reach what overrides it."""
    owner = syntax.owner(home, target)
    for hit in hits if owner is not None else ():
        other = program.outline(hit.function.path)
        base = syntax.owner(other, hit.function) if other is not None else None
        if owner is not None and base is not None and _inherits(program, home, owner, base):
            reason = f"overrides {base.function.name}.{target.name}"
            return _Hit(target, Certainty.OVERRIDE, reason)
    return None


def _inherits(program: Program, home: Outline, kind: Class, base: Class) -> bool:
    level = [(home, kind)]
    for _ in range(MAX_BASES):
        level = [
            above
            for place, current in level
            for name in current.bases
            for above in classes(program, place, name.rsplit(".", 1)[-1])
        ][:MAX_CLASSES]
        if any(current.function == base.function for _, current in level):
            return True
    return False


def _may_mean(site: CallSite, target: Function) -> bool:
    """Whether an unresolved call may reach ``target``: a method needs a receiver, a function none."""
    if target.kind == "constructor":
        return site.kind == "new"
    return (site.receiver is not None) == (target.kind in ("method", "accessor"))


# --------------------------------------------------------------------------- one call


def _targets(program: Program, outline: Outline, function: Function, site: CallSite) -> list[_Hit]:
    described = language(outline.language)
    owner = syntax.owner(outline, function)
    receiver = site.receiver
    if receiver is not None and receiver.rstrip("()") in described.self_names:
        receiver = None if owner is None else receiver
    if site.kind == "new":
        return [
            _Hit(f, Certainty.EXACT, "constructs the class") for f in constructed(program, outline, site.name)
        ]
    if receiver is None:
        return _bare(program, outline, owner, site)
    if receiver.rstrip("()") in described.self_names and owner is not None:
        above = receiver.startswith("super")
        found = _in_class(program, outline, owner, site, skip_own=above)
        return [_Hit(f, Certainty.EXACT, "own class") for f in found]
    for home, kind in _types_of(program, outline, function, receiver, 0):
        found = _in_class(program, home, kind, site)
        if found:
            return [_Hit(f, Certainty.EXACT, f"{receiver} is a {kind.function.name}") for f in found]
    imported = imported_module(program, outline, receiver)
    for home in imported:
        found = [f for f in top(program, home) if f.name == site.name]
        if found:
            return [_Hit(f, Certainty.EXACT, f"imported as {receiver}") for f in found]
    return []


def _bare(program: Program, outline: Outline, owner: Class | None, site: CallSite) -> list[_Hit]:  # noqa: C901 -- one branch a kind
    if owner is not None:
        found = _in_class(program, outline, owner, site)
        if found:
            return [_Hit(f, Certainty.EXACT, "own class") for f in found]
    here = [f for f in outline.functions if f.name == site.name and f.kind in _CALLABLE - {"method"}]
    if here:
        return [_Hit(f, Certainty.EXACT, "same file") for f in _fitting(outline, here, site)]
    for item in outline.imports:
        if item.local not in (site.name, "*"):
            continue
        for home in module(program, outline, item.module):
            wanted = site.name if item.imported in (None, "*", "default") else item.imported
            found = [f for f in top(program, home) if f.name == wanted]
            if not found and item.imported == "default":
                found = top(program, home)[:1]
            if found:
                return [_Hit(f, Certainty.EXACT, "imported") for f in found]
    if outline.package:
        for path in package(program, outline):
            other = program.outline(path)
            found = [f for f in top(program, other) if f.name == site.name] if other is not None else []
            if found:
                return [_Hit(f, Certainty.EXACT, "same package") for f in found]
    return [
        _Hit(f, Certainty.PLAUSIBLE, "constructs the class") for f in constructed(program, outline, site.name)
    ]


def _in_class(
    program: Program, outline: Outline, kind: Class, site: CallSite, *, skip_own: bool = False
) -> list[Function]:
    """Methods called ``site.name`` in the class or the nearest of its bases."""
    seen: set[tuple[str, int]] = set()
    level = [(outline, kind)]
    for depth in range(MAX_BASES):
        following: list[tuple[Outline, Class]] = []
        for home, current in level:
            key = (home.path, current.function.span.start)
            if key in seen:
                continue
            seen.add(key)
            if depth or not skip_own:
                known = program.table(home).members
                found = known.get((current.function.qualified_name, site.name), [])
                if found:
                    return _fitting(home, found, site)
            for base in current.bases:
                following += classes(program, home, base.rsplit(".", 1)[-1])
        if not following:
            return []
        level = following
    return []


def _fitting(outline: Outline, functions: list[Function], site: CallSite) -> list[Function]:
    """Of overloads, those that take as many arguments; all if none does."""
    if site.arguments is None or len(functions) == 1:
        return functions
    fitting = [f for f in functions if arity(outline, f) == site.arguments]
    return fitting or functions


# --------------------------------------------------------------------------- types and classes


def _types_of(  # noqa: PLR0911 -- one branch a kind
    program: Program, outline: Outline, function: Function, receiver: str, depth: int
) -> list[tuple[Outline, Class]]:
    """Classes that the receiver is, or is an instance of."""
    if depth > _DEPTH:
        return []
    text = receiver.strip()
    if made := re.match(rf"(?:\(?\s*new\s+|&)({_NAME})", text):
        return classes(program, outline, made[1])
    if result := _RESULT.search(text):
        return _result_types(program, outline, function, text, result[1], depth)
    last = re.split(r"\.|->|::|\?\.", text)[-1].strip("!?*&()$@ ")
    if not re.fullmatch(_NAME, last):
        return []
    if last[:1].isupper():
        found = classes(program, outline, last)
        if found:
            return found
    for names in (declared(text_of(outline, function), last), declared_in_file(outline, last)):
        for name in names:
            found = classes(program, outline, name)
            if found:
                return found
    return []


def _result_types(  # noqa: PLR0917 -- all of them are needed to tell
    program: Program, outline: Outline, function: Function, text: str, name: str, depth: int
) -> list[tuple[Outline, Class]]:
    """Classes that a call in the receiver returns, by the declared type of what it calls."""
    before = text[: text.rfind(name)].rstrip(".?->: ")
    for site in syntax.calls_in(outline, function.span):
        if site.name == name and (site.receiver or "") == before:
            break
    else:
        return []
    for hit in _targets(program, outline, function, site) if depth < _DEPTH else []:
        home = program.outline(hit.function.path)
        if home is None:
            continue
        if hit.function.kind == "constructor":
            owner = syntax.owner(home, hit.function)
            return [(home, owner)] if owner is not None else []
        signature = syntax.signature(home, hit.function)
        for kind in returned(signature, hit.function.name):
            found = classes(program, home, kind)
            if found:
                return found
    return []
