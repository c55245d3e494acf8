"""The styles beside the full one, as the scenarios show them: places for assistants, data for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import scenes
from archives import load
from crimescene.model import Context, Snippet
from crimescene.prompt import PromptOptions, render
from prompt_cases import because

SCENARIOS = Path(__file__).parent / "scenarios"
DOCUMENT = Path(__file__).parent.parent / "docs" / "prompt-json.md"


def _shown(name: str) -> str:
    return load(SCENARIOS / f"{name}.txt").sections["prompt"]


def test_mentions(tmp_path: Path) -> None:
    """Every line of code is a place that exists, in the form assistants read; no code stands there."""
    root = scenes.build("order_history", tmp_path).root
    section = _shown("order_history_mentions").partition("## Relevant code\n\n")[2].partition("\n\n##")[0]
    lines = section.split("\n")
    assert len(lines) > 5
    for line in lines:
        found = re.match(r"- @([\w./-]+) \(lines (\d+)-(\d+)\)(?: · |$)", line)
        assert found, line
        length = len((root / found[1]).read_text().splitlines())
        assert 1 <= int(found[2]) <= int(found[3]) <= length


def test_a_mention_of_a_name_with_blanks() -> None:
    """It is quoted, so that the place ends where it ends."""
    context = Context(None, "", "t", "", (Snippet("a b/c.py", 3, "x\ny", "f", because("why"), 1.0),))
    text = render(context, PromptOptions(style="mentions"), 0.0).text
    assert '- @"a b/c.py" (lines 3-4) · `f` · why\n' in text


def test_json_lines_are_those_of_the_files(tmp_path: Path) -> None:
    """First and last line, the line that raised and the frames' lines are 1-based places in real files."""
    root = scenes.build("order_status_py", tmp_path).root
    data = json.loads(_shown("order_status_json"))
    frames = [frame for stack in data["error"]["stacks"] for frame in stack["frames"]]
    assert [frame["line"] for frame in frames] == [18, 24, 25]
    for frame in frames:
        line = (root / frame["file"]).read_text().split("\n")[frame["file_line"] - 1]
        assert line.strip() in data["error"]["text"]
    assert data["code"]
    for piece in data["code"]:
        lines = (root / piece["path"]).read_text().split("\n")
        shown = piece["text"].split("\n")
        first, last = lines[piece["first_line"] - 1], lines[piece["last_line"] - 1]
        assert shown[0].lstrip("→> ").startswith("⋮") or shown[0].lstrip("→> ") == first.strip()
        assert shown[-1].lstrip("→> ").startswith("⋮") or shown[-1].lstrip("→> ") == last.strip()
        if line := piece.get("raised_line"):
            marked = next(text for text in shown if text.startswith("→"))
            assert marked.lstrip("→ ") == lines[line - 1].strip()


@pytest.mark.parametrize("name", ["order_status_json"])
def test_every_key_is_documented(name: str) -> None:
    """What a program finds in the prompt, its author finds in the documentation."""
    documented = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))

    def keys(value: object, *, free: bool = False) -> set[str]:
        if isinstance(value, list):
            return {key for item in value for key in keys(item)}
        if not isinstance(value, dict):
            return set()
        own = set() if free else set(value)
        return own.union(*(keys(v, free=k in ("values", "environment")) for k, v in value.items()))

    text = _shown(name)
    assert text.count("\n") == 1
    found = keys(json.loads(text))
    assert {"title", "error", "code", "request", "secrets_masked"} <= found
    assert found <= documented
