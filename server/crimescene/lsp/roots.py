"""One folder of the workspace as the server keeps it between two questions."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from crimescene import configuration
from crimescene.analysis import Analysis
from crimescene.lsp.overlay import OverlayWorkspace
from crimescene.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from crimescene.context import Scene
    from crimescene.lsp.overlay import Documents

_STALE = 3.0
"""Seconds after which the disk may have changed unseen: not every editor tells."""
_HUNG = 5.0
"""Seconds after which a git that said nothing hangs, on a dead file server for instance."""
_SULK = 120.0
"""Seconds in which such a git is not asked again."""
_KEPT = 256
"""Answers kept for each root."""


class Root:
    """A folder, its settings, and what was found out about it since something last changed.

    ``tell`` is called, on any thread, with a sentence for each setting of the project that cannot be used.
    """

    def __init__(
        self, path: Path, documents: Documents, given: Settings, tell: Callable[[str], None]
    ) -> None:
        self.path = path
        self.settings = given
        """The editor's and the project's together."""
        self._given = given
        self._tell = tell
        self._told: tuple[str, ...] = ()
        self.workspace = OverlayWorkspace(path, documents, given.max_file_bytes)
        self._documents = documents
        self._lock = threading.Lock()
        self._listed = 0.0
        self._seen = 0
        self._without_history_until = 0.0
        self._asked: Analysis | None = None
        self._scene: tuple[int, Scene] | None = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._read_settings()

    def configure(self, given: Settings) -> None:
        """Take what the editor sets."""
        self._given = given
        self._read_settings()

    def _read_settings(self) -> None:
        """Look what the project sets; all that was concluded under other settings is forgotten."""
        project, problems = configuration.read(self.path)
        settings = together(project, self._given)
        if settings != self.settings:
            self.settings = settings
            self.workspace.limit(settings.max_file_bytes)
            self._scene = self._asked = None
            self._answers.clear()
        if problems != self._told:
            self._told = problems
            for sentence in problems:
                self._tell(sentence)

    def analysis(self) -> Analysis:
        """The facade for one question whose answer must be right to the last saved byte."""
        self._read_settings()
        begun = time.monotonic()
        patient = begun > self._without_history_until
        asked = Analysis(self.path, self.settings, workspace=self.workspace, with_history=patient)
        if asked.repository is None and time.monotonic() - begun > _HUNG:
            self._without_history_until = time.monotonic() + _SULK
        self.workspace.relist(asked.listing())
        self._listed = time.monotonic()
        self._asked = asked
        return asked

    def scene(self) -> Scene:
        """What quick questions look at: the last listing, the documents as they are now."""
        with self._lock:
            generation = self._documents.generation
            if self._asked is None:
                self.analysis()
            if self._scene is None or self._scene[0] != generation:
                return self._renew(generation)
            return self._scene[1]

    def _renew(self, generation: int) -> Scene:
        scene = (self._asked or self.analysis()).glance()
        self._scene = generation, scene
        self._answers.clear()
        return scene

    def doubt(self) -> None:
        """Something on disk changed: look again before the next answer."""
        self._listed = 0.0

    @property
    def is_stale(self) -> bool:
        """Whether :meth:`refresh` is due."""
        return time.monotonic() - self._listed > _STALE

    def refresh_if_stale(self) -> None:
        """List the files again and forget what was read from them; takes a moment in a large workspace."""
        if not self.is_stale:
            return
        self.analysis()
        stamp = self._stamp()
        with self._lock:
            if stamp != self._seen:
                self._seen = stamp
                self._renew(self._documents.generation)

    def _stamp(self) -> int:
        """A number that changes when a listed file does: size and time of each."""
        seen = []
        for path in self.workspace.files():
            with suppress(OSError, ValueError):
                status = os.stat(f"{self.workspace.root}/{path}")  # noqa: PTH116 -- tens of thousands of them
                seen.append((path, status.st_mtime_ns, status.st_size))
        return hash(tuple(seen))

    def remembered(self, key: Hashable, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 -- whatever ``ask`` gives
        """The answer to a question asked before, unless something changed since."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            answers = self._answers
            scene = self._scene
        answer = ask()
        with self._lock:
            if self._scene is scene:
                answers[key] = answer
                while len(answers) > _KEPT:
                    answers.popitem(last=False)
        return answer

    def known(self, key: Hashable) -> Any | None:  # noqa: ANN401 -- as above
        """The answer, if the question was asked before and nothing changed since."""
        with self._lock:
            return self._answers.get(key)

    def quick(self) -> Analysis:
        """The facade over what was listed last."""
        with self._lock:
            return self._asked or self.analysis()


def together(project: Settings, editor: Settings) -> Settings:
    """The settings of a project under those of an editor, as under the options of the command line.

    An editor's wins where it is not the default: some editors send the defaults of all they do not hold.
    """
    default = Settings()
    own = {
        f.name: value
        for f in fields(Settings)
        if (value := getattr(editor, f.name)) != getattr(default, f.name)
    }
    hidden = project.hidden_sections | editor.hidden_sections
    return replace(project, **{**own, "hidden_sections": hidden})
