"""What log points saw in the running program: the trail, what it says of each function, the next round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene import flow, log_statements
from crimescene.flow.lines import on_line, unit_at
from crimescene.flow.observe import accessors_of, entry_point, points_of
from crimescene.languages import language_for
from crimescene.logged import Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crimescene.flow.facts import Unit
    from crimescene.flow.points import Point
    from crimescene.log_statements import Trail
    from crimescene.workspace import Workspace

CONFIRMED, REJECTED, INCONCLUSIVE = "confirmed", "rejected", "inconclusive"
_MOST_VALUES = 20
"""Steps that a prompt shows."""
_BEFORE = 8
"""Of these, the ones in front of the first suspicious value."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the trail says of the hypothesis that the value goes wrong in one function."""

    function: str
    verdict: str
    """confirmed | rejected | inconclusive"""
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A trail, with what the files that hold its log points say about it."""

    found: Trail
    why: Mapping[str, str]
    """What decides whether a point that never printed is reached."""
    functions: Mapping[str, str]
    """Name of the function around each ``path:line``."""

    @property
    def interval(self) -> tuple[str, str] | None:
        """Places of the last good and the first suspicious value; None where nothing is suspicious."""
        at = self.found.first_suspicious
        if at is None or not self.found.steps[at].place:
            return None
        before = [step.place for step in self.found.steps[:at] if step.place]
        return (before[-1] if before else "", self.found.steps[at].place)


def read_back(workspace: Workspace, paths: Iterable[str], text: str) -> Reading | None:
    """Read the events in ``text``; None if there are none. ``paths`` are searched for the log points."""
    seen = log_statements.events(text)
    if not seen:
        return None
    files = {
        path: source
        for path, source in workspace.scan(list(paths))
        if b"dbg" in source.lower()
        and log_statements.is_marked(source)
        and language_for(path) is not None
        and not log_statements.is_helper(path, source)
    }
    found = log_statements.trail(seen, log_statements.places(files))
    lowered = {path: _lowered(path, source) for path, source in files.items()}
    places = [*(step.place for step in found.steps), *(place for _, place in found.silent)]
    functions: dict[str, str] = {}
    for place in filter(None, places):
        path, _, lineno = place.rpartition(":")
        module = lowered[path][1]
        if module is not None:
            unit = unit_at(module, int(lineno))
            functions[place] = unit.qualified_name if unit.kind != "module" else f"top level of {path}"
    why = {p: said for p, place in found.silent if (said := _guard(lowered, place))}
    return Reading(found, why, functions)


def _lowered(path: str, source: bytes) -> tuple[bytes, Unit | None]:
    plain = log_statements.removed(path, source)
    return plain, flow.lower(path, plain)


def _guard(files: Mapping[str, tuple[bytes, Unit | None]], place: str) -> str:
    """What decides whether the line at ``place`` is reached."""
    path, _, lineno = place.rpartition(":")
    source, module = files[path]
    statements = on_line(module, source, int(lineno)) if module is not None else []
    guards = [g for s in statements[:1] for g in s.guards if g.value is not None]
    if not guards or guards[-1].value is None:
        return ""
    value = guards[-1].value
    text = " ".join(source[value.start : value.end].decode("utf-8", "replace").split())
    return f"line {guards[-1].lineno} decides: `{text[:80]}`"


def verdicts(reading: Reading) -> list[Verdict]:
    """Judge for each function on the trail, in the order of its values, whether one goes wrong there."""
    steps, at = reading.found.steps, reading.found.first_suspicious
    spans: dict[str, list[int]] = {}
    for number, step in enumerate(steps):
        if step.place in reading.functions:
            spans.setdefault(reading.functions[step.place], []).append(number)
    found: list[Verdict] = []
    for name, numbers in spans.items():
        if at is None:
            said = "no value looks wrong by itself: compare them with what you expect"
            found.append(Verdict(name, INCONCLUSIVE, said))
        elif at in numbers:
            bad = steps[at]
            change = f" ({bad.change})" if bad.change else ""
            said = f"`{bad.label}` = {bad.value[:80]} at {bad.place} looks wrong first{change}"
            found.append(Verdict(name, CONFIRMED, said))
        elif max(numbers) < at:
            last = steps[max(numbers)]
            said = f"`{last.label}` = {last.value[:80]} is still plausible at {last.place}"
            found.append(Verdict(name, REJECTED, said))
        else:
            found.append(Verdict(name, INCONCLUSIVE, "it goes on after the first suspicious value"))
    for point, place in reading.found.silent:
        name = reading.functions.get(place, "")
        if name and name not in {v.function for v in found}:
            found.append(Verdict(name, INCONCLUSIVE, reading.why.get(point, f"{place} was never reached")))
    return found


def markdown(reading: Reading) -> str:
    """Return the trail as a table, with a verdict for each function on it."""
    text = log_statements.markdown(reading.found, reading.why)
    judged = verdicts(reading)
    if judged:
        lines = ["", "Does the value go wrong there?", ""]
        lines += [f"- `{v.function}`: **{v.verdict}**, {v.why}" for v in judged]
        text += "\n".join(lines) + "\n"
    return text


def values(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what a prompt shows of the trail: names with their place, and what they held."""
    steps, at = reading.found.steps, reading.found.first_suspicious
    first = max(0, (at or 0) - _BEFORE) if len(steps) > _MOST_VALUES else 0
    shown: list[tuple[str, str]] = []
    for number, step in enumerate(steps[first : first + _MOST_VALUES], first):
        mark = "   <- first suspicious value" if number == at else ""
        where = f"{step.place} " if step.place else ""
        shown.append((f"{where}{step.label}", f"{step.value}{mark}"))
    shown += [(f"is {v.function} to blame? {v.verdict}", v.why) for v in verdicts(reading)]
    return tuple(shown)


def refined(workspace: Workspace, reading: Reading, budget: int = flow.BUDGET) -> Suggestion:
    """Plan the next round: every step between the last good and the first suspicious value."""
    ends = reading.interval
    notes: list[str] = []
    if ends is None:
        notes.append("No value looks wrong by itself, so there is no interval to look into.")
        return Suggestion(flow.Plan(notes=notes), {})
    good, bad = (_place(end) for end in ends)
    files = {
        path: (plain, module)
        for path in dict.fromkeys(p for p, _ in (good, bad) if p)
        for plain, module in [_lowered(path, workspace.read(path) or b"")]
        if module is not None
    }
    accessors = accessors_of(module for _, module in files.values())
    points: list[Point] = []
    for path, first, last, unit in _ranges(files, good, bad):
        source = files[path][0]
        inside = [s for s in unit.statements if first <= s.lineno <= last]
        start = entry_point(unit, 0) if first <= unit.lineno else None
        points += [*([start] if start is not None else []), *points_of(inside, source, accessors)]
    points = [replace(point, why=point.why or "between good and bad") for point in points]
    chosen = points[-budget:]
    plan = flow.Plan([replace(p, id=f"p{n}") for n, p in enumerate(chosen, 1)], points[:-budget], notes)
    return Suggestion(plan, files)


def _place(place: str) -> tuple[str, int]:
    path, _, lineno = place.rpartition(":")
    return path, int(lineno or 0)


def _ranges(
    files: Mapping[str, tuple[bytes, Unit]], good: tuple[str, int], bad: tuple[str, int]
) -> list[tuple[str, int, int, Unit]]:
    """Path, first and last line, and function of what lies between two places."""
    if bad[0] not in files:
        return []
    last = unit_at(files[bad[0]][1], bad[1])
    if good[0] not in files:
        return [(bad[0], 1, bad[1], last)]
    first = unit_at(files[good[0]][1], good[1])
    if first is last:
        return [(bad[0], min(good[1], bad[1]), max(good[1], bad[1]), last)]
    return [(good[0], good[1], first.last_lineno, first), (bad[0], 1, bad[1], last)]
