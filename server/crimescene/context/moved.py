"""The frames of one trace as the files stand today: lines that moved, files that were renamed or removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import history, resolve
from crimescene.effort import effort
from crimescene.model import Location
from crimescene.workspace import is_binary

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene import syntax
    from crimescene.model import Frame
    from crimescene.workspace import Workspace

STALE = re.compile(r"\bline \d+")
"""In a note on a place: its line is another than the trace printed."""
_SECONDS = 3.0
"""How long git may be asked about one trace."""
_MOST_FATES = 3
"""Files that are gone whose history is looked up."""
_MOST_NOTES = 5


class Today:
    """Answers for the frames of one trace; what is to be said besides gathers in ``notes``."""

    def __init__(
        self,
        workspace: Workspace,
        files: resolve.Files,
        outline: Callable[[str], syntax.Outline | None],
        repository: history.Repository | None,
    ) -> None:
        self.notes: dict[str, None] = {}
        self._workspace, self._files, self._outline = workspace, files, outline
        self._repository = repository
        self._deadline = effort() + _SECONDS
        self._fates: dict[str, history.Fate | None] = {}
        self._sources: dict[str, bytes | None] = {}

    def place(self, frame: Frame, answer: resolve.Resolution, around: str | None) -> Location | None:
        """Where the frame, which printed that it lies in ``around``, is in today's files; None if nowhere."""
        location = answer.location or self._renamed(frame, answer)
        if location is None or not location.in_app:
            return location
        path = location.path
        if path not in self._sources:
            source = self._workspace.read(path)
            self._sources[path] = None if source is None or is_binary(source) else source
        source = self._sources[path]
        if source is None:
            return location
        return resolve.settle(
            frame,
            location,
            source,
            self._outline(path),
            around=around,
            former=answer.missing if answer.location is None else "",
            repository=self._repository,
            deadline=self._deadline,
        )

    def _renamed(self, frame: Frame, answer: resolve.Resolution) -> Location | None:
        path = answer.missing
        if not path or frame.lineno is None or answer.choices:
            return None
        if path not in self._fates:
            self._fates[path] = self._fate(path)
        fate = self._fates[path]
        if fate is None:
            return None
        if fate.path is None:
            by = f" by {fate.sha[:7]} ({fate.author}: {fate.subject})" if fate.sha else ", not committed"
            self.say(f"{path} was deleted{by}.")
            return None
        in_app = not resolve.in_library(fate.path, self._files)
        return Location(fate.path, frame.lineno, in_app, f"renamed from {path}")

    def _fate(self, path: str) -> history.Fate | None:
        seconds = self._deadline - effort()
        if self._repository is None or len(self._fates) >= _MOST_FATES or seconds <= 0:
            return None
        return history.fate(self._repository, path, seconds=seconds)

    def say(self, sentence: str) -> None:
        """Note one sentence of a few."""
        if len(self.notes) < _MOST_NOTES:
            self.notes[sentence] = None
