"""The prompt as Markdown: who gets how much room, in which order it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.prompt import changes, error, plain, sections
from crimescene.prompt.headings import labelled
from crimescene.prompt.options import OTHERS, OTHERS_LEFT, OUTER, SHARES, Draft, error_room
from crimescene.prompt.packing import columns, pack
from crimescene.prompt.pieces import LEGEND, NEAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.model import Context
    from crimescene.prompt.error import Folded
    from crimescene.prompt.options import PromptOptions
    from crimescene.prompt.pieces import Piece

ORDER = (
    "title",
    "note",
    "summary",
    "data",
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
TITLE = 160
"""Most characters of the title; the whole message stands in the error."""
TAIL, TAIL_MOST = 0.1, 320
"""Room kept for the last line: a share of the budget up to this many characters."""
_DROPPED = "99,999 more functions, 99 of them listed; 999 secrets masked"
"""Room kept in it for what is only known when the code is packed."""
_CLIPPED = 1600
"""Budget, in characters, below which a message that does not fit leaves no room for anything else."""
_ANY = 1 << 30


def compose(
    raw: Context, context: Context, options: PromptOptions, *, limit: int, now: float, masks: dict[str, str]
) -> Draft:
    """Write the sections by priority, each into its share; the code gets what is left.

    ``raw`` is the context as it came, because the spans of its trace point into its text; ``context`` the
    same with nothing hidden and no secrets in it. Where code may need the room, and the whole error text lies
    somewhere else too, what called the workspace's code folds early; if none does, the text stays whole.
    """
    ease = int(limit * OUTER) if options.style == "full" and context.saved_path else None
    draft = _draft(raw, context, options, limit=limit, now=now, masks=masks, ease=ease)
    if ease is not None and draft.folded and limit - len(draft.text) >= error.WORTH:
        whole = _draft(raw, context, options, limit=limit, now=now, masks=masks, ease=None)
        return whole if whole.shown >= draft.shown else draft
    return draft


def _draft(
    raw: Context,
    context: Context,
    options: PromptOptions,
    *,
    limit: int,
    now: float,
    masks: dict[str, str],
    ease: int | None,
) -> Draft:
    """The prompt, its error text eased above ``ease`` characters."""
    tail = 0 if "left_out" in options.off else min(TAIL_MOST, int(limit * TAIL))
    parts = {"title": sections.title(context, min(TITLE, limit // 4))}
    left = limit - tail - len(parts["title"])
    said: list[str] = []
    dropped: list[str] = []
    folded = None
    shown: frozenset[tuple[str, int]] = frozenset()
    if "error" not in options.off and raw.text.strip():
        parts["error"], folded = _error(raw, context, limit, left, ease)
        if not parts["error"]:
            return _too_small(raw, context, options.budget, limit)
        left -= len(parts["error"])
        if folded.clipped:
            said.append(_small(raw, context, options.budget))
        elif folded.lines:
            said.append(f"{folded.what} of the error text (folded)")
    elif left > _CLIPPED:  # what follows is fenced too
        parts["data"] = f"{sections.DATA}\n\n"
        left -= len(parts["data"])
    coded = bool(context.snippets) and "code" not in options.off
    others = min(int(left * OTHERS_LEFT), int(limit * OTHERS)) if coded else left
    for name, write in _writers(context, options, now).items():
        if name not in options.off:
            parts[name] = write(min(others, int(limit * SHARES[name])))
            others -= len(parts[name])
            left -= len(parts[name])
            if not parts[name] and write(_ANY):
                dropped.append(sections.SPOKEN[name])
    if coded:
        spoken = _said(said, [*dropped, _DROPPED], context)
        used = len(_last(spoken, masks, str(parts), left + tail)) if tail else 0
        parts["code"], missing, shown = _code(context, options.style, left + tail - used)
        left -= len(parts["code"])
        dropped += [missing] if missing else []
    said = _said(said, dropped, context)
    body = "".join(parts.get(name, "") for name in ORDER)
    last = _last(said, masks, body, left + tail) if tail else ""
    return Draft(body + last, bool(folded and folded.lines), tuple(said), shown)


def _said(said: list[str], dropped: list[str], context: Context) -> list[str]:
    """The clauses of the last line: folds, what the budget left out, what the core said."""
    budget = [f"{', '.join(dropped)} (budget)"] if dropped else []
    return [*said, *budget, *(plain.prose(sentence).rstrip(".") for sentence in context.omitted)]


def _writers(context: Context, options: PromptOptions, now: float) -> dict[str, Callable[[int], str]]:
    """How each optional section is written into a given room, by priority."""
    return {
        "summary": lambda room: sections.summary(context, room),
        "request": lambda room: sections.request(context, options.closing, room),
        "note": lambda room: sections.note(context, room),
        "expected": lambda room: sections.behavior(
            "Expected behavior", context.expected, room, context.title
        ),
        "actual": lambda room: sections.actual(context, room),
        "environment": lambda room: sections.environment(context, room),
        "tried": lambda room: sections.tried(context, room, now),
        "values": lambda room: sections.values(context, room),
        "shape": lambda room: sections.shape(context, room),
        "changes": lambda room: changes.recent_changes(context, room, now),
    }


def _error(raw: Context, context: Context, limit: int, room: int, ease: int | None) -> tuple[str, Folded]:
    """``## Error``: folded above its share of the budget, at least the heads if ``room`` allows."""
    lines = error.classify(raw, context.text.split("\n"))
    most = f"{sections.status(context, error.Folded('', len(lines), len(lines)))} {sections.DATA}"
    around = len("## Error\n\n\n\n````text\n\n````\n\n") + len(most)
    folded = error.fold(lines, raw.trace, max(0, error_room(limit) - around), room - around, ease)
    block = plain.fence(folded.text, "text")
    text = f"## Error\n\n{sections.status(context, folded)} {sections.DATA}\n\n{block}\n"
    if folded.clipped or len(text) > room:  # perhaps without what stands around it
        bare = error.fold(lines, raw.trace, 0, room - around + len(most))
        if bare.clipped and limit < _CLIPPED:
            return "", bare
        if not bare.clipped or len(text) > room:
            folded, text = bare, f"## Error\n\n{plain.fence(bare.text, 'text')}\n"
    return (text if len(text) <= room else ""), folded


def _too_small(raw: Context, context: Context, budget: int, limit: int) -> Draft:
    """Not even the heads fit: the beginning of the title, and a sentence that says so."""
    said = _small(raw, context, budget)
    last = next((s for s in (f"{said}.\n", "Budget too small for the error.\n") if len(s) < limit), "")
    text = sections.title(context, min(TITLE, limit - len(last))) + last
    return Draft(text if len(text) <= limit else last, folded=True, left_out=(said,))


def _small(raw: Context, context: Context, budget: int) -> str:
    whole = f"{plain.counted(len(raw.text), 'character')} of error text"
    saved = f", saved in {context.saved_path}" if context.saved_path else ""
    return (
        f"The budget of {plain.counted(budget, 'token')} is too small for the error message: {whole}{saved}"
    )


# ------------------------------------------------------------------ code


def _code(context: Context, style: str, room: int) -> tuple[str, str, frozenset[tuple[str, int]]]:
    """``## Relevant code``, what of it did not fit, and the lines it shows."""
    shown: frozenset[tuple[str, int]] = frozenset()
    head = "## Relevant code\n\n"
    if style == "mentions":
        body, dropped, listed = _mentions(context, room - len(head) - 1), 0, 0
        text = f"{head}{''.join(body)}\n" if body else ""
        dropped = len(context.snippets) if not body else 0
    else:
        packed = pack(context.snippets, room - len(head) - len(LEGEND), columns=columns(context))
        near = f"{NEAR}{''.join(packed.rows)}\n" if packed.rows else ""
        text = head + LEGEND + "".join(piece.markdown for piece in packed.pieces) + near
        text = text if packed.pieces else ""
        shown = frozenset((piece.path, lineno) for piece in packed.pieces for lineno, _ in piece.lines)
        dropped, listed = packed.dropped, len(packed.near) if text else 0
    if not dropped:
        return text, "", shown
    also = f", {listed} of them listed" if listed else ""
    missing = plain.counted(dropped, "more function") + also if text else plain.counted(dropped, "function")
    return text, missing, shown


def _mentions(context: Context, room: int) -> list[str]:
    """The places of the code, for assistants that read files themselves."""
    lines: list[str] = []
    for piece in pack(context.snippets, _ANY).pieces:
        line = _mention(piece)
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return lines


def _mention(piece: Piece) -> str:
    """``@path (lines a-b) · function · why``."""
    path = f'"{piece.path}"' if " " in piece.path else piece.path
    where = f"@{plain.one_line(path)} (lines {piece.first_lineno}-{piece.last_lineno})"
    raised = f"raised at line {piece.raised}" if piece.raised else ""
    parts = (where, labelled(piece.labels, piece.path), raised)
    return "- " + " · ".join(part for part in parts if part) + "\n"


# ------------------------------------------------------------------ the last line


def _last(said: list[str], masks: dict[str, str], body: str, room: int) -> str:
    """What is not here, why, and how many secrets were masked; the first reasons if not all fit."""
    places = sum(body.count(mask) for mask in masks.values())
    secrets = f" {plain.counted(places, 'secret')} masked." if places else ""
    for kept in range(len(said), -1, -1):
        more = [f"{len(said) - kept} more"] if kept < len(said) else []
        line = f"Left out: {'; '.join([*said[:kept], *more]) or 'nothing'}.{secrets}\n"
        if len(line) <= room:
            return line
    return ""
