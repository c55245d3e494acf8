"""CPython and PyPy tracebacks, chains and exception groups included.

    Traceback (most recent call last):
      File "/home/dev/shop/pricing.py", line 11, in discount
        return {"TEN": 10}[code]
               ~~~~~~~~~~~^^^^^^
    KeyError: 'XX'

    The above exception was the direct cause of the following exception:

    Traceback (most recent call last):
      ...

Defined in ``Lib/traceback.py`` (``StackSummary.format``, ``TracebackException.format``) and
``Python/traceback.c``. loguru, better-exceptions and structlog print the same with more lines between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.python_asserts import (
    comparison,
    header_above,
    ruler_below,
    said_above,
    said_below,
    test_above,
    text_rule,
)
from crimescene.traces.python_embedded import joined
from crimescene.traces.python_frames import plain_frames
from crimescene.traces.runs import over

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = rx(
    r"[\s|+>]{0,4000}File \"{1,2}([^\"\n]{1,4000})\"{1,2}, line(?:no)? (\d{1,30}"
    r"|\?{1,3})(?:,? in (.{1,400}?))?[ \t]*$"
)
_HEADER = rx(
    r"([\s|+]{0,4000})(?:[^\s|+].{0,200}(?:: ?|,\"{1,3})|\"{1,3}|\(Pdb\) |ipdb> )?"
    r"(Exception Group )?Traceback \((?:most recent call last|innermost last)\):?\s*$"
)
_ERROR = rx(r"([^\W\d][\w.]{0,200}(?:\.<locals>\.[\w.]{1,200}){0,5})(?:: ?(.*)|\s*)$")
_REPEATED = rx(r"\[Previous line repeated (\d{1,9}) more times?\]")
_CARETS = rx(r"[ \t\xa0]*[~^]+[ ~^]*$")
_MARGIN = rx(r"( {0,4000})([|+])(?:-?\+?-{2,} (\d{1,4}|\.{3}) -{2,}| ?-{10,}|(?: |$))")
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"
_HIDDEN = rx(r"(?:and|\.\.\.) ?(\d{1,9}) more exceptions?|\.\.\. \(max_group_depth is (\d{1,9})\)")
_ENDLESS = Truncation("the line that names the exception is missing", "copy the trace to its end")
_STOP = rx(
    r"(?:Traceback|During handling|The above exception|##\[|Process (?:completed"
    r"|finished)|Error: Process|make(?:\[\d+\])?: "
    r"|exit(?:ed| status)|\$ |>>> |\(Pdb\)|FAILED|INFO|DEBUG|WARN|ERROR"
    r"|CRITICAL|\[|\d{4}-\d\d|npm |[=\-_*+]{4}|\"\"\"|\"(?:,|$)"
    r"|  File \"|Exception |command terminated|error: Recipe|Aborted|Segmentation fault|E: |ok$|Ran \d)"
)
_REMOTE_QUOTES = ('"""', "'''")
"""multiprocessing and concurrent.futures put the worker's traceback between these."""
_MESSAGE_LINES = 60
_SOURCE_LINES = 40


def read(doc: Document) -> Iterator[Trace]:
    """Tracebacks with a header, and bare runs of ``File`` lines (``print_stack``, ``SyntaxError``)."""
    yield from joined(doc, _found(doc))


def _found(doc: Document) -> Iterator[tuple[int, Trace]]:
    for first in doc.find('File "'):
        start = None if doc.claimed[first] else _start(doc, first)
        trace = None if start is None else _Reader(doc, start).run()
        if trace is not None and start is not None:
            yield start, trace
    for first in doc.find("Traceback (most recent call last)"):
        if not doc.claimed[first] and _HEADER.match(doc.text, doc.starts[first], doc.ends[first]):
            trace = _Reader(doc, first).run()
            if trace is not None:
                yield first, trace


def _start(doc: Document, first: int) -> int | None:
    """The header of the ``File`` line; the line itself if it has none; None if it is no frame."""
    if not FILE.match(doc.text, doc.starts[first], doc.ends[first]):
        return None
    above = first - 1
    while above >= 0 and above > first - 4 and doc.blank(above):
        above -= 1
    if above >= 0 and not doc.claimed[above] and _HEADER.match(doc.text, doc.starts[above], doc.ends[above]):
        return above
    return first


def _indent(doc: Document, start: int, end: int) -> int:
    text = doc.text
    at = start
    while at < end and text[at] in " \t\xa0":
        at += 1
    return at - start


class _Reader:
    """One trace: walks down from its first line and keeps what it has seen."""

    def __init__(self, doc: Document, first: int) -> None:
        self.doc = doc
        self.at = first
        self.first = first
        self.stacks: list[Stack] = []
        self.frames: list[Frame] = []
        self.opened = first
        self.repeated = 0
        self.base = 0
        self.header = False
        self.grouped = False
        self.fresh = False
        """A rule opened a member of the group: it may have no traceback at all."""
        self.depth = 0
        self.root = 0
        """Depth of the outermost group."""
        self.parents: dict[int, int] = {}
        self.awaiting: dict[int, tuple[int | None, Relation]] = {}
        self.missing: list[Truncation] = []
        self.last = first
        self.simple = True

    def run(self) -> Trace | None:
        doc, size = self.doc, len(self.doc)
        while self.at < size and not doc.claimed[self.at]:
            start, end = doc.starts[self.at], doc.ends[self.at]
            if self.grouped or (start < end and doc.text[start] in " |+"):
                start = self._margin(start, end)
                if start < 0:
                    self.at += 1
                    continue
            if not self._line(start, end):
                break
        self._close_open()
        if not any(s.frames or s.exception for s in self.stacks):
            return None
        test = test_above(doc, self.first)
        first = header_above(doc, self.first)
        doc.claim(first, self.last)
        assertion = next((c for s in self.stacks if (c := comparison(s.exception, s.message))), None)
        missing = tuple(self.missing)
        trace = trace_of("python", self.stacks, truncation=missing, assertion=assertion, test=test)
        return over(doc, trace, first, self.last)

    def _margin(self, start: int, end: int) -> int:
        """Behind the ``|`` of an exception group; -1 if the line was only a rule."""
        found = _MARGIN.match(self.doc.text, start, end)
        if not found:
            if self.grouped:  # behind the group
                self.grouped, self.depth = False, self.root
            return start
        column = len(found[1]) // 2
        if not self.grouped:
            if found[2] == "+" and self.doc.text.startswith("Exception Group", found.end()):
                self.simple = False
                self.grouped, self.depth, self.root = True, column, column
                return found.end()
            if found[2] == "|" and self.doc.text.startswith(("Traceback", "Exception Group"), found.end()):
                self.simple = False
                self.grouped, self.depth, self.root = True, column, column
                return found.end()
            return start
        if found[2] == "+" and self.doc.text[found.end() - 1 : found.end()] == "-":
            if found[3]:
                self._close_open()
                nested = self.doc.text[found.start(2) + 1 : found.start(2) + 3] == "-+"
                self.depth = column + 1 if nested else column
                self.fresh = True
            self.last = self.at
            return -1
        self.depth = column
        return found.end()

    def _line(self, start: int, end: int) -> bool:
        """Take the line at ``self.at``; False if the trace ended before it."""
        text = self.doc.text
        indent = _indent(self.doc, start, end)
        here = start + indent
        if here >= end:
            return self._blank()
        if text.startswith(('File "', '> File "'), here):
            return self._opens(indent) and self._file(start, end, indent)
        if self._is_header(start, here, end):
            return self._header(indent)
        if text.startswith("[Previous line repeated", here):
            found = _REPEATED.match(text, here, end)
            self.repeated += int(found[1]) if found else 0
            return self._taken()
        if self.frames or self.header or self.fresh:
            return self._inside(here, end, indent)
        return self._between(text[here:end])

    def _taken(self) -> bool:
        self.last = self.at
        self.at += 1
        return True

    def _opens(self, indent: int) -> bool:
        """Whether a place may stand here; without a header it opens a stack."""
        if self.frames or self.header:
            return True
        if self.stacks and not self.grouped and not self.awaiting:
            return False
        self.opened, self.base = self.at, max(indent - 2, 0)
        return True

    def _is_header(self, start: int, here: int, end: int) -> bool:
        if self.doc.text.startswith(("Traceback (", "Exception Group Traceback"), here):
            return True
        return not self.stacks and not self.frames and _HEADER.match(self.doc.text, start, end) is not None

    def _header(self, indent: int) -> bool:
        if self.stacks and not self.grouped and self.depth not in self.awaiting:
            return False
        self._close_open()
        self.header, self.fresh, self.opened, self.base = True, False, self.at, indent
        return self._taken()

    def _blank(self) -> bool:
        self.at += 1
        if not self.header and not self.frames:
            return self._continues()
        blanks, at = 1, self.at
        while self.doc.blank(at) and at < len(self.doc):
            at += 1
            blanks += 1
        return blanks <= 3  # noqa: PLR2004

    def _continues(self) -> bool:
        """Behind a finished error: does a chain marker (or a group's margin) follow?"""
        doc, at = self.doc, self.at
        while (
            at < len(doc) and at < self.at + 6 and (doc.blank(at) or doc.line(at).strip() in _REMOTE_QUOTES)
        ):
            at += 1
        if at >= len(doc) or not self.stacks:
            return bool(self.awaiting)
        line = doc.line(at).strip()
        if self.awaiting or (self.grouped and _MARGIN.match(doc.text, doc.starts[at], doc.ends[at])):
            self.at = at
            return True
        if line.startswith((_CAUSE, _CONTEXT)):
            self.at = at
            return True
        return False

    def _file(self, start: int, end: int, indent: int) -> bool:
        if indent == 2 and self.simple and self.base == 0:  # noqa: PLR2004
            at = plain_frames(self.doc, self.at, self.frames)
            if at > self.at:
                self.at, self.last = at, at - 1
                return True
        found = FILE.match(self.doc.text, start, end)
        if not found:
            return False
        line = self.at
        code, marks, at = self._source(line + 1, indent)
        printed = None
        if at > line + 1:
            printed = self.doc.text[self.doc.starts[line] : self.doc.ends[at - 1]]
        frame = self.doc.frame(
            line,
            start + indent,
            found.end(2),
            found[1],
            found[2].strip("?") or None,
            function=found[3],
            code=code,
            marks=marks,
            text=printed,
        )
        self.frames.append(frame)
        self.at, self.last = at, at - 1
        return True

    def _source(self, at: int, indent: int) -> tuple[str | None, tuple[int, int] | None, int]:
        """Source line, underlined columns and the first line behind what is printed below a place."""
        doc, text = self.doc, self.doc.text
        flat = self.header and indent <= self.base
        first_line, stop = at, min(len(doc), at + _SOURCE_LINES)
        code: str | None = None
        marks: tuple[int, int] | None = None
        margin = 0
        while at < stop:
            first, last = self._content(at)
            if first < 0:
                break
            deep = _indent(doc, first, last)
            if first + deep >= last:
                break
            if flat and deep <= self.base:
                if code is not None or not _is_flat_code(doc, at):
                    break
            elif deep <= indent or text.startswith(("[Previous line", 'File "'), first + deep):
                break
            if code is None:
                code, margin = text[first + deep : last].rstrip(), deep
            elif at == first_line + 1 and _CARETS.match(text, first, last):
                width = len(text[first:last].rstrip())
                marks = (max(deep - margin, 0), max(width - margin, 0))
            at += 1
        return code, marks, at

    def _content(self, at: int) -> tuple[int, int]:
        """Range of a line behind the margin of its exception group; -1 if it is a rule of the group."""
        first, last = self.doc.starts[at], self.doc.ends[at]
        if not self.grouped:
            return first, last
        margin = _MARGIN.match(self.doc.text, first, last)
        if not margin or text_rule(self.doc.text, margin.end()):
            return -1, last
        return margin.end(), last

    def _inside(self, here: int, end: int, indent: int) -> bool:
        """A line among frames: an annotation (loguru, better-exceptions), or the error that ends them."""
        if indent > self.base + 1 and not self.fresh:
            return self._taken()
        found = _ERROR.match(self.doc.text, here, end)
        if self.fresh and not self.header:
            self.opened, self.base = self.at, indent
        if found and (self.header or self.fresh or _is_syntax_error(found[1])):
            self._error(found[1], found[2] or "")
            return True
        return False

    def _between(self, content: str) -> bool:
        """A line behind a finished error."""
        if self.depth in self.parents and content.startswith((_CAUSE, _CONTEXT)):
            relation = Relation.CAUSE if content.startswith(_CAUSE) else Relation.CONTEXT
            self.awaiting[self.depth] = (self.parents[self.depth], relation)
            return self._taken()
        hidden = _HIDDEN.match(content) if self.grouped else None
        if hidden:
            limit = "max_group_width" if hidden[1] else "max_group_depth"
            missing = f"{content.strip()} in the exception group"
            self.missing.append(Truncation(missing, f"traceback.print_exception(error, {limit}=1000)"))
            return self._taken()
        return False

    def _error(self, kind: str, message: str) -> None:
        doc = self.doc
        lines = [message]
        at = self.at + 1
        plain = not doc.prefixed(self.at)
        while at < len(doc) and len(lines) < _MESSAGE_LINES and not doc.claimed[at] and not doc.blank(at):
            first, last = self._content(at)
            if first < 0 or (plain and doc.prefixed(at)):
                break
            content = doc.text[first:last]
            if _STOP.match(content) or (self.base and not content[: self.base].isspace()):
                break
            lines.append(content[self.base :].rstrip())
            at += 1
        if kind.endswith("AssertionError") and (ruler := ruler_below(doc, self.first, at)):
            lines += [doc.line(n).rstrip() for n in range(at, ruler)]
            at = ruler
            while doc.blank(at - 1):
                at -= 1
        self.last = at - 1
        self.at = at
        self._finish(kind, "\n".join(lines).strip("\n"))
        if not self._continues() and not self.grouped:
            self.at = len(doc)  # nothing of this trace follows

    def _close_open(self) -> None:
        """The text stops, or goes on, without the line that names the error."""
        if not self.frames and not self.header:
            return
        if self.header and not self.stacks and (said := said_above(self.doc, self.first)):
            self._finish(*said)
            return
        if self.header and not self.stacks and (below := said_below(self.doc, self.last + 1)):
            self.last = below[2]
            self._finish(below[0], below[1])
            return
        if self.header:
            self.missing.append(_ENDLESS)
        self._finish(None, "")

    def _finish(self, kind: str | None, message: str) -> None:
        index = len(self.stacks)
        relation, of = Relation.ROOT, None
        if self.grouped and self.depth - 1 in self.parents:
            relation, of = Relation.MEMBER, self.parents[self.depth - 1]
        span = self.doc.span(self.opened, max(self.last, self.opened))
        self.stacks.append(
            Stack(kind, message, tuple(reversed(self.frames)), relation, span, self.repeated, of)
        )
        earlier, why = self.awaiting.pop(self.depth, (None, Relation.CAUSE))
        if earlier is not None:
            old = self.stacks[earlier]
            self.stacks[earlier] = Stack(
                old.exception, old.message, old.frames, why, old.span, old.repeated, index
            )
        self.parents[self.depth] = index
        self.frames, self.repeated, self.header, self.fresh = [], 0, False, False


def _is_syntax_error(name: str) -> bool:
    return name.rpartition(".")[2] in ("SyntaxError", "IndentationError", "TabError", "_IncompleteInputError")


def _is_flat_code(doc: Document, at: int) -> bool:
    """In a trace that lost its indentation, whether the line is source code: more of the trace follows."""
    if doc.line(at).lstrip().startswith(("File ", "Traceback")):
        return False
    below = doc.line(at + 1).strip()
    return below.startswith('File "') or bool(_ERROR.match(below))


FORMAT = Format("python", 30, ('File "', "Traceback (most recent call last)"), read)
