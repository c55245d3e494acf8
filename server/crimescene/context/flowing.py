"""Where the values of the failing lines may come from: calls whose results are assigned to what they read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.context import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crimescene.context.chain import Link

_FRAMES = 4
"""Frames whose lines are followed, innermost first."""
_BACK = 60
"""Lines before a failing one that are read."""
_WIDEST = 400
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_CALLED = re.compile(r"([A-Za-z_$][\w$]*)\s*\(")
_ASSIGNED = re.compile(
    r"(?:^|[^=!<>+\-*/%&|^\w$.])(?:(?:this|self)\.)?([A-Za-z_$][\w$]*)(?:\[[^\]]*\])?"
    r"\s*(?::\s*[\w<>\[\], ]+)?(?::=|[-+*/|&%]?=(?![=>]))"
)
_CHECK = re.compile(r"\s*(?:throw|raise)\b")
_WORDS = frozenset(
    {"if", "else", "elif", "for", "while", "do", "return", "yield", "throw", "raise", "new", "not", "and"}
    | {"or", "in", "is", "instanceof", "typeof", "import", "from", "as", "with", "try", "catch", "except"}
    | {"finally", "this", "self", "super", "null", "None", "nil", "true", "True", "false", "False"}
    | {"undefined", "def", "class", "function", "func", "const", "let", "var", "final", "static", "public"}
    | {"private", "protected", "void", "int", "long", "double", "float", "boolean", "char", "byte", "String"}
    | {"Object", "async", "await", "assert", "lambda", "case", "switch"}
)


def names_read(link: Link) -> frozenset[str]:
    """The names on the line of ``link``; where it only raises, also those of the condition above."""
    line = words.line_of(link.outline, link.location.lineno) or link.frame.code or ""
    if _CHECK.match(line):
        line += " " + words.line_of(link.outline, link.location.lineno - 1)
    return frozenset(_NAME.findall(line[:_WIDEST])) - _WORDS


def feeding(links: Sequence[Link]) -> Mapping[str, float]:
    """Names of functions whose results reach a failing line, 1 / (1 + distance) of its frame.

    Followed backwards through plain assignments of the same function; a look at the text, not an analysis.
    """
    found: dict[str, float] = {}
    for link in [x for x in links if not x.in_test][:_FRAMES]:
        near = 1 / (1 + link.depth)
        wanted = set(names_read(link))
        first = max(link.function.first_lineno, link.location.lineno - _BACK)
        for lineno in range(link.location.lineno - 1, first - 1, -1):
            line = words.line_of(link.outline, lineno)[:_WIDEST]
            match = _ASSIGNED.search(line)
            if match is not None and match[1] in wanted:
                value = line[match.end() :]
                wanted |= set(_NAME.findall(value)) - _WORDS
                for name in _CALLED.findall(value):
                    found[name] = max(found.get(name, 0.0), near)
    return found


def assigned(text: str) -> set[str]:
    """The names that ``text`` assigns to, fields of the object without ``this`` or ``self``."""
    return set(_ASSIGNED.findall(text))
