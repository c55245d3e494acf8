"""The data a failing line reads: tables, constants and fields, which are no functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.model import Function, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.context.chain import Link
    from crimescene.syntax import Outline

MOST_LINES = 60
"""A longer table is data of its own; its first lines are shown."""
_DECLARATION = r"^(?:[\w\s,<>\[\]?.*&@:]*[\s*&])?{name}\s*(?::[^=\n]*)?:?=(?!=)"
"""A statement that gives ``name`` a value: modifiers, types and keywords before, a type after."""


def read_by(link: Link, *, whole: bool = False) -> Iterator[Function]:
    """What the line of ``link``, or its ``whole`` function, names that its file or its class defines.

    Functions apart.
    """
    outline = link.outline
    if outline is None or not 1 <= link.location.lineno <= len(outline.line_starts):
        return
    span = link.function.span if whole else _line(outline, link.location.lineno)
    names = set(syntax.identifiers(outline, span))
    names -= {f.name for f in outline.functions}
    owner = syntax.owner(outline, link.function)
    for field in owner.fields if owner is not None else ():
        if field.name in names:
            names.discard(field.name)
            yield field
    inside = _local(outline, link.function)
    for first, last in syntax.regions(outline, outline.module) if names else ():
        text = outline.source[_line(outline, first).start : _line(outline, first).end].decode(
            "utf-8", "replace"
        )
        for name in sorted(names - inside):
            if declares(name, text):
                names.discard(name)
                yield binding(outline, name, first, min(last, first + MOST_LINES - 1))


def declares(name: str, text: str) -> bool:
    """Whether the statement that begins with the line ``text`` gives ``name`` a value."""
    return name in text and re.match(_DECLARATION.format(name=re.escape(name)), text) is not None


def _line(outline: Outline, lineno: int) -> Span:
    starts = outline.line_starts
    end = starts[lineno] if lineno < len(starts) else len(outline.source)
    return Span(starts[lineno - 1], end)


def _local(outline: Outline, function: Function) -> set[str]:
    """Names the function's own head binds: its parameters hide what the file calls the same."""
    head = Span(function.span.start, max(function.span.start, function.body_span.start))
    return set(syntax.identifiers(outline, head)) if function.kind != "module" else set()


def binding(outline: Outline, name: str, first: int, last: int) -> Function:
    """The statement in lines ``first`` to ``last`` that gives ``name`` a value."""
    span = Span(_line(outline, first).start, _line(outline, last).end)
    start = outline.source.find(name.encode(), span.start)
    name_span = Span(start, start + len(name.encode()))
    return Function(name, name, "binding", outline.path, span, name_span, span, first, last)
