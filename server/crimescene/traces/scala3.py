"""What Scala 3's compiler reports.

    -- [E008] Not Found Error: src/Cart.scala:12:9 ---------------------------------
    12 |    item.prise
       |    ^^^^^^^^^^
       |    value prise is not a member of Item

Defined in dotty's ``dotty/tools/dotc/reporting/MessageRendering.scala``; sbt prefixes ``[error]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_HEAD = rx(
    r"-- (?:\[(?P<code>E\d{1,5})\] )?(?P<title>[A-Z][\w ]{0,60}?): (?P<path>\S[^:\n]{0,600}):"
    r"(?P<line>\d{1,9}):(?P<col>\d{1,9}) -{0,200}\s*$"
)
_CODE = rx(r"\s{0,8}(?P<n>\d{1,9}) \|(?P<code>.*)$")
_BAR = rx(r"\s{0,12}\|(?P<text>.*)$")
_MARKS = rx(r"\s{0,400}\^{1,400}\s*$")
_LINES = 40


def read(doc: Document) -> Iterator[Trace]:
    """A trace a report."""
    for line in doc.find("-- "):
        found = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            code, marks, message, last = _body(doc, line)
            frame = placed(doc, line, found, code=code, marks=marks)
            severity = found["title"].rpartition(" ")[2].lower()
            yield simple(doc, "scala3", (found["code"] or severity, message), [frame], (line, last))


def _body(doc: Document, line: int) -> tuple[str | None, tuple[int, int] | None, str, int]:
    """The code, its underlined columns, the message behind them, and the last line."""
    code: str | None = None
    marks: tuple[int, int] | None = None
    margin = 0
    message: list[str] = []
    at = line + 1
    while at < min(len(doc), line + _LINES) and not doc.claimed[at]:
        printed = doc.line(at)
        if found := _CODE.match(printed):
            if code is None:
                bare = found["code"]
                code, margin = bare.strip(), len(bare) - len(bare.lstrip())
        elif found := _BAR.match(printed):
            if _MARKS.match(found["text"]):
                first = found["text"].index("^")
                marks = (max(first - margin, 0), max(len(found["text"].rstrip()) - margin, 0))
            elif found["text"].startswith("---") or found["text"].strip().startswith("longer explanation "):
                break
            else:
                message.append(found["text"].strip())
        else:
            break
        at += 1
    return code, marks, "\n".join(message).strip(), at - 1


FORMAT = Format("scala3", 44, ("-- [E", "-- Error: ", "-- Warning: "), read)
