"""Make the ranking's training data: candidates of real bugs as features, and which the fix changed.

``python tests/bench/ranking_data.py --work DIR MANIFEST ...`` takes manifests of bugs (a JSON object a line:
``id``, ``project``, ``trace``, ``fixed_functions`` with path, lines and changed lines) whose buggy trees lie
in ``DIR/trees/ID``. Only numbers are kept, none of the projects' text. The name of a manifest without
``manifest-`` becomes the part of the data it makes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from crimescene import ranking
from crimescene.analysis import Analysis
from crimescene.context import Wish, candidates
from crimescene.context.pool import Candidate
from crimescene.settings import Settings

KEPT = 200
"""Candidates of one bug, by the weights that ship: those further down teach what everybody knows."""
_SCALE = 1000
_LONG = 40
_AROUND = 3
_ENOUGH = 0.6

Record = dict[str, Any]


def covers(item: Candidate, fixed: Record) -> bool:
    """Whether showing the candidate shows what the fix changed."""
    function = item.function
    first, last = function.first_lineno, function.last_lineno
    start, end = fixed["start"], fixed["end"]
    if function.path != fixed["path"]:
        return False
    if first <= start + 1 and last >= end - 1:
        return True
    lines = end - start + 1
    if lines > _LONG:
        near = [(max(start, a - _AROUND), min(end, b + _AROUND)) for a, b in fixed["changed"]]
        return all(first <= a + 1 and last >= b - 1 for a, b in near)
    return min(last, end) - max(first, start) + 1 >= _ENOUGH * lines


def record(bug: Record, tree: Path, part: str) -> Record:
    """The candidates of one bug."""
    found: list[Candidate] = []
    collect = candidates.collect

    def overheard(*given: Any, **named: Any) -> Any:
        answer = collect(*given, **named)
        found.extend(answer[0])
        return answer

    candidates.collect = overheard
    try:
        Analysis(tree, Settings(save_cases=False)).context_of(bug["trace"], Wish())
    finally:
        candidates.collect = collect
    fixed = [any(covers(item, f) for f in bug["fixed_functions"]) for item in found]
    best = sorted(range(len(found)), key=lambda n: -ranking.score(found[n].features))[:KEPT]
    kept = sorted({*best, *(n for n, yes in enumerate(fixed) if yes)})
    return {
        "bug": bug["id"],
        "project": bug["project"],
        "part": part,
        "fixed": [at for at, n in enumerate(kept) if fixed[n]],
        "sizes": [found[n].function.span.end - found[n].function.span.start for n in kept],
        "rows": [_row(found[n]) for n in kept],
    }


def _row(item: Candidate) -> list[int]:
    row: list[int] = []
    for index, name in enumerate(ranking.FEATURES):
        value = round(item.features.get(name, 0.0) * _SCALE)
        row += [index, value] if value else []
    return row


def main() -> int:
    """Write the file that ``python -m crimescene.ranking.train`` reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("training/candidates.jsonl.gz"))
    options = parser.parse_args()
    jobs = []
    for manifest in options.manifests:
        part = manifest.stem.removeprefix("manifest-")
        bugs = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
        jobs += [(bug, options.work / "trees" / bug["id"], part) for bug in bugs]
    jobs.sort(key=lambda job: job[0]["id"])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        records = list(pool.map(record, *zip(*jobs, strict=True), chunksize=4))
    text = io.StringIO()
    for row in ({"features": list(ranking.FEATURES)}, *records):
        text.write(json.dumps(row, separators=(",", ":")) + "\n")
    with options.out.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
