r"""Ada (GNAT): unhandled exceptions, with a symbolic traceback if asked for.

    raised CONSTRAINT_ERROR : a.adb:7 index check failed
    [./a]
    0x55eb32c968a7 A.Find at a.adb:7
    0x55eb32c9698a A.Total at a.adb:9

Defined in GNAT's ``a-exexda.adb`` (``Append_Info_Exception_Information``) and ``s-tratra.adb``; checks put
the place before their message. Compile errors have the GNU form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = rx(r"(?:.{0,60}?)raised (?P<kind>[A-Z][\w.]{1,200}) : (?P<message>.*)$")
_NAMED = rx(r"Exception name: (?P<kind>[A-Z][\w.]{1,200})\s*$")
_MESSAGE = rx(r"Message: (?P<message>.*)$")
_IN = rx(r"(?P<path>[^\s:]{1,300}\.ad[abs]):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))? ?")
_FRAME = rx(
    r"\s{0,4}(?:0x[0-9a-f]{1,16} (?:in )?(?P<fn>\S.{0,300}?) at (?:(?P<path>[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9})|\?\?\?)|0x[0-9a-f]{1,16})\s*$"
)
_BETWEEN = rx(r"\[[^\]\n]{1,600}\]\s*$|Call stack traceback locations:|Load address: |\s*$")
_ADDRESSES = rx(r"(?:0x[0-9a-f]{1,16} ?){2,}")
_BARE = Truncation(
    "the traceback holds addresses only", "gnatmake -g -bargs -Es, or addr2line -e PROGRAM ADDRESS…"
)


def read(doc: Document) -> Iterator[Trace]:
    """A trace an exception."""
    for line in doc.find("raised "):
        found = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _raised(doc, line, (found["kind"], found["message"].rstrip()), found.start("message"))
    for line in doc.find("Exception name: "):
        found = _NAMED.match(doc.text, doc.starts[line], doc.ends[line])
        text = (
            _MESSAGE.match(doc.text, doc.starts[line + 1], doc.ends[line + 1])
            if found and line + 1 < len(doc)
            else None
        )
        if found and text:
            yield _raised(doc, line, (found["kind"], text["message"].rstrip()), text.start("message"))


def _raised(doc: Document, line: int, head: tuple[str, str], start: int) -> Trace:
    at = line
    while doc.ends[at] < start:
        at += 1
    inner = _IN.match(doc.text, start, doc.ends[at])
    frames, below = run(doc, at + 1, _FRAME, _BETWEEN)
    called = [frame for frame in frames if frame.path or frame.function]
    hints = [_BARE] if not called and _ADDRESSES.match(doc.line(below)) else []
    last = below - 1
    while last > at and doc.blank(last):
        last -= 1
    places = [placed(doc, at, inner)] if inner else []
    return simple(doc, "ada", head, [*places, *called], (line, last), hints=hints)


FORMAT = Format("ada", 39, ("raised ", "Exception name: "), read)
