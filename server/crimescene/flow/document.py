"""A plan as a Markdown document with check boxes, which works in every editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.flow.points import Point
    from crimescene.flow.question import Plan

_MOST = 8
"""Points of the next round that are named."""


def markdown(plan: Plan, title: str = "Log points", link: Callable[[str, int], str] | None = None) -> str:
    """Return the plan, its points in the order in which the value passes them.

    ``link`` makes a place one can follow, for a page that is shown as it is meant to look.
    """
    lines = [f"# {title}", ""]
    lines += [f"- {'' if link else '[ ] '}{_line(point, link)}" for point in plan.points]
    if not plan.points:
        lines.append("Nothing on the way of this value can be observed safely.")
    if plan.unchosen:
        lines += ["", "Next round, between the last good and the first bad value:", ""]
        lines += [f"- {_line(point, link)}" for point in plan.unchosen[:_MOST]]
        more = len(plan.unchosen) - _MOST
        if more > 0:
            lines.append(f"- and {more} more")
    if plan.notes:
        lines += ["", *plan.notes]
    return "\n".join(lines) + "\n"


def _line(point: Point, link: Callable[[str, int], str] | None) -> str:
    head = f"**{point.id}** " if point.id != "p0" else ""
    shown = point.label.replace("`", "'")
    why = f": {point.why}" if point.why else ""
    place = f"`{point.path}:{point.lineno}`"
    place = f"[{place}]({link(point.path, point.lineno)})" if link else place
    return f"{head}{place} in `{point.function}`, {point.when} `{shown}`{why}"
