"""What every question about one workspace stands on: its files, its repository, its settings, the clock."""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene import context, history
from crimescene.model import UserError
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.settings import Settings
    from crimescene.workspace import Workspace


class Grounds:
    """One workspace root as it may be looked at.

    ``now`` (seconds since the epoch) is fixed by tests; otherwise the clock is read for each
    question. ``workspace`` replaces the files on disk, for unsaved buffers; ``repository`` may be
    open already. Without ``with_history`` git is not asked, for whoever knows that it does not answer.
    ``here`` is the folder that the user is in, and programs run in.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        *,
        now: float | None = None,
        workspace: Workspace | None = None,
        repository: history.Repository | None = None,
        with_history: bool = True,
        here: Path | None = None,
    ) -> None:
        self.root = root.resolve()
        self._here = here
        self.settings = settings
        self._now = now
        self._given = workspace
        self._opened = repository
        self._with_history = with_history

    @property
    def now(self) -> float:
        """The moment the question is asked."""
        return time.time() if self._now is None else self._now

    @cached_property
    def here(self) -> str:
        """The folder the user is in, relative to the root; empty for the root itself and outside of it."""
        try:
            inside = "." if self._here is None else self._here.resolve().relative_to(self.root).as_posix()
        except (OSError, ValueError):
            return ""
        return "" if inside == "." else inside

    @cached_property
    def repository(self) -> history.Repository | None:
        """The git repository around the root, if there is one we may read."""
        if self._opened is not None or not self._with_history:
            return self._opened
        return history.open_repository(self.root)

    @cached_property
    def workspace(self) -> Workspace:
        """The files of the root, as git lists them where it can."""
        if self._given is not None:
            return self._given
        repository = self.repository
        listing = None if repository is None else lambda: history.files(repository)
        return DiskWorkspace(self.root, listing, self.settings.max_file_bytes)

    def scene(self) -> context.Scene:
        """What may be looked at for one question; git starts to read while others compute."""
        now = self.now
        if self.repository is not None:
            history.prefetch(self.repository, since=now - self.settings.since)
        return context.Scene(self.workspace, self.repository, self.settings, now, self.here)

    def glance(self) -> context.Scene:
        """What may be looked at for a quick question, which has no time to ask git what changed."""
        return context.Scene(self.workspace, self.repository, self.settings, self.now, self.here)

    def listing(self) -> Sequence[str]:
        """The files of the root as they are now, whatever ``workspace`` says."""
        repository = self.repository
        listing = None if repository is None else lambda: history.files(repository)
        return DiskWorkspace(self.root, listing).files()

    def relative(self, path: str) -> str:
        """``path`` as given by a user (absolute, or relative to the root), relative to the root."""
        given = Path(path)
        if given.is_absolute():
            try:
                return given.resolve().relative_to(self.root).as_posix()
            except ValueError:
                raise UserError(
                    f"{path} is outside the workspace {self.root}; name its root with --root."
                ) from None
        return given.as_posix().removeprefix("./")
