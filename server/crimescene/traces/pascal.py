"""Free Pascal: run-time errors and exceptions nobody caught, with frames where ``-gl`` was given.

    An unhandled exception occurred at $00000000004010AF:
    ERangeError: Range check error
      $00000000004010AF  TOTAL,  line 8 of cart.pas
      $00000000004010F4  main,  line 11 of cart.pas

    Runtime error 201 at $00000000004010AF

Defined in FPC's ``rtl/objpas/sysutils/sysutils.inc`` (``CatchUnhandledException``), ``rtl/inc/system.inc``
(``HandleErrorAddrFrame``) and ``lineinfo.pp`` (``DwarfBackTraceStr``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_UNHANDLED = "An unhandled exception occurred at $"
_RUNTIME = "Runtime error "
_CODE = rx(r"(?P<kind>Runtime error \d{1,5}) at \$[0-9A-F]{1,16}\s*$")
_NAMED = rx(r"(?P<kind>[A-Za-z_]\w{0,120}): ?(?P<message>.*)$")
_FRAME = rx(
    r"\s{1,8}\$[0-9A-F]{1,16}(?:  (?P<fn>\S.{0,300}?),)?"
    r"(?:  line (?P<line>\d{1,9}) of (?P<path>\S.{0,600}?))?\s*$"
)
_WITHOUT = Truncation("lines of the frames", "fpc -gl")


def read(doc: Document) -> Iterator[Trace]:
    """A trace an error."""
    for line in doc.find(_UNHANDLED):
        found = None if doc.claimed[line] else _NAMED.match(doc.line(line + 1))
        if found:
            yield _trace(doc, (found["kind"], found["message"].rstrip()), line, line + 2)
    for line in doc.find(_RUNTIME):
        code = None if doc.claimed[line] else _CODE.match(doc.line(line))
        if code:
            yield _trace(doc, (code["kind"], ""), line, line + 1)


def _trace(doc: Document, head: tuple[str, str], line: int, at: int) -> Trace:
    frames: list[Frame] = []
    named = False
    while at < len(doc) and (found := _FRAME.match(doc.text, doc.starts[at], doc.ends[at])):
        named = named or found["path"] is not None
        if found["path"]:
            frames.append(placed(doc, at, found))
        at += 1
    hints = [] if named else [_WITHOUT]
    return simple(doc, "pascal", head, frames, (line, at - 1), hints=hints)


FORMAT = Format("pascal", 46, (_UNHANDLED, _RUNTIME), read)
