"""How the classes of candidates are related to those of the chain: by name, as far as the pool tells."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crimescene import syntax
    from crimescene.context.chain import Link
    from crimescene.context.pool import Candidate
    from crimescene.model import Function

_DEEP = 6
"""Generations that are followed."""


def compare(items: Sequence[Candidate], links: Sequence[Link], raiser: Link | None) -> None:
    """Note whose class is an ancestor, a descendant or a sibling of a class of the chain."""
    bases = _bases([item.outline for item in items] + [link.outline for link in links])
    own = {name for link in links if not link.in_test and (name := class_of(link.function))}
    raising = class_of(raiser.function) if raiser is not None else ""
    above = {name for start in own for name in _ancestors(bases, start)}
    above_raiser = _ancestors(bases, raising) if raising else set()
    known: dict[str, set[str]] = {}
    for item in items:
        name = class_of(item.function)
        if not name:
            continue
        if name not in known:
            known[name] = _ancestors(bases, name)
        chain = "frame" in item.features
        item.note("class_of_raiser", float(name == raising and not chain))
        item.note("class_above_raiser", float(name in above_raiser))
        if name not in own:
            item.note("class_above", float(name in above))
            item.note("class_below", float(not own.isdisjoint(known[name])))
            item.note("class_beside", float(not above.isdisjoint(known[name])))


def class_of(function: Function) -> str:
    """The name of the class that a function lies in, or is; empty for what lies in none."""
    parts = function.qualified_name.split(".")
    if function.kind == "class":
        return parts[-1]
    return parts[-2] if len(parts) > 1 else ""


def _bases(outlines: Iterable[syntax.Outline | None]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for outline in {id(x): x for x in outlines if x is not None}.values():
        for known in outline.classes:
            found[known.function.name].update(re.split(r"[.:$\\]+", base)[-1] for base in known.bases)
    return found


def _ancestors(bases: Mapping[str, set[str]], name: str) -> set[str]:
    """All classes that ``name`` extends, itself not among them."""
    seen = {name}
    newest = [name]
    for _ in range(_DEEP):
        newest = [base for child in newest for base in bases.get(child, ()) if base not in seen]
        seen.update(newest)
    return seen - {name}
