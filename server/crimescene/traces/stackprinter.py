"""stackprinter: every frame with the lines around it and its variables.

    File "/home/dev/shop/cart.py", line 9, in total
        7    def total(x):
        8        y = x
    --> 9        return div(x, 0)
        ..................................................
         x = 3
        ..................................................

    ZeroDivisionError: division by zero

Defined in stackprinter's ``formatting.py`` and ``frame_formatting.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_ARROW = rx(r"\s{0,40}--> {0,3}\d{1,9} {1,200}(?P<code>\S.*)$")
_FILE = rx(
    r"\s{0,40}File \"?(?P<path>[^\"\n]{1,1000}?)\"?, line (?P<line>\d{1,9}), in (?P<fn>\S.{0,300}?)\s*$"
)
_ERROR = rx(r"\s{0,40}(?P<kind>[^\W\d][\w.]{0,200})(?:: ?(?P<message>.*)|\s*)$")
_BLOCK = 400
"""Lines of a frame: sources around it and variables."""


def read(doc: Document) -> Iterator[Trace]:
    """A trace of each run of frames with an arrow."""
    for line in doc.find("--> "):
        if doc.claimed[line] or not _ARROW.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        first = next(
            (
                above
                for above in range(line - 1, max(line - 40, -1), -1)
                if doc.claimed[above] or _FILE.match(doc.text, doc.starts[above], doc.ends[above])
            ),
            None,
        )
        if first is not None and not doc.claimed[first] and (trace := _trace(doc, first)):
            yield trace


def _trace(doc: Document, first: int) -> Trace | None:
    frames: list[Frame] = []
    at = last = first
    while at < len(doc) and (found := _FILE.match(doc.text, doc.starts[at], doc.ends[at])):
        place, code = at, None
        at += 1
        while at < min(len(doc), place + _BLOCK) and not doc.blank(at) and not doc.claimed[at]:
            if arrow := _ARROW.match(doc.text, doc.starts[at], doc.ends[at]):
                code = arrow["code"].rstrip()
            at += 1
        frames.append(placed(doc, place, found, code=code))
        last = at - 1
        while at < len(doc) and doc.blank(at):
            at += 1
    frames.reverse()
    error = _ERROR.match(doc.line(at)) if at < len(doc) else None
    head: tuple[str | None, str] = (None, "")
    if error:
        head, last = (error["kind"], error["message"] or ""), at
    return simple(doc, "stackprinter", head, frames, (first, last)) if frames else None


FORMAT = Format("stackprinter", 24, ("--> ",), read)
