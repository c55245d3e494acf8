"""From generated JavaScript back to what was written, by the source map beside it or inside it.

Format: https://tc39.es/ecma426/. Maps of maps (``sections``) and inline ones (``data:``) are read too;
names are not, since the place says more. Maps come through the reader of the workspace alone.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Read = Callable[[str], bytes | None]

GENERATED = (".js", ".mjs", ".cjs", ".bundle", ".jsbundle")
_COMMENT = re.compile(rb"[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=([^\s*'\"]+)")
_MOST_MAPPINGS = 12_000_000
"""Characters of mappings that are decoded: a second or two."""
_DIGITS = {
    ord(sign): value
    for value, sign in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_VALUES = bytes((_DIGITS | {44: 64, 59: 65}).get(code, 66) for code in range(256))
"""Digits as 0 to 63, a comma as 64, a semicolon as 65, all else as 66."""


class Original(NamedTuple):
    """A place in what was written."""

    source: str
    """As the map names it: relative to the map, or a URL of the bundler."""
    lineno: int
    column: int
    """Both 1-based."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The mappings of one map, in which generated lines and columns start at an offset."""

    first: tuple[int, int]
    """0-based line and column where the part begins."""
    starts: array[int]
    """Index of the first mapping of each line; one more at the end."""
    columns: array[int]
    sources: array[int]
    """Index of the source, -1 where nothing was written for it."""
    lines: array[int]
    written: array[int]
    """Columns in the source."""
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """A source map, and the folder that its relative sources start from."""

    folder: str
    parts: Sequence[_Part]

    def original(self, lineno: int, column: int | None) -> Original | None:
        """What was written for a 1-based place of the generated file; without a column for its start."""
        line, wanted = lineno - 1, 0 if column is None else max(0, column - 1)
        at = bisect_right([part.first for part in self.parts], (line, wanted)) - 1
        if at < 0:
            return None
        part = self.parts[at]
        line -= part.first[0]
        if not 0 <= line < len(part.starts) - 1:
            return None
        wanted -= part.first[1] if line == 0 else 0
        first, last = part.starts[line], part.starts[line + 1]
        index = max(first, bisect_right(part.columns, wanted, first, last) - 1)
        while index < last and part.sources[index] < 0:  # the next that was written, on the same line
            index += 1
        if index >= last or part.sources[index] >= len(part.names):
            return None
        return Original(part.names[part.sources[index]], part.lines[index] + 1, part.written[index] + 1)


def source_map_of(path: str, read: Read, read_large: Read) -> SourceMap | None:
    """The map of the generated file ``path``, None if it has none that can be read.

    ``read_large`` reads the map, which may be longer than any source file.
    """
    data = read(path) or read_large(path)
    if data is None:
        return None
    named = data.rfind(b"sourceMappingURL=")
    found = _COMMENT.match(data, data.rfind(b"\n", 0, named) + 1) if named >= 0 else None
    url = found[1].decode("utf-8", "replace") if found else f"{posixpath.basename(path)}.map"
    folder = posixpath.dirname(path)
    if url.startswith("data:"):
        return read_map(_inline(url), folder)
    if "://" in url or url.startswith("//"):
        url = posixpath.basename(url.split("?", 1)[0])  # built for a server; the map lies beside the file
    place = posixpath.normpath(posixpath.join(folder, unquote(url).lstrip("/")))
    text = None if place.startswith("../") else read_large(place)
    return None if text is None else read_map(text, posixpath.dirname(place))


def _inline(url: str) -> bytes:
    head, _, body = url.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        return b""


def read_map(data: bytes, folder: str) -> SourceMap | None:
    """Read a source map; ``folder`` is where it lies. None if it is damaged or too large."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b")]}"):  # what keeps a page from running it as a script
        text = text.partition(b"\n")[2]
    try:
        given = json.loads(text)
        parts = list(_parts(given, (0, 0)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None
    return SourceMap(folder, parts) if parts else None


def _parts(given: Any, first: tuple[int, int]) -> Iterable[_Part]:  # noqa: ANN401 -- JSON
    for section in given.get("sections", ()):
        offset = section["offset"]
        yield from _parts(section["map"], (int(offset["line"]), int(offset["column"])))
    mappings = given.get("mappings")
    if not isinstance(mappings, str) or len(mappings) > _MOST_MAPPINGS:
        return
    root = str(given.get("sourceRoot") or "")
    root = root if not root or root.endswith("/") else f"{root}/"
    names = [f"{root}{source}" if isinstance(source, str) else "" for source in given.get("sources", ())]
    yield _decode(mappings.encode("ascii", "replace").translate(_VALUES), first, names)


_COMMA, _SEMICOLON, _CONTINUED = 64, 65, 32
_MOST_SHIFT = 30
"""No number is longer than 32 bits."""


def _decode(signs: bytes, first: tuple[int, int], names: Sequence[str]) -> _Part:
    """Read Base64 VLQ: five bits a digit, lowest first, the lowest bit of all the sign; each a difference."""
    starts = array("i", [0])
    columns, sources, lines, written = array("i"), array("i"), array("i"), array("i")
    fields = [0, 0, 0, 0, 0]
    count = value = shift = 0
    for sign in signs:
        if sign < _COMMA:
            value += (sign & 31) << shift
            if sign & _CONTINUED and shift < _MOST_SHIFT:
                shift += 5
                continue
            if count < len(fields):
                fields[count] += -(value >> 1) if value & 1 else value >> 1
            count += 1
            value = shift = 0
            continue
        if count:
            columns.append(fields[0])
            sources.append(fields[1] if count > 1 else -1)
            lines.append(fields[2])
            written.append(fields[3])
            count = 0
        if sign == _SEMICOLON:
            starts.append(len(columns))
            fields[0] = 0
    if count:
        columns.append(fields[0])
        sources.append(fields[1] if count > 1 else -1)
        lines.append(fields[2])
        written.append(fields[3])
    starts.append(len(columns))
    return _Part(first, starts, columns, sources, lines, written, names)
