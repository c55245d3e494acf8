"""Which lines of a function too long for its share are worth showing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AFTER = 1.4
"""Lines below a marked line count as this much further away than lines above: causes come first."""
RANK = 0.6
"""How much further away each next marked line makes its surroundings."""
SIGNATURE = 6
"""Most lines taken for the signature of a function."""
GAP = 2
"""Elisions up to this many lines are shown instead: the mark would cost as much."""
_BEFORE = ("@", "#", "//", "/*", "*", "--")
_OPENERS = ("{", ":", "=>", ") do", " then", " =", "|")


def first_line(lines: Sequence[str]) -> str:
    """The line a signature begins with: the first that is neither comment nor decorator."""
    return next((line.strip() for line in lines if line.strip() and not line.strip().startswith(_BEFORE)), "")


def signature(lines: Sequence[str]) -> range:
    """The leading lines that hold the signature, without comments and decorators above it."""
    start = next((n for n, line in enumerate(lines) if not line.strip().startswith(_BEFORE)), 0)
    for n, line in enumerate(lines[start : start + SIGNATURE]):
        if line.strip().endswith(_OPENERS):
            return range(start, start + n + 1)
    return range(start, start + 1)


def priorities(lines: Sequence[str], marked: Sequence[int]) -> list[int]:
    """Indices of ``lines`` by what they are worth; ``marked`` are indices, best first."""
    anchors = list(dict.fromkeys(n for n in marked if 0 <= n < len(lines))) or [0]
    distance = [float("inf")] * len(lines)
    for rank, anchor in enumerate(anchors):
        weight, offset = 1 + RANK * min(rank, 4), 2.0 * rank
        for n in range(len(lines)):
            far = (anchor - n) if n <= anchor else (n - anchor) * AFTER
            distance[n] = min(distance[n], offset + weight * far)
    for n in signature(lines):
        distance[n] = -1.0
    distance[anchors[0]] = -2.0
    if len(lines) > 1 and not any(c.isalnum() for c in lines[-1].strip()):
        distance[-1] = -0.5  # the closing bracket costs little and shows that the function ends here
    return sorted(range(len(lines)), key=lambda n: distance[n])


def closed(kept: set[int], total: int) -> set[int]:
    """``kept`` with the gaps filled that are too small to be worth an elision mark."""
    out, last = set(kept), -1
    for n in [*sorted(kept), total]:
        if 0 < n - last - 1 <= GAP:
            out.update(range(last + 1, n))
        last = n
    return out


def choose(lines: Sequence[str], marked: Sequence[int], fits: Callable[[set[int]], bool]) -> set[int]:
    """The most lines, best first, for which ``fits`` still holds; empty if not even a few do."""
    order = priorities(lines, marked)
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(closed(set(order[:middle]), len(lines))):
            low = middle
        else:
            high = middle - 1
    return closed(set(order[:low]), len(lines)) if low else set()
