"""One file whose command is sought, and what stands around it."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.workspace import Workspace

WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and where."""

    words: tuple[str, ...]
    folder: str
    """POSIX, relative to the root; empty for the root itself."""
    why: str
    """What told so: a phrase."""

    @property
    def shown(self) -> str:
        """As one would type it."""
        return " ".join(
            word if re.fullmatch(r"[\w@%+=:,./\\-]+", word) else f'"{word}"' for word in self.words
        )


class Case:
    """One file whose command is sought, with what the rules ask about its surroundings."""

    def __init__(self, path: str, workspace: Workspace) -> None:
        self.path = path
        self.workspace = workspace
        self.source = (workspace.read(path) or b"").decode("utf-8", "replace")
        language = languages.language_for(path)
        self.language = language.id if language is not None else ""
        self.tools = language.tools if language is not None else ""
        self.in_test = language is not None and language.test_path(path)
        self._texts: dict[str, str | None] = {}

    def text(self, path: str) -> str | None:
        """A file of the workspace; None if there is none."""
        if path not in self._texts:
            data = self.workspace.read(path)
            self._texts[path] = None if data is None else data.decode("utf-8", "replace")
        return self._texts[path]

    def around(self) -> list[str]:
        """The folders around the file, innermost first; the root is the empty string."""
        folders = []
        folder = posixpath.dirname(self.path)
        while folder:
            folders.append(folder)
            folder = posixpath.dirname(folder)
        return [*folders, ""]

    def nearest(self, *names: str) -> tuple[str, str] | None:
        """The innermost folder around the file that holds one of ``names``, and which."""
        for folder in self.around():
            for name in names:
                if self.text(posixpath.join(folder, name)) is not None:
                    return folder, name
        return None

    def below(self, folder: str) -> str:
        """The file relative to one of the folders around it."""
        return posixpath.relpath(self.path, folder) if folder else self.path

    def program(self, *places: str) -> str | None:
        """An executable at one of ``places`` relative to the root, as an absolute path."""
        for place in places:
            full = os.path.join(str(self.workspace.root), *place.split("/"))  # noqa: PTH118 -- a path to run
            if os.access(full, os.X_OK) and os.path.isfile(full):  # noqa: PTH113
                return full
        return None


if TYPE_CHECKING:
    Rule = Callable[[Case], Command | None]
