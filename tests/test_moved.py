"""Lines that moved since a trace was printed: found by text, else through git, and said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene import history, syntax
from crimescene.effort import effort
from crimescene.model import Frame, Location, Span
from crimescene.resolve import settle
from crimescene.resolve.printed import same, without_types
from repositories import Builder

CART = """\
RATES = {"TEN": 10}


def discount(code):
    rate = RATES[code]
    return rate / 100


def total(items, code):
    whole = sum(item["price"] for item in items)
    return whole * discount(code)


def main():
    print(total([{"price": 8}], "NONE"))


main()
"""
CRASH = CART.split("\n").index("    rate = RATES[code]") + 1


def settled(
    source: str | bytes,
    *,
    code: str | None,
    lineno: int,
    function: str = "discount",
    path: str = "cart.py",
    repository: history.Repository | None = None,
) -> tuple[int, str]:
    """The line and the note for one printed frame of a file."""
    data = source if isinstance(source, bytes) else source.encode()
    frame = Frame(path, lineno, None, function, None, "", Span(0, 0), code)
    found = settle(
        frame,
        Location(path, lineno),
        data,
        syntax.outline(path, data),
        around=function,
        repository=repository,
        deadline=effort() + 20,
    )
    return found.lineno, found.note


# --------------------------------------------------------------------------- by text


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("rate = RATES[code]", "    rate = RATES[code]"),
        ("rate = RATES[code]", "\trate =  RATES[code]\r"),
        ("return compute_total(cart, disc…", "    return compute_total(cart, discounts)"),
        ("...pute_total(cart, disc...", "    return compute_total(cart, discounts)"),
        ("connect('***', retries=3)", "    connect('hunter2', retries=3)"),
        (r"name = 'Zo\xeb'", "name = 'Zoë'"),
        ("name = 'Zo?'", "name = 'Zoë'"),
        ("name = 'Zoë'", "name = 'Zo\ufffd'"),
    ],
)
def test_the_same_line_in_another_guise(printed: str, line: str) -> None:
    """Blanks, cuts, masks and foreign signs are the printer's, not a change of the code."""
    assert same(printed, line)


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("return a", "return a + b"),
        ("rate = RATES[code]", "rate = RATES.get(code)"),
        ("...", "anything at all"),
        ("***", "anything at all"),
        ("call(...args)", "call(first)"),
        ("ask('What?')", "ask('Who?')"),
        ("return a + b", "return a"),
    ],
)
def test_another_line(printed: str, line: str) -> None:
    """What reads otherwise is another line."""
    assert not same(printed, line)
    assert not same(printed, line, here=True)


def test_a_line_cut_without_a_mark() -> None:
    """A copy from a terminal ends at its edge; only at the number that was printed this is believed."""
    printed = "return compute_total(cart, discounts, customer_of"
    line = "    return compute_total(cart, discounts, customer_of(cart))"
    assert same(printed, line, here=True)
    assert not same(printed, line)


def test_types_that_were_stripped() -> None:
    """What is run is the line without its types."""
    assert without_types(
        "const total = (items) => items.length;", "const total = (items: Item[]) => items.length"
    )
    assert not without_types("return items.size;", "return items.length;")


def test_an_unmoved_line() -> None:
    """Nothing is said where nothing changed."""
    assert settled(CART, code="rate = RATES[code]", lineno=CRASH) == (CRASH, "")


@pytest.mark.parametrize(
    ("source", "code", "lineno", "wanted", "note"),
    [
        # lines were added above
        ("import os\n\n" + CART, "rate = RATES[code]", CRASH, CRASH + 2, f"moved from line {CRASH}"),
        # the same text in two functions: the one that was printed
        (
            "def other(code):\n    rate = RATES[code]\n    return rate\n\n\n" + CART,
            "rate = RATES[code]",
            CRASH,
            CRASH + 5,
            f"moved from line {CRASH}",
        ),
        # gone from the function, though another has the same text
        (
            CART.replace("    rate = RATES[code]", "    rate = RATES.get(code)")
            + "\n\ndef other(code):\n    rate = RATES[code]\n    return rate\n",
            "rate = RATES[code]",
            CRASH,
            CRASH,
            f"line {CRASH} is not as printed any more",
        ),
        # gone, and the function stands elsewhere now
        (
            "# 1\n# 2\n# 3\n# 4\n# 5\n# 6\n" + CART.replace("    rate = RATES[code]", "    rate = 1"),
            "rate = RATES[code]",
            CRASH,
            CRASH + 5,
            f"line {CRASH} is not as printed any more",
        ),
        # a bracket is no evidence
        (CART.replace("    rate = RATES[code]", "    rate = (\n        1\n    )"), ")", CRASH, CRASH, "line"),
        # shorter than the printed number
        ("x = 1\n", "rate = RATES[code]", CRASH, 1, f"line {CRASH} is not as printed any more"),
    ],
    ids=["above", "other function before", "only elsewhere", "function moved", "bracket", "beyond"],
)
def test_by_text(source: str, code: str, lineno: int, wanted: int, note: str) -> None:
    """The line of the same words within the same function."""
    found = settled(source, code=code, lineno=lineno)
    assert found[0] == wanted
    assert found[1].startswith(note)


def test_text_that_occurs_twice() -> None:
    """Equal lines of one function are told apart by nothing but git: without it all of them are named."""
    source = "# new\n# new\n# new\ndef discount(code):\n    check(code)\n    use(code)\n    check(code)\n"
    assert settled(source, code="check(code)", lineno=2) == (
        5,
        "line 2 is not as printed any more, but each of the lines 5, 7 is",
    )


def test_a_statement_over_several_lines() -> None:
    """Python 3.13 prints the whole statement, from the line of the number on."""
    source = "def discount(code):\n    return min(\n        code,\n        3,\n    )\n"
    code = "return min(\n    code,\n...<1 lines>...\n)"
    assert settled(source, code=code, lineno=2) == (2, "")
    assert settled("import os\n" + source, code=code, lineno=2) == (3, "moved from line 2")


def test_types_cost_no_note() -> None:
    """A runtime that strips types prints a line that stands nowhere."""
    source = "export function total(items: Item[]): number {\n  return (items as any[]).length;\n}\n"
    printed = "return items.length;"
    assert settled(source, code=printed, lineno=2, function="total", path="cart.ts") == (2, "")


def test_other_encodings_cost_no_note() -> None:
    """A source in Latin-1 that Python printed as UTF-8."""
    source = "# coding: latin-1\ndef discount(code):\n    raise KeyError('Zoë ' + code)\n".encode("latin-1")
    assert settled(source, code="raise KeyError('Zoë ' + code)", lineno=3) == (3, "")


def test_byte_order_mark() -> None:
    """The mark before the first line is no change of it."""
    assert settled(b"\xef\xbb\xbfrun(1)\n", code="run(1)", lineno=1, function="<module>") == (1, "")


# --------------------------------------------------------------------------- by name

GO = """\
package shop

func Rate(code string) int {
\treturn rates[code]
}

func Total(code string) int {
\treturn 100 / Rate(code)
}
"""


@pytest.mark.parametrize(
    ("function", "lineno", "wanted"),
    [
        ("shop.Total", 8, (8, "")),
        ("shop.Total", 4, (7, "line 4 is no longer in Total")),
        ("shop.Total.func1", 4, (4, "")),
        ("shop.Gone", 4, (4, "")),
        ("shop.Total", 40, (7, "line 40 is no longer in Total")),
        ("shop.Gone", 40, (9, "line 40 is beyond the end of the file")),
        ("shop.Total", 2, (7, "line 2 is no longer in Total")),
    ],
)
def test_by_name(function: str, lineno: int, wanted: tuple[int, str]) -> None:
    """Runtimes that print no code name the function; a line of another function is not what was meant."""
    assert settled(GO, code=None, lineno=lineno, function=function, path="shop.go") == wanted


# --------------------------------------------------------------------------- through git


def repository(tmp_path: Path, *versions: dict[str, str | None]) -> Builder:
    """A repository with a commit for each version."""
    shop = Builder(tmp_path / "shop")
    for number, version in enumerate(versions):
        shop.commit(dict(version), f"version {number}", hours_ago=100 - number)
    return shop


def opened(shop: Builder) -> history.Repository:
    """The repository as the core sees it."""
    found = history.open_repository(shop.root)
    assert found is not None
    return found


TWICE = "def discount(code):\n    check(code)\n    use(code)\n    check(code)\n"


def test_git_tells_equal_lines_apart(tmp_path: Path) -> None:
    """The commit that was traced knows which of two equal lines it was."""
    now = "# new\n# new\n# new\n" + TWICE
    shop = repository(tmp_path, {"cart.py": TWICE}, {"cart.py": now})
    found = settled(now, code="check(code)", lineno=2, repository=opened(shop))
    assert found == (5, "moved from line 2")


def test_git_knows_what_became_of_a_line(tmp_path: Path) -> None:
    """A line that a commit changed leads to where it stood, and the commit before is named."""
    now = "import os\n\n" + CART.replace("RATES[code]", "RATES.get(code, 0)")
    shop = repository(tmp_path, {"cart.py": CART}, {"cart.py": now})
    sha = shop.git("rev-parse", "HEAD~1")
    lineno, note = settled(now, code="rate = RATES[code]", lineno=CRASH, repository=opened(shop))
    assert note == f"line {CRASH} was changed or removed after {sha[:7]}"
    assert lineno == CRASH + 1  # the line before it, which still stands


def test_git_follows_a_function(tmp_path: Path) -> None:
    """Without printed code the newest version tells in which the line lay in the function."""
    now = GO.replace("\nfunc Rate", "\n// Rate is\n// per\n// code.\nfunc Rate")
    shop = repository(tmp_path, {"shop.go": GO}, {"shop.go": now})
    found = settled(now, code=None, lineno=8, function="shop.Total", path="shop.go", repository=opened(shop))
    assert found == (11, "moved from line 8")


# --------------------------------------------------------------------------- said in the prompt


def prompt(shop: Builder, trace: str, *words: str) -> str:
    """The prompt of the real command for a trace of ``shop``."""
    done = subprocess.run(
        [sys.executable, "-m", "crimescene", "prompt", "-", "--root", str(shop.root), *words],
        input=trace,
        capture_output=True,
        text=True,
        cwd=shop.root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def traced(shop: Builder, name: str = "cart.py") -> str:
    """What the program really prints."""
    done = subprocess.run([sys.executable, name], capture_output=True, text=True, cwd=shop.root, check=False)
    assert "KeyError: 'NONE'" in done.stderr
    return done.stderr


def test_moved_is_said(tmp_path: Path) -> None:
    """The heading tells from which line the code moved, and the right line is marked."""
    shop = repository(tmp_path, {"cart.py": CART})
    trace = traced(shop)
    shop.write({"cart.py": "import os\nimport sys\n" + CART})
    said = prompt(shop, trace)
    assert f"moved from line {CRASH}" in said
    assert "The trace is older than the code" in said
    (stack,) = json.loads(prompt(shop, trace, "--style", "json"))["error"]["stacks"]
    assert next((f["line"], f["file_line"]) for f in stack["frames"]) == (CRASH, CRASH + 2)


def test_unmoved_is_silent(tmp_path: Path) -> None:
    """A fresh trace has no such note."""
    shop = repository(tmp_path, {"cart.py": CART})
    said = prompt(shop, traced(shop))
    assert "older than the code" not in said
    assert "moved from" not in said


def test_gone_is_said(tmp_path: Path) -> None:
    """A line that was changed since is said, and its function is shown all the same."""
    shop = repository(tmp_path, {"cart.py": CART})
    trace = traced(shop)
    shop.write({"cart.py": CART.replace("RATES[code]", "RATES.get(code, 0)")})
    said = prompt(shop, trace)
    assert f"line {CRASH} was changed or removed after" in said
    assert "RATES.get(code, 0)" in said


def test_renamed_is_said(tmp_path: Path) -> None:
    """A file that git renamed is found, with the line that moved in the same commit."""
    shop = repository(tmp_path, {"cart.py": CART})
    trace = traced(shop)
    shop.git("mv", "cart.py", "pricing.py")
    shop.commit({"pricing.py": "import os\n\n" + CART}, "Rename", hours_ago=2)
    said = prompt(shop, trace)
    assert f"pricing.py:{CRASH + 2}" in said
    assert f"renamed from cart.py, moved from line {CRASH}" in said


def test_deleted_is_said(tmp_path: Path) -> None:
    """A file that is gone is named with the commit that removed it."""
    shop = repository(tmp_path, {"cart.py": CART, "other.py": "x = 1\n"})
    trace = traced(shop)
    shop.commit({"cart.py": None}, "Drop the cart", hours_ago=2)
    sha = shop.git("rev-parse", "HEAD")
    assert f"cart.py was deleted by {sha[:7]} (Ana: Drop the cart)" in prompt(shop, trace)


PHP = """\
<?php
function rate($code) {
    throw new Exception("no rate for $code");
}
function total($code) {
    return 100 * rate($code);
}
total("NONE");
"""


def test_names_of_called_functions(tmp_path: Path) -> None:
    """PHP prints beside a place which function is called there: that this one is elsewhere is no change."""
    shop = repository(tmp_path, {"cart.php": PHP})
    root = shop.root
    trace = (
        f"PHP Fatal error:  Uncaught Exception: no rate for NONE in {root}/cart.php:3\nStack trace:\n"
        f"#0 {root}/cart.php(6): rate('NONE')\n#1 {root}/cart.php(8): total('NONE')\n#2 {{main}}\n"
        f"  thrown in {root}/cart.php on line 3\n"
    )
    said = prompt(shop, trace)
    assert "no longer in" not in said
    assert "older than the code" not in said
    shop.write({"cart.php": PHP.replace("<?php\n", "<?php\n// 1\n// 2\n// 3\n")})
    assert "moved from line 3" in prompt(shop, trace)
