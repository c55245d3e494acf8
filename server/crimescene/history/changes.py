"""What changed lately: in the work tree, and in the commits of a stretch of time."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from crimescene.history.arrivals import arrivals, mainline_command, read_mainline
from crimescene.history.lines import LineMap, relocate, unique_lines
from crimescene.history.listing import LIST_FILES, listing
from crimescene.history.notable import Mention, Origin, is_notable, mention, sentences
from crimescene.history.patches import COMMIT_FORMAT, OPTIONS, Commit, FilePatch, RawHunk, read_patches
from crimescene.history.repository import collect, start, start_ahead
from crimescene.model import Change
from crimescene.prompt.plain import ago, counted
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crimescene.history.repository import Output, Repository

_SECONDS = 5.0
"""How long all of this may take."""
_MAX_COMMITS = 300
_MAX_BYTES = 4_000_000
"""Of diffs, for each of the three questions."""
_MAX_CHANGES = 3000
_MAX_UNTRACKED = 100
_SMALL = 64_000
"""Bytes up to which an untracked file is shown: larger ones are data."""
_LFS = b"-version https://git-lfs.github.com/spec/"
"""First line of what git stores for a large file; a diff against the real one says nothing."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Hunks in today's line numbers: uncommitted ones first, then commits, newest first."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    """Sentences on what has no hunks here: dependencies, configuration, binary files, limits."""
    complete: bool = True
    """Whether all of the stretch of time is known: that something is not in ``changes`` then says so."""


def changes(repo: Repository, *, since: float, now: float) -> Changes:
    """What is uncommitted, and what was committed since ``since`` (seconds since the epoch).

    The commit's date decides, its author's date is shown. ``now`` is what ages are told from.
    """
    deadline = time.monotonic() + _SECONDS
    asked = [start(repo, *command, limit=_MAX_BYTES) for command in _commands(repo, since)]
    unstaged, staged, *logs = asked
    walk = Walk(repo, now)
    listed = listing(repo)
    work_tree = collect(unstaged, deadline)
    index = collect(staged, deadline)
    walk.take_uncommitted(work_tree, "unstaged")
    walk.take_uncommitted(index, "staged")
    if listed.tracked or repo.head is None:
        walk.take_untracked(listed.untracked)
    elif listed.untracked:  # a project inside a repository it is no part of, such as that of a home folder
        walk.miss("Git tracks nothing in this folder, so what changed here is not known.")
    if logs:
        log, mainline = (collect(running, deadline) for running in logs)
        walk.take_log(log, since)
        _take_merged(walk, mainline, since, deadline)
    if not (work_tree.complete and index.complete):
        walk.miss("Not all uncommitted changes could be examined.")
    uncommitted = sorted((c for c in walk.found if c.sha is None), key=lambda change: -change.when)
    committed = [change for change in walk.found if change.sha is not None]
    notes = (*sentences(walk.mentions, now), *walk.limits)
    return Changes((*uncommitted, *committed), notes, walk.complete)


def list_ahead(repo: Repository) -> None:
    """Start what :func:`files` will ask."""
    if LIST_FILES not in repo.ahead and not repo.listing:
        start_ahead(repo, *LIST_FILES)


def _take_merged(walk: Walk, output: Output, since: float, deadline: float) -> None:
    """Take the commits that are older than ``since`` and that merges brought after it."""
    repo, mainline = walk.repo, read_mainline(output)
    if not mainline.merges or repo.head is None:
        return
    known = (f"^{mainline.before}",) if mainline.before else ()
    older = ("--topo-order", f"--min-age={int(since) - 1}", f"--max-count={_MAX_COMMITS + 1}")
    log = start(repo, "log", *older, *LOG_OPTIONS, repo.head, *known, "--", ".", limit=_MAX_BYTES)
    came = arrivals(repo, mainline, deadline)
    walk.branched = True
    walk.take_log(collect(log, deadline), since, came)


def prefetch(repo: Repository, *, since: float) -> None:
    """Start what :func:`files` and ``changes`` with the same ``since`` will ask, while others compute."""
    list_ahead(repo)
    for command in _commands(repo, since):
        start_ahead(repo, *command, limit=_MAX_BYTES)


def _commands(repo: Repository, since: float) -> Iterator[tuple[str, ...]]:
    """Yield the calls for unstaged, staged and committed changes and for merges, to be run side by side."""
    yield ("diff-files", *OPTIONS)
    yield ("diff-index", "--cached", *OPTIONS, repo.head or repo.empty_tree, "--")
    if repo.head is None:
        return
    window = ("--topo-order", f"--max-age={int(since)}", f"--max-count={_MAX_COMMITS + 1}")
    yield ("log", *window, *LOG_OPTIONS, "--", ".")
    yield mainline_command(since)


LOG_OPTIONS = (
    "--cc",
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
    COMMIT_FORMAT,
    *OPTIONS,
)
"""Of ``git log``, for :meth:`Walk.take_log`."""


@dataclass(slots=True)
class Walk:
    """From today back in time, file by file: what each path is called now, and where its lines are."""

    repo: Repository
    now: float
    whole: bool = True
    """Whether git sees all files; if it sees some, a renamed one looks like a new one and says nothing."""
    found: list[Change] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    complete: bool = True
    names: dict[str, str | None] = field(default_factory=dict)
    """Today's path of a path of the version looked at; None: it is gone. A path not in here kept its name."""
    maps: dict[str, LineMap] = field(default_factory=dict)
    """By today's path: from the lines of the version looked at to today's."""
    texts: dict[str, tuple[bytes, ...] | None] = field(default_factory=dict)
    unique: dict[str, dict[bytes, int]] = field(default_factory=dict)
    branched: bool = False
    """Whether a merge was met: what is older may stand on either side of it."""

    def take_uncommitted(self, output: Output, state: str) -> None:
        """Take the patches of ``diff-files`` (unstaged), then those of ``diff-index`` (staged)."""
        for patch in read_patches(output.data, complete=output.complete):
            if isinstance(patch, FilePatch):
                path = patch.path or patch.old_path or ""
                origin = Origin(self._modified(self.names.get(path, path) or path))
                self._take(patch, origin, state)

    def take_untracked(self, paths: Sequence[str]) -> None:
        """Show new files that are small and text as one hunk each, the newest first."""
        dated = sorted(((self._modified(path), path) for path in paths), reverse=True)
        workspace = DiskWorkspace(self.repo.root, max_bytes=_SMALL)
        for when, path in dated[:_MAX_UNTRACKED]:
            data = workspace.read(path)
            if data is None or b"\0" in data or not data:
                continue
            lines = tuple(b"+" + line for line in data.removesuffix(b"\n").split(b"\n"))
            self._take(FilePatch(None, path, (RawHunk(0, 1, lines),)), Origin(when), "untracked")
        if len(dated) > _MAX_UNTRACKED:
            rest = counted(len(dated) - _MAX_UNTRACKED, "older untracked file")
            self.limits.append(f"{rest} not examined for changes.")

    def take_log(self, output: Output, since: float, came: Mapping[str, float] | None = None) -> None:
        """Take the commits, newest first, each with its patches.

        ``came`` tells of commits that merges brought when that was; others came when they were committed.
        """
        count = 0
        origin = Origin(0.0)
        for part in read_patches(output.data, complete=output.complete):
            if isinstance(part, FilePatch):
                self._take(part, origin, "committed")
                continue
            count += 1
            if count > _MAX_COMMITS or len(self.found) > _MAX_CHANGES:
                break
            arrived = part.committed if came is None else came.get(part.sha, part.committed)
            origin = Origin(part.authored, part.sha, part.author, part.subject, arrived)
            self.branched = self.branched or len(part.parents) > 1
            if not part.parents and came is None:
                self._begin(part)
        else:
            if output.complete:
                return
        examined = f"Only the newest {counted(min(count, _MAX_COMMITS), 'commit')}"
        how = "since" if came is None else "that merges brought since"
        self.miss(f"{examined} {how} {ago(self.now - since)} were examined.")

    def _begin(self, first: Commit) -> None:
        """Say that history starts here: everything a first commit holds was written before it."""
        if self.repo.shallow:
            age = ago(self.now - first.committed)
            self.miss(f"This clone is shallow: `git fetch --unshallow` brings what changed before {age}.")
        else:
            said = Origin(first.committed, first.sha, first.author, first.subject).said(self.now)
            self.miss(f"The history begins {said}; what that commit holds does not count as changed.")

    def miss(self, sentence: str) -> None:
        """Say that something of the time asked for is not known."""
        self.limits.append(sentence)
        self.complete = False

    def _take(self, patch: FilePatch, origin: Origin, state: str) -> None:
        name = patch.path or patch.old_path or ""
        today = self.names.get(name, name)
        if patch.path is None:
            self.names[name] = None
        elif patch.old_path is None:
            self.names[name] = None  # what had this name before was another file
            if not self.whole:
                return
        elif patch.old_path != patch.path:
            self.names[patch.path] = None
            self.names[patch.old_path] = today
        if any(hunk.lines[:1] and hunk.lines[0].startswith(_LFS) for hunk in patch.hunks):
            return
        if patch.path is None and modified(self.repo.root, name):
            return  # made anew since
        if today is None and patch.path is not None:
            return  # deleted later, and said so then
        mentioned = mention(patch, origin)
        if mentioned is not None:
            self.mentions.append(mentioned)
        if today is None or patch.path is None or patch.submodule or is_notable(today):
            return
        self._add(patch, origin, state, today)

    def _add(self, patch: FilePatch, origin: Origin, state: str, today: str) -> None:
        lines = self.maps.get(today) or LineMap()
        text = None if state in ("unstaged", "untracked") else self._text(today)
        unique = partial(self._unique, today, text) if self.branched and text is not None else None
        old_path = patch.old_path if patch.old_path != patch.path else None
        for raw in patch.hunks:
            self.found.extend(
                Change(
                    sha=origin.sha or None,
                    author=origin.author or self.repo.user,
                    when=origin.when,
                    subject=origin.subject,
                    path=today,
                    hunk=hunk,
                    state=state,
                    old_path=old_path,
                    arrived=origin.arrived,
                )
                for hunk in relocate(raw, lines, text, unique)
            )
        if patch.hunks and not patch.combined:
            self.maps[today] = lines.before(patch.hunks)

    def _text(self, path: str) -> tuple[bytes, ...] | None:
        if path not in self.texts:
            data = DiskWorkspace(self.repo.root).read(path)
            self.texts[path] = None if data is None or b"\0" in data else tuple(data.split(b"\n"))
        return self.texts[path]

    def _unique(self, path: str, text: Sequence[bytes]) -> dict[bytes, int]:
        if path not in self.unique:
            self.unique[path] = unique_lines(text)
        return self.unique[path]

    def _modified(self, path: str) -> float:
        return modified(self.repo.root, path) or self.now  # gone: just now, as far as anyone knows


def modified(root: Path, path: str) -> float:
    """When the file was last written, in seconds since the epoch; 0 if it cannot be told."""
    try:
        return os.lstat(root / path).st_mtime
    except (OSError, ValueError):
        return 0.0
