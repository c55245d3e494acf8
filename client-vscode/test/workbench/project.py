"""Make a project that the workbench opens, with its history; the failure of one that has left a trace.

Usage: project.py FOLDER [NAME], with the server's tests and sources on PYTHONPATH. NAME is that of a folder
of tests/programs, by default order_history with a job that fails, or ``tutorial``: that one after a failure,
a wrong fix and another failure. Prints the folder of the project.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pictures
import repositories
import scenes

HERE = Path(__file__).parent
repositories.NOW = scenes.NOW = time.time()
"""Ages are told from the moment the tests run."""


def main() -> None:
    """Lay the project into the folder given."""
    folder, name = Path(sys.argv[1]), (*sys.argv[2:], "order_history")[0]
    print(tutorial(folder) if name == "tutorial" else program(folder, name))  # noqa: T201 -- what it is for


def program(folder: Path, name: str) -> Path:
    """One of tests/programs; what the failure of the order history printed lies in a log."""
    scene = scenes.build(name, folder)
    if name == "order_history":
        shutil.copytree(HERE / "jobs", scene.root / "jobs")
        builder = repositories.Builder.existing(scene.root)
        builder.git("add", "jobs")
        builder.git("commit", "-q", "-m", "Print invoices at night", hours_ago=3, author="Mira Holt")
        (scene.root / "server.log").write_text(f"GET /account/7 500\n{scene.trace}", encoding="utf-8")
    return scene.root


def tutorial(folder: Path) -> Path:
    """The basket of the tutorial, after a wrong fix."""
    root = folder / "basket"
    root.mkdir(parents=True)
    for path, text in pictures.tutorial_files().items():
        (root / path).write_text(text, encoding="utf-8")
    builder = repositories.Builder(root)
    builder.git("add", "prices.py", "basket.py", "test_basket.py")
    builder.git("commit", "-q", "-m", "Sum baskets", hours_ago=30, author="Mira Holt")
    (root / ".git/info/exclude").write_text("*.patch\nanswer.md\n", encoding="utf-8")
    failing = ("run", "--", "python3", "-m", "unittest", "-q")
    crimescene(root, *failing)
    builder.git("apply", "1.patch")
    crimescene(root, "case", "attempt", "--hypothesis", "some articles have no price")
    crimescene(root, *failing)
    return root


def crimescene(root: Path, *words: str) -> None:
    """Run the command as a user does; what it says is not of interest here."""
    command = [sys.executable, "-m", "crimescene", *words]
    subprocess.run(command, cwd=root, env=os.environ, check=False, capture_output=True)


if __name__ == "__main__":
    main()
