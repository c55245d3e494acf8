r"""Read git's patches: ``git log -p``, ``diff-index -p`` and ``diff-files -p``, combined ones too.

Written for the options in :data:`OPTIONS`, which pin every part of the form that
configuration could change. A line inside a hunk always starts with one of `` +-\``, so what
starts a line with ``diff``, ``@@`` or NUL is never content, whatever the content is.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = (
    "--patch",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--find-renames",
    "--unified=3",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--relative",
    "--ignore-submodules=dirty",
    "--submodule=short",
)
COMMIT_FORMAT = "--format=%x00%H%x00%P%x00%at%x00%ct%x00%aN%x00%s"
"""Only a commit starts a line with NUL, and no part of a commit holds one."""


class Commit(NamedTuple):
    """Head of one commit in a log."""

    sha: str
    parents: tuple[str, ...]
    authored: float
    """Seconds since the epoch."""
    committed: float
    author: str
    subject: str


class RawHunk(NamedTuple):
    """A hunk as bytes; ``lines`` keep their prefix and have no line end but a carriage return."""

    old_start: int
    new_start: int
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FilePatch:
    """What one commit, or the work tree, changed in one file."""

    old_path: str | None
    """None: the file is new."""
    path: str | None
    """None: the file is gone."""
    hunks: tuple[RawHunk, ...] = ()
    binary: bool = False
    submodule: bool = False
    combined: bool = False
    """A merge: line numbers are those of the result, removed lines those of no parent in particular."""
    unmerged: bool = False
    """In a merge that waits to be resolved."""


_HEADS = re.compile(
    rb"^(?:\0(?P<commit>.*)|diff --(?P<kind>git|cc|combined) (?P<names>.*)|(?P<at>@@+) (?P<ranges>.*?) @@+.*"
    rb"|\* Unmerged path (?P<unmerged>.*))$",
    re.MULTILINE,
)
_RANGE = re.compile(rb"[-+](\d+)(?:,(\d+))?")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_CONTROL = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def read_patches(data: bytes, *, complete: bool = True) -> Iterator[Commit | FilePatch]:
    """Yield commits, each followed by its files, as git printed them.

    Of output that was cut off (not ``complete``), the last file is left out.
    """
    if not complete:
        data = data[: max(data.rfind(b"\ndiff --"), data.rfind(b"\n\0")) + 1]
    names: bytes | None = None
    header = b""
    hunks: list[RawHunk] = []
    combined = False
    matches = list(_HEADS.finditer(data))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(data)
        body = data[match.end() + 1 : end]
        if match["at"] is not None:
            hunk = _read_hunk(match["ranges"], len(match["at"]) - 1, body)
            if hunk is not None:
                hunks.append(hunk)
            continue
        if names is not None:
            yield _file(names, header, tuple(hunks), combined=combined)
        names, header, hunks = match["names"], body, []
        combined = match["kind"] not in (None, b"git")
        if match["commit"] is not None:
            yield _read_commit(match["commit"])
        elif match["unmerged"] is not None:
            path = os.fsdecode(_unquote(match["unmerged"]))
            yield FilePatch(path, path, unmerged=True)
    if names is not None:
        yield _file(names, header, tuple(hunks), combined=combined)


def _read_commit(line: bytes) -> Commit:
    parts = (line.decode("utf-8", "replace").split("\0") + [""] * 6)[:6]
    sha, parents, authored, committed, author, subject = parts
    return Commit(sha, tuple(parents.split()), _number(authored), _number(committed), author, subject)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # a commit written by a broken program
        return 0.0


def _read_hunk(ranges: bytes, parents: int, body: bytes) -> RawHunk | None:
    found = _RANGE.findall(ranges)
    if len(found) != parents + 1:
        return None
    lines = body.removesuffix(b"\n").split(b"\n")
    lines = [line for line in lines if line[:1] != b"\\"]  # "\ No newline at end of file"
    (old_start, _), (new_start, _) = found[0], found[-1]
    if parents > 1:
        lines = [line for line in (_from_all(line, parents) for line in lines) if line]
    return RawHunk(int(old_start), int(new_start), tuple(lines))


def _from_all(line: bytes, parents: int) -> bytes:
    """Reduce a line of a combined hunk to what differs from every parent; empty: not in the result."""
    marks, text = line[:parents], line[parents:]
    if marks == b"+" * parents:
        return b"+" + text
    if marks == b"-" * parents:
        return b"-" + text
    return b"" if b"-" in marks else b" " + text


def _file(names: bytes, header: bytes, hunks: tuple[RawHunk, ...], *, combined: bool) -> FilePatch:
    fields = dict.fromkeys((b"rename from", b"rename to", b"new file", b"deleted file"), b"")
    binary = submodule = False
    for line in header.split(b"\n"):
        for key in fields:
            if line.startswith(key + b" "):
                fields[key] = line[len(key) + 1 :]
        binary = binary or line.startswith((b"Binary files ", b"GIT binary patch"))
        submodule = submodule or line.endswith(b" 160000")
    if combined:
        old = new = _unquote(names)
    elif fields[b"rename from"]:
        old, new = _unquote(fields[b"rename from"]), _unquote(fields[b"rename to"])
    else:
        old = new = _same_name(names)
    return FilePatch(
        None if fields[b"new file"] else os.fsdecode(old),
        None if fields[b"deleted file"] else os.fsdecode(new),
        hunks,
        binary=binary,
        submodule=submodule,
        combined=combined,
    )


def _same_name(names: bytes) -> bytes:
    """Take ``X`` from ``a/X b/X``, where nothing but the equality of both says where X ends."""
    if names.startswith(b'"'):
        return _unquote(names[: (len(names) - 1) // 2])[2:]
    return names[2 : (len(names) - 1) // 2]


def _unquote(name: bytes) -> bytes:
    """Undo git's C-style quoting, which it applies to names with control, quote or non-ASCII bytes."""
    if not (name.startswith(b'"') and name.endswith(b'"')):
        return name
    return _ESCAPE.sub(_unescaped, name[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if len(escape) > 1 else _CONTROL.get(escape, escape)
