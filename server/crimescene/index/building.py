"""Bringing the words on disk up to date: what a process of its own does.

    python -m crimescene.index.building ROOT FOLDER MAX_BYTES < paths

reads paths ended by NUL, prints ``done total`` now and then, ``saved`` after each new list, and
``failed`` with a reason where it cannot go on.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.index.segments import FILES, Draft, Status, status_of
from crimescene.index.words import LIST, VERSION, WordIndex, listed
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAVE_SECONDS = 5.0
"""A process that dies loses no more work than that."""
RECENT = 2_000_000_000
"""Nanoseconds: a file changed so short a time before it was read may change again unseen."""
SMALL = 8
"""Segments less than half full, beyond which they are joined."""


class BusyError(Exception):
    """Another process is at work in the folder."""


def update(root: Path, folder: Path, paths: Sequence[str], max_bytes: int) -> Iterator[tuple[str, int, int]]:
    """Read what changed; yield ``progress`` or ``saved`` with the files done and in all.

    Raises OSError where the disk does not take it: what was saved before stays; :class:`BusyError`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        index = WordIndex(root, folder)
        index.reload()
        names, todo = _plan(index, paths)
        try:
            yield from _write(root, folder, names, todo, max_bytes)
        finally:
            _tidy(folder)


def _plan(index: WordIndex, paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the segments to keep and the files to read."""
    wanted = set(paths)
    todo = set(index.outdated(paths))
    live: dict[str, int] = {}
    for path, (name, _, _) in index.files().items():
        if path in wanted and path not in todo:
            live[name] = live.get(name, 0) + 1
    names = [name for name in listed(index.folder) if live.get(name)]
    small = [name for name in names if live[name] < FILES // 2]
    if len(small) > SMALL:
        dropped = set(small)
        names = [name for name in names if name not in dropped]
        todo |= {path for path, (name, _, _) in index.files().items() if name in dropped and path in wanted}
    return names, sorted(todo)


def _write(
    root: Path, folder: Path, names: list[str], todo: list[str], max_bytes: int
) -> Iterator[tuple[str, int, int]]:
    workspace = DiskWorkspace(root, lambda: (), max_bytes)
    saved = time.monotonic()
    if not todo:
        _save(folder, names)
        yield "saved", 0, 0
    for start in range(0, len(todo), FILES):
        batch = todo[start : start + FILES]
        draft = Draft()
        statuses = {path: status_of(f"{root}/{path}") for path in batch}
        unreadable = dict.fromkeys(batch)
        for path, data in workspace.scan(batch):  # one at a time: some trees have files of many megabytes
            del unreadable[path]
            draft.add(path, _settled(statuses[path]), data)
        for path in unreadable:
            draft.add(path, _settled(statuses[path]), b"")
        name = uuid.uuid4().hex
        _replace(folder / name, draft.to_bytes())
        names.append(name)
        done = start + len(batch)
        yield "progress", done, len(todo)
        if time.monotonic() - saved > SAVE_SECONDS or done == len(todo):
            _save(folder, names)
            saved = time.monotonic()
            yield "saved", done, len(todo)


def _settled(status: Status | None) -> Status | None:
    """Return a status that matches nothing for a file that may still be written: it is read again later."""
    if status is None or max(status[1], status[2]) <= time.time_ns() - RECENT:
        return status
    size, _, changed, inode = status
    return size, -1, changed, inode


def _save(folder: Path, names: list[str]) -> None:
    _replace(folder / LIST, json.dumps({"version": VERSION, "segments": names}).encode())


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise


def _tidy(folder: Path) -> None:
    """Remove what no list names: older segments, and what a process left that died."""
    kept = {*listed(folder), LIST, "lock"}
    with suppress(OSError):
        for entry in folder.iterdir():
            if entry.name not in kept:
                with suppress(OSError):
                    entry.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it however the process ends."""
    with (folder / "lock").open("ab") as lock:
        try:
            if os.name == "nt":
                import msvcrt  # noqa: PLC0415 -- there is none elsewhere

                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl  # noqa: PLC0415 -- there is none on Windows

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError from error
        yield


def main(arguments: Sequence[str]) -> int:
    """Do what the first lines say."""
    root, folder, max_bytes = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    if hasattr(os, "nice"):
        os.nice(10)
    paths = [os.fsdecode(path) for path in sys.stdin.buffer.read().split(b"\0") if path]
    try:
        for what, done, total in update(root, folder, paths, max_bytes):
            print(what, done, total, flush=True)  # noqa: T201 -- who started it listens
    except BusyError:
        print("busy", 0, 0, flush=True)  # noqa: T201 -- as above
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        print("failed", error.strerror or "the disk cannot be written to", flush=True)  # noqa: T201 -- as above
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
