# ruff: noqa: T201 (it prints what it measured)
"""What log points cost against a line behind every statement: points, and events of real runs.

    python tests/bench/log_events.py loops
    python tests/bench/log_events.py cases FOLDER [--split dev]
    python tests/bench/log_events.py modules [MODULE ...]

``loops`` runs the programs of ``tests/loops``, ``cases`` recorded ones (``case.json`` beside ``ws/``),
``modules`` modules of the standard library under their own tests, every function observed, with
``--sink file``. Statements are counted by running a copy with a counter before each; bodies that are
expressions are not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from crimescene.analysis import Analysis
from crimescene.logged import Wanted
from crimescene.settings import Settings
from log_programs import COUNT, LOOPS, count_statements, esbuild, followed, read, run, statements_run

MODULES = [
    "textwrap",
    "difflib",
    "shlex",
    "fractions",
    "statistics",
    "json",
    "ipaddress",
    "graphlib",
    "string",
    "pprint",
    "reprlib",
    "fnmatch",
    "configparser",
    "copy",
    "colorsys",
    "bisect",
    "html",
    "sched",
    "gettext",
    "optparse",
]
EVENT = re.compile(r"\[\[trace:\w+\]\] ")


class Table:
    """Rows of counts, and their sum."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int, int, int]] = []
        print(f"{'':24} {'points':>7} {'statements':>11} {'events':>8} {'run':>10}  share")

    def add(self, name: str, points: int, statements: int, events: int, ran: int) -> None:
        """Print and keep one row."""
        self.rows.append((name, points, statements, events, ran))
        self._show(name, points, statements, events, ran)

    def close(self) -> None:
        """Print the sum."""
        self._show(f"all {len(self.rows)}", *(sum(row[n] for row in self.rows) for n in (1, 2, 3, 4)))

    @staticmethod
    def _show(name: str, points: int, statements: int, events: int, ran: int) -> None:
        share = f"{events / ran:6.1%}" if ran else "     -"
        print(f"{name:24} {points:7} {statements:11} {events:8} {ran:10} {share}", flush=True)


def loops(table: Table) -> None:
    """The programs of the tests with a loop that runs thousands of times."""
    for path in sorted(LOOPS.glob("*.txt")):
        program = read(path)
        with tempfile.TemporaryDirectory() as folder:
            ours = followed(program, Path(folder, "a"))
            table.add(
                program.name, ours.points, *_turned(statements_run(program, Path(folder, "b")), ours.events)
            )


def _turned(counted: tuple[int, int], events: list) -> tuple[int, int, int]:
    return counted[0], len(events), counted[1]


def cases(table: Table, folder: Path, split: str) -> None:
    """Recorded programs: the value that is followed, or the suspects of the error."""
    for path in sorted(folder.glob("*/case.json")):
        case = json.loads(path.read_text("utf-8"))
        number = int(hashlib.sha256(f"logpoints-24:{case['id']}".encode()).hexdigest(), 16)
        if split not in ("all", "dev" if number % 10 < 3 else "heldout"):
            continue
        steps = [
            [part.replace("{esbuild}", esbuild() or "esbuild") for part in step] for step in _steps(case)
        ]
        with tempfile.TemporaryDirectory() as given:
            root, copy = Path(given, "a"), Path(given, "b")
            for place in (root, copy):
                shutil.copytree(path.parent / "ws", place)
            analysis = Analysis(root, Settings(save_cases=False), with_history=False)
            inserted = analysis.insert_logging(
                analysis.suggest_logging(_wanted(analysis, case, root)), cid="1a2b"
            )
            done = _ran(steps, root)
            found = count_statements(copy)
            counted = _ran(steps, copy)
            ran = int((COUNT.findall(counted.stderr) or ["0"])[0])
            table.add(
                case["id"], len(inserted.points), found, len(EVENT.findall(done.stdout + done.stderr)), ran
            )


def _steps(case: dict) -> list[list[str]]:
    return [*([case["build"]] if case.get("build") else []), case["run"]]


def _ran(steps: list[list[str]], root: Path) -> subprocess.CompletedProcess[str]:
    (root / "out").mkdir(exist_ok=True)
    return run(steps, root)


def _wanted(analysis: Analysis, case: dict, root: Path) -> Wanted:
    track = case.get("track")
    if track is None:
        return analysis.logging_behind(case["error"]["stderr"].replace("{ws}", str(root)))
    return Wanted(track["expr"], tuple(track["entry"]), tuple(track["target"]))


def modules(table: Table, names: list[str]) -> None:
    """Modules of the standard library: each function observed, under the tests that come with Python."""
    library = Path(sysconfig.get_paths()["stdlib"])
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            root, copy, sink, count = (Path(folder, part) for part in ("a", "b", "sink", "count"))
            for place in (root, copy):
                place.mkdir()
                if (library / name).is_dir():
                    shutil.copytree(
                        library / name, place / name, ignore=shutil.ignore_patterns("__pycache__")
                    )
                else:
                    shutil.copy(library / f"{name}.py", place)
            files = [p.relative_to(root).as_posix() for p in sorted(root.rglob("*.py"))]
            analysis = Analysis(root, Settings(save_cases=False), with_history=False)
            places = [(file, None, None) for file in files]
            points = len(analysis.log_everywhere(places, cid="1a2b", sink=str(sink)).points)
            _test(name, root, folder)
            lines = sink.read_text("utf-8", "replace").splitlines() if sink.exists() else []
            found = count_statements(copy)
            _test(name, copy, folder, STATEMENTS=str(count))
            ran = sum(int(text) for text in COUNT.findall(count.read_text())) if count.exists() else 0
            table.add(name, points, found, len(lines), ran)


def _test(name: str, root: Path, folder: str, **variables: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    command = [sys.executable, "-m", "test", f"test_{name}"]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=600, check=False)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["loops", "cases", "modules"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--split", default="all", choices=["all", "dev", "heldout"])
    given = parser.parse_args()
    table = Table()
    if given.what == "loops":
        loops(table)
    elif given.what == "cases":
        cases(table, Path(given.names[0]), given.split)
    else:
        modules(table, given.names or MODULES)
    table.close()


if __name__ == "__main__":
    main()
