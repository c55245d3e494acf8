"""The functions that may explain a failure, each once, with the facts and reasons found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene import callers
from crimescene.context import reasons
from crimescene.model import Certainty, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from crimescene import history, syntax
    from crimescene.context.chain import Link
    from crimescene.model import Call, Function
    from crimescene.workspace import Workspace

CERTAINTY = {Certainty.EXACT: 1.0, Certainty.PLAUSIBLE: 0.7, Certainty.OVERRIDE: 0.5, Certainty.NAME: 0.3}
"""What a call of each certainty counts."""
WEAK = 0.1
"""A reason no weightier stands only where there is no other."""
_PROMPT = 24_000
"""Bytes of code that may fit a prompt."""
_REASONS = 2


@dataclass(slots=True)
class Candidate:
    """One function under consideration, while facts about it are collected."""

    function: Function
    outline: syntax.Outline | None
    features: dict[str, float] = field(default_factory=dict)
    weighted: list[tuple[float, Reason]] = field(default_factory=list)
    """Why the reader should care, and how much."""
    marked: dict[int, None] = field(default_factory=dict)
    throws: bool = False
    """It holds the line that raised."""
    tests: bool = False
    """It is the failing test."""

    def note(
        self,
        feature: str,
        value: float,
        why: str = "",
        weight: float | None = None,
        frames: tuple[int, ...] = (),
    ) -> None:
        """Keep the largest value of a feature, and ``why`` the reader should care (see :class:`Reason`)."""
        self.features[feature] = max(self.features.get(feature, 0.0), value)
        if why and all((why, frames) != (known.text, known.frames) for _, known in self.weighted):
            self.weighted.append((value if weight is None else weight, Reason(feature, why, frames)))

    @property
    def in_chain(self) -> bool:
        """Whether a frame of the trace lies in it."""
        return "frame" in self.features or "test_frame" in self.features

    def because(self, feature: str) -> bool:
        """Whether the feature gave a reason."""
        return any(reason.kind == feature for _, reason in self.weighted)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The strongest reasons, best first."""
        ordered = reasons.joined(sorted(self.weighted, key=lambda item: -item[0]))
        strong = [reason for weight, reason in ordered[:_REASONS] if weight > WEAK]
        return tuple(strong or [reason for _, reason in ordered[:1]])


class Pool:
    """All candidates by their place; each function stands once."""

    def __init__(
        self,
        workspace: Workspace,
        outline: Callable[[str], syntax.Outline | None],
        search: Callable[[Collection[str], Collection[str]], history.Search | None],
    ) -> None:
        self.workspace = workspace
        self.outline = outline
        self.search = search
        self.items: dict[tuple[str, int, int], Candidate] = {}
        self._calls: dict[tuple[str, int, int], tuple[Call, ...]] = {}

    def calls_in(self, link: Link, seconds: float = 0.1) -> tuple[Call, ...]:
        """The calls in the function of ``link``, resolved at the first question, within ``seconds`` then."""
        function = link.function
        key = (function.path, function.span.start, function.span.end)
        if key not in self._calls:
            self._calls[key] = callers.outgoing(self.workspace, function, seconds=seconds, seek=False)
        return self._calls[key]

    def add(self, function: Function) -> Candidate:
        """The candidate of ``function``, new or known."""
        key = (function.path, function.span.start, function.span.end)
        found = self.items.get(key)
        if found is None:
            found = self.items[key] = Candidate(function, self.outline(function.path))
        return found

    def is_little(self, prompts: float = 1.0) -> bool:
        """Whether all that was found may fit so many prompts, so that it is worth looking farther."""
        found = sum(x.function.span.end - x.function.span.start for x in self.items.values())
        return found <= prompts * _PROMPT

    def knows(self, function: Function) -> bool:
        """Whether ``function`` is a candidate already."""
        return (function.path, function.span.start, function.span.end) in self.items
