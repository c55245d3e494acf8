"""What is kept of each bug between two runs: the newest trace and prompt, and the user's answers.

Lies in ``.crimescene/`` below the root, which ignores itself; one folder a bug, named after the
failure's fingerprint. ``case.json`` (format ``VERSION``) holds everything, ``error.txt`` and
``prompt.md`` repeat two parts of it for people; ``prompt.json`` is the newest prompt made as data.
Each file is replaced in one step under a lock between processes, so whoever reads sees a whole one,
whenever a writer died. Nothing here raises: where it cannot be written the answer is None,
and :func:`why_not_saved` says why.

Everything that is saved must have been redacted by the caller; nothing is masked here.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.case.fingerprints import text_key
from crimescene.case.ledger import VERSION, Case, from_json, to_json
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = ".crimescene"
MAX_CASES = 50
_MAX_BYTES = 64_000_000
"""Of one case file; a longer one is none of ours."""
_LOCK_SECONDS = 5.0
_FILES = ("case.json", "error.txt", "prompt.md", "prompt.json")
_TEMPORARY = ".new-"
_O = {
    name: getattr(os, f"O_{name}", 0) for name in ("NOFOLLOW", "CLOEXEC", "BINARY", "NOINHERIT", "NONBLOCK")
}
_NEVER_FOLLOW = _O["NOFOLLOW"] | _O["CLOEXEC"] | _O["BINARY"] | _O["NOINHERIT"] | _O["NONBLOCK"]


class _NotSavedError(Exception):
    """The text is one sentence."""


# --------------------------------------------------------------------------- public


def save_case(
    root: Path,
    *,
    text: str,
    trace_json: object,
    prompt: str,
    now: float,
    key: str = "",
    is_data: bool = False,
) -> Path | None:
    """Save the newest trace (redacted) and prompt of a bug; the prompt's path, None if it cannot be.

    ``key`` is its :func:`fingerprint`, by default one made of ``text``. What the user answered before is
    kept, as are the :data:`MAX_CASES` bugs seen last. A prompt that ``is_data`` stands beside the one
    for people, in which somebody may have written.
    """
    key = key or text_key(text)
    try:
        with _locked(root) as home:
            known = load(home / key) or Case(key, opened=now, updated=now)
            runs = known.runs + 1
            seen = replace(known, updated=now, runs=runs, text=text, trace_json=trace_json)
            name = "prompt.json" if is_data else "prompt.md"
            _write_case(home, seen if is_data else replace(seen, prompt=prompt), rewrite=not is_data)
            if is_data:
                _replace(home / key / name, prompt, now)
            _prune(home, keep=key)
            return home / key / name
    except (OSError, ValueError, TypeError, _NotSavedError):
        return None


def update(root: Path, key: str, change: Callable[[Case], Case], *, now: float) -> Case | None:
    """Change what is kept of a bug in one step (redacted); the new state, None if it cannot be written.

    ``change`` gets the case as it is, a new one if there is none, and may be called in another order than
    other processes' changes, so it must only add to what it gets.
    """
    try:
        with _locked(root) as home:
            changed = change(load(home / key) or Case(key, opened=now, updated=now))
            _write_case(home, replace(changed, key=key, updated=now), rewrite=False)
            return load(home / key)
    except (OSError, ValueError, TypeError, _NotSavedError):
        return None


def save_answered(
    root: Path, key: str, *, expected: str | None = None, actual: str | None = None, now: float
) -> Path | None:
    """Remember what the user said of a failure (redacted); None leaves the answer, "" takes it back."""
    try:
        with _locked(root) as home:
            known = load(home / key) or Case(key, opened=now, updated=now)
            expected = known.expected if expected is None else expected
            actual = known.actual if actual is None else actual
            answered = replace(known, updated=now, expected=expected, actual=actual)
            _write_case(home, answered, rewrite=False)
            return home / key / "case.json"
    except (OSError, ValueError, TypeError, _NotSavedError):
        return None


def why_not_saved(root: Path) -> str:
    """Return one sentence that says why nothing can be saved below ``root``; empty if it can."""
    try:
        with _locked(root):
            return ""
    except _NotSavedError as refusal:
        return str(refusal)
    except OSError as error:
        return f"Nothing was saved: {root / FOLDER} cannot be written ({error.strerror or error})."


def load(folder: Path) -> Case | None:
    """Read the case in ``folder``; None if there is none, or it is damaged or of a newer format."""
    try:
        data = DiskWorkspace(folder, max_bytes=_MAX_BYTES).read("case.json")
        stored = json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(stored, dict) or stored.get("version") not in range(1, VERSION + 1):
        return None
    return from_json(stored, folder.name)


def newest(root: Path) -> Case | None:
    """The bug whose trace was saved last; None if none is kept."""
    home = root / FOLDER
    if not _is_folder(home):
        return None
    return next((case for folder in _by_age(home) if (case := load(folder)) and case.runs), None)


def remembered(root: Path, key: str) -> Case | None:
    """What is kept of the bug with this fingerprint, the user's answers among it; None if nothing is."""
    return load(root / FOLDER / key) if _is_folder(root / FOLDER) else None


def error_path(key: str) -> str:
    """Where the whole error text of a bug is saved, relative to the root: known before it is written."""
    return f"{FOLDER}/{key}/error.txt"


def prompt_path(key: str) -> str:
    """Where the prompt of a bug is saved, relative to the root."""
    return f"{FOLDER}/{key}/prompt.md"


def stamp(root: Path) -> tuple[object, ...]:
    """What changes when a case is saved or removed, and costs next to nothing to ask."""
    home = root / FOLDER
    found: list[tuple[object, ...]] = []
    for when, name in _dated(home) if _is_folder(home) else ():
        with suppress(OSError):  # a case that is closed keeps its age: its file is another one
            found.append((name, when, (home / name / "case.json").lstat().st_ino))
    return tuple(found)


def all_cases(root: Path) -> list[Case]:
    """Every bug of which anything is kept, the one seen last first."""
    home = root / FOLDER
    return [case for folder in _by_age(home) if (case := load(folder))] if _is_folder(home) else []


def recent(root: Path, most: int = MAX_CASES) -> list[Case]:
    """The bugs whose traces were saved last, newest first."""
    home = root / FOLDER
    if not _is_folder(home):
        return []
    return [case for folder in _by_age(home)[:most] if (case := load(folder)) and case.runs]


# --------------------------------------------------------------------------- on disk


def _write_case(home: Path, case: Case, *, rewrite: bool = True) -> None:
    """Write the case's files; without ``rewrite`` the prompt for people stays, edited or not."""
    if not re.fullmatch(r"[\w-]{1,64}", case.key):
        raise _NotSavedError("Nothing was saved: the case's key is no name for a folder.")
    folder = home / case.key
    _make_folder(folder)
    _clean(folder)
    existing = DiskWorkspace(folder, max_bytes=_MAX_BYTES).read("case.json")
    if existing and _version(existing) > VERSION:
        raise _NotSavedError(f"Nothing was saved: {folder} was written by a newer version.")
    stored = json.dumps(to_json(case), ensure_ascii=True, indent=1)
    if case.text:
        _replace(folder / "error.txt", case.text, case.updated)
    if case.prompt and rewrite:
        _replace(folder / "prompt.md", case.prompt, case.updated)
    _replace(folder / "case.json", stored, case.updated)


def _clean(folder: Path) -> None:
    """Remove what writers left that died: the lock is ours, so none is at work."""
    for left in folder.iterdir():
        if left.name.startswith(_TEMPORARY):
            left.unlink()


def _version(data: bytes) -> int:
    try:
        stored = json.loads(data)
    except (ValueError, RecursionError):
        return 0
    version = stored.get("version") if isinstance(stored, dict) else 0
    return version if isinstance(version, int) else 0


def _replace(path: Path, text: str, when: float) -> None:
    """Write the file in one step: a reader, or a crash, meets the old one or the new one."""
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_FOLLOW, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError, OverflowError):
            os.utime(temporary, (when, when))  # the age of a case is that of its file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _make_folder(path: Path) -> None:
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if not _is_folder(path):
        kind = "a link" if path.is_symlink() else "no folder"
        raise _NotSavedError(f"Nothing was saved: {path} is {kind}.")


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


@contextmanager
def _locked(root: Path) -> Iterator[Path]:
    """Hold the folder's lock; the system lets go of it however the process ends."""
    home = root / FOLDER
    _make_folder(home)
    fd = os.open(home / "lock", os.O_RDWR | os.O_CREAT | _NEVER_FOLLOW, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _try_lock(fd):
            if time.monotonic() > deadline:
                raise _NotSavedError(f"Nothing was saved: another process keeps {home} locked.")
            time.sleep(0.01)
        if not os.path.lexists(home / ".gitignore"):
            _clean(home)
            _replace(home / ".gitignore", "*\n", time.time())
        yield home
    finally:
        os.close(fd)


def _try_lock(fd: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 -- not on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415 -- only on Windows

        attempt = getattr(msvcrt, "locking")  # noqa: B009 -- unknown to type checkers elsewhere
        mode = getattr(msvcrt, "LK_NBLCK")  # noqa: B009
        try:
            attempt(fd, mode, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _by_age(home: Path) -> list[Path]:
    """Return the folders of the cases, the one seen last first."""
    return [home / name for _, name in _dated(home)]


def _dated(home: Path) -> list[tuple[float, str]]:
    dated = []
    with suppress(OSError), os.scandir(home) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                try:
                    when = os.lstat(os.path.join(entry.path, "case.json")).st_mtime  # noqa: PTH118
                except OSError:
                    when = 0.0
                dated.append((when, entry.name))
    return sorted(dated, reverse=True)


def _prune(home: Path, keep: str) -> None:
    """Remove the cases beyond the newest; only files that were written here, never what a user added."""
    for folder in [folder for folder in _by_age(home) if folder.name != keep][MAX_CASES - 1 :]:
        with suppress(OSError):
            for path in folder.iterdir():
                if path.name in _FILES or path.name.startswith(_TEMPORARY):
                    path.unlink()
            folder.rmdir()
