"""A verdict as Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crimescene.prompt import plain

if TYPE_CHECKING:
    from crimescene.judge.evidence import Verdict


def markdown(verdict: Verdict) -> str:
    """The verdict, its flags, the edge cases with their tests, and the callers that are affected."""
    out = [f"{plain.prose(verdict.sentence)}.\n"]
    out += [f"- {_place(f.path, f.lineno)} {f.kind}: {plain.prose(f.reason)}." for f in verdict.flags]
    for (path, lineno, condition), asked in groupby(
        verdict.edges, key=lambda e: (e.path, e.lineno, e.condition)
    ):
        cases = list(asked)
        untried = [e.case for e in cases if not e.tests]
        tried = [f"{e.case} ({', '.join(map(plain.prose, e.tests))})" for e in cases if e.tests]
        said = [f"try {', '.join(untried)}"] if untried else []
        said += [f"tested: {', '.join(tried)}"] if tried else []
        out.append(f"- {_place(path, lineno)} {plain.code(plain.visible(condition))}: {'; '.join(said)}.")
    out += [
        f"- {_place(a.path, a.lineno)} {plain.prose(a.caller)} calls {plain.prose(a.function)} too, "
        "outside of this failure's chain."
        for a in verdict.affected
    ]
    return plain.visible("\n".join(out)) + "\n"


def _place(path: str, lineno: int) -> str:
    return f"{plain.prose(path)}:{lineno}"
