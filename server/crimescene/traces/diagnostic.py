"""What compiler and linter formats share: one error a diagnostic, notes are frames of the error before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Relation, Stack, Trace
from crimescene.traces.document import trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from crimescene.model import Frame
    from crimescene.traces.document import Document

PATH = (
    r"(?:(?:file:/{1,3})?[A-Za-z]:[\\/][^:\n\"<>|*?]{1,600}|(?:file:)?/[^:\n\"<>|*?]{1,1000}"
    r"|\\\\[^:\n\"<>|*?]{1,600}|(?!at |in |see )[^\s:()\[\]\"'`,;<>|*?=]{1,600}"
    r"(?:[ ()\[\]][^\s:()\[\]\"'`,;<>|*?=]{0,200}){0,6}|<[\w -]{1,60}>)"
)
SEVERITY = (
    r"(?:[Ff]atal [Ee]rror|internal compiler error|[Ss]yntax [Ee]rror|fatal"
    r"|[Ee]rror|ERROR|[Ww]arning|WARNING|warn|[Nn]ote|NOTE"
    r"|remark|[Ii]nfo|[Ii]nformation|[Hh]int|[Hh]elp|[Ss]tyle|convention"
    r"|refactor|performance|portability|[Ff]atal|deprecated)"
)
NOTES = frozenset(("note", "remark", "info", "hint", "help", "information"))
_MARK_LINE = rx(r"[\s|\d]{0,200}[~^][~^ -]{0,2000}$")
_BOOST = rx(r".{0,200}check .{1,600} == .{1,600} has failed \[(.{1,400}?) != (.{1,400})\]$")
_GUTTER = rx(r"\s{0,12}\d{0,9} ?\| ?")


@dataclass(slots=True)
class Diagnostic:
    """One message with its place and the places of its notes."""

    kind: str | None
    message: str
    first: int
    last: int
    frames: list[Frame] = field(default_factory=list)

    def trace(self, doc: Document, name: str) -> Trace:
        """The finished trace; claims the message's lines."""
        doc.claim(self.first, min(self.last, self.first))
        stack = Stack(
            self.kind, self.message, tuple(self.frames), Relation.ROOT, doc.span(self.first, self.last)
        )
        return trace_of(name, [stack], assertion=compared(self.message))


def compared(message: str) -> Assertion | None:
    """Boost.Test prints the values of both sides, without saying which is which."""
    found = _BOOST.match(message) if message.endswith("]") else None
    return Assertion(found[2], found[1], labelled=False) if found else None


def excerpt(doc: Document, line: int) -> tuple[str | None, tuple[int, int] | None, int]:
    """Source line and underlined columns printed below ``line``, and the last line they take."""
    marks_at = line + 2
    if marks_at >= len(doc) or not _MARK_LINE.match(doc.text, doc.starts[marks_at], doc.ends[marks_at]):
        return None, None, line
    if "^" not in doc.line(marks_at) and "~" not in doc.line(marks_at):
        return None, None, line
    printed, under = doc.line(line + 1), doc.line(marks_at).rstrip()
    gutter = _GUTTER.match(printed)
    skip = gutter.end() if gutter and "|" in gutter[0] else 0
    code = printed[skip:]
    margin = skip + len(code) - len(code.lstrip())
    columns = [n for n, sign in enumerate(under) if sign in "^~" and n >= margin]
    marks = (columns[0] - margin, columns[-1] + 1 - margin) if columns else None
    return code.strip() or None, marks, marks_at
