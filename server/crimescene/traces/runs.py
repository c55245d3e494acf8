"""What formats with one frame a line share: frames from named groups, runs of them, one-error traces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Relation, Span, Stack, Trace
from crimescene.traces.document import trace_of

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from crimescene.model import Assertion, Frame, Truncation
    from crimescene.traces.document import Document
    from crimescene.traces.patterns import Pattern

_LOOK_AHEAD = 4


def placed(
    doc: Document,
    line: int,
    found: re.Match[str],
    *,
    function: str | None = None,
    code: str | None = None,
    marks: tuple[int, int] | None = None,
    text: str | None = None,
) -> Frame:
    """A frame from the groups ``path``, ``line``, ``col``, ``fn`` and ``mod``, those that matched."""
    spans = [found.span(name) for name in ("path", "line", "col") if found.re.groupindex.get(name)]
    spans = [span for span in spans if span[0] >= 0] or [found.span()]
    groups = found.groupdict()
    return doc.frame(
        line,
        min(span[0] for span in spans),
        max(span[1] for span in spans),
        groups.get("path"),
        groups.get("line"),
        column=groups.get("col"),
        function=function or groups.get("fn"),
        module=groups.get("mod"),
        code=code,
        marks=marks,
        text=text,
    )


def run(doc: Document, at: int, pattern: Pattern, passed: Pattern | None = None) -> tuple[list[Frame], int]:
    """Frames of consecutive lines from ``at``, and the line behind the last of them.

    Lines that match ``passed`` (source excerpts, locals) may stand between frames and behind them.
    """
    frames: list[Frame] = []
    text, starts, ends, claimed = doc.text, doc.starts, doc.ends, doc.claimed
    size = len(doc)
    while at < size and not claimed[at]:
        found = pattern.match(text, starts[at], ends[at])
        if found:
            frames.append(placed(doc, at, found))
        elif passed is None or not passed.match(text, starts[at], ends[at]):
            break
        at += 1
    return frames, at


def behind_blank(doc: Document, at: int, pattern: Pattern) -> int | None:
    """The line at or shortly behind ``at``, past blank lines, that matches; None if there is none."""
    for below in range(at, min(at + _LOOK_AHEAD, len(doc))):
        if doc.claimed[below]:
            return None
        if pattern.match(doc.text, doc.starts[below], doc.ends[below]):
            return below
        if not doc.blank(below):
            return None
    return None


def simple(
    doc: Document,
    name: str,
    head: tuple[str | None, str],
    frames: Sequence[Frame],
    lines: tuple[int, int],
    *,
    truncation: Sequence[Truncation] = (),
    hints: Sequence[Truncation] = (),
    assertion: Assertion | None = None,
    test: str | None = None,
) -> Trace:
    """A trace of one error, type and message in ``head``, over ``lines`` (inclusive), which it claims."""
    first, last = lines
    doc.claim(first, last)
    stack = Stack(head[0], head[1], tuple(frames), Relation.ROOT, doc.span(first, last))
    return trace_of(
        name, [stack], truncation=tuple(truncation), hints=tuple(hints), assertion=assertion, test=test
    )


def over(doc: Document, trace: Trace, first: int, last: int) -> Trace:
    """``trace`` reaching at least from line ``first`` to ``last``: its header and what closes it."""
    start, end = doc.span(first, first).start, doc.span(last, last).end
    return replace(trace, span=Span(min(start, trace.span.start), max(end, trace.span.end)))


def without_arguments(name: str) -> str:
    """A C++, Swift or D function's name without its last argument list and qualifiers."""
    stripped = name.rstrip()
    for tail in (" const", " &", " &&", " volatile", " noexcept", " [clone .cold]"):
        stripped = stripped.removesuffix(tail).rstrip()
    if not stripped.endswith(")") or stripped.endswith("operator()"):
        return stripped
    depth = 0
    for at in range(len(stripped) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(stripped[at], 0)
        if depth == 0:
            bare = stripped[:at].rstrip()
            return bare if bare and not bare.endswith(("(", "::")) else stripped
    return stripped
