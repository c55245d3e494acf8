"""The frames of ordinary Python tracebacks, read in one step each: they are nearly all there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx
from crimescene.traces.quick import quick_frame

if TYPE_CHECKING:
    from crimescene.model import Frame
    from crimescene.traces.document import Document

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
    text, starts, ends, same, span = doc.text, doc.starts, doc.ends, doc.same, doc.places.span
    size = len(starts)
    while at < size and (found := _PLAIN.match(text, starts[at])):
        path, lineno, function, code, carets = found.groups()
        below = at + 1 + (code is not None) + (carets is not None)
        if below >= size or ends[below - 1] + 1 != found.end() or doc.claimed.find(1, at, below) >= 0:
            break
        function = function.rstrip(" \t")
        printed = text[starts[at] : ends[below - 1]]
        frames.append(
            quick_frame(
                same(path, path),
                int(lineno),
                None,
                same(function, function),
                None,
                same(printed, printed),
                span(starts[at] + 2, found.end(2)),
                same(code, code.rstrip()) if code else None,
                (len(carets) - len(carets.lstrip(" ")), len(carets)) if carets else None,
            )
        )
        at = below
    return at
