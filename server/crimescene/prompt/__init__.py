"""Context -> one string within a budget: Markdown with code, Markdown with mentions, or JSON.

Pure: the clock is an argument. Whatever leaves has its secrets masked and its hidden characters shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.prompt import markdown, payload, sections
from crimescene.prompt.answers import edited
from crimescene.prompt.cleaning import cleaned
from crimescene.prompt.closing import fill
from crimescene.prompt.options import CHARACTERS, SHARES, Draft, Prompt, PromptOptions
from crimescene.prompt.packing import Packed, Policy, pack
from crimescene.prompt.pieces import Piece
from crimescene.redact import redact

if TYPE_CHECKING:
    from crimescene.model import Context

__all__ = ["Packed", "Piece", "Policy", "Prompt", "PromptOptions", "edited", "pack", "render"]

_TRIES = 4


def render(context: Context, options: PromptOptions, now: float) -> Prompt:
    """The prompt for ``context``, never longer than the budget; ``now`` in seconds since the epoch."""
    masks: dict[str, str] = {}
    clean = cleaned(context, masks)
    compose = payload.compose if options.style == "json" else markdown.compose
    limit = max(0, options.budget) * CHARACTERS
    if "request" not in options.off:
        room = int(limit * SHARES["request"]) - len(sections.REQUESTED.format(""))
        own, trouble = fill(options.closing, clean, room, masks)
        options = replace(options, closing=own)
        clean = replace(clean, omitted=(*clean.omitted, *([trouble] if trouble else [])))
    room = limit
    draft = Draft("")
    text = ""
    for _ in range(_TRIES):  # the second look at the whole can only lengthen what the first one missed
        draft = compose(context, clean, options, limit=max(0, room), now=now, masks=masks)
        text = redact(draft.text, masks).text
        if len(text) <= limit:
            break
        room -= len(text) - limit
    text = text[:limit]
    secrets = sum(text.count(mask) for mask in masks.values())
    return Prompt(text, -(-len(text) // CHARACTERS), draft.folded, draft.left_out, secrets, draft.shown)
