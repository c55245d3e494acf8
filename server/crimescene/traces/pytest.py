"""pytest's own tracebacks (``--tb=long``, ``short``, ``line``); ``native`` ones are Python's.

    ____________________ test_add ____________________

        def test_add():
    >       assert add(2, 2) == 4
    E       assert 5 == 4
    E        +  where 5 = add(2, 2)

    test_calc.py:6: AssertionError

Defined in pytest's ``_pytest/_code/code.py`` (``FormattedExcinfo``, ``ReprFileLocation``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.python_asserts import compared
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_SECTION = rx(r"_{3,400} (.{1,400}?) _{3,400}\s*$")
_TITLE = rx(r"(?:ERROR at (?:setup|teardown) of |ERROR collecting )?(.*)$")
_RULE = rx(
    r"={3,400}(?: .{1,200} ={3,400})?\s*$|={3,400} .{1,300}$|-{5,400} Captured .{1,60} -{3,400}\s*"
    r"$|!{3,400} .{1,300} !{3,400}\s*$"
)
_FAILURES = rx(r"={3,400} (?:FAILURES|ERRORS) ={3,400}\s*$")
_PLACE = rx(
    r"((?:[A-Za-z]:[\\/])?[^\s:\"'<>|?*][^:\n\"<>|?*]{0,1000}|<[\w ./\\\[\]-]{1,200}>):"
    r"(\d{1,9}):(?: in (.{1,300})| ([A-Za-z_][\w.]{0,200}))?\s*$"
)
_LINE_STYLE = rx(r"((?:[A-Za-z]:[\\/])?[^\s:\"'<>|?*][^:\n\"<>|?*]{0,1000}):(\d{1,9}): (.+)$")
_FIXTURE = rx(r"(?:file )?(\S.{0,1000}?)(?:, line |:)(\d{1,9})\s*$")
_E = rx(r"E(?:$|\s)(.*)$")
_KIND = rx(r"([A-Za-z_][\w.]{0,200})(?:: ?(.*))?$")
_FILE = rx(r"\s*File \"([^\"\n]{1,1000})\", line (\d{1,9})")
_CAUSE = "The above exception was the direct cause"
_CONTEXT = "During handling of the above exception"
_FAILED = rx(r"(?:FAILED|ERROR) (\S[^\n]{0,600}?::[^\n]{1,400}?)(?: - (.*))?$")
_NO_LINE = Truncation(
    "pytest printed no traceback (--tb=no, or only its summary is here)", "pytest --tb=long"
)
_ONE_LINE = Truncation("pytest printed one line of each failure (--tb=line)", "pytest --tb=long")


def read(doc: Document) -> Iterator[Trace]:
    """One trace a section; a fragment without section heads counts as one."""
    heads = [n for n in doc.find("___ ") if _SECTION.match(doc.text, doc.starts[n], doc.ends[n])]
    rules = [n for n in doc.find("=== ") if _FAILURES.match(doc.text, doc.starts[n], doc.ends[n])]
    bounds = [-1, *sorted(heads + rules), len(doc)]
    named = set(heads)
    for head, following in pairwise(bounds):
        yield from _Section(doc, head, following, named=head in named).run()
    if not heads and not rules:
        yield from _summary(doc)


def _summary(doc: Document) -> Iterator[Trace]:
    """What a run tells of its failures that printed nothing else of them."""
    title = next(doc.find("= short test summary info ="), None)
    if title is None:
        return
    for line in range(title + 1, len(doc)):
        found = _FAILED.match(doc.text, doc.starts[line], doc.ends[line])
        if found and not doc.claimed[line]:
            kind, message = _kind(found[2].strip(), None) if found[2] else (None, "")
            yield simple(doc, "pytest", (kind, message), (), (line, line), hints=(_NO_LINE,), test=found[1])
        elif found is None and doc.text.startswith("=", doc.starts[line]):
            return


def _kind(first: str, placed: str | None) -> tuple[str | None, str]:
    """Exception type and message of the first ``E`` line; ``placed`` is the type behind the place."""
    found = _KIND.match(first)
    if found and (found[1] == placed or found[1].rpartition(".")[2][:1].isupper() or "." in found[1]):
        return found[1], found[2] or ""
    if first.startswith("assert ") or first == "assert":
        return "AssertionError", first
    return placed, first


class _Section:
    """The lines of one failure report, read from top to bottom."""

    def __init__(self, doc: Document, head: int, following: int, *, named: bool) -> None:
        self.doc = doc
        self.head = head
        self.named = named
        self.finished: list[Trace] = []
        self.first = head + 1
        self.stop = following
        self.stacks: list[Stack] = []
        self.frames: list[Frame] = []
        self.messages: list[str] = []
        self.placed: str | None = None
        self.opened = head if named else self.first
        self.began = self.first
        self.last = max(head, 0)
        self.code: str | None = None
        self.awaiting: Relation | None = None
        self.evidence = named
        self.in_error = False
        self.hints: tuple[Truncation, ...] = ()

    def run(self) -> list[Trace]:
        """The section's traces: one, or with ``--tb=line`` one a failure."""
        doc = self.doc
        for at in range(self.first, self.stop):
            if doc.claimed[at]:
                continue
            start, end = doc.starts[at], doc.ends[at]
            if start >= end:
                self.in_error = False
            elif doc.text.startswith(("Traceback (most recent", "  + Exception Group"), start):
                break  # --tb=native: Python's own format
            elif not self._line(at, start, end):
                break
        self._finish()
        self._emit()
        return self.finished

    def _emit(self) -> None:
        """One trace of the stacks read so far."""
        stacks, self.stacks = self.stacks, []
        if not self.evidence or not any(s.frames or (self.named and s.message) for s in stacks):
            return
        first = max(self.head, 0) if not self.finished and self.named else self.began
        self.doc.claim(first, self.last)
        self.began = self.last + 1
        found = next((c for s in stacks if (c := compared(s.message))), None)
        self.finished.append(trace_of("pytest", stacks, hints=self.hints, assertion=found, test=self._name()))

    def _name(self) -> str | None:
        if not self.named:
            return None
        title = _SECTION.match(self.doc.text, self.doc.starts[self.head], self.doc.ends[self.head])
        name = _TITLE.match(title[1]) if title else None
        return name[1] if name else None

    def _line(self, at: int, start: int, end: int) -> bool:
        """Take the line; False behind the section's last traceback."""
        text = self.doc.text
        sign = text[start]
        if sign == "E" and (found := _E.match(text, start, end)):
            self._error_line(at, found[1])
        elif sign == ">" and text[start + 1 : start + 2] in (" ", ""):
            self.code = text[start + 1 : end].strip()
        elif sign in "=-!" and _RULE.match(text, start, end):
            return not (self.named or self.frames or self.stacks)
        elif sign == " ":
            self._code(at, text[start:end])
        elif text.startswith((_CAUSE, _CONTEXT), start):
            self._finish()
            self.awaiting = Relation.CAUSE if text.startswith(_CAUSE, start) else Relation.CONTEXT
        else:
            self.in_error = False
            self._place(at, start, end)
        return True

    def _code(self, at: int, line: str) -> None:
        """Indented lines: the source below ``path:1: in f``."""
        if self.frames and self.frames[-1].code is None and self.frames[-1].function and at == self.last + 1:
            f, code = self.frames[-1], line.strip()
            text = f"{f.text}\n{line}"
            self.frames[-1] = Frame(
                f.path, f.lineno, f.column, f.function, f.module, text, f.span, code, f.marks
            )
            self.last = at

    def _error_line(self, at: int, content: str) -> None:
        self.evidence = True
        if not self.in_error:
            self.in_error = True
            if self.messages:
                self.messages.append("")
        if found := _FILE.match(content):
            start = self.doc.text.find("File", self.doc.starts[at])
            end = start + len(found[0].lstrip())
            self.frames.append(self.doc.frame(at, start, end, found[1], found[2]))
        self.messages.append(content)
        self.last = at

    def _place(self, at: int, start: int, end: int) -> None:
        doc = self.doc
        if found := _PLACE.match(doc.text, start, end):
            function, self.placed = found[3], found[4] or self.placed
        elif found := _FIXTURE.match(doc.text, start, end):
            function = None
        elif self.head >= 0 and not self.named and (found := _LINE_STYLE.match(doc.text, start, end)):
            self._line_style(at, found)
            return
        else:
            return
        code = None if function else self.code
        self.code = None
        frame = doc.frame(at, found.start(1), found.end(2), found[1], found[2], function=function, code=code)
        self.frames.append(frame)
        self.last = at

    def _line_style(self, at: int, found: re.Match[str]) -> None:
        """``--tb=line``: place and error on one line, since pytest 8 below the ``E`` lines of the chain."""
        self.evidence, self.hints = True, (_ONE_LINE,)
        self.frames.append(self.doc.frame(at, found.start(1), found.end(2), found[1], found[2]))
        if not self.messages:
            self.messages.append(found[3])
        self.last = at
        self._finish()
        self._emit()

    def _finish(self) -> None:
        if not self.frames and not self.messages:
            return
        lines = self.messages
        margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        lines = [m[margin:] if m[:margin].isspace() else m.lstrip() for m in lines]
        kind: str | None = self.placed
        message = ""
        if lines:
            first = lines[0].strip()
            named = next(
                (
                    m
                    for m in lines
                    if m.strip().startswith(("SyntaxError: ", "IndentationError: ", "TabError: "))
                ),
                None,
            )
            if named and first.startswith("File "):
                kind, message = _kind(named.strip(), None)
            else:
                kind, message = _kind(first, self.placed)
                message = "\n".join([message, *(m.rstrip() for m in lines[1:])]).strip("\n")
        index = len(self.stacks)
        if self.awaiting is not None and self.stacks:
            old = self.stacks[-1]
            self.stacks[-1] = Stack(old.exception, old.message, old.frames, self.awaiting, old.span, 0, index)
        span = self.doc.span(self.opened, max(self.last, self.opened))
        self.stacks.append(Stack(kind, message, tuple(reversed(self.frames)), Relation.ROOT, span))
        self.frames, self.messages, self.placed, self.awaiting = [], [], None, None
        self.opened = self.last + 1


FORMAT = Format(
    "pytest", 10, ("\nE  ", "\n___", "=== FAILURES", "=== ERRORS", "= short test summary info ="), read
)
