"""The prompt: goldens to be read from top to bottom, and what holds for any context."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archives
import prompt_cases
from crimescene.prompt import PromptOptions, render

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
