"""``crimescene demo``: a small real repository, a test in it that really fails, and the prompt for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from crimescene.analysis import Analysis
from crimescene.context import Wish
from crimescene.model import UserError
from crimescene.prompt import PromptOptions
from crimescene.run import run
from crimescene.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.prompt import Prompt

_COMMAND = ("-m", "unittest", "discover", "-t", ".", "-s", "tests")
_STEP = re.compile(r"^== (\d+) (min|h|d) \| (.+?) \| (.+)$", re.MULTILINE)
_FILE = re.compile(r"^-- (.+) --$", re.MULTILINE)
_UNITS = {"min": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class _Step:
    """What somebody did to the project some seconds ago; the last step is not committed."""

    ago: float
    author: str
    subject: str
    files: dict[str, str]


def show(say: Callable[[str], None], *, keep: bool = False) -> Prompt:
    """Let a test fail and return its prompt; ``say`` is told what happens, the test speaks on stderr.

    With ``keep`` the repository stays. Raises ``UserError`` without git.
    """
    if shutil.which("git") is None:
        raise UserError("The demo makes a repository: install git and try again.")
    folder = tempfile.mkdtemp(prefix="crimescene-demo-")
    try:
        root = Path(folder).resolve() / "demo"
        return _show(root, say)
    finally:
        if keep:
            say(f"the repository stays in {root}.")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _show(root: Path, say: Callable[[str], None]) -> Prompt:
    now = time.time()
    steps = _steps(resources.files("crimescene").joinpath("demo.txt").read_text(encoding="utf-8"))
    make_repository(root, steps, now)
    say(f"made a small shop in {root}: {len(steps) - 1} commits and a change that is not committed.")
    say(f"its tests: python {' '.join(_COMMAND)}")
    done = run([sys.executable, *_COMMAND], root, out=2)
    say("one failed. Here is what an assistant needs to find out why:")
    analysis = Analysis(root, Settings(), now=now)
    found = analysis.context_of(done.output, Wish())
    return analysis.build_prompt(found, PromptOptions())


def make_repository(root: Path, steps: list[_Step], now: float) -> None:
    """Write the project and its history, as if it had been there for weeks."""
    root.mkdir(parents=True)
    _git(root, "init", "--quiet", "--initial-branch=main")
    for step in steps:
        when = now - step.ago
        for name, text in step.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            os.utime(path, (when, when))
        if step is not steps[-1]:
            _git(root, "add", "--all")
            _git(root, "commit", "--quiet", f"--message={step.subject}", author=step.author, when=when)


def _git(root: Path, *arguments: str, author: str = "Nobody", when: float = 0) -> None:
    """Run git on a repository of our own: no configuration, hook or variable of the user has a say."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {
            f"GIT_{role}_NAME": author,
            f"GIT_{role}_EMAIL": f"{author.partition(' ')[0].lower()}@example.org",
            f"GIT_{role}_DATE": f"{int(when)} +0000",
        }
    try:
        subprocess.run(["git", *arguments], cwd=root, env=environment, capture_output=True, check=True)
    except subprocess.CalledProcessError as error:
        raise UserError(
            f"git {arguments[0]} failed: {error.stderr.decode(errors='replace').strip()}"
        ) from error


def _steps(text: str) -> list[_Step]:
    pieces = _STEP.split(text)[1:]
    return [
        _Step(float(number) * _UNITS[unit], author, subject, _files(body))
        for number, unit, author, subject, body in zip(*(pieces[n::5] for n in range(5)), strict=True)
    ]


def _files(body: str) -> dict[str, str]:
    pieces = _FILE.split(body)[1:]
    return {name: f"{text.strip()}\n" for name, text in zip(pieces[::2], pieces[1::2], strict=True)}
