"""What is left of a document when traces have been taken out of it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from crimescene.traces.document import Document
from crimescene.traces.positions import Pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

WORTH = 2_000
"""Lines from which on it pays to leave out what is claimed."""
_BESIDE = 1
"""Claimed lines that stay on each side of what is left, for readers that look there."""


def without_claimed(doc: Document, share: int = 2) -> Document:
    """The unclaimed lines of ``doc``, or ``doc`` itself unless one in ``share`` lines is claimed."""
    size = len(doc)
    taken = doc.claimed.count(1)
    if taken < WORTH or taken * share < size:
        return doc
    pieces = Pieces(doc.text)
    raws, starts, ends = array("q"), array("q"), array("q")
    claimed = bytearray()
    moved = 0
    for first, last in _runs(doc.claimed):
        lines = slice(first, last + 1)
        their_raws, their_ends = doc.raws[lines], doc.ends[lines]
        begin, stop = their_raws[0], their_ends[-1]
        if stop - begin > sum(their_ends) - sum(their_raws) + 2 * len(their_ends):
            return doc  # lines of another stream stand between
        pieces.copy(begin, stop)
        pieces.put("\n", stop)
        offset = (moved - begin).__add__
        moved += stop - begin + 1
        raws.extend(map(offset, their_raws))
        starts.extend(map(offset, doc.starts[lines]))
        ends.extend(map(offset, their_ends))
        claimed += doc.claimed[first : last + 1]
    text, origin = pieces.build(doc.places.origin)
    left = Document(text, raws, starts, ends, doc.places.at(origin))
    left.claimed = claimed
    return left


def _runs(claimed: bytearray) -> Iterator[tuple[int, int]]:
    """Stretches of unclaimed lines with their neighbours, which do not overlap."""
    size = len(claimed)
    first = claimed.find(0)
    start = max(first - _BESIDE, 0)
    while first >= 0:
        last = claimed.find(1, first)
        last = size if last < 0 else last
        following = claimed.find(0, last)
        if following < 0 or following - last > 2 * _BESIDE:
            yield start, min(last + _BESIDE, size) - 1
            start = following - _BESIDE
        first = following
