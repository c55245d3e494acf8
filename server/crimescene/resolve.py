"""From the path a runtime printed to a file of the workspace.

In order: the path itself, configured mappings, the rules of the language (Java package to
directory, Go module path), then the longest suffix that names exactly one file. What stays
ambiguous is said, never guessed.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crimescene.model import Frame, Location

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIBRARY = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|\.cargo/registry|go/pkg/mod|\.m2/repository"
    r"|jspm_packages|bower_components|\.gradle/caches|\.rustup|\.pyenv/versions)/"
    r"|^<frozen |^<[\w ]+>$|^node:|^internal/|^native |/rustc/[0-9a-f]{7,}/"
    r"|/lib(?:64)?/python\d(?:\.\d+)?/|/Python\.framework/|/usr/(?:local/)?(?:lib|share|include)/"
    r"|/usr/local/go/src/|/libexec/src/|/\.local/share/(?:uv|pipx|virtualenv)/"
)
_VENDOR = re.compile(r"(?:^|(?<=/))vendor/")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/|\.\./|<")
_JAVA_LIBRARY = re.compile(
    r"^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|jakarta|dalvik|android)\."
    r"|^org\.(?:junit|testng|gradle|apache\.maven|codehaus\.groovy|hamcrest|assertj)\."
)
_SCHEME = re.compile(
    r"^(?:webpack(?:-internal)?|file|https?|vscode-remote|app|blob:https?|ng|turbopack|rsc)://", re.IGNORECASE
)
_VENDORED = ("modules.txt", "autoload.php", "bundle/", "composer/installed.json")
"""What stands in a folder named vendor that Go, PHP or Ruby filled; others may be a project's own."""
_JVM_SUFFIXES = (".java", ".kt", ".kts", ".scala", ".groovy", ".clj")


@dataclass(frozen=True, slots=True)
class Files:
    """The workspace's files by base name, lower-cased: what every look-up starts from."""

    root: str
    """Absolute POSIX path of the workspace."""
    known: frozenset[str]
    by_name: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a frame is; ``location`` is None where it is not in the workspace or not certain."""

    location: Location | None
    in_app: bool
    note: str = ""


def index_files(root: str, paths: Sequence[str]) -> Files:
    """Group the workspace's relative POSIX ``paths`` by base name."""
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        by_name[path.rsplit("/", 1)[-1].lower()].append(path)
    return Files(root.replace("\\", "/").rstrip("/"), frozenset(paths), by_name)


def plain_path(printed: str) -> str:
    """Take scheme, query, percent escapes and Windows forms off a printed path."""
    path = printed.strip().strip("\"'`")
    if scheme := _SCHEME.match(path):
        rest = path[scheme.end() :]
        if not scheme[0].lower().startswith("file"):
            # webpack://shop/./src/x.ts: the first part names the bundle or the host
            rest = rest.split("/", 1)[-1]
        path = re.split(r"[?#]", unquote(rest), maxsplit=1)[0]
        if re.match(r"^/[A-Za-z]:[/\\]", path):
            path = path[1:]
    path = path.replace("\\", "/")
    path = re.sub(r"^//\?/(?:UNC/)?", "", path)
    return posixpath.normpath(path) if path else path


def is_library(frame: Frame) -> bool:
    """Whether the frame lies in a runtime or an installed package, judged by its text alone."""
    path = (frame.path or "").replace("\\", "/")
    if _LIBRARY.search(path):
        return True
    return path.endswith(_JVM_SUFFIXES) and bool(_JAVA_LIBRARY.match(frame.function or ""))


def in_library(path: str, files: Files) -> bool:
    """Whether a file of the workspace belongs to a package that was installed or copied into it."""
    if _LIBRARY.search("/" + path):
        return True
    heads = (path[: match.end()] for match in _VENDOR.finditer(path))
    return any(
        path.startswith(head + mark) if mark.endswith("/") else head + mark in files.known
        for head in heads
        for mark in _VENDORED
    )


def library_path(frame: Frame, files: Files) -> str | None:
    """Where in the workspace a library frame's file would be, whether or not it is listed there.

    Git does not list installed packages; None where the path leads elsewhere.
    """
    if not frame.path or frame.lineno is None or not is_library(frame):
        return None
    path = plain_path(frame.path)
    inside = _below(path, files.root)
    inside = path if inside is None and not _ABSOLUTE.match(path) else inside
    return inside if inside and in_library(inside, files) else None


def resolve(frame: Frame, files: Files, mappings: Mapping[str, str] | None = None) -> Resolution:
    """Find the workspace file that ``frame`` names.

    ``mappings`` takes printed prefixes (``/app``) to folders relative to the root.
    """
    if not frame.path or frame.lineno is None:
        return Resolution(None, in_app=False, note="the frame names no place")
    library = is_library(frame)
    path = plain_path(frame.path)
    if mapped := _mapped(path, files, mappings or {}):
        return Resolution(Location(mapped, frame.lineno), in_app=True)
    found = _exact(path, files)
    if found is None and library:
        return Resolution(None, in_app=False, note="library frame")
    note = ""
    if found is None:
        found, note = _by_suffix(path, frame, files)
    if found is None:
        return Resolution(None, in_app=False, note=note)
    in_app = not library and not in_library(found, files)
    return Resolution(Location(found, frame.lineno, in_app, note), in_app, note)


def _mapped(path: str, files: Files, mappings: Mapping[str, str]) -> str | None:
    """The file a configured mapping of prefixes leads to."""
    for prefix, target in mappings.items():
        rest = _below(path, prefix.replace("\\", "/").rstrip("/"))
        if rest is not None:
            mapped = str(PurePosixPath(target.replace("\\", "/").strip("/") or ".") / rest)
            if mapped in files.known:
                return mapped
    return None


def _exact(path: str, files: Files) -> str | None:
    """The file at ``path`` itself, absolute below the root or relative to it."""
    inside = _below(path, files.root)
    if inside is not None and inside in files.known:
        return inside
    # A bare Java file name says nothing without the package of its class.
    return path if path in files.known and not path.endswith(_JVM_SUFFIXES) else None


def _below(path: str, folder: str) -> str | None:
    """``path`` relative to ``folder``, None if it is not below it."""
    if folder and path.startswith(folder + "/"):
        return path[len(folder) + 1 :]
    return None


def _by_suffix(path: str, frame: Frame, files: Files) -> tuple[str | None, str]:
    """The one workspace file that shares the longest tail with ``path``, and what is to be said."""
    wanted = path.split("/")
    if path.endswith(_JVM_SUFFIXES) and "/" not in path:
        wanted = [*_jvm_package(frame), path]
    candidates = files.by_name.get(wanted[-1].lower(), ())
    best: list[str] = []
    longest = 0
    for candidate in candidates:
        parts = candidate.split("/")
        shared = _shared_tail(parts, wanted)
        # A bare file name in common is enough only if it is the whole of one of the two.
        if shared < min(2, len(parts), len(wanted)):
            continue
        if shared > longest:
            best, longest = [candidate], shared
        elif shared == longest:
            best.append(candidate)
    if path.endswith(_JVM_SUFFIXES) and longest < len(wanted):
        # The package is part of a Java frame: less than all of it is another class.
        best = best if longest and len(wanted) == 1 else []
    whole = [c for c in best if len(c.split("/")) == longest]
    if len(whole) == 1:
        return whole[0], ""
    if len(best) == 1:
        return best[0], ""
    if not best:
        return None, "not in the workspace"
    return None, f"ambiguous: {', '.join(sorted(best)[:4])} all match {frame.path}"


def _jvm_package(frame: Frame) -> list[str]:
    """Directories of the class in ``com.example.Order$Line.total``."""
    name = (frame.function or "").rsplit("/", 1)[-1]
    parts = name.split(".")
    package: list[str] = []
    for part in parts[:-2]:
        if "$" in part or part[:1].isupper():
            break
        package.append(part)
    return package


def _shared_tail(left: Sequence[str], right: Sequence[str]) -> int:
    """Number of trailing components in common; case-insensitive file systems print either case."""
    count = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b and a.lower() != b.lower():
            break
        count += 1
    return count
