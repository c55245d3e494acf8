"""Fuzzing of the language server's message loop in one process (see ``guided``; ``fuzz_lsp`` has a real one).

An input is the stream of bytes that a client sends, behind the greeting. Fails on an exception that ends the
loop, and on a request that gets no answer or two.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import guided

import scenes

with guided.instrumented("crimescene.lsp"):
    from crimescene.lsp.start import build

from pygls.io_ import run_async

SECONDS = 120.0
"""How long the server may do nothing at all before it counts as hanging."""
HERE = b"/fuzz/order_status_py"
"""What inputs call the workspace: they mean the same wherever they are run."""
MOST = 40
"""Messages of an input."""
ANSWER = {"result", "error"}
ENDS = (b'"exit"', b'"shutdown"', b"crimescene.run")
"""What ends the server, and what runs commands of the workspace."""


class Writer:
    """What the server says."""

    def __init__(self) -> None:
        self.answered: list[Any] = []

    def write(self, data: bytes) -> None:
        """Remember which request an answer is for."""
        body = data.partition(b"\r\n\r\n")[2]
        message = json.loads(body)
        if "method" not in message:
            self.answered.append(message.get("id"))

    def close(self) -> None:
        """Nothing is held."""


def framed(body: bytes) -> bytes:
    """A message as it travels."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def greeting(root: Path) -> bytes:
    """What every client says first."""
    folder = {"uri": root.as_uri(), "name": "p"}
    params = {"processId": None, "rootUri": None, "capabilities": {}, "workspaceFolders": [folder]}
    first = {"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": params}
    return framed(json.dumps(first).encode()) + framed(
        b'{"jsonrpc":"2.0","method":"initialized","params":{}}'
    )


def wanted(stream: bytes) -> list[Any]:
    """The ids of the requests in a stream whose messages are whole."""
    ids = []
    for piece in stream.split(b"Content-Length: ")[1:]:
        size, _, body = piece.partition(b"\r\n\r\n")
        with contextlib.suppress(ValueError, RecursionError):
            message = json.loads(body[: int(size)])
            # What is neither a request nor an answer is refused under its id.
            if (
                isinstance(message, dict)
                and "id" in message
                and ("method" in message or not ANSWER & {*message})
            ):
                ids.append(message["id"])
    return ids


async def session(root: Path, stream: bytes) -> None:
    """One server from its greeting to the end of what it is sent."""
    server, writer = build(), Writer()
    server.protocol.set_writer(writer)
    reader = asyncio.StreamReader()
    reader.feed_data(greeting(root) + stream)
    reader.feed_eof()
    with contextlib.suppress(asyncio.IncompleteReadError, ValueError):
        await run_async(threading.Event(), reader, server.protocol, None, server.report_server_error)
    for _ in range(5):  # what is done may begin something else
        if pending := set(asyncio.all_tasks()) - {asyncio.current_task()}:
            await asyncio.wait(pending, timeout=SECONDS)
        await asyncio.sleep(0)
    known = [
        given for given in wanted(stream) if isinstance(given, (int, str)) and not isinstance(given, bool)
    ]
    for given in {*known}:
        answers = sum(1 for other in writer.answered if other == given and type(other) is type(given))
        assert answers == sum(1 for other in known if other == given and type(other) is type(given)), given
    if server.scratch is not None:
        server.scratch.cleanup()


_FOLDER = tempfile.TemporaryDirectory()
_SCENE = scenes.build("order_status_py", Path(_FOLDER.name).resolve())
logging.disable(logging.CRITICAL)


def one(data: bytes) -> None:
    """Say what the input holds: lines that are framed as messages, others sent as headers nobody knows."""
    lines = data.replace(HERE, bytes(_SCENE.root)).split(b"\n")[:MOST]
    if any(end in data for end in ENDS):
        return
    stream = b"".join(
        framed(line) if line[:1] in (b"{", b"[") else line[:200].replace(b":", b"") + b"\r\n"
        for line in lines
    )
    asyncio.run(session(_SCENE.root, stream))


def seeds() -> list[bytes]:
    """Sessions as an editor would have them."""
    uri = f"file://{HERE.decode()}/out.txt"
    text = _SCENE.trace.replace("/srv/order_status_py", HERE.decode())
    opened = {"textDocument": {"uri": uri, "languageId": "log", "version": 1, "text": text}}
    found = []
    for method in ("hover", "definition", "documentLink", "documentSymbol", "foldingRange", "codeLens"):
        params = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 12}}
        messages = [
            {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": opened},
            {"jsonrpc": "2.0", "id": 1, "method": f"textDocument/{method}", "params": params},
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}},
            {"jsonrpc": "2.0", "id": "a", "method": f"textDocument/{method}", "params": params},
        ]
        found.append(b"\n".join(json.dumps(message).encode() for message in messages))
    return found


if __name__ == "__main__":
    guided.main(one, seeds)
