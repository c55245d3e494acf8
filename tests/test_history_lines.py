"""Hunks told at today's lines agree with git's own blame, whatever was edited and merged since."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from crimescene import history
from repositories import HOUR, NOW, Builder

if TYPE_CHECKING:
    from pathlib import Path

_COMMON = ("", "}", "    ")
"""Lines of which nobody can say which one is which."""


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _edited(dice: random.Random, lines: list[str], name: str) -> list[str]:
    lines = list(lines)
    for _ in range(dice.randint(1, 3)):
        at, count = dice.randrange(len(lines) + 1), dice.randint(1, 4)
        new = [dice.choice([f"{name} {dice.randrange(10**6)}", *_COMMON]) for _ in range(count)]
        lines[at : at + dice.choice([0, count])] = new if dice.random() < 0.7 else []
    return lines


def _merge(dice: random.Random, repo: Builder, lines: list[str], name: str, hours_ago: float) -> list[str]:
    """Edit on two branches and merge; where both edited, both stay."""
    file = repo.root / "f.py"
    repo.git("checkout", "-q", "-b", name)
    repo.commit({"f.py": _text(_edited(dice, lines, f"{name} side"))}, "Side", hours_ago=hours_ago)
    repo.git("checkout", "-q", "main")
    repo.commit({"f.py": _text(_edited(dice, lines, f"{name} main"))}, "Main", hours_ago=hours_ago - 0.2)
    try:
        repo.git("merge", "-q", "-m", "Merge", name, hours_ago=hours_ago - 0.5)
    except AssertionError:  # a conflict
        marks = ("<<<<<<<", "=======", ">>>>>>>")
        merged = [line for line in file.read_text().splitlines() if not line.startswith(marks)]
        repo.commit({"f.py": _text(merged)}, "Merge", hours_ago=hours_ago - 0.5)
    return file.read_text().splitlines()


def _blamed(repo: Builder) -> dict[int, str]:
    """The commit of each line, as git blame tells."""
    found = {}
    for line in repo.git("blame", "--porcelain", "f.py").split("\n"):
        words = line.split(" ")
        if len(words) in (3, 4) and len(words[0]) == 40:
            found[int(words[2])] = words[0]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_blame(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line that was added lately is told as its commit's, and no older line is told as new."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    dice = random.Random(seed)  # noqa: S311 -- edits, not secrets
    repo = Builder(tmp_path)
    lines = [f"line {n}" for n in range(dice.randint(5, 60))]
    begin = repo.commit({"f.py": _text(lines)}, "Begin", hours_ago=48)
    for n in range(5):
        if seed % 2 and dice.random() < 0.5:
            lines = _merge(dice, repo, lines, f"b{n}", 20 - n)
        else:
            lines = _edited(dice, lines, f"c{n}")
            repo.commit({"f.py": _text(lines)}, "Edit", hours_ago=20 - n)
    lines = _edited(dice, lines, "staged")
    repo.write({"f.py": _text(lines)})
    repo.git("add", "f.py")
    lines = _edited(dice, lines, "unstaged")
    repo.write({"f.py": _text(lines)})
    opened = history.open_repository(repo.root)
    assert opened is not None
    told: dict[int, set[str]] = {}
    for change in history.changes(opened, since=NOW - 24 * HOUR, now=NOW).changes:
        new = [line for line in change.hunk.text.split("\n") if not line.startswith("-")]
        assert len(new) == change.hunk.new_count
        for lineno, line in enumerate(new, start=change.hunk.new_start):
            assert lines[lineno - 1] == line[1:]
            if line.startswith("+"):
                told.setdefault(lineno, set()).add(change.sha or "0" * 40)
    for lineno, sha in _blamed(repo).items():
        if lines[lineno - 1] not in _COMMON:
            assert (sha in told.get(lineno, ())) != (sha == begin), (lineno, lines[lineno - 1])
