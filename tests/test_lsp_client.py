"""What clients with terminals, debuggers and lenses ask of the server beyond the protocol."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from failing import TOTAL as MAIN
from failing import TOTAL_TRACE as TRACE
from wire import Client

pytestmark = pytest.mark.timeout(120)

BUILD = "crimescene.buildPrompt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one committed file."""
    folder = tmp_path / "p"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "main.py").write_text(MAIN)
    git = ["git", "-c", "user.name=Mira", "-c", "user.email=m@example.org", "-C", str(folder)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Add the total"]):
        subprocess.run([*git, *words], check=True)
    return folder


@pytest.fixture
def client():
    """A server of its own."""
    found = Client()
    yield found
    found.close()


def shows(client: Client) -> dict:
    """Capabilities of a client that can show documents, which it says it did."""
    client.answers["window/showDocument"] = lambda _: {"success": True}
    return {"window": {"showDocument": {"support": True}}}


def test_frames_of_any_text(client: Client, root: Path) -> None:
    """A line of a terminal leads to the exact place, with function and age of the last change."""
    client.initialize(root)
    line = '  File "/srv/🔥/p/app/main.py", line 2, in total'
    (found,) = client.ask("crimescene/frames", {"text": line})
    start, end = (found["range"][side]["character"] for side in ("start", "end"))
    as_utf16 = line.encode("utf-16-le")
    assert as_utf16[2 * start : 2 * end].decode("utf-16-le") == 'File "/srv/🔥/p/app/main.py", line 2'
    name = [found["name"][side]["character"] for side in ("start", "end")]
    assert as_utf16[2 * name[0] : 2 * name[1]].decode("utf-16-le") == "total"
    assert found["target"]["uri"] == (root / "app" / "main.py").as_uri()
    assert found["target"]["range"]["start"] == {"line": 1, "character": 4}
    assert found["inApp"]
    assert found["tooltip"].startswith("total · app/main.py:2")
    again = client.until(lambda: _with_age(client, line))
    assert again["tooltip"].startswith("total · app/main.py:2 · changed ")


def _with_age(client: Client, line: str) -> dict | None:
    (found,) = client.ask("crimescene/frames", {"text": line})
    return found if "changed" in found["tooltip"] else None


def test_no_frames(client: Client, root: Path) -> None:
    """A text without frames has none, one of nowhere leads nowhere, and a wrong question is refused."""
    client.initialize(root)
    assert client.ask("crimescene/frames", {"text": "all well at 10:20:30"}) == []
    assert client.ask("crimescene/frames", {"text": "at f (/nowhere/gone.js:1:2)"}) == []
    assert client.error("crimescene/frames", {"text": 3})["code"] == -32602


def dap_frame(number: int, path: str, line: int, name: str, **more: object) -> dict:
    """A frame as a debug adapter answers it."""
    return {"id": number, "name": name, "line": line, "column": 1, "source": {"path": path}, **more}


def test_stopped_in_python(client: Client, root: Path) -> None:
    """What debugpy answers at an exception is Python's own text again, and the project's frames are told."""
    client.initialize(root)
    path = root / "app" / "main.py"
    trace = (
        f'  File "{path}", line 6, in run\n    return total([])\n           ^^^^^^^^^\n'
        f'  File "{path}", line 2, in total\n    return sum(items) / len(items)\n'
        "ZeroDivisionError: division by zero\n"
    )
    details = {"message": "division by zero", "typeName": "ZeroDivisionError", "stackTrace": trace}
    info = {"exceptionId": "ZeroDivisionError", "description": "division by zero", "details": details}
    frames = [
        dap_frame(2, str(path), 2, "total"),
        dap_frame(3, "/usr/lib/python3/runpy.py", 88, "run"),
        dap_frame(4, str(path), 6, "run"),
        dap_frame(5, str(path), 6, "run", presentationHint="subtle"),
    ]
    found = client.ask("crimescene/stopped", {"exception": info, "frames": frames})
    assert found == {"text": f"Traceback (most recent call last):\n{trace}", "frames": [2, 4]}
    prompt = client.execute(BUILD, {"text": found["text"], "show": False})["prompt"]
    assert prompt.startswith("# ZeroDivisionError: division by zero\n")
    assert "Complete: 2 of 2 frames" in prompt


def test_stopped_in_javascript(client: Client, root: Path) -> None:
    """VS Code's JavaScript debugger keeps error and frames apart, and names remote files by URIs."""
    (root / "node_modules" / "x").mkdir(parents=True)
    for name in ("a b.js", "node_modules/x/i.js"):
        (root / name).write_text("f();\n")
    client.initialize(root)
    trace = f"at f ({root}/a b.js:1:1)\n    at g ({root}/node_modules/x/i.js:1:1)"
    info = {"exceptionId": "TypeError: x is undefined", "details": {"stackTrace": trace}}
    frames = [
        dap_frame(7, f"vscode-remote://host:1{root.as_posix()}/a%20b.js", 1, "f"),
        dap_frame(8, f"{root}/node_modules/x/i.js", 1, "g"),
    ]
    found = client.ask("crimescene/stopped", {"exception": info, "frames": frames})
    assert found == {"text": f"TypeError: x is undefined\n    {trace}\n", "frames": [7]}
    bare = client.ask("crimescene/stopped", {"exception": {"description": "why"}, "frames": frames[:1]})
    assert bare["text"] == f"Error: why\n    at f ({root.as_posix()}/a b.js:1:1)\n"


def test_stopped_anywhere(client: Client, root: Path) -> None:
    """A debugger that knows nothing gives a short text; what is no answer of one is refused."""
    client.initialize(root)
    assert client.ask("crimescene/stopped", {}) == {"text": "Error\n", "frames": []}
    odd = {"exception": 3, "frames": [None, {"id": "x"}, {"id": 1, "source": {"path": "x://["}}]}
    assert client.ask("crimescene/stopped", odd) == {"text": "Error\n", "frames": []}
    assert client.error("crimescene/stopped", {"frames": 3})["code"] == -32602


def test_runtime_values(client: Client, root: Path) -> None:
    """What a debugger saw stands in the prompt, secrets masked and long values cut."""
    client.initialize(root)
    values = {"items": "[]", "password": "'hunter2-of-the-house'", "blob": "x" * 9000}
    found = client.execute(BUILD, {"text": TRACE, "values": values, "show": False})
    section = found["prompt"].partition("## Runtime values")[2].partition("\n## ")[0]
    assert "items = []" in section
    assert "hunter2" not in found["prompt"]
    assert "xxx…" in section
    assert "x" * 501 not in section


def test_results_told_by_the_client(client: Client, root: Path) -> None:
    """A client that tells results itself gets the sentence as the result only."""
    client.initialize(root, options={"tellsResults": True})
    assert "no stack trace" in client.execute(BUILD, {"text": "hello"})["message"].lower()
    assert not client.messages()


def test_an_open_prompt_is_left_to_a_client_that_reloads_it(client: Client, root: Path) -> None:
    """Where the editor follows the file itself, no edit makes its buffer look unsaved."""
    able = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
    client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
    client.initialize(root, capabilities=able, options={"reloadsFiles": True})
    first = client.execute(BUILD, {"text": TRACE, "show": False})
    client.open(first["uri"], first["prompt"], "markdown")
    second = client.execute(BUILD, {"text": TRACE, "show": False, "budget": 500})
    assert second["uri"] == first["uri"]
    assert Path(second["path"]).read_text() == second["prompt"] != first["prompt"]
    assert not [r for r in client.requests if r["method"] == "workspace/applyEdit"]


def lenses(client: Client, uri: str) -> dict[str, dict]:
    """The lenses of a document by the first words of their titles."""
    found = client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}}) or []
    return {lens["command"]["title"].partition(" (")[0]: lens for lens in found}


def test_lenses_of_a_prompt(client: Client, root: Path) -> None:
    """An open prompt is built again from what it was made of, note and all, with another budget."""
    client.initialize(
        root, capabilities=shows(client), options={"promptCommands": {"sendToChat": "mine.send"}}
    )
    first = client.execute(BUILD, {"text": TRACE, "note": "Since Monday.", "budget": 900})
    client.open(first["uri"], first["prompt"], "markdown")
    found = lenses(client, first["uri"])
    assert {"Copy", "Send to chat", "Fewer tokens"} <= set(found)
    assert found["Send to chat"]["command"] == {
        "title": "Send to chat",
        "command": "mine.send",
        "arguments": [first["uri"]],
    }
    fewer = found["Fewer tokens"]["command"]
    assert fewer["title"] == "Fewer tokens (500)"
    second = client.execute(fewer["command"], *fewer["arguments"])
    assert second["uri"] == first["uri"]
    assert second["tokens"] <= 500
    assert "Since Monday." in second["prompt"]


def test_lenses_of_a_prompt_of_before(client: Client, root: Path) -> None:
    """A prompt that another server made is built again from its saved case."""
    other = Client()
    other.initialize(root)
    first = other.execute(BUILD, {"text": TRACE, "show": False})
    other.close()
    client.initialize(root)
    client.open(first["uri"], first["prompt"], "markdown")
    found = lenses(client, first["uri"])
    assert "Send to chat" not in found
    second = client.execute(BUILD, *found["Fewer tokens"]["command"]["arguments"])
    assert second["uri"] == first["uri"]
    assert second["origin"] == "the saved case"
    assert second["tokens"] <= 3000


def test_no_lenses_elsewhere(client: Client, root: Path) -> None:
    """Other Markdown has no lenses, whatever its name."""
    client.initialize(root)
    uri = (root / "prompt.md").as_uri()
    client.open(uri, "# Prompt\n", "markdown")
    assert lenses(client, uri) == {}


def test_fill_in_what_was_expected(client: Client, root: Path) -> None:
    """The lens selects the question; what is written in its place is in the next prompt."""
    client.initialize(root, capabilities=shows(client))
    first = client.execute(BUILD, {"text": TRACE, "show": False})
    client.open(first["uri"], first["prompt"], "markdown")
    lens = lenses(client, first["uri"])["Fill in expected"]
    lines = first["prompt"].split("\n")
    assert lines[lens["range"]["start"]["line"]] == "## Expected behavior"
    assert client.execute(lens["command"]["command"], *lens["command"]["arguments"]) is True
    selected = client.requests[-1]["params"]["selection"]
    start, end = selected["start"], selected["end"]
    assert start["character"] == 0
    assert lines[start["line"]].strip()
    assert end["character"] == len(lines[end["line"]])
    lines[start["line"] : end["line"] + 1] = ["Zero for an empty order."]
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": first["uri"], "version": 2},
            "contentChanges": [{"text": "\n".join(lines)}],
        },
    )
    second = client.execute(BUILD, {"uri": first["uri"], "show": False})
    assert "> Zero for an empty order." in second["prompt"]
