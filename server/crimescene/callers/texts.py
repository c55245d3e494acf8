"""The bytes of files, kept from one question to the next while the files do not change."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crimescene.workspace import Stamp, Workspace

MAX_TEXTS = 4_000_000
"""Bytes that are kept."""


class Texts:
    """What was read of files that are no modules; each is looked at again once a question."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stamped = hasattr(workspace, "stamp")  # its bound method would keep the workspace alive
        self._held: OrderedDict[str, tuple[bytes, Stamp | None]] = OrderedDict()
        self._size = 0
        self._checked: set[str] = set()

    def begin(self) -> None:
        """Trust nothing before it was looked at again: a new question begins."""
        self._checked = set()

    def stamp(self, path: str) -> Stamp | None:
        """Return what changes with the file; None where only its bytes tell."""
        workspace: Any = self._workspace
        found: Stamp | None = workspace.stamp(path) if self._stamped else None
        return found

    def get(self, path: str) -> bytes | None:
        """Return the bytes if they were read before and hold still."""
        known = self._held.get(path)
        if known is None:
            return None
        if path not in self._checked:
            if known[1] is None or self.stamp(path) != known[1]:
                self._size -= len(self._held.pop(path)[0])
                return None
            self._checked.add(path)
        return known[0]

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, none if it cannot be read."""
        data = self.get(path)
        if data is None:
            stamp = self.stamp(path)  # before it is read: what changes meanwhile is seen next time
            data = self._workspace.read(path) or b""
            self._keep(path, data, stamp)
        return data

    def take(self, path: str) -> tuple[bytes, Stamp | None]:
        """Return the bytes of a file with their stamp, to be kept elsewhere."""
        data = self.read(path)
        known = self._held.pop(path, None)
        if known is None:  # larger than all that is kept
            return data, None
        self._size -= len(data)
        return known

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each readable file with its bytes, in the order of ``paths``."""
        waiting: list[str] = []
        for path in paths:
            data = self.get(path)
            if data:
                yield from self._workspace.scan(waiting)
                waiting = []
                yield path, data
            else:
                waiting.append(path)
        yield from self._workspace.scan(waiting)

    def _keep(self, path: str, data: bytes, stamp: Stamp | None) -> None:
        self._held[path] = data, stamp
        self._checked.add(path)
        self._size += len(data)
        while self._size > MAX_TEXTS:
            self._size -= len(self._held.popitem(last=False)[1][0])
