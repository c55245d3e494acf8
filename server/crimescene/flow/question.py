"""What is asked of the flow of values, and what is weighed to answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crimescene.flow.closure import Node
    from crimescene.flow.facts import Statement, Unit
    from crimescene.flow.graph import Graph
    from crimescene.flow.points import Point

BUDGET = 12
SHARE = 0.38
"""Of what could be observed in the functions looked at."""
FARTHEST = 6.0
"""Points farther from the question than this are left for the next round."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be followed: ``expression`` from ``entry`` to ``target``, or backward from a crash."""

    expression: str = ""
    entry: Unit | None = None
    target: Unit | None = None
    crash: tuple[Statement, ...] = ()
    suspects: tuple[str, ...] = ()
    """Expressions at the crash, the likeliest first."""
    budget: int = BUDGET


@dataclass(slots=True)
class Plan:
    """The points in the order in which a value passes them."""

    points: list[Point] = field(default_factory=list)
    unchosen: list[Point] = field(default_factory=list)
    """What the budget left out, in the same order: where to look between two points of the plan."""
    notes: list[str] = field(default_factory=list)
    """Sentences: what is not known."""


@dataclass(slots=True)
class Candidate:
    """A statement that may decide the value, and what it decides."""

    statement: Statement
    distance: float
    decides: list[Statement] = field(default_factory=list)


_BRACKETS = "[]\"' "


def selectors_of(expression: str) -> tuple[str, tuple[str, ...]]:
    """Return the root and the named selectors of an expression as a user writes it."""
    parts = re.findall(r"[\w$]+|\[\s*(?:\"[^\"]*\"|'[^']*')\s*\]", expression.replace("?.", "."))
    names = [f"'{part.strip(_BRACKETS)}'" if part[0] == "[" else part for part in parts]
    if not names:
        return "", ()
    computed = re.findall(r"\[\s*([\w$.]+)\s*\]", expression)
    kept = [n for n in names[1:] if n not in computed]
    root = names[0]
    if root in ("this", "self") and kept:
        root, kept = kept[0], kept[1:] or [kept[0]]
    return root, tuple(kept)


class Setting:
    """A question in front of the graph it is asked of."""

    def __init__(self, graph: Graph, sources: Mapping[str, bytes], question: Question) -> None:
        self.graph, self.sources, self.question = graph, sources, question
        self.accessors = frozenset(u.name for u in graph.units if "accessor" in u.flags)
        self.notes: list[str] = []
        self.followed: Mapping[Node, float] = {}
        self.weighed: list[tuple[float, Candidate, Point]] = []
        self.root, self.selectors = selectors_of(question.expression)
