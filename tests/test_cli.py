"""The command line as a user meets it: a process, its two streams and its exit code."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import crimescene
from crimescene import clipboard
from crimescene.cli import arguments, console, reading
from crimescene.model import UserError

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")

COMMAND = [sys.executable, "-m", "crimescene"]
TRACE = """\
Traceback (most recent call last):
  File "app/main.py", line 9, in <module>
    run()
  File "app/main.py", line 5, in run
    return total([])
ValueError: nothing to add: “empty” ✗
"""
MAIN = """\
def total(items):
    return sum(items) / len(items)

def run():
    return total([])

def serve():
    return run()

run()
"""


def crime(
    *words: str, stdin: str = "", cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``crimescene`` and wait for it."""
    return subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that looks like a repository's top, with one file and a trace through it."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text(MAIN)
    (tmp_path / "trace.log").write_text(TRACE, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


# --------------------------------------------------------------------------- words and help


def test_nothing_typed_is_a_question_for_help() -> None:
    """The first thing many people type is the bare name."""
    bare, asked = (
        subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=True)
        for words in ([], ["--help"])
    )
    assert bare.stdout == asked.stdout
    assert "crimescene demo" in bare.stdout


def test_version() -> None:
    """The version is the package's."""
    assert crime("--version").stdout == f"crimescene {crimescene.__version__}\n"


@pytest.mark.parametrize("command", [[], ["run"], ["prompt"], ["parse"], ["callers"], ["demo"]])
def test_help_fits_a_terminal(command: list[str]) -> None:
    """Every command has help, none wider than a terminal."""
    done = crime(*command, "--help", env={"COLUMNS": "80"})
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 90
    assert "usage: crimescene" in done.stdout


def test_help_names_every_exit_code() -> None:
    """Scripts rely on exit codes, so help documents them."""
    assert "exit codes:" in crime("--help").stdout


def test_wrong_usage_is_two() -> None:
    """Unknown words, missing files and contradictions are the user's to put right."""
    for words in (["conjure"], ["prompt", "nowhere.log"], ["prompt", "a", "--at", "b:1"], ["callers", "x"]):
        done = crime(*words)
        assert done.returncode == console.REFUSED, words
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a.py:3", ("a.py", 3)), ("a.py:3:9", ("a.py", 3)), ("C:\\x\\a.py:3", ("C:\\x\\a.py", 3))],
)
def test_places(text: str, wanted: tuple[str, int]) -> None:
    """FILE:LINE, as editors and compilers print it."""
    assert arguments.place(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), [("6000", 6000), ("8k", 8000)])
def test_tokens(text: str, wanted: int) -> None:
    """Budgets are numbers, thousands for short."""
    assert arguments.tokens(text) == wanted


# --------------------------------------------------------------------------- parse


def test_parse_as_json() -> None:
    """The form that programs read."""
    answer = json.loads(crime("parse", "--json", "-", stdin=TRACE).stdout)
    assert [e["type"] for e in answer["errors"]] == ["ValueError"]
    assert [(f["path"], f["line"], f["function"]) for f in answer["frames"]] == [
        ("app/main.py", 9, "<module>"),
        ("app/main.py", 5, "run"),
    ]


def test_parse_as_text(project: Path) -> None:
    """The form that people read."""
    done = crime("parse", "trace.log", cwd=project)
    assert "ValueError: nothing to add: “empty” ✗" in done.stdout
    assert "    app/main.py:5  run" in done.stdout


def test_parse_finds_nothing() -> None:
    """No trace is exit code 2, and still valid JSON."""
    done = crime("parse", "--json", stdin="all is well\n")
    assert done.returncode == console.REFUSED
    assert json.loads(done.stdout)["frames"] == []


def test_batch_answers_line_by_line() -> None:
    """Each answer comes before the next question is asked; a bad line gets an answer too."""
    process = subprocess.Popen([*COMMAND, "parse", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for number, line in enumerate([{"id": "a", "text": TRACE}, {"id": 7, "text": ""}, {"id": "c"}, "x"]):
        process.stdin.write(json.dumps(line).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        if number == 0:
            assert answer["id"] == "a"
            assert len(answer["frames"]) == 2
        elif number == 1:
            assert answer == {"id": 7, "errors": [], "frames": [], "truncated": False, "assertion": None}
        else:
            assert "error" in answer
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    process.stdout.close()


# --------------------------------------------------------------------------- prompt and callers


def test_prompt(project: Path) -> None:
    """The prompt on stdout, one line about it on stderr, a copy in .crimescene."""
    done = crime("prompt", "trace.log", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# ValueError: nothing to add")
    assert done.stdout.endswith("\n")
    assert "def total(items):" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "tokens" in done.stderr
    saved = project / ".crimescene"
    assert (saved / ".gitignore").read_text().strip() == "*"
    assert any(done.stdout.strip() == p.read_text("utf-8").strip() for p in saved.rglob("*") if p.is_file())


def test_answers_are_kept_labelled_and_taken_back(project: Path) -> None:
    """What was answered once stands in the next prompt as such, until it is given as empty."""
    crime("prompt", "trace.log", "--expected", "An average of 0.", cwd=project)
    again = crime("prompt", "trace.log", cwd=project).stdout
    assert "> An average of 0.\n\n(answered before)\n" in again
    assert again == crime("prompt", "trace.log", cwd=project).stdout
    taken = crime("prompt", "trace.log", "--expected", "", cwd=project).stdout
    assert "An average of 0" not in taken
    assert crime("prompt", "trace.log", cwd=project).stdout == taken


def test_data_leaves_the_prompt_for_people(project: Path) -> None:
    """A prompt made as data is saved beside the readable one."""
    crime("prompt", "trace.log", cwd=project)
    (before,) = project.glob(".crimescene/*/prompt.md")
    readable = before.read_text(encoding="utf-8")
    done = crime("prompt", "trace.log", "--style", "json", cwd=project)
    assert "prompt.json" in done.stderr
    assert before.read_text(encoding="utf-8") == readable
    assert json.loads(before.with_name("prompt.json").read_text(encoding="utf-8")) == json.loads(done.stdout)


def test_prompt_from_a_pipe_is_the_same(project: Path) -> None:
    """A file, ``-``, ``--trace`` and a bare pipe are four ways to say one thing."""
    ways = [["trace.log"], ["-"], ["--trace", "trace.log"], []]
    assert len({crime("prompt", *way, stdin=TRACE, cwd=project).stdout for way in ways}) == 1


def test_prompt_from_below_the_root(project: Path) -> None:
    """The root is found from any folder of the project."""
    below = crime("prompt", "../trace.log", cwd=project / "app")
    assert below.stdout == crime("prompt", "trace.log", cwd=project).stdout


def test_prompt_at_a_line(project: Path) -> None:
    """Without a trace a line is enough; paths are as seen from where one stands."""
    for cwd, place in ((project, "app/main.py:2"), (project / "app", "main.py:2")):
        done = crime("prompt", "--at", place, "--note", "one cent off ✗", cwd=cwd)
        assert done.returncode == 0, done.stderr
        assert "def total(items):" in done.stdout
        assert "one cent off ✗" in done.stdout
        assert "app/main.py:2\n" in done.stdout
        assert str(project) not in done.stdout


def test_prompt_without_a_trace(project: Path) -> None:
    """A text without a trace is refused with a sentence, on stderr alone."""
    done = crime("prompt", "-", stdin="all is well\n", cwd=project)
    assert (done.returncode, done.stdout) == (console.REFUSED, "")
    assert done.stderr.startswith("crimescene: ")


def test_prompt_outside_any_project(tmp_path: Path) -> None:
    """Where there is no project nothing is written."""
    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("the temporary folder lies in a repository")
    done = crime("prompt", "-", stdin=TRACE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_callers(project: Path) -> None:
    """Callers are named with their place and certainty; none is exit code 2."""
    done = crime("callers", "--json", "app/main.py:5", cwd=project)
    assert done.returncode == 0, done.stderr
    found = {(call["function"], call["line"]) for call in json.loads(done.stdout)}
    assert ("serve", 8) in found
    assert "app/main.py:8" in crime("callers", "app/main.py:5", cwd=project).stdout
    beyond = crime("callers", "app/main.py:999", cwd=project)
    assert beyond.returncode == 2
    assert "no line 999" in beyond.stderr
    short = crime("callers", "--json", "--seconds", "0.0000001", "app/main.py:5", cwd=project)
    assert json.loads(short.stdout) == []
    assert "not examined: 1 files, the nearest came first" in short.stderr
    assert "--seconds 0 lifts the bound" in short.stderr
    assert crime("callers", "--json", "--seconds", "0", "app/main.py:5", cwd=project).stdout == done.stdout
    assert crime("callers", "--seconds", "-1", "app/main.py:5", cwd=project).returncode == 2
    none = crime("callers", "--json", "app/main.py:8", cwd=project)
    assert (none.returncode, json.loads(none.stdout)) == (console.REFUSED, [])


# --------------------------------------------------------------------------- run


def test_run_keeps_the_commands_answer(project: Path) -> None:
    """Success is silent; failure keeps its exit code and adds the prompt's place on stderr."""
    good = crime("run", "--", sys.executable, "-c", "print('fine')", cwd=project)
    assert (good.returncode, good.stdout, good.stderr) == (0, "fine\n", "")
    bad = crime("run", sys.executable, "app/main.py", cwd=project)
    assert bad.returncode == 1
    assert bad.stdout == ""
    assert "ZeroDivisionError: division by zero\n" in bad.stderr
    assert "tokens, saved as .crimescene" in bad.stderr


def test_run_tells_the_command(project: Path) -> None:
    """What was run and how it ended is part of the prompt; its secrets are not."""
    crime("run", "--", sys.executable, "app/main.py", "--token=ghp_" + "a1B2" * 9, cwd=project)
    (saved,) = project.glob(".crimescene/*/prompt.md")
    text = saved.read_text(encoding="utf-8")
    assert "Command: " in text
    assert "app/main.py" in text.split("Command: ", 1)[1].split("\n", 1)[0]
    assert "(exit 1)" in text
    assert "ghp_a1B2a1B2" not in text


def test_run_passes_options_of_the_command(project: Path) -> None:
    """What stands after the command belongs to the command, ``--`` and ``--root`` too."""
    code = "import sys; print(sys.argv[1:])"
    done = crime("run", "--", sys.executable, "-c", code, "--root", "--", "-x", cwd=project)
    assert done.stdout == "['--root', '--', '-x']\n"


def test_run_without_a_trace(project: Path) -> None:
    """A failure without a trace keeps its exit code; the reason for no prompt is one sentence."""
    done = crime("run", "--", sys.executable, "-c", "raise SystemExit(3)", cwd=project)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise SystemExit(3)", "crimescene: It printed nothing: let it print one "),
        (
            "raise SystemExit('no')",
            "crimescene: No stack trace was found in what the command printed: let it ",
        ),
    ],
)
def test_run_of_what_prints_no_trace(program: str, said: str, tmp_path: Path) -> None:
    """The sentence says what to type next, in words of a command and not of a text."""
    done = subprocess.run(
        [*COMMAND, "run", "--", sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {1, 3}
    assert said in done.stderr
    assert "crimescene prompt --at FILE:LINE" in done.stderr


def test_run_where_nothing_can_be_saved(tmp_path: Path) -> None:
    """A prompt that cannot be saved is printed: it must not be lost."""
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / ".crimescene").write_text("a file is in the way")
    done = crime("run", "--", sys.executable, "main.py", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("# ZeroDivisionError")
    assert "not saved" in done.stderr


def test_run_of_an_unknown_command(project: Path) -> None:
    """As in a shell."""
    done = crime("run", "--", "no-such-command", cwd=project)
    assert done.returncode == 127
    assert done.stderr == "crimescene: no-such-command: command not found.\n"


# --------------------------------------------------------------------------- streams


def test_output_is_utf8_everywhere(project: Path) -> None:
    """A console that defaults to something else gets UTF-8 all the same."""
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    assert "“empty” ✗" in crime("parse", "trace.log", cwd=project, env=env).stdout
    done = crime("prompt", "trace.log", "--note", "größer ✗", cwd=project, env=env)
    assert "größer ✗" in done.stdout


def test_undecodable_input_is_no_problem(project: Path) -> None:
    """Logs hold any bytes."""
    (project / "trace.log").write_bytes(b"\xff\xfe\x00\x80 noise\n" + TRACE.encode() + b"\xc3")
    assert "app/main.py:5  run" in crime("parse", "trace.log", cwd=project).stdout


def test_of_a_huge_log_the_end_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded; what was not read is said."""
    monkeypatch.setattr(reading, "READ_AT_MOST", 1000)
    said: list[str] = []
    monkeypatch.setattr(reading, "say", said.append)
    log = tmp_path / "log"
    log.write_text("noise\n" * 1000 + "the end\n")
    text = reading.read_text(str(log))
    assert text.startswith("noise\n")
    assert text.endswith("noise\nthe end\n")
    assert len(text) <= 1000
    assert "left out" in said[0]


@posix
def test_a_reader_that_leaves(project: Path) -> None:
    """Under ``| head`` nobody hears of a broken pipe."""
    (project / "long.log").write_text(TRACE * 3000)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m crimescene parse long.log | head -1"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "ValueError: nothing to add: “empty” ✗\n"
    assert done.stderr == ""


@posix
def test_ctrl_c_is_quiet() -> None:
    """Ctrl-C ends us without a word, with the shell's code for it."""
    process = subprocess.Popen(
        [*COMMAND, "parse", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"id": 1, "text": ""}\n')
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


def test_a_fault_of_ours_is_one_sentence(tmp_path: Path) -> None:
    """No traceback of ours reaches a user, unless asked for."""
    code = """
        import sys
        from crimescene.cli import commands, main
        commands.HANDLERS["demo"] = lambda _: {}["gone"]
        sys.exit(main(["demo"]))
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == console.FAULT
    assert done.stderr.startswith("crimescene: internal error: KeyError: 'gone'.")
    assert len(done.stderr.splitlines()) == 1
    env = {**os.environ, "CRIMESCENE_DEBUG": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" in done.stderr


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    """An environment that lost a package says which one, and what to do."""
    (tmp_path / "pygls.py").write_text("import pygls_itself\n")
    code = "import sys; sys.path.insert(0, '.'); from crimescene.cli import main; sys.exit(main(['lsp']))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, input="")
    assert done.returncode == console.FAULT
    assert done.stderr.startswith("crimescene: the package pygls_itself is missing: ")


@posix
def test_progress_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence of more than a second is explained, and the explanation is wiped away."""

    class Terminal:
        def __init__(self, tty: bool) -> None:  # noqa: FBT001 -- one flag of one test
            self.tty, self.text = tty, ""

        def isatty(self) -> bool:
            return self.tty

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    monkeypatch.setattr(console, "_PATIENCE", 0.01)
    for tty in (True, False):
        terminal = Terminal(tty)
        monkeypatch.setattr(sys, "stderr", terminal)
        with console.progress("counting sheep"):
            time.sleep(0.1)
        assert ("counting sheep" in terminal.text) is tty
        assert terminal.text.endswith("\r\x1b[K") is tty


# --------------------------------------------------------------------------- clipboard


@posix
def test_copy_feeds_the_desktops_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool of the running desktop gets the text as UTF-8."""
    tool = tmp_path / "wl-copy"
    tool.write_text(f"#!/bin/sh\n{shutil.which('cat')} > '{tmp_path}/copied'\n")
    tool.chmod(0o755)
    _quiet_environment(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(sys, "platform", "linux")
    assert clipboard.copy("größer ✗") == "copied with wl-copy"
    assert (tmp_path / "copied").read_text("utf-8") == "größer ✗"


@posix
def test_copy_over_ssh_asks_the_terminal() -> None:
    """Over SSH the clipboard is at the other end: OSC 52, whatever is installed here."""
    import pty  # noqa: PLC0415 -- POSIX alone has it

    code = "import sys; from crimescene.clipboard import copy; sys.stdout.write(copy('größer') + '\\n')"
    environment = {
        "SSH_CONNECTION": "1 2 3 4",
        "TERM": "xterm",
        "DISPLAY": ":9",
        "PATH": os.environ["PATH"],
    }
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-c", code], environment)  # noqa: S606 -- the child of a fork
    seen = b""
    while b"OSC 52)" not in seen and (chunk := os.read(terminal, 1000)):
        seen += chunk
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"\x1b]52;c;" + base64.b64encode("größer".encode()) + b"\x07" in seen


def test_copy_without_any_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing reaches a clipboard the user learns what to install."""
    _quiet_environment(monkeypatch)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UserError, match="install"):
        clipboard.copy("x")


def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "TMUX", "TERM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
    monkeypatch.delenv("PREFIX", raising=False)
