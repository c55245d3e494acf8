"""Places that pdb and ipdb print.

    > /home/dev/pdbw.py(4)inner()
    -> return x
    (Pdb)   /home/dev/pdbw.py(7)<module>()
    -> outer()

Defined in CPython's ``Lib/bdb.py`` (``format_stack_entry``) and ``Lib/pdb.py`` (``print_stack_entry``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = rx(
    r"(?:\(\(?Pdb(?:\+\+)?\)?\) |ipdb> |\(Pdb\+\+\) )?[> ] ?\s{0,8}([^\s"
    r"()][^()\n]{0,1000}?)\((\d{1,9})\)([\w<>.]{1,200})\(.{0,400}\)(?:->.{0,400})?\s*$"
)


def read(doc: Document) -> Iterator[Trace]:
    """Runs of entries, each above its ``->`` line."""
    frames: list[Frame] = []
    first = last = -1
    for arrow in doc.find("-> "):
        line = arrow - 1
        if line < 0 or not doc.line(arrow).startswith("-> ") or doc.claimed[line]:
            continue
        found = _ENTRY.match(doc.text, doc.starts[line], doc.ends[line])
        if not found:
            continue
        if frames and line != last + 1:
            yield _trace(doc, frames, first, last)
            frames, first = [], -1
        code = doc.line(arrow)[3:].strip()
        frames.append(
            doc.frame(
                line, found.start(1), found.end(2) + 1, found[1], found[2], function=found[3], code=code
            )
        )
        first, last = (line if first < 0 else first), arrow
        doc.claim(line, arrow)
    if frames:
        yield _trace(doc, frames, first, last)


def _trace(doc: Document, frames: list[Frame], first: int, last: int) -> Trace:
    return trace_of("pdb", [Stack(None, "", tuple(reversed(frames)), Relation.ROOT, doc.span(first, last))])


FORMAT = Format("pdb", 25, ("\n-> ",), read)
