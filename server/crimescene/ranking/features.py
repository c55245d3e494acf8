"""Facts about a candidate function, given the trace: names, units and the words behind them.

Every feature is a number between 0 and 1 so that weights can be read and compared.
Words are compared by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework",
2009), over the pool of candidates as the collection.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEATURES: Mapping[str, str] = {
    "raised": "encloses the innermost in-app frame of the error that reached the user",
    "origin": "encloses the innermost in-app frame of the deepest cause",
    "frame": "encloses an in-app frame outside the tests, 1 / (1 + distance from the innermost)",
    "test_frame": "encloses a frame in a test",
    "frames": "share of the in-app frames it encloses, outside the tests",
    "callee": "called by a frame's function, 1 / (1 + distance), times the certainty of the call",
    "callee_of_line": "called on the very line of a frame",
    "callee_of_test": "called by the failing test",
    "second_callee": "called by a function that a frame or the test calls",
    "shared": "called by two or more functions of the chain, 1 - 1 / n",
    "caller": "calls a function of the chain from outside the trace",
    "member": "in the class of a frame's function",
    "constructor": "builds the class of a frame's function",
    "in_chain": "encloses an in-app frame outside the tests",
    "read_by_line": "a table, constant or field that the line of a frame names, 1 / (1 + distance)",
    "same_file": "in a frame's file, 1 / (1 + distance)",
    "message_words": "BM25 of the error message, relative to the best of the pool",
    "line_words": "BM25 of the failing lines",
    "test_words": "BM25 of the test's name and body",
    "title_words": "BM25 of the failing test's name alone",
    "cohesion": "outside the chain: BM25 of the words that the chain's functions say most",
    "title_name": "share of its name's words that the failing test's name says, rare words counting more",
    "line_name": "share of its name's words that the failing lines say",
    "same_name": "has the name of a function of the chain: an overload, an override",
    "namesake": "has a name that a function of the chain or the failing test calls, 1 / (1 + distance)",
    "subject": "in a file the failing test is about, by its place among these",
    "file_namesake": "in a file called like the failing test's",
    "file_path": "cosine of its path's words and the failing test's path",
    "file_title": "share of its file name's words that the failing test's name says",
    "file_mentioned": "how often the failing test's file mentions its file's name, as a logarithm",
    "file_used": "the failing test mentions its file's name",
    "file_imported": "the failing test's file imports its file",
    "named": "the message or the assertion names it",
    "changed": "changed recently: 1 now, 0.5 at the end of the window, 0 outside it",
    "suspect": "named or pointed at by the user",
    "in_test": "lies in a test file",
    "short": "1 / (1 + lines / 40)",
    "tiny": "outside the chain and at most four lines long",
    "branches": "conditions, loops and handlers in it, as a logarithm; 1 for twenty",
    "kind_constructor": "is a constructor",
    "kind_type": "is a class, a field or the top level of a file",
    "innermost": "encloses the innermost in-app frame outside the tests",
    "feeds": "its result is assigned to what a frame's line reads, 1 / (1 + distance)",
    "writes": "outside the chain: assigns to a name that the failing line reads",
    "raises": "names the type of the error",
    "raised_checked": "`raised` where the failing line itself raises: the mistake is seldom in the check",
    "frame_checked": "`frame` where the failing line itself raises",
    "callee_of_line_checked": "`callee_of_line` where the failing line itself raises",
    "callee_of_test_assert": "`callee_of_test` where no frame of the program is in the trace",
    "second_callee_assert": "`second_callee` likewise",
    "message_words_assert": "`message_words` likewise",
    "test_words_assert": "`test_words` likewise",
    "title_words_assert": "`title_words` likewise",
    "short_assert": "`short` likewise",
    "raiser": "encloses the innermost frame whose function does more than raise",
    "only_raises": "encloses frames within that one: it only raises, for whoever calls it",
    "near_raiser": "encloses an in-app frame, 1 / (1 + distance from `raiser`)",
    "outermost": "encloses the outermost in-app frame outside the tests",
    "repeated": "how often it is on the stack again: a recursion",
    "near_line": "outside the chain, in a frame's file: 1 / (1 + lines to the nearest frame / 40)",
    "above_line": "outside the chain, in a frame's file: above all frames",
    "class_of_raiser": "outside the chain: in the class of `raiser`",
    "class_above_raiser": "in a class that the one of `raiser` extends",
    "class_above": "in a class, outside the chain, that one of the chain extends",
    "class_below": "in a class, outside the chain, that extends one of the chain",
    "class_beside": "in a class, outside the chain, that extends what one of the chain extends",
    "reach_test": "share of a walk along calls, by name, from the failing test, as a logarithm",
    "reach_chain": "the same from the chain",
    "reach_back": "the same from the chain to its callers",
    "fan_in": "candidates that call it, by name, as a logarithm",
    "fan_out": "candidates that it calls, likewise",
    "homonyms": "candidates of the same name, likewise",
    "ran": "a function of the chain called it above its failing line or there, 1 / (1 + distance)",
    "ran_surely": "`ran` where no condition decides about the call",
    "ran_near": "`ran` / (1 + lines between the call and the failing line / 5)",
    "test_ran": "a test called it above its failing line or there, 1 / (1 + test functions between)",
    "test_ran_near": "the same / (1 + lines between / 5)",
    "not_run": "the chain and the tests call it only where they had not come, or did not come by",
    "reach_ran": "`reach_chain` and `reach_test` together, first along calls that had run",
    "called_often": "functions of the chain that call it by name, 1 for three",
}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STOP = frozenset(
    {"the", "and", "for", "not", "this", "self", "that", "with", "from", "was", "but", "has", "have", "are"}
    | {"none", "null", "true", "false", "def", "return", "public", "private", "static", "final", "void"}
    | {"new", "int", "string", "if", "else", "in", "is", "of", "to", "an", "on", "at", "by", "as", "or"}
    | {"be", "it", "no", "cannot", "can", "could", "must", "should", "expected", "actual", "got", "error"}
    | {"exception", "assert", "test", "tests", "function", "const", "let", "var", "class", "import"}
)
"""Words that say what language or framework it is, not what the code is about."""
_K1 = 1.4
_B = 0.6


def identifier_words(text: str) -> list[str]:
    """Split ``text`` into lower-case words: ``getOrderById`` gives get, order, by, id."""
    return [w for m in _WORD.findall(text) if len(w := m.lower()) > 1 and w not in _STOP]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word counts of a pool of texts."""

    counts: tuple[Mapping[str, int], ...]
    lengths: tuple[int, ...]
    idf: Mapping[str, float]
    mean: float


def lexicon(texts: Iterable[str]) -> Lexicon:
    """Count the words of each text of the pool once."""
    counts = tuple(Counter(identifier_words(t)) for t in texts)
    lengths = tuple(sum(c.values()) for c in counts)
    holding: Counter[str] = Counter()
    for c in counts:
        holding.update(c.keys())
    n = len(counts)
    idf = {w: math.log(1 + (n - k + 0.5) / (k + 0.5)) for w, k in holding.items()}
    return Lexicon(counts, lengths, idf, sum(lengths) / n if n else 0.0)


def similarity(words: Lexicon, query: Sequence[str]) -> list[float]:
    """BM25 of ``query`` (words, repeats count once) for each text, divided by the best one."""
    asked = {w for w in query if w in words.idf}
    out: list[float] = []
    for counts, length in zip(words.counts, words.lengths, strict=True):
        norm = _K1 * (1 - _B + _B * length / (words.mean or 1))
        out.append(
            sum(words.idf[w] * counts[w] * (_K1 + 1) / (counts[w] + norm) for w in asked if w in counts)
        )
    best = max(out, default=0.0)
    return [x / best for x in out] if best else out


def coverage(names: Sequence[Sequence[str]], query: Sequence[str]) -> list[float]:
    """For each of ``names`` (words), how much of what it says ``query`` says too: rare words say more."""
    asked = set(query)
    holding: Counter[str] = Counter()
    for name in names:
        holding.update(set(name))
    n = len(names)
    idf = {w: math.log(1 + n / k) for w, k in holding.items()}
    out = []
    for name in names:
        own = set(name)
        mass = sum(idf[w] for w in own)
        out.append(sum(idf[w] for w in own & asked) / (mass + 1.0) if own else 0.0)
    return out
