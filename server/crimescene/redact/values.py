"""What a value looks like: made up by chance, a stand-in, a path, a name."""

from __future__ import annotations

import re

from crimescene.redact.finds import random

_PATH = re.compile(
    r"(?:~?/|\.{1,2}/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]{1,20}://)|.{0,300}\.[A-Za-z]\w{0,4}(?::\d+){0,2}$"
)
_TEMPLATE = re.compile(
    r"^\$\w*$|\$[{(]|\{\{|\{[\w.]*\}|%[(s]|%\w+%|#\{|<[\w -]+>|^\[[A-Z ]+\]$|^[.…x*X•-]+$|\u2039"
)
_FILLER = re.compile(
    r"(?i)passw(?:or)?d|passwort|passphrase|pass|pwd|secret|token|api|key|access|auth|credentials?|session|id"
    r"|my|your|the|new|old|user|db|database|root|admin|here|enter|insert|an?|is|current|confirm|value|field|text"
    r"|string|str|invalid|missing|wrong|incorrect|required|optional|example|sample|dummy|placeholder|change|me"
    r"|this|todo|none|null|nil|undefined|true|false|empty|redacted|filtered|masked|hidden|removed|super|client"
    r"|private|bearer|basic|header|name|type|hash|object|bytes|any|number|int|bool|boolean|default|not|set|unset"
    r"|test|foo|bar|baz"
)
_WORDS = re.compile(r"[A-Za-z]+\d{0,2}|\d{1,4}|v\d[\w.]{0,11}")


_SAMPLE = "EXAMPLE"
"""Stands in every key that vendors print in their documentation."""
_MONOTONE = 0.7


def by_chance(value: str, least: int = 8) -> bool:
    """Whether ``value`` may be real: of at least ``least`` different characters, none of them most of it.

    ``sk-xxxxxxxxxxxx``, ``0000-0000`` and a vendor's own example are not.
    """
    signs = set(value)
    return (
        len(signs) >= least
        and _SAMPLE not in value
        and (len(value) < least or max(map(value.count, signs)) < _MONOTONE * len(value))
    )


def is_placeholder(value: str) -> bool:
    """Whether ``value`` only stands where a secret would: a template, a repeated sign, ``changeme``."""
    if _TEMPLATE.search(value) or not by_chance(value, least=3):
        return True
    return not any(c.isalnum() for c in _FILLER.sub("", value))


def is_path(value: str) -> bool:
    """A path, a URL or a file name; the slashes of base64 do not make one."""
    return bool(_PATH.match(value)) and "+" not in value and not value.endswith("=")


def made_up(value: str) -> bool:
    """Letters and digits mixed as no name mixes them: ``a8Kd03`` but neither ``user-v2`` nor ``Ident1``."""
    return random(value) and not all(_WORDS.fullmatch(part) for part in re.split(r"[-_.:/ ]", value) if part)
