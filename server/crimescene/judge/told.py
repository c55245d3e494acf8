"""A verdict as Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.judge.evidence import Verdict


def markdown(verdict: Verdict) -> str:
    """The verdict, its flags, the edge cases with their tests, and the callers that are affected."""
    out = [f"{verdict.sentence}.\n"]
    out += [f"- {f.path}:{f.lineno} {f.kind}: {f.reason}." for f in verdict.flags]
    for (path, lineno, condition), asked in groupby(
        verdict.edges, key=lambda e: (e.path, e.lineno, e.condition)
    ):
        cases = list(asked)
        untried = [e.case for e in cases if not e.tests]
        tried = [f"{e.case} ({', '.join(e.tests)})" for e in cases if e.tests]
        said = [f"try {', '.join(untried)}"] if untried else []
        said += [f"tested: {', '.join(tried)}"] if tried else []
        out.append(f"- {path}:{lineno} `{condition}`: {'; '.join(said)}.")
    out += [
        f"- {a.path}:{a.lineno} {a.caller} calls {a.function} too, outside of this failure's chain."
        for a in verdict.affected
    ]
    return "\n".join(out) + "\n"
