r"""Groovy: compile errors, power assertions (Groovy's and Spock's).

    /home/dev/shop/c.groovy: 1: unexpected token: { @ line 1, column 8.
       def f( {
              ^

    Assertion failed:

    assert x + 1 == 5
           | |   |
           3 4   false

Defined in Groovy's ``control/messages/SyntaxErrorMessage.java`` and ``SyntaxException.java``; runtime errors
are stack traces of the JVM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.jvm import AT
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_START = rx(r"(?P<path>(?:[A-Za-z]:[\\/]|/|file:/)?[^\s:][^:\n]{0,600}): (?P<line>\d{1,9}): (?P<message>.*)$")
_END = rx(r"(?P<message>.*?)\s?@ line (?P<line>\d{1,9}), column (?P<col>\d{1,9})\.\s*$")
_CODE = rx(r" {1,8}(?P<code>\S.*)$")
_MARK = rx(r" {0,400}\^\s*$")
_UP = 12
_PICTURE = 40


def read(doc: Document) -> Iterator[Trace]:
    """Compile errors, whose message may have several lines; power assertions."""
    for line in doc.find("Assertion failed:"):
        if not doc.claimed[line] and doc.line(line).strip() == "Assertion failed:":
            yield from _asserted(doc, line)
    for line in doc.find("@ line "):
        ended = None if doc.claimed[line] else _END.match(doc.text, doc.starts[line], doc.ends[line])
        if not ended:
            continue
        for above in range(line, max(line - _UP, -1), -1):
            found = None if doc.claimed[above] else _START.match(doc.text, doc.starts[above], doc.ends[above])
            if not found or found["line"] != ended["line"]:
                continue
            body = [doc.line(n).rstrip() for n in range(above, line)] + [ended["message"]]
            head = found.start("message") - doc.starts[above]
            message = "\n".join([body[0][head:], *body[1:]]).strip()
            code, last = None, line
            if line + 2 < len(doc) and _MARK.match(doc.line(line + 2)):
                printed = _CODE.match(doc.line(line + 1))
                code, last = printed["code"].rstrip() if printed else None, line + 2
            frame = doc.frame(
                above,
                found.start("path"),
                found.end("line"),
                found["path"],
                found["line"],
                column=ended["col"],
                code=code,
            )
            yield simple(doc, "groovy", ("error", message), [frame], (above, last))
            break


def _asserted(doc: Document, line: int) -> Iterator[Trace]:
    """The picture of the values stands between the head and the frames."""
    at = line + 1
    while at < min(len(doc), line + _PICTURE) and not AT.match(doc.text, doc.starts[at], doc.ends[at]):
        at += 1
    picture = "\n".join(doc.line(n).rstrip() for n in range(line + 1, at)).strip("\n")
    frames: list[Frame] = []
    while at < len(doc) and (found := AT.match(doc.text, doc.starts[at], doc.ends[at])):
        known = found[5] is not None
        frames.append(
            doc.frame(
                at, found.start(4), found.end(5) if known else found.end(4),
                found[4] if known else None, found[5], function=found[3],
                module=(found[2] or "").rstrip("/") or None,
            )
        )  # fmt: skip
        at += 1
    if frames:
        yield simple(doc, "groovy", ("Assertion failed", picture), frames, (line, at - 1))


FORMAT = Format("groovy", 19, ("@ line ", "Assertion failed:"), read)
