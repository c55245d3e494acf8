"""Margins of pasted text: quote marks, Markdown fences, line numbers, indentation of a whole paste."""

from __future__ import annotations

from bisect import bisect_right
from operator import gt
from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

_FENCE = rx(r"[ \t]{0,40}`{3,40}[ \t]{0,8}[\w.+#-]{0,40}[ \t]*$")
_NUMBERED = rx(r"[ \t]{0,8}(\d{1,6})(?::|\t| \| ?|: | │ ?)")
_INSIDE = rx(r"at |from |in |by |File |#\d|\d|\.\.\. |\[|\(|@ |[|+^└┌│╭→]")
"""What traces print indented: a paste of such lines alone has no margin."""
_OPENED = rx(r"(?:[\w.\"-]{1,80}: [|>][+-]?|(?:fail|crit|warn|info|dbug|trce): .{1,200}\[\d{1,9}\])[ \t]*$")
"""A YAML block; .NET's console logger."""
_SPACED = 6
_QUOTES = (">", ">", "#", "//", "--", ";;", "|")
"""Twice ``>``: a quote in a quote."""


def strip(text: str, starts: array[int], ends: array[int]) -> None:
    """Move ``starts`` behind the margins; lines that only open or close code become empty."""
    _strip_numbers(text, starts, ends)
    _strip_quotes(text, starts, ends)
    _blank_fences(text, starts, ends)
    if starts and not _dedent(text, starts, ends, range(len(starts))):
        _dedent_blocks(text, starts, ends)


def single_spaced(text: str, starts: array[int], ends: array[int]) -> tuple[array[int], array[int]]:
    """The lines without the blank one below each: what some pages and mails make of a pasted trace."""
    if len(starts) < _SPACED or any(map(gt, ends[1::2], starts[1::2])):
        return starts, ends
    if any(text[start] in " \t" for start in starts[::2] if start < len(text)):
        return starts[::2], ends[::2]
    return starts, ends


def _strip_numbers(text: str, starts: array[int], ends: array[int]) -> None:
    """Numbers of lines, as ``grep -n`` and ``cat -n`` print them: every line bears the next one."""
    size = len(starts) - (1 if starts and starts[-1] >= ends[-1] else 0)
    if size < 3:  # noqa: PLR2004
        return
    behind: list[int] = []
    following: int | None = None
    for index in range(size):
        found = _NUMBERED.match(text, starts[index], ends[index])
        number = int(found[1]) if found else -1
        if found is None or (following is not None and number != following):
            return
        following = number + 1
        behind.append(found.end())
    for index, start in enumerate(behind):
        starts[index] = start


def _dedent(text: str, starts: array[int], ends: array[int], lines: range) -> bool:
    """Take the indentation that all ``lines`` share off them; whether there was any."""
    margin: str | None = None
    least = 0
    for n in lines:
        start, end = starts[n], ends[n]
        if start >= end:
            continue
        if text[start] not in " \t":
            return False
        width = len(text[start : min(end, start + 200)]) - len(
            text[start : min(end, start + 200)].lstrip(" \t")
        )
        if width >= end - start:
            continue
        here = text[start : start + width]
        if margin is None or not here.startswith(margin):
            if margin is not None and not margin.startswith(here):
                return False
            margin, least = here, n
    if not margin or _INSIDE.match(text, starts[least] + len(margin), ends[least]):
        return False
    for n in lines:
        starts[n] = min(starts[n] + len(margin), ends[n])
    return True


def _dedent_blocks(text: str, starts: array[int], ends: array[int]) -> None:
    """Indented text below the line that says that such follows."""
    size = len(starts)
    for sign in (": |", ": >", "]\n"):
        at = text.find(sign, starts[0], ends[-1])
        while at >= 0:
            line = bisect_right(starts, at) - 1
            below = line + 1
            if _OPENED.match(text, starts[line], ends[line]):
                while below < size and (starts[below] >= ends[below] or text[starts[below]] in " \t"):
                    below += 1
                _dedent(text, starts, ends, range(line + 1, below))
            at = text.find(sign, max(ends[line], at + 1), ends[-1])


def _strip_quotes(text: str, starts: array[int], ends: array[int]) -> None:
    """Take off quote and comment marks that several lines in a row begin with."""
    if not starts:
        return
    for mark in _QUOTES:
        run: list[int] = []
        for index in _beginning(text, mark, starts, ends):
            if run and index != run[-1] + 1:
                if len(run) > 1:
                    _drop(text, starts, ends, run, len(mark))
                run = []
            run.append(index)
        if len(run) > 1:
            _drop(text, starts, ends, run, len(mark))


def _blank_fences(text: str, starts: array[int], ends: array[int]) -> None:
    """Empty the lines that open and close code in Markdown: they are no part of what they enclose."""
    if not starts:
        return
    stop, size = ends[-1], len(starts)
    at = text.find("```", starts[0], stop)
    index = 0
    while at >= 0:
        index = bisect_right(starts, at, index) - 1
        if at < ends[index] and _FENCE.match(text, starts[index], ends[index]):
            starts[index] = ends[index]
        index += 1
        if index >= size:
            return
        at = text.find("```", starts[index], stop)


def _beginning(text: str, mark: str, starts: array[int], ends: array[int]) -> Iterator[int]:
    """Lines that begin with ``mark`` and a blank, in order; found from the mark, not line by line."""
    stop, size = ends[-1], len(starts)
    index = -1
    at = text.find(mark, starts[0], stop)
    while at >= 0:
        index = bisect_right(starts, at, max(index, 0)) - 1
        if starts[index] == at < ends[index] and _is_quote(text, at + len(mark), ends[index]):
            yield index
        index += 1
        if index >= size:
            return
        at = text.find(mark, starts[index], stop)


def _is_quote(text: str, at: int, end: int) -> bool:
    return at >= end or text[at] in " \t>"


def _drop(text: str, starts: array[int], ends: array[int], run: list[int], width: int) -> None:
    for index in run:
        at = starts[index] + width
        if at < ends[index] and text[at] == " ":
            at += 1
        starts[index] = min(at, ends[index])
