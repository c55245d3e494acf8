"""``crimescene/frames``: where the frames of any text lead, for a client that shows texts of its own.

A terminal is no document, so none of the protocol's own requests can ask about its lines. The
answer is plain: for each frame its range, the file and position it stands for, the range of the
function's printed name, and a sentence for a tooltip.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from crimescene import traced
from crimescene.lsp import from_proto, reading, sentences, to_proto
from crimescene.lsp.overlay import Document
from crimescene.model import Span

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.model import Change
    from crimescene.traced import Place

FRAMES = "crimescene/frames"
_MAX_TEXT = 200_000
"""Characters of one question."""
_MAX_FRAMES = 200
_PATIENCE = 0.4
"""Seconds an answer waits for git; the next one about the same function has its age."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is told of one frame."""

    place: Place
    name: str
    change: Change | None


_Lines = tuple[str, int, int]
"""Path, first and last line of a function."""


def register(server: CrimesceneServer) -> None:
    """Answer the request of this module."""

    @server.feature(FRAMES)
    async def frames(params: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- whatever a client sends
        given = from_proto.plain(params)
        text = given.get("text") if isinstance(given, dict) else None
        if not isinstance(text, str):
            raise JsonRpcInvalidParams("Wrong parameters: text is a string.")
        snapshot = Document("", "", "", 0, text[:_MAX_TEXT]).snapshot()
        found = await server.reading.run(lambda: reading.places(server, snapshot))
        if found is None:
            return []
        root, everything = found
        shown = [place for place in everything if place.path][:_MAX_FRAMES]
        described = await server.reading.run(lambda: _described(root, shown))
        changes = await _changes(server, root, described)
        return [
            _answer(server, snapshot, root, _Frame(place, name, changes.get(lines) if lines else None))
            for place, name, lines in described
        ]


_Described = list[tuple["Place", str, _Lines | None]]


def _described(root: Root, shown: list[Place]) -> _Described:
    """Each place with its function's name and, where history can be asked, the lines of that."""
    scene = root.scene()
    out: _Described = []
    for place in shown:
        function = traced.describe(place, scene).function
        if function is None:
            out.append((place, place.frame.function or "", None))
            continue
        name = "" if function.kind == "module" else function.qualified_name
        lines = (function.path, function.first_lineno, function.last_lineno)
        out.append((place, name, lines if place.in_app else None))
    return out


async def _changes(
    server: CrimesceneServer, root: Root, described: _Described
) -> dict[_Lines, Change | None]:
    """Last changes by function, as far as git answers in a moment."""
    scene = root.scene()
    searches: dict[_Lines, Future[Change | None]] = {}
    for lines in {lines for *_, lines in described if lines is not None}:
        ask = partial(server.working.submit, partial(traced.last_change, lines, scene))
        searches[lines] = root.remembered(("last change", lines), ask)
    if searches:
        await asyncio.wait([asyncio.wrap_future(found) for found in searches.values()], timeout=_PATIENCE)
    return {lines: found.result() for lines, found in searches.items() if found.done()}


def _answer(
    server: CrimesceneServer,
    snapshot: Snapshot,
    root: Root,
    frame: _Frame,
) -> dict[str, Any]:
    place, change = frame.place, frame.change
    target = reading.target(server, root, place)
    where = f"{place.path}:{place.lineno}"
    said = [frame.name, where if place.in_app else f"{where}, a library"]
    if change is not None:
        said.append(f"changed {sentences.age(server.now - change.when)}")
    printed = _name(snapshot, place)
    return {
        "range": to_proto.span(snapshot, place.frame.span, server.encoding),
        "name": None if printed is None else to_proto.span(snapshot, printed, server.encoding),
        "target": target,
        "tooltip": " · ".join(part for part in said if part),
        "inApp": place.in_app,
    }


def _name(snapshot: Snapshot, place: Place) -> Span | None:
    """Where the function's name is printed on the frame's line."""
    name = (place.frame.function or "").encode("utf-8", "replace")
    span = place.frame.span
    first = snapshot.data.rfind(b"\n", 0, span.start) + 1
    last = snapshot.data.find(b"\n", span.end)
    last = len(snapshot.data) if last < 0 else last
    if not name:
        return None
    for start, end in ((first, span.start), (span.end, last)):
        at = snapshot.data.find(name, start, end)
        if at >= 0:
            return Span(at, at + len(name))
    return None
