"""Make a release: version, changelog, packages, checks, tag. Nothing is pushed or published.

    python release.py            the version that heads CHANGELOG.md, "## 0.2.0 (not released yet)"
    python release.py --quick    without .ci/run: only the built wheel is installed and asked

It needs a clean work tree and the development dependencies. Where a step fails the files are put back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
CHANGELOG = "CHANGELOG.md"
HEADING = re.compile(r"^## (\d+\.\d+\.\d+) \(not released yet\)$", re.MULTILINE)
VERSIONS = {
    "server/crimescene/__init__.py": r'(?<=^__version__ = ")[^"]+',
    "client-vscode/package.json": r'(?<=^  "version": ")[^"]+',
    "client-vscode/package-lock.json": (
        r'(?<=^  "version": ")[^"]+|(?<=^      "name": "crimescene",\n      "version": ")[^"]+'
    ),
}
"""Where the version stands, and what of the file it is."""

PINS = re.compile(r"(?<=crimescene@v)\d+\.\d+\.\d+|(?<=rev: v)\d+\.\d+\.\d+")
"""Versions that the documentation tells its readers to write."""


def main() -> None:
    """Do it, or say in one sentence why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="check only that the wheel installs and answers")
    quick = parser.parse_args().quick
    version, notes = next_release()
    if output("git", "status", "--porcelain", "--untracked-files=no"):
        stop("there are changes that are not committed.")
    if output("git", "tag", "--list", f"v{version}"):
        stop(f"there is a tag v{version} already.")
    try:
        write(version)
        packages = build(version)
        check(version, packages, quick=quick)
    except BaseException:
        subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=ROOT, check=False)
        raise
    run("git", "commit", "--quiet", "--all", "--message", f"Release {version}")
    run("git", "tag", "--annotate", f"v{version}", "--cleanup=verbatim", "--message", f"{version}\n\n{notes}")
    print(f"{version} is committed and tagged; its packages are in {packages}.")
    print(f"To publish: git push origin HEAD v{version}, then the files of that folder.")


def next_release() -> tuple[str, str]:
    """The version that comes next, and what the changelog says of it."""
    text = (ROOT / CHANGELOG).read_text(encoding="utf-8")
    heading = HEADING.search(text)
    if heading is None:
        stop(f'{CHANGELOG} has no heading such as "## 0.2.0 (not released yet)".')
    others = [tuple(map(int, tag[1:].split("."))) for tag in output("git", "tag", "--list", "v*.*.*").split()]
    if any(tuple(map(int, heading[1].split("."))) < other for other in others):
        stop(f"{heading[1]} is older than a release there is.")
    notes = re.split(r"^## ", text[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not re.search(r"^- ", notes, re.MULTILINE):
        stop(f"{CHANGELOG} says nothing of {heading[1]}.")
    return heading[1], notes


def write(version: str) -> None:
    """Put the version wherever it stands, and the date into the changelog."""
    for name, pattern in VERSIONS.items():
        substitute(name, re.compile(pattern, re.MULTILINE), version)
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    substitute(CHANGELOG, HEADING, f"## {version} ({today})")
    for name in output("git", "ls-files", "README.md", "docs/*.md").splitlines():
        if PINS.search((ROOT / name).read_text(encoding="utf-8")):
            substitute(name, PINS, version)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "server")}
    page = [sys.executable, "-m", "crimescene.cli.manual"]
    made = subprocess.run(page, cwd=ROOT, env=environment, check=True, capture_output=True)
    (ROOT / "docs" / "crimescene.1").write_bytes(made.stdout)


def substitute(name: str, pattern: re.Pattern[str], text: str) -> None:
    """Replace what has to be there."""
    path = ROOT / name
    changed, count = pattern.subn(text, path.read_text(encoding="utf-8"))
    if not count:
        stop(f"{name} does not say its version where it is looked for.")
    path.write_text(changed, encoding="utf-8", newline="\n")


def build(version: str) -> Path:
    """The source distribution and the wheel made from it, in an empty folder of their own."""
    folder = ROOT / "dist" / version
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", str(folder))
    return folder


def check(version: str, packages: Path, *, quick: bool) -> None:
    """The wheel says the version; without ``quick`` everything that CI runs passes as well."""
    (wheel,) = packages.glob("*.whl")
    with tempfile.TemporaryDirectory() as scratch:
        run(sys.executable, "-m", "venv", scratch)
        python = next(path for name in ("bin", "Scripts") for path in Path(scratch).glob(f"{name}/python*"))
        run(str(python), "-m", "pip", "install", "--quiet", str(wheel))
        said = output(str(python), "-I", "-m", "crimescene", "--version")
    if said != f"crimescene {version}":
        stop(f"the wheel calls itself {said!r}.")
    if not quick:
        run("bash", ".ci/run")


def run(*command: str) -> None:
    """Run a step; where it fails, so does the release."""
    print("$", *command, flush=True)
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        stop(f"{command[0]} failed.")


def output(*command: str) -> str:
    """What a program prints."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def stop(why: str) -> NoReturn:
    """No release."""
    raise SystemExit(f"release.py: {why}")


if __name__ == "__main__":
    main()
