"""The fenced blocks of a page, as somebody works through them: files written, changes applied, commands run.

- A block under a line with a name in backticks and a colon is written to that file.
- A ``diff`` is applied.
- ``console`` shows commands after ``$`` and what they print, where ``...`` stands for anything.
- ``sh`` is run as one script and has to succeed.

A comment before a block says what a reader knows without being told: ``<!-- exit 1 -->`` of a command that is
meant to fail, ``<!-- not run: why -->`` of one that cannot be run here. A comment under a heading says what a
section needs, ``<!-- needs node npm -->``: without these programs it is skipped. ``<!-- sections apart -->``
at the top of a page gives each of its sections (``##``) a folder of its own,
``<!-- commands not run: why -->`` excuses a whole page.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- (?P<comment>exit \d+|not run: [^>]+) -->\n\n?)?(?:^`(?P<name>[\w./-]+)`:\n\n)?"
    r"^(?P<fence>`{3,})(?P<kind>[\w-]*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_NEEDS = re.compile(r"^<!-- needs ([^>]+) -->$", re.MULTILINE)
_NONE = re.compile(r"^<!-- commands not run: [^>]+ -->$", re.MULTILINE)
_APART = "<!-- sections apart -->"


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    kind: str
    name: str
    """File it is; empty for most."""
    text: str
    exit_code: int
    excuse: str
    """Why it is not run; empty if it is."""

    @property
    def is_shell(self) -> bool:
        """Whether there is something to run in it."""
        return self.kind in {"console", "sh"} and not self.name


@dataclass(frozen=True, slots=True)
class Section:
    """What is worked through in one folder."""

    title: str
    needs: tuple[str, ...]
    blocks: tuple[Block, ...]


def sections(page: str) -> list[Section]:
    """The parts of a page that hang on nothing but themselves."""
    text = _outer(page)
    if _NONE.search(text):
        text = re.sub(
            r"^(?=```(?:sh|console)$)", "<!-- not run: as the page says -->\n", text, flags=re.MULTILINE
        )
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE) if _APART in text else [text]
    return [_section(part) for part in parts]


def _section(text: str) -> Section:
    blocks = []
    for match in _BLOCK.finditer(text):
        comment = match["comment"] or ""
        blocks.append(
            Block(
                kind=match["kind"],
                name=match["name"] or "",
                text=match["text"].replace("\0", "```"),
                exit_code=int(comment[5:]) if comment.startswith("exit ") else 0,
                excuse=comment.removeprefix("not run: ") if comment.startswith("not run") else "",
            )
        )
    needs = _NEEDS.search(text)
    title = re.search(r"^#+ (.+)$", text, re.MULTILINE)
    return Section(title[1] if title else "", tuple(needs[1].split()) if needs else (), tuple(blocks))


def work_through(section: Section, folder: Path) -> int:
    """Do what the section says, in ``folder``; returns the number of commands."""
    seen = 0
    reader = environment(folder.parent / f"{folder.name}.bin")
    for block in section.blocks:
        if block.excuse:
            continue
        if block.name:
            path = folder / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            subprocess.run(["git", "apply", "-"], cwd=folder, input=block.text, text=True, check=True)
        elif block.kind == "sh":
            said, code = _run("set -e\n" + block.text, folder, reader)
            assert code == block.exit_code, f"{block.text}\n{said}"
            seen += 1
        elif block.kind == "console":
            for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, wanted = _command(step)
                said, _ = _run(command, folder, reader)
                assert fits(said, wanted), f"$ {command}\n{said}"
                seen += 1
    return seen


def _command(step: str) -> tuple[str, list[str]]:
    """A command, which goes on where its line ends in a backslash, and the lines it prints."""
    lines = step.splitlines()
    end = 1
    while lines[end - 1].endswith("\\"):
        end += 1
    return "\n".join(lines[:end]), lines[end:]


def fits(said: str, wanted: list[str]) -> bool:
    """Whether a command printed what the page shows, where "..." stands for anything."""
    parts = ["" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*?") for line in wanted]
    pattern = ""
    for line, part in zip(wanted, parts, strict=True):
        pattern += r"(?:.*\n)*?" if line == "..." else rf"{part}[^\S\n]*\n"
    return re.fullmatch(pattern, said) is not None


def environment(programs: Path) -> dict[str, str]:
    """The reader's: Crimescene and Python on the path, git knows who they are, nothing is set."""
    programs.mkdir(exist_ok=True)
    python = shlex.quote(sys.executable)
    for name, words in (
        ("crimescene", f"{python} -m crimescene"),
        ("python", f"{python} -B"),
        ("python3", f"{python} -B"),
        ("pytest", f"{python} -B -m pytest -p no:cacheprovider"),
    ):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    unwanted = ("GIT_", "PYTEST_", "CRIMESCENE_", "RUST_", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _YOU.items()}
    return {**kept, **who, "PATH": f"{programs}{os.pathsep}{kept['PATH']}", "LC_ALL": "C.UTF-8"}


_YOU = {"NAME": "you", "EMAIL": "you@example.org"}


def _run(command: str, folder: Path, environment: dict[str, str]) -> tuple[str, int]:
    """What bash prints, errors and answers in their order, and its exit code."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.stdout, done.returncode


def _outer(text: str) -> str:
    """The text with the fences inside of console blocks out of sight."""
    out, inside, nested = [], False, False
    for line in text.split("\n"):
        kept = line
        if line == "```console":
            inside, nested = True, False
        elif inside and line.startswith("```"):
            if line != "```" or nested:
                nested = line != "```"
                kept = line.replace("```", "\0")
            else:
                inside = False
        out.append(kept)
    return "\n".join(out)
