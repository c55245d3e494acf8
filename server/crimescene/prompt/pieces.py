"""Pieces of code as they stand in the prompt: headed, dedented, marked, elisions counted, no line twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene.prompt import plain
from crimescene.prompt.headings import Label, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

RAISED, CONCERNED, ELIDED = "→", ">", "⋮"
JOINT = 3
"""Pieces of one file with at most this many lines between them share a block."""
_ABOVE = 60
"""Most lines from the start of a joined block to the line that raised: it must not be searched for."""
LEGEND = (
    f"`{RAISED}` raised here, `{CONCERNED}` the line its heading is about, `{ELIDED}` lines left out.\n\n"
)
NEAR = "Also relevant, ask if needed:\n\n"
"""Stands before the rows."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one file that stand in one block."""

    path: str
    language: str
    labels: tuple[Label, ...]
    lines: tuple[tuple[int, str], ...]
    """Line number and text, ascending; numbers that are missing in between are elided."""
    first_lineno: int
    last_lineno: int
    """Of the whole functions, elided ends included."""
    raised: int | None = None
    concerned: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()
    """Line numbers that hold nothing."""
    again: bool = False
    """Another piece of the same file stands above it, so that the path is said."""

    @property
    def heading(self) -> str:
        """``path:first-last · function · why it is here``; ``lines first-last`` where the path is said."""
        first, last = self.first_lineno, self.last_lineno
        where = plain.inline(f"{self.path}:{first}-{last}")
        if self.again:
            where = f"lines {first}-{last}" if first < last else f"line {first}"
        return " · ".join(part for part in (where, labelled(self.labels, self.path)) if part)

    @property
    def text(self) -> str:
        """The code, dedented, elisions marked with their number of lines."""
        shift = indentation([text for _, text in self.lines])
        out: list[str] = []
        expected = self.first_lineno
        for lineno, line in self.lines:
            if lineno > expected:
                blanks = line[shift : len(line) - len(line.lstrip())]
                hollow = self.blank.issuperset(range(expected, lineno))
                out.append("" if hollow else f"{blanks}{elision(lineno - expected)}")
            mark = RAISED if lineno == self.raised else CONCERNED if lineno in self.concerned else ""
            out.append(_marked(line[shift:], mark))
            expected = lineno + 1
        if self.last_lineno >= expected:
            out.append(elision(self.last_lineno - expected + 1))
        return "\n".join(out)

    @property
    def markdown(self) -> str:
        """Heading and block as they stand in the prompt."""
        return f"{'####' if self.again else '###'} {self.heading}\n{plain.fence(self.text, self.language)}\n"


def elision(number: int) -> str:
    """``⋮ 34 lines``."""
    return f"{ELIDED} {plain.counted(number, 'line')}"


def indentation(lines: Iterable[str]) -> int:
    """Length of the white space that all ``lines`` begin with."""
    common: str | None = None
    for line in lines:
        bare = line.lstrip()
        if bare and (common is None or not line.startswith(common)):
            blanks = line[: len(line) - len(bare)]
            common = blanks if common is None else common
            while not blanks.startswith(common):
                common = common[:-1]
            if not common:
                return 0
    return len(common or "")


def _marked(line: str, mark: str) -> str:
    """``line`` with ``mark`` in place of its first two blanks, or before it."""
    return f"{mark} {line.removeprefix('  ')}".rstrip() if mark else line.rstrip()


def _together(one: Piece, other: Piece) -> Piece:
    lines = dict(other.lines) | dict(one.lines)
    return replace(
        one,
        labels=tuple(dict.fromkeys(one.labels + other.labels)),
        lines=tuple(sorted(lines.items())),
        first_lineno=min(one.first_lineno, other.first_lineno),
        last_lineno=max(one.last_lineno, other.last_lineno),
        raised=one.raised if one.raised is not None else other.raised,
        concerned=one.concerned | other.concerned,
        blank=one.blank | other.blank,
    )


def _buries(one: Piece, other: Piece) -> bool:
    """Whether ``one``, joined to ``other``, would stand before the line that raised, and for too long."""
    if other.raised is None or one.last_lineno >= other.first_lineno:
        return False
    return other.raised - one.first_lineno > _ABOVE


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """``pieces`` with those of one file that meet made one, at the place of the best of them.

    What else there is of a file follows on its best piece, so that its path is said once.
    """
    files: dict[str, list[Piece]] = {}
    for piece in pieces:
        out = files.setdefault(piece.path, [])
        current, at = piece, len(out)
        for n in range(len(out) - 1, -1, -1):
            other = out[n]
            apart = (
                max(current.first_lineno - other.last_lineno, other.first_lineno - current.last_lineno) - 1
            )
            if apart <= JOINT and not (_buries(other, current) or _buries(current, other)):
                current = _together(other, current)
                del out[n]
                at = n
        out.insert(at, current)
    return [replace(piece, again=n > 0) for out in files.values() for n, piece in enumerate(out)]
