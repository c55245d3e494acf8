"""Reading what failed: a file, a pipe or standard input, of any size and encoding, within bounds."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections import deque
from pathlib import Path
from typing import IO

from crimescene.cli.console import say
from crimescene.model import UserError

READ_AT_MOST = 16_000_000
"""Bytes of a log that are read: its end, where the newest failure stands."""

_CHUNK = 1 << 20
_WRITER_SECONDS = 3.0
"""How long a named pipe may be without anybody who writes to it."""
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_PAUSE = 0.05
_SAMPLE = 2000
"""Pairs of bytes that tell UTF-16."""
_BINARY = 8000
"""Characters in which binary data shows a NUL."""


def read_text(source: str) -> str:
    """Read a file, or stdin for ``-``; of more than ``READ_AT_MOST`` bytes only the end.

    Undecodable bytes are replaced, and said. Raises ``UserError`` for what cannot be read.
    """
    if source == "-":
        if sys.stdin is None:
            raise UserError("There is no standard input to read: give the file that holds the failure.")
        if sys.stdin.isatty():
            say("reading from the terminal; end with Ctrl-D (Windows: Ctrl-Z and Enter).")
        return _decoded(*_tail(sys.stdin.buffer))
    try:
        fd, begun = _opened(source)
        with os.fdopen(fd, "rb") as file:
            return _decoded(*_tail(file, begun))
    except (OSError, ValueError) as error:
        raise _refusal(source, getattr(error, "strerror", None) or str(error)) from error


def _refusal(source: str, reason: str) -> UserError:
    hint = "give the file that holds the failure, or - for standard input"
    return UserError(f"{source} cannot be read: {reason}; {hint}.")


def _opened(source: str) -> tuple[int, bytes]:
    """Open a file, or a pipe that somebody writes to, and what was read of it; nothing without an end."""
    fd = os.open(source, os.O_RDONLY | _FLAGS)
    try:
        _check(fd, source)
        begun = _begin(fd, source) if stat.S_ISFIFO(os.fstat(fd).st_mode) else b""
        if hasattr(os, "set_blocking"):
            os.set_blocking(fd, True)
    except BaseException:
        os.close(fd)
        raise
    return fd, begun


def _check(fd: int, source: str) -> None:
    mode = os.fstat(fd).st_mode
    if stat.S_ISDIR(mode):
        raise _refusal(source, "it is a folder")
    if stat.S_ISREG(mode):
        if os.path.realpath(source).startswith(("/proc/", "/sys/")):
            raise _refusal(source, "the kernel makes it up on reading")
    elif not stat.S_ISFIFO(mode) and not os.isatty(fd) and not Path(source).samefile(os.devnull):
        raise _refusal(source, "it is a device or a socket")


def _begin(fd: int, source: str) -> bytes:
    """Wait for somebody to write to the pipe, who then may take any time; what was read meanwhile."""
    deadline = time.monotonic() + _WRITER_SECONDS
    while time.monotonic() < deadline:
        try:
            begun = os.read(fd, _CHUNK)
        except BlockingIOError:  # nothing yet, but there is a writer
            return b""
        if begun:
            return begun
        time.sleep(_PAUSE)
    raise _refusal(source, "it is a pipe that nobody writes to")


def _tail(file: IO[bytes], begun: bytes = b"") -> tuple[bytes, int]:
    """Return the end of ``file`` and the number of bytes before it; memory stays bounded."""
    skipped = 0
    if file.seekable():
        skipped = max(0, file.seek(0, os.SEEK_END) - READ_AT_MOST)
        file.seek(skipped)
    chunks: deque[bytes] = deque([begun])
    size = len(begun)
    while chunk := file.read(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        while size - len(chunks[0]) >= READ_AT_MOST:
            skipped += len(chunks[0])
            size -= len(chunks.popleft())
    return b"".join(chunks), skipped


def _text(data: bytes, skipped: int) -> str:
    """Decode UTF-8, or UTF-16 as Windows writes it: mostly ASCII, so every other byte is mostly NUL."""
    pairs = data[skipped % 2 :]
    for encoding, zeros, others in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        sample = pairs[: 2 * _SAMPLE]
        share = sample[zeros::2].count(0) - sample[others::2].count(0)
        if share > len(sample) // 4:  # half of the pairs
            return pairs.decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def _decoded(data: bytes, skipped: int) -> str:
    """The text, and on stderr what was left out of it and what could not be read."""
    text = _text(data, skipped).removeprefix("\ufeff")
    if skipped:
        text = text[text.find("\n") + 1 :]
        millions = f"the last {len(data) / 1e6:,.0f} MB"
        say(f"read {millions}; {skipped / 1e6:,.0f} MB before them were left out.")
    bad = text.count("\ufffd") if "\0" not in text[:_BINARY] else 0
    if bad:
        say(f"the text is not all UTF-8: {bad:,} signs could not be read and stand as \ufffd.")
    return text
