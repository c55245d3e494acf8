"""Summary lines of Maven Surefire: the test's place and what it compared.

    [ERROR]   AppTest.testSum:21 expected:<4> but was:<5>

Defined in Surefire's ``StackTraceProvider``/``SmartStackTraceParser.getString``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.jvm_asserts import compared
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUMMARY = rx(
    r"(?:\[(?:ERROR|WARNING)\])? {2,6}((?:[\w$]{1,120}\.){0,12}[A-Z][\w$]{0,120})[.>]"
    r"([\w$]{1,160})(?:->[\w$.:>-]{1,300}?)?:(\d{1,9})(?:->[\w$.:>-]{1,300}?)? "
    r"(.+)$"
)

_SIGN = rx(r"  (?<![^\]\n ]  ) {0,4}(?:[\w$]{1,120}\.){0,12}[A-Z][\w$]{0,120}[.>][\w$]{1,160}[:-][\d>]")


def read(doc: Document) -> Iterator[Trace]:
    """One trace a summary line; the message is that of the trace above it, so only the comparison is kept."""
    text = doc.text
    for line in doc.search(_SIGN):
        start = max(text.rfind("[", doc.raws[line], doc.starts[line] + 1), doc.raws[line])
        if not text.startswith(("[ERROR]  ", "  "), start):
            continue
        found = _SUMMARY.match(text, start, doc.ends[line])
        if not found:
            continue
        doc.claim(line, line)
        frame = doc.frame(line, found.start(1), found.end(3), found[1], found[3], function=found[2])
        stack = Stack(None, "", (frame,), Relation.ROOT, doc.span(line, line))
        test = f"{found[1]}.{found[2]}"
        yield trace_of("surefire", [stack], assertion=compared(None, found[4]), test=test)


FORMAT = Format("surefire", 50, ("[ERROR]  ", "\n  "), read)
