"""From any text to the documents that formats read.

Colours go first, then stretches without any sign of a trace; what is left is cut into lines,
prefixes are taken off, lines of several processes are told apart, escaped strings unfolded.
Every step is one pass and keeps the way back to the given text.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from functools import partial
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING

from crimescene.traces import escapes, flattened, margins, prefixes, quiet, wraps
from crimescene.traces.document import LINE_LIMIT, Document
from crimescene.traces.patterns import rx
from crimescene.traces.positions import ByteOffsets, Origin, Pieces, Places
from crimescene.traces.rest import without_claimed
from crimescene.traces.shared_prefixes import strip_shared
from crimescene.traces.stretches import has_sign, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COLOUR = rx(
    r"\x1b(?:\[[0-?]{0,400}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,4000}(?:\x07"
    r"|\x1b\\)?|[()][A-Za-z0-9]|[@-Z\\^_=>78c])?"
    r"|\^\[\[[0-9;]{0,40}m|#033\[[0-9;]{0,40}[mK]|\u241b\[[0-9;]{0,40}m"
)
_COLOUR_SIGNS = ("\x1b", "^[[", "#033[", "\u241b")
_ESCAPES = ("\\n", "%0", "#012", "{", escapes.INVOKED)
_NEWLINES = rx(r"\r{0,2}\n|\r")
QUIET_SHARE = 4
"""One in so many lines must be quiet before they are left out."""


def documents(text: str) -> Iterator[Document]:
    """The parts of ``text`` that may hold traces, cleaned, in order."""
    offsets = ByteOffsets(text)
    clean, origin = _without_colours(_plain_signs(text))
    for start, end in stretches(clean):
        yield from _views(clean, start, end, origin, offsets=offsets, depth=0)


def _plain_signs(text: str) -> str:
    """The blanks and quotes that word processors and web pages put in place of plain ones."""
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "File \N{LEFT DOUBLE QUOTATION MARK}" in text:
        for quote in "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}":
            text = text.replace(quote, '"')
    return text


def _without_colours(text: str) -> tuple[str, Origin | None]:
    start = 1 if text.startswith("\ufeff") else 0
    nuls = text.count("\0") * 3 > len(text)  # UTF-16 that was read as bytes
    if not start and not nuls and not any(sign in text for sign in _COLOUR_SIGNS):
        return text, None
    pieces = Pieces(text)
    at = start
    pattern = rx(r"\0|[\ufffd\xff\xfe]{1,2}") if nuls else _COLOUR
    for found in pattern.finditer(text, at):
        pieces.copy(at, found.start())
        at = found.end()
    pieces.copy(at, len(text))
    return pieces.build(None)


def _quiet(text: str, starts: array[int], ends: array[int], stamped: array[int]) -> Iterator[int]:
    for first, last in quiet.quiet_lines(starts, ends, stamped, partial(has_sign, text)):
        yield from range(first, last + 1)


def _without(document: Document, hushed: array[int]) -> Document:
    if not hushed:
        return document
    for line in hushed:
        document.claimed[line] = 1
    return without_claimed(document, share=QUIET_SHARE)


def _views(
    text: str, start: int, end: int, origin: Origin | None, *, offsets: ByteOffsets, depth: int
) -> Iterator[Document]:
    escaped = escapes.SIGNS.search(text, start, end) is not None
    if escaped and depth == 0:
        plain = escapes.from_html(text, start, end, origin)
        if plain is not None:
            yield from _views(plain[0], 0, len(plain[0]), plain[1], offsets=offsets, depth=1)
            return
    raws, ends = margins.single_spaced(text, *_lines(text, start, end))
    if depth == 0 and (whole := wraps.unwrapped(text, raws, ends, origin)):
        yield from _views(whole[0], 0, len(whole[0]), whole[1], offsets=offsets, depth=1)
        return
    full_ends = ends
    if len(ends) and max(map(sub, ends, raws)) > LINE_LIMIT:
        ends = array("q", map(min, ends, array("q", [s + LINE_LIMIT for s in raws])))
    starts = array("q", raws)
    streams, stamped = prefixes.strip(text, starts, ends)
    hushed = array("q", _quiet(text, starts, ends, stamped) if len(ends) >= quiet.LONG else ())
    loud = array("q", sorted(set(stamped).difference(hushed))) if hushed else stamped
    strip_shared(text, starts, ends, loud)
    unfolded: tuple[str, Origin] | None = None
    flat = list(flattened.starts(text, start, end)) if depth < 4 else []  # noqa: PLR2004
    if flat or (depth < 4 and (escaped or text.find('{"', start, end) >= 0)):  # noqa: PLR2004
        keep, unfolded = _unfold(text, starts, full_ends, origin, flat=flat)
        if unfolded:
            streams = {n: streams[i] for n, i in enumerate(keep) if i in streams}
            raws, starts, ends = (array("q", [a[i] for i in keep]) for a in (raws, starts, ends))
    apart = len(set(streams.values())) > 1
    as_given = origin is None and offsets.plain and full_ends is ends and not unfolded and not apart
    if text.find("\r", start, end) >= 0 or len(ends) != text.count("\n", start, end) + 1:
        as_given = False
    places = Places(offsets, origin, text if as_given else None)
    for document in _by_stream(text, (raws, starts, ends), streams if apart else {}, places):
        yield _without(document, hushed) if len(document) == len(full_ends) else document
    if unfolded:
        clean, way = _recoloured(*unfolded)
        yield from _views(clean, 0, len(clean), way, offsets=offsets, depth=depth + 2)


def _recoloured(text: str, origin: Origin) -> tuple[str, Origin]:
    """Colours that were escaped as well."""
    if "\x1b" not in text:
        return text, origin
    pieces = Pieces(text)
    at = 0
    for found in _COLOUR.finditer(text):
        pieces.copy(at, found.start())
        at = found.end()
    pieces.copy(at, len(text))
    return pieces.build(origin)


def _lines(text: str, start: int, end: int) -> tuple[array[int], array[int]]:
    if text.find("\r", start, end) < 0:
        widths = map((1).__add__, map(len, text[start:end].split("\n")))
        starts = array("q", accumulate(widths, initial=start))
        starts.pop()
        ends = array("q", map((-1).__add__, starts[1:]))
        ends.append(end)
    else:
        starts, ends = array("q", [start]), array("q")
        for found in _NEWLINES.finditer(text, start, end):
            ends.append(found.start())
            starts.append(found.end())
        ends.append(end)
    return starts, ends


def _unfold(
    text: str, starts: array[int], ends: array[int], origin: Origin | None, *, flat: Iterable[int]
) -> tuple[list[int], tuple[str, Origin] | None]:
    pieces = Pieces(text)
    lines = {bisect_right(starts, at) - 1 for at in flat}
    gone = [
        index
        for index in sorted(_escaped(text, starts, ends) | lines)
        if escapes.expand(text, starts[index], ends[index], pieces)
        or (index in lines and flattened.expand(text, starts[index], ends[index], pieces))
    ]
    if not gone:
        return [], None
    left = set(gone)
    return [index for index in range(len(starts)) if index not in left], pieces.build(origin)


def _escaped(text: str, starts: array[int], ends: array[int]) -> set[int]:
    """Lines that hold an escape or begin with a brace."""
    found: set[int] = set()
    stop, size = ends[-1], len(starts)
    for sign in _ESCAPES:
        at = text.find(sign, starts[0], stop)
        while at >= 0:
            index = bisect_right(starts, at) - 1
            if at < ends[index] and (sign != "{" or at == starts[index]):
                found.add(index)
            if index + 1 >= size:
                break
            at = text.find(sign, starts[index + 1], stop)
    return found


def _by_stream(
    text: str,
    lines: tuple[array[int], array[int], array[int]],
    streams: dict[int, str],
    places: Places,
) -> Iterator[Document]:
    if not streams:
        yield Document(text, *lines, places)
        return
    groups: dict[str, list[int]] = {}
    for index in range(len(lines[0])):
        groups.setdefault(streams.get(index, ""), []).append(index)
    for members in groups.values():
        parts = [array("q", [offsets[i] for i in members]) for offsets in lines]
        yield Document(text, parts[0], parts[1], parts[2], places)
