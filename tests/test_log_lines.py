"""Log statements on lines of their own, in the languages where no value is passed through a function."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crimescene.analysis import Analysis
from crimescene.logged import Wanted
from crimescene.settings import Settings

PROGRAMS = Path(__file__).parent / "programs" / "lines"
EVENT = re.compile(r"\[\[trace:(\w+)\]\] (.*?) = (.*)$", re.MULTILINE)
RUNS = {
    "order.rb": [["ruby", "order.rb"]],
    "cart.php": [["php", "cart.php"]],
    "order.rs": [["rustc", "-D", "warnings", "-o", "program", "order.rs"], ["./program"]],
    "Order.cs": [["mcs", "-nowarn:0219,0414", "-out:order.exe", "Order.cs"], ["mono", "order.exe"]],
    "order.kt": [
        ["kotlinc", "order.kt", "-include-runtime", "-d", "o.jar"],
        ["java", "-jar", "o.jar"],
    ],
}
"""How each program is built and run; it prints what it computes on stdout."""
SEEN = {
    "order.rb": {"price": "6", "@total": "6", "note": '"big x"', "kind": "5"},
    "cart.php": {"$sum": "5.0", "$this->limit": "4", "$text": "'tea=5'", "$t": "3"},
    "order.rs": {"with": "3.75", "self.lines": "[2.5]", "v": "3", "n": "21", "long": '"long 6"'},
    "Order.cs": {"sum": "6", "kind": '"many"', "twice": "12", "m": '"bad x"'},
    "order.kt": {"sum": "6.0", "kind": '"many"', "twice": "12.0", "m": '"bad x"'},
}
"""For each program, a value that each of these labels has to show."""


def execute(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build and run a program; skips where its language is not installed."""
    done = None
    for command in RUNS[name]:
        if "/" not in command[0] and shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
    assert done is not None
    return done


@pytest.mark.parametrize("name", RUNS)
def test_a_program_runs_the_same_and_comes_back(tmp_path: Path, name: str):
    """Stdout and exit code stay, values are seen, no secret is, and every byte is back afterwards."""
    source = (PROGRAMS / name).read_bytes()
    (tmp_path / name).write_bytes(source)
    plain = execute(name, tmp_path)
    asked = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    asked.log_everywhere([(name, None, None)], cid="1a2b")
    assert (tmp_path / name).read_bytes() != source
    logged = execute(name, tmp_path)
    assert logged.stdout == plain.stdout
    events = [(label, value) for _, label, value in EVENT.findall(logged.stderr)]
    for label, value in SEEN[name].items():
        assert (label, value) in events
    assert "hunter2secret" not in logged.stderr
    assert "redacted" in logged.stderr
    asked.remove_logging(write=True)
    assert (tmp_path / name).read_bytes() == source


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_endings_and_a_missing_last_one_come_back(tmp_path: Path, name: str, ending: str, *, last: bool):
    """CRLF stays CRLF, and a file that ends without a newline ends so again."""
    text = (PROGRAMS / name).read_text("utf-8").rstrip("\n") + ("\n" if last else "")
    source = text.replace("\n", ending).encode()
    (tmp_path / name).write_bytes(source)
    asked = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    inserted = asked.log_everywhere([(name, None, None)], cid="1a2b")
    changed = (tmp_path / name).read_bytes()
    assert len(inserted.points) > 10
    assert ending == "\n" or b"\n" not in changed.replace(b"\r\n", b"")
    asked.remove_logging(write=True)
    assert (tmp_path / name).read_bytes() == source


ASKED = {
    "order.rb": ("add", "price"),
    "cart.php": ("add", "$sum"),
    "order.rs": ("total", "with"),
    "Order.cs": ("Add", "sum"),
    "order.kt": ("add", "sum"),
}
"""For each program, a function and a value in it."""


@pytest.mark.parametrize("name", ASKED)
def test_a_value_is_followed_inside_one_function(tmp_path: Path, name: str):
    """A plan for what a function computes names the statements that computed it."""
    (tmp_path / name).write_bytes((PROGRAMS / name).read_bytes())
    asked = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    function, value = ASKED[name]
    plan = asked.suggest_logging(Wanted(value, None, (name, function))).plan
    shown = [(point.label, point.why) for point in plan.points]
    assert any(label == value for label, _ in shown), shown
