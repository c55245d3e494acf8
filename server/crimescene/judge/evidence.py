"""What a diff is judged by, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.model import Suspect

CAUSE, HUSHES, UNCLEAR = "addresses cause", "hushes symptom", "unclear"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the failure, in the lines of the files as they were then."""

    chain: tuple[str, ...] = ()
    """Files of the frames, the innermost first; tests among them."""
    functions: tuple[tuple[str, str, int, int], ...] = ()
    """Path, name, first and last line of each function on the chain."""
    crash: tuple[str, int] = ("", 0)
    """Path and line where the error was raised."""
    exception: str = ""
    suspects: tuple[Suspect, ...] = ()
    words: frozenset[str] = frozenset()
    """Identifiers in the functions of the chain: what they may call."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing about a diff that speaks against it, with its line."""

    kind: str
    """swallowed | guarded | defaulted | weakened | skipped | removed test | loosened | retried | inverted |
    widened | unrelated"""
    path: str
    lineno: int
    """1-based; in the file as it was for what is removed, else as it becomes."""
    reason: str
    lines: frozenset[int] = field(default=frozenset(), compare=False)
    """Lines of the new file that it accounts for."""
    sure: bool = True
    """Whether it may decide: a default that somebody thought of, or an attribute of some, may be right."""


HUSHING = frozenset({"swallowed", "guarded", "defaulted", "weakened", "skipped", "removed test", "retried"})
"""Kinds that make an error go away without its cause."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge case of a changed condition, and the tests that name what is asked."""

    condition: str
    path: str
    lineno: int
    case: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """A caller of a changed function that this failure does not run through."""

    function: str
    path: str
    lineno: int
    caller: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a diff does to the failure."""

    verdict: str
    """``addresses cause``, ``hushes symptom`` or ``unclear``."""
    sentence: str
    """The verdict with its main reason."""
    flags: tuple[Flag, ...] = ()
    edges: tuple[Edge, ...] = ()
    unknown: tuple[str, ...] = ()
    """Files that could not be compared."""
    affected: tuple[Affected, ...] = ()
    """Callers outside of the chain, where somebody looked for them."""
