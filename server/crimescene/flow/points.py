"""Log points, and the forms in which they are put into a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.flow.grammar import grammar_of
from crimescene.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.flow.facts import Body, Path, Unit

MAX_NAMES = 5
LABEL = 60
_SIMPLE = re.compile(
    r"^[*@]{0,2}[\w$]+(?:(?:!?\.|->)#?[\w$]+|\[(?:[\w$.]+|-?\d+|\"[^\"\\]*\"|'[^'\\]*')\])*$"
)
BARE = re.compile(r"^(?:\$|@@?)?[^\W\d][\w$]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """How a point is put into the text."""

    form: str
    """wrap | condition | parts | before | after | inside | braces"""
    span: Span
    """Of the expression (wrap, condition), else of the whole statement, or an empty one (inside)."""
    names: tuple[str, ...] = ()
    """Expressions to show; of a condition those besides its value."""
    brackets: bool = False
    """The value is several joined by commas and needs parentheses."""
    types: tuple[str, ...] = ()
    """Declared types of what is returned."""
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One log point: what is seen where, and why one would look there."""

    id: str
    path: str
    lineno: int
    """Of the statement it observes."""
    when: str
    """entry | before | after | exit | branch | exception | hop"""
    label: str
    paths: tuple[str, ...]
    function: str
    place: Place
    why: str = ""
    secret: bool = False
    """What it is about has the name of a secret."""


def readable(text: str, accessors: Collection[str]) -> bool:
    """Whether reading the path once more calls nothing."""
    if not _SIMPLE.match(text) or len(text) > LABEL:
        return False
    return not any(part in accessors for part in re.findall(r"\.#?([\w$]+)", text))


def label_of(text: str) -> str:
    """Return ``text`` as it may stand in front of `` = `` on one line."""
    flat = " ".join(text.split()).replace('"', "'").replace("\\", "/").replace(" = ", "=").replace(" | ", "|")
    flat = flat.replace("*/", "* /").replace("//", "/ /").replace("${", "$ {")
    return flat if len(flat) <= LABEL else flat[: LABEL - 1] + "…"


def entry(unit: Unit, tracked: Collection[str] = ()) -> Place | None:
    """Return the place at the start of a function that shows its parameters; ``tracked`` only, if given."""
    grammar = grammar_of(unit.language)
    if unit.body is None or grammar is None or unit.kind == "module" or "closed" in unit.flags:
        return None
    names = [path.root for parameter in unit.parameters for path in parameter.targets]
    names = [n for n in names if BARE.match(n) and n != "_" and n not in grammar.self_names]
    names = [n for n in names if not tracked or n in tracked]
    if not names:
        return None
    return start(unit.body, tuple(dict.fromkeys(names))[:MAX_NAMES])


def start(body: Body, names: tuple[str, ...]) -> Place:
    """Return the place before the first statement of a block."""
    if body.first is not None:
        return Place("before", Span(body.first, body.first), names)
    return Place("inside", Span(body.after, body.after), names)


def bare(paths: list[Path]) -> tuple[str, ...]:
    """Return the names among ``paths`` that can be shown."""
    names = dict.fromkeys(p.root for p in paths if p.plain and BARE.match(p.root) and p.root != "_")
    return tuple(names)[:MAX_NAMES]
