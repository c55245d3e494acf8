"""Which calls had run when a line failed, as far as lines and indentation tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from candidate_facts import features
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("ready", "maybe", "opened", "other", "near", "handled", "below", "after")
RAN = {"ready", "maybe", "opened", "near", "handled"}
"""What had run when ``fail`` was called; ``maybe`` may have."""

PYTHON = """\
def pay(cart):
    ready(cart)
    if cart:
        maybe(cart)
    try:
        handled(cart)
    except KeyError:
        raise
    if opened(cart):
        if cart:
            other(cart)
        else:
            near(
                cart)
            fail(cart)
            below(cart)
    after(cart)


"""
JAVA = """\
class Shop {
    static int pay(String cart) {
        ready(cart);
        if (cart != null) {
            maybe(cart);
        }
        try {
            handled(cart);
        } catch (RuntimeException e) {
            throw e;
        }
        if (opened(cart) > 0) {
            if (cart == null) {
                other(cart);
            } else {
                near(
                    cart);
                fail(cart);
                below(cart);
            }
        }
        return after(cart);
    }
"""
SCRIPT = """\
function pay(cart) {
  ready(cart);
  if (cart) {
    maybe(cart);
  }
  try {
    handled(cart);
  } finally {
    cart.close();
  }
  if (opened(cart)) {
    switch (cart.kind) {
      case 1:
        other(cart);
        break;
      default:
        near(
          cart);
        fail(cart);
        below(cart);
    }
  }
  return after(cart);
}
"""
GO = """\
package shop

func pay(cart *Cart) int {
	ready(cart)
	if cart != nil {
		maybe(cart)
	}
	handled(cart)
	if opened(cart) > 0 {
		if cart == nil {
			other(cart)
		} else if cart.Open {
			near(
				cart)
			fail(cart)
			below(cart)
		}
	}
	return after(cart)
}

"""
PROGRAMS = {
    "python": ("shop.py", PYTHON, "def {name}(cart):\n    return cart.{name}\n\n\n"),
    "java": (
        "Shop.java",
        JAVA,
        "\n    static int {name}(String cart) {{\n        return cart.length();\n    }}\n",
    ),
    "javascript": ("shop.js", SCRIPT, "\nfunction {name}(cart) {{\n  return cart.{name};\n}}\n"),
    "go": ("shop.go", GO, "func {name}(cart *Cart) int {{\n\treturn cart.{name}\n}}\n\n"),
}
TRACES = {
    "python": "Traceback (most recent call last):\n"
    '  File "shop.py", line {pay}, in pay\n    fail(cart)\n'
    '  File "shop.py", line {fail}, in fail\n    return cart.fail\nAttributeError: fail\n',
    "java": 'Exception in thread "main" java.lang.NullPointerException\n'
    "\tat Shop.fail(Shop.java:{fail})\n\tat Shop.pay(Shop.java:{pay})\n",
    "javascript": "TypeError: Cannot read properties of null (reading 'fail')\n"
    "    at fail (shop.js:{fail}:15)\n    at pay (shop.js:{pay}:9)\n",
    "go": "panic: runtime error: invalid memory address or nil pointer dereference\n\n"
    "goroutine 1 [running]:\nmain.fail(...)\n\tshop.go:{fail} +0x1d\nmain.pay(...)\n\tshop.go:{pay} +0x1d\n",
}


def failed(folder: Path, language: str) -> dict[str, dict[str, float]]:
    """The features of each function of the program, by name."""
    path, body, definition = PROGRAMS[language]
    text = body + "".join(definition.format(name=name) for name in ("fail", *NAMES))
    text += "}\n" if language == "java" else ""
    lines = text.split("\n")
    called = 1 + next(n for n, line in enumerate(lines) if "fail(cart)" in line)
    inside = 2 + next(n for n, line in enumerate(lines) if "fail(" in line and n >= called)
    trace = TRACES[language].format(pay=called, fail=inside)
    found = features(folder, trace, {path: text})
    return {name.rpartition(".")[2]: facts for name, facts in found.items()}


@pytest.mark.parametrize("language", PROGRAMS)
def test_what_had_run(tmp_path: Path, language: str) -> None:
    """Calls above the failing one had run, but for those of the branch not taken; those below had not."""
    found = failed(tmp_path, language)
    assert {name for name in NAMES if found[name].get("ran")} == RAN
    assert {name for name in NAMES if found[name].get("not_run")} == set(NAMES) - RAN
    surely = {name for name in NAMES if found[name].get("ran_surely")}
    assert surely == RAN - {"maybe"}
    late = sorted(RAN, key=lambda name: -found[name]["ran_near"])
    assert late[0] == "near"
    assert late[-1] == "ready"
    assert found["near"]["reach_ran"] > found["ready"]["reach_ran"] > 0
    assert not found["after"].get("reach_ran")
    assert "ran" not in found["fail"]


STATEMENTS = {
    "argument": "pay(cart) {\n  return fail({\n    a: inside(cart),\n  }, last(cart));\n  after(cart);\n}\n",
    "callback": "pay(cart) {\n  cart.map(x => {\n    inside(x);\n  });\n  last(cart);\n  after(cart);\n}\n",
    "block": "pay(cart) {\n  if (cart.open(0)) {\n    inside(cart);\n  }\n  last(cart);\n  after(cart);\n}\n",
    "chain": "pay(cart) {\n  cart\n    .each(inside(cart))\n    .all(last(cart));\n  after(cart);\n}\n",
}


@pytest.mark.parametrize(
    ("statement", "ran"),
    [("argument", {"inside", "last"}), ("callback", set()), ("block", set()), ("chain", {"inside", "last"})],
)
def test_a_statement_of_many_lines(tmp_path: Path, statement: str, ran: set[str]) -> None:
    """It ends with its brackets; what a callback or a block holds stands below its line."""
    names = ("inside", "last", "after")
    text = "function " + STATEMENTS[statement]
    text += "".join(f"\nfunction {name}(x) {{\n  return x;\n}}\n" for name in names)
    found = features(tmp_path, "TypeError: no\n    at pay (a.js:2:3)\n", {"a.js": text})
    assert {name for name in names if found[name].get("ran_near") == 1.0} == ran
    assert {name for name in names if found[name].get("not_run")} == set(names) - ran


def test_a_loop_comes_back(tmp_path: Path) -> None:
    """What stands below the failing line of a loop may have run the round before."""
    source = (
        "def pay(carts):\n    for cart in carts:\n        total(cart)\n        note(cart)\n    done(carts)\n"
    )
    source += "".join(
        f"\n\ndef {name}(cart):\n    return cart.{name}\n" for name in ("total", "note", "done")
    )
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 3, in pay\n    total(cart)\n'
        '  File "a.py", line 9, in total\n    return cart.total\nAttributeError: total\n'
    )
    found = features(tmp_path, trace, {"a.py": source})
    assert found["note"]["ran"] == 1 / 2
    assert "ran_surely" not in found["note"]
    assert found["done"]["not_run"] == 1.0


def test_the_test_had_come_so_far(tmp_path: Path) -> None:
    """Of what a test calls, its last statements before the assertion count most, and none below."""
    shop = "".join(f"def {name}(cart):\n    return cart\n\n\n" for name in ("first", "last", "never"))
    test = (
        "from shop import first, last, never\n\n\ndef test_cart():\n    cart = first([])\n\n\n\n\n"
        "    cart = last(cart)\n    assert cart == [1]\n    assert never(cart)\n"
    )
    trace = (
        "    def test_cart():\n        cart = first([])\n\n\n\n\n        cart = last(cart)\n"
        ">       assert cart == [1]\nE       assert [] == [1]\n\ntests/test_shop.py:11: AssertionError\n"
    )
    found = features(tmp_path, trace, {"shop.py": shop, "tests/test_shop.py": test})
    assert found["last"]["test_ran_near"] > found["first"]["test_ran_near"] > 0
    assert found["first"]["test_ran"] == found["last"]["test_ran"] == 1.0
    assert found["never"]["not_run"] == 1.0
    assert found["last"]["reach_ran"] > found["first"]["reach_ran"] > found["never"].get("reach_ran", 0.0)


def test_the_reason_says_so(tmp_path: Path) -> None:
    """A prompt tells a callee that had no part in it from one that may have; of a line pointed at nothing."""
    source = "def pay(cart):\n    ready(cart)\n    total = cart.total\n    note(total)\n"
    source += "".join(f"\n\ndef {name}(cart):\n    return cart\n" for name in ("ready", "note"))
    (tmp_path / "a.py").write_text(source, "utf-8")
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 3, in pay\n    total = cart.total\n'
        "AttributeError: 'NoneType' object has no attribute 'total'\n"
    )
    analysis = Analysis(tmp_path, Settings(save_cases=False), now=0.0)
    reasons = {found.function: found.reason for found in analysis.context_of(trace, Wish()).snippets}
    assert reasons["ready"] == "called by frame 1"
    assert reasons["note"] == "called by frame 1, not on the way to its line"
    pointed = analysis.context_at("a.py", 3, Wish())
    assert {found.function: found.reason for found in pointed.snippets}["note"] == "called by step 1"
