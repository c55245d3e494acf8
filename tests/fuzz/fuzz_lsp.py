# ruff: noqa: T201 (it reports)
"""Fuzzing of the language server's message loop: a real server, messages no client should send.

    python tests/fuzz/fuzz_lsp.py [SECONDS [SESSIONS [FIRST]]]

Requests and notifications of the protocol with missing, wrong and wild values, in any order, on documents
that change meanwhile. Fails if the server dies, answers a request not at all or twice, or does not end when
told to. Sessions are numbered from FIRST; that of a failing one is printed, and the same number says the same
again.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import scenes
from wire import Client

MESSAGES = 150
SECONDS = 300.0
"""What an answer may take, however busy the machine is."""
METHODS = (
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/prepareCallHierarchy",
    "callHierarchy/incomingCalls",
    "workspace/executeCommand",
    "workspace/symbol",
    "no/such/method",
)
NOTIFICATIONS = (
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "$/cancelRequest",
    "$/setTrace",
    "no/such/notification",
)
COMMANDS = ("crimescene.buildPrompt", "crimescene.copyPrompt", "crimescene.dismiss", "no.such.command")


class Session:
    """One server and a source of nonsense."""

    def __init__(self, number: int, root: Path, texts: list[str]) -> None:
        self.choose = random.Random(number)  # noqa: S311 - repeatable
        self.texts = texts
        self.uris = [
            path.as_uri() for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts
        ]
        self.uris += [(root / "out.txt").as_uri(), "untitled:Untitled-1", "file:///", "http://x/", ""]
        self.client = Client(cwd=root)
        self.client.initialize(root)

    def wild(self, depth: int = 0) -> Any:
        """Any value of JSON."""
        leaves = (None, True, -1, 0, 2**31, 2**70, 1.5, "", "x" * 50, "\ud800", self.choose.choice(self.uris))
        if depth > 2 or self.choose.random() < 0.7:
            return self.choose.choice(leaves)
        items = [self.wild(depth + 1) for _ in range(self.choose.randrange(4))]
        return items if self.choose.random() < 0.5 else {str(n): item for n, item in enumerate(items)}

    def params(self) -> Any:
        """Parameters as they should be, often with a value that is wrong."""
        choose, uri = self.choose, self.choose.choice(self.uris)
        position = {"line": choose.randrange(60), "character": choose.randrange(90)}
        text = choose.choice(self.texts)
        params: dict[str, Any] = {
            "textDocument": {"uri": uri, "languageId": "log", "version": choose.randrange(9), "text": text},
            "position": position,
            "range": {"start": position, "end": {"line": choose.randrange(60), "character": 0}},
            "context": {"diagnostics": []},
            "contentChanges": [{"range": {"start": position, "end": position}, "text": text[:40]}],
            "command": choose.choice(COMMANDS),
            "arguments": [{"uri": uri, "line": choose.randrange(60)}],
            "query": "order",
            "item": self.wild(),
            "settings": self.wild(),
            "changes": [{"uri": uri, "type": choose.randrange(5)}],
            "event": {"added": [], "removed": self.wild()},
            "id": choose.randrange(200),
            "value": "off",
        }
        for _ in range(choose.choice((0, 0, 1, 3))):
            name = choose.choice(list(params))
            if choose.random() < 0.5:
                params[name] = self.wild()
            elif isinstance(params[name], dict) and params[name]:
                params[name][choose.choice(list(params[name]))] = self.wild()
        return self.wild() if choose.random() < 0.03 else params

    def run(self) -> None:
        """Say many things, and see that each question is answered once and the server ends."""
        asked = []
        for _ in range(MESSAGES):
            if self.choose.random() < 0.4:
                self.client.notify(self.choose.choice(NOTIFICATIONS), self.params())
            else:
                asked.append(self.client.begin(self.choose.choice(METHODS), self.params()))
            if self.choose.random() < 0.02:
                self.client.write(self.choose.choice((b"{", b"[]", b"null", b'{"id":[]}', b"\xff", b"{}")))
        for number in asked:
            self.client.wait(number, SECONDS)
        assert self.client.process.poll() is None, self.client.stderr.decode()
        code = self.client.close()
        assert code == 0, f"exit code {code}: {self.client.stderr.decode()[-2000:]}"


def main() -> None:
    """Run sessions until there were enough of them or the time is up."""
    seconds, sessions, first = [*map(float, sys.argv[1:]), *(60.0, float("inf"), 0.0)[len(sys.argv) - 1 :]][
        :3
    ]
    stop, count = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder:
        scene = scenes.build("order_status_py", Path(folder).resolve())
        texts = [
            scene.trace.replace("/srv/order_status_py", str(scene.root)),
            "",
            "x\n" * 50,
            json.dumps(scene.trace),
        ]
        while time.monotonic() < stop and count < sessions:
            number = int(first) + count
            try:
                Session(number, scene.root, texts).run()
            except BaseException:
                print(f"To see it again: python tests/fuzz/fuzz_lsp.py 600 1 {number}")
                raise
            count += 1
    print(f"{count} sessions, {count * MESSAGES} messages")


if __name__ == "__main__":
    main()
