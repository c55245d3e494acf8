"""IPython's and Jupyter's tracebacks.

    ---------------------------------------------------------------------------
    KeyError                                  Traceback (most recent call last)
    File /home/dev/shop/pricing.py:11, in discount(code)
         10 try:
    ---> 11     return {"TEN": 10}[code]
         12 except KeyError as e:

    KeyError: 'IP'

Defined in IPython's ``core/ultratb.py`` (``VerboseTB``, ``ListTB``); before 8.0 places were
``~/shop/pricing.py in discount(code)`` with the number only at the arrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = rx(r"(?:([A-Za-z_][\w.]{0,200}) {2,200})?Traceback \(most recent call last\):?\s*$")
_FILE = rx(r"\s{0,8}File ([^\"\s].{0,1000}?):(\d{1,9})(?:,? in (.{1,400}?))?\s*$")
_CELL = rx(
    r"\s{0,8}(?:In \[\d{1,9}\]: {1,4})?(?:Cell )?((?:In|Input In) ?\[\d{1,9}\]|<ipython-input-[\w-]{1,80}>)"
    r"(?:,? (?:line (\d{1,9})|in (.{1,300}?)))?(?:, in (.{1,300}?))?\s*$"
)
_OLD = rx(r"(?!\s)((?:~|/|[A-Za-z]:[\\/]|\.\.?[\\/])\S{1,1000}) in (.{1,300}?)\s*$")
_ARROW = rx(r"-{1,12}> {0,8}(\d{1,9}) ?(.*)$")
_ERROR = rx(
    r"([A-Za-z_][\w.]{0,200}): ?(.*)$|([A-Za-z_][\w.]{0,200}(?:Error|Exception"
    r"|Interrupt|Exit|Warning))\s*$"
)
_MESSAGE_LINES = 40
_Place = tuple[int, int, str, "str | None", "str | None"]
_CAUSE = "The above exception was the direct cause"
_CONTEXT = "During handling of the above exception"
_SKIPPED = rx(r"\s{0,8}\[\.\.\. (?:skipping|\d{1,9})(.{0,120})\]")
_RULE = rx(r"-{20,200}\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """From a header (or a first place) to the last error of the chain."""
    for line in doc.find("Traceback (most recent call last)"):
        if doc.claimed[line] or not _HEADER.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        below = line + 1
        while below < len(doc) and below < line + 3 and doc.blank(below):
            below += 1
        if not _place(doc, below):
            continue
        trace = _Reader(doc, line, line + 1).run()
        if trace is not None:
            yield trace
    for line in doc.find("Cell In["):
        if not doc.claimed[line] and (trace := _Reader(doc, line, line).run()) is not None:
            yield trace


def _place(doc: Document, line: int) -> _Place | None:
    """``start, end, path, lineno, function`` of a place line."""
    if line >= len(doc):
        return None
    start, end = doc.starts[line], doc.ends[line]
    if found := _FILE.match(doc.text, start, end):
        return found.start(1), found.end(2), found[1], found[2], _function(found[3])
    if found := _CELL.match(doc.text, start, end):
        stop = found.end(2) if found[2] else found.end(1)
        return found.start(1), stop, found[1], found[2], _function(found[3] or found[4])
    if found := _OLD.match(doc.text, start, end):
        return found.start(1), found.end(1), found[1], None, _function(found[2])
    return None


def _function(name: str | None) -> str | None:
    return name.partition("(")[0] or None if name else None


class _Reader:
    def __init__(self, doc: Document, first: int, at: int) -> None:
        self.doc = doc
        self.first = first
        self.stacks: list[Stack] = []
        self.frames: list[Frame] = []
        self.opened = first
        self.last = first
        self.awaiting: Relation | None = None
        self.at = at
        self.finished = False
        self.missing: list[Truncation] = []

    def run(self) -> Trace | None:
        doc = self.doc
        while self.at < len(doc) and not doc.claimed[self.at]:
            printed = doc.line(self.at)
            if printed.strip() and not (self._behind(printed) if self.finished else self._within(printed)):
                break
            self.at += 1
        if not self.stacks:
            return None
        doc.claim(self.first, self.last)
        return trace_of("ipython", self.stacks, truncation=tuple(self.missing))

    def _behind(self, printed: str) -> bool:
        """A line behind an error: only a chain marker goes on."""
        if not printed.startswith((_CAUSE, _CONTEXT)):
            return False
        self.awaiting = Relation.CAUSE if printed.startswith(_CAUSE) else Relation.CONTEXT
        self.finished = False
        return True

    def _within(self, printed: str) -> bool:
        doc, at = self.doc, self.at
        if _HEADER.match(printed) or _RULE.match(printed):
            self.opened = self.opened if self.frames else at
        elif place := _place(doc, at):
            self._frame(at, place)
        elif self.frames and (found := _ARROW.match(doc.text, doc.starts[at], doc.ends[at])):
            self._arrow(found[1], found[2].strip(), found.start(1), found.end(1))
        elif printed[0] not in " \t" and (found := _ERROR.match(printed)):
            self.at = self._error(at, found[1] or found[3], found[2] or "")
            self.finished = True
            return True
        elif _SKIPPED.match(printed):
            self.missing.append(Truncation(printed.strip().strip("[]. "), "%xmode Verbose"))
        self.last = at
        return True

    def _frame(self, line: int, place: _Place) -> None:
        start, end, path, lineno, function = place
        code = None
        below = self.doc.line(line + 1)
        if below.startswith("    ") and not below.lstrip()[:1].isdigit():
            code = below.strip()
        self.frames.append(self.doc.frame(line, start, end, path, lineno, function=function, code=code))

    def _arrow(self, lineno: str, code: str, start: int, end: int) -> None:
        f = self.frames[-1]
        span = f.span if f.lineno is not None else self.doc.places.span(start, end)
        line = f.lineno if f.lineno is not None else int(lineno)
        self.frames[-1] = Frame(
            f.path, line, f.column, f.function, f.module, f.text, span, code or f.code, f.marks
        )

    def _error(self, at: int, kind: str, message: str) -> int:
        doc, lines = self.doc, [message]
        while (
            at + 1 < len(doc)
            and not doc.blank(at + 1)
            and len(lines) < _MESSAGE_LINES
            and not doc.line(at + 1).startswith(("The above", "During", "---"))
        ):
            at += 1
            lines.append(doc.line(at).rstrip())
        self.last = at
        index = len(self.stacks)
        if self.awaiting is not None and self.stacks:
            old = self.stacks[-1]
            self.stacks[-1] = Stack(old.exception, old.message, old.frames, self.awaiting, old.span, 0, index)
        span = doc.span(self.opened, at)
        self.stacks.append(Stack(kind, "\n".join(lines), tuple(reversed(self.frames)), Relation.ROOT, span))
        self.frames, self.awaiting, self.opened = [], None, at + 1
        return at


FORMAT = Format("ipython", 22, ("Traceback (most recent call last)", "Cell In["), read)
