"""Django's debug page up to 3.0 in its copy-and-paste view: the line's number stands before the code.

    Traceback:
    File "/srv/shop/views.py" in cart
      12.     return carts[0]

    Exception Type: IndexError at /cart/
    Exception Value: list index out of range

Defined in Django's ``views/debug.py`` (``TECHNICAL_500_TEMPLATE``). Later pages print a traceback of CPython.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_FILE = rx(r'\s{0,8}File "(?P<path>[^"\n]{1,1000})" in (?P<fn>\S.{0,300}?)\s*$')
_CODE = rx(r"\s{1,8}(?P<line>\d{1,9})\. (?P<code>.*)$")
_TYPE = rx(r"\s{0,8}Exception Type: (?P<kind>[\w.]{1,200})(?: at .{0,2000})?\s*$")
_VALUE = rx(r"\s{0,8}Exception Value: ?(?P<message>.*)$")
_BELOW = 6
"""Lines between the last frame and what was raised."""


def read(doc: Document) -> Iterator[Trace]:
    """A trace of each run of places with their line below."""
    for line in doc.find('" in '):
        if not doc.claimed[line] and _FILE.match(doc.text, doc.starts[line], doc.ends[line]):
            trace = _trace(doc, line)
            if trace is not None:
                yield trace


def _trace(doc: Document, first: int) -> Trace | None:
    frames: list[Frame] = []
    at = first
    while at + 1 < len(doc) and (found := _FILE.match(doc.text, doc.starts[at], doc.ends[at])):
        code = _CODE.match(doc.text, doc.starts[at + 1], doc.ends[at + 1])
        if not code:
            break
        frame = doc.frame(
            at,
            found.start("path"),
            code.end("line"),
            found["path"],
            code["line"],
            function=found["fn"],
            code=code["code"].strip(),
            text=f"{doc.line(at)}\n{doc.line(at + 1)}",
        )
        frames.append(frame)
        at += 2
        while at < len(doc) and doc.blank(at) and at + 1 < len(doc) and _FILE.match(doc.line(at + 1)):
            at += 1
    if not frames:
        return None
    kind, message, last = None, "", at - 1
    for below in range(at, min(at + _BELOW, len(doc))):
        if named := _TYPE.match(doc.line(below)):
            kind, last = named["kind"], below
        elif value := _VALUE.match(doc.line(below)):
            message, last = value["message"].rstrip(), below
            break
        elif not doc.blank(below):
            break
    frames.reverse()
    opened = first - 1 if first and doc.line(first - 1).strip().startswith("Traceback") else first
    return simple(doc, "django-debug", (kind, message), frames, (opened, last))


FORMAT = Format("django-debug", 23, ('" in ',), read)
