"""How reasons for one piece of code are said together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence


def joined(reasons: Sequence[tuple[float, Reason]]) -> list[tuple[float, Reason]]:
    """The weighted reasons, frames of one stack said together where the first of them stands."""
    numbers: dict[str, set[int]] = {}
    for _, reason in reasons:
        if reason.frames:
            numbers.setdefault(reason.text, set()).update(reason.frames)
    out = []
    for weight, reason in reasons:
        if not reason.frames:
            out.append((weight, reason))
        elif frames := numbers.pop(reason.text, None):
            out.append((weight, Reason(reason.kind, reason.text, tuple(sorted(frames)))))
    return out
