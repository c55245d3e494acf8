"""Fuzzing of the language server's message loop in one process (see ``guided``; ``fuzz_lsp`` has a real one).

An input is what a client says (see ``editor``), a line each; lines of another kind are sent as headers nobody
knows. Fails on an exception that ends the loop, on a request that gets no answer or two, and on a file of the
workspace that is not as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import random
import shutil
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import editor
import guided

import scenes

os.environ["PATH"] = os.path.dirname(shutil.which("git") or "")  # noqa: PTH120 -- nothing else to start
with guided.instrumented("crimescene.lsp"):
    from crimescene.lsp import server as served
    from crimescene.lsp.start import build

from pygls.io_ import run_async

SECONDS = 120.0
"""How long the server may do nothing at all before it counts as hanging."""
MOST = 40
"""Messages of an input."""
ANSWER = {"result", "error"}
ENDS = ("exit", "shutdown")
LAST = "the last request"
served._QUIET = 0.0  # noqa: SLF001 -- hints are made while somebody still listens


class Writer:
    """What the server says, and what its questions are answered."""

    def __init__(self, reader: asyncio.StreamReader, answers: Sequence[dict[str, Any]]) -> None:
        self.answered: list[Any] = []
        self.over = asyncio.Event()
        self._reader, self._answers = reader, deque(answers)
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes) -> None:
        """Remember which request an answer is for; answer what is asked."""
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if "method" not in message:
            self.answered.append(message.get("id"))
            if message.get("id") == LAST:
                self.over.set()
        elif "id" in message:
            refused = {"error": {"code": -32601, "message": "not here"}}
            said = {**(self._answers.popleft() if self._answers else refused), "id": message["id"]}
            body = json.dumps({"jsonrpc": "2.0", **said}).encode()
            self._loop.call_soon_threadsafe(self._reader.feed_data, framed(body))

    def close(self) -> None:
        """Nothing is held."""


class Leaving:
    """A question that ends the thread it is put to."""

    def set_running_or_notify_cancel(self) -> bool:
        """Go: what is no ``Exception`` is not reported."""
        raise SystemExit


def framed(body: bytes) -> bytes:
    """A message as it travels."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def greeting(root: Path, own: dict[str, Any]) -> bytes:
    """What every client says first."""
    folder = {"uri": root.as_uri(), "name": "p"}
    params = {"capabilities": {}, **own, "processId": None, "rootUri": None, "workspaceFolders": [folder]}
    first = {"jsonrpc": "2.0", "id": "greeting", "method": "initialize", "params": params}
    return framed(json.dumps(first).encode()) + framed(
        b'{"jsonrpc":"2.0","method":"initialized","params":{}}'
    )


def wanted(messages: Sequence[bytes]) -> Counter[tuple[type, Any]]:
    """How often each id has to be answered."""
    found: Counter[tuple[type, Any]] = Counter()
    for body in messages:
        said = read(body)
        # What is neither a request nor an answer is refused under its id.
        if isinstance(said, dict) and ("method" in said or not ANSWER & said.keys()):
            given = said.get("id")
            if type(given) in {int, str}:
                found[type(given), given] += 1
    return found


def read(body: bytes) -> Any:
    """What a message says; None if nothing can be made of it."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(body)
    return None


def allowed(body: bytes) -> bool:
    """Whether a message neither ends the server nor leads it out of the workspace nor runs something."""
    said = read(body)
    if not isinstance(said, dict) or not isinstance(said.get("params"), dict):
        return not isinstance(said, dict) or said.get("method") not in ENDS
    method, params = said.get("method"), said["params"]
    if method == "workspace/didChangeWorkspaceFolders":
        return not isinstance(params.get("event"), dict) or not params["event"].get("added")
    if method == "workspace/executeCommand":
        return params.get("command") in editor.COMMANDS
    return method not in ENDS


def options(line: bytes) -> dict[str, Any]:
    """What a client says of itself."""
    said = read(line[1:])
    names = ("capabilities", "initializationOptions")
    return {name: said[name] for name in names if name in said} if isinstance(said, dict) else {}


async def session(
    root: Path, own: dict[str, Any], parts: Sequence[bytes], answers: Sequence[dict[str, Any]]
) -> None:
    """One server from its greeting to the end of what it is sent."""
    server, reader = build(), asyncio.StreamReader()
    writer = Writer(reader, answers)
    server.protocol.set_writer(writer)
    last = framed(json.dumps({"jsonrpc": "2.0", "id": LAST, "method": "no/such"}).encode())
    reader.feed_data(greeting(root, own) + b"".join(parts) + last)
    reading = asyncio.ensure_future(
        run_async(threading.Event(), reader, server.protocol, None, server.report_server_error)
    )
    await asyncio.wait_for(writer.over.wait(), SECONDS)
    for _ in range(6):  # what is done may begin something else
        if pending := asyncio.all_tasks() - {asyncio.current_task(), reading}:
            await asyncio.wait(pending, timeout=SECONDS)
        await asyncio.sleep(0)
    reader.feed_eof()
    await asyncio.wait_for(reading, SECONDS)
    for lane in (server.reading, server.reading, server.working, server.running, server.running):
        lane._waiting.put((Leaving(), None, None))  # noqa: SLF001 -- no client could wait for threads
    if server.scratch is not None:
        server.scratch.cleanup()
    expected = wanted([part.partition(b"\r\n\r\n")[2] for part in parts])
    given = Counter((type(one), one) for one in writer.answered if type(one) in {int, str})
    expected += Counter({(str, "greeting"): 1, (str, LAST): 1})
    assert given == expected, {"too many": given - expected, "too few": expected - given}


def _kept(root: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".crimescene"} & {*path.relative_to(root).parts}
    }


_FOLDER = tempfile.TemporaryDirectory()
_SCENE = scenes.build("order_status_py", Path(_FOLDER.name).resolve())
_FILES = _kept(_SCENE.root)
logging.disable(logging.CRITICAL)


def one(data: bytes) -> None:
    """Say what the input holds."""
    lines = data.replace(editor.HERE.encode(), bytes(_SCENE.root)).split(b"\n")[:MOST]
    own: dict[str, Any] = {}
    parts, answers = [], []
    for line in lines:
        if line[:1] in {b"{", b"["}:
            parts += [framed(line)] if allowed(line) else []
        elif line[:1] == b"@":
            own = options(line)
        elif line[:1] == b">":
            said = read(line[1:])
            if isinstance(said, dict) and b"Run" not in line:
                answers.append({name: value for name, value in said.items() if name in ANSWER})
        else:
            parts.append(line[:200].replace(b":", b"") + b"\r\n")
    asyncio.run(session(_SCENE.root, own, parts, answers))
    assert _kept(_SCENE.root) == _FILES
    shutil.rmtree(_SCENE.root / ".crimescene", ignore_errors=True)


def _editor(choose: random.Random) -> editor.Editor:
    text = _SCENE.trace.replace("/srv/order_status_py", editor.HERE)
    paths = ["shop/checkout.py", "shop/orders.py", "tests/test_checkout.py", "no/such.py"]
    return editor.Editor(choose, [text, "", "x\n" * 50, json.dumps(text), "\U0001f600é\r\n\rx"], paths)


def seeds() -> list[bytes]:
    """Sessions as an editor would have them."""
    return [_editor(random.Random(number)).session().encode() for number in range(40)]  # noqa: S311


def mutate(texts: Sequence[bytes], choose: random.Random) -> bytes:
    """One session, or two in one, with changes; now and then bytes are changed as well."""
    chosen = b"\n".join(choose.sample(texts, min(len(texts), choose.choice((1, 1, 2)))))
    lines = editor.mutated(_editor(choose), chosen.decode("utf-8", "replace").split("\n"))
    changed = "\n".join(lines).encode("utf-8", "replace")
    return guided.mutated([changed], choose) if choose.random() < 0.1 else changed


if __name__ == "__main__":
    guided.main(one, seeds, mutate, own=True)
