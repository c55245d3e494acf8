"""A log of 50 MB in a real server: asked about, given up, and nobody else waits for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from test_lsp_commands import MAIN, TRACE, log
from wire import Client, at

pytestmark = pytest.mark.timeout(240)
SIZE = 50_000_000
CANCELLED = -32800
NODE = "".join(f"    at total{n} (/srv/app/lib/cart{n}.js:{n + 3}:{n + 9})\n" for n in range(9))


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


def test_large_log(client: Client, root: Path) -> None:
    """Requests about it can be cancelled at once; the threads they held are free for others soon after."""
    client.initialize(root)
    piece = "".join(f"TypeError: no row {n}\n{NODE}\n" for n in range(500))
    uri = (root / "large.log").as_uri()
    client.open(uri, piece * (SIZE // len(piece)))
    document = {"textDocument": {"uri": uri}}
    asked = [client.begin("textDocument/documentSymbol", document) for _ in range(4)]
    for number in asked:
        client.notify("$/cancelRequest", {"id": number})
    for number in asked:
        assert client.wait(number)["error"]["code"] == CANCELLED
    client.open(log(root), TRACE)
    start = time.monotonic()
    assert client.ask("textDocument/definition", at(log(root), 3, 10))
    waited, start = time.monotonic() - start, time.monotonic()
    # Nothing of what was given up is kept as if it were the whole; asked again, all of it is read.
    links = client.wait(client.begin("textDocument/documentLink", document), 200)
    assert "error" not in links
    # Read to their ends, the four would have held everybody up for four times as long as the one does now.
    assert waited < 2 * (time.monotonic() - start)
