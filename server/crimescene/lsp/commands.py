"""Commands over ``workspace/executeCommand``; each says its result with standard messages and returns it."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
import urllib.parse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import clipboard
from crimescene.lsp import from_proto, prompts, running, to_proto
from crimescene.lsp.prompts import NothingKnown
from crimescene.model import UserError
from crimescene.redact import redact

if TYPE_CHECKING:
    from crimescene.lsp.from_proto import Asked
    from crimescene.lsp.hints import Hints
    from crimescene.lsp.overlay import Document
    from crimescene.lsp.prompts import Evidence, Made
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.lsp.shown import Shown
    from crimescene.lsp.sources import Sources

BUILD = "crimescene.buildPrompt"
COPY = "crimescene.copyPrompt"
CLEAR = "crimescene.clearHints"
_USE_LINE = "Start from this line"


def register(server: CrimesceneServer, sources: Sources, hints: Hints, shown: Shown) -> None:
    """Answer the commands of this module."""

    @server.command(BUILD)
    async def build_prompt(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """Build the prompt of a failure, a place or a chain of files, and show it."""
        return await _prompt(server, sources, hints, shown, from_proto.asked(arguments), copy=False)

    @server.command(COPY)
    async def copy_prompt(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Build the prompt and put it on the clipboard."""
        return await _prompt(server, sources, hints, shown, from_proto.asked(arguments), copy=True)

    @server.command(CLEAR)
    async def clear_hints(*_arguments: Any) -> None:  # noqa: ANN401
        """Take the marks of the newest failure out of the source files."""
        for root in server.roots.values():
            sources.dismissed[root] = server.now
        hints.renew()


async def _prompt(
    server: CrimesceneServer, sources: Sources, hints: Hints, shown: Shown, given: Asked, *, copy: bool
) -> dict[str, Any]:
    try:
        asked, before = shown.again(given)
        found: Evidence | NothingKnown | None = before
        if found is None:
            found = await server.working.run(lambda: prompts.evidence(server, sources, asked))
        if isinstance(found, NothingKnown):
            chosen = await _instead(server, sources, hints, found, asked)
            if isinstance(chosen, str):
                return told(server, chosen, lsp.MessageType.Info)
            found = chosen
        return await present(server, (sources, hints, shown), found, asked, copy=copy)
    except UserError as error:
        return told(server, str(error), lsp.MessageType.Warning)


async def present(
    server: CrimesceneServer,
    state: tuple[Sources, Hints, Shown],
    found: Evidence,
    asked: Asked,
    *,
    copy: bool = False,
) -> dict[str, Any]:
    """Make the prompt of this evidence, show it, and return it; UserError if there is none."""
    sources, hints, shown = state
    made = await server.working.run(partial(prompts.make, found, asked))
    sources.built(found.root, made.context.trace)
    server.came(found.root, made.outcome, found.text)
    hints.renew()
    return await _say(server, shown, found, made, asked, copy=copy)


def told(server: CrimesceneServer, sentence: str, kind: lsp.MessageType) -> dict[str, Any]:
    """Why there is no prompt: said here, unless the client said that it tells what commands return."""
    if not server.options.get("tellsResults"):
        server.say(sentence, kind)
    return {"message": sentence}


async def _instead(
    server: CrimesceneServer, sources: Sources, hints: Hints, nothing: NothingKnown, asked: Asked
) -> Evidence | str:
    """Offer to run the file that no known failure touches; a sentence if that leads nowhere."""
    name = nothing.path.rpartition("/")[2]
    command = await server.working.run(lambda: running.command_for(nothing.root, nothing.path))
    answers = [running.RUN] if command is not None else []
    answers += [_USE_LINE] if nothing.lineno is not None else []
    if asked.run:
        chosen = running.RUN if command is not None else ""
    elif asked.run is False or not answers:
        chosen = ""
    else:
        what = f" Run it? {command.shown}" if command is not None else ""
        chosen = await server.ask(f"No known failure touches {name}.{what}", *answers, "Not now")
    if chosen == _USE_LINE:
        return prompts.Evidence(nothing.root, path=nothing.path, lineno=nothing.lineno or 1)
    if chosen != running.RUN or command is None:
        return (
            f"No known failure touches {name}. Open a text with its stack trace, "
            f"or run: crimescene run -- {command.shown if command is not None else '<your command>'}"
        )
    done = await running.run(server, nothing.root, command)
    if done.problem and not done.output.strip():
        return done.problem
    typed = shlex.join(command.words)
    if done.code == 0:
        outcome = await server.working.run(lambda: nothing.root.analysis().after_success(typed))
        server.came(nothing.root, outcome, done.output)
        sources.dismissed[nothing.root] = server.now
        hints.renew()
        return f"{command.shown} passed: there is no failure to describe."
    return prompts.Evidence(nothing.root, done.output, origin=command.shown, command=typed, code=done.code)


# --------------------------------------------------------------------------- the result


async def _say(
    server: CrimesceneServer, prompts_shown: Shown, found: Evidence, made: Made, asked: Asked, *, copy: bool
) -> dict[str, Any]:
    """Show the prompt as the client can, and return it."""
    path = made.saved or _outside(server, made)
    uri = to_proto.uri_of(str(path))
    prompts_shown.remember(from_proto.path_of(uri), found, asked, made)
    said = f"{made.prompt.tokens:,} tokens"
    shown = False
    if copy:
        way = await server.working.run(lambda: _copied(made.prompt.text))
        server.say(
            f"debug prompt, {said}, {way}." if way else f"no clipboard within reach; {said} in {path}."
        )
        shown = bool(way)
    await _update(server, uri, made.prompt.text)
    if not shown and asked.show:
        shown = await _show(server, uri)
        if not shown and not copy:
            server.say(f"debug prompt, {said}: {path}")
    if made.trouble and server.roots and any(r.settings.save_cases for r in server.roots.values()):
        server.say(made.trouble, lsp.MessageType.Warning)
    return {
        "prompt": made.prompt.text,
        "tokens": made.prompt.tokens,
        "title": redact(made.context.title).text,
        "uri": uri,
        "path": str(path),
        "shown": shown,
        "folded": made.prompt.folded,
        "leftOut": list(made.prompt.left_out),
        "secrets": made.prompt.secrets,
        "origin": made.origin,
    }


def _outside(server: CrimesceneServer, made: Made) -> Path:
    """Write a prompt that may not be saved where only this user can read it, until the server ends."""
    folder = server.scratch
    if folder is None:
        folder = server.scratch = tempfile.TemporaryDirectory(prefix="crimescene-")
    path = Path(folder.name) / "prompt.md"
    path.write_text(made.prompt.text, encoding="utf-8", errors="replace", newline="\n")
    return path


async def show_text(server: CrimesceneServer, name: str, text: str) -> None:
    """Show a text of ours in the editor, from a file that is gone when the server ends."""
    path = _scratch(server) / name
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    uri = to_proto.uri_of(str(path))
    await _update(server, uri, text)
    await _show(server, uri)


def link(server: CrimesceneServer, path: Path, lineno: int | str) -> str:
    """A link to a line of a file, for a text of ours.

    A client that shows Markdown as it is meant to look follows no link with a scheme, so that it gets the way
    from the folder of these texts.
    """
    if server.options.get("commandLinks"):
        try:
            way = os.path.relpath(path, _scratch(server))
        except ValueError:  # another drive
            return f"{to_proto.uri_of(str(path))}#L{lineno}"
        return f"{urllib.parse.quote(way.replace(os.sep, '/'))}#L{lineno}"
    return f"{to_proto.uri_of(str(path))}#L{lineno}"


def _scratch(server: CrimesceneServer) -> Path:
    """The folder of texts of ours."""
    if server.scratch is None:
        server.scratch = tempfile.TemporaryDirectory(prefix="crimescene-")
    return Path(server.scratch.name)


def _copied(text: str) -> str:
    try:
        return clipboard.copy(text, terminal=False)
    except UserError:
        return ""


async def _show(server: CrimesceneServer, uri: str) -> bool:
    """Open the prompt in the editor; whether that worked."""
    document = _opened(server, uri)
    if server.capability("window", "show_document", "support"):
        try:
            wanted = lsp.ShowDocumentParams(uri, external=False, take_focus=True)
            answer = await asyncio.wait_for(server.window_show_document_async(wanted), 10)
            if answer is not None and answer.success:
                return True
        except (JsonRpcException, asyncio.TimeoutError):
            pass
    if document is None and server.capability("workspace", "apply_edit"):
        # The file is there: an edit that changes nothing makes the editor open it, shown or not.
        await _edit(server, uri, lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), "")
    return False


def _opened(server: CrimesceneServer, uri: str) -> Document | None:
    return server.documents.get(uri) or server.documents.at(from_proto.path_of(uri))


async def _update(server: CrimesceneServer, uri: str, text: str) -> None:
    """Bring a prompt that is open up to date in the editor's own buffer: it may hold unsaved answers.

    A client that reloads what changes on disk does so itself: a buffer that is edited as well would count as
    unsaved work on an older file, which such editors refuse to save.
    """
    if server.options.get("reloadsFiles"):
        return
    document = _opened(server, uri)
    if document is None or not server.capability("workspace", "apply_edit"):
        return
    snapshot = document.snapshot()
    if snapshot.data != text.encode("utf-8", "replace"):
        end = to_proto.position(snapshot, len(snapshot.data), server.encoding)
        await _edit(server, document.uri, lsp.Range(lsp.Position(0, 0), end), text)


async def _edit(server: CrimesceneServer, uri: str, where: lsp.Range, text: str) -> None:
    edits: list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit] = [lsp.TextEdit(where, text)]
    if server.capability("workspace", "workspace_edit", "document_changes"):
        document = server.documents.get(uri)
        version = None if document is None else document.version
        identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri, version)
        edit = lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, edits)])
    else:
        edit = lsp.WorkspaceEdit(changes={uri: [lsp.TextEdit(where, text)]})
    wanted = lsp.ApplyWorkspaceEditParams(edit, "Crimescene: debug prompt")
    try:
        await asyncio.wait_for(server.workspace_apply_edit_async(wanted), 10)
    except (JsonRpcException, asyncio.TimeoutError):
        return
