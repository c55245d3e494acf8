"""The commands of the language server, as clients of every ability meet them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import scenes
from archives import load
from wire import Client, at

pytestmark = pytest.mark.timeout(120)

BUILD = "crimescene.buildPrompt"
MAIN = """\
def total(items):
    return sum(items) / len(items)


def run():
    return total([])


if __name__ == "__main__":
    run()
"""
TRACE = """\
Traceback (most recent call last):
  File "app/main.py", line 10, in <module>
    run()
  File "app/main.py", line 6, in run
    return total([])
  File "app/main.py", line 2, in total
    return sum(items) / len(items)
ZeroDivisionError: division by zero
"""
SHOWS = {"window": {"showDocument": {"support": True}}}
EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one file."""
    (tmp_path / "p" / "app").mkdir(parents=True)
    (tmp_path / "p" / "app" / "main.py").write_text(MAIN)
    return tmp_path / "p"


@pytest.fixture
def client():
    """A server of its own."""
    found = Client()
    yield found
    found.close()


def log(root: Path) -> str:
    """URI of a text in the project."""
    return (root / "out.log").as_uri()


def started(client: Client, root: Path, **capabilities: Any) -> str:
    """Open a text with a trace in a client that has ``capabilities``; its URI."""
    client.initialize(root, capabilities=capabilities)
    client.open(log(root), TRACE)
    return log(root)


# --------------------------------------------------------------------------- how the result is shown


def test_shown_in_the_editor(client: Client, root: Path) -> None:
    """A client that can show documents shows the saved prompt; nothing else is said."""
    client.answers["window/showDocument"] = lambda _: {"success": True}
    found = client.execute(BUILD, started(client, root, **SHOWS))
    (request,) = [r for r in client.requests if r["method"] == "window/showDocument"]
    assert request["params"]["uri"] == found["uri"]
    assert request["params"]["takeFocus"]
    assert found["shown"]
    assert found["prompt"] == Path(found["path"]).read_text()
    assert found["prompt"].startswith("# ZeroDivisionError: division by zero\n")
    assert found["tokens"] == -(-len(found["prompt"]) // 4)
    assert not client.messages()


def test_opened_by_an_edit(client: Client, root: Path) -> None:
    """Without showDocument an edit makes the editor load the file, and a message names it."""
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    found = client.execute(BUILD, started(client, root, **EDITS))
    (request,) = [r for r in client.requests if r["method"] == "workspace/applyEdit"]
    assert request["params"]["edit"]["documentChanges"][0]["textDocument"]["uri"] == found["uri"]
    assert found["path"] in client.messages()[0]


def test_named_in_a_message(client: Client, root: Path) -> None:
    """A client that can do nothing is told where the prompt lies."""
    found = client.execute(BUILD, started(client, root))
    assert not found["shown"]
    assert re.fullmatch(r"Crimescene: debug prompt, \d+ tokens: .*prompt\.md", client.messages()[0])


def test_refused_and_broken_ways_fall_back(client: Client, root: Path) -> None:
    """A client that promises what it then refuses still gets its message."""
    found = client.execute(BUILD, started(client, root, **SHOWS, **EDITS))
    assert found["path"] in client.messages()[0]


def test_nothing_saved_where_saving_is_off(client: Client, root: Path) -> None:
    """With saving switched off the project stays as it was; the prompt is gone with the server."""
    client.initialize(root, options={"saveCases": False})
    client.open(log(root), TRACE)
    found = client.execute(BUILD, log(root))
    assert not (root / ".crimescene").exists()
    assert Path(found["path"]).read_text() == found["prompt"]
    assert client.close() == 0
    assert not Path(found["path"]).exists()


def test_copied(root: Path, tmp_path: Path) -> None:
    """The clipboard gets the prompt where one is in reach; else the document is shown and that is said."""
    tool = tmp_path / "wl-copy"
    tool.write_text(f'#!/bin/sh\ncat > "{tmp_path}/clipboard"\n')
    tool.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    plain = {"SSH_CONNECTION": "", "SSH_TTY": "", "SSH_CLIENT": "", "TMUX": "", "DISPLAY": ""}
    client = Client(env={"PATH": path, "WAYLAND_DISPLAY": "wayland-0", **plain})
    found = client.execute("crimescene.copyPrompt", started(client, root))
    assert (tmp_path / "clipboard").read_text() == found["prompt"]
    assert "copied with wl-copy" in client.messages()[0]
    client.close()
    client = Client(env={"WAYLAND_DISPLAY": "", **plain})
    client.execute("crimescene.copyPrompt", started(client, root))
    assert "no clipboard within reach" in client.messages()[0]
    client.close()


# --------------------------------------------------------------------------- what it is made of


SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.txt"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_same_bytes_as_elsewhere(path: Path, tmp_path: Path) -> None:
    """The prompt in the editor is the one of the facade and of the command line, byte for byte."""
    archive = load(path)
    given: dict[str, list[str]] = {}
    for line in archive.sections["arguments"].splitlines():
        key, colon, value = line.partition(": ")
        if colon:
            given.setdefault(key, []).append(value)
    scene = scenes.build(given.pop("program")[0], tmp_path)
    code = f"import time; time.time = lambda: {scene.now!r}\nfrom crimescene.cli import main; main(['lsp'])"
    client = Client(command=[sys.executable, "-c", code])
    client.initialize(scene.root, options={"rankingSeconds": 600})  # however slow the machine
    argument: dict[str, Any] = {k: v[0] for k, v in given.items() if k not in {"suspect", "chain", "at"}}
    argument["suspects"] = given.get("suspect", [])
    if "budget" in argument:
        argument["budget"] = int(argument["budget"])
    if "chain" in given:
        argument["chain"] = given["chain"][0].split()
    elif "at" in given:
        name, _, lineno = given["at"][0].rpartition(":")
        argument |= {"uri": (scene.root / name).as_uri(), "line": int(lineno) - 1, "place": True}
    else:
        client.open((tmp_path / "trace.log").as_uri(), scene.trace)
        argument["uri"] = (tmp_path / "trace.log").as_uri()
    found = client.execute(BUILD, argument)
    client.close()
    # An archive ends each section with a newline; JSON has none.
    assert found["prompt"].rstrip("\n") == archive.sections["prompt"].rstrip("\n")


def test_the_trace_at_the_cursor(client: Client, root: Path) -> None:
    """Of several failures in a text the one at the line is meant."""
    client.initialize(root)
    other = TRACE.replace("ZeroDivisionError: division by zero", "KeyError: 'price'")
    client.open(log(root), f"{TRACE}\n\nand then\n\n{other}")
    for line, wanted in ((3, "# ZeroDivisionError"), (15, "# KeyError")):
        found = client.execute(BUILD, {"uri": log(root), "line": line})
        assert found["prompt"].startswith(wanted)
        found = client.execute(BUILD, {"uri": log(root), "position": {"line": line, "character": 2}})
        assert found["prompt"].startswith(wanted)


def test_from_a_source_file(client: Client, root: Path) -> None:
    """The newest known failure that passed through the file: from an open text, without asking."""
    started(client, root)
    found = client.execute(BUILD, (root / "app" / "main.py").as_uri())
    assert found["origin"] == "out.log"
    assert found["prompt"].startswith("# ZeroDivisionError")


def test_from_the_last_run(client: Client, root: Path) -> None:
    """A failure that ``crimescene run`` saw is known to the editor, and marked there."""
    words = [sys.executable, "-m", "crimescene", "run", "--root", ".", "--", sys.executable, "app/main.py"]
    subprocess.run(words, cwd=root, capture_output=True, check=False)
    main = (root / "app" / "main.py").as_uri()
    client.initialize(root)
    client.open(main, MAIN, "python")
    client.until(lambda: client.diagnostics(main))
    assert [d["range"]["start"]["line"] for d in client.diagnostics(main)] == [1, 5, 9]
    assert client.execute(BUILD, main)["origin"] == "the last run"
    client.execute("crimescene.clearHints")
    client.until(lambda: client.diagnostics(main) == [])


def test_from_a_test_report(client: Client, root: Path) -> None:
    """A JUnit report in the workspace is as good as the output it was made of."""
    (root / "test-results").mkdir()
    (root / "test-results" / "TEST-app.xml").write_text(
        '<testsuite><testcase name="t"><failure message="ZeroDivisionError: division by zero">'
        f"{TRACE.replace('<module>', '&lt;module&gt;')}</failure></testcase></testsuite>"
    )
    client.initialize(root)
    found = client.execute(BUILD, (root / "app" / "main.py").as_uri())
    assert found["origin"] == "test-results/TEST-app.xml"


def test_without_arguments(client: Client, root: Path) -> None:
    """The newest failure of all."""
    started(client, root)
    assert client.execute(BUILD)["title"] == "ZeroDivisionError: division by zero"
    assert client.execute(BUILD, {"text": TRACE.replace("Zero", "Two")})["title"].startswith("TwoDivision")


def test_edited_answers_are_kept(client: Client, root: Path) -> None:
    """What somebody writes under "Expected behavior" stays, unsaved or saved, however often it is built."""
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    uri = started(client, root, **EDITS)
    first = client.execute(BUILD, uri)
    question = "What should have happened here?"
    assert question in first["prompt"]
    section = first["prompt"].split("## Expected behavior\n\n")[1].split("\n\n##")[0]
    answer = "An empty order costs nothing:\ntotal([]) is 0."
    edited = first["prompt"].replace(section, answer)
    client.open(first["uri"], edited, "markdown")
    second = client.execute(BUILD, uri)
    assert "> An empty order costs nothing:\n> total([]) is 0.\n" in second["prompt"]
    assert question not in second["prompt"]
    # The editor's buffer is brought up to date; what was not saved is not lost to a warning.
    edits = [r for r in client.requests if r["method"] == "workspace/applyEdit"]
    changed = edits[-1]["params"]["edit"]["documentChanges"][0]
    assert changed["textDocument"] == {"uri": first["uri"], "version": 1}
    assert changed["edits"][0]["newText"] == second["prompt"]
    client.notify("textDocument/didClose", {"textDocument": {"uri": first["uri"]}})
    third = client.execute(BUILD, uri)
    assert "> total([]) is 0.\n" in third["prompt"]
    Path(third["path"]).write_text(third["prompt"].replace("is 0.", "is zero."))
    assert "> total([]) is zero.\n" in client.execute(BUILD, uri)["prompt"]


# --------------------------------------------------------------------------- running the file


def run_project(root: Path) -> str:
    """The project with a command of its own; the URI of its program."""
    return (root / "app" / "main.py").as_uri()


def test_runs_only_after_a_yes(client: Client, root: Path) -> None:
    """Nothing known: the user is asked, sees the command, and may say no."""
    asked: list[dict[str, Any]] = []
    answers = iter([None, {"title": "Not now"}, {"title": "Run"}])

    def answer(params: dict[str, Any]) -> Any:
        asked.append(params)
        return next(answers)

    client.answers["window/showMessageRequest"] = answer
    client.answers["window/workDoneProgress/create"] = lambda _: None
    command = [sys.executable, "{file}"]
    client.initialize(
        root, capabilities={"window": {"workDoneProgress": True}}, options={"testCommand": command}
    )
    uri = run_project(root)
    for _ in range(2):
        found = client.execute(BUILD, uri)
        assert "crimescene run -- " in found["message"]
        assert not (root / ".crimescene").exists()
    found = client.execute(BUILD, uri)
    assert "app/main.py" in asked[0]["message"]
    assert [item["title"] for item in asked[0]["actions"]] == ["Run", "Not now"]
    assert found["prompt"].startswith("# ZeroDivisionError")
    values = [n["params"]["value"] for n in client.notifications if n["method"] == "$/progress"]
    assert values[0]["kind"] == "begin"
    assert values[0]["cancellable"]
    assert values[-1]["kind"] == "end"


def test_consent_by_argument(client: Client, root: Path) -> None:
    """A mapping may say yes, or no, beforehand; a run that passes takes the hints away."""
    client.initialize(root, options={"testCommand": [sys.executable, "{file}"]})
    uri = run_project(root)
    assert "message" in client.execute(BUILD, {"uri": uri, "run": False})
    assert client.execute(BUILD, {"uri": uri, "run": True})["prompt"].startswith("# ZeroDivisionError")
    client.open(uri, MAIN, "python")
    client.until(lambda: client.diagnostics(uri))
    fixed = MAIN.replace("total([])", "total([1])")
    (root / "app" / "main.py").write_text(fixed)
    other = (root / "app" / "other.py").as_uri()
    (root / "app" / "other.py").write_text("print('well')\n")
    assert "passed" in client.execute(BUILD, {"uri": other, "run": True})["message"]
    client.until(lambda: client.diagnostics(uri) == [])


def test_a_line_instead_of_a_run(client: Client, root: Path) -> None:
    """Where there is no failure, the line itself is a start."""
    client.answers["window/showMessageRequest"] = lambda _: {"title": "Start from this line"}
    client.initialize(root)
    found = client.execute(BUILD, {"uri": run_project(root), "line": 1, "note": "one cent off"})
    assert found["prompt"].startswith("# Unexpected behavior at app/main.py:2\n\n> one cent off\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_cancelling_ends_the_run(client: Client, root: Path) -> None:
    """A cancelled request ends the command and what it started."""
    (root / "app" / "main.py").write_text(
        "import subprocess, sys, os, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\ntime.sleep(60)\n"
    )
    client.initialize(root, options={"testCommand": [sys.executable, "{file}"]})
    params = {"command": BUILD, "arguments": [{"uri": run_project(root), "run": True}]}
    number = client.begin("workspace/executeCommand", params)
    deadline = time.monotonic() + 30
    while not (root / "pids").exists() or not (root / "pids").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    client.notify("$/cancelRequest", {"id": number})
    assert client.wait(number)["error"]["code"] == -32800
    for pid in (root / "pids").read_text().split():
        while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            assert time.monotonic() < deadline, pid
            time.sleep(0.05)


# --------------------------------------------------------------------------- roots


def test_several_roots(client: Client, root: Path, tmp_path: Path) -> None:
    """Each folder knows its own files; a text outside belongs to the folder that knows its frames."""
    other = tmp_path / "q"
    (other / "lib").mkdir(parents=True)
    (other / "lib" / "cart.py").write_text("def price():\n    return {}['x']\n")
    client.initialize(root, other)
    text = 'Traceback (most recent call last):\n  File "lib/cart.py", line 2, in price\nKeyError: 1\n'
    client.open("untitled:Untitled-1", text, "plaintext")
    (link,) = client.ask("textDocument/definition", at("untitled:Untitled-1", 1, 10))
    assert link["uri"] == (other / "lib" / "cart.py").as_uri()
    assert client.execute(BUILD, "untitled:Untitled-1")["path"].startswith(str(other))
    event = {"added": [], "removed": [{"uri": other.as_uri(), "name": "q"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    assert not client.ask("textDocument/definition", at("untitled:Untitled-1", 1, 10))
    event = {"added": [{"uri": other.as_uri(), "name": "q"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    assert client.ask("textDocument/definition", at("untitled:Untitled-1", 1, 10))


def test_no_folder_at_all(client: Client, root: Path) -> None:
    """A single file: its repository, or its folder, is the workspace."""
    client.initialize()
    client.open(log(root), TRACE)
    assert client.ask("textDocument/definition", at(log(root), 3, 10))
    assert client.execute(BUILD, log(root))["path"].startswith(str(root))


def test_hierarchy_is_off_where_others_have_it(client: Client, root: Path) -> None:
    """Python's own servers answer; two answers would stand side by side."""
    client.initialize(root)
    main = (root / "app" / "main.py").as_uri()
    client.open(main, MAIN, "python")
    assert not client.ask("textDocument/prepareCallHierarchy", at(main, 0, 5))


def test_secrets_stay(client: Client, root: Path) -> None:
    """A hover and a hint mask what a prompt would mask."""
    client.initialize(root)
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    client.open(log(root), TRACE.replace("division by zero", f"token={secret}"))
    main = (root / "app" / "main.py").as_uri()
    client.open(main, MAIN, "python")
    client.until(lambda: client.diagnostics(main))
    assert secret not in str(client.diagnostics(main))
    shown = client.ask("textDocument/hover", at(log(root), 5, 10))
    assert "ZeroDivisionError" in str(shown)
    assert secret not in str(shown)
