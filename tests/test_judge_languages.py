"""Suppressions and real fixes in every language, written as people and assistants write them."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

import archives
from crimescene import judge
from crimescene.model import Suspect

SECTIONS = {
    head: text
    for path in sorted((Path(__file__).parent / "judge" / "languages").glob("*.txt"))
    for head, text in archives.load(path).sections.items()
}
PROGRAMS = {
    head.partition(": ")[0].removeprefix("before "): (text, *head.partition(": ")[2].partition(" ")[::2])
    for head, text in SECTIONS.items()
    if head.startswith("before ")
}
CHANGES = {head: text for head, text in SECTIONS.items() if not head.startswith("before ")}
ASKED_OTHERWISE = ("loosened", "inverted", "widened")
"""What is told of a change, and does not hush by itself."""


def unified(path, before, after):
    """A diff as git writes it."""
    return "\n".join(
        difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    )


def judged(head):
    """What is wanted of a change, and its verdict."""
    name, _, wanted = head.partition(": ")
    path = name.rpartition(" ")[0]
    before, lineno, suspect = PROGRAMS[path]
    old, _, new = CHANGES[head].partition("=====>\n")
    assert old in before
    after = before.replace(old, new, 1)
    crash = (path, int(lineno))
    evidence = judge.Evidence((path,), crash=crash, suspects=(Suspect(suspect, "", *crash),))
    return wanted, judge.judge(unified(path, before, after), lambda _: after.encode(), evidence)


@pytest.mark.parametrize("head", CHANGES, ids=[h.rpartition("/")[2].replace(" ", "-") for h in CHANGES])
def test_changes(head):
    """What hushes is flagged with its reason and judged so; a fix of the cause is not."""
    wanted, verdict = judged(head)
    kinds = {flag.kind for flag in verdict.flags}
    if wanted in ("cause", "kept"):
        assert not kinds & judge.HUSHING, verdict.flags
        assert wanted == "kept" or verdict.verdict == judge.CAUSE
    else:
        assert wanted in kinds, verdict
        assert wanted in ASKED_OTHERWISE or verdict.verdict == judge.HUSHES or may_be_right(verdict), verdict


def may_be_right(verdict):
    """A loop that tries again, a default that somebody thought of: told, and left to the reader."""
    unsure = {f.kind for f in verdict.flags} == {"retried"} or not any(f.sure for f in verdict.flags)
    return verdict.verdict == judge.UNCLEAR and unsure
