"""Log statements in a workspace: which files they go into, what comes out again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene import flow, log_statements
from crimescene.flow.facts import Unit, walk
from crimescene.flow.observe import accessors_of
from crimescene.log_statements import Insertion, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crimescene.flow.points import Point
    from crimescene.workspace import Workspace

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


def read(workspace: Workspace, paths: Iterable[str]) -> dict[str, tuple[bytes, Unit]]:
    """Return source and units of the files that can be followed."""
    found: dict[str, tuple[bytes, Unit]] = {}
    for path, source in workspace.scan(list(dict.fromkeys(paths))):
        module = flow.lower(path, source)
        if module is not None:
            found[path] = (source, module)
    return found


def units_named(module: Unit, name: str | None, lineno: int | None) -> list[Unit]:
    """Return the functions called ``name``, the one nearest to ``lineno`` if that is given."""
    if name is None:
        return [module]
    last = name.rpartition(".")[2]
    units = [u for u in walk(module) if u.kind != "module" and u.name == last]
    exact = [u for u in units if u.qualified_name == name or u.qualified_name.endswith("." + name)]
    units = exact or units
    if lineno is not None:
        holding = [u for u in units if u.lineno <= lineno <= u.last_lineno]
        units = sorted(holding or units, key=lambda u: abs(u.lineno - lineno))[:1]
    return units


def everywhere(workspace: Workspace, places: Sequence[Where], session: Session) -> Insertion:
    """Observe everything the functions at ``places`` do."""
    files = read(workspace, (path for path, _, _ in places))
    accessors = accessors_of(module for _, module in files.values())
    points: list[Point] = []
    seen: set[tuple[str, int]] = set()
    for path, name, lineno in places:
        if path not in files:
            continue
        source, module = files[path]
        for unit in units_named(module, name, lineno):
            found = flow.every_point(unit, source, accessors, len(points) + 1)
            points += [p for p in found if (path, _identity(p)) not in seen]
            seen.update((path, _identity(p)) for p in found)
    return log_statements.insert(files, points, session)


def _identity(point: Point) -> int:
    return hash((point.place.form, point.place.span, point.when))


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
            if found is not None and int(found[1]) < 18:
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
