"""Which code deserves the budget: the features' facts, the files a test is about, and the training loop."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from crimescene import ranking
from crimescene.analysis import Analysis
from crimescene.context import Wish, flowing
from crimescene.ranking import boosting, model, train
from crimescene.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = Path(__file__).parent.parent / train.DATA
FILES = {
    "shop/pricing.py": "def total(lines):\n    return up(sum(lines))\n\n\ndef up(x):\n    return int(x)\n",
    "shop/storage.py": "def save(order):\n    return order\n\n\ndef load(key):\n    return key\n",
    "shop/mail.py": "def send(to):\n    return to\n",
    "tests/test_pricing.py": (
        "import unittest\n\nfrom shop import facade\n\n\n"
        "class PricingTest(unittest.TestCase):\n"
        "    def test_total_is_rounded_up(self):\n"
        "        self.assertEqual(facade.run('total', [0.5]), 1)\n"
    ),
}
TRACE = """\
FAIL: test_total_is_rounded_up (tests.test_pricing.PricingTest)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "tests/test_pricing.py", line 8, in test_total_is_rounded_up
    self.assertEqual(facade.run('total', [0.5]), 1)
AssertionError: 0 != 1
"""


def test_the_file_a_failing_test_is_named_after_is_looked_into(tmp_path: Path) -> None:
    """No frame leads there and no call can be followed: only its name says so."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    facade = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    found = {s.path: s for s in facade.context_of(TRACE, Wish()).snippets}
    assert found["shop/pricing.py"].reason == "in a file the failing test is about"
    assert "tests/test_pricing.py" in found
    assert "shop/mail.py" not in found


SHAPES = {
    "shapes/plan.py": (
        "def total(shapes):\n"
        "    sizes = measured(shapes)\n"
        "    return sum(sizes) + 0\n\n\n"
        "def measured(shapes):\n"
        "    return [shape.area_of() for shape in shapes]\n"
    ),
    "shapes/circle.py": "class Circle:\n    def area_of(self):\n        return self.size\n",
    "shapes/square.py": "class Square:\n    def area_of(self, *, scale=(1)):\n        return str(scale)\n",
    "shapes/other.py": "def report(shape):\n    return shape.area_of()\n",
}
SHAPES_TRACE = """\
Traceback (most recent call last):
  File "shapes/plan.py", line 3, in total
    return sum(sizes) + 0
  File "shapes/plan.py", line 7, in measured
    return [shape.area_of() for shape in shapes]
TypeError: unsupported operand type(s) for +: 'int' and 'str'
"""


def test_what_a_call_may_reach_by_its_name_alone_is_looked_at(tmp_path: Path) -> None:
    """Nothing says which class the value has: every method of that name beside the chain may be it."""
    for path, text in SHAPES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    facade = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    found = {s.function: s for s in facade.context_of(SHAPES_TRACE, Wish()).snippets}
    assert found["Circle.area_of"].reason == found["Square.area_of"].reason == "named like what frame 1 calls"
    assert "report" not in found


def test_where_little_is_found_what_that_calls_is_looked_at(tmp_path: Path) -> None:
    """What an implementer calls that is reached by its name alone; not in a program with much to show."""
    filler = "".join(
        f"def unused_{n}(value):\n    return value + {n}  # {'-' * 50}\n\n\n" for n in range(300)
    )
    files = {
        **SHAPES,
        "shapes/square.py": (
            "from maths import scaled\n\n\n"
            "class Square:\n    def area_of(self, *, scale=(1)):\n        return scaled(scale)\n"
        ),
        "maths.py": "def scaled(x):\n    return str(x)\n",
    }
    for more, found_there in (("", True), (filler, False)):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text + (more if path == "shapes/plan.py" else ""), "utf-8")
        facade = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
        found = {s.function: s.reason for s in facade.context_of(SHAPES_TRACE, Wish()).snippets}
        assert (found.get("scaled") == "called by area_of") is found_there


def test_where_the_values_of_the_failing_line_come_from_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``sizes`` was assigned from ``measured``."""
    described: list[Mapping[str, float]] = []
    score = ranking.score
    monkeypatch.setattr(ranking, "score", lambda features: described.append(features) or score(features))
    trace = "\n".join(line for n, line in enumerate(SHAPES_TRACE.split("\n")) if n not in {3, 4})
    for path, text in SHAPES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    Analysis(tmp_path, Settings(save_cases=False), now=0.0).context_of(trace, Wish())
    assert [features["feeds"] for features in described if features.get("feeds")] == [1.0]


def test_assignments_are_told_from_comparisons() -> None:
    """In the spellings of several languages."""
    text = "self.a = 1\nb == 2\nint c = f()\nd := g()\nif (e <= 3) this.h[0] = 4\nk => k\nm += 1"
    assert flowing.assigned(text) == {"a", "c", "d", "h", "m"}


def test_rare_words_of_a_name_count_more() -> None:
    """Half of the functions are called get something: the word says little."""
    names = [["get", "order"], ["get", "price"], ["get", "total"], ["send", "price"]]
    order, price, total, other = ranking.coverage(names, ["get", "total"])
    assert total > max(order, price)
    assert order > 0
    assert other == 0.0


def test_every_score_is_the_sum_of_what_the_features_add(tmp_path: Path) -> None:
    """What ``--explain`` prints beside a candidate is all there is."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    facade = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    snippets = facade.context_of(TRACE, Wish()).snippets
    assert snippets
    for snippet in snippets:
        assert math.isclose(sum(value for _, value in snippet.contributions), snippet.score, abs_tol=1e-9)


@pytest.mark.skipif(not DATA.exists(), reason="an installed package has no training data")
def test_training_makes_the_weights_that_ship(tmp_path: Path) -> None:
    """Byte for byte, on every machine."""
    made = tmp_path / "weights.json"
    assert train.main([str(DATA), "--out", str(made)]) == 0
    assert made.read_text("utf-8") == train.FILE.read_text("utf-8")


@pytest.mark.skipif(not DATA.exists(), reason="an installed package has no training data")
def test_no_project_is_on_both_sides_of_a_fold() -> None:
    """Otherwise the validation would praise what was learned by heart."""
    names, bugs = train.load(DATA)
    groups = train.folds(bugs)
    published = {bug.project for bug in bugs if bug.part != train.FRESH}
    assert sorted(p for group in groups for p in group) == sorted(published)
    assert published.isdisjoint(bug.project for bug in bugs if bug.part == train.FRESH)
    assert set(names) == set(ranking.FEATURES)


def test_the_gradient_is_the_slope_of_the_loss_it_follows() -> None:
    """With one changed function among the candidates both targets agree, so the slope can be measured."""
    rows = np.array([[1.0, 0.2], [0.3, 0.9], [0.0, 0.5]])
    bug = train.Bug("p", "crash", rows, np.array([0.0, 1.0, 0.0]), np.array([400.0, 400.0, 400.0]))
    weights = np.array([0.3, -0.2])
    _, slope = train.gradient(bug, weights)
    for n in range(2):
        step = np.zeros(2)
        step[n] = 1e-6
        rise = train.gradient(bug, weights + step)[0] - train.gradient(bug, weights - step)[0]
        assert slope[n] == pytest.approx(rise / 2e-6, abs=1e-6)


def test_training_prefers_what_tells_the_changed_function() -> None:
    """Ten failures whose changed function has the first feature: its weight must win."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    bug = train.Bug("p", "crash", rows, np.array([1.0, 0.0, 0.0]), np.full(3, 900.0))
    run = train.train([bug] * 10, [bug], np.zeros(2), np.ones(2), train.Recipe(epochs=20))
    assert run.weights[0] > 0 > run.weights[1]
    assert run.losses[-1] < run.losses[0]


def test_trees_learn_what_no_weighted_sum_can() -> None:
    """The changed function has exactly one of two features: a sum cannot prefer it to none and both."""
    rows = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    other = np.array([[0.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    fixed, sizes = np.array([1.0, 0.0, 0.0]), np.full(3, 900.0)
    bugs = [train.Bug("p", "crash", table, fixed, sizes) for table in (rows, other) for _ in range(10)]
    growth = boosting.Growth(rounds=60, leaves=4, least=2, l2=0.1, features=1.0)
    seen = boosting.table(["left", "right"], bugs, boosting.edges(bugs, np.ones(2)))
    trees = boosting.boost(seen, growth)
    losses = boosting.losses(seen, trees)
    assert losses[-1] < 0.1 < losses[0]
    run = train.train(bugs, bugs, np.zeros(2), np.ones(2), train.Recipe(epochs=40))
    assert run.losses[-1] > 0.5


def test_a_fresh_bug_counts_less_than_a_published_one() -> None:
    """They contradict each other: the published ones win, in the sum and in the trees."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0]])
    published, fresh = (
        train.Bug(project, part, rows, np.array(fixed), np.full(2, 900.0))
        for project, part, fixed in (("p", "crash", [1.0, 0.0]), ("q", train.FRESH, [0.0, 1.0]))
    )
    bugs = [published, fresh] * 10
    run = train.train(bugs, bugs, np.zeros(2), np.ones(2), train.Recipe(epochs=20))
    assert run.weights[0] > run.weights[1]
    seen = boosting.table(["left", "right"], bugs, boosting.edges(bugs, np.ones(2)))
    trees = boosting.boost(seen, boosting.Growth(rounds=20, leaves=2, least=2, features=1.0))
    left, right = sum(boosting.apply(seen, tree) for tree in trees)[:2]
    assert left > right


def test_trees_answer_alike_in_training_and_in_use() -> None:
    """The table of bins and the walk along questions are two ways to the same number."""
    names, bugs = train.load(DATA)
    bug = next(bug for bug in bugs if bug.fixed.any())
    seen = boosting.table(names, [bug], boosting.edges(bugs, np.ones(len(names))))
    for row in (0, len(bug.rows) // 2, len(bug.rows) - 1):
        features = dict(zip(names, (float(value) for value in bug.rows[row]), strict=True))
        by_hand = sum(model.WEIGHTS.get(name, 0.0) * value for name, value in features.items())
        questions = [tree for tree in model.TREES if not isinstance(tree, float)]
        trained = sum(float(boosting.apply(seen, tree)[row]) - tree[2] for tree in questions)
        assert ranking.score(features) == pytest.approx(by_hand + trained)
