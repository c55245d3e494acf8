"""``## Recent changes``: hunks that meet the code, newest first, within their room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.prompt import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.model import Change, Context

_SUBJECT = 100
_WORTH = 300
"""Characters of a diff below which its beginning is not worth a block."""
_NEW = 5
"""A new file of at least this many lines is named; its code stands above, a diff would repeat it."""
_HEADING = "## Recent changes\n\n"


def by_line(change: Change, now: float) -> str:
    """``uncommitted, 40 minutes ago`` or ``abc1234 · Ann · 3 hours ago · subject``."""
    age = plain.aged(change.when, change.arrived, now)
    if change.sha is None:
        state = (
            "new file"
            if change.state == "untracked"
            else "staged"
            if change.state == "staged"
            else "uncommitted"
        )
        return f"{state}, {age}"
    parts = (
        change.sha[:7],
        plain.inline(change.author),
        age,
        plain.inline(plain.clip(change.subject, _SUBJECT)),
    )
    return " · ".join(part for part in parts if part)


def newest_first(changes: Sequence[Change]) -> list[Change]:
    """Uncommitted before committed, each newest first."""
    return sorted(changes, key=lambda c: (c.sha is not None, -(c.arrived or c.when), -c.when))


def diff(changes: Sequence[Change], *, bare: bool) -> str:
    """The hunks of one file and one change; ``bare`` leaves only the changed lines."""
    out = []
    for change in changes:
        hunk = change.hunk
        out.append(f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@")
        lines = hunk.text.rstrip("\n").split("\n")
        out.extend(line for line in lines if not bare or not line.startswith(" "))
    return "\n".join(out)


def recent_changes(context: Context, room: int, now: float) -> str:
    """The section: uncommitted hunks, committed ones, then what there is to say besides."""
    groups: dict[tuple[str, str | None, str], list[Change]] = {}
    for change in newest_first(context.changes):
        groups.setdefault((change.path, change.sha, change.state), []).append(change)
    notes = "".join(f"- {plain.prose(sentence)}\n" for sentence in context.change_notes)
    notes = plain.clip_lines(notes, room // 2).rstrip("\n") + "\n\n" if notes else ""
    out = _HEADING
    dropped = 0
    for group in groups.values():
        block = _block(group, context, room - len(out) - len(notes), now)
        dropped += 0 if block else len(group)
        out += block
    if dropped:
        notes = f"- {plain.counted(dropped, 'more hunk')} not shown (budget).\n{notes or chr(10)}"
    out += notes
    return out if len(out) <= room and out != _HEADING else ""


def _block(group: Sequence[Change], context: Context, room: int, now: float) -> str:
    """The hunks of one change to one file: with context, without, or their beginning; else nothing."""
    first = group[0]
    moved = f" (was {plain.inline(first.old_path)})" if first.old_path else ""
    head = f"{plain.inline(first.path)}{moved} · {by_line(first, now)}"
    if _is_shown(group, context):
        line = f"{head}: adds the file, {plain.counted(first.hunk.new_count, 'line')}\n\n"
        return line if len(line) <= room else ""
    whole, bare = diff(group, bare=False), diff(group, bare=True)
    around = len(f"{head}\n```diff\n\n```\n\n") + 8
    for text in (whole, bare, plain.clip_lines(bare, room - around) if room - around > _WORTH else ""):
        block = f"{head}\n{plain.fence(text, 'diff')}\n"
        if text and len(block) <= room:
            return block
    return ""


def _is_shown(group: Sequence[Change], context: Context) -> bool:
    """Whether the change is one new file of which code is in the context anyway."""
    hunk = group[0].hunk
    new = len(group) == 1 and hunk.old_count == 0 and hunk.old_start == 0 and hunk.new_count >= _NEW
    return new and any(snippet.path == group[0].path for snippet in context.snippets)
