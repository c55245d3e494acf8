"""Example programs as they lie on a developer's disk: real files, real commits, the failure they printed.

A program is a folder of ``programs/``: ``tree/`` as it stands now, ``history/*.patch`` from the first
commit to what is not committed yet, and ``trace.txt``, which ``programs/record.py`` recorded from a real
run. The header of a patch says who made it and how long before ``now``; its diff is what it did. The
first patch has no diff: it is the tree with all later ones undone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
NAMES = tuple(sorted(path.parent.name for path in PROGRAMS.glob("*/tree")))
NOW = datetime(2026, 3, 5, 14, 30, tzinfo=timezone.utc).timestamp()
ROOT = "{root}"
"""Stands in ``trace.txt`` for the folder in which the program ran."""

_HEADER = re.compile(r"^(From|Age|State|Subject): (.*)$", re.MULTILINE)
_UNITS = {"min": 60, "h": 3600, "d": 86400}


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
    when: float
    state: str
    subject: str
    files: tuple[str, ...]


def build(name: str, folder: Path, now: float = NOW, printed_root: str | None = None) -> Scene:
    """Make the repository of a program below ``folder``.

    ``printed_root`` is the folder that the trace names, by default one that does not exist here, as
    in a trace from another machine.
    """
    program = PROGRAMS / name
    root = folder / name
    shutil.copytree(program / "tree", root)
    patches = [_read(path, now) for path in sorted((program / "history").glob("*.patch"))]
    git(root, "init", "--quiet", "--initial-branch=main")
    for patch in reversed(patches[1:]):
        git(root, "apply", "--reverse", "--whitespace=nowarn", str(patch.path))
    for patch in patches:
        if patch.files:
            git(root, "apply", "--whitespace=nowarn", str(patch.path))
        if patch.state == "committed":
            git(root, "add", "--all")
            git(root, "commit", "--quiet", f"--message={patch.subject}", author=patch.author, when=patch.when)
        elif patch.state == "staged":
            git(root, "add", "--", *patch.files)
        for file in patch.files or _tracked(root):
            if (root / file).exists():
                os.utime(root / file, (patch.when, patch.when))
    trace = program / "trace.txt"
    text = trace.read_text(encoding="utf-8") if trace.exists() else ""
    return Scene(root, text.replace(ROOT, printed_root or f"/srv/{name}"), now)


def git(root: Path, *arguments: str, author: str = "Nobody <nobody@example.org>", when: float = NOW) -> str:
    """Run git as nobody in particular: no configuration of this machine, a given author and clock."""
    person, _, address = author.rstrip(">").partition(" <")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {
            f"GIT_{role}_NAME": person,
            f"GIT_{role}_EMAIL": address,
            f"GIT_{role}_DATE": f"{int(when)} +0000",
        }
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def _tracked(root: Path) -> list[str]:
    return git(root, "ls-files").splitlines()


def _read(path: Path, now: float) -> _Patch:
    text = path.read_text(encoding="utf-8")
    header = dict(_HEADER.findall(text.partition("\ndiff --git ")[0]))
    number, _, unit = header["Age"].partition(" ")
    return _Patch(
        path=path,
        author=header["From"],
        when=now - float(number) * _UNITS[unit],
        state=header.get("State", "committed"),
        subject=header.get("Subject", ""),
        files=tuple(re.findall(r"^diff --git a/.* b/(.*)$", text, re.MULTILINE)),
    )
