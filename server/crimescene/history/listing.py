"""Which files there are: those git tracks and those it would track."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from crimescene.history.repository import Repository, open_repository, run
from crimescene.workspace import MAX_FILES, DiskWorkspace, walk

_MAX_NESTED = 20
"""Repositories inside the repository whose files are listed too: three processes each."""
LIST_FILES = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
_SUBMODULE_PATH = re.compile(r'^[ \t]*path[ \t]*=[ \t]*"?([^"\r\n]*?)"?[ \t]*$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Listing:
    """Paths relative to the repository's root, without duplicates, in no order."""

    tracked: tuple[str, ...]
    untracked: tuple[str, ...]
    """Neither tracked nor ignored, nor in a repository of its own."""
    nested: tuple[str, ...]
    """What lies in submodules and in other repositories inside this one."""


def files(repo: Repository) -> list[str]:
    """Every file of the work tree that git does not ignore, sorted; submodules' files included.

    Listed once for each opened repository. Where git fails, or ignores the root itself, the folder
    is walked without it.
    """
    found = listing(repo)
    paths = dict.fromkeys(
        (*found.tracked, *found.untracked, *found.nested)
    )  # hardly out of order: soon sorted
    return sorted(paths or walk(str(repo.root)))[:MAX_FILES]


def inner_repository(repo: Repository, path: str) -> str:
    """The folder around ``path``, relative to the root, that is a repository of its own; empty if none is."""
    folders = path.split("/")[:-1]
    around = ("/".join(folders[:n]) for n in range(len(folders), 0, -1))
    return next((folder for folder in around if (repo.root / folder / ".git").exists()), "")


def listing(repo: Repository) -> Listing:
    """Tracked and untracked files: one process, and three for each repository nested here."""
    with repo.lock:
        if not repo.listing:
            repo.listing.append(_list(repo, enter=_MAX_NESTED))
        found = repo.listing[0]
    return found if isinstance(found, Listing) else Listing((), (), ())


def _list(repo: Repository, enter: int) -> Listing:
    output = run(repo, *LIST_FILES)
    if not output.complete:
        return Listing(tuple(walk(str(repo.root))), (), ())
    tracked: dict[str, None] = {}
    untracked: list[str] = []
    folders: list[str] = []
    # "H path", "M path" (unmerged, once a side), "? path", "S path" (sparse: not on disk).
    for entry in os.fsdecode(output.data).split("\0"):
        if entry.startswith(("H ", "M ")):
            tracked[entry[2:]] = None
        elif entry.endswith("/"):  # a repository of its own; its files are not ours
            folders.append(entry[2:-1])
        elif entry.startswith("? "):
            untracked.append(entry[2:])
    # A linked work tree of some repository holds second copies of its files: not entered.
    folders = [path for path in folders if (repo.root / path / ".git").is_dir()]
    if ".gitmodules" in tracked:
        named = DiskWorkspace(repo.root).read(".gitmodules") or b""
        submodules = [path for path in _SUBMODULE_PATH.findall(os.fsdecode(named)) if path in tracked]
        for path in submodules:
            del tracked[path]
        folders = [*submodules, *folders]
    nested = [path for folder in folders[:enter] for path in _list_nested(repo, folder, enter)]
    return Listing(tuple(tracked), tuple(untracked), tuple(nested))


def _list_nested(repo: Repository, folder: str, enter: int) -> list[str]:
    place = repo.root / folder
    real, root = os.path.realpath(place), os.path.realpath(repo.root)
    if not real.startswith(os.path.join(root, "")) or not os.path.lexists(place / ".git"):  # noqa: PTH118 -- keeps "/"
        return []
    inner = open_repository(place)
    if inner is None:
        return []
    found = _list(inner, enter=enter // 4)
    return [f"{folder}/{path}" for path in (*found.tracked, *found.untracked, *found.nested)]
