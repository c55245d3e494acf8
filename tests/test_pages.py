"""The documentation does what it says: what its pages tell readers to type is typed, and answers as shown."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

import fenced

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "client-vscode" / "README.md", *(ROOT / "docs").rglob("*.md")])
HERE = [
    pytest.param(page, section, id=f"{page.relative_to(ROOT)}: {section.title}")
    for page in PAGES
    for section in fenced.sections(page.read_text(encoding="utf-8"))
    if any(block.is_shell and not block.excuse for block in section.blocks)
]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(("page", "section"), HERE)
def test_page(page: Path, section: fenced.Section, tmp_path: Path) -> None:
    """From the first block to the last."""
    if missing := [name for name in section.needs if shutil.which(name) is None]:
        pytest.skip(f"{', '.join(missing)} not installed")
    folder = tmp_path / "here"
    if page.name == "README.md" and page.parent == ROOT:
        pytest.skip("its commands are what .ci/run runs")
    folder.mkdir()
    assert fenced.work_through(section, folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_excuses(page: Path) -> None:
    """Every block of commands is one of the two kinds that are run, or says why not in a comment."""
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"^```(?:bash|shell|zsh|fish|shell-session|console-session)$", text, re.MULTILINE)
    for section in fenced.sections(text):
        for block in section.blocks:
            assert block.kind or "crimescene " not in block.text, "commands without a language are not run"


def test_a_page_can_fail(tmp_path: Path) -> None:
    """A wrong answer, a wrong exit code and a wrong change are found."""
    for text in (
        "```console\n$ echo one\ntwo\n```\n",
        "```sh\nfalse\n```\n",
        "<!-- exit 1 -->\n```sh\ntrue\n```\n",
    ):
        (section,) = fenced.sections(text)
        with pytest.raises(AssertionError):
            fenced.work_through(section, tmp_path)
