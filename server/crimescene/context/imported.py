"""The files that a test's file imports, and what these import: where nothing nearer is known to matter.

By the spelling of the import and the names of the workspace's files; that serves all languages that name
files or types in their imports, and finds what a package's own file only passes on.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crimescene.syntax import Outline
    from crimescene.syntax.outline import Import

_HOPS = 3
_MOST = 16
_ENTRIES = ("__init__", "index", "mod")
"""Files that stand for their folder."""
_SUFFIX = re.compile(r"\.(?:[cm]?[jt]sx?|rb|php|lua)$")


def reached(
    paths: Iterable[str], sources: Iterable[str], outline: Callable[[str], Outline | None]
) -> list[tuple[str, int]]:
    """Up to 16 of ``sources`` that ``paths`` import, with the number of imports on the way, nearest first."""
    known = _by_name(sources)
    level = list(dict.fromkeys(paths))
    seen = set(level)
    found: list[tuple[str, int]] = []
    for hops in range(1, _HOPS + 1):
        following: list[str] = []
        for path in level:
            importer = outline(path)
            for one in importer.imports if importer is not None else ():
                for target in _targets(path, one, known):
                    if target not in seen:
                        seen.add(target)
                        following.append(target)
        found += [(path, hops) for path in following]
        level = following
    return found[:_MOST]


def _by_name(sources: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Files by the last part of what an import may call them; those that stand for a folder by the folder."""
    known: dict[str, list[str]] = {}
    for path in sources:
        known.setdefault(_stem(path).rpartition("/")[2], []).append(path)
    return known


def _stem(path: str) -> str:
    """The path without its suffix; the folder of a file that stands for it."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return folder if stem in _ENTRIES else f"{folder}/{stem}".lstrip("/")


def _targets(importer: str, one: Import, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The files that ``one`` may mean: its module, and what is imported where that is a module too."""
    module = _SUFFIX.sub("", one.module)
    folder = importer.rpartition("/")[0]
    dots = len(module) - len(module.lstrip("."))
    if (
        dots and module[dots : dots + 1] != "/" and "/" not in module
    ):  # Python's: each dot but one is a folder up
        tail = module[dots:].replace(".", "/")
        base, exact = posixpath.normpath(posixpath.join(folder, "../" * (dots - 1), tail)), True
    elif dots:
        base, exact = posixpath.normpath(posixpath.join(folder, module)), True
    else:
        base, exact = "/".join(part for part in re.split(r"[/\\.:]+", module) if part), False
    parent, _, last = base.rpartition("/")
    base = parent if last in _ENTRIES else base
    names = [base, f"{base}/{one.imported}"] if one.imported not in (None, "*", "default") else [base]
    for name in names:
        fitting = [
            path
            for path in known.get(name.rpartition("/")[2], ())
            if _stem(path) == name or (not exact and _stem(path).endswith(f"/{name}"))
        ]
        if fitting:
            yield min(fitting, key=len)
