r"""Julia: errors with stack traces, failed tests.

    ERROR: LoadError: BoundsError: attempt to access 2-element Vector{Int64} at index [5]
    Stacktrace:
     [1] getindex(A::Vector{Int64}, i1::Int64)
       @ Base ./essentials.jl:13
     [2] find(rows::Vector{Int64}, i::Int64)
       @ Main ~/shop/a.jl:2 [inlined]
    in expression starting at /home/dev/shop/a.jl:9

    caused by: KeyError: key "x" not found

Defined in Julia's ``base/errorshow.jl`` (``show_backtrace``, ``print_stackframe``) and ``Test.jl``.
Before 1.6 a frame was one line: `` [1] find at ./a.jl:2``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, without_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(r"\s{0,8}Stacktrace:\s*$")
_CALL = rx(
    r"\s{1,12}\[(?P<n>\d{1,7})\] (?P<fn>\S.*?)(?: at (?P<path>[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9}))?(?: \[inlined\])?(?: \(repeats (?P<times>\d{1,12}) times\))?\s*$"
)
_PLACE = rx(
    r"\s{1,16}@ (?:(?P<mod>[\w.!]{1,200}) )?(?P<path>[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9})(?: \[inlined\])?\s*$"
)
_REPEATED = rx(
    r"\s{0,12}(?:---|╰) .{0,4}?(?:the )?(?:last|above) \d{1,6} lines are repeated "
    r"(?P<times>\d{1,12}) more times?|\s{1,8}⋮ internal @"
)
_HEAD = rx(
    r"\s{0,8}(?:.{0,80}?)(?P<lead>ERROR: |caused by: |nested task error: |\[ Error: )"
    r"(?:LoadError: |InitError: )*"
    r"(?:(?P<kind>[A-Za-z_][\w.]{0,100}(?:Error|Exception|Failure)?): ?"
    r"|(?P<bare>DomainError|TaskFailedException)(?: (?=with )|:? ?$))?(?P<message>.*)$"
)
_STARTING = rx(r"\s{0,8}in expression starting at (?P<path>[^\s:][^:\n]{0,600}):(?P<line>\d{1,9})\s*$")
_TEST = rx(
    r"(?:.{1,300}: )?(?P<kind>Test Failed|Error During Test) at (?P<path>[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9})\s*$"
)
_FIELD = rx(
    r"\s{1,8}(?P<key>Expression|Evaluated|Expected|Thrown|  Thrown|No exception thrown"
    r"|Context|Test threw exception): ?(?P<value>.*)$"
)
_MESSAGE_LINES = 40


@dataclass(slots=True)
class _Open:
    kind: str | None
    message: str
    first: int
    last: int
    cause: bool
    frames: list[Frame] = field(default_factory=list)
    repeated: int = 0


def read(doc: Document) -> Iterator[Trace]:
    """Failed tests, errors with their causes."""
    for line in doc.find(" at "):
        found = None if doc.claimed[line] else _TEST.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _tested(doc, line, placed(doc, line, found), found["kind"])
    for line in doc.find("Stacktrace:"):
        titled = not doc.claimed[line] and _TITLE.match(doc.text, doc.starts[line], doc.ends[line])
        if titled and line + 1 < len(doc) and _CALL.match(doc.line(line + 1)):
            yield _error(doc, line)
    for line in doc.find("ERROR: "):
        found = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if (
            found
            and line + 1 < len(doc)
            and (place := _STARTING.match(doc.text, doc.starts[line + 1], doc.ends[line + 1]))
        ):
            doc.claim(line, line + 1)
            frames = (placed(doc, line + 1, place),)
            kind, span = found["kind"] or found["bare"], doc.span(line, line + 1)
            stack = Stack(kind, found["message"].rstrip(), frames, Relation.ROOT, span)
            yield trace_of("julia", [stack])


def _error(doc: Document, line: int) -> Trace:
    opened: list[_Open] = []
    missing: list[Truncation] = []
    title, floor = line, -1
    while True:
        current = _head(doc, title, floor)
        opened.append(current)
        at = _frames(doc, title + 1, current, missing)
        current.last = at - 1
        if at < len(doc) and (place := _STARTING.match(doc.text, doc.starts[at], doc.ends[at])):
            current.frames.append(placed(doc, at, place))
            current.last = at
            at += 1
        if len(opened) == 1 and "nested task error: " in doc.line(current.first):
            at = opened[0].last + 1 if _nested(doc, opened, missing) else at
        following = _next(doc, at)
        if following is None:
            break
        floor, title = current.last, following
    doc.claim(opened[0].first, max(o.last for o in opened))
    stacks = [
        Stack(
            o.kind,
            o.message,
            tuple(o.frames),
            Relation.CAUSE if o.cause and n else Relation.ROOT,
            doc.span(o.first, o.last),
            o.repeated,
            n - 1 if o.cause and n else None,
        )
        for n, o in enumerate(opened)
    ]
    return trace_of("julia", stacks, truncation=tuple(missing))


def _nested(doc: Document, opened: list[_Open], missing: list[Truncation]) -> bool:
    """Put the failure of the task, which stands above and below its error, in front of the error."""
    inner = opened[0]
    above = inner.first - 1
    while above > inner.first - 3 and doc.blank(above):
        above -= 1
    outer = _HEAD.match(doc.line(above))
    below = inner.last + 1
    while below < inner.last + 3 and doc.blank(below):
        below += 1
    if not outer or outer["bare"] != "TaskFailedException" or not _TITLE.match(doc.line(below)):
        return False
    root = _Open(outer["bare"], outer["message"].strip(), above, below, cause=False)
    root.last = _frames(doc, below + 1, root, missing) - 1
    inner.cause = True
    opened.insert(0, root)
    return True


def _next(doc: Document, at: int) -> int | None:
    """The title of the cause's stack."""
    while at < len(doc) and doc.blank(at):
        at += 1
    if at >= len(doc) or not doc.line(at).lstrip().startswith("caused by: "):
        return None
    for below in range(at + 1, min(at + _MESSAGE_LINES, len(doc))):
        if _TITLE.match(doc.line(below)):
            return below
    return None


def _head(doc: Document, title: int, floor: int) -> _Open:
    for above in range(title - 1, max(title - _MESSAGE_LINES, floor), -1):
        if doc.claimed[above]:
            break
        if found := _HEAD.match(doc.line(above)):
            lines = [found["message"], *(doc.line(n).rstrip() for n in range(above + 1, title))]
            kind = found["kind"] or found["bare"]
            return _Open(kind, "\n".join(lines).strip(), above, title, "caused" in found["lead"])
    return _Open(None, "", title, title, cause=False)


def _frames(doc: Document, at: int, current: _Open, missing: list[Truncation]) -> int:
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _CALL.match(doc.text, start, end):
            name = without_arguments(found["fn"])
            current.repeated += int(found["times"] or 0)
            if found["line"]:
                current.frames.append(placed(doc, at, found, function=name))
            elif at + 1 < len(doc) and (
                place := _PLACE.match(doc.text, doc.starts[at + 1], doc.ends[at + 1])
            ):
                at += 1
                current.frames.append(
                    placed(doc, at, place, function=name, text=f"{doc.line(at - 1)}\n{doc.line(at)}")
                )
            elif not found["fn"].startswith("..."):
                current.frames.append(doc.frame(at, start, end, None, function=name))
        elif found := _REPEATED.match(doc.text, start, end):
            current.repeated += int(found["times"] or 0)
        elif doc.line(at).strip() in ("...", "⋮"):
            missing.append(Truncation("frames in the middle were left out", ""))
        else:
            break
        at += 1
    return at


def _tested(doc: Document, line: int, place: Frame, kind: str) -> Trace:
    fields: dict[str, str] = {}
    message: list[str] = []
    at = line + 1
    while (
        at < min(len(doc), line + _MESSAGE_LINES)
        and doc.line(at).startswith("  ")
        and not _TITLE.match(doc.line(at))
    ):
        if found := _FIELD.match(doc.line(at)):
            fields[found["key"].strip()] = found["value"].rstrip()
        message.append(doc.line(at).rstrip())
        at += 1
    current = _Open(kind, "\n".join(message), line, at - 1, cause=False)
    if at + 1 < len(doc) and doc.blank(at) and _TITLE.match(doc.line(at + 1)):
        at += 1
    if at < len(doc) and _TITLE.match(doc.line(at)):
        at = _frames(doc, at + 1, current, [])
        current.last = at - 1
    doc.claim(line, current.last)
    assertion = None
    left, sign, right = fields.get("Evaluated", "").partition(" == ")
    if sign:
        assertion = Assertion(right, left, labelled=False)
    elif "Expected" in fields and "Thrown" in fields:
        assertion = Assertion(fields["Expected"], fields["Thrown"], labelled=True)
    stack = Stack(
        kind, current.message, (*current.frames, place), Relation.ROOT, doc.span(line, current.last)
    )
    return trace_of("julia", [stack], assertion=assertion)


FORMAT = Format(
    "julia",
    12,
    ("Stacktrace:", "Test Failed at ", "Error During Test at ", "in expression starting at "),
    read,
)
