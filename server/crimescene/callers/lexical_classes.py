"""Classes by their names, for languages whose scopes nobody reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers.lexical_files import module, package
from crimescene.index import by_proximity
from crimescene.languages import family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.callers.program import Program
    from crimescene.model import Function
    from crimescene.syntax import Class, Outline

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def classes(program: Program, outline: Outline, name: str) -> list[tuple[Outline, Class]]:
    """Return the classes called ``name``: of the file, of files that lead there or are named like it."""
    key = outline.path, name
    known = program.named.get(key)
    if known is None:
        found = (
            [(home, c) for home in homes for c in home.classes if c.function.name == name]
            for homes in _places(program, outline, name)
        )
        known = program.named[key] = next((some for some in found if some), [])
    return known


def _places(program: Program, outline: Outline, name: str) -> Iterator[list[Outline]]:
    """Yield the files to look into, the surest first: each is read only if no earlier one will do."""
    yield [outline]
    yield [
        home
        for item in outline.imports
        if item.local == name
        for home in module(program, outline, item.module)
    ]
    for path in by_proximity(_named_like(program, outline, name), [outline.path])[:8]:
        yield _read(program, path)
    kin = family(outline.language)
    word = name.encode()
    for path in program.near:
        if word in program.source(path):
            yield [home for home in _read(program, path) if home.language in kin]
    for path in package(program, outline) if outline.package else ():
        if word in program.source(path):
            yield _read(program, path)


def _read(program: Program, path: str) -> list[Outline]:
    found = program.outline(path)
    return [] if found is None else [found]


def _named_like(program: Program, outline: Outline, name: str) -> list[str]:
    """Files whose base name is ``name`` in any case convention, same extension family."""
    extension = outline.path[outline.path.rfind(".") :]
    words = [w.lower() for w in _WORDS.findall(name)]
    stems = dict.fromkeys((name, name.lower(), "_".join(words), "-".join(words), name[:1].lower() + name[1:]))
    return [path for stem in stems for path in program.ending(stem + extension)]


def constructed(program: Program, outline: Outline, name: str) -> list[Function]:
    """Return the constructors of the class ``name``."""
    for home, kind in classes(program, outline, name):
        made = [f for f in methods(program, home, kind) if f.kind == "constructor"]
        return made or []
    return []


def methods(program: Program, outline: Outline, kind: Class) -> list[Function]:
    """Return what stands directly in a class."""
    return program.table(outline).within.get(kind.function.qualified_name, [])


def top(program: Program, outline: Outline) -> list[Function]:
    """Functions outside classes, and the methods that a module or package gives by its own name."""
    return program.table(outline).top
