"""How Python is run: pytest, unittest, a module, a file."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from typing import TYPE_CHECKING

from crimescene.run_detection.surroundings import WINDOWS, Command

if TYPE_CHECKING:
    from crimescene.run_detection.surroundings import Case, Rule

_PYTEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_PYTHONS = (".venv", "venv", "env", ".env")
_PYTHON_RUNNERS = {
    "uv.lock": ("uv", "run"),
    "poetry.lock": ("poetry", "run"),
    "pdm.lock": ("pdm", "run"),
    "Pipfile.lock": ("pipenv", "run"),
}


def _python(case: Case) -> tuple[str, ...]:
    """The project's own interpreter, never the one that Crimescene runs in."""
    binaries = "Scripts/python.exe" if WINDOWS else "bin/python"
    for folder in case.around():
        own = case.program(*(posixpath.join(folder, name, binaries) for name in _PYTHONS))
        if own is not None:
            return (own,)
    lock = case.nearest(*_PYTHON_RUNNERS)
    if lock is not None:
        return (*_PYTHON_RUNNERS[lock[1]], "python")
    active = os.environ.get("VIRTUAL_ENV", "")
    ours = os.path.realpath(sys.prefix)
    if active and os.path.realpath(active) != ours:
        return (os.path.join(active, *binaries.split("/")),)  # noqa: PTH118
    return ("python" if WINDOWS else "python3",)


def _pytest(case: Case) -> Command | None:
    if not case.in_test:
        return None
    if re.search(r"^\s*class \w+\((?:unittest\.)?TestCase\)", case.source, re.MULTILINE) and not _uses_pytest(
        case
    ):
        return None
    folder = _python_root(case)
    return Command(
        (*_python(case), "-m", "pytest", "-x", case.below(folder)), folder, "a test file of pytest"
    )


def _uses_pytest(case: Case) -> bool:
    if re.search(r"^\s*(?:import|from) pytest\b", case.source, re.MULTILINE):
        return True
    return any(
        (text := case.text(posixpath.join(folder, name))) is not None and "pytest" in text
        for folder in case.around()
        for name in (
            "pyproject.toml",
            "pytest.ini",
            "tox.ini",
            "setup.cfg",
            "requirements.txt",
            "conftest.py",
        )
    )


def _python_root(case: Case) -> str:
    found = case.nearest("pyproject.toml", "pytest.ini", "setup.cfg", "setup.py", "tox.ini", "manage.py")
    return found[0] if found else ""


def _unittest(case: Case) -> Command | None:
    if not re.search(r"^\s*(?:import unittest|from unittest\b)", case.source, re.MULTILINE):
        return None
    folder = _python_root(case)
    module = case.below(folder).removesuffix(".py").replace("/", ".")
    return Command((*_python(case), "-m", "unittest", module), folder, "a test file of unittest")


def _pytest_for_module(case: Case) -> Command | None:
    """All tests, for a module that does nothing when it is run itself."""
    if re.search(r"^if __name__\s*==|^#!", case.source, re.MULTILINE) or not _uses_pytest(case):
        return None
    folder = _python_root(case)
    tests = [f for f in case.workspace.files() if f.startswith(folder) and _PYTEST_FILE.search(f)]
    if not tests:
        return None
    return Command((*_python(case), "-m", "pytest", "-x"), folder, "a module that tests of pytest cover")


def _python_file(case: Case) -> Command | None:
    folder = _python_root(case)
    parts = case.below(folder).split("/")
    packages = [posixpath.join(folder, *parts[:n], "__init__.py") for n in range(1, len(parts))]
    if packages and all(case.text(path) is not None for path in packages):
        module = ".".join(parts).removesuffix(".py").removesuffix(".__main__")
        return Command((*_python(case), "-m", module), folder, "a module of a package")
    return Command((*_python(case), case.below(folder)), folder, "a Python file")


RULES: tuple[Rule, ...] = (_pytest, _unittest, _pytest_for_module, _python_file)
