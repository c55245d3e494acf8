"""The score of a candidate: what small trees and a few weights say of its features, learned from real bugs.

A score is the logarithm of how likely the candidate has to change, up to a constant that all candidates of
one failure share: one point more makes it e times as likely. ``weights.json`` holds trees and weights with
their provenance; ``python -m crimescene.ranking.train`` makes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Tree: TypeAlias = "float | tuple[str, float, float, Tree, Tree]"
"""What it adds to a score, or a question: a feature, the least value that answers yes, the mean of all that
are asked, and the trees for no and for yes."""

FILE = Path(__file__).with_name("weights.json")
"""The trees and weights that ship."""
BY_HAND: Mapping[str, float] = {
    "test_frame": 3.0,
    "in_test": -1.5,
    "read_by_line": 1.0,
    "changed": 2.0,
    "suspect": 4.0,
}
"""Weights that no bug can teach: the failing test says what was expected and is never what has to change,
tables and fields are evidence, the trees of past bugs have no fresh changes, and nobody pointed there."""


def tree(node: object) -> Tree:
    """A tree as JSON writes it: lists for questions, numbers for answers."""
    if not isinstance(node, list):
        return float(str(node))
    name, at, mean, low, high = node
    return (name, at, mean, tree(low), tree(high))


_LEARNED = json.loads(FILE.read_bytes())
WEIGHTS: Mapping[str, float] = _LEARNED["weights"]
TREES: tuple[Tree, ...] = tuple(tree(node) for node in _LEARNED["trees"])


def contributions(features: Mapping[str, float]) -> dict[str, float]:
    """What each feature adds to the score, largest effect first.

    Of a tree each question on the way adds by how much its answer moved the mean.
    """
    parts = {name: value * WEIGHTS[name] for name, value in features.items() if value and name in WEIGHTS}
    for root in TREES:
        node = root
        while not isinstance(node, float):
            name, at, mean, low, high = node
            node = high if features.get(name, 0.0) >= at else low
            moved = (node if isinstance(node, float) else node[2]) - mean
            parts[name] = parts.get(name, 0.0) + moved
    return dict(sorted(parts.items(), key=lambda item: (-abs(item[1]), item[0])))


def score(features: Mapping[str, float]) -> float:
    """The sum of all contributions; a higher one deserves the budget sooner."""
    total = sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
    for root in TREES:
        if isinstance(root, float):
            continue
        node: Tree = root
        while not isinstance(node, float):
            node = node[4] if features.get(node[0], 0.0) >= node[1] else node[3]
        total += node - root[2]
    return total
