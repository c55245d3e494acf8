"""Snippets -> the pieces of code that are worth their characters in a given room."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING

from crimescene.prompt import headings, pieces, plain, regions
from crimescene.prompt.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crimescene.model import Context, Snippet


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the packer, in one place so that they can be tuned against real bugs."""

    thrower: float = 0.6
    """Most of the room the throwing function may take before every other had its turn."""
    share: float = 0.35
    """Most of the room any other function may take before every other had its turn."""
    test: float = 0.05
    """Most of the room the failing test may take before every other had its turn, where it only led there."""
    chains: float = 0.4
    """Part of the room that the functions of the chain share before the others have their turn."""
    calls: float = 0.6
    """Most that they take together where that does not even hold each one's signature and call."""
    chain: int = 600
    """Most characters beside its heading that one of them gets of it."""
    small: int = 1_600
    """Characters (40 lines) below which a function is shown whole if it fits at all."""
    least: int = 320
    """Characters below which a region of a long function is not worth its heading."""
    cheap: int = 200
    """Characters that even the shortest function counts for."""
    dear: int = 4_000
    """Characters beyond which a function counts no more: of a long one only regions are shown."""
    widest: int = 240
    """Characters of one line; longer ones (minified code, data) are clipped."""
    near: float = 0.02
    """Room kept for the one-line rows of what did not fit; what the code leaves over is theirs too."""
    rows: int = 12
    """Most such rows."""


POLICY = Policy()
_ELISION = 24
"""About how many characters an elision mark takes, indented."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What fits, best first, and what does not."""

    pieces: tuple[Piece, ...]
    near: tuple[Snippet, ...] = ()
    """Snippets worth a row: "also relevant"."""
    rows: tuple[str, ...] = ()
    """These rows."""
    dropped: int = 0
    """Snippets of which nothing is shown."""


@dataclass(slots=True, eq=False)
class _Choice:
    """A snippet and what of it is shown."""

    snippet: Snippet
    rank: int
    lines: list[str]
    costs: list[int]
    """Characters of each line, its end included."""
    heading: int
    """Characters of heading and fence."""
    again: int
    """The same below another piece of the same file."""
    kept: set[int] = field(default_factory=set)
    """Indices of ``lines`` that are shown."""

    @property
    def reached(self) -> int:
        """Number of lines that may be shown."""
        return len(self.lines) - self.snippet.unreached

    @property
    def piece(self) -> Piece:
        snippet, first = self.snippet, self.snippet.start_lineno
        raised = snippet.marked[0] if snippet.throws and snippet.marked else None
        return Piece(
            path=snippet.path,
            language=snippet.language,
            labels=((snippet.function, snippet.reasons),),
            lines=tuple((first + n, self.lines[n]) for n in sorted(self.kept)),
            first_lineno=first,
            last_lineno=first + len(self.lines) - 1,
            raised=raised,
            concerned=frozenset(snippet.marked[:1]) if raised is None else frozenset(),
            blank=frozenset(self.blank),
        )

    @property
    def blank(self) -> Iterator[int]:
        """Line numbers known to hold nothing."""
        below = self.snippet.start_lineno + len(self.lines)
        yield from (self.snippet.start_lineno + n for n, line in enumerate(self.lines) if not line)
        yield from range(below, below + self.snippet.blank_below)

    @property
    def call(self) -> int:
        """Characters of its signature and its first marked line, with what stands for the rest."""
        first = self.snippet.start_lineno
        needed = {*regions.signature(self.lines), *(lineno - first for lineno in self.snippet.marked[:1])}
        costs: list[int] = [self.costs[n] for n in needed if 0 <= n < len(self.costs)]
        return sum(costs) + 3 * _ELISION

    @property
    def leads(self) -> bool:
        """It is shown before anything else."""
        return self.snippet.throws or self.snippet.tests

    def most(self, room: int, policy: Policy) -> int:
        """Characters of ``room`` that it may take before every other had its turn."""
        if self.snippet.throws:
            return max(policy.small, int(room * policy.thrower))
        if self.snippet.tests:
            return int(room * policy.test) + self.heading
        return max(policy.small, int(room * policy.share))

    def turn(self, policy: Policy) -> tuple[bool, bool, float]:
        """Sorts by what it promises for its length, after the throwing function and the failing test.

        Scores are logarithms: one more makes it e times as likely that the code has to change.
        """
        cost = max(policy.cheap, min(policy.dear, sum(self.costs[: self.reached])) + self.heading)
        return not self.snippet.throws, not self.snippet.tests, math.log(cost) - self.snippet.score


def _choice(rank: int, snippet: Snippet, policy: Policy, columns: Mapping[tuple[str, int], int]) -> _Choice:
    lines = [line.rstrip() for line in snippet.text.split("\n")]
    for n, line in enumerate(lines):
        if len(line) > policy.widest:
            at = columns.get((snippet.path, snippet.start_lineno + n), 0)
            lines[n] = plain.fold_inside(line, policy.widest, at)
    shift = pieces.indentation(lines)
    choice = _Choice(snippet, rank, lines, [max(1, len(line) - shift + 1) for line in lines], 0, 0)
    fence = len("#### \n```\n\n```\n\n") + len(snippet.language) + 3
    choice.heading = len(choice.piece.heading) + fence
    choice.again = len(replace(choice.piece, again=True).heading) + fence
    return choice


def pack(
    snippets: Sequence[Snippet],
    room: int,
    policy: Policy = POLICY,
    columns: Mapping[tuple[str, int], int] = MappingProxyType({}),
) -> Packed:
    """Choose from ``snippets`` (best first) what fits ``room`` characters.

    The throwing function comes first and is never starved; then a little of the failing test, which says
    what was expected; then the call in each function of the chain, or all of a short one; then the rest by
    value for its length. A function longer than its share is shown in regions around its marked lines; what
    is left over at the end makes them grow.
    ``columns`` tells for (path, line) where in a line too long to be shown the error is.
    """
    choices = [_choice(rank, snippet, policy, columns) for rank, snippet in enumerate(snippets)]
    order = sorted(choices, key=lambda choice: choice.turn(policy))
    usable = room - (int(room * policy.near) if len(snippets) > 1 else 0)
    shown: dict[str, set[int]] = {}
    taken: list[_Choice] = []
    free = usable
    for choice in (choice for choice in order if choice.leads):
        free -= _show(choice, shown, taken, min(free, choice.most(room, policy)), policy)
    chain = [choice for choice in choices if choice.snippet.in_chain and not choice.leads]
    shared, most = int(room * policy.chains), min(free, int(room * policy.calls))
    for n, choice in enumerate(chain):
        heading = choice.again if shown.get(choice.snippet.path) else choice.heading
        fair = shared // (len(chain) - n) - heading
        wanted = heading + min(policy.chain, max(choice.call, fair))
        used = _show(choice, shown, taken, min(most, wanted), policy)
        free, shared, most = free - used, shared - used, most - used
    for choice in (choice for choice in order if not choice.leads):
        free -= _show(choice, shown, taken, min(free, choice.most(room, policy)), policy)
    size = _size(taken)
    for choice in order:  # joined blocks take less than was set aside for them
        before = choice.kept
        if len(before) < choice.reached:
            _show(choice, shown, taken, usable - size, policy)
        if choice.kept is not before:
            size = _size(taken)
    while taken and size > usable:  # and sometimes more, where they are less deeply indented
        taken.pop().kept.clear()
        size = _size(taken)
    best_first = sorted(taken, key=lambda choice: choice.rank)
    out = pieces.join([choice.piece for choice in best_first])
    missing = [choice.snippet for choice in choices if not choice.kept]
    missing.sort(key=lambda snippet: not snippet.in_chain)
    left = room - sum(len(piece.markdown) for piece in out)
    known = headings.known(piece.path for piece in out)
    rows = [headings.row(snippet, known) for snippet in missing[: policy.rows]]
    fitting = _fitting(rows, left - len(pieces.NEAR) - 1)
    return Packed(
        tuple(out),
        tuple(missing[n] for n in fitting),
        tuple(rows[n] for n in fitting),
        len(missing),
    )


def columns(context: Context) -> dict[tuple[str, int], int]:
    """For each line of the workspace a frame stands for, the index of the character the runtime printed."""
    places = dict(context.frame_locations)
    frames = [frame for stack in context.trace.stacks for frame in stack.frames] if context.trace else []
    found = [(places[frame.span], frame.column) for frame in frames if frame.span in places]
    return {
        (place.path, place.lineno): (place.column or column or 1) - 1
        for place, column in found
        if place.column or column
    }


def _fitting(rows: Sequence[str], room: int) -> list[int]:
    """Indices of the first ``rows`` that ``room`` characters hold."""
    used = list(accumulate(len(row) for row in rows))
    return [n for n, end in enumerate(used) if end <= room]


def _size(taken: Sequence[_Choice]) -> int:
    """Characters of what is taken, exactly."""
    best_first = sorted(taken, key=lambda choice: choice.rank)
    return sum(len(piece.markdown) for piece in pieces.join([choice.piece for choice in best_first]))


def _show(
    choice: _Choice, shown: dict[str, set[int]], taken: list[_Choice], room: int, policy: Policy
) -> int:
    """Show as much more of ``choice`` as ``room`` allows; returns about how many characters that takes.

    ``shown`` are the lines of each file that are there already: they cost nothing again.
    """
    first, there = choice.snippet.start_lineno, shown.setdefault(choice.snippet.path, set())

    def cost(kept: set[int]) -> int:
        new = sum(choice.costs[n] for n in kept if first + n not in there)
        gaps = sum(1 for n in kept if n and n - 1 not in kept) + (len(choice.lines) - 1 not in kept)
        heading = choice.again if there else choice.heading
        return new + _ELISION * gaps + (0 if choice.kept else heading)

    if room <= 0:
        return 0
    kept = set(range(choice.reached))
    if cost(kept) > room:
        marked = [lineno - first for lineno in choice.snippet.marked]
        kept = regions.choose(choice.lines[: choice.reached], marked, lambda kept: cost(kept) <= (room))
        told = choice.leads or choice.snippet.in_chain  # there the marked line alone says much
        enough = told or sum(choice.costs[n] for n in kept) >= policy.least
        if not (kept > choice.kept and enough):
            return 0
    price = cost(kept)
    if not choice.kept:
        taken.append(choice)
    choice.kept = kept
    there.update(first + n for n in kept)
    return price
