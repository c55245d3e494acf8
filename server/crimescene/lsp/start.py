"""Put the server together and let it speak."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from contextlib import suppress

from pygls.io_ import run_async

from crimescene.lsp import (
    actions,
    again,
    cases,
    commands,
    configuration,
    frames,
    hierarchy,
    hints,
    indexing,
    log_marks,
    log_points,
    reading,
    reviewing,
    shapes,
    shown,
    stopped,
)
from crimescene.lsp.server import CrimesceneServer
from crimescene.lsp.sources import Sources


def build() -> CrimesceneServer:
    """A server that answers everything it can."""
    server = CrimesceneServer()
    sources = Sources(server)
    marks = hints.Hints(server, sources)
    prompts = shown.Shown(server)
    configuration.register(server, indexing.Indexing(server))
    reading.register(server)
    commands.register(server, sources, marks, prompts)
    log_points.register(server, sources)
    shown.register(server, prompts)
    actions.register(server, marks)
    hints.register(server, marks, prompts)
    cases.register(server, marks)
    again.register(server, sources, marks, prompts)
    reviewing.register(server, marks)
    log_marks.register(server, marks)
    shapes.register(server, marks)
    frames.register(server)
    stopped.register(server)
    hierarchy.register(server)
    return server


def serve(port: int | None) -> int:
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
            with suppress(SystemExit):
                asyncio.run(_one_editor(server, port))
    finally:
        if server.scratch is not None:
            server.scratch.cleanup()
    return 0 if server.protocol.left_properly else 1


async def _one_editor(server: CrimesceneServer, port: int) -> None:
    """Wait for a connection on a local port and serve it to its end, however it ends."""
    over = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.close()
        server.protocol.set_writer(_Writer(writer))
        with suppress(ConnectionError):
            await run_async(threading.Event(), reader, server.protocol, None, server.report_server_error)
        over.set()

    listener = await asyncio.start_server(connected, "127.0.0.1", port)
    await over.wait()


class _Writer:
    """A connection as pygls wants it: nobody waits for what is written."""

    def __init__(self, stream: asyncio.StreamWriter) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Send it when the other side takes it."""
        self._stream.write(data)

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
