"""Which nodes of each grammar are which kind of expression: ``expressions.toml`` of each language.

Each node type has a kind and the names of the fields that play a part in it: what it is done to, what is done
and the others; ``#0`` is the first named child, ``*`` all that are left, ``-`` nothing. ``transparent`` nodes
stand for what they hold: one part, or each of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from crimescene.languages import described

if TYPE_CHECKING:
    from collections.abc import Mapping

SELF = frozenset({"self", "this", "cls", "super", "$this", "Self"})
"""Names that mean the object itself, which is never the wrong value."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one type of node is read; fields are names of the grammar, ``#0`` the first named child."""

    kind: str
    base: str = ""
    """What it is done to: object, callee, left operand, target."""
    name: str = ""
    """What is done: the member, the type; for operators the unnamed child is taken."""
    parts: tuple[str, ...] = ()
    """Arguments, keys, right operand, value; ``*`` stands for all named children but the others."""


@dataclass(frozen=True, slots=True)
class Forms:
    """How the expressions of a language are read."""

    by_type: Mapping[str, Form]
    transparent: frozenset[str]
    macro: str = ""
    """Type of a node whose parts the grammar leaves as tokens."""
    tokens: str = ""
    """Type of the node that holds these, brackets included."""
    macro_frame: tuple[str, str] = ("", "")
    """What has to stand before and behind them to make them a program."""


@cache
def forms_of(language: str) -> Forms | None:
    """How expressions of ``language`` (an id) are read; None where nobody wrote it down."""
    data = described(language, "expressions")
    if not data:
        return None
    opening, closing = data.get("macro_frame", ("", ""))
    return Forms(
        {kind: _form(text) for kind, text in data["forms"].items()},
        frozenset(data["transparent"]),
        data.get("macro", ""),
        data.get("tokens", ""),
        (opening, closing),
    )


def _form(text: str) -> Form:
    kind, *fields = ("" if word == "-" else word for word in text.split())
    base, name, *parts = (*fields, "", "") if len(fields) < 2 else fields  # noqa: PLR2004 -- base and name
    return Form(kind, base, name, tuple(part for part in parts if part))
