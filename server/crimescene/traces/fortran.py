r"""Fortran: gfortran's runtime errors and compile errors, ifort's traceback table.

    At line 8 of file a.f90
    Fortran runtime error: Index '5' of dimension 1 of array 'r' above upper bound of 2

    Error termination. Backtrace:
    #3  0x556123d6a361 in find
            at /home/dev/shop/a.f90:8

    bad.f90:6:13:

        6 |   call nope(1
          |             1
    Error: Syntax error in argument list at (1)

Defined in libgfortran's ``runtime/backtrace.c`` and ``error.c``, GCC's ``gcc/fortran/error.cc``; ifort prints
``Image  PC  Routine  Line  Source``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_LINE = rx(r"At line (?P<line>\d{1,9}) of file (?P<path>\S.{0,600}?)(?: \(unit.{0,200}\))?\s*$")
_ERROR = rx(
    r"(?P<kind>Fortran runtime (?:error|warning)|ERROR STOP|STOP|Program received signal SIG\w{2,8"
    r"}|forrtl: severe \(\d{1,5}\)):? ?(?P<message>.*)$"
)
_NUMBERED = rx(r"#(?P<n>\d{1,6}) {1,3}0x[0-9a-f]{1,16} in (?P<fn>\S.{0,300}?)\s*$")
_PLACE = rx(r"[ \t]{1,12}at (?P<path>\S[^:\n]{0,600}):(?P<line>\d{1,9})\s*$")
_BETWEEN = rx(r"\s*$|Error termination\. Backtrace:|Backtrace for this error:|Could not print backtrace.*")
_IFORT = rx(
    r"(?P<image>\S{1,100}) {1,40}[0-9A-Fa-f]{8,16} {1,4}(?P<fn>\S{1,200}) {1,40}"
    r"(?P<line>\d{1,9}|Unknown) {1,4}(?P<path>\S.{0,300}?)\s*$"
)
_IFORT_TITLE = rx(r"Image {2,40}PC {2,40}Routine {2,40}Line {2,40}Source")
_DIAGNOSTIC = rx(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9})(?:-\d{1,9})?)?:\s*$"
)
_EXCERPT = rx(r"\s{0,12}\d{1,9} \| ?(?P<code>.*)$")
_MARK = rx(r"\s{0,12}\| (?P<mark>[ \t]{0,400}1)(?: .*)?$")
_MESSAGE = rx(r"(?P<kind>(?:Fatal )?Error|Warning): (?P<message>.*)$")
_NOWHERE = Truncation("frames have no lines", "gfortran -g -fbacktrace -fcheck=all")


def read(doc: Document) -> Iterator[Trace]:
    """Runtime errors with their backtrace, compile errors."""
    yield from _placed_errors(doc)
    for sign in ("Fortran runtime ", "STOP", "Program received signal", "forrtl: "):
        for line in doc.find(sign):
            error = None if doc.claimed[line] else _ERROR.match(doc.line(line))
            if error:
                kind, message = error["kind"], error["message"].strip()
                if kind.startswith("Program received "):
                    kind = kind.rpartition(" ")[2]
                trace = _runtime(doc, (line, line), (kind, message), [])
                if trace is not None:
                    yield trace
    for line in doc.find(" | "):
        if not doc.claimed[line] and (trace := _compile(doc, line)):
            yield trace


def _placed_errors(doc: Document) -> Iterator[Trace]:
    for line in doc.find("At line "):
        found = None if doc.claimed[line] else _AT_LINE.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (error := _ERROR.match(doc.line(line + 1))):
            place = placed(doc, line, found)
            trace = _runtime(doc, (line, line + 1), (error["kind"], error["message"].strip()), [place])
            if trace is not None:
                yield trace


def _runtime(
    doc: Document, head: tuple[int, int], error: tuple[str, str], places: list[Frame]
) -> Trace | None:
    at, last = head[1] + 1, head[1]
    frames: list[Frame] = []
    unplaced = 0
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _NUMBERED.match(doc.text, start, end):
            place = (
                _PLACE.match(doc.text, doc.starts[at + 1], doc.ends[at + 1]) if at + 1 < len(doc) else None
            )
            name = None if found["fn"] == "???" else found["fn"]
            if place:
                frames.append(
                    placed(doc, at + 1, place, function=name, text=f"{doc.line(at)}\n{doc.line(at + 1)}")
                )
                at += 1
            else:
                unplaced += 1
                frames.append(doc.frame(at, start, end, None, function=name))
            last = at
        elif found := _IFORT.match(doc.text, start, end):
            known = found["line"] != "Unknown"
            name = None if found["fn"] == "Unknown" else found["fn"]
            frames.append(
                placed(doc, at, found, function=name)
                if known
                else doc.frame(at, start, end, None, function=name)
            )
            last = at
        elif not _BETWEEN.match(doc.text, start, end) and not _IFORT_TITLE.match(doc.text, start, end):
            break
        at += 1
    hints = [_NOWHERE] if frames and unplaced == len(frames) else []
    if not frames and not places and not error[0].startswith(("Fortran", "forrtl")):
        return None
    return simple(doc, "fortran", error, [*places, *frames], (head[0], last), hints=hints)


def _compile(doc: Document, line: int) -> Trace | None:
    """The place, a blank line, the code, a 1 below the column, the message."""
    code = _EXCERPT.match(doc.text, doc.starts[line], doc.ends[line])
    mark = _MARK.match(doc.line(line + 1)) if code else None
    above = line - 1
    while above > line - 4 and doc.blank(above):
        above -= 1
    place = _DIAGNOSTIC.match(doc.line(above)) if mark and above >= 0 and not doc.claimed[above] else None
    if not code or not mark or not place:
        return None
    below = line + 2
    while below < line + 8 and doc.line(below).startswith(" "):
        below += 1
    message = _MESSAGE.match(doc.line(below))
    if not message:
        return None
    found = _DIAGNOSTIC.match(doc.text, doc.starts[above], doc.ends[above])
    assert found is not None  # noqa: S101 - the same line matched above
    margin = len(code["code"]) - len(code["code"].lstrip())
    column = len(mark["mark"]) - 1 - margin
    frame = placed(
        doc, above, found, code=code["code"].strip(), marks=(column, column + 1) if column >= 0 else None
    )
    return simple(doc, "fortran", (message["kind"], message["message"].rstrip()), [frame], (above, below))


FORMAT = Format(
    "fortran",
    19,
    ("At line ", "Fortran runtime ", "STOP", "Backtrace for this error", "forrtl: ", " | "),
    read,
)
