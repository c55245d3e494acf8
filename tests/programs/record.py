"""Run the example programs for real and record what their failures print.

    python tests/programs/record.py [NAME ...]

Needs node with npm, a JDK, go and pytest; npm packages are installed into a temporary folder. What
differs from run to run or machine to machine is the folder alone: it becomes ``{root}``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from scenes import PROGRAMS, ROOT, build

RUNS: dict[str, tuple[str, str]] = {
    "exchange": ("true", f"{sys.executable} -m pytest -p no:cacheprovider -p no:hypothesispytest"),
    "ledger": (
        "javac -d out $(find src -name '*.java')",
        "java -cp out org.example.ledger.Main statements/november.csv statements/december.csv",
    ),
    "order_history": (
        "npm install --silent --no-package-lock && npm run build --silent",
        "npm start --silent -- c-2",
    ),
    "order_status_py": ("true", f"{sys.executable} -m unittest"),
    "order_status_ts": ("npm install --silent --no-package-lock", "node_modules/.bin/vitest run"),
    "stock": ("true", "go test ./..."),
}
"""Name of the program: how to make it ready, and the run that fails."""


def record(name: str) -> None:
    """Write ``trace.txt`` of the program anew."""
    ready, failing = RUNS[name]
    environment = {key: value for key, value in os.environ.items() if key not in {"CI", "FORCE_COLOR"}}
    environment |= {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        root = build(name, Path(folder).resolve()).root
        subprocess.run(ready, shell=True, cwd=root, env=environment, check=True)  # noqa: S602 -- our own words
        done = subprocess.run(  # noqa: S602 -- likewise
            failing,
            shell=True,
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode, f"{name} did not fail"
    text = done.stdout.decode().replace(str(root), ROOT)
    (PROGRAMS / name / "trace.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or RUNS:
        record(chosen)
