"""Put the server together and let it speak."""

from __future__ import annotations

import logging
import os
import sys

from crimescene.lsp import actions, commands, configuration, hierarchy, hints, reading
from crimescene.lsp.server import CrimesceneServer
from crimescene.lsp.sources import Sources


def build() -> CrimesceneServer:
    """A server that answers everything it can."""
    server = CrimesceneServer()
    sources = Sources(server)
    shown = hints.Hints(server, sources)
    configuration.register(server)
    reading.register(server)
    commands.register(server, sources, shown)
    actions.register(server, shown)
    hints.register(server, shown)
    hierarchy.register(server)
    return server


def serve(port: int | None) -> None:
    """Serve one editor; see :func:`crimescene.lsp.serve`."""
    level = logging.DEBUG if os.environ.get("CRIMESCENE_DEBUG") else logging.ERROR
    logging.basicConfig(stream=sys.stderr, level=level, format="crimescene: %(message)s")
    if level != logging.DEBUG:
        logging.getLogger("pygls").setLevel(logging.CRITICAL)  # what it logs was answered
    # A search must not hold up what an editor waits for: threads take turns more often than Python's 5 ms.
    sys.setswitchinterval(0.001)
    server = build()
    try:
        if port is None:
            output = sys.stdout.buffer
            sys.stdout = sys.stderr  # a stray print must not break the protocol
            server.start_io(sys.stdin.buffer, output)
        else:
            server.start_tcp("127.0.0.1", port)
    finally:
        if server.scratch is not None:
            server.scratch.cleanup()
