"""Equal file names in one workspace: what the command's folder tells, and the prompt where nothing tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from repositories import Builder

CONFIG = "def read(key):\n    return SETTINGS[key]\n\n\nSETTINGS = {}\n"
OTHER = "import os\n\n\ndef load(key):\n    return os.environ[key]\n"
MAIN = "import config\n\n\ndef main():\n    config.read('port')\n\n\nmain()\n"


@pytest.fixture
def shop(tmp_path: Path) -> Builder:
    """Two services with the same file names."""
    repository = Builder(tmp_path / "shop")
    files: dict[str, str | bytes | None] = {
        "billing/config.py": CONFIG,
        "billing/settings/config.py": "\n" * 9,
        "orders/settings/config.py": "\n" * 9,
        "billing/main.py": MAIN,
        "orders/config.py": OTHER,
        "orders/main.py": "import config\n\nconfig.load('port')\n",
    }
    repository.commit(files, "Two services", hours_ago=50)
    return repository


def prompt(trace: str, cwd: Path) -> str:
    """What the real command answers in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "crimescene", "prompt", "-"],
        input=trace,
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_run_in_a_folder(shop: Builder) -> None:
    """A command that prints relative paths means the files where it ran."""
    script = "import sys; sys.stderr.write('config.py:2: error: key is gone\\n'); sys.exit(1)"
    for folder in ("billing", "orders"):
        subprocess.run(
            [sys.executable, "-m", "crimescene", "run", "--", sys.executable, "-c", script],
            cwd=shop.root / folder,
            capture_output=True,
            check=False,
        )
        (saved,) = (shop.root / ".crimescene").glob("*/prompt.md")
        said = saved.read_text()
        assert f"{folder}/config.py:2" in said
        assert "ambiguous" not in said
        saved.unlink()


def test_the_printed_code_decides(shop: Builder) -> None:
    """From another machine, without a folder in common: the printed lines are those of one service only."""
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/app/main.py", line 8, in <module>\n    main()\n'
        "  File \"/app/main.py\", line 5, in main\n    config.read('port')\n"
        '  File "/app/config.py", line 2, in read\n    return SETTINGS[key]\n'
        "KeyError: 'port'\n"
    )
    said = prompt(trace, shop.root)
    assert "KeyError was raised in `read` (billing/config.py:2), reached from" in said
    assert "the one of 4 files of this name: the printed code stands at its line" in said


def test_what_stays_ambiguous_is_said_first(shop: Builder) -> None:
    """The summary names the place that is not certain, and no other as the place of the error."""
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/app/orders/main.py", line 3, in <module>\n'
        '  File "/srv/x/settings/config.py", line 5, in get\n'
        "KeyError: 'port'\n"
    )
    said = prompt(trace, shop.root)
    summary = said.split("\n\n")[1]
    assert summary.startswith("KeyError was raised at /srv/x/settings/config.py:5, which is ambiguous (")
    assert "billing/settings/config.py, orders/settings/config.py all match" in summary
    assert summary.endswith("reached from the top level of orders/main.py.")
    assert "one of 2 files that match /srv/x/settings/config.py" in said
    assert ", raised here" not in said
