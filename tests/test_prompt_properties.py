"""What holds for the prompt of any context: its budget, its fences, its frames."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

import prompt_cases
from crimescene.model import (
    Attempt,
    Behavior,
    Change,
    Context,
    Environment,
    Hunk,
    Location,
    Reason,
    Snippet,
)
from crimescene.prompt import PromptOptions, pack, pieces, render
from crimescene.settings import SECTIONS
from crimescene.settings import STYLES as STYLE_NAMES

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
REASONS = st.builds(Reason, kind=st.sampled_from(["", "changed"]), text=WORDS)


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
        reasons=st.lists(
            st.builds(Reason, kind=st.sampled_from(["", "changed"]), text=WORDS), max_size=3
        ).map(tuple),
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
    r"# .|####? .|## (?:Error|Relevant code|Expected behavior|Actual behavior|Recent changes|Runtime values"
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


@settings(deadline=None)
@given(SNIPPETS, st.integers(0, 3000))
def test_packing_keeps_its_room(snippets, room):
    """Pieces and rows together never take more than the room; no line of a file stands twice."""
    packed = pack(snippets, room)
    rows = "".join(packed.rows)
    assert (
        sum(len(piece.markdown) for piece in packed.pieces) + len(rows) + (len(pieces.NEAR) if rows else 0)
        <= room
    )
    numbers = [(piece.path, lineno) for piece in packed.pieces for lineno, _ in piece.lines]
    assert len(numbers) == len(set(numbers))
