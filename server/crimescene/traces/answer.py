"""``crimescene parse --json``: traces as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crimescene.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.model import Trace

_RELATIONS = {Relation.ROOT: None, Relation.MEMBER: "group-child"}


def to_json(text: str, traces: Iterable[Trace]) -> dict[str, Any]:
    """Errors, frames in the order of ``text``, whether anything is missing, the first failed comparison."""
    del text  # spans already point into it; the signature leaves room for snippets
    errors: list[dict[str, Any]] = []
    frames: list[dict[str, Any]] = []
    truncated = False
    assertion: dict[str, str] | None = None
    for trace in traces:
        truncated = truncated or bool(trace.truncation)
        if assertion is None and trace.assertion is not None:
            assertion = {"expected": trace.assertion.expected, "actual": trace.assertion.actual}
        for stack in trace.stacks:
            error = None
            if stack.exception is not None or stack.message:
                error = len(errors)
                relation = _RELATIONS.get(stack.relation, stack.relation.value)
                errors.append({"type": stack.exception, "message": stack.message, "relation": relation})
            frames.extend(
                {
                    "path": frame.path,
                    "line": frame.lineno,
                    "column": frame.column,
                    "function": frame.function,
                    "error": error,
                    "in_project": None,
                    "span": [frame.span.start, frame.span.end],
                }
                for frame in stack.frames
            )
    frames.sort(key=lambda frame: frame["span"])
    return {"errors": errors, "frames": frames, "truncated": truncated, "assertion": assertion}
