"""What stands above a piece of code, and in the rows of what did not fit: where, which function, why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crimescene.model import Reason, said
from crimescene.prompt import plain, regions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from crimescene.model import Snippet

_SIGNATURE = 90
_NAMED = 3
"""Functions that the heading of a joined block names."""
_WEAK = frozenset({"member", "same_file", "namesake", "subject", "constructor"})
"""Reasons that add nothing to a better one."""
Label = tuple[str, tuple[Reason, ...]]
"""A function and why it is here."""


def own(path: str, function: str) -> str:
    """The name of ``function`` without that of the class its file is named after."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return function.removeprefix(f"{stem}.") if stem else function


def _told(reasons: tuple[Reason, ...], *, several: bool) -> str:
    """The ``reasons`` without what adds nothing to the first; of ``several`` labels only that.

    That somebody changed the code lately is never left out.
    """
    first, others = reasons[:1], reasons[1:]
    if several:
        others = tuple(reason for reason in others if reason.kind == "changed")
    elif first and first[0].kind not in _WEAK:
        others = tuple(reason for reason in others if reason.kind not in _WEAK)
    return said(first + others)


def labelled(labels: Sequence[Label], path: str = "") -> str:
    """``f · why`` for one function of ``path``, ``f, g (why), h (why else) and 4 more`` for several.

    Of several only the first few are named, with the first reason each, and that it changed.
    """
    named = dict(reversed(labels))  # the first label of each function counts
    named = {function: named[function] for function, _ in labels}
    several = len(named) > 1
    names: dict[str, list[str]] = {}
    for function, reasons in list(named.items())[:_NAMED]:
        why = plain.prose(_told(reasons, several=several))
        names.setdefault(why, []).append(plain.code(own(path, function)))
    groups = [(", ".join(filter(None, functions)), reason) for reason, functions in names.items()]
    if len(groups) == 1 and len(named) <= _NAMED:
        return " · ".join(filter(None, groups[0]))
    text = ", ".join(f"{f} ({reason})" if f and reason else f or reason for f, reason in groups)
    return f"{text} and {len(named) - _NAMED} more" if len(named) > _NAMED else text


def row(snippet: Snippet, known: Collection[str] = ()) -> str:
    """One line for a snippet that did not fit: where, its signature, why.

    Of a path that is ``known`` only the name of the file is said.
    """
    path = snippet.path.rpartition("/")[2] if snippet.path in known else snippet.path
    where = plain.inline(f"{path}:{snippet.start_lineno}-{snippet.last_lineno}")
    head = regions.first_line(snippet.text.split("\n", regions.SIGNATURE)[: regions.SIGNATURE])
    head = f"{head[:_SIGNATURE].rstrip()} …" if len(head) > _SIGNATURE + 2 else head.rstrip(" {:")
    parts = (where, plain.code(head), plain.prose(_told(snippet.reasons, several=False)))
    return "- " + " · ".join(part for part in parts if part) + "\n"


def known(paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` that the name of their file tells from the others."""
    different = set(paths)
    names = Counter(path.rpartition("/")[2] for path in different)
    return frozenset(path for path in different if names[path.rpartition("/")[2]] == 1)
