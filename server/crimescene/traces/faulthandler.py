"""Python stacks printed innermost first: faulthandler, and gdb's ``py-bt``.

    Fatal Python error: Segmentation fault

    Current thread 0x00007f616f5cf6c0 (most recent call first):
      File "/home/dev/later.py", line 6 in idle
      ...

Defined in CPython's ``Python/traceback.c`` (``_Py_DumpTraceback``) and ``Modules/faulthandler.c``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.python import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = rx(r".{0,200}\(most recent call first\):?\s*$")
_FATAL = rx(r"(Fatal Python error|Windows fatal exception): (.*)$")
_TIMEOUT = rx(r"(Timeout) \((.{1,40})\)!\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """All threads of one dump."""
    for line in doc.find("(most recent call first)"):
        if not doc.claimed[line] and _HEADER.match(doc.text, doc.starts[line], doc.ends[line]):
            trace = _dump(doc, line)
            if trace is not None:
                yield trace


def _dump(doc: Document, line: int) -> Trace | None:
    kind: str | None = None
    message, first = "", line
    for above in range(line - 1, max(line - 5, -1), -1):
        printed = doc.line(above)
        found = _FATAL.match(printed) or _TIMEOUT.match(printed)
        if found:
            kind, message, first = found[1], found[2], above
            break
    stacks: list[Stack] = []
    missing: list[Truncation] = []
    at, opened, last = line, first, line
    while at < len(doc) and _HEADER.match(doc.text, doc.starts[at], doc.ends[at]):
        frames: list[Frame] = []
        at += 1
        while at < len(doc):
            start, end = doc.starts[at], doc.ends[at]
            found = FILE.match(doc.text, start, end)
            if found:
                begin = doc.text.find("File", start)
                frames.append(
                    doc.frame(
                        at, begin, found.end(2), found[1], found[2].strip("?") or None, function=found[3]
                    )
                )
            elif doc.line(at).strip() == "...":
                missing.append(Truncation("outer frames: faulthandler prints 100 of a thread", ""))
            elif not (frames and doc.line(at).startswith("    ")):
                break
            at += 1
        last = at - 1
        stacks.append(Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(opened, last)))
        kind, message = None, ""
        while at < len(doc) and doc.blank(at):
            at += 1
        opened = at
    if not any(s.frames for s in stacks):
        return None
    doc.claim(first, last)
    return trace_of("faulthandler", stacks, truncation=tuple(missing))


FORMAT = Format("faulthandler", 25, ("(most recent call first)",), read)
