"""Files under the names they had before."""

from __future__ import annotations

import os
import re
import time
from typing import NamedTuple

from crimescene.history.repository import Repository, run

_SECONDS = 2.0
_HOPS = 5
"""How many renames of one file are followed."""
_MAX_BYTES = 2_000_000
_REVISION = re.compile(r"[\w][\w./~^@{}+-]*")
_RENAMES = ("--find-renames", "--diff-filter=R", "--name-status", "-z", "--relative", "--no-ext-diff")


class Fate(NamedTuple):
    """What became of a file that is no longer where it was."""

    path: str | None
    """Its path today; None if it was removed."""
    sha: str = ""
    """The commit that removed it; empty while that is not committed."""
    author: str = ""
    subject: str = ""


def find_renamed(repo: Repository, old: str) -> str | None:
    """Today's path of a file that once was ``old``; None if no rename is found in time."""
    found = fate(repo, old)
    return None if found is None else found.path


def fate(repo: Repository, old: str, *, seconds: float = _SECONDS) -> Fate | None:
    """What became of a file that once was ``old``; None if history knows no such file or takes too long."""
    deadline = time.monotonic() + seconds
    path = old
    for _ in range(_HOPS):
        found = _next(repo, path, deadline)
        if found is None or found.path is None:
            return found
        if os.path.lexists(repo.root / found.path):
            return found
        path = found.path
    return None


def _next(repo: Repository, path: str, deadline: float) -> Fate | None:
    if repo.head is None:
        return None

    def left() -> float:
        return max(0.0, deadline - time.monotonic())

    tracked = run(repo, "ls-tree", "--name-only", "-z", repo.head, path, seconds=left())
    if tracked.data:  # gone since the last commit
        staged = run(repo, "diff-index", "--cached", *_RENAMES, repo.head, "--", seconds=left())
        return Fate(_pairs(staged.data).get(path))
    # A commit limited to one path shows no rename: first which commit removed it, then what else it did.
    options = ("--max-count=1", "--diff-filter=D", "--no-renames", "--no-show-signature", "--encoding=UTF-8")
    removed = run(repo, "log", *options, "--format=%H%x00%aN%x00%s", "--", path, seconds=left())
    sha, _, rest = removed.data.decode("utf-8", "replace").strip().partition("\0")
    if not sha:
        return None
    author, _, subject = rest.partition("\0")
    did = run(repo, "diff-tree", "-r", "-m", "--no-commit-id", *_RENAMES, sha, seconds=left())
    return Fate(_pairs(did.data).get(path), sha, author, subject)


def old_path(repo: Repository, path: str) -> str | None:
    """The name the file had before its last rename; None if it has had no other."""
    if repo.head is None:
        return None
    staged = run(repo, "diff-index", "--cached", *_RENAMES, repo.head, "--", seconds=_SECONDS)
    for old, new in _pairs(staged.data).items():
        if new == path:
            return old
    options = ("--max-count=1", "--follow", "--format=", "--no-show-signature", "--no-textconv")
    logged = run(repo, "log", *options, *_RENAMES, "--", path, seconds=_SECONDS)
    return next(iter(_pairs(logged.data)), None)


def _pairs(listed: bytes) -> dict[str, str]:
    """Read ``R100 NUL old NUL new NUL`` again and again; the new names by the old ones."""
    parts = [os.fsdecode(part) for part in listed.lstrip(b"\n").split(b"\0")]
    return dict(zip(parts[1::3], parts[2::3], strict=False))


def file_at(repo: Repository, revision: str, path: str) -> bytes | None:
    """What the file held at a commit (a hash, branch or tag); None if it was not there or is over 2 MB."""
    if not _REVISION.fullmatch(revision) or path.startswith("/"):
        return None
    output = run(repo, "cat-file", "blob", f"{revision}:./{path}", seconds=_SECONDS)
    return output.data if output.complete and len(output.data) <= _MAX_BYTES else None
