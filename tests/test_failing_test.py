"""The failing test is in the prompt however deep the crash lies, told from what wraps it and helps it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crimescene import syntax
from crimescene.analysis import Analysis
from crimescene.context import Wish, imported, setups
from crimescene.context.chain import Link
from crimescene.model import Frame, Location, Snippet, Span
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


def test_the_entry_of_a_folder_may_be_named_in_an_import() -> None:
    """``import '../src/index.js'`` is the folder's entry, and so is what that imports by name."""
    paths = ["src/index.js", "src/routes/index.js", "src/far.js", "other/index.js"]
    texts = {
        "test/a.test.js": "import * as shop from '../src/index.js';\n",
        "src/index.js": "export * from './routes/index.js';\n",
        "src/routes/index.js": "import { far } from '../far.js';\n",
    }
    found = imported.reached(
        ["test/a.test.js"], paths, lambda p: syntax.outline(p, texts.get(p, "").encode())
    )
    assert found == [("src/index.js", 1), ("src/routes/index.js", 2), ("src/far.js", 3)]


FIXED = (
    "import pytest\n\nfrom shop import App\n\n"
    "app = App()\nRATES = {'gold': 0.2}\nLOG = []\n"
    + "".join(f"LOG.append({n})\n" for n in range(30))
    + "\n\n@app.route('/')\ndef price():\n    return RATES['gold']\n\n\n"
    "@pytest.fixture\ndef client():\n    LOG.clear()\n    return app.client()\n\n\n"
    "def test_gold_costs_less(client):\n    assert client.get('/') == 80\n"
)


def test_what_a_fixture_uses_goes_with_it() -> None:
    """The test names only ``client``; the fixture of that name leads to the rest, but to no heap of data."""
    source = FIXED.encode()
    outline = syntax.outline("tests/test_gold.py", source)
    assert outline is not None
    lineno = len(outline.line_starts) - 1
    function = syntax.enclosing_function(outline, lineno)
    frame = Frame("tests/test_gold.py", lineno, None, function.name, None, "", Span(0, 0))
    place = Location("tests/test_gold.py", lineno)
    test = Link(frame, place, function, outline, 0, 1, 1, 0, in_test=True, raised=True, origin=True)
    found = {f.name: f.first_lineno for f in setups.setups(test, {"tests/test_gold.py": outline}.get)}
    assert found.keys() == {"client", "app", "price", "RATES", "LOG"}
    assert found["LOG"] == 7
