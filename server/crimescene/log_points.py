"""The questions about strategic logging: where to log, and the statements in and out of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import case, redact, syntax
from crimescene.grounds import Grounds
from crimescene.loop import sessions
from crimescene.model import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crimescene import logged
    from crimescene.log_statements import Insertion, Session


class LogPoints(Grounds):
    """Follow a value through the running program."""

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
            sessions.began(self.root, cid, done, now=self.now)
        return done

    def remove_logging(self, paths: Sequence[str] = (), *, write: bool = True) -> logged.Removal:
        """Take the log statements out of ``paths``, of every file if none is named."""
        from crimescene import logged

        found = logged.removal(self.workspace, paths or self.listing())
        if write:
            logged.unwrite(self.root, found)
            sessions.ended(self.root, [*found.files, *found.deleted], now=self.now)
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
        from crimescene import logged

        return redact.redact(logged.trail(self.workspace, self.listing(), text)).text

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
