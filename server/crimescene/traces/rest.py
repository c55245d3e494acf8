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


def without_claimed(doc: Document) -> Document:
    """The unclaimed lines of ``doc``, or ``doc`` itself if most of its lines are unclaimed."""
    size = len(doc)
    taken = doc.claimed.count(1)
    if taken < WORTH or taken * 2 < size:
        return doc
    pieces = Pieces(doc.text)
    raws, starts, ends = array("q"), array("q"), array("q")
    claimed = bytearray()
    moved = 0
    for first, last in _runs(doc.claimed):
        offset = moved - doc.raws[first]
        stop = doc.ends[last]
        if stop - doc.raws[first] > sum(
            doc.ends[n] - doc.raws[n] + 2 for n in range(first, last + 1)
        ):  # lines of another stream stand between
            return doc
        pieces.copy(doc.raws[first], stop)
        pieces.put("\n", stop)
        moved += stop - doc.raws[first] + 1
        raws.extend(value + offset for value in doc.raws[first : last + 1])
        starts.extend(value + offset for value in doc.starts[first : last + 1])
        ends.extend(value + offset for value in doc.ends[first : last + 1])
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
