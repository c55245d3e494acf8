"""The prompt as JSON: the context under the keys that docs/prompt-json.md explains, for programs."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from crimescene.model import said
from crimescene.prompt import changes, error, plain, sections
from crimescene.prompt.cleaning import clean_stacks
from crimescene.prompt.options import Draft, error_room
from crimescene.prompt.packing import columns, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.model import Attempt, Behavior, Change, Context, Snippet, Trace
    from crimescene.prompt.options import PromptOptions
    from crimescene.prompt.pieces import Piece

Json = dict[str, Any]
_REST = 0.6
"""Most of the budget for all but the code."""
_TRIES = 5
_FRAMES = 1_000
"""More frames than this stand in the text alone."""
_GIVES_WAY = ("stacks", "changes", "shape", "values", "tried", "environment", "request", "note")
"""What goes first where the budget is short."""


def _filled(pairs: Json) -> Json:
    return {key: value for key, value in pairs.items() if value not in (None, "", (), [], {})}


def _stacks(context: Context, trace: Trace, masks: dict[str, str]) -> list[Json]:
    places = dict(context.frame_locations)
    out: list[Json] = []
    if sum(len(stack.frames) for stack in trace.stacks) > _FRAMES:
        return out
    for stack in clean_stacks(trace.stacks, masks):
        frames = []
        for frame in stack.frames:
            place = places.get(frame.span)
            entry = _filled(
                {"path": frame.path, "line": frame.lineno, "column": frame.column, "function": frame.function}
            )
            if place is not None:
                entry.update(_filled({"file": place.path, "file_line": place.lineno, "note": place.note}))
            frames.append(entry | {"in_app": bool(place and place.in_app)})
        head = {"exception": stack.exception, "message": stack.message, "relation": stack.relation.value}
        out.append(_filled(head) | {"frames": frames})
    return out


def _error(raw: Context, context: Context, limit: int, masks: dict[str, str]) -> tuple[Json, error.Folded]:
    lines = error.classify(raw, context.text.split("\n"))
    folded = error.fold(lines, raw.trace, error_room(limit), int(limit * _REST))
    out: Json = {"text": folded.text, "folded": folded.lines > 0, "saved_path": context.saved_path}
    if context.trace is not None:
        missing = context.trace.truncation
        out["complete"] = not missing
        out["missing"] = [{"missing": t.missing, "remedy": t.remedy} for t in missing]
        out.update(
            format=context.trace.format,
            test=context.trace.test,
            stacks=_stacks(context, context.trace, masks),
        )
    return _filled(out) | {"folded": folded.lines > 0}, folded


def _piece(piece: Piece) -> Json:
    return _filled(
        {
            "path": piece.path,
            "first_line": piece.first_lineno,
            "last_line": piece.last_lineno,
            "functions": [_filled({"name": name, "reason": said(why)}) for name, why in piece.labels],
            "language": piece.language,
            "raised_line": piece.raised,
            "text": piece.text,
        }
    )


def _change(change: Change, now: float) -> Json:
    return _filled(
        {
            "path": change.path,
            "old_path": change.old_path,
            "commit": change.sha,
            "author": change.author,
            "when": change.when,
            "age": plain.aged(change.when, change.arrived, now),
            "subject": change.subject,
            "state": change.state,
            "diff": changes.diff([change], bare=False),
        }
    )


def _attempt(attempt: Attempt) -> Json:
    return _filled({f.name: getattr(attempt, f.name) for f in fields(attempt)})


def _near(snippet: Snippet) -> Json:
    return _filled(
        {
            "path": snippet.path,
            "first_line": snippet.start_lineno,
            "last_line": snippet.last_lineno,
            "function": snippet.function,
            "reason": snippet.reason,
        }
    )


def _behavior(known: Behavior | None) -> Json:
    return {"text": known.text, "source": known.source} if known else {}


def _suspected(context: Context) -> list[Json]:
    return [
        {"expression": s.expression, "reason": s.reason, "path": s.path, "line": s.lineno}
        for s in context.suspected
        if s.by_message
    ]


def _parts(context: Context, options: PromptOptions, now: float) -> dict[str, Json]:
    """What each section holds, error and code aside."""
    recent = [_change(change, now) for change in changes.newest_first(context.changes)]
    request = options.closing.strip() or sections.REQUEST.strip()
    return {
        "summary": {"summary": context.summary},
        "note": {"note": context.note, "suspects": list(context.suspects)},
        "expected": {"expected": _behavior(context.expected)},
        "actual": {"actual": _behavior(context.actual), "suspected": _suspected(context)},
        "changes": {"changes": recent, "change_notes": list(context.change_notes)},
        "values": {"values": dict(context.values)},
        "shape": {"shape": context.shape},
        "tried": {"tried": [_attempt(attempt) for attempt in context.attempts]},
        "environment": {"environment": dict(context.environment.entries)},
        "request": {"hypotheses": list(context.hypotheses), "request": request},
    }


def compose(
    raw: Context, context: Context, options: PromptOptions, *, limit: int, now: float, masks: dict[str, str]
) -> Draft:
    """The whole context if it fits, else with less and less; the message stays to the last."""
    left_out = [plain.one_line(sentence).rstrip(".") for sentence in context.omitted]
    data: Json = {"title": context.title}
    folded = False
    if "error" not in options.off and raw.text.strip():
        data["error"], found = _error(raw, context, limit, masks)
        folded = found.lines > 0
        left_out += [f"{found.what} of the error text (folded)"] if folded else []
        if context.trace and "stacks" not in data["error"]:
            left_out.append(f"stacks (more than {plain.counted(_FRAMES, 'frame')})")
    for name, part in _parts(context, options, now).items():
        if name not in options.off:
            data.update(part)
    snippets = () if "code" in options.off else context.snippets
    data = _shortened(_filled(data), left_out, masks, int(limit * _REST) if snippets else limit)
    data = _with_code(data, replace(context, snippets=snippets), left_out, masks, limit)
    text = _dumped(data, left_out, masks)
    if len(text) > limit:
        left_out = [
            f"The budget of {plain.counted(options.budget, 'token')} is too small for the error message"
        ]
        room = limit - len(_dumped({"title": ""}, left_out, masks))
        shorter = {"title": plain.clip(context.title, max(0, room // 2))}  # escapes may double it
        tries = (
            _dumped(shorter, left_out, masks),
            _dumped({}, left_out, masks),
            _dumped(shorter, [], {}),
            "{}",
            "",
        )
        text = next(t for t in tries if len(t) <= limit)
    return Draft(text, folded, tuple(left_out))


def _dumped(data: Json, left_out: Sequence[str], masks: dict[str, str]) -> str:
    data = _filled({**data, "left_out": list(left_out)})
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    places = sum(text.count(mask) for mask in masks.values())
    return json.dumps({**data, "secrets_masked": places}, ensure_ascii=False, separators=(",", ":"))


def _shortened(data: Json, left_out: list[str], masks: dict[str, str], room: int) -> Json:
    """``data`` without what gives way first, until it fits ``room`` characters or nothing more can go."""
    for key in _GIVES_WAY:
        if len(_dumped(data, left_out, masks)) <= room:
            break
        less = {name: value for name, value in data.items() if name != key}
        if key == "stacks" and "error" in less:
            less["error"] = {name: value for name, value in less["error"].items() if name != key}
        if less != data:
            left_out.append(f"{key} (budget)")
        data = less
    return data


def _with_code(data: Json, context: Context, left_out: list[str], masks: dict[str, str], limit: int) -> Json:
    """``data`` with as much code as fits; how much JSON's escapes cost is only known afterwards."""
    room = limit - len(_dumped(data, left_out, masks))
    snippets, places = context.snippets, columns(context)
    for _ in range(_TRIES):
        if not snippets or room <= 0:
            break
        packed = pack(snippets, room, columns=places)
        code = {"code": [_piece(p) for p in packed.pieces], "near": [_near(s) for s in packed.near]}
        missing = [f"{plain.counted(packed.dropped, 'function')} (budget)"] if packed.dropped else []
        excess = len(_dumped({**data, **code}, [*left_out, *missing], masks)) - limit
        if excess <= 0:
            left_out += missing
            return {**data, **code}
        room -= excess + excess // 4
    left_out += [f"{plain.counted(len(snippets), 'function')} (budget)"] if snippets else []
    return data
