"""Learn the weights of :mod:`crimescene.ranking.model` from real bugs whose fix is known.

``python -m crimescene.ranking.train`` reads the candidates of each bug (``training/candidates.jsonl.gz``),
cross-validates by project and writes ``weights.json``. Guess, measure, blame, fix a little, repeat: the loss
is the cross-entropy of a softmax over the candidates of one bug. A weighted sum is the yardstick: its
optimiser is Adam (Kingma and Ba, 2015) on mini-batches, its brake L2, and it stops where the validation
loss has ceased to fall. What ships are the small trees of :mod:`crimescene.ranking.boosting`, which lower
the validation loss further. Needs NumPy, and Matplotlib for the curves.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import random
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from crimescene.ranking import boosting
from crimescene.ranking.model import BY_HAND, FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.ranking.model import Tree

    Array = np.ndarray[Any, np.dtype[np.float64]]

DATA = Path("training/candidates.jsonl.gz")
FOLDS = 5
SEED = 1
_SCALE = 1000
"""Feature values are kept as integers, thousandths of one."""
_ROOM = 10_000
"""Characters of code that a prompt of 4,000 tokens has room for beside its other sections."""
_HEADING = 120
FRESH = "fresh"
"""The part of the data that is never validated on: bugs of projects that no published set holds."""
_SHARE = 0.3
"""What one of these counts beside a published bug: they are as many, and easier to tell."""
_EVERY = 20
"""Trees between two printed losses."""
_PATIENCE = 15
"""Epochs without a new least validation loss after which training stops."""
_BETA = (0.9, 0.999)
_TINY = 1e-8


@dataclass(frozen=True)
class Recipe:
    """The numbers of one training run."""

    rate: float = 0.03
    l2: float = 0.002
    epochs: int = 80
    batch: int = 16


@dataclass(frozen=True)
class Bug:
    """The candidates of one failure: a row of features each, and which of them the fix changed."""

    project: str
    part: str
    rows: Array
    fixed: Array
    sizes: Array
    """Characters of each candidate."""

    @property
    def share(self) -> float:
        """How much it counts in training."""
        return _SHARE if self.part == FRESH else 1.0


@dataclass
class Run:
    """Weights after the best epoch, and the losses and recalls of every epoch."""

    weights: Array
    losses: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)


def load(path: Path) -> tuple[list[str], list[Bug]]:
    """Read names of features and bugs; one of whose candidates none was fixed teaches nothing but counts."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names: list[str] = json.loads(next(file))["features"]
        return names, [_bug(json.loads(line), len(names)) for line in file]


def _bug(record: dict[str, Any], width: int) -> Bug:
    rows = np.zeros((len(record["rows"]), width))
    for n, row in enumerate(record["rows"]):
        rows[n, row[0::2]] = np.array(row[1::2], dtype=float) / _SCALE
    fixed = np.zeros(len(rows))
    fixed[record["fixed"]] = 1.0
    return Bug(record["project"], record["part"], rows, fixed, np.array(record["sizes"], dtype=float))


def fixed_weights(names: Sequence[str]) -> tuple[Array, Array]:
    """The weights to start from, and 1 for those that are learned."""
    start = np.array([BY_HAND.get(name, 0.0) for name in names])
    return start, np.array([float(name not in BY_HAND) for name in names])


def gradient(bug: Bug, weights: Array) -> tuple[float, Array]:
    """The loss of one bug, and how it changes with each weight.

    The target lies half way between "each changed function matters" and "one of them is enough".
    """
    scores = bug.rows @ weights
    guess = np.exp(scores - scores.max())
    guess /= guess.sum()
    found = bug.fixed * guess
    target = 0.5 * bug.fixed / bug.fixed.sum() + 0.5 * found / max(float(found.sum()), 1e-12)
    loss = -float(np.log(max(float(found.sum()), 1e-12)))
    return loss, bug.share * (bug.rows.T @ (guess - target))


def train(bugs: Sequence[Bug], held_out: Sequence[Bug], start: Array, learned: Array, recipe: Recipe) -> Run:
    """Train on ``bugs``; after each epoch measure on both."""
    weights = start.copy()
    mean, square, step = np.zeros_like(weights), np.zeros_like(weights), 0
    run = Run(weights)
    order = [bug for bug in bugs if bug.fixed.any()]
    shuffle = random.Random(SEED)  # noqa: S311 -- repeatable, and no secret
    for _ in range(recipe.epochs):
        shuffle.shuffle(order)
        for first in range(0, len(order), recipe.batch):
            batch = order[first : first + recipe.batch]
            slope = sum((gradient(bug, weights)[1] for bug in batch), np.zeros_like(weights)) / len(batch)
            slope = (slope + recipe.l2 * weights) * learned
            step += 1
            mean = _BETA[0] * mean + (1 - _BETA[0]) * slope
            square = _BETA[1] * square + (1 - _BETA[1]) * slope**2
            ahead = mean / (1 - _BETA[0] ** step)
            weights = weights - recipe.rate * ahead / (np.sqrt(square / (1 - _BETA[1] ** step)) + _TINY)
        run.losses.append(loss(bugs, weights))
        run.held_out.append(loss(held_out, weights) if held_out else float("nan"))
        run.recalls.append(recall(held_out, weights)[0] if held_out else float("nan"))
    run.weights = weights
    return run


def loss(bugs: Sequence[Bug], weights: Array) -> float:
    """Mean loss of the bugs that have a changed function among their candidates."""
    return float(np.mean([gradient(bug, weights)[0] for bug in bugs if bug.fixed.any()]))


def recall(bugs: Sequence[Bug], weights: Array) -> tuple[float, float]:
    """Share of the bugs of which one, and all, of the changed candidates fit a prompt: a quick estimate.

    Best for their length first, as the packer does it, long functions counted as cut.
    """
    some = every = 0
    for bug in bugs:
        if not bug.fixed.any():
            continue
        cost = np.minimum(bug.sizes, 4000) + _HEADING
        order = np.argsort(-(bug.rows @ weights - np.log(np.maximum(cost, 200))), kind="stable")
        shown = order[np.cumsum(cost[order]) <= _ROOM]
        some += bool(bug.fixed[shown].any())
        every += bool(bug.fixed[shown].sum() == bug.fixed.sum())
    return some / max(1, len(bugs)), every / max(1, len(bugs))


def folds(bugs: Sequence[Bug], count: int = FOLDS) -> list[list[str]]:
    """Projects in ``count`` groups of about as many bugs each, those of :data:`FRESH` bugs apart.

    Each group is validated on once, by what was trained on all other bugs: no project is on both sides.
    """
    counted = [bug for bug in bugs if bug.part != FRESH]
    sizes = {p: sum(bug.project == p for bug in counted) for p in sorted({bug.project for bug in counted})}
    groups: list[list[str]] = [[] for _ in range(count)]
    for project in sorted(sizes, key=lambda p: (-sizes[p], p)):
        min(groups, key=lambda group: sum(sizes[p] for p in group)).append(project)
    return groups


def cross_validate(names: Sequence[str], bugs: Sequence[Bug], recipe: Recipe) -> list[Run]:
    """One run for each fold, trained without its projects."""
    start, learned = fixed_weights(names)
    runs = []
    for group in folds(bugs):
        inside = [bug for bug in bugs if bug.project not in group]
        outside = [bug for bug in bugs if bug.project in group]
        runs.append(train(inside, outside, start, learned, recipe))
    return runs


def curves(runs: Sequence[Run]) -> tuple[list[float], list[float], list[float]]:
    """Training loss, validation loss and recall by epoch, as means over the folds."""
    pick: list[Callable[[Run], list[float]]] = [lambda r: r.losses, lambda r: r.held_out, lambda r: r.recalls]
    losses, held_out, recalls = ([float(v) for v in np.mean([get(r) for r in runs], axis=0)] for get in pick)
    return losses, held_out, recalls


def plot(runs: Sequence[Run], path: Path, title: str) -> None:
    """Draw both losses by epoch as a PNG."""
    importlib.import_module("matplotlib").use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    losses, held_out, _ = curves(runs)
    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    axes.plot(range(1, len(losses) + 1), losses, label="training")
    axes.plot(range(1, len(losses) + 1), held_out, label="validation, other projects")
    axes.set(xlabel="epoch", ylabel="cross-entropy", title=title)
    axes.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def report(runs: Sequence[Run], out: TextIO) -> int:
    """Print the epochs as a table; return how many it takes, counted from 1.

    The loss is flat around its minimum, where a prompt still gets better: so not the best epoch counts but
    the one at which nothing was gained for :data:`_PATIENCE` epochs.
    """
    losses, held_out, recalls = curves(runs)
    best = int(np.argmin(held_out)) + 1
    stop = min(best + _PATIENCE, len(held_out))
    print("epoch  training loss  validation loss  validation recall", file=out)
    for epoch, row in enumerate(zip(losses, held_out, recalls, strict=True), 1):
        if epoch in {1, 2, 3, 5, best, stop} or epoch % 10 == 0:
            mark = {best: "  <- least validation loss", stop: "  <- stop"}.get(epoch, "")
            print(f"{epoch:5}  {row[0]:13.4f}  {row[1]:15.4f}  {row[2]:17.3f}{mark}", file=out)
    return stop


def grown(names: Sequence[str], bugs: Sequence[Bug], growth: boosting.Growth, out: TextIO) -> float:
    """Cross-validate the trees by project, print the validation loss as they grow, and return the last."""
    _, learned = fixed_weights(names)
    losses = []
    for group in folds(bugs):
        inside = [bug for bug in bugs if bug.project not in group]
        outside = [bug for bug in bugs if bug.project in group]
        cut = boosting.edges(inside, learned)
        trees = boosting.boost(boosting.table(names, inside, cut), growth)
        losses.append(boosting.losses(boosting.table(names, outside, cut), trees))
    mean = [float(value) for value in np.mean(losses, axis=0)]
    print("trees  validation loss", file=out)
    for count in range(_EVERY, len(mean) + 1, _EVERY):
        print(f"{count:5}  {mean[count - 1]:15.4f}", file=out)
    return mean[-1]


def write(trees: Sequence[Tree], bugs: Sequence[Bug], figures: dict[str, Any], path: Path) -> None:
    """Write trees and weights with their provenance, one tree a line."""
    found = {
        "made_by": "python -m crimescene.ranking.train",
        "data": {part: sum(bug.part == part for bug in bugs) for part in sorted({bug.part for bug in bugs})},
        "projects": len({bug.project for bug in bugs}),
        **figures,
        "weights": {name: BY_HAND[name] for name in sorted(BY_HAND)},
    }
    lines = ",\n".join(f"    {json.dumps(tree)}" for tree in trees)
    head = json.dumps(found, indent=2).removesuffix("\n}")
    path.write_text(f'{head},\n  "trees": [\n{lines}\n  ]\n}}\n', "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the training loop as a command."""
    parser = argparse.ArgumentParser(prog="python -m crimescene.ranking.train", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=FILE, help="the file of trees and weights")
    parser.add_argument("--curves", type=Path, help="also draw both losses of the weighted sum here (PNG)")
    parser.add_argument("--rate", type=float, default=Recipe.rate, help="learning rate of the weighted sum")
    options = parser.parse_args(arguments)
    recipe = Recipe(rate=options.rate)
    names, bugs = load(options.data)
    runs = cross_validate(names, bugs, recipe)
    epochs = report(runs, sys.stdout)
    if options.curves:
        plot(runs, options.curves, f"learning rate {recipe.rate:g}")
    growth = boosting.Growth()
    held_out = grown(names, bugs, growth, sys.stdout)
    _, learned = fixed_weights(names)
    trees = boosting.boost(boosting.table(names, bugs, boosting.edges(bugs, learned)), growth)
    figures = {
        "recipe": asdict(growth),
        "validation_loss": {
            "weighted sum": round(curves(runs)[1][epochs - 1], 2),
            "trees": round(held_out, 2),
        },
    }
    write(trees, bugs, figures, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
