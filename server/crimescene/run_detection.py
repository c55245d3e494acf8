"""Which command runs a file: what its project says, else what its language's tools are.

A table of rules, tried in order; the first that fits answers. Nothing is run, imported or
evaluated here: files are read as text. The program is the workspace's own where it has one
(its virtual environment, its ``node_modules``), never the one that Crimescene runs in.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crimescene import languages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.workspace import Workspace

_PYTEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_WINDOWS = os.name == "nt"
_PYTHONS = (".venv", "venv", "env", ".env")
_PYTHON_RUNNERS = {
    "uv.lock": ("uv", "run"),
    "poetry.lock": ("poetry", "run"),
    "pdm.lock": ("pdm", "run"),
    "Pipfile.lock": ("pipenv", "run"),
}
_NPM_RUNNERS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lockb", "bun"), ("bun.lock", "bun"))


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and where."""

    words: tuple[str, ...]
    folder: str
    """POSIX, relative to the root; empty for the root itself."""
    why: str
    """What told so: a phrase."""

    @property
    def shown(self) -> str:
        """As one would type it."""
        return " ".join(
            word if re.fullmatch(r"[\w@%+=:,./\\-]+", word) else f'"{word}"' for word in self.words
        )


class _Case:
    """One file whose command is sought, with what the rules ask about its surroundings."""

    def __init__(self, path: str, workspace: Workspace) -> None:
        self.path = path
        self.workspace = workspace
        self.source = (workspace.read(path) or b"").decode("utf-8", "replace")
        language = languages.language_for(path)
        self.language = language.id if language is not None else ""
        self.in_test = language is not None and language.test_path(path)
        self._texts: dict[str, str | None] = {}

    def text(self, path: str) -> str | None:
        """A file of the workspace; None if there is none."""
        if path not in self._texts:
            data = self.workspace.read(path)
            self._texts[path] = None if data is None else data.decode("utf-8", "replace")
        return self._texts[path]

    def around(self) -> list[str]:
        """The folders around the file, innermost first; the root is the empty string."""
        folders = []
        folder = posixpath.dirname(self.path)
        while folder:
            folders.append(folder)
            folder = posixpath.dirname(folder)
        return [*folders, ""]

    def nearest(self, *names: str) -> tuple[str, str] | None:
        """The innermost folder around the file that holds one of ``names``, and which."""
        for folder in self.around():
            for name in names:
                if self.text(posixpath.join(folder, name)) is not None:
                    return folder, name
        return None

    def below(self, folder: str) -> str:
        """The file relative to one of the folders around it."""
        return posixpath.relpath(self.path, folder) if folder else self.path

    def program(self, *places: str) -> str | None:
        """An executable at one of ``places`` relative to the root, as an absolute path."""
        for place in places:
            full = os.path.join(str(self.workspace.root), *place.split("/"))  # noqa: PTH118 -- a path to run
            if os.access(full, os.X_OK) and os.path.isfile(full):  # noqa: PTH113
                return full
        return None


def detect(path: str, workspace: Workspace, configured: Sequence[str] = ()) -> Command | None:
    """The command that runs the file at ``path``; None if nothing tells.

    ``configured`` is the user's own; ``{file}`` in it stands for the path.
    """
    if configured:
        return Command(
            tuple(w.replace("{file}", path) for w in configured), "", "the configured test command"
        )
    case = _Case(path, workspace)
    for languages_of_rule, rule in _RULES:
        if case.language in languages_of_rule and (found := rule(case)) is not None:
            return found
    return None


# --------------------------------------------------------------------------- Python


def _python(case: _Case) -> tuple[str, ...]:
    """The project's own interpreter, never the one that Crimescene runs in."""
    binaries = "Scripts/python.exe" if _WINDOWS else "bin/python"
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
    return ("python" if _WINDOWS else "python3",)


def _pytest(case: _Case) -> Command | None:
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


def _uses_pytest(case: _Case) -> bool:
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


def _python_root(case: _Case) -> str:
    found = case.nearest("pyproject.toml", "pytest.ini", "setup.cfg", "setup.py", "tox.ini", "manage.py")
    return found[0] if found else ""


def _unittest(case: _Case) -> Command | None:
    if not re.search(r"^\s*(?:import unittest|from unittest\b)", case.source, re.MULTILINE):
        return None
    folder = _python_root(case)
    module = case.below(folder).removesuffix(".py").replace("/", ".")
    return Command((*_python(case), "-m", "unittest", module), folder, "a test file of unittest")


def _pytest_for_module(case: _Case) -> Command | None:
    """All tests, for a module that does nothing when it is run itself."""
    if re.search(r"^if __name__\s*==|^#!", case.source, re.MULTILINE) or not _uses_pytest(case):
        return None
    folder = _python_root(case)
    tests = [f for f in case.workspace.files() if f.startswith(folder) and _PYTEST_FILE.search(f)]
    if not tests:
        return None
    return Command((*_python(case), "-m", "pytest", "-x"), folder, "a module that tests of pytest cover")


def _python_file(case: _Case) -> Command | None:
    folder = _python_root(case)
    parts = case.below(folder).split("/")
    packages = [posixpath.join(folder, *parts[:n], "__init__.py") for n in range(1, len(parts))]
    if packages and all(case.text(path) is not None for path in packages):
        module = ".".join(parts).removesuffix(".py").removesuffix(".__main__")
        return Command((*_python(case), "-m", module), folder, "a module of a package")
    return Command((*_python(case), case.below(folder)), folder, "a Python file")


# --------------------------------------------------------------------------- JavaScript, TypeScript


def _package(case: _Case) -> tuple[str, dict[str, Any]] | None:
    found = case.nearest("package.json")
    if found is None:
        return None
    try:
        data = json.loads(case.text(posixpath.join(*found)) or "")
    except (ValueError, RecursionError):
        return None
    return (found[0], data) if isinstance(data, dict) else None


def _needs(data: dict[str, Any]) -> set[str]:
    kinds = (data.get("dependencies"), data.get("devDependencies"))
    return {name for kind in kinds if isinstance(kind, dict) for name in kind}


def _js_test(case: _Case) -> Command | None:
    known = _package(case)
    if known is None or not case.in_test:
        return None
    folder, data = known
    script = _test_script(data)
    wanted, file = _needs(data), case.below(folder)
    for name, arguments in (
        ("vitest", ("run",)),
        ("jest", ()),
        ("mocha", ()),
        ("ava", ()),
        ("playwright", ("test",)),
    ):
        package = {"playwright": "@playwright/test"}.get(name, name)
        if package in wanted or re.search(rf"\b{name}\b", script):
            return Command((*_local(case, folder, name), *arguments, file), folder, f"a test file of {name}")
    if "react-scripts" in wanted:
        words = (*_local(case, folder, "react-scripts"), "test", "--watchAll=false", file)
        return Command(words, folder, "a test file of react-scripts")
    if re.search(r"['\"]bun:test['\"]", case.source):
        return Command(("bun", "test", file), folder, "a test file of bun")
    if "node --test" in script or re.search(r"['\"]node:test['\"]", case.source):
        loader = ("--import", "tsx") if case.language in _TYPED and "tsx" in wanted else ()
        return Command(("node", *loader, "--test", file), folder, "a test file of node")
    return _by_script(case, folder, data)


def _test_script(data: dict[str, Any]) -> str:
    scripts = data.get("scripts")
    script = scripts.get("test") if isinstance(scripts, dict) else None
    return script if isinstance(script, str) and "no test specified" not in script else ""


def _by_script(case: _Case, folder: str, data: dict[str, Any]) -> Command | None:
    if not _test_script(data):
        return None
    return Command((_manager(case), "test"), folder, 'the script "test" of package.json')


def _is_program(case: _Case, data: dict[str, Any], file: str) -> bool:
    """Whether somebody starts this file, as far as it or its package says."""
    named = json.dumps([data.get("bin"), data.get("main"), data.get("scripts")])
    return case.source.startswith("#!") or file in named


_TYPED = ("typescript", "tsx")


def _js_file(case: _Case) -> Command | None:
    known = _package(case)
    folder, data = known if known is not None else ("", {})
    file = case.below(folder)
    if not _is_program(case, data, file) and (tests := _by_script(case, folder, data)) is not None:
        return tests  # a component or a library does nothing when it is run itself
    if case.language == "jsx" or file.endswith((".jsx", ".tsx")):
        return None
    if case.language in _TYPED:
        wanted = _needs(data)
        for name in ("tsx", "ts-node", "bun"):
            if name in wanted or (name == "bun" and _manager(case) == "bun"):
                return Command(
                    (*_local(case, folder, name), file), folder, f"a TypeScript file, run by {name}"
                )
        if case.nearest("deno.json", "deno.jsonc"):
            return Command(("deno", "run", file), folder, "a TypeScript file of a Deno project")
        return Command(("node", "--experimental-strip-types", file), folder, "a TypeScript file")
    return Command(("node", file), folder, "a JavaScript file")


def _local(case: _Case, folder: str, name: str) -> tuple[str, ...]:
    """The program as installed in the workspace, else through the package manager's runner."""
    binary = f"{name}.cmd" if _WINDOWS else name
    folders = [f for f in case.around() if len(f) <= len(folder)]
    own = case.program(*(posixpath.join(f, "node_modules", ".bin", binary) for f in folders))
    if own is not None:
        return (own,)
    return {"pnpm": ("pnpm", "exec", name), "yarn": ("yarn", name), "bun": ("bunx", name)}.get(
        _manager(case), ("npx", "--no-install", name)
    )


def _manager(case: _Case) -> str:
    for lock, name in _NPM_RUNNERS:
        if case.nearest(lock):
            return name
    return "npm"


# --------------------------------------------------------------------------- compiled languages


def _go(case: _Case) -> Command | None:
    found = case.nearest("go.mod")
    folder = found[0] if found else posixpath.dirname(case.path)
    package = f"./{posixpath.dirname(case.below(folder))}".rstrip("/") or "."
    if case.in_test:
        return Command(("go", "test", package), folder, "a test file of Go")
    if re.search(r"^package main\b", case.source, re.MULTILINE):
        return Command(("go", "run", package), folder, "a program in Go")
    return Command(("go", "test", package), folder, "a package of Go")


def _rust(case: _Case) -> Command | None:
    found = case.nearest("Cargo.toml")
    if found is None:
        return None
    folder, file = found[0], case.below(found[0])
    if match := re.fullmatch(r"tests/(\w[\w-]*)(?:\.rs|/main\.rs)", file):
        return Command(("cargo", "test", "--test", match[1]), folder, "a test file of cargo")
    if match := re.fullmatch(r"(examples|src/bin)/(\w[\w-]*)(?:\.rs|/main\.rs)", file):
        flag = "--example" if match[1] == "examples" else "--bin"
        return Command(("cargo", "run", flag, match[2]), folder, "a program of cargo")
    if "#[test]" in case.source or "#[cfg(test)]" in case.source or file != "src/main.rs":
        return Command(("cargo", "test"), folder, "a crate of cargo")
    return Command(("cargo", "run"), folder, "a program of cargo")


def _jvm(case: _Case) -> Command | None:
    found = case.nearest("pom.xml", "build.gradle", "build.gradle.kts")
    if found is None:
        return None
    folder, build = found
    name = re.sub(r"\.\w+$", "", posixpath.basename(case.path))
    package = re.search(r"^\s*package ([\w.]+)", case.source, re.MULTILINE)
    qualified = f"{package[1]}.{name}" if package else name
    if build == "pom.xml":
        program = case.program(*(posixpath.join(f, "mvnw") for f in case.around())) or "mvn"
        tests = (f"-Dtest={name}", "-DfailIfNoTests=false") if case.in_test else ()
        return Command((program, "-q", "test", *tests), folder, "a project of Maven")
    wrapper = "gradlew.bat" if _WINDOWS else "gradlew"
    program = case.program(*(posixpath.join(f, wrapper) for f in case.around())) or "gradle"
    tests = ("--tests", qualified) if case.in_test else ()
    return Command((program, "test", *tests), folder, "a project of Gradle")


def _dotnet(case: _Case) -> Command | None:
    for folder in case.around():
        beside = [f for f in case.workspace.files() if posixpath.dirname(f) == folder]
        project = next((f for f in beside if f.endswith((".csproj", ".fsproj", ".sln"))), None)
        if project is not None:
            verb = "test" if case.in_test or "Test" in project else "run"
            return Command(("dotnet", verb), folder, "a project of .NET")
    return None


def _ruby(case: _Case) -> Command | None:
    bundle = ("bundle", "exec") if case.text("Gemfile") is not None else ()
    if case.path.endswith("_spec.rb"):
        return Command((*bundle, "rspec", case.path), "", "a spec of RSpec")
    if case.in_test and case.text("bin/rails") is not None:
        return Command(("bin/rails", "test", case.path), "", "a test file of Rails")
    return Command((*bundle, "ruby", *(("-Itest",) if case.in_test else ()), case.path), "", "a Ruby file")


def _php(case: _Case) -> Command | None:
    if case.in_test:
        for name in ("pest", "phpunit"):
            own = case.program(f"vendor/bin/{name}")
            if own is not None:
                return Command((own, case.path), "", f"a test file of {name}")
    return Command(("php", case.path), "", "a PHP file")


def _cmake(case: _Case) -> Command | None:
    if case.text("build/CTestTestfile.cmake") is not None:
        return Command(("ctest", "--test-dir", "build", "--output-on-failure"), "", "a project of CMake")
    found = case.nearest("Makefile", "makefile")
    text = case.text(posixpath.join(*found)) if found else None
    if found and text and re.search(r"^(?:test|check)\s*:", text, re.MULTILINE):
        target = "test" if re.search(r"^test\s*:", text, re.MULTILINE) else "check"
        return Command(("make", target), found[0], f'the target "{target}" of the Makefile')
    return None


_JS = ("javascript", "jsx", "typescript", "tsx")

_RULES: tuple[tuple[tuple[str, ...], Callable[[_Case], Command | None]], ...] = (
    (("python",), _pytest),
    (("python",), _unittest),
    (("python",), _pytest_for_module),
    (("python",), _python_file),
    (_JS, _js_test),
    (_JS, _js_file),
    (("go",), _go),
    (("rust",), _rust),
    (("java", "kotlin"), _jvm),
    (("csharp",), _dotnet),
    (("ruby",), _ruby),
    (("php",), _php),
    (("c", "cpp"), _cmake),
)
