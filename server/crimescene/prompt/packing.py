"""Snippets -> the pieces of code that are worth their characters in a given room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene.prompt import plain, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.model import Snippet


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the packer, in one place so that they can be tuned against real bugs."""

    thrower: float = 0.6
    """Most of the room the throwing function may take before every other had its turn."""
    share: float = 0.35
    """Most of the room any other function may take before every other had its turn."""
    small: int = 1_600
    """Characters (40 lines) below which a function is shown whole if it fits at all."""
    least: int = 320
    """Characters below which a region of a long function is not worth its heading."""
    thrift: float = 0.35
    """0: strictly by score; 1: by score per character."""
    widest: int = 240
    """Characters of one line; longer ones (minified code, data) are clipped."""
    joint: int = 3
    """Pieces of one file with at most this many lines between them share a block."""
    near: float = 0.06
    """Most of the room for the one-line rows of what did not fit."""
    rows: int = 12
    """Most such rows."""


POLICY = Policy()
RAISED, CONCERNED = "→", ">"


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one file that stand in one block."""

    path: str
    language: str
    labels: tuple[tuple[str, str], ...]
    """Function and why it is here."""
    lines: tuple[tuple[int, str], ...]
    """Line number and text, ascending; numbers that are missing in between are elided."""
    first_lineno: int
    last_lineno: int
    """Of the whole functions, elided ends included."""
    raised: int | None = None
    concerned: frozenset[int] = frozenset()

    @property
    def heading(self) -> str:
        """``path:first-last · function · why it is here``."""
        where = plain.inline(f"{self.path}:{self.first_lineno}-{self.last_lineno}")
        return " · ".join(part for part in (where, labelled(self.labels)) if part)

    @property
    def text(self) -> str:
        """The code, dedented, elisions marked with their number of lines."""
        shift = _indentation(text for _, text in self.lines)
        out: list[str] = []
        expected = self.first_lineno
        for lineno, line in self.lines:
            if lineno > expected:
                out.append(f"{_blanks(line, shift)}⋮ {plain.counted(lineno - expected, 'line')}")
            mark = RAISED if lineno == self.raised else CONCERNED if lineno in self.concerned else ""
            out.append(_marked(line[shift:], mark))
            expected = lineno + 1
        if self.last_lineno >= expected:
            out.append(f"⋮ {plain.counted(self.last_lineno - expected + 1, 'line')}")
        return "\n".join(out)

    @property
    def markdown(self) -> str:
        """Heading and block as they stand in the prompt."""
        return f"### {self.heading}\n{plain.fence(self.text, self.language)}\n"


@dataclass(frozen=True, slots=True)
class Packed:
    """What fits, best first, and what does not."""

    pieces: tuple[Piece, ...]
    near: tuple[Snippet, ...] = ()
    """Snippets worth a row: "also relevant"."""
    dropped: int = 0
    """Snippets of which nothing is shown."""


def _blanks(line: str, shift: int) -> str:
    rest = line[shift:]
    return rest[: len(rest) - len(rest.lstrip())]


def _indentation(lines: Iterable[str]) -> int:
    """Length of the white space that all ``lines`` begin with."""
    common: str | None = None
    for line in lines:
        if not line.strip():
            continue
        blanks = line[: len(line) - len(line.lstrip())]
        if common is None:
            common = blanks
        while not blanks.startswith(common):
            common = common[:-1]
    return len(common or "")


def _marked(line: str, mark: str) -> str:
    """``line`` with ``mark`` in place of its first two blanks, or before it."""
    if not mark:
        return line.rstrip()
    return f"{mark} {line.removeprefix('  ')}".rstrip()


def labelled(labels: Sequence[tuple[str, str]]) -> str:
    """``f · why`` for one function, ``f, g (why), h (why else)`` for several."""
    names: dict[str, list[str]] = {}
    for function, reason in labels:
        names.setdefault(plain.one_line(reason), []).append(plain.inline(function))
    if len(names) == 1:
        reason, functions = next(iter(names.items()))
        return " · ".join(part for part in (", ".join(filter(None, functions)), reason) if part)
    parts = [(", ".join(filter(None, functions)), reason) for reason, functions in names.items()]
    return ", ".join(
        f"{functions} ({reason})" if functions and reason else functions or reason
        for functions, reason in parts
    )


def row(snippet: Snippet) -> str:
    """One line for a snippet that did not fit: where, its signature, why."""
    lines = snippet.text.split("\n")
    bare = [line.strip() for line in lines[: regions.SIGNATURE]]
    first = next((line for line in bare if line and not line.startswith(("@", "#", "//", "/*", "*"))), "")
    where = plain.inline(f"{snippet.path}:{snippet.start_lineno}-{snippet.last_lineno}")
    parts = (where, plain.code(plain.clip(first, 100)), plain.one_line(snippet.reason))
    return "- " + " · ".join(part for part in parts if part) + "\n"


# ------------------------------------------------------------------ choosing


@dataclass(slots=True)
class _Choice:
    snippet: Snippet
    lines: list[str]
    kept: set[int]
    """Indices of ``lines`` that are shown."""


def _piece(choice: _Choice) -> Piece:
    snippet, first = choice.snippet, choice.snippet.start_lineno
    raised = snippet.marked[0] if snippet.throws and snippet.marked else None
    concerned = frozenset(snippet.marked[:1]) if raised is None else frozenset()
    return Piece(
        path=snippet.path,
        language=snippet.language,
        labels=((snippet.function, snippet.reason),),
        lines=tuple((first + n, choice.lines[n]) for n in sorted(choice.kept)),
        first_lineno=first,
        last_lineno=first + len(choice.lines) - 1,
        raised=raised,
        concerned=concerned,
    )


def _together(one: Piece, other: Piece) -> Piece:
    """Two pieces of a file as one, no line twice."""
    lines = dict(other.lines) | dict(one.lines)
    return replace(
        one,
        labels=tuple(dict.fromkeys(one.labels + other.labels)),
        lines=tuple(sorted(lines.items())),
        first_lineno=min(one.first_lineno, other.first_lineno),
        last_lineno=max(one.last_lineno, other.last_lineno),
        raised=one.raised if one.raised is not None else other.raised,
        concerned=one.concerned | other.concerned,
    )


def join(pieces: Iterable[Piece], policy: Policy = POLICY) -> list[Piece]:
    """``pieces`` with those of one file that meet made one, at the place of the best of them."""
    out: list[Piece] = []
    for piece in pieces:
        current, at = piece, len(out)
        for n in range(len(out) - 1, -1, -1):
            other = out[n]
            apart = (
                max(current.first_lineno - other.last_lineno, other.first_lineno - current.last_lineno) - 1
            )
            if other.path == current.path and apart <= policy.joint:
                current = _together(other, current)
                del out[n]
                at = n
        out.insert(at, current)
    return out


def _size(choices: Sequence[_Choice], policy: Policy) -> int:
    """Characters of ``choices``, all of one file."""
    return sum(len(piece.markdown) for piece in join([_piece(c) for c in choices if c.kept], policy))


def pack(snippets: Sequence[Snippet], room: int, policy: Policy = POLICY) -> Packed:
    """Choose from ``snippets`` (best first) what fits ``room`` characters.

    The throwing function comes first and is never starved; then by score per character. A function longer
    than its share is shown in regions around its marked lines; what is left over at the end makes them grow.
    """
    candidates = [_Choice(s, [_clip(t, policy.widest) for t in s.text.split("\n")], set()) for s in snippets]
    order = sorted(candidates, key=lambda c: -_worth(c, policy))
    files: dict[str, list[_Choice]] = {}
    free = room - (int(room * policy.near) if len(snippets) > 1 else 0)
    for choice in order:
        share = policy.thrower if choice.snippet.throws else policy.share
        siblings = files.setdefault(choice.snippet.path, [])
        free -= _show(choice, siblings, free, max(policy.small, int(share * room)), policy)
    for choice in order:
        if len(choice.kept) < len(choice.lines):
            free -= _show(choice, files[choice.snippet.path], free, room, policy)
    pieces = join([_piece(choice) for choice in candidates if choice.kept], policy)
    left = room - sum(len(piece.markdown) for piece in pieces)
    near: list[Snippet] = []
    missing = [c.snippet for c in candidates if not c.kept]
    for snippet in missing[: policy.rows]:
        cost = len(row(snippet)) + (len(NEAR) if not near else 0)
        if cost <= left:
            near.append(snippet)
            left -= cost
    return Packed(tuple(pieces), tuple(near), len(missing))


NEAR = "Also relevant, ask if needed:\n\n"
"""Stands before the rows."""


def _worth(choice: _Choice, policy: Policy) -> float:
    if choice.snippet.throws:
        return float("inf")
    size = max(200, len(choice.snippet.text))
    return float(max(choice.snippet.score, 1e-9) / size**policy.thrift)


def _clip(line: str, widest: int) -> str:
    return line if len(line) <= widest else plain.clip(line, widest)


def _show(choice: _Choice, siblings: list[_Choice], free: int, share: int, policy: Policy) -> int:
    """Show as much of ``choice`` as its share and ``free`` allow; returns the characters this took.

    ``siblings`` are the choices of its file so far: what they show already costs nothing again.
    """
    if free <= 0:
        return 0
    others = [c for c in siblings if c is not choice]
    bare, before = _size(others, policy), _size(siblings, policy)

    def fits(kept: set[int]) -> bool:
        size = _size([*others, _Choice(choice.snippet, choice.lines, kept)], policy)
        return size - bare <= share and size - before <= free

    kept = set(range(len(choice.lines)))
    if not fits(kept):
        marked = [lineno - choice.snippet.start_lineno for lineno in choice.snippet.marked]
        kept = regions.choose(choice.lines, marked, fits)
        enough = sum(len(choice.lines[n]) + 1 for n in kept) >= policy.least or choice.snippet.throws
        if not (kept > choice.kept and enough):
            return 0
    choice.kept = kept
    if not any(c is choice for c in siblings):
        siblings.append(choice)
    return _size(siblings, policy) - before
