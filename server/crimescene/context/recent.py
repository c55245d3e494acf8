"""Recent changes, where they meet the code of the chain."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from crimescene import history
from crimescene.prompt.plain import ago

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Change, Snippet

_LAST_CHANGES = 6
"""Functions of the chain whose last change is looked up when nothing is recent."""
_BLAME_SECONDS = 0.3
_ELSEWHERE = 5


def meeting(changes: Sequence[Change], snippets: Sequence[Snippet]) -> tuple[Change, ...]:
    """The changes whose hunk touches one of the snippets: uncommitted first, then newest first."""
    met = [c for c in changes if any(_meets(c, s) for s in snippets)]
    return tuple(sorted(met, key=lambda c: (c.sha is not None, -c.when)))


def _meets(change: Change, snippet: Snippet) -> bool:
    touched = history.touches(change.hunk, snippet.start_lineno, snippet.last_lineno)
    return change.path == snippet.path and touched


def elsewhere(changes: Sequence[Change], met: Collection[Change]) -> str:
    """One sentence on changed files that do not meet the chain; empty if there are none."""
    paths = dict.fromkeys(c.path for c in changes if c not in met)
    for change in met:
        paths.pop(change.path, None)
    if not paths:
        return ""
    shown = ", ".join(list(paths)[:_ELSEWHERE])
    more = f" and {len(paths) - _ELSEWHERE} more" if len(paths) > _ELSEWHERE else ""
    return f"Also changed, away from this code: {shown}{more}."


class Blamed:
    """The last change of each function of the chain, asked of git while others compute."""

    def __init__(self, repository: history.Repository, links: Sequence[Link]) -> None:
        places = [(x.location.path, x.function.first_lineno, x.function.last_lineno) for x in links]
        self.links = links
        self._found: list[Change | None] = [None] * len(links)
        self._thread = Thread(target=self._ask, args=(repository, places), daemon=True)
        self._thread.start()

    def _ask(self, repository: history.Repository, places: Sequence[tuple[str, int, int]]) -> None:
        self._found = history.last_changes(repository, places, seconds=_BLAME_SECONDS)

    def changes(self) -> list[tuple[Link, Change]]:
        """Each function with its last change, as far as git knew in time."""
        self._thread.join()
        return [(x, c) for x, c in zip(self.links, self._found, strict=True) if c is not None]


def blame_ahead(
    repository: history.Repository | None, links: Sequence[Link], changes: Sequence[Change]
) -> Blamed | None:
    """Ask for the last changes of the chain if none of ``changes`` touches it; None if one does."""
    places: dict[tuple[str, int], Link] = {}
    for link in links:
        if not link.in_test and link.function.kind != "module":
            places.setdefault((link.location.path, link.function.first_lineno), link)
    chosen = list(places.values())[:_LAST_CHANGES]
    touched = any(
        c.path == x.location.path and history.touches(c.hunk, x.function.first_lineno, x.function.last_lineno)
        for c in changes
        for x in chosen
    )
    return None if repository is None or touched or not chosen else Blamed(repository, chosen)


def unchanged(blamed: Blamed, *, window: str, now: float) -> tuple[str, ...]:
    """Say that nothing on the chain is recent, and when each of its functions last changed."""
    sentences = [f"Nothing on this call chain changed in the last {window}."]
    for link, change in blamed.changes():
        place = f"`{link.function.qualified_name}` ({link.location.path})"
        who = f"{(change.sha or '')[:7]} by {change.author}: {change.subject}"
        sentences.append(f"{place} last changed {ago(now - change.when)}, {who}")
    return tuple(sentences)
