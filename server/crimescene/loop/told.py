"""A case in words: one line, the facts of an attempt, the whole of it; the same through every edge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crimescene.redact import redact

if TYPE_CHECKING:
    from crimescene.case import Case
    from crimescene.judge import Verdict
    from crimescene.model import Attempt

SHORT = 8
"""Characters of a key that tell cases apart for people."""
_LONGEST = 100


def title(known: Case) -> str:
    """What a case is about, on one line without secrets."""
    text = known.signature.title or (known.text.strip().splitlines() or ["(no error text)"])[-1]
    return redact(" ".join(text.split())[:_LONGEST]).text


def facts(tried: Attempt) -> list[tuple[str, str]]:
    """What is known of an attempt, by name."""
    found = (
        ("result", tried.result or "not run yet"),
        ("verdict", tried.verdict),
        ("ruled out", tried.ruled_out),
    )
    return [(name, text) for name, text in found if text]


def markdown(known: Case) -> str:
    """The whole case for people, redacted; ends with a line feed."""
    parts = [f"# {title(known)}\n", f"Case {known.key}, {known.status}.\n"]
    parts += [f"Command: `{known.command}`\n"] if known.command else []
    parts += [_fenced("## Error", known.text.strip(), "text")] if known.text.strip() else []
    for number, tried in enumerate(known.attempts, 1):
        parts.append(f"## Attempt {number}: {tried.hypothesis or 'no hypothesis noted'}\n")
        parts += [f"- {name}: {text}" for name, text in facts(tried)]
        parts += [_fenced("", tried.diff, "diff")] if tried.diff else [""]
    parts += [_fenced(f"## Answer {n}", text, "markdown") for n, text in enumerate(known.answers, 1)]
    for session in known.sessions:
        if isinstance(session, dict):
            parts.append(f"## Log points {session.get('cid', '')}\n\n{_session(session)}\n")
    return redact("\n".join(parts).rstrip("\n") + "\n").text


def changed(verdict: Verdict) -> str:
    """What the change in the work tree does to the failure of a case."""
    from crimescene import judge

    return f"# The change since the failure\n\n{judge.markdown(verdict)}"


def _fenced(heading: str, text: str, language: str) -> str:
    """A text in a fence that nothing in it can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=3)
    fence = "`" * max(4, longest + 1)
    return f"{heading}\n\n{fence}{language}\n{text}\n{fence}\n"


def _session(session: dict[str, Any]) -> str:
    places = ", ".join(f"`{path}`" for path in session.get("paths", ()))
    return f"{session.get('points', 0)} in {places}; {'taken out' if session.get('removed') else 'still in'}."
