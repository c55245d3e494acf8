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
