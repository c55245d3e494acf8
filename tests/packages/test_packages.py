"""Wheel and source distribution, built from a clean clone, in a fresh environment of every Python there is.

With ``CI=true`` or ``CRIMESCENE_PACKAGES=1``: what they need comes from a package index. A Python that is
not on this machine is skipped, and says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from crimescene import __version__
from wire import Client

ROOT = Path(__file__).parent.parent.parent
PYTHONS = "CRIMESCENE_PYTHONS"
"""Variable that names a folder with a newer Debian's Python, as ``install.sh`` makes it."""
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
TRACE = """\
Traceback (most recent call last):
  File "shop/cart.py", line 7, in total
    return sum(prices) / len(prices)
ZeroDivisionError: division by zero
"""

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        os.environ.get("CI") != "true" and "CRIMESCENE_PACKAGES" not in os.environ,
        reason="takes minutes and an index of packages: CI=true or CRIMESCENE_PACKAGES=1",
    ),
    pytest.mark.skipif(sys.platform == "win32", reason="looks for programs where POSIX has them"),
]


def run(*command: str | Path, **options) -> str:
    """What a program prints; it has to succeed, and what it says otherwise is the failure's message."""
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def python(version: str) -> str:
    """A Python of this version, or skip."""
    name = f"python{version}"
    places = [shutil.which(name), f"/usr/bin/{name}"]
    if folder := os.environ.get(PYTHONS):
        places.append(f"{folder}/usr/bin/{name}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places += [str(found) for found in sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))]
    for place in places:
        if place and Path(place).exists():
            ask = [place, "-c", "import sys, venv; print(sys.executable)"]
            done = subprocess.run(ask, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.strip()
    return pytest.skip(f"no Python {version} on this machine")


@pytest.fixture(autouse=True)
def installed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed is what runs, whatever finds modules in the developer's shell."""
    monkeypatch.delenv("PYTHONPATH", raising=False)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing else."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("packages") / "clone"
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def packages(clone: Path) -> dict[str, Path]:
    """The source distribution, and the wheel that is built from it."""
    run(sys.executable, "-m", "build", cwd=clone)
    found = {path.suffix: path for path in (clone / "dist").iterdir()}
    assert set(found) == {".gz", ".whl"}
    return {"wheel": found[".whl"], "sdist": found[".gz"]}


def test_wheel_has_what_runs(clone: Path, packages: dict[str, Path]) -> None:
    """Every file of the package, the manual page, the licence; no test."""
    with zipfile.ZipFile(packages["wheel"]) as archive:
        inside = set(archive.namelist())
    tracked = run("git", "ls-files", "server", cwd=clone).split()
    assert {name.removeprefix("server/") for name in tracked} <= inside
    others = {name for name in inside if not name.startswith("crimescene/")}
    info = f"crimescene-{__version__}"
    assert {re.sub(rf"^{re.escape(info)}\.(dist-info|data)/", "", name) for name in others} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
        "data/share/man/man1/crimescene.1",
    }


def test_sdist_has_what_tests(clone: Path, packages: dict[str, Path]) -> None:
    """Sources, tests, training data, documentation."""
    with tarfile.open(packages["sdist"]) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    tracked = run("git", "ls-files", "server", "tests", "docs", "training", cwd=clone).splitlines()
    tracked = [
        name for name in tracked if not name.startswith('"')
    ]  # names that git quotes are in there as well
    assert set(tracked) <= inside
    assert {
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "requirements.lock",
        "action.yml",
    } <= inside


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
@pytest.mark.parametrize("version", VERSIONS)
def test_install(version: str, kind: str, packages: dict[str, Path], tmp_path: Path) -> None:
    """Installed into an environment with nothing in it, every way in works."""
    found = python(version)
    home = tmp_path / "venv"
    run(found, "-m", "venv", "--without-pip", home)
    run(
        sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "--quiet", packages[kind]
    )
    smoke(home / "bin" / "crimescene", tmp_path)
    said = run(home / "bin" / "python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    assert said.strip() == version


def smoke(program: Path, folder: Path) -> None:
    """Version, a whole prompt, a trace as JSON, and an editor's first question."""
    assert run(program, "--version").strip() == f"crimescene {__version__}"
    assert run(program, "demo").startswith("# TypeError: object of type 'NoneType' has no len()")
    (folder / "out.log").write_text(TRACE, encoding="utf-8")
    parsed = json.loads(run(program, "parse", "--json", folder / "out.log"))
    assert parsed["errors"][0]["type"] == "ZeroDivisionError"
    assert [(frame["path"], frame["line"]) for frame in parsed["frames"]] == [("shop/cart.py", 7)]
    client = Client(command=[str(program), "lsp"], cwd=folder)
    try:
        answer = client.initialize(folder)
        assert answer["serverInfo"] == {"name": "crimescene", "version": __version__}
        assert "crimescene.buildPrompt" in answer["capabilities"]["executeCommandProvider"]["commands"]
    finally:
        client.process.kill()


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pipx and uv."""
    home = tmp_path_factory.mktemp("installers") / "venv"
    run(sys.executable, "-m", "venv", home)
    run(home / "bin" / "python", "-m", "pip", "install", "--quiet", "pipx", "uv")
    return home / "bin"


def test_pipx(installers: Path, packages: dict[str, Path], tmp_path: Path) -> None:
    """``pipx run`` and ``pipx install``, which brings the manual page too."""
    places = {f"PIPX_{name}": str(tmp_path / name) for name in ("HOME", "BIN_DIR", "MAN_DIR")}
    environment = {**os.environ, **places, "PIPX_DEFAULT_PYTHON": sys.executable}
    said = run(
        installers / "pipx", "run", "--spec", packages["wheel"], "crimescene", "--version", env=environment
    )
    assert said.strip() == f"crimescene {__version__}"
    run(installers / "pipx", "install", "--quiet", packages["wheel"], env=environment)
    smoke(tmp_path / "BIN_DIR" / "crimescene", tmp_path)
    assert (tmp_path / "MAN_DIR" / "man1" / "crimescene.1").exists()


def test_uv(installers: Path, packages: dict[str, Path], tmp_path: Path) -> None:
    """``uvx`` and ``uv tool install``."""
    places = {f"UV_{name}": str(tmp_path / name) for name in ("TOOL_DIR", "TOOL_BIN_DIR")}
    environment = {**os.environ, **places, "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    said = run(installers / "uvx", "--from", packages["wheel"], "crimescene", "--version", env=environment)
    assert said.strip() == f"crimescene {__version__}"
    run(installers / "uv", "tool", "install", "--quiet", packages["wheel"], env=environment)
    smoke(tmp_path / "TOOL_BIN_DIR" / "crimescene", tmp_path)


def test_the_extras(packages: dict[str, Path], tmp_path: Path) -> None:
    """``crimescene[mcp,all-languages]``: the agents' server answers, and no grammar is missing."""
    home = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home)
    wanted = f"crimescene[mcp,all-languages] @ {packages['wheel'].as_uri()}"
    run(sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "--quiet", wanted)
    script = (
        "from crimescene.languages import LANGUAGES, grammar, language\n"
        "import crimescene.mcp.server\n"
        "print(*[name for name in LANGUAGES if grammar(language(name)) is None])"
    )
    assert not run(home / "bin" / "python", "-c", script).strip()
