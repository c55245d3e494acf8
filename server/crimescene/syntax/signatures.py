"""What a signature declares: the types of results and parameters, and whether they may be nothing.

A language has its part in two files of its folder. ``signatures.scm`` captures ``@name`` with ``@returns``,
and ``@parameter`` with ``@type`` and, where it has one, ``@default``; ``@marks`` are modifiers of either.
The keys of ``signatures.toml`` are read into :class:`Rules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import described, language, query

if TYPE_CHECKING:
    from crimescene.model import Function
    from crimescene.syntax.outline import Outline

_LONGEST = 200
"""Characters of a type that are looked at; a longer one is written out structure."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the types of one language promise; all but ``nothing`` are regular expressions."""

    nothing: str
    """How the language writes it: ``None``."""
    missing: str
    """Error messages that say a value was nothing, searched in ``Type: message``; its group says which."""
    admits: str
    """Types that admit nothing: ``Config | None``."""
    promises: str = "."
    """Of all others those that say it is never nothing; the rest say neither."""
    marked_as_admitting: str = "(?!)"
    """Modifiers that say so: ``@Nullable``."""
    marked_as_promising: str = "(?!)"
    absent_by_default: str = ""
    """Default values that admit nothing whatever the type says; without it that which ``nothing`` is."""
    beside_error: str = "(?!)"
    """Types of a result beside an error, of which one is nothing; the group is that of the result."""
    resolved: str = "(?!)"
    """Types of what is awaited; the group is what comes of it."""
    results_of_nothing: str = "(?!)"
    """Types of results that say nothing worth asking for: ``void``, ``Any``."""

    def missed(self, error: str) -> str:
        """The nothing that ``error`` complains of; empty if it is about something else."""
        found = re.search(self.missing, error)
        return (found[found.lastindex or 0] if found.lastindex else self.nothing) if found else ""


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared type of a result or parameter, and what it says of nothing."""

    type: str
    """As written, on one line, what is awaited taken out."""
    nothing: str
    """admitted | never | beside an error | unsaid"""


@cache
def rules(name: str) -> Rules | None:
    """The rules of the language with the id ``name``; None where nobody wrote any."""
    found = described(name, "signatures")
    return Rules(**found) if found else None


def result(outline: Outline, function: Function) -> Declared | None:
    """What ``function`` is declared to return."""
    for captures in _captures(outline, function):
        named = captures.get("name")
        if named and named[0].start_byte == function.name_span.start and "returns" in captures:
            return _declared(outline, captures, "returns")
    return None


def parameter(outline: Outline, function: Function, name: str) -> Declared | None:
    """The declared type of the parameter ``name`` of ``function``."""
    for captures in _captures(outline, function):
        named = captures.get("parameter")
        texts = [(node.text or b"").decode("utf-8", "replace") for node in named or ()]
        if name in texts:
            return _declared(outline, captures, "type")
    return None


def _captures(outline: Outline, function: Function) -> list[dict[str, list[tree_sitter.Node]]]:
    """What the query finds in the head of ``function``, patterns with more captures first."""
    wanted = query(language(outline.language), "signatures")
    if wanted is None or function.kind == "module":
        return []
    head = function.body_span.start
    if not function.name_span.start < head < function.span.end:
        head = function.span.end  # no body: what an interface declares
    cursor = tree_sitter.QueryCursor(wanted)
    cursor.set_byte_range(function.span.start, head)
    matches = [captures for _, captures in cursor.matches(outline.tree.root_node)]
    kept = []
    for captures in matches:
        named = captures.get("name") or captures.get("parameter") or []
        if named and function.span.start <= named[0].start_byte < head:
            kept.append(captures)
    return sorted(kept, key=lambda captures: -len(captures))


def _declared(outline: Outline, captures: dict[str, list[tree_sitter.Node]], key: str) -> Declared | None:
    known = rules(outline.language)
    text = " ".join(" ".join((node.text or b"").decode("utf-8", "replace") for node in captures[key]).split())
    if known is None or not text or len(text) > _LONGEST:
        return None
    if awaited := re.search(known.resolved, text):
        text = awaited[1]
    marks, default = (
        " ".join((node.text or b"").decode("utf-8", "replace") for node in captures.get(name, ()))
        for name in ("marks", "default")
    )
    if beside := re.search(known.beside_error, text):
        return Declared(beside[1], "beside an error")
    absent = re.search(known.absent_by_default or rf"^{re.escape(known.nothing)}$", default)
    if (default and absent) or re.search(known.admits, text) or re.search(known.marked_as_admitting, marks):
        return Declared(text, "admitted")
    sure = re.search(known.marked_as_promising, marks) if marks else None
    if sure or re.search(known.promises, text):
        # In Java only marks and some types promise anything.
        return Declared(text, "never")
    return Declared(text, "unsaid")
