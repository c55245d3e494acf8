"""Go: do two methods take the same types? An interface is satisfied by those that do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.callers.program import Program
    from crimescene.scopes.ir import Unit

_NAMED = re.compile(r"(?!chan\b|func\b|map\b|interface\b|struct\b)\w+\s+(\S.*)$", re.DOTALL)
"""A parameter with its name, not a type of several words."""
_QUALIFIER = re.compile(r"\b\w+\.(?=\w)")
_HEAD = 2_000
"""Characters in which a list of parameters ends."""


def same(program: Program, one: Unit, other: Unit) -> bool:
    """Whether the parameters of two methods have the same types, packages left aside."""
    mine, theirs = _types(program, one), _types(program, other)
    return mine is None or theirs is None or mine == theirs


def _types(program: Program, unit: Unit) -> list[str] | None:
    """Return the types of the parameters as texts; None if they cannot be read."""
    source = program.source(unit.path)
    head = source[unit.name_start : unit.name_start + _HEAD].decode("utf-8", "replace")
    begin = head.find("(")
    parts, depth, last = [], 0, begin + 1
    for place in range(begin, len(head)) if begin >= 0 else ():
        char = head[place]
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 or (char == "," and depth == 1):
            parts.append(re.sub(r"//[^\n]*", "", head[last:place]).strip())
            last = place + 1
        if depth == 0:
            return _without_names([part for part in parts if part])
    return None


def _without_names(parts: list[str]) -> list[str]:
    """``a, b int`` are two of one type; either all parameters have names or none has."""
    if not any(_NAMED.match(part) for part in parts):
        return [_plain(part) for part in parts]
    found: list[str] = []
    kind = ""
    for part in reversed(parts):
        match = _NAMED.match(part)
        kind = _plain(match[1]) if match else kind
        found.append(kind)
    return found[::-1]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", _QUALIFIER.sub("", text)).replace("interface{}", "any")
