"""The house rules, each kept by a machine: style, types, layers, file length, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "server").rglob("*.py"))
PURE = ("model", "traces", "syntax", "flow", "prompt", "redact")
"""Modules whose answer hangs on their arguments alone."""

IMPURE_IMPORTS = {"subprocess", "socket", "http", "asyncio", "tempfile", "shutil", "multiprocessing"}
IMPURE_CALLS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob",
    "exists", "is_file", "is_dir", "stat", "time", "monotonic", "perf_counter", "now", "utcnow", "today",
    "getenv", "getcwd", "system", "popen",
}  # fmt: skip
LONGEST = 450


def _run(*command: str | Path) -> None:
    """Run a checker at the top of the tree; its output is the failure's message."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _all_tracked() -> list[Path]:
    """Every file that git tracks or would track."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8000]


def _tracked() -> list[Path]:
    """Every text file among them."""
    return [path for path in _all_tracked() if _is_text(path)]


def test_nothing_binary_but_pictures_and_data() -> None:
    """Packages, archives and what else was downloaded or built stays out."""
    binary = {path.relative_to(ROOT) for path in _all_tracked() if not _is_text(path)}
    data = {Path("training/candidates.jsonl.gz")}
    assert {
        path
        for path in binary - data
        if path.suffix != ".png" and path.parts[:3] != ("tests", "fuzz", "corpus")
    } == set()


def test_lint() -> None:
    """Ruff finds nothing; every exception stands beside its reason."""
    _run(sys.executable, "-m", "ruff", "check", "--quiet")


def test_format() -> None:
    """Ruff would reformat nothing."""
    _run(sys.executable, "-m", "ruff", "format", "--check", "--quiet")


def test_types() -> None:
    """Mypy is satisfied in strict mode."""
    _run(sys.executable, "-m", "mypy")


def test_layers() -> None:
    """Each module imports only what is below it; pygls, git and tree-sitter stay in their rooms."""
    _run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "server")))
def test_length(path: Path) -> None:
    """A file that grows past 450 lines holds two ideas."""
    lines = path.read_bytes().count(b"\n")
    assert lines <= LONGEST


def _is_pure(path: Path) -> bool:
    return path.relative_to(ROOT / "server" / "crimescene").parts[0].removesuffix(".py") in PURE


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if _is_pure(p)], ids=lambda path: str(path.relative_to(ROOT / "server"))
)
def test_pure(path: Path) -> None:
    """Pure modules start no process, open no connection, read no file and no clock."""
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [(node.module or "").split(".")[0]]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in IMPURE_CALLS:
                found.append(f"line {node.lineno}: {name}()")
            continue
        else:
            continue
        found += [f"line {node.lineno}: import {name}" for name in names if name in IMPURE_IMPORTS]
    assert not found


def test_only_history_and_demo_run_git() -> None:
    """The git executable is named in history, and in demo, which makes a repository of its own."""
    allowed = {"history", "demo"}
    found = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if path.relative_to(ROOT / "server" / "crimescene").parts[0].removesuffix(".py") not in allowed
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.List | ast.Tuple)
        and node.elts
        and isinstance(node.elts[0], ast.Constant)
        and node.elts[0].value == "git"
    ]
    assert not found


def test_nothing_of_one_machine() -> None:
    """No committed file names this checkout, this environment or a package registry."""
    # A single folder, such as "/venv", is too common a word to mean this machine.
    ours = [re.escape(str(place)) for place in {ROOT, Path(sys.prefix)} if len(place.parts) > 2]
    pattern = re.compile("|".join([*ours, r"(--(extra-)?index-url|--find-links|\"resolved\":)"]).encode())
    this = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in _tracked()
        if path != this and (match := pattern.search(path.read_bytes()))
    ]
    assert not found


def test_lock_has_no_addresses() -> None:
    """The lock file pins versions and hashes; where they come from is the reader's choice."""
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_lock_is_in_step() -> None:
    """Every requirement of the project and its tests is pinned, at a version its range allows."""
    from packaging.requirements import Requirement  # noqa: PLC0415 -- comes with pytest, needed here alone

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    extras = ["dev"]  # and those it includes; what nobody needs to test is not pinned
    for extra in extras:
        for text in project["optional-dependencies"][extra]:
            requirement = Requirement(text)
            extras += requirement.extras if requirement.name == project["name"] else ()
            wanted.append(text)
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    ):
        pins.setdefault(name.lower(), []).append(version)
    for text in wanted:
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            continue  # one extra that includes another
        versions = pins.get(requirement.name.lower(), [])
        assert versions, f"{text}: not in requirements.lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{text}: {versions}"


def test_readme_command_is_what_ci_runs() -> None:
    """`.ci/run` takes its command from the README, so there must be exactly one to take."""
    lines = re.findall(r"^python3 -m venv .*-m pytest$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(lines) == 1


def test_readme_shows_a_real_prompt() -> None:
    """Every line of the example stands, in this order, in a prompt of the scenarios; … is what was cut."""
    example = re.search(
        r"^````markdown\n(.*?)^````$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert example
    prompt = iter((ROOT / "tests" / "scenarios" / "order_history.txt").read_text().splitlines())
    for shown in example[1].splitlines():
        line = shown.removesuffix("…")
        found = not line or any(real == line or (shown != line and real.startswith(line)) for real in prompt)
        assert found, f"not in the prompt, or not in this place: {shown}"


def test_architecture_names_every_module() -> None:
    """The table of modules in docs/architecture.md is in step with the layers that are checked."""
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0][
        "layers"
    ]
    wanted = set(re.findall(r"\w+", " ".join(layers)))
    table = [line.split("|")[1] for line in _architecture().splitlines() if line.startswith("| `")]
    assert wanted <= set(re.findall(r"`(\w+)/?`", " ".join(table)))


def test_architecture_is_short() -> None:
    """What is longer is not read."""
    assert _architecture().count("\n") <= 200


def _architecture() -> str:
    return (ROOT / "docs" / "architecture.md").read_text()
