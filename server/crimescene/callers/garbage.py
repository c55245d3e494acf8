"""When Python looks for cycles of objects nobody needs: not in the middle of a short question.

A look at everything takes a tenth of a second and more, as much as half of such a question, and no time box
can end it. What a question makes anew is looked at between two files, where the time counts.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 1.0
"""Seconds up to which a question makes too little to run out of memory by."""
_MANY = 50_000
"""New objects to look at in one go: some five milliseconds."""


@contextmanager
def put_off(seconds: float | None) -> Iterator[None]:
    """Leave the look at everything for later while a question of so many seconds is answered."""
    if seconds is None or seconds > SHORT or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)  # or the look at everything would begin with the next object
        gc.enable()


def sweep() -> None:
    """Look at the new objects if there are many and Python itself does not."""
    if not gc.isenabled() and gc.get_count()[0] > _MANY:
        gc.collect(0)
