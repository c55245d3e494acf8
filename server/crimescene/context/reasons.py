"""How reasons for one piece of code are said together."""

from __future__ import annotations

import re

_PLACE = re.compile(r"frame (\d+) of (\d+(?: of [a-z' ]+)?)")
_NUMBERS = 3
"""Frames of one function that are numbered; a recursion has thousands."""


def joined(reasons: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Frames of one stack in one function said together: "frames 3 and 4 of 9"."""
    groups: dict[str, list[int]] = {}
    for n, (_, text) in enumerate(reasons):
        if match := _PLACE.fullmatch(text):
            groups.setdefault(match[2], []).append(n)
    gone: set[int] = set()
    out = list(reasons)
    for of, places in groups.items():
        if len(places) > 1:
            numbers = sorted(int(_PLACE.fullmatch(reasons[n][1])[1]) for n in places)  # type: ignore[index]
            shown = ", ".join(map(str, numbers[:_NUMBERS]))
            last = f"{len(numbers) - _NUMBERS} more" if len(numbers) > _NUMBERS else ""
            head, _, tail = shown.rpartition(", ")
            said = f"{shown} and {last}" if last else f"{head} and {tail}"
            out[places[0]] = (reasons[places[0]][0], f"frames {said} of {of}")
            gone.update(places[1:])
    return [reason for n, reason in enumerate(out) if n not in gone]
