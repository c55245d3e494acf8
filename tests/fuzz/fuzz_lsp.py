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

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import editor

import scenes
from wire import Client

MESSAGES = 150
SECONDS = 300.0
"""What an answer may take, however busy the machine is."""


class Session:
    """One server and a source of nonsense."""

    def __init__(self, number: int, root: Path, texts: list[str]) -> None:
        self.choose = random.Random(number)  # noqa: S311 - repeatable
        files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        paths = [path for path in files if not path.startswith(".git/")]
        self.editor = editor.Editor(self.choose, texts, paths, str(root))
        self.client = Client(cwd=root)
        self.client.initialize(root)

    def run(self) -> None:
        """Say many things, and see that each question is answered once and the server ends."""
        asked = []
        for _ in range(MESSAGES):
            if self.choose.random() < 0.4:
                method = self.choose.choice(editor.NOTIFICATIONS)
                self.client.notify(method, self.editor.params(method))
            else:
                method = self.choose.choice(editor.REQUESTS)
                asked.append(self.client.begin(method, self.editor.params(method)))
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
