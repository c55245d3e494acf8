"""Which files are not as they were at a commit."""

from __future__ import annotations

import os
import re

from crimescene.history.repository import Repository, run

_SECONDS = 3.0
_SHA = re.compile(r"[0-9a-f]{7,64}")


def differing(repo: Repository, commit: str) -> list[str] | None:
    """Paths of the work tree that differ from ``commit``, removed and untracked ones too; None if unknown.

    An empty ``commit`` stands for the tree without files, as it was before the first one.
    """
    if commit and not _SHA.fullmatch(commit):
        return None
    options = ("--name-only", "--no-renames", "-z", "--relative", "--no-ext-diff", "--no-textconv")
    changed = run(repo, "diff", *options, commit or repo.empty_tree, "--", seconds=_SECONDS)
    if not changed.complete:
        return None
    new = run(repo, "ls-files", "--others", "--exclude-standard", "-z", seconds=_SECONDS)
    paths = {*os.fsdecode(changed.data).split("\0"), *os.fsdecode(new.data).split("\0")}
    return sorted(path for path in paths if path and not path.endswith("/"))
