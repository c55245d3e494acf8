"""Settings: the editor's, pulled and pushed, and the project's own beneath them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from test_lsp_commands import BUILD, MAIN, TRACE, client, log, root, started
from wire import Client, at

__all__ = ["client", "root"]
pytestmark = pytest.mark.timeout(120)


def test_settings_follow_the_client(client: Client, root: Path) -> None:
    """Pulled at the start and again when they change; what is wrong is said."""
    held = {"budget": 300}
    client.answers["workspace/configuration"] = lambda params: [held for _ in params["items"]]
    client.answers["client/registerCapability"] = lambda _: None
    dynamic = {"dynamicRegistration": True}
    workspace = {"configuration": True, "didChangeConfiguration": dynamic, "didChangeWatchedFiles": dynamic}
    client.initialize(root, capabilities={"workspace": workspace})
    client.open(log(root), TRACE)
    client.until(lambda: any(r["method"] == "workspace/configuration" for r in client.requests))
    assert client.execute(BUILD, log(root))["tokens"] <= 300
    registered = [r for r in client.requests if r["method"] == "client/registerCapability"]
    methods = [x["method"] for x in registered[0]["params"]["registrations"]]
    assert methods == ["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"]
    held["budgte"] = 3
    held["budget"] = 2000
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: any("crimescene.budget?" in m for m in client.messages()))
    assert 300 < client.execute(BUILD, log(root))["tokens"] <= 2000


def test_pushed_settings(client: Client, root: Path) -> None:
    """A client that cannot be asked sends them."""
    started(client, root)
    client.notify("workspace/didChangeConfiguration", {"settings": {"crimescene": {"budget": 300}}})
    assert client.execute(BUILD, log(root))["tokens"] <= 300


def test_each_folder_its_own(client: Client, root: Path, tmp_path: Path) -> None:
    """What the editor holds for one folder is not taken for another, also where two hold the same."""
    others = [tmp_path / "q", tmp_path / "r"]
    for other in others:
        (other / "app").mkdir(parents=True)
        (other / "app" / "main.py").write_text(MAIN)
    small = {root.as_uri(): 300, others[0].as_uri(): 900, others[1].as_uri(): 300}
    client.answers["workspace/configuration"] = lambda params: [
        {"budget": small.get(item.get("scopeUri"), 300)} for item in params["items"]
    ]
    client.initialize(root, *others, capabilities={"workspace": {"configuration": True}})
    for folder in (root, *others):
        client.open(log(folder), TRACE * 40)
    client.until(lambda: any(r["method"] == "workspace/configuration" for r in client.requests))
    tokens = [client.execute(BUILD, log(folder))["tokens"] for folder in (root, *others)]
    assert tokens[0] <= 300 < tokens[1] <= 900
    assert tokens[2] <= 300


# --------------------------------------------------------------------------- the project's own


def printed(root: Path, *words: str) -> str:
    """What the command line prints for the text in the project."""
    (root.parent / "trace.log").write_text(TRACE)
    command = [
        sys.executable,
        "-m",
        "crimescene",
        "prompt",
        "--root",
        str(root),
        str(root.parent / "trace.log"),
    ]
    done = subprocess.run([*command, *words], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.rstrip("\n")


@pytest.mark.parametrize(
    ("name", "table"), [("crimescene.toml", ""), ("pyproject.toml", "[tool.crimescene]\n")]
)
def test_a_projects_settings(client: Client, root: Path, name: str, table: str) -> None:
    """They hold in the editor as on the command line, byte for byte, and a change of them holds at once."""
    (root / name).write_text(f'{table}budget = 500\nhidden_sections = ["request"]\nclosing = "Why?"\n')
    uri = started(client, root)
    first = client.execute(BUILD, uri)
    assert first["tokens"] <= 500
    assert "## What I need" not in first["prompt"]
    assert first["prompt"].rstrip("\n") == printed(root)
    (root / name).write_text(f'{table}closing = "Why does it fail?"\n')
    second = client.execute(BUILD, uri)["prompt"]
    assert "\nWhy does it fail?" in second
    assert second.rstrip("\n") == printed(root)


def test_the_editor_is_above_the_project(client: Client, root: Path) -> None:
    """As options are above it; but for the defaults, which some editors send for all that nobody set."""
    (root / "crimescene.toml").write_text('budget = 400\nstyle = "mentions"\nhiddenSections = ["request"]\n')
    client.initialize(root, options={"budget": 700, "style": "full", "hiddenSections": ["environment"]})
    client.open(log(root), TRACE)
    found = client.execute(BUILD, log(root))
    assert "### app/main.py:1-2" not in found["prompt"]  # by mention, as the project wants
    assert "## Environment" not in found["prompt"]
    assert found["prompt"].rstrip("\n") == printed(root, "--budget", "700", "--hide", "environment")
    asked = client.execute(BUILD, {"uri": log(root), "style": "full", "budget": 650})
    assert asked["prompt"].rstrip("\n") == printed(
        root, "--budget", "650", "--hide", "environment", "--style", "full"
    )


def test_mappings_of_a_project(client: Client, root: Path) -> None:
    """They lead from a container's path to the file, at the latest once the server has looked again."""
    text = TRACE.replace("app/main.py", "/srv/code/main.py").replace("10, in", "10, in")
    (root / "app" / "deep").mkdir()
    (root / "app" / "deep" / "main.py").write_text(MAIN)
    (root / "crimescene.toml").write_text('[pathMappings]\n"/srv/code" = "app/deep"\n')
    client.initialize(root)
    client.open(log(root), text)
    (found,) = client.ask("textDocument/definition", at(log(root), 3, 10))
    assert found["uri"].endswith("app/deep/main.py")


def test_what_a_project_sets_wrong(client: Client, root: Path) -> None:
    """Said once, not with each question; the rest of the file holds."""
    (root / "crimescene.toml").write_text('budget = "much"\nclosing = "Why?"\n')
    uri = started(client, root)
    for _ in range(3):
        assert "Why?" in client.execute(BUILD, uri)["prompt"]
    (said,) = [m for m in client.messages() if "crimescene.toml" in m]
    assert said.startswith("Crimescene: crimescene.toml: crimescene.budget must be a whole number from 100")


@pytest.mark.parametrize("given", [{"budget": 0}, {"budget": -5}, {"style": "loud"}])
def test_a_wrong_wish_is_one_sentence(client: Client, root: Path, given: dict[str, Any]) -> None:
    """An argument that no prompt can follow is named, and nothing is built."""
    uri = started(client, root)
    (name,) = given
    assert client.execute(BUILD, {"uri": uri, **given})["message"].startswith(f"{name} must be ")


def test_an_answer_taken_back(client: Client, root: Path) -> None:
    """An empty text in place of an answer given before asks the question again, as on the command line."""
    uri = started(client, root)
    assert "> Zero." in client.execute(BUILD, {"uri": uri, "expected": "Zero."})["prompt"]
    assert "> Zero." in client.execute(BUILD, uri)["prompt"]
    assert "> Zero." not in client.execute(BUILD, {"uri": uri, "expected": ""})["prompt"]


@pytest.mark.skipif(os.name == "nt", reason="quotes as POSIX shells do")
def test_a_run_says_the_same_as_on_the_command_line(client: Client, root: Path) -> None:
    """The prompt of a run from the editor names the command and its exit code, byte for byte."""
    command = [sys.executable, "app/main.py"]
    client.initialize(root, options={"testCommand": command})
    found = client.execute(BUILD, {"uri": (root / "app" / "main.py").as_uri(), "run": True})
    words = [sys.executable, "-m", "crimescene", "run", "--root", ".", "--", *command]
    subprocess.run(words, cwd=root, capture_output=True, check=False)
    assert Path(found["path"]).read_text() == found["prompt"]
    assert "(exit 1)" in found["prompt"]
