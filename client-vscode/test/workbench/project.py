"""Make the project that the workbench opens: the order history with its history, and a job that fails.

Usage: project.py FOLDER, with the server's tests on PYTHONPATH. Prints the folder of the project.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import repositories
import scenes

HERE = Path(__file__).parent
repositories.NOW = scenes.NOW = time.time()
"""Ages are told from the moment the tests run."""


def main() -> None:
    """Lay the project into the folder given."""
    scene = scenes.build("order_history", Path(sys.argv[1]))
    shutil.copytree(HERE / "jobs", scene.root / "jobs")
    builder = repositories.Builder.existing(scene.root)
    builder.git("add", "jobs")
    builder.git("commit", "-q", "-m", "Print invoices at night", hours_ago=3, author="Mira Holt")
    (scene.root / "server.log").write_text(f"GET /account/7 500\n{scene.trace}", encoding="utf-8")
    print(scene.root)  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
