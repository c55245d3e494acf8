"""Errors that trio, before exception groups, printed below the one that holds them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Relation, Span
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace
    from crimescene.traces.document import Document

_TITLE = rx(r"\s{0,200}Details of embedded exception \d{1,6}:\s*$")
_BLANKS = 3


def joined(doc: Document, found: Iterator[tuple[int, Trace]]) -> Iterator[Trace]:
    """The traces, each with the line it begins at, embedded ones as members of the one before them."""
    held: Trace | None = None
    for first, trace in found:
        title = first - 1
        while title > first - _BLANKS and doc.blank(title):
            title -= 1
        follows = held is not None and held.span.end <= trace.span.start  # those without a header come last
        if held is not None and follows and _TITLE.match(doc.line(title)):
            doc.claim(title, title)
            held = _with(held, trace)
            continue
        if held is not None:
            yield held
        held = trace
    if held is not None:
        yield held


def _with(held: Trace, trace: Trace) -> Trace:
    shift = len(held.stacks)
    owner = held.stacks.index(held.root)
    members = tuple(
        replace(stack, relation=Relation.MEMBER, of=owner)
        if stack.of is None
        else replace(stack, of=stack.of + shift)
        for stack in trace.stacks
    )
    return replace(
        held,
        stacks=held.stacks + members,
        span=Span(held.span.start, trace.span.end),
        truncation=held.truncation + trace.truncation,
        assertion=held.assertion or trace.assertion,
    )
