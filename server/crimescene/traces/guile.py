r"""Guile Scheme.

    Backtrace:
               4 (primitive-load "/home/dev/shop/a.scm")
    In ice-9/eval.scm:
       619:8  3 (_ #(#(#<directory (guile-user) 7f592d5efc80>)))
    In /home/dev/shop/a.scm:
         1:22  0 (find #(1 2) 5)

    /home/dev/shop/a.scm:1:22: In procedure find:
    In procedure vector-ref: Argument 2 out of range: 5

Defined in Guile's ``module/system/repl/debug.scm`` (``print-frames``) and ``libguile/backtrace.c``. The file
heads its frames, the innermost call (number 0) comes last, columns count from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_FILE = rx(r"In (?P<path>\S.{0,600}?):\s*$")
_FRAME = rx(r"[ \t]{0,12}(?:(?P<line>\d{1,9}):(?P<col>\d{1,9})|\?:\?)?[ \t]{1,14}\d{1,9} (?P<call>\S.*)$")
_CALL = rx(r"\((?P<fn>[^\s()]{1,200})")
_WRAPPED = rx(r"[ \t]{10,200}\S")
_HEAD = rx(
    r"(?:;;; )?(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}\.(?:scm|sls"
    r"|sps|ss|go)|<unnamed port>|<stdin>):(?P<line>\d{1,9}):(?P<col>\d{1,9}): "
    r"(?P<message>.*)$"
)
_PROCEDURE = rx(r"In procedure [^\s:]{1,200}:\s*$")
_PLAIN = rx(r"(?:ERROR: |Throw to key )?(?P<message>\S.*)$")
_MESSAGE_LINES = 12


def read(doc: Document) -> Iterator[Trace]:
    """Backtraces with the message below them, then messages alone."""
    for line in doc.find("Backtrace:"):
        if doc.line(line).strip() == "Backtrace:" and (trace := _backtrace(doc, line)):
            yield trace
    for line in doc.find(": In procedure "):
        if not doc.claimed[line] and (head := _head(doc, line)):
            yield simple(doc, "guile", (None, head[1]), [head[0]], (line, head[2]))


def _backtrace(doc: Document, line: int) -> Trace | None:
    frames: list[Frame] = []
    path: tuple[str | None, str] | None = None
    at = line + 1
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _FILE.match(doc.text, start, end):
            path = (None if found["path"] == "unknown file" else found["path"], found["path"])
        elif found := _FRAME.match(doc.text, start, end):
            call = _CALL.match(found["call"])
            name = call["fn"] if call and call["fn"] != "_" else None
            if found["line"] and path and path[0]:
                frames.append(
                    doc.frame(
                        at,
                        found.start("line"),
                        found.end("col"),
                        path[0],
                        found["line"],
                        column=found["col"],
                        function=name,
                    )
                )
            else:
                frames.append(doc.frame(at, found.start("call"), found.end("call"), None, function=name))
        elif not _WRAPPED.match(doc.text, start, end):
            break
        at += 1
    if not frames:
        return None
    frames.reverse()
    below = at + 1 if at < len(doc) and doc.blank(at) else at
    head = _head(doc, below) if below < len(doc) and not doc.claimed[below] else None
    if head:
        return simple(doc, "guile", (None, head[1]), [head[0], *frames], (line, head[2]))
    plain = _PLAIN.match(doc.line(below)) if below < len(doc) and not doc.claimed[below] else None
    if plain and ("ERROR" in plain[0] or "Throw" in plain[0]):
        return simple(doc, "guile", (None, plain["message"].strip()), frames, (line, below))
    return simple(doc, "guile", (None, ""), frames, (line, at - 1))


def _head(doc: Document, line: int) -> tuple[Frame, str, int] | None:
    """Place, message and last line."""
    found = _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    message, last = [found["message"].strip()], line
    if _PROCEDURE.match(message[0]) or not message[0]:
        for below in range(line + 1, min(line + _MESSAGE_LINES, len(doc))):
            if doc.blank(below) or doc.claimed[below]:
                break
            message.append(doc.line(below).rstrip())
            last = below
        if len(message) > 1:
            del message[0]
    frame = placed(doc, line, found)
    inner = _HEAD.match(message[0])
    if inner and last > line:  # the reader names the place it reads
        at = doc.starts[line + 1]
        found = _HEAD.match(doc.text, at, doc.ends[line + 1])
        if found:
            frame, message[0] = placed(doc, line + 1, found), found["message"]
    return frame, "\n".join(message).strip(), last


FORMAT = Format("guile", 37, ("Backtrace:", ": In procedure "), read)
