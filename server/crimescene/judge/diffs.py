"""Unified diffs as data, and both versions of a file where one of them and the diff are known; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NONE = "/dev/null"
LONGEST = 500
"""Characters of a line beyond which it is data or generated, and is not judged by its words."""
_FAR = 200
"""Lines that a hunk may have moved away from where it says it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """One hunk: ``old`` became ``new`` at these 1-based lines; both with the lines around them."""

    old_lineno: int
    new_lineno: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    added: tuple[int, ...]
    """Line numbers in the new file of what was added."""
    removed: tuple[int, ...]
    """Line numbers in the old file of what was removed."""
    text_lineno: int = 0
    """1-based line of its head in the text that was read."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a diff does to one file."""

    old_path: str
    new_path: str
    parts: tuple[Part, ...] = field(default=())

    @property
    def path(self) -> str:
        """The file today; the former name of one that was removed."""
        return self.new_path or self.old_path

    @property
    def is_deletion(self) -> bool:
        """Whether the whole file is removed."""
        return not self.new_path

    @property
    def added(self) -> list[tuple[int, str]]:
        """Line numbers and text of what was added; of a very long line its beginning."""
        return [(n, part.new[n - part.new_lineno][:LONGEST]) for part in self.parts for n in part.added]

    @property
    def removed(self) -> list[tuple[int, str]]:
        """Line numbers and text of what was removed; likewise."""
        return [(n, part.old[n - part.old_lineno][:LONGEST]) for part in self.parts for n in part.removed]


def read(text: str) -> list[FileDiff]:
    """Every file of a unified diff; text around it, as in an assistant's answer, is passed over."""
    lines = text.splitlines()
    found: list[FileDiff] = []
    at = 0
    while at < len(lines):
        if lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ "):
            old, new = _name(lines[at][4:]), _name(lines[at + 1][4:])
            parts, at = _parts(lines, at + 2)
            found.append(FileDiff(old, new, tuple(parts)))
        else:
            at += 1
    return found


def _name(text: str) -> str:
    name = text.split("\t", 1)[0].strip().strip('"')
    return "" if name == _NONE else re.sub(r"^[abciow]/", "", name)


def _parts(lines: list[str], at: int) -> tuple[list[Part], int]:
    parts: list[Part] = []
    while at < len(lines):
        head = _HUNK.match(lines[at])
        if head is None:
            if lines[at].startswith(("@@", "--- ", "diff ", "index ")) or lines[at].strip():
                break
            at += 1
            continue
        at += 1
        head_lineno = at
        old_lineno, new_lineno = int(head[1]), int(head[3])
        wanted = [int(head[2] or 1), int(head[4] or 1)]
        old: list[str] = []
        new: list[str] = []
        added: list[int] = []
        removed: list[int] = []
        start = (old_lineno + (wanted[0] == 0), new_lineno + (wanted[1] == 0))
        while at < len(lines) and (len(old) < wanted[0] or len(new) < wanted[1]):
            sign, rest = lines[at][:1], lines[at][1:]
            if sign == "+":
                added.append(start[1] + len(new))
                new.append(rest)
            elif sign == "-":
                removed.append(start[0] + len(old))
                old.append(rest)
            elif sign in (" ", ""):
                old.append(rest)
                new.append(rest)
            elif sign != "\\":
                break
            at += 1
        while at < len(lines) and lines[at].startswith("\\"):
            at += 1
        parts.append(Part(*start, tuple(old), tuple(new), tuple(added), tuple(removed), head_lineno))
    return parts, at


def place(text: str, path: str, lineno: int) -> int:
    """The 1-based line of ``text`` on which a diff in it shows a line of a file; 0 if it shows none.

    The line is one of the new file if that is shown, else of the old one.
    """
    lines = text.splitlines()
    parts = [part for one in read(text) if one.path == path for part in one.parts]
    for passed in ("-", "+"):  # lines of the other version are not counted
        for part in parts:
            count = (part.new_lineno if passed == "-" else part.old_lineno) - 1
            for n, line in enumerate(lines[part.text_lineno :], part.text_lineno + 1):
                if line[:1] not in ("+", "-", " ", "\\", ""):
                    break
                count += line[:1] not in (passed, "\\")
                if count == lineno and line[:1] not in (passed, "\\"):
                    return n
                if count > lineno:
                    break
    return 0


def versions(diff: FileDiff, content: str | None) -> tuple[str, str] | None:
    """The file before and after ``diff``, of which ``content`` is one; None if it is neither."""
    if diff.is_deletion or not diff.old_path:
        before = "" if not diff.old_path else "\n".join(x for part in diff.parts for x in part.old)
        after = "" if diff.is_deletion else "\n".join(x for part in diff.parts for x in part.new)
        return before, after
    if content is None:
        return None
    lines = content.splitlines()
    former = _replaced(lines, diff, back=True)
    if former is not None:
        return "\n".join(former), "\n".join(lines)
    later = _replaced(lines, diff, back=False)
    return None if later is None else ("\n".join(lines), "\n".join(later))


def _replaced(lines: list[str], diff: FileDiff, *, back: bool) -> list[str] | None:
    """The other version; None if the lines are not those of the diff."""
    out: list[str] = []
    at = 0
    for part in diff.parts:
        here, there = (part.new, part.old) if back else (part.old, part.new)
        lineno = part.new_lineno if back else part.old_lineno
        start = _place(lines, here, lineno - 1, at)
        if start is None:
            return None
        out += lines[at:start]
        out += there
        at = start + len(here)
    return [*out, *lines[at:]]


def _place(lines: list[str], wanted: tuple[str, ...], near: int, least: int) -> int | None:
    """Where ``wanted`` stands, at ``near`` or not far from it."""
    plain = [line.rstrip() for line in wanted]
    for away in range(_FAR):
        for start in {near + away, near - away}:
            if start >= least and [x.rstrip() for x in lines[start : start + len(plain)]] == plain:
                return start
    return None
