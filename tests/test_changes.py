"""What a prompt says of recent changes: a small program that really fails, its history told step by step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archives import check, load
from crimescene.analysis import Analysis
from crimescene.context import Wish, recent
from crimescene.prompt import PromptOptions
from crimescene.settings import Settings
from repositories import HOUR, NOW, Builder

CHANGES = sorted((Path(__file__).parent / "changes").glob("*.txt"))

PROGRAM: dict[str, str | bytes | None] = {
    "main.py": '''\
"""Prints one receipt."""

import sys

from till.receipt import receipt


def main(words):
    """The basket of the day with the code that was typed."""
    print(receipt({"apple": 3, "pear": 1}, words[0]))


main(sys.argv[1:])
''',
    "till/__init__.py": "",
    "till/receipt.py": '''\
"""Receipts."""

from till.prices import price, rebate


def total(basket, code):
    """What a basket costs, in cents."""
    full = sum(price(item) * count for item, count in basket.items())
    return full * (100 - rebate(code)) // 100


def receipt(basket, code=""):
    """A receipt as it is printed."""
    lines = [f"{count} x {item}" for item, count in basket.items()]
    return "\\n".join([*lines, f"Total: {total(basket, code) / 100:.2f}"])
''',
    "till/prices.py": '''\
"""Prices in cents, rebates in per cent."""

from till.codes import cleaned

PRICES = {"apple": 40, "pear": 55}
REBATES = {"SPRING": 10, "STAFF": 25}


def price(item):
    """What one piece costs."""
    return PRICES[item]


def rebate(code):
    """What a code takes off; nothing without one."""
    if not code:
        return 0
    return REBATES[cleaned(code)]
''',
    "till/codes.py": '''\
"""Codes as customers type them."""


def cleaned(code):
    """A code as it is stored."""
    return code.strip()


def is_staff(code):
    """Whether a code is for those who work here."""
    return cleaned(code).startswith("STAFF")
''',
    "till/shelf.py": '''\
"""What lies where."""


def shelf(item):
    """The number of the shelf."""
    return {"apple": 4, "pear": 7}[item]
''',
    "requirements.txt": "rich==13.7.0\n",
    "requirements.lock": "rich==13.7.0\npygments==2.17.2\n",
}
"""Written 30 days before now; ``python main.py " spring"`` ends in a KeyError."""

_STEP = re.compile(
    r"edit (?P<edit>\S+): `(?P<old>.*)` -> `(?P<new>.*)`"
    r"|add (?P<add>\S+): `(?P<text>.*)`"
    r"|delete (?P<delete>\S+)"
    r"|(?P<git>(?:add|mv|checkout|branch|merge|cherry-pick|stash)(?: .*)?)"
    r"|save (?P<save>\d+) (?P<save_unit>min|h|d): (?P<saved>\S+)"
    r"|commit (?P<commit>\d+) (?P<unit>min|h|d)(?: \(written (?P<written>\d+) d\))?"
    r", (?P<who>\w+): (?P<subject>.*)"
)
_HOURS = {"min": 1 / 60, "h": 1, "d": 24}


def _take(step: str, repository: Builder) -> None:
    """Do what one line of ``steps`` says: edits and git commands take effect, commits give them a date."""
    said = _STEP.fullmatch(step)
    assert said, step
    root = repository.root
    if path := said["edit"]:
        before = (root / path).read_text(encoding="utf-8")
        assert before.count(unescaped(said["old"])) == 1, step
        after = before.replace(unescaped(said["old"]), unescaped(said["new"]))
        repository.write({path: after})
    elif path := said["add"]:
        repository.write({path: unescaped(said["text"]) + "\n"})
    elif path := said["delete"]:
        repository.write({path: None})
    elif path := said["saved"]:
        when = NOW - int(said["save"]) * _HOURS[said["save_unit"]] * HOUR
        os.utime(root / path, (when, when))
    elif said["git"]:
        repository.git(*said["git"].split())
    else:
        ago = int(said["commit"]) * _HOURS[said["unit"]]
        written = int(said["written"]) * 24 if said["written"] else ago
        repository.git("add", "--all")
        repository.git(
            "commit", "-q", "-m", said["subject"], hours_ago=written, committed=ago, author=said["who"]
        )


def unescaped(text: str) -> str:
    r"""``\n`` as the end of a line."""
    return text.replace("\\n", "\n")


def _failure(root: Path) -> str:
    """What the program prints when it is really run, as if it lay in ``/srv/till``."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "main.py", " spring"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stderr.replace(str(root), "/srv/till")


def _told(prompt: str) -> str:
    """The parts of a prompt that speak of changes: headings, recent changes, hypotheses, the last line."""
    kept: list[str] = []
    section = ""
    for line in prompt.split("\n"):
        if line.startswith("## "):
            section = line
            kept += ["", line] if section == "## Recent changes" else []
        elif (
            section == "## Recent changes"
            or line.startswith(("# ", "### "))
            or (section == "## What I need" and line.startswith("- "))
        ):
            kept.append(line)
        elif line.startswith("Left out: "):
            kept += ["", line]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


@pytest.mark.parametrize("path", CHANGES, ids=lambda path: path.stem)
def test_changes(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:  # noqa: FBT001 -- a fixture
    """The prompt tells of each change what somebody would want to know who looks for the cause."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setattr(recent, "_BLAME_SECONDS", 60.0)  # a busy machine is not what is tested
    archive = load(path)
    repository = Builder(tmp_path / "till")
    repository.commit(PROGRAM, "Open the till", hours_ago=30 * 24)
    for step in archive.sections["steps"].splitlines():
        if step:
            _take(step, repository)
    facade = Analysis(repository.root, Settings(), now=NOW)
    found = facade.context_of(_failure(repository.root), Wish())
    check(
        archive, "prompt", _told(facade.build_prompt(found, PromptOptions(budget=6000)).text), update=update
    )
