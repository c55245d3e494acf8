"""What a function calls, and what it shares its class with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import classes, golang, lexical, receivers
from crimescene.callers.answers import Found, describe, to_calls
from crimescene.callers.ecmascript import LANGUAGES
from crimescene.callers.judge import BUILTIN_METHODS
from crimescene.callers.session import evaluator_for
from crimescene.callers.values import CLASS_SCOPED, UNKNOWN, Func, Instance, Klass
from crimescene.effort import effort
from crimescene.index import by_proximity, narrowed, search
from crimescene.languages import family
from crimescene.model import Call, Certainty
from crimescene.scopes.ir import Attribute, Defined, Invoke, Name, Unit, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.values import Values
    from crimescene.model import Function
    from crimescene.workspace import Workspace

SECONDS = 1.0
PASSED = "passes it on by name"
NEAREST = 1_000
"""Files, by the folders one has to cross, in which a method is sought by its name alone: the whole of
most workspaces, and of the largest what a cold question can afford to read again."""
MAX_FILES = 40
"""Files looked into for a method that is known by its name alone."""


def outgoing(
    workspace: Workspace, function: Function, *, seconds: float = SECONDS, seek: bool = True
) -> tuple[Call, ...]:
    """Resolve the calls in ``function`` to definitions in the workspace, surest first.

    Lambdas inside belong to it. With ``seek``, methods that nothing but their name leads to are sought in
    the files around, which costs more than all the rest. After ``seconds`` what was found is returned.
    """
    e = evaluator_for(workspace)
    unit = e.program.unit_of(function)
    if unit is None:
        return lexical.outgoing(e.program, function)
    e.deadline = effort() + seconds
    found: list[Found] = []
    loose: list[tuple[Invoke, Unit]] = []
    for place in own_units(unit):
        for call in place.body.calls:
            e.begin()
            values = e.values(call.function, place)
            reached = callees(e, values)
            sure = Certainty.EXACT if UNKNOWN not in values and len(reached) == 1 else Certainty.PLAUSIBLE
            found += [Found(callee, place, call.start, sure, "follows its name") for callee in reached]
            if not reached and isinstance(call.function, Attribute) and (UNKNOWN in values or not values):
                loose.append((call, place))
            found += _passed_on(e, call, place)
        for read in place.body.reads:
            if isinstance(read, Attribute):
                found += _property(e, read, place)
    named = _named_like(e, loose)
    found += named
    if seek:
        known = {hit.start for hit in named}
        found += _by_name(e, unit, [(c, place) for c, place in loose if c.start not in known], e.deadline)
    e.deadline = float("inf")
    e.program.trim()
    return to_calls(e.program, found)


def own_units(unit: Unit) -> list[Unit]:
    """Return ``unit`` and the lambdas in it."""
    found = [unit]
    for current in found:  # grows while it is walked
        found += [inner for inner in current.body.units if inner.kind == "lambda"]
    return found


def _passed_on(e: Evaluator, call: Invoke, place: Unit) -> list[Found]:
    """Functions that ``call`` is given by name: a callback, the target of a thread."""
    found: list[Found] = []
    for given in (*call.arguments, *(value for _, value in call.keywords)):
        if isinstance(given, Name | Attribute) and _may_be_passed(e, given, place):
            e.begin()
            units = [v.unit for v in e.values(given, place) if isinstance(v, Func)]
            found += [Found(u, place, given.start, Certainty.PLAUSIBLE, PASSED) for u in units]
    return found


def _may_be_passed(e: Evaluator, given: Name | Attribute, place: Unit) -> bool:
    """Whether an argument may name a function; to follow fields into other packages costs most."""
    if place.language != "go":
        return True
    if isinstance(given, Name):
        bound = place.body.bindings.get(given.name)
        return bound is None or any(isinstance(b.value, Defined) for b in bound)
    return isinstance(given.base, Name) and golang.may_hold_functions(e, given.base.name, given.name, place)


def callees(e: Evaluator, values: Values) -> list[Unit]:
    """Return the definitions that calling one of ``values`` reaches."""
    found: dict[Unit, None] = {}
    for value in values:
        if isinstance(value, Func):
            found[value.unit] = None
        elif isinstance(value, Klass):
            found[classes.constructor(e, value.unit) or value.unit] = None
        elif isinstance(value, Instance):
            for inner in e.member(value, "__call__"):
                if isinstance(inner, Func):
                    found[inner.unit] = None
    return list(found)


def _property(e: Evaluator, read: Attribute, place: Unit) -> list[Found]:
    e.begin()
    for value in e.values(read.base, place):
        if isinstance(value, Instance):
            for holder in classes.order(e, value.unit).units:
                for binding in holder.body.bindings.get(read.name, ()):
                    inner = binding.value
                    if isinstance(inner, Defined) and "property" in inner.unit.flags:
                        return [Found(inner.unit, place, read.start, Certainty.EXACT, "reads the property")]
                if read.name in holder.body.bindings:
                    break
    return []


def _named_like(e: Evaluator, loose: list[tuple[Invoke, Unit]]) -> list[Found]:
    """Methods of the class that the receiver is called like, of those its file knows: ``order.total()``."""
    found: list[Found] = []
    names: dict[Unit, dict[str, list[str]]] = {}
    known: dict[tuple[Unit, str], list[Instance]] = {}
    for call, place in loose:
        function, module = call.function, place.module
        own = getattr(getattr(function, "base", None), "name", "")
        if not isinstance(function, Attribute) or not receivers.tells(own):
            continue
        if effort() > e.deadline:
            break
        if module not in names:
            names[module] = receivers.classes_by_name(module.body.bindings)
        if (module, own) not in known:
            known[module, own] = _classes(e, call.start, receivers.named_like(own, names[module]), module)
        for value in known[module, own]:
            for target in callees(e, e.member(value, function.name)):
                reason = f"the receiver's name resembles {value.unit.name}"
                found.append(Found(target, place, call.start, Certainty.PLAUSIBLE, reason))
    return found


def _classes(e: Evaluator, start: int, names: Sequence[str], module: Unit) -> list[Instance]:
    """Objects of the classes that ``names`` stand for in ``module``."""
    found: list[Instance] = []
    for name in names:
        e.begin()
        found += [
            Instance(value.unit)
            for value in e.values(Name(start, name), module)
            if isinstance(value, Klass) or (isinstance(value, Func) and value.unit.language in LANGUAGES)
        ]
    return found


def _by_name(e: Evaluator, unit: Unit, loose: list[tuple[Invoke, Unit]], deadline: float) -> list[Found]:
    """Find methods that nothing but their name leads to, if the workspace has one of the name."""
    names = {getattr(call.function, "name", "") for call, _ in loose} - BUILTIN_METHODS - {""}
    if not names:
        return []
    paths = by_proximity(e.program.sources(family(unit.language)), [unit.path])[:NEAREST]
    some = narrowed(e.program.workspace, names, paths)
    holders = search(e.program.workspace, names, some, deadline=deadline).files
    found: list[Found] = []
    for name in sorted(names):
        methods: list[Unit] = []
        for path in holders[name][:MAX_FILES]:
            module = e.program.module(path)
            if module is None or effort() > deadline:
                break
            methods += [u for u in walk(module) if u.name == name and u.owner is not None]
        roots = {u for u in methods if not any(_overrides(e, u, other) for other in methods)}
        if len(roots) == 1 and len(holders[name]) <= MAX_FILES:
            method = roots.pop()
            for call, place in loose:
                if getattr(call.function, "name", "") == name:
                    reason = "the only method of this name"
                    found.append(Found(method, place, call.start, Certainty.PLAUSIBLE, reason))
    return found


def _overrides(e: Evaluator, unit: Unit, other: Unit) -> bool:
    if unit is other or unit.owner is None or other.owner is None:
        return False
    return other.owner in classes.order(e, unit.owner).units[1:]


def members(workspace: Workspace, function: Function, *, seek: bool = True) -> tuple[Function, ...]:
    """Return the constructor, fields, sibling methods it uses, and what it overrides.

    With ``seek`` also what overrides it, for which the files around are searched.
    """
    e = evaluator_for(workspace)
    unit = e.program.unit_of(function)
    if unit is None:
        return lexical.members(e.program, function)
    e.begin()
    owner = (golang.owner(e, unit) if unit.language == "go" else unit.owner) or unit.enclosing_class
    if owner is None:
        return ()
    e.deadline = effort() + SECONDS
    found: dict[Unit, None] = {}
    constructor = classes.constructor(e, owner)
    if constructor is not None:
        found[constructor] = None
    used = _used(unit)
    for name in used:
        for holder in classes.order(e, owner).units:
            bound = [b.value for b in holder.body.bindings.get(name, ())]
            hits = [value.unit for value in bound if isinstance(value, Defined)]
            hits = hits or (golang.methods(e, holder, name) if holder.language == "go" else [])
            if hits:
                found.update(dict.fromkeys(hits))
                break
    for relative in _relatives(e, unit, owner, seek=seek):
        found[relative] = None
    found.pop(unit, None)
    described = [describe(e.program, inner) for inner in found]
    fields = [f for f in e.program.fields(owner) if f.name.rpartition(".")[2] in used]
    e.deadline = float("inf")
    e.program.trim()
    return (*described[:1], *fields, *described[1:]) if constructor in found else (*fields, *described)


def _used(unit: Unit) -> dict[str, None]:
    """Return the names of members that a method uses: through its object, or bare where that is allowed."""
    selves = {"self", "this", "cls"} | ({unit.receiver.name} if unit.receiver is not None else set())
    used: dict[str, None] = {}
    for place in own_units(unit):
        for expr in [*place.body.reads, *(c.function for c in place.body.calls), *_stored(place)]:
            if (isinstance(expr, Attribute) and getattr(expr.base, "name", "") in selves) or (
                isinstance(expr, Name) and unit.language in CLASS_SCOPED
            ):
                used[expr.name] = None
    return used


def _stored(place: Unit) -> list[Attribute]:
    return [Attribute(s.base.start, s.base, s.name) for s in place.body.stores if s.name is not None]


def _relatives(e: Evaluator, unit: Unit, owner: Unit, *, seek: bool) -> list[Unit]:
    """Return the methods that ``unit`` overrides and those that override it."""
    if "constructor" in unit.flags:
        return []
    found = []
    for holder in classes.order(e, owner).units[1:]:
        found += [u for u in holder.body.units if u.name == unit.name]
    if not seek:
        return found
    paths = by_proximity(e.program.sources(family(unit.language)), [unit.path])[:NEAREST]
    deadline = effort() + SECONDS
    names = [owner.name, unit.name]
    some = narrowed(e.program.workspace, names, paths)
    holders = search(e.program.workspace, names, some, deadline=deadline).files
    both = set(holders.get(unit.name, ()))
    for path in [p for p in holders.get(owner.name, ()) if p in both][:MAX_FILES]:
        module = e.program.module(path)
        for other in walk(module) if module is not None else ():
            if other.name != unit.name or other.owner is None or other is unit:
                continue
            if owner in classes.order(e, other.owner).units[1:]:
                found.append(other)
        if effort() > deadline:
            break
    return found
