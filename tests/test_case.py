"""What is kept of a bug survives crashes, other writers and hostile folders, and stays in the workspace."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from crimescene import case
from crimescene.model import Frame, Location, Relation, Span, Stack, Trace

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX links, modes and signals")


def _save(root: Path, text: str = "boom", now: float = 1000.0, key: str = "") -> Path | None:
    return case.save_case(root, text=text, trace_json=[{"n": 1}], prompt=f"# {text}", now=now, key=key)


# --------------------------------------------------------------------------- keeping


def test_save_and_load(tmp_path: Path) -> None:
    """What was saved is read back; people find the error and the prompt as files beside it."""
    path = _save(tmp_path, "Error: boom\nat x é \udce9")
    assert path is not None
    assert path.read_text(encoding="utf-8").startswith("# Error: boom")
    found = case.load(path.parent)
    assert found is not None
    assert (found.text, found.trace_json, found.runs) == ("Error: boom\nat x é \udce9", [{"n": 1}], 1)
    assert case.newest(tmp_path) == found
    assert case.error_path(found.key) == path.with_name("error.txt").relative_to(tmp_path).as_posix()
    assert json.loads((path.parent / "case.json").read_text())["version"] == case.VERSION


def test_ignores_itself(tmp_path: Path) -> None:
    """The folder tells version control to leave it alone."""
    _save(tmp_path)
    assert (tmp_path / ".crimescene/.gitignore").read_text() == "*\n"


def test_same_bug_same_case(tmp_path: Path) -> None:
    """A second run into the same bug goes into the same case, which keeps its opening date."""
    first = _save(tmp_path, "timeout after 31 ms in '/srv/a.py'", now=10)
    assert _save(tmp_path, "timeout after 94 ms in '/tmp/a.py'", now=20) == first
    found = case.newest(tmp_path)
    assert found is not None
    assert (found.opened, found.updated, found.runs) == (10, 20, 2)
    assert "94" in found.text


def test_newest(tmp_path: Path) -> None:
    """The bug that was seen last is the newest, in whatever order its case was opened."""
    assert case.newest(tmp_path) is None
    _save(tmp_path, "one", now=10)
    _save(tmp_path, "two", now=20)
    _save(tmp_path, "one", now=30)
    found = case.newest(tmp_path)
    assert found is not None
    assert found.text == "one"


def test_answers_are_remembered(tmp_path: Path) -> None:
    """Answers outlive new runs; an empty one does not erase; alone they make no newest trace."""
    assert case.remembered(tmp_path, "f00d") is None
    case.save_answered(tmp_path, "f00d", expected="an empty list", now=5)
    assert case.newest(tmp_path) is None
    _save(tmp_path, key="f00d", now=6)
    case.save_answered(tmp_path, "f00d", actual="a crash", now=7)
    found = case.remembered(tmp_path, "f00d")
    assert found is not None
    assert (found.expected, found.actual, found.text) == ("an empty list", "a crash", "boom")


def test_bounded(tmp_path: Path) -> None:
    """The cases seen last stay; what a user put into a folder is never removed."""
    first = _save(tmp_path, "x first", now=1)
    second = _save(tmp_path, "x second", now=2)
    assert first is not None
    assert second is not None
    (second.parent / "mine.txt").write_text("notes")
    for n in range(case.MAX_CASES):
        _save(tmp_path, f"error {chr(0x4E00 + n)}", now=10 + n)
    left = {path.name for path in (tmp_path / ".crimescene").iterdir() if path.is_dir()}
    assert len(left) == case.MAX_CASES + 1
    assert first.parent.name not in left
    assert [path.name for path in second.parent.iterdir()] == ["mine.txt"]


# --------------------------------------------------------------------------- crashes and other writers

_WRITER = """
import sys
from pathlib import Path
from crimescene import case
root, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
for n in range(rounds):
    saved = case.save_case(root, text=f"{name} {n} " + "x" * 300_000, trace_json=list(range(5000)),
                           prompt="p" * 200_000, now=1000.0 + n, key=name)
    assert saved, case.why_not_saved(root)
"""


def _writer(root: Path, name: str, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(root), name, str(rounds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@posix
def test_killed_while_writing(tmp_path: Path) -> None:
    """A writer killed at any moment leaves whole files, no lock, and nothing the next one trips over."""
    dice = random.Random(7)  # noqa: S311 -- moments, not secrets
    seen = 0
    for _ in range(30):
        process = _writer(tmp_path, "bug", 1000)
        time.sleep(dice.uniform(0, 0.06))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        stored = tmp_path / ".crimescene/bug/case.json"
        if stored.exists():
            found = case.load(stored.parent)
            assert found is not None
            assert found.runs >= seen
            assert len(found.prompt) == 200_000
            seen = found.runs
    begun = time.monotonic()
    assert _save(tmp_path, key="bug")
    assert time.monotonic() - begun < 20
    assert seen > 0
    names = {path.name for path in (tmp_path / ".crimescene/bug").iterdir()}
    assert names == {"case.json", "error.txt", "prompt.md"}


def test_two_writers(tmp_path: Path) -> None:
    """Two processes that write the same bug lose none of each other's runs."""
    writers = [_writer(tmp_path, name, 12) for name in ("same", "same", "other")]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    same, other = (case.remembered(tmp_path, key) for key in ("same", "other"))
    assert same is not None
    assert other is not None
    assert (same.runs, other.runs) == (24, 12)


@posix
def test_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that somebody keeps is a sentence after a while, not a hang."""
    import fcntl  # noqa: PLC0415 -- not on Windows

    monkeypatch.setattr(case.store, "_LOCK_SECONDS", 0.2)
    _save(tmp_path)
    with (tmp_path / ".crimescene/lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _save(tmp_path) is None
        assert "locked" in case.why_not_saved(tmp_path)
    assert _save(tmp_path)
    assert case.why_not_saved(tmp_path) == ""


# --------------------------------------------------------------------------- places that refuse


@posix
@pytest.mark.parametrize("link", [".crimescene", ".crimescene/k", ".crimescene/lock"])
def test_links_are_not_followed(tmp_path: Path, link: str) -> None:
    """Nothing is written through a link, wherever it was planted."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / ".crimescene").mkdir(parents=True)
    outside.mkdir()
    (outside / "lock").write_text("theirs")
    place = root / link
    if place.is_dir():
        place.rmdir()
    place.symlink_to(outside / "lock" if link.endswith("lock") else outside)
    assert _save(root, key="k") is None
    assert case.save_answered(root, "k", expected="x", now=1) is None
    assert [path.name for path in outside.iterdir()] == ["lock"]
    assert (outside / "lock").read_text() == "theirs"
    if not link.endswith("k"):
        assert str(root / ".crimescene") in case.why_not_saved(root)
    assert case.newest(root) is None


@posix
@pytest.mark.parametrize("name", ["case.json", "prompt.md", "error.txt", ".gitignore"])
def test_linked_files_are_replaced(tmp_path: Path, name: str) -> None:
    """A link in place of one of our files is replaced; what it points to stays as it is."""
    root, target = tmp_path / "root", tmp_path / "target"
    target.write_text("theirs")
    folder = root / ".crimescene/k"
    folder.mkdir(parents=True)
    (folder.parent if name == ".gitignore" else folder).joinpath(name).symlink_to(target)
    assert _save(root, key="k")
    assert target.read_text() == "theirs"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_read_only(tmp_path: Path) -> None:
    """A workspace that cannot be written is a sentence."""
    tmp_path.chmod(0o500)
    assert _save(tmp_path) is None
    assert "cannot be written" in case.why_not_saved(tmp_path)


@posix
def test_file_in_the_way(tmp_path: Path) -> None:
    """A file or a pipe where the folder or the lock should be is a sentence, and does not hang."""
    (tmp_path / ".crimescene").write_text("")
    assert _save(tmp_path) is None
    assert "no folder" in case.why_not_saved(tmp_path)
    assert case.newest(tmp_path) is None
    assert _save(tmp_path / "nowhere") is None
    (tmp_path / ".crimescene").unlink()
    (tmp_path / ".crimescene/k").mkdir(parents=True)
    os.mkfifo(tmp_path / ".crimescene/k/case.json")
    assert case.remembered(tmp_path, "k") is None
    assert _save(tmp_path, key="k")


@pytest.mark.parametrize(
    "stored",
    ["", "{", "[]", "null", '{"version": 1}', '{"version": 1, "opened": "x", "updated": 1}',
     '{"version": "1"}', '{"version": 1, "opened": 1, "updated": 1, "text": 5}', "[" * 100_000, "\0"],
)  # fmt: skip
def test_damaged_file(tmp_path: Path, stored: str) -> None:
    """A damaged case is as good as none and is written anew."""
    (tmp_path / ".crimescene/k").mkdir(parents=True)
    (tmp_path / ".crimescene/k/case.json").write_text(stored, encoding="utf-8")
    assert case.remembered(tmp_path, "k") is None
    assert case.newest(tmp_path) is None
    assert _save(tmp_path, key="k")


def test_newer_format_is_left_alone(tmp_path: Path) -> None:
    """A case of a later version is neither misread nor overwritten."""
    (tmp_path / ".crimescene/k").mkdir(parents=True)
    path = tmp_path / ".crimescene/k/case.json"
    path.write_text('{"version": 99}')
    assert case.remembered(tmp_path, "k") is None
    assert _save(tmp_path, key="k") is None
    assert path.read_text() == '{"version": 99}'


@pytest.mark.parametrize("key", ["../up", "a/b", "", ".", "x" * 300, "nul\0"])
def test_keys_that_are_no_names(tmp_path: Path, key: str) -> None:
    """A key never leads out of the folder."""
    assert case.save_answered(tmp_path / "r", key, expected="x", now=1) is None
    (tmp_path / "r").mkdir()
    assert case.save_answered(tmp_path / "r", key, expected="x", now=1) is None
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@posix
def test_for_the_user_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read a case."""
    path = _save(tmp_path)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# --------------------------------------------------------------------------- fingerprints


def _trace(message: str, *frames: tuple[str, int, str], exception: str = "KeyError") -> Trace:
    made = tuple(
        Frame(path, lineno, None, function, None, path, Span(n, n + 1))
        for n, (path, lineno, function) in enumerate(frames)
    )
    return Trace("python", (Stack(exception, message, made, Relation.ROOT, Span(0, 9)),), Span(0, 9))


_FRAMES = (("/srv/app/orders.py", 10, "total"), ("/srv/app/main.py", 5, "main"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("order 17 failed after 3.5 s", "order 18 failed after 12 s"),
        ("no file '/tmp/a.txt'", "no file '/var/b.txt'"),
        (
            "at 0x7f2a10 in 3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "at 0x5 in 11111111-2222-4562-b3fc-2c963f66afa6",
        ),
        ('column "name" of C:\\a\\b.csv', 'column "age" of C:\\c.csv'),
        ("read /srv/a.csv at 10:30:11", "read /home/b.csv at 9:12:00"),
    ],
)
def test_values_do_not_count(one: str, other: str) -> None:
    """The same failure with other values in its message is the same failure."""
    assert case.fingerprint(_trace(one, *_FRAMES)) == case.fingerprint(_trace(other, *_FRAMES))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_trace("x", *_FRAMES), _trace("x", *_FRAMES, exception="ValueError")),
        (_trace("order failed", *_FRAMES), _trace("order can't be read", *_FRAMES)),
        (_trace("can't a won't", *_FRAMES), _trace("can't b won't", *_FRAMES)),
        (_trace("x", *_FRAMES), _trace("x", *_FRAMES[:1])),
        (_trace("x", ("a.py", 1, "f")), _trace("x", ("a.py", 1, "g"))),
        (_trace("x", ("a.py", 1, "f")), _trace("x", ("b.py", 1, "f"))),
    ],
)
def test_other_failures_differ(one: Trace, other: Trace) -> None:
    """Another type, other words or another way there is another failure."""
    assert case.fingerprint(one) != case.fingerprint(other)


def test_lines_machines_and_depth_do_not_count() -> None:
    """Moved lines, another checkout, library frames and the depth of a recursion change nothing."""
    here = _trace("x", ("/a/o.py", 1, "f"), ("/lib/x.py", 9, "call"), ("/a/m.py", 2, "main"))
    there = _trace("x", ("C:\\b\\o.py", 7, "f"), ("C:\\b\\o.py", 7, "f"), ("C:\\b\\m.py", 3, "main"))
    places_here = [(Span(0, 1), Location("o.py", 1)), (Span(2, 3), Location("m.py", 2))]
    places_there = [(Span(n, n + 1), Location(("o.py", "o.py", "m.py")[n], n)) for n in range(3)]
    outside = (Span(1, 2), Location("vendor/x.py", 9, in_app=False))
    assert case.fingerprint(here, [*places_here, outside]) == case.fingerprint(there, places_there)
    assert len(case.fingerprint(here)) == 16


def test_long_messages_take_linear_time() -> None:
    """A message of a megabyte without a blank is no trap."""
    begun = time.process_time()
    for text in ("a" * 1_000_000, "'" * 1_000_000, "0" * 1_000_000, "/" * 1_000_000, '"a' * 500_000):
        case.text_key(text)
    assert time.process_time() - begun < 5


def test_an_answer_is_taken_back(tmp_path: Path) -> None:
    """An empty answer takes back the one before; None leaves it."""
    case.save_answered(tmp_path, "f00d", expected="an empty list", actual="a crash", now=5)
    case.save_answered(tmp_path, "f00d", expected="", now=6)
    found = case.remembered(tmp_path, "f00d")
    assert found is not None
    assert (found.expected, found.actual) == ("", "a crash")
