"""busted, Lua's test runner.

    Failure -> spec/cart_spec.lua @ 4
    cart adds prices
    spec/cart_spec.lua:5: Expected objects to be equal.
    Passed in:
    (number) 3
    Expected:
    (number) 4

Defined in busted's ``outputHandlers/plainTerminal.lua`` and ``utfTerminal.lua`` (an arrow for ``->``); the
sides in luassert's ``languages/en.lua``. With ``--verbose`` Lua's traceback stands below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.lua import FRAME, frame_at
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_HEAD = rx(r"[ \t]{0,8}(?:Failure|Error) (?:->|\u2192) (\S.{0,400}?)(?: @ (\d{1,9}))?\s*$")
_SAID = rx(r"((?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(\d{1,9}): (.*)$")
_SIDES = rx(r"(?s).{0,2000}?\nPassed in:\n(.{1,4000}?)\nExpected:\n(.{1,4000})$")
_TYPED = rx(r"\((?:number|string|boolean|nil|function|userdata|thread)\) ?")
_QUIET = Truncation("busted printed no traceback", "busted --verbose")
_LINES = 200


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failure."""
    for line in doc.find(" @ "):
        if line + 2 >= len(doc) or not _HEAD.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        said = _SAID.match(doc.text, doc.starts[line + 2], doc.ends[line + 2])
        if said is None:
            continue
        at = line + 3
        message = [said[3]]
        while at < min(len(doc), line + _LINES) and not _ends(doc, at):
            message.append(doc.line(at).rstrip())
            at += 1
        frames = [doc.frame(line + 2, said.start(1), said.end(2), said[1], said[2])]
        title = at + 1 if doc.blank(at) else at
        traced = doc.line(title).startswith("stack traceback:")
        if traced:
            at = title + 1
            while at < len(doc) and (found := FRAME.match(doc.text, doc.starts[at], doc.ends[at])):
                frames.append(frame_at(doc, at, found))
                at += 1
        text = "\n".join(message).strip()
        yield simple(
            doc,
            "busted",
            (None, text),
            frames,
            (line, at - 1),
            hints=() if traced else (_QUIET,),
            assertion=_compared(text),
            test=doc.line(line + 1).strip() or None,
        )


def _ends(doc: Document, at: int) -> bool:
    line = doc.line(at)
    return doc.blank(at) or line.startswith("stack traceback:") or _HEAD.match(line) is not None


def _compared(message: str) -> Assertion | None:
    """What was passed in and what was expected, without Lua's types."""
    found = _SIDES.match(message)
    if found is None:
        return None
    actual, expected = (_TYPED.match(side) for side in found.groups())
    return Assertion(
        found[2][expected.end() if expected else 0 :],
        found[1][actual.end() if actual else 0 :],
        labelled=True,
    )


FORMAT = Format("busted", 31, ("Failure -> ", "Error -> ", "Failure \u2192 ", "Error \u2192 "), read)
