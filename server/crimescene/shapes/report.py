"""What is said about the way of a value: the hops, and where what is produced stops matching what is read."""

from __future__ import annotations

import json
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
    """missing-key | case-mismatch | list-vs-object | object-vs-map | promise-not-awaited | serialised-type |
    void-result"""
    produced: str
    consumed: str
    producer: Hop
    consumer: Hop
    shape: str
    """What is produced, as people read it."""
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """The answer to a question about shapes, in the order in which values flow."""

    divergences: tuple[Divergence, ...]
    unknown: tuple[Hop, ...] = ()


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


def table(found: Divergence) -> list[tuple[str, str, str, str, str]]:
    """Return the rows hop, place, produced, read, verdict."""
    rows = [("1", f"{found.producer.path}:{found.producer.lineno}", found.shape, "", "")]
    for hop in found.hops:
        if (hop.path, hop.lineno) not in (
            (found.producer.path, found.producer.lineno),
            (found.consumer.path, found.consumer.lineno),
        ):
            rows.append((str(len(rows) + 1), f"{hop.path}:{hop.lineno}", "", hop.what, ""))
    place = f"{found.consumer.path}:{found.consumer.lineno}"
    read = f"`{found.consumed}`"
    rows.append((str(len(rows) + 1), place, found.produced, read, found.kind))
    return rows


def markdown(found: Traced) -> str:
    """Return the tables of all divergences."""
    if not found.divergences:
        return "Nothing that is read is known to differ from what is produced.\n"
    lines: list[str] = []
    for one in found.divergences:
        lines += ["| hop | place | produced | read | verdict |", "| --- | --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table(one)]
        lines.append("")
    return "\n".join(lines)


def to_json(found: Traced) -> str:
    """Return the divergences as JSON."""
    rows = [
        {
            "kind": d.kind,
            "produced": d.produced,
            "read": d.consumed,
            "shape": d.shape,
            "producer": {"path": d.producer.path, "line": d.producer.lineno},
            "consumer": {"path": d.consumer.path, "line": d.consumer.lineno},
            "hops": [{"path": h.path, "line": h.lineno, "what": h.what} for h in d.hops],
        }
        for d in found.divergences
    ]
    return json.dumps({"divergences": rows}, indent=2) + "\n"


def shape_of(value: Value) -> str:
    """Return a shape as people read it."""
    return describe(value)
