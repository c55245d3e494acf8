"""The cases of the workspace in the editor: list, show, close, note an attempt; and all of them as a tree."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from crimescene import case, judge, loop
from crimescene.loop import told
from crimescene.lsp import case_tree, commands, from_proto, log_points, to_proto
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.case import Case
    from crimescene.loop import Outcome
    from crimescene.lsp.hints import Hints
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer

LIST, SHOW = "crimescene.listCases", "crimescene.showCase"
CLOSE, ATTEMPT = "crimescene.closeCase", "crimescene.recordAttempt"
TREE = "crimescene/cases"
_ARGUMENTS = {
    "key": str,
    "root": str,
    "reopen": bool,
    "show": bool,
    "hypothesis": str,
    "diff": str,
    "result": str,
    "verdict": str,
    "ruledOut": str,
    "text": str,
    "uri": str,
}


def register(server: CrimesceneServer, hints: Hints) -> None:
    """Answer the commands of this module."""
    server.on_outcome.append(partial(_came, server))

    @server.command(LIST)
    async def list_cases(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """The bugs that are kept, as data for a list."""
        return await guarded(server, lambda: _list(server, given(arguments)))

    @server.command(SHOW)
    async def show_case(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Show what is known of a bug: its runs, what was tried, what came of it."""
        return await guarded(server, lambda: _show(server, given(arguments)))

    @server.command(CLOSE)
    async def close_case(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Close a bug that is solved or left, or open it again."""
        done = await guarded(server, lambda: _close(server, given(arguments)))
        hints.renew()
        return done

    @server.command(ATTEMPT)
    async def record_attempt(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        """Note what is tried; the next run fills in what came of it."""
        return await guarded(server, lambda: _attempt(server, given(arguments)))

    @server.feature(TREE)
    async def cases(_params: Any) -> dict[str, Any]:  # noqa: ANN401
        roots = list(server.roots.values())
        return {"nodes": await server.reading.run(lambda: case_tree.nodes(roots, server.now))}


async def guarded(server: CrimesceneServer, answer: Callable[[], Any]) -> dict[str, Any]:
    """What a command answers; what the user must put right is said, and returned as its message."""
    try:
        found: dict[str, Any] = await answer()
    except UserError as error:
        server.say(str(error), lsp.MessageType.Warning)
        return {"message": str(error)}
    return found


def given(arguments: Sequence[Any]) -> dict[str, Any]:
    """Read ``[]``, ``[key]`` or ``[{"key": …, "root": …}]``; UserError for anything else."""
    values = from_proto.plain(list(arguments))
    first = values[0] if values else None
    if first is None:
        return {}
    if isinstance(first, str):
        return {"key": first}
    if not isinstance(first, dict):
        raise UserError("The argument is a case's key, or an object with a key.")
    for name, value in first.items():
        kind = _ARGUMENTS.get(name)
        if kind is None:
            raise UserError(f"There is no argument {name!r}.")
        if value is not None and not isinstance(value, kind):
            raise UserError(f"{name} is {'a string' if kind is str else 'true or false'}.")
    return {name: value for name, value in first.items() if value is not None}


def chosen(server: CrimesceneServer, asked: dict[str, Any]) -> tuple[Root, Case]:
    """The case whose key begins as given, by default the open one seen last; UserError if there is none."""
    roots = list(server.roots.values())
    if where := asked.get("root"):
        path = from_proto.path_of(where) or where
        roots = [root for root in roots if str(root.path) == path.rstrip("/")] or roots
    key = asked.get("key", "")
    known = [(c, root) for root in roots for c in case.all_cases(root.path) if c.key.startswith(key)]
    if not known:
        what = f"No case begins with {key}." if key else "No case is kept here."
        raise UserError(f"{what} A failing crimescene run, or a debug prompt, opens one.")
    known.sort(key=lambda one: (bool(not key and one[0].status == case.CLOSED), -one[0].updated))
    return known[0][1], known[0][0]


def data(known: Case) -> dict[str, Any]:
    """A case as a client wants it."""
    return {
        "key": known.key,
        "status": known.status,
        "title": told.title(known),
        "command": known.command,
        "updated": known.updated,
        "attempts": [asdict(a) for a in known.attempts],
        "runs": [asdict(r) for r in known.ran],
    }


async def _list(server: CrimesceneServer, asked: dict[str, Any]) -> dict[str, Any]:
    def find() -> list[dict[str, Any]]:
        known = [(c, root) for root in server.roots.values() for c in case.all_cases(root.path)]
        known.sort(key=lambda one: -one[0].updated)
        return [{**data(c), "root": to_proto.uri_of(str(root.path))} for c, root in known]

    found = await server.reading.run(find)
    lines = [
        f"- `{c['key'][: told.SHORT]}` {c['status']}, {len(c['attempts'])} tried: {c['title']}\n"
        for c in found
    ]
    text = f"# Cases\n\n{''.join(lines) or 'No case is kept here.'}\n"
    if asked.get("show", True):
        await commands.show_text(server, "cases.md", text)
    return {"cases": found, "markdown": text}


async def _show(server: CrimesceneServer, asked: dict[str, Any]) -> dict[str, Any]:
    root, known = await server.reading.run(partial(chosen, server, asked))
    former = await server.reading.run(lambda: loop.lineage(root.path, known)[1:])
    text = told.markdown(known, former)
    if asked.get("show", True):
        await commands.show_text(server, f"case-{known.key[: told.SHORT]}.md", text)
    return {**data(known), "markdown": text}


async def _close(server: CrimesceneServer, asked: dict[str, Any]) -> dict[str, Any]:
    root, known = await server.reading.run(partial(chosen, server, asked))
    status = case.OPEN if asked.get("reopen") else case.CLOSED
    for one in reversed(loop.lineage(root.path, known)):
        closed = case.update(root.path, one.key, lambda c: replace(c, status=status), now=one.updated)
        if closed is None:
            raise UserError(case.why_not_saved(root.path) or "The case cannot be written.")
    server.say(f"case {known.key[: told.SHORT]} is {status}: {told.title(known)}.")
    return {"key": known.key, "status": status}


async def _attempt(server: CrimesceneServer, asked: dict[str, Any]) -> dict[str, Any]:
    root, known = await server.working.run(partial(chosen, server, asked))
    analysis = root.analysis()
    texts = {
        name: asked.get(argument, "")
        for name, argument in (
            ("hypothesis", "hypothesis"),
            ("diff", "diff"),
            ("result", "result"),
            ("verdict", "verdict"),
            ("ruled_out", "ruledOut"),
        )
    }
    tried, verdict = await server.working.run(partial(analysis.note_attempt, known, **texts))
    said = f" {tried.verdict}." if tried.verdict else ""
    server.say(f"noted for case {known.key[: told.SHORT]}.{said}")
    flags = [asdict(replace(f, lines=frozenset())) for f in verdict.flags] if verdict else []
    for flag in flags:
        del flag["lines"]
    return {"key": known.key, "attempt": asdict(tried), "flags": flags}


async def _came(server: CrimesceneServer, root: Root, outcome: Outcome, failure: str) -> None:
    """Say what a run means for the bug that was open, and offer what one may do now."""
    known = outcome.before
    if known is None or outcome.outcome in ("first", "none"):
        return
    verdict = f" The change before it {outcome.verdict.sentence}." if outcome.verdict is not None else ""
    if outcome.outcome == "gone":
        await _gone(server, root, outcome, verdict)
        return
    tried = loop.failed(loop.attempts_of(root.path, case.remembered(root.path, outcome.key)))
    if tried < loop.ENOUGH:
        if outcome.outcome != "unchanged":
            server.say(f"{outcome.sentence}.{verdict}")
        return
    suspects = loop.from_kept(known.evidence).suspects
    first = next((s for s in suspects if s.by_message), None)
    what = f"`{first.expression}` ({first.path}:{first.lineno})" if first else "the values on the chain"
    why = f"{tried} attempts did not hold, each assumed a value that nobody has seen: log {what} first."
    insert = "Insert log points"
    if await server.ask(f"{outcome.sentence}. {why}", insert, "Not now") == insert:
        asked = {"text": failure, "root": to_proto.uri_of(str(root.path))}
        await server.protocol.fm.commands[log_points.INSERT](asked)


async def _gone(server: CrimesceneServer, root: Root, outcome: Outcome, verdict: str) -> None:
    """Tell what fixed it; offer to take the log points out and to close the case."""
    known = outcome.before
    if known is None:
        return
    remove, close = "Remove log points", "Close the case"
    paths = ", ".join(judge.touched(outcome.diff)[:3])
    fixed = f" What changed: {paths}." if paths else ""
    answers = [*([remove] if outcome.logs else []), close]
    chose = await server.ask(f"gone: {told.title(known)}.{fixed}{verdict}", *answers, "Not now")
    if chose == remove:
        await log_points.take_out(server, [to_proto.uri_of(str(root.path / path)) for path in outcome.logs])
        chose = await server.ask("The log points are out.", close, "Not now")
    if chose == close:
        await _close(server, {"key": known.key, "root": str(root.path)})
