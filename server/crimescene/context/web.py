"""Who calls whom among the candidates, by name alone: how far a value may have come, how special they are.

Resolved calls lead two hops from the chain and the failing test. Names lead through all candidates,
roughly: a call counts for each function of the name, divided by how many there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from crimescene import syntax

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crimescene.context.chain import Link
    from crimescene.context.executed import Runs
    from crimescene.context.pool import Candidate
    from crimescene.model import Span

    Edges = Sequence[Mapping[int, float]]

_COMMON = 8
"""Functions of one name beyond which a call of it leads nowhere."""
_CHAIN = 8
_KINDS = frozenset({"call", "new", "decorator", "jsx", "attribute"})
_HOPS = 5
_KEEPS = 0.7
"""What of a walk goes on at each hop."""
_TEST = 0.5
"""What of a walk along calls that had run begins in a test, of each 1 of the innermost frame."""
_EARLY = 0.2
"""What a call counts that had run long before."""
_LEAST = 1e-4
_MANY = 35
"""Callers, callees or namesakes of a function that has all of them one can think of."""


def compare(
    items: Sequence[Candidate],
    links: Sequence[Link],
    near: Mapping[tuple[str, Span], float],
    runs: Runs,
) -> None:
    """Note how candidates hang together.

    ``near`` says how near to the error the chain's functions are, ``runs`` what of their calls had run.
    """
    named = _named(items)
    out = [_calls(item, n, named) for n, item in enumerate(items)]
    back: list[dict[int, float]] = [{} for _ in items]
    for n, edges in enumerate(out):
        for m, weight in edges.items():
            back[m][n] = weight
    place = {(item.function.path, item.function.span): n for n, item in enumerate(items)}
    tests = {place[key]: 1.0 for link in links if link.in_test and (key := _key(link)) in place}
    chain = {place[key]: value for key, value in near.items() if value and key in place}
    own = dict.fromkeys(_key(link) for link in links if not link.in_test)
    innermost = [place[key] for key in list(own)[:_CHAIN] if key in place]
    walks = {
        "reach_test": _walk(tests, out),
        "reach_chain": _walk(chain, out),
        "reach_back": _walk(chain, back),
        "reach_ran": _walk(
            {**dict.fromkeys(tests, _TEST), **chain}, _ran({*tests, *chain}, out, items, runs)
        ),
    }
    for n, item in enumerate(items):
        for feature, reached in walks.items():
            item.note(feature, max(0.0, 1 - math.log(max(reached.get(n, 0.0), _LEAST)) / math.log(_LEAST)))
        item.note("fan_in", _much(sum(back[n].values())))
        item.note("fan_out", _much(len(out[n])))
        item.note("homonyms", _much(len(named.get(_spelled(item), ())) - 1))
        item.note("called_often", min(1.0, sum(n in out[link] for link in innermost) / 3))


def _ran(
    inside: Collection[int],
    out: Edges,
    items: Sequence[Candidate],
    runs: Runs,
) -> Edges:
    """``out``, but from the functions ``inside`` only by calls that had run, the late ones rather."""
    kept = list(out)
    for n in inside:
        facts = {m: runs.get(_spelled(items[m]), {}) for m in out[n]}
        late = {m: max(x.get("ran_near", 0.0), x.get("test_ran_near", 0.0)) for m, x in facts.items()}
        kept[n] = {m: weight * (_EARLY + late[m]) for m, weight in out[n].items() if late[m]}
    return kept


def _key(link: Link) -> tuple[str, Span]:
    return link.function.path, link.function.span


def _much(count: float) -> float:
    return min(1.0, math.log1p(max(0.0, count)) / math.log1p(_MANY))


def _spelled(item: Candidate) -> str:
    """The name by which a call spells it: a constructor is called by its class."""
    parts = item.function.qualified_name.split(".")
    return parts[-2] if item.function.kind == "constructor" and len(parts) > 1 else item.function.name


def _named(items: Sequence[Candidate]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        if item.function.kind not in ("module", "class", "field", "lambda"):
            found[_spelled(item)].append(n)
    return found


def _calls(item: Candidate, own: int, named: Mapping[str, list[int]]) -> dict[int, float]:
    """The candidates that ``item`` may call, each with the certainty of the guess."""
    if item.outline is None or item.function.kind in ("module", "class", "field"):
        return {}
    found: dict[int, float] = {}
    sites = syntax.calls_in(item.outline, item.function.span)
    for name in {site.name for site in sites if site.kind in _KINDS}:
        reached = named.get(name, ())
        if len(reached) <= _COMMON:
            found.update((n, 1 / len(reached)) for n in reached if n != own)
    return found


def _walk(start: Mapping[int, float], edges: Edges) -> Mapping[int, float]:
    """How much of a walk from ``start`` comes by each function, itself not counted."""
    total: dict[int, float] = defaultdict(float)
    mass = sum(start.values()) or 1.0
    here = {n: value / mass for n, value in start.items()}
    for _ in range(_HOPS):
        there: dict[int, float] = defaultdict(float)
        for n, value in here.items():
            leaving = sum(edges[n].values())
            for m, weight in edges[n].items():
                there[m] += _KEEPS * value * weight / leaving
        here = {n: value for n, value in there.items() if value > _LEAST / 10}
        for n, value in here.items():
            total[n] += value
    return total
