"""Which lines of a failing test never ran: what follows the statement that failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK = re.compile(r"(?:if|for|foreach|while|do|with|async with|try|using|synchronized|switch|lock)\b")
"""What may stand before the failing line in its statement: anything else may be a callback that ran later."""
_GOES_ON = re.compile(r"[)\]}.,:?]|(?:else|elif|except|catch|finally|rescue|ensure|and|or)\b|[&|]{2}|$")
"""How a line begins that belongs to the statement above."""
_LEAST = 3
"""Fewer lines are not worth the mark that stands for them."""
_COMMENT = ("#", "//", "/*", "*", "--")


def unreached(lines: Sequence[str], failing: int) -> int:
    """How many of the last ``lines`` of a function cannot have run if it failed at index ``failing``.

    Told by indentation, 0 where that does not tell: the failing line must stand at the function's own level
    or in a block of control flow there, since a callback may run after what stands below it.
    """
    if not 0 < failing < len(lines):
        return 0
    head = _depth(lines[0])
    inner = [_depth(line) for line in lines[1:] if line.strip() and not line.strip().startswith(_COMMENT)]
    level = min((depth for depth in inner if depth > head), default=0)
    if _depth(lines[failing]) < level or not level:
        return 0
    first = failing
    while first > 0 and (_depth(lines[first]) > level or _goes_on(lines[first])):
        first -= 1
    if first != failing and not _BLOCK.match(lines[first].strip()):
        return 0
    following = range(failing + 1, len(lines))
    after = (n for n in following if _depth(lines[n]) == level and not _goes_on(lines[n]))
    rest = len(lines) - next(after, len(lines))
    return rest if rest >= _LEAST else 0


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _goes_on(line: str) -> bool:
    return _GOES_ON.match(line.strip()) is not None
