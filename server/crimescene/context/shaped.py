"""A crash that is a shape which parts: the way of the value, found from the frames by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Trace
    from crimescene.workspace import Workspace

_ERRORS = frozenset({"KeyError", "AttributeError", "TypeError", "NullPointerException", "ClassCastException"})
"""What a program ends with that reads what nobody produced."""
_FILES = 4
_STEPS = 40_000
"""A prompt does not wait long for a table that few crashes have."""
_MOST = 5_000
"""Files of a workspace in which the others are looked for."""


def shape_of(trace: Trace, links: Sequence[Link], workspace: Workspace) -> str:
    """Return the table of what is produced and read at the crash; empty unless shapes part there."""
    named = {(stack.exception or "").rpartition(".")[2] for stack in trace.stacks}
    frames = [(link.location.path, link.location.lineno) for link in links if link.certain]
    if not frames or named.isdisjoint(_ERRORS) or len(workspace.files()) > _MOST:
        return ""
    from crimescene import shapes  # noqa: PLC0415 -- most crashes do not need them

    paths = list(dict.fromkeys(link.location.path for link in links if link.certain and not link.in_test))
    found = shapes.trace(workspace, paths[:_FILES], steps=_STEPS) if paths else shapes.Traced(())
    nearest = shapes.nearest_to(found, frames).divergences[:1]
    here = [d for d in nearest if (d.consumer.path, d.consumer.lineno) in frames]
    return shapes.text(shapes.Traced(tuple(here)))
