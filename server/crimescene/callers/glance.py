"""A look at the bytes around a name: can any of its occurrences be a call with the right number of arguments?

Reading a file costs a thousand times as much as this, and for a name like ``Run`` most files fall out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.index import occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.callers.judge import Target

_LANGUAGES = frozenset({"go", "java", "csharp"})
"""Those where a call with another number of arguments cannot be meant."""
_MAX_ARGUMENTS = 4_000
"""Bytes of arguments that are looked at."""
_DEFINITION = {
    "go": re.compile(rb"\bfunc\s*(?:\([^()\n]*\)\s*)?$"),
    "java": re.compile(rb"(?<!\breturn)(?<!\bnew)(?<!\belse)(?<!\bthrow)(?<!\bdo)(?<=[\w>\]]) +$"),
    "csharp": re.compile(
        rb"(?<!\breturn)(?<!\bnew)(?<!\belse)(?<!\bthrow)(?<!\bdo)(?<!\bawait)(?<!\bin)(?<=[\w>\]?]) +$"
    ),
}
"""What stands before a name where it is defined."""
_WORDS = (b"is", b"as", b"in", b"instanceof", b"when", b"and", b"or", b"with", b"switch")
_NEXT = re.compile(rb"[ \t]+(\w+)")
_CALL = re.compile(rb"\s*\(")
_COMMENT = rb"//[^\n]*|/\*.*?\*/"
_SIGNS = re.compile(
    rb"""[()\[\]{},]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|["'`]|""" + _COMMENT, re.DOTALL
)


def wanted(targets: Sequence[Target]) -> tuple[int, int] | None:
    """Return the fewest and the most arguments that calls of the targets have; None if that says nothing.

    A class is named where nothing is called: by its subclasses, by ``Order order = new(1)``.
    """
    ranges: list[tuple[int, int]] = []
    for target in targets:
        unit = target.unit
        taken = unit.parameters
        if unit.language not in _LANGUAGES or unit.kind != "function" or "property" in unit.flags:
            return None
        if target.maker or target.constructs is not None or any(p.kind != "positional" for p in taken):
            return None
        needed = sum(p.default is None for p in taken)
        ranges.append((needed - ("extension" in unit.flags), len(taken)))
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None


def may_call(source: bytes, name: bytes, arguments: tuple[int, int], language: str) -> bool:
    """Whether ``name`` may be called with so many arguments in ``source``, or be passed on."""
    return any(
        _may_be(source, start, start + len(name), arguments, language) for start in occurrences(source, name)
    )


def _may_be(source: bytes, start: int, end: int, arguments: tuple[int, int], language: str) -> bool:
    line = source[source.rfind(b"\n", 0, start) + 1 : start]
    comment = line.find(b"//")
    if comment >= 0 and not any(quote in line[:comment] for quote in (b'"', b"'", b"`")):
        return False
    if line.lstrip().startswith(b"*") and language != "go":
        return False
    opening = _CALL.match(source, end)
    if opening is None:
        following = _NEXT.match(source, end)
        return following is None or following[1] in _WORDS  # ``Run bool`` declares something
    if _DEFINITION[language].search(line):
        return False
    count = _count(source, opening.end(), language)
    return count is None or arguments[0] <= count <= arguments[1]


def _count(source: bytes, start: int, language: str) -> int | None:
    """Count the arguments that begin at ``start``; None if nobody can tell."""
    depth, commas, last = 0, 0, start
    for match in _SIGNS.finditer(source, start, start + _MAX_ARGUMENTS):
        sign = match[0]
        if sign in b"([{":
            depth += 1
        elif sign in b")]}":
            depth -= 1
            if depth < 0:
                rest = re.sub(_COMMENT, b"", source[last : match.start()], flags=re.DOTALL).strip()
                given = commas + bool(rest)
                several = language == "go" and (rest.endswith(b"...") or (given == 1 and rest.endswith(b")")))
                return None if several else given
        elif len(sign) == 1 and sign in b"\"'`":
            return None  # a text that does not end as others do
        elif sign == b'""' and source[match.end() : match.end() + 1] == b'"':
            return None  # a text block
        elif sign[:1] == b'"' and source[match.start() - 1 : match.start()] in (b"@", b"$"):
            return None  # other rules for quotes
        elif sign == b"," and depth == 0:
            commas += 1
            last = match.end()
    return None
