r"""Unity's console and player log.

    NullReferenceException: Object reference not set to an instance of an object
    Cart.Total (System.Int32 i) (at Assets/Scripts/Cart.cs:12)
    Shop+<Load>d__3.MoveNext () (at Assets/Scripts/Shop.cs:40)
    UnityEngine.Debug:LogError (object)

Defined in Unity's ``StackTraceUtility.ExtractFormattedStackTrace``; compile errors have the
form of ``paren_diagnostics``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_FRAME = rx(
    r"\s{0,8}(?P<fn>[A-Za-z_<][^\s()]{0,400}?) ?\([^()\n]{0,600}\) \(at "
    r"(?P<path>(?:[A-Za-z]:)?[^:<>\n]{1,600}):(?P<line>\d{1,9})\)\s*$"
)
_UNPLACED = rx(
    r"\s{0,8}[A-Za-z_<][\w.+<>`\[\]|]{0,300}[.:][\w<>.|]{1,200} ?\([^()\n]{0,600}\)"
    r"(?: \(at <[\w]{1,64}>:\d{1,6}\))?\s*$"
)
_HEAD = rx(r"\s{0,8}(?P<kind>[A-Z]\w{0,100}(?:\.\w{1,100}){0,8}(?:Exception|Error)): (?P<message>.*)$")
_RETHROW = rx(r"Rethrow as (?P<kind>\w{1,100}): (?P<message>.*)$")
_UP = 8


def read(doc: Document) -> Iterator[Trace]:
    """A trace a run of frames, the message above it."""
    for line in doc.find("(at "):
        if doc.claimed[line] or not _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        first = line
        while first > 0 and not doc.claimed[first - 1] and _UNPLACED.match(doc.line(first - 1)):
            first -= 1
        frames, at = run(doc, line, _FRAME, _UNPLACED)
        kind, message, opened = None, "", first
        for above in range(first - 1, max(first - _UP, -1), -1):
            if doc.claimed[above] or doc.blank(above):
                break
            found = _HEAD.match(doc.line(above)) or _RETHROW.match(doc.line(above))
            if found:
                rest = (doc.line(n).rstrip() for n in range(above + 1, first))
                kind, message, opened = found["kind"], "\n".join([found["message"], *rest]).strip(), above
                break
            if above == first - 1:
                message, opened = doc.line(above).strip(), above
        yield simple(doc, "unity", (kind, message), frames, (opened, at - 1))


FORMAT = Format("unity", 10, (") (at ",), read)
