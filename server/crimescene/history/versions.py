"""A line of an older version of a file, and where it is today."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from crimescene.history.lines import LineMap
from crimescene.history.patches import OPTIONS, FilePatch, read_patches
from crimescene.history.repository import Repository, run

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSIONS = 12
"""Commits of the file that are looked through, newest first."""
_MAX_BYTES = 2_000_000


class LineSince(NamedTuple):
    """What became of a line."""

    sha: str
    """The newest commit in which it was as it is asked for."""
    today: int | None
    """Its number in the work tree; None if it was changed or removed."""
    near: int
    """Number of the nearest line before it that still stands; 0 if none does."""


def line_since(
    repo: Repository,
    path: str,
    lineno: int,
    fits: Callable[[bytes], bool],
    *,
    former: str = "",
    seconds: float,
) -> LineSince | None:
    """Find the newest committed version of the file that ``fits``, and its line ``lineno`` in today's.

    ``former`` is the name that the file had then, where it is another. None if no version fits, or none is
    found in time.
    """
    deadline = time.monotonic() + seconds
    if repo.head is None:
        return None
    options = (f"--max-count={_VERSIONS}", "--format=%H", "--no-show-signature")
    name = former or path
    logged = run(repo, "log", *options, repo.head, "--", name, seconds=seconds)
    for sha in logged.data.decode("ascii", "replace").split():
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        blob = run(repo, "cat-file", "blob", f"{sha}:./{name}", seconds=left)
        if blob.complete and len(blob.data) <= _MAX_BYTES and fits(blob.data):
            return _followed(repo, sha, (name, path), lineno, deadline)
    return None


def _followed(
    repo: Repository, sha: str, names: tuple[str, str], lineno: int, deadline: float
) -> LineSince | None:
    seconds = deadline - time.monotonic()
    output = run(repo, "diff-index", *OPTIONS, sha, "--", *names, seconds=max(0.0, seconds))
    if not output.complete:
        return None
    lines = LineMap()
    for patch in read_patches(output.data):
        if isinstance(patch, FilePatch) and names[1] in (patch.path, patch.old_path):
            lines = LineMap().before(patch.hunks)
    return LineSince(sha, lines.today(lineno), lines.near(lineno))
