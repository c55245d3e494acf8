r"""make (GNU make, BSD make, ninja's failures).

    make: *** [Makefile:5: a.o] Error 1
    Makefile:12: *** missing separator.  Stop.
    make: *** No rule to make target 'nothere.y', needed by 'bad'.  Stop.

Defined in GNU make's ``src/job.c`` (``child_error``), ``src/output.c`` (``fatal``) and ``src/remake.c``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_MAKE = rx(
    r"(?:[\w./-]{0,40}make(?:\.exe)?(?:\[\d{1,4}\])?: )(?:\*\*\*|.{0,4}!!!) "
    r"(?P<message>\[(?:(?P<path>[^\s:\]][^:\n]{0,400}):(?P<line>\d{1,9}): )?.*"
    r"|[A-Z].*|.{0,200}  Stop\.)$"
)
_FILE = rx(r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:>][^:\n]{0,400}):(?P<line>\d{1,9}): \*\*\* (?P<message>.*)$")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a message with three stars."""
    for line in doc.find("*** "):
        if doc.claimed[line]:
            continue
        start, end = doc.starts[line], doc.ends[line]
        found = _MAKE.match(doc.text, start, end) or _FILE.match(doc.text, start, end)
        if found is None:
            continue
        message = found["message"].rstrip()
        frames = [placed(doc, line, found)] if found["line"] else []
        yield simple(doc, "make", ("make", message.removesuffix("  Stop.")), frames, (line, line))


FORMAT = Format("make", 43, ("*** ",), read)
