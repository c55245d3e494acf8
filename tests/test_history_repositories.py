"""The history of every kind of repository: cut, linked, foreign, broken; and the last change of a place."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from crimescene import history
from repositories import DAY, HOUR, NOW, Builder, changes_at, numbered, open_at, told

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("no_git_settings")


# --------------------------------------------------------------------------- kinds of repository


def test_no_repository(tmp_path: Path) -> None:
    """Folders without a work tree have no history and a sentence that says why."""
    assert history.open_repository(tmp_path) is None
    assert "is in no git repository" in history.why_no_repository(tmp_path)
    assert history.open_repository(tmp_path / "nowhere") is None
    assert history.why_no_repository(tmp_path / "nowhere")
    Builder(tmp_path / "bare.git", "--bare")
    assert history.open_repository(tmp_path / "bare.git") is None
    assert "no work tree" in history.why_no_repository(tmp_path / "bare.git")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git there is no history; a git in the current folder is not taken for it."""
    (tmp_path / "git").write_text("#!/bin/sh\ntouch run\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}")
    assert history.open_repository(tmp_path) is None
    assert history.why_no_repository(tmp_path) == "No history: git is not installed."
    assert not (tmp_path / "run").exists()


def test_empty_repository(tmp_path: Path) -> None:
    """Before the first commit everything is uncommitted."""
    builder = Builder(tmp_path)
    builder.write({"a.py": "a\n", "b.py": "b\n"}, hours_ago=1)
    builder.git("add", "a.py")
    opened = open_at(builder.root)
    assert history.files(opened) == ["a.py", "b.py"]
    assert sorted(told(changes_at(builder.root))) == [("a.py", "staged", 1, 1), ("b.py", "untracked", 1, 1)]
    assert history.last_changes(opened, [("a.py", 1, 1)], seconds=9) == [None]
    assert history.find_renamed(opened, "x.py") is None
    assert history.old_path(opened, "a.py") is None
    assert history.file_at(opened, "HEAD", "a.py") is None


def test_shallow_clone(repo: Builder, tmp_path: Path) -> None:
    """The cut end of a shallow clone is no change, and lines older than it have no known one."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.commit({"a.py": numbered(30, l5="five", l20="x")}, "Twenty", hours_ago=4)
    repo.git("clone", "-q", "--depth=2", f"file://{repo.root}", str(tmp_path / "clone"))
    found = changes_at(tmp_path / "clone")
    assert [c.subject for c in found.changes] == ["Twenty"]
    assert found.notes == (
        "This clone is shallow: `git fetch --unshallow` brings what changed before 5 hours ago.",
    )
    assert not found.complete
    opened = open_at(tmp_path / "clone")
    last = history.last_changes(opened, [("a.py", 20, 20), ("a.py", 1, 1)], seconds=20)
    assert [c and c.subject for c in last] == ["Twenty", None]


def test_detached_head(repo: Builder) -> None:
    """The commit that is checked out counts, not the branch."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.commit({"a.py": numbered(30, l5="six")}, "Six", hours_ago=4)
    repo.git("checkout", "-q", "--detach", "HEAD~1")
    assert [c.subject for c in changes_at(repo.root).changes] == ["Five"]


def test_subdirectory(repo: Builder) -> None:
    """Below the work tree's top, paths are relative to the folder and what lies outside is not told."""
    repo.commit({"in/a.py": numbered(30), "in/deep/b.py": numbered(30), "out.py": "x\n"}, "Add", hours_ago=40)
    repo.commit({"out.py": "y\n"}, "Outside", hours_ago=6)
    repo.commit({"in/a.py": None, "in/deep/c.py": numbered(30, l9="x")}, "Inside", hours_ago=5)
    repo.write({"in/deep/b.py": numbered(30, l5="b"), "in/new.py": "n\n", "new.py": "n\n"}, hours_ago=1)
    root = repo.root / "in"
    opened = open_at(root)
    assert history.files(opened) == ["deep/b.py", "deep/c.py", "new.py"]
    found = changes_at(root)
    assert [(c.path, c.subject, c.old_path) for c in found.changes] == [
        ("deep/b.py", "", None),
        ("new.py", "", None),
        ("deep/c.py", "Inside", "a.py"),
    ]
    assert found.notes == ()
    assert history.find_renamed(opened, "a.py") == "deep/c.py"
    assert history.old_path(opened, "deep/c.py") == "a.py"
    assert history.file_at(opened, "HEAD~1", "a.py") == numbered(30).encode()
    (last,) = history.last_changes(opened, [("deep/c.py", 9, 9)], seconds=20)
    assert last is not None
    assert (last.subject, last.path) == ("Inside", "deep/c.py")


def test_linked_work_tree(repo: Builder, tmp_path: Path) -> None:
    """A linked work tree has its own files and changes; inside the main one it is left out."""
    repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    repo.git("worktree", "add", "-q", "--detach", str(repo.root / "nested"))
    Builder.existing(tmp_path / "linked").write({"a.py": numbered(30, l3="x")}, hours_ago=1)
    assert told(changes_at(tmp_path / "linked")) == [("a.py", "unstaged", 1, 6)]
    assert changes_at(repo.root).changes == ()
    assert history.files(open_at(repo.root)) == ["a.py", "b.py"]


def test_submodule(repo: Builder, tmp_path: Path) -> None:
    """A submodule opens by itself; its files belong to the whole, and its move is named."""
    library = Builder(tmp_path / "library")
    library.commit({"lib.py": numbered(30)}, "Library", hours_ago=60)
    repo.git("submodule", "--quiet", "add", str(library.root), "vendor/lib")
    repo.commit({}, "Take the library", hours_ago=40)
    inner = Builder.existing(repo.root / "vendor/lib")
    inner.commit({"lib.py": numbered(30, l9="x")}, "Inner", hours_ago=3)
    opened = open_at(repo.root)
    assert history.files(opened) == [".gitmodules", "a.py", "b.py", "vendor/lib/lib.py"]
    found = changes_at(repo.root)
    assert found.changes == ()
    assert len(found.notes) == 1
    assert found.notes[0].startswith("Submodule moved to another commit")
    assert [c.subject for c in changes_at(inner.root).changes] == ["Inner"]


def test_nested_repository(repo: Builder) -> None:
    """The files of an untracked repository inside are listed, its history is its own."""
    inner = Builder(repo.root / "inner")
    inner.commit({"i.py": "i\n"}, "Inner", hours_ago=1)
    assert history.files(open_at(repo.root)) == ["a.py", "b.py", "inner/i.py"]
    assert changes_at(repo.root).changes == ()


def test_sparse_and_ignored(repo: Builder) -> None:
    """Files that a sparse checkout left out, and ignored ones, are not listed."""
    repo.commit({"in/x.py": "x\n", "out/y.py": "y\n", ".gitignore": "*.log\n"}, "Add", hours_ago=40)
    repo.write({"in/z.log": "z\n"})
    repo.git("sparse-checkout", "set", "in")
    assert history.files(open_at(repo.root)) == [".gitignore", "a.py", "b.py", "in/x.py"]


def test_folder_git_knows_nothing_of(repo: Builder) -> None:
    """In an ignored or untracked folder the files are found all the same, and none counts as changed."""
    repo.commit({".gitignore": "/out/\n"}, "Ignore", hours_ago=40)
    repo.write({"out/job/x.py": "x\n", "new/y.py": "y\n"}, hours_ago=1)
    assert history.files(open_at(repo.root / "out")) == ["job/x.py"]
    assert changes_at(repo.root / "out") == history.Changes((), ())
    assert history.files(open_at(repo.root / "new")) == ["y.py"]
    assert changes_at(repo.root / "new").changes == ()
    assert "tracks nothing" in changes_at(repo.root / "new").notes[0]


def test_prefetch(repo: Builder) -> None:
    """Asked ahead or not, the answers are the same; what nobody collects does no harm."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.write({"b.py": numbered(30, l5="five"), "c.py": "c\n"}, hours_ago=1)
    ahead = open_at(repo.root)
    history.prefetch(ahead, since=DAY)
    history.prefetch(open_at(repo.root), since=DAY)
    found = history.changes(ahead, since=DAY, now=NOW)
    assert found == changes_at(repo.root)
    assert len(found.changes) == 3
    assert history.files(ahead) == ["a.py", "b.py", "c.py"]
    assert history.changes(ahead, since=DAY, now=NOW) == found


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give a folder away"
)
def test_foreign_owner(repo: Builder) -> None:
    """A repository of another user is refused by git; that is a sentence, and it names the way out."""
    for path in (repo.root, repo.root / ".git"):
        os.chown(path, 12345, 12345)
    assert history.open_repository(repo.root) is None
    assert "safe.directory" in history.why_no_repository(repo.root)


def test_broken_repository(repo: Builder) -> None:
    """A repository git cannot read is no history, with git's own reason."""
    (repo.root / ".git/config").write_text("[core\n")
    assert history.open_repository(repo.root) is None
    assert "bad config" in history.why_no_repository(repo.root)


def test_vanished_repository(repo: Builder) -> None:
    """What was opened may be gone at the next call."""
    import shutil  # noqa: PLC0415 -- this test's alone

    opened = open_at(repo.root)
    shutil.rmtree(repo.root)
    assert history.changes(opened, since=DAY, now=NOW).changes == ()
    assert history.files(opened) == []
    assert history.last_changes(opened, [("a.py", 1, 2)], seconds=5) == [None]


# --------------------------------------------------------------------------- last changes


def test_last_changes(repo: Builder) -> None:
    """Each place has its own newest commit, found through later moves; lines past the end do no harm."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=900, author="Fay")
    repo.commit({"a.py": "top\n" + numbered(30, l5="five")}, "Top", hours_ago=800)
    places = [
        ("a.py", 6, 7),
        ("a.py", 1, 1),
        ("a.py", 20, 900),
        ("a.py", 500, 600),
        ("no.py", 1, 2),
        ("b.py", 1, 30),
    ]
    last = history.last_changes(open_at(repo.root), places, seconds=20)
    assert [c and c.subject for c in last] == ["Five", "Top", "Begin", None, None, "Begin"]
    assert last[0] is not None
    assert (last[0].author, last[0].when, last[0].hunk.new_start) == ("Fay", NOW - 900 * HOUR, 6)


def test_last_change_was_a_removal(repo: Builder) -> None:
    """Blame cannot see that a line went away; the place's last change is the removal all the same."""
    lines = numbered(30).splitlines(keepends=True)
    repo.commit({"a.py": "".join(lines[:9] + lines[10:])}, "Drop the guard", hours_ago=30)
    found = history.last_changes(open_at(repo.root), [("a.py", 5, 12), ("a.py", 20, 25)], seconds=20)
    assert [c and c.subject for c in found] == ["Drop the guard", "Begin"]


def test_last_change_through_a_rename(repo: Builder) -> None:
    """A rename is no change of a function."""
    repo.git("mv", "a.py", "moved.py")
    repo.commit({}, "Move", hours_ago=30)
    (last,) = history.last_changes(open_at(repo.root), [("moved.py", 1, 5)], seconds=20)
    assert last is not None
    assert last.subject == "Begin"


def test_uncommitted_last_change(repo: Builder) -> None:
    """A place edited since the last commit has no commit to name."""
    repo.write({"a.py": numbered(30, l5="five")}, hours_ago=2)
    (last,) = history.last_changes(open_at(repo.root), [("a.py", 4, 6)], seconds=20)
    assert last is not None
    assert (last.sha, last.when) == (None, NOW - 2 * HOUR)


def test_last_changes_stop_in_time(repo: Builder) -> None:
    """At the deadline what is not known is None."""
    begun = time.monotonic()
    assert history.last_changes(open_at(repo.root), [("a.py", 1, 5)] * 3, seconds=0) == [None] * 3
    assert time.monotonic() - begun < 20
