"""The words of a failure, compared with those of each candidate."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import ranking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crimescene import syntax
    from crimescene.context.chain import Link
    from crimescene.context.pool import Candidate
    from crimescene.model import Span

SUSPECTED = "suspected by the user, unproven"
_NAME_LETTERS = 4
"""Shorter names occur in any message by chance."""
_LINES = 6
"""Failing lines that count, innermost first."""
_TEST_CHARACTERS = 4000
_FOCUS = 3
_THEMES = 60
"""Words that the functions of the chain say most."""


@dataclass(frozen=True, slots=True)
class Query:
    """The words of the failure."""

    message: str
    """Types, messages and compared values of the error."""
    test: str
    note: str = ""
    """What the user wrote."""
    suspects: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Types of the errors, as printed."""


def compare(items: Sequence[Candidate], links: Sequence[Link], query: Query) -> None:
    """Note on each candidate how well it fits the message, the failing lines and the test."""
    texts = [source_of(item.outline, item.function.span) for item in items]
    words = ranking.lexicon(texts)
    for feature, wanted in asked_words(links, query).items():
        for item, value in zip(items, ranking.similarity(words, wanted), strict=True):
            item.note(feature, value)
    _compare_words(items, words, ranking.identifier_words(titles(links, query)))
    said = {
        "title_name": ranking.identifier_words(titles(links, query)),
        "line_name": ranking.identifier_words("\n".join(_failing_lines(links))),
    }
    names = [ranking.identifier_words(item.function.qualified_name) for item in items]
    for feature, wanted in said.items():
        for item, value in zip(items, ranking.coverage(names, wanted), strict=True):
            item.note(feature, value)
    # A suspected place is no word: whoever looks for candidates has put it among them.
    expressions = [s for s in query.suspects if not re.search(r":\d+$", s)]
    for item in items:
        name = item.function.name
        if len(name) >= _NAME_LETTERS and name in query.message:
            item.note("named", 1.0, "named in the message", 2.5)
        elif len(name) >= _NAME_LETTERS and name in query.note and _is_word(name, query.note):
            item.note("named", 1.0, "named in the note", 2.5)
        if any(name in re.findall(r"\w+", s) or s == item.function.path for s in expressions):
            item.note("suspect", 1.0, SUSPECTED, 6.0)


def _compare_words(items: Sequence[Candidate], words: ranking.Lexicon, title: Sequence[str]) -> None:
    """Note how well each candidate fits the test's name, and those beside the chain what it is about."""
    spoken: Counter[str] = Counter()
    for counts, item in zip(words.counts, items, strict=True):
        if "frame" in item.features:
            spoken.update(counts)
    themes = [word for word, _ in spoken.most_common(_THEMES)]
    fitting = zip(ranking.similarity(words, title), ranking.similarity(words, themes), strict=True)
    for item, (titled, cohesive) in zip(items, fitting, strict=True):
        item.note("title_words", titled)
        if "frame" not in item.features:
            item.note("cohesion", cohesive)


def asked_words(links: Sequence[Link], query: Query) -> Mapping[str, list[str]]:
    """The words of the message, of the failing lines and of the test, by the feature they make."""
    tests = [query.test]
    tests += [
        source_of(link.outline, link.function.span)[:_TEST_CHARACTERS]
        for link in links
        if link.in_test and link.depth == 0
    ]
    return {
        "message_words": ranking.identifier_words(f"{query.message} {query.note}"),
        "line_words": ranking.identifier_words("\n".join(_failing_lines(links))),
        "test_words": ranking.identifier_words("\n".join(tests)),
    }


def _is_word(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _failing_lines(links: Sequence[Link]) -> list[str]:
    lines = [
        link.frame.code or line_of(link.outline, link.location.lineno)
        for link in links
        if not (link.in_test and link.depth == 0)
    ]
    return lines[:_LINES]


def titles(links: Sequence[Link], query: Query) -> str:
    """The names of the failing tests."""
    names = [
        link.function.qualified_name for link in links if link.in_test and link.function.kind != "module"
    ]
    return " ".join([query.test, *names])


def focus(lines: Sequence[str], wanted: set[str]) -> list[int]:
    """Indices of the lines that say most of the ``wanted`` words, best first.

    A word that many of the lines hold says little about where to look.
    """
    held = [wanted & set(ranking.identifier_words(line)) for line in lines]
    counts = Counter(word for words in held for word in words)
    weight = [sum(math.log(1 + len(lines) / counts[w]) for w in words) for words in held]
    best = sorted((n for n, value in enumerate(weight) if value > 0), key=lambda n: -weight[n])
    return best[:_FOCUS]


def source_of(outline: syntax.Outline | None, span: Span) -> str:
    """The text of ``span``; empty without an outline."""
    return "" if outline is None else outline.source[span.start : span.end].decode("utf-8", "replace")


def line_of(outline: syntax.Outline | None, lineno: int) -> str:
    """The 1-based line of the file; empty if there is none."""
    if outline is None or not 1 <= lineno <= len(outline.line_starts):
        return ""
    start = outline.line_starts[lineno - 1]
    return outline.source[start:].split(b"\n", 1)[0].decode("utf-8", "replace").strip()
