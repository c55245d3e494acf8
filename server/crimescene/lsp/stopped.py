"""``crimescene/stopped``: what a debugger says of an exception, as the text its runtime would have printed.

The client hands over two answers of the Debug Adapter Protocol as they are: ``exceptionInfo`` and the frames
of ``stackTrace``. It gets the text to build a prompt from, and which frames are the project's own, so that
it asks the debugger for the variables of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pygls.exceptions import JsonRpcInvalidParams

from crimescene import traced
from crimescene.lsp import from_proto
from crimescene.model import Frame, Relation, Span, Stack, Trace

if TYPE_CHECKING:
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer

STOPPED = "crimescene/stopped"
_MAX_FRAMES = 200
_MAX_TEXT = 200_000
"""Characters of a stack trace."""
_NOT_SHOWN = ("label", "subtle", "deemphasize")
"""Hints of frames that the debugger itself steps over, and of lines between frames."""
_HEADING = "Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class _Stopped:
    """One frame of a debugger."""

    number: int
    """What the debugger calls it."""
    name: str
    path: str
    lineno: int
    column: int
    shown: bool

    @property
    def line(self) -> str:
        """The frame as a stack trace prints it."""
        return f"    at {self.name or '<unknown>'} ({self.path}:{self.lineno}:{max(1, self.column)})"


def register(server: CrimesceneServer) -> None:
    """Answer the request of this module."""

    @server.feature(STOPPED)
    async def stopped(params: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a client sends
        given = from_proto.plain(params)
        if not isinstance(given, dict) or not isinstance(given.get("frames", []), list):
            raise JsonRpcInvalidParams("Wrong parameters: exception is an object, frames is a list.")
        frames = [frame for item in given.get("frames", [])[:_MAX_FRAMES] if (frame := _frame(item))]
        text = printed(given.get("exception"), frames)
        root = next((r for frame in frames if (r := server.root_around(frame.path))), None)
        root = root or next(iter(server.roots.values()), None)
        if root is None:
            return {"text": text, "frames": []}
        where = root
        return {"text": text, "frames": await server.reading.run(lambda: _ours(where, frames))}


def _ours(root: Root, frames: list[_Stopped]) -> list[int]:
    """The frames whose code is the project's own, innermost first."""
    nowhere = Span(0, 0)
    known = [
        Frame(frame.path, frame.lineno, frame.column, frame.name, None, frame.line, nowhere)
        for frame in frames
    ]
    stack = Stack(None, "", tuple(known), Relation.ROOT, nowhere)
    found = traced.places([Trace("debugger", (stack,), nowhere)], root.scene())
    own = {place.position for place in found if place.in_app and place.in_workspace}
    return [frame.number for position, frame in enumerate(frames, 1) if frame.shown and position in own]


def printed(exception: object, frames: list[_Stopped]) -> str:
    """The failure as its runtime prints it; where the debugger has no such text, one of the same facts."""
    info = _record(exception)
    details = _record(info.get("details"))
    trace = _text(details.get("stackTrace"))[:_MAX_TEXT].strip("\n").rstrip()
    kind = _text(details.get("typeName")) or _text(info.get("exceptionId")) or "Error"
    message = _text(details.get("message")) or _text(info.get("description"))
    head = (message or kind) if message.startswith(kind) or not message else f"{kind}: {message}"
    begins = trace.lstrip()
    if begins.startswith('File "'):
        trace = f"{_HEADING}\n{trace}"
    elif begins.startswith("at "):
        trace = f"    {begins}"
    if "\n" not in trace:
        return "\n".join([head, *(frame.line for frame in frames if frame.path)]) + "\n"
    # JavaScript and C# print the error before its frames, Python after them.
    if (message or head) in trace:
        return f"{trace}\n"
    parts = [head, trace] if begins.startswith("at ") else [trace, head]
    return "\n".join(parts) + "\n"


def _frame(given: object) -> _Stopped | None:
    frame = _record(given)
    number, lineno, column = (frame.get(name) for name in ("id", "line", "column"))
    if not isinstance(number, int):
        return None
    source = _record(frame.get("source"))
    hints = (frame.get("presentationHint"), source.get("presentationHint"))
    return _Stopped(
        number,
        " ".join(_text(frame.get("name")).split()),
        _plain(_text(source.get("path"))),
        lineno if isinstance(lineno, int) else 0,
        column if isinstance(column, int) else 0,
        not any(hint in _NOT_SHOWN for hint in hints),
    )


def _plain(path: str) -> str:
    """A path on the machine that the program runs on; editors of a remote machine name files by URIs."""
    if "://" not in path:
        return path
    try:
        return unquote(urlsplit(path).path)
    except ValueError:
        return ""


def _record(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
