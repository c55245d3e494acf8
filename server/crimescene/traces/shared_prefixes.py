"""What a logger prints behind the time of every line: its name, a level, a thread, the place of the call.

    2026-11-22 07:26:15,123 - shop.api - ERROR - Traceback (most recent call last):
    [2026-11-22 07:26:15,123] {logging_mixin.py:112} INFO -   File "/opt/dags/etl.py", line 12, in extract

Loggers are configured, so no list of forms would do: found as what several lines in a row begin with, numbers
aside, up to the last sign that separates. Lines that bear no time are never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

_WIDTH = 160
"""Characters behind the time that may belong to it."""
_FEWEST = 3
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_SEPARATED = rx(r".*(?:[:\])}>] | [-|] |\t(?<=[^\s]\t))")
_PLACE = rx(r"[:(,] ?0|line 0")
_CALLER = rx(r"(?:\{[\w./-]{1,80}:0{1,6}\}|[\w./-]{1,80}:0{1,6}\]) ")
_CONTENT = rx(
    r"\s*(?:at |from |File |in |by |not ok |ok |Caused by|#0|0{1,4}[:.]|\.\.\."
    r"|(?:error|warning|note|fatal error)\b)"
)
_LEVEL = rx(r"\b(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|CRITICAL|SEVERE|error|info)\b")
"""Two lines are enough where one is named; else ``_FEWEST``."""
_WORD = rx(r".*[A-Za-z]{2}")


def masked(line: str) -> str:
    """The line with every digit alike; signs beyond Latin-1 as well, which keeps its length."""
    return line.encode("latin-1", "replace").translate(_DIGITS).decode("latin-1")


def strip_shared(text: str, starts: array[int], ends: array[int], stamped: array[int]) -> None:
    """Move ``starts`` of the lines ``stamped``, which bore a time, behind what neighbours have in common."""
    count = len(stamped)
    at = 0
    while at + 1 < count:
        # Runs of lines one below the other; single ones are most of a log.
        stop = at + 1
        while stop < count and stamped[stop] == stamped[stop - 1] + 1:
            stop += 1
        if stop - at > 1:
            _strip_run(text, starts, ends, stamped[at:stop])
        at = stop


def _strip_run(text: str, starts: array[int], ends: array[int], lines: Sequence[int]) -> None:
    seen = [masked(text[starts[n] : min(ends[n], starts[n] + _WIDTH)]) for n in lines]
    _strip_blank(starts, lines, seen)
    first = 0
    while first + 1 < len(lines):
        shared = _common(seen[first], seen[first + 1])
        stop = first + 2
        while shared and stop < len(lines):
            if not seen[stop].startswith(shared):
                shorter = _common(shared, seen[stop])
                if not shorter:
                    break
                shared = shorter
            stop += 1
        if not shared:
            first += 1
            continue
        if stop - first >= _FEWEST or _LEVEL.search(shared):
            for n in lines[first:stop]:
                starts[n] = min(starts[n] + len(shared), ends[n])
        first = stop


def _strip_blank(starts: array[int], lines: Sequence[int], seen: list[str]) -> None:
    """A second blank behind the time of every line is no indentation."""
    written = [n for n, line in enumerate(seen) if line]
    if len(written) < _FEWEST or not all(seen[n].startswith(" ") for n in written):
        return
    if any(not seen[n].startswith("  ") for n in written):
        for n in written:
            starts[lines[n]] += 1
            seen[n] = seen[n][1:]


def _common(one: str, other: str) -> str:
    """What both begin with, up to the last separator; empty if that may be more than metadata."""
    equal, differ = 0, min(len(one), len(other)) + 1
    while differ - equal > 1:
        middle = (equal + differ) // 2
        if one[:middle] == other[:middle]:
            equal = middle
        else:
            differ = middle
    if _CONTENT.match(one) or one[:1] == "\t" or one[:2] == "  ":
        return ""
    while found := _SEPARATED.match(one, 0, equal):
        equal = found.end()
        caller = _CALLER.search(one, 0, equal)
        numbered = one[equal - 2] == ":" and one.startswith(("0", "line 0"), equal)
        # A file's name, and the number of the line behind it, is no metadata.
        if not numbered and not _PLACE.search(one, caller.end() if caller else 0, equal):
            return one[:equal] if _WORD.match(one, 0, equal) else ""
        equal -= 1
    return ""
