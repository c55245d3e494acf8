"""The documentation's site; ``.ci/run`` builds it with every warning an error and checks its links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
SITE = ROOT / "docs" / "site"


def check(folder: Path) -> tuple[int, str]:
    """Exit code and words of the checker of links."""
    done = subprocess.run(
        [sys.executable, SITE / "links.py", folder], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_links_that_lead_somewhere(tmp_path: Path) -> None:
    """To pages, folders, headings, images, and elsewhere."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text('<p id="here">')
    (tmp_path / "a b.png").touch()
    (tmp_path / "index.html").write_text(
        '<a href="sub/"></a><a href="sub/index.html#here"></a><img src="a%20b.png"><a href="https://x.org">'
    )
    assert check(tmp_path) == (0, "2 pages, 0 broken links\n")


@pytest.mark.parametrize("link", ["gone.html", "#gone", "index.html#gone", "../outside.html", "ftp://x.org"])
def test_links_that_lead_nowhere(link: str, tmp_path: Path) -> None:
    """Each is named."""
    (tmp_path / "index.html").write_text(f'<a href="{link}">')
    code, said = check(tmp_path)
    assert code == 1
    assert said.startswith(f"index.html: {link} ")


def test_lock() -> None:
    """What builds the site is pinned, at versions the extra allows, with no address in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (SITE / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    for text in project["optional-dependencies"]["docs"]:
        wanted = Requirement(text)
        pins = re.findall(rf"^{re.escape(wanted.name)}==([^\s;\\]+)", lock, re.MULTILINE)
        assert pins
        assert all(wanted.specifier.contains(version) for version in pins)


def test_every_page_is_listed() -> None:
    """The index, from which the navigation is made, names every page of the folder."""
    listed = set(
        re.findall(r"\]\(([\w./-]+\.md)\)", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"))
    )
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.startswith("decisions/0")} - listed == {"index.md"}


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md", "CHANGELOG.md", "client-vscode/README.md"])
def test_links_outside_of_the_site(page: str) -> None:
    """The pages that are no part of the site link to files that are there."""
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
