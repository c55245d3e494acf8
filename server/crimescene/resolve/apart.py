"""Which of several files that match a printed path is meant: the one that fits what else was printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.resolve.printed import printed_lines, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.model import Frame
    from crimescene.resolve.files import Files

_MOST = 40
"""Files that are read for one frame."""
_MOST_ANALYSED = 8
_TELLING = 4
"""Characters below which a line, such as a bracket, is like any other."""
_TELLING_ALONE = 12
"""The same where nothing but a file's name speaks for it."""
_NAME = re.compile(r"[^\W\d]\w*(?=\W*$)")
_NO_NAMES = frozenset({"module", "anonymous", "main", "init", "lambda", "closure", "constructor"})


def told_apart(
    frame: Frame, choices: Sequence[str], files: Files, *, by_name: bool = False
) -> tuple[str, str] | None:
    """The only one of ``choices`` that fits the frame, and how that is known; None if it stays open.

    ``by_name`` tells that no more than the files' own name is that of the printed path.
    """
    if by_name and frame.code is not None and len(frame.code.strip()) < _TELLING_ALONE:
        return None
    key = (frame.path, frame.lineno, frame.function, frame.code, tuple(choices))
    if key not in files.told:
        files.told[key] = _told_apart(frame, choices, files)
    return files.told[key]


def _told_apart(frame: Frame, choices: Sequence[str], files: Files) -> tuple[str, str] | None:
    by_line = _by_line(frame, choices, files)
    if len(by_line) == 1:
        return by_line[0], "the printed code stands at its line"
    rest = by_line or choices
    by_function = _by_function(frame, rest, files)
    if len(by_function) == 1:
        return by_function[0], "the printed function stands at its line"
    return None


def _by_line(frame: Frame, choices: Sequence[str], files: Files) -> list[str]:
    """Those in which the printed code stands at the printed line."""
    printed = (frame.code or "").strip().split("\n", 1)[0].strip()
    lineno = frame.lineno or 0
    if len(printed) < _TELLING or len(choices) > _MOST:
        return []
    fitting = []
    for path in choices:
        lines = printed_lines(files.read(path) or b"")
        if 0 < lineno <= len(lines) and same(printed, lines[lineno - 1], here=True):
            fitting.append(path)
    return fitting


def _by_function(frame: Frame, choices: Sequence[str], files: Files) -> list[str]:
    """Those in which the function around the printed line has the printed name."""
    name = _NAME.search((frame.function or "").removesuffix("()"))
    if not name or name[0].lower() in _NO_NAMES or len(choices) > _MOST_ANALYSED or frame.lineno is None:
        return []
    fitting = []
    for path in choices:
        data = files.read(path) or b""
        if name[0].encode() not in data:
            continue
        outline = syntax.outline(path, data)
        if outline is None:
            return []
        if any(
            f.name == name[0] and f.first_lineno <= frame.lineno <= f.last_lineno for f in outline.functions
        ):
            fitting.append(path)
    return fitting
