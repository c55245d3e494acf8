"""The score of a candidate: a weighted sum of its features.

The weights are set by hand; the interface is the one a trained model fills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "raised": 3.0,
    "origin": 2.0,
    "frame": 4.0,
    "test_frame": 1.2,
    "frames": 0.5,
    "callee": 0.4,
    "callee_of_line": 2.0,
    "callee_of_test": 1.4,
    "second_callee": 0.6,
    "shared": 0.6,
    "caller": 0.3,
    "member": 0.2,
    "constructor": 0.4,
    "read_by_line": 1.5,
    "same_file": 0.2,
    "message_words": 0.8,
    "line_words": 0.6,
    "test_words": 0.8,
    "named": 0.6,
    "changed": 1.5,
    "suspect": 3.0,
    "in_test": -1.0,
    "short": -0.3,
}


def contributions(features: Mapping[str, float]) -> dict[str, float]:
    """What each feature adds to the score, largest effect first."""
    parts = {name: WEIGHTS[name] * value for name, value in features.items() if value}
    return dict(sorted(parts.items(), key=lambda item: -abs(item[1])))


def score(features: Mapping[str, float]) -> float:
    """The sum of all contributions; a higher one deserves the budget sooner."""
    return sum(WEIGHTS[name] * value for name, value in features.items())
