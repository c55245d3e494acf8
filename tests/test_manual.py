"""The manual page: in step with ``--help``, and one that man can show."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crimescene.cli.manual import page
from crimescene.cli.tree import tree

PAGE = Path(__file__).parent.parent / "docs" / "crimescene.1"


def test_in_step(update) -> None:
    """The page that is installed is the one the parser gives."""
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "run pytest with --update"


def test_man_shows_it() -> None:
    """Without a warning, and with every command and option."""
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man and groff are not installed")
    done = subprocess.run(
        ["man", "--warnings", "-P", "cat", "-l", str(PAGE)],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "200", "MAN_KEEP_FORMATTING": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert not done.stderr
    for command in tree().walk():
        assert " ".join(command.words) in done.stdout
        for option in command.options:
            assert option.names[0] in done.stdout or "-h" in option.names
