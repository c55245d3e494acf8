"""What is said about the way of a value: the hops, and where what is produced stops matching what is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.shapes.values import describe

if TYPE_CHECKING:
    from crimescene.shapes.values import Hop, Value

_SHORT = 4
"""Shorter keys are near to too many."""
_EDITS = 2


@dataclass(frozen=True, slots=True)
class Divergence:
    """What is read is not what was produced."""

    kind: str
    """missing-key | case-mismatch | maybe-missing | renamed-without-source | nullable-vs-required |
    void-result | list-vs-object | object-vs-map | promise-not-awaited | serialised-type"""
    produced: str
    consumed: str
    producer: Hop
    consumer: Hop
    shape: str
    """What is produced, as people read it."""
    hops: tuple[Hop, ...]
    before: tuple[Hop, ...] = ()
    """What the parts of it had passed before it was made."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A value of which the code does not say what it holds, and the key that somebody reads of it."""

    expression: str
    made: Hop
    key: str
    read: Hop


@dataclass(frozen=True, slots=True)
class Traced:
    """The answer to a question about shapes, in the order in which values flow."""

    divergences: tuple[Divergence, ...]
    unknown: tuple[Unseen, ...] = ()

    def places(self) -> tuple[tuple[str, int], ...]:
        """Return the lines where logging would show the shapes in question."""
        ends = [(d.producer, d.consumer) for d in self.divergences[:1]] or [
            (u.made, u.read) for u in self.unknown
        ]
        return tuple(dict.fromkeys((hop.path, hop.lineno) for pair in ends for hop in pair))


def plain(key: str) -> str:
    """Return a key without what the ways to write words differ in."""
    return re.sub(r"[_\-\s]", "", key).lower()


def words(key: str) -> list[str]:
    """Return the words of a key."""
    return [w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", key)]


def distance(one: str, other: str) -> int:
    """Return how many letters have to change."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def nearest(key: str, produced: Value) -> tuple[str, bool]:
    """Return the key that was likely meant, and whether only the way of writing differs."""
    for other in produced.fields:
        if plain(other) == plain(key):
            return other, True
    for other in produced.fields:
        if min(len(other), len(key)) >= _SHORT and distance(plain(other), plain(key)) <= _EDITS:
            return other, False
    wanted = words(key)
    for other in produced.fields:
        have = words(other)
        if len(key) >= _SHORT and (have[: len(wanted)] == wanted or have[-len(wanted) :] == wanted):
            return other, False
    for other, slot in produced.fields.items():
        if slot.value.kind == "object" and key in slot.value.fields:
            return f"{other}.{key}", False
    return "", False


def shape_of(value: Value) -> str:
    """Return a shape as people read it."""
    return describe(value)
