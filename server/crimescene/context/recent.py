"""Recent changes, where they meet the code of the chain."""

from __future__ import annotations

from collections import Counter
from threading import Thread
from typing import TYPE_CHECKING

from crimescene import history
from crimescene.context import chain
from crimescene.prompt.plain import aged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Change, Snippet
    from crimescene.syntax import Outline

_LAST_CHANGES = 6
"""Functions of the chain whose last change is looked up when nothing is recent."""
_BLAME_SECONDS = 0.3
_ELSEWHERE = 5
_HYPOTHESES = 3


def meeting(
    changes: Sequence[Change], snippets: Sequence[Snippet], outline: Callable[[str], Outline | None]
) -> tuple[Change, ...]:
    """The changes that may matter to the code shown: uncommitted first, then newest first.

    Those whose hunk touches a snippet; and in the files of the snippets what stands outside any
    function, such as constants, tables, types and imports, which all of the file hangs on.
    """
    outlines = {s.path: outline(s.path) for s in snippets if not chain.in_test(s.path)}
    met = [c for c in changes if any(_meets(c, s) for s in snippets) or _outside(c, outlines.get(c.path))]
    return tuple(sorted(met, key=lambda c: (c.sha is not None, -(c.arrived or c.when), -c.when)))


def _outside(change: Change, outline: Outline | None) -> bool:
    """Whether the hunk leaves all functions of the file alone."""
    return outline is not None and not any(
        history.touches(change.hunk, f.first_lineno, f.last_lineno) for f in outline.functions
    )


def _meets(change: Change, snippet: Snippet) -> bool:
    touched = history.touches(change.hunk, snippet.start_lineno, snippet.last_lineno)
    return change.path == snippet.path and touched


def hypotheses(
    met: Sequence[Change], snippets: Sequence[Snippet], links: Sequence[Link], now: float
) -> tuple[str, ...]:
    """The changes as what may have caused the failure, the nearest to it first, each with what it touches."""
    nearest = chain.by_relevance(links)
    alone = all(link.of == 1 for link in links)  # a place without a stack: its callers did run
    found: dict[tuple[str, str | None], str] = {}
    shown = {id(c): next((s for s in snippets if s.function and _meets(c, s)), None) for c in met}
    for change in sorted(met, key=lambda c: (_distance(c, nearest), shown[id(c)] is None)):
        if chain.in_test(change.path):
            continue
        what = "an uncommitted change" if change.sha is None else f"{change.sha[:7]} ({change.subject})"
        touched = shown[id(change)]
        if touched is not None and not alone and not _ran(touched):
            continue
        start = touched.start_lineno if touched else 1
        place = f"{change.path}:{history.first_changed(change.hunk, start)}"
        age = aged(change.when, change.arrived, now)
        where = f", {_of(touched)}" if touched else ", outside its functions"
        found.setdefault((change.path, change.sha), f"{what} at {place}{where}; {age}")
    return tuple(found.values())[:_HYPOTHESES]


def _ran(snippet: Snippet) -> bool:
    """Whether the code may have run before the failure: callers outside the trace and neighbours did not."""
    reasons = [reason for reason in snippet.reasons if reason.kind != "changed"]
    return not reasons or not all(reason.kind in ("caller", "same_file") for reason in reasons)


def _of(snippet: Snippet) -> str:
    """``in `rebate` (frame 1 of 5, raised here)``; that it changed is said already."""
    reasons = [reason.said for reason in snippet.reasons if reason.kind != "changed"]
    return f"in `{snippet.function}`{f' ({reasons[0]})' if reasons else ''}"


def _distance(change: Change, links: Sequence[Link]) -> int:
    """How far from the first of ``links`` the change is: its function, its file, or neither."""
    for number, link in enumerate(links):
        function = link.function
        if change.path == function.path and history.touches(
            change.hunk, function.first_lineno, function.last_lineno
        ):
            return number
    return len(links) + all(change.path != link.location.path for link in links)


def elsewhere(changes: Sequence[Change], met: Collection[Change], now: float) -> str:
    """One sentence on changed files that do not meet the chain; empty if there are none."""
    newest = sorted(changes, key=lambda c: (c.sha is not None, -(c.arrived or c.when)))
    paths: dict[str, str] = {}
    for c in newest:
        if c not in met and not (c.state == "untracked" and c.path.endswith(_LOGS)):
            when = aged(c.when, c.arrived, now)
            paths.setdefault(c.path, f"{c.path} ({when if c.sha else f'uncommitted, {when}'})")
    for change in met:
        paths.pop(change.path, None)
    if not paths:
        return ""
    shown = ", ".join(list(paths.values())[:_ELSEWHERE])
    more = f" and {len(paths) - _ELSEWHERE} more" if len(paths) > _ELSEWHERE else ""
    return f"Also changed, away from this code: {shown}{more}."


def unread(repository: history.Repository | None, links: Sequence[Link]) -> tuple[str, ...]:
    """A sentence for each repository inside of this one that the chain runs through."""
    if repository is None:
        return ()
    paths = dict.fromkeys(link.location.path for link in links)
    inner = dict.fromkeys(history.inner_repository(repository, path) for path in paths)
    return tuple(
        f"Changes within {folder} are not known here: its repository is its own (--root {folder} reads it)."
        for folder in [f for f in inner if f][:_ELSEWHERE]
    )


_LOGS = (".log", ".out", ".err")
"""What a program's output is saved as: the trace itself, more often than not."""


_YOUNG = 30 * 86_400
"""Seconds within which each last change of the chain is told; of older ones only the latest."""
_NAMED = 2
"""Functions of one change that are all named."""


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


def unchanged(blamed: Blamed, *, since: float, now: float, complete: bool) -> tuple[str, ...]:
    """Say that none of the chain's functions is recent, and which changed last.

    Where not all changes since ``since`` are known (not ``complete``), only older ones are told.
    """
    sentences = [f"No function of this call chain changed in the last {_duration(now - since)}."]
    sentences = sentences if complete else []
    by_commit: dict[str, list[tuple[Link, Change]]] = {}
    for link, change in blamed.changes():
        if complete or (change.arrived or change.when) < since:
            by_commit.setdefault(change.sha or "", []).append((link, change))
    latest = sorted(by_commit.values(), key=lambda told: -(told[0][1].arrived or told[0][1].when))
    for n, told in enumerate(latest):
        change = told[0][1]
        if n and now - (change.arrived or change.when) > _YOUNG:
            sentences.append("The rest of the chain is older.")
            break
        who = f"{(change.sha or '')[:7]}, {change.author}: {change.subject}"
        named = told[:1] if len(told) > _NAMED else told
        names = _listed([link for link, _ in named])
        more = f" and {len(told) - 1} more" if named != told else ""
        sentences.append(f"{names}{more} last changed {aged(change.when, change.arrived, now)} ({who}).")
    return tuple(sentences)


def _duration(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:g} h" if hours >= 1 else f"{seconds / 60:g} min"


def _listed(links: Sequence[Link]) -> str:
    """``a` and `b` (x.py), `c` (y.py)``: functions by their files, whose paths stand above their code.

    The file of a class that has its name goes without saying.
    """
    by_path: dict[str, list[str]] = {}
    for link in links:
        by_path.setdefault(link.location.path, []).append(link.function.qualified_name)
    names = Counter(path.rpartition("/")[2] for path in by_path)
    said = []
    for path, functions in by_path.items():
        name = path.rpartition("/")[2]
        file = name if names[name] == 1 else path
        known = file == name and all(f.startswith(f"{name.partition('.')[0]}.") for f in functions)
        said.append(_and([f"`{function}`" for function in functions]) + ("" if known else f" ({file})"))
    return ", ".join(said)


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
