"""Who calls these functions: candidates by name, nearest first, judged one by one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crimescene.callers import classes, lexical
from crimescene.callers.answers import Found, ordered, strongest, to_calls
from crimescene.callers.judge import Target, Verdict, by_receiver, judge, reaches, target_of
from crimescene.callers.session import evaluator_for
from crimescene.callers.values import Func, Instance, Klass
from crimescene.index import by_proximity, family, occurrences, search
from crimescene.model import Call, Certainty
from crimescene.scopes.ir import (
    Attribute,
    Defined,
    Expr,
    Imported,
    Invoke,
    Literal,
    Name,
    Super,
    Unit,
    unit_at,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.callers.evaluate import Evaluator
    from crimescene.model import Function
    from crimescene.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Incoming:
    """The calls, best first; ``not_examined`` counts files that mention a name but were not looked at."""

    calls: tuple[Call, ...]
    not_examined: int = 0


def incoming(
    workspace: Workspace,
    functions: Sequence[Function],
    *,
    seconds: float | None = None,
    limit: int | None = None,
) -> Incoming:
    """Find the callers of ``functions`` with one scan of the workspace.

    After ``seconds`` the search ends; ``limit`` is the number of files examined at most.
    """
    deadline = time.monotonic() + seconds if seconds is not None else None
    e = evaluator_for(workspace)
    e.deadline = deadline if deadline is not None else float("inf")
    targets = {
        f: target_of(e, u) for f in functions if f.kind != "module" and (u := e.program.unit_of(f)) is not None
    }
    found: list[Found] = []
    missed = 0
    for language in dict.fromkeys(t.unit.language for t in targets.values()):
        group = {f: t for f, t in targets.items() if t.unit.language == language}
        hunt = _Hunt(e, list(group.values()), deadline, limit)
        missed += hunt.run(family(language))
        by_unit = {t.unit: f for f, t in group.items()}
        for target, function in by_unit.items():
            mine = ordered(f for f in hunt.found if f.target is target)
            found += [replace(f, callee=function) for f in strongest(mine)]
    calls = list(to_calls(e.program, ordered(found)))
    if plain := [f for f in functions if f.kind != "module" and f not in targets]:
        more, late = lexical.incoming(e.program, plain, deadline=deadline, limit=limit)
        calls += more
        missed += late
    e.deadline = float("inf")
    e.program.trim()
    return Incoming(tuple(sorted(calls, key=lambda call: -call.certainty.value)), missed)


@dataclass(slots=True)
class _Hunt:
    """The search for the callers of some functions of one language."""

    e: Evaluator
    targets: list[Target]
    deadline: float | None
    limit: int | None
    found: list[Found] = field(default_factory=list)
    names: dict[str, list[Target]] = field(default_factory=dict)
    seen: set[tuple[Unit, Expr]] = field(default_factory=set)
    escaped: dict[Unit, set[Unit]] = field(default_factory=dict)
    """Units from which a target is passed on by name, by target."""

    def run(self, languages: tuple[str, ...]) -> int:
        """Search; return how many candidate files were not examined."""
        for target in self.targets:
            for name in _names(target):
                self.names.setdefault(name, []).append(target)
        near = list(dict.fromkeys(t.unit.path for t in self.targets))
        paths = by_proximity(self.e.program.sources(languages), near)
        missed = self._scan(paths, dict(self.names))
        for _ in range(4):  # aliases and subclasses, found on the way, have callers of their own
            fresh = self._more_names()
            if not fresh or self._late():
                break
            missed += self._scan(paths, fresh)
        for target in self.targets:
            if target.unit in self.escaped and not self._late():
                self._indirect(target)
            if target.owner is not None and target.name in PROTOCOLS and not self._late():
                self._implicit(target)
        return missed

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _scan(self, paths: list[str], names: dict[str, list[Target]]) -> int:
        result = search(self.e.program.workspace, list(names), paths, deadline=self.deadline)
        files: dict[str, list[str]] = {}
        for name, holders in result.files.items():
            for path in holders:
                files.setdefault(path, []).append(name)
        order = {path: number for number, path in enumerate(paths)}
        todo = sorted(files, key=order.__getitem__)
        for target in self.targets:
            self._count_rivals(target, result.files.get(target.name, ()))
        for done, path in enumerate(todo):
            if self._late() or (self.limit is not None and done >= self.limit):
                return len(todo) - done + result.not_read
            self._file(path, {name: self.names[name] for name in files[path]})
        return result.not_read

    def _count_rivals(self, target: Target, paths: Iterable[str]) -> None:
        if target.owner is None or target.name not in self.names:
            return
        owners = 0
        for path in paths:
            if self._late():
                break
            source = self.e.program.source(path)
            owners += sum(
                source.count(b"%s %s(" % (word, target.name.encode())) for word in (b"def", b"func")
            )
        rivals = max(owners, 1)
        mine = self.names[target.name]
        self.names[target.name] = [replace(t, rivals=rivals) if t.unit is target.unit else t for t in mine]

    # ---------------------------------------------------------------- one file

    def _file(self, path: str, names: dict[str, list[Target]]) -> None:
        module = self.e.program.module(path)
        if module is None:
            return
        source = self.e.program.source(path)
        for name, targets in names.items():
            units: dict[Unit, None] = {}
            for offset in occurrences(source, name.encode()):
                unit: Unit | None = unit_at(module, offset)
                while unit is not None and unit not in units:
                    units[unit] = None  # decorators and defaults stand in the outer unit
                    unit = unit.parent
            for unit in units:
                self._unit(unit, name, targets)

    def _unit(self, unit: Unit, name: str, targets: list[Target]) -> None:
        for call in unit.body.calls:
            function = call.function
            while isinstance(function, Invoke):  # ``make(…)(…)`` may call what ``make`` returns
                function = function.function
            if getattr(function, "name", None) == name:
                for target in targets:
                    self._judge(target, call, unit)
            elif any(isinstance(a, Literal) and a.value == name for a in call.arguments):
                for target in targets:
                    self._reflection(target, call, unit)
        for read in unit.body.reads:
            if getattr(read, "name", None) == name:
                for target in targets:
                    self._read(target, read, unit)

    def _reflection(self, target: Target, call: Invoke, unit: Unit) -> None:
        """``lookup.findVirtual(Order.class, "total", …)``: the name as a string, its class beside it."""
        if getattr(call.function, "name", "") not in REFLECTIVE or target.owner is None:
            return
        places = [*call.arguments, getattr(call.function, "base", call)]
        self.e.begin()
        for value in self.e.union(places, unit):
            if isinstance(value, Klass) and target.owner in classes.order(self.e, value.unit).units:
                verdict = Verdict(Certainty.PLAUSIBLE, "looked up by its name")
                self._add(target, call, unit, verdict)
                return

    def _judge(self, target: Target, call: Invoke, unit: Unit) -> None:
        if (target.unit, call) in self.seen:
            return
        self.seen.add((target.unit, call))
        self.e.begin()
        verdict = judge(self.e, target, call, unit)
        if verdict is not None:
            self._add(target, call, unit, verdict)
        elif target.maker == getattr(call.function, "name", ""):
            if reaches(self.e, target, self.e.values(call, unit)):
                self.escaped.setdefault(target.unit, set()).add(unit)

    def _add(self, target: Target, place: Expr, unit: Unit, verdict: Verdict) -> None:
        self.found.append(Found(target.unit, unit, place.start, verdict.certainty, verdict.reason))

    def _read(self, target: Target, read: Expr, unit: Unit) -> None:
        """A name that is read: a property is called by that, a function is passed on."""
        if (target.unit, read) in self.seen:
            return
        self.seen.add((target.unit, read))
        self.e.begin()
        if "property" in target.unit.flags:
            if isinstance(read, Attribute):
                verdict = self._property(target, read, unit)
                if verdict is not None:
                    self._add(target, read, unit, verdict)
            return
        if reaches(self.e, target, self.e.values(read, unit)):
            call = next((c for c in unit.body.calls if _passes(c, read)), None)
            if call is not None and not any(isinstance(v, Func | Klass) for v in self.e.values(call.function, unit)):
                name = getattr(call.function, "name", "")
                self._add(target, call, unit, Verdict(Certainty.PLAUSIBLE, f"passed to {name}, which calls it"))
            self.escaped.setdefault(target.unit, set()).add(unit)

    def _property(self, target: Target, read: Attribute, unit: Unit) -> Verdict | None:
        owner = target.owner
        above = isinstance(read.base, Super)
        for value in self.e.values(read.base, unit):
            inner = getattr(value, "unit", None)
            if inner is None or owner is None or not isinstance(inner, Unit) or inner.kind != "class":
                continue
            for holder in classes.order(self.e, inner).units[above:]:
                if target.name in holder.body.bindings:
                    if holder is owner:
                        return Verdict(Certainty.EXACT, "reads the property")
                    break
        return by_receiver(self.e, target, read, None, unit)

    # ---------------------------------------------------------------- other names

    def _more_names(self) -> dict[str, list[Target]]:
        """Return names found so far by which a target may be called too."""
        fresh: dict[str, list[Target]] = {}
        for target in self.targets:
            for name in self._aliases(target):
                if target not in self.names.get(name, ()) and not any(
                    t.unit is target.unit for t in self.names.get(name, ())
                ):
                    self.names.setdefault(name, []).append(target)
                    fresh[name] = self.names[name]
        return fresh

    def _aliases(self, target: Target) -> set[str]:
        found: set[str] = set()
        known = [name for name, targets in self.names.items() if any(t.unit is target.unit for t in targets)]
        for module in self.e.program.loaded():
            for unit in walk(module) if target.constructs is not None else [module]:
                if unit.kind == "class" and target.constructs is not None and target.unit.kind != "class":
                    bases = {getattr(base, "name", "") for base in unit.bases}
                    if bases & set(known):
                        self.e.begin()
                        if classes.constructor(self.e, unit) is target.unit:
                            found.add(unit.name)
                for name, bindings in unit.body.bindings.items():
                    for binding in bindings:
                        value = binding.value
                        if isinstance(value, Defined) or name in known:
                            continue
                        named = value.function if isinstance(value, Invoke) else value
                        mentioned = getattr(named, "name", None)
                        whole = isinstance(value, Imported) and value.name in (None, "default")
                        if (mentioned in known or whole) and isinstance(value, Imported | Name | Attribute | Invoke):
                            self.e.begin()
                            if reaches(self.e, target, self.e.values(value, unit)):
                                found.add(name)
        return found

    def _indirect(self, target: Target) -> None:
        """Look for calls that reach the target by another name: parameters, variables, containers."""
        modules = {unit.module for unit in self.escaped[target.unit]}
        small = self.e.program.sources((target.unit.language,))
        if len(small) <= SMALL:
            modules |= {m for p in small if (m := self.e.program.module(p)) is not None}
        for module in sorted(modules, key=lambda m: m.path):
            for unit in walk(module):
                for call in unit.body.calls:
                    if (target.unit, call) in self.seen:
                        continue
                    self.seen.add((target.unit, call))
                    self.e.begin(MAX_INDIRECT_STEPS)
                    if reaches(self.e, target, self.e.values(call.function, unit)):
                        self._add(
                            target, call, unit, Verdict(Certainty.PLAUSIBLE, "called through another name")
                        )
                if self._late():
                    return


    def _implicit(self, target: Target) -> None:
        """Look for loops and ``with`` statements that run the target without naming it."""
        modules = self.e.program.loaded()
        for module in modules if len(modules) <= SMALL else [target.unit.module]:
            for unit in walk(module):
                places = unit.body.entered if target.name in ENTERING else unit.body.iterated
                for place in places:
                    self.e.begin(MAX_INDIRECT_STEPS)
                    if self._runs(target, place, unit):
                        verdict = Verdict(Certainty.PLAUSIBLE, f"runs {target.name} implicitly")
                        self._add(target, place, unit, verdict)

    def _runs(self, target: Target, place: Expr, unit: Unit) -> bool:
        for value in self.e.values(place, unit):
            if not isinstance(value, Instance):
                continue
            found = self.e.member(value, target.name)
            if target.name in ("__next__", "__anext__"):
                begin = "__iter__" if target.name == "__next__" else "__aiter__"
                for function in self.e.member(value, begin):
                    for iterator in self.e.result(function, None, unit, None):
                        found |= self.e.member(iterator, target.name)
            if any(isinstance(v, Func) and v.unit is target.unit for v in found):
                return True
        return False


SMALL = 40
REFLECTIVE = frozenset(
    {"findVirtual", "findStatic", "findSpecial", "getMethod", "getDeclaredMethod", "bind", "findMethod", "getattr"}
)
ENTERING = frozenset({"__enter__", "__exit__", "__aenter__", "__aexit__"})
PROTOCOLS = ENTERING | {"__iter__", "__next__", "__aiter__", "__anext__"}
MAX_INDIRECT_STEPS = 2_000


def _passes(call: Invoke, read: Expr) -> bool:
    """Whether ``call`` gives ``read`` to a function that calls what it is given."""
    if getattr(call.function, "name", "") not in CALLING:
        return False
    return any(a is read for a in call.arguments) or any(v is read and k == "key" for k, v in call.keywords)


CALLING = frozenset(
    {"map", "filter", "forEach", "reduce", "reduceRight", "find", "findIndex", "some", "every", "flatMap", "sort"}
    | {"sorted", "min", "max", "then", "catch", "finally", "setTimeout", "setImmediate", "nextTick", "queueMicrotask"}
    | {"filterfalse", "takewhile", "dropwhile", "groupby", "starmap", "anyMatch", "allMatch", "noneMatch"}
    | {"mapToInt", "computeIfAbsent", "ifPresent", "orElseGet", "removeIf", "replaceAll", "comparing", "execute"}
    | {"Slice", "SliceStable", "Walk", "WalkDir", "IndexFunc", "ContainsFunc", "Map", "useEffect", "useMemo"}
)
"""Foreign functions that call the function they are given, most of them before they return."""


def _names(target: Target) -> set[str]:
    if target.constructs is None:
        names = {target.name, target.maker} if target.maker else {target.name}
        return names | _default_export(target.unit)
    if target.unit.kind == "class":
        return {target.name} | _default_export(target.unit)
    return _default_export(target.constructs) | {target.constructs.name, target.name}


def _default_export(unit: Unit) -> set[str]:
    """Return the name of the file, by which other files import what it exports as a whole."""
    if unit.parent is None or unit.parent.kind != "module":
        return set()
    exported = [b.value for key in ("\0default", "\0=") for b in unit.parent.body.bindings.get(key, ())]
    if not any(getattr(v, "unit", None) is unit or getattr(v, "name", None) == unit.name for v in exported):
        return set()
    stem = unit.path.rpartition("/")[2].partition(".")[0]
    return {stem if stem != "index" else unit.path.rpartition("/")[0].rpartition("/")[2]} - {""}
