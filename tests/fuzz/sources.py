"""Source files to fuzz with: those of the example programs and of the grammars' tests."""

from __future__ import annotations

from pathlib import Path

import scenes
from crimescene.languages import language_for

LANGUAGES = Path(__file__).parent.parent / "languages"
MOST = 20_000
"""Bytes of a file."""


def files() -> list[tuple[str, bytes]]:
    """Name and text of each."""
    found = []
    for root in (*sorted(scenes.PROGRAMS.glob("*/tree")), LANGUAGES):
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and language_for(name) is not None and path.stat().st_size < MOST:
                found.append((name, path.read_bytes()))
    return found
