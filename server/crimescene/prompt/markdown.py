"""The prompt as Markdown: who gets how much room, in which order it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.prompt import error, plain, sections
from crimescene.prompt.options import ERROR, OTHERS, SHARES, Draft
from crimescene.prompt.packing import pack
from crimescene.prompt.pieces import LEGEND, NEAR, labelled, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.model import Context
    from crimescene.prompt.options import PromptOptions
    from crimescene.prompt.pieces import Piece

ORDER = (
    "title",
    "note",
    "summary",
    "error",
    "code",
    "expected",
    "actual",
    "changes",
    "values",
    "shape",
    "tried",
    "environment",
    "request",
)
TAIL = 0.05
TAIL_LEAST, TAIL_MOST = 90, 400
"""Room kept for the last line: a share of the budget within these limits, in characters."""


def _mention(piece: Piece) -> str:
    """``@path (lines a-b) · function · why``."""
    path = f'"{piece.path}"' if " " in piece.path else piece.path
    where = f"@{plain.one_line(path)} (lines {piece.first_lineno}-{piece.last_lineno})"
    line = f", line {piece.raised} raised it" if piece.raised else ""
    return "- " + " · ".join(part for part in (where, labelled(piece.labels) + line) if part) + "\n"


def _code(context: Context, style: str, room: int) -> tuple[str, str]:
    """``## Relevant code`` and a clause about what did not fit."""
    head = "## Relevant code\n\n"
    if not context.snippets:
        return "", ""
    if style == "mentions":
        packed = pack(context.snippets, 1 << 30)
        lines: list[str] = []
        left = room - len(head) - 1
        for piece in packed.pieces:
            line = _mention(piece)
            if len(line) > left:
                break
            left -= len(line)
            lines.append(line)
        dropped = len(packed.pieces) - len(lines)
        return (f"{head}{''.join(lines)}\n" if lines else ""), _dropped(dropped, 0)
    room -= len(head) + len(LEGEND)
    packed = pack(context.snippets, room)
    if not packed.pieces:
        return "", _dropped(len(context.snippets), 0)
    body = "".join(piece.markdown for piece in packed.pieces)
    near = f"{NEAR}{''.join(map(row, packed.near))}\n" if packed.near else ""
    return head + LEGEND + body + near, _dropped(packed.dropped, len(packed.near))


def _dropped(number: int, listed: int) -> str:
    if not number:
        return ""
    also = f" ({listed} listed)" if listed else ""
    return f"{plain.counted(number, 'piece')} of code{also} (budget)"


def _error(context: Context, shown: str, limit: int, room: int) -> tuple[str, error.Folded]:
    """``## Error``; at least type and message if ``room`` allows."""
    lines = error.classify(context, shown.split("\n"))
    saved = bool(context.saved_path)
    frame = len("## Error\n\n\n\n") + 260 + len(context.saved_path) * saved
    folded = error.fold(lines, context.trace, int(limit * ERROR) - frame, room - frame)
    if folded.clipped:  # the lines around it cost more than they tell: the message alone
        folded = error.fold(lines, context.trace, 0, room - len("## Error\n\n````text\n\n````\n\n"))
        text = f"## Error\n\n{plain.fence(folded.text, 'text')}\n"
        return (text if len(text) <= room else ""), folded
    about = f"{sections.status(context, folded)} {sections.DATA}"
    text = f"## Error\n\n{about}\n\n{plain.fence(folded.text, 'text')}\n"
    if len(text) > room:
        text = f"## Error\n\n{plain.fence(folded.text, 'text')}\n"
    return (text if len(text) <= room else ""), folded


def _writers(context: Context, options: PromptOptions, now: float) -> dict[str, Callable[[int], str]]:
    """How each optional section is written into a given room."""
    return {
        "request": lambda room: sections.request(context, options.closing, room),
        "note": lambda room: sections.note(context, room),
        "summary": lambda room: sections.summary(context, room),
        "expected": lambda room: sections.behavior("Expected behavior", context.expected, room),
        "actual": lambda room: sections.behavior("Actual behavior", context.actual, room),
        "environment": lambda room: sections.environment(context, room),
        "tried": lambda room: sections.tried(context, room, now),
        "values": lambda room: sections.values(context, room),
        "shape": lambda room: sections.shape(context, room),
        "changes": lambda room: sections.recent_changes(context, room, now),
    }


def compose(
    raw: Context, context: Context, options: PromptOptions, *, limit: int, now: float, masks: dict[str, str]
) -> Draft:
    """Write the sections by priority, each into its share; the code gets what is left.

    ``raw`` is the context as it came, because the spans of its trace point into its text; ``context`` the
    same with nothing hidden and no secrets in it.
    """
    tail = min(TAIL_MOST, max(TAIL_LEAST, int(limit * TAIL))) if "left_out" not in options.off else 0
    parts = {"title": sections.title(context, min(200, (limit - tail) // 4))}
    left_out: list[str] = []
    left = limit - tail - len(parts["title"])
    folded = None
    if "error" not in options.off and raw.text.strip():
        parts["error"], folded = _error(raw, context.text, limit, left)
        left -= len(parts["error"])
        if folded.clipped or not parts["error"]:
            left_out.append(
                f"the budget of {options.budget} tokens is too small for the error message "
                f"({plain.counted(len(raw.text), 'character')} of error text)"
            )
        elif folded.lines:
            what = (
                plain.counted(folded.frames, "frame")
                if folded.frames
                else plain.counted(folded.lines, "line")
            )
            left_out.append(f"{what} of the error text (folded)")
    others = min(left, int(limit * OTHERS))
    if "code" in options.off or not context.snippets:
        others = left
    for name, write in _writers(context, options, now).items():
        if name in options.off:
            continue
        text = write(min(others, int(limit * SHARES[name])))
        if not text and write(1 << 30):
            left_out.append(f"{name} (budget)")
        parts[name] = text
        others -= len(text)
        left -= len(text)
    if "code" not in options.off:
        parts["code"], clause = _code(context, options.style, left)
        left -= len(parts["code"])
        if clause:
            left_out.append(clause)
    left_out.extend(plain.one_line(sentence).rstrip(".") for sentence in context.omitted)
    body = "".join(parts.get(name, "") for name in ORDER)
    last = "" if "left_out" in options.off else _last(left_out, body, masks, left + tail)
    return Draft(body + last, bool(folded and folded.lines), tuple(left_out))


def _last(left_out: list[str], body: str, masks: dict[str, str], room: int) -> str:
    """The last line: what is not here, why, and how many secrets were masked."""
    places = sum(body.count(mask) for mask in masks.values())
    secrets = f" Secrets masked: {places}." if places else ""
    for kept in range(len(left_out), -1, -1):
        more = [f"{len(left_out) - kept} more"] if kept < len(left_out) else []
        line = f"Left out: {'; '.join([*left_out[:kept], *more]) or 'nothing'}.{secrets}\n"
        if len(line) <= room:
            return line
    return ""
