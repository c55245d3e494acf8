# ruff: noqa: S311, T201 (it prints tables, and chance only mixes)
"""How quick the language server is over stdio, and whether it stays so; ratios to an echo of the same server.

    python tests/bench/bench_lsp.py latency LARGE_REPOSITORY TRACE
    python tests/bench/bench_lsp.py soak [REQUESTS]

The echo is a request that no server knows: its answer costs the wire and nothing else.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from wire import Client, at

BUILD = "crimescene.buildPrompt"
CANCELLED, GARBAGE = -32800, (-32600, -32601, -32602, -32700)
SEED = 20_000


def _timed(client: Client, method: str, params: Any) -> float:
    begun = time.perf_counter()
    client.wait(client.begin(method, params))
    return (time.perf_counter() - begun) * 1000


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _line(name: str, values: list[float], echo: float) -> None:
    median, p95 = statistics.median(values), _p95(values)
    print(
        f"{name:34} median {median:8.1f} ms   p95 {p95:8.1f} ms   {p95 / echo:7.1f} x echo   n {len(values)}"
    )


# --------------------------------------------------------------------------- latency


def latency(root: Path, trace: Path) -> None:
    """Hover on every frame, cold and warm, hover while a prompt is built, and the prompt itself."""
    client = Client()
    begun = time.perf_counter()
    client.initialize(root)
    print(f"{'start to initialized':34} {(time.perf_counter() - begun) * 1000:15.0f} ms")
    uri = trace.resolve().as_uri()
    client.open(uri, trace.read_text(encoding="utf-8"))
    links = client.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})
    places = [link["range"]["start"] for link in links]
    hovers = [at(uri, p["line"], p["character"] + 1) for p in places]
    echo = [_timed(client, "crimescene/echo", None) for _ in range(300)]
    middle = statistics.median(echo)
    _line("echo", echo, middle)
    _line("hover, first on each frame", [_timed(client, "textDocument/hover", h) for h in hovers], middle)
    for _ in range(3):  # what was still searched for is found by now
        time.sleep(1)
        for hover in hovers:
            _timed(client, "textDocument/hover", hover)
    warm: list[float] = []
    while len(warm) < 300:  # over some seconds, so that looking whether the disk changed is in it
        warm += [_timed(client, "textDocument/hover", h) for h in hovers]
        time.sleep(0.15)
    _line("hover, warm", warm, middle)
    _line("definition", [_timed(client, "textDocument/definition", h) for h in hovers * 10], middle)
    build = {"command": BUILD, "arguments": [{"uri": uri, "show": False}]}
    busy: list[float] = []
    for _ in range(8):
        number = client.begin("workspace/executeCommand", build)
        busy += [_timed(client, "textDocument/hover", h) for h in hovers * 4]
        client.wait(number)
    _line("hover, while a prompt is built", busy, middle)
    _line("prompt", [_timed(client, "workspace/executeCommand", build) for _ in range(12)], middle)
    print(f"resident memory {_resident(client) / 1e6:.0f} MB")
    client.close()


def _resident(client: Client) -> int:
    """Bytes of memory the server takes (Linux)."""
    pages = Path(f"/proc/{client.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


# --------------------------------------------------------------------------- soak

_MODULE = """\
from app import helper{other}


def total{n}(items):
    return helper{other}.total{other}(items) / len(items)


def run{n}():
    return total{n}([])
"""
_GARBAGE = (
    b"no json",
    b"[]",
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 5}}',
    b'{"jsonrpc": "2.0", "id": {"x": 1}, "method": "textDocument/hover", "params": {}}',
)
_WRONG = (
    ("textDocument/hover", {}),
    ("crimescene/nothing", None),
    ("workspace/executeCommand", {"command": "x"}),
)


def _trace(chosen: random.Random, files: int) -> str:
    frames = []
    for _ in range(chosen.randint(2, 9)):
        n = chosen.randrange(files)
        line, name = chosen.choice(((5, "total"), (9, "run")))
        frames.append(f'  File "app/helper{n}.py", line {line}, in {name}{n}')
    error = chosen.choice(("ZeroDivisionError: division by zero", "KeyError: 'größe'", "ValueError: 🦉"))
    return "Traceback (most recent call last):\n" + "\n".join(frames) + f"\n{error}\n\n"


def soak(requests: int) -> None:
    """Mixed requests with edits, cancellations and garbage between them."""
    chosen = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "p"
        (root / "app").mkdir(parents=True)
        files = 60
        for n in range(files):
            (root / "app" / f"helper{n}.py").write_text(_MODULE.format(n=n, other=(n * 7 + 1) % files))
        client = Client()
        client.initialize(root, options={"codeLens": True, "callHierarchy": "always"})
        _Soak(client, root, chosen, files).run(requests)
        client.close()


class _Soak:
    """An editor that never stops."""

    def __init__(self, client: Client, root: Path, chosen: random.Random, files: int) -> None:
        self.client, self.root, self.chosen, self.files = client, root, chosen, files
        self.logs = {(root / f"out{n}.log").as_uri(): "" for n in range(5)}
        self.sources = [(root / "app" / f"helper{n}.py").as_uri() for n in range(8)]
        self.version = 1
        for uri in self.logs:
            self.logs[uri] = "".join(_trace(chosen, files) for _ in range(4))
            client.open(uri, self.logs[uri])
        for n, uri in enumerate(self.sources):
            client.open(uri, _MODULE.format(n=n, other=n + 1), "python")

    def run(self, requests: int) -> None:
        """Send them, a few at a time, and count what comes back."""
        outcome: Counter[str] = Counter()
        first = 0
        begun = time.monotonic()
        for done in range(0, requests, 10):
            waiting = [self._request() for _ in range(10)]
            for number, kind in waiting:
                answer = self.client.wait(number)
                code = answer.get("error", {}).get("code")
                if kind == "wrong":
                    outcome["wrong, refused" if code in GARBAGE else "wrong, answered"] += 1
                elif code is None:
                    outcome["answered"] += 1
                elif code == CANCELLED and kind == "cancelled":
                    outcome["cancelled"] += 1
                else:
                    outcome["ERROR"] += 1
                    print(answer)
            if done + 10 == min(2000, requests // 10):
                first = _resident(self.client)
            if (done + 10) % max(10, requests // 10) == 0:
                print(f"{done + 10:7,} requests, resident {_resident(self.client) / 1e6:.1f} MB", flush=True)
        last = _resident(self.client)
        seconds = time.monotonic() - begun
        print(f"{requests:,} requests in {seconds:.0f} s: {dict(outcome)}")
        print(
            f"resident: {first / 1e6:.1f} MB at first, {last / 1e6:.1f} MB at last, {last / first - 1:+.1%}"
        )
        sys.exit(bool(outcome["ERROR"] or last > first * 1.1))

    def _request(self) -> tuple[int, str]:
        chance = self.chosen.random()
        if chance < 0.15:
            self._edit()
        elif chance < 0.17:
            self.client.write(self.chosen.choice(_GARBAGE))
        if self.chosen.random() < 0.02:
            return self.client.begin(*self.chosen.choice(_WRONG)), "wrong"
        number = self.client.begin(*self._question())
        if self.chosen.random() < 0.05:
            self.client.notify("$/cancelRequest", {"id": number})
            return number, "cancelled"
        return number, "asked"

    def _question(self) -> tuple[str, Any]:
        uri = self.chosen.choice([*self.logs, *self.logs, *self.sources])
        line = self.chosen.randrange(30)
        document = {"textDocument": {"uri": uri}}
        where = at(uri, line, self.chosen.randrange(60))
        span = {"start": where["position"], "end": where["position"]}
        return self.chosen.choice(
            [("textDocument/hover", where)] * 8
            + [("textDocument/definition", where)] * 6
            + [("textDocument/codeAction", {**document, "range": span, "context": {"diagnostics": []}})] * 3
            + [
                (f"textDocument/{kind}", document)
                for kind in ("documentLink", "documentSymbol", "foldingRange", "codeLens")
            ]
            + [("textDocument/prepareCallHierarchy", where)]
            + [
                (
                    "workspace/executeCommand",
                    {"command": BUILD, "arguments": [{"uri": uri, "show": False, "run": False}]},
                )
            ]
        )

    def _edit(self) -> None:
        self.version += 1
        if self.chosen.random() < 0.7:
            uri = self.chosen.choice(list(self.logs))
            change: dict[str, Any] = {"text": "".join(_trace(self.chosen, self.files) for _ in range(4))}
        else:
            uri = self.chosen.choice(self.sources)
            n = self.sources.index(uri)
            change = {"text": _MODULE.format(n=n, other=self.chosen.randrange(self.files))}
            if self.chosen.random() < 0.5:
                spot = {"line": self.chosen.randrange(9), "character": self.chosen.randrange(20)}
                change = {"range": {"start": spot, "end": spot}, "text": "  # ü🦉\n"}
        document = {"uri": uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


if __name__ == "__main__":
    if sys.argv[1:2] == ["latency"]:
        latency(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        soak(int((sys.argv[2:3] or ["20000"])[0]))
