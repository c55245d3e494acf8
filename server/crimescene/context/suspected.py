"""Which expressions the error itself makes suspect: of the place where the deepest cause was raised."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import suspects, syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Suspect, Trace


_FRAMES = 3
"""Innermost frames that are looked at: a generated one has no expressions."""
_OFTEN = 3
_ROUND = 8
"""Frames in which a recursion comes round, if they are looked at for the call that does it."""
_WORDS = re.compile(r"[\w$]+")


def suspected(trace: Trace, links: Sequence[Link]) -> tuple[Suspect, ...]:
    """Up to three expressions of the crash line, the likeliest first; empty where nothing is known."""
    places = _places(links)
    again = _recurring(trace, places[0]) if places else frozenset()
    if again:  # the frame at which the room ran out may be of a function that the recursion merely calls
        inner = [x for x in links if x.stack == places[0].stack and x.location.in_app]
        names = [_bare_name(x.frame.function) for x in inner]
        first = next((n for n, name in enumerate(names) if name in again), 0)
        places = inner[first : first + _ROUND]
    found = (said for link in places if (said := _on_line(trace, link, again)))
    if not again:
        return next(found, ())
    every = list(found)
    return next((said for said in every if said[0].by_message), next(iter(every), ()))


def first_place(links: Sequence[Link]) -> Link | None:
    """The frame where the deepest cause was raised, as far as it lies in the workspace."""
    return next(iter(_places(links)), None)


def _places(links: Sequence[Link]) -> list[Link]:
    first = next((x for x in links if x.origin), None) or next((x for x in links if x.raised), None)
    if first is None:
        return []
    inner = [x for x in links if x.stack == first.stack and x.position >= first.position]
    return [x for x in inner if x.location.in_app][:_FRAMES]


def _recurring(trace: Trace, link: Link) -> frozenset[str]:
    """Of a recursion without end the bare names of the functions that are on the stack three times."""
    stack = trace.stacks[link.stack]
    if link.outline is None or not suspects.recurs(
        link.outline.language, stack.exception or "", stack.message
    ):
        return frozenset()
    times = Counter(_bare_name(frame.function) for frame in stack.frames)
    return frozenset(name for name, count in times.items() if name and count >= _OFTEN)


def _bare_name(function: str | None) -> str:
    """``walk`` of ``com.shop.Tree.walk``, ``Object.walk [as visit]`` and ``main.walk(...)``."""
    words = _WORDS.findall((function or "").partition(" [as ")[0].partition("(")[0])
    return words[-1] if words else ""


def _on_line(trace: Trace, link: Link, again: frozenset[str]) -> tuple[Suspect, ...]:
    if link.outline is None:
        return ()
    function = syntax.enclosing_function(link.outline, link.location.lineno)
    return suspects.find(replace(crash_of(trace, link), again=again), link.outline, function)


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
