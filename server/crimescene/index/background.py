"""The process that keeps the words up to date, as the one who started it sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.index.words import WordIndex

MIN_FILES = 2_000
"""Fewer are read as fast as one can ask."""
MAX_OUTDATED = 64
"""Files that have to be read with every question, beyond which it is time to read them once."""
_HOME = Path(__file__).resolve().parents[2]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from crimescene.index.building import main; sys.exit(main(sys.argv[1:]))"
)
"""``-m`` would find us only where we are installed."""
PAUSE = 30.0
"""Seconds between two processes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the process is; ``over`` once it has ended, with ``problem`` if it could not finish."""

    done: int
    total: int
    over: bool = False
    problem: str = ""


class Builder:
    """Starts the process when there is enough to do; never two of them."""

    def __init__(self, index: WordIndex, max_bytes: int, told: Callable[[Progress], None]) -> None:
        self.index = index
        self._max_bytes = max_bytes
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = float("-inf")
        self._lock = threading.Lock()

    def start_if_due(self, paths: Sequence[str]) -> bool:
        """Start reading what is not known of ``paths`` if that is much; returns at once."""
        with self._lock:
            pausing = time.monotonic() - self._ended < PAUSE
            if self._process is not None or pausing or len(paths) < MIN_FILES:
                return False
            known = self.index.files()
            unknown = sum(path not in known for path in paths)
            if unknown + self.index.changed <= MAX_OUTDATED:
                return False
            return self._start(paths)

    def _start(self, paths: Sequence[str]) -> bool:
        folder = self.index.folder
        command = [sys.executable, "-c", _PROGRAM, str(_HOME)]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            process = subprocess.Popen(
                [*command, str(self.index.root), str(folder), str(self._max_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,  # Python looks for modules here: never in the user's project
            )
        except OSError:
            self._ended = time.monotonic()
            return False
        self._process = process
        data = b"\0".join(os.fsencode(path) for path in paths)
        threading.Thread(target=self._follow, args=(process, data), name="words", daemon=True).start()
        return True

    def _follow(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        problem = ""
        done = total = 0
        if process.stdin is not None and process.stdout is not None:
            with suppress(OSError):
                process.stdin.write(data)
                process.stdin.close()
            for line in process.stdout:
                what, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if what in ("progress", "saved"):
                    done, total = (int(number) for number in rest.split())
                    self._told(Progress(done, total))
                if what == "saved":
                    self.index.reload()
                if what == "failed":
                    problem = rest
                if what == "busy":
                    problem = "another process reads them"
        if process.wait() and not problem:
            problem = "it ended early"
        with self._lock:
            self._process = None
            self._ended = time.monotonic()
        self._told(Progress(done, total, over=True, problem=problem))

    def cancel(self) -> None:
        """End the process; what it saved stays."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
