"""What a hover, a symbol and a hint say: facts to words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crimescene.lsp import to_proto
from crimescene.model import Certainty, Relation
from crimescene.prompt import plain
from crimescene.redact import redact

if TYPE_CHECKING:
    from pathlib import Path

    from crimescene.model import Call, Change, Stack
    from crimescene.traced import Described, Evidence, Place

_LONGEST = 160
_SPECIAL = re.compile(r"[\\`*\[\]<>&!]")
_RELATIONS = {
    Relation.CAUSE: "cause of the error",
    Relation.CONTEXT: "raised before, while the error was handled",
    Relation.SUPPRESSED: "suppressed",
    Relation.MEMBER: "in the group",
}


def error(stack: Stack, room: int = _LONGEST) -> str:
    """``TypeError: the first line of the message``; secrets masked."""
    first = stack.message.strip().split("\n", 1)[0].strip()
    line = f"{stack.exception}: {first}" if stack.exception and first else stack.exception or first or "error"
    return plain.clip(plain.visible(redact(line).text), room)


def standing(place: Place) -> str:
    """``frame 2 of 5``."""
    return f"frame {place.position} of {len(place.stack.frames)}"


def age(seconds: float) -> str:
    """``3 minutes ago``."""
    return plain.ago(max(0.0, seconds))


def hover(
    place: Place,
    found: Described,
    searched: Evidence | None,
    root: Path,
    *,
    now: float,
    command: dict[str, Any] | None,
) -> str:
    """Markdown: the function, its place in the trace, the error, its callers, its last change.

    ``searched`` is None while the search is under way. ``command`` is what a link builds the prompt
    with, where the client follows such links.
    """
    parts = [_head(place, found)]
    if found.signature:
        parts.append(plain.fence(found.signature, found.fence).rstrip("\n"))
    parts.append(_where(place, root))
    if found.suspect is not None:
        blamed = found.suspect
        parts.append(f"First suspect: {plain.code(blamed.expression)} {plain.prose(blamed.reason)}.")
    if searched is not None and found.function is not None and place.in_app:
        if found.function.kind != "module":
            parts.append(_callers(searched, root))
        if searched.change is not None:
            parts.append(_change(searched.change, now))
    elif searched is None and found.function is not None and place.in_app:
        parts.append("Looking for callers and changes … hover again.")
    if command is not None:
        arguments = quote(json.dumps([command]), safe="")
        parts.append(f"[Build debug prompt](command:crimescene.buildPrompt?{arguments})")
    return redact(plain.visible("\n\n".join(part for part in parts if part))).text


def _head(place: Place, found: Described) -> str:
    name = found.function.qualified_name if found.function is not None else place.frame.function
    if found.function is not None and found.function.kind == "module":
        name = f"top level of {place.path.rpartition('/')[2]}"
    parts = [f"**{plain.inline(name)}**"] if name else []
    if place.stack.frames and len(place.stack.frames) > 1:
        parts.append(standing(place))
    if place.stack.exception or place.stack.message:
        said = plain.inline(error(place.stack))
        relation = _RELATIONS.get(place.stack.relation)
        raised = "raised here" if place.position == 1 else ""
        parts.append(", ".join(part for part in (said, raised, relation) if part))
    return " · ".join(parts)


def _where(place: Place, root: Path) -> str:
    if not place.path:
        if place.note.startswith("ambiguous"):
            return f"{plain.prose(place.note[:1].upper() + place.note[1:])}."
        return "A library, outside of this workspace." if place.note == "library frame" else ""
    link = f"[{_escaped(place.path)}:{place.lineno}]({_uri(root, place.path)}#L{place.lineno})"
    if not place.in_app:
        return f"{link}, a library"
    return f"{link}: {plain.prose(place.note)}" if place.note else link


def _callers(searched: Evidence, root: Path) -> str:
    if not searched.callers:
        missed = f" ({searched.not_examined:,} files not looked at)" if searched.not_examined else ""
        return f"No caller found{missed}."
    named = [_caller(call, root) for call in searched.callers]
    more = f" and {searched.more} more" if searched.more else ""
    return f"Called by {', '.join(named)}{more}."


def _caller(call: Call, root: Path) -> str:
    name = call.caller.qualified_name if call.caller.kind != "module" else "top level"
    link = (
        f"[{plain.code(name)}]({_uri(root, call.path)}#L{call.lineno}) ({_escaped(call.path)}:{call.lineno})"
    )
    return f"{link}, by its name only" if call.certainty is Certainty.NAME else link


def _change(change: Change, now: float) -> str:
    when = age(now - change.when)
    if change.sha is None:
        return f"Changed {when}, not committed."
    return (
        f"Changed {when} by {plain.inline(change.author)}: {plain.inline(change.subject)} ({change.sha[:7]})."
    )


def _uri(root: Path, path: str) -> str:
    return to_proto.uri_of(path if path.startswith("/") or ":" in path[:3] else f"{root}/{path}")


def _escaped(path: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", path)


def hint(place: Place, age_of_trace: float) -> str:
    """``TypeError raised here, 3 minutes ago · frame 1 of 5``."""
    name = place.stack.exception or "Error"
    verb = "raised here" if place.position == 1 else "passed through here"
    message = place.stack.message.strip().split("\n", 1)[0]
    said = (
        f": {plain.clip(plain.visible(redact(message).text), 120)}" if message and place.position == 1 else ""
    )
    return f"{name} {verb}, {age(age_of_trace)} · {standing(place)}{said}"
