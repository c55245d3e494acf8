r"""Valgrind's tools: Memcheck, Helgrind, DRD, Massif's errors.

    ==6172== Invalid read of size 4
    ==6172==    at 0x1091E9: heap (crash.c:12)
    ==6172==    by 0x109360: main (crash.c:26)
    ==6172==  Address 0x4a45050 is 0 bytes after a block of size 16 alloc'd
    ==6172==    at 0x48417B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)

Defined in Valgrind's ``coregrind/m_debuginfo/debuginfo.c`` (``describe_IP``) and ``m_errormgr.c``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, without_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAD = r"(?:==|\*\*)(?:[\d:.]{1,20} )?\d{1,9}(?:==|\*\*)"
_FRAME = rx(
    _LEAD + r" {2,8}(?P<word>at|by) 0x[0-9A-Fa-f]{1,16}: (?P<fn>\S.{0,1500}?)"
    r"(?: \((?:in [^()\n]{1,600}|(?P<path>[^()\n]{1,600}):(?P<line>\d{1,9}))\))?\s*$"
)
_TEXT = rx(_LEAD + r" (?P<indent> {0,8})(?P<message>\S.*)$")
_SIGNAL = rx(r"Process terminating with default action of signal \d{1,3} \((?P<name>SIG\w{2,8})\)")
_DETAILS = ("Address ", "Block ", "This conflicts ", "Uninitialised value was ", "Thread #", "Lock at ")
_UP = 6


def read(doc: Document) -> Iterator[Trace]:
    """A trace an error; where its memory or thread came from is a stack of it without a name."""
    stacks: list[Stack] = []
    behind = -1
    for line in doc.find(" at 0x"):
        if doc.claimed[line] or not _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        frames, at = _frames(doc, line)
        kind, message, first, detail = _head(doc, line)
        if not detail and stacks:
            yield trace_of("valgrind", stacks)
            stacks = []
        if detail and line - behind > _UP:
            detail = False
        stacks.append(Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, at - 1)))
        doc.claim(first, at - 1)
        behind = at
    if stacks:
        yield trace_of("valgrind", stacks)


def _frames(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        found = _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
        if not found or (found["word"] == "at") == bool(frames):
            break
        name = without_arguments(found["fn"])
        frames.append(placed(doc, at, found, function=None if name == "???" else name))
        at += 1
    return frames, at


def _head(doc: Document, line: int) -> tuple[str | None, str, int, bool]:
    """Type, message, first line, and whether the stack tells more of the error above."""
    texts: list[tuple[int, str, str]] = []
    for above in range(line - 1, max(line - _UP, -1), -1):
        found = None if doc.claimed[above] else _TEXT.match(doc.text, doc.starts[above], doc.ends[above])
        if not found:
            break
        texts.append((above, found["indent"], found["message"].rstrip()))
    if not texts:
        return None, "", line, False
    main = [text for text in texts if not text[1]]
    if not main or texts[0][2].startswith(_DETAILS) or main[-1][2].startswith(_DETAILS):
        return None, "", texts[-1][0], True
    above, _, message = main[-1]
    signal = _SIGNAL.match(message)
    detail = " ".join(text[2] for text in reversed(texts) if text[1] and signal)
    return (signal["name"] if signal else "valgrind"), f"{message} {detail}".strip(), above, False


FORMAT = Format("valgrind", 23, (" at 0x",), read)
