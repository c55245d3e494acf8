"""Which files mention a name: one pass over the bytes of the files that may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from crimescene.effort import effort
from crimescene.languages import language_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from crimescene.workspace import Workspace

_GENERATED_NAME = re.compile(
    r"[.-](?:min|bundle|chunk)\.[cm]?js$|\.(?:pb|generated|g)\.\w+$|_pb2(?:_grpc)?\.pyi?$|(?:^|/)zz_generated"
)
_GENERATED_HEAD = re.compile(rb"@generated\b|Code generated .{0,80}DO NOT EDIT", re.IGNORECASE)
_HEAD = 1_000
_MINIFIED_LINE = 5_000
"""Nobody writes lines this long: bundled, or data."""


class Scanned(Protocol):
    """What gives the bytes of files: a workspace, or somebody who holds some of them."""

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each readable file with its bytes, in the order of ``paths``."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where names stand; ``not_read`` counts the files the time did not suffice for."""

    files: dict[str, list[str]]
    """Files that hold each name as a whole word, in the order they were looked at."""
    not_read: int = 0


def source_files(workspace: Workspace, languages: Collection[str] | None = None) -> list[str]:
    """List the workspace's files written in one of ``languages`` (ids), or in any we know."""
    known: dict[str, bool] = {}
    found = []
    for path in workspace.files():
        base = path[path.rfind("/") + 1 :]
        dot = base.find(".", 1)
        key = base[dot:] if dot > 0 else f"/{base}"
        wanted = known.get(key)
        if wanted is None:
            language = language_for(base)
            wanted = known[key] = language is not None and (languages is None or language.id in languages)
        if wanted:
            found.append(path)
    return found


def mentions(
    workspace: Workspace, names: Collection[str], *, languages: Collection[str] | None = None
) -> dict[str, list[str]]:
    """Map each of ``names`` to the files that hold it as a whole word."""
    paths = source_files(workspace, languages)
    return search(workspace, names, narrowed(workspace, names, paths)).files


def search(
    files_of: Scanned, names: Collection[str], paths: Sequence[str], *, deadline: float | None = None
) -> Mentions:
    """Search ``paths`` in their order until ``deadline`` (of :func:`crimescene.effort.effort`)."""
    wanted = {name: name.encode("utf-8", "surrogatepass") for name in dict.fromkeys(names) if name}
    files: dict[str, list[str]] = {name: [] for name in wanted}
    position = {path: number for number, path in enumerate(paths)} if deadline is not None else {}
    for path, data in files_of.scan(paths):
        for name, word in wanted.items():
            if word in data and next(occurrences(data, word), None) is not None:
                files[name].append(path)
        if deadline is not None and effort() > deadline:
            return Mentions(files, len(paths) - position[path] - 1)
    return Mentions(files)


def narrowed(workspace: Workspace, names: Collection[str], paths: Sequence[str]) -> Sequence[str]:
    """Leave out those of ``paths`` known to hold none of ``names``, where somebody keeps their words."""
    words = getattr(workspace, "words", None)
    found = words.among([name for name in names if name], paths) if words is not None else None
    return paths if found is None else found


def occurrences(data: bytes, word: bytes) -> Iterator[int]:
    """Yield the offsets where ``word`` stands as a whole word."""
    size = len(word)
    start = data.find(word)
    while start >= 0:
        end = start + size
        if not (start and _in_word(data[start - 1])) and not (end < len(data) and _in_word(data[end])):
            yield start
        start = data.find(word, end)


def _in_word(byte: int) -> bool:
    """Letters, digits, ``_``, ``$`` and everything beyond ASCII."""
    return (
        byte >= 0x80  # noqa: PLR2004 -- the first byte value that is no ASCII
        or 97 <= byte <= 122  # noqa: PLR2004 -- a to z
        or 65 <= byte <= 90  # noqa: PLR2004 -- A to Z
        or 48 <= byte <= 57  # noqa: PLR2004 -- digits
        or byte in (36, 95)
    )


def is_generated(path: str, data: bytes) -> bool:
    """Whether a program wrote this file: by its name, its first lines, or the length of its lines."""
    if _GENERATED_NAME.search(path) or _GENERATED_HEAD.search(data[:_HEAD]):
        return True
    return len(data) > _MINIFIED_LINE and data.find(b"\n", 0, _MINIFIED_LINE) < 0


def by_proximity(paths: Iterable[str], near: Sequence[str]) -> list[str]:
    """Order ``paths``: those of ``near`` first, then folder by folder as far as one has to walk."""
    own = dict.fromkeys(near)
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(path[: path.rfind("/") + 1], []).append(path)
    known = [path for path in own if path in set(groups.get(path[: path.rfind("/") + 1], ()))]
    folders = [path.split("/")[:-1] for path in near]

    def distance(folder: str) -> int:
        parts = folder.split("/")[:-1]
        return min((_steps(parts, other) for other in folders), default=0)

    ordered = sorted((distance(folder), folder) for folder in groups)
    return [*known, *(path for _, folder in ordered for path in groups[folder] if path not in own)]


def _steps(one: list[str], other: list[str]) -> int:
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return len(one) + len(other) - 2 * shared
