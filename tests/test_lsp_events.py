"""What happens around the server while it runs: runs in a terminal, old logs, clients of few abilities."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from test_lsp_commands import BUILD, MAIN, TRACE, client, log, root
from wire import Client, at

__all__ = ["client", "root"]
pytestmark = pytest.mark.timeout(120)
HOUR = 3600


def source(root: Path) -> str:
    """URI of the program."""
    return (root / "app" / "main.py").as_uri()


def run_in_terminal(root: Path) -> int:
    """``crimescene run`` of the program, as somebody types it beside the editor; its exit code."""
    words = [sys.executable, "-m", "crimescene", "run", "--root", ".", "--", sys.executable, "app/main.py"]
    return subprocess.run(words, cwd=root, capture_output=True, check=False).returncode


def told(client: Client, root: Path) -> None:
    """Say that files changed, as an editor that watches them does."""
    changes = [{"uri": (root / ".crimescene" / "x" / "case.json").as_uri(), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def lines(client: Client, root: Path) -> list[int] | None:
    """The lines of the program that have hints."""
    found = client.diagnostics(source(root))
    return None if found is None else [d["range"]["start"]["line"] for d in found]


def test_a_run_in_a_terminal(client: Client, root: Path) -> None:
    """Hints come when it fails, and go when the same command passes; nothing else was done in the editor."""
    client.initialize(root)
    client.open(source(root), MAIN, "python")
    assert run_in_terminal(root) == 1
    told(client, root)
    client.until(lambda: lines(client, root) == [1, 5, 9])
    assert client.execute(BUILD, source(root))["origin"] == "the last run"
    (root / "app" / "main.py").write_text(MAIN.replace("total([])", "total([1])"))
    assert run_in_terminal(root) == 0
    told(client, root)
    client.until(lambda: lines(client, root) == [])
    assert "message" in client.execute(BUILD, {"uri": source(root), "run": False})


def test_a_run_from_the_editor_belongs_to_the_same_case(client: Client, root: Path) -> None:
    """A run there, a run here: one bug, and the prompt says what was tried between them."""
    client.initialize(root, options={"testCommand": [sys.executable, "app/main.py"]})
    assert run_in_terminal(root) == 1
    (before,) = (root / ".crimescene").glob("*/prompt.md")
    (root / "app" / "main.py").write_text(MAIN.replace("len(items)", "len(items or [])"))
    (root / "app" / "other.py").write_text("import main\nmain.run()\n")
    found = client.execute(BUILD, {"uri": (root / "app" / "other.py").as_uri(), "run": True})
    assert found["path"] == str(before)
    assert "len(items or [])" in found["prompt"].split("tried", 1)[1]


def test_an_old_log_stays_old(client: Client, root: Path) -> None:
    """Building a prompt of what failed yesterday does not make it fail today."""
    for name, error, age in (("old.log", "KeyError: 'x'", 5 * HOUR), ("new.log", "OSError: y", 2 * HOUR)):
        text = TRACE.replace("ZeroDivisionError: division by zero", error)
        (root / name).write_text(text)
        os.utime(root / name, (time.time() - age, time.time() - age))
    client.initialize(root)
    client.open(source(root), MAIN, "python")
    for name in ("old.log", "new.log"):
        client.open((root / name).as_uri(), (root / name).read_text())
    client.until(lambda: "2 hours ago" in str(client.diagnostics(source(root))))
    assert client.execute(BUILD, (root / "old.log").as_uri())["title"] == "KeyError: 'x'"
    assert client.execute(BUILD)["title"] == "OSError: y"
    client.execute("crimescene.clearHints")
    client.until(lambda: lines(client, root) == [])


def test_a_path_in_place_of_a_uri(client: Client, root: Path) -> None:
    """For editors whose commands know only names: absolute, or relative to the folder."""
    client.initialize(root)
    client.open(log(root), TRACE)
    for given in ("out.log", "./out.log", str(root / "out.log"), "app/main.py"):
        assert client.execute(BUILD, given)["title"] == "ZeroDivisionError: division by zero"
    assert "nowhere.log does not exist" in client.execute(BUILD, "nowhere.log")["message"]


def test_without_any_ability(client: Client, root: Path) -> None:
    """A client that says nothing of itself gets plain answers to everything."""
    client.initialize(root)
    client.open(log(root), TRACE)
    client.open(source(root), MAIN, "python")
    document = {"textDocument": {"uri": log(root)}}
    shown = client.ask("textDocument/hover", at(log(root), 5, 10))["contents"]["value"]
    assert "total" in shown
    (found,) = client.ask("textDocument/definition", at(log(root), 5, 10))
    assert found["range"]["start"] == {"line": 1, "character": 4}
    assert len(client.ask("textDocument/documentLink", document)) == 3
    symbols = client.ask("textDocument/documentSymbol", document)
    assert symbols[0]["name"] == "ZeroDivisionError: division by zero"
    assert all("location" in s for s in symbols)
    assert client.ask("textDocument/foldingRange", document)
    span = {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 0}}
    actions = client.ask(
        "textDocument/codeAction", {**document, "range": span, "context": {"diagnostics": []}}
    )
    assert [(a["title"], a["command"]) for a in actions] == [
        ("Build debug prompt", "crimescene.buildPrompt"),
        ("Copy as Markdown", "crimescene.copyPrompt"),
    ]
    client.until(lambda: lines(client, root) == [1, 5, 9])
    assert client.requests == []


@pytest.mark.parametrize(
    ("only", "some"),
    [([""], True), (["quickfix"], True), (["quickfix.x"], False), (["source", "refactor"], False)],
)
def test_kinds_of_actions(client: Client, root: Path, only: list[str], some: bool) -> None:  # noqa: FBT001
    """A client that asks for some kinds gets those, and the kinds below them."""
    client.initialize(root)
    client.open(log(root), TRACE)
    span = {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 0}}
    context = {"diagnostics": [], "only": only}
    params: dict[str, Any] = {"textDocument": {"uri": log(root)}, "range": span, "context": context}
    assert bool(client.ask("textDocument/codeAction", params)) is some


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_progress_can_be_cancelled(client: Client, root: Path) -> None:
    """The button beside the progress ends the run; the editor is answered with one sentence."""
    (root / "app" / "main.py").write_text("import time\nprint('on', flush=True)\ntime.sleep(300)\n")
    client.answers["window/workDoneProgress/create"] = lambda _: None
    window = {"window": {"workDoneProgress": True}}
    client.initialize(root, capabilities=window, options={"testCommand": [sys.executable, "{file}"]})
    params = {"command": BUILD, "arguments": [{"uri": source(root), "run": True}]}
    number = client.begin("workspace/executeCommand", params)

    def reported() -> dict[str, Any] | None:
        found = [n["params"] for n in client.notifications if n["method"] == "$/progress"]
        return next((p for p in found if p["value"]["kind"] == "report"), None)

    token = client.until(reported)["token"]
    client.notify("window/workDoneProgress/cancel", {"token": token})
    answer = client.wait(number)
    assert answer.get("result", {}).get("message") or answer["error"]["code"] == -32800
    assert any(
        n["params"]["value"]["kind"] == "end" for n in client.notifications if n["method"] == "$/progress"
    )


def test_a_command_that_is_not_there(client: Client, root: Path) -> None:
    """One sentence that names it."""
    client.initialize(root, options={"testCommand": ["no-such-program", "{file}"]})
    assert "no-such-program" in client.execute(BUILD, {"uri": source(root), "run": True})["message"]


def test_a_file_deleted_between_two_requests(client: Client, root: Path) -> None:
    """Its frames are said to lie nowhere; the rest of the trace stays as good as it was."""
    client.initialize(root)
    client.open(log(root), TRACE)
    assert client.ask("textDocument/definition", at(log(root), 5, 10))
    (root / "app" / "main.py").unlink()
    told(client, root)
    client.ask("textDocument/hover", at(log(root), 5, 10))
    assert client.execute(BUILD, log(root))["prompt"].startswith("# ZeroDivisionError")
    (root / "app" / "main.py").write_text(MAIN)
    told(client, root)
    assert "def total" in client.execute(BUILD, log(root))["prompt"]
