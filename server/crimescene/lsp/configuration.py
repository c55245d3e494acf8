"""The beginning, the settings, and what the client tells of the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import languages
from crimescene.lsp import from_proto, to_proto

if TYPE_CHECKING:
    from crimescene.lsp.indexing import Indexing
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer

_WATCHED = (".crimescene/*/case.json", "**/TEST-*.xml", "**/*junit*.xml")
"""What other programs write that a hint may be about."""


def register(server: CrimesceneServer, words: Indexing) -> None:
    """Answer the messages of this module."""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.begin(params)

    @server.feature(lsp.INITIALIZED)
    async def initialized(_params: lsp.InitializedParams) -> None:
        await _register(server, words)
        await _pull(server)
        for root in list(server.roots.values()):
            server.reading.submit(root.scene)
        server.changed()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration_changed(params: lsp.DidChangeConfigurationParams) -> None:
        given = from_proto.plain(params.settings)
        if isinstance(given, dict) and isinstance(given.get("crimescene"), dict):
            server.configure(given["crimescene"])
        else:
            await _pull(server)
        server.changed()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: lsp.DidChangeWatchedFilesParams) -> None:
        for root in server.roots.values():
            root.doubt()
            words.noted(root, [change.uri for change in params.changes])
        server.changed()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        for root in server.roots.values():
            root.doubt()
            words.noted(root, [params.text_document.uri])
        server.changed()


async def _pull(server: CrimesceneServer) -> None:
    """Ask the client for its settings, each root for its own."""
    if not server.capability("workspace", "configuration"):
        return
    roots: list[Root | None] = [None, *server.roots.values()]
    scopes = [None if root is None else to_proto.uri_of(str(root.path)) for root in roots]
    items = [lsp.ConfigurationItem(scope, "crimescene") for scope in scopes]
    try:
        answers = await server.workspace_configuration_async(lsp.ConfigurationParams(items))
    except JsonRpcException:
        return
    for root, answer in zip(roots, answers or (), strict=False):
        given = from_proto.plain(answer)
        if isinstance(given, dict) and given:
            server.configure(given, root)


async def _register(server: CrimesceneServer, words: Indexing) -> None:
    """Ask to be told of changed settings and files, where the client can."""
    registrations = []
    if server.capability("workspace", "did_change_configuration", "dynamic_registration"):
        method = lsp.WORKSPACE_DID_CHANGE_CONFIGURATION
        registrations.append(lsp.Registration(method, method, {"section": "crimescene"}))
    if server.capability("workspace", "did_change_watched_files", "dynamic_registration"):
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        watchers = [watcher for pattern in (*_WATCHED, _sources()) for watcher in _watchers(server, pattern)]
        options: Any = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registrations.append(lsp.Registration(method, method, options))
    if not registrations:
        return
    try:
        await server.client_register_capability_async(lsp.RegistrationParams(registrations))
    except JsonRpcException:
        return
    words.watched = registrations[-1].method == lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES


def _sources() -> str:
    """A pattern of all files whose names we look for."""
    found = {ending for name in languages.LANGUAGES for ending in languages.language(name).extensions}
    return "**/*{" + ",".join(sorted(found)) + "}"


def _watchers(server: CrimesceneServer, pattern: str) -> list[lsp.FileSystemWatcher]:
    if not server.capability("workspace", "did_change_watched_files", "relative_pattern_support"):
        return [lsp.FileSystemWatcher(pattern if pattern.startswith("**/") else f"**/{pattern}")]
    roots = [to_proto.uri_of(str(root.path)) for root in server.roots.values()]
    return [lsp.FileSystemWatcher(lsp.RelativePattern(uri, pattern)) for uri in roots]
