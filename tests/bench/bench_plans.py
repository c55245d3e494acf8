# ruff: noqa: T201 (it prints what it measured)
"""What planning log points costs in a large tree: the first plan, and those after it.

    python tests/bench/bench_plans.py TREE EXPRESSION FILE:FUNCTION FILE:FUNCTION [EXPRESSION FROM TO ...]

Each three arguments are one question. All are asked once, as by somebody who has just opened the tree, then
five times more: median and largest, in seconds by the clock and of computing.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from crimescene.analysis import Analysis
from crimescene.logged import Wanted
from crimescene.settings import Settings

ROUNDS = 5


def place(text: str) -> tuple[str, str]:
    """``FILE:FUNCTION`` as file and function."""
    path, _, name = text.rpartition(":")
    return path, name


def main() -> None:
    """Measure one tree."""
    root, given = Path(sys.argv[1]).resolve(), sys.argv[2:]
    asked = [Wanted(given[n], place(given[n + 1]), place(given[n + 2])) for n in range(0, len(given), 3)]
    analysis = Analysis(root, Settings(save_cases=False), with_history=False)
    print(f"{len(analysis.listing())} files")
    for turn in ("first", "warm"):
        walls: list[float] = []
        works: list[float] = []
        for wanted in asked * (1 if turn == "first" else ROUNDS):
            wall, work = time.perf_counter(), time.process_time()
            plan = analysis.suggest_logging(wanted).plan
            walls.append(time.perf_counter() - wall)
            works.append(time.process_time() - work)
            assert plan.points, wanted
        for name, times in (("clock", walls), ("computing", works)):
            print(f"{turn:5} {name:9} {statistics.median(times):.2f} s, at most {max(times):.2f} s")


if __name__ == "__main__":
    main()
