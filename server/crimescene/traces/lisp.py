r"""Common Lisp: SBCL's unhandled conditions and backtraces.

    While evaluating the form starting at line 4, column 0
      of #P"/home/dev/shop/a.lisp":
    Unhandled SB-INT:INVALID-ARRAY-INDEX-ERROR in thread #<SB-THREAD:THREAD "main thread" RUNNING>:
      Invalid index 5 for (SIMPLE-VECTOR 2), should be a non-negative integer below 2.

    Backtrace for: #<SB-THREAD:THREAD "main thread" RUNNING {1001348003}>
    0: ((SB-VM::OPTIMIZED-DATA-VECTOR-REF T) #(1 2) 5)
    1: (TOTAL #(1 2))

Defined in SBCL's ``src/code/debug.lisp`` (``print-frame-call``) and ``toplevel.lisp``. Frames name functions,
no places; the form being loaded has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_HEAD = rx(r"(?:Unhandled |debugger invoked on a )(?P<kind>[A-Z][\w:*+-]{1,200}) in thread.*$")
_FORM = rx(r"While evaluating the form starting at line (?P<line>\d{1,9}), column (?P<col>\d{1,9})\s*$")
_OF = rx(r"\s{1,4}of (?:#P)?\"(?P<path>[^\"\n]{1,600})\":?\s*$")
_BACKTRACE = rx(r"Backtrace for: ")
_FRAME = rx(r"\s{0,6}\d{1,6}: \(+(?:(?:LABELS|FLET|LAMBDA|SB-\S{1,40}:METHOD) )?(?P<fn>[^\s()]{1,200})")
_UP = 3
_MESSAGE_LINES = 30


def read(doc: Document) -> Iterator[Trace]:
    """A trace a condition."""
    for line in doc.find(" in thread"):
        found = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _condition(doc, line, found["kind"])


def _condition(doc: Document, line: int, kind: str) -> Trace:
    places, first = _form(doc, line)
    message: list[str] = []
    at = line + 1
    while at < min(len(doc), line + _MESSAGE_LINES) and doc.line(at).lstrip().startswith("{"):
        at += 1  # the thread's name goes on
    while at < min(len(doc), line + _MESSAGE_LINES) and not doc.blank(at):
        message.append(doc.line(at).strip())
        at += 1
    last = at - 1
    below = at + 1
    frames: list[Frame] = []
    if below < len(doc) and _BACKTRACE.match(doc.line(below)):
        at = below + 1
        while at < len(doc) and (found := _FRAME.match(doc.text, doc.starts[at], doc.ends[at])):
            frames.append(doc.frame(at, found.start("fn"), found.end("fn"), None, function=found["fn"]))
            last = at
            at += 1
    return simple(doc, "lisp", (kind, "\n".join(message)), [*frames, *places], (first, last))


def _form(doc: Document, line: int) -> tuple[list[Frame], int]:
    """The form being loaded, named above the condition."""
    for above in range(line - 1, max(line - _UP, 0) - 1, -1):
        found = _FORM.match(doc.text, doc.starts[above], doc.ends[above])
        of = _OF.match(doc.line(above + 1)) if found else None
        if found and of:
            frame = doc.frame(
                above, found.start("line"), found.end("col"), of["path"], found["line"], column=found["col"]
            )
            return [frame], above
    return [], line


FORMAT = Format("lisp", 41, (" in thread",), read)
