"""From the path a runtime printed to a file of the workspace, and from its line to today's.

In order: the path itself, configured mappings, source maps, the mounts of containers, the rules of the
language (Java package to directory, Go module path), then the longest suffix that names exactly one
file, and what the other frames of the trace tell about the folder the program ran in. What stays
ambiguous is said, never guessed.
"""

from __future__ import annotations

from crimescene.resolve.files import Files, Resolution, index_files
from crimescene.resolve.folders import folders_around
from crimescene.resolve.libraries import in_library, is_library, library_path
from crimescene.resolve.lookup import resolve, resolve_all
from crimescene.resolve.moved import settle
from crimescene.resolve.paths import plain_path

__all__ = [
    "Files",
    "Resolution",
    "folders_around",
    "in_library",
    "index_files",
    "is_library",
    "library_path",
    "plain_path",
    "resolve",
    "resolve_all",
    "settle",
]
