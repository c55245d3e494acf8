"""``crimescene parse --json``: traces as plain values."""

from __future__ import annotations

from array import array
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from crimescene.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crimescene.model import Frame, Stack, Trace

_RELATIONS = {Relation.ROOT: None, Relation.MEMBER: "group-child"}


def to_json(text: str, traces: Sequence[Trace]) -> dict[str, Any]:
    """Errors, frames in the order of ``text``, whether anything is missing, the first failed comparison."""
    del text  # spans already point into it; the signature leaves room for snippets
    return {"errors": list(errors(traces)), "frames": list(frames(traces)), **ending(traces)}


def errors(traces: Sequence[Trace]) -> Iterator[dict[str, Any]]:
    """Each error with its type, message and relation."""
    for trace in traces:
        for stack in trace.stacks:
            if _says_something(stack):
                relation = _RELATIONS.get(stack.relation, stack.relation.value)
                yield {"type": stack.exception, "message": stack.message, "relation": relation}


def _says_something(stack: Stack) -> bool:
    return stack.exception is not None or bool(stack.message)


def frames(traces: Sequence[Trace]) -> Iterator[dict[str, Any]]:
    """Each frame in the order of the text; where traces lie inside each other, frames wait for their turn."""
    waiting: list[tuple[int, int, int, Frame, int | None]] = []
    count = place = 0
    for trace, others_begin in zip(traces, _beginnings(traces), strict=True):
        for stack in trace.stacks:
            error = count if _says_something(stack) else None
            count += error is not None
            for frame in stack.frames:
                heappush(waiting, (frame.span.start, frame.span.end, place, frame, error))
                place += 1
        while waiting and waiting[0][0] < others_begin:
            *_, frame, error = heappop(waiting)
            yield _frame(frame, error)


def _beginnings(traces: Sequence[Trace]) -> array[int]:
    """For each trace the byte before which no frame of those after it stands."""
    out = array("q", [2**62]) * len(traces)
    for index in range(len(traces) - 1, 0, -1):
        starts = (frame.span.start for stack in traces[index].stacks for frame in stack.frames)
        out[index - 1] = min(out[index], *starts, 2**62)
    return out


def _frame(frame: Frame, error: int | None) -> dict[str, Any]:
    return {
        "path": frame.path,
        "line": frame.lineno,
        "column": frame.column,
        "function": frame.function,
        "error": error,
        "in_project": None,
        "span": [frame.span.start, frame.span.end],
    }


def ending(traces: Sequence[Trace]) -> dict[str, Any]:
    """Whether anything is missing, and the first failed comparison."""
    first = next((trace.assertion for trace in traces if trace.assertion is not None), None)
    return {
        "truncated": any(trace.truncation for trace in traces),
        "assertion": None if first is None else {"expected": first.expected, "actual": first.actual},
    }
