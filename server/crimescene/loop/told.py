"""A case in words: one line, the facts of an attempt, the whole of it; the same through every edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crimescene.prompt import plain
from crimescene.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.case import Case
    from crimescene.judge import Verdict
    from crimescene.model import Attempt

SHORT = 8
"""Characters of a key that tell cases apart for people."""
_LONGEST = 100


def title(known: Case) -> str:
    """What a case is about, on one line without secrets."""
    text = known.signature.title or (known.text.strip().splitlines() or ["(no error text)"])[-1]
    return plain.visible(redact(" ".join(plain.visible(text).split())[:_LONGEST]).text)


def facts(tried: Attempt) -> list[tuple[str, str]]:
    """What is known of an attempt, by name."""
    found = (
        ("result", tried.result or "not run yet"),
        ("verdict", tried.verdict),
        ("ruled out", tried.ruled_out),
    )
    return [(name, plain.visible(text)) for name, text in found if text]


def markdown(known: Case, former: Sequence[Case] = ()) -> str:
    """The whole case for people, redacted; ends with a line feed.

    ``former`` are the cases whose attempts led to it, the newest first: what was tried on them comes last.
    """
    parts = [f"# {plain.prose(title(known))}\n", f"Case {known.key}, {plain.prose(known.status)}.\n"]
    parts += [f"Command: {plain.code(plain.visible(known.command))}\n"] if known.command else []
    parts += [_fenced("## Error", known.text.strip(), "text")] if known.text.strip() else []
    parts += _attempts(known, "##")
    parts += [_fenced(f"## Answer {n}", text, "markdown") for n, text in enumerate(known.answers, 1)]
    for session in known.sessions:
        if isinstance(session, dict):
            parts.append(f"## Log points\n\n{_session(session)}\n")
    for before in former:
        parts.append(f"## Before: {plain.prose(title(before))}\n")
        parts += _attempts(before, "###")
    return redact("\n".join(parts).rstrip("\n") + "\n").text


def _attempts(known: Case, heading: str) -> list[str]:
    """What was tried on a case, each attempt under a heading of that level."""
    parts = []
    for number, tried in enumerate(known.attempts, 1):
        parts.append(f"{heading} Attempt {number}: {plain.prose(hypothesis(tried))}\n")
        parts += [f"- {name}: {plain.prose(text)}" for name, text in facts(tried)]
        parts += ["", _fenced("", tried.diff, "diff").lstrip("\n")] if tried.diff else [""]
    return parts


def changed(verdict: Verdict) -> str:
    """What the change in the work tree does to the failure of a case."""
    from crimescene import judge

    return f"# The change since the failure\n\n{judge.markdown(verdict)}"


def _fenced(heading: str, text: str, language: str) -> str:
    """A text in a fence that nothing in it can close."""
    return f"{heading}\n\n{plain.fence(plain.visible(text), language)}"


def hypothesis(tried: Attempt) -> str:
    """What was thought, on one line."""
    return plain.one_line(plain.visible(tried.hypothesis)) or "no hypothesis noted"


def _session(session: dict[str, Any]) -> str:
    places = ", ".join(plain.code(plain.visible(str(path))) for path in session.get("paths", ()))
    state = "taken out" if session.get("removed") else "still in"
    return f"{int(session.get('points') or 0)} in {places}; {state}."
