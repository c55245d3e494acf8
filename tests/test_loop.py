"""The loop of fixing in the command line: runs compared, attempts judged, nothing lost to a crash."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from crimescene import case
from failing import SHOP

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and a shell")
COMMAND = [sys.executable, "-m", "crimescene"]


def crime(root, *words, stdin=""):
    """Run ``crimescene`` in ``root`` and wait for it."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=root,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def run(root):
    """Run the failing program; what was said on stderr."""
    done = crime(root, "run", "--", sys.executable, "-B", "shop.py")
    said = [line for line in done.stderr.splitlines() if line.startswith("crimescene: ")]
    return done.returncode, "\n".join(said)


def change(root, old, new, path="shop.py"):
    """Replace text of a file."""
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def cases(root):
    """Every case as data, the newest first."""
    return json.loads(crime(root, "case", "list", "--json").stdout)


def prompt(root):
    """The newest prompt."""
    return (root / ".crimescene" / cases(root)[0]["key"] / "prompt.md").read_text(encoding="utf-8")


@pytest.fixture
def shop(request, tmp_path):
    """A program that fails, in a repository or, where a test asks for it, in none."""
    (tmp_path / "shop.py").write_text(SHOP)
    if getattr(request, "param", True):
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(tmp_path)]
        subprocess.run([*git, "init", "--quiet"], check=True)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "one"], check=True)
    return tmp_path


@pytest.mark.parametrize("shop", [True, False], ids=["git", "no git"], indirect=True)
def test_a_wrong_fix_is_told_in_the_next_prompt_and_a_right_one_ends_the_case(shop):
    """Fails, is hushed, fails otherwise, is fixed: each step says what it means."""
    assert run(shop)[0] == 1
    assert "Already tried" not in prompt(shop)
    change(shop, "value += find(name)", "value += find(name) or {}")
    crime(shop, "case", "attempt", "--hypothesis", "some names have no price")
    code, said = run(shop)
    assert code == 1
    assert "another error instead: TypeError" in said or "the same error" in said
    assert "hushes symptom" in said
    told = prompt(shop)
    assert "## Already tried" in told
    assert "some names have no price" in told
    assert "+        value += find(name) or {}" in told
    assert "Give a different hypothesis" in told
    assert "Ruled out" in told
    change(shop, "find(name) or {}", "find(name)")
    change(shop, "PRICES.get(name)", "PRICES.get(name.lower())")
    code, said = run(shop)
    assert code == 0
    assert "gone: " in said
    assert "shop.py (+1 -1)" in said
    assert "addresses cause" in said
    assert {c["status"] for c in cases(shop)} == {"gone"}
    assert "closed" in crime(shop, "case", "close").stderr
    assert {c["status"] for c in cases(shop)} == {"closed"}


def test_a_run_without_a_change_is_no_attempt(shop):
    """The same error from the same code says so and rules nothing out."""
    run(shop)
    _, said = run(shop)
    assert "nothing changed since the last run" in said
    (only,) = cases(shop)
    assert not only["attempts"]
    assert [r["outcome"] for r in only["runs"]] == ["first", "unchanged"]


def test_three_failed_attempts_ask_for_values(shop):
    """After three attempts the prompt asks to log the suspect, and says why."""
    run(shop)
    for n in range(3):
        (shop / "shop.py").write_text(SHOP.replace("value = 0", f"value = 0  # {n}"))
        _, said = run(shop)
    assert "3 attempts did not hold: log" in said
    assert "3 attempts did not hold, so the picture of the cause is wrong" in prompt(shop)
    assert len(cases(shop)[0]["attempts"]) == 3


def test_it_is_the_same_bug_after_lines_shift_and_files_move(shop):
    """Neither shifted lines nor a renamed file, nor a renamed function, make another case of it."""
    run(shop)
    (shop / "shop.py").write_text("# one\n# two\n" + SHOP)
    run(shop)
    (shop / "shop.py").write_text(SHOP.replace("total", "whole"))
    run(shop)
    (shop / "store.py").write_text(SHOP)
    (shop / "shop.py").write_text("from store import total\n\nprint(total(['Tea']))\n")
    run(shop)
    assert len(cases(shop)) == 1
    assert len(cases(shop)[0]["runs"]) == 4


def test_deeper_and_earlier(shop):
    """The same error from a function that the former place calls is deeper; the way back is earlier."""
    run(shop)
    inside = "    price = 0\n    price += PRICES.get(name)\n    return price"
    change(shop, "    return PRICES.get(name)", inside)
    _, said = run(shop)
    assert "deeper, in find (shop.py)" in said
    change(shop, inside, "    return PRICES.get(name)")
    _, said = run(shop)
    assert "earlier, in total (shop.py)" in said


def test_a_failure_that_comes_back(shop):
    """A fix that is undone opens the case again."""
    run(shop)
    change(shop, "PRICES.get(name)", "PRICES.get(name, 0)")
    assert run(shop)[0] == 0
    change(shop, "PRICES.get(name, 0)", "PRICES.get(name)")
    _, said = run(shop)
    assert "the error came back" in said
    assert [c["status"] for c in cases(shop)] == ["open"]
    told = prompt(shop).partition("## Already tried")[2]
    assert "+    return PRICES.get(name, 0)" in told
    assert "gone while it was there; the error came back when it was taken back" in told
    assert "Ruled out" not in told
    assert "Say first why it helped" in told


def test_a_failure_that_comes_back_with_its_fix_in_place(shop):
    """What seemed to help and did not is ruled out, and told once."""
    text = (shop / "shop.py").read_text()
    guard = "if pathlib.Path(__file__).with_name('x').exists():\n        print("
    (shop / "shop.py").write_text("import pathlib\n" + text.replace("print(", guard))
    (shop / "x").touch()
    run(shop)
    change(shop, "PRICES.get(name)", "PRICES.get(name) or None")
    (shop / "x").unlink()
    assert run(shop)[0] == 0
    (shop / "x").touch()
    _, said = run(shop)
    assert "the error came back" in said
    told = prompt(shop).partition("## Already tried")[2]
    assert told.count("+    return PRICES.get(name) or None") == 1
    assert "came back though this is still there" in told
    assert "Ruled out" in told


def test_attempts_are_noted_shown_and_exported_without_secrets(shop):
    """What the user types and changes is kept, redacted, and printed by show and export."""
    run(shop)
    key = cases(shop)[0]["key"]
    secret = "ghp_" + "a1B2" * 9
    diff = f'--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n-a\n+TOKEN = "{secret}"\n'
    words = ["--hypothesis", f"token {secret}", "--result", "no change", "--diff", "-"]
    assert crime(shop, "case", "attempt", key[:6], *words, stdin=diff).returncode == 0
    for verb in (["show"], ["export"], ["export", "--json"]):
        done = crime(shop, "case", *verb, key[:6])
        assert done.returncode == 0
        assert "no change" in done.stdout
        assert secret not in done.stdout
    stored = "".join(p.read_text(errors="replace") for p in (shop / ".crimescene").rglob("*") if p.is_file())
    assert secret not in stored
    assert crime(shop, "case", "show", "nosuch").returncode == 2


def test_a_review_keeps_the_answer(shop):
    """An answer about the newest case is reviewed against it, and kept with it."""
    run(shop)
    done = crime(shop, "review", "-", stdin="In shop.py:11 `find(name)` gives None; `PRICES` lacks `Tea`.\n")
    assert done.returncode == 0, done.stdout
    assert "Exists" in done.stdout
    done = crime(shop, "review", "-", "--json", stdin="See `PriceRepository` in prices/repository.py.\n")
    assert done.returncode == 2
    assert len([f for f in json.loads(done.stdout)["findings"] if f["kind"] == "invented"]) == 2
    assert len(cases(shop)[0]["answers"]) == 2


def test_a_trace_from_elsewhere_opens_a_case_that_answers_are_judged_by(shop):
    """A prompt made of a pasted trace is enough to note an attempt and to have it judged."""
    (shop / "pasted.log").write_text(TRACE.format(line=11, function="total"))
    assert crime(shop, "prompt", "pasted.log", "--root", ".").returncode == 0
    change(shop, "value += find(name)", "value += find(name) or 0")
    done = crime(shop, "case", "attempt", "--hypothesis", "no price")
    assert "hushes symptom" in done.stderr
    (only,) = cases(shop)
    assert "+        value += find(name) or 0" in only["attempts"][0]["diff"]
    (shop / "shop.py").write_text(SHOP)


def test_a_case_of_the_first_format_is_read(tmp_path):
    """Cases of before there were attempts are read, and written in the new format."""
    folder = tmp_path / ".crimescene" / "k"
    folder.mkdir(parents=True)
    old = {"version": 1, "key": "k", "opened": 1, "updated": 2, "runs": 3, "text": "boom", "prompt": "# p"}
    (folder / "case.json").write_text(json.dumps(old))
    known = case.remembered(tmp_path, "k")
    assert known is not None
    assert (known.runs, known.attempts, known.status) == (3, (), "open")
    assert case.update(tmp_path, "k", lambda c: c, now=5)
    assert json.loads((folder / "case.json").read_text())["version"] == case.VERSION


# --------------------------------------------------------------------------- crashes and other writers

TRACE = """\
Traceback (most recent call last):
  File "shop.py", line {line}, in {function}
    value += find(name)
TypeError: unsupported operand type(s) for +=: 'int' and 'NoneType'
"""
_LOOP = """
import os, sys
from crimescene.cli import main
root, rounds, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.chdir(root)
print("ready", flush=True)
nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1); os.dup2(nowhere, 2)
for n in range(rounds):
    main(["run", "--", "sh", "-c", f"cat {name}.txt >&2; exit 1"])
"""


def _start(root, rounds, name):
    words = [sys.executable, "-c", _LOOP, str(root), str(rounds), name]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _crashing(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    for name, function in (("one", "total"), ("two", "find")):
        (tmp_path / f"{name}.txt").write_text(TRACE.format(line=11, function=function))
    return tmp_path


_DEATHS = """
import os, random, signal, sys, time
from pathlib import Path
from crimescene import analysis, case, history
from crimescene.cli import commands, main
root, seed = Path(sys.argv[1]), int(sys.argv[2])
os.chdir(root)
dice = random.Random(seed)

def work(rounds):
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1); os.dup2(nowhere, 2)
    for n in range(rounds):
        main(["run", "--", "sh", "-c", "cat one.txt >&2; exit 1"])
        with open("shop.py", "a") as file:
            file.write(f"# {n}\\n")
        main(["case", "attempt", "--hypothesis", f"number {n}"])
        main(["case", "close"])
        main(["case", "close", "--reopen"])

def start(rounds):
    child = os.fork()
    if not child:
        try:
            work(rounds)
        finally:
            os._exit(1)
    return child

def ledgers():
    found = sorted((root / ".crimescene").glob("*/case.json"))
    return [(path, path.stat().st_mtime_ns) for path in found]

begun = time.monotonic()
os.waitpid(start(1), 0)
whole = time.monotonic() - begun
grown, moments = {}, 0
for n in range(50):
    before, ends = ledgers(), time.monotonic() + 60
    child = start(1000)
    while n % 2 and ledgers() == before and time.monotonic() < ends:  # however busy this machine is
        time.sleep(0.001)
    time.sleep(dice.uniform(0, 1.2 * whole))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kept = {path.parent.name for path in (root / ".crimescene").glob("*/case.json")}
    assert set(grown) <= kept, "a case is lost"
    for key in kept:
        found = case.remembered(root, key)
        assert found is not None, "a case cannot be read"
        runs = len(found.ran)
        assert runs >= min(grown.get(key, 0), case.MOST_RUNS), "a run is lost"
        grown[key] = runs
    moments += ledgers() != before
print(len(grown), moments)
"""


@posix
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_fifty_moments(tmp_path, seed):
    """However a run or a case command dies, every case is there, whole, and only grows."""
    root = _crashing(tmp_path)
    words = [sys.executable, "-c", _DEATHS, str(root), str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr
    cases, moments = map(int, done.stdout.split())
    assert cases == 1
    assert moments >= 25, "hardly a death came after something was written"
    assert crime(root, "case", "list").returncode == 0
    assert case.why_not_saved(root) == ""


@posix
def test_two_processes_lose_nothing_of_each_other(tmp_path):
    """Two runs at once into the same bug, and one into another: every run is in the ledger."""
    root = _crashing(tmp_path)
    processes = [_start(root, 6, name) for name in ("one", "one", "two")]
    for process in processes:
        process.communicate(timeout=200)
        assert process.returncode == 0
    runs = [len(c.ran) for c in case.all_cases(root)]
    assert sum(runs) == 18
