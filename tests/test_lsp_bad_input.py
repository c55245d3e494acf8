"""What no proper client would send, and what no proper disk would do: the server answers and stays up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from test_lsp_commands import BUILD, MAIN, TRACE, log
from wire import Client, at

pytestmark = pytest.mark.timeout(120)

POSITION = {"line": 0, "character": 0}


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


def alive(client: Client, root: Path) -> None:
    """The server still answers rightly."""
    client.open(log(root), TRACE)
    assert client.ask("textDocument/definition", at(log(root), 3, 10))


WRONG = [
    ("textDocument/hover", None),
    ("textDocument/hover", {}),
    ("textDocument/hover", []),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x"}, "position": {"line": "x"}}),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x"}}),
    ("textDocument/codeAction", {"textDocument": {"uri": "file:///x"}, "range": 5}),
    ("workspace/executeCommand", {}),
    ("workspace/executeCommand", {"command": "crimescene.nothing"}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": 5}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": [5]}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": [{"uri": 5}]}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": [{"uri": "file:///x", "lien": 5}]}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": [{"line": True}]}),
    ("workspace/executeCommand", {"command": BUILD, "arguments": [{"suspects": [1]}]}),
    ("callHierarchy/incomingCalls", {"item": {}}),
    ("textDocument/noSuchThing", {"a": 1}),
    ("initialize", {"capabilities": {}, "processId": None, "rootUri": None}),
]


@pytest.mark.parametrize(("method", "params"), WRONG)
def test_wrong_parameters_are_errors(client: Client, root: Path, method: str, params: object) -> None:
    """One error, one sentence, no traceback; the next request is served."""
    client.initialize(root)
    error = client.error(method, params)
    assert error["code"] in {-32600, -32601, -32602, -32603}
    assert error["message"]
    assert "Traceback" not in json.dumps(error)
    alive(client, root)


def test_wrong_notifications_are_passed_over(client: Client, root: Path) -> None:
    """Nobody waits for an answer, so there is none."""
    client.initialize(root)
    unknown = {"uri": "file:///never/opened", "version": 2}
    folders = {"added": [{"uri": "file:///no/such", "name": ""}], "removed": []}
    for method, params in (
        ("textDocument/didOpen", {}),
        ("textDocument/didChange", {"textDocument": {"uri": log(root)}}),
        ("textDocument/didChange", {"textDocument": unknown, "contentChanges": []}),
        ("textDocument/didClose", {"textDocument": unknown}),
        ("workspace/didChangeConfiguration", {"settings": [1, 2]}),
        ("workspace/didChangeWorkspaceFolders", {"event": folders}),
        ("$/cancelRequest", {"id": 424242}),
        ("$/somethingNew", {"x": 1}),
    ):
        client.notify(method, params)
    alive(client, root)


@pytest.mark.parametrize(
    "body",
    [
        b"no json at all",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"[1, 2]",
        b"5",
        b"null",
        b'{"jsonrpc": "1.0", "id": 9, "method": "x"}',
        b'{"jsonrpc": "2.0"}',
        b'{"id": 77, "method": "textDocument/hover"}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "textDocument/hover", "params": {}}',
        b'{"jsonrpc": "2.0", "id": 555, "result": 1}',
        b'{"jsonrpc": "2.0", "id": "x", "error": {"code": 1, "message": "m"}}',
        b"[" * 200_000,
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_garbage(client: Client, root: Path, body: bytes) -> None:
    """Whatever it is, the next message is read."""
    client.initialize(root)
    client.write(body)
    alive(client, root)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"jsonrpc": "1.0", "method": "textDocument/hover"}, -32600),
        ({"method": "textDocument/hover"}, -32600),
        ({"jsonrpc": "2.0"}, -32600),
        ({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 7}}, -32601),
        ({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}}, -32602),
        ({"jsonrpc": "2.0", "method": "initialized", "params": {}}, -32601),
        ({"jsonrpc": "2.0", "method": ["textDocument/hover"]}, -32602),
        ({"jsonrpc": "2.0", "method": "textDocument/noSuchThing", "error": {"code": 1}}, -32601),
        (
            {"jsonrpc": "2.0", "method": "textDocument/noSuchThing", "params": {"jsonrpc": 1, "method": 2}},
            -32601,
        ),
    ],
    ids=json.dumps,
)
def test_what_has_an_id_and_no_answer_waits_for_one(
    client: Client, root: Path, wrong: dict[str, object], code: int
) -> None:
    """Another version, a notification sent as a request, fields too many: one error each, the right one."""
    client.initialize(root)
    client.write(json.dumps({**wrong, "id": "waiting"}).encode())
    client.write(b'{"jsonrpc": "2.0", "id": "waiting", "result": 1}')  # ends nothing of ours
    assert client.wait("waiting")["error"]["code"] == code
    alive(client, root)


@pytest.mark.parametrize(
    "wrong",
    [
        {"error": {"code": "x", "message": "no"}},
        {"error": 5},
        {"error": {"code": 1, "message": "no"}, "jsonrpc": "1.0"},
        {"result": None, "error": None},
        {"result": 5},
        {},
    ],
    ids=json.dumps,
)
def test_a_wrong_answer_ends_the_wait(client: Client, root: Path, wrong: dict[str, object]) -> None:
    """What the server asked is over with the first answer, so that it goes on to ask for the settings."""
    client.wrong["client/registerCapability"] = wrong
    can = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    client.initialize(root, capabilities={"workspace": can})
    client.until(lambda: [one for one in client.requests if one["method"] == "workspace/configuration"])
    alive(client, root)


def test_before_and_after(client: Client, root: Path) -> None:
    """Requests come after ``initialize`` and before ``shutdown``."""
    assert client.error("textDocument/hover", at("file:///x", 0, 0))["code"] == -32002
    client.initialize(root)
    alive(client, root)
    client.ask("shutdown")
    assert client.error("textDocument/hover", at(log(root), 0, 0))["code"] == -32600
    client.notify("exit", None)
    assert client.process.wait(20) == 0


def test_exit_without_shutdown(root: Path) -> None:
    """Exit code 1, as the specification wants."""
    client = Client()
    client.initialize(root)
    client.notify("exit", None)
    assert client.process.wait(20) == 1


def test_the_editor_dies(root: Path) -> None:
    """No server stays behind when its input ends."""
    client = Client()
    client.initialize(root)
    client.process.stdin.close()
    assert client.process.wait(20) is not None


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "vscode-notebook-cell:/a/b.ipynb#x",
        "git:/a.py?HEAD",
        "file://server/share/a.log",
        "file:///a%00b.log",
        "file:///%ff%fe.log",
        "file:",
        "",
        "no uri",
        "http://[",
    ],
)
def test_any_uri(client: Client, root: Path, uri: str) -> None:
    """A document is a text first; where it lies may mean nothing to us."""
    client.initialize(root)
    client.open(uri, TRACE, "plaintext")
    (found,) = client.ask("textDocument/definition", at(uri, 3, 10))
    assert found["uri"].endswith("app/main.py")
    assert client.execute(BUILD, uri)["prompt"].startswith("# ZeroDivisionError")


def test_not_opened(client: Client, root: Path) -> None:
    """A file that is not open is read; one that is not there is said not to be."""
    (root / "saved.log").write_text(TRACE)
    client.initialize(root)
    uri = (root / "saved.log").as_uri()
    assert client.ask("textDocument/definition", at(uri, 3, 10))
    gone = (root / "gone.log").as_uri()
    assert client.ask("textDocument/hover", at(gone, 0, 0)) is None
    assert "gone.log does not exist" in client.execute(BUILD, gone)["message"]
    assert "no open document" in client.execute(BUILD, "file:///etc/passwd")["message"]


def test_nothing_to_find(client: Client, root: Path) -> None:
    """Where no failure is known, one sentence says what to do."""
    client.initialize(root)
    client.open(log(root), "all is well\n")
    assert "No failure is known here" in client.execute(BUILD, log(root))["message"]
    said = client.execute(BUILD)["message"]
    assert client.messages() == [f"Crimescene: {said}"] * 2


def test_files_vanish(client: Client, root: Path) -> None:
    """Between two requests the whole project may go."""
    client.initialize(root)
    alive(client, root)
    shutil.rmtree(root)
    client.ask("textDocument/hover", at(log(root), 3, 10))
    found = client.execute(BUILD, log(root))
    assert found["prompt"].startswith("# ZeroDivisionError")
    client.ask("textDocument/documentLink", {"textDocument": {"uri": log(root)}})


def test_a_log_of_50_megabytes(client: Client, root: Path) -> None:
    """The end of it is read, where the newest failure stands; typing in it stays quick."""
    client.initialize(root)
    line = "2026-11-22 10:00:00 INFO some ordinary line of a log with words and numbers 12345\n"
    text = line * (50_000_000 // len(line))
    last = text.count("\n")
    client.open(log(root), text + TRACE)
    assert client.ask("textDocument/definition", at(log(root), last + 3, 10))
    begun = time.monotonic()
    for version in range(2, 12):
        change = {"range": {"start": POSITION, "end": POSITION}, "text": "x"}
        document = {"uri": log(root), "version": version}
        client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
    assert client.ask("textDocument/definition", at(log(root), last + 3, 10))
    assert time.monotonic() - begun < 60
    assert client.execute(BUILD, log(root))["prompt"].startswith("# ZeroDivisionError")


def test_cancelled(client: Client, root: Path) -> None:
    """A cancelled request is answered as such, and those after it are served."""
    client.initialize(root)
    alive(client, root)
    numbers = []
    for _ in range(10):
        params = {"command": BUILD, "arguments": [log(root)]}
        numbers.append(client.begin("workspace/executeCommand", params))
        client.notify("$/cancelRequest", {"id": numbers[-1]})
    answers = [client.wait(number) for number in numbers]
    assert all("result" in a or a["error"]["code"] == -32800 for a in answers)
    assert any("error" in a for a in answers)
    alive(client, root)


def test_two_clients(root: Path) -> None:
    """Two editors on one project: both are right, and the saved case is whole."""
    clients = [Client(), Client()]
    for each in clients:
        each.initialize(root)
        each.open(log(root), TRACE)
    numbers = [
        each.begin("workspace/executeCommand", {"command": BUILD, "arguments": [log(root)]})
        for _ in range(5)
        for each in clients
    ]
    answers = [each.wait(n) for each, n in zip(clients * 5, numbers, strict=True)]
    prompts = {a["result"]["path"]: a["result"]["prompt"] for a in answers}
    assert len(prompts) == 1
    for path, prompt in prompts.items():
        assert Path(path).read_text() == prompt
    assert [each.close() for each in clients] == [0, 0]


def test_shutdown_in_the_middle(root: Path) -> None:
    """Whatever is under way, the server is gone soon after it was told to go."""
    client = Client()
    client.initialize(root)
    client.open(log(root), TRACE)
    for _ in range(20):
        client.begin("workspace/executeCommand", {"command": BUILD, "arguments": [log(root)]})
    begun = time.monotonic()
    assert client.close() == 0
    assert time.monotonic() - begun < 60


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script as git")
@pytest.mark.parametrize("script", ["exit 139", "kill -SEGV $$", "echo nonsense; exit 0", "exec sleep 600"])
def test_git_breaks(root: Path, tmp_path: Path, script: str) -> None:
    """A git that crashes, lies or hangs costs history, not answers."""
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(f"#!/bin/sh\n{script}\n")
    git.chmod(0o755)
    client = Client(env={"PATH": f"{git.parent}:{os.environ['PATH']}"})
    client.initialize(root)
    client.open(log(root), TRACE)
    assert client.ask("textDocument/definition", at(log(root), 3, 10))
    prompt = client.execute(BUILD, log(root))["prompt"]
    assert prompt.startswith("# ZeroDivisionError")
    assert ("git did not answer" in prompt) == ("sleep" in script)
    client.close()


def test_strange_edits(client: Client, root: Path) -> None:
    """Positions outside the text, ranges backwards, all line ends: the text stays what the editor has."""
    client.initialize(root)
    client.open(log(root), "a\r\nb\rc\n")

    def change(version: int, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        where = {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        }
        client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": log(root), "version": version},
                "contentChanges": [{"range": where, "text": text}],
            },
        )

    change(2, (99, 99), (99, 99), TRACE)
    assert client.ask("textDocument/definition", at(log(root), 3 + 3, 10))
    change(3, (2, 9), (0, 0), "")
    assert client.ask("textDocument/definition", at(log(root), 1 + 3, 10))


def test_over_tcp(root: Path) -> None:
    """For development: one editor on a local port."""
    import socket  # noqa: PLC0415 -- only here

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "crimescene", "lsp", "--tcp", str(port)])
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), 1)
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        params = {"processId": None, "rootUri": root.as_uri(), "capabilities": {}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
        connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert b"Content-Length" in connection.recv(100)
        connection.close()
        assert server.wait(20) is not None
    finally:
        server.kill()


def test_alone_in_a_terminal() -> None:
    """Started by hand it says what it is for, in place of waiting in silence."""
    if sys.platform == "win32":
        pytest.skip("needs a pseudo-terminal")
    outer, inner = os.openpty()
    words = [sys.executable, "-m", "crimescene", "lsp"]
    done = subprocess.run(words, stdin=inner, capture_output=True, text=True, check=False, timeout=60)
    os.close(outer)
    os.close(inner)
    assert done.returncode == 2
    assert "docs/editors.md" in done.stderr


def test_many_threads_of_questions(client: Client, root: Path) -> None:
    """Questions that come all at once are all answered, each by its own answer."""
    client.initialize(root)
    client.open(log(root), TRACE)
    found: list[object] = []

    def ask() -> None:
        for line in (1, 3, 5):
            answer = client.ask("textDocument/definition", at(log(root), line, 10))
            found.append((line, answer[0]["range"]["start"]["line"]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(set(found)) == [(1, 9), (3, 5), (5, 1)]
    assert len(found) == 24
