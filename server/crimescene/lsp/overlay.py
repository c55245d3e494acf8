"""What the editor shows, saved or not: documents by URI, and a workspace that prefers them to the disk."""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from crimescene.index.words import WordIndex
    from crimescene.workspace import Stamp

MAX_READ = 8_000_000
"""Bytes of a document, its last ones, in which traces are looked for: the newest stand at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A document as it was when a question was asked; safe to read while the editor goes on.

    Two of them are equal if they are the same: comparing texts would cost more than reading them.
    """

    uri: str
    path: str
    """Absolute, as the system spells it; empty if the document is no file."""
    language: str
    """As the editor names it; may be empty."""
    version: int
    data: bytes
    starts: tuple[int, ...] = field(repr=False)
    """Byte offset of each line."""
    changed: float
    """Seconds since the epoch: when its text last became what it is."""
    shift: int = 0
    """Bytes at its start in which nothing is looked for."""

    @property
    def text(self) -> str:
        """The part in which traces are looked for; its offsets are those of the document less ``shift``."""
        return self.data[self.shift :].decode("utf-8", "replace")

    def line_at(self, offset: int) -> int:
        """The 0-based line that holds the byte at ``offset``."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def line(self, number: int) -> bytes:
        """The 0-based line without its end; empty outside the document."""
        if not 0 <= number < len(self.starts):
            return b""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.data)
        return self.data[self.starts[number] : end].rstrip(b"\r\n")


class Document:
    """One open document. Lines are kept apart, so that a keystroke costs no copy of a large log."""

    def __init__(self, uri: str, path: str, language: str, version: int, text: str) -> None:
        self.uri, self.path, self.language, self.version = uri, path, language, version
        self.changed = _modified(path, text) or time.time()
        self._lines = _split(_encode(text))
        self._known: Snapshot | None = None

    def replace(self, text: str) -> None:
        """Take a whole new text."""
        self._lines = _split(_encode(text))
        self._touch()

    def change(
        self, start: tuple[int, int], end: tuple[int, int], text: str, column: Callable[[bytes, int], int]
    ) -> None:
        """Put ``text`` between two positions (0-based line, column in the editor's units).

        ``column`` turns such a column into a byte of the line. Positions outside fall on the
        nearest place inside.
        """
        if end < start:
            start, end = end, start
        first, from_byte = self._place(start, column)
        last, to_byte = self._place(end, column)
        before, after = self._lines[first][:from_byte], self._lines[last][to_byte:]
        self._put(first, last, before + _encode(text) + after)
        if first and self._lines[first - 1].endswith(b"\r"):  # its line feed may have come next to it
            self._put(first - 1, first, b"".join(self._lines[first - 1 : first + 1]))
        self._touch()

    def _put(self, first: int, last: int, data: bytes) -> None:
        at_end = last + 1 >= len(self._lines)
        self._lines[first : last + 1] = _split(data) if at_end else data.splitlines(keepends=True)

    def _place(self, position: tuple[int, int], column: Callable[[bytes, int], int]) -> tuple[int, int]:
        number, character = position
        if number >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        line = self._lines[max(0, number)]
        return max(0, number), column(line.rstrip(b"\r\n"), max(0, character))

    def _touch(self) -> None:
        self._known = None
        self.changed = time.time()

    def snapshot(self) -> Snapshot:
        """The document as it is now; the same object until it changes."""
        if self._known is None or self._known.version != self.version:
            data = b"".join(self._lines)
            starts = (0, *accumulate(map(len, self._lines[:-1])))
            shift = 0
            if len(data) > MAX_READ:
                shift = starts[min(bisect_right(starts, len(data) - MAX_READ), len(starts) - 1)]
            self._known = Snapshot(
                self.uri, self.path, self.language, self.version, data, starts, self.changed, shift
            )
        return self._known


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _split(data: bytes) -> list[bytes]:
    """Lines as the protocol counts them, with their ends; the last one has none."""
    lines = data.splitlines(keepends=True)
    if not lines or lines[-1].endswith((b"\n", b"\r")):
        lines.append(b"")
    return lines


def _modified(path: str, text: str) -> float | None:
    """When a file was written whose text the editor shows unchanged, as far as its size tells."""
    try:
        status = os.stat(path) if path else None  # noqa: PTH116 -- no Path is at hand
    except (OSError, ValueError):
        return None
    if status is None or abs(status.st_size - len(_encode(text))) > text.count("\n"):
        return None
    return status.st_mtime


class Documents:
    """All open documents by URI, one at a time changed by the main loop, read by everybody."""

    def __init__(self) -> None:
        self._by_uri: OrderedDict[str, Document] = OrderedDict()
        self.generation = 0
        """Grows with every change of any document."""

    def open(self, document: Document) -> None:
        """Start to follow a document, or start again."""
        self._by_uri[document.uri] = document
        self.generation += 1

    def close(self, uri: str) -> None:
        """Stop following a document; unknown ones are none."""
        self._by_uri.pop(uri, None)
        self.generation += 1

    def get(self, uri: str) -> Document | None:
        """The open document; None if it is not open."""
        return self._by_uri.get(uri)

    def at(self, path: str) -> Document | None:
        """The open document of a file, by its absolute path."""
        wanted = os.path.normcase(path)
        return next((d for d in list(self._by_uri.values()) if os.path.normcase(d.path) == wanted), None)

    def all(self) -> list[Document]:
        """Every open document, the one opened last at the end."""
        return list(self._by_uri.values())


class OverlayWorkspace:
    """The files of a root as the editor has them. The listing is renewed from outside."""

    def __init__(self, root: Path, documents: Documents, max_bytes: int) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 -- the user's spelling stays
        self._documents = documents
        self._disk = DiskWorkspace(self.root, lambda: (), max_bytes)
        self._prefix = os.path.join(str(self.root), "")  # noqa: PTH118 -- ends with a separator
        self._real_prefix = os.path.join(os.path.realpath(root), "")  # noqa: PTH118
        self._files: tuple[str, ...] = ()
        self._known: frozenset[str] = frozenset()
        self._shown: tuple[int, dict[str, bytes]] = (-1, {})
        self._all: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self.words: WordIndex | None = None
        """Which files hold which words, if that is kept; set from outside."""

    def shown(self) -> Collection[str]:
        """Paths of the open documents, saved or not."""
        return self._overlay().keys()

    def relist(self, files: Sequence[str]) -> None:
        """Take a new listing; an equal one leaves everything that was derived from the last."""
        listed = tuple(files)
        if listed != self._files:
            self._files, self._known = listed, frozenset(listed)
            self._shown = (-1, {})

    def limit(self, max_bytes: int) -> None:
        """Take another size beyond which files are not read."""
        self._disk = DiskWorkspace(self.root, lambda: (), max_bytes)

    def relative(self, path: str) -> str | None:
        """An absolute path relative to the root (POSIX); None outside of it."""
        for prefix in (self._prefix, self._real_prefix):
            if os.path.normcase(path).startswith(os.path.normcase(prefix)):
                return path[len(prefix) :].replace(os.sep, "/")
        return None

    def _overlay(self) -> dict[str, bytes]:
        generation = self._documents.generation
        if self._shown[0] != generation:
            with self._lock:
                shown = {}
                for document in self._documents.all():
                    if document.path and (path := self.relative(document.path)) is not None:
                        shown[path] = document.snapshot().data
                # A new file that was never saved is in no listing; one that is ignored stays so.
                new = [p for p in shown if p not in self._known and not (self.root / p).exists()]
                everything = tuple(sorted((*self._files, *new))) if new else self._files
                self._all = everything if everything != self._all else self._all
                self._shown = (generation, shown)
        return self._shown[1]

    def files(self) -> Sequence[str]:
        """Every file worth reading, sorted: those listed, and new ones open in the editor."""
        self._overlay()
        return self._all

    def read(self, path: str) -> bytes | None:
        """Return the whole file as the editor has it, else as it lies on disk."""
        shown = self._overlay().get(path)
        return shown if shown is not None else self._disk.read(path)

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Read many files: each readable one with its bytes, in the order of ``paths``."""
        shown = self._overlay()
        if not shown:
            yield from self._disk.scan(paths)
            return
        # One generator for all, so that what it knows of the folders is kept.
        waiting: list[str] = []
        for path in paths:
            if path in shown:
                yield from self._disk.scan(waiting)
                waiting = []
                yield path, shown[path]
            else:
                waiting.append(path)
                if len(waiting) >= 500:  # noqa: PLR2004 -- enough to know the folders, few enough to stay lazy
                    yield from self._disk.scan(waiting)
                    waiting = []
        yield from self._disk.scan(waiting)

    def stamp(self, path: str) -> Stamp | None:
        """Return what changes whenever the file does; None for one that is open: its text is at hand."""
        return None if path in self._overlay() else self._disk.stamp(path)

    def why_unreadable(self, path: str) -> str:
        """Return one sentence that says why ``read`` gave None; empty if it reads well."""
        return "" if path in self._overlay() else self._disk.why_unreadable(path)
