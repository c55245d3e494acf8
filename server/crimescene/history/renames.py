"""Files under the names they had before."""

from __future__ import annotations

import os
import re

from crimescene.history.repository import Repository, run

_SECONDS = 2.0
_HOPS = 5
"""How many renames of one file are followed."""
_MAX_BYTES = 2_000_000
_REVISION = re.compile(r"[\w][\w./~^@{}+-]*")
_RENAMES = ("--find-renames", "--diff-filter=R", "--name-status", "-z", "--relative", "--no-ext-diff")


def find_renamed(repo: Repository, old: str) -> str | None:
    """Today's path of a file that once was ``old``; None if no rename is found in time."""
    path = old
    for _ in range(_HOPS):
        renamed = _next_name(repo, path)
        if renamed is None:
            return None
        if os.path.lexists(repo.root / renamed):
            return renamed
        path = renamed
    return None


def _next_name(repo: Repository, path: str) -> str | None:
    if repo.head is None:
        return None
    staged = run(repo, "diff-index", "--cached", *_RENAMES, repo.head, "--", seconds=_SECONDS)
    if found := _pairs(staged.data).get(path):
        return found
    # A commit limited to one path shows no rename: first which commit removed it, then what else it did.
    options = ("--max-count=1", "--diff-filter=D", "--no-renames", "--format=%H", "--no-show-signature")
    removed = run(repo, "log", *options, "--", path, seconds=_SECONDS)
    sha = removed.data.strip().decode("ascii", "replace")
    if not sha:
        return None
    did = run(repo, "diff-tree", "-r", "-m", "--no-commit-id", *_RENAMES, sha, seconds=_SECONDS)
    return _pairs(did.data).get(path)


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
