"""Frames that only raise: ``reportProblem``, ``fail``, a factory of exceptions.

The trace begins in them, and yet the error is that of the first function that does more than raise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene import syntax
    from crimescene.context.chain import Link
    from crimescene.model import Function

_MOST = 5
"""Frames in a row that may only raise."""
_SHORT = 30
"""Lines; what is longer does something of its own."""
_RAISES = re.compile(
    r"\b(?:throw|raise)\b|\bpanic!?\(|\bdie\b|\b(?:return|new)\b.*\bnew\s+[\w.]*(?:Exception|Error)\b"
    r"|\bnew\s+[\w.]*(?:Exception|Error)\b"
)
_NO_CODE = re.compile(r"\s*(?://|/?\*|#|@|[\])};,]*\s*$)")
_RETURNS = re.compile(r"\s*return\b")


def split(links: Sequence[Link]) -> tuple[list[Link], Link | None]:
    """The frames that only raise, innermost first, and the first one that does more; tests are not asked."""
    own = [link for link in links if not link.in_test and link.location.in_app]
    first = next((x for x in own if x.origin), None) or next((x for x in own if x.raised), None)
    if first is None:
        return [], None
    stack = [x for x in own if x.stack == first.stack and x.position >= first.position]
    raising: list[Link] = []
    for link in stack:
        if len(raising) == _MOST or not _only_raises(link, passes_on=bool(raising)):
            return raising, link
        raising.append(link)
    return raising, None


def _only_raises(link: Link, *, passes_on: bool) -> bool:
    """Whether the function ends with the statement of the frame, comes to it always, and it raises.

    A frame above one that only raises need not say so itself: it ``passes_on``.
    """
    function, outline = link.function, link.outline
    if outline is None or function.kind in ("module", "class"):
        return False
    if function.last_lineno - function.first_lineno > _SHORT:
        return False
    rows = _rows(outline, function)
    at = next((n for n, (lineno, _) in enumerate(rows) if lineno == link.location.lineno), None)
    if at is None:
        return False
    depth = min(_indent(row) for _, row in rows)
    start = next((n for n in range(at, -1, -1) if _indent(rows[n][1]) == depth), at)
    if any(_indent(row) == depth for _, row in rows[at + 1 :]):
        return False
    before, statement = rows[:start], " ".join(row for _, row in rows[start:])
    if rows[start][1].rstrip().endswith(("{", ":")) or any(_RETURNS.match(row) for _, row in before):
        return False
    return passes_on or _RAISES.search(statement) is not None


def _rows(outline: syntax.Outline, function: Function) -> list[tuple[int, str]]:
    """The lines of the body that hold code, by number; of a body of one line that line."""
    source = outline.source
    start = source.count(b"\n", 0, function.body_span.start) + 1
    last = function.last_lineno
    first = start + 1 if source[function.body_span.start : function.body_span.start + 1] == b"{" else start
    rows = []
    for lineno in range(min(first, last), last + 1):
        begin = outline.line_starts[lineno - 1]
        text = source[begin:].split(b"\n", 1)[0].decode("utf-8", "replace")
        if not _NO_CODE.match(text):
            rows.append((lineno, text))
    return rows


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
