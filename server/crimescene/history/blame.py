"""Who touched these lines last, however long ago."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.history.changes import LOG_OPTIONS, Walk, modified
from crimescene.history.lines import touches
from crimescene.history.patches import OPTIONS
from crimescene.history.repository import collect, spawn, start
from crimescene.model import Change, Hunk
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from crimescene.history.repository import Repository

_AT_ONCE = max(2, min(8, os.cpu_count() or 1))
"""More would make every answer late in place of the last ones; the first places are the ones that matter."""
_LOG_COMMITS = 10
"""Newest commits of all the files together that are looked through for removed lines."""
_MAX_LOG = 1_000_000


def last_changes(
    repo: Repository, places: Sequence[tuple[str, int, int]], *, seconds: float
) -> list[Change | None]:
    """The newest change of each place (path, first line, last line; today's numbers, inclusive).

    Blame knows the lines that stand; of lines removed since, the newest commits of the files
    tell. The hunk of an answer from blame has no text. What is not known after ``seconds``, or
    was committed before a shallow clone's beginning, is None.
    """
    deadline = time.monotonic() + seconds
    if repo.head is None or not places:
        return [None] * len(places)
    paths = list(dict.fromkeys(path for path, _, _ in places))
    against = start(repo, "diff-index", *OPTIONS, repo.head, "--", *paths, limit=_MAX_LOG)
    options = (f"--max-count={_LOG_COMMITS}", *LOG_OPTIONS)
    log = start(repo, "log", *options, repo.head, "--", *paths, limit=_MAX_LOG)
    found = _blame_all(repo, places, paths, deadline)
    walk = Walk(repo, time.time(), whole=False, branched=True)
    walk.take_uncommitted(collect(against, deadline), "unstaged")
    walk.take_log(collect(log, deadline), 0.0)
    answers: list[Change | None] = []
    for index, (path, first, last) in enumerate(places):
        touching = (c for c in walk.found if c.path == path and touches(c.hunk, first, last))
        newest_hunk = next(touching, None)  # the walk goes back in time
        blamed = found.get(index)
        if newest_hunk and (blamed is None or _is_newer(newest_hunk, blamed)):
            blamed = newest_hunk
        answers.append(blamed)
    return answers


def _is_newer(one: Change, other: Change) -> bool:
    if other.sha is None or one.sha == other.sha:
        return False
    return one.sha is None or one.when > other.when


# --------------------------------------------------------------------------- blame


def _blame_all(
    repo: Repository, places: Sequence[tuple[str, int, int]], paths: Sequence[str], deadline: float
) -> dict[int, Change]:
    """Answers by the place's number, from one process for each file."""
    jobs = [_Blame(repo, path, _within(repo, path, places)) for path in paths]
    waiting = [job for job in reversed(jobs) if job.wanted]

    def work() -> None:
        while waiting:
            try:
                job = waiting.pop()
            except IndexError:  # another thread took the last
                return
            job.run(deadline)

    threads = [threading.Thread(target=work, daemon=True) for _ in waiting[:_AT_ONCE]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    for job in jobs:
        job.stop()
    return {number: change for job in jobs for number, change in tuple(job.found.items())}


def _within(
    repo: Repository, path: str, places: Sequence[tuple[str, int, int]]
) -> dict[int, tuple[int, int]]:
    """Return the ranges of ``places`` in this file, cut at its end: git refuses lines that are not there."""
    data = DiskWorkspace(repo.root).read(path)
    if not data:
        return {}
    count = data.count(b"\n") + (not data.endswith(b"\n"))
    return {
        number: (max(1, first), min(last, count))
        for number, (place, first, last) in enumerate(places)
        if place == path and first <= min(last, count)
    }


@dataclass(slots=True)
class _Blame:
    """One blame under way: of one file, for some of the places."""

    repo: Repository
    path: str
    wanted: dict[int, tuple[int, int]]
    """First and last line by the place's number; emptied as answers come."""
    found: dict[int, Change] = field(default_factory=dict)
    commits: dict[bytes, dict[bytes, bytes]] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def run(self, deadline: float) -> None:
        """Read what git finds, newest commit first, until every place has an answer."""
        if time.monotonic() > deadline:
            return
        ranges = [f"-L{first},{last}" for first, last in self.wanted.values()]
        options = ("--incremental", "--no-textconv", "--encoding=UTF-8", "--no-progress")
        self.process = spawn(self.repo, "blame", *options, *ranges, "--", self.path)
        if self.process is None or self.process.stdout is None:
            return
        entry: list[bytes] = []
        for line in self.process.stdout:
            entry.append(line.rstrip(b"\n"))
            if line.startswith(b"filename "):  # the last line of every entry
                self._take(entry)
                entry = []
                if not self.wanted:
                    break
        self.stop()
        self.process.stdout.close()
        self.process.wait()

    def stop(self) -> None:
        """End git if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def _take(self, entry: Sequence[bytes]) -> None:
        sha, old_start, start, count = entry[0].split(b" ")
        facts = self.commits.setdefault(sha, {})
        facts.update((key, value) for key, _, value in (line.partition(b" ") for line in entry[1:]))
        if b"boundary" in facts and self.repo.shallow:
            return
        first, lines = int(start), int(count)
        met = [n for n, (a, b) in self.wanted.items() if first <= b and a < first + lines]
        for number in met:
            del self.wanted[number]
            self.found[number] = self._change(sha, facts, Hunk(int(old_start), lines, first, lines, ""))

    def _change(self, sha: bytes, facts: dict[bytes, bytes], hunk: Hunk) -> Change:
        if not sha.strip(b"0"):
            when = modified(self.repo.root, self.path) or time.time()
            return Change(None, self.repo.user, when, "", self.path, hunk, "unstaged")
        return Change(
            sha=sha.decode("ascii"),
            author=facts.get(b"author", b"").decode("utf-8", "replace"),
            when=float(facts.get(b"author-time", b"0")),
            subject=facts.get(b"summary", b"").decode("utf-8", "replace"),
            path=self.path,
            hunk=hunk,
            arrived=float(facts.get(b"committer-time", b"0")) or None,
        )
