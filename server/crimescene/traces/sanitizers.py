r"""AddressSanitizer, LeakSanitizer, MemorySanitizer, ThreadSanitizer, UndefinedBehaviorSanitizer.

    ==6153==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000020 at pc 0x55f34d1ef450
    READ of size 4 at 0x602000000020 thread T0
        #0 0x55f34d1ef44f in heap /home/dev/c/crash.c:12:5
        #1 0x7effe4c45249 in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58
    freed by thread T0 here:
        #0 …
    crash.c:17:34: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'

Defined in compiler-rt's ``sanitizer_stacktrace_printer.cpp`` (default frame ``    #%n %p %F %L``),
``asan_errors.cpp``, ``tsan_report.cpp`` and ``ubsan_diag.cpp``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import COLUMN, FILE, LINE, rx
from crimescene.traces.runs import placed, simple, without_arguments

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_HEAD = rx(
    r"(?:==\d{1,9}==)?\s{0,2}(?:ERROR|WARNING|FATAL): (?P<kind>(?:[A-Z]\w{1,30})Sanitizer"
    r"|libFuzzer): (?P<message>.*)$"
)
_FRAME = rx(
    r"\s{1,12}#(?P<n>\d{1,6}) (?:0x[0-9a-f]{1,16} +)?(?:in )?(?P<fn>\S.{0,1500}?)"
    r"(?: (?P<path>(?:/|\.{1,2}/|[A-Za-z]:[\\/])[^:\n]{0,1000}|[^\s:()]{1,600}):"
    r"(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?)?"
    r"(?: ?\((?:[^()\n]{1,600}(?:\+0x[0-9a-f]{1,16})?)\)| <null>|  ?\(BuildId: \w{1,64}\)"
    r"| \(\S{1,600}\)){0,3}\s*$"
)
_UNDEFINED = rx(FILE + ":" + LINE + "(?::" + COLUMN + r")?: runtime error: (?P<message>.*)$")
_SECTION = rx(
    r"(?:freed|previously allocated|allocated|Thread .{1,80}|created) by .{0,100}:\s*$"
    r"|\s{0,4}(?:Previous |Read |Write |Atomic |Location is |Mutex |Thread "
    r"|As if |"
    r"Direct leak|Indirect leak|Uninitialized value|Memory was|Hint|Address 0x"
    r"|0x[0-9a-f]{4,16} is located|READ |WRITE |This frame|\[\d|HINT|    \[).{0,400}$"
    r"|Thread T\d{1,6}|The signal is|[A-Z][\w ]{2,60}:\s*$"
)
_END = rx(r"SUMMARY: |=={8,}|==\d{1,9}==ABORTING|Shadow bytes|\[(?:=|-){4,}")
_SUMMARY = rx(r"SUMMARY: \w+Sanitizer: ")
_LIMIT = 4000


def read(doc: Document) -> Iterator[Trace]:
    """A trace a report: the bad access first, then where memory or threads came from."""
    for line in doc.find("Sanitizer: "):
        if not doc.claimed[line] and (head := _HEAD.match(doc.text, doc.starts[line], doc.ends[line])):
            yield _report(doc, line, head)
    for line in doc.find(": runtime error: "):
        if found := _UNDEFINED.match(doc.text, doc.starts[line], doc.ends[line]):
            frames, at = _frames(doc, line + 1)
            called = [placed(doc, line, found), *frames]
            yield simple(
                doc, "sanitizer", ("runtime error", found["message"].rstrip()), called, (line, at - 1)
            )
    for line in doc.find("SUMMARY: "):
        if _SUMMARY.match(doc.line(line)):
            doc.claim(line, line)  # repeats the place of the report above


def _report(doc: Document, line: int, head: re.Match[str]) -> Trace:
    stacks: list[Stack] = []
    kind, message, opened = head["kind"], head["message"].rstrip(), line
    at, last = line + 1, line
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at]:
        frames, after = _frames(doc, at)
        if frames:
            stacks.append(
                Stack(
                    None if stacks else kind,
                    "" if stacks else message,
                    tuple(frames),
                    Relation.ROOT,
                    doc.span(opened, after - 1),
                )
            )
            at, last, opened = after, after - 1, after
            continue
        start, end = doc.starts[at], doc.ends[at]
        if _END.match(doc.text, start, end):
            break
        if not doc.blank(at) and not _SECTION.match(doc.text, start, end) and (stacks or at > line + 6):
            break
        at += 1
    if not stacks:
        stacks.append(Stack(kind, message, (), Relation.ROOT, doc.span(line, line)))
    doc.claim(line, last)
    return trace_of("sanitizer", stacks)


def _frames(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        found = _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
        if not found or (int(found["n"]) == 0) == bool(frames):
            break
        frames.append(placed(doc, at, found, function=without_arguments(found["fn"])))
        at += 1
    return frames, at


FORMAT = Format("sanitizer", 22, ("Sanitizer: ", ": runtime error: "), read)
