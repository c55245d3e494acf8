"""What a terminal, a pipe or a huge file asks of a command line: encodings, bounded reading, progress."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE, FAULT, REFUSED = 0, 1, 2
"""Exit codes: ``REFUSED`` is wrong usage, something only the user can put right, or nothing found."""

_PATIENCE = 1.0
"""Seconds before silence needs an explanation."""


def speak_utf8() -> None:
    """Write UTF-8 with bare newlines whatever the console defaults to, and never fail on a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def as_utf8(argument: str) -> str:
    """Read an argument as UTF-8, which most shells send whatever the locale says."""
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def say(sentence: str) -> None:
    """Tell the user something about the run; the answer itself goes to stdout."""
    print(f"crimescene: {sentence}", file=sys.stderr)


def _user_error() -> type[Exception]:
    from crimescene.model import UserError  # 20 ms that --version and --help need not pay

    return UserError


class Guard:
    """How a guarded block ended: ``code`` is 0, or the exit code of what stopped it."""

    code = 0


@contextmanager
def guarded() -> Iterator[Guard]:
    """Turn what goes wrong inside into one sentence on stderr; CRIMESCENE_DEBUG=1 lets it through."""
    guard = Guard()
    try:
        yield guard
    except BrokenPipeError:
        raise
    except Exception as error:
        if isinstance(error, _user_error()):
            say(str(error))
            guard.code = REFUSED
            return
        if os.environ.get("CRIMESCENE_DEBUG"):
            raise
        guard.code = FAULT
        package = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
        if package not in {"", "crimescene"}:
            say(f"the package {package} is missing: this installation is not whole, make it again.")
            return
        say(
            f"internal error: {type(error).__name__}: {error}. "
            "CRIMESCENE_DEBUG=1 shows where; a report would help."
        )


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Show on a terminal what takes longer than a second, and for how long; leave no trace of it."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def show() -> None:
        begun = time.monotonic()
        if done.wait(_PATIENCE):
            return
        while True:
            print(f"\r{doing} … {time.monotonic() - begun:.0f} s", end="", file=sys.stderr, flush=True)
            if done.wait(_PATIENCE):
                break
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
