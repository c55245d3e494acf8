"""What the context takes from a line, a message and a budget of reasons."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crimescene import ranking
from crimescene.analysis import Analysis
from crimescene.context import Wish, behavior, words
from crimescene.model import Context
from crimescene.settings import Settings

PROGRAM = """\
import os

RATES = {
    "eur": 1,
    "usd": 2,
}
unused = {}


class Cart:
    limits = {"a": None}

    def total(self, currency):
        return self.limits["a"] / RATES[currency]


def show(cart, RATES):
    return RATES


def main():
    return Cart().total("gbp")
"""
TRACE = """\
Traceback (most recent call last):
  File "cart.py", line 22, in main
    return Cart().total("gbp")
  File "cart.py", line 14, in total
    return self.limits["a"] / RATES[currency]
KeyError: 'gbp'
"""


def context_of(folder: Path, trace: str, **wish: object) -> Context:
    """The context of ``trace`` in a workspace without git."""
    (folder / "cart.py").write_text(PROGRAM, "utf-8")
    facade = Analysis(folder, Settings(save_cases=False), now=0.0)
    return facade.context_of(trace, Wish(**wish))  # type: ignore[arg-type]


def test_tables_and_fields_of_the_failing_line_are_shown(tmp_path: Path) -> None:
    """What the raising line reads is evidence, though it is no function; what it does not read is none."""
    snippets = context_of(tmp_path, TRACE).snippets
    assert {s.function: s.reason for s in snippets}["RATES"] == "read by frame 1"
    assert any('limits = {"a": None}' in s.text for s in snippets)
    assert not any("unused = {}" in s.text for s in snippets)


def test_parameters_hide_the_table_of_the_same_name(tmp_path: Path) -> None:
    """A name the function itself binds is not the file's."""
    trace = TRACE.replace("line 14, in total", "line 18, in show")
    trace = trace.replace('return self.limits["a"] / RATES[currency]', "return RATES")
    found = {s.function: s.reason for s in context_of(tmp_path, trace).snippets}
    assert "RATES" not in found


def test_adjacent_frames_do_not_say_that_they_call_each_other(tmp_path: Path) -> None:
    """That frame 2 calls frame 1 is what a trace is."""
    found = {s.function: s.reason for s in context_of(tmp_path, TRACE).snippets}
    assert found["Cart.total"] == "frame 1 of 2, raised here"
    assert found["main"] == "frame 2 of 2"


def test_the_raising_function_comes_first_and_is_marked(tmp_path: Path) -> None:
    """The throwing line leads its snippet's marks."""
    first = context_of(tmp_path, TRACE).snippets[0]
    assert (first.function, first.throws, first.marked[0]) == ("Cart.total", True, 14)


def test_a_suspected_expression_raises_what_it_names(tmp_path: Path) -> None:
    """An expression need not be a whole name."""
    found = {s.function: s.reason for s in context_of(tmp_path, TRACE, suspects=("show(cart)",)).snippets}
    assert words.SUSPECTED in found["show"]


def test_a_suspected_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """A typing error in a suspect is not passed over."""
    omitted = context_of(tmp_path, TRACE, suspects=("cart.py:999",)).omitted
    assert any("cart.py:999" in sentence for sentence in omitted)


def test_a_line_beyond_the_file_is_said(tmp_path: Path) -> None:
    """A place that is none gets a sentence with the number of lines there are."""
    (tmp_path / "cart.py").write_text(PROGRAM, "utf-8")
    found = Analysis(tmp_path, Settings(save_cases=False)).context_at("cart.py", 999, Wish())
    assert "cart.py has 22 lines, no line 999." in found.omitted


def test_long_functions_are_focused_on_rare_words() -> None:
    """A word that many lines hold says little about where to look."""
    lines = ["total = total + price", "total = total * 2", "rate = RATES[currency]", "return total"]
    assert words.focus(lines, {"total", "currency"})[0] == 2


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("test_empty_history_shows_hint", "empty history shows hint"),
        ("tests/test_cart.py::CartTest::test_total_is_rounded", "total is rounded"),
        ("TestDeliverToNewShelf", "deliver To New Shelf"),
        ("com.shop.CartTest.totalIsRounded", "total Is Rounded"),
        ("test_rate[usd-2]", "rate"),
    ],
)
def test_test_names_are_spoken(name: str, spoken: str) -> None:
    """The words of a test's name, its marks and parameters left out."""
    assert behavior.spoken(name).lower() == spoken.lower()


def test_every_feature_is_documented_and_weighted() -> None:
    """No feature without a weight, no weight without a feature."""
    assert set(ranking.model.WEIGHTS) <= set(ranking.FEATURES)


def test_contributions_add_up_to_the_score() -> None:
    """What ``--explain`` shows is the score, taken apart."""
    features = {"raised": 1.0, "frame": 0.5, "in_test": 1.0}
    assert sum(ranking.contributions(features).values()) == pytest.approx(ranking.score(features))


def test_a_function_inside_a_long_one_is_shown_though_that_one_is_better(tmp_path: Path) -> None:
    """Of the long one only regions are shown: the nested frame would be lost with it."""
    filler = "".join(f"    step_{n} = {n}\n" for n in range(60))
    nested = "def outer(visit):\n    def inner(node):\n        return visit(node)\n\n"
    program = f"{nested}{filler}    return inner(None).kind\n"
    last = program.count("\n")
    trace = (
        "Traceback (most recent call last):\n"
        f'  File "tree.py", line {last}, in outer\n    return inner(None).kind\n'
        '  File "tree.py", line 3, in inner\n    return visit(node)\n'
        f'  File "tree.py", line {last}, in outer\n    return inner(None).kind\n'
        "AttributeError: 'NoneType' object has no attribute 'kind'\n"
    )
    (tmp_path / "tree.py").write_text(program, "utf-8")
    snippets = Analysis(tmp_path, Settings(save_cases=False), now=0.0).context_of(trace, Wish()).snippets
    assert [s.function for s in snippets][:2] == ["outer", "outer.inner"]


def test_the_place_of_the_error_is_marked_inside_of_what_is_better(tmp_path: Path) -> None:
    """A script of five lines is shown as a whole, and still says where the error was raised."""
    (tmp_path / "cart.py").write_text("def total(x):\n    return sum(x) / len(x)\n\n\ntotal([])\n", "utf-8")
    trace = (
        "Traceback (most recent call last):\n"
        '  File "cart.py", line 5, in <module>\n    total([])\n'
        '  File "cart.py", line 2, in total\n    return sum(x) / len(x)\n'
        "ZeroDivisionError: division by zero\n"
    )
    analysis = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    prompt = analysis.build_prompt(analysis.context_of(trace, Wish()), analysis.prompt_options).text
    assert "`total` (frame 1 of 2, raised here)" in prompt
    assert "\n→   return sum(x) / len(x)\n" in prompt
    assert prompt.count("def total(x):") == 1


def context_in(folder: Path, files: dict[str, str], trace: str) -> Context:
    """The context of ``trace`` in a workspace of ``files`` without git."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Analysis(folder, Settings(save_cases=False), now=0.0).context_of(trace, Wish())


PYTEST = """\
import pytest


@pytest.fixture
def data(folder):
    return None


@pytest.fixture(autouse=True)
def clock():
    return 1


@pytest.fixture
def other():
    return 2


def test_a(data: object = None):
    assert data.x
"""
UNITTEST = """\
import unittest


class ATest(unittest.TestCase):
    def setUp(self):
        self.a = 1

    def test_a(self):
        self.fail()


class BTest(unittest.TestCase):
    def setUp(self):
        self.b = 1
"""
NODE = """\
let db;
describe('db', () => {
  beforeEach(() => { db = null; });
  test('has rows', () => { db.rows(); });
});
"""
JUNIT = """\
class ATest {
  @BeforeEach
  void prepare() {
    a = null;
  }

  void unused() {}

  @Test
  void adds() {
    a.add(1);
  }
}
"""
CONFTEST = "import pytest\n\n\n@pytest.fixture\ndef folder():\n    return 3\n"
RAISED = 'Traceback (most recent call last):\n  File "tests/test_a.py", line {}, in test_a\n    {}\n{}\n'
SETUPS: dict[str, tuple[dict[str, str], str, set[str], set[str]]] = {
    "pytest": (
        {"conftest.py": CONFTEST, "tests/test_a.py": PYTEST},
        RAISED.format(20, "assert data.x", "AttributeError: 'NoneType' object has no attribute 'x'"),
        {"data", "folder", "clock"},
        {"other"},
    ),
    "unittest": (
        {"tests/test_a.py": UNITTEST},
        RAISED.format(9, "self.fail()", "AssertionError: None"),
        {"ATest.setUp"},
        {"BTest.setUp"},
    ),
    "node": (
        {"a.test.js": NODE},
        "TypeError: Cannot read properties of null\n    at TestContext.<anonymous> (a.test.js:4:31)\n",
        {'describe "db".beforeEach#0'},
        {"describe"},
    ),
    "junit": (
        {"src/test/java/ATest.java": JUNIT},
        "java.lang.NullPointerException\n\tat ATest.adds(ATest.java:11)\n",
        {"ATest.prepare"},
        {"ATest.unused"},
    ),
}


@pytest.mark.parametrize("runner", SETUPS)
def test_what_sets_up_the_failing_test_is_shown(runner: str, tmp_path: Path) -> None:
    """Fixtures, set-up methods and hooks give a test its data though no code calls them."""
    files, trace, wanted, unwanted = SETUPS[runner]
    found = {s.function for s in context_in(tmp_path, files, trace).snippets if "sets up" in s.reason}
    assert found >= wanted
    assert not found & unwanted


@pytest.mark.parametrize(
    ("count", "wanted"), [(2, "frames 2 and 3 of 4"), (5, "frames 2, 3, 4 and 2 more of 7")]
)
def test_frames_of_one_function_are_said_together(tmp_path: Path, count: int, wanted: str) -> None:
    """A function that calls itself is one piece of code with many frames."""
    program = "def leaf():\n    return 1 / 0\n\n\ndef down(n):\n    return down(n - 1) if n else leaf()\n"
    program += "\n\ndown(4)\n"
    outer = 'Traceback (most recent call last):\n  File "a.py", line 9, in <module>\n    down(4)\n'
    frames = '  File "a.py", line 6, in down\n    return down(n - 1) if n else leaf()\n'
    inner = '  File "a.py", line 2, in leaf\n    return 1 / 0\nZeroDivisionError: division by zero\n'
    found = context_in(tmp_path, {"a.py": program}, outer + frames * count + inner)
    assert {s.function: s.reason for s in found.snippets}["down"] == wanted


def test_an_error_that_only_wraps_was_raised_elsewhere(tmp_path: Path) -> None:
    """What a server prints of an error in a handler: the wrapper has no frame in the workspace."""
    trace = "org.server.ServletException: boom\n\tat org.server.Filter.apply(Filter.java:1)\n"
    trace += "Caused by: java.lang.IllegalStateException: shut\n\tat com.acme.Till.pay(Till.java:4)\n"
    trace += "\t... 1 more\n"
    till = "package com.acme;\nclass Till {\n    void pay() {\n"
    till += '        throw new IllegalStateException("shut");\n    }\n}\n'
    summary = context_in(tmp_path, {"src/com/acme/Till.java": till}, trace).summary
    assert summary == (
        "org.server.ServletException was raised outside of this workspace; its cause,"
        " java.lang.IllegalStateException, in `Till.pay` (src/com/acme/Till.java:4)."
    )


def test_a_failure_is_reached_from_its_test_whatever_runs_that(tmp_path: Path) -> None:
    """A project's own runner is a frame of the workspace, and yet no beginning."""
    files = {
        "app.py": "def total():\n    raise KeyError(1)\n",
        "tests/test_app.py": "from app import total\n\n\ndef test_total():\n    total()\n",
        "runner.py": "def run(test):\n    test()\n",
    }
    frames = (("runner.py", 2, "run"), ("tests/test_app.py", 5, "test_total"), ("app.py", 2, "total"))
    printed = "".join(f'  File "{tmp_path}/{path}", line {at}, in {name}\n' for path, at, name in frames)
    trace = f"Traceback (most recent call last):\n{printed}KeyError: 1\n"
    summary = context_in(tmp_path, files, trace).summary
    assert summary.endswith("reached from `test_total` (tests/test_app.py).")


def test_a_frame_whose_line_moved_is_of_the_chain(tmp_path: Path) -> None:
    """The file was edited since the trace was printed, as files are."""
    body = "def outer():\n    return inner()\n\n\ndef inner():\n    raise KeyError(1)\n"
    frames = "".join(
        f'  File "{tmp_path}/app.py", line {at}, in {name}\n    {line}\n'
        for at, name, line in ((2, "outer", "return inner()"), (6, "inner", "raise KeyError(1)"))
    )
    trace = f"Traceback (most recent call last):\n{frames}KeyError: 1\n"
    found = context_in(tmp_path, {"app.py": f"import os\n\n\n{body}"}, trace)
    assert "moved from line 2" in {s.function: s.reason for s in found.snippets}["outer"]
    assert {s.function for s in found.snippets if s.in_chain} == {"outer", "inner"}


def test_that_a_frame_raised_says_which_frame_it_is_once(tmp_path: Path) -> None:
    """Also of a helper in the tests, which is a frame and no part of the program."""
    test = "from app import total\n\n\ndef check(value):\n    raise ValueError(value)\n\n\n"
    test += "def test_total():\n    check(total())\n"
    frames = "".join(
        f'  File "{tmp_path}/test_app.py", line {at}, in {name}\n    {line}\n'
        for at, name, line in ((9, "test_total", "check(total())"), (5, "check", "raise ValueError(value)"))
    )
    trace = f"Traceback (most recent call last):\n{frames}ValueError: 3\n"
    files = {"test_app.py": test, "app.py": "def total():\n    return 3\n"}
    said = {snippet.function: snippet.reason for snippet in context_in(tmp_path, files, trace).snippets}
    assert said["check"].count("frame 1 of 2") == 1


def test_the_whole_chain_is_among_the_code_however_long_it_is(tmp_path: Path) -> None:
    """Of 90 functions of the chain, most of them far from the error, none is left out for a better one."""
    body = "".join(f"def f{n}():\n    return f{n + 1}()\n\n\n" for n in range(90))
    frames = "".join(
        f'  File "{tmp_path}/app.py", line {4 * n + 2}, in f{n}\n    return f{n + 1}()\n' for n in range(90)
    )
    trace = f"Traceback (most recent call last):\n{frames}NameError: name 'f90' is not defined\n"
    found = context_in(tmp_path, {"app.py": body}, trace)
    assert {f"f{n}" for n in range(90)} <= {snippet.function for snippet in found.snippets}


def test_every_frame_is_named_inside_of_the_top_level(tmp_path: Path) -> None:
    """The lines around a call at the top level hold the function it calls, which is a frame itself."""
    program = "def total(items):\n    return 1 / items\n\n\ndef run():\n    return total(0)\n\n\nrun()\n"
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 9, in <module>\n    run()\n'
        '  File "a.py", line 6, in run\n    return total(0)\n'
        '  File "a.py", line 2, in total\n    return 1 / items\nZeroDivisionError: division by zero\n'
    )
    reasons = {s.function: s.reason for s in context_in(tmp_path, {"a.py": program}, trace).snippets}
    assert reasons["run"] == "frame 2 of 3"
    assert reasons[""] == "frame 3 of 3"


def test_titles_leave_out_addresses_and_places() -> None:
    """Where memory lies and who called stand in the error itself."""
    asan = "heap-buffer-overflow on address 0x602000000037 at pc 0x7f9ed7 bp 0x7ffc sp 0x7ffc"
    assert behavior.error_line("AddressSanitizer", asan) == "AddressSanitizer: heap-buffer-overflow"
    php = "send(): Argument #1 ($to) must be of type string, null given, called in /srv/Mailer.php on line 12"
    assert behavior.error_line("TypeError", php).endswith("string, null given")
    assert behavior.error_line("E", "called in time") == "E: called in time"


def test_a_submodule_on_the_chain_and_logs_lying_around_are_no_changes(tmp_path: Path) -> None:
    """That another repository's changes are not known is said; the saved trace itself is no change."""
    for folder in (tmp_path, tmp_path / "lib"):
        folder.mkdir(exist_ok=True)
        subprocess.run(["git", "init", "-q", folder], check=True)
    program = "def total(items):\n    return 1 / items\n\n\ntotal(0)\n"
    trace = (
        'Traceback (most recent call last):\n  File "lib/a.py", line 5, in <module>\n    total(0)\n'
        '  File "lib/a.py", line 2, in total\n    return 1 / items\nZeroDivisionError: division by zero\n'
    )
    files = {"lib/a.py": program, "trace.log": trace, "notes.md": "x\n"}
    notes = " ".join(context_in(tmp_path, files, trace).change_notes)
    assert "Changes within lib are not known here" in notes
    assert "notes.md (uncommitted" in notes
    assert "trace.log" not in notes


def test_a_method_of_ruby_that_only_its_name_leads_to_is_shown(tmp_path: Path) -> None:
    """A definition without parentheses, in another file, called on a value of unknown type."""
    (tmp_path / "cart.rb").write_text(
        "class Cart\n  def sum\n    @lines.sum { |line| line.discounted }.round\n  end\nend\n", "utf-8"
    )
    (tmp_path / "line.rb").write_text(
        "Line = Struct.new(:price) do\n  def discounted\n    price * 0.9\n  end\nend\n", "utf-8"
    )
    facade = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    found = facade.context_of(
        "cart.rb:3:in `round': NaN (FloatDomainError)\n\tfrom cart.rb:3:in `sum'\n", Wish()
    )
    assert {s.function: s.reason for s in found.snippets}[
        "Line.discounted"
    ] == "named like what frame 1 calls"


BRIDGED = """\
package shop;

abstract class Reader<T> {
    abstract T read(String text);
}

final class Prices extends Reader<Integer> {
    @Override
    Integer read(String text) {
        return Integer.valueOf(text.trim());
    }
}
"""


def test_the_bridge_to_an_overridden_method_is_that_method(tmp_path: Path) -> None:
    """What javac makes to call it has the line of the class; the head of the class would say nothing."""
    trace = (
        'java.lang.NullPointerException: Cannot invoke "String.trim()" because "text" is null\n'
        "\tat shop.Prices.read(Prices.java:10)\n\tat shop.Prices.read(Prices.java:7)\n"
    )
    snippets = context_in(tmp_path, {"src/shop/Prices.java": BRIDGED}, trace).snippets
    found = {s.function: s.reason for s in snippets}
    assert found["Prices.read"].startswith("frame 1 of 2, raised here")
    assert "Prices" not in found
