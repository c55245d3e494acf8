"""The statements that stand on a line of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.facts import walk

if TYPE_CHECKING:
    from crimescene.flow.facts import Statement, Unit

_MOST = 3


def on_line(module: Unit, source: bytes, lineno: int) -> list[Statement]:
    """Return the innermost statements on a 1-based line; of a branch or loop, its condition alone counts."""
    found = []
    for unit in walk(module):
        for statement in unit.statements:
            head = statement.kind == "condition" and statement.value is not None
            end = statement.value.end if head and statement.value is not None else statement.span.end
            last = statement.lineno + source.count(b"\n", statement.span.start, end)
            if statement.lineno <= lineno <= last and statement.kind != "catch":
                found.append((last - statement.lineno, -len(unit.qualified_name), statement))
    found.sort(key=lambda item: item[:2])
    return [statement for size, _, statement in found if size == found[0][0]][:_MOST]


def unit_at(module: Unit, lineno: int) -> Unit:
    """Return the innermost function around a 1-based line, or the top level of the file."""
    around = [u for u in walk(module) if u.lineno <= lineno <= u.last_lineno]
    return min(around, key=lambda u: u.last_lineno - u.lineno, default=module)
