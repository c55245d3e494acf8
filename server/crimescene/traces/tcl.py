r"""Tcl: ``errorInfo`` as tclsh and wish print it.

    no row 5
        while executing
    "error "no row $i" "
        (procedure "find" line 2)
        invoked from within
    "find $rows $i"
        (file "a.tcl" line 10)

Defined in Tcl's ``generic/tclNamesp.c`` (``Tcl_LogCommandInfo``) and ``tclProc.c``. Lines of procedures count
from their body, only those of files are places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_FILE = rx(r"\s{1,8}\(file \"(?P<path>[^\"\n]{1,600})\" line (?P<line>\d{1,9})\)\s*$")
_PROCEDURE = rx(
    r"\s{1,8}\((?:procedure|method|lambda term|class) \"(?P<fn>[^\"\n]{1,300})\".{0,120} line \d{1,9}\)"
)
_OTHER = rx(r"\s{1,8}(?:while executing|invoked from within|while compiling|ignoring|\(.{1,300}\))\s*$")
_TITLE = rx(r"\s{1,8}while (?:executing|compiling)\s*$")
_LIMIT = 2000
_UP = 20


def read(doc: Document) -> Iterator[Trace]:
    """A trace an error."""
    for line in doc.find("    while "):
        if not doc.claimed[line] and _TITLE.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _error(doc, line)


def _error(doc: Document, line: int) -> Trace:
    first = line
    while first > 0 and first > line - _UP and not doc.claimed[first - 1] and not doc.blank(first - 1):
        first -= 1
    first = max(first, _behind(doc, first, line))
    message = "\n".join(doc.line(n).rstrip() for n in range(first, line))
    frames: list[Frame] = []
    at, last, quoted = line, line, False
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _FILE.match(doc.text, start, end):
            frames.append(placed(doc, at, found))
            last, quoted = at, False
        elif found := _PROCEDURE.match(doc.text, start, end):
            frames.append(doc.frame(at, start, end, None, function=found["fn"]))
            last, quoted = at, False
        elif _OTHER.match(doc.text, start, end):
            last, quoted = at, False
        elif doc.text.startswith('"', start) and not quoted:
            last, quoted = at, not doc.line(at).rstrip().endswith('"') or doc.line(at).strip() == '"'
        elif not quoted:
            break
        elif doc.line(at).rstrip().endswith('"'):
            last, quoted = at, False
        at += 1
    return simple(doc, "tcl", (None, message.strip()), frames, (first, last))


def _behind(doc: Document, first: int, line: int) -> int:
    """The line behind the last line of an error above, which ends with its file."""
    for above in range(line - 1, first - 1, -1):
        if _FILE.match(doc.line(above)):
            return above + 1
    return first


FORMAT = Format("tcl", 42, ("    while executing", "    while compiling"), read)
