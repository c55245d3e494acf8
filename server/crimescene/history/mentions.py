"""Files that mention one of some names, as ``git grep`` finds them while others compute."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from crimescene.history.listing import listing
from crimescene.history.repository import SECONDS, collect, start

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.history.repository import Repository, Running

MAX_NAMES = 200
"""More would make the command line too long for some systems."""


MAX_UNTRACKED = 500
"""Of more files git looks itself which of them hold a name."""


class Search:
    """A search under way; its threads use the cores that a Python scan leaves idle."""

    def __init__(self, repo: Repository, running: Running | None) -> None:
        self._repo = repo
        self._running = running

    def files(self) -> frozenset[str] | None:
        """The files that hold one of the names as a word, and those git does not track, whatever they hold.

        None where git did not answer: then nothing is known.
        """
        output = collect(self._running, time.monotonic() + SECONDS)
        if not output.complete and output.data:
            return None
        if not output.complete and not (self._running and self._running.found_nothing):
            return None
        found = filter(None, os.fsdecode(output.data).split("\0"))
        listed = listing(self._repo)
        return frozenset(found) | frozenset(listed.nested) | frozenset(listed.untracked[:MAX_UNTRACKED])


def search_ahead(repo: Repository, names: Collection[str], endings: Collection[str] = ()) -> Search | None:
    """Start to look for ``names`` in every file git does not ignore; None for names it cannot take.

    With ``endings``, only in files whose names end like that, in any case of letters.
    """
    wanted = sorted({name for name in names if name and "\n" not in name and "\0" not in name})
    if not wanted or len(wanted) != len(set(names)) or len(wanted) > MAX_NAMES:
        return None
    patterns = [part for name in wanted for part in ("-e", name)]
    # A file of ours that git calls binary may still be source in another encoding: no -I.
    # One thread: the other core is busy with us.
    options = ["-l", "-z", "-w", "-F", "--no-color", "--threads=1"]
    # Which files git does not track is known already, and to find that out anew costs as much as the search.
    if len(listing(repo).untracked) > MAX_UNTRACKED:
        options.append("--untracked")
    places = [f":(icase)*{ending}" for ending in endings]
    return Search(repo, start(repo, "grep", *options, *patterns, "--", *places, literal=False))
