"""The frames of ordinary Python tracebacks, read in one step each: they are nearly all there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx
from crimescene.traces.quick import quick_frame

if TYPE_CHECKING:
    from crimescene.model import Frame
    from crimescene.traces.document import Document
    from crimescene.traces.quick import Lines

_PLAIN = rx(
    r"  File \"([^\"\r\n]{1,2000})\", line (\d{1,9}), in ([^\s,][^\r\n]{0,300})\n"
    r"(?:    (?!File \"|\[Previous line)(\S[^\r\n]{0,1000})\n(?:    ([ ~^]{0,1000}[~^])[ ~^]{0,100"
    r"0}\n)?)?(?=  File \"|[^\s|+])"
)
"""A frame, its code and its carets in front of another frame or the error: nearly every one."""


def plain_frames(doc: Document, at: int, frames: list[Frame]) -> int:
    """Add the frames that begin at line ``at`` as CPython prints them; return the line behind them.

    Where a prefix stands before the lines they do not follow one another in the text, and none is found.
    """
    text, starts, ends, same, span = doc.text, doc.starts, doc.ends, doc.same, doc.places.packed
    size, claimed, numbers, match = len(starts), doc.claimed, doc.places.numbers, _PLAIN.match
    while at < size and (found := match(text, starts[at])):
        path, lineno, function = found.group(1, 2, 3)
        excerpt, caret = found.start(4), found.start(5)
        below = at + 1 + (excerpt >= 0) + (caret >= 0)
        if below >= size or ends[below - 1] + 1 != found.end() or claimed.find(1, at, below) >= 0:
            break
        function = function.rstrip(" \t")
        code: str | Lines | None = None
        if excerpt >= 0:
            code = doc.below or text[excerpt : found.end(4)].rstrip()
        marks = None
        if caret >= 0:
            carets = text[caret : found.end(5)]
            marks = (len(carets) - len(carets.lstrip(" ")), len(carets))
            marks = doc.pair(marks, marks)
        frames.append(
            quick_frame(
                same(path, path),
                numbers[lineno],
                None,
                same(function, function),
                None,
                doc.printed(at, below - 1, at),
                span(starts[at] + 2, found.end(2)),
                code,
                marks,
            )
        )
        at = below
    return at
