"""Functions that statements run without naming them: loops and ``with``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import Func, Instance

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator
    from crimescene.callers.judge import Target
    from crimescene.scopes.ir import Expr, Unit

ENTERING = frozenset({"__enter__", "__exit__", "__aenter__", "__aexit__"})
PROTOCOLS = ENTERING | {"__iter__", "__next__", "__aiter__", "__anext__"}


def runs(e: Evaluator, target: Target, place: Expr, unit: Unit) -> bool:
    """Whether a loop over ``place``, or entering it, runs the target."""
    for value in e.values(place, unit):
        if not isinstance(value, Instance):
            continue
        found = e.member(value, target.name)
        if target.name in ("__next__", "__anext__"):
            begin = "__iter__" if target.name == "__next__" else "__aiter__"
            for function in e.member(value, begin):
                for iterator in e.result(function, None, unit, None):
                    found |= e.member(iterator, target.name)
        if any(isinstance(v, Func) and v.unit is target.unit for v in found):
            return True
    return False
