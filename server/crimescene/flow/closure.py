"""How far each value is from others along the edges of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crimescene.flow.facts import Statement

Node = tuple[str, object, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """``statement`` carries a value from ``source`` to ``target``; no source where it stands in the text."""

    source: Node | None
    target: Node
    statement: Statement
    cost: float
    copy: bool = False
    passes: bool = False
    """It goes from an argument to the parameter of a function with a name."""


def closure(
    seeds: Mapping[Node, float], limit: float, edges: Mapping[Node, list[Edge]], *, forward: bool
) -> dict[Node, float]:
    """Return the shortest way from ``seeds`` to each node within ``limit``, with or against the flow."""
    # What came out of a function by its result is not followed to the arguments of its other calls:
    # those of the same call are sources of the result themselves.
    best: dict[tuple[Node, bool], float] = {(node, False): far for node, far in seeds.items()}
    heap: list[tuple[float, int, Node, bool]] = []
    for order, (node, far) in enumerate(seeds.items()):
        heappush(heap, (far, order, node, False))
    order = len(heap)
    while heap:
        far, _, node, inside = heappop(heap)
        if far > best[node, inside]:
            continue
        for edge in edges.get(node, ()):
            other = edge.target if forward else edge.source
            if other is None:
                continue
            leaves, enters = (edge.source is not None and edge.source[0] == "r", edge.passes)
            if not forward:
                leaves, enters = enters, leaves
            if inside and leaves:
                continue
            key = other, other[0] != "f" and (inside or enters)
            total = far + edge.cost
            if total < best.get(key, limit):
                best[key] = total
                order += 1
                heappush(heap, (total, order, *key))
    distance: dict[Node, float] = {}
    for (node, _), far in best.items():
        distance[node] = min(far, distance.get(node, far))
    return distance
