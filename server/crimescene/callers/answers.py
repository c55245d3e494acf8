"""From units back to the functions everybody else speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crimescene.model import Call, Certainty, Function, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.callers.program import Program
    from crimescene.scopes.ir import Unit
    from crimescene.syntax import Outline


@dataclass(frozen=True, slots=True)
class Found:
    """A call of ``target`` at the byte ``start`` of the file of ``caller``."""

    target: Unit
    caller: Unit
    start: int
    certainty: Certainty
    reason: str


def ordered(calls: Iterable[Call]) -> list[Call]:
    """Return the best verdict of each place, surest first, then nearest to the callee."""
    best: dict[tuple[str, int, str, int], Call] = {}
    for call in calls:
        key = (call.callee.path, call.callee.span.start, call.path, call.span.start)
        if key not in best or call.certainty.value > best[key].certainty.value:
            best[key] = call

    def rank(call: Call) -> tuple[int, bool, str, int]:
        return (-call.certainty.value, call.path != call.callee.path, call.path, call.span.start)

    return sorted(best.values(), key=rank)


MAX_WEAK = 20
"""Polymorphic answers for one function: of more, nobody can tell which matter."""


def strongest(calls: Iterable[Call]) -> list[Call]:
    """Keep all sure answers and the first of the weak ones."""
    kept: list[Call] = []
    weak = 0
    for call in calls:
        polymorphic = call.reason.startswith(("implements", "overrides")) and "known" not in call.reason
        weak += polymorphic
        if not polymorphic or weak <= MAX_WEAK:
            kept.append(call)
    return kept


def to_call(program: Program, item: Found, callee: Function | None = None) -> Call:
    """Turn what was found into a call between functions."""
    caller = describe(program, item.caller)
    reached = callee or describe(program, item.target)
    source = program.source(item.caller.path)
    span = Span(item.start, item.start + len(reached.name.encode()))
    lineno = source.count(b"\n", 0, item.start) + 1
    return Call(caller, reached, item.caller.path, span, lineno, item.certainty, item.reason)


def to_calls(program: Program, found: Iterable[Found]) -> tuple[Call, ...]:
    """Turn all that was found into calls, best first."""
    return tuple(ordered(to_call(program, item) for item in found))


def describe(program: Program, unit: Unit) -> Function:
    """Return the function that the outline of the file has for ``unit``, or one made for it."""
    outline = program.outline(unit.path)
    if outline is not None:
        if unit.kind == "module":
            return outline.module
        known = program.functions(unit.path)
        return (
            known.get(unit.name_start)
            or known.get(-unit.start)
            or _around(program, outline, unit)
            or function_of(unit)
        )
    return function_of(unit)


def _around(program: Program, outline: Outline, unit: Unit) -> Function | None:
    """Return the function whose body a lambda is: ``const Cart = memo(() => ...)`` is called ``Cart``."""
    found = program.table(outline).ends.get(unit.end) if unit.kind == "lambda" else None
    around = found is not None and found.span.start <= unit.start <= found.body_span.start
    return found if around else None


_KINDS = {"module": "module", "class": "class", "lambda": "lambda"}


def function_of(unit: Unit) -> Function:
    """Describe a unit as the function it is."""
    kind = _KINDS.get(unit.kind, "function")
    if unit.kind == "function" and unit.owner is not None:
        kind = "constructor" if "constructor" in unit.flags else "method"
        kind = "accessor" if unit.flags & {"property", "setter"} else kind
    name_end = unit.name_start + len(unit.name.encode())
    return Function(
        name=unit.name,
        qualified_name=unit.qualified_name,
        kind=kind,
        path=unit.path,
        span=Span(unit.start, unit.end),
        name_span=Span(unit.name_start, name_end),
        body_span=Span(unit.start, unit.end),
        first_lineno=unit.first_lineno,
        last_lineno=unit.last_lineno,
    )


def to_json(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Return calls as the plain data of ``crimescene callers --json``, best first."""
    return [
        {
            "path": call.path,
            "line": call.lineno,
            "function": spoken(call.caller),
            "certainty": call.certainty.name.lower(),
            "score": call.certainty.value,
            "reason": call.reason,
        }
        for call in calls
    ]


def spoken(function: Function) -> str:
    """Return the name of the nearest function that has one: a callback belongs to who wrote it."""
    if function.kind == "module":
        return "<module>"
    names = function.qualified_name.split(".")
    while names and ("#" in names[-1] or names[-1].startswith("<")):
        names.pop()
    return ".".join(names) or "<module>"
