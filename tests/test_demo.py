"""``crimescene demo`` is the first thing anybody sees: it has to work with Python and git alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def _demo(*words: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "crimescene", "demo", *words],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "HOME": str(temporary)},
    )
    assert done.returncode == 0, done.stderr
    return done


def test_demo_shows_what_a_prompt_holds(tmp_path: Path) -> None:
    """A real failure, code of the chain, a caller beyond it, a shared helper, and what changed."""
    done = _demo(temporary=tmp_path)
    assert "FAILED (errors=1)" in done.stderr
    prompt = done.stdout
    assert prompt.startswith("# TypeError: object of type 'NoneType' has no len()")
    for name in ("order_history", "account_page", "monthly_letter", "display_name", "cached_orders"):
        assert f"def {name}(" in prompt
    assert "Cache orders between visits" in prompt
    assert "40 minutes ago" in prompt
    assert list(tmp_path.iterdir()) == []


def test_demo_can_leave_its_repository(tmp_path: Path) -> None:
    """With ``--keep`` the project stays for a closer look."""
    done = _demo("--keep", temporary=tmp_path)
    (folder,) = tmp_path.iterdir()
    root = folder / "demo"
    assert str(root.resolve()) in done.stderr
    log = subprocess.run(["git", "log", "--format=%an"], cwd=root, capture_output=True, text=True, check=True)
    assert len(log.stdout.split("\n")) == 4
