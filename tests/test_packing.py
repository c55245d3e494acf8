"""Which code goes into a given room."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from crimescene.model import Reason, Snippet
from crimescene.prompt import headings, pack
from prompt_cases import because

WHY = because("why")


def function(name, lines, **more):
    """A Python function of that many lines, as a snippet."""
    body = [f"def {name}():", *(f"    {name}_{n} = {n}" for n in range(2, lines + 1))]
    facts = {
        "path": "a.py",
        "start_lineno": 1,
        "reasons": because("why"),
        "score": 1.0,
        "language": "python",
        **more,
    }
    return Snippet(text="\n".join(body), function=name, **facts)


def shown(packed):
    """The numbers of the lines of each piece."""
    return [[lineno for lineno, _ in piece.lines] for piece in packed.pieces]


def test_everything_fits():
    """With room enough every snippet is whole, in the order of the snippets."""
    packed = pack([function("f", 10), function("g", 10, path="b.py")], 10_000)
    assert [piece.path for piece in packed.pieces] == ["a.py", "b.py"]
    assert shown(packed) == [list(range(1, 11))] * 2
    assert packed.dropped == 0


def test_a_long_function_keeps_signature_and_surroundings_of_its_marks():
    """What is shown of a long function is its signature and the lines around the marked ones."""
    packed = pack([function("f", 500, marked=(300,), throws=True)], 1000)
    (lines,) = shown(packed)
    assert lines[0] == 1
    assert 300 in lines
    assert set(range(290, 303)) <= set(lines)
    text = packed.pieces[0].text
    assert text.startswith("def f():\n    ⋮ ")
    assert "\n→   f_300 = 300\n" in text
    assert sum(map(int, re.findall(r"⋮ (\d+) lines?", text))) + len(lines) == 500


def test_the_throwing_function_is_never_starved():
    """However good the others are, the function that threw comes first."""
    others = [function(f"g{n}", 30, path=f"{n}.py", score=9.0) for n in range(9)]
    packed = pack([*others, function("f", 30, path="f.py", marked=(7,), throws=True)], 1200)
    assert "f.py" in {piece.path for piece in packed.pieces}


def test_every_function_of_the_chain_shows_its_call():
    """A long frame, and short functions that promise more for their length, leave the chain its calls."""
    frames = [
        function(f"f{n}", 200, path=f"{n}.py", marked=(150,), score=4.0 - n, in_chain=True) for n in range(4)
    ]
    thrower = function("f", 200, path="f.py", marked=(90,), throws=True, in_chain=True, score=5.0)
    others = [function(f"g{n}", 8, path=f"g{n}.py", score=3.5) for n in range(60)]
    packed = pack([thrower, *frames, *others], 12_000)
    lines = {piece.path: {lineno for lineno, _ in piece.lines} for piece in packed.pieces}
    assert all({1, 150} <= lines[f"{n}.py"] for n in range(4))
    assert sum(path.startswith("g") for path in lines) > 10


@pytest.mark.parametrize("width", [20, 112, 230])
def test_the_calls_of_a_long_chain_are_shown_however_wide_they_are(width):
    """Where there is little for each, it is the signature and the call."""
    wide = [function(f"f{n}", 60, path=f"{n}.py", marked=(40,), in_chain=True) for n in range(12)]
    wide = [replace(f, text=f.text.replace("_40 = 40", f"_40 = {'4' * width}")) for f in wide]
    packed = pack(wide, 10_000)
    assert sum({1, 40} <= {lineno for lineno, _ in piece.lines} for piece in packed.pieces) == 12


def test_a_chain_of_hundreds_leaves_room_for_others():
    """Where the chain is long, its calls take their share at most."""
    frames = [function(f"f{n}", 200, path=f"{n}.py", marked=(150,), in_chain=True) for n in range(300)]
    packed = pack([*frames, function("g", 20, path="g.py", score=9.0)], 12_000)
    assert "g.py" in {piece.path for piece in packed.pieces}


def test_no_line_stands_twice():
    """Nested, overlapping and adjacent snippets of a file share a block."""
    outer = function("outer", 30)
    inner = Snippet("a.py", 10, "\n".join(outer.text.split("\n")[9:15]), "inner", because("also"), 0.5)
    after = function("after", 5, start_lineno=32, score=0.4)
    packed = pack([outer, inner, after], 10_000)
    assert shown(packed) == [[*range(1, 31), *range(32, 37)]]
    assert packed.pieces[0].heading == "a.py:1-36 · `outer`, `after` (why), `inner` (also)"
    assert packed.pieces[0].text.count("⋮ 1 line\n") == 1


def test_the_line_that_raised_is_not_buried():
    """Many neighbours that meet above it get a block of their own, below; a few stay."""
    raising = function("f", 20, start_lineno=201, throws=True, marked=(210,), score=2.0)
    above = [function(f"g{n}", 19, start_lineno=1 + 20 * n) for n in range(10)]
    below = function("h", 20, start_lineno=222)
    packed = pack([raising, *above, below], 20_000)
    first, second = packed.pieces
    assert (first.first_lineno, first.last_lineno, first.raised) == (201, 241, 210)
    assert (second.first_lineno, second.last_lineno, second.again) == (1, 199, True)
    (only,) = pack([raising, above[-1], below], 20_000).pieces
    assert (only.first_lineno, only.last_lineno) == (181, 241)


def test_what_does_not_fit_is_listed():
    """The nearest misses get a row each, best first, with the line their signature begins with."""
    small = [function(f"g{n}", 60, path=f"{n}.py") for n in range(24)]
    packed = pack([function("f", 20, throws=True, marked=(2,)), *small], 12_000)
    assert packed.dropped >= len(packed.near) >= 3
    shown_too = {piece.path for piece in packed.pieces}
    missing = [snippet for snippet in small if snippet.path not in shown_too]
    assert list(packed.near) == missing[: len(packed.near)]
    assert len(packed.rows) == len(packed.near)
    assert packed.rows[0].startswith("- ")
    assert "`def g" in packed.rows[0]


def test_a_minified_line_is_shown_around_the_error():
    """Of a line too long to be shown, what is around the printed column stays."""
    line = "a" * 5000 + "HERE" + "b" * 5000
    packed = pack(
        [Snippet("m.js", 1, line, "", because("raised here"), 1.0, marked=(1,), throws=True)],
        4000,
        columns={("m.js", 1): 5000},
    )
    assert "HERE" in packed.pieces[0].text
    assert len(packed.pieces[0].text) < 400


def test_only_blank_lines_between_functions_are_no_elision():
    """Blank lines left out between joined functions are shown as one."""
    one = function("one", 3, blank_below=2)
    (piece,) = pack([one, function("two", 3, start_lineno=6)], 10_000).pieces
    assert "one_3 = 3\n\ndef two():" in piece.text
    assert "⋮" not in piece.text


def test_the_heading_of_many_functions_stays_short():
    """At most three functions are named, with the first of their reasons each, and whether they changed."""
    labels = [(f"f{n}", because(f"called by f{n - 1}; shares `cart` with f{n}")) for n in range(7)]
    assert headings.labelled(labels) == (
        "`f0` (called by f-1), `f1` (called by f0), `f2` (called by f1) and 4 more"
    )
    changed = headings.labelled(
        [("f", because("raised here")), ("g", because("called by f; shares `cart` with f; changed today"))]
    )
    assert changed == "`f` (raised here), `g` (called by f; changed today)"
    assert (
        headings.labelled([("f", because("raised here; changed")), ("f", because("also"))])
        == "`f` · raised here; changed"
    )
    assert headings.labelled([(f"f{n}", WHY) for n in range(4)]) == "`f0`, `f1`, `f2` (why) and 1 more"


def test_the_path_of_a_file_is_said_once():
    """Further functions of a file stand below its best one; rows name a file that is known by its name."""
    one, far, other = (
        function("one", 5),
        function("far", 5, start_lineno=60),
        function("other", 5, path="b/a.py"),
    )
    packed = pack([one, replace(other, path="b.py"), far], 10_000)
    assert [piece.heading for piece in packed.pieces] == [
        "a.py:1-5 · `one` · why",
        "lines 60-64 · `far` · why",
        "b.py:1-5 · `other` · why",
    ]
    assert packed.pieces[1].markdown.startswith("#### lines 60-64")
    row = headings.row(replace(other, path="src/b/a.py"), headings.known(["src/b/a.py", "src/c/d.py"]))
    assert row == "- a.py:1-5 · `def other()` · why\n"
    assert headings.known(["x/a.py", "y/a.py"]) == frozenset()


def test_what_the_name_of_the_file_says_is_not_said_again():
    """A method of the class its file is named after stands without it, a frame without weak reasons."""
    beside = Reason("member", "member of Cart beside frame 2")
    reasons = (Reason("frame", "of 9", (3,)), beside, Reason("changed", "changed today"))
    assert headings.labelled([("Cart.Cart.Item.sum", reasons)], "src/Cart.java") == (
        "`Cart.Item.sum` · frame 3 of 9; changed today"
    )
    assert headings.labelled([("Cart.sum", (beside, Reason("callee", "called by g")))], "b.py") == (
        "`Cart.sum` · member of Cart beside frame 2; called by g"
    )
