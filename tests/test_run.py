"""A command run through us must not notice it, and neither must its user."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from crimescene.run import NOT_EXECUTABLE, NOT_FOUND, run

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")

_WRAPPER = """
import sys
from crimescene.run import run
done = run(sys.argv[1:])
print("kept:", repr(done.output[-60:]), file=sys.stderr)
raise SystemExit(done.code)
"""


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def test_output_passes_through(capfd: pytest.CaptureFixture[str]) -> None:
    """Both streams arrive where they belong, and both are kept."""
    done = run(_python("import sys; print('to out'); print('to err', file=sys.stderr)"))
    out, err = capfd.readouterr()
    assert (out, err) == ("to out\n", "to err\n")
    assert done.code == 0
    assert "to out\n" in done.output
    assert "to err\n" in done.output


def test_bytes_are_not_touched(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """What is no UTF-8 passes unchanged; only the kept text is repaired."""
    done = run(_python(r"import sys; sys.stdout.buffer.write(b'\xff\x00\r\n')"))
    assert capfdbinary.readouterr().out.endswith(b"\xff\x00\r\n")
    assert done.output.startswith("\ufffd\0")


def test_order_is_kept_where_both_streams_are_one_file(tmp_path: Path) -> None:
    """Under ``2>&1`` the command writes to one pipe, as it would without us."""
    code = "import os; [os.write(1 + i % 2, b'%d ' % i) for i in range(200)]"
    with (tmp_path / "log").open("wb") as log:
        run(_python(code), out=log.fileno(), err=log.fileno())
    assert (tmp_path / "log").read_text().split() == [str(i) for i in range(200)]


def test_exit_code_is_the_commands_own() -> None:
    """A number stays, a signal n becomes 128 + n as in a shell."""
    assert run(_python("raise SystemExit(37)")).code == 37
    if sys.platform != "win32":
        assert run(_python("import os; os.kill(os.getpid(), 9)")).code == 128 + 9


def test_command_not_found(tmp_path: Path) -> None:
    """The shell's codes, and one sentence that names the command."""
    done = run([str(tmp_path / "nowhere")])
    assert done.code == NOT_FOUND
    assert "nowhere: command not found" in done.problem
    if sys.platform != "win32":
        (tmp_path / "script").write_text("#!/bin/sh\n")
        assert run([str(tmp_path / "script")]).code == NOT_EXECUTABLE


def test_only_the_tail_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    """Memory stays bounded however much the command prints, and what is missing is counted."""
    done = run(_python("print('x' * 3_000_000); print('the end')"), keep=100_000)
    assert done.output.endswith("the end\n")
    assert len(done.output) < 300_000
    assert len(done.output) + done.dropped == 3_000_009
    assert len(capfd.readouterr().out) == 3_000_009


@posix
def test_a_process_left_behind_is_not_waited_for() -> None:
    """A server that the command started and left keeps the pipe open, but not us."""
    begun = time.monotonic()
    done = run(["sh", "-c", "sleep 30 & echo $!"])
    os.kill(int(done.output), signal.SIGKILL)
    assert time.monotonic() - begun < 60
    assert done.code == 0


@posix
def test_a_terminal_stays_a_terminal() -> None:
    """On a terminal the command sees one, of the same size, and its bytes stay as they are."""
    outer, inner = os.openpty()
    import fcntl  # noqa: PLC0415 -- POSIX alone has these two
    import struct  # noqa: PLC0415
    import termios  # noqa: PLC0415

    mode = termios.tcgetattr(inner)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(inner, termios.TCSANOW, mode)
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 11, 77, 0, 0))
    code = "import os; print([os.isatty(n) for n in (1, 2)], os.get_terminal_size(2).columns)"
    done = run(_python(code), out=inner, err=inner)
    assert done.output == "[True, True] 77\n"
    seen = b""
    while not seen.endswith(b"\n"):
        seen += os.read(outer, 1000)
    assert seen == b"[True, True] 77\n"


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_the_command(number: signal.Signals) -> None:
    """Whoever stops us stops the command, which may end in its own way; its answer is ours."""
    code = f"""
        import os, signal, sys, time
        def stop(*_):
            os.write(1, b"cleaned up\\n")
            sys.exit(5)
        signal.signal({int(number)}, stop)
        print("ready", flush=True)
        time.sleep(30)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _WRAPPER, *_python(code)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert out == "cleaned up\n", err
    assert "cleaned up" in err
    assert process.returncode == 5


@posix
def test_ctrl_c_reaches_the_command_once() -> None:
    """At a terminal the command has had Ctrl-C already; a second one would mean "at once" to many."""
    import pty  # noqa: PLC0415 -- POSIX alone has it

    code = """
        import signal, time
        seen = []
        signal.signal(signal.SIGINT, lambda *_: seen.append(1))
        print("ready", flush=True)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            time.sleep(0.05)
        print("seen", len(seen), flush=True)
    """
    child, terminal = pty.fork()
    if child == 0:
        words = [sys.executable, "-c", _WRAPPER, *_python(code)]
        os.execv(words[0], words)  # noqa: S606 -- the child of a fork
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    while not re.search(rb"seen \d+\r\n", seen):
        seen += os.read(terminal, 1000)
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"seen 1\r\n" in seen


@posix
def test_stdin_is_the_users_own() -> None:
    """The command reads what the user types or pipes."""
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPER, *_python("print(input()[::-1])")],
        input="abc\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "cba\n"


@posix
def test_a_reader_that_leaves_ends_the_command() -> None:
    """Under ``| head -1`` the command sees the broken pipe that it would have seen without us."""
    endless = "while :; do echo y; done"
    command = f"{sys.executable} -c '{_WRAPPER}' sh -c '{endless}' 2>/dev/null | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=20, check=False)
    assert done.stdout == b"y\n"


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
@pytest.mark.parametrize("group", [True, False])
def test_an_interrupt_without_a_terminal_arrives_once(tmp_path: Path, group) -> None:
    """Sent to the whole process group or to us alone: the command is interrupted once, silently."""
    counting = (
        "import signal, sys, time\n"
        "seen = []\n"
        "signal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
        "print('ready', flush=True)\n"
        "until = time.monotonic() + 20\n"
        "while not seen and time.monotonic() < until: time.sleep(0.01)\n"
        "time.sleep(0.5)\n"
        "print(f'{len(seen)} seen', flush=True)\n"
        "sys.exit(3)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "crimescene", "run", "--", sys.executable, "-c", counting],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    if group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == b"1 seen\n"
    assert process.returncode == 3
    assert err == b""
