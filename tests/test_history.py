"""What changed lately, told from real repositories: the right hunks, at today's lines, and nothing else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from crimescene import history
from repositories import HOUR, NOW, Builder, changes_at, numbered, open_at, told

if TYPE_CHECKING:
    from pathlib import Path

    from crimescene.model import Change

pytestmark = pytest.mark.usefixtures("no_git_settings")


def _stands(root: Path, change: Change) -> bool:
    """Whether every line of the hunk that was not removed stands where the hunk says."""
    today = (root / change.path).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    new = [line[1:] for line in change.hunk.text.split("\n") if not line.startswith("-")]
    start = change.hunk.new_start - 1
    return today[start : start + change.hunk.new_count] == new


# --------------------------------------------------------------------------- the window


def test_nothing_changed(repo: Builder) -> None:
    """A clean repository without recent commits has nothing to tell."""
    assert changes_at(repo.root) == history.Changes((), ())


def test_unstaged(repo: Builder) -> None:
    """An edit that is not staged is a hunk with the file's time and the configured name."""
    repo.git("config", "user.name", "Bea")
    repo.write({"a.py": numbered(30, l10="changed")}, hours_ago=2)
    (change,) = changes_at(repo.root).changes
    assert (change.sha, change.author, change.when, change.state) == (None, "Bea", NOW - 2 * HOUR, "unstaged")
    assert change.hunk.text.split("\n")[3:5] == ["-line 10", "+changed"]
    assert (change.hunk.new_start, change.hunk.new_count) == (7, 7)


def test_staged_and_unstaged(repo: Builder) -> None:
    """A staged hunk is told at its line in the work tree, which an unstaged one has moved."""
    repo.write({"a.py": numbered(30, l20="staged")}, hours_ago=3)
    repo.git("add", "a.py")
    repo.write({"a.py": "new\nnew\n" + numbered(30, l20="staged")}, hours_ago=1)
    found = changes_at(repo.root)
    assert told(found) == [("a.py", "unstaged", 1, 5), ("a.py", "staged", 19, 7)]
    assert all(_stands(repo.root, change) for change in found.changes)


def test_untracked(repo: Builder) -> None:
    """A new small text file is one hunk of added lines; binary and ignored files are not shown."""
    repo.write(
        {"new.py": "x = 1\ny = 2", "picture": b"\0\1", ".gitignore": "out\n", "out/x.py": "x"}, hours_ago=1
    )
    found = [c for c in changes_at(repo.root).changes if c.path != ".gitignore"]
    (change,) = found
    assert (change.path, change.state, change.hunk.text) == ("new.py", "untracked", "+x = 1\n+y = 2")


def test_window_follows_the_commit_date(repo: Builder) -> None:
    """23 hours ago is in, 26 is out; of a rebased commit the new date counts and the author's is shown."""
    repo.commit({"a.py": numbered(30, l5="out")}, "Out", hours_ago=26)
    sha = repo.commit(
        {"a.py": numbered(30, l5="out", l20="in")}, "In", hours_ago=90, committed=23, author="Cy"
    )
    (change,) = changes_at(repo.root).changes
    assert (change.sha, change.author, change.subject) == (sha, "Cy", "In")
    assert change.when == NOW - 90 * HOUR
    assert "+in" in change.hunk.text


def test_order(repo: Builder) -> None:
    """Uncommitted changes come first, then commits, newest first."""
    repo.commit({"a.py": numbered(30, l5="one")}, "One", hours_ago=5)
    repo.commit({"b.py": numbered(30, l5="two")}, "Two", hours_ago=3)
    repo.write({"c.py": "c\n"}, hours_ago=4)
    repo.write({"a.py": numbered(30, l5="one", l25="x")}, hours_ago=2)
    found = [(c.state, c.subject or c.path) for c in changes_at(repo.root).changes]
    assert found == [("unstaged", "a.py"), ("untracked", "c.py"), ("committed", "Two"), ("committed", "One")]


# --------------------------------------------------------------------------- today's lines


def test_later_commits_move_a_hunk(repo: Builder) -> None:
    """A hunk is told where its lines stand now, after commits and edits above it."""
    repo.commit({"a.py": numbered(30, l20="mine")}, "Mine", hours_ago=9)
    repo.commit({"a.py": "top\n" * 4 + numbered(30, l20="mine")}, "Above", hours_ago=8)
    repo.write({"a.py": "top\n" * 3 + numbered(30, l20="mine", l28="x")}, hours_ago=1)
    found = changes_at(repo.root)
    (mine,) = [c for c in found.changes if c.subject == "Mine"]
    assert mine.hunk.new_start == 17 + 3
    assert all(_stands(repo.root, change) for change in found.changes)


def test_replaced_lines_are_dropped(repo: Builder) -> None:
    """Of an older hunk only what still stands is told; one that was replaced is not."""
    repo.commit({"a.py": numbered(30, l10="first", l25="stays")}, "First", hours_ago=9)
    repo.commit({"a.py": numbered(30, l10="second", l25="stays")}, "Second", hours_ago=8)
    told = [
        (c.subject, [x for x in c.hunk.text.split("\n") if x[0] in "+-"])
        for c in changes_at(repo.root).changes
    ]
    assert told == [("Second", ["-first", "+second"]), ("First", ["-line 25", "+stays"])]


def test_reverted_removal_is_dropped(repo: Builder) -> None:
    """A removal that was undone is no change any more, while one that lasts is one."""
    lines = numbered(30).splitlines(keepends=True)
    repo.commit({"a.py": "".join(lines[:9] + lines[10:])}, "Remove", hours_ago=9)
    repo.commit({"b.py": "".join(lines[:9] + lines[10:])}, "Remove for good", hours_ago=8)
    repo.commit({"a.py": numbered(30)}, "Restore", hours_ago=7)
    found = changes_at(repo.root).changes
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
    found = changes_at(repo.root).changes
    assert [(c.subject, c.hunk.new_start) for c in found] == [("Wedge", 9), ("Block", 1), ("Block", 13)]
    assert all(_stands(repo.root, change) for change in found)


def test_change_only_in_one_function(repo: Builder) -> None:
    """Context lines reach into the neighbours; what was changed does not."""
    source = "def one():\n    return 1\ndef two():\n    return 2\ndef three():\n    return 3\n"
    repo.commit({"f.py": source}, "Functions", hours_ago=40)
    repo.write({"f.py": source.replace("2\n", "22\n")}, hours_ago=1)
    (change,) = changes_at(repo.root).changes
    assert [history.touches(change.hunk, a, a + 1) for a in (1, 3, 5)] == [False, True, False]


def test_crlf(repo: Builder) -> None:
    """Carriage returns neither hide a line from the comparison nor show in the hunk."""
    text = numbered(30).replace("\n", "\r\n")
    repo.commit({"w.py": text}, "Windows", hours_ago=40)
    repo.commit({"w.py": text.replace("line 9\r", "nine\r")}, "Nine", hours_ago=5)
    repo.write({"w.py": "top\r\n" + text.replace("line 9\r", "nine\r")}, hours_ago=1)
    found = changes_at(repo.root).changes
    assert [(c.subject, c.hunk.new_start) for c in found] == [("", 1), ("Nine", 7)]
    assert not any("\r" in c.hunk.text for c in found)


# --------------------------------------------------------------------------- renames, merges, names


def test_renamed_file(repo: Builder) -> None:
    """A hunk made under the old name is told under today's; the rename itself is named."""
    repo.commit({"a.py": numbered(30, l12="before")}, "Before", hours_ago=9)
    repo.commit({"a.py": None, "sub/new.py": numbered(30, l12="before", l20="with")}, "Move", hours_ago=8)
    repo.git("mv", "b.py", "c.py")
    found = changes_at(repo.root)
    assert [(c.subject, c.path, c.old_path) for c in found.changes] == [
        ("Move", "sub/new.py", "a.py"),
        ("Before", "sub/new.py", None),
    ]
    assert len(found.notes) == 1
    assert "`c.py` (from `b.py`)" in found.notes[0]
    opened = open_at(repo.root)
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
    opened = open_at(repo.root)
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
    found = changes_at(repo.root).changes
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
    found = changes_at(repo.root)
    told = [(c.subject, c.when, c.arrived) for c in found.changes]
    assert told == [
        ("After", NOW - 4 * HOUR, NOW - 4 * HOUR),
        ("Side", NOW - 46 * HOUR, NOW - 5 * HOUR),
        ("Deep", NOW - 47 * HOUR, NOW - 9 * HOUR),
    ]
    assert not found.notes
    assert [c.subject for c in changes_at(repo.root / "sub").changes] == ["Side"]


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
    assert [c.subject for c in changes_at(repo.root).changes] == ["New"]


def test_conflict(repo: Builder) -> None:
    """A file in a merge that waits to be resolved is named, and listed once."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.py": numbered(30, l9="side")}, "Side", hours_ago=30)
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": numbered(30, l9="main")}, "Main", hours_ago=29)
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "side")
    found = changes_at(repo.root)
    assert "In a merge that is not resolved" in found.notes[0]
    assert any("+<<<<<<< " in c.hunk.text for c in found.changes)
    assert history.files(open_at(repo.root)) == ["a.py", "b.py"]


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
    opened = open_at(repo.root)
    assert {path, f"new{name}"} < set(history.files(opened))
    found = changes_at(repo.root).changes
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
    found = changes_at(repo.root)
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
    found = changes_at(repo.root)
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
    found = changes_at(repo.root)
    assert found.changes == ()
    assert found.notes[0].startswith(f"Added 60 minutes ago (uncommitted): `some/{name}`")


def test_deleted_file(repo: Builder) -> None:
    """A deleted file has no lines to show and is named; its older hunks are not told."""
    repo.commit({"a.py": numbered(30, l5="x")}, "Change", hours_ago=6)
    repo.commit({"a.py": None}, "Drop", hours_ago=5)
    repo.write({"b.py": None})
    found = changes_at(repo.root)
    assert found.changes == ()
    assert [note.partition(" (")[0] for note in found.notes] == ["Deleted just now", "Deleted 5 hours ago"]


def test_beginning_is_no_change(tmp_path: Path) -> None:
    """A first commit within the window says when history begins, not that every line is new."""
    builder = Builder(tmp_path)
    sha = builder.commit({"a.py": numbered(3)}, "Import", hours_ago=2)
    found = changes_at(builder.root)
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
    found = changes_at(repo.root)
    assert [c.hunk.text for c in found.changes] == ["-308\n+309"]
    assert "Only the newest 300 commits since 24 hours ago were examined." in found.notes
