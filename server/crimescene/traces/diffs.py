"""Both sides of a comparison out of a unified diff whose head says which side is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = rx(r"\s{0,12}(?P<sign>---|\+\+\+) (?P<name>[Ee]xpected|[Aa]ctual|[Rr]eceived|got|want)\b")
_EXPECTED = ("expected", "want")


def from_diff(lines: Sequence[str]) -> Assertion | None:
    """Expected and actual of ``--- Expected`` / ``+++ Actual``; None without such a head."""
    for n in range(len(lines) - 1):
        first, second = _HEAD.match(lines[n]), _HEAD.match(lines[n + 1])
        if first and second and first["sign"] != second["sign"]:
            margin = len(lines[n]) - len(lines[n].lstrip())
            minus, plus = _sides([line[margin:] for line in lines[n + 2 :]])
            if (first["name"].lower() in _EXPECTED) == (first["sign"] == "---"):
                return Assertion(minus, plus, labelled=True)
            return Assertion(plus, minus, labelled=True)
    return None


def _sides(lines: Sequence[str]) -> tuple[str, str]:
    minus: list[str] = []
    plus: list[str] = []
    for line in lines:
        if line.startswith("@@"):
            continue
        if line.startswith("-"):
            minus.append(line[1:])
        elif line.startswith("+"):
            plus.append(line[1:])
        elif line.startswith(" "):
            minus.append(line[1:])
            plus.append(line[1:])
        else:
            break
    return "\n".join(minus).rstrip(), "\n".join(plus).rstrip()
