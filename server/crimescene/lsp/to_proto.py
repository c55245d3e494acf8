"""From our values to the protocol's: byte ranges to positions in the client's encoding, facts to Markdown.

With ``from_proto`` the only place where 0-based lines and UTF-16 columns exist.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from crimescene.lsp.overlay import Snapshot
    from crimescene.model import Function, Span

_LENGTHS = {"utf-16": lambda text: len(text.encode("utf-16-le", "replace")) // 2, "utf-32": len}


def uri_of(path: str) -> str:
    """The ``file:`` URI of an absolute path, bytes that are no UTF-8 escaped as they are."""
    if os.name == "nt":
        return PurePath(path).as_uri()
    return "file://" + quote(os.fsencode(path), safe="/:@!$&'()*+,;=~")


def character(line: bytes, column: int, encoding: str) -> int:
    """The column of the byte ``column`` of a line, in the units of ``encoding``."""
    column = min(column, len(line))
    if encoding == "utf-8" or line[:column].isascii():
        return column
    return _LENGTHS[encoding](line[:column].decode("utf-8", "replace"))


def position(snapshot: Snapshot, offset: int, encoding: str) -> lsp.Position:
    """The position of a byte of the document."""
    number = snapshot.line_at(min(max(0, offset), len(snapshot.data)))
    return lsp.Position(number, character(snapshot.line(number), offset - snapshot.starts[number], encoding))


def span(snapshot: Snapshot, given: Span, encoding: str) -> lsp.Range:
    """The range of a span of the text in which traces were looked for."""
    return lsp.Range(
        position(snapshot, given.start + snapshot.shift, encoding),
        position(snapshot, given.end + snapshot.shift, encoding),
    )


def place(source: bytes | None, lineno: int, column: int | None, encoding: str) -> lsp.Position:
    """The position of a 1-based line and, if known, a 1-based column in UTF-16 units of a file's text.

    Without a column the first character that is no blank; without a text the column as printed.
    """
    if source is None:
        return lsp.Position(max(0, lineno - 1), max(0, (column or 1) - 1))
    line = _line(source, lineno)
    if column is None or column < 1:
        return lsp.Position(max(0, lineno - 1), len(line) - len(line.lstrip()) if line.strip() else 0)
    before = line.decode("utf-8", "replace").encode("utf-16-le")[: 2 * (column - 1)]
    at = len(before.decode("utf-16-le", "ignore").encode())
    return lsp.Position(max(0, lineno - 1), character(line, at, encoding))


def line_range(source: bytes | None, lineno: int, encoding: str) -> lsp.Range:
    """The whole of a 1-based line without its indentation."""
    line = _line(source or b"", lineno)
    start = place(source, lineno, None, encoding)
    return lsp.Range(start, lsp.Position(start.line, character(line, len(line.rstrip()), encoding)))


def _line(source: bytes, lineno: int) -> bytes:
    lines = source.splitlines()
    return lines[lineno - 1] if 0 < lineno <= len(lines) else b""


def range_in(source: bytes, given: Span, encoding: str) -> lsp.Range:
    """The range of a span of a source file."""

    def at(offset: int) -> lsp.Position:
        before = source[:offset]
        number = len(before.splitlines()) - (not before.endswith((b"\n", b"\r")) and bool(before))
        start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        end = source.find(b"\n", offset)
        return lsp.Position(
            number, character(source[start : end if end >= 0 else len(source)], offset - start, encoding)
        )

    return lsp.Range(at(given.start), at(given.end))


_KINDS = {
    "class": lsp.SymbolKind.Class,
    "method": lsp.SymbolKind.Method,
    "constructor": lsp.SymbolKind.Constructor,
    "accessor": lsp.SymbolKind.Property,
    "field": lsp.SymbolKind.Field,
    "module": lsp.SymbolKind.Module,
}


def symbol_kind(function: Function) -> lsp.SymbolKind:
    """What an editor's icon for a definition shows."""
    return _KINDS.get(function.kind, lsp.SymbolKind.Function)


def without_links(markdown: str) -> str:
    """Markdown for a client that shows plain text."""
    text = re.sub(r"\[([^\]\n]*)\]\([^)\n]*\)", r"\1", markdown)
    text = re.sub(r"^```\w*\n|^```$\n?", "", text, flags=re.MULTILINE)
    return re.sub(r"\*\*|(?<!`)`(?!`)", "", text)
