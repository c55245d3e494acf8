"""The fuzzers of ``fuzz/`` find nothing in the time they are given.

A few inputs each, always the same, so that they keep working; ``CRIMESCENE_FUZZ_TIMES=10`` gives them more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "fuzz"
TIMES = int(os.environ.get("CRIMESCENE_FUZZ_TIMES", "1"))
COUNTS = {
    target: count * TIMES
    for target, count in {
        "parse": 600,
        "resolve": 200,
        "prompt": 30,
        "shapes": 400,
        "logging": 150,
        "messages": 20,
    }.items()
}
SESSIONS = 2 * TIMES
_WITHOUT_GUIDANCE = (
    "import sys; sys.modules['atheris'] = None; "
    "import runpy; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
)


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        *(
            (f"fuzz_{target}.py", ("-max_total_time=60", f"-runs={count}"))
            for target, count in COUNTS.items()
        ),
        ("fuzz_lsp.py", ("60", str(SESSIONS))),
    ],
)
def test_nothing_is_found(name: str, limits: tuple[str, ...]) -> None:
    """It ends by itself and says how much it tried."""
    done = run(name, *limits)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert int(done.stdout.split()[0]) > 0


def test_an_input_is_seen_again(tmp_path: Path) -> None:
    """A file that is named is an input, and the only one."""
    found = tmp_path / "found"
    found.write_bytes(b"Traceback (most recent call last):\n")
    done = run("fuzz_parse.py", str(found))
    assert (done.returncode, done.stdout) == (0, f"{found}: nothing found\n"), done.stderr


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one fuzzer as it runs where atheris is not installed."""
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT_GUIDANCE, str(FOLDER / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env={
            **os.environ,
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")]),
        },
    )
