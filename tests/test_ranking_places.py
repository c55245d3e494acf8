"""Facts about where a candidate stands: to the function that the error is of, its class, its callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from candidate_facts import features

if TYPE_CHECKING:
    from pathlib import Path

READER = """\
package shop;

class Reader extends BaseReader {
    private final Problems problems = new Problems();

    int read(String text) {
        if (text.isEmpty()) {
            return problems.report("empty");
        }
        return text.length() + limitOf(text);
    }

    int again(String text) {
        return read(text);
    }
}
"""
PROBLEMS = """\
package shop;

class Problems {
    int report(String what) {
        // whoever asks knows more
        throw problem(
                what);
    }

    ShopException problem(String what) {
        return ShopException.from(what);
    }
}
"""
EXCEPTION = """\
package shop;

class ShopException extends RuntimeException {
    ShopException(String what) {
        super(what);
    }

    static ShopException from(String what) {
        return new ShopException(what);
    }
}
"""
BASE = """\
package shop;

abstract class BaseReader implements Comparable<BaseReader> {
    int limitOf(String text) {
        return 3;
    }

    @Override
    public int compareTo(BaseReader other) {
        return limitOf(null);
    }
}
"""
OTHER = """\
package shop;

class OtherReader extends BaseReader {
    int skip(String text) {
        return limitOf(text);
    }
}
"""
TRACE = """\
Exception in thread "main" shop.ShopException: empty
	at shop.ShopException.from(ShopException.java:9)
	at shop.Problems.problem(Problems.java:11)
	at shop.Problems.report(Problems.java:6)
	at shop.Reader.read(Reader.java:8)
	at shop.Reader.again(Reader.java:14)
	at shop.Main.main(Main.java:5)
"""
MAIN = (
    "package shop;\n\nclass Main {\n    public static void main(String[] a) {\n"
    '        new Reader().again("");\n    }\n}\n'
)
SHOP = {
    "Reader": READER,
    "Problems": PROBLEMS,
    "ShopException": EXCEPTION,
    "BaseReader": BASE,
    "OtherReader": OTHER,
    "Main": MAIN,
}


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, dict[str, float]]:
    """The candidates of the failing shop."""
    return features(tmp_path, TRACE, {f"src/shop/{name}.java": text for name, text in SHOP.items()})


def test_who_only_raises_is_passed_over(shop: dict[str, dict[str, float]]) -> None:
    """The factory, who wraps it and who throws what it gets: the error is that of ``read``."""
    assert {name for name, facts in shop.items() if facts.get("raiser")} == {"Reader.read"}
    only = {name for name, facts in shop.items() if facts.get("only_raises")}
    assert only == {"ShopException.from", "Problems.problem", "Problems.report"}
    assert [shop[name]["near_raiser"] for name in ("Reader.read", "Reader.again", "Main.main")] == [
        1.0,
        1 / 2,
        1 / 3,
    ]
    assert {name for name, facts in shop.items() if facts.get("outermost")} == {"Main.main"}


@pytest.mark.parametrize(
    ("body", "raiser"),
    [
        ("    raise ValueError(what)\n", "load"),
        ('    """Say it."""\n    what = what.strip()\n    raise ValueError(\n        what,\n    )\n', "load"),
        ("    if what:\n        raise ValueError(what)\n", "fail"),
        ("    if not what:\n        return\n    raise ValueError(what)\n", "fail"),
        ("    raise ValueError(what) if what else KeyError(what)\n    return 1\n", "fail"),
        ("    return int(what)\n", "fail"),
    ],
)
def test_a_check_is_told_from_what_only_raises(tmp_path: Path, body: str, raiser: str) -> None:
    """Who may also come back has decided something."""
    source = f"def fail(what):\n{body}\n\ndef load(what):\n    if what:\n        fail(what)\n\n\nload('x')\n"
    lines = source.split("\n")
    raising = next((n for n, line in enumerate(lines, 1) if "raise" in line), 2)
    calling = lines.index("        fail(what)") + 1
    trace = (
        "Traceback (most recent call last):\n"
        f"  File \"a.py\", line {len(lines) - 1}, in <module>\n    load('x')\n"
        f'  File "a.py", line {calling}, in load\n    fail(what)\n'
        f'  File "a.py", line {raising}, in fail\n    {lines[raising - 1].strip()}\nValueError: x\n'
    )
    found = features(tmp_path, trace, {"a.py": source})
    assert [name for name, facts in found.items() if facts.get("raiser")] == [raiser]
    assert bool(found["fail"].get("only_raises")) is (raiser == "load")


def test_classes_are_placed_by_what_they_extend(shop: dict[str, dict[str, float]]) -> None:
    """``BaseReader`` stands above the class that fails."""
    base = shop["BaseReader.limitOf"]
    assert base["class_above"] == base["class_above_raiser"] == 1.0
    assert shop["Reader.again"]["class_of_raiser"] == 0.0  # in the chain, which says more


def test_a_class_that_extends_the_same_stands_beside(tmp_path: Path) -> None:
    """It has the name of what the chain calls, else it would not be asked."""
    files = {f"src/shop/{name}.java": text for name, text in SHOP.items()}
    files["src/shop/OtherReader.java"] = OTHER.replace("skip", "read")
    found = features(tmp_path, TRACE, files)
    assert found["OtherReader.read"]["class_beside"] == 1.0
    assert found["OtherReader.read"]["class_above"] == 0.0


def test_walks_lead_along_the_names_that_are_called(tmp_path: Path) -> None:
    """From the chain to what it calls in turn and back; who is called by many is nothing special."""
    source = (
        "def load(key):\n    return None[first(key)]\n\n\ndef first(key):\n    return second(key)\n\n\n"
        "def second(key):\n    return log(key)\n\n\ndef log(key):\n    return key\n\n\n"
        "def unused(key):\n    return log(key) + load(key)\n"
    )
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 2, in load\n    return None[first(key)]\n'
        "TypeError: 'NoneType' object is not subscriptable\n"
    )
    found = features(tmp_path, trace, {"a.py": source})
    reached = [found[name]["reach_chain"] for name in ("first", "second", "log", "unused")]
    assert reached == sorted(reached, reverse=True)
    assert reached[2] > reached[3] == 0.0
    assert found["unused"]["reach_back"] > found["first"]["reach_back"] == 0.0
    assert found["log"]["fan_in"] > found["first"]["fan_in"] > 0.0
    assert found["unused"]["fan_out"] > found["log"]["fan_out"] == 0.0
    assert found["first"]["called_often"] == pytest.approx(1 / 3)
    assert found["first"]["near_line"] > found["unused"]["near_line"] > 0.0


def test_a_recursion_is_told(tmp_path: Path) -> None:
    """How often a function stands on the stack again."""
    trace = TRACE.replace(
        "\tat shop.Main.main", "\tat shop.Reader.again(Reader.java:14)\n" * 2 + "\tat shop.Main.main"
    )
    found = features(tmp_path, trace, {f"src/shop/{name}.java": text for name, text in SHOP.items()})
    assert found["Reader.again"]["repeated"] == pytest.approx(2 / 4)
    assert found["Reader.read"]["repeated"] == 0.0


def test_of_many_namesakes_those_stay_that_the_test_speaks_of(tmp_path: Path) -> None:
    """More than a dozen implementers; the one that the title names stands last in its file."""
    kinds = [f"Kind{n}" for n in range(20)] + ["ZonedKind"]
    source = "".join(f"class {k}:\n    def read_into(self, text):\n        return {k!r}\n\n\n" for k in kinds)
    files = {
        "app/kinds.py": source,
        "app/plan.py": "def load(kind, text):\n    return kind.read_into(text)['x']\n",
        "tests/test_plan.py": "from app import plan\n\n\ndef test_zoned(kind):\n    plan.load(kind, 'x')\n",
    }
    trace = (
        "Traceback (most recent call last):\n"
        "  File \"tests/test_plan.py\", line 5, in test_zoned\n    plan.load(kind, 'x')\n"
        "  File \"app/plan.py\", line 2, in load\n    return kind.read_into(text)['x']\n"
        "TypeError: string indices must be integers, not 'str'\n"
    )
    found = features(tmp_path, trace, files)
    assert found["ZonedKind.read_into"]["namesake"] > 0.0
    assert (
        sum("namesake" in facts for name, facts in found.items() if name.startswith("Kind")) < len(kinds) - 1
    )
