"""The user's own words under "What I need": as they are, or a template that the failure fills in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.prompt import plain
from crimescene.prompt.cleaning import clean_stacks
from crimescene.redact import redact

if TYPE_CHECKING:
    from crimescene.model import Behavior, Context

VARIABLES = {
    "title": "what the prompt is headed with: exception and message, or the place in question",
    "exception": "type of the error that reached the user",
    "message": "its message",
    "test": "name of the failing test",
    "paths": "files of the workspace on the chain, the place of the error first (a list)",
    "expected": "expected behavior, if it is known",
    "actual": "actual behavior, if it is known",
    "suspects": "what the user suspects (a list)",
    "note": "the user's note",
    "language": "language of the code where the error was raised, as in its fence",
}
"""What a template can name; what is not known is empty."""

_SYNTAX = re.compile(r"\{[{%#]")
_MOST = 2_000
"""Characters of one value; the whole of it stands elsewhere in the prompt."""
_PATHS = 50
_MARGIN = 4_000
"""Longer than any secret: of one that was cut off, what is left is not recognised."""


def fill(closing: str, context: Context, room: int, masks: dict[str, str]) -> tuple[str, str]:
    """``closing`` as it stands in the prompt, and a clause about what of it does not.

    ``context`` is the cleaned one. A template that cannot be rendered gives an empty text, for which the
    built-in one stands; a longer text than ``room`` characters is clipped. Never raises.
    """
    if not closing.strip():
        return "", ""
    text, cut = closing, False
    if _SYNTAX.search(closing):
        from crimescene.prompt import template  # noqa: PLC0415 -- Jinja takes 40 ms that few prompts need

        most = room + _MARGIN
        try:
            text = template.render(closing, variables(context, masks), most)
        except template.RefusedError as refusal:
            return "", f"the closing template: {plain.clip(plain.one_line(str(refusal)), 160)}"
        cut = len(text) >= most
    text = redact(plain.visible(text), masks).text.strip("\n")
    text = text[:-_MARGIN] if cut else text
    if len(text) <= room and not cut:
        return text, ""
    return plain.clip_lines(text, max(0, room)), "the end of the closing text (budget)"


def variables(context: Context, masks: dict[str, str]) -> dict[str, object]:
    """The values of :data:`VARIABLES`, each on one line that is no markup of its own."""
    root = clean_stacks((replace(context.trace.root, frames=()),), masks)[0] if context.trace else None
    thrown = [s for s in context.snippets if s.throws] or list(context.snippets[:1])
    places = [place.path for _, place in context.frame_locations if place.in_app]
    paths = dict.fromkeys(places or [s.path for s in context.snippets])
    values: dict[str, object] = {
        "title": _value(context.title),
        "exception": _value(root.exception or "" if root else ""),
        "message": _value(root.message if root else ""),
        "test": _value(context.trace.test or "" if context.trace else ""),
        "paths": [_value(path) for path in list(paths)[:_PATHS]],
        "expected": _known(context.expected),
        "actual": _known(context.actual),
        "suspects": [_value(suspect) for suspect in context.suspects[:_PATHS]],
        "note": _value(context.note),
        "language": thrown[0].language if thrown else "",
    }
    return {name: values[name] for name in VARIABLES}


def _known(behavior: Behavior | None) -> str:
    return _value(behavior.text) if behavior and behavior.source != "asked" else ""


def _value(text: str) -> str:
    return plain.prose(plain.clip(plain.one_line(text), _MOST))
