"""The prompt as JSON: the context under documented keys, for programs.

Keys (lines are 1-based; what is unknown is left out): ``title``, ``summary``, ``note``, ``suspects``;
``error``: ``text``, ``complete``, ``folded``, ``missing`` [{``missing``, ``remedy``}], ``saved_path``,
``format``, ``test``, ``stacks`` [{``exception``, ``message``, ``relation``, ``frames`` [{``path``, ``line``,
``column``, ``function``, ``in_app``, ``file``, ``file_line``}]}], frames innermost first;
``code`` [{``path``, ``first_line``, ``last_line``, ``functions`` [{``name``, ``reason``}], ``language``,
``raised_line``, ``text``}], best first; ``near`` [{``path``, ``first_line``, ``last_line``, ``function``,
``reason``}]; ``expected``, ``actual`` {``text``, ``source``}; ``changes`` [{``path``, ``old_path``, ``commit``,
``author``, ``when`` (seconds since the epoch), ``age``, ``subject``, ``state``, ``diff``}]; ``change_notes``;
``values`` {name: value}; ``shape``; ``tried`` [{``when``, ``hypothesis``, ``diff``, ``result``, ``verdict``,
``ruled_out``}]; ``environment`` {name: version}; ``hypotheses``; ``request``; ``left_out``; ``secrets_masked``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crimescene.prompt import error, plain, sections
from crimescene.prompt.options import ERROR, Draft
from crimescene.prompt.packing import pack

if TYPE_CHECKING:
    from crimescene.model import Change, Context, Snippet, Trace
    from crimescene.prompt.options import PromptOptions
    from crimescene.prompt.pieces import Piece

Json = dict[str, Any]
_REST = 0.6
"""Most of the budget for all but the code."""
_GIVES_WAY = ("stacks", "changes", "shape", "values", "tried", "environment", "request", "note")
"""What goes first where the budget is short."""


def _filled(pairs: Json) -> Json:
    return {key: value for key, value in pairs.items() if value not in (None, "", (), [], {})}


def _stacks(context: Context, trace: Trace) -> list[Json]:
    places = dict(context.frame_locations)
    out = []
    for stack in trace.stacks:
        frames = []
        for frame in stack.frames:
            place = places.get(frame.span)
            entry = _filled(
                {"path": frame.path, "line": frame.lineno, "column": frame.column, "function": frame.function}
            )
            if place is not None:
                entry.update(file=place.path, file_line=place.lineno)
            frames.append(entry | {"in_app": bool(place and place.in_app)})
        head = {"exception": stack.exception, "message": stack.message, "relation": stack.relation.value}
        out.append(_filled(head) | {"frames": frames})
    return out


def _error(raw: Context, context: Context, limit: int, room: int) -> tuple[Json, error.Folded]:
    folded = error.fold(error.classify(raw, context.text.split("\n")), raw.trace, int(limit * ERROR), room)
    out: Json = {"text": folded.text, "folded": folded.lines > 0, "saved_path": context.saved_path}
    if context.trace is not None:
        missing = context.trace.truncation
        out["complete"] = not missing
        out["missing"] = [{"missing": t.missing, "remedy": t.remedy} for t in missing]
        out.update(
            format=context.trace.format, test=context.trace.test, stacks=_stacks(context, context.trace)
        )
    return _filled(out) | {"folded": folded.lines > 0}, folded


def _piece(piece: Piece) -> Json:
    return _filled(
        {
            "path": piece.path,
            "first_line": piece.first_lineno,
            "last_line": piece.last_lineno,
            "functions": [_filled({"name": name, "reason": why}) for name, why in piece.labels],
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
            "age": plain.ago(now - change.when),
            "subject": change.subject,
            "state": change.state,
            "diff": sections.diff([change], bare=False),
        }
    )


def compose(
    raw: Context, context: Context, options: PromptOptions, *, limit: int, now: float, masks: dict[str, str]
) -> Draft:
    """The whole context if it fits, else with less and less; the message stays to the last."""
    on = {name: name not in options.off for name in sections.NAMES}
    left_out = [plain.one_line(sentence).rstrip(".") for sentence in context.omitted]
    data: Json = {"title": context.title}
    folded = None
    if on["summary"]:
        data["summary"] = context.summary
    if on["note"]:
        data.update(note=context.note, suspects=list(context.suspects))
    if on["error"] and raw.text.strip():
        data["error"], folded = _error(raw, context, limit, int(limit * 0.8))
        if folded.lines:
            left_out.append(f"{plain.counted(folded.lines, 'line')} of the error text (folded)")
    for name in ("expected", "actual"):
        known = getattr(context, name)
        if on[name] and known is not None:
            data[name] = {"text": known.text, "source": known.source}
    if on["changes"]:
        data["changes"] = [_change(change, now) for change in sections.newest_first(context.changes)]
        data["change_notes"] = list(context.change_notes)
    if on["values"]:
        data["values"] = dict(context.values)
    if on["shape"]:
        data["shape"] = context.shape
    if on["tried"]:
        data["tried"] = [
            _filled({"when": a.when, "hypothesis": a.hypothesis, "diff": a.diff, "result": a.result})
            | _filled({"verdict": a.verdict, "ruled_out": a.ruled_out})
            for a in context.attempts
        ]
    if on["environment"]:
        data["environment"] = dict(context.environment.entries)
    if on["request"]:
        data.update(
            hypotheses=list(context.hypotheses), request=options.closing.strip() or sections.REQUEST.strip()
        )
    data = _filled(data)
    return _fitted(data, context, on["code"], left_out, bool(folded and folded.lines), limit, masks)


def _dumped(data: Json) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _without(data: Json, key: str) -> Json:
    """``data`` without ``key``, at the top or under ``error``."""
    data = {name: value for name, value in data.items() if name != key}
    if key == "stacks" and "error" in data:
        data["error"] = {name: value for name, value in data["error"].items() if name != key}
    return data


def _fitted(
    data: Json,
    context: Context,
    code: bool,
    left_out: list[str],
    folded: bool,
    limit: int,
    masks: dict[str, str],
) -> Draft:
    def finished(data: Json) -> str:
        data = _filled({**data, "left_out": left_out})
        text = _dumped(data)
        places = sum(text.count(mask) for mask in masks.values())
        return _dumped({**data, "secrets_masked": places})

    aim = limit * _REST if code and context.snippets else limit
    for key in _GIVES_WAY:
        if len(finished(data)) <= aim:
            break
        less = _without(data, key)
        if less != data:
            data = less
            left_out.append(f"{key} (budget)")
    if code and context.snippets:
        room = limit - len(finished(data))
        for _ in range(4):
            packed = pack(context.snippets, max(0, room))
            more = _filled(
                {
                    "code": [_piece(piece) for piece in packed.pieces],
                    "near": [_near(snippet) for snippet in packed.near],
                }
            )
            dropped = [f"{plain.counted(packed.dropped, 'piece')} of code (budget)"] if packed.dropped else []
            text = _dumped({**data, **more})
            excess = len(finished({**data, **more})) + len(_dumped({"": dropped})) - limit
            if excess <= 0:
                left_out.extend(dropped)
                data = {**data, **more}
                break
            room -= excess + excess // 4
        else:
            left_out.append("code (budget)")
    text = finished(data)
    if len(text) > limit:
        left_out[:] = [f"the budget of {limit // 4} tokens is too small for the error message"]
        bare = {"left_out": left_out}
        room = limit - len(_dumped({"title": "", **bare}))
        text = next(
            (
                t
                for t in (
                    _dumped({"title": plain.clip(context.title, max(0, room)), **bare}),
                    _dumped(bare),
                    "{}",
                )
                if len(t) <= limit
            ),
            "",
        )
    return Draft(text, folded, tuple(left_out))


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
