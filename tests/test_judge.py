"""Judging a change: what only hushes the error is told from what treats its cause, in each language."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

import archives
from crimescene import judge
from crimescene.judge import diffs
from crimescene.model import Suspect

HERE = Path(__file__).parent / "judge"


def cases():
    """Each change of the archives: the file before and after, the crash line, the wanted verdict and kind."""
    for path in sorted(HERE.glob("*.txt")):
        sections = archives.load(path).sections
        before = {k.partition(": ")[0]: v for k, v in sections.items() if k.startswith("before ")}
        for title, after in sections.items():
            name, _, wanted = title.partition(": ")
            if title.startswith("before ") or not wanted:
                continue
            file = name.split()[0]
            crash = next(k for k in sections if k.startswith(f"before {file}: "))
            lineno, _, suspect = crash.partition(": ")[2].partition(" ")
            source = before[f"before {file}"]
            change = (file, source, after, int(lineno), suspect, wanted)
            yield pytest.param(change, id=name.replace(" ", "-"))


def unified(path, before, after):
    """A diff as git writes it."""
    return "\n".join(
        difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    )


def judged(path, before, after, lineno, suspect):
    """The verdict on the change of one file."""
    evidence = judge.Evidence(
        chain=(path,),
        crash=(path, lineno),
        suspects=(Suspect(suspect, "", path, lineno),),
    )
    return judge.judge(unified(path, before, after), lambda _: after.encode(), evidence)


@pytest.mark.parametrize("change", list(cases()))
def test_changes(change):
    """Suppressions are flagged with the right reason; fixes of the cause are not."""
    path, before, after, lineno, suspect, wanted = change
    verdict = judged(path, before, after, lineno, suspect)
    kinds = [flag.kind for flag in verdict.flags]
    if wanted in (judge.CAUSE, judge.UNCLEAR):
        assert verdict.verdict == wanted, (verdict.sentence, kinds)
    else:
        assert wanted in kinds, verdict.sentence
        assert verdict.verdict == judge.HUSHES, (verdict.sentence, kinds)
        flag = next(f for f in verdict.flags if f.kind == wanted)
        assert flag.reason
        assert 1 <= flag.lineno <= max(before.count("\n"), after.count("\n")) + 1


@pytest.mark.parametrize("applied", [True, False])
def test_a_diff_is_judged_before_and_after_it_is_applied(applied):
    """The files may be as they were or as the diff makes them."""
    before = "def f(a):\n    b = a.x\n    return b.y\n"
    after = "def f(a):\n    b = a.x\n    if b is None:\n        return None\n    return b.y\n"
    evidence = judge.Evidence(("m.py",), crash=("m.py", 3), suspects=(Suspect("b", "", "m.py", 3),))
    content = (after if applied else before).encode()
    verdict = judge.judge(unified("m.py", before, after), lambda _: content, evidence)
    assert verdict.verdict == judge.HUSHES
    assert [f.lineno for f in verdict.flags] == [3]
    assert verdict.edges


def test_a_diff_whose_file_is_unknown_is_judged_by_what_it_shows():
    """Without the file its own lines must do."""
    before = "def f(a):\n    b = a.x\n    return b.y\n"
    after = "def f(a):\n    b = a.x\n    try:\n        return b.y\n    except Exception:\n        pass\n"
    evidence = judge.Evidence(("m.py",), crash=("m.py", 3))
    verdict = judge.judge(unified("m.py", before, after), lambda _: None, evidence)
    assert verdict.verdict == judge.HUSHES
    assert verdict.unknown == ("m.py",)


def test_nothing_on_the_chain():
    """A change elsewhere, that the failure does not name, is said to be unrelated."""
    before, after = "a = 1\n", "a = 2\n"
    evidence = judge.Evidence(("m.py",), crash=("m.py", 3), words=frozenset({"f"}))
    verdict = judge.judge(unified("other/z.py", before, after), lambda _: after.encode(), evidence)
    assert verdict.verdict == judge.UNCLEAR
    assert [f.kind for f in verdict.flags] == ["unrelated"]


@pytest.mark.parametrize(
    "text",
    ["", "no diff", "--- a\n+++ b\n", "--- a/x.py\n+++ b/x.py\n@@ -1,9 +1,9 @@\n", "@@ -1 +1 @@\n-a\n+b\n"],
)
def test_what_is_no_diff_is_unclear(text):
    """Any text has an answer."""
    verdict = judge.judge(text, lambda _: None, judge.Evidence())
    assert verdict.verdict == judge.UNCLEAR


def test_a_diff_inside_an_answer_is_read():
    """Prose around it, git's headers and file names with blanks do no harm."""
    text = "Here:\n\ndiff --git a/a b.py b/a b.py\nindex 1..2\n--- a/a b.py\n+++ b/a b.py\n"
    text += "@@ -1,2 +1,2 @@\n x\n-y\n+z\nDone.\n"
    (found,) = diffs.read(text)
    assert (found.path, found.added, found.removed) == ("a b.py", [(2, "z")], [(2, "y")])


def test_long_lines_take_no_longer_than_they_are_long():
    """A minified line, or a condition made to hurt, is judged without going back over it."""
    hard = [
        "a ? " * 40_000,
        "x = " * 40_000,
        "(" * 40_000,
        "if " + "a && " * 40_000,
        "log(" * 40_000,
        "?." * 60_000,
    ]
    before = "\n".join(hard)
    after = "\n".join(line + " ?? []" for line in hard)
    evidence = judge.Evidence(("m.js",), crash=("m.js", 3), suspects=(Suspect("a", "", "m.js", 3),))
    assert judge.judge(unified("m.js", before, after), lambda _: after.encode(), evidence).verdict
    assert judge.judge(unified("m.test.js", before, after), lambda _: after.encode(), evidence).verdict


def test_edge_cases_name_the_condition_alone():
    """What is done on the line of a condition is no part of it."""
    diff = "--- a/a.js\n+++ b/a.js\n@@ -1,1 +1,3 @@\n+if (!item) return;\n+if (a(b) && c) {\n f(item);\n"
    asked = {e.condition for e in judge.judge(diff, lambda _: None, judge.Evidence()).edges}
    assert asked == {"!item", "a(b) && c"}
