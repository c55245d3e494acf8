"""Where an import leads: to a file of the workspace, a name in it, or outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import Foreign, ModuleOf

if TYPE_CHECKING:
    from crimescene.callers.program import Program

_PYTHON_FILES = (".py", ".pyi")


def python_module(program: Program, importer: str, module: str) -> ModuleOf | Foreign:
    """Resolve ``module`` as written in ``importer``: relative with dots, or absolute."""
    dots = len(module) - len(module.lstrip("."))
    rest = module[dots:].replace(".", "/")
    if dots:
        folder = importer.split("/")[:-1]
        folder = folder[: len(folder) - (dots - 1)] if dots > 1 else folder
        found = _python_file(program, "/".join([*folder, rest]).strip("/"))
        return found or Foreign(module)
    for root in python_roots(program, importer):
        found = _python_file(program, f"{root}{rest}")
        if found:
            return found
    return Foreign(module)


def _python_file(program: Program, stem: str) -> ModuleOf | None:
    files = program.files
    for ending in _PYTHON_FILES:
        if stem + ending in files:
            return ModuleOf(stem + ending)
        package = f"{stem}/__init__{ending}" if stem else f"__init__{ending}"
        if package in files:
            return ModuleOf(package)
    if program.folder(stem) and stem:
        return ModuleOf(stem + "/")
    return None


def python_roots(program: Program, importer: str) -> tuple[str, ...]:
    """Folders that absolute imports may start from, as prefixes.

    The folder above the outermost package of the importer, the root, every folder that holds
    a top-level package (``src``, ``lib``), and the folders around the importer; no package
    itself, where ``import json`` would find a sibling ``json.py``.
    """
    folder = importer.rpartition("/")[0]
    known = program.roots.get(folder)
    if known is None:
        top = folder
        while top and f"{top}/__init__.py" in program.files:
            top = top.rpartition("/")[0]
        parents = []
        place = folder
        while place:
            parents.append(place)
            place = place.rpartition("/")[0]
        common = program.roots.get("\0")
        if common is None:
            packages = [f.rpartition("/")[0] for f in program.files if f.endswith("/__init__.py")]
            inner = set(packages)
            tops = {p.rpartition("/")[0] for p in packages if p.rpartition("/")[0] not in inner}
            common = tuple(sorted(tops, key=lambda t: (t.count("/"), t)))
            program.roots["\0"] = common
        ordered = [top, "", "src", "lib", *common, *parents]
        known = tuple(
            f"{place}/" if place else ""
            for place in dict.fromkeys(ordered)
            if f"{place}/__init__.py" not in program.files
        )
        program.roots[folder] = known
    return known


def submodule(program: Program, module: ModuleOf, name: str) -> ModuleOf | None:
    """Return the module ``name`` inside the package ``module``."""
    path = module.path
    if path.endswith("/"):
        return _python_file(program, path + name)
    folder, _, base = path.rpartition("/")
    if base.startswith("__init__."):
        return _python_file(program, f"{folder}/{name}".lstrip("/"))
    return None
