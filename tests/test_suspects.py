"""Real crashes, recorded: the expression one would look at first is the first suspect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archives
from crimescene import syntax
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.languages import LANGUAGES, language
from crimescene.settings import Settings
from crimescene.suspects import Crash, find
from crimescene.suspects.finders import FINDERS
from crimescene.suspects.rules import table
from crimescene.suspects.special import SPECIAL

HERE = Path(__file__).parent / "suspects"
NAMES = {
    "python": "main.py",
    "javascript": "main.js",
    "java": "Main.java",
    "go": "main.go",
    "rust": "main.rs",
    "ruby": "main.rb",
    "php": "main.php",
    "csharp": "Main.cs",
    "kotlin": "Main.kt",
}


def cases():
    """Each program with what it printed and the expressions that are right."""
    for path in sorted(HERE.glob("*.txt")):
        sections = archives.load(path).sections
        for title, source in sections.items():
            kind, _, wanted = title.partition(": ")
            if wanted:
                printed = sections.get(kind, "")
                yield pytest.param(
                    NAMES[path.stem], source, printed, wanted.split(" | "), id=f"{path.stem}-{kind}"
                )


def suspects(folder, name, source, printed):
    """What is suspected of a crash."""
    (folder / name).write_text(source, encoding="utf-8")
    analysis = Analysis(folder, Settings(), with_history=False)
    return analysis.context_of(printed.replace("{root}", str(folder)), Wish()).suspected


@pytest.mark.parametrize(("name", "source", "printed", "wanted"), list(cases()))
def test_first_suspect(tmp_path, name, source, printed, wanted):
    """The first suspect is the one wanted, with a reason and without repetition."""
    found = suspects(tmp_path, name, source, printed)
    assert found, "nobody is suspected"
    assert found[0].expression in wanted, [(s.expression, s.reason) for s in found]
    assert all(s.reason and "…" not in s.reason for s in found)
    assert len({s.expression for s in found}) == len(found) <= 3


GIVEN_UP = {
    "A.java": (
        (
            "class A {\n  void t() {\n"
            '    if (!m.data.containsKey("1")\n        || x) {\n      fail("no " + m);\n    }\n  }\n}\n'
        ),
        5,
        ('m.data.containsKey("1")', "decides that the test fails here"),
    ),
    "B.java": (
        (
            "class B {\n  void t() {\n    try {\n"
            '      parser.parse("a");\n      fail("none");\n    } catch (E e) {\n    }\n  }\n}\n'
        ),
        5,
        ('parser.parse("a")', "was to raise an error"),
    ),
    "a_test.go": (
        (
            "package a\n\nfunc TestA(t *testing.T) {\n"
            '\tgot := f(1)\n\tif got != 2 {\n\t\tt.Errorf("%d", got)\n\t}\n}\n'
        ),
        6,
        ("got", "decides that the test fails here"),
    ),
    "test_a.py": (
        "def test_a():\n    try:\n        load(x)\n        pytest.fail('no')\n    except E:\n        pass\n",
        4,
        ("load(x)", "was to raise an error"),
    ),
    "a.test.js": (
        'it("a", () => {\n  if (a.b) {\n    assert.fail("x");\n  }\n});\n',
        3,
        ("a.b", "decides that the test fails here"),
    ),
    "T.php": (
        (
            "<?php\nclass T {\n  function testA() {\n"
            '    if ($a->b()) {\n      $this->fail("x");\n    }\n  }\n}\n'
        ),
        5,
        ("$a->b()", "decides that the test fails here"),
    ),
    "a_test.rb": (
        'def test_a\n  if cart.empty?\n    flunk "x"\n  end\nend\n',
        3,
        ("cart", "decides that the test fails here"),
    ),
}


@pytest.mark.parametrize("name", GIVEN_UP)
def test_where_a_test_gives_up_its_condition_is_suspect(name):
    """``fail("...")`` compares nothing: what led there does, or the call that should have raised."""
    source, lineno, wanted = GIVEN_UP[name]
    outline = syntax.outline(name, source.encode())
    function = syntax.enclosing_function(outline, lineno)
    found = find(Crash("AssertionError", "no m", lineno), outline, function)
    assert (found[0].expression, found[0].reason) == wanted


INNOCENT = {
    "test_raised.py": "def test_a():\n    try:\n        load(1)\n    except E as e:\n        self.fail(e)\n",
    "test_after.py": "def test_a():\n    with quiet():\n        load(x)\n    print(x)\n    self.fail('no')\n",
    "a_test.go": (
        "package a\n\nfunc TestA(t *testing.T) {\n\tselect {\n\tcase <-done:\n"
        '\tcase <-time.After(1):\n\t\tt.Fatal("timeout")\n\t}\n}\n'
    ),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_where_nothing_says_why_a_test_gives_up_nobody_is_suspect(name):
    """In a handler what was called has raised already; outside of a ``try`` nothing was to raise."""
    outline = syntax.outline(name, INNOCENT[name].encode())
    lineno = 1 + next(n for n, x in enumerate(INNOCENT[name].split("\n")) if "fail(" in x or "Fatal(" in x)
    function = syntax.enclosing_function(outline, lineno)
    assert find(Crash("AssertionError", "no m", lineno), outline, function) == ()


def test_what_goes_wrong_while_a_test_gives_up_is_suspect_itself():
    """``fail(order.total)`` may crash before it fails: then the error's own message tells."""
    source = "def test_a():\n    if broken(x):\n        pytest.fail(order.total)\n"
    outline = syntax.outline("test_a.py", source.encode())
    function = syntax.enclosing_function(outline, 3)
    crash = Crash("AttributeError", "'NoneType' object has no attribute 'total'", 3)
    assert find(crash, outline, function)[0].expression == "order"


HARD = {
    "deep.py": "x = " + "+".join(["a[b].c(d)"] * 3_000) + "\n",
    "nested.py": "x = " + "(" * 3_000 + "a" + ")" * 3_000 + "\n",
    "calls.js": "f(" * 3_000 + ")" * 3_000 + ";\n",
    "conditions.go": "package m\nfunc f() {\n" + "if a {\n" * 500 + "panic(1)\n" + "}\n" * 500 + "}\n",
    "broken.rs": 'fn f( { println!("{}", x[ ; }}}',
    "empty.java": "",
    "signs.rb": "x = \ufffd\x00[1].\u00e9\u00e9 / \u4e2d\u6587\n",
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(
    "message", ["KeyError: 'x'", "TypeError: a is not a function", "panic: " + "a b " * 9_999]
)
def test_any_text_gives_an_answer(name, message):
    """Whatever a line holds and a runtime says, there is an answer of at most three suspects."""
    outline = syntax.outline(name, HARD[name].encode())
    if outline is None:
        return
    for lineno in (1, len(outline.line_starts), 503, 10**6):
        for place in ({}, {"column": 9}, {"column": 10**6}, {"code": "x = a", "marks": (4, 99)}):
            error, _, text = message.partition(": ")
            crash = Crash(error, text, lineno, **place)
            assert len(find(crash, outline, outline.module)) <= 3


def test_a_table_names_only_finders_that_exist():
    """Every rule can be used, and its reason asks for groups that its message has."""
    for name in LANGUAGES:
        assert bool(table(name)) == bool(language(name).errors)
        for rule in table(name):
            groups = set(re.compile(rule.message).groupindex)
            assert set(rule.finders.split()) <= set(FINDERS | SPECIAL), rule
            assert set(re.findall(r"\{(\w+)\}", rule.reason)) <= groups, rule
