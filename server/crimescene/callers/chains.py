"""Callers of callers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from crimescene.callers.incoming import incoming

if TYPE_CHECKING:
    from crimescene.model import Call, Function
    from crimescene.workspace import Workspace


def transitive(
    workspace: Workspace, function: Function, depth: int = 1, *, seconds: float | None = None
) -> tuple[Call, ...]:
    """Find callers, their callers and so on, ``depth`` levels, nearest first; nobody is asked for twice."""
    deadline = time.monotonic() + seconds if seconds is not None else None
    found: list[Call] = []
    seen = {_place(function)}
    wanted: list[Function] = [function]
    for _ in range(depth):
        left = deadline - time.monotonic() if deadline is not None else None
        if not wanted or (left is not None and left <= 0):
            break
        calls = incoming(workspace, wanted, seconds=left).calls
        found += calls
        fresh = {_place(c.caller): c.caller for c in calls if _place(c.caller) not in seen}
        seen |= set(fresh)
        wanted = [f for f in fresh.values() if f.kind != "module"]
    return tuple(found)


def _place(function: Function) -> tuple[str, int]:
    return function.path, function.span.start
