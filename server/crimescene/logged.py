"""Log statements in a workspace: which files they go into, what comes out again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crimescene import callers, flow, log_statements, syntax
from crimescene.effort import effort
from crimescene.flow.facts import Unit, walk
from crimescene.flow.lines import on_line
from crimescene.flow.observe import accessors_of
from crimescene.index import source_files
from crimescene.languages import family, language_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crimescene.flow.facts import Statement
    from crimescene.flow.points import Point
    from crimescene.log_statements import Insertion, Session
    from crimescene.model import Call, Function, Span
    from crimescene.workspace import Workspace

GENERICS = 18
"""The minor version of Go 1 that has type parameters."""
Where = tuple[str, "str | None", "int | None"]
"""File, function and line; a file alone means all of it."""


@dataclass(slots=True)
class Removal:
    """What removing does to one workspace."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Text of each changed file without the log statements."""
    deleted: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    """``path:line`` of what could not be taken out."""


@lru_cache(maxsize=64)
def _lowered(path: str, source: bytes) -> Unit | None:
    """Read a file once while it stays as it is: each question about a value reads much the same files."""
    return flow.lower(path, source)


def read(workspace: Workspace, paths: Iterable[str]) -> dict[str, tuple[bytes, Unit]]:
    """Return source and units of the files that can be followed."""
    found: dict[str, tuple[bytes, Unit]] = {}
    for path, source in workspace.scan(list(dict.fromkeys(paths))):
        module = _lowered(path, source)
        if module is not None:
            found[path] = (source, module)
    return found


def units_named(module: Unit, name: str | None, lineno: int | None, source: bytes = b"") -> list[Unit]:
    """Return the functions called ``name``, or what a class of that name holds; nearest to ``lineno``."""
    if name is None or name == module.name:
        return [module]
    last = name.strip("[]'\"").rpartition(".")[2]
    units = [u for u in walk(module) if u.kind != "module" and _is_called(u, last, source)]
    if not units:  # memo(() => ...), and what else is made of a function
        units = [
            made
            for u in walk(module)
            for s in u.statements
            if any(t.path.text.rpartition(".")[2] == last for t in s.targets)
            for made in s.lambdas
        ][:1]
    if not units:
        units = [_body_of(u, span) for u in walk(module) for known, span in u.classes if known == last][:1]
    if not units:  # a variable of a file or class
        units = [
            replace(u, kind="module", statements=[s], units=[])
            for u in walk(module)
            for s in u.statements
            if u.kind == "module" and any(t.path.text == last for t in s.targets)
        ][:1]
    exact = [u for u in units if u.qualified_name == name or u.qualified_name.endswith("." + name)]
    units = exact or units
    if lineno is not None:
        holding = [u for u in units if u.lineno <= lineno <= u.last_lineno]
        units = sorted(holding or units, key=lambda u: abs(u.lineno - lineno))[:1]
    return units


def _is_called(unit: Unit, name: str, source: bytes) -> bool:
    """Whether ``name`` is that of a function, or what the computed name of a method comes to."""
    if unit.name == name or not unit.name.startswith(("[", "'", '"')):
        return unit.name == name
    inner = unit.name.strip("[]'\" ")
    if inner.rpartition(".")[2] == name:
        return True
    given = rf"\b{re.escape(inner)}\s*=\s*['\"`]{re.escape(name)}['\"`]".encode()
    return inner.isidentifier() and re.search(given, source) is not None


def _body_of(unit: Unit, span: Span) -> Unit:
    """Return what stands in a class, as if it were the top level of a file."""
    return replace(
        unit,
        kind="module",
        statements=[s for s in unit.statements if span.start <= s.span.start < span.end],
        units=[u for u in unit.units if span.start <= u.span.start < span.end],
    )


def _initial_values(module: Unit, units: list[Unit]) -> list[Unit]:
    """The fields that constructors among ``units`` start from, as if at the top level of a file."""
    if module.language == "python":  # whose class bodies run before any object is made
        return []
    found: dict[Span, Unit] = {}
    for unit in units:
        if "constructor" in unit.flags and unit.parent is not None:
            classes = [span for _, span in unit.parent.classes]
            around = [c for c in classes if c.start <= unit.span.start < c.end]
            if around:
                own = max(around, key=lambda c: c.start)
                inner = [c for c in classes if own.start < c.start and c.end <= own.end]
                body = _body_of(unit.parent, own)
                body.units = []
                body.statements = [
                    s for s in body.statements if not any(c.start <= s.span.start < c.end for c in inner)
                ]
                found[own] = body
    return list(found.values())


def everywhere(workspace: Workspace, places: Sequence[Where], session: Session) -> Insertion:
    """Observe everything the functions at ``places`` do."""
    files = read(workspace, (path for path, _, _ in places))
    accessors = accessors_of(module for _, module in files.values())
    points: list[Point] = []
    seen: set[tuple[str, str, Span, str]] = set()
    for path, name, lineno in places:
        if path not in files:
            continue
        source, module = files[path]
        units = units_named(module, name, lineno, source)
        for unit in [*units, *_initial_values(module, units)]:
            found = flow.every_point(unit, source, accessors, len(points) + 1)
            points += [p for p in found if _identity(path, p) not in seen]
            seen.update(_identity(path, p) for p in found)
    return log_statements.insert(files, points, session)


def _identity(path: str, point: Point) -> tuple[str, str, Span, str]:
    """What two points share that are one statement."""
    return path, point.place.form, point.place.span, point.when


def removal(workspace: Workspace, paths: Iterable[str]) -> Removal:
    """Find what has to be changed for all log statements to be gone."""
    result = Removal()
    for path, source in workspace.scan(list(paths)):
        if log_statements.is_helper(path, source):
            result.deleted.append(path)
        elif b"dbg" in source.lower() and log_statements.is_marked(source):
            text = log_statements.removed(path, source)
            if text != source:
                result.files[path] = text
            result.leftovers += [f"{path}:{line}" for line in log_statements.leftovers(text)]
    return result


def go_generics(workspace: Workspace, files: Iterable[str]) -> bool:
    """Whether the Go modules of the workspace may use type parameters (1.18); assumed where none says."""
    for path in files:
        if path.endswith("go.mod"):
            found = re.search(rb"^go\s+1\.(\d+)", workspace.read(path) or b"", re.MULTILINE)
            if found is not None and int(found[1]) < GENERICS:
                return False
    return True


def write(root: Path, inserted: Insertion, sources: dict[str, bytes]) -> None:
    """Put the edits of ``inserted`` on disk below ``root``; raises OSError."""
    for path in dict.fromkeys(edit.path for edit in inserted.edits):
        edits = [edit for edit in inserted.edits if edit.path == path]
        (root / path).write_bytes(log_statements.apply(sources[path], edits))
    for path, text in inserted.created.items():
        (root / path).write_bytes(text.encode())


def unwrite(root: Path, found: Removal) -> None:
    """Take the log statements out of the files on disk below ``root``; raises OSError."""
    for path, text in found.files.items():
        (root / path).write_bytes(text)
    for path in found.deleted:
        (root / path).unlink()


def marked_lines(workspace: Workspace, paths: Iterable[str]) -> list[tuple[str, int]]:
    """Return file and line of everything that is ours."""
    found: list[tuple[str, int]] = []
    for path, source in workspace.scan(list(paths)):
        if log_statements.is_helper(path, source):
            found.append((path, 1))
        elif b"dbg" in source.lower() and language_for(path) is not None:
            found += [(path, line) for line in log_statements.leftovers(source)]
    return found


# --------------------------------------------------------------------------- plans

MAX_FILES = 25
"""Files whose statements are followed for one plan."""
SMALL = 25
"""A workspace with no more source files than this is followed whole."""
DEPTH = 3
SECONDS = 0.4
"""Time for following calls; what is not reached by then is followed by name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user wants to know: where a value goes between two functions, or how an error came about."""

    expression: str = ""
    entry: tuple[str, str] | None = None
    """File and function."""
    target: tuple[str, str] | None = None
    frames: tuple[tuple[str, int], ...] = ()
    """File and line of each frame in the workspace, innermost first."""
    suspects: tuple[str, ...] = ()
    budget: int = flow.BUDGET


@dataclass(slots=True)
class Suggestion:
    """A plan, and the files it speaks of."""

    plan: flow.Plan
    files: dict[str, tuple[bytes, Unit]]


def suggest(workspace: Workspace, wanted: Wanted) -> Suggestion:
    """Plan the log points that answer ``wanted``."""
    reach = _reach(workspace, wanted)
    files = read(workspace, reach.files)
    by_place = {(path, unit.name_start): unit for path, (_, module) in files.items() for unit in walk(module)}

    def resolve(unit: Unit) -> dict[int, list[Unit]]:
        while unit.kind == "lambda" and unit.parent is not None:
            unit = unit.parent
        found: dict[int, list[Unit]] = {}
        for call in reach.calls.get((unit.path, -1 if unit.kind == "module" else unit.name_start), ()):
            callee = by_place.get((call.callee.path, call.callee.name_span.start))
            if callee is not None:
                found.setdefault(call.span.start, []).append(callee)
        return found

    graph = flow.Graph([module for _, module in files.values()], resolve)
    entry = _one(files, wanted.entry)
    target = _one(files, wanted.target)
    crash = tuple(s for path, lineno in wanted.frames for s in _statements_at(files, path, lineno))
    question = flow.Question(wanted.expression, entry, target, crash, wanted.suspects, wanted.budget)
    sources = {path: source for path, (source, _) in files.items()}
    return Suggestion(flow.plan(graph, sources, question), files)


def _one(files: dict[str, tuple[bytes, Unit]], place: tuple[str, str] | None) -> Unit | None:
    if place is None or place[0] not in files:
        return None
    found = units_named(files[place[0]][1], place[1], None)
    return found[0] if found else None


def _statements_at(files: dict[str, tuple[bytes, Unit]], path: str, lineno: int) -> list[Statement]:
    """The innermost statements that stand on a line."""
    return on_line(files[path][1], files[path][0], lineno) if path in files else []


@dataclass(slots=True)
class _Reach:
    """The files in which a value may pass, and where the calls in them lead."""

    files: list[str] = field(default_factory=list)
    calls: dict[tuple[str, int], tuple[Call, ...]] = field(default_factory=dict)
    """By path and place of the caller's name, -1 for the top level of a file."""


def _reach(workspace: Workspace, wanted: Wanted) -> _Reach:
    """Follow calls from what was named: outwards a step, inwards as far as the time lasts."""
    deadline = effort() + SECONDS
    named = [place[0] for place in (wanted.entry, wanted.target) if place is not None]
    named += [path for path, _ in wanted.frames]
    language = next((known for path in named if (known := language_for(path)) is not None), None)
    sources = source_files(workspace, family(language.id)) if language is not None else []
    small = len(sources) <= SMALL
    found = dict.fromkeys([*named, *sources] if small else named)
    waiting = [(function, 0) for function in _starts(workspace, wanted)]
    if small:
        waiting += [(f, DEPTH) for path in found for f in _functions(workspace, path)]
    elif waiting:
        ends = [function for function, _ in waiting[:2]]
        outer = callers.incoming(workspace, ends, seconds=SECONDS / 3).calls[:8]
        found.update(dict.fromkeys(call.path for call in outer))
        waiting += [(call.caller, 1) for call in outer]
    result = _Reach()
    for function, depth in waiting:  # grows while it is walked
        key = (function.path, -1 if function.kind == "module" else function.name_span.start)
        if key in result.calls or effort() > deadline:
            continue
        result.calls[key] = callers.outgoing(workspace, function, seconds=0.1, seek=False)
        for call in result.calls[key] if depth < DEPTH else ():
            if len(found) < MAX_FILES:
                found.setdefault(call.callee.path, None)
            waiting.append((call.callee, depth + 1))
    result.files = list(found)
    return result


def _starts(workspace: Workspace, wanted: Wanted) -> list[Function]:
    found: list[Function] = []
    for path, name in (place for place in (wanted.entry, wanted.target) if place is not None):
        found += _named(workspace, path, name)
    for path, lineno in wanted.frames:
        outline = syntax.outline(path, workspace.read(path) or b"")
        if outline is not None:
            found.append(syntax.enclosing_function(outline, lineno))
    return found


def _functions(workspace: Workspace, path: str) -> list[Function]:
    outline = syntax.outline(path, workspace.read(path) or b"")
    return [] if outline is None else [outline.module, *(f for f in outline.functions if f.kind != "lambda")]


def _named(workspace: Workspace, path: str, name: str) -> list[Function]:
    outline = syntax.outline(path, workspace.read(path) or b"")
    if outline is None:
        return []
    last = name.rpartition(".")[2]
    return [f for f in outline.functions if f.name == last or f.qualified_name == name][:2]


def insert(suggestion: Suggestion, session: Session) -> Insertion:
    """Put the points of a plan into its files."""
    return log_statements.insert(suggestion.files, suggestion.plan.points, session)


def at_lines(workspace: Workspace, places: Sequence[tuple[str, int]], session: Session) -> Insertion:
    """Observe what the statements on these lines (file, 1-based line) make."""
    files = read(workspace, (path for path, _ in places))
    accessors = accessors_of(module for _, module in files.values())
    points: list[Point] = []
    for path, lineno in places:
        if path not in files:
            continue
        source, module = files[path]
        holding = [u for u in walk(module) if u.lineno <= lineno <= u.last_lineno]
        for unit in sorted(holding, key=lambda u: u.last_lineno - u.lineno):
            found = [
                p for p in flow.every_point(unit, source, accessors, len(points) + 1) if p.lineno == lineno
            ]
            points += found
            if found:
                break
    return log_statements.insert(files, points, session)
