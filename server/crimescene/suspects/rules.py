"""What a runtime's message says about the expression that went wrong: tables, one a runtime.

The tables stand as data in ``tables/<runtime>.toml``. A rule has

- ``message``: a regular expression searched in ``Type: message``. Its groups are what the finders go by:
  ``name`` (a member or variable), ``text`` (an expression as printed), ``key``, ``index``, ``length``,
  ``operator``, ``left`` and ``right`` (types of operands), ``type``, ``call`` (a function), ``number`` (of an
  argument);
- ``finders``: names of functions of :mod:`finders` and :mod:`special`, tried in this order;
- ``reason``: why the suspect is one; completes "`order.items` …" and may use the groups;
- ``of``: a regular expression; only calls of functions so named are meant.

The more special message stands first; the first rule whose finders find something decides.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crimescene import languages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Rule:
    """One message of a runtime and where in the line to look for the culprit."""

    message: str
    finders: str
    reason: str
    of: str = ""


@cache
def table(language: str) -> tuple[Rule, ...]:
    """The rules for crashes in a language; empty where none are known."""
    name = languages.language(language).errors if language in languages.LANGUAGES else ""
    if not name:
        return ()
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return tuple(Rule(**rule) for rule in tomllib.load(file)["rule"])


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
