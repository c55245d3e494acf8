"""In a loop that runs thousands of times the log points stay few lines, and show the defect all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from crimescene.analysis import Analysis
from crimescene.settings import Settings
from log_programs import LOOPS, commands, first_difference, followed, read, run, statements_run

SHARE = 0.12
"""Of what a line behind every statement would print."""


def test_there_are_programs_in_all_five_languages():
    """Each language has two."""
    languages = [read(path).language for path in LOOPS.glob("*.txt")]
    assert sorted(languages) == sorted(["python", "javascript", "typescript", "java", "go"] * 2)


@pytest.mark.parametrize("path", sorted(LOOPS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_first_value_that_differs_is_that_of_the_defect(tmp_path: Path, path: Path):
    """The same log points in the program and in its mended twin first differ where the defect is."""
    program = read(path)
    root = tmp_path / "plain"
    program.write(root)
    steps = commands(program.language, root)
    if steps is None:
        pytest.skip(f"what runs {program.language} is not installed")
    plain = run(steps, root)
    program.mend(root)
    mended = run(steps, root)
    assert plain.returncode == mended.returncode == 0, plain.stderr
    assert plain.stdout != mended.stdout

    bad = followed(program, tmp_path / "logged")
    good = followed(program, tmp_path / "twin", mended=True)
    assert (bad.stdout, good.stdout) == (plain.stdout, mended.stdout)
    assert first_difference(bad, good) in program.near | {program.defect}

    _, statements = statements_run(program, tmp_path / "counted")
    assert statements > 3000
    assert len(bad.events) <= SHARE * statements

    Analysis(tmp_path / "logged", Settings(save_cases=False), with_history=False).remove_logging()
    left = {p.name: p.read_bytes() for p in (tmp_path / "logged").iterdir()}
    assert left == {name: text.encode() for name, text in program.files.items()}
