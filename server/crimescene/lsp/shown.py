"""Prompts that are shown in the editor: built again with more or fewer tokens, copied, filled in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from crimescene import case
from crimescene.lsp import from_proto, to_proto
from crimescene.lsp.prompts import Evidence
from crimescene.settings import BUDGET

if TYPE_CHECKING:
    from crimescene.lsp.from_proto import Asked
    from crimescene.lsp.prompts import Made
    from crimescene.lsp.server import CrimesceneServer

BUILD = "crimescene.buildPrompt"
COPY = "crimescene.copyPrompt"
FILL_IN = "crimescene.fillInExpected"
_KEPT = 50
_LEAST = 500
_MOST = 1_000_000
_EXPECTED = "## Expected behavior"


@dataclass(frozen=True, slots=True)
class _Built:
    """What a prompt was made of."""

    evidence: Evidence
    asked: Asked
    cut: bool
    """Whether more tokens would hold more."""


class Shown:
    """The prompts this server made, by path."""

    def __init__(self, server: CrimesceneServer) -> None:
        self._server = server
        self._built: OrderedDict[str, _Built] = OrderedDict()

    def remember(self, path: str, evidence: Evidence, asked: Asked, made: Made) -> None:
        """Keep what a prompt was made of."""
        self._built.pop(path, None)
        self._built[path] = _Built(evidence, asked, bool(made.prompt.folded or made.prompt.left_out))
        while len(self._built) > _KEPT:
            self._built.popitem(last=False)

    def again(self, asked: Asked) -> tuple[Asked, Evidence | None]:
        """What is asked of a prompt is asked of what it was made of: as before, but for the budget."""
        path = from_proto.path_of(asked.uri) if not asked.text else ""
        before = self._built.get(path)
        if before is not None:
            return replace(before.asked, budget=asked.budget or before.asked.budget, show=asked.show), (
                before.evidence
            )
        if PurePath(path).name != "prompt.md" or case.FOLDER not in PurePath(path).parts:
            return asked, None
        root = self._server.root_around(path)
        kept = None if root is None else case.remembered(root.path, PurePath(path).parent.name)
        if root is None or kept is None or not kept.text:
            return asked, None
        return asked, Evidence(root, kept.text, origin="the saved case")

    def lenses(self, uri: str) -> list[lsp.CodeLens] | None:
        """What can be done with a prompt; None for any other document."""
        document = self._server.documents.get(uri)
        path = from_proto.path_of(uri)
        if document is None or not self._is_prompt(path):
            return None
        before = self._built.get(path)
        root = self._server.root_around(path)
        budget = before.asked.budget if before is not None else None
        budget = budget or (root.settings.budget if root is not None else BUDGET)
        top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        offered = [lsp.Command("Copy", COPY, arguments=[{"uri": uri}])]
        chat = (self._server.options.get("promptCommands") or {}).get("sendToChat")
        if isinstance(chat, str):
            offered.append(lsp.Command("Send to chat", chat, arguments=[uri]))
        if budget > _LEAST:
            offered.append(_sized("Fewer tokens", uri, max(_LEAST, budget // 2)))
        if before is None or before.cut:
            offered.append(_sized("More tokens", uri, min(_MOST, budget * 2)))
        found = [lsp.CodeLens(top, command) for command in offered]
        lines = document.snapshot().text.split("\n")
        heading = _question(lines)
        if heading is not None:
            where = lsp.Range(lsp.Position(heading, 0), lsp.Position(heading, 0))
            fill = lsp.Command("Fill in expected", FILL_IN, arguments=[{"uri": uri}])
            found.append(lsp.CodeLens(where, fill))
        return found

    def _is_prompt(self, path: str) -> bool:
        if path in self._built:
            return path.endswith(".md")
        return PurePath(path).name == "prompt.md" and case.FOLDER in PurePath(path).parts

    async def fill_in(self, asked: Asked) -> bool:
        """Put the cursor where the expected behavior belongs; what is written there is kept."""
        document = self._server.documents.get(asked.uri)
        lines = document.snapshot().text.split("\n") if document is not None else []
        heading = _question(lines)
        if heading is None or not self._server.capability("window", "show_document", "support"):
            return False
        last = heading + 1
        while last + 1 < len(lines) and not lines[last + 1].startswith("## "):
            last += 1
        body = [n for n in range(heading + 1, last + 1) if lines[n].strip()] or [heading]
        end = to_proto.character(lines[body[-1]].encode(), _MOST, self._server.encoding)
        selection = lsp.Range(lsp.Position(body[0], 0), lsp.Position(body[-1], end))
        wanted = lsp.ShowDocumentParams(asked.uri, external=False, take_focus=True, selection=selection)
        try:
            return (await self._server.window_show_document_async(wanted)).success
        except JsonRpcException:
            return False


def _sized(title: str, uri: str, budget: int) -> lsp.Command:
    return lsp.Command(f"{title} ({budget:,})", BUILD, arguments=[{"uri": uri, "budget": budget}])


def _question(lines: list[str]) -> int | None:
    """The heading under which nobody has answered yet; answers are quoted."""
    for number, line in enumerate(lines):
        if line.rstrip("\r") == _EXPECTED:
            body = next((text for text in lines[number + 1 :] if text.strip()), "")
            return None if body.startswith(">") else number
    return None


def register(server: CrimesceneServer, shown: Shown) -> None:
    """Answer the command of this module."""

    @server.command(FILL_IN)
    async def fill_in(*arguments: Any) -> bool:  # noqa: ANN401 -- whatever a client sends
        """Go to the question for the expected behavior in an opened prompt."""
        return await shown.fill_in(from_proto.asked(arguments))
