"""The prompt: goldens to be read from top to bottom, and what holds for any context."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

import archives
import prompt_cases
from crimescene.model import (
    Change,
    Context,
    Hunk,
    Location,
    Relation,
    Snippet,
    Span,
    Stack,
    Trace,
    Truncation,
)
from crimescene.prompt import PromptOptions, plain, render, sections
from crimescene.prompt.changes import recent_changes
from crimescene.prompt.error import Folded
from crimescene.settings import STYLES as STYLE_NAMES

CASES = sorted((Path(__file__).parent / "prompts").glob("*.txt"))
KEYS = Path(__file__).parent.parent / "docs" / "prompt-json.md"
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

    documented = set(re.findall(r"`([a-z_]+)`", KEYS.read_text(encoding="utf-8")))
    assert set(keys(data)) <= documented
    assert data["title"] == plain.visible(context.title)
    if context.trace:
        frames = [frame for stack in data["error"]["stacks"] for frame in stack["frames"]]
        assert [f["line"] for f in frames] == [f.lineno for s in context.trace.stacks for f in s.frames]
    for piece, snippet in zip(data["code"][:1], context.snippets[:1], strict=True):
        assert piece["first_line"] == snippet.start_lineno
        assert piece["last_line"] >= snippet.last_lineno


def crowded(context):
    """The same context with more code than any budget holds."""
    text = "def more():\n" + "    pass\n" * 5_000
    reasons = prompt_cases.because("beside it")
    return replace(context, snippets=(*context.snippets, Snippet("more.py", 1, text, "more", reasons, 0.1)))


def gone(context, budget, style="full"):
    """The numbers of the lines of the error text that its prompt does not show."""
    prompt = render(context, PromptOptions(budget, style), prompt_cases.NOW)
    text = json.loads(prompt.text)["error"]["text"] if style == "json" else prompt.text
    lost = [n for n, line in enumerate(context.text.rstrip("\n").split("\n")) if line not in text]
    assert prompt.folded == bool(lost)
    return lost


def test_what_called_the_workspace_folds_before_anything_else():
    """Above a tenth of the budget the frames of server or runner fold, to both their ends; no others do."""
    context = crowded(prompt_cases.context_of(archives.load(CASES[0].parent / "payment-causes.txt")))
    assert 0.10 * 6_000 < len(context.text) < 0.40 * 6_000
    lines = context.text.split("\n")
    first, last = (lines.index(f"\tat java.base/{name}") for name in _ENDS)
    assert gone(context, 1_500) == list(range(first + 1, last)), "only the run between its ends"
    assert not gone(context, 6_000)


_ENDS = (
    "jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)",
    "java.lang.Thread.run(Thread.java:1583)",
)


def test_nothing_folds_that_no_code_needs_the_room_of():
    """Where the code fits beside it, where none is shown, and where the whole text lies nowhere else."""
    context = prompt_cases.context_of(archives.load(CASES[0].parent / "payment-causes.txt"))
    assert not gone(context, 1_500)
    assert not gone(crowded(context), 1_500, "mentions")
    assert not gone(crowded(context), 1_500, "json")
    assert not gone(replace(crowded(context), saved_path=None), 1_500)


def server_trace(package):
    """A wrapper's error that only its cause, in the workspace, explains; the text and its context."""
    outer = "".join(f"\tat org.server.Filter{n}.apply(Filter{n}.java:{n})\n" for n in range(30))
    text = f"org.server.ServletException: boom\n{outer}"
    text += "Caused by: com.acme.PayException: no money\n\tat com.acme.Till.pay(Till.java:3)\n"
    text += f"\tat {package}.Gateway.handle(Gateway.java:9)\n"
    text += "".join(f"\tat org.server.Loop{n}.run(Loop{n}.java:{n})\n" for n in range(30))
    text += "\t... 2 more\n"
    trace = prompt_cases.trace_of(text)
    places = tuple(
        (frame.span, Location("Till.java", 3, in_app=frame.path == "Till.java"))
        for stack in trace.stacks
        for frame in stack.frames
    )
    context = Context(trace, text, "title", "", frame_locations=places, saved_path="error.txt")
    return crowded(context)


def test_the_frames_of_an_error_that_only_wraps_fold_too():
    """Only its causes come from the workspace: what called them is the server's in both of them."""
    assert gone(server_trace("org.server"), 2_500) == [*range(2, 30), *range(34, 63)]


def test_frames_of_the_same_house_stay():
    """A module of the same company whose code is not here is no library, as far as its package tells."""
    assert gone(server_trace("com.acme.gateway"), 2_500) == [*range(2, 30), *range(35, 63)]


def test_errors_of_a_group_are_counted():
    """One error, two errors of the group."""
    parts = [Stack("ValueError", str(n), (), Relation.MEMBER, Span(0, 1)) for n in range(2)]
    trace = Trace(
        "python", (Stack("ExceptionGroup", "all", (), Relation.ROOT, Span(0, 1)), *parts), Span(0, 1)
    )
    nothing = Folded("", 0, 0)
    assert "0 frames, 2 errors of the group." in sections.status(Context(trace, "x", "x", ""), nothing)


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
    snippet = Snippet(
        "a.py",
        1,
        "def f():\n    pass",
        "f",
        prompt_cases.because("raised here"),
        1.0,
        "python",
        (2,),
        throws=True,
    )
    context = Context(prompt_cases.trace_of(text), text, text, "", (snippet,))
    prompt = render(context, PromptOptions(1000), prompt_cases.NOW)
    assert "The budget of 1,000 tokens is too small for the error message: 100,059 characters" in prompt.text
    assert "\na.b.OrderException: xxx" in prompt.text
    assert "### a.py:1-2" in prompt.text


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


def test_half_a_line_end_is_not_shown():
    """A trace cut out of what a terminal printed ends before the line feed, colours or not."""
    assert plain.visible("\x1b[90m    at f (a.js:1:2)\x1b[39m\r") == "    at f (a.js:1:2)"
    assert plain.visible("a\rb") == "a␍b"


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
    snippet = Snippet("a.py", 1, f'token = "{secret}"', "", prompt_cases.because("defines it"), 1.0, "python")
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
    code = Snippet("a.py", 1, "x\n" * 8 + "x", "f", prompt_cases.because("why"), 1.0)
    assert section_of([added], snippets=(code,)) == (
        "## Recent changes\n\na.py · 4f2a9c1 · Ann · just now · Add: adds the file, 9 lines\n\n"
    )
    assert "+x" in section_of([added])
