"""Value flow: what a function does with values, and every step of one from here to there."""

from __future__ import annotations

from crimescene.flow.document import markdown
from crimescene.flow.graph import Graph
from crimescene.flow.lower import lower
from crimescene.flow.observe import every_point
from crimescene.flow.planning import plan
from crimescene.flow.points import Place, Point
from crimescene.flow.question import BUDGET, Plan, Question

__all__ = [
    "BUDGET",
    "Graph",
    "Place",
    "Plan",
    "Point",
    "Question",
    "every_point",
    "lower",
    "markdown",
    "plan",
    "points_of",
]
