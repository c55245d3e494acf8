"""Statements -> log points with a label: what they observe, said in the words of the source."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.flow import places, points
from crimescene.flow.facts import Path, Unit, paths_in, records_in, walk
from crimescene.flow.points import LABEL, Place, Point, label_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crimescene.flow.facts import Statement

WHEN = {
    "define": "after", "mutate": "after", "return": "exit", "yield": "exit", "value": "exit", "throw": "exit",
    "call": "before",
    "condition": "branch", "each": "branch", "with": "after", "catch": "exception",
}  # fmt: skip
_SECRET = re.compile(
    r"pass(word|wd|phrase)?$|secret|token$|api_?key|credential|private_?key|signature$", re.IGNORECASE
)


def point(
    statement: Statement, source: bytes, accessors: Collection[str], number: int, why: str = ""
) -> Point | None:
    """Return the log point of a statement; None where it cannot be seen safely."""
    place = places.place(statement, source, accessors)
    if place is None:
        return None
    return Point(
        id=f"p{number}",
        path=statement.unit.path,
        lineno=statement.lineno,
        when="after" if statement.operator == "nothing" else WHEN.get(statement.kind, "after"),
        label=_label(statement, place, source),
        paths=_paths(statement),
        function=statement.unit.qualified_name,
        place=place,
        why=why,
        secret=statement.kind == "return" and _SECRET.search(statement.unit.name) is not None,
    )


def entry_point(
    unit: Unit, number: int, why: str = "", when: str = "entry", names: Collection[str] = ()
) -> Point | None:
    """Return the log point at the start of a function; None if it takes nothing that can be shown."""
    place = points.entry(unit, names)
    if place is None:
        return None
    return Point(
        id=f"p{number}",
        path=unit.path,
        lineno=unit.lineno,
        when=when,
        label=label_of(", ".join(place.names)),
        paths=place.names,
        function=unit.qualified_name,
        place=place,
        why=why,
    )


def _label(statement: Statement, place: Place, source: bytes) -> str:
    if place.form in ("before", "after", "inside", "braces"):
        if statement.kind == "return" and statement.constant and not statement.unit.result_names:
            return "return"
        return label_of(", ".join(place.names)) or "exception"
    if statement.kind == "define" and statement.targets:
        return label_of(
            statement.targets[0].path.text
            if len(statement.targets) == 1
            else ", ".join(dict.fromkeys(t.path.text for t in statement.targets))
        )
    span = place.span
    return label_of(source[span.start : span.end].decode("utf-8", "replace"))


def _paths(statement: Statement) -> tuple[str, ...]:
    found = [target.path.text for target in statement.targets]
    if statement.kind not in ("define", "each", "with") or not found:
        found += [path.text for path in paths_in(statement.sources)]
    return tuple(dict.fromkeys(found))[:8]


def accessors_of(modules: Iterable[Unit]) -> frozenset[str]:
    """Names of properties that run code when they are read."""
    return frozenset(u.name for module in modules for u in walk(module) if "accessor" in u.flags)


def points_of(
    statements: Iterable[Statement], source: bytes, accessors: Collection[str], first: int = 1
) -> list[Point]:
    """Return the log points of ``statements``, numbered from ``first``."""
    found: list[Point] = []
    shown: Statement | None = None
    """What the last point is about."""
    for statement in statements:
        made = point(statement, source, accessors, first + len(found))
        if made is None:
            continue
        joined = _joined(found[-1], shown, made, statement, source) if shown is not None else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(made)
            shown = statement
    return found


def _joined(
    point: Point, shown: Statement, behind: Point, statement: Statement, source: bytes
) -> Point | None:
    """Return ``point`` with what ``behind`` says, if that is a return of nothing at the very same place."""
    if statement.kind != "return" or statement.value is not None or behind.label != "return":
        return None
    label = f"{point.label}, {behind.label}"
    same_list = shown.guards == statement.guards and _column(source, shown) == _column(source, statement)
    between = source[shown.span.end : statement.span.start]
    follows = shown.span == statement.span or (same_list and not between.strip(b"; \t\r\n"))
    if point.place.form != "after" or not follows or len(label) > LABEL:
        return None
    names = (*point.place.names, *behind.place.names)
    return replace(point, label=label, place=replace(point.place, names=names))


def _column(source: bytes, statement: Statement) -> int:
    return statement.span.start - source.rfind(b"\n", 0, statement.span.start)


def _details(statement: Statement, source: bytes, first: int) -> list[Point]:
    """What is computed inside an object written over several lines, each value on its line."""
    found: list[Point] = []
    for given in (g for record in records_in(statement) for g in record.fields):
        only = given.sources[0] if len(given.sources) == 1 else None
        plain = isinstance(only, Unit) or (isinstance(only, Path) and only.span == given.span)
        if not given.wrap or plain or given.lineno == statement.lineno:
            continue
        label = label_of(source[given.span.start : given.span.end].decode("utf-8", "replace"))
        place = Place("wrap", given.span, brackets=given.wrap == "tuple")
        number, unit = first + len(found), statement.unit
        found.append(
            Point(
                f"p{number}",
                unit.path,
                given.lineno,
                "after",
                label,
                (given.key,),
                unit.qualified_name,
                place,
                secret=_SECRET.search(given.key.strip("'")) is not None,
            )
        )
    return found


def every_point(unit: Unit, source: bytes, accessors: Collection[str], first: int = 1) -> list[Point]:
    """Return a log point for everything a function and those inside it do with values."""
    found: list[Point] = []
    for inner in walk(unit):
        at_start = entry_point(inner, first + len(found))
        if at_start is not None:
            found.append(at_start)
        found += points_of(inner.statements, source, accessors, first + len(found))
        for statement in inner.statements:
            found += _details(statement, source, first + len(found))
    if not found and unit.body is not None and unit.kind == "function":
        place = points.start(unit.body, ())  # nothing to show but that it is reached
        label = label_of(f"{unit.name} runs")
        found.append(
            Point(f"p{first}", unit.path, unit.lineno, "entry", label, (), unit.qualified_name, place)
        )
    return found
