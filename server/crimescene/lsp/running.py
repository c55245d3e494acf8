"""Running a file the user said yes to, with progress, and an end when it is no longer wanted."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import run as runner
from crimescene import run_detection

if TYPE_CHECKING:
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.run import Finished
    from crimescene.run_detection import Command

RUN = "Run"
_SECONDS = 600.0
_TICK = 1.0


def command_for(root: Root, path: str) -> Command | None:
    """The configured command, else the detected one; None if nothing tells."""
    if not path:
        return None
    return run_detection.detect(path, root.workspace, root.settings.test_command)


async def run(server: CrimesceneServer, root: Root, command: Command) -> Finished:
    """Run a command in the workspace; cancelling the request or the progress ends it."""
    unwanted = threading.Event()
    token = await _progress(server, command)
    folder = root.path / command.folder
    running = asyncio.wrap_future(
        server.running.submit(
            lambda: runner.capture(command.words, folder, is_unwanted=unwanted.is_set, seconds=_SECONDS)
        )
    )
    begun = time.monotonic()
    try:
        while not running.done():
            await asyncio.wait([running], timeout=_TICK)
            if token is None or running.done():
                continue
            cancelled = server.work_done_progress.tokens.get(token)
            if cancelled is not None and cancelled.cancelled():
                unwanted.set()
            elapsed = f"{time.monotonic() - begun:.0f} s"
            server.work_done_progress.report(token, lsp.WorkDoneProgressReport(message=elapsed))
        return running.result()
    finally:
        unwanted.set()
        if token is not None:
            server.work_done_progress.end(token, lsp.WorkDoneProgressEnd())
            server.work_done_progress.tokens.pop(token, None)


async def _progress(server: CrimesceneServer, command: Command) -> str | None:
    """Show that something runs; None where the client cannot."""
    if not server.capability("window", "work_done_progress"):
        return None
    token = str(uuid.uuid4())
    try:
        await server.work_done_progress.create_async(token)
    except JsonRpcException:
        return None
    begin = lsp.WorkDoneProgressBegin(title=f"Running {command.shown}", cancellable=True)
    server.work_done_progress.begin(token, begin)
    return token
