"""Pieces of code as they stand in the prompt: headed, dedented, marked, elisions counted, no line twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene.model import Reason, said
from crimescene.prompt import plain, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.model import Snippet

Label = tuple[str, tuple[Reason, ...]]
"""A function and why it is here."""

RAISED, CONCERNED, ELIDED = "→", ">", "⋮"
JOINT = 3
"""Pieces of one file with at most this many lines between them share a block."""
LEGEND = (
    f"`{RAISED}` raised here, `{CONCERNED}` the line its heading is about, `{ELIDED}` lines left out.\n\n"
)
NEAR = "Also relevant, ask if needed:\n\n"
"""Stands before the rows."""
_SIGNATURE = 100
_NAMED = 3
"""Functions that the heading of a joined block names."""


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
    headers: tuple[tuple[int, str], ...] = ()
    """Signature lines of what encloses the functions, shown above them."""
    blank: frozenset[int] = frozenset()
    """Line numbers that hold nothing."""

    @property
    def heading(self) -> str:
        """``path:first-last · function · why it is here``."""
        where = plain.inline(f"{self.path}:{self.first_lineno}-{self.last_lineno}")
        return " · ".join(part for part in (where, labelled(self.labels)) if part)

    @property
    def text(self) -> str:
        """The code, dedented, elisions marked with their number of lines."""
        lines = sorted((dict(self.headers) | dict(self.lines)).items())
        shift = indentation([text for _, text in lines])
        out: list[str] = []
        expected = min([self.first_lineno, *(lineno for lineno, _ in lines[:1])])
        for lineno, line in lines:
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
        return f"### {self.heading}\n{plain.fence(self.text, self.language)}\n"


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


def _shortened(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The strongest reason; that somebody changed the code lately is never left out."""
    return (*reasons[:1], *(reason for reason in reasons[1:] if reason.kind == "changed"))


def labelled(labels: Sequence[Label]) -> str:
    """``f · why`` for one function, ``f, g (why), h (why else) and 4 more`` for several.

    Of several only the first few are named, with the first reason each, and that it changed.
    """
    named = dict(reversed(labels))  # the first label of each function counts
    named = {function: named[function] for function, _ in labels}
    if len(named) > 1:
        named = {function: _shortened(reasons) for function, reasons in named.items()}
    names: dict[str, list[str]] = {}
    for function, reasons in list(named.items())[:_NAMED]:
        names.setdefault(plain.prose(said(reasons)), []).append(plain.code(function))
    groups = [(", ".join(filter(None, functions)), reason) for reason, functions in names.items()]
    if len(groups) == 1 and len(named) <= _NAMED:
        return " · ".join(filter(None, groups[0]))
    text = ", ".join(f"{f} ({reason})" if f and reason else f or reason for f, reason in groups)
    return f"{text} and {len(named) - _NAMED} more" if len(named) > _NAMED else text


def row(snippet: Snippet) -> str:
    """One line for a snippet that did not fit: where, its signature, why."""
    where = plain.inline(f"{snippet.path}:{snippet.start_lineno}-{snippet.last_lineno}")
    head = regions.first_line(snippet.text.split("\n", regions.SIGNATURE)[: regions.SIGNATURE])
    parts = (where, plain.code(plain.clip(head, _SIGNATURE)), plain.prose(snippet.reason))
    return "- " + " · ".join(part for part in parts if part) + "\n"


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
        headers=tuple(sorted({*one.headers, *other.headers})),
        blank=one.blank | other.blank,
    )


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """``pieces`` with those of one file that meet made one, at the place of the best of them."""
    out: list[Piece] = []
    for piece in pieces:
        current, at = piece, len(out)
        for n in range(len(out) - 1, -1, -1):
            other = out[n]
            apart = (
                max(current.first_lineno - other.last_lineno, other.first_lineno - current.last_lineno) - 1
            )
            if other.path == current.path and apart <= JOINT:
                current = _together(other, current)
                del out[n]
                at = n
        out.insert(at, current)
    return out
