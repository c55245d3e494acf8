r"""CMake's errors and warnings.

    CMake Error at lib.cmake:5 (message):
      bad x
    Call Stack (most recent call first):
      CMakeLists.txt:5 (inner)

Defined in CMake's ``Source/cmMessenger.cxx`` and ``cmListFileCache.cxx`` (``operator<<`` of a context). A
place names the command that was called there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_HEAD = rx(
    r"(?P<kind>CMake (?:Internal )?(?:Deprecation |Debug |Fatal )?(?:Error"
    r"|Warning|Log)(?: \(dev\))?)(?: (?:at|in) (?P<path>[^:\n]{1,600}?)"
    r"(?::(?P<line>\d{1,9}))?(?: \((?P<fn>[\w.@-]{1,200})\))?)?:(?: (?P<message>.*)"
    r"|\s*)$"
)
_CALL = rx(r"\s{1,4}(?P<path>[^\s:][^:\n]{0,600}):(?P<line>\d{1,9}) \((?P<fn>[^()\n]{1,200})\)\s*$")
_MESSAGE_LINES = 200


def read(doc: Document) -> Iterator[Trace]:
    """A trace a message."""
    for line in doc.find("CMake "):
        found = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if not found or not (found["line"] or found["message"]):
            continue
        frames: list[Frame] = [placed(doc, line, found)] if found["line"] else []
        message = [found["message"] or ""]
        at, last = line + 1, line
        while at < min(len(doc), line + _MESSAGE_LINES) and not doc.claimed[at]:
            printed = doc.line(at)
            if printed.startswith("Call Stack (most recent call first)"):
                called, at = run(doc, at + 1, _CALL)
                frames.extend(called)
                last = at - 1
                break
            if printed and not printed.startswith("  "):
                break
            if printed.strip():
                last = at
            message.append(printed[2:].rstrip())
            at += 1
        yield simple(doc, "cmake", (found["kind"], "\n".join(message).strip()), frames, (line, last))


FORMAT = Format("cmake", 21, ("CMake ",), read)
