"""Which names have a value where a statement starts: only those may be shown before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.grammar import grammar_of

if TYPE_CHECKING:
    from crimescene.flow.facts import Statement, Unit

_SCOPED = ("each", "catch", "with")


def known_before(statement: Statement, unit: Unit) -> set[str]:
    """Return the variables of ``unit`` and of functions around it that surely have a value by then."""
    grammar = grammar_of(unit.language)
    lines = grammar is not None and grammar.lines_only
    known: set[str] = set()
    current: Unit | None = unit
    while current is not None and current.kind != "module":
        known |= {p.root for q in current.parameters for p in q.targets}
        current = current.parent
    around = {id(guard) for guard in statement.guards}
    for earlier in unit.statements[: statement.index]:
        if lines and earlier.kind in _SCOPED:
            continue
        if set(map(id, earlier.guards)) <= around | {id(earlier)}:
            known |= {t.path.root for t in earlier.targets if t.path.plain}
    for guard in statement.guards:
        if guard.kind in _SCOPED:
            known |= {t.path.root for t in guard.targets}
        if grammar is not None and grammar.family == "rust":
            known |= {t.path.root for t in guard.hidden}
    return known
