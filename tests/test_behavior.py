"""What is said of the failures of a text that the prompt is not about."""

import pytest

from crimescene.context.behavior import others, spoken
from crimescene.traces import parse

_TEXT = """\
--- FAIL: TestTotal (0.00s)
    cart_test.go:8: Total() = 5, want 6
--- FAIL: TestCount (0.00s)
    cart_test.go:18: got 0, want 4
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    f()
ValueError: no cart
"""


def test_others_are_named() -> None:
    """Each other failure is named by its test and its error."""
    traces = parse(_TEXT)
    assert (
        others(traces, 0) == "2 more traces in the same text: TestCount: got 0, want 4; ValueError: no cart"
    )
    assert others(traces[:2], 1) == "1 more trace in the same text: TestTotal: Total() = 5, want 6"
    assert others(traces[:1], 0) == ""


def test_many_others_are_counted() -> None:
    """Only a few are named, each once."""
    traces = [trace for n in range(9) for trace in parse(_TEXT.replace("Test", f"Test{n}"))]
    said = others(traces, 0)
    assert said.startswith("26 more traces in the same text: Test0Count: ")
    assert said.endswith("; …")
    assert said.count(";") == 5
    assert others([*parse("a.py:3: no"), *parse("b.py:4: no")], 0) == "1 more trace in the same text."


def test_the_same_failure_again_and_warnings_are_no_others() -> None:
    """Runtimes print one failure twice, and compilers and test runners warn of other things before it."""
    error = _TEXT[_TEXT.index("Traceback") :]
    warning = (
        "warning: unused variable: `x`\n --> src/main.rs:5:9\n  |\n5 |     let x = 1;\n  |         ^\n\n"
    )
    traces = parse(f"{warning}{error}\n{error}")
    assert len(traces) == 3
    assert others(traces, 2) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_empty_history_shows_hint", "empty history shows hint"),
        ("tests/a.py::CartTest::test_adds_up[1-2]", "adds up"),
        ("CartTest.shouldWorkFineWhenGivenNPE", "work fine when given NPE"),
        ("com.shop.CartTest#parsesURLsTwice", "parses URLs twice"),
        ("TestCart/no_lines", "cart/no lines"),
        ("Cart > adds up > v1.2", "cart > adds up > v1.2"),
        ("HtmlTest > countOfNothingIsZero()", "count of nothing is zero"),
        ("tests/a.py::TestDrained.test_fee_grows[7000]", "fee grows"),
        ("ParseTest.test_words_with [x]", "words with"),
        ("test_takeLeavesRest (tests.test_store.StoreTest.test_takeLeavesRest)", "take leaves rest"),
        ("shop.CartTest.totalIsRounded()", "total is rounded"),
        ("Stack#test_0001_is empty at first", "is empty at first"),
        ('describe "Router".it "should handle a blank URL"', "Router should handle a blank URL"),
        ('describe "a.b".describe "get()".it "says \\"no\\""', 'a.b get() says \\"no\\"'),
    ],
)
def test_the_words_of_a_test(name: str, words: str) -> None:
    """What a test promises is read from its name, in whatever style its language writes it."""
    assert spoken(name) == words
