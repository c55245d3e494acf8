"""The fuzzers of ``fuzz/`` find nothing in the time they are given.

Some seconds each, so that they keep working; ``CRIMESCENE_FUZZ_SECONDS=40`` gives them more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "fuzz"
SECONDS = float(os.environ.get("CRIMESCENE_FUZZ_SECONDS", "4"))
TARGETS = ("parse", "resolve", "prompt", "shapes", "logging", "messages")
_WITHOUT_GUIDANCE = (
    "import sys; sys.modules['atheris'] = None; "
    "import runpy; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        *((f"fuzz_{target}.py", f"-max_total_time={SECONDS}") for target in TARGETS),
        ("fuzz_lsp.py", f"{SECONDS}"),
    ],
)
def test_nothing_is_found(name: str, limit: str) -> None:
    """It ends by itself and says how much it tried."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_GUIDANCE, str(FOLDER / name), limit],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")])},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert int(done.stdout.split()[0]) > 0
