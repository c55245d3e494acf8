"""A secret found in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Find:
    """``text[start:end]`` is ``secret``; ``more`` marks the further lines of a secret that has several."""

    start: int
    end: int
    secret: str
    kind: str
    more: bool = False


def random(text: str) -> bool:
    """Whether ``text`` has letters and digits, as made-up strings do and words do not."""
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def candidates(hint: re.Pattern[str], text: str, searched: str | None = None) -> Iterator[tuple[int, int]]:
    """The lines of ``text`` in which ``hint`` occurs: what costs more is tried on these alone.

    ``searched`` stands for ``text`` where the hint is looked for, the same but in lower case.
    """
    searched = text if searched is None else searched
    found = hint.search(searched)
    while found:
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.start())
        end = len(text) if end < 0 else end
        yield start, end
        found = hint.search(searched, end)


def lowered(text: str) -> str:
    """``text`` in lower case, character by character, so that places stay the same."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower()[:1] or c for c in text)
