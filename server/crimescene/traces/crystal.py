r"""Crystal: exceptions, compile errors, spec.

    Unhandled exception: cannot load x (ShopError)
      from a.cr:10:3 in 'load'
      from /usr/lib/crystal/lib/crystal/main.cr:115:5 in 'main'
    Caused by: Index out of bounds (IndexError)
      from a.cr:4:16 in 'price'

    In bad.cr:1:20

     1 | def f(x : Int32) : String
                            ^-----
    Error: method top-level f must return String but it is returning Int32

Defined in Crystal's ``src/exception.cr`` (``inspect_with_backtrace``), ``compiler/crystal/exception.cr`` and
``src/spec/context.cr``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(
    r"\s{1,12}from (?:(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}\.cr):"
    r"(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))? in '(?P<fn>[^\n]{1,300})'"
    r"|(?:/|\?\?\?)\S{0,600}(?: in '[^\n]{1,300}')?)\s*$"
)
_HEAD = rx(
    r"(?:.{0,80}?)(?P<lead>Unhandled exception(?: in spawn(?:\(name: .{1,80}\))?)?: "
    r"|Caused by: |^\s{0,12})(?P<message>.*?)(?: \((?P<kind>[A-Z]\w{0,100}"
    r"(?:::\w{1,100}){0,8})\))?\s*$"
)
_PLACE = rx(
    r"\s{0,4}In (?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9}):"
    r"(?P<col>\d{1,9})\s*$"
)
_CODE = rx(r"\s{0,8}\d{1,9} \| ?(?P<code>.*)$")
_ERROR = rx(r"(?P<kind>Error|Syntax error|Warning): (?P<message>.*)$")
_MESSAGE_LINES = 20
_UP = 20


def read(doc: Document) -> Iterator[Trace]:
    """Exceptions with their causes; compile errors, outermost place first."""
    for line in doc.find(" from "):
        if not doc.claimed[line] and (trace := _exception(doc, line)):
            yield trace
    for line in doc.find("In "):
        found = None if doc.claimed[line] else _PLACE.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _compile(doc, line)):
            yield trace


def _exception(doc: Document, line: int) -> Trace | None:
    found = _FRAME.match(doc.text, doc.starts[line], doc.ends[line])
    if not found or not found["line"]:
        return None
    stacks: list[Stack] = []
    start = last = line
    at = line
    while True:
        frames: list[Frame] = []
        while at < len(doc) and (found := _FRAME.match(doc.text, doc.starts[at], doc.ends[at])):
            if found["line"]:
                frames.append(placed(doc, at, found))
            at += 1
        floor = last if stacks else max(line - _UP, -1)
        head, cause = _head(doc, at - len(frames) if not frames else _first(doc, at), floor)
        if head is None:
            if stacks:
                break
            stacks.append(Stack(None, "", tuple(frames), Relation.ROOT, doc.span(line, at - 1)))
        else:
            kind, message, opened = head
            start = min(start, opened)
            of = len(stacks) - 1 if cause and stacks else None
            stacks.append(
                Stack(
                    kind,
                    message,
                    tuple(frames),
                    Relation.ROOT if of is None else Relation.CAUSE,
                    doc.span(opened, at - 1),
                    0,
                    of,
                )
            )
        last = at - 1
        below = at
        while below < min(len(doc), at + _MESSAGE_LINES) and not _FRAME.match(doc.line(below)):
            below += 1
        if (
            not doc.line(at).lstrip().startswith("Caused by: ")
            or below >= len(doc)
            or below == at + _MESSAGE_LINES
        ):
            break
        at = below
    doc.claim(start, last)
    return trace_of("crystal", stacks)


def _first(doc: Document, at: int) -> int:
    """The first line of the run of frames that ends before ``at``."""
    while at > 0 and _FRAME.match(doc.line(at - 1)):
        at -= 1
    return at


def _head(doc: Document, line: int, floor: int) -> tuple[tuple[str | None, str, int] | None, bool]:
    for above in range(line - 1, floor, -1):
        if doc.claimed[above] or doc.blank(above):
            break
        found = _HEAD.match(doc.line(above))
        if found and (found["lead"].strip() or (above == line - 1 and found["kind"])):
            message = [found["message"], *(doc.line(n).rstrip() for n in range(above + 1, line))]
            kind = found["kind"]
            if kind is None and len(message) > 1:
                inner = _HEAD.match(message[-1])
                if inner and inner["kind"]:
                    kind, message[-1] = inner["kind"], inner["message"]
            if found["lead"].strip() or above == 0 or not _opens(doc, above, floor):
                return (kind, "\n".join(message).strip(), above), "Caused" in found["lead"]
    return None, False


def _opens(doc: Document, line: int, floor: int) -> bool:
    """Whether a line above says that the message begins there."""
    return any(
        _HEAD.match(doc.line(n)) and "exception" in doc.line(n)
        for n in range(line - 1, max(floor, line - 4), -1)
    )


def _compile(doc: Document, line: int) -> Trace | None:
    frames: list[Frame] = []
    at = line
    while at < min(len(doc), line + 200):
        found = _PLACE.match(doc.text, doc.starts[at], doc.ends[at])
        if found:
            code = _CODE.match(doc.line(at + 2)) if doc.blank(at + 1) else None
            frames.append(placed(doc, at, found, code=code["code"].strip() if code else None))
        elif error := _ERROR.match(doc.line(at)):
            message, below = [error["message"]], at + 1
            while below < min(len(doc), at + _MESSAGE_LINES) and not doc.blank(below):
                message.append(doc.line(below).rstrip())
                below += 1
            return simple(
                doc, "crystal", (error["kind"], "\n".join(message).strip()), frames[::-1], (line, below - 1)
            )
        at += 1
    return None


FORMAT = Format("crystal", 29, (" from ", "In "), read)
