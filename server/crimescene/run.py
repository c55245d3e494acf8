"""Runs a command the user asked for: output passes through as it comes, the newest part is kept.

On a terminal the command gets a pseudo-terminal, so that colours and progress bars stay as they are;
elsewhere it gets pipes. Standard input is the user's own.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    import fcntl
    import termios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

    from typing_extensions import Self

NOT_EXECUTABLE = 126
NOT_FOUND = 127
"""What a shell answers for a command that it cannot run, or cannot find."""

_KEEP = 4_000_000
_CHUNK = 65_536
_TOGETHER = 0.1
"""Seconds within which a signal to a group has reached all of it."""
_LINGER = 1.0
"""Seconds that output may stay silent after the command ended: a process it left behind can hold it open."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a command."""

    code: int
    """Its own exit code; 128 + n if signal n ended it; 127 not found, 126 not executable."""
    output: str = ""
    """The end of what it printed on stdout and stderr, in the order of arrival."""
    dropped: int = 0
    """Bytes printed before ``output`` that were not kept."""
    problem: str = ""
    """One sentence if the command could not be started."""
    interrupted: bool = False
    """Somebody stopped it with SIGINT (Ctrl-C)."""


class _Tail:
    """The newest ``limit`` bytes of what several threads add."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self.dropped = 0

    def add(self, chunk: bytes) -> None:
        with self._lock:
            self._chunks.append(chunk)
            self._size += len(chunk)
            while self._size - len(self._chunks[0]) >= self._limit:
                oldest = len(self._chunks.popleft())
                self._size -= oldest
                self.dropped += oldest

    def text(self) -> str:
        with self._lock:
            return b"".join(self._chunks).decode("utf-8", "replace")


class _Pump(threading.Thread):
    """Copies ``source`` to ``target`` until its writers are gone, or nobody reads ``target`` any more."""

    def __init__(self, source: int, target: int, tail: _Tail) -> None:
        super().__init__(daemon=True)
        self._source, self._target, self._tail = source, target, tail
        self._idle_since: float | None = None
        self._line = b""

    def run(self) -> None:
        # A pseudo-terminal says EIO where a pipe says end of file. Closing the source when the target
        # has gone lets the command see the broken pipe that it would have seen without us.
        with suppress(OSError):
            while True:
                self._idle_since = time.monotonic()
                chunk = os.read(self._source, _CHUNK)
                self._idle_since = None
                if not chunk:
                    break
                # Only whole lines are kept, so that two streams do not meet in the middle of one.
                end = chunk.rfind(b"\n") + 1
                if end or len(self._line) > _CHUNK:
                    self._tail.add(self._line + chunk[:end])
                    self._line = b""
                self._line += chunk[end:]
                _write(self._target, chunk)
        with suppress(OSError):
            os.close(self._source)

    def finish(self) -> None:
        """Wait until everything is through; a process left behind by the command is not waited for."""
        ended = time.monotonic()
        while self.is_alive():
            idle = self._idle_since
            if idle is not None and time.monotonic() - max(idle, ended) > _LINGER and self._is_silent():
                break
            self.join(0.02)
        self._tail.add(self._line)

    def _is_silent(self) -> bool:
        """Whether nothing waits to be read: on a busy machine this thread may only be late."""
        if sys.platform == "win32":  # which cannot tell
            return True
        with suppress(OSError, ValueError):
            return not select.select([self._source], [], [], 0)[0]
        return False


def _write(target: int, data: bytes) -> None:
    while data:
        with suppress(BlockingIOError):
            data = data[os.write(target, data) :]
            continue
        select.select([], [target], [])  # somebody who shares the terminal made it non-blocking


def run(
    command: Sequence[str],
    cwd: Path | None = None,
    *,
    out: int = 1,
    err: int = 2,
    keep: int = _KEEP,
) -> Finished:
    """Run ``command``, its output going to the file descriptors ``out`` and ``err`` while it comes.

    At most about ``keep`` bytes of output are remembered. Never raises for what the command does.
    """
    program = list(command)
    if sys.platform == "win32":  # npm is npm.cmd there, which only a search with PATHEXT finds
        program[0] = shutil.which(program[0]) or program[0]
    tail = _Tail(keep)
    channels = [_Channel(out)]
    channels.append(channels[0] if _same_file(out, err) else _Channel(err))
    with _Relay(channels) as relay:
        try:
            process = subprocess.Popen(program, cwd=cwd, stdout=channels[0].inner, stderr=channels[1].inner)
        except OSError as error:
            for channel in set(channels):
                channel.abandon()
            return _not_started(program[0], error)
        relay.started(process)
        pumps = [_Pump(channel.open(), channel.target, tail) for channel in dict.fromkeys(channels)]
        for pump in pumps:
            pump.start()
        code = process.wait()
    for pump in pumps:
        pump.finish()
    interrupted = relay.interrupted or code == -signal.SIGINT
    return Finished(128 - code if code < 0 else code, tail.text(), tail.dropped, interrupted=interrupted)


def capture(
    command: Sequence[str],
    cwd: Path,
    *,
    is_unwanted: Callable[[], bool],
    seconds: float = 600.0,
    keep: int = _KEEP,
) -> Finished:
    """Run ``command`` out of sight and return what it printed.

    It gets no input and a process group of its own, which is ended, after a moment to put things
    right, once ``is_unwanted()`` is true or the time is over. Never raises for what it does.
    """
    program = list(command)
    program[0] = shutil.which(program[0]) or program[0]
    tail = _Tail(keep)
    try:
        process = subprocess.Popen(
            program,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return _not_started(program[0], error)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 -- a device
        assert process.stdout is not None  # noqa: S101 -- for type checkers: it was asked for
        pump = _Pump(os.dup(process.stdout.fileno()), nowhere.fileno(), tail)
        process.stdout.close()
        pump.start()
        deadline = time.monotonic() + seconds
        problem = ""
        while process.poll() is None:
            late = time.monotonic() > deadline
            if late or is_unwanted():
                problem = f"{command[0]}: stopped after {seconds:g} seconds." if late else "It was cancelled."
                _end(process)
            time.sleep(0.02)
        pump.finish()
    code = process.returncode
    return Finished(128 - code if code < 0 else code, tail.text(), tail.dropped, problem)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with suppress(OSError):
            if sys.platform == "win32":
                process.terminate()
            else:
                os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LINGER)
            return


def _not_started(program: str, error: OSError) -> Finished:
    if isinstance(error, FileNotFoundError):
        return Finished(NOT_FOUND, problem=f"{program}: command not found.")
    return Finished(NOT_EXECUTABLE, problem=f"{program}: cannot be run: {error.strerror or error}.")


def _same_file(one: int, other: int) -> bool:
    with suppress(OSError):
        return os.path.sameopenfile(one, other)
    return False


class _Channel:
    """One way out of the command: a pseudo-terminal if ``target`` is a terminal, else a pipe."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_terminal = sys.platform != "win32" and os.isatty(target)
        if sys.platform != "win32" and self.is_terminal:
            self.outer, self.inner = os.openpty()
            # The real terminal turns \n into \r\n once; doing it here too would change the output.
            mode = termios.tcgetattr(self.inner)
            mode[1] &= ~termios.OPOST
            termios.tcsetattr(self.inner, termios.TCSANOW, mode)
            self.fit()
        else:
            self.outer, self.inner = os.pipe()

    def fit(self) -> None:
        """Give the pseudo-terminal the size of the real one."""
        if sys.platform != "win32" and self.is_terminal:
            with suppress(OSError):
                size = fcntl.ioctl(self.target, termios.TIOCGWINSZ, b"\0" * 8)
                fcntl.ioctl(self.outer, termios.TIOCSWINSZ, size)

    def open(self) -> int:
        """Leave the writing end to the command alone; returns the reading end."""
        os.close(self.inner)
        return self.outer

    def abandon(self) -> None:
        os.close(self.inner)
        os.close(self.outer)


class _Relay:
    """While it is entered, whoever stops or resizes us stops or resizes the command."""

    def __init__(self, channels: Sequence[_Channel]) -> None:
        self._channels = channels
        self._command: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._before: dict[int, Any] = {}
        self._witness: _Witness | None = None
        self.interrupted = False

    def __enter__(self) -> Self:
        handlers: dict[int, Callable[[int, FrameType | None], None]] = {
            signal.SIGINT: self._forward,
            signal.SIGTERM: self._forward,
        }
        if sys.platform != "win32":
            handlers |= {signal.SIGHUP: self._forward, signal.SIGQUIT: self._forward}
            handlers[signal.SIGWINCH] = self._resize
        if threading.current_thread() is threading.main_thread():  # no other may
            for number, handler in handlers.items():
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:  # what is ignored (nohup) stays so, for the command too
                    self._before[number] = before
                    signal.signal(number, handler)
            if sys.platform != "win32" and not any(map(os.isatty, (0, 1, 2))):
                self._witness = _Witness()
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._witness is not None:
            self._witness.dismiss()

    def started(self, command: subprocess.Popen[bytes]) -> None:
        """From now on signals go to ``command``; those that came before reach it now."""
        self._command = command
        for number in self._early:
            command.send_signal(number)

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self.interrupted = self.interrupted or number == signal.SIGINT
        if self._command is None:
            self._early.append(number)
        elif not (number in _KEYS and _typed()) and not (self._witness and self._witness.was_hit()):
            with suppress(OSError):
                self._command.send_signal(number)

    def _resize(self, number: int, _frame: FrameType | None) -> None:
        for channel in self._channels:
            channel.fit()
        if self._command is not None:
            with suppress(OSError):
                self._command.send_signal(number)


class _Witness:
    """A process of our group, which a signal to the whole group ends: then the command got it without us.

    Where there is no terminal nothing else tells a signal to the group from one to us alone.
    """

    def __init__(self) -> None:
        self._process = self._hired()

    @staticmethod
    def _hired() -> subprocess.Popen[bytes] | None:
        with suppress(OSError):  # it lives until its standard input ends, with us at the latest
            return subprocess.Popen(
                ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        return None

    def was_hit(self) -> bool:
        """Whether the signal that just came went to the group."""
        if self._process is None:
            return False
        try:
            self._process.wait(_TOGETHER)
        except subprocess.TimeoutExpired:
            return False
        self.dismiss()
        self._process = self._hired()
        return True

    def dismiss(self) -> None:
        """It is needed no more."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()


_KEYS = {signal.SIGINT, getattr(signal, "SIGQUIT", signal.SIGINT)}
"""What Ctrl-C and Ctrl-backslash send."""


def _typed() -> bool:
    """Whether such a key reaches the command without us: it shares our foreground group."""
    if sys.platform == "win32":
        return True
    for number in (0, 1, 2):
        with suppress(OSError):
            if os.tcgetpgrp(number) == os.getpgrp():
                return True
    return False
