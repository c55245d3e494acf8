"""Callers of callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crimescene.callers.answers import spoken, to_json
from crimescene.callers.incoming import incoming
from crimescene.effort import effort

if TYPE_CHECKING:
    from crimescene.model import Call, Function
    from crimescene.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Transitive:
    """Calls by how far they are from the function: its callers, theirs and so on."""

    levels: tuple[tuple[Call, ...], ...]
    """Best first within each level."""
    not_examined: int = 0
    """Files that mention a name that was sought, or may, but were not looked at."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """All of them, nearest first."""
        return tuple(call for level in self.levels for call in level)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the plain data of ``crimescene callers --json``, nearest and best first."""
        return [
            {**plain, "depth": depth, "callee": spoken(call.callee)}
            for depth, level in enumerate(self.levels, 1)
            for plain, call in zip(to_json(level), level, strict=True)
        ]


def transitive(
    workspace: Workspace, function: Function, depth: int = 1, *, seconds: float | None = None
) -> Transitive:
    """Find callers, their callers and so on, ``depth`` levels; nobody is asked for twice, so cycles end."""
    deadline = effort() + seconds if seconds is not None else None
    levels: list[tuple[Call, ...]] = []
    missed = 0
    seen = {_place(function)}
    wanted: list[Function] = [function]
    for _ in range(depth):
        left = deadline - effort() if deadline is not None else None
        if not wanted:
            break
        found = incoming(workspace, wanted, seconds=left)
        missed += found.not_examined
        if not found.calls:
            break
        levels.append(found.calls)
        fresh = {_place(c.caller): c.caller for c in found.calls if _place(c.caller) not in seen}
        seen |= set(fresh)
        wanted = [f for f in fresh.values() if f.kind != "module"]
    return Transitive(tuple(levels), missed)


def _place(function: Function) -> tuple[str, int]:
    return function.path, function.span.start
