"""A language client of few words, for tests that need to say what no proper client would."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 60.0


class Client:
    """A server process and what it has said; every wait ends."""

    def __init__(
        self, *, command: list[str] | None = None, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "crimescene", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **(env or {})},
        )
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        """What the server asked."""
        self.errors: list[dict[str, Any]] = []
        """Errors that name no request."""
        self.answers: dict[str, Callable[[Any], Any]] = {}
        """How requests of the server are answered, by method."""
        self.wrong: dict[str, dict[str, Any]] = {}
        """What is sent in place of a right answer, by method."""
        self.stderr = b""
        self._answered: dict[int | str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._news = threading.Condition()
        self._writing = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def _read_errors(self) -> None:
        for line in self.process.stderr:
            self.stderr += line

    def _read(self) -> None:
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                break
            self._take(json.loads(stream.read(length)))
        with self._news:
            self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if "method" in message and "id" in message:
                self.requests.append(message)
            elif "method" in message:
                self.notifications.append(message)
            elif message.get("id") is None:
                self.errors.append(message)
            else:
                self._answered[message["id"]] = message
            self._news.notify_all()
        if "method" in message and "id" in message:
            answer = self.answers.get(message["method"])
            if message["method"] in self.wrong:
                self.send({"id": message["id"], **self.wrong[message["method"]]})
            elif answer is None:
                error = {"code": -32601, "message": "not here"}
                self.send({"id": message["id"], "error": error})
            else:
                self.send({"id": message["id"], "result": answer(message.get("params"))})

    def write(self, body: bytes) -> None:
        """Send one message as it is."""
        with self._writing:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any) -> None:
        """Say something that needs no answer."""
        self.send({"method": method, "params": params})

    def begin(self, method: str, params: Any) -> int:
        """Ask without waiting; returns the request's number."""
        number = next(self._numbers)
        self.send({"id": number, "method": method, "params": params})
        return number

    def wait(self, number: int | str, seconds: float = SECONDS) -> dict[str, Any]:
        """The whole answer to a request."""
        with self._news:
            there = self._news.wait_for(
                lambda: number in self._answered or self.process.poll() is not None, seconds
            )
            assert there, f"no answer within {seconds} s"
            assert number in self._answered, f"the server died: {self.stderr.decode()}"
            return self._answered.pop(number)

    def ask(self, method: str, params: Any = None) -> Any:
        """The result of a request that succeeds."""
        answer = self.wait(self.begin(method, params))
        assert "error" not in answer, answer
        return answer.get("result")

    def error(self, method: str, params: Any = None) -> dict[str, Any]:
        """The error of a request that fails."""
        answer = self.wait(self.begin(method, params))
        assert "error" in answer, answer
        return answer["error"]

    def until(self, found: Callable[[], Any], seconds: float = SECONDS) -> Any:
        """Wait until something the server says makes ``found`` true."""
        with self._news:
            assert self._news.wait_for(found, seconds), self.notifications
            return found()

    def initialize(
        self, *roots: Path, capabilities: dict[str, Any] | None = None, options: Any = None
    ) -> dict[str, Any]:
        """Introduce ourselves."""
        params = {
            "processId": None,
            "rootUri": None,
            "capabilities": capabilities or {},
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name} for root in roots] or None,
            "initializationOptions": options,
        }
        result = self.ask("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "log", version: int = 1) -> None:
        """Open a document."""
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def execute(self, command: str, *arguments: Any) -> Any:
        """The result of a command."""
        return self.ask("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    def messages(self) -> list[str]:
        """What was shown to the user."""
        return [n["params"]["message"] for n in self.notifications if n["method"] == "window/showMessage"]

    def diagnostics(self, uri: str) -> list[dict[str, Any]] | None:
        """What was published last for a document; None if nothing ever was."""
        found = [
            n["params"]["diagnostics"]
            for n in self.notifications
            if n["method"] == "textDocument/publishDiagnostics" and n["params"]["uri"] == uri
        ]
        return found[-1] if found else None

    def close(self) -> int:
        """End the server as an editor does; its exit code."""
        if self.process.poll() is None:
            self.begin("shutdown", None)
            self.notify("exit", None)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()


def at(uri: str, line: int, character: int) -> dict[str, Any]:
    """The parameters of a request about a position."""
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
