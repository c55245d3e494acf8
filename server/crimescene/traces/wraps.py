"""Text copied from a terminal that broke its lines at the edge of the window.

    Traceback (most recent call last):
      File "/home/dev/shop/services/checkout/card
    s.py", line 120, in pay

Believed only where a broken line and the one below it make the place of a frame; then every line as long as
the window is put together with the next.
"""

from __future__ import annotations

from operator import sub
from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx
from crimescene.traces.positions import Origin, Pieces

if TYPE_CHECKING:
    from array import array

_NARROWEST, _WIDEST = 40, 400
"""Columns of a terminal."""
_BROKEN = rx(r'\s{0,40}(?:File "[^"\n]{1,390}(?:"[^"\n]{0,20})?$|at [^\s][^\n]{1,390}$)')
_WHOLE = rx(
    r'\s{0,40}(?:File "[^"\n]{1,800}", line \d{1,9}(?:, in .{1,200})?$'
    r"|at [^()\n]{1,400} ?\([^()\n]{1,600}:\d{1,9}(?::\d{1,9})?\)(?: \{)?$"
    r"|at (?:async )?[^\s()]{1,600}:\d{1,9}:\d{1,9}(?: \{)?$)"
)
_OPENS = rx(r'\s{0,40}(?:File "|at [\w<]|Traceback \(|Caused by: |\.\.\. \d|\s*$)')


def unwrapped(
    text: str, starts: array[int], ends: array[int], origin: Origin | None
) -> tuple[str, Origin] | None:
    """The text with its broken lines put together; None if nothing shows that it was broken."""
    lengths = list(map(sub, ends, starts))
    width = max(lengths, default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full: list[int] = []
    at = -1
    while (at := _index(lengths, width, at + 1)) >= 0:
        full.append(at)
    last = len(lengths) - 1
    broken = [at for at in full if at < last and not _OPENS.match(text, starts[at + 1], ends[at + 1])]
    if not any(_is_broken(text, starts, ends, at) for at in broken):
        return None
    pieces = Pieces(text)
    begin = starts[0]
    for at in broken:
        pieces.copy(begin, ends[at])
        begin = starts[at + 1]
    pieces.copy(begin, ends[-1])
    return pieces.build(origin)


def _index(lengths: list[int], width: int, start: int) -> int:
    try:
        return lengths.index(width, start)
    except ValueError:
        return -1


def _is_broken(text: str, starts: array[int], ends: array[int], at: int) -> bool:
    """Whether the line and what follows it at the window's width make one frame, which it alone is not."""
    if not _BROKEN.match(text, starts[at], ends[at]) or _WHOLE.match(text, starts[at], ends[at]):
        return False
    joined = text[starts[at] : ends[at]]
    width = len(joined)
    for below in range(at + 1, min(at + 4, len(starts))):
        line = text[starts[below] : ends[below]]
        joined += line
        if _WHOLE.match(joined.rstrip()):
            return True
        if len(line) < width:
            return False
    return False
