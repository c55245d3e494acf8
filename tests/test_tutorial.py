"""The tutorial does what it says: its files are written, its changes applied, its commands run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.md"
_BLOCK = re.compile(
    r"(?:^`(?P<name>[\w.]+)`:\n\n)?^(?P<fence>`{3,})(?P<kind>\w+)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)


def fits(said, wanted):
    """Whether a command printed what the tutorial shows, where "..." stands for anything."""
    parts = ["" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*?") for line in wanted]
    pattern = ""
    for line, part in zip(wanted, parts, strict=True):
        pattern += r"(?:.*\n)*?" if line == "..." else rf"{part}[^\S\n]*\n"
    return re.fullmatch(pattern, said) is not None


def run(command, folder):
    """What the command prints, errors and answers in their order."""
    words = command.replace("crimescene ", f"{shlex.quote(sys.executable)} -m crimescene ", 1)
    if command.startswith("crimescene"):
        words = words.replace("-- python ", f"-- {shlex.quote(sys.executable)} -B ")
    done = subprocess.run(  # noqa: S602 -- the words of our own documentation
        words,
        shell=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_the_tutorial(tmp_path):
    """From the failing program to the closed case."""
    text = TUTORIAL.read_text(encoding="utf-8")
    # A prompt inside a console block has fences of its own.
    seen = 0
    for match in _BLOCK.finditer(_outer(text)):
        block, kind = match["text"].replace("\0", "```"), match["kind"]
        if kind == "diff":
            subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=block, text=True, check=True)
        elif kind == "console":
            for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, wanted = step.partition("\n")
                said = run(command, tmp_path)
                assert fits(said, wanted.splitlines()), f"$ {command}\n{said}"
                seen += 1
        elif match["name"]:
            (tmp_path / match["name"]).write_text(block, encoding="utf-8")
    assert seen >= 10


def _outer(text):
    """The text with the fences inside of console blocks out of sight."""
    out, inside = [], False
    for line in text.split("\n"):
        if line == "```console":
            inside, nested = True, False
        elif inside and line.startswith("```"):
            if line != "```" or nested:
                nested = line != "```"
                line = line.replace("```", "\0")  # noqa: PLW2901 -- put back when the block is read
            else:
                inside = False
        out.append(line)
    return "\n".join(out)
