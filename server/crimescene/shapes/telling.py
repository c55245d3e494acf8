"""What is said of a trace of shapes: as a table, as Markdown with a picture, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crimescene.shapes.values import Hop

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.shapes.report import Divergence, Traced

HEAD = ("hop", "place", "produced", "read", "verdict")
UNKNOWN = "unknown: log the shape here"
_SAID = {
    "missing-key": "is not there",
    "case-mismatch": "is written another way",
    "maybe-missing": "is not always there",
    "renamed-without-source": "is taken from a key that is not there",
    "nullable-vs-required": "is read of what may be nothing",
    "void-result": "is read of what is never returned",
    "list-vs-object": "mixes up list and object",
    "object-vs-map": "mixes up object and map",
    "promise-not-awaited": "is read of a promise that nobody awaited",
    "serialised-type": "is text since it was written out",
}


def sentence(found: Divergence) -> str:
    """Return what is wrong, as one sentence."""
    return f"{found.consumed} {_wrong(found, str)}"


def _wrong(found: Divergence, shown: Callable[[str], str]) -> str:
    """Return what is wrong with what is read; ``shown`` tells names from prose."""
    near = f"; what is produced is {shown(found.produced)}" if found.produced not in ("", found.shape) else ""
    return f"{_SAID.get(found.kind, 'does not fit')}{near}"


def table(found: Divergence) -> list[tuple[str, str, str, str, str]]:
    """Return the rows hop, place, produced, read, verdict."""
    made = Hop(found.producer.path, found.producer.lineno, found.shape)
    ends = [(hop.path, hop.lineno) for hop in (found.producer, found.consumer)]
    earlier, later = (
        [h for h in hops if (h.path, h.lineno) not in ends] for hops in (found.before, found.hops)
    )
    ways = [*earlier, made, *(hop for hop in later if hop not in earlier)]
    rows = [(str(n), f"{hop.path}:{hop.lineno}", hop.what, "", "") for n, hop in enumerate(ways, 1)]
    place = f"{found.consumer.path}:{found.consumer.lineno}"
    produced = found.produced if found.produced != found.shape else ""
    rows.append((str(len(rows) + 1), place, produced, found.consumed, f"{found.kind}: {sentence(found)}"))
    return rows


def unknown_rows(found: Traced) -> list[tuple[str, str, str, str, str]]:
    """Return the rows of what the code does not decide."""
    rows: list[tuple[str, str, str, str, str]] = []
    for one in found.unknown:
        rows += [
            ("1", f"{one.made.path}:{one.made.lineno}", one.expression, "", UNKNOWN),
            ("2", f"{one.read.path}:{one.read.lineno}", "", one.key, ""),
        ]
    return rows


def text(found: Traced) -> str:
    """Return the first divergence, or what is not known, as a plain table; empty if there is neither."""
    rows = table(found.divergences[0]) if found.divergences else unknown_rows(found)
    if not rows:
        return ""
    lines = [HEAD, *rows]
    wide = [max(len(row[column]) for row in lines) for column in range(len(HEAD))]
    return "\n".join(
        " | ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip(" |")
        for row in lines
    )


def markdown(found: Traced, link: Callable[[str, str], str] | None = None) -> str:
    """Return the tables of all divergences, each with a picture; ``link`` makes a place one can follow."""
    lines: list[str] = []
    for one in found.divergences:
        rows = table(one)
        lines += [_headline(one, link), "", *_table(rows, link), "", *_picture(one, rows), ""]
    if not found.divergences:
        lines += ["Nothing that is read is known to differ from what is produced.", ""]
    unknown = unknown_rows(found)
    if unknown and not found.divergences:
        lines += _table(unknown, link)
    return "\n".join(lines).rstrip() + "\n"


def _headline(found: Divergence, link: Callable[[str, str], str] | None) -> str:
    """Return what is wrong and where, before the way that leads there."""
    path, lineno = found.consumer.path, str(found.consumer.lineno)
    place = f"{path}:{lineno}" if link is None else f"[{path}:{lineno}]({link(path, lineno)})"
    return f"{place}: {_code(found.consumed)} {_wrong(found, _code)}."


def _table(rows: list[tuple[str, str, str, str, str]], link: Callable[[str, str], str] | None) -> list[str]:
    lines = ["| " + " | ".join(HEAD) + " |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in row]
        path, _, lineno = row[1].rpartition(":")
        cells[1] = f"[{cells[1]}]({link(path, lineno)})" if link is not None else cells[1]
        lines.append(
            "| " + " | ".join([cells[0], cells[1], _code(cells[2]), _code(cells[3]), cells[4]]) + " |"
        )
    return lines


def _code(cell: str) -> str:
    shape = "{" in cell or " " not in cell
    return f"`{cell}`" if cell and shape and "`" not in cell else cell


def _picture(found: Divergence, rows: list[tuple[str, str, str, str, str]]) -> list[str]:
    """Return the chain as a Mermaid flow chart."""
    lines = ["```mermaid", "flowchart LR"]
    for number, row in enumerate(rows):
        shown = ": ".join(part for part in (row[1], row[2] or row[3]) if part)
        quoted = shown.replace("`", "'").replace('"', "'").replace("<", "&lt;")
        lines.append(f'  h{number}["{quoted}"]')
    lines += [f"  h{number} --> h{number + 1}" for number in range(len(rows) - 2)]
    lines += [f"  h{len(rows) - 2} -. {found.kind} .-> h{len(rows) - 1}", "```"]
    return lines


def to_json(found: Traced) -> str:
    """Return divergences and what is not known as JSON."""
    rows = [
        {
            "kind": d.kind,
            "produced": d.produced,
            "read": d.consumed,
            "shape": d.shape,
            "said": sentence(d),
            "producer": {"path": d.producer.path, "line": d.producer.lineno},
            "consumer": {"path": d.consumer.path, "line": d.consumer.lineno},
            "hops": [{"path": h.path, "line": h.lineno, "what": h.what} for h in d.hops],
        }
        for d in found.divergences
    ]
    unknown = [
        {
            "expression": u.expression,
            "read": u.key,
            "producer": {"path": u.made.path, "line": u.made.lineno},
            "consumer": {"path": u.read.path, "line": u.read.lineno},
        }
        for u in found.unknown
    ]
    return json.dumps({"divergences": rows, "unknown": unknown}, indent=2) + "\n"
