"""Which expressions the error itself makes suspect: of the place where the deepest cause was raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import suspects, syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Suspect, Trace


_FRAMES = 3
"""Innermost frames that are looked at: a generated one has no expressions."""


def suspected(trace: Trace, links: Sequence[Link]) -> tuple[Suspect, ...]:
    """Up to three expressions of the crash line, the likeliest first; empty where nothing is known."""
    return next((found for link in _places(links) if (found := _on_line(trace, link))), ())


def first_place(links: Sequence[Link]) -> Link | None:
    """The frame where the deepest cause was raised, as far as it lies in the workspace."""
    return next(iter(_places(links)), None)


def _places(links: Sequence[Link]) -> list[Link]:
    first = next((x for x in links if x.origin), None) or next((x for x in links if x.raised), None)
    if first is None:
        return []
    inner = [x for x in links if x.stack == first.stack and x.position >= first.position]
    return [x for x in inner if x.location.in_app][:_FRAMES]


def _on_line(trace: Trace, link: Link) -> tuple[Suspect, ...]:
    if link.outline is None:
        return ()
    function = syntax.enclosing_function(link.outline, link.location.lineno)
    return suspects.find(crash_of(trace, link), link.outline, function)


def crash_of(trace: Trace, link: Link) -> suspects.Crash:
    """What the runtime said at ``link``, and where it is now."""
    stack, frame, location = trace.stacks[link.stack], link.frame, link.location
    same = location.lineno == frame.lineno
    return suspects.Crash(
        exception=stack.exception or "",
        message=stack.message,
        lineno=location.lineno,
        column=location.column or (frame.column if same else None),
        code=frame.code,
        marks=frame.marks,
        frame=frame.function or "",
    )
