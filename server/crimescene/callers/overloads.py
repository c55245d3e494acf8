"""Which of several methods of one name a call means, by the number and the kinds of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import classes, dotnet, parameters, types
from crimescene.callers.values import (
    UNKNOWN,
    Box,
    Const,
    ForeignInstance,
    Func,
    Instance,
    Klass,
    Many,
    Value,
    Values,
)
from crimescene.scopes.csharp_values import GENERIC_CALL
from crimescene.scopes.ir import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.callers.evaluate import Evaluator
    from crimescene.scopes.ir import Invoke, Unit

OVERLOADING = frozenset({"java", "csharp"})
"""Languages in which methods of one class share a name."""
_NUMBERS = frozenset(
    {"int", "integer", "long", "short", "byte", "double", "float", "decimal", "number", "uint", "ulong"}
    | {"ushort", "sbyte", "int32", "int64", "nint", "bigdecimal", "biginteger"}
)
_TEXTS = frozenset({"string", "charsequence"})
_ANY = frozenset({"object", "comparable", "serializable", "dynamic", "icomparable", "iconvertible"})
_PLAIN = {
    "str": _TEXTS,
    "int": _NUMBERS | {"char", "character"},
    "float": _NUMBERS,
    "bool": frozenset({"bool", "boolean"}),
    "char": _NUMBERS | {"char", "character"},
}
"""Kinds of constants, and the types that take them."""
_CLOSED = frozenset().union(*_PLAIN.values())


def meant(e: Evaluator, call: Invoke, unit: Unit, callee: Unit, others: Iterable[Unit]) -> list[Unit] | None:
    """Return those of ``others`` that ``call`` may mean as well; None if it means one of them only."""
    through = _through_object(e, call, unit)
    candidates = [callee, *others]
    fitting = [u for u in candidates if parameters.fits(call, u, bound=_is_bound(u, through))]
    # Without arguments there is nothing that type arguments could be inferred from.
    wanted = f"{GENERIC_CALL}0" if call.kind == "call" and not call.arguments else call.kind
    generic = [u for u in fitting if wanted == f"{GENERIC_CALL}{dotnet.arity_of(u)}"]
    fitting = generic or fitting
    if callee not in fitting:
        return None
    fitting.remove(callee)
    if not fitting:
        return []
    suiting = [u for u in (callee, *fitting) if _suits(e, call, unit, u, through)]
    suiting = [u for u in suiting if _exact(e, call, u, through)] or suiting
    suiting = [u for u in suiting if not any(_narrower(e, call, unit, v, u) for v in suiting)]
    if callee in suiting:
        return [u for u in suiting if u is not callee]
    return None if suiting else fitting


def _exact(e: Evaluator, call: Invoke, callee: Unit, through: bool) -> bool:  # noqa: FBT001 -- as below
    """Whether constants are given where their very types are taken: a text is no ``TimeSpan``."""
    taken = [p for p in callee.parameters if p.kind == "positional"][_is_bound(callee, through) :]
    found = False
    for argument, parameter in zip(call.arguments, taken, strict=False):
        if not isinstance(argument, Literal) or argument.type not in _PLAIN or parameter.annotation is None:
            continue
        declared = types.instances(e, parameter.annotation, callee, None)
        names = {v.name.rpartition(".")[2].lower() for v in declared if isinstance(v, ForeignInstance)}
        if not names & _PLAIN[argument.type]:
            return False
        found = True
    return found


def _narrower(e: Evaluator, call: Invoke, unit: Unit, one: Unit, other: Unit) -> bool:
    """Whether both take the arguments, but ``one`` declares a class below that which ``other`` does."""
    if len(one.parameters) != len(other.parameters) or len(call.arguments) != len(one.parameters):
        return False
    below = False
    for argument, left, right in zip(call.arguments, one.parameters, other.parameters, strict=True):
        if left.annotation is None or right.annotation is None:
            return False
        narrow = types.instances(e, left.annotation, one, None)
        wide = types.instances(e, right.annotation, other, None)
        if narrow == wide:
            continue
        inner, outer = _only_class(narrow), _only_class(wide)
        if inner is None or outer is None or outer not in classes.order(e, inner).units:
            return False
        given = e.values(argument, unit)
        if not given or not all(
            isinstance(v, Instance) and inner in classes.order(e, v.unit).units for v in given
        ):
            return False
        below = True
    return below


def _only_class(values: Values) -> Unit | None:
    """Return the class whose objects ``values`` are; None if they may be others."""
    only = next(iter(values)) if len(values) == 1 else None
    return only.unit if isinstance(only, Instance) else None


def _through_object(e: Evaluator, call: Invoke, unit: Unit) -> bool:
    """Whether the call has a receiver that is no class."""
    base = getattr(call.function, "base", None)
    return base is not None and not any(isinstance(v, Klass) for v in e.values(base, unit))


def _is_bound(callee: Unit, through: bool) -> bool:  # noqa: FBT001 -- the answer of the function above
    """Whether an extension method gets its first argument from before the dot."""
    return through and "extension" in callee.flags


def _suits(e: Evaluator, call: Invoke, unit: Unit, callee: Unit, through: bool) -> bool:  # noqa: FBT001 -- as above
    taken = [p for p in callee.parameters if p.kind == "positional"]
    rest = [p for p in callee.parameters if p.kind == "rest"]
    if _is_bound(callee, through):
        taken = taken[1:]
    taken += rest * (len(call.arguments) - len(taken))
    named = {p.name: p for p in callee.parameters}
    pairs = [*zip(call.arguments, taken, strict=False)]
    pairs += [(value, named[name]) for name, value in call.keywords if name in named]
    for argument, parameter in pairs:
        if parameter.annotation is None:
            continue
        declared = types.instances(e, parameter.annotation, callee, None)
        given = e.values(argument, unit)
        if not given or not declared or UNKNOWN in given or UNKNOWN in declared:
            continue
        if parameter.kind == "rest" and any(isinstance(v, Box | Many) for v in given):
            continue  # the array itself may be passed
        if not any(_converts(e, value, wanted) for value in given for wanted in declared):
            return False
    return True


def _converts(e: Evaluator, given: Value, wanted: Value) -> bool:  # noqa: C901, PLR0911 -- one branch a kind
    """Whether ``given`` may be passed where ``wanted`` is declared; True where nobody can tell."""
    name = wanted.name.rpartition(".")[2].lower() if isinstance(wanted, ForeignInstance) else ""
    if name in _ANY:
        return True
    closed = name in _CLOSED
    if isinstance(given, Const):
        if given.type == "None":
            return not closed or name in _TEXTS
        if given.type not in _PLAIN:
            return True
        return (
            name in _PLAIN[given.type]
            if closed or isinstance(wanted, Instance)
            else not isinstance(wanted, Many)
        )
    if isinstance(given, Instance):
        order = classes.order(e, given.unit)
        if isinstance(wanted, Instance):
            return wanted.unit in order.units or not order.complete
        return not closed
    if isinstance(given, ForeignInstance):
        own = given.name.rpartition(".")[2].lower()
        if own in _CLOSED:
            same = any(own in group and name in group for group in _PLAIN.values())
            return same or not (closed or isinstance(wanted, Instance | Many))
        return not closed
    if isinstance(given, Box | Many):
        return not closed and not isinstance(wanted, Instance)
    if isinstance(given, Func | Klass):
        if isinstance(wanted, Instance):
            return "interface" in wanted.unit.flags
        return not closed
    return True
