"""From what a command was asked to the evidence it means, and from that to a saved prompt."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crimescene import traced
from crimescene.lsp import from_proto, to_proto
from crimescene.model import UserError
from crimescene.settings import read

if TYPE_CHECKING:
    from crimescene.loop import Outcome
    from crimescene.lsp.from_proto import Asked
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.lsp.sources import Sources
    from crimescene.model import Context, Trace
    from crimescene.prompt import Prompt


_NO_FOLDER = "Open a folder first: the prompt is made of the code around the failure."


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a prompt starts from: a text, a line, or a chain of files."""

    root: Root
    text: str = ""
    at: int | None = None
    """Byte offset of the trace that is meant."""
    path: str = ""
    lineno: int = 0
    chain: tuple[str, ...] = ()
    origin: str = ""
    """Where the failure was seen, for the user."""
    command: str = ""
    """What printed the text, as one would type it."""
    code: int | None = None
    """What it ended with."""


@dataclass(frozen=True, slots=True)
class NothingKnown:
    """A source file that no known failure touches."""

    root: Root
    path: str
    """Relative to the root."""
    lineno: int | None


@dataclass(frozen=True, slots=True)
class Made:
    """A finished prompt and where it lies."""

    prompt: Prompt
    context: Context
    saved: Path | None
    origin: str = ""
    trouble: str = ""
    """Why it was not saved."""
    outcome: Outcome | None = None
    """What the run that failed means for the bug that was open."""


def evidence(server: CrimesceneServer, sources: Sources, asked: Asked) -> Evidence | NothingKnown:
    """What the arguments of a command point at; UserError if that is nothing."""
    if asked.text:
        return Evidence(_root(server, asked), asked.text, origin="the given text")
    if asked.chain:
        base = _root(server, asked)
        return Evidence(base, chain=tuple(_relative(base, item) for item in asked.chain))
    if not asked.uri:
        return _newest(server, sources, asked)
    uri = _uri(server, asked.uri)
    snapshot = server.snapshot(uri)
    if snapshot is None:
        raise UserError(_why_unreadable(server, uri))
    root = server.root_of(snapshot)
    if root is None:
        raise UserError(_NO_FOLDER)
    return _of_document(server, sources, asked, snapshot, root)


def _of_document(
    server: CrimesceneServer, sources: Sources, asked: Asked, snapshot: Snapshot, root: Root
) -> Evidence | NothingKnown:
    source = server.is_source(snapshot)
    offset = None
    if asked.line is not None:
        where = from_proto.position(asked.line, asked.character)
        offset = from_proto.offset(snapshot, where, server.encoding) - snapshot.shift
    if not asked.place and _shown(server.texts.traces(snapshot), offset, source=source):
        return Evidence(root, snapshot.text, offset, origin=snapshot.uri.rpartition("/")[2])
    if not source:
        return _newest(server, sources, asked)
    path = root.workspace.relative(snapshot.path) or ""
    lineno = None if asked.line is None else asked.line + 1
    if asked.place:
        return Evidence(root, path=path, lineno=lineno or 1)
    known = sources.touching(root, path, lineno) if path else None
    if known is None:
        return NothingKnown(root, path, lineno)
    return Evidence(root, known.text, known.trace.span.start, origin=known.origin)


def _uri(server: CrimesceneServer, given: str) -> str:
    """A URI, or a path as an editor shows it: absolute, or relative to one of the folders."""
    if server.documents.get(given) is not None or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", given):
        return given
    shown = given.replace("\\", "/").removeprefix("./")
    for document in reversed(server.documents.all()):
        if document.path.replace("\\", "/").endswith(f"/{shown}"):
            return document.uri
    full = [root.path / given for root in server.roots.values()]
    found = next((path for path in full if path.exists()), full[0] if full else Path(given))
    return to_proto.uri_of(str(found))


def _why_unreadable(server: CrimesceneServer, uri: str) -> str:
    path = from_proto.path_of(uri)
    around = server.root_around(path) if path else None
    relative = around.workspace.relative(path) if around is not None else None
    if around is None or not relative:
        return f"{path or uri} is no open document and no file of this workspace."
    return around.workspace.why_unreadable(relative)


def _shown(found: tuple[Trace, ...], offset: int | None, *, source: bool) -> bool:
    """Whether a document shows the failure itself: code does where the cursor is in a printed trace."""
    sure = [trace for trace in found if not traced.is_loose(trace)]
    if not source:
        return bool(found)
    return offset is not None and any(trace.span.start <= offset <= trace.span.end for trace in sure)


def _newest(server: CrimesceneServer, sources: Sources, asked: Asked) -> Evidence:
    roots = [_root(server, asked)] if asked.root else list(server.roots.values())
    known = [(found[0], root) for root in roots if (found := sources.known(root))]
    if not known:
        raise UserError(
            "No failure is known here: open a text with a stack trace, or run the tests with crimescene run."
        )
    newest, root = max(known, key=lambda item: item[0].when)
    return Evidence(root, newest.text, newest.trace.span.start, origin=newest.origin)


def _root(server: CrimesceneServer, asked: Asked) -> Root:
    path = asked.root or from_proto.path_of(asked.uri)
    found = server.root_around(str(Path(path) / "x") if asked.root else path) if path else None
    found = found or next(iter(server.roots.values()), None)
    if found is None:
        raise UserError(_NO_FOLDER)
    return found


def _relative(root: Root, given: str) -> str:
    path = from_proto.path_of(given) or given
    relative = root.workspace.relative(path) if Path(path).is_absolute() else posixpath.normpath(path)
    if relative is None or root.workspace.read(relative) is None:
        raise UserError(f"{given} is no file of {root.path}.")
    return relative


def make(found: Evidence, asked: Asked) -> Made:
    """Build and save the prompt: the same bytes that the command line prints for the same evidence."""
    root = found.root
    analysis = root.analysis()
    outcome: Outcome | None = None
    if found.chain:
        context = analysis.context_along(found.chain, asked.wish)
    elif found.path:
        context = analysis.context_at(found.path, found.lineno, asked.wish)
    else:
        context = analysis.context_of(
            found.text,
            asked.wish,
            at=found.at,
            command=found.command,
            code=found.code,
            forget=asked.taken_back,
        )
        if found.command:
            context, outcome = analysis.after_failure(context, found.command, found.code or 0)
    built = analysis.build_prompt(context, replace(analysis.prompt_options, **_typed(asked)))
    saved = analysis.keep(context, built)
    trouble = "" if saved else analysis.why_not_kept()
    return Made(built, context, saved, found.origin, trouble, outcome)


def _typed(asked: Asked) -> dict[str, Any]:
    """What the command itself says of the prompt, over all settings."""
    typed = {}
    for name, given in (("budget", asked.budget), ("style", asked.style or None)):
        if given is not None:
            try:
                typed[name] = read(name, given)
            except ValueError as error:
                raise UserError(f"{name} must be {error}.") from None
    return typed
