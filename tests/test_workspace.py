"""A workspace gives its own regular files, and for everything else a sentence."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from crimescene.workspace import DiskWorkspace, walk

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX links, pipes and modes")


def _write(root: Path, *paths: str, text: str = "x\n") -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


# --------------------------------------------------------------------------- reading


def test_read(tmp_path: Path) -> None:
    """Bytes come as they lie on disk."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d/a.py").write_bytes(b"\xff\r\n\0")
    workspace = DiskWorkspace(tmp_path)
    assert workspace.read("d/a.py") == b"\xff\r\n\0"
    assert workspace.why_unreadable("d/a.py") == ""
    assert list(workspace.scan(["gone", "d/a.py", "d"])) == [("d/a.py", b"\xff\r\n\0")]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("gone.py", "gone.py does not exist."),
        ("gone/a.py", "gone/a.py does not exist."),
        ("a.py/b.py", "a.py/b.py does not exist: a part of its path is no folder."),
        ("d", "d is a folder."),
        ("", " is no path inside the workspace."),
        (".", ". is no path inside the workspace."),
        ("..", ".. is no path inside the workspace."),
        ("d/", "d/ is no path inside the workspace."),
        ("/etc/passwd", "/etc/passwd is no path inside the workspace."),
        ("//etc/passwd", "//etc/passwd is no path inside the workspace."),
        ("../outside.py", "../outside.py leads out of the workspace."),
        ("d/../../outside.py", "d/../../outside.py leads out of the workspace."),
        ("nul\0.py", "nul\0.py is no path inside the workspace."),
        ("d/" * 3000 + "a", f"{'d/' * 3000}a is no path inside the workspace."),
        ("a" * 300, f"{'a' * 300} cannot be read: File name too long."),
    ],
)
@posix
def test_unreadable(tmp_path: Path, path: str, why: str) -> None:
    """What cannot be read is None, and one sentence says why."""
    root = tmp_path / "root"
    _write(root, "a.py", "d/b.py", "../outside.py")
    workspace = DiskWorkspace(root)
    assert workspace.read(path) is None
    assert workspace.why_unreadable(path) == why
    assert list(workspace.scan([path])) == []


def test_dots_inside(tmp_path: Path) -> None:
    """A path may wander as long as it ends inside."""
    _write(tmp_path, "d/a.py", "b.py")
    workspace = DiskWorkspace(tmp_path)
    assert workspace.read("d/../b.py") == workspace.read("./d/./a.py") == b"x\n"


@posix
def test_links(tmp_path: Path) -> None:
    """Links are followed inside the workspace and nowhere else, be they files, folders or chains."""
    root, outside = tmp_path / "root", tmp_path / "root-beside"
    _write(root, "real/a.py")
    _write(outside, "secret.py")
    (root / "file.py").symlink_to("real/a.py")
    (root / "folder").symlink_to("real")
    (root / "chain.py").symlink_to("folder/a.py")
    (root / "out.py").symlink_to(outside / "secret.py")
    (root / "away").symlink_to(outside)
    (root / "around").symlink_to("away/../root")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nothing")
    workspace = DiskWorkspace(root)
    names = ["file.py", "folder/a.py", "chain.py", "around/real/a.py"]
    assert [path for path, _ in workspace.scan(names)] == names
    refused = ["out.py", "away/secret.py", "around/away/secret.py"]
    assert list(workspace.scan(refused)) == []
    assert all("leads out of the workspace" in workspace.why_unreadable(path) for path in refused)
    assert "does not exist" in workspace.why_unreadable("dangling")
    assert workspace.read("loop") is None
    assert workspace.why_unreadable("loop")


@posix
def test_root_may_be_a_link(tmp_path: Path) -> None:
    """The root keeps the user's spelling, and what lies below it is inside."""
    _write(tmp_path / "real", "a.py")
    (tmp_path / "link").symlink_to("real")
    workspace = DiskWorkspace(tmp_path / "link")
    assert workspace.root == tmp_path / "link"
    assert workspace.files() == ("a.py",)
    assert workspace.read("a.py") == b"x\n"


@posix
def test_special_files(tmp_path: Path) -> None:
    """Pipes, devices and sockets neither block nor answer."""
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    (tmp_path / "self").symlink_to("/proc/self")
    begun = time.monotonic()
    workspace = DiskWorkspace(tmp_path)
    assert workspace.why_unreadable("pipe.py") == "pipe.py is a pipe, not a regular file."
    assert workspace.read("zero.py") is None
    assert workspace.read("self/environ") is None
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs a /proc")
def test_kernel_files() -> None:
    """Even a workspace that is the whole disk does not hold what the kernel makes up."""
    workspace = DiskWorkspace("/")
    assert workspace.read("etc/hosts") or workspace.read("etc/passwd")
    assert "kernel" in workspace.why_unreadable("proc/self/environ")
    assert "kernel" in workspace.why_unreadable("dev/fd/0/x") or workspace.read("dev/fd/0/x") is None
    assert DiskWorkspace("/proc/self").read("environ") is None


def test_size_limit(tmp_path: Path) -> None:
    """A file of the limit is read, a longer one is not."""
    (tmp_path / "fits").write_bytes(b"x" * 100)
    (tmp_path / "long").write_bytes(b"x" * 101)
    workspace = DiskWorkspace(tmp_path, max_bytes=100)
    assert workspace.read("fits") == b"x" * 100
    assert workspace.read("long") is None
    assert (
        workspace.why_unreadable("long")
        == "long is 101 bytes long, at most 100 are read (setting maxFileBytes)."
    )


@posix
def test_growing_file(tmp_path: Path) -> None:
    """A file that grows while it is read ends at the limit."""
    path = tmp_path / "log"
    path.write_bytes(b"")
    workspace = DiskWorkspace(tmp_path, max_bytes=50_000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab") as file:
            while not stop.is_set() and file.tell() < 3_000_000:
                file.write(b"x" * 5000)
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        while (data := workspace.read("log")) is not None:
            assert len(data) <= 50_000
    finally:
        stop.set()
        writer.join()


@posix
def test_vanishing_files(tmp_path: Path) -> None:
    """A listing may be older than the disk."""
    _write(tmp_path, "a.py", "b.py", "d/c.py")
    workspace = DiskWorkspace(tmp_path)
    assert workspace.files() == ("a.py", "b.py", "d/c.py")
    (tmp_path / "a.py").unlink()
    (tmp_path / "d/c.py").unlink()
    (tmp_path / "d").rmdir()
    assert [path for path, _ in workspace.scan(workspace.files())] == ["b.py"]
    assert workspace.files() == ("a.py", "b.py", "d/c.py")


@posix
def test_odd_names(tmp_path: Path) -> None:
    """Names with any byte but the slash and NUL can be listed and read."""
    names = ["with blank", "new\nline", 'quo"te', "co:lon", "back\\slash", os.fsdecode(b"latin-\xe9"), "ü"]
    for name in names:
        (tmp_path / name).write_text("x\n")
    workspace = DiskWorkspace(tmp_path)
    assert set(workspace.files()) == set(names)
    assert len(list(workspace.scan(workspace.files()))) == len(names)


# --------------------------------------------------------------------------- listing


def test_listing_is_asked_once(tmp_path: Path) -> None:
    """Git's files take the place of the walk, sorted, and are not asked for again."""
    asked = []

    def listing() -> list[str]:
        asked.append(1)
        return ["b.py", "a.py"]

    workspace = DiskWorkspace(tmp_path, listing)
    assert workspace.files() == ("a.py", "b.py")
    assert workspace.files() == ("a.py", "b.py")
    assert asked == [1]


def test_walk_leaves_out(tmp_path: Path) -> None:
    """Dependencies, environments, caches and build output are no source, wherever they are."""
    skipped = [".git/config", "web/node_modules/x.js", "a/__pycache__/x.pyc", ".venv/x.py", "env/pyvenv.cfg"]
    skipped += [
        "env/lib/x.py",
        "cache/CACHEDIR.TAG",
        "cache/x",
        "java/target/X.java",
        ".crimescene/k/case.json",
    ]
    _write(tmp_path, *skipped)
    kept = ["a/x.py", "java/pom.xml", "java/src/X.java", "target/x.py", "build/x.go", ".github/x.yml", ".env"]
    _write(tmp_path, *kept)
    assert sorted(walk(str(tmp_path))) == sorted(kept)


def test_walk_honours_gitignore(tmp_path: Path) -> None:
    """The nearest ``.gitignore`` that says anything decides, as in git."""
    _write(tmp_path, ".gitignore", text="*.log\n/out/\n!keep.log\n# note\n\nsub/deep/*.txt\n")
    _write(tmp_path, "sub/.gitignore", text="!*.log\nsecret.py\n")
    _write(
        tmp_path, "a.log", "keep.log", "out/x.py", "sub/out/x.py", "sub/b.log", "sub/secret.py", "secret.py"
    )
    _write(tmp_path, "sub/deep/a.txt", "sub/deep/a.py")
    found = set(walk(str(tmp_path))) - {".gitignore", "sub/.gitignore"}
    assert found == {"keep.log", "sub/out/x.py", "sub/b.log", "secret.py", "sub/deep/a.py"}


def test_walk_is_bounded(tmp_path: Path) -> None:
    """At the limit the walk ends, with the files nearest to the root."""
    _write(tmp_path, *(f"d/e/{n}.py" for n in range(20)), "a.py")
    found = walk(str(tmp_path), limit=5)
    assert len(found) == 5
    assert found[0] == "a.py"
    assert walk(str(tmp_path / "nowhere")) == []


@posix
def test_walk_does_not_follow_links(tmp_path: Path) -> None:
    """A link to a folder is a name, not a way: no loops, no second copies, nothing from outside."""
    _write(tmp_path / "root", "d/a.py")
    (tmp_path / "root/d/up").symlink_to("..")
    (tmp_path / "root/away").symlink_to("/")
    workspace = DiskWorkspace(tmp_path / "root")
    assert workspace.files() == ("away", "d/a.py", "d/up")
    assert [path for path, _ in workspace.scan(workspace.files())] == ["d/a.py"]


@posix
def test_hostile_gitignore(tmp_path: Path) -> None:
    """Neither a pattern made to take for ever nor a pipe in place of the file stops the walk."""
    _write(tmp_path, ".gitignore", text="a*" * 40 + "b\n[\n\\\n!\n*.log\n")
    _write(tmp_path, "a" * 120, "x.log", "d/y.py")
    os.mkfifo(tmp_path / "d/.gitignore")
    begun = time.monotonic()
    found = walk(str(tmp_path))
    assert time.monotonic() - begun < 20
    assert {"a" * 120, "d/y.py"} < set(found)
    assert "x.log" not in found


def test_deep_tree(tmp_path: Path) -> None:
    """Folders inside folders beyond what recursion could bear."""
    depth = 1200
    here = os.getcwd()  # noqa: PTH109 -- the test has to go there: the path is longer than any call takes
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("a.py").write_text("x\n")
        path = "d/" * depth + "a.py"
        assert walk(str(tmp_path)) == [path]
        assert DiskWorkspace(tmp_path).read(path) == b"x\n"
    finally:
        Path("a.py").unlink(missing_ok=True)
        while os.getcwd() != str(tmp_path):  # noqa: PTH109 -- what pytest could not remove either
            os.chdir("..")
            os.rmdir("d")  # noqa: PTH106
        os.chdir(here)


def test_stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stamp is there once a file has settled, and another one whenever it changes."""
    _write(tmp_path, "a.py")
    workspace = DiskWorkspace(tmp_path, max_bytes=10)
    assert workspace.stamp("a.py") is None
    monkeypatch.setattr("crimescene.workspace._SETTLED", 0)
    first = workspace.stamp("a.py")
    assert first is not None
    assert workspace.stamp("a.py") == first
    (tmp_path / "b.py").write_text("y\n", "utf-8")
    (tmp_path / "b.py").replace(tmp_path / "a.py")
    assert workspace.stamp("a.py") != first
    _write(tmp_path, "a.py", text="more than ten bytes")
    assert workspace.stamp("a.py") is None
    assert workspace.stamp("gone.py") is None
    assert workspace.stamp("\0") is None
