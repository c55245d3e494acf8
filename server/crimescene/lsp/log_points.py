"""Log points in the editor: plan, insert in one undo, read back, remove; all by commands alone."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import flow, trails
from crimescene.lsp import commands, from_proto, prompts, to_proto
from crimescene.model import Edit, Span, UserError
from crimescene.prompt.plain import code
from crimescene.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.analysis import Analysis
    from crimescene.log_statements import Insertion, Step
    from crimescene.logged import Suggestion, Wanted
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.lsp.sources import Sources

SUGGEST, INSERT = "crimescene.suggestLogging", "crimescene.insertLogging"
READ, REMOVE = "crimescene.readLogs", "crimescene.removeLogging"
REFINE = "crimescene.refineLogging"
_OWN = ("expression", "entry", "target", "sink", "paths")
_NOTHING_HERE = "Select the expression to follow, or put the cursor on a line of a failure."
_SECONDS = 10
_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class _Planned:
    root: Root
    analysis: Analysis
    suggestion: Suggestion


def register(server: CrimesceneServer, sources: Sources) -> None:
    """Answer the commands of this module."""

    @server.command(SUGGEST)
    async def suggest_logging(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """Plan where to look on the way of a value, or behind a failure, and show the plan."""
        return await _guarded(server, lambda: _suggest(server, sources, arguments))

    @server.command(INSERT)
    async def insert_logging(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Put the log statements of the plan into the files, as one edit."""
        return await _guarded(server, lambda: _insert(server, sources, arguments))

    @server.command(READ)
    async def read_logs(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Show what the log statements saw, as a trail of values."""
        return await _guarded(server, lambda: _read(server, arguments))

    @server.command(REFINE)
    async def refine_logging(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Take the log points out and put others in, between the last good and the first bad value."""
        return await _guarded(server, lambda: _refine(server, arguments))

    @server.command(REMOVE)
    async def remove_logging(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Take every log statement out again, to the byte."""
        return await _guarded(server, lambda: _remove(server, arguments))


async def _guarded(server: CrimesceneServer, answer: Callable[[], Any]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = await answer()
    except UserError as error:
        server.say(str(error), lsp.MessageType.Warning)
        return {"message": str(error)}
    return found


def _given(arguments: Sequence[Any]) -> tuple[dict[str, Any], list[Any]]:
    """What is asked of log points, and the rest, which means the same as for prompts."""
    values = from_proto.plain(list(arguments))
    if not values or not isinstance(values[0], dict):
        return {}, values
    own = {name: values[0][name] for name in _OWN if name in values[0]}
    return own, [{name: value for name, value in values[0].items() if name not in own}]


async def _plan(server: CrimesceneServer, sources: Sources, arguments: Sequence[Any]) -> _Planned:
    own, rest = _given(arguments)
    return await server.working.run(lambda: _planned(server, sources, own, rest))


def _planned(server: CrimesceneServer, sources: Sources, own: dict[str, Any], rest: list[Any]) -> _Planned:
    if own.get("entry") or own.get("target"):
        root = _any_root(server)
        analysis = root.analysis()
        wanted = analysis.logging_between(
            str(own.get("expression") or ""), *(_end(analysis, own.get(name)) for name in ("entry", "target"))
        )
        return _Planned(root, analysis, analysis.suggest_logging(wanted))
    found = prompts.evidence(server, sources, from_proto.asked(rest))
    root = found.root
    analysis = root.analysis()
    suggestion = analysis.suggest_logging(_wanted(analysis, found, own))
    if not suggestion.plan.points and not own.get("expression") and isinstance(found, prompts.NothingKnown):
        raise UserError(_NOTHING_HERE)
    return _Planned(root, analysis, suggestion)


def _wanted(
    analysis: Analysis, found: prompts.Evidence | prompts.NothingKnown, own: dict[str, Any]
) -> Wanted:
    expression = own.get("expression")
    if isinstance(found, prompts.Evidence) and found.text and not expression:
        return analysis.logging_behind(found.text)
    return analysis.logging_at(found.path, found.lineno or 1, str(expression or ""))


def _end(analysis: Analysis, given: Any) -> tuple[str, str] | None:  # noqa: ANN401 -- whatever a client sends
    if given is None:
        return None
    if not isinstance(given, dict) or not all(isinstance(given.get(n), str) for n in ("uri", "function")):
        raise UserError("entry and target are objects with a uri and a function.")
    path = from_proto.path_of(given["uri"]) or given["uri"]
    return analysis.relative(path), given["function"]


def _any_root(server: CrimesceneServer) -> Root:
    root = next(iter(server.roots.values()), None)
    if root is None:
        raise UserError("Open a folder first: log points go into its files.")
    return root


# --------------------------------------------------------------------------- answers


async def _suggest(server: CrimesceneServer, sources: Sources, arguments: Sequence[Any]) -> dict[str, Any]:
    planned = await _plan(server, sources, arguments)
    plan = planned.suggestion.plan
    link = partial(_link, server, planned.root) if server.options.get("commandLinks") else None
    text = flow.markdown(plan, _title(arguments), link)
    await commands.show_text(server, "log-points.md", text)
    points = [
        {
            "id": p.id,
            "uri": to_proto.uri_of(str(planned.root.path / p.path)),
            "line": p.lineno - 1,
            "why": p.why,
        }
        for p in plan.points
    ]
    return {"markdown": text, "points": points}


def _title(arguments: Sequence[Any]) -> str:
    expression = _given(arguments)[0].get("expression")
    return f"Log points for {code(str(expression))}" if expression else "Log points"


def _link(server: CrimesceneServer, root: Root, path: str, lineno: int) -> str:
    return commands.link(server, root.path / path, lineno)


async def _insert(server: CrimesceneServer, sources: Sources, arguments: Sequence[Any]) -> dict[str, Any]:
    own, _ = _given(arguments)
    return await _put_in(server, await _plan(server, sources, arguments), own.get("sink"))


async def _put_in(server: CrimesceneServer, planned: _Planned, wanted: object) -> dict[str, Any]:
    to = str(wanted or planned.root.settings.log_sink)
    analysis, sink, cid = planned.analysis, "", secrets.token_hex(2)
    if to == "file":
        analysis.make_trail()
        sink = str(analysis.trail_path())
    done = await server.working.run(
        lambda: analysis.insert_logging(
            planned.suggestion, cid=cid, sink=sink, logger=to == "logger", write=False
        )
    )
    old = {path: source for path, (source, _) in planned.suggestion.files.items()}
    await put_in(server, planned.root, done, old, cid)
    return {"points": [p.id for p in done.points], "skipped": done.skipped, "sink": sink}


async def put_in(
    server: CrimesceneServer, root: Root, done: Insertion, old: dict[str, bytes], cid: str
) -> None:
    """Have the editor insert log points, and say how many."""
    analysis = root.analysis()
    if done.points:
        for path, text in done.created.items():
            (root.path / path).write_text(text, "utf-8")
        await _apply(server, root, done.edits, old, "log points")
        analysis.began_logging(cid, done)
    server.say(
        f"{len(done.points)} log points are in." if done.points else "Nothing could be inserted safely."
    )


async def _refine(server: CrimesceneServer, arguments: Sequence[Any]) -> dict[str, Any]:
    """The next round, in two edits: what is in goes out, what lies between good and bad goes in."""
    values = from_proto.plain(list(arguments))
    given = values[0] if values and isinstance(values[0], dict) else {}
    root = _any_root(server)
    analysis = root.analysis()
    text = await server.working.run(lambda: _printed(analysis, given))
    suggestion = await server.working.run(lambda: analysis.refine_logging(text))
    if not suggestion.plan.points:
        raise UserError(" ".join(suggestion.plan.notes) or "There is nothing between the two to look at.")
    await take_out(server, [])
    return await _put_in(server, _Planned(root, root.analysis(), suggestion), given.get("sink"))


def _printed(analysis: Analysis, given: dict[str, Any]) -> str:
    """What log points printed: the text that was given, or the file that values go to."""
    text = given.get("text")
    if isinstance(text, str):
        return text
    path = analysis.trail_path()
    return path.read_text("utf-8", "replace") if path.is_file() else ""


async def _read(server: CrimesceneServer, arguments: Sequence[Any]) -> dict[str, Any]:
    values = from_proto.plain(list(arguments))
    given = values[0] if values and isinstance(values[0], dict) else {}
    root = _any_root(server)
    analysis = root.analysis()

    reading = await server.working.run(lambda: analysis.read_trail(_printed(analysis, given)))
    if reading is None and given.get("show") is False:
        return {"markdown": "", "steps": [], "verdicts": []}
    if reading is None:
        raise UserError("No log point has printed anything yet: run the program, then ask again.")
    text = redact(trails.markdown(reading)).text
    if given.get("show") is not False:
        await commands.show_text(server, "trail.md", text)
    steps = [_step(root, step) for step in reading.found.steps[:_MOST_STEPS]]
    return {"markdown": text, "steps": steps, "verdicts": [_clean(v) for v in trails.verdicts(reading)]}


def _step(root: Root, step: Step) -> dict[str, Any]:
    """One value of the trail, as a client lists it."""
    path, _, line = step.place.rpartition(":")
    where = {"uri": to_proto.uri_of(f"{root.path}/{path}"), "line": int(line) - 1} if path else {}
    return {**_clean(step), **where}


def _clean(found: Step | trails.Verdict) -> dict[str, Any]:
    return {k: redact(v).text if isinstance(v, str) else v for k, v in asdict(found).items()}


async def _remove(server: CrimesceneServer, arguments: Sequence[Any]) -> dict[str, Any]:
    own, rest = _given(arguments)
    return await take_out(server, [v for v in (own.get("paths") or rest) if isinstance(v, str)])


async def take_out(server: CrimesceneServer, uris: Sequence[str]) -> dict[str, Any]:
    """Take the log points out of these files, of all files if none is named; UserError if that fails."""
    changed: list[str] = []
    left: list[str] = []
    for root in list(server.roots.values()):
        analysis = root.analysis()
        paths = [p for uri in uris if (p := root.workspace.relative(from_proto.path_of(uri)))]
        if uris and not paths:
            continue
        found = await server.working.run(partial(analysis.remove_logging, paths, write=False))
        old = {path: root.workspace.read(path) or b"" for path in found.files}
        edits = [_smallest(path, old[path], text) for path, text in found.files.items()]
        await _apply(server, root, edits, old, "remove log points")
        for path in found.deleted:
            (root.path / path).unlink(missing_ok=True)
        analysis.ended_logging([*found.files, *found.deleted])
        changed += [*found.files, *found.deleted]
        left += found.leftovers
    server.say(f"{len(changed)} files are as they were." if changed else "There are no log points.")
    return {"paths": changed, "leftovers": left}


def _smallest(path: str, old: bytes, new: bytes) -> Edit:
    """One edit from the first to the last difference, at the borders of lines."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    start = sum(map(len, before[:first]))
    end = len(old) - sum(map(len, before[len(before) - last :]))
    text = b"".join(after[first : len(after) - last])
    return Edit(path, Span(start, end), text.decode("utf-8", "replace"))


async def _apply(
    server: CrimesceneServer, root: Root, edits: Sequence[Edit], old: dict[str, bytes], label: str
) -> None:
    """Have the editor make all edits as one step."""
    changes: list[Any] = []
    plain: dict[str, list[lsp.TextEdit]] = {}
    for path in dict.fromkeys(edit.path for edit in edits):
        uri = to_proto.uri_of(str(root.path / path))
        document = server.documents.at(str(root.path / path))
        uri = uri if document is None else document.uri
        texts = [
            lsp.TextEdit(to_proto.range_in(old[path], edit.span, server.encoding), edit.new_text)
            for edit in edits
            if edit.path == path
        ]
        plain[uri] = texts
        version = None if document is None else document.version
        identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri, version)
        changes.append(lsp.TextDocumentEdit(identifier, [*texts]))
    if not changes:
        return
    with_versions = server.capability("workspace", "workspace_edit", "document_changes")
    edit = lsp.WorkspaceEdit(document_changes=changes) if with_versions else lsp.WorkspaceEdit(changes=plain)
    try:
        wanted = lsp.ApplyWorkspaceEditParams(edit, f"Crimescene: {label}")
        answer = await asyncio.wait_for(server.workspace_apply_edit_async(wanted), _SECONDS)
    except (JsonRpcException, asyncio.TimeoutError) as error:
        raise UserError("The editor did not make the edits.") from error
    if not answer.applied:
        raise UserError(f"The editor did not make the edits: {answer.failure_reason or 'no reason given'}.")
