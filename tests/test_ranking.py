"""Which code deserves the budget: the features' facts, the files a test is about, and the training loop."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from crimescene import ranking
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.ranking import train
from crimescene.settings import Settings

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
    assert sorted(p for group in groups for p in group) == sorted({bug.project for bug in bugs})
    assert set(names) == set(json.loads(train.FILE.read_text("utf-8"))["weights"])


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
