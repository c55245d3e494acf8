"""What the chain and the failing test call, two hops deep, farther where that is little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import callers
from crimescene.context import chain as chains
from crimescene.context.pool import CERTAINTY, WEAK
from crimescene.effort import effort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Link
    from crimescene.context.executed import Runs
    from crimescene.context.pool import Candidate, Pool
    from crimescene.model import Call, Function

_CHAIN = 8
"""Functions of the chain whose callees are looked up, innermost first."""
_HOPS = 12
"""First-hop callees whose own callees are looked up."""
_IDLE = 0.25
"""How near a callee counts that had not run: it is followed where there is time."""
_FAR = 0.3
"""How near what is called from there counts."""


def add(links: Sequence[Link], runs: Runs, pool: Pool, deadline: float) -> None:
    """What the functions of the chain and the failing test call, and what that calls in turn.

    ``runs`` says of which of these names a call had run (see :mod:`crimescene.context.executed`).
    """
    shared: dict[tuple[str, int, int], set[str]] = {}
    hops: list[tuple[Function, float]] = []
    chain = {(link.function.path, link.function.span) for link in links}
    test = chains.failing_test(links)
    for link in chains.distinct(links)[:_CHAIN]:
        who = "the failing test" if test and link.function == test.function else link.label
        left = deadline - effort()
        if left <= 0:
            break
        for call in pool.calls_in(link, left / 2):
            callee = call.callee
            if (callee.path, callee.span) == (link.function.path, link.function.span):
                continue
            near = CERTAINTY[call.certainty] / (1 + link.depth)
            known = (callee.path, callee.span) in chain  # that a frame calls the next one goes without saying
            idle = "not_run" in runs.get(callee.name, ())
            reason = "" if known else _reason(call, who, idle=idle)
            _add_callee(pool.add(callee), link, near, reason, on_line=call.lineno == link.location.lineno)
            place = (callee.path, callee.span.start, callee.span.end)
            shared.setdefault(place, set()).add(link.function.qualified_name)
            hops.append((callee, _IDLE * near if idle else near))
    for place, names in shared.items():
        if len(names) > 1:
            item = pool.items[place]
            item.note("shared", 1 - 1 / len(names), "shared by " + " and ".join(sorted(names)[:3]), 3.0)
    _add_second_callees(hops, pool, deadline)


def _reason(call: Call, who: str, *, idle: bool) -> str:
    if call.reason == callers.PASSED:
        return f"passed on by {who}"
    return f"called by {who}, not on the way to its line" if idle else f"called by {who}"


def _add_callee(item: Candidate, link: Link, near: float, reason: str, *, on_line: bool) -> None:
    item.note("callee_of_test" if link.in_test else "callee", near, reason, 2.0 * near)
    if on_line:
        item.note("callee_of_line", near)


def _add_second_callees(hops: list[tuple[Function, float]], pool: Pool, deadline: float) -> None:
    hops.sort(key=lambda hop: -hop[1])
    for callee, near in hops[:_HOPS]:
        left = deadline - effort()
        if left <= 0:
            break
        for call in callers.outgoing(pool.workspace, callee, seconds=left / 8, seek=False):
            value = near * CERTAINTY[call.certainty]
            item = pool.add(call.callee)
            item.note("second_callee", value, f"called by {callee.name}", WEAK * value)


def add_farther(pool: Pool, deadline: float) -> None:
    """Where little was found at all: what that calls, as far as it was not followed."""
    found = list(pool.items.values())
    if not pool.is_little():
        return
    followed = ("frame", "test_frame", "callee", "callee_of_test")
    for item in [x for x in found if not any(name in x.features for name in followed)][: 2 * _HOPS]:
        left = deadline - effort()
        if left <= 0 or chains.in_test(item.function.path):
            continue
        for call in callers.outgoing(pool.workspace, item.function, seconds=left / 2, seek=False):
            value = _FAR * CERTAINTY[call.certainty]
            pool.add(call.callee).note(
                "second_callee", value, f"called by {item.function.name}", WEAK * value
            )
