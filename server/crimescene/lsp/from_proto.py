"""From the protocol's values to ours: URIs to paths, positions in any encoding to bytes, arguments to a wish.

With ``to_proto`` the only place where 0-based lines and UTF-16 columns exist.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from crimescene.context import Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crimescene.lsp.overlay import Snapshot

ENCODINGS = (
    lsp.PositionEncodingKind.Utf8,
    lsp.PositionEncodingKind.Utf16,
    lsp.PositionEncodingKind.Utf32,
)


def path_of(uri: str) -> str:
    """The absolute path of a ``file:`` URI in the system's spelling; empty for every other scheme."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.scheme != "file":
        return ""
    path = unquote(parts.path, errors="surrogateescape")
    if "\0" in path:
        return ""
    if os.name == "nt":
        path = f"//{parts.netloc}{path}" if parts.netloc else re.sub(r"^/(?=[A-Za-z]:)", "", path)
        return os.path.normpath(path)
    if parts.netloc not in {"", "localhost"}:
        return ""
    return os.path.normpath(path) if path.startswith("/") else ""


# --------------------------------------------------------------------------- positions


def _utf8(line: bytes, character: int) -> int:
    end = min(character, len(line))
    while 0 < end < len(line) and line[end] & 0xC0 == 0x80:  # noqa: PLR2004 -- inside a character
        end -= 1
    return end


def _utf32(line: bytes, character: int) -> int:
    return character if line.isascii() else len(line.decode("utf-8", "replace")[:character].encode())


def _utf16(line: bytes, character: int) -> int:
    if line.isascii():
        return character
    units = line.decode("utf-8", "replace").encode("utf-16-le")[: 2 * character]
    return len(units.decode("utf-16-le", "ignore").encode())


_COLUMNS: dict[str, Callable[[bytes, int], int]] = {
    lsp.PositionEncodingKind.Utf8.value: _utf8,
    lsp.PositionEncodingKind.Utf16.value: _utf16,
    lsp.PositionEncodingKind.Utf32.value: _utf32,
}


def column(line: bytes, character: int, encoding: str) -> int:
    """The byte of ``line`` (without its end) at a column in units of ``encoding``; past its end, its end."""
    return min(_COLUMNS[encoding](line, max(0, character)), len(line))


def offset(snapshot: Snapshot, position: lsp.Position, encoding: str) -> int:
    """The byte of the document at a position; past the end of a line or of the text, its end."""
    if position.line >= len(snapshot.starts):
        return len(snapshot.data)
    number = max(0, position.line)
    return snapshot.starts[number] + column(snapshot.line(number), position.character, encoding)


def position(line: int, character: int) -> lsp.Position:
    """A position as a command's arguments give it."""
    return lsp.Position(max(0, line), max(0, character))


# --------------------------------------------------------------------------- arguments


def plain(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON can hold
    """JSON as dictionaries and lists, however the protocol library dressed it."""
    if hasattr(value, "_asdict"):
        return {key: plain(inner) for key, inner in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a command that builds a prompt."""

    uri: str = ""
    line: int | None = None
    """0-based, in ``uri``."""
    character: int = 0
    text: str = ""
    """The error itself, if the client has it and no document does."""
    chain: tuple[str, ...] = ()
    """URIs or paths of the files that a value travels through."""
    wish: Wish = field(default_factory=Wish)
    taken_back: tuple[str, ...] = ()
    """Answers of before that are given as empty now."""
    budget: int | None = None
    style: str = ""
    run: bool | None = None
    """Whether the file may be run without asking; None: ask."""
    show: bool = True
    root: str = ""
    """Absolute path of the folder to look in."""
    place: bool = False
    """Start from the line itself, whatever trace is known."""


_TEXTS = ("uri", "text", "note", "expected", "actual", "style", "root")
_FLAGS = ("run", "show", "place")
_NUMBERS = ("line", "character", "budget")
_LISTS = ("chain", "suspects")
_MAX_VALUES = 500
_MAX_VALUE = 500
"""Entries, and characters of each, that a debugger may give."""


def asked(arguments: Sequence[Any] | None) -> Asked:
    """Read ``[]``, ``[uri]``, ``[uri, line]`` or ``[{"uri": …, "line": …, "note": …}]``.

    ``line`` is 0-based as everywhere in the protocol; a ``position`` or a ``range`` does as well.
    Raises an error of the protocol for anything else.
    """
    values = plain(list(arguments or []))
    if values and isinstance(values[0], str):
        given: dict[str, Any] = {"uri": values[0]}
        if len(values) > 1:
            given["line"] = values[1]
    elif values and isinstance(values[0], dict):
        given = dict(values[0])
    elif not values or values[0] is None:
        given = {}
    else:
        raise _wrong("the first argument is a URI, or an object with a uri")
    where = given.pop("position", None) or (given.pop("range", None) or {})
    where = where.get("start", where) if isinstance(where, dict) else where
    if where:
        if not isinstance(where, dict):
            raise _wrong("position is an object with line and character")
        given = {**{k: v for k, v in where.items() if k in {"line", "character"}}, **given}
    return _asked({key: value for key, value in given.items() if value is not None})


def _asked(given: Mapping[str, Any]) -> Asked:
    unknown = sorted(set(given) - {*_TEXTS, *_FLAGS, *_NUMBERS, *_LISTS, "suspect", "values"})
    if unknown:
        raise _wrong(f"there is no argument {unknown[0]!r}")
    for names, kinds, wanted in (
        (_TEXTS, str, "a string"),
        (_FLAGS, bool, "true or false"),
        (_NUMBERS, int, "a number"),
        (_LISTS, list, "a list of strings"),
    ):
        for name in names:
            value = given.get(name)
            wrong = value is not None and not isinstance(value, kinds)
            if wrong or (kinds is int and isinstance(value, bool)) or (value and not _strings(value)):
                raise _wrong(f"{name} is {wanted}")
    suspects = [*given.get("suspects", ()), *([given["suspect"]] if "suspect" in given else [])]
    if not _strings(suspects):
        raise _wrong("suspect is a string")
    wish = Wish(
        note=given.get("note", ""),
        suspects=tuple(suspects),
        expected=given.get("expected", ""),
        actual=given.get("actual", ""),
        values=_values(given.get("values", {})),
    )
    return Asked(
        uri=given.get("uri", ""),
        line=given.get("line"),
        character=given.get("character", 0),
        text=given.get("text", ""),
        chain=tuple(given.get("chain", ())),
        wish=wish,
        taken_back=tuple(name for name in ("expected", "actual") if given.get(name) == ""),
        budget=given.get("budget"),
        style=given.get("style", ""),
        run=given.get("run"),
        show=given.get("show", True),
        root=path_of(given["root"]) or given["root"] if given.get("root") else "",
        place=given.get("place", False),
    )


def _values(given: object) -> tuple[tuple[str, str], ...]:
    """What variables held, by the names to show; long values are cut where the limit is."""
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise _wrong("values is an object of strings")
    shown = [(name, v if len(v) <= _MAX_VALUE else v[: _MAX_VALUE - 1] + "…") for name, v in given.items()]
    return tuple(shown[:_MAX_VALUES])


def _strings(value: object) -> bool:
    return not isinstance(value, list) or all(isinstance(item, str) for item in value)


def _wrong(what: str) -> JsonRpcInvalidParams:
    return JsonRpcInvalidParams(f"Wrong arguments: {what}.")
