"""Does this call reach that function? With how much certainty, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.callers import classes, dotnet, golang, overloads, parameters
from crimescene.callers.reach import in_reach, is_test, mentions
from crimescene.callers.receivers import resembles
from crimescene.callers.values import (
    CLASS_SCOPED,
    UNKNOWN,
    Foreign,
    ForeignInstance,
    Func,
    Instance,
    Klass,
    Value,
    Values,
)
from crimescene.model import Certainty
from crimescene.scopes.ir import Attribute, Index, Invoke, Name, Super, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

BUILTIN_METHODS = frozenset(
    name for kind in (str, bytes, list, dict, set, tuple, int, float, frozenset) for name in dir(kind)
) | frozenset(
    {
        "read",
        "write",
        "close",
        "open",
        "flush",
        "seek",
        "readline",
        "readlines",
        "fileno",
        "send",
        "throw",
        "run",
    }
    | {
        "start",
        "stop",
        "put",
        "push",
        "map",
        "filter",
        "reduce",
        "then",
        "catch",
        "forEach",
        "slice",
        "concat",
    }
    | {"apply", "call", "bind", "has", "set", "delete", "next", "equals", "hashCode", "toString", "size"}
    | {
        "stream",
        "length",
        "charAt",
        "contains",
        "isEmpty",
        "parse",
        "match",
        "group",
        "end",
        "name",
        "execute",
    }
)
"""Methods that objects of many foreign classes have: such a name alone says nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure it is that a call reaches the function, and one phrase why."""

    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose callers are sought."""

    unit: Unit
    owner: Unit | None
    constructs: Unit | None
    """The class whose instantiation reaches it."""
    rivals: int = 1
    """How many definitions of this name the examined files hold."""

    beside: int = 0
    """How many of these stand in its own file."""

    maker: str = ""
    """Name of the function around it, if that returns it."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.unit.name


def target_of(e: Evaluator, unit: Unit) -> Target:
    """Return what is sought for ``unit``: a class is sought by what instantiates it."""
    if unit.kind == "class":
        return Target(unit, None, unit)
    constructs = unit.owner if "constructor" in unit.flags else None
    around = unit.parent
    made = around is not None and around.kind == "function" and _returns(around, unit.name)
    owner = golang.owner(e, unit) if unit.language == "go" else unit.owner
    return Target(unit, owner, constructs, maker=around.name if around is not None and made else "")


def _returns(maker: Unit, name: str) -> bool:
    """Whether the function ``maker`` gives its inner function ``name`` away."""
    return any(getattr(expr, "name", None) == name for expr in maker.body.returns)


FIXED_ARITY = ("java", "go", "csharp")
"""Languages where a call with another number of arguments cannot be meant."""


def judge(e: Evaluator, target: Target, call: Invoke, unit: Unit) -> Verdict | None:
    """Return how sure it is that ``call``, in ``unit``, reaches the target; None if it does not."""
    meant = target.unit.language in FIXED_ARITY and getattr(call.function, "name", "") == target.name
    bound = "extension" in target.unit.flags and isinstance(call.function, Attribute)
    if meant and not any(parameters.fits(call, target.unit, bound=b) for b in {bound, False}):
        return None
    found = e.values(call.function, unit)
    hit = reaches(e, target, found)
    if hit:
        return _hit(e, target, call, unit, found)
    if bound and meant:
        return _extending(e, target, call, unit, found)
    if isinstance(call.function, Name) and meant and target.owner is not None:
        return _left_to_subclasses(e, target, target.owner, call, unit, found)
    if not isinstance(call.function, Attribute) or call.function.name != target.name or target.owner is None:
        return None
    return by_receiver(e, target, call.function, call, unit)


def _left_to_subclasses(  # noqa: PLR0917 -- all of them are needed to tell
    e: Evaluator, target: Target, owner: Unit, call: Invoke, unit: Unit, found: Values
) -> Verdict | None:
    """Judge ``step()`` in a class whose subclasses have a ``step`` of their own: ``this`` is not written."""
    if unit.language not in CLASS_SCOPED:
        return None
    called = {v.unit.owner for v in found if isinstance(v, Func) and "static" not in v.unit.flags}
    around = unit.enclosing_class
    while around is not None and not called & set(classes.order(e, around).units):
        around = around.enclosing_class
    if around is None or around is owner:
        return None
    others = [u for u in owner.body.units if u.name == target.name and u is not target.unit]
    if others and overloads.meant(e, call, unit, target.unit, others) is None:
        return None
    function = Attribute(call.start, Name(call.start, "this"), target.name)
    return _by_value(e, target, owner, Instance(around), unit, function)


def reaches(e: Evaluator, target: Target, found: Values) -> bool:
    """Whether one of ``found`` is the target when called."""
    for value in found:
        if isinstance(value, Func) and value.unit is target.unit:
            return True
        if isinstance(value, Klass) and target.constructs is not None and _constructs(e, value.unit, target):
            return True
        if isinstance(value, Klass) and target.constructs is None and _becomes_constructor(e, value, target):
            return True
        if isinstance(value, Instance) and target.name == "__call__":
            called = e.member(value, "__call__")
            if any(isinstance(v, Func) and v.unit is target.unit for v in called):
                return True
    return False


def _becomes_constructor(e: Evaluator, value: Klass, target: Target) -> bool:
    """Whether a function defined outside a class is put into it as its constructor."""
    return target.name in classes.CONSTRUCTORS and target.unit in classes.constructors(e, value.unit)


def _constructs(e: Evaluator, unit: Unit, target: Target) -> bool:
    if target.unit.kind == "class":
        return unit is target.unit
    return target.constructs in classes.order(e, unit).units and target.unit in classes.constructors(e, unit)


def _hit(e: Evaluator, target: Target, call: Invoke, unit: Unit, found: Values) -> Verdict | None:
    others = {v.unit for v in found if isinstance(v, Func) and "overload" not in v.unit.flags} - {target.unit}
    if target.constructs is not None and target.unit.kind != "class":
        others |= set(classes.constructors(e, target.constructs)) - {target.unit}
    if target.unit.language in overloads.OVERLOADING and others:
        rivals = overloads.meant(e, call, unit, target.unit, [u for u in others if u.owner is target.owner])
        if rivals is None:
            return None
        others = set(rivals)
    alternatives = 0 if target.unit.language in overloads.OVERLOADING else 2  # of one definition
    sure = UNKNOWN not in found and len(others) <= alternatives
    if target.unit.kind == "function" and target.unit.body.yields and not _runs_here(target.unit, call, unit):
        return Verdict(Certainty.PLAUSIBLE, "creates the generator, which runs where it is iterated")
    certainty = Certainty.EXACT if sure else Certainty.PLAUSIBLE
    return Verdict(certainty, _reason(e, target, call, unit))


def _runs_here(generator: Unit, call: Invoke, unit: Unit) -> bool:
    """Whether the generator that ``call`` creates is iterated, or entered, at once."""
    if generator.flags & {"contextmanager", "fixture"}:
        return True
    return any(expr is call for expr in (*unit.body.iterated, *unit.body.entered))


def _reason(e: Evaluator, target: Target, call: Invoke, unit: Unit) -> str:  # noqa: PLR0911 -- one branch a kind
    function = call.function
    if call.kind == "decorator":
        return "used as a decorator"
    if target.constructs is not None and getattr(function, "name", "") != target.name:
        return f"instantiates {target.constructs.name}"
    if isinstance(function, Attribute):
        if isinstance(function.base, Super):
            return "super call"
        if "extension" in target.unit.flags and not any(
            isinstance(v, Klass) for v in e.values(function.base, unit)
        ):
            return _extended(target)
        if isinstance(function.base, Name) and function.base.name in ("self", "cls", "this"):
            same = unit.enclosing_class is target.owner
            return "self call in the same class" if same else "self call, inherited method"
        if any(isinstance(v, Instance) for v in e.values(function.base, unit)):
            return f"receiver is a {target.owner.name}" if target.owner else "member of a known object"
        return "called through its module or class"
    if isinstance(function, Name) and function.name == target.name:
        return "same file" if unit.path == target.unit.path else "imported"
    return "called through another name"


def _extending(e: Evaluator, target: Target, call: Invoke, unit: Unit, found: Values) -> Verdict | None:
    """Judge ``receiver.Name()`` for a method that stands outside the receiver's class."""
    function = call.function
    if not isinstance(function, Attribute) or any(isinstance(v, Func) for v in found):
        return None  # methods of the class come first
    receivers = e.values(function.base, unit)
    if any(isinstance(v, Klass) for v in receivers) or not parameters.fits(call, target.unit, bound=True):
        return None
    takes = dotnet.extends(e, target.unit, receivers, unit)
    if takes:
        return Verdict(Certainty.EXACT, _extended(target))
    if takes is None and target.rivals <= 1 and target.name not in BUILTIN_METHODS:
        return Verdict(Certainty.PLAUSIBLE, "the only extension method of this name in reach")
    return None


def _extended(target: Target) -> str:
    """Say of what type the receivers of an extension method are."""
    kind = target.unit.parameters[0].annotation
    kind = kind.base if isinstance(kind, Index) else kind
    return f"extends {getattr(kind, 'name', 'its receiver')}"


def by_receiver(
    e: Evaluator, target: Target, function: Attribute, call: Invoke | None, unit: Unit
) -> Verdict | None:
    """Judge ``receiver.name`` where following the name did not lead to the target itself."""
    owner = target.owner
    if owner is None or (
        call is not None and not parameters.fits(call, target.unit, bound=parameters.takes_self(target.unit))
    ):
        return None
    receivers = e.values(function.base, unit)
    best: Verdict | None = None
    open_ = not receivers
    for value in receivers:
        verdict = _by_value(e, target, owner, value, unit, function)
        if verdict is not None and (best is None or verdict.certainty.value > best.certainty.value):
            best = verdict
        open_ = open_ or _is_open(e, value, function.name)
    if best is not None and call is not None and owner.language in overloads.OVERLOADING:
        others = [u for u in owner.body.units if u.name == target.name and u is not target.unit]
        if others and overloads.meant(e, call, unit, target.unit, others) is None:
            return None
    if best is not None:
        made = any(isinstance(v, Instance) and v.exact for v in receivers)
        if made and best.certainty is Certainty.PLAUSIBLE:  # ``Shape shape = new Circle();``
            return Verdict(Certainty.OVERRIDE, f"{best.reason}, but another class stands there")
        return best
    if isinstance(function.base, Super) or not open_:
        return None
    return _by_name(target, owner, function)


def _by_value(  # noqa: C901, PLR0911, PLR0917 -- all of them are needed to tell
    e: Evaluator, target: Target, owner: Unit, value: Value, unit: Unit, function: Attribute
) -> Verdict | None:
    """Judge one thing the receiver may be: a base of the target's class is called polymorphically."""
    if target.unit.language in overloads.OVERLOADING and "static" in target.unit.flags:
        return None
    mine = classes.order(e, owner)
    if isinstance(value, Instance) and dotnet.is_part(value.unit, owner):
        return None
    if isinstance(value, Instance | Klass) and value.unit is not owner and value.unit in mine.units:
        if isinstance(value, Instance) and value.exact:
            return None
        if isinstance(function.base, Super) or not in_reach(
            e, target.rivals, owner, value.unit, function.base, unit
        ):
            return None
        found = e.member(value, target.name)
        concrete = [v for v in found if isinstance(v, Func) and "abstract" not in v.unit.flags]
        here = ", and is known here" if mentions(e, unit, owner) else ""
        if concrete and "interface" not in value.unit.flags:
            return Verdict(Certainty.OVERRIDE, f"overrides {value.unit.name}.{target.name}{here}")
        return Verdict(Certainty.PLAUSIBLE, f"implements {value.unit.name}.{target.name}{here}")
    if isinstance(value, Instance) and value.unit.language == "go" and "interface" in value.unit.flags:
        wanted = target.name in value.unit.body.bindings
        if wanted and golang.satisfies(e, owner, value.unit):
            return Verdict(Certainty.PLAUSIBLE, f"implements {value.unit.name}.{target.name}")
    blended = _blended(e, target, owner, value) if isinstance(value, Instance) else None
    if blended is not None:
        return blended
    if isinstance(value, Instance) and value.unit not in mine.units and _fulfils(e, owner, value.unit):
        return Verdict(Certainty.PLAUSIBLE, f"has what {value.unit.name} asks for")
    if isinstance(value, ForeignInstance | Foreign):
        last = value.name.rpartition(".")[2]
        far = is_test(owner) and unit.path != owner.path and not mentions(e, unit, owner)
        if last in mine.foreign and not far:
            return Verdict(Certainty.OVERRIDE, f"overrides {last}.{target.name}")
    return None


def _blended(e: Evaluator, target: Target, owner: Unit, value: Instance) -> Verdict | None:
    """Judge classes that do not inherit from one another, but are both bases of a third."""
    if not value.exact and value.unit in classes.mixed(e, owner):
        return Verdict(Certainty.OVERRIDE, f"{owner.name} is mixed into subclasses of {value.unit.name}")
    if owner in classes.mixed(e, value.unit) and not any(
        isinstance(v, Func) for v in e.member(value, target.name)
    ):
        return Verdict(Certainty.PLAUSIBLE, f"{value.unit.name} is mixed into subclasses of {owner.name}")
    return None


def _fulfils(e: Evaluator, owner: Unit, wanted: Unit) -> bool:
    """Whether a class has all methods of a protocol without naming it as its base."""
    if wanted.language != "python" or not any(getattr(b, "name", "") == "Protocol" for b in wanted.bases):
        return False
    names = {unit.name for holder in classes.order(e, wanted).units for unit in holder.body.units}
    held = {unit.name for holder in classes.order(e, owner).units for unit in holder.body.units}
    return bool(names) and names <= held


def _is_open(e: Evaluator, value: Value, name: str) -> bool:
    """Whether ``value`` may still be an object of any class."""
    if value == UNKNOWN:
        return True
    return isinstance(value, Instance) and UNKNOWN in e.member(value, name)


_FEW_RIVALS = 3
"""Methods of one name in one file that may stand for one another: a base, a mixin, a subclass."""


def _by_name(target: Target, owner: Unit, function: Attribute) -> Verdict | None:
    alike = resembles(function.base, owner.name)
    kin = target.rivals <= _FEW_RIVALS and target.beside >= target.rivals
    if target.name in BUILTIN_METHODS or (target.rivals > 1 and not kin):
        if alike:
            return Verdict(Certainty.PLAUSIBLE, f"the receiver's name resembles {owner.name}")
        return None
    if target.rivals > 1:
        return Verdict(Certainty.PLAUSIBLE, f"only {owner.name} and classes beside it have such a method")
    reason = f"only {owner.name} has a method of this name"
    return Verdict(Certainty.PLAUSIBLE, reason)
