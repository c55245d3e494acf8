"""Running the command of a case again, once the user has seen it and said yes."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

from crimescene.lsp import cases, commands, running
from crimescene.lsp.from_proto import Asked
from crimescene.lsp.prompts import Evidence
from crimescene.model import UserError
from crimescene.run_detection import Command

if TYPE_CHECKING:
    from crimescene.lsp.hints import Hints
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.lsp.shown import Shown
    from crimescene.lsp.sources import Sources

AGAIN = "crimescene.runAgain"


def register(server: CrimesceneServer, sources: Sources, hints: Hints, shown: Shown) -> None:
    """Answer the command of this module."""

    @server.command(AGAIN)
    async def run_again(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        """Run the newest failure's command again, after asking, and build the prompt of what it says now."""
        asked = partial(_again, server, sources, hints, shown)
        return await cases.guarded(server, lambda: asked(cases.given(arguments)))


async def _again(
    server: CrimesceneServer, sources: Sources, hints: Hints, shown: Shown, asked: dict[str, Any]
) -> dict[str, Any]:
    root, known = await server.working.run(partial(cases.chosen, server, asked))
    try:
        words = tuple(shlex.split(known.command))
    except ValueError:
        words = ()
    if not words:
        raise UserError("No command is known for this failure: crimescene run -- COMMAND notes it.")
    # What lies in the workspace may come from anybody, the case as well: nothing runs that was not shown.
    command = Command(words, "", "the case")
    if await server.ask(f"Run it again? {command.shown}", running.RUN, "Not now") != running.RUN:
        return {"message": "Nothing was run."}
    done = await running.run(server, root, command)
    if done.problem and not done.output.strip():
        raise UserError(done.problem)
    if done.code == 0:
        outcome = await server.working.run(lambda: root.analysis().after_success(known.command))
        server.came(root, outcome, done.output)
        sources.dismissed[root] = server.now
        hints.renew()
        return {"message": f"{command.shown} passed.", "outcome": outcome.outcome if outcome else "none"}
    found = Evidence(root, done.output, origin=command.shown, command=known.command, code=done.code)
    made = await commands.present(server, (sources, hints, shown), found, Asked(show=asked.get("show", True)))
    return {**made, "outcome": "failed"}
