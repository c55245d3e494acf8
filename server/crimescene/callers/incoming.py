"""Who calls these functions: candidates by name, nearest first, judged one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.callers import garbage, lexical
from crimescene.callers.answers import ordered, strongest
from crimescene.callers.hunt import Hunt
from crimescene.callers.judge import target_of
from crimescene.callers.other_names import names_of
from crimescene.callers.session import evaluator_for
from crimescene.effort import effort
from crimescene.languages import family

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crimescene.model import Call, Function
    from crimescene.workspace import Workspace


WARM_SECONDS = 0.38
"""Of computing, for one question where the words of the files are kept: with all around it half a second."""


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
    within: Collection[str] | None = None,
) -> Incoming:
    """Find the callers of ``functions`` with one scan of the workspace.

    ``within`` are the files known to hold one of :func:`searched_names`: no other is scanned for them.
    After ``seconds`` the search ends; ``limit`` is the number of files examined at most.
    """
    deadline = effort() + seconds if seconds is not None else None
    with garbage.put_off(seconds):
        return _incoming(workspace, functions, deadline, limit, within)


def _incoming(
    workspace: Workspace,
    functions: Sequence[Function],
    deadline: float | None,
    limit: int | None,
    within: Collection[str] | None,
) -> Incoming:
    e = evaluator_for(workspace)
    e.deadline = deadline if deadline is not None else float("inf")
    wanted = [f for f in functions if f.kind != "module"]
    targets = {f: target_of(e, u) for f in wanted if (u := e.program.unit_of(f)) is not None}
    calls: list[Call] = []
    missed = 0
    for language in dict.fromkeys(t.unit.language for t in targets.values()):
        group = {f: t for f, t in targets.items() if t.unit.language == language}
        hunt = Hunt(
            e,
            list(group.values()),
            deadline,
            limit,
            callees={t.unit: f for f, t in group.items()},
            within=within,
        )
        missed += hunt.run(family(language))
        for function in group:
            calls += strongest(ordered(call for call in hunt.calls if call.callee is function))
    plain = [f for f in wanted if f not in targets]
    nested = [f for f in plain if e.program.is_nested(f)]
    for some, files in (
        ([f for f in plain if f not in nested], within),
        *(([f], {f.path}) for f in nested),
    ):
        if some:
            more, late = lexical.incoming(e.program, some, deadline=deadline, limit=limit, within=files)
            calls += more
            missed += late
    e.deadline = float("inf")
    e.program.trim()
    return Incoming(tuple(ordered(calls)), missed)


def searched_names(workspace: Workspace, functions: Sequence[Function]) -> set[str]:
    """Return the names by which the workspace is searched for callers of ``functions``."""
    e = evaluator_for(workspace)
    found: set[str] = set()
    for function in functions:
        if function.kind == "module":
            continue
        unit = e.program.unit_of(function)
        found |= (
            set(lexical.called_names(e.program, function)) if unit is None else names_of(target_of(e, unit))
        )
    return found
