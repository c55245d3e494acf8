"""Prompts by fold: the trees that score a bug were grown without its project, as a new project's will be.

``python tests/bench/ranking_folds.py grow DIR`` grows the trees of every fold of the ranking's training data.
``python tests/bench/ranking_folds.py prompt DIR --root ROOT ...`` is then ``crimescene prompt --root ROOT``
with the trees for the bug whose identifier is the name of ROOT: a command for whatever judges prompts.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from crimescene.cli import main as crimescene
from crimescene.ranking import boosting, model, train


def grow(folder: Path) -> None:
    """Write the trees of every fold, and which of them is for which bug."""
    names, bugs = train.load(train.DATA)
    _, learned = train.fixed_weights(names)
    with gzip.open(train.DATA, "rt", encoding="utf-8") as file:
        next(file)
        identifiers = [json.loads(line)["bug"] for line in file]
    folder.mkdir(parents=True, exist_ok=True)
    fold_of = {}
    for n, group in enumerate(train.folds(bugs)):
        inside = [bug for bug in bugs if bug.project not in group]
        trees = boosting.boost(
            boosting.table(names, inside, boosting.edges(inside, learned)), boosting.Growth()
        )
        (folder / f"{n}.json").write_text(json.dumps(trees), "utf-8")
        outside = (i for i, bug in zip(identifiers, bugs, strict=True) if bug.project in group)
        fold_of.update(dict.fromkeys(outside, n))
    (folder / "folds.json").write_text(json.dumps(fold_of), "utf-8")


def prompt(folder: Path, arguments: list[str]) -> int:
    """Build the prompt with the trees of the bug's fold."""
    bug = Path(arguments[arguments.index("--root") + 1]).name
    fold = json.loads((folder / "folds.json").read_text("utf-8"))[bug]
    trees = json.loads((folder / f"{fold}.json").read_text("utf-8"))
    model.TREES = tuple(model.tree(node) for node in trees)
    return crimescene(["prompt", *arguments])


def main() -> int:
    """Run one of the two commands."""
    command, folder, *arguments = sys.argv[1:]
    if command == "prompt":
        return prompt(Path(folder), arguments)
    grow(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
