"""Completion in the real shells: keys are typed into a terminal; what the shell then runs is looked at."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crimescene.cli.completion import script
from crimescene.cli.tree import tree

SECONDS = 60
SETUP = {
    "bash": "PS1='> '; bind 'set enable-bracketed-paste off' 2>/dev/null; source crimescene.bash",
    "zsh": "PS1='> '; setopt no_auto_remove_slash; autoload -Uz compinit; compinit -u -D; "
    "source crimescene.zsh",
}
PROGRAM = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")

TYPED = [
    ("crimescene compl\tba\t", "completion bash"),
    ("crimescene logs ins\t--sin\tst\t", "logs insert --sink stderr"),
    ("crimescene prompt --style men\t", "prompt --style mentions"),
    ("crimescene prompt --hide ta\b\bcha\t", "prompt --hide changes"),
    ("crimescene prompt a_lo\t", "prompt a_log.txt"),
    ("crimescene prompt --root a_fo\t", "prompt --root a_folder/"),
    ("crimescene case attempt --hypo\tx --ver\tgood", "case attempt --hypothesis x --verdict good"),
    ("crimescene run --copy -- print-nothing-a\t", "run --copy -- print-nothing-at-all"),
    ("crimescene run -- cat a_lo\t", "run -- cat a_log.txt"),
]
"""Keys up to Enter, and the words the command is then called with."""


def missing(shell: str) -> None:
    """Skip, visibly; fail where every shell has to be there."""
    if os.environ.get("CI") == "true" and sys.platform == "linux":
        pytest.fail(f"{shell} is not installed")
    pytest.skip(f"{shell} is not installed; .ci/run installs it")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Something to complete."""
    (tmp_path / "a_folder").mkdir()
    (tmp_path / "a_log.txt").touch()
    (tmp_path / "bin").mkdir()
    for name in ("crimescene", "print-nothing-at-all"):
        program = tmp_path / "bin" / name
        program.write_text('#!/bin/sh\necho "called<$*>"\n')
        program.chmod(0o755)
    for shell in ("bash", "zsh", "fish"):
        (tmp_path / f"crimescene.{shell}").write_text(script(shell), encoding="utf-8")
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's own set-up."""
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8", "ZDOTDIR": str(folder)}


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, shell: str, folder: Path) -> None:
        import pty  # noqa: PLC0415 -- no such module on Windows

        self.end, other = pty.openpty()
        self.process = subprocess.Popen(
            PROGRAM[shell], cwd=folder, env=environment(folder), stdin=other, stdout=other, stderr=other,
            start_new_session=True,
        )  # fmt: skip
        os.close(other)
        self.seen = ""

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self.end, keys.encode())

    def until(self, pattern: str) -> str:
        """Everything shown up to a match, which is then forgotten."""
        ends = time.monotonic() + SECONDS
        while not (match := re.search(pattern, self.seen)):
            assert time.monotonic() < ends, f"{pattern} was not shown: {self.seen!r}"
            if select.select([self.end], [], [], 1)[0]:
                self.seen += os.read(self.end, 65_536).decode(errors="replace")
        shown, self.seen = self.seen[: match.end()], self.seen[match.end() :]
        return shown

    def close(self) -> None:
        """Hang up."""
        self.process.kill()
        self.process.wait()
        os.close(self.end)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_keys(shell: str, folder: Path) -> None:
    """What Tab makes of the beginnings of commands, options, values, files and other commands."""
    if shutil.which(shell) is None:
        missing(shell)
    terminal = Terminal(shell, folder)
    try:
        terminal.type(SETUP[shell] + "; echo rea''dy\n")
        terminal.until(r"ready\r?\n")
        for keys, words in TYPED:
            terminal.type(keys + "\n")
            shown = terminal.until(r"called<.*?>")
            assert shown.endswith(f"called<{words}>"), (keys, shown)
    finally:
        terminal.close()


@pytest.mark.skipif(not BASH_COMPLETION.exists(), reason="bash-completion is not installed")
def test_what_other_programs_complete(folder: Path) -> None:
    """With bash-completion a command after ``run --`` is completed as if typed by itself."""
    terminal = Terminal("bash", folder)
    try:
        terminal.type(f"source {BASH_COMPLETION}; {SETUP['bash']}; echo rea''dy\n")
        terminal.until(r"ready\r?\n")
        terminal.type("crimescene run --note x -- git checko\t\n")
        assert terminal.until(r"called<.*?>").endswith("called<run --note x -- git checkout>")
    finally:
        terminal.close()


@pytest.mark.skipif(shutil.which("fish") is None and os.environ.get("CI") != "true", reason="needs fish")
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("crimescene compl", "completion"),
        ("crimescene completion b", "bash"),
        ("crimescene logs insert --sink st", "stderr"),
        ("crimescene prompt --style men", "mentions"),
        ("crimescene prompt a_lo", "a_log.txt"),
        ("crimescene prompt --root a_fo", "a_folder/"),
        ("crimescene case attempt --hypo", "--hypothesis"),
        ("crimescene run --note x -- print-nothing-a", "print-nothing-at-all"),
        ("crimescene run -- cat a_lo", "a_log.txt"),
    ],
)
def test_fish(line: str, wanted: str, folder: Path) -> None:
    """The only thing fish offers for the beginning."""
    if shutil.which("fish") is None:
        missing("fish")
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source crimescene.fish; complete -C $argv[1]", line],
        cwd=folder, env=environment(folder), capture_output=True, text=True, check=True, timeout=SECONDS,
    )  # fmt: skip
    assert [row.partition("\t")[0] for row in done.stdout.splitlines()] == [wanted]
    assert not done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_everything_is_offered(shell: str) -> None:
    """Each command and each option of the parser stands in the script."""
    text = script(shell)
    for command in tree().walk():
        for option in command.options:
            for name in option.names:
                shown = f"-l {name[2:]}" if shell == "fish" and name.startswith("--") else name
                assert shown.replace("-h", "-s h", int(shell == "fish" and shown == "-h")) in text
        assert command.name in text


def test_the_command_prints_it() -> None:
    """``crimescene completion`` is what these tests read."""
    done = subprocess.run(
        [sys.executable, "-m", "crimescene", "completion", "bash"], capture_output=True, check=True
    )
    assert done.stdout.decode() == script("bash")
