"""What is asked of the prompt, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from crimescene.settings import BUDGET

CHARACTERS = 4
"""Characters a token is counted as."""
ERROR = 0.40
"""Most of the budget the error text may take before it is folded."""
OUTER = 0.10
"""Share of the budget above which the error text loses the frames outside of the workspace's, as a fold."""
SHARES = {
    "summary": 0.08,
    "request": 0.07,
    "note": 0.15,
    "expected": 0.10,
    "actual": 0.10,
    "environment": 0.04,
    "tried": 0.15,
    "values": 0.12,
    "shape": 0.12,
    "changes": 0.15,
}
"""Most of the budget a section may take; in the order in which they get room when it is short."""
OTHERS, OTHERS_LEFT = 0.40, 0.55
"""Most they may take together, of the budget and of what the error left; the rest is for the code."""


_ERROR_LARGE, _ERROR_ENOUGH = 0.30, 4_800


def error_room(limit: int) -> int:
    """Characters above which the error text is folded in a prompt of ``limit`` characters.

    Of a large budget a smaller share does: beyond it the code says more than the frames of a test runner.
    """
    return min(int(limit * ERROR), max(_ERROR_ENOUGH, int(limit * _ERROR_LARGE)))


@dataclass(frozen=True, slots=True)
class PromptOptions:
    """What the reader wants: ``budget`` in tokens of four characters, ``style`` full, mentions or json."""

    budget: int = BUDGET
    style: str = "full"
    off: frozenset[str] = frozenset()
    """Names of :data:`crimescene.settings.SECTIONS` to leave out."""
    closing: str = ""
    """The user's own words in place of "What I need"."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The finished prompt; ``tokens`` are characters / 4, rounded up."""

    text: str
    tokens: int
    folded: bool = False
    """The error text is not there in full."""
    left_out: tuple[str, ...] = ()
    """Sentences: what is not there and why."""
    secrets: int = 0
    """Masked places."""
    shown: frozenset[tuple[str, int]] = frozenset()
    """Path and line number (1-based) of each line of code in it; empty where only places are named."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt before its last check."""

    text: str
    folded: bool = False
    left_out: tuple[str, ...] = ()
    shown: frozenset[tuple[str, int]] = frozenset()
