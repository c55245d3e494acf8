"""The failing test is in the prompt however deep the crash lies, told from what wraps it and helps it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.model import Snippet
from crimescene.prompt import PromptOptions, render
from crimescene.settings import Settings

DEEP = 9
SHOP = "".join(
    f"def step{n}(order):\n    return step{n + 1}(order)\n\n\n"
    f"def beside{n}(order):\n    return order[{n}]\n\n\n"
    for n in range(DEEP)
)
FILES = {
    "shop/steps.py": f"{SHOP}def step{DEEP}(order):\n    return order['total']\n",
    "tests/__init__.py": "",
    "tests/tools.py": (
        "import functools\n\n\n"
        "def quietly(test):\n"
        "    @functools.wraps(test)\n"
        "    def wrapper(*arguments):\n"
        "        return test(*arguments)\n\n"
        "    return wrapper\n"
    ),
    "tests/test_steps.py": (
        "import unittest\n\nfrom shop import steps\nfrom tests.tools import quietly\n\n\n"
        "def taken(order):\n    return steps.step0(order)\n\n\n"
        "class StepsTest(unittest.TestCase):\n"
        "    @quietly\n"
        "    def test_an_empty_order_costs_nothing(self):\n"
        "        mug = {'sku': 'mug'}\n"
        "        self.assertEqual(taken(mug), 0)\n"
        "        print(1)\n        print(2)\n        print(3)\n"
    ),
}


def snippets(root: Path) -> dict[str, Snippet]:
    """The snippets for the one test of ``FILES``, run as users do."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    command = [sys.executable, "-m", "unittest", "tests.test_steps"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    context = Analysis(root, Settings(save_cases=False), now=0.0).context_of(run.stderr, Wish())
    assert "KeyError" in context.title
    assert context.expected is not None
    assert context.expected.text == "an empty order costs nothing"
    prompt = render(context, PromptOptions(budget=1_500), 0.0).text
    code = prompt[prompt.index("## Relevant code") : prompt.index("## Expected")]
    assert "mug = {'sku': 'mug'}" in code
    assert "taken(mug)" in code
    assert "print(1)" not in code
    return {s.function: s for s in context.snippets}


def test_the_failing_test_is_shown_and_named(tmp_path: Path) -> None:
    """It lies below eleven frames, between a helper and a decorator's wrapper, and says what was expected."""
    found = snippets(tmp_path)
    assert found["StepsTest.test_an_empty_order_costs_nothing"].reason == (
        f"frame {DEEP + 3} of {DEEP + 4}, the failing test"
    )
    assert found["taken"].reason.startswith(f"frame {DEEP + 2} of")
    assert "the failing test" not in found["quietly.wrapper"].reason.replace("called by the failing test", "")


WEB = {
    "web/__init__.py": "from .app import App\n",
    "web/app.py": (
        "from . import routing\n\n\n"
        "class App:\n"
        "    def get(self, path, leave_defaults=False):\n"
        "        return lambda view: setattr(self, path, routing.Route(view, leave_defaults))\n"
    ),
    "web/routing.py": (
        "class Route:\n"
        "    def __init__(self, view, leave_defaults):\n"
        "        self.view, self.leave_defaults = view, leave_defaults\n\n"
        "    def serialised(self):\n        return vars(self.view())\n"
    ),
    "web/client.py": (
        "class Client:\n"
        "    def __init__(self, app):\n        self.app = app\n\n"
        "    def get(self, path):\n        return vars(self.app)[path].serialised()\n"
    ),
    "tests/test_leave_defaults.py": (
        "from web import App\nfrom web.client import Client\n\napp = App()\n\n\n"
        "class Model:\n    def __init__(self):\n        self.size = 1\n\n\n"
        "@app.get('/', leave_defaults=True)\ndef root():\n    return Model()\n\n\n"
        "client = Client(app)\nunused = 1\n\n\n"
        "def test_defaults_are_left_out():\n    answer = client.get('/')\n    assert answer == {}\n"
    ),
}


def test_a_test_that_leads_nowhere_is_shown_with_what_its_file_prepares(tmp_path: Path) -> None:
    """Neither a call nor a frame leads from the test to what serialises: only what its file imports does."""
    for path, text in WEB.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    context = Analysis(tmp_path, Settings(save_cases=False), now=0.0).context_of(run.stdout, Wish())
    found = {s.function: s.reason for s in context.snippets}
    prepared = {function for function, reason in found.items() if "sets up the failing test" in reason}
    assert prepared == {"app", "client", "root", "Model"}
    assert found["Route.serialised"] == "in a file 3 imports away"
    assert "unused" not in found
    prompt = render(context, PromptOptions(budget=1_500), 0.0).text
    assert "@app.get('/', leave_defaults=True)" in prompt
    assert "client = Client(app)" in prompt
