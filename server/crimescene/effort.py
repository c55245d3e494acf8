"""A clock for time boxes that a busy machine does not make run out sooner."""

from __future__ import annotations

import time

_PASSING = 0.1
"""Share of the time that passes and counts though nothing was computed: waiting for a disk is bounded too."""


def effort() -> float:
    """Seconds this thread computed, plus a tenth of those that passed; only differences mean something."""
    return time.thread_time() + _PASSING * time.monotonic()
