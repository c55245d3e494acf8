"""Whole prompts for real failures of real programs, the same through every edge."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenes
from archives import Archive, check, load
from crimescene import cli, grounds
from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.prompt import Prompt, PromptOptions
from crimescene.settings import Settings

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.txt"))


def _arguments(archive: Archive) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in archive.sections["arguments"].splitlines():
        key, colon, value = line.partition(": ")
        if colon:
            found.setdefault(key, []).append(value)
    return found


def _prompt(given: dict[str, list[str]], scene: scenes.Scene) -> Prompt:
    """What the facade answers."""

    def one(key: str) -> str:
        return given.get(key, [""])[0]

    wish = Wish(
        note=one("note"),
        suspects=tuple(given.get("suspect", ())),
        expected=one("expected"),
        actual=one("actual"),
    )
    facade = Analysis(scene.root, Settings(), now=scene.now)
    if "chain" in given:
        found = facade.context_along(one("chain").split(), wish)
    elif "at" in given:
        path, _, lineno = one("at").rpartition(":")
        found = facade.context_at(path, int(lineno), wish)
    else:
        found = facade.context_of(scene.trace, wish)
    style = one("style") or "full"
    return facade.build_prompt(found, PromptOptions(budget=int(one("budget") or 6000), style=style))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_prompt(path: Path, tmp_path: Path, update: bool) -> None:  # noqa: FBT001 -- a fixture
    """The prompt is what somebody read from top to bottom and would send."""
    archive = load(path)
    given = _arguments(archive)
    scene = scenes.build(given["program"][0], tmp_path)
    prompt = _prompt(given, scene)
    assert len(prompt.text) <= 4 * int(given.get("budget", ["6000"])[0])
    check(archive, "prompt", prompt.text, update=update)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_command_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line prints the bytes of the facade."""
    archive = load(path)
    given = _arguments(archive)
    scene = scenes.build(given.pop("program")[0], tmp_path)
    (tmp_path / "trace.log").write_text(scene.trace, encoding="utf-8")
    words = [] if "chain" in given or "at" in given else [str(tmp_path / "trace.log")]
    for key, values in given.items():
        for value in values:
            words += [f"--{key}", *(value.split() if key == "chain" else [value])]
    monkeypatch.chdir(scene.root)
    monkeypatch.setattr(grounds.time, "time", lambda: scene.now)
    assert cli.main(["prompt", *words]) == 0
    assert capsys.readouterr().out == archive.sections["prompt"]
