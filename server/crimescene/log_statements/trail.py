"""What the log points printed, read back from any log: the way of a value, and where it first looks wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.log_statements.markers import LINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EVENT = re.compile(r"\[\[trace:(\w+)\]\] (.*?) = (.*)$")
_POINT = re.compile(
    rb"\bdbg:[0-9a-f]{4}:(p\d+)\b|"
    rb"[dD]bg_[0-9a-f]{4}\w*(?:\s*\.\s*[wc])?(?:\[[^\n\"]*\])?\(\s*[\"'](p\d+)[~ ]|"
    rb"dbg_[0-9a-f]{4}_(p\d+)\("
)
_BEFORE = re.compile(rb"[\"']p\d+~\w*b")
"""Flag of a statement that stands before what it observes, not behind it."""
_EMPTY = re.compile(r"^(?:null|None|undefined|nan|NaN|<nil>|Optional\.empty)$")
_MOST_EVENTS = 5_000
"""Events of one log that are read: the end of a longer one."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line that a log point printed."""

    point: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """Equal events of one point, one after another."""

    point: str
    place: str
    """``path:line`` as it was before the log statements were put in; empty if the point is gone."""
    label: str
    value: str
    times: int
    change: str
    """What differs from what the point printed before; empty for the first time."""
    suspicious: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """The steps in their order, and what was not reached."""

    steps: tuple[Step, ...]
    silent: tuple[tuple[str, str], ...]
    """Point and place of those that never printed anything."""

    @property
    def first_suspicious(self) -> int | None:
        """Index of the first step whose value looks wrong."""
        return next((i for i, step in enumerate(self.steps) if step.suspicious), None)


def events(text: str) -> list[Event]:
    """Every event in ``text``, whatever a logger put before it."""
    found = [match for line in text.splitlines() if (match := _EVENT.search(line))]
    return [Event(m[1], m[2], m[3].strip().removesuffix("\x1b[0m")) for m in found[-_MOST_EVENTS:]]


def places(files: Mapping[str, bytes]) -> dict[str, str]:
    """Map each point in instrumented files to its ``path:line`` in the files as they were."""
    found: dict[str, str] = {}
    for path, source in files.items():
        added = 0
        for number, line in enumerate(source.split(b"\n"), 1):
            ours = LINE.search(line) is not None
            for match in _POINT.finditer(line):
                name = next(group for group in match.groups() if group).decode()
                behind = ours and _BEFORE.search(line) is None
                found.setdefault(name, f"{path}:{number - added - behind}")
            added += ours
    return found


def marks(source: bytes) -> list[tuple[int, str]]:
    """Line (1-based, of the text as it is) and name of each point in an instrumented file."""
    found: dict[tuple[int, str], None] = {}
    for number, line in enumerate(source.split(b"\n"), 1):
        if b"dbg" not in line.lower():
            continue
        own = LINE.search(line)
        names = [next(g for g in m.groups() if g).decode() for m in _POINT.finditer(line)]
        found |= dict.fromkeys((number, name) for name in names)
        if own is not None and not names:
            found[number, own[2].decode()] = None
    return list(found)


def trail(seen: Sequence[Event], where: Mapping[str, str]) -> Trail:
    """Put events in steps, with what changed from one to the next."""
    steps: list[Step] = []
    last: dict[tuple[str, str], str] = {}
    for event in seen:
        before = last.get((event.point, event.label))
        last[event.point, event.label] = event.value
        if steps and (steps[-1].point, steps[-1].label, steps[-1].value) == (
            event.point,
            event.label,
            event.value,
        ):
            old = steps.pop()
            steps.append(
                Step(old.point, old.place, old.label, old.value, old.times + 1, old.change, old.suspicious)
            )
            continue
        change = _change(before, event.value)
        parts = re.split(r", | \| ", event.value)
        suspicious = any(_EMPTY.match(part) for part in parts) or change.startswith(("type", "lost"))
        place = where.get(event.point, "")
        steps.append(Step(event.point, place, event.label, event.value, 1, change, suspicious))
    fired = {event.point for event in seen}
    silent = sorted((p, place) for p, place in where.items() if p not in fired)
    silent.sort(key=lambda item: int(item[0][1:]))
    return Trail(tuple(steps), tuple(silent))


def _change(before: str | None, now: str) -> str:
    if before is None or before == now:
        return ""
    old, new = _keys(before), _keys(now)
    if old and new and old - new:
        return f"lost {', '.join(sorted(old - new))}"
    if _kind(before) != _kind(now):
        return f"type: {_kind(before)} before"
    return f"was {before[:40]}"


def _kind(value: str) -> str:
    if _EMPTY.match(value):
        return "nothing"
    if re.match(r"^-?\d", value):
        return "number"
    if value in ("true", "false", "True", "False"):
        return "boolean"
    if value[:1] in "'\"":
        return "text"
    if value[:1] in "[(":
        return "list"
    return "object" if value[:1] == "{" else "other"


def _keys(value: str) -> set[str]:
    if value[:1] != "{" and "{" not in value[:40] and "(" not in value[:40]:
        return set()
    return set(re.findall(r"[{(,] ?'?([A-Za-z_]\w*)'?[:=]", value))


def markdown(found: Trail, why: Mapping[str, str]) -> str:
    """Return the trail as a table; ``why`` says for silent points what keeps them from being reached."""
    lines = ["| step | place | path | value | change |", "| --- | --- | --- | --- | --- |"]
    for number, step in enumerate(found.steps, 1):
        times = f" ({step.times} times)" if step.times > 1 else ""
        mark = " **first suspicious**" if found.first_suspicious == number - 1 else ""
        cells = (f"{step.point}{times}", step.place, step.label, step.value, step.change + mark)
        lines.append(f"| {' | '.join(cell.replace('|', '/').strip() for cell in cells)} |")
    if found.silent:
        lines += ["", "Never reached:", ""]
        lines += [
            f"- {point} {place}{': ' + why[point] if point in why else ''}" for point, place in found.silent
        ]
    at = found.first_suspicious
    if at is not None and at > 0:
        good, bad = found.steps[at - 1], found.steps[at]
        lines += ["", f"Look between {good.point} ({good.place}) and {bad.point} ({bad.place})."]
    return "\n".join(lines) + "\n"
