r"""Backtraces of gdb and lldb (and of what borrows their forms: coredumpctl, rr, ROCgdb, Xcode).

    Program received signal SIGSEGV, Segmentation fault.
    #0  0x00005555555551b8 in last (n=0x0) at crash.c:9
    #9  0x0000555555555811 in shop::Repo<int>::at (this=0x7ffe, i=6) at throw.cpp:7
    (More stack frames follow...)

    * thread #1, name = 'plain', stop reason = signal SIGSEGV: invalid address (fault address: 0x0)
      * frame #0: 0x00005555555551ac plain`last(n=0x0000000000000000) at crash.c:9:25

Defined in gdb's ``gdb/stack.c`` (``print_frame``) and lldb's ``FormatEntity.cpp`` (``frame-format``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import without_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(r"\s{0,20}#(?P<n>\d{1,7}) {1,3}(?:0x[0-9a-f]{8,16} in )?(?P<rest>\S.*)$")
_LLDB = rx(
    r"\s{0,8}(?:\* )?frame #(?P<n>\d{1,7}): 0x[0-9a-f]{4,16} (?:(?P<mod>[^`\n]{1,200})`)?"
    r"(?P<rest>.*)$"
)
_PLACE = rx(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^:\n]{1,1000}):(?P<line>\d{1,9})(?::"
    r"(?P<col>\d{1,9}))?(?: \[[\w ]{1,40}\])*\s*$"
)
_LOCALS = rx(r"(?:No locals\.|No symbol table.*|\s{2,20}(?!#\d)\S.*|[\w$]{1,80} = .*)$")
_SIGNAL = rx(
    r"(?:Program|Thread \d{1,9}(?: \"[^\"\n]{0,100}\")?) (?:received signal"
    r"|terminated with signal|hit .{0,60}signal) "
    r"(?P<kind>SIG\w{2,10}|\?), (?P<message>.*?)\.?\s*$"
)
_STOPPED = rx(
    r"\* thread #\d{1,9}.{0,200}?stop reason = (?:signal (?P<kind>SIG\w{2,10})"
    r"(?:: (?P<message>.*))?|(?P<reason>EXC_\w{1,40}).{0,200}"
    r"|(?P<other>.{1,200}))$"
)
_THREAD = rx(r"Thread \d{1,9} \(.{1,200}\):\s*$|\s{0,4}\*? ?thread #\d{1,9}")
_FOLLOW = rx(r"\(More stack frames follow\.\.\.\)|Backtrace stopped: (?P<why>.*)|--Type <RET>")
_UP = 16
_WRAPPED = 8


def read(doc: Document) -> Iterator[Trace]:
    """A trace a backtrace; threads that follow one another belong to one trace."""
    stacks: list[Stack] = []
    missing: list[Truncation] = []
    behind = -1
    for sign in ("frame #", "#"):
        for line in doc.find(sign):
            if doc.claimed[line] or not _starts(doc, line):
                continue
            frames, at, cut = _frames(doc, line)
            if not any(frame.path for frame in frames):
                continue
            kind, message, first = _head(doc, line)
            if stacks and line - behind > 3:  # noqa: PLR2004
                yield trace_of("gdb", stacks, truncation=tuple(missing))
                stacks, missing = [], []
            missing += cut
            stacks.append(Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, at - 1)))
            doc.claim(first, at - 1)
            behind = at
    if stacks:
        yield trace_of("gdb", stacks, truncation=tuple(missing))


def _starts(doc: Document, line: int) -> bool:
    found = _LLDB.match(doc.text, doc.starts[line], doc.ends[line])
    if found:
        return True
    found = _FRAME.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return False
    rest = found["rest"]
    return " (" in rest and (rest.rstrip().endswith((")", ",")) or ") at " in rest or ") from " in rest)


def _frames(doc: Document, at: int) -> tuple[list[Frame], int, list[Truncation]]:
    frames: list[Frame] = []
    missing: list[Truncation] = []
    previous = -1
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _LLDB.match(doc.text, start, end) or _FRAME.match(doc.text, start, end)
        if not found:
            if stop := _FOLLOW.match(doc.text, start, end):
                missing.append(Truncation(stop["why"] or "outer frames were not printed", "bt"))
            elif not frames or not _LOCALS.match(doc.text, start, end):
                break
            at += 1
            continue
        number = int(found["n"])
        if number <= previous:
            break
        if previous < 0 < number:
            missing.append(Truncation(f"{number} inner frames were not printed", "bt"))
        previous = number
        frame, at = _frame(doc, at, found.start("rest"))
        frames.append(frame)
    return frames, at, missing


def _frame(doc: Document, line: int, start: int) -> tuple[Frame, int]:
    """One frame; gdb wraps long argument lists."""
    last = line
    end = doc.ends[line]
    while doc.text[start:end].rstrip().endswith(",") and last + 1 < len(doc) and last < line + _WRAPPED:
        if not doc.line(last + 1).startswith("    "):
            break
        last += 1
        start, end = doc.starts[last], doc.ends[last]
        if doc.text.find(" at ", start, end) >= 0:
            break
    head = doc.line(line)
    name = head[head.find("#") :]
    at = doc.text.rfind(" at ", start, end)
    place = _PLACE.match(doc.text, at + 4, end) if at >= 0 else None
    function = _function(name, has_place=place is not None and last == line)
    if place is None:
        return doc.frame(line, doc.starts[line], doc.ends[line], None, function=function), last + 1
    stop = place.end("col") if place["col"] else place.end("line")
    text = "\n".join(doc.line(n) for n in range(line, last + 1))
    return (
        doc.frame(
            last,
            place.start("path"),
            stop,
            place["path"],
            place["line"],
            column=place["col"],
            function=function,
            text=text,
        ),
        last + 1,
    )


def _function(text: str, *, has_place: bool) -> str | None:
    """``std::vector<int>::at`` of ``#9  0x… in std::vector<int>::at (this=…) at …``."""
    found = _LLDB.match("frame " + text) or _FRAME.match(text)
    if not found:
        return None
    rest = found["rest"]
    if has_place:
        rest = rest[: rest.rfind(" at ")]
    elif " from " in rest:
        rest = rest[: rest.rfind(" from ")]
    if rest.rstrip().endswith(",") or ("(" in rest and rest.count("(") > rest.count(")")):
        rest = rest[: rest.find(" (")] if " (" in rest else rest
    name = without_arguments(rest.split(" + ")[0])
    return None if name in ("??", "") else name


def _head(doc: Document, line: int) -> tuple[str | None, str, int]:
    """Signal and its text above the first frame."""
    first = line
    if line > 0 and not doc.claimed[line - 1] and _THREAD.match(doc.line(line - 1)):
        first = line - 1
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or _FRAME.match(doc.line(above)):
            break
        printed = doc.line(above)
        if found := _SIGNAL.match(printed):
            return found["kind"], found["message"], above
        if found := _STOPPED.match(printed):
            if found["other"]:
                return None, found["other"], above
            return found["kind"] or found["reason"], (found["message"] or "").strip(), above
    return None, "", first


FORMAT = Format("gdb", 24, ("#0", "#1", "frame #", "#2"), read)
