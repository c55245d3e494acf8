"""The language server: what is kept between messages. What it answers stands in the modules beside it."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from crimescene import __version__, languages
from crimescene.lsp import from_proto
from crimescene.lsp.lanes import Lane
from crimescene.lsp.overlay import Document, Documents
from crimescene.lsp.protocol import Protocol, is_unreadable
from crimescene.lsp.roots import Root
from crimescene.lsp.texts import Texts
from crimescene.settings import Settings, from_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from tempfile import TemporaryDirectory

    from crimescene.loop import Outcome
    from crimescene.lsp.overlay import Snapshot

log = logging.getLogger(__name__)

_QUIET = 0.3
"""Seconds of no typing after which hints are made anew."""
_OPTIONS = ("commandLinks", "promptCommands", "reloadsFiles", "tellsResults")
"""What a client may say besides settings in ``initializationOptions``."""


class CrimesceneServer(LanguageServer):
    """The state of one connection."""

    protocol: Protocol

    def __init__(self) -> None:
        self.documents = Documents()
        self.encoding: str = lsp.PositionEncodingKind.Utf16.value
        self.initialized = False
        self.options: dict[str, Any] = {}
        self.settings = Settings()
        self.roots: dict[str, Root] = {}
        self.texts = Texts()
        self.reading = Lane("reading", threads=2)
        self.working = Lane("working")
        """Searches through the workspace: their memory of it belongs to one thread at a time."""
        self.running = Lane("running", threads=2)
        """The user's own commands."""
        self.scratch: TemporaryDirectory[str] | None = None
        """Holds a prompt that may not be saved; gone when the server ends."""
        self.on_change: list[Callable[[], None]] = []
        """Called when no document has changed for a moment."""
        self.on_outcome: list[Callable[[Root, Outcome, str], Coroutine[Any, Any, None]]] = []
        """Called after a run of the user's command, with what it means and what it printed."""
        self._pending: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._said: frozenset[str] = frozenset()
        self._tasks: set[asyncio.Task[Any]] = set()
        super().__init__(
            "crimescene", __version__, protocol_cls=Protocol, converter_factory=default_converter
        )

    # ----------------------------------------------------------------- life

    def begin(self, params: lsp.InitializeParams) -> None:
        """Take what the client says of itself."""
        self.initialized = True
        self._loop = asyncio.get_running_loop()
        general = params.capabilities.general
        wanted = [str(getattr(e, "value", e)) for e in (general and general.position_encodings) or ()]
        known = [encoding.value for encoding in from_proto.ENCODINGS]
        self.encoding = next((e for e in wanted if e in known), lsp.PositionEncodingKind.Utf16.value)
        given = from_proto.plain(params.initialization_options)
        given = dict(given) if isinstance(given, dict) else {}
        self.options = {name: given.pop(name, None) for name in _OPTIONS}
        self.configure(given)
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        paths = [from_proto.path_of(uri) for uri in folders]
        if not paths and params.root_path:
            paths = [params.root_path]
        for path in paths:
            self._add_root(path)

    def configure(self, given: Mapping[str, Any], root: Root | None = None) -> None:
        """Take the editor's settings, for one root or for all; what cannot be used is said once."""
        settings, problems = from_mapping(given)
        for changed in [root] if root is not None else [*self.roots.values()]:
            changed.configure(settings)
        if root is None:
            self.settings = settings
        for problem in problems:
            if problem not in self._said:
                self._said |= {problem}
                self.say(problem, lsp.MessageType.Warning)

    def change_folders(self, added: Sequence[str], removed: Sequence[str]) -> None:
        """Follow folders and leave others."""
        for uri in removed:
            self.roots.pop(from_proto.path_of(uri), None)
        for uri in added:
            self._add_root(from_proto.path_of(uri))
        self.changed()

    def _add_root(self, path: str) -> Root | None:
        if not path or not os.path.isdir(path):  # noqa: PTH112 -- a string from a URI
            return None
        if path not in self.roots:
            self.roots[path] = Root(Path(path), self.documents, self.settings, self._warn)
        return self.roots[path]

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401 -- as pygls has it
        """Log a fault; only what could not be read at all is answered from here."""
        del source
        if is_unreadable(error):
            self.protocol.refuse_unreadable()
        else:
            log.error("%s", error)

    # ----------------------------------------------------------------- roots and documents

    def snapshot(self, uri: str) -> Snapshot | None:
        """The document as it is now: the editor's, else the file's; None if there is neither."""
        path = from_proto.path_of(uri)
        document = self.documents.get(uri) or (self.documents.at(path) if path else None)
        if document is not None:
            return document.snapshot()
        root = self.root_around(path)
        if not path or root is None:
            return None
        relative = root.workspace.relative(path)
        data = root.workspace.read(relative) if relative else None
        if data is None:
            return None
        return Document(uri, path, "", 0, data.decode("utf-8", "replace")).snapshot()

    def root_around(self, path: str) -> Root | None:
        """The innermost folder of the workspace around a path; its repository where no folder is."""
        around = [root for root in self.roots.values() if root.workspace.relative(path) is not None]
        if around:
            return max(around, key=lambda root: len(str(root.path)))
        if self.roots or not path:
            return None
        folders = list(Path(path).parents)
        top = next(
            (folder for folder in folders if (folder / ".git").exists()), folders[0] if folders else None
        )
        return None if top is None else self._add_root(str(top))

    def root_of(self, snapshot: Snapshot) -> Root | None:
        """The folder that a text is about: the one around it, else the one that knows most of its frames."""
        around = self.root_around(snapshot.path)
        if around is not None or len(self.roots) < 2:  # noqa: PLR2004 -- nothing to choose
            return around or next(iter(self.roots.values()), None)
        return max(
            self.roots.values(),
            key=lambda root: sum(p.in_workspace for p in self.texts.places(snapshot, root)),
        )

    def is_source(self, snapshot: Snapshot) -> bool:
        """Whether the document is code, whose own language server answers there."""
        if snapshot.path and languages.language_for(snapshot.path) is not None:
            return True
        return snapshot.language in languages.LANGUAGES or snapshot.language in _SOURCE_NAMES

    # ----------------------------------------------------------------- time

    def noticed(self, uri: str, *, closed: bool = False) -> None:
        """A document changed: what hangs on it is made anew when the typing pauses."""
        if closed:
            self.texts.forget(uri)
        self.changed()

    def changed(self) -> None:
        """Call those who wait for a change, once nothing has changed for a moment."""
        if self._pending is not None:
            self._pending.cancel()
        loop = asyncio.get_running_loop()
        self._pending = loop.call_later(_QUIET, lambda: [call() for call in self.on_change])

    def spawn(self, work: Any) -> None:  # noqa: ANN401 -- a coroutine of any kind
        """Let a coroutine run on its own; its faults are logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

        def done(task: asyncio.Task[Any]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("A task failed", exc_info=error)

        task.add_done_callback(done)

    def came(self, root: Root, outcome: Outcome | None, output: str) -> None:
        """Let those who wait for it know what a run means; nobody waits for what they do."""
        if outcome is not None:
            for call in self.on_outcome:
                self.spawn(call(root, outcome, output))

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    # ----------------------------------------------------------------- the client

    def capability(self, *names: str) -> Any:  # noqa: ANN401 -- capabilities are of many kinds
        """A capability of the client by its path; None where it says nothing."""
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return found

    def say(self, sentence: str, kind: lsp.MessageType = lsp.MessageType.Info) -> None:
        """Show one sentence to the user."""
        with suppress(RuntimeError):
            self.window_show_message(lsp.ShowMessageParams(kind, f"Crimescene: {sentence}"))

    def _warn(self, sentence: str) -> None:
        """Show a warning, from whatever thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.say, sentence, lsp.MessageType.Warning)

    async def ask(self, sentence: str, *answers: str) -> str:
        """Let the user choose; empty if nothing was chosen or the client cannot ask."""
        items = [lsp.MessageActionItem(title=title) for title in answers]
        wanted = lsp.ShowMessageRequestParams(lsp.MessageType.Info, f"Crimescene: {sentence}", items)
        try:
            chosen = await self.window_show_message_request_async(wanted)
        except JsonRpcException:
            return ""
        return str(getattr(chosen, "title", "") or "")


_SOURCE_NAMES = frozenset(
    {"javascriptreact", "typescriptreact", "shellscript", "objective-c", "objective-cpp", "dart", "lua"}
    | {"perl", "r", "scala", "swift", "elixir", "erlang", "haskell", "ocaml", "zig", "vue", "svelte"}
)
"""Names editors have for code in languages whose folders are called otherwise, or that have none."""
