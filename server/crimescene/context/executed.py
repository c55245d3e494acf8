"""Which calls had run when the line of a frame failed: those above it, outside the branches not taken.

Told by lines and indentation, which serves all languages alike. A callback or a jump may prove it wrong, so
it is a fact about a candidate and never a reason to leave one out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crimescene.context.chain import Link

_CHAIN = 8
_TESTS = 3
"""Functions of the chain and of the tests whose calls are placed, innermost first."""
_CALLS = 400
_LINES = 1_500
"""Of a longer function nothing is said."""
_GAP = 5
"""Lines between a call and the failing line that halve how near they are."""
_OTHERWISE = re.compile(r"\}?\s*(?:else|elif|elsif|case|default|when)\b")
_ALWAYS = re.compile(
    r"\}?\s*(?:try|with|async with|using|synchronized|lock|do|begin|finally|unsafe)\b|[({\[]?$"
)
_LOOP = re.compile(r"\}?\s*(?:for|foreach|while|do|loop|until)\b|.*\.(?:each|forEach|map)\b")
_ENDS = ("{", ":", ";", "}")
_CLOSING = (")", "]", "}")
_LATER = re.compile(r"(?:=>|->|\bfunction\b[^()]*\([^()]*\))\s*\{?$|\bdo\b(?:\s*\|[^|]*\|)?$")
"""How a line ends below which a callback stands: it runs when it is called."""

Runs = Mapping[str, Mapping[str, float]]
"""For each name that the chain or a test calls the features that say whether a call had run."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A call beside the failing line of its function."""

    name: str
    gap: int | None
    """Lines above the failing one; None if it had not run."""
    surely: bool
    """No condition decides whether it ran."""


def runs(links: Sequence[Link]) -> Runs:
    """What had run of the calls of the chain and the tests: the features ``ran`` to ``test_ran_near``.

    ``not_run`` stands alone: it is a name whose calls lie below the failing lines or in another branch.
    Of places that the user pointed at nobody knows whether they failed.
    """
    found: dict[str, dict[str, float]] = {}
    failed = [link for link in links if link.relation is not None]
    own = _distinct([link for link in failed if not link.in_test])[:_CHAIN]
    tests = _distinct([link for link in failed if link.in_test])[:_TESTS]
    frames = [(link, "", 1 / (1 + link.depth)) for link in own]
    frames += [(link, "test_", 1 / (1 + number)) for number, link in enumerate(tests)]
    for link, who, value in frames:
        for call in _placed(link):
            facts = found.setdefault(call.name, {})
            if call.gap is None:
                continue
            _raise(facts, f"{who}ran", value)
            _raise(facts, f"{who}ran_near", value / (1 + call.gap / _GAP))
            if call.surely and not who:
                _raise(facts, "ran_surely", value)
    return {name: facts or {"not_run": 1.0} for name, facts in found.items()}


def _raise(facts: dict[str, float], feature: str, value: float) -> None:
    facts[feature] = max(facts.get(feature, 0.0), value)


def _distinct(links: Sequence[Link]) -> list[Link]:
    """The links at different lines: a function may be on the stack more than once."""
    kept: dict[tuple[str, int, int], Link] = {}
    for link in links:
        if link.function.kind != "module":
            kept.setdefault((link.function.path, link.function.span.start, link.location.lineno), link)
    return list(kept.values())


def _placed(link: Link) -> Iterator[_Placed]:
    outline, function = link.outline, link.function
    first = function.first_lineno
    failing = link.location.lineno - first
    if outline is None or not 0 <= failing <= function.last_lineno - first < _LINES:
        return
    text = outline.source[outline.line_starts[first - 1] : function.span.end].decode("utf-8", "replace")
    body = _Body(text.split("\n"), failing)
    if not body.told:
        return
    known: dict[int, tuple[int | None, bool]] = {}
    for site in syntax.calls_in(outline, function.span)[:_CALLS]:
        at = bisect_right(outline.line_starts, site.span.start) - first
        if 0 <= at < len(body.lines):
            if at not in known:
                known[at] = body.place(at)
            yield _Placed(site.name, *known[at])


class _Body:
    """The lines of a function that failed at index ``failing``."""

    def __init__(self, lines: Sequence[str], failing: int) -> None:
        self.lines = lines
        self.failing = failing
        self.depths = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in lines]
        self.told = failing < len(lines) and self.depths[failing] >= 0
        self.around = self.blocks(failing) if self.told else []
        self.end = self._statement_end() if self.told else failing

    def _statement_end(self) -> int:
        """Index of the last line of the failing statement.

        Its lines are deeper, or close its brackets; it has more while a bracket is open, or where its line
        opens no block.
        """
        at, level, open_brackets = self.failing, self.depths[self.failing], 0
        while at + 1 < len(self.lines):
            line, below = self.lines[at].rstrip(), self.lines[at + 1].strip()
            open_brackets += sum(map(line.count, "([")) - sum(map(line.count, ")]"))
            closes = open_brackets > 0 and self.depths[at + 1] == level and below.startswith(_CLOSING)
            ended = open_brackets <= 0 and line.endswith(_ENDS)
            if _LATER.search(line) or ended or not (closes or self.depths[at + 1] > level):
                break
            at += 1
        return at

    def blocks(self, at: int) -> list[int]:
        """Indices of the lines that open the blocks around line ``at``, outermost first."""
        out: list[int] = []
        level = self.depths[at]
        for n in range(at - 1, -1, -1):
            if 0 <= self.depths[n] < level:
                out.append(n)
                level = self.depths[n]
                if not level:
                    break
        return out[::-1]

    def place(self, at: int) -> tuple[int | None, bool]:
        """The lines from line ``at`` to the failing one (None: it had not run), and whether it surely ran."""
        if self.failing <= at <= self.end:
            return 0, True
        there = self.blocks(at)
        shared = next(
            (n for n, pair in enumerate(zip(self.around, there, strict=False)) if pair[0] != pair[1]),
            min(len(self.around), len(there)),
        )
        if at > self.end:
            looped = any(_LOOP.match(self.lines[n].strip()) for n in there[:shared])
            return (len(self.lines) if looped else None), False
        own = there[shared] if shared < len(there) else at
        other = self.around[shared] if shared < len(self.around) else self.failing
        if own != at and self._excludes(own, other):
            return None, False
        return self.failing - at, all(_ALWAYS.match(self.lines[n].strip()) for n in there[shared:])

    def _excludes(self, own: int, other: int) -> bool:
        """Whether the block of line ``other`` is entered only where that of ``own`` is not."""
        if self.depths[own] != self.depths[other] or not self._otherwise(other):
            return False
        between = [n for n in range(own + 1, other) if 0 <= self.depths[n] <= self.depths[own]]
        return all(self._otherwise(n) or not any(c.isalnum() for c in self.lines[n]) for n in between)

    def _otherwise(self, at: int) -> bool:
        return _OTHERWISE.match(self.lines[at].strip()) is not None
