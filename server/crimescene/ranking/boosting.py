"""Grow small regression trees on what a weighted sum gets wrong: features that count only beside others.

Gradient boosting with second-order steps (Friedman, "Greedy Function Approximation", 2001; Chen and
Guestrin, "XGBoost", 2016) on the loss of :mod:`crimescene.ranking.train`: each tree is a step against the
gradient of the cross-entropy over the candidates of every bug. Trees are grown best leaf first on a sample
of bugs and features; values are rounded while training, so that every machine grows the same trees.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.ranking.model import Tree
    from crimescene.ranking.train import Array, Bug

    Codes = np.ndarray[Any, np.dtype[np.uint8]]
    Rows = np.ndarray[Any, np.dtype[np.intp]]

_BINS = 32
"""Most values of a feature that are told apart."""
_SCALE = 1000
"""Feature values are whole thousandths; a threshold lies between two of them."""
_DIGITS = 4
_FIRM = 1e-3
"""Least curvature of a candidate: those given up on must not make steps endless."""
_SEED = 1


@dataclass(frozen=True)
class Growth:
    """The numbers of one run of boosting."""

    rate: float = 0.07
    rounds: int = 140
    leaves: int = 8
    least: int = 30
    """Candidates that a leaf holds at least."""
    l2: float = 5.0
    features: float = 0.5
    """Share of the features that one tree may ask for."""
    bugs: float = 0.7
    """Share of the bugs that one tree sees."""


@dataclass
class Table:
    """The candidates of many bugs in one table, feature values as numbers of bins."""

    names: Sequence[str]
    edges: list[list[int]]
    """For each feature the thousandths at which its bins 1, 2, ... begin."""
    codes: Codes
    fixed: Array
    starts: Rows
    """Where in the table each bug begins."""
    owner: Rows
    """To which bug each row belongs."""
    share: Array
    """How much each row's bug counts."""

    def guess(self, scores: Array) -> tuple[Array, Array]:
        """The softmax over the candidates of each bug, and what it ought to be."""
        raised = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.owner])
        guess = raised / np.add.reduceat(raised, self.starts)[self.owner]
        found = self.fixed * guess
        share = self.fixed / np.add.reduceat(self.fixed, self.starts)[self.owner]
        among = np.maximum(np.add.reduceat(found, self.starts), 1e-12)[self.owner]
        return guess, 0.5 * share + 0.5 * found / among


@dataclass
class _Leaf:
    """Rows of the table that all questions so far have in common."""

    rows: Rows
    slope: Array
    curve: Array
    count: Array
    """By feature and bin: sums of gradient and curvature, and the number of rows."""
    tree: list[Any] = field(default_factory=list)

    def value(self, growth: Growth) -> float:
        """The step that this leaf takes."""
        slope, curve = float(self.slope[0].sum()), float(self.curve[0].sum())
        return round(-growth.rate * slope / (curve + growth.l2), _DIGITS) + 0.0


def edges(bugs: Sequence[Bug], learned: Array) -> list[list[int]]:
    """For each feature the values that are told apart, in thousandths: all, or that many quantiles."""
    found: list[list[int]] = []
    for column, yes in enumerate(learned):
        values = np.concatenate([bug.rows[:, column] for bug in bugs]) * _SCALE
        several = np.unique(np.rint(values[values > 0]).astype(int)) if yes else np.zeros(0, int)
        if len(several) >= _BINS:
            kept = np.rint(values[values > 0]).astype(int)
            kept.sort()
            several = np.unique(kept[[len(kept) * n // (_BINS - 1) for n in range(_BINS - 1)]])
        found.append([int(value) for value in several])
    return found


def table(names: Sequence[str], bugs: Sequence[Bug], cut: list[list[int]]) -> Table:
    """Put the candidates of ``bugs`` that have a changed function among them into one table."""
    kept = [bug for bug in bugs if bug.fixed.any()]
    rows = np.rint(np.vstack([bug.rows for bug in kept]) * _SCALE).astype(int)
    codes = np.stack(
        [np.searchsorted(at, rows[:, n], side="right").astype(np.uint8) for n, at in enumerate(cut)], axis=1
    )
    sizes = [len(bug.fixed) for bug in kept]
    starts = np.cumsum([0, *sizes[:-1]])
    return Table(
        names,
        cut,
        codes,
        np.concatenate([bug.fixed for bug in kept]),
        starts,
        np.repeat(np.arange(len(sizes)), sizes),
        np.repeat(np.array([bug.share for bug in kept]), sizes),
    )


def boost(seen: Table, growth: Growth) -> list[Tree]:
    """Grow ``growth.rounds`` trees, each on what those before it leave to be explained."""
    chance = random.Random(_SEED)  # noqa: S311 -- repeatable, and no secret
    scores = np.zeros(len(seen.fixed))
    asked = [n for n, at in enumerate(seen.edges) if at]
    count = len(seen.starts)
    trees: list[Tree] = []
    for _ in range(growth.rounds):
        guess, target = seen.guess(scores)
        features = sorted(chance.sample(asked, max(1, round(len(asked) * growth.features))))
        sample: np.ndarray[Any, np.dtype[np.bool_]] = np.zeros(count, dtype=bool)
        sample[chance.sample(range(count), max(1, round(count * growth.bugs)))] = True
        rows = np.flatnonzero(sample[seen.owner])
        steps = seen.share * (guess - target), seen.share * np.maximum(guess * (1 - guess), _FIRM)
        tree = _grow(seen, rows, steps, features, growth)
        trees.append(tree)
        scores = scores + apply(seen, tree)
    return trees


def losses(seen: Table, trees: Sequence[Tree]) -> list[float]:
    """The mean loss over the bugs of ``seen`` after each tree."""
    scores = np.zeros(len(seen.fixed))
    out = []
    for tree in trees:
        scores = scores + apply(seen, tree)
        guess, _ = seen.guess(scores)
        found = np.add.reduceat(seen.fixed * guess, seen.starts)
        out.append(float(np.mean(-np.log(np.maximum(found, 1e-12)))))
    return out


def apply(seen: Table, tree: Tree) -> Array:
    """What ``tree`` adds to the score of every row."""
    out = np.zeros(len(seen.fixed))
    columns = {name: n for n, name in enumerate(seen.names)}

    def walk(node: Tree, rows: Rows) -> None:
        if isinstance(node, float):
            out[rows] = node
            return
        name, at, _, low, high = node
        column = columns[name]
        code = int(np.searchsorted(seen.edges[column], round(at * _SCALE + 0.5), side="right"))
        yes = seen.codes[rows, column] >= code
        walk(low, rows[~yes])
        walk(high, rows[yes])

    walk(tree, np.arange(len(out)))
    return out


def _grow(seen: Table, rows: Rows, steps: tuple[Array, Array], features: list[int], growth: Growth) -> Tree:
    """One tree: the leaf that gains most is split first."""
    codes = seen.codes[:, features]
    root = _leaf(codes, rows, steps)
    leaves = [(root, _split(root, growth))]
    for _ in range(growth.leaves - 1):
        best = max(range(len(leaves)), key=lambda n: leaves[n][1][0])
        leaf, (gain, column, bin_) = leaves[best]
        if gain <= 0:
            break
        yes = codes[leaf.rows, column] >= bin_
        parts = leaf.rows[~yes], leaf.rows[yes]
        fewer = _leaf(codes, min(parts, key=len), steps)
        other = _Leaf(
            max(reversed(parts), key=len),
            leaf.slope - fewer.slope,
            leaf.curve - fewer.curve,
            leaf.count - fewer.count,
        )
        low, high = (fewer, other) if fewer.rows is parts[0] else (other, fewer)
        at = (seen.edges[features[column]][bin_ - 1] - 0.5) / _SCALE
        leaf.tree[:] = [seen.names[features[column]], at, leaf.value(growth), low, high]
        leaves[best : best + 1] = [(low, _split(low, growth)), (high, _split(high, growth))]
    return _finished(root, growth)


def _finished(leaf: _Leaf, growth: Growth) -> Tree:
    if not leaf.tree:
        return leaf.value(growth)
    name, at, mean, low, high = leaf.tree
    return (name, at, mean, _finished(low, growth), _finished(high, growth))


def _leaf(codes: Codes, rows: Rows, steps: tuple[Array, Array]) -> _Leaf:
    """Sum gradient and curvature of ``rows`` by feature and bin."""
    width = codes.shape[1]
    flat = (codes[rows] + (np.arange(width) * _BINS)).ravel()
    sums = [
        np.bincount(flat, np.repeat(values[rows], width) if values is not None else None, width * _BINS)
        for values in (*steps, None)
    ]
    slope, curve, count = (np.asarray(total, dtype=float).reshape(width, _BINS) for total in sums)
    return _Leaf(rows, slope, curve, count)


def _split(leaf: _Leaf, growth: Growth) -> tuple[float, int, int]:
    """The question that gains most, as gain, feature and first bin of the answer yes."""
    slope, curve, count = (part[:, ::-1].cumsum(1)[:, ::-1] for part in (leaf.slope, leaf.curve, leaf.count))
    whole = slope[:, :1], curve[:, :1], count[:, :1]
    gain = _worth(slope, curve, growth) + _worth(whole[0] - slope, whole[1] - curve, growth)
    gain = gain - _worth(whole[0], whole[1], growth)
    gain[(count < growth.least) | (whole[2] - count < growth.least)] = 0.0
    gain[:, 0] = 0.0
    # Sums differ in their last digits from machine to machine; what is as good comes first by its place.
    best = int(np.argmax(np.round(gain, 6)))
    column, bin_ = divmod(best, _BINS)
    return float(np.round(gain[column, bin_], 6)), column, bin_


def _worth(slope: Array, curve: Array, growth: Growth) -> Array:
    worth: Array = slope**2 / (curve + growth.l2)
    return worth
