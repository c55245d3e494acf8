"""Why one would look at a statement, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.facts import paths_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.flow.facts import Statement
    from crimescene.flow.graph import Graph


def reason(  # noqa: C901, PLR0911 -- one branch a kind
    statement: Statement, decides: Sequence[Statement], graph: Graph
) -> str:
    """Return what happens to the value at ``statement``."""
    names = ", ".join(dict.fromkeys(f"`{t.path.text}`" for t in statement.targets))
    if statement.kind == "condition":
        return _condition(statement, decides)
    if statement.kind == "return":
        waiting = dict.fromkeys(
            f"`{unit.name}`" for unit, _ in graph.callers.get(id(statement.unit), ()) if unit.kind != "module"
        )
        to = f" to {', '.join(list(waiting)[:2])}" if waiting else ""
        return f"what `{statement.unit.name}` gives back{to}"
    if statement.kind == "yield":
        return f"what `{statement.unit.name}` yields"
    if statement.kind == "mutate":
        by = ", ".join(dict.fromkeys(f"`{c.name}`" for c in statement.calls[:2]))
        return f"{names} is changed in place" + (f" by {by}" if by else "")
    if statement.kind == "each":
        return f"{names}, one after another"
    if statement.kind == "catch":
        ends = any(s.kind == "throw" for s in statement.unit.statements if statement in s.guards)
        return "this handler catches" + ("" if ends else " and goes on: does it swallow the cause?")
    if statement.kind == "throw":
        return "the error that is raised here"
    if statement.shadows:
        return f"{names}: a new variable here, which hides the outer one of the name"
    renamed = [t for t in statement.targets if t.key and t.key != t.path.text]
    if renamed:
        return ", ".join(f"`{t.key}` is called `{t.path.text}` from here on" for t in renamed[:3])
    if statement.constant:
        return f"{names} is set to a constant"
    if statement.operator == "update":
        return f"{names} is changed"
    made = [f"`{c.name}`" for c in statement.calls if c.name][:2]
    read = [f"`{p.text}`" for p in paths_in(statement.sources, deep=False)][:3]
    how = f" by {', '.join(made)}" if made else f" from {', '.join(dict.fromkeys(read))}" if read else ""
    return f"{names} is computed{how}" if names else "the value is computed"


def _condition(statement: Statement, decides: Sequence[Statement]) -> str:
    if statement.operator == "loop":
        return "decides how often the loop runs"
    if statement.operator == "assert":
        return "what the assertion looks at"
    lines = sorted({s.lineno for s in decides if s.lineno != statement.lineno})
    if lines:
        shown = ", ".join(map(str, lines[:3]))
        return (
            f"decides whether line{'s' if len(lines) > 1 else ''} {shown} run{'' if len(lines) > 1 else 's'}"
        )
    if statement.exits:
        return "may leave before the value gets further"
    return "decides which way is taken"
