"""AVA's failures without a stack: the title of the test, the place, its source, what was compared.

      adds prices

      test.js:5

       4: test('adds prices', t => {
       5:   t.is(total([1, 2]), 4);
       6: });

      Difference (- actual, + expected):

      - 3
      + 4

Defined in AVA's ``lib/reporters/default.js`` (``writeFailure``); what is thrown prints V8's stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_PLACE = rx(r" {0,2}((?:file://)?[^\s:(][^:\n]{0,600}\.[cm]?[jt]sx?):(\d{1,9})(?::(\d{1,9}))?\s*$")
_BARE = rx(r"\.[cm]?[jt]sx?:\d{1,9}(?::\d{1,9})?[ \t\r]*\n")
_SOURCE = rx(r" {1,8}(\d{1,9}): ?(.*)$")
_LEGEND = "  Difference (- actual, + expected):"
_END = rx(r"─|\d{1,9} tests? (?:failed|passed)")
_LINES = 200
_BLANKS = 3
"""Behind so many blank lines the next failure begins."""


def read(doc: Document) -> Iterator[Trace]:
    """A failure a place with its source below."""
    for line in doc.search(_BARE):
        found = _PLACE.match(doc.text, doc.starts[line], doc.ends[line])
        if found is None or not doc.blank(line - 1) or not doc.blank(line + 1):
            continue
        code, at = _excerpt(doc, line + 2, found[2])
        if code is None:
            continue
        test = doc.line(line - 2).strip()
        said, at = _said(doc, at, found.start(1) - doc.starts[line])
        last = at - 1
        while doc.blank(last):
            last -= 1
        stop = found.end(3) if found[3] else found.end(2)
        frame = doc.frame(line, found.start(1), stop, found[1], found[2], column=found[3], code=code)
        first = line - 2 if test else line
        head = ("AssertionError", "\n".join(said).strip())
        yield simple(doc, "ava", head, [frame], (first, last), assertion=_compared(said), test=test or None)


def _excerpt(doc: Document, at: int, lineno: str) -> tuple[str | None, int]:
    """The line of the source that failed, and the first line behind the excerpt."""
    code: str | None = None
    while at < len(doc) and (found := _SOURCE.match(doc.text, doc.starts[at], doc.ends[at])):
        if found[1] == lineno:
            code = found[2].strip()
        at += 1
    return code, at


def _said(doc: Document, at: int, margin: int) -> tuple[list[str], int]:
    """What stands below the source, without its margin."""
    lines: list[str] = []
    blanks = 0
    stop = min(at + _LINES, len(doc))
    while at < stop and not doc.claimed[at]:
        line = doc.line(at).rstrip()
        blanks = blanks + 1 if doc.blank(at) else 0
        if (
            blanks == _BLANKS
            or _END.match(line, margin)
            or not (line[:margin].isspace() or not line[:margin])
        ):
            break
        lines.append(line[margin:])
        at += 1
    return lines, at


def _compared(said: list[str]) -> Assertion | None:
    """Both sides of the difference, whose legend names them."""
    try:
        below = said.index(_LEGEND.strip()) + 2
    except ValueError:
        return None
    sides: dict[str, list[str]] = {"-": [], "+": []}
    for line in said[below:]:
        for sign, side in sides.items():
            if line[:1] in (sign, " "):
                side.append(line[2:])
    if not sides["-"] or not sides["+"]:
        return None
    return Assertion("\n".join(sides["+"]).strip("\n"), "\n".join(sides["-"]).strip("\n"), labelled=True)


FORMAT = Format("ava", 36, (" tests failed", " test failed", "Difference (- actual, + expected):"), read)
