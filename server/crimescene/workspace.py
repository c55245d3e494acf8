"""The files of the user's project: which there are, and what they hold.

The only reader of source files. A workspace is hostile until shown otherwise: links may
lead out of it, names may be FIFOs or devices, files may vanish between two calls. Nothing
here raises for that: an unreadable file is ``None``, and :meth:`Workspace.why_unreadable`
says why. Paths are POSIX, relative to the root; bytes of a name that are no UTF-8 survive
as surrogates (``os.fsdecode``).
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pathspec import GitIgnoreSpec

MAX_BYTES = 2_000_000
"""Larger files are data or generated, and would not fit a prompt anyway."""
MAX_FILES = 100_000
"""Where the walk of a workspace without git ends."""

# A FIFO must not block the opening, a terminal must not become ours, and the last
# component must be the file that was checked. Windows has none of these but needs O_BINARY.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
    _FLAGS |= getattr(os, _name, 0)

_KERNEL_TREES = ("/proc/", "/sys/", "/dev/")
"""What the kernel makes up on reading: some of its regular files block or act when read."""

_SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".jj", ".crimescene", "node_modules", "bower_components", "__pycache__"}
    | {".venv", ".tox", ".nox", ".eggs", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    | {".hypothesis", ".gradle", ".idea", ".vs", ".next", ".nuxt", ".svelte-kit", ".turbo"}
    | {".parcel-cache", ".yarn", ".pnpm-store", ".terraform", ".direnv"}
)
_BUILD_OUTPUT = {
    "target": ("pom.xml", "Cargo.toml"),
    "build": ("build.gradle", "build.gradle.kts"),
    "dist": ("package.json",),
    "obj": (".csproj",),
}
"""A folder of this name is output where such a file stands beside it, and may be source elsewhere."""


class Workspace(Protocol):
    """The files under one root, on disk or partly in an editor's unsaved buffers."""

    @property
    def root(self) -> Path:
        """Absolute path of the project's folder."""

    def files(self) -> Sequence[str]:
        """Every file worth reading, sorted; some may be gone or unreadable by now."""

    def read(self, path: str) -> bytes | None:
        """Return the whole file, or None if it cannot or must not be read; never raises."""

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Read many files: each readable one with its bytes, in the order of ``paths``."""

    def why_unreadable(self, path: str) -> str:
        """Return one sentence that says why ``read`` gave None; empty if it reads well."""


Stamp = tuple[int, int, int, int, int]
"""Size, mtime and ctime in nanoseconds, inode and device of a file."""
_SETTLED = 3_000_000_000
"""Nanoseconds after which a file that is written again gets another time on every file system."""


class DiskWorkspace:
    """The files as they lie on disk.

    ``listing`` gives the files in place of a walk (git knows them better and faster); it is
    asked once, as is the walk. ``max_bytes`` is the size beyond which a file is not read.
    """

    def __init__(
        self,
        root: Path | str,
        listing: Callable[[], Sequence[str]] | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 -- Path.resolve would leave the user's spelling
        self._real = os.path.realpath(root)
        self._listing = listing
        self._max_bytes = max_bytes
        self._files: tuple[str, ...] | None = None

    def files(self) -> Sequence[str]:
        """Every file worth reading, sorted; listed once for each instance."""
        if self._files is None:
            found = self._listing() if self._listing else walk(self._real)
            self._files = tuple(sorted(found))
        return self._files

    def read(self, path: str) -> bytes | None:
        """Return the whole file, or None if it cannot or must not be read; never raises."""
        try:
            return self._load(path, {})
        except (OSError, ValueError, _RefusedError):
            return None

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Read many files: each readable one with its bytes, in the order of ``paths``."""
        folders: dict[str, str] = {}
        for path in paths:
            try:
                data = self._load(path, folders)
            except (OSError, ValueError, _RefusedError):
                continue
            yield path, data

    def stamp(self, path: str) -> Stamp | None:
        """Return what changes whenever the file does; None if it did just now, so that only bytes tell."""
        try:
            found = os.stat(f"{self._real}/{path}")  # noqa: PTH116 -- a Path costs more than the call
        except (OSError, ValueError):
            return None
        recent = time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _SETTLED
        if recent or found.st_size > self._max_bytes:
            return None
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev

    def why_unreadable(self, path: str) -> str:
        """Return one sentence that says why ``read`` gave None; empty if it reads well."""
        try:
            self._load(path, {})
        except _RefusedError as refusal:
            return f"{path} {refusal}."
        except FileNotFoundError:
            return f"{path} does not exist."
        except NotADirectoryError:
            return f"{path} does not exist: a part of its path is no folder."
        except PermissionError:
            return f"{path} may not be read: permission denied."
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return f"{path} cannot be read: {reason}."
        return ""

    def _load(self, path: str, folders: dict[str, str]) -> bytes:
        """Read ``path``; ``folders`` remembers where folders lie that were seen to be inside."""
        folder, _, name = path.rpartition("/")
        if name in _NO_NAMES or path[0] == "/" or "\0" in path or len(path) > _LONGEST_PATH:
            raise _RefusedError("is no path inside the workspace")
        if _WINDOWS and (":" in path or "\\" in path):  # drives, devices and streams
            raise _RefusedError("is no path inside the workspace")
        full = f"{folders.get(folder) or self._folder(folder, folders)}/{name}"
        if _WINDOWS:  # no O_NOFOLLOW there
            full = self._inside(os.path.realpath(full))
        try:
            fd = os.open(full, _FLAGS)
        except OSError:
            if not os.path.islink(full):  # noqa: PTH114 -- strings all the way: a Path costs more than the call
                raise
            fd = os.open(self._inside(os.path.realpath(full)), _FLAGS)
        try:
            return self._contents(fd)
        finally:
            os.close(fd)

    def _contents(self, fd: int) -> bytes:
        status = os.fstat(fd)
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            raise _RefusedError(_KINDS.get(stat.S_IFMT(status.st_mode), "is no regular file"))
        if size > self._max_bytes:
            limit = f"at most {self._max_bytes:,} are read (setting maxFileBytes)"
            raise _RefusedError(f"is {size:,} bytes long, {limit}")
        data = os.read(fd, size + 1)
        if len(data) > size:  # it grew since fstat, or is made up on reading
            while len(data) <= self._max_bytes and (more := os.read(fd, self._max_bytes + 1 - len(data))):
                data += more
            if len(data) > self._max_bytes:
                raise _RefusedError(f"grew past the {self._max_bytes:,} bytes that are read")
        return data

    def _folder(self, folder: str, folders: dict[str, str]) -> str:
        """Return where the folder really lies; one lstat for each folder not yet seen."""
        real = folders.get("") or folders.setdefault("", self._inside(self._real).rstrip("/"))
        end = 0
        while end < len(folder):
            start = end and end + 1
            end = folder.find("/", start)
            end = len(folder) if end < 0 else end
            if known := folders.get(folder[:end]):
                real = known
                continue
            name = folder[start:end]
            real = f"{real}/{name}"
            if name in _NO_NAMES or _WINDOWS or stat.S_ISLNK(os.lstat(real).st_mode):
                real = self._inside(os.path.realpath(real))
            folders[folder[:end]] = real
        return real

    def _inside(self, real: str) -> str:
        """Return ``real``, a path without links, if it lies in the workspace."""
        root, place = (f"{os.path.normcase(path)}/".replace(os.sep, "/") for path in (self._real, real))
        if not place.startswith(root.replace("//", "/")):
            raise _RefusedError("leads out of the workspace")
        if place.startswith(_KERNEL_TREES):
            raise _RefusedError("belongs to the kernel, not to the workspace")
        return real


class _RefusedError(Exception):
    """A file that is there but is not read; the text completes a sentence that starts with its path."""


_HEAD = 8000
"""Bytes in which binary data shows a NUL, as git judges it."""


def is_binary(data: bytes) -> bool:
    """Whether it is no text that can be shown: binary data, or UTF-16."""
    return b"\0" in data[:_HEAD]


_WINDOWS = os.name == "nt"
_NO_NAMES = ("", ".", "..")
_LONGEST_PATH = 4096
_KINDS = {
    stat.S_IFDIR: "is a folder",
    stat.S_IFIFO: "is a pipe, not a regular file",
    stat.S_IFCHR: "is a device, not a regular file",
    stat.S_IFBLK: "is a device, not a regular file",
    stat.S_IFSOCK: "is a socket, not a regular file",
}


# --------------------------------------------------------------------------- without git


class _Ignores(NamedTuple):
    """The patterns of one ``.gitignore`` and the folder (with its slash) they are relative to."""

    prefix: str
    patterns: GitIgnoreSpec


def walk(root: str, limit: int = MAX_FILES) -> list[str]:
    """List the files below ``root``, at most ``limit``, nearest first; no order within a folder.

    Leaves out version control, dependencies, virtual environments, caches, build output and
    what ``.gitignore`` files name. Folders that are links are not entered.
    """
    found: list[str] = []
    queue: list[tuple[str, tuple[_Ignores, ...]]] = [("", ())]
    for prefix, inherited in queue:  # the queue grows while it is walked: breadth first
        entries: list[os.DirEntry[str]] = []
        with suppress(OSError), os.scandir(f"{root}/{prefix}") as listing:
            entries.extend(listing)
        names = {entry.name for entry in entries}
        if prefix and ("pyvenv.cfg" in names or "CACHEDIR.TAG" in names):
            continue
        ignores = inherited
        if ".gitignore" in names and (own := _read_ignores(root, prefix)):
            ignores = (*inherited, own)
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _skipped(entry.name, names) and not _ignored(f"{path}/", ignores):
                    queue.append((f"{path}/", ignores))
            elif not _ignored(path, ignores):
                found.append(path)
                if len(found) >= limit:
                    return found
    return found


def _skipped(name: str, beside: set[str]) -> bool:
    if name in _SKIPPED:
        return True
    return any(other.endswith(_BUILD_OUTPUT.get(name, ())) for other in beside)


def _ignored(path: str, ignores: tuple[_Ignores, ...]) -> bool:
    """Whether git would leave ``path`` out: the nearest ``.gitignore`` that says anything decides."""
    for prefix, patterns in reversed(ignores):
        verdict = patterns.check_file(path[len(prefix) :]).include
        if verdict is not None:
            return verdict
    return False


_MAX_STARS = 4
"""A glob becomes a regular expression that tries every split: n stars on a name, length ** n steps."""


def _read_ignores(root: str, prefix: str) -> _Ignores | None:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 -- 25 ms that only a workspace without git pays

    data = DiskWorkspace(root).read(f"{prefix}.gitignore")
    if data is None:
        return None
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    lines = [line for line in lines if len(re.findall(r"\*+", line)) <= _MAX_STARS]
    try:
        return _Ignores(prefix, GitIgnoreSpec.from_lines(lines))
    except ValueError:  # a line that git would pass over
        return _Ignores(prefix, GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line)))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 -- as above

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
