"""Real agents' clients for the tests: the SDK's over stdio, and one that knows nothing of the SDK."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What a tool answered."""

    texts: tuple[str, ...]
    refused: bool

    @property
    def text(self) -> str:
        """The answer itself."""
        return self.texts[0]


class Session:
    """One conversation with the server."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Answer:
        """Call a tool."""
        found = await self.client.call_tool(tool, arguments)
        return Answer(tuple(block.text for block in found.content), bool(found.is_error))


def talk(root: Path, conversation: Callable[[Session], Any]) -> Any:
    """Start the server for ``root``, talk to it with the SDK's client, end it."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "crimescene", "mcp", "--root", str(root)],
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )

    async def run() -> Any:
        async with Client(server, read_timeout_seconds=SECONDS) as client:
            return await conversation(Session(client))

    return asyncio.run(run())


class Wire:
    """A client of its own: JSON-RPC, one message a line, in the words of the protocol of 2025."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crimescene", "mcp"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._numbers = itertools.count(1)

    def write(self, line: bytes) -> None:
        """Send a line as it is."""
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer to a request; what the server says besides is passed over."""
        number = next(self._numbers)
        self.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("id") == number:
                return answer
        raise AssertionError(self.process.stderr.read().decode())

    def begin(self) -> dict[str, Any]:
        """Introduce ourselves."""
        client = {"name": "wire", "version": "1"}
        found = self.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=client)
        self.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return found["result"]

    def close(self) -> int:
        """Hang up; the server's exit code."""
        self.process.stdin.close()
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.process.stderr.close()
