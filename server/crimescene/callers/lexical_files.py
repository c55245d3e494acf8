"""Files that a name of another file may lead to, for languages whose scopes nobody reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.callers.program import Program
    from crimescene.model import Function
    from crimescene.syntax import Outline

MAX_FOLDER = 60
"""Files of one folder looked into for a name of the same package."""


def package(program: Program, outline: Outline) -> list[str]:
    """Other files of the same folder and language: a Go package, a Java one."""
    folder, _, base = outline.path.rpartition("/")
    extension = base[base.rfind(".") :]
    return [p for p in program.folder(folder) if p.endswith(extension) and p != outline.path][:MAX_FOLDER]


def imported_module(program: Program, outline: Outline, receiver: str) -> list[Outline]:
    """Files behind a receiver that is the name of an import."""
    for item in outline.imports:
        if item.local == receiver and item.imported in (None, "*", "default"):
            return module(program, outline, item.module)
    return []


def module(program: Program, outline: Outline, module: str) -> list[Outline]:
    """Files an import names: relative path, dotted path, or a folder of the module path."""
    folder, _, base = outline.path.rpartition("/")
    extension = base[base.rfind(".") :]
    paths: list[str] = []
    if module.startswith("."):
        parts = folder.split("/") if folder else []
        for part in module.split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        stem = "/".join(parts)
        bare = re.sub(r"\.[cm]?[jt]sx?$", "", stem)
        endings = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte")
        tried = [stem, *(bare + e for e in endings), *(f"{stem}/index{e}" for e in endings)]
        paths = [p for p in tried if p in program.files][:1]
    elif "/" in module or extension == ".go":
        parts = module.split("/")
        for start in range(len(parts)):
            found = [p for p in program.folder("/".join(parts[start:])) if p.endswith(extension)]
            if found:
                paths = found[:MAX_FOLDER]
                break
        else:
            paths = program.ending(module + extension)[:1]
    else:
        paths = program.ending(re.sub(r"\.|::|\\", "/", module) + extension)[:2]
    return [read for p in paths if (read := program.outline(p)) is not None]


def text_of(outline: Outline, function: Function) -> str:
    """Return the text of a function."""
    return outline.source[function.span.start : function.span.end].decode("utf-8", "replace")
