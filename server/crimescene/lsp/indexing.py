"""The words of large roots: kept up to date by a process of their own, which can be cancelled."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import index
from crimescene.index.background import MIN_FILES, Builder, Progress
from crimescene.index.words import WordIndex, folder_for
from crimescene.lsp import from_proto
from crimescene.lsp.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer


_TITLE = "Reading which names the files hold"


@dataclass(slots=True)
class _State:
    """What one root has: ``limit`` is the size of the largest file that was read for it."""

    words: WordIndex
    builder: Builder
    limit: int
    token: str | None = None
    asked: bool = False
    """Whether the client was asked to show progress."""
    shown: list[Progress] = field(default_factory=list)
    """What it was told last."""


class Indexing:
    """Looks after each pause in the typing whether there is something to read."""

    def __init__(self, server: CrimesceneServer) -> None:
        self._server = server
        self._lane = Lane("indexing")
        self._states: dict[str, _State] = {}
        self.watched = False
        """Whether the client tells of changes to sources."""
        server.on_change.append(self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for root in list(self._server.roots.values()):
            self._lane.submit(lambda root=root: self._consider(root, loop))  # type: ignore[misc]

    def _consider(self, root: Root, loop: asyncio.AbstractEventLoop) -> None:
        """Start or stop keeping words, as the settings and the number of files say."""
        key, limit = str(root.path), root.settings.max_file_bytes
        known = self._states.get(key)
        if not root.settings.keep_words:
            if known is not None:
                known.builder.cancel()
                del self._states[key]
            root.workspace.words = None
            return
        root.quick()  # lists the files where nobody did
        paths = index.source_files(root.workspace)
        if len(paths) < MIN_FILES:
            return
        if known is None or known.limit != limit:
            known = self._open(root, limit, loop)
        known.words.watched = self.watched
        known.builder.start_if_due(paths)

    def _open(self, root: Root, limit: int, loop: asyncio.AbstractEventLoop) -> _State:
        words = WordIndex(root.path, folder_for(root.path, limit), root.workspace.shown)
        words.reload()

        def told(progress: Progress) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._tell, state, progress)

        state = _State(words, Builder(words, limit, told), limit)
        self._states[str(root.path)] = state
        root.workspace.words = words
        return state

    def noted(self, root: Root, uris: Iterable[str]) -> None:
        """Files changed on disk, the editor says."""
        words = root.workspace.words
        if words is not None:
            paths = (root.workspace.relative(from_proto.path_of(uri)) for uri in uris)
            words.note(path for path in paths if path)

    def _tell(self, state: _State, progress: Progress) -> None:
        """Show how far a process is, on the main loop."""
        state.shown = [progress]
        if not state.asked and not progress.over:
            state.asked = True
            self._server.spawn(self._begin(state))
        elif state.token is not None:
            self._report(state)

    async def _begin(self, state: _State) -> None:
        server = self._server
        if not server.capability("window", "work_done_progress"):
            return
        token = str(uuid.uuid4())
        try:
            await server.work_done_progress.create_async(token)
        except JsonRpcException:
            return
        state.token = token
        title = "Reading which names the files hold"
        server.work_done_progress.begin(
            token, lsp.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
        )
        self._report(state)

    def _report(self, state: _State) -> None:
        server, token, progress = self._server, state.token, state.shown[-1]
        if token is None:
            return
        cancelled = server.work_done_progress.tokens.get(token)
        if cancelled is not None and cancelled.cancelled():
            state.builder.cancel()
        if not progress.over:
            message = f"{progress.done:,} of {progress.total:,} files"
            percentage = 100 * progress.done // max(1, progress.total)
            server.work_done_progress.report(
                token, lsp.WorkDoneProgressReport(message=message, percentage=percentage)
            )
            return
        problem = f"not finished: {progress.problem}" if progress.problem else None
        server.work_done_progress.end(token, lsp.WorkDoneProgressEnd(message=problem))
        server.work_done_progress.tokens.pop(token, None)
        state.token, state.asked = None, False
