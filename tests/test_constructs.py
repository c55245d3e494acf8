"""One construct a program: with log points it runs the same, shows the value where it arises, and comes back.

An entry of ``constructs/*.txt`` is headed by name, function, line and value; its output stands behind
``--- prints``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crimescene.analysis import Analysis
from crimescene.settings import Settings

HERE = Path(__file__).parent / "constructs"
EVENT = re.compile(r"\[\[trace:(\w+)\]\] .*? = (.*)$", re.MULTILINE)
ENTRY = re.compile(r"^=== (\S+) (\S+) (\d+) (.*)\n((?:.*\n)*?)--- prints\n((?:(?!=== ).*\n)*)", re.MULTILINE)
RUNS = {"python": ("main.py", sys.executable), "javascript": ("main.js", shutil.which("node") or "node")}


def entries() -> list[tuple[str, ...]]:
    """Language, name, function, line, value, source and output of each program."""
    return [
        (language, *found.groups())
        for language in RUNS
        for found in ENTRY.finditer((HERE / f"{language}.txt").read_text("utf-8"))
    ]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry[0]}-{entry[1]}")
def test_a_construct(tmp_path: Path, entry: tuple[str, ...]):
    """Same output, the wanted value at the wanted line, every byte back."""
    language, _, function, line, value, source, printed = entry
    file, program = RUNS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = tmp_path / file
    path.write_bytes(source.encode())
    asked = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    inserted = asked.log_everywhere([(file, function, None)], cid="1a2b")
    done = subprocess.run(
        [program, file], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, printed), done.stderr
    lines = {point.id: point.lineno for point in inserted.points}
    shown = [(lines.get(point), seen) for point, seen in EVENT.findall(done.stderr)]
    assert any(at == int(line) and value in seen for at, seen in shown), shown
    asked.remove_logging(write=True)
    assert path.read_bytes() == source.encode()
