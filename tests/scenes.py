"""Example programs as they lie on a developer's disk: real files, real commits, the failure they printed.

A program is a folder of ``programs/``: ``tree/`` as it stands now, ``history/*.patch`` from the first
commit to what is not committed yet, and ``trace.txt``, which ``programs/record.py`` recorded from a real
run. The header of a patch says who made it and how long before :data:`NOW`; its diff is what it did. The
first patch has no diff: it is the tree with all later ones undone.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from repositories import HOUR, NOW, Builder

PROGRAMS = Path(__file__).parent / "programs"
NAMES = tuple(sorted(path.parent.name for path in PROGRAMS.glob("*/tree")))
ROOT = "{root}"
"""Stands in ``trace.txt`` for the folder in which the program ran."""

_HEADER = re.compile(r"^(From|Age|State|Subject): (.*)$", re.MULTILINE)
_HOURS = {"min": 1 / 60, "h": 1, "d": 24}


@dataclass(frozen=True)
class Scene:
    """A repository at ``root`` whose history ends at ``now``, and what its failure printed."""

    root: Path
    trace: str
    now: float


@dataclass(frozen=True)
class _Patch:
    path: Path
    author: str
    hours_ago: float
    state: str
    subject: str
    files: tuple[str, ...]


def build(name: str, folder: Path, printed_root: str | None = None) -> Scene:
    """Make the repository of a program below ``folder``.

    ``printed_root`` is the folder that the trace names, by default one that does not exist here, as
    in a trace from another machine.
    """
    program = PROGRAMS / name
    root = folder / name
    shutil.copytree(program / "tree", root)
    patches = [_read(path) for path in sorted((program / "history").glob("*.patch"))]
    repository = Builder(root)
    for patch in reversed(patches[1:]):
        repository.git("apply", "--reverse", "--whitespace=nowarn", str(patch.path))
    for patch in patches:
        if patch.files:
            repository.git("apply", "--whitespace=nowarn", str(patch.path))
        if patch.state == "committed":
            repository.git("add", "--all")
            repository.git(
                "commit", "-q", "-m", patch.subject, hours_ago=patch.hours_ago, author=patch.author
            )
        elif patch.state == "staged":
            repository.git("add", "--", *patch.files)
        for file in patch.files or repository.git("ls-files").splitlines():
            if (root / file).exists():
                os.utime(root / file, (NOW - patch.hours_ago * HOUR,) * 2)
    trace = program / "trace.txt"
    text = trace.read_text(encoding="utf-8") if trace.exists() else ""
    return Scene(root, text.replace(ROOT, printed_root or f"/srv/{name}"), NOW)


def _read(path: Path) -> _Patch:
    text = path.read_text(encoding="utf-8")
    header = dict(_HEADER.findall(text.partition("\ndiff --git ")[0]))
    number, _, unit = header["Age"].partition(" ")
    return _Patch(
        path=path,
        author=header["From"],
        hours_ago=float(number) * _HOURS[unit],
        state=header.get("State", "committed"),
        subject=header.get("Subject", ""),
        files=tuple(re.findall(r"^diff --git a/.* b/(.*)$", text, re.MULTILINE)),
    )
