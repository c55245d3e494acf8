"""The words of a workspace's files, kept on disk between runs: which files may mention a name.

Segments are never changed; the list of those that count is replaced in one step, so that a process
that dies or a disk that is full leaves what was there before. A file counts as known only while size,
times and inode are those it was read with; every other file may hold anything.
"""

from __future__ import annotations

import hashlib
import json
import operator
import os
import sys
import threading
import time
from bisect import bisect_left
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.index.segments import Segment, Status, codes_of, load, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

LIST = "segments.json"
VERSION = 1
UNWATCHED = 3.0
"""Seconds after which files may have changed unseen where nobody tells of changes."""
WATCHED = 60.0
"""The same where an editor tells of them."""
_LISTS = 4
"""Listings remembered: of the languages somebody works in."""


def folder_for(root: Path | str, max_bytes: int) -> Path:
    """Return where the words of a project are kept: in the user's cache, where it can change nothing.

    Files larger than ``max_bytes`` count as empty, so that another limit is another folder.
    """
    home = Path.home()
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    real = os.path.realpath(root)
    return base / "crimescene" / "words" / hashlib.sha256(os.fsencode(f"{max_bytes} {real}")).hexdigest()[:32]


def listed(folder: Path) -> list[str]:
    """Return the names of the segments that count; none where the list cannot be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        data = json.loads((folder / LIST).read_bytes())
        if data["version"] == VERSION:
            return [name for name in data["segments"] if name.isalnum()]
    return []


class WordIndex:
    """What is known of the words below one root; answers from several threads."""

    def __init__(
        self,
        root: Path | str,
        folder: Path,
        unsaved: Callable[[], Collection[str]] = tuple,
        *,
        watched: bool = False,
    ) -> None:
        self.root = Path(root)
        self.folder = folder
        self.watched = watched
        """Whether somebody calls :meth:`doubt` when files change."""
        self._unsaved = unsaved
        self._lock = threading.Lock()
        self._segments: dict[str, Segment] = {}
        self._known: dict[str, tuple[str, int, Status]] = {}
        self._changed: frozenset[str] = frozenset()
        self._noted: set[str] = set()
        self._swept = float("-inf")
        self._lists: list[tuple[Sequence[str], dict[str, tuple[str, int, Status]], list[str], bool]] = []
        """Listings that were asked for, with what is known of them."""

    def reload(self) -> None:
        """Take what the list on disk names now."""
        with self._lock:
            names = listed(self.folder)
            segments = {}
            for name in names:
                segment = self._segments.get(name) or load(self.folder / name)
                if segment is not None:
                    segments[name] = segment
            known: dict[str, tuple[str, int, Status]] = {}
            for name, segment in segments.items():  # what was written later counts
                for number, (path, status) in enumerate(segment.files):
                    known[path] = name, number, status
            self._segments, self._known, self._lists = segments, known, []
            self._swept = float("-inf")

    def doubt(self) -> None:
        """Files may have changed: look at each before the next answer."""
        self._swept = float("-inf")

    def note(self, paths: Iterable[str]) -> None:
        """These files have changed; returns at once."""
        self._noted.update(paths)

    def outdated(self, paths: Iterable[str]) -> list[str]:
        """Return those of ``paths`` whose words are not known as they are now."""
        prefix = f"{self.root}/"
        found = []
        for path in paths:
            entry = self._known.get(path)
            if entry is None or status_of(prefix + path) != entry[2]:
                found.append(path)
        return found

    def holding(self, names: Collection[str], paths: Collection[str]) -> set[str] | None:
        """Return what may hold one of ``names``: all such ``paths``, perhaps others; None if nobody knows."""
        found, known = self._suspects(names)
        if found is not None:
            found.update(path for path in paths if path not in known)
        return found

    def among(self, names: Collection[str], paths: Sequence[str]) -> list[str] | None:
        """Return those of ``paths`` that may hold one of ``names``, in their order; None if nobody knows.

        The time does not hang on the number of ``paths`` where the same sequence, never changed, is asked
        for again.
        """
        found, known = self._suspects(names)
        if found is None:
            return None
        unknown, is_sorted = self._seen_before(paths, known)
        found.update(unknown)
        if not is_sorted:
            return [path for path in paths if path in found]
        there = len(paths)
        return [p for p in sorted(found) if (at := bisect_left(paths, p)) < there and paths[at] == p]

    def _suspects(self, names: Collection[str]) -> tuple[set[str] | None, dict[str, tuple[str, int, Status]]]:
        """Return the known files that may hold one of ``names``, with all that are known."""
        codes = codes_of(names)
        if codes is None or not self._segments:
            return None, self._known
        with self._lock:
            patience = WATCHED if self.watched else UNWATCHED
            if time.monotonic() - self._swept > patience:
                begun = time.monotonic()
                self._noted = set()
                self._changed = frozenset(self.outdated(self._known))
                self._swept = begun
            found = {*self._changed, *tuple(self._noted)}
            for words in codes:
                found |= self._holding(words)
            known = self._known
        found.update(self._unsaved())
        return found, known

    def _seen_before(
        self, paths: Sequence[str], known: dict[str, tuple[str, int, Status]]
    ) -> tuple[list[str], bool]:
        """Return those of ``paths`` that are not known, and whether ``paths`` ascend."""
        for entry in self._lists:
            if entry[0] is paths and entry[1] is known:
                return entry[2], entry[3]
        unknown = [path for path in paths if path not in known]
        is_sorted = all(map(operator.lt, paths, paths[1:]))
        self._lists = [(paths, known, unknown, is_sorted), *self._lists[: _LISTS - 1]]
        return unknown, is_sorted

    def _holding(self, codes: list[int]) -> set[str]:
        found: set[str] = set()
        for name, segment in self._segments.items():
            numbers = set(segment.holding(codes[0]))
            for code in codes[1:]:
                numbers &= set(segment.holding(code)) if numbers else numbers
            found.update(
                path for number in numbers if self._is_latest(path := segment.files[number][0], name)
            )
        return found

    def _is_latest(self, path: str, name: str) -> bool:
        return self._known[path][0] == name

    @property
    def is_ready(self) -> bool:
        """Whether anything is known."""
        return bool(self._segments)

    @property
    def changed(self) -> int:
        """Number of files that were known and changed since, as far as anybody looked."""
        return len(self._changed) + len(self._noted)

    def files(self) -> dict[str, tuple[str, int, Status]]:
        """Return the known files with their segment, number in it and status."""
        return self._known
