"""What changed lately, told from real repositories: the right hunks, at today's lines, and nothing else."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from crimescene import history
from repositories import HOUR, NOW, Builder, numbered

if TYPE_CHECKING:
    from pathlib import Path

    from crimescene.model import Change

DAY = NOW - 24 * HOUR


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own git configuration has no say."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def repo(tmp_path: Path) -> Builder:
    """A repository whose files were all written two days ago."""
    builder = Builder(tmp_path / "repo")
    builder.commit({"a.py": numbered(30), "b.py": numbered(30)}, "Begin", hours_ago=48)
    return builder


def _open(root: Path) -> history.Repository:
    opened = history.open_repository(root)
    assert opened is not None, history.why_no_repository(root)
    return opened


def _changes(root: Path, since: float = DAY) -> history.Changes:
    return history.changes(_open(root), since=since, now=NOW)


def _told(found: history.Changes) -> list[tuple[str, str, int, int]]:
    return [(c.path, c.state, c.hunk.new_start, c.hunk.new_count) for c in found.changes]


def _stands(root: Path, change: Change) -> bool:
    """Whether every line of the hunk that was not removed stands where the hunk says."""
    today = (root / change.path).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    new = [line[1:] for line in change.hunk.text.split("\n") if not line.startswith("-")]
    start = change.hunk.new_start - 1
    return today[start : start + change.hunk.new_count] == new


# --------------------------------------------------------------------------- the window


def test_nothing_changed(repo: Builder) -> None:
    """A clean repository without recent commits has nothing to tell."""
    assert _changes(repo.root) == history.Changes((), ())


def test_unstaged(repo: Builder) -> None:
    """An edit that is not staged is a hunk with the file's time and the configured name."""
    repo.git("config", "user.name", "Bea")
    repo.write({"a.py": numbered(30, l10="changed")}, hours_ago=2)
    (change,) = _changes(repo.root).changes
    assert (change.sha, change.author, change.when, change.state) == (None, "Bea", NOW - 2 * HOUR, "unstaged")
    assert change.hunk.text.split("\n")[3:5] == ["-line 10", "+changed"]
    assert (change.hunk.new_start, change.hunk.new_count) == (7, 7)


def test_staged_and_unstaged(repo: Builder) -> None:
    """A staged hunk is told at its line in the work tree, which an unstaged one has moved."""
    repo.write({"a.py": numbered(30, l20="staged")}, hours_ago=3)
    repo.git("add", "a.py")
    repo.write({"a.py": "new\nnew\n" + numbered(30, l20="staged")}, hours_ago=1)
    found = _changes(repo.root)
    assert _told(found) == [("a.py", "unstaged", 1, 5), ("a.py", "staged", 19, 7)]
    assert all(_stands(repo.root, change) for change in found.changes)


def test_untracked(repo: Builder) -> None:
    """A new small text file is one hunk of added lines; binary and ignored files are not shown."""
    repo.write(
        {"new.py": "x = 1\ny = 2", "picture": b"\0\1", ".gitignore": "out\n", "out/x.py": "x"}, hours_ago=1
    )
    found = [c for c in _changes(repo.root).changes if c.path != ".gitignore"]
    (change,) = found
    assert (change.path, change.state, change.hunk.text) == ("new.py", "untracked", "+x = 1\n+y = 2")


def test_window_follows_the_commit_date(repo: Builder) -> None:
    """23 hours ago is in, 26 is out; of a rebased commit the new date counts and the author's is shown."""
    repo.commit({"a.py": numbered(30, l5="out")}, "Out", hours_ago=26)
    sha = repo.commit(
        {"a.py": numbered(30, l5="out", l20="in")}, "In", hours_ago=90, committed=23, author="Cy"
    )
    (change,) = _changes(repo.root).changes
    assert (change.sha, change.author, change.subject) == (sha, "Cy", "In")
    assert change.when == NOW - 90 * HOUR
    assert "+in" in change.hunk.text


def test_order(repo: Builder) -> None:
    """Uncommitted changes come first, then commits, newest first."""
    repo.commit({"a.py": numbered(30, l5="one")}, "One", hours_ago=5)
    repo.commit({"b.py": numbered(30, l5="two")}, "Two", hours_ago=3)
    repo.write({"c.py": "c\n"}, hours_ago=4)
    repo.write({"a.py": numbered(30, l5="one", l25="x")}, hours_ago=2)
    found = [(c.state, c.subject or c.path) for c in _changes(repo.root).changes]
    assert found == [("unstaged", "a.py"), ("untracked", "c.py"), ("committed", "Two"), ("committed", "One")]


# --------------------------------------------------------------------------- today's lines


def test_later_commits_move_a_hunk(repo: Builder) -> None:
    """A hunk is told where its lines stand now, after commits and edits above it."""
    repo.commit({"a.py": numbered(30, l20="mine")}, "Mine", hours_ago=9)
    repo.commit({"a.py": "top\n" * 4 + numbered(30, l20="mine")}, "Above", hours_ago=8)
    repo.write({"a.py": "top\n" * 3 + numbered(30, l20="mine", l28="x")}, hours_ago=1)
    found = _changes(repo.root)
    (mine,) = [c for c in found.changes if c.subject == "Mine"]
    assert mine.hunk.new_start == 17 + 3
    assert all(_stands(repo.root, change) for change in found.changes)


def test_replaced_lines_are_dropped(repo: Builder) -> None:
    """Of an older hunk only what still stands is told; one that was replaced is not."""
    repo.commit({"a.py": numbered(30, l10="first", l25="stays")}, "First", hours_ago=9)
    repo.commit({"a.py": numbered(30, l10="second", l25="stays")}, "Second", hours_ago=8)
    told = [
        (c.subject, [x for x in c.hunk.text.split("\n") if x[0] in "+-"]) for c in _changes(repo.root).changes
    ]
    assert told == [("Second", ["-first", "+second"]), ("First", ["-line 25", "+stays"])]


def test_reverted_removal_is_dropped(repo: Builder) -> None:
    """A removal that was undone is no change any more, while one that lasts is one."""
    lines = numbered(30).splitlines(keepends=True)
    repo.commit({"a.py": "".join(lines[:9] + lines[10:])}, "Remove", hours_ago=9)
    repo.commit({"b.py": "".join(lines[:9] + lines[10:])}, "Remove for good", hours_ago=8)
    repo.commit({"a.py": numbered(30)}, "Restore", hours_ago=7)
    found = _changes(repo.root).changes
    assert [c.subject for c in found] == ["Restore", "Remove for good"]
    assert history.touches(found[1].hunk, 5, 9)
    assert history.touches(found[1].hunk, 5, 15)
    assert not history.touches(found[1].hunk, 10, 15)


def test_hunk_split_by_a_later_edit(repo: Builder) -> None:
    """Lines that were added together and stand apart now are two hunks, each with right numbers."""
    block = "".join(f"block {n}\n" for n in range(20))
    repo.commit({"a.py": block + numbered(30)}, "Block", hours_ago=9)
    parted = block.replace("block 10\n", "block 10\nwedge\n")
    repo.commit({"a.py": parted + numbered(30)}, "Wedge", hours_ago=8)
    found = _changes(repo.root).changes
    assert [(c.subject, c.hunk.new_start) for c in found] == [("Wedge", 9), ("Block", 1), ("Block", 13)]
    assert all(_stands(repo.root, change) for change in found)


def test_change_only_in_one_function(repo: Builder) -> None:
    """Context lines reach into the neighbours; what was changed does not."""
    source = "def one():\n    return 1\ndef two():\n    return 2\ndef three():\n    return 3\n"
    repo.commit({"f.py": source}, "Functions", hours_ago=40)
    repo.write({"f.py": source.replace("2\n", "22\n")}, hours_ago=1)
    (change,) = _changes(repo.root).changes
    assert [history.touches(change.hunk, a, a + 1) for a in (1, 3, 5)] == [False, True, False]


def test_crlf(repo: Builder) -> None:
    """Carriage returns neither hide a line from the comparison nor show in the hunk."""
    text = numbered(30).replace("\n", "\r\n")
    repo.commit({"w.py": text}, "Windows", hours_ago=40)
    repo.commit({"w.py": text.replace("line 9\r", "nine\r")}, "Nine", hours_ago=5)
    repo.write({"w.py": "top\r\n" + text.replace("line 9\r", "nine\r")}, hours_ago=1)
    found = _changes(repo.root).changes
    assert [(c.subject, c.hunk.new_start) for c in found] == [("", 1), ("Nine", 7)]
    assert not any("\r" in c.hunk.text for c in found)


# --------------------------------------------------------------------------- renames, merges, names


def test_renamed_file(repo: Builder) -> None:
    """A hunk made under the old name is told under today's; the rename itself is named."""
    repo.commit({"a.py": numbered(30, l12="before")}, "Before", hours_ago=9)
    repo.commit({"a.py": None, "sub/new.py": numbered(30, l12="before", l20="with")}, "Move", hours_ago=8)
    repo.git("mv", "b.py", "c.py")
    found = _changes(repo.root)
    assert [(c.subject, c.path, c.old_path) for c in found.changes] == [
        ("Move", "sub/new.py", "a.py"),
        ("Before", "sub/new.py", None),
    ]
    assert len(found.notes) == 1
    assert "`c.py` (from `b.py`)" in found.notes[0]
    opened = _open(repo.root)
    assert history.find_renamed(opened, "a.py") == "sub/new.py"
    assert history.find_renamed(opened, "b.py") == "c.py"
    assert history.find_renamed(opened, "never.py") is None
    assert history.old_path(opened, "sub/new.py") == "a.py"
    assert history.old_path(opened, "c.py") == "b.py"


def test_renamed_twice(repo: Builder) -> None:
    """A file is found through two renames, and its text through its history."""
    repo.git("mv", "a.py", "x.py")
    repo.commit({}, "Once", hours_ago=30)
    repo.git("mv", "x.py", "y.py")
    repo.commit({}, "Twice", hours_ago=29)
    opened = _open(repo.root)
    assert history.find_renamed(opened, "a.py") == "y.py"
    assert history.file_at(opened, "HEAD~2", "a.py") == numbered(30).encode()
    assert history.file_at(opened, "HEAD", "a.py") is None
    assert history.file_at(opened, "--help", "a.py") is None


def test_merge(repo: Builder) -> None:
    """A merge brings its commits, at their lines of today, and shows of itself only what neither side had."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.py": numbered(30, l25="side", l10="side ten")}, "Side", hours_ago=9, author="Sid")
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "top\n" * 5 + numbered(30, l10="main ten")}, "Main", hours_ago=8)
    resolved = "top\n" * 5 + numbered(30, l25="side", l10="both ten")
    repo.write({"b.py": numbered(30, l3="while merging")})
    repo.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    repo.commit({"a.py": resolved}, "Merge", hours_ago=7)
    found = _changes(repo.root).changes
    told = {(c.subject, c.path, tuple(x for x in c.hunk.text.split("\n") if x[0] in "+-")) for c in found}
    assert ("Merge", "a.py", ("+both ten",)) in told
    assert ("Merge", "b.py", ("-line 3", "+while merging")) in told
    assert ("Side", "a.py", ("-line 25", "+side")) in told
    assert ("Main", "a.py", ("+top",) * 5) in told
    assert len(told) == 4
    assert all(_stands(repo.root, change) for change in found)


def _merge(repo: Builder, branch: str, hours_ago: float) -> None:
    repo.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch, hours_ago=hours_ago)


def test_a_merge_brings_old_commits(repo: Builder) -> None:
    """What was committed long ago came in with the merge: with the first one, if several have it."""
    repo.git("checkout", "-q", "-b", "deep")
    repo.commit({"a.py": numbered(30, l3="deep")}, "Deep", hours_ago=47)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"sub/c.py": numbered(5)}, "Side", hours_ago=46)
    repo.git("checkout", "-q", "main")
    repo.commit({"b.py": numbered(30, l9="before")}, "Before", hours_ago=45)
    _merge(repo, "deep", 9)
    _merge(repo, "side", 5)
    repo.commit({"b.py": numbered(30, l9="before", l20="after")}, "After", hours_ago=4)
    found = _changes(repo.root)
    told = [(c.subject, c.when, c.arrived) for c in found.changes]
    assert told == [
        ("After", NOW - 4 * HOUR, NOW - 4 * HOUR),
        ("Side", NOW - 46 * HOUR, NOW - 5 * HOUR),
        ("Deep", NOW - 47 * HOUR, NOW - 9 * HOUR),
    ]
    assert not found.notes
    assert [c.subject for c in _changes(repo.root / "sub").changes] == ["Side"]


def test_an_old_merge_brings_nothing(repo: Builder) -> None:
    """A merge before the window was here already; so was all that it had brought."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.py": numbered(30, l3="side")}, "Side", hours_ago=47)
    repo.git("checkout", "-q", "main")
    _merge(repo, "side", 30)
    repo.git("checkout", "-q", "-b", "new")
    repo.commit({"b.py": numbered(30, l9="new")}, "New", hours_ago=3)
    repo.git("checkout", "-q", "main")
    _merge(repo, "new", 2)
    assert [c.subject for c in _changes(repo.root).changes] == ["New"]


def test_conflict(repo: Builder) -> None:
    """A file in a merge that waits to be resolved is named, and listed once."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.py": numbered(30, l9="side")}, "Side", hours_ago=30)
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": numbered(30, l9="main")}, "Main", hours_ago=29)
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "side")
    found = _changes(repo.root)
    assert "In a merge that is not resolved" in found.notes[0]
    assert any("+<<<<<<< " in c.hunk.text for c in found.changes)
    assert history.files(_open(repo.root)) == ["a.py", "b.py"]


_ODD = [
    "with blank.py",
    'quo"te.py',
    "new\nline.py",
    "tab\t.py",
    "umlaut-ä.py",
    "-dash.py",
    ":(glob)*.py",
    "back\\slash.py",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", [*_ODD, os.fsdecode(b"latin-\xe9.py")])
def test_odd_names(repo: Builder, name: str) -> None:
    """Names with blanks, quotes, control characters and bytes that are no UTF-8 survive every function."""
    path = f"d ir/{name}"
    repo.commit({path: numbered(30)}, "Add", hours_ago=30)
    repo.commit({path: numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.write({path: numbered(30, l5="five", l20="x"), f"new{name}": "new\n"}, hours_ago=1)
    opened = _open(repo.root)
    assert {path, f"new{name}"} < set(history.files(opened))
    found = _changes(repo.root).changes
    assert [(c.path, c.state) for c in found if c.path == path] == [(path, "unstaged"), (path, "committed")]
    assert [c.path for c in found if c.state == "untracked"] == [f"new{name}"]
    (last,) = history.last_changes(opened, [(path, 5, 6)], seconds=20)
    assert last is not None
    assert last.subject == "Five"
    assert history.file_at(opened, "HEAD", path) == numbered(30, l5="five").encode()


def test_binary(repo: Builder) -> None:
    """A binary file is named with its age, uncommitted or not."""
    repo.commit({"logo.png": b"\0" * 50}, "Logo", hours_ago=40)
    repo.commit({"logo.png": b"\0\1" * 50}, "New logo", hours_ago=3)
    found = _changes(repo.root)
    assert found.changes == ()
    assert found.notes[0].startswith("Changed 3 hours ago (")
    assert "Ana: New logo): `logo.png` (binary)." in found.notes[0]


# --------------------------------------------------------------------------- notes


def test_lock_and_manifest(repo: Builder) -> None:
    """Lock files and configuration are named in place of their hunks; a manifest shows what moved."""
    old = {
        "package.json": '{\n  "react": "17"\n}\n',
        "package-lock.json": "{}\n" * 50,
        "web/.env.local": "A=1\n",
    }
    repo.commit({**old, "ci/x.yml": "a\n"}, "Add", hours_ago=40)
    new = {
        "package.json": '{\n  "react": "18"\n}\n',
        "package-lock.json": "[]\n" * 50,
        "web/.env.local": "A=2\n",
    }
    sha = repo.commit({**new}, "Bump *react*", hours_ago=3)
    found = _changes(repo.root)
    assert found.changes == ()
    names = """`package-lock.json`, `package.json` (`-"react": "17"`, `+"react": "18"`), `web/.env.local`"""
    assert found.notes == (f"Changed 3 hours ago ({sha[:7]}, Ana: `Bump *react*`): {names}.",)


_NOTABLE = """
    package-lock.json yarn.lock pnpm-lock.yaml poetry.lock uv.lock requirements.txt requirements-dev.txt
    Cargo.lock Cargo.toml go.sum go.mod pom.xml build.gradle build.gradle.kts package.json pyproject.toml
    tsconfig.json tsconfig.app.json Dockerfile api.Dockerfile .env .env.production .github/workflows/ci.yml
    .gitlab-ci.yml docker-compose.yml compose.override.yaml gradle/libs.versions.toml application-dev.yml
"""


@pytest.mark.parametrize("name", _NOTABLE.split())
def test_notable(repo: Builder, name: str) -> None:
    """Dependencies, lock files and configuration are known by their names, in any folder."""
    repo.write({f"some/{name}": "x\n"}, hours_ago=1)
    found = _changes(repo.root)
    assert found.changes == ()
    assert found.notes[0].startswith(f"Added 60 minutes ago (uncommitted): `some/{name}`")


def test_deleted_file(repo: Builder) -> None:
    """A deleted file has no lines to show and is named; its older hunks are not told."""
    repo.commit({"a.py": numbered(30, l5="x")}, "Change", hours_ago=6)
    repo.commit({"a.py": None}, "Drop", hours_ago=5)
    repo.write({"b.py": None})
    found = _changes(repo.root)
    assert found.changes == ()
    assert [note.partition(" (")[0] for note in found.notes] == ["Deleted just now", "Deleted 5 hours ago"]


def test_beginning_is_no_change(tmp_path: Path) -> None:
    """A first commit within the window says when history begins, not that every line is new."""
    builder = Builder(tmp_path)
    sha = builder.commit({"a.py": numbered(3)}, "Import", hours_ago=2)
    found = _changes(builder.root)
    assert found.changes == ()
    assert found.notes[0].startswith(f"The history begins 2 hours ago ({sha[:7]}, Ana: Import)")


def test_large_history_is_bounded(repo: Builder) -> None:
    """What was not examined is said."""
    stream = ["reset refs/heads/main\nfrom refs/heads/main^0\n\n"]
    for n in range(310):
        when = int(NOW - 3 * HOUR + n)
        body = f"{n}\n"
        stream.append(
            f"commit refs/heads/main\ncommitter Ana <a@b.c> {when} +0000\ndata 1\nx\n"
            f"M 644 inline n.txt\ndata {len(body)}\n{body}\n"
        )
    import subprocess  # noqa: PLC0415 -- git reads the stream from its standard input

    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=repo.root, input="".join(stream).encode(), check=True
    )
    repo.git("reset", "-q", "--hard")
    found = _changes(repo.root)
    assert [c.hunk.text for c in found.changes] == ["-308\n+309"]
    assert "Only the newest 300 commits since 24 hours ago were examined." in found.notes


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
    opened = _open(builder.root)
    assert history.files(opened) == ["a.py", "b.py"]
    assert sorted(_told(_changes(builder.root))) == [("a.py", "staged", 1, 1), ("b.py", "untracked", 1, 1)]
    assert history.last_changes(opened, [("a.py", 1, 1)], seconds=9) == [None]
    assert history.find_renamed(opened, "x.py") is None
    assert history.old_path(opened, "a.py") is None
    assert history.file_at(opened, "HEAD", "a.py") is None


def test_shallow_clone(repo: Builder, tmp_path: Path) -> None:
    """The cut end of a shallow clone is no change, and lines older than it have no known one."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.commit({"a.py": numbered(30, l5="five", l20="x")}, "Twenty", hours_ago=4)
    repo.git("clone", "-q", "--depth=2", f"file://{repo.root}", str(tmp_path / "clone"))
    found = _changes(tmp_path / "clone")
    assert [c.subject for c in found.changes] == ["Twenty"]
    assert found.notes == (
        "This clone is shallow: `git fetch --unshallow` brings what changed before 5 hours ago.",
    )
    assert not found.complete
    opened = _open(tmp_path / "clone")
    last = history.last_changes(opened, [("a.py", 20, 20), ("a.py", 1, 1)], seconds=20)
    assert [c and c.subject for c in last] == ["Twenty", None]


def test_detached_head(repo: Builder) -> None:
    """The commit that is checked out counts, not the branch."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.commit({"a.py": numbered(30, l5="six")}, "Six", hours_ago=4)
    repo.git("checkout", "-q", "--detach", "HEAD~1")
    assert [c.subject for c in _changes(repo.root).changes] == ["Five"]


def test_subdirectory(repo: Builder) -> None:
    """Below the work tree's top, paths are relative to the folder and what lies outside is not told."""
    repo.commit({"in/a.py": numbered(30), "in/deep/b.py": numbered(30), "out.py": "x\n"}, "Add", hours_ago=40)
    repo.commit({"out.py": "y\n"}, "Outside", hours_ago=6)
    repo.commit({"in/a.py": None, "in/deep/c.py": numbered(30, l9="x")}, "Inside", hours_ago=5)
    repo.write({"in/deep/b.py": numbered(30, l5="b"), "in/new.py": "n\n", "new.py": "n\n"}, hours_ago=1)
    root = repo.root / "in"
    opened = _open(root)
    assert history.files(opened) == ["deep/b.py", "deep/c.py", "new.py"]
    found = _changes(root)
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
    assert _told(_changes(tmp_path / "linked")) == [("a.py", "unstaged", 1, 6)]
    assert _changes(repo.root).changes == ()
    assert history.files(_open(repo.root)) == ["a.py", "b.py"]


def test_submodule(repo: Builder, tmp_path: Path) -> None:
    """A submodule opens by itself; its files belong to the whole, and its move is named."""
    library = Builder(tmp_path / "library")
    library.commit({"lib.py": numbered(30)}, "Library", hours_ago=60)
    repo.git("submodule", "--quiet", "add", str(library.root), "vendor/lib")
    repo.commit({}, "Take the library", hours_ago=40)
    inner = Builder.existing(repo.root / "vendor/lib")
    inner.commit({"lib.py": numbered(30, l9="x")}, "Inner", hours_ago=3)
    opened = _open(repo.root)
    assert history.files(opened) == [".gitmodules", "a.py", "b.py", "vendor/lib/lib.py"]
    found = _changes(repo.root)
    assert found.changes == ()
    assert len(found.notes) == 1
    assert found.notes[0].startswith("Submodule moved to another commit")
    assert [c.subject for c in _changes(inner.root).changes] == ["Inner"]


def test_nested_repository(repo: Builder) -> None:
    """The files of an untracked repository inside are listed, its history is its own."""
    inner = Builder(repo.root / "inner")
    inner.commit({"i.py": "i\n"}, "Inner", hours_ago=1)
    assert history.files(_open(repo.root)) == ["a.py", "b.py", "inner/i.py"]
    assert _changes(repo.root).changes == ()


def test_sparse_and_ignored(repo: Builder) -> None:
    """Files that a sparse checkout left out, and ignored ones, are not listed."""
    repo.commit({"in/x.py": "x\n", "out/y.py": "y\n", ".gitignore": "*.log\n"}, "Add", hours_ago=40)
    repo.write({"in/z.log": "z\n"})
    repo.git("sparse-checkout", "set", "in")
    assert history.files(_open(repo.root)) == [".gitignore", "a.py", "b.py", "in/x.py"]


def test_folder_git_knows_nothing_of(repo: Builder) -> None:
    """In an ignored or untracked folder the files are found all the same, and none counts as changed."""
    repo.commit({".gitignore": "/out/\n"}, "Ignore", hours_ago=40)
    repo.write({"out/job/x.py": "x\n", "new/y.py": "y\n"}, hours_ago=1)
    assert history.files(_open(repo.root / "out")) == ["job/x.py"]
    assert _changes(repo.root / "out") == history.Changes((), ())
    assert history.files(_open(repo.root / "new")) == ["y.py"]
    assert _changes(repo.root / "new").changes == ()
    assert "tracks nothing" in _changes(repo.root / "new").notes[0]


def test_prefetch(repo: Builder) -> None:
    """Asked ahead or not, the answers are the same; what nobody collects does no harm."""
    repo.commit({"a.py": numbered(30, l5="five")}, "Five", hours_ago=5)
    repo.write({"b.py": numbered(30, l5="five"), "c.py": "c\n"}, hours_ago=1)
    ahead = _open(repo.root)
    history.prefetch(ahead, since=DAY)
    history.prefetch(_open(repo.root), since=DAY)
    found = history.changes(ahead, since=DAY, now=NOW)
    assert found == _changes(repo.root)
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

    opened = _open(repo.root)
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
    last = history.last_changes(_open(repo.root), places, seconds=20)
    assert [c and c.subject for c in last] == ["Five", "Top", "Begin", None, None, "Begin"]
    assert last[0] is not None
    assert (last[0].author, last[0].when, last[0].hunk.new_start) == ("Fay", NOW - 900 * HOUR, 6)


def test_last_change_was_a_removal(repo: Builder) -> None:
    """Blame cannot see that a line went away; the place's last change is the removal all the same."""
    lines = numbered(30).splitlines(keepends=True)
    repo.commit({"a.py": "".join(lines[:9] + lines[10:])}, "Drop the guard", hours_ago=30)
    found = history.last_changes(_open(repo.root), [("a.py", 5, 12), ("a.py", 20, 25)], seconds=20)
    assert [c and c.subject for c in found] == ["Drop the guard", "Begin"]


def test_last_change_through_a_rename(repo: Builder) -> None:
    """A rename is no change of a function."""
    repo.git("mv", "a.py", "moved.py")
    repo.commit({}, "Move", hours_ago=30)
    (last,) = history.last_changes(_open(repo.root), [("moved.py", 1, 5)], seconds=20)
    assert last is not None
    assert last.subject == "Begin"


def test_uncommitted_last_change(repo: Builder) -> None:
    """A place edited since the last commit has no commit to name."""
    repo.write({"a.py": numbered(30, l5="five")}, hours_ago=2)
    (last,) = history.last_changes(_open(repo.root), [("a.py", 4, 6)], seconds=20)
    assert last is not None
    assert (last.sha, last.when) == (None, NOW - 2 * HOUR)


def test_last_changes_stop_in_time(repo: Builder) -> None:
    """At the deadline what is not known is None."""
    begun = time.monotonic()
    assert history.last_changes(_open(repo.root), [("a.py", 1, 5)] * 3, seconds=0) == [None] * 3
    assert time.monotonic() - begun < 20
