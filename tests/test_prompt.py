"""The prompt: goldens to be read from top to bottom, and what holds for any context."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archives
import prompt_cases
from crimescene.model import (
    Attempt,
    Behavior,
    Change,
    Context,
    Environment,
    Hunk,
    Location,
    Snippet,
    Truncation,
)
from crimescene.prompt import PromptOptions, pack, payload, pieces, plain, render, sections
from crimescene.prompt.changes import recent_changes
from crimescene.settings import SECTIONS
from crimescene.settings import STYLES as STYLE_NAMES

CASES = sorted((Path(__file__).parent / "prompts").glob("*.txt"))
STYLES = [(path, name) for path in CASES for name in json.loads(archives.load(path).sections["options.json"])]


@pytest.mark.parametrize(("path", "name"), STYLES, ids=[f"{path.stem}-{name}" for path, name in STYLES])
def test_prompts(path, name, update):
    """The prompt is what its archive shows."""
    archive = archives.load(path)
    options = json.loads(archive.sections["options.json"])[name]
    options["off"] = frozenset(options.get("off", ()))
    prompt = render(prompt_cases.context_of(archive), PromptOptions(**options), prompt_cases.NOW)
    assert len(prompt.text) <= PromptOptions(**options).budget * 4
    archives.check(archive, name, prompt.text, update=update)


_HEADINGS = {
    "summary": "Rendering `OrderHistory` failed",
    "note": "> I opened the order history",
    "error": "## Error",
    "code": "## Relevant code",
    "expected": "## Expected behavior",
    "actual": "## Actual behavior",
    "changes": "## Recent changes",
    "environment": "## Environment",
    "request": "## What I need",
    "left_out": "Left out:",
}


@pytest.mark.parametrize("section", _HEADINGS)
@pytest.mark.parametrize("style", ["full", "mentions"])
def test_sections_can_be_switched_off(section, style):
    """Each section stands in the prompt unless it is switched off; the others stay."""
    context = prompt_cases.context_of(archives.load(CASES[0].parent / "order-history.txt"))
    whole = render(context, PromptOptions(style=style), prompt_cases.NOW).text
    less = render(context, PromptOptions(style=style, off=frozenset({section})), prompt_cases.NOW).text
    assert all(heading in whole for heading in _HEADINGS.values())
    assert {name for name, heading in _HEADINGS.items() if heading not in less} == {section}
    assert sections.DATA in less


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_keys_of_the_json_are_documented(path):
    """The JSON holds what the context holds, under the keys that are documented, with 1-based lines."""
    context = prompt_cases.context_of(archives.load(path))
    data = json.loads(render(context, PromptOptions(20_000, "json"), prompt_cases.NOW).text)

    def keys(value, *, free=False):
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield from () if free else (key,)
            yield from keys(inner, free=key in {"values", "environment"})
        for inner in value if isinstance(value, list) else ():
            yield from keys(inner)

    documented = set(re.findall(r"``(\w+)``", payload.__doc__))
    assert set(keys(data)) <= documented
    assert data["title"] == plain.visible(context.title)
    if context.trace:
        frames = [frame for stack in data["error"]["stacks"] for frame in stack["frames"]]
        assert [f["line"] for f in frames] == [f.lineno for s in context.trace.stacks for f in s.frames]
    for piece, snippet in zip(data["code"][:1], context.snippets[:1], strict=True):
        assert piece["first_line"] == snippet.start_lineno
        assert piece["last_line"] >= snippet.last_lineno


def test_a_long_trace_takes_no_long_time():
    """Twenty thousand frames fold in a moment, in Markdown and in JSON."""
    frames = "".join(
        f"\tat com.shop.Order.f{n % 7}(Order.java:{n % 7})\n\tat org.lib.X.g{n}(X.java:{n})\n"
        for n in range(10_000)
    )
    text = f"a.b.OrderException: boom\n{frames}"
    context = Context(prompt_cases.trace_of(text), text, "a.b.OrderException: boom", "")
    for style in STYLE_NAMES:
        start = time.process_time()
        prompt = render(context, PromptOptions(style=style), prompt_cases.NOW)
        assert time.process_time() - start < 5
        assert prompt.folded


def test_a_giant_message_leaves_room_for_the_rest():
    """A message larger than the budget is folded inside, which is said, and the code still comes."""
    text = f"a.b.OrderException: {'x' * 100_000}\n\tat com.shop.Order.total(Order.java:1)"
    snippet = Snippet("a.py", 1, "def f():\n    pass", "f", "raised here", 1.0, "python", (2,), throws=True)
    context = Context(prompt_cases.trace_of(text), text, text, "", (snippet,))
    prompt = render(context, PromptOptions(1000), prompt_cases.NOW)
    assert "The budget of 1,000 tokens is too small for the error message: 100,059 characters" in prompt.text
    assert "\na.b.OrderException: xxx" in prompt.text
    assert "### a.py:1-2" in prompt.text


# ------------------------------------------------------------------ what holds for any context

_FENCES = ["```", "`````x", "~~~", "`a`"]
_MARKUP = [
    "# INJECTED",
    "## What I need",
    "### x",
    "<img src=x>",
    "![i](http://x)",
    "- item",
    "1. item",
    "> q",
    "*",
]
_HIDDEN = ["\x1b[31mred\x1b[0m", "\u202e", "\u200b", "\ud800", "\r", "\x00", "\u2028"]
_ODD = ["a\tb", "    deep", "", "x" * 300, "→ y", "…"]
EVIL = st.sampled_from([*_FENCES, *_MARKUP, *_HIDDEN, *_ODD])
TEXT = st.lists(EVIL | st.text(max_size=20) | st.from_regex(r"[a-z ]{1,30}", fullmatch=True), max_size=6)
LINES = TEXT.map("\n".join)
WORDS = TEXT.map(" ".join)


@st.composite
def traces(draw):
    """Java traces with causes, libraries, recursion and text in between."""
    out = []
    for n in range(draw(st.integers(1, 3))):
        message = draw(st.sampled_from(["boom", "", "no such order: 4711", "x" * 200]))
        out.append(("Caused by: " if n else "") + "a.b.OrderException" + (f": {message}" if message else ""))
        for _ in range(draw(st.integers(0, 6))):
            kind = draw(
                st.sampled_from(["com.shop.Order.total(Order.java:{})", "org.junit.Run.run(Run.java:{})"])
            )
            out.extend([f"\tat {kind.format(draw(st.integers(1, 3)))}"] * draw(st.integers(1, 8)))
            out.extend(draw(st.lists(st.sampled_from(["", "INFO something else", "...", "```"]), max_size=1)))
    return "\n".join(out)


SNIPPETS = st.lists(
    st.builds(
        Snippet,
        path=st.sampled_from(["src/Order.java", "a b/`c`.py", "x\n# y.ts"]),
        start_lineno=st.integers(1, 60),
        text=LINES,
        function=WORDS,
        reason=WORDS,
        score=st.floats(-5, 5),
        language=st.sampled_from(["java", "", "js```"]),
        marked=st.lists(st.integers(0, 70), max_size=3).map(tuple),
        throws=st.booleans(),
    ),
    max_size=6,
)
CHANGES = st.lists(
    st.builds(
        Change,
        sha=st.none() | st.just("4f2a9c1d"),
        author=WORDS,
        when=st.floats(0, 2e9),
        subject=WORDS,
        path=WORDS,
        hunk=st.builds(Hunk, *[st.integers(0, 9)] * 4, text=LINES),
    ),
    max_size=3,
)
BEHAVIOR = st.none() | st.builds(
    Behavior, text=LINES, source=st.sampled_from(["assertion", "user", "proposed from x", "asked", "trace"])
)
ATTEMPT = st.builds(
    Attempt, when=st.floats(0, 2e9), hypothesis=WORDS, diff=LINES, result=WORDS, verdict=WORDS
)
PAIRS = st.lists(st.tuples(WORDS, LINES), max_size=2).map(tuple)
CLAUSES = st.lists(WORDS, max_size=2).map(tuple)


@st.composite
def contexts(draw):
    """Anything the core could hand over, and more."""
    text = draw(traces() | LINES)
    trace = prompt_cases.trace_of(text)
    frames = [frame for stack in trace.stacks for frame in stack.frames] if trace else []
    return Context(
        trace,
        text,
        title=draw(WORDS),
        summary=draw(WORDS),
        snippets=tuple(draw(SNIPPETS)),
        changes=tuple(draw(CHANGES)),
        change_notes=draw(CLAUSES),
        expected=draw(BEHAVIOR),
        actual=draw(BEHAVIOR),
        note=draw(LINES),
        suspects=draw(CLAUSES),
        hypotheses=draw(CLAUSES),
        values=draw(PAIRS),
        attempts=tuple(draw(st.lists(ATTEMPT, max_size=2))),
        environment=Environment(draw(PAIRS)),
        omitted=draw(CLAUSES),
        saved_path=draw(st.sampled_from(["", ".crimescene/trace.txt"])),
        frame_locations=tuple(
            (f.span, Location("src/Order.java", 1)) for f in frames if f.path == "Order.java"
        ),
        shape=draw(LINES),
    )


BUDGETS = st.integers(0, 40) | st.integers(40, 1200) | st.just(100_000)
OFF = st.frozensets(st.sampled_from(SECTIONS), max_size=4)
OPTIONS = st.builds(PromptOptions, budget=BUDGETS, style=st.sampled_from(STYLE_NAMES), off=OFF)


@settings(deadline=None, max_examples=80)
@given(contexts(), OPTIONS)
def test_never_over_budget(context, options):
    """Four characters a token, everything counted, whatever there is to say; and it is valid text."""
    prompt = render(context, options, prompt_cases.NOW)
    assert len(prompt.text) <= options.budget * 4
    assert prompt.tokens == -(-len(prompt.text) // 4)
    prompt.text.encode()
    if options.style == "json" and prompt.text:
        assert isinstance(json.loads(prompt.text), dict)


_STRUCTURE = re.compile(
    r"# .|### .|## (?:Error|Relevant code|Expected behavior|Actual behavior|Recent changes|Runtime values"
    r"|Data shape|Already tried|Environment|What I need)$"
)


def outside_fences(text):
    """The lines that no fence holds, read as CommonMark does."""
    fence = ""
    for line in text.split("\n"):
        ticks = re.match(r" {0,3}(`{3,})([^`]*)$", line)
        if not fence and ticks:
            fence = ticks[1]
        elif fence and ticks and len(ticks[1]) >= len(fence) and not ticks[2].strip():
            fence = ""
        elif not fence:
            yield line
    assert not fence, "a fence is left open"


@settings(deadline=None, max_examples=80)
@given(contexts(), st.sampled_from(["full", "mentions"]), st.integers(150, 3000))
def test_nothing_breaks_out(context, style, budget):
    """No line of the data becomes a heading, markup or the end of its fence; nothing is hidden."""
    text = render(context, PromptOptions(budget, style), prompt_cases.NOW).text
    seen = []
    for line in outside_fences(text):
        assert not line.startswith("#") or _STRUCTURE.match(line), line
        assert "~~~" not in line[:3]
        assert not re.search(
            r"(?<![\\`])<img", re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        ) or line.startswith(">")
        if re.match(r"##? ", line):
            seen.append(line)
    assert len(seen) == len(set(seen)), "a section stands twice"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029]", text)


@settings(deadline=None, max_examples=80)
@given(traces(), st.integers(60, 900), st.booleans())
def test_no_frame_is_lost(text, budget, known):
    """Every head stays, every frame is there or counted in a fold."""
    trace = prompt_cases.trace_of(text)
    frames = [frame for stack in trace.stacks for frame in stack.frames]
    places = tuple((f.span, Location("src/Order.java", 1)) for f in frames if f.path == "Order.java")
    context = Context(trace, text, "title", "", frame_locations=places if known else ())
    prompt = render(context, PromptOptions(budget), prompt_cases.NOW)
    if "too small" in prompt.text:
        return
    block = re.search(r"^(`{3,})text\n(.*?)^\1$", prompt.text, re.MULTILINE | re.DOTALL)[2]
    visible = sum(line.startswith("\tat ") for line in block.split("\n"))
    folds = [line for line in block.split("\n") if line.startswith("… ")]
    counted = sum(
        int(n.replace(",", ""))
        for fold in folds
        for n in re.findall(r"(\d[\d,]*) [\w -]*?frame", fold.split("(")[0])
    )
    assert visible + counted == len(frames)
    for line in text.split("\n"):
        if "OrderException" in line:
            assert line in block
    assert prompt.folded == bool(folds)


# ------------------------------------------------------------------ packing


def function(name, lines, **more):
    """A Python function of that many lines, as a snippet."""
    body = [f"def {name}():", *(f"    {name}_{n} = {n}" for n in range(2, lines + 1))]
    facts = {"path": "a.py", "start_lineno": 1, "reason": "why", "score": 1.0, "language": "python", **more}
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


def test_no_line_stands_twice():
    """Nested, overlapping and adjacent snippets of a file share a block."""
    outer = function("outer", 30)
    inner = Snippet("a.py", 10, "\n".join(outer.text.split("\n")[9:15]), "inner", "also", 0.5)
    after = function("after", 5, start_lineno=32, score=0.4)
    packed = pack([outer, inner, after], 10_000)
    assert shown(packed) == [[*range(1, 31), *range(32, 37)]]
    assert packed.pieces[0].heading == "a.py:1-36 · `outer`, `after` (why), `inner` (also)"
    assert packed.pieces[0].text.count("⋮ 1 line\n") == 1


def test_what_does_not_fit_is_listed():
    """Near misses get a row each, with the line their signature begins with."""
    small = [function(f"g{n}", 60, path=f"{n}.py") for n in range(4)]
    packed = pack([function("f", 20, throws=True, marked=(2,)), *small], 1900)
    assert packed.dropped == len(packed.near) > 0
    assert pieces.row(packed.near[0]).startswith("- ")
    assert "`def g" in pieces.row(packed.near[0])


def test_a_minified_line_is_shown_around_the_error():
    """Of a line too long to be shown, what is around the printed column stays."""
    line = "a" * 5000 + "HERE" + "b" * 5000
    packed = pack(
        [Snippet("m.js", 1, line, "", "raised here", 1.0, marked=(1,), throws=True)],
        4000,
        columns={("m.js", 1): 5000},
    )
    assert "HERE" in packed.pieces[0].text
    assert len(packed.pieces[0].text) < 400


@settings(deadline=None)
@given(SNIPPETS, st.integers(0, 3000))
def test_packing_keeps_its_room(snippets, room):
    """Pieces and rows together never take more than the room; no line of a file stands twice."""
    packed = pack(snippets, room)
    rows = "".join(map(pieces.row, packed.near))
    assert (
        sum(len(piece.markdown) for piece in packed.pieces) + len(rows) + (len(pieces.NEAR) if rows else 0)
        <= room
    )
    numbers = [(piece.path, lineno) for piece in packed.pieces for lineno, _ in piece.lines]
    assert len(numbers) == len(set(numbers))


# ------------------------------------------------------------------ small things


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (2400, "40 minutes ago"),
        (7199, "119 minutes ago"),
        (93_600, "26 hours ago"),
        (259_200, "3 days ago"),
        (8_000_000, "3 months ago"),
        (200_000_000, "6 years ago"),
    ],
)
def test_ages(seconds, words):
    """Ages are precise enough to compare."""
    assert plain.ago(seconds) == words


@pytest.mark.parametrize(
    "text",
    [
        "doesn't work",
        "It does not work.",
        "it is broken",
        "fails",
        "there is an error",
        "the page is wrong",
        "pls fix",
    ],
)
def test_vague_sentences(text):
    """A sentence that names nothing to check is vague."""
    assert sections.vague(text)


@pytest.mark.parametrize(
    "text",
    [
        "the total is 12 instead of 10",
        "order.status is wrong",
        "`total()` fails for an empty cart",
        "the page stays blank",
        "the empty state should have come up instead of an error on the page of a user without any orders",
    ],
)
def test_useful_sentences(text):
    """A sentence that names a value, a place or an effect is not."""
    assert not sections.vague(text)


def test_hidden_characters_become_visible():
    """Escapes go, other hidden characters show, lines stay lines."""
    assert plain.visible("\x1b[1;31mred\x1b[0m\r\n\x1b]8;;http://x\x07link\x1b]8;;\x07\x08\u202e") == (
        "red\nlink␈⟨U+202E⟩"
    )


def test_what_is_missing_is_said_with_its_remedy():
    """An incomplete trace names what is missing and how to get it."""
    missing = (Truncation("10 outer frames were left out by V8", "node --stack-trace-limit=100"),)
    text = "a.b.OrderException: boom\n\tat com.shop.Order.total(Order.java:1)"
    context = Context(prompt_cases.trace_of(text, missing), text, "t", "")
    prompt = render(context, PromptOptions(), prompt_cases.NOW)
    assert (
        "Incomplete: 1 frame. Missing: 10 outer frames were left out by V8. "
        "To get it: node --stack-trace-limit=100." in prompt.text
    )


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_secrets_are_masked_and_counted(style):
    """A secret in the error has the same mask in the code, and the last line counts the places."""
    secret = "s3cr" + "etV4lue" * 3
    text = f"a.b.OrderException: token {secret} was refused"
    snippet = Snippet("a.py", 1, f'token = "{secret}"', "", "defines it", 1.0, "python")
    prompt = render(
        Context(None, text, text, "", snippets=(snippet,)), PromptOptions(style=style), prompt_cases.NOW
    )
    assert secret not in prompt.text
    assert prompt.secrets == prompt.text.count("\u2039secret 1: token\u203a") > 1
    assert (
        f"{prompt.secrets} secrets masked" in prompt.text
        or f'"secrets_masked":{prompt.secrets}' in prompt.text
    )


def changed(text, **more):
    """A change of ``a.py`` with one hunk."""
    facts = {"sha": None, "author": "", "when": prompt_cases.NOW - 60, "subject": "", "path": "a.py"}
    lines = text.split("\n")
    old, new = (sum(line[:1] in marks for line in lines) for marks in (" -", " +"))
    return Change(**{**facts, "state": "unstaged", **more}, hunk=Hunk(old and 3, old, 3, new, text))


def section_of(changes, room=2000, **more):
    """The section for these changes."""
    return recent_changes(Context(None, "", "t", "", changes=tuple(changes), **more), room, prompt_cases.NOW)


def test_changes_come_newest_first():
    """What is not committed comes first, then the newest; hunks of one change share a block."""
    ann = {"sha": "4f2a9c1d", "author": "Ann", "subject": "Cache", "state": "committed"}
    text = section_of(
        [
            changed("-a\n+b", **ann, when=prompt_cases.NOW - 7200),
            changed("-c\n+d", path="b.py", **{**ann, "sha": "1234567", "when": prompt_cases.NOW - 3600}),
            changed("-e\n+f", path="c.py"),
            changed("-g\n+h", path="c.py"),
        ]
    )
    heads = [line for line in text.split("\n") if " · " in line]
    assert heads == [
        "c.py · uncommitted, 1 minute ago",
        "b.py · 1234567 · Ann · 60 minutes ago · Cache",
        "a.py · 4f2a9c1 · Ann · 2 hours ago · Cache",
    ]
    assert text.count("```diff") == 3
    assert text.count("@@ ") == 4


def test_changes_lose_their_context_before_themselves():
    """Where room is short the unchanged lines go first, then whole hunks, which are counted."""
    long = changed("\n".join([" same" * 20] * 30 + ["-old", "+new"]))
    assert "-old\n+new" in section_of([long], 400)
    assert "same" not in section_of([long], 400)
    many = [changed("+x" * 400, path=f"{n}.py") for n in range(9)]
    text = section_of(many, 1200)
    assert len(text) <= 1200
    assert re.search(r"- \d more hunks not shown \(budget\)\.\n", text)


def test_a_new_file_is_named():
    """The lines of a new file stand as code in the prompt and are not repeated as a diff."""
    added = Change("4f2a9c1d", "Ann", prompt_cases.NOW, "Add", "a.py", Hunk(0, 0, 1, 9, "+x\n" * 9))
    assert section_of([added], snippets=(function("f", 9),)) == (
        "## Recent changes\n\na.py · 4f2a9c1 · Ann · just now · Add: adds the file, 9 lines\n\n"
    )
    assert "+x" in section_of([added])
