"""Recent changes, where they meet the code of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import history
from crimescene.prompt.plain import ago

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Change, Snippet

_LAST_CHANGES = 6
"""Functions of the chain whose last change is looked up when nothing is recent."""
_BLAME_SECONDS = 1.0
_ELSEWHERE = 5


def meeting(changes: Sequence[Change], snippets: Sequence[Snippet]) -> tuple[Change, ...]:
    """The changes whose hunk touches one of the snippets: uncommitted first, then newest first."""
    met = [c for c in changes if any(_meets(c, s) for s in snippets)]
    return tuple(sorted(met, key=lambda c: (c.sha is not None, -c.when)))


def _meets(change: Change, snippet: Snippet) -> bool:
    if change.path != snippet.path:
        return False
    first = change.hunk.new_start
    last = first + max(1, change.hunk.new_count) - 1
    return first <= snippet.last_lineno and snippet.start_lineno <= last


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


def unchanged(
    repository: history.Repository, links: Sequence[Link], *, window: str, now: float
) -> tuple[str, ...]:
    """Say that nothing on the chain is recent, and when each of its functions last changed."""
    places: dict[tuple[str, int, int], Link] = {}
    for link in links:
        if not link.in_test and link.function.kind != "module":
            function = link.function
            places.setdefault((link.location.path, function.first_lineno, function.last_lineno), link)
    chosen = list(places.items())[:_LAST_CHANGES]
    sentences = [f"Nothing on this call chain changed in the last {window}."]
    found = history.last_changes(repository, [key for key, _ in chosen], seconds=_BLAME_SECONDS)
    for (_, link), change in zip(chosen, found, strict=True):
        if change is None:
            continue
        sentences.append(
            f"`{link.function.qualified_name}` ({link.location.path}) last changed {ago(now - change.when)}, "
            f"{(change.sha or '')[:8]} by {change.author}: {change.subject}"
        )
    return tuple(sentences)
