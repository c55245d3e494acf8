"""The score of a candidate: a weighted sum of its features, learned from real bugs and their fixes.

A score is the logarithm of how likely the candidate has to change, up to a constant that all candidates of
one failure share: one point more makes it e times as likely. ``weights.json`` holds the weights with their
provenance; ``python -m crimescene.ranking.train`` makes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("weights.json")
"""The weights that ship."""
BY_HAND: Mapping[str, float] = {
    "test_frame": 3.0,
    "in_test": -1.5,
    "read_by_line": 1.0,
    "changed": 2.0,
    "suspect": 4.0,
}
"""Weights that no bug can teach: the failing test says what was expected and is never what has to change,
tables and fields are evidence, the trees of past bugs have no fresh changes, and nobody pointed there."""
WEIGHTS: Mapping[str, float] = json.loads(FILE.read_bytes())["weights"]


def contributions(features: Mapping[str, float]) -> dict[str, float]:
    """What each feature adds to the score, largest effect first."""
    parts = {name: value * WEIGHTS[name] for name, value in features.items() if value and name in WEIGHTS}
    return dict(sorted(parts.items(), key=lambda item: -abs(item[1])))


def score(features: Mapping[str, float]) -> float:
    """The sum of all contributions; a higher one deserves the budget sooner."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
