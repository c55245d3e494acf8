"""The release script, in a clone of this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout"),
]


def git(folder: Path, *arguments: str) -> str:
    """What git prints, as somebody with a name."""
    who = ["-c", "user.name=you", "-c", "user.email=you@example.org"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What is committed, with the script as it is here, on the way to 7.8.9."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    git(folder, "config", "user.name", "you")
    git(folder, "config", "user.email", "you@example.org")
    (folder / "release.py").write_bytes((ROOT / "release.py").read_bytes())
    changelog = folder / "CHANGELOG.md"
    older = (
        changelog.read_text(encoding="utf-8")
        .partition("\n## ")[2]
        .replace("(not released yet)", "(2020-01-02)")
    )
    changelog.write_text(
        f"# Changelog\n\n## 7.8.9 (not released yet)\n\n### New\n\n- Frames sing.\n\n## {older}",
        encoding="utf-8",
    )
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Next")
    return folder


def release(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script without the whole of CI."""
    return subprocess.run(
        [sys.executable, "release.py", "--quick"], cwd=folder, check=False, capture_output=True, text=True
    )


@pytest.mark.skipif(
    os.environ.get("CI") != "true" and "CRIMESCENE_PACKAGES" not in os.environ,
    reason="needs an index of packages",
)
def test_a_release(clone: Path) -> None:
    """Every place has the version, the packages are there, and the tag holds what is new."""
    done = release(clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (clone / "dist" / "7.8.9").iterdir()} == {
        "crimescene-7.8.9-py3-none-any.whl",
        "crimescene-7.8.9.tar.gz",
    }
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "log", "-1", "--format=%s") == "Release 7.8.9"
    changed = git(clone, "diff", "--name-only", "HEAD~").splitlines()
    assert {
        "CHANGELOG.md", "client-vscode/package.json", "client-vscode/package-lock.json",
        "docs/crimescene.1", "server/crimescene/__init__.py",
    } <= set(changed)  # fmt: skip
    assert all(name.endswith((".md", ".json", ".1", "__init__.py")) for name in changed)
    tag = git(clone, "for-each-ref", "--format=%(objecttype) %(contents)", "refs/tags/v7.8.9")
    assert tag == "tag 7.8.9\n\n### New\n\n- Frames sing."
    again = release(clone)
    assert "no heading such as" in again.stderr


def test_nothing_is_left_of_a_release_that_failed(clone: Path) -> None:
    """The files are as before, and there is no tag."""
    (clone / "pyproject.toml").write_text("[build-system]\nrequires = []\nbuild-backend = 'nothing'\n")
    git(clone, "commit", "--quiet", "--all", "--message", "Break the build")
    done = release(clone)
    assert done.returncode != 0
    assert git(clone, "status", "--porcelain", "--untracked-files=no") == ""
    assert git(clone, "tag", "--list", "v7.8.9") == ""


def test_what_is_not_committed(clone: Path) -> None:
    """Is not released."""
    (clone / "README.md").write_text("new")
    done = release(clone)
    assert (done.returncode, done.stderr) == (1, "release.py: there are changes that are not committed.\n")


def test_an_older_version(clone: Path) -> None:
    """Is no next one."""
    git(clone, "tag", "v10.0.0")
    assert release(clone).stderr == "release.py: 7.8.9 is older than a release there is.\n"
