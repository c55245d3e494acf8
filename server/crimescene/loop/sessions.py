"""Logging sessions of a case: what was put into the code to see a value, and whether it is still there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crimescene import case

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from crimescene.case import Case
    from crimescene.log_statements import Insertion
    from crimescene.workspace import Workspace

_MOST = 20


def began(root: Path, cid: str, inserted: Insertion, *, now: float) -> None:
    """Note log points with the open case seen last; nothing where no case is open."""
    known = next((c for c in case.all_cases(root) if c.status == case.OPEN), None)
    if known is None or not inserted.points:
        return
    paths = list(dict.fromkeys(edit.path for edit in inserted.edits))
    session: dict[str, Any] = {
        "cid": cid,
        "when": now,
        "points": len(inserted.points),
        "paths": paths,
        "removed": 0,
    }

    def noted(c: Case) -> Case:
        return replace(c, sessions=(*c.sessions, session)[-_MOST:])

    case.update(root, known.key, noted, now=known.updated)


def read_back(root: Path, verdicts: Sequence[Mapping[str, str]], *, now: float) -> None:
    """Note with the session that still lasts what its trail says of each function."""
    known = next((c for c in case.all_cases(root) if c.status == case.OPEN), None)
    if known is None or not verdicts:
        return

    def noted(c: Case) -> Case:
        last = len(c.sessions) - 1
        found = tuple(
            {**s, "read": now, "verdicts": list(verdicts)} if n == last and isinstance(s, dict) else s
            for n, s in enumerate(c.sessions)
        )
        return replace(c, sessions=found)

    case.update(root, known.key, noted, now=known.updated)


def ended(root: Path, paths: Collection[str], *, now: float) -> None:
    """Note that the log points of these files are taken out."""
    for known in case.all_cases(root):
        if _left(known, paths):

            def noted(c: Case) -> Case:
                return replace(c, sessions=tuple(_without(s, paths, now) for s in c.sessions))

            case.update(root, known.key, noted, now=known.updated)


def _without(session: object, paths: Collection[str], now: float) -> object:
    if not isinstance(session, dict) or session.get("removed"):
        return session
    left = [path for path in session.get("paths", ()) if path not in paths]
    return {**session, "removed": 0 if left else now}


def _left(known: Case, paths: Collection[str]) -> bool:
    return any(
        isinstance(s, dict) and not s.get("removed") and set(s.get("paths", ())) & set(paths)
        for s in known.sessions
    )


def still_in(known: Case, workspace: Workspace) -> list[str]:
    """The files that still hold log statements of the sessions of a case."""
    from crimescene.log_statements import is_marked

    paths: dict[str, None] = {}
    for session in known.sessions:
        if isinstance(session, dict) and not session.get("removed"):
            paths |= dict.fromkeys(str(path) for path in session.get("paths", ()))
    return [path for path in paths if is_marked(workspace.read(path) or b"")]
