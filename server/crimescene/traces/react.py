r"""Component stacks of React and React Native.

    This error is located at:
        in Cart (at App.js:12)
        in RCTView (created by View)

Defined in React's ``packages/shared/describeComponentFrame.js`` (until 16.x; later the engine's form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import run, simple
from crimescene.traces.v8_heads import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_FRAME = rx(
    r"\s{1,12}in (?P<fn>[\w.$<>()]{1,200}) \(at (?P<path>(?:[A-Za-z]:)?[^:"
    r"()\n]{1,600}):(?P<line>\d{1,9})\)\s*$"
)
_UNPLACED = rx(r"\s{1,12}in [\w.$<>()]{1,200}(?: \((?:created by|by) .{1,200}\))?\s*$")
_TITLE = rx(
    r"(?:This error is located at|The above error occurred in .{1,300}|Component Stack"
    r"|Check your code at .{1,300}):?\s*$"
)


def read(doc: Document) -> Iterator[Trace]:
    """A trace a stack of components."""
    for line in doc.find(" (at "):
        if doc.claimed[line] or not _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        first = line
        while first > 0 and not doc.claimed[first - 1] and _UNPLACED.match(doc.line(first - 1)):
            first -= 1
        frames, at = run(doc, line, _FRAME, _UNPLACED)
        kind, message = None, ""
        if first > 0 and _TITLE.match(doc.line(first - 1)) and not doc.claimed[first - 1]:
            first -= 1
            above = first - 1
            while above > first - 3 and doc.blank(above):
                above -= 1
            named = None if doc.claimed[above] else ERROR.match(doc.line(above))
            if above >= 0 and named:
                kind, message, first = named[2], named[4] or "", above
        yield simple(doc, "react", (kind, message.rstrip()), frames, (first, at - 1))


FORMAT = Format("react", 9, (" (at ",), read)
