"""Value flow: what a function does with values, and every step of one from here to there."""

from __future__ import annotations

from crimescene.flow.graph import Graph
from crimescene.flow.lower import lower
from crimescene.flow.observe import every_point, points_of
from crimescene.flow.planning import BUDGET, Plan, Question, plan
from crimescene.flow.points import Place, Point

__all__ = ["BUDGET", "Graph", "Place", "Plan", "Point", "Question", "every_point", "lower", "plan", "points_of"]
