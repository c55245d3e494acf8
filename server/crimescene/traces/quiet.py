"""Lines of a long log that nothing could be read from: runs that bear a time and no sign of a trace.

They are claimed before any format looks, so that half of a log is not searched by every one of them. What
stands beside other lines stays: a logger's line in front of a trace belongs to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator

LONG = 2_000
"""Lines from which on it pays to look for quiet ones."""
_BESIDE = 3
_BLOCK = 16
"""Lines of a run that are judged together; next to a sign a whole block stays."""


def quiet_lines(
    starts: array[int], ends: array[int], stamped: array[int], signs: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """First and last line of each quiet stretch; ``signs`` tells whether a range of the text holds one."""
    count, at = len(stamped), 0
    while at < count:
        stop = at + 1
        while stop < count and stamped[stop] == stamped[stop - 1] + 1:
            stop += 1
        first, last = stamped[at] + _BESIDE, stamped[stop - 1] - _BESIDE
        at = stop
        if last - first < _BESIDE:
            continue
        if not signs(starts[first], ends[last]):
            yield first, last
        elif last - first > 3 * _BLOCK:
            yield from _blocks(starts, ends, (first, last), signs)


def _blocks(
    starts: array[int], ends: array[int], lines: tuple[int, int], signs: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    first, last = lines
    loud = [signs(starts[n], ends[min(n + _BLOCK - 1, last)]) for n in range(first, last + 1, _BLOCK)]
    for n, here in enumerate(loud):
        if not any((here, *loud[max(n - 1, 0) : n], *loud[n + 1 : n + 2])):
            yield first + n * _BLOCK, min(first + (n + 1) * _BLOCK - 1, last)
