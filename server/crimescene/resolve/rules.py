"""What languages make of paths: packages that are folders, modules that are prefixes, names of crates."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from crimescene.resolve.files import LIBRARY
from crimescene.resolve.libraries import GO_STANDARD, JVM_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.model import Frame
    from crimescene.resolve.files import Files

_PACKAGE = re.compile(rb"^[ \t]*package[ \t]+([\w.`]+)", re.MULTILINE)
_GO_MODULE = re.compile(rb"^[ \t]*module[ \t]+(\S+)", re.MULTILINE)
_HEAD = 8000
"""Bytes in which a file says its package, behind licences."""
_MOST = 40
"""Files of which a head is read, for one frame."""
_VERSION = re.compile(r"@v[\w.+-]+(?=/)")


def asks_for(frame: Frame) -> str:
    """What besides its path decides which file a frame means."""
    path = frame.path or ""
    if path.endswith(JVM_SUFFIXES):
        return ".".join(_jvm_package(frame))
    return (frame.function or "").split("::", 1)[0] if path.endswith(".rs") else ""


def by_language(path: str, frame: Frame, files: Files) -> str | None:
    """The file that the language's own rule names, ``LIBRARY``, or None where it says nothing."""
    if path.endswith(".go"):
        return _of_module(path, files)
    if path.endswith(JVM_SUFFIXES) and "/" not in path:
        wanted = "/".join([*_jvm_package(frame), path])
        found = [c for c in files.by_name.get(path.lower(), ()) if f"/{c}".endswith(f"/{wanted}")]
        return found[0] if len(found) == 1 and "/" in wanted else None
    return None


# --------------------------------------------------------------------------- Java and its kin


def _jvm_package(frame: Frame) -> list[str]:
    """Folders of the class in ``com.example.Order$Line.total``."""
    name = (frame.function or "").rsplit("/", 1)[-1]
    parts = name.split(".")
    package: list[str] = []
    for part in parts[:-2]:
        if "$" in part or part[:1].isupper():
            break
        package.append(part)
    return package


def of_package(candidates: Sequence[str], frame: Frame, files: Files) -> list[str]:
    """Those of the files that belong to the package of the frame's class: in its folder, or by their head.

    Kotlin leaves the folders out that all packages of a project have in common.
    """
    wanted = _jvm_package(frame)
    if not frame.function or "." not in frame.function:
        return list(candidates)
    named = [c for c in candidates if c.split("/")[:-1][-len(wanted) :] == wanted] if wanted else []
    if named:
        return named
    declared = ".".join(wanted)
    return [c for c in candidates[:_MOST] if _package_of(c, files) == declared]


def _package_of(path: str, files: Files) -> str | None:
    if path not in files.packages:
        data = files.read(path)
        found = _PACKAGE.search(data[:_HEAD]) if data is not None else None
        said = found[1].decode("utf-8", "replace").replace("`", "") if found else ""
        files.packages[path] = said if data is not None else "?"
    return files.packages[path]


# --------------------------------------------------------------------------- Go


def _of_module(path: str, files: Files) -> str | None:
    """``example.com/shop/store/store.go``, as ``-trimpath`` prints it, below the folder of its go.mod."""
    bare = _VERSION.sub("", path, count=1)
    for module, folder in _modules(files):
        if bare.startswith(f"{module}/"):
            inside = posixpath.normpath(posixpath.join(folder, bare[len(module) + 1 :]))
            if files.exists(inside):
                return inside
    first = path.split("/", 1)[0]
    if "/" in path and first in GO_STANDARD and not any(f.startswith(f"{first}/") for f in files.known):
        return LIBRARY
    return LIBRARY if bare != path else None


def _modules(files: Files) -> list[tuple[str, str]]:
    """Module paths and their folders, the longest first."""
    found = []
    for path in sorted(files.by_name.get("go.mod", ()), key=lambda p: p.count("/"))[:_MOST]:
        if path not in files.packages:
            said = _GO_MODULE.search((files.read(path) or b"")[:_HEAD])
            files.packages[path] = said[1].decode("utf-8", "replace").strip('"') if said else ""
        if files.packages[path]:
            found.append((files.packages[path], posixpath.dirname(path)))
    return sorted(found, key=lambda pair: -len(pair[0]))


# --------------------------------------------------------------------------- Rust


def of_crate(candidates: Sequence[str], frame: Frame) -> list[str]:
    """Those of the files in a folder named like the crate in ``shop_store::cart::total``."""
    crate, found, _ = (frame.function or "").lstrip("<").partition("::")
    if not found or not (frame.path or "").endswith(".rs"):
        return []
    return [c for c in candidates if crate in {part.replace("-", "_") for part in c.split("/")[:-1]}]
