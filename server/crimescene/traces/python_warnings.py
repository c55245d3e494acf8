"""Warnings of Python's ``warnings`` module.

    /home/dev/shop/cart.py:12: DeprecationWarning: use total_of()
      return total(items)

Defined in CPython's ``Lib/warnings.py`` (``_formatwarnmsg_impl``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_WARNING = rx(
    r"\s{0,40}((?:[A-Za-z]:[\\/])?[^\s:\"'][^:\n\"']{0,1000}|<[\w ./-]{1,100}>"
    r"|sys):(\d{1,9}): ((?:[\w.]{0,120}\.)?\w{0,80}Warning): (.*)$"
)


def read(doc: Document) -> Iterator[Trace]:
    """One trace a warning."""
    for line in doc.find("Warning: "):
        found = _WARNING.match(doc.text, doc.starts[line], doc.ends[line])
        if not found:
            continue
        code: str | None = None
        last = line
        below = doc.line(line + 1)
        if below.startswith("  ") and below.strip():
            code, last = below.strip(), line + 1
        frame = doc.frame(line, found.start(1), found.end(2), found[1], found[2], code=code)
        doc.claim(line, last)
        stack = Stack(found[3], found[4].rstrip(), (frame,), Relation.ROOT, doc.span(line, last))
        yield trace_of("python-warnings", [stack])


FORMAT = Format("python-warnings", 35, ("Warning: ",), read)
