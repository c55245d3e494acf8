"""What somebody wrote into a prompt of ours: the answers to its questions, kept for the next one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADINGS = {"expected": "## Expected behavior", "actual": "## Actual behavior"}
_LABEL = re.compile(r"(?:Proposed from|From the failing)[^:\n]*: ?")
_FENCE = re.compile(r"`{3,}|~{3,}")


def edited(before: str, now: str) -> dict[str, str]:
    """Answers by ``expected`` and ``actual`` that ``now`` has and the prompt as it was made had not."""
    found: dict[str, str] = {}
    for name, heading in _HEADINGS.items():
        old, new = _section(before, heading), _section(now, heading)
        if old is not None and new is not None and old != new and (text := _added(old, new)):
            found[name] = text
    return found


def _section(text: str, heading: str) -> list[str] | None:
    """The lines under ``heading`` without the empty ones around them; None if there is no such section."""
    section: list[str] | None = None
    for line in _marked(text):
        if line.startswith("## "):
            if section is not None:
                break
            section = [] if line == heading else None
        elif section is not None:
            section.append(line.removeprefix("\0"))
    return None if section is None else "\n".join(section).strip("\n").split("\n")


def _marked(text: str) -> Iterator[str]:
    """The lines without blanks at their ends; those in a fence after a NUL, so that none is a heading."""
    fence = ""
    for raw in text.split("\n"):
        line = raw.rstrip()
        mark = _FENCE.match(line)
        yield f"\0{line}" if fence else line
        if mark and not fence:
            fence = mark[0]
        elif fence and line.startswith(fence) and not line.strip(fence[0]):
            fence = ""


def _added(old: list[str], new: list[str]) -> str:
    """What the user says: the new section, or what was added to a question or a proposal of ours."""
    if not old or not old[0].startswith(">"):  # somebody's own words are replaced as a whole
        new = [line for line in new if line not in old or not line]
    else:
        ours = [line for line in old if not line.startswith(">")]
        new = [line for line in new if line not in ours or not line]
    plain = [_LABEL.sub("", line, count=1) if i == 0 else line for i, line in enumerate(new)]
    plain = [line[1:].removeprefix(" ") if line.startswith(">") else line for line in plain]
    text = "\n".join(plain).strip("\n")
    return text if text.strip() else ""
