"""The search for callers: candidate files by name, nearest first, each call judged."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crimescene.callers import callbacks, classes, garbage, glance, golang, implicit
from crimescene.callers.answers import Found, to_call
from crimescene.callers.judge import Target, Verdict, by_receiver, judge, reaches
from crimescene.callers.other_names import Put, aliases, makers, names_of
from crimescene.callers.reach import MANY, heads_of
from crimescene.callers.values import CLASS_SCOPED, Box, Func, Klass
from crimescene.effort import effort
from crimescene.index import by_proximity, narrowed, occurrences, search
from crimescene.model import Call, Certainty
from crimescene.scopes.ir import Attribute, Display, Expr, Invoke, Literal, Super, Unit, unit_at, walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.callers.evaluate import Evaluator
    from crimescene.model import Function

MAX_ROUNDS = 4
READ_AHEAD = 8_000
"""Files searched before the first are examined, where any may hold a name."""
EXAMINED_AHEAD = 100
"""The same where all of them are known to."""
MANY_FILES = 200
"""Files that mention a name, beyond which it counts as common without looking."""
READING = 5_000_000
"""Bytes a second that are read into units; a file for which the time cannot suffice is not begun."""
OUTLINING = 1_500_000
"""Bytes a second that become an outline, which a caller is described by."""


class _LateError(Exception):
    """The time is over in the middle of a file."""


@dataclass(slots=True)
class Hunt:
    """The search for the callers of some functions of one language."""

    e: Evaluator
    targets: list[Target]
    deadline: float | None
    limit: int | None
    calls: list[Call] = field(default_factory=list)
    names: dict[str, list[Target]] = field(default_factory=dict)
    seen: set[tuple[Unit, Expr]] = field(default_factory=set)
    """What was judged in the file at hand."""
    fresh: dict[str, list[Target]] = field(default_factory=dict)
    """Names met on the way by which a target may be called too."""
    escaped: dict[Unit, dict[str, None]] = field(default_factory=dict)
    """Files in which a target is passed on by name."""
    constants: dict[Unit, dict[str, Display]] = field(default_factory=dict)
    """Lists and tables that hold a target, by the names other files import them by."""
    makers: dict[Unit, set[str]] = field(default_factory=dict)
    """Names of functions that give a target back."""
    put: dict[Unit, list[Put]] = field(default_factory=dict)
    """Attributes of other objects in whose place a target was put."""
    callees: dict[Unit, Function] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    """Names met on the way: what stands for a target under another name may take other arguments."""
    within: Collection[str] | None = None
    """Files known to hold the targets' names, if somebody looked already."""
    ordered: list[str] = field(default_factory=list)
    """The files searched last, nearest first."""
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """For each name how many definitions were counted, and in how many files."""

    def run(self, languages: tuple[str, ...]) -> int:
        """Search; return how many candidate files were not examined."""
        program = self.e.program
        program.pinned = {t.unit.path for t in self.targets}
        for target in self.targets:
            self.makers[target.unit] = {target.maker} - {""}
            for name in names_of(target):
                self.names.setdefault(name, []).append(target)
        sources = program.sources(languages)
        holding = sources if self.within is None else [path for path in sources if path in self.within]
        missed = self._scan(holding, list(self.names)) if self.names else 0
        for _ in range(MAX_ROUNDS):  # aliases and subclasses have callers of their own
            if not self.fresh:
                break
            names = list(self.fresh)
            if self._late():
                missed = missed or len(narrowed(program.workspace, names, holding))
                break
            self.others |= self.fresh.keys()
            for name, targets in self.fresh.items():
                self.names.setdefault(name, []).extend(targets)
            self.fresh = {}
            # Elsewhere another name is followed only by those who have the time to look everywhere.
            missed += self._scan(holding, names)
        for target in self.targets:
            if target.unit in self.escaped and not self._late():
                missed += self._indirect(target)
            if target.owner is not None and target.name in implicit.PROTOCOLS and not self._late():
                self._implicit(target)
        program.pinned = set()
        return missed

    def _late(self, needed: float = 0.0) -> bool:
        """Whether the time does not suffice for what needs so many seconds more."""
        return self.deadline is not None and effort() + needed > self.deadline

    def _go_on(self, needed: float = 0.0) -> None:
        if self._late(needed):
            raise _LateError

    def _scan(self, paths: list[str], names: list[str]) -> int:
        """Read and examine candidates in turns: a time box that is too small still finds the nearest."""
        some = narrowed(self.e.program.workspace, names, paths)
        if some is not paths or not self.ordered:
            self.ordered = by_proximity(some, list(self.e.program.pinned))
        turn = len(self.ordered) or 1
        if self.deadline is not None:
            turn = READ_AHEAD if some is paths else EXAMINED_AHEAD
        holders: dict[str, list[str]] = {name: [] for name in names}
        examined = missed = 0
        for start in range(0, len(self.ordered), turn):
            part = self.ordered[start : start + turn]
            unread = len(self.ordered) - start - len(part)
            result = search(self.e.program, names, part, deadline=self.deadline)
            files: dict[str, list[str]] = {}
            for name, found in result.files.items():
                holders[name] += found
                for path in found:
                    files.setdefault(path, []).append(name)
            self._count_rivals(holders)
            todo = [path for path in part if path in files]
            for done, path in enumerate(todo):
                if self._late() or (self.limit is not None and examined >= self.limit):
                    return missed + len(todo) - done + result.not_read + unread
                examined += 1
                try:
                    self._file(path, {name: self.names[name] for name in files[path]})
                except _LateError:
                    missed += 1
                self.seen.clear()
                self.e.program.trim()
                self.e.begin()
                garbage.sweep()
            if result.not_read:
                return missed + result.not_read + unread
        return missed

    def _count_rivals(self, holders: dict[str, list[str]]) -> None:
        """Count the definitions that share the name of a method: of many, the name tells nothing."""
        for name, targets in self.names.items():
            if name not in holders or not any(t.owner is not None and t.name == name for t in targets):
                continue
            found = holders[name]
            rivals, files = self.counted.get(name, (0, 0))
            rivals = MANY + 1 if len(found) > MANY_FILES else rivals
            heads = heads_of(name, targets[0].unit.language, read="property" in targets[0].unit.flags)
            for path in () if rivals > MANY else found[files:]:
                rivals += heads(self.e.program.source(path))
                if rivals > MANY:
                    break
            self.counted[name] = rivals, len(found)
            beside = heads(self.e.program.source(targets[0].unit.path))
            self.names[name] = [
                replace(t, rivals=max(rivals, 1), beside=beside) if t.name == name else t for t in targets
            ]

    # ---------------------------------------------------------------- one file

    def _file(self, path: str, names: dict[str, list[Target]]) -> None:
        source = self.e.program.source(path)
        if path not in self.e.program.pinned:
            if not self._worth_reading(source, names):
                return
            self._go_on(len(source) / READING)
        module = self.e.program.module(path)
        if module is None:
            return
        for name, targets in names.items():
            units: dict[Unit, None] = {}
            for offset in occurrences(source, name.encode()):
                unit: Unit | None = unit_at(module, offset)
                while unit is not None and unit not in units:
                    units[unit] = None  # decorators and defaults stand in the outer unit
                    unit = unit.parent
            for unit in units:
                self._unit(unit, name, targets)
                if any(t.constructs is not None for t in targets):
                    self._constructors_in(unit, targets)
        self._go_on()
        self._collect(module, names)

    def _worth_reading(self, source: bytes, names: dict[str, list[Target]]) -> bool:
        """Whether one of the names may be called, by a look at the bytes, or more than calls matters."""
        for name, targets in names.items():
            arguments = glance.wanted(targets) if name not in self.others else None
            if arguments is None:
                return True
            if glance.may_call(source, name.encode(), arguments, targets[0].unit.language):
                return True
        return False

    def _constructors_in(self, unit: Unit, targets: list[Target]) -> None:
        """A class that speaks of the target's class may call its constructor by ``super``."""
        if unit.kind != "class":
            return
        for inner in (unit, *unit.body.units):
            for call in inner.body.calls if inner is unit or "constructor" in inner.flags else ():
                if getattr(call.function, "name", "") in classes.CONSTRUCTORS:
                    for target in targets:
                        self._judge(target, call, inner)

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
                self._go_on()
                verdict = Verdict(Certainty.PLAUSIBLE, "looked up by its name")
                self._add(target, call, unit, verdict)
                return

    def _judge(self, target: Target, call: Invoke, unit: Unit) -> None:
        if (target.unit, call) in self.seen:
            return
        self.seen.add((target.unit, call))
        self.e.begin()
        verdict = judge(self.e, target, call, unit)
        if verdict is None:
            verdict = next(
                (v for p in self.put.get(target.unit, ()) if (v := p.judge(self.e, call, unit))), None
            )
        self._go_on()  # a verdict that the clock cut short is none
        if verdict is not None:
            self._add(target, call, unit, verdict)
        elif getattr(call.function, "name", "") in self.makers[target.unit] and reaches(
            self.e, target, self.e.values(call, unit)
        ):
            self.escaped.setdefault(target.unit, {})[unit.path] = None

    def _add(self, target: Target, place: Expr, unit: Unit, verdict: Verdict) -> None:
        if not self.e.program.is_outlined(unit.path):
            self._go_on(len(self.e.program.source(unit.path)) / OUTLINING)
        found = Found(target.unit, unit, place.start, verdict.certainty, verdict.reason)
        self.calls.append(to_call(self.e.program, found, self.callees[target.unit]))

    def _read(self, target: Target, read: Expr, unit: Unit) -> None:
        """A name that is read: a property is called by that, a function is passed on."""
        if (target.unit, read) in self.seen:
            return
        self.seen.add((target.unit, read))
        self.e.begin()
        if "property" in target.unit.flags:
            verdict = self._property(target, read, unit)
            self._go_on()
            if verdict is not None:
                self._add(target, read, unit, verdict)
            return
        found = self.e.values(read, unit)
        reached = reaches(self.e, target, found)
        self._go_on()
        display = self.constants.get(target.unit, {}).get(getattr(read, "name", ""))
        if display is not None and any(isinstance(v, Box) and v.display is display for v in found):
            self.escaped.setdefault(target.unit, {})[unit.path] = None
        if reached:
            self._passed_on(target, read, unit)

    def _passed_on(self, target: Target, read: Expr, unit: Unit) -> None:
        """Note where the target goes: to a function that calls it, a constant, another's attribute."""
        call = next((c for c in unit.body.calls if callbacks.runs(c, read)), None)
        if call is not None and not any(
            isinstance(v, Func | Klass) for v in self.e.values(call.function, unit)
        ):
            name = getattr(call.function, "name", "")
            self._add(target, call, unit, Verdict(Certainty.PLAUSIBLE, f"passed to {name}, which calls it"))
        self.escaped.setdefault(target.unit, {})[unit.path] = None
        for name, display in callbacks.constants_with(read, unit):
            self.constants.setdefault(target.unit, {})[name] = display
            self.fresh.setdefault(name, []).append(target)
        for store in unit.body.stores:
            if store.value is read and store.name is not None:
                put = Put(store.name, self.e.values(store.base, unit), unit.path)
                if put not in self.put.setdefault(target.unit, []):
                    self.put[target.unit].append(put)
                    self.fresh.setdefault(store.name, []).append(target)

    def _property(self, target: Target, read: Expr, unit: Unit) -> Verdict | None:
        owner = target.owner
        if not isinstance(read, Attribute):
            bare = unit.language in CLASS_SCOPED and classes.scoped(self.e, unit, target.name) is owner
            return Verdict(Certainty.EXACT, "reads the property") if bare else None
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

    def _collect(self, module: Unit, names: dict[str, list[Target]]) -> None:
        """Note the names of ``module`` that stand for a target: aliases, re-exports, subclasses."""
        for target in dict.fromkeys(t for targets in names.values() for t in targets):
            known = {
                name for name, targets in self.names.items() if any(t.unit is target.unit for t in targets)
            }
            for name in aliases(self.e, target, module, known):
                self.fresh.setdefault(name, []).append(target)
            if module.path in self.escaped.get(target.unit, ()):
                for name in makers(self.e, target, module, known):
                    self.makers[target.unit].add(name)
                    self.fresh.setdefault(name, []).append(target)

    def _indirect(self, target: Target) -> int:
        """Look for calls that reach the target by another name; return how many files were not examined."""
        paths = dict(self.escaped[target.unit])
        if self.e.program.is_small(target.unit.language):
            paths |= dict.fromkeys(self.e.program.sources((target.unit.language,)))
        for done, path in enumerate(paths):
            if self._late():
                return len(paths) - done
            module = self.e.program.module(path)
            for unit in walk(module) if module is not None else ():
                for call in unit.body.calls:
                    function = call.function
                    if getattr(function, "name", "") == target.name or not golang.may_hold(function, unit):
                        continue
                    self.e.begin(MAX_INDIRECT_STEPS)
                    if reaches(self.e, target, self.e.values(function, unit)):
                        verdict = Verdict(Certainty.PLAUSIBLE, "called through another name")
                        with suppress(_LateError):
                            self._add(target, call, unit, verdict)
                if self._late():
                    return len(paths) - done
        return 0

    def _implicit(self, target: Target) -> None:
        """Look for loops and ``with`` statements that run the target without naming it."""
        modules = self.e.program.loaded()
        for module in modules if len(modules) <= SMALL else [target.unit.module]:
            for unit in walk(module):
                places = unit.body.entered if target.name in implicit.ENTERING else unit.body.iterated
                for place in places:
                    self.e.begin(MAX_INDIRECT_STEPS)
                    if implicit.runs(self.e, target, place, unit):
                        verdict = Verdict(Certainty.PLAUSIBLE, f"runs {target.name} implicitly")
                        with suppress(_LateError):
                            self._add(target, place, unit, verdict)


SMALL = 40
"""Modules in which loops and ``with`` statements are looked at."""
REFLECTIVE = frozenset(
    {
        "findVirtual",
        "findStatic",
        "findSpecial",
        "getMethod",
        "getDeclaredMethod",
        "bind",
        "findMethod",
        "getattr",
    }
)
MAX_INDIRECT_STEPS = 2_000
