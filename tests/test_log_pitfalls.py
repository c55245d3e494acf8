"""One construct a program: it runs the same with log points, shows the wanted value, comes back to the byte.

``tests/pitfalls`` holds a file a language. A program begins with ``=== NAME [FILE] FUNCTION``; the line whose
value has to be seen ends with it in white brackets, which are no part of the program.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from crimescene.analysis import Analysis
from crimescene.settings import Settings
from log_programs import EVENT, commands, run

PITFALLS = Path(__file__).parent / "pitfalls"
FILES = {
    "python": "main.py",
    "javascript": "main.js",
    "typescript": "main.ts",
    "java": "Main.java",
    "go": "main.go",
}
_WANTED = re.compile(r"\s*⟦(.*)⟧$")


class Pitfall(NamedTuple):
    """A program, and which value has to be seen on which line."""

    language: str
    name: str
    file: str
    function: str
    source: str
    lineno: int
    value: str


def pitfalls() -> list[Pitfall]:
    """All programs."""
    return [
        _pitfall(path.stem, text)
        for path in sorted(PITFALLS.glob("*.txt"))
        for text in re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    ]


def _pitfall(language: str, text: str) -> Pitfall:
    head, _, body = text.partition("\n")
    name, *file, function = head.split()
    lines = body.rstrip("\n").split("\n")
    [(number, wanted)] = [(n, m) for n, line in enumerate(lines) if (m := _WANTED.search(line))]
    lines[number] = lines[number][: wanted.start()]
    source = "\n".join(lines) + "\n"
    return Pitfall(
        language, name, file[0] if file else FILES[language], function, source, number + 1, wanted[1]
    )


@pytest.mark.parametrize("case", pitfalls(), ids=lambda case: f"{case.language}-{case.name}")
def test_a_construct_is_seen_and_left_alone(tmp_path: Path, case: Pitfall) -> None:
    """The same output with log points as without; the wanted value at its line; every byte back."""
    (tmp_path / case.file).write_bytes(case.source.encode())
    if case.language == "go":
        (tmp_path / "go.mod").write_text("module app\n\ngo 1.19\n")
    plain = _run(case, tmp_path)
    assert plain.returncode == 0, plain.stderr
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    analysis = Analysis(tmp_path, Settings(save_cases=False), with_history=False)
    inserted = analysis.log_everywhere([(case.file, case.function, None)], cid="1a2b")
    logged = _run(case, tmp_path)
    assert (logged.returncode, logged.stdout) == (0, plain.stdout), logged.stderr
    here = {point.id for point in inserted.points if point.lineno == case.lineno}
    seen = [value for point, _, value in EVENT.findall(logged.stderr) if point in here]
    assert any(case.value in value for value in seen), seen
    analysis.remove_logging()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def _run(case: Pitfall, root: Path):
    steps = commands(case.language, root)
    if steps is None:
        pytest.skip(f"what runs {case.language} is not installed")
    if case.file.endswith(".tsx"):
        steps[0][1:2] = [case.file, "--jsx-factory=h"]
    return run(steps, root)
