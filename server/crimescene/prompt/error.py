"""The error text: whole if it fits, else folded line by line, every fold visible and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene.model import Relation
from crimescene.prompt import plain
from crimescene.prompt.origin import origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.model import Context, Frame, Stack, Trace

_PERIOD = 64
"""Longest cycle of mutually recursive functions looked for, in frames."""
_NAMES = 3
"""Libraries named in one fold line."""
_LONG_TEXT = 3
"""Longer runs of lines that belong to no frame (listings, logs) fold before the workspace's own frames."""

_LEAST = 400
"""Characters the heads get at least, if there are so many at all."""
_NOTE = len(" … 999,999,999 characters folded … ")

_DEEPEST = 1 << 30
WORTH = 300
"""Characters of frames outside of the workspace's that are worth saying that they are folded."""

HEAD, TEXT, LIBRARY, IN_APP, PLAIN, REPEAT = "head", "text", "library", "in-app", "plain", "repeat"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the error text and what it is."""

    text: str
    kind: str
    """head | text | library | in-app | plain (a frame of which neither is known)"""
    frame: int = -1
    """Ordinal of the frame it prints, over all stacks in their order; -1 if none."""
    depth: int = 0
    """0 for the innermost frame of its stack; for text, how far it is from the error's own lines."""
    stack: int = -1
    origin: str = ""
    least: int = 300
    """Characters below which it is not folded inside."""


@dataclass(frozen=True, slots=True)
class Folded:
    """An error text as it goes into the prompt."""

    text: str
    frames: int
    """Frames that are no longer visible."""
    lines: int
    """Lines that are no longer visible."""
    clipped: bool = False
    """Even the messages had to be cut."""

    @property
    def what(self) -> str:
        """``14 frames``, or ``14 lines`` where no frames are meant."""
        return plain.counted(self.frames, "frame") if self.frames else plain.counted(self.lines, "line")


# ------------------------------------------------------------------ which line is what


def _starts(text: str) -> list[int]:
    """Byte offset of the beginning of every line."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line.encode("utf-8", "surrogatepass")) + 1)
    return starts[:-1]


def _frame_lines(frame: Frame, at: int, lines: Sequence[str]) -> range:
    """The lines that print ``frame``, given the line that holds its place."""
    printed = [line.strip() for line in frame.text.strip("\r\n").split("\n")]
    for first in range(at, max(-1, at - len(printed)), -1):
        if [line.strip() for line in lines[first : first + len(printed)]] == printed:
            return range(first, first + len(printed))
    return range(at, at + 1)


def _head_lines(stack: Stack, own: range, lines: Sequence[str], taken: Sequence[int]) -> range:
    """The lines that print type and message of ``stack``."""
    message = stack.message.split("\n")
    first = message[0].strip()
    kind = (stack.exception or "").rpartition(".")[2].rpartition("::")[2]
    free = [n for n in own if taken[n] < 0]
    for wanted in ((kind, first), (kind,), (first,)):
        if all(wanted):
            for n in free:
                if all(part in lines[n] for part in wanted):
                    return range(n, min(n + (len(message) if first in lines[n] else 1), own.stop))
    return range(free[0], free[0] + 1) if free else range(own.start, own.start + 1)


def classify(context: Context, shown: Sequence[str]) -> list[Line]:
    """Every line of ``context.text``; ``shown`` are the same lines as they will be printed."""
    trace, lines = context.trace, context.text.split("\n")
    if trace is None:
        return [Line(text, TEXT) for text in shown]
    starts = _starts(context.text)

    def line_at(offset: int) -> int:
        return min(max(0, bisect_right(starts, offset) - 1), len(lines) - 1)

    taken = [-1] * len(lines)
    frames = [(f, s, depth) for s, stack in enumerate(trace.stacks) for depth, f in enumerate(stack.frames)]
    for ordinal, (frame, _, _) in enumerate(frames):
        for n in _frame_lines(frame, line_at(frame.span.start), lines):
            taken[n] = ordinal if taken[n] < 0 else taken[n]
    heads: set[int] = set()
    owner = [-1] * len(lines)
    for s, stack in enumerate(trace.stacks):
        own = range(line_at(stack.span.start), line_at(max(stack.span.start, stack.span.end - 1)) + 1)
        owner[own.start : own.stop] = [s] * len(own)
        heads.update(_head_lines(stack, own, lines, taken))
    in_app = {span: place.in_app for span, place in context.frame_locations}

    def line(n: int, text: str) -> Line:
        ordinal = taken[n]
        if n in heads:
            head = trace.stacks[owner[n]]
            return Line(
                text, HEAD, ordinal, 0, owner[n], least=len(head.exception or "") + len(head.message) + 300
            )
        if ordinal < 0:
            return Line(text, TEXT, stack=owner[n])
        frame, s, depth = frames[ordinal]
        kind = (IN_APP if in_app.get(frame.span) else LIBRARY) if in_app else PLAIN
        return Line(text, kind, ordinal, depth, s, origin(frame) if kind in (LIBRARY, IN_APP) else "")

    return [line(n, text) for n, text in enumerate(shown[: len(lines)])]


# ------------------------------------------------------------------ what folds first


def _repeats(keys: Sequence[object]) -> list[tuple[int, int, int]]:
    """Runs ``(start, period, end)`` in which a block of ``period`` keys comes at least three times."""
    found: list[tuple[int, int, int]] = []
    covered = [False] * len(keys)
    latest: dict[object, int] = {}
    distances: Counter[int] = Counter()
    for n, key in enumerate(keys):
        distances[n - latest.get(key, -len(keys))] += 1
        latest[key] = n
    for period in sorted(d for d, times in distances.items() if d <= _PERIOD and times >= d):
        start = 0
        for n in range(period, len(keys) + 1):
            if n < len(keys) and keys[n] == keys[n - period] and not covered[n] and not covered[n - period]:
                continue
            if n - start >= 3 * period:
                found.append((start, period, n))
                covered[start:n] = [True] * (n - start)
            start = n - period + 1
    return found


def _runs(lines: Sequence[Line], kinds: frozenset[str]) -> list[list[int]]:
    """Neighbouring lines of the same stack whose kind is one of ``kinds``."""
    runs: list[list[int]] = []
    for n, line in enumerate(lines):
        if line.kind in kinds:
            if runs and runs[-1][-1] == n - 1 and lines[n - 1].stack == line.stack:
                runs[-1].append(n)
            else:
                runs.append([n])
    return runs


def _recursion(lines: Sequence[Line]) -> list[tuple[list[int], str]]:
    """Steps that fold what repeats, each with the note of its fold line."""
    steps = []
    for s in {line.stack for line in lines if line.frame >= 0}:
        order: list[int] = []
        own: dict[int, list[int]] = {}
        for n, line in enumerate(lines):
            if line.frame >= 0 and line.stack == s and line.kind != HEAD:
                if line.frame not in own:
                    order.append(line.frame)
                own.setdefault(line.frame, []).append(n)
        keys = [tuple(lines[n].text.strip() for n in own[f]) for f in order]
        for start, period, end in _repeats(keys):
            times = (end - start) // period - 1
            first, last = own[order[start + period]][0], own[order[start + period * (times + 1) - 1]][-1]
            inside = range(first, last + 1)
            if all(lines[n].kind != HEAD for n in inside):
                what = "the frame above" if period == 1 else f"the {period} frames above"
                steps.append((list(inside), f"{what}, {plain.counted(times, 'more time')}"))
    return steps


def _inside(lines: Sequence[Line], run: Sequence[int], ends: int) -> list[int]:
    """The lines of a run of frames without its first and last ``ends`` frames; none for a single frame."""
    frames = sorted({lines[n].frame for n in run})
    inner = set(frames[ends : len(frames) - ends])
    return [n for n in run if lines[n].frame in inner] if len(inner) > 1 else []


def _outer(lines: Sequence[Line], trace: Trace | None) -> list[tuple[list[int], str]]:
    """Steps that fold what ran before the workspace's code: test runner, build tool, server, event loop.

    The library frames outside of every frame of the workspace in their stack, but for both ends of the run,
    and all but these of the error that reached the user where only its causes come from the workspace.
    What shares its package with a frame of the workspace is taken for its neighbour.
    """
    outermost: dict[int, int] = {}
    own = {line.origin for line in lines if line.kind == IN_APP and "." in line.origin}
    near = [replace(x, kind=IN_APP) if x.kind == LIBRARY and x.origin in own else x for x in lines]
    for line in near:
        if line.kind == IN_APP:
            outermost[line.stack] = max(line.depth, outermost.get(line.stack, 0))
    roots = {s for s, stack in enumerate(trace.stacks if trace else ()) if stack.relation is Relation.ROOT}
    if outermost:
        outermost.update(dict.fromkeys(roots - set(outermost), -1))
    runs = [
        run
        for run in _runs(near, frozenset({LIBRARY}))
        if lines[run[0]].depth > outermost.get(lines[run[0]].stack, _DEEPEST)
    ]
    steps = [(inner, "") for run in runs if (inner := _inside(lines, run, 1))]
    saved = sum(len(lines[n].text) for run, _ in steps for n in run)
    if saved < WORTH:
        return []
    folded = {n for run, _ in steps for n in run}
    return [*(step for step in _recursion(lines) if folded.issuperset(step[0])), *steps]


def _steps(lines: Sequence[Line], trace: Trace | None) -> list[tuple[list[int], str]]:
    """What to fold, in this order, until the text fits; each step is a set of lines."""
    steps = _recursion(lines)
    library = _runs(lines, frozenset({LIBRARY, PLAIN}))
    library.sort(key=lambda run: -max(lines[n].depth for n in run))
    for ends in (1, 0):  # the frame that was called and the one that raised say most: they go last
        steps.extend((inner, "") for run in library if (inner := _inside(lines, run, ends)))
    inside = trace is not None
    texts = _runs(lines, frozenset({TEXT}))
    for run in texts:
        if (lines[run[0]].stack < 0 and inside) or len(run) > _LONG_TEXT or not inside:
            steps.extend(_text_steps(run))
    by_frame: dict[int, list[int]] = {}
    for n, line in enumerate(lines):
        if line.frame >= 0 and line.kind != HEAD:
            by_frame.setdefault(line.frame, []).append(n)
    own = sorted(by_frame.values(), key=lambda run: (-lines[run[0]].depth, run[0]))
    raised = [run for run in own if lines[run[0]].kind == IN_APP and not lines[run[0]].depth]
    steps.extend((run, "") for run in own if lines[run[0]].kind != IN_APP or lines[run[0]].depth)
    steps.extend((run, "") for run in raised)
    steps.extend((run, "") for run in texts)
    return steps


def _text_steps(run: list[int]) -> Iterable[tuple[list[int], str]]:
    """Fold a long listing from its middle outwards, so that both ends stay longest."""
    middle = len(run) // 2
    size = 1
    while True:
        part = run[max(0, middle - size) : middle + size]
        yield part, ""
        if len(part) == len(run):
            return
        size *= 2


# ------------------------------------------------------------------ folding


def _fold_line(lines: Sequence[Line], run: Sequence[int], note: str) -> str:
    frames: dict[str, set[int]] = {}
    texts = 0
    for n in run:
        line = lines[n]
        if line.frame >= 0:
            frames.setdefault(line.kind, set()).add(line.frame)
        else:
            texts += bool(line.text.strip())
    if note:
        return f"… {plain.counted(sum(map(len, frames.values())), 'repeated frame')} folded ({note}) …"
    parts = []
    for kind, ordinals in frames.items():
        noun = "frame" if kind in {PLAIN, HEAD} else f"{kind} frame"
        parts.append(plain.counted(len(ordinals), noun))
    if texts or not parts:
        parts.append(plain.counted(max(1, texts), "line"))
    foreign = {line.frame: line.origin for n in run if (line := lines[n]).origin and line.kind == LIBRARY}
    names = Counter(foreign.values())
    top = [plain.visible(name) for name, _ in names.most_common(_NAMES)]  # as printed, not as cleaned
    tail = f" ({', '.join(top)}{', …' if len(names) > _NAMES else ''})" if top else ""
    return f"… {', '.join(parts)} folded{tail} …"


def _draw(lines: Sequence[Line], folded: dict[int, str]) -> str:
    out: list[str] = []
    run: list[int] = []
    for n, line in enumerate(lines):
        if n in folded and (not run or folded[run[-1]] == folded[n]):
            run.append(n)
            continue
        if run:
            out.append(_fold_line(lines, run, folded[run[0]]))
            run = []
        if n in folded:
            run.append(n)
        else:
            out.append(line.text)
    if run:
        out.append(_fold_line(lines, run, folded[run[0]]))
    return "\n".join(out)


def _gone(lines: Sequence[Line], folded: Iterable[int], text: str) -> Folded:
    hidden = set(folded)
    visible = {line.frame for n, line in enumerate(lines) if n not in hidden}
    frames = {lines[n].frame for n in hidden} - visible
    inside = sum(len(line.text) > line.least for n, line in enumerate(lines) if n not in hidden)
    return Folded(text, len(frames), len(hidden) + inside)


def fold(lines: Sequence[Line], trace: Trace | None, room: int, hard: int, ease: int | None = None) -> Folded:
    """``lines`` in at most ``room`` characters if folding does it, in at most ``hard`` whatever it takes.

    Above ``ease`` characters, if given, the frames outside of the workspace's fold before anything else.
    """
    text = "\n".join(line.text for line in lines)
    enough = room if ease is None else min(ease, room)
    if len(text) <= enough:
        return Folded(text, 0, 0)
    outer = _outer(lines, trace) if ease is not None else []
    if len(text) > room:
        lines = [replace(line, text=plain.fold_inside(line.text, line.least)) for line in lines]
    steps = [*outer, *(_steps(lines, trace) if len(text) > room else ())]

    def after(count: int) -> dict[int, str]:
        folded: dict[int, str] = {}
        for run, note in steps[:count]:
            for n in run:
                folded.setdefault(n, note)
        return folded

    def fewest(low: int, high: int, most: int) -> int:
        """The fewest steps that fit: each takes lines away, so size falls with their number."""
        while low < high:
            middle = (low + high) // 2
            if len(_draw(lines, after(middle))) <= most:
                high = middle
            else:
                low = middle + 1
        return low

    folded = after(fewest(fewest(0, len(outer), enough), len(steps), room))
    text = _draw(lines, folded)
    if len(text) <= max(room, hard):
        return _gone(lines, folded, text)
    return _clipped(lines, max(room, min(hard, _LEAST)))


def _clip(text: str, room: int) -> str:
    return plain.fold_inside(text, room - _NOTE) if room > 4 * _NOTE else plain.clip(text, room)


def _clipped(lines: Sequence[Line], hard: int) -> Folded:
    """Not even the messages fit: the heads alone, each folded inside to its share of the room."""
    heads = [line for line in lines if line.kind == HEAD] or list(lines[:1])
    frames = len({line.frame for line in lines} - {-1})
    tail = f"… {plain.counted(frames, 'frame')} folded …" if frames else "…"
    room = hard - len(tail) - 1
    out: list[str] = []
    for n, line in enumerate(heads):
        share = max(0, room // (len(heads) - n) - 1)
        text = _clip(line.text.strip(), share)
        if text:
            out.append(text)
            room -= len(text) + 1
    text = "\n".join([*out, tail])
    return Folded(text if len(text) <= hard else "", frames, len(lines) - len(out), clipped=True)
