"""The words kept on disk: whatever happens to them, the answers are those of a search through all files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest

from crimescene import index
from crimescene.index import background, building
from crimescene.index.segments import Draft, load
from crimescene.index.words import LIST, WordIndex, folder_for, listed
from crimescene.workspace import MAX_BYTES, DiskWorkspace

NAMES = [f"name{number}" for number in range(60)]
RARE = "only_here"


def chance(seed):
    """Return the same accidents each time."""
    return Random(seed)  # noqa: S311 -- no secret hangs on it


def body(random_source):
    """Return a file that holds some of the names."""
    chosen = random_source.sample(NAMES, 6)
    return "".join(f"def {name}(): return {name}_x + {chosen[0]}({n})\n" for n, name in enumerate(chosen))


def plant(root, count, seed=1):
    """Write ``count`` files in folders of fifty."""
    source = chance(seed)
    for number in range(count):
        folder = root / f"p{number // 50}"
        folder.mkdir(exist_ok=True)
        (folder / f"m{number}.py").write_text(body(source), "utf-8")
    (root / "p0" / "m1.py").write_text(f"{RARE} = 1\n", "utf-8")


def paths_of(root):
    """Return what a workspace lists now."""
    return index.source_files(DiskWorkspace(root))


def bring_up_to_date(root, folder):
    """Read what changed, as the process does."""
    return list(building.update(root, folder, paths_of(root), MAX_BYTES))


def opened(root, folder, **options):
    """Return what a server that starts now knows."""
    words = WordIndex(root, folder, **options)
    words.reload()
    return words


def assert_right(root, words, names=(*NAMES, RARE, "nowhere")):
    """The files that hold each name are those that a search through all finds; return how many were read."""
    workspace = DiskWorkspace(root)
    everything = paths_of(root)
    wanted = index.search(workspace, names, everything).files
    workspace.words = words
    some = index.narrowed(workspace, names, everything)
    assert index.search(workspace, names, some).files == wanted
    for name in (RARE, NAMES[0]):
        few = index.narrowed(workspace, [name], everything)
        assert index.search(workspace, [name], few).files[name] == wanted[name]
    return len(index.narrowed(workspace, [RARE], everything))


def command(root, folder):
    """Return the command of the process."""
    return [sys.executable, "-m", "crimescene.index.building", str(root), str(folder), str(MAX_BYTES)]


def settle(root):
    """Let every file be older than those that may change again unseen."""
    past = time.time() - 100
    for path in paths_of(root):
        os.utime(root / path, (past, past))


@pytest.fixture
def planted(tmp_path):
    """Return a tree of 300 files and the folder of its words."""
    root = tmp_path / "tree"
    root.mkdir()
    plant(root, 300)
    return root, tmp_path / "words"


def test_only_files_that_hold_the_name_are_read(planted, monkeypatch):
    """Once the words are known, a rare name costs one file."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    bring_up_to_date(root, folder)
    assert assert_right(root, opened(root, folder)) == 1


def test_in_the_order_of_the_listing(planted):
    """Listings in any order, files that are not known and repeated questions give the same files."""
    root, folder = planted
    bring_up_to_date(root, folder)
    words = opened(root, folder)
    (root / "p0" / "new.py").write_text("x = 1\n", "utf-8")
    ascending = sorted(paths_of(root))
    mixed = list(ascending)
    chance(3).shuffle(mixed)
    for paths in (ascending, mixed, ascending[::-1], ascending[5:]):
        for name in (RARE, NAMES[0], "nowhere"):
            found = words.holding([name], paths)
            for _ in range(2):
                assert words.among([name], paths) == [path for path in paths if path in found]
            assert ("p0/new.py" in found) == ("p0/new.py" in paths)


def test_files_that_just_changed_are_read_again(planted):
    """A change in the moment of reading may leave size and times as they are."""
    root, folder = planted
    bring_up_to_date(root, folder)
    assert assert_right(root, opened(root, folder)) == 300


def test_random_edits(planted, monkeypatch):
    """After 1,000 edits, additions, removals and renames, with and without updates, nothing is missed."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    bring_up_to_date(root, folder)
    source = chance(7)
    words = opened(root, folder, watched=True)
    for step in range(1000):
        path = source.choice(paths_of(root)) if step % 50 == 0 else f"p{source.randrange(6)}/m{step % 300}.py"
        file = root / path
        kind = source.randrange(6)
        if kind == 0:
            file.unlink(missing_ok=True)
        elif kind == 1 and file.exists():
            file.replace(file.with_name(f"r{step}.py"))
        elif kind == 2 and file.exists():  # as an editor that keeps the times
            status = file.stat()
            file.write_text(body(source), "utf-8")
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        else:
            file.write_text(body(source), "utf-8")
        words.doubt()
        if step % 100 == 99:
            assert_right(root, words)
        if step % 300 == 299:
            bring_up_to_date(root, folder)
            words.reload()
    assert_right(root, words)
    assert_right(root, opened(root, folder))


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize("lines", [0, 1, 3])
def test_killed_in_mid_build(tmp_path, lines):
    """A process that dies leaves nothing wrong behind, and the next one finishes."""
    root, folder = tmp_path / "tree", tmp_path / "words"
    root.mkdir()
    plant(root, 1500)
    with subprocess.Popen(command(root, folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write("\0".join(paths_of(root)).encode())
        process.stdin.close()
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert_right(root, opened(root, folder))
    bring_up_to_date(root, folder)
    assert_right(root, opened(root, folder))
    assert {entry.name for entry in folder.iterdir()} == {*listed(folder), LIST, "lock"}


@pytest.mark.skipif(os.name == "nt", reason="no limits there")
def test_disk_full(planted):
    """A write that fails keeps what was saved before, and is said."""
    import resource  # noqa: PLC0415 -- there is none on Windows

    root, folder = planted
    bring_up_to_date(root, folder)
    before = listed(folder)
    plant(root, 300, seed=2)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

    names = "\0".join(paths_of(root)).encode()
    done = subprocess.run(
        command(root, folder), input=names, capture_output=True, preexec_fn=limit, check=False
    )
    assert done.returncode == 1
    assert b"failed" in done.stdout
    assert listed(folder) == before
    assert not [entry for entry in folder.iterdir() if entry.name.endswith(".new")]
    assert_right(root, opened(root, folder))


def test_branch_switch_of_5000_files(tmp_path, monkeypatch):
    """Git may change thousands of files at once, in no time."""
    monkeypatch.setattr(building, "RECENT", -(10**18))
    root, folder = tmp_path / "tree", tmp_path / "words"
    root.mkdir()

    def git(*arguments):
        who = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "gc.auto=0"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "-q", "-b", "one")
    plant(root, 5000)
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    plant(root, 5000, seed=2)
    git("add", ".")
    git("commit", "-qm", "two")
    bring_up_to_date(root, folder)
    words = opened(root, folder, watched=True)
    assert assert_right(root, words) == 1
    git("checkout", "-q", "one")
    words.doubt()
    assert_right(root, words)
    bring_up_to_date(root, folder)
    words.reload()
    assert assert_right(root, words) < 10


def test_clock_going_back(planted, monkeypatch):
    """A file that is older than what was read of it has changed all the same; so has one of tomorrow."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    bring_up_to_date(root, folder)
    words = opened(root, folder)
    for number, path in enumerate(paths_of(root)[:100]):
        file = root / path
        size = file.stat().st_size
        text = body(chance(number + 50)).encode()[:size].ljust(size, b"#")
        file.write_bytes(text)
        moment = time.time() + (86_400 if number % 2 else -86_400)
        os.utime(file, (moment, moment))
    words.doubt()
    assert_right(root, words)
    monkeypatch.undo()
    bring_up_to_date(root, folder)
    assert_right(root, opened(root, folder))


def test_unsaved_buffers_may_hold_anything(planted, monkeypatch):
    """What an editor shows is looked into whatever the disk says."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    bring_up_to_date(root, folder)
    words = opened(root, folder, unsaved=lambda: ["p0/m7.py"])
    assert words.holding([RARE], paths_of(root)) == {"p0/m1.py", "p0/m7.py"}


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "list"])
def test_damaged_files_are_not_believed(planted, monkeypatch, damage):
    """A segment that is not whole counts for nothing, and is made again."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    bring_up_to_date(root, folder)
    path = folder / (LIST if damage == "list" else listed(folder)[0])
    data = path.read_bytes()
    flipped = data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
    path.write_bytes(
        {"cut": data[:-9], "flip": flipped, "empty": b"", "list": b'{"version": 1, "seg'}[damage]
    )
    assert assert_right(root, opened(root, folder)) > 1
    bring_up_to_date(root, folder)
    assert assert_right(root, opened(root, folder)) == 1


def test_many_small_updates_are_joined(planted, monkeypatch):
    """An hour of saving single files does not leave hundreds of segments."""
    root, folder = planted
    monkeypatch.setattr(building, "RECENT", -(10**18))
    for step in range(30):
        (root / "p0" / f"m{step}.py").write_text(body(chance(step)), "utf-8")
        bring_up_to_date(root, folder)
    assert len(listed(folder)) <= building.SMALL + 3
    assert_right(root, opened(root, folder))


def test_one_process_at_a_time(planted):
    """Two servers on one folder do not write over each other."""
    root, folder = planted
    first = building.update(root, folder, paths_of(root), MAX_BYTES)
    next(first)
    with pytest.raises(building.BusyError):
        list(building.update(root, folder, paths_of(root), MAX_BYTES))
    list(first)
    assert_right(root, opened(root, folder))


def test_segment_holds_words(tmp_path):
    """Words are found, numbers are not kept, and every byte beyond ASCII belongs to a word."""
    draft = Draft()
    draft.add("a.py", (1, 2, 3, 4), "über x1 $y 0x10".encode())
    draft.add("b.py", (1, 2, 3, 4), b"x1")
    (tmp_path / "s").write_bytes(draft.to_bytes())
    segment = load(tmp_path / "s")
    found = {
        word: [*segment.holding(__import__("zlib").crc32(word.encode()))]
        for word in ("über", "x1", "$y", "x")
    }
    assert found == {"über": [0], "x1": [0, 1], "$y": [0], "x": []}
    assert b"0x10" not in draft.numbers


def test_builder_starts_reads_and_ends(tmp_path, monkeypatch):
    """The process tells how far it is, and what it saved is taken at once."""
    monkeypatch.setattr(background, "MIN_FILES", 100)
    root = tmp_path / "tree"
    root.mkdir()
    plant(root, 300)
    settle(root)
    told = []
    words = opened(root, tmp_path / "words")
    builder = background.Builder(words, MAX_BYTES, told.append)
    assert builder.start_if_due(paths_of(root))
    assert not builder.start_if_due(paths_of(root))
    deadline = time.monotonic() + 60
    while not (told and told[-1].over) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (told[-1].done, told[-1].over, told[-1].problem) == (300, True, "")
    assert len(words.files()) == 300
    assert_right(root, words)


def test_words_stand_outside_the_project(tmp_path, monkeypatch):
    """A project cannot bring words of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    tree = tmp_path / "tree"
    assert tree not in folder_for(tree, MAX_BYTES).parents
    assert len({folder_for(tree, 1), folder_for(tree, 2), folder_for(tmp_path / "other", 1)}) == 3
