"""Divergent programs and their fixed twins, run for real where their runtime and libraries are here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archives import Archive, load
from crimescene.analysis import Analysis
from crimescene.settings import Settings
from crimescene.shapes import Divergence

HERE = Path(__file__).parent
CASES = sorted((HERE / "shapes").rglob("*.txt"))
RUN = [path for path in CASES if "fails" in load(path).sections]
"""Those that need nobody else's server or library."""
_OWN = ("fix", "wanted", "fails")
_ESBUILD = HERE.parent / "client-vscode/node_modules/.bin/esbuild"


def written(archive: Archive, root: Path, *, fixed: bool) -> list[str]:
    """Write the program of a case, or its fixed twin; the files but ``main``."""
    files = {name: text for name, text in archive.sections.items() if name not in _OWN}
    if fixed:
        path, _, change = archive.sections["fix"].rstrip("\n").partition(": ")
        before, _, after = change.partition(" ==> ")
        assert before in files[path]
        files[path] = files[path].replace(before, after)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return [
        name for name in files if not name.lower().startswith("main.") and name[-4:] not in (".mod", "json")
    ]


def found(root: Path, files: list[str]) -> tuple[Divergence, ...]:
    """What is reported along the files."""
    analysis = Analysis(root, Settings(save_cases=False), with_history=False)
    return analysis.trace_shape(files).divergences


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_divergence_is_the_first_report(path: Path, tmp_path: Path) -> None:
    """Kind, key and file are the wanted ones; a star stands for any."""
    archive = load(path)
    reports = found(tmp_path, written(archive, tmp_path, fixed=False))
    assert reports, "silent"
    got = (reports[0].kind, reports[0].consumed, reports[0].consumer.path)
    wanted = archive.sections["wanted"].split()
    assert all(w in ("*", g) for g, w in zip(got, wanted, strict=True)), got


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_fixed_twin_is_not_reported(path: Path, tmp_path: Path) -> None:
    """A false alarm costs more than silence."""
    archive = load(path)
    assert not found(tmp_path, written(archive, tmp_path, fixed=True))


def command(root: Path) -> list[str]:
    """How a program is run; skipped where its runtime is not here."""
    main = next(p for p in sorted(root.iterdir()) if p.stem.lower() == "main")
    if main.suffix == ".py":
        return [sys.executable, main.name]
    if main.suffix in (".ts", ".tsx"):
        if not _ESBUILD.is_file():
            pytest.skip("esbuild is not here")
        out = "--outfile=out.cjs"
        subprocess.run(
            [_ESBUILD, main.name, "--bundle", "--platform=node", out],
            cwd=root,
            check=True,
            capture_output=True,
        )
        main = root / "out.cjs"
    ways = {".js": ["node"], ".cjs": ["node"], ".java": ["java"], ".go": ["go", "run", "."]}
    way = ways[main.suffix]
    if shutil.which(way[0]) is None:
        pytest.skip(f"{way[0]} is not here")
    if main.suffix == ".java":
        subprocess.run(["javac", "-d", ".", *(p.name for p in root.glob("*.java"))], cwd=root, check=True)
        return ["java", "-cp", ".", "Main"]
    return way if main.suffix == ".go" else [*way, main.name]


@pytest.mark.parametrize("path", RUN, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_program_shows_what_is_claimed(path: Path, tmp_path: Path) -> None:
    """The text that gives the failure away is printed by the program and not by its fixed twin."""
    archive = load(path)
    sign = archive.sections["fails"].strip()
    said = []
    for fixed in (False, True):
        root = tmp_path / str(fixed)
        root.mkdir()
        written(archive, root, fixed=fixed)
        done = subprocess.run(command(root), cwd=root, capture_output=True, text=True, check=False)
        said.append(done.stdout + done.stderr)
    assert sign in said[0], said[0]
    assert sign not in said[1], said[1]
