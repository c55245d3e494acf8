"""Generated JavaScript: where a server's URL lies on disk, and what a source map says was written there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from crimescene.resolve.paths import is_absolute
from crimescene.resolve.source_maps import GENERATED, SourceMap, source_map_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Location
    from crimescene.resolve.files import Files

_SERVED = re.compile(r"(?:https?|app|capacitor|ionic|tauri|[\w-]+-extension):/", re.IGNORECASE)
_OUTPUTS = ("build", "dist", "out", "public", ".next", "www", "wwwroot", "static", "dist/public")
"""Folders beside a package.json that servers hand out as their root."""
_MOST_PACKAGES = 20


class Written(NamedTuple):
    """The place in a source for one of a generated file."""

    source: str
    """Below the root, or a URL of the bundler."""
    lineno: int
    column: int
    """Both 1-based."""


def on_disk(printed: str, path: str, files: Files) -> str | None:
    """The generated file that a server handed out as ``path``; built files are seldom listed."""
    if not _SERVED.match(printed) or not path.endswith(GENERATED) or path.startswith(".."):
        return None
    bare = path.lstrip("/")
    return next((place for place in _outputs(bare, files) if files.exists(place)), None)


def is_output(printed: str, path: str, files: Files) -> bool:
    """Whether the file ``path`` was built to be served, and nobody wrote it."""
    return bool(_SERVED.match(printed)) and path.endswith(GENERATED) and path not in files.known


def _outputs(path: str, files: Files) -> Iterator[str]:
    packages = sorted(files.by_name.get("package.json", ()), key=lambda p: (p.count("/"), p))
    folders = dict.fromkeys(["", *(posixpath.dirname(p) for p in packages[:_MOST_PACKAGES])])
    for folder in folders:
        for output in _OUTPUTS:
            rest = path.removeprefix("_next/") if output == ".next" else path
            yield posixpath.join(folder, output, rest)


def written(frame: Frame, location: Location, files: Files) -> Written | None:
    """What was written for the frame, if its file was generated and has a source map."""
    path = location.path
    if frame.lineno is None or not path.endswith(GENERATED):
        return None
    if path not in files.maps:
        files.maps[path] = source_map_of(path, files.read, files.read_large)
    found = files.maps[path]
    place = None if found is None else found.original(frame.lineno, frame.column)
    if found is None or place is None or not place.source:
        return None
    return Written(_below_root(place.source, found), place.lineno, place.column)


def _below_root(source: str, source_map: SourceMap) -> str:
    """A relative source starts from the folder of its map; what leads out of the root keeps its tail."""
    if is_absolute(source) or re.match(r"[\w+.-]+:", source):
        return source
    return re.sub(r"^(?:\.\./)+", "", posixpath.normpath(posixpath.join(source_map.folder, source)))
