"""The files a failing test is about, where no frame of the program says it.

A test is named like what it tests, imports it, mentions it, and says in its title what should happen.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import index, languages, ranking
from crimescene.context import chain as chains
from crimescene.context import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crimescene.context.chain import Link
    from crimescene.workspace import Workspace

MOST = 8
"""Files whose functions become candidates."""
_MOST_FILES = 60_000
_AFFIX = re.compile(r"(?i)^_?(?:tests?|specs?)(?=[_.A-Z-])[_.-]?|[_.-]?(?:tests?|specs?|testcase|it)$")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]{2,}")
_ENTRY = frozenset({"index", "__init__", "mod", "main", "_index"})
"""Stems that stand for their folder."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A file that the failing test seems to be about, by features between 0 and 1."""

    path: str
    features: Mapping[str, float]
    standing: float
    """How it compares with the best one, its place counted."""


def subjects(links: Sequence[Link], title: str, workspace: Workspace, most: int = MOST) -> list[Subject]:
    """The files of the test's language that it is most likely about, best first, at most ``most``."""
    tests = [link for link in links if link.in_test and link.outline is not None]
    spoken = {found.id for link in tests if (found := languages.language_for(link.location.path))}
    family = {name for language in spoken for name in languages.family(language)}
    sources = [p for p in index.source_files(workspace, family) if not chains.in_test(p)][:_MOST_FILES]
    vocabulary = {path: _path_words(path) for path in sources}
    holding = Counter(word for found in vocabulary.values() for word in found)
    idf = {w: math.log(1 + len(sources) / n) for w, n in holding.items()}
    said = _Said.of(tests, title)
    scored = []
    for path in sources:
        features = _features(path, vocabulary[path], idf, said)
        total = sum(_PRIOR[name] * value for name, value in features.items())
        if total > _LEAST:
            scored.append((total, path, features))
    scored.sort(key=lambda item: (-item[0], len(item[1]), item[1]))
    return [
        Subject(path, features, total / scored[0][0] / (1 + place))
        for place, (total, path, features) in enumerate(scored[:most])
    ]


_PRIOR: Mapping[str, float] = {
    "file_namesake": 2.0,
    "file_path": 1.5,
    "file_title": 1.0,
    "file_mentioned": 0.8,
    "file_used": 1.2,
    "file_imported": 1.0,
}
"""What a feature counts for when the files are chosen; how their functions rank is learned."""
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class _Said:
    """What the tests of the trace say of what they test."""

    stems: frozenset[str]
    path: frozenset[str]
    title: frozenset[str]
    mentioned: Mapping[str, int]
    used: frozenset[str]
    imported: frozenset[str]

    @classmethod
    def of(cls, tests: Sequence[Link], title: str) -> _Said:
        paths = dict.fromkeys(link.location.path for link in tests)
        mentioned: Counter[str] = Counter()
        used: set[str] = set()
        imported: set[str] = set()
        titles = [title]
        for link in tests:
            if link.depth == 0:
                titles.append(link.function.qualified_name)
            used |= set(_IDENTIFIER.findall(words.source_of(link.outline, link.function.span)))
        for outline in {link.location.path: link.outline for link in tests}.values():
            assert outline is not None  # noqa: S101 -- chosen so above
            mentioned.update(_IDENTIFIER.findall(outline.source.decode("utf-8", "replace")))
            for found in outline.imports:
                last = re.split(r"[/.\\:]", re.sub(r"\.[mc]?[jt]sx?$", "", found.module))[-1]
                imported |= {last, found.local, found.imported or ""}
        stems = {s for p in paths for s in _stems(p)}
        path = {w for p in paths for w in _path_words(p)}
        return cls(
            frozenset(s.lower() for s in stems),
            frozenset(path),
            frozenset(_stemmed(" ".join(titles))),
            mentioned,
            frozenset(used),
            frozenset(imported),
        )


def _stems(path: str) -> set[str]:
    """What the file name says without extension and test affix; the folder's name for ``index``."""
    folder, _, name = path.rpartition("/")
    stem = name.split(".")[0] if not name.startswith(".") else name
    bare = _AFFIX.sub("", stem)
    while bare != stem:
        stem, bare = bare, _AFFIX.sub("", bare)
    if bare.lower() in _ENTRY or not bare:
        return {folder.rpartition("/")[2]} - {""}
    return {bare}


def _path_words(path: str) -> frozenset[str]:
    return frozenset(_stemmed(path.rpartition(".")[0]))


def _stemmed(text: str) -> set[str]:
    """Words without the plural's s."""
    return {w[:-1] if len(w) > 3 and w.endswith("s") else w for w in ranking.identifier_words(text)}  # noqa: PLR2004


def _features(path: str, own: frozenset[str], idf: Mapping[str, float], said: _Said) -> dict[str, float]:
    mass = sum(idf[w] for w in own) or 1.0
    asked = sum(idf.get(w, 0.0) for w in said.path) or 1.0
    shared = sum(idf[w] for w in own & said.path)
    stems = _stems(path)
    stem_words = {w for s in stems for w in _stemmed(s)}
    stem_mass = sum(idf.get(w, 0.0) for w in stem_words)
    titled = sum(idf.get(w, 0.0) for w in stem_words & said.title)
    times = max((said.mentioned.get(s, 0) for s in stems), default=0)
    return {
        "file_namesake": float(any(s.lower() in said.stems for s in stems)),
        "file_path": shared / math.sqrt(mass * asked),
        "file_title": titled / (stem_mass + 2.0) if stem_mass else 0.0,
        "file_mentioned": min(1.0, math.log1p(times) / 4),
        "file_used": float(any(s in said.used for s in stems)),
        "file_imported": float(any(s in said.imported for s in stems)),
    }
