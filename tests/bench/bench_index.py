# ruff: noqa: T201 (it prints tables)
"""How long callers take in large trees, as ratios to ``git grep -lwF NAME`` of the same tree in the same run.

    python tests/bench/bench_index.py TREE... [--targets N]

For each tree (a git repository): functions are drawn whose names stand in two to five files (rare) or in
hundreds (common). *first*: in a process that has listed the files, without words kept; *warm*: with them,
files looked at a moment ago. Prints a table; judges nothing. Words lie in a folder that is removed again.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crimescene import callers, index, syntax
from crimescene.index.words import WordIndex
from crimescene.model import Function
from crimescene.workspace import MAX_BYTES, DiskWorkspace

COMMON = 300
"""Files that hold a name, from which on it is common."""
PAIRS = 3
"""Times each question is put, right after git is asked; the best counts, since machines have other work."""


def listing(root: Path) -> list[str]:
    """The files git knows."""
    data = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    return [os.fsdecode(path) for path in data.split(b"\0") if path]


def drawn(root: Path, paths: list[str], wanted: int) -> tuple[list[Function], list[Function]]:
    """Rare and common functions, the same in each run."""
    workspace = DiskWorkspace(root, lambda: paths)
    sources = index.source_files(workspace)
    shuffled = random.Random(5)  # noqa: S311 -- no secret hangs on it
    found: dict[str, Function] = {}
    for path in shuffled.sample(sources, min(len(sources), 60 * wanted)):
        outline = syntax.outline(path, workspace.read(path) or b"")
        functions = [f for f in outline.functions if f.name.isidentifier()] if outline is not None else []
        if functions:
            function = shuffled.choice(functions)
            found.setdefault(function.name, function)
    holding = index.mentions(workspace, list(found))
    rare = [found[name] for name, files in holding.items() if 2 <= len(files) <= 5]
    common = sorted(
        (n for n, files in holding.items() if len(files) > COMMON), key=lambda n: -len(holding[n])
    )
    return rare[:wanted], [found[name] for name in common[:wanted]]


def grep(root: Path, name: str) -> float:
    """Seconds git takes."""
    begun = time.perf_counter()
    subprocess.run(["git", "grep", "-lwF", "-e", name], cwd=root, capture_output=True, check=False)
    return time.perf_counter() - begun


def ask(workspace: DiskWorkspace, function: Function, seconds: float | None = None) -> tuple[float, int, int]:
    """Seconds, callers, and files not examined."""
    begun = time.perf_counter()
    found = callers.incoming(workspace, [function], seconds=seconds)
    return time.perf_counter() - begun, len(found.calls), found.not_examined


def build(root: Path, folder: Path, sources: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of the process that reads the words."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "crimescene.index.building", str(root), str(folder), str(MAX_BYTES)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(b"\0".join(os.fsencode(path) for path in sources))
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def summary(ratios: list[float]) -> str:
    """Median and extremes."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "none"


def measure(root: Path, wanted: int) -> None:
    """Print what one tree gives."""
    paths = listing(root)
    rare, common = drawn(root, paths, wanted)
    workspace = DiskWorkspace(root, lambda: paths)
    workspace.files()
    sources = index.source_files(workspace)
    print(f"\n{root.name}: {len(paths):,} files, {len(sources):,} sources; "
          f"{len(rare)} rare names, {len(common)} common ones")  # fmt: skip
    grep(root, "nowhere")
    for function in rare[:2]:
        ask(workspace, function)  # grammars and the page cache
    first, answers = [], {}
    for function in rare:
        pairs = []
        for _ in range(PAIRS):
            fresh = DiskWorkspace(root, lambda: paths)
            fresh.files()
            ratio = grep(root, function.name)
            seconds, calls, _ = ask(fresh, function)
            pairs.append(seconds / ratio)
        first.append(min(pairs))
        answers[function] = calls
    print(f"  first question, rare name: {summary(first)} x git grep")
    with tempfile.TemporaryDirectory() as folder:
        took, peak = build(root, Path(folder), sources)
        size = sum(entry.stat().st_size for entry in Path(folder).iterdir()) / 2**20
        print(f"  words: {took:.1f} s, {peak:.0f} MiB, {size:.0f} MiB on disk")
        words = WordIndex(root, Path(folder), watched=True)
        begun = time.perf_counter()
        words.reload()
        words.holding(["x"], sources)
        print(f"  taken up in {1000 * (time.perf_counter() - begun):.0f} ms, {words.changed} files in doubt")
        workspace.words = words  # type: ignore[attr-defined]
        warm = []
        for function in rare:
            ask(workspace, function)
            pairs = []
            for _ in range(PAIRS):
                ratio = grep(root, function.name)
                seconds, calls, _ = ask(workspace, function)
                pairs.append(seconds / ratio)
            warm.append(min(pairs))
            assert calls == answers[function], function.qualified_name
        print(f"  warm, rare name: {summary(warm)} x git grep")
        for function in common:
            ask(workspace, function, callers.WARM_SECONDS)
            times = []
            for _ in range(PAIRS):
                computed = time.thread_time()
                seconds, calls, missed = ask(workspace, function, callers.WARM_SECONDS)
                times.append((seconds, time.thread_time() - computed))
            said = f"not examined: {missed:,} files" if missed else "all examined"
            told, own = (
                f"{1000 * min(column):.0f} to {1000 * max(column):.0f} ms"
                for column in zip(*times, strict=True)
            )
            print(f"  warm, {function.name}: {told}, computing {own}, {calls} callers, {said}")
    print(
        f"  this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at its largest"
    )


def main() -> None:
    """Measure each tree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, nargs="+")
    parser.add_argument("--targets", type=int, default=10)
    given = parser.parse_args()
    for tree in given.tree:
        measure(tree.resolve(), given.targets)


if __name__ == "__main__":
    main()
