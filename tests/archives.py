"""Readable test archives: a comment, then ``-- name --`` sections (the form of Go's txtar)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^-- (.+) --$")


@dataclass(frozen=True)
class Archive:
    """``comment`` and the sections in order; each text ends with a newline unless empty."""

    path: Path
    comment: str
    sections: dict[str, str]


def load(path: Path) -> Archive:
    """Read the archive at ``path``; bytes that are no UTF-8 survive as surrogates."""
    comment: list[str] = []
    sections: dict[str, list[str]] = {}
    current = comment
    for line in path.read_bytes().decode("utf-8", "surrogateescape").splitlines(keepends=True):
        if head := _HEAD.match(line.rstrip("\n")):
            current = sections.setdefault(head[1], [])
        else:
            current.append(line)
    return Archive(path, "".join(comment), {k: "".join(v) for k, v in sections.items()})


def save(archive: Archive) -> None:
    """Write the archive back where it came from."""
    parts = [archive.comment]
    for name, text in archive.sections.items():
        ending = "" if not text or text.endswith("\n") else "\n"
        parts.append(f"-- {name} --\n{text}{ending}")
    archive.path.write_bytes("".join(parts).encode("utf-8", "surrogateescape"))


def check(archive: Archive, section: str, got: str, *, update: bool) -> None:
    """Compare ``got`` with the wanted section, or rewrite the section under ``--update``."""
    if got and not got.endswith("\n"):
        got += "\n"
    if update and archive.sections.get(section) != got:
        archive.sections[section] = got
        save(archive)
    assert got == archive.sections.get(section, ""), f"{archive.path}: section {section!r} differs"
