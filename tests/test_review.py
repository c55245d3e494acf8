"""Reviewing an assistant's answer: what it invents is found, what is true is never called invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archives
import scenes
from crimescene import loop, review
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.settings import Settings

ANSWERS = {
    title.partition(":")[0]: (text, [x for x in title.partition(": ")[2].split(" | ") if x])
    for path in sorted((Path(__file__).parent / "review").glob("*.txt"))
    for title, text in archives.load(path).sections.items()
}


@pytest.fixture(scope="module")
def subjects(tmp_path_factory):
    """Each program that answers are about, with what is known of its failure."""
    made = {}
    for program in {name.split()[0] for name in ANSWERS}:
        scene = scenes.build(program, tmp_path_factory.mktemp(program))
        analysis = Analysis(scene.root, Settings(save_cases=False), now=scene.now)
        found = analysis.context_of(scene.trace, Wish())
        evidence = loop.to_evidence(found, analysis.glance())
        prompt = analysis.build_prompt(found, analysis.prompt_options).text
        made[program] = review.Subject(evidence, prompt, scene.trace), analysis.workspace
    return made


def _found(subjects, name):
    text, wanted = ANSWERS[name]
    subject, workspace = subjects[name.split()[0]]
    return review.review(text, subject, workspace), wanted


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_invented_is_found_and_nothing_else(subjects, name):
    """Every invented file, line and name is reported; nothing that exists, or is to be made, is."""
    found, wanted = _found(subjects, name)
    told = " ".join(found.invented)
    missed = [x for x in wanted if x.removesuffix("()") not in told.replace("has no line", "line")]
    numbers = [x for x in missed if x.startswith("line ") and x[5:] in told]
    assert not set(missed) - set(numbers), found.invented
    assert len(found.invented) == len(wanted), found.invented


@pytest.mark.parametrize("name", ["order_history 3", "ledger 3", "stock 4", "order_status_py 3"])
def test_generic_advice_is_counted_and_asked_about(subjects, name):
    """Advice that fits any program counts against the answer, and the throwing line is asked for."""
    found, _ = _found(subjects, name)
    assert found.generic >= 1
    assert found.grounded == 0
    assert "Leave out what would fit any program" in found.question
    assert re.search(r"Explain \S+:\d+ itself", found.question)


@pytest.mark.parametrize("name", ["order_history 1", "ledger 1", "stock 1", "order_status_py 5"])
def test_a_grounded_answer_needs_no_question(subjects, name):
    """An answer that explains the crash from the code is left alone."""
    found, _ = _found(subjects, name)
    assert found.grounded >= 1
    assert not [f for f in found.findings if f.kind in ("invented", "missing")]


def test_the_diff_in_an_answer_is_judged(subjects):
    """The change that an answer proposes gets its verdict, and the edge cases of its conditions."""
    found, _ = _found(subjects, "order_history 9")
    assert found.verdict is not None
    assert found.verdict.verdict == "addresses cause"
    assert "addresses cause" in review.markdown(found)


def test_who_quotes_the_throwing_line_addresses_it(subjects):
    """Neither its file nor its function need be named beside the statement itself."""
    subject, workspace = subjects["order_history"]
    path, lineno = subject.evidence.crash
    line = workspace.read(path).decode().splitlines()[lineno - 1].strip()
    told = [review.review(text, subject, workspace) for text in (f"It fails at `{line}`.", "It fails there.")]
    assert [any("throwing line" in f.text for f in one.findings) for one in told] == [False, True]


def test_a_diff_alone_is_no_explanation(subjects):
    """``git diff | crimescene review -``: the change is judged; its lines are no sentences."""
    subject, workspace = subjects["order_history"]
    text, _ = ANSWERS["order_history 9"]
    diff = re.search(r"```diff\n(.*?)```", text, re.DOTALL)[1]
    found = review.review(diff, subject, workspace)
    assert found.verdict is not None
    assert not found.grounded
    assert not found.findings
    assert not found.confirmed
    told = review.markdown(found)
    assert told.startswith("# Review: a change without an explanation\n")
    assert "## Send back" not in told


def test_any_text_is_reviewed(subjects):
    """Neither binary data nor a wall of ticks is too much."""
    subject, workspace = subjects["stock"]
    for text in (
        "",
        "\0\ufffd",
        "`" * 5000,
        "a.py:1 " * 5000,
        "--- \n+++ \n@@ -1 +1 @@",
        "```diff\n--- a\n+++ b\n@@",
    ):
        assert review.markdown(review.review(text, subject, workspace))
