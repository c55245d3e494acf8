"""Files that the functions of the chain lean on without calling into them where the trace shows it.

Code that ran before, and left behind what the failing line met, has no frame. It is often what the classes
of the chain extend, or what their functions make and name: their fields' types, what they construct, a
factory, a table of defaults.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import index, languages, ranking, syntax
from crimescene.context import chain as chains
from crimescene.context import words
from crimescene.effort import effort

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Function
    from crimescene.workspace import Workspace

MOST = 5
"""Files whose functions become candidates."""
_KEPT = 16
"""Functions of each of them, those that say most of the failure's words."""
_CHAIN = 6
"""Functions of the chain that are read, innermost first."""
_CHARACTERS = 12_000
"""Of one function."""
_PLAIN = 200_000
"""Bytes beyond which a file is data or generated."""
_NAME = re.compile(r"[A-Za-z_$][\w$]{3,}")
_MADE = re.compile(r"\bnew\s+([A-Z]\w*)|\b([A-Z]\w*)\s*\(")
_EXTENDS = 2.0
_MAKES = 0.7
_SAID = 1.5


@dataclass(frozen=True, slots=True)
class Related:
    """A function of such a file."""

    function: Function
    standing: float
    """How the file compares with the best one, its place counted."""
    reason: str
    base: bool
    """A class of the chain extends a class of the file."""


def related(
    links: Sequence[Link],
    query: words.Query,
    known: Collection[str],
    workspace: Workspace,
    outline: Callable[[str], syntax.Outline | None],
    *,
    deadline: float,
) -> Iterator[Related]:
    """The functions of files that the chain leans on, files in ``known`` apart, best file first.

    Ends at ``deadline`` (of :func:`crimescene.effort.effort`).
    """
    own = [link for link in links if not link.in_test and link.outline is not None]
    distinct = list({(x.function.path, x.function.span.start): x for x in reversed(own)}.values())[::-1]
    spoken = {found.id for x in own if (found := languages.language_for(x.location.path))}
    family = {name for language in spoken for name in languages.family(language)}
    if not family:
        return
    stems: dict[str, list[str]] = {}
    for path in index.source_files(workspace, family):
        stems.setdefault(path.rpartition("/")[2].partition(".")[0], []).append(path)
    score, bases, why = _leaning(distinct[:_CHAIN], stems)
    said = set(ranking.identifier_words(f"{query.message} {words.titles(links, query)}"))
    for stem in score:
        own_words = set(ranking.identifier_words(stem))
        score[stem] += _SAID * len(own_words & said) / (1 + len(own_words))
    chain_paths = list(dict.fromkeys(x.location.path for x in own))
    ranked = sorted(score, key=lambda stem: (-score[stem], stem))
    wanted = [w for found in words.asked_words(links, query).values() for w in found]
    wanted += ranking.identifier_words(words.titles(links, query))
    place = 0
    best = score[ranked[0]] if ranked else 1.0
    for stem in ranked:
        if place >= MOST or effort() > deadline:
            return
        path = min(stems[stem], key=lambda p: (-_shared(p, chain_paths), p))
        if path in known or chains.in_test(path):
            continue
        data = workspace.read(path)
        source = outline(path) if data is not None and len(data) <= _PLAIN else None
        if source is None:
            continue
        for function in _telling(source, wanted):
            yield Related(function, score[stem] / best / (1 + place), why[stem], stem in bases)
        place += 1


def _leaning(
    links: Sequence[Link], stems: Collection[str]
) -> tuple[dict[str, float], set[str], dict[str, str]]:
    """How much functions and classes of ``links`` lean on each of ``stems``, which they extend, and why."""
    score: dict[str, float] = defaultdict(float)
    why: dict[str, str] = {}
    bases: set[str] = set()
    for link in links:
        assert link.outline is not None  # noqa: S101 -- chosen so
        near = 1 / (1 + link.depth / 2)
        text = words.source_of(link.outline, link.function.span)[:_CHARACTERS]
        made = {a or b for a, b in _MADE.findall(text)}
        for name, times in Counter(_NAME.findall(text)).items():
            if name in stems:
                score[name] += near * (math.log1p(times) + _MAKES * (name in made))
                why.setdefault(name, f"named by {link.label}")
        family = syntax.owner(link.outline, link.function)
        if family is None:
            continue
        for base in family.bases:
            name = re.split(r"[.:$]+", base)[-1]
            if name in stems:
                score[name] += near * _EXTENDS
                bases.add(name)
                why[name] = f"extended by the class of {link.label}"
        for held in family.fields:
            for name in set(_NAME.findall(words.source_of(link.outline, held.span)[:400])):
                if name in stems:
                    score[name] += near * 0.3
                    why.setdefault(name, f"held by the class of {link.label}")
    return score, bases, why


def _shared(path: str, others: Sequence[str]) -> int:
    """The folders that ``path`` has in common with the nearest of ``others``."""
    own = path.split("/")[:-1]
    best = 0
    for other in others:
        n = 0
        for a, b in zip(own, other.split("/")[:-1], strict=False):
            if a != b:
                break
            n += 1
        best = max(best, n)
    return best


def _telling(source: syntax.Outline, wanted: Sequence[str]) -> list[Function]:
    """The functions of a file that say most of the ``wanted`` words."""
    functions = [f for f in source.functions if f.kind not in ("lambda", "field")]
    if len(functions) <= _KEPT:
        return functions
    lexicon = ranking.lexicon(words.source_of(source, f.span) for f in functions)
    fit = ranking.similarity(lexicon, wanted)
    order = sorted(range(len(functions)), key=lambda n: -fit[n])
    return [functions[n] for n in sorted(order[:_KEPT])]
