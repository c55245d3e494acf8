"""The questions about strategic logging: where to log, and the statements in and out of the files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from crimescene import case, redact, syntax
from crimescene.grounds import Grounds
from crimescene.loop import sessions
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crimescene import logged, trails
    from crimescene.log_statements import Insertion, Session


_MOST_FILES = 100
"""Files with log points that a prompt looks into."""


class LogPoints(Grounds):
    """Follow a value through the running program."""

    def log_lines(
        self, places: Sequence[tuple[str, int]], *, cid: str, sink: str = "", write: bool = True
    ) -> Insertion:
        """Observe what the statements at ``places`` (file, 1-based line) make: the shapes in question."""
        from crimescene import logged

        done = self._written(logged.at_lines(self.workspace, places, self._session(cid, sink)), write=write)
        if write:
            self.began_logging(cid, done)
        return done

    def suggest_logging(self, wanted: logged.Wanted) -> logged.Suggestion:
        """Plan where to log to see what becomes of a value, or how an error came about."""
        from crimescene import logged

        return logged.suggest(self.workspace, wanted)

    def logging_between(
        self, expression: str, entry: tuple[str, str] | None, target: tuple[str, str] | None
    ) -> logged.Wanted:
        """What one would want to see of a value between two functions (file, name)."""
        from crimescene import logged

        return logged.Wanted(expression, entry, target)

    def logging_at(self, path: str, lineno: int, expression: str = "") -> logged.Wanted:
        """What one would want to see of a value in the function at the 1-based line.

        Without an expression, where everything that the line reads came from.
        """
        from crimescene import logged

        relative = self.relative(path)
        if not expression:
            return logged.Wanted(frames=((relative, lineno),))
        outline = syntax.outline(relative, self.workspace.read(relative) or b"")
        if outline is None:
            raise UserError(f"{relative}: no grammar is installed for this kind of file.")
        name = syntax.enclosing_function(outline, lineno).qualified_name
        return logged.Wanted(expression, None, (relative, name))

    def log_everywhere(
        self, places: Sequence[logged.Where], *, cid: str, sink: str = "", write: bool = True
    ) -> Insertion:
        """Observe everything the functions at ``places`` (file, name, line) do; ``cid`` marks the round."""
        from crimescene import logged

        session = self._session(cid, sink)
        return self._written(logged.everywhere(self.workspace, places, session), write=write)

    def insert_logging(
        self,
        suggestion: logged.Suggestion,
        *,
        cid: str,
        sink: str = "",
        logger: bool = False,
        write: bool = True,
    ) -> Insertion:
        """Put the log statements of a plan into the files; ``cid`` (four hex digits) marks the round."""
        from crimescene import logged

        done = self._written(logged.insert(suggestion, self._session(cid, sink, logger=logger)), write=write)
        if write:
            self.began_logging(cid, done)
        return done

    def remove_logging(self, paths: Sequence[str] = (), *, write: bool = True) -> logged.Removal:
        """Take the log statements out of ``paths``, of every file if none is named."""
        from crimescene import logged

        found = logged.removal(self.workspace, paths or self.listing())
        if write:
            logged.unwrite(self.root, found)
            self.ended_logging([*found.files, *found.deleted])
        return found

    def marked_lines(self, paths: Sequence[str] = ()) -> list[tuple[str, int]]:
        """File and line of every log statement in ``paths``, in all files if none is named."""
        from crimescene import logged

        return logged.marked_lines(self.workspace, paths or self.listing())

    def trail_path(self) -> Path:
        """The file that values go to with the file sink."""
        return self.root / case.FOLDER / "trail.log"

    def make_trail(self) -> None:
        """Start the file that values go to, empty; UserError where it cannot be written."""
        if reason := case.why_not_saved(self.root):
            raise UserError(f"{reason} The sink stderr needs no file.")
        self.trail_path().unlink(missing_ok=True)

    def read_logs(self, text: str) -> str:
        """The trail that log points left in ``text``, as Markdown without secrets; empty if there is none."""
        from crimescene import trails

        reading = self.read_trail(text)
        return "" if reading is None else redact.redact(trails.markdown(reading)).text

    def read_trail(self, text: str) -> trails.Reading | None:
        """The trail that log points left in ``text``; its verdicts are noted with the open case."""
        from crimescene import trails

        reading = trails.read_back(self.workspace, self.listing(), text)
        if reading is not None and self.settings.save_cases:
            sessions.read_back(self.root, [asdict(v) for v in trails.verdicts(reading)], now=self.now)
        return reading

    def refine_logging(self, text: str, budget: int = 12) -> logged.Suggestion:
        """Plan the round after the trail in ``text``: between the last good and the first suspicious value.

        The files are taken as they are without log points: remove those before the new ones go in.
        """
        from crimescene import trails

        reading = trails.read_back(self.workspace, self.listing(), text)
        if reading is None:
            raise UserError("No log point has printed anything there: run the program first.")
        return trails.refined(self.workspace, reading, budget)

    def logged_values(self, text: str = "") -> tuple[tuple[str, str], ...]:
        """What the log points that are in the files saw, by name; ``text`` is what the program printed."""
        kept = self._kept().read_text("utf-8", "replace") if self._kept().is_file() else ""
        if not kept:
            return ()
        from crimescene import trails

        path = self.trail_path()
        if "[[trace:" not in text:
            text = path.read_text("utf-8", "replace") if path.is_file() else ""
        reading = trails.read_back(self.workspace, kept.splitlines()[:_MOST_FILES], text)
        return trails.values(reading) if reading is not None else ()

    def began_logging(self, cid: str, done: Insertion) -> None:
        """Note that log points are in the files: with the case, and where prompts find what they saw."""
        sessions.began(self.root, cid, done, now=self.now)
        paths = dict.fromkeys(edit.path for edit in done.edits)
        if paths and self.settings.save_cases and not case.why_not_saved(self.root):
            with suppress(OSError):
                self._kept().write_text("".join(f"{path}\n" for path in paths), "utf-8")

    def ended_logging(self, paths: Sequence[str]) -> None:
        """Note that the log points of these files are out again."""
        sessions.ended(self.root, paths, now=self.now)
        with suppress(OSError):
            left = [p for p in self._kept().read_text("utf-8").splitlines() if p not in set(paths)]
            if left:
                self._kept().write_text("".join(f"{path}\n" for path in left), "utf-8")
            else:
                self._kept().unlink()

    def _kept(self) -> Path:
        """The file that names the files with log points, one a line."""
        return self.root / case.FOLDER / "log_points.txt"

    def _session(self, cid: str, sink: str, *, logger: bool = False) -> Session:
        from crimescene import logged
        from crimescene.log_statements import Session

        return Session(cid, sink, logged.go_generics(self.workspace, self.workspace.files()), logger)

    def _written(self, inserted: Insertion, *, write: bool) -> Insertion:
        from crimescene import logged

        if write:
            paths = dict.fromkeys(edit.path for edit in inserted.edits)
            logged.write(self.root, inserted, {path: self.workspace.read(path) or b"" for path in paths})
        return inserted
