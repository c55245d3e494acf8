"""Commits that are older than a stretch of time but came into this history within it, by a merge.

Whoever merges a branch of last week meets its changes now: for them they are as new as an edit.
The first parents of what is checked out are where it has been; all else that can be reached from
the merges among them was brought by these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crimescene.history.repository import collect, start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crimescene.history.repository import Output, Repository

_MAX_MAINLINE = 2000
_MAX_BROUGHT = 20_000


class Mainline(NamedTuple):
    """What was checked out here within the time, as far as commits tell it."""

    merges: Mapping[str, float]
    """When each merge was committed (seconds since the epoch)."""
    before: str | None
    """The newest commit that was here already; None if there is none that is known."""


def mainline_command(since: float) -> tuple[str, ...]:
    """Ask git for the first parents since ``since``, newest first."""
    limits = (f"--max-age={int(since)}", f"--max-count={_MAX_MAINLINE}")
    return ("log", "--first-parent", *limits, "--no-show-signature", "--no-decorate", "--format=%H %ct %P")


def read_mainline(output: Output) -> Mainline:
    """Read the answer to ``mainline_command``; nothing is known of one that was cut off."""
    lines = [line.split() for line in output.data.decode("ascii", "replace").splitlines()]
    if not output.complete or not all(len(line) > 1 for line in lines) or len(lines) >= _MAX_MAINLINE:
        return Mainline({}, None)
    merges = {sha: float(when) for sha, when, *parents in lines if len(parents) > 1}
    return Mainline(merges, next(iter(lines[-1][2:]), None) if lines else None)


def arrivals(repo: Repository, mainline: Mainline, deadline: float) -> dict[str, float]:
    """When each commit that a merge brought came here, in seconds since the epoch."""
    if not mainline.merges or repo.head is None:
        return {}
    known = (f"^{mainline.before}",) if mainline.before else ()
    options = ("--topo-order", "--parents", f"--max-count={_MAX_BROUGHT}")
    output = collect(start(repo, "rev-list", *options, repo.head, *known), deadline)
    came: dict[str, float] = {}
    here: str | None = repo.head
    for line in output.data.decode("ascii", "replace").splitlines():  # children before their parents
        sha, *parents = line.split() or [""]
        if sha == here:
            when, here, parents = mainline.merges.get(sha), next(iter(parents), None), parents[1:]
        else:
            when = came.get(sha)
        if when is not None:
            came.update({parent: min(when, came.get(parent, when)) for parent in parents})
    return came
