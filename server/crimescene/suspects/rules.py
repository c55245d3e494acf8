"""What a runtime's message says about the expression that went wrong: the form of the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Rule:
    """One message of a runtime and where in the line to look for the culprit."""

    message: str
    """Regular expression searched in ``Type: message``; its groups are what the finders go by: ``name`` (a
    member or variable), ``text`` (an expression as printed), ``key``, ``index``, ``length``, ``operator``,
    ``left`` and ``right`` (types of operands), ``type``, ``call`` (a function)."""
    finders: str
    """Names of functions of :mod:`finders`, tried in this order until one finds something."""
    reason: str
    """Why the suspect is one: completes "`order.items` …"; may use the groups."""
    of: str = ""
    """Regular expression: only calls of functions so named."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile the pattern, once: a table is used from its first crash on."""
    return re.compile(pattern, re.DOTALL)


def matching(rules: tuple[Rule, ...], message: str) -> list[tuple[Rule, dict[str, str]]]:
    """The rules that fit ``message`` with what their groups caught, in the order of the table."""
    found = []
    for rule in rules:
        match = compiled(rule.message).search(message)
        if match is not None:
            found.append((rule, {k: v for k, v in match.groupdict().items() if v is not None}))
    return found
