"""V8's stacks: Node, Deno, Bun, Chrome, Hermes, and tools that print ``error.stack``.

    /home/dev/shop/lib/pricing.js:7
        if (!this.items) throw new TypeError("items must be a list");
                         ^

    TypeError: items must be a list
        at Cart.check (/home/dev/shop/lib/pricing.js:7:28)
        at async Promise.all (index 0)
        at file:///home/dev/shop/main.mjs:4:8 {
      code: 'E_ITEMS',
      [cause]: RangeError: too long
          at ...
    }

Defined in V8's ``src/objects/call-site-info.cc`` (``SerializeCallSiteInfo``) and ``messages.cc``; the causes
and properties in Node's ``lib/internal/util/inspect.js``; the source excerpt in ``src/node_errors.cc``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Span, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.js_asserts import compared, named, test_above
from crimescene.traces.patterns import rx
from crimescene.traces.quick import quick_frame
from crimescene.traces.v8_heads import (
    Head,
    console_place,
    excerpt_above,
    group_above,
    head_above,
    head_in,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAD = rx(r"[\s│|]{0,80}at (async )?")
_PLACE = rx(r"(.{1,2000}?):(\d{1,9})(?::(\d{1,9}))?$")
_BARE = rx(
    r"(?:[\w+.-]{1,40}:(?://)?[^\s()]|/|\\\\|[A-Za-z]:[\\/]|\.{0,2}/|<anonymous>:"
    r"|\[|[\w@$.-]{1,200}(?:[/\\][^\s()]{0,1500})?\.[A-Za-z]\w{0,8}(?:\?[^\s"
    r"()]{0,300})?:\d)"
)
_EVAL = rx(
    r"eval at .{0,2000}?\(?((?:[\w+.-]{1,40}:/|/|\\\\|[A-Za-z]:[\\/]|\.{0,2}/)?[^\s"
    r"()]{1,1500}):(\d{1,9}):(\d{1,9})\)"
)
_PLAIN = rx(
    r"[ \t]{1,8}at (?:async )?([^\s()][^()\n]{0,300}) \(((?!eval at |address at |index)[^()\n:]{1,1000}"
    r"(?::[^()\n:]{1,1000}){0,8}?):(\d{1,9}):(\d{1,9})\)$"
)
_PLAIN_BARE = rx(
    r"[ \t]{1,8}at (?:async )?((?:file://)?(?:[A-Za-z]:)?[/\\][^\s()]{1,1000}):(\d{1,9}):(\d{1,9})$"
)
_ELIDED = rx(r"\s{0,80}\.\.\. (\d{1,9}) (?:lines matching|more|frames?|stack lines?|lines? ).{0,80}$")
_CAUSE = rx(
    r"(\s{0,80})(?:\[(cause|errors|error|suppressed)\]: (\[)?|(?:Caused by:"
    r"|Cause:|caused by:) ?|(cause|originalError|reason|previous|error|err"
    r"|inner): )(?=\S)(.*)$"
)
_MEMBER = rx(r"(\s{2,80})(.*)$")
_END = rx(r"\s{0,80}[}\]]{1,4},?(?:, ?)?(?:\s*\{)?\s*$")
_PROPERTY = rx(r"\s{2,80}(?:'[^'\n]{1,200}'|\[?[\w$]{1,120}\]?): ?.{0,4000}$")
_THROWN = rx(r"Thrown at:\s*$")
LIMIT = 10
STACK_LIMIT = Truncation(
    "V8 keeps 10 frames by default, so outer frames may be missing",
    "node --stack-trace-limit=100 (Error.stackTraceLimit = 100)",
)


def read(doc: Document) -> Iterator[Trace]:
    """Stacks around lines ``at function (place)``."""
    text = doc.text
    for line in doc.find("at "):
        if doc.claimed[line]:
            continue
        start, end = doc.starts[line], doc.ends[line]
        if not _PLAIN.match(text, start, end):  # nearly every frame is a plain one
            lead = _LEAD.match(text, start, end)
            if not lead or not (_frame(doc, line, lead.end(), end, known=False)):
                continue
        trace = _Reader(doc, line).run()
        if trace is not None:
            yield trace


def _frame(doc: Document, line: int, at: int, end: int, *, known: bool) -> Frame | None:
    """The frame behind ``at ``; without a place only inside a stack that is ``known``."""
    text = doc.text
    while end > at and text[end - 1] in " \t{,'\"+\\":
        end -= 1
    if end <= at:
        return None
    function: str | None = None
    start, last = at, end
    opening = text.find(" (", at, end) if text[end - 1] == ")" else -1
    if opening > at:
        function = text[at:opening]
        start, last = opening + 2, end - 1
        if text.startswith("address at ", start):  # Hermes
            start += len("address at ")
    elif not text.startswith("eval at", at) and not _BARE.match(text, at, end):
        return _sourceless(doc, line, at, end) if known else None
    return _placed(doc, line, start, last, function, known=known) or (
        _sourceless(doc, line, at, end) if known else None
    )


def _plain(doc: Document, at: int, frames: list[Frame]) -> int:
    """Add the frames from line ``at`` that are no more than a place and a function; the line behind them."""
    text, starts, ends, claimed = doc.text, doc.starts, doc.ends, doc.claimed
    same, span, match, numbers = doc.same, doc.places.packed, _PLAIN.match, doc.places.numbers
    size, lone = len(starts), doc.lone
    while at < size and not claimed[at]:
        start, end = starts[at], ends[at]
        found = match(text, start, end)
        if found:
            function, path, lineno, column = found.groups()
            function = same(function, function)
            begin, stop = found.start(2), found.end(4)
        else:
            found = _PLAIN_BARE.match(text, start, end)
            if not found:
                break
            function = None
            path, lineno, column = found.groups()
            begin, stop = found.start(1), found.end(3)
        frames.append(
            quick_frame(
                same(path, path),
                numbers[lineno],
                numbers[column],
                function,
                None,
                lone(at),
                span(begin, stop),
            )
        )
        at += 1
    return at


def _placed(
    doc: Document, line: int, start: int, end: int, function: str | None, *, known: bool
) -> Frame | None:
    text = doc.text
    if text.startswith("eval at ", start) and (found := _EVAL.match(text, start, end)):
        column, stop = found[3], found.end(3)
        return doc.frame(line, found.start(1), stop, found[1], found[2], column=column, function=function)
    found = _PLACE.match(text, start, end)
    if not found or not _is_source(found[1], found[3], known=known):
        return None
    stop = found.end(3) if found[3] else found.end(2)
    return doc.frame(line, start, stop, found[1], found[2], column=found[3], function=function)


def _is_source(path: str, column: str | None, *, known: bool) -> bool:
    if path == "index" or path.startswith("index "):
        return False
    return known or column is not None or "/" in path or "\\" in path or "." in path


def _sourceless(doc: Document, line: int, at: int, end: int) -> Frame | None:
    """``at Array.map (<anonymous>)``, ``at native``, ``at <Jasmine>``."""
    if doc.text.startswith("<anonymous> ", at):  # Node 10 and before: the error's properties follow
        end = at + len("<anonymous>")
    printed = doc.text[at:end]
    name, opening, where = printed.partition(" (")
    if (
        not opening
        and " " in name
        and "<" not in name
        and not name.startswith(("new ", "async ", "Object.", "get "))
    ):
        return None
    del where
    return doc.frame(line, at, end, None, None, function=name)


class _Reader:
    def __init__(self, doc: Document, line: int) -> None:
        self.doc = doc
        self.anchor = line
        self.stacks: list[Stack] = []
        self.missing: list[Truncation] = []
        self.hints: list[Truncation] = []
        self.indents: list[int] = []
        self.lists: list[tuple[int, int]] = []
        """Indentation and owner of the error lists that are open."""
        self.closed = False

    def run(self) -> Trace | None:
        doc = self.doc
        head = head_above(doc, self.anchor)
        first = head.first if head else self.anchor
        excerpt = excerpt_above(doc, first) if head or not doc.blank(self.anchor - 1) else None
        if head and excerpt is None:
            excerpt = console_place(doc, head)
        group = group_above(doc, head) if head else None
        if group is not None:
            first = group.first
            at = self._stack(group, group.last + 1, Relation.ROOT, None, 0)
            self.lists.append((len(doc.line(group.last)) - len(doc.line(group.last).lstrip()), 0))
        else:
            at = self._stack(head, self.anchor, Relation.ROOT, None, 0)
        if not self.stacks:
            return None
        if excerpt is not None:
            first = min(first, excerpt.line)
            self._add_excerpt(excerpt.frame)
        last = self._attached(at)
        doc.claim(first, last)
        found = None
        for stack in self.stacks:
            found = found or compared(stack.exception, stack.message)
        if found is not None and not found.labelled:
            found = named(doc, at, last) or found
        trace = trace_of(
            "v8",
            self.stacks,
            truncation=tuple(self.missing),
            assertion=found,
            test=test_above(doc, first),
            hints=tuple(self.hints),
        )
        # Properties of the error and its closing brace stand behind the frames.
        end = doc.span(last, last).end
        return trace if end <= trace.span.end else replace(trace, span=Span(trace.span.start, end))

    def _add_excerpt(self, printed: Frame) -> None:
        """The source excerpt is the thrower's line; a syntax error has no frame for it."""
        old = self.stacks[0]
        frames = list(old.frames)
        if frames and (frames[0].path, frames[0].lineno) == (printed.path, printed.lineno):
            top = frames[0]
            frames[0] = Frame(
                top.path,
                top.lineno,
                top.column,
                top.function,
                top.module,
                top.text,
                top.span,
                printed.code,
                printed.marks,
            )
        else:
            frames.insert(0, printed)
        self.stacks[0] = Stack(
            old.exception, old.message, tuple(frames), old.relation, old.span, old.repeated, old.of
        )

    def _stack(self, head: Head | None, at: int, relation: Relation, of: int | None, indent: int) -> int:
        """Read frames from line ``at``; returns the line behind them."""
        doc, text, size = self.doc, self.doc.text, len(self.doc)
        frames: list[Frame] = (
            refused(doc, head, at) if head and (head.last > head.first or head.kind == "SyntaxError") else []
        )
        first = head.first if head else at
        begin, last = at, at - 1
        while at < size and not doc.claimed[at]:
            below = _plain(doc, at, frames)  # nearly every frame: the rest of the loop is for the others
            if below > at:
                last, at = below - 1, below
                continue
            start, end = doc.starts[at], doc.ends[at]
            lead = _LEAD.match(text, start, end)
            if lead:
                frame = _frame(doc, at, lead.end(), end, known=True)
                if frame is None:
                    break
                frames.append(frame)
                last = at
                at += 1
                if text[start:end].rstrip().endswith((" {", "}", "},", "]", "],")) and frame.path is not None:
                    break
                continue
            elided = _ELIDED.match(text, start, end)
            if elided:
                self.missing.append(
                    Truncation(
                        text[start:end].strip().strip(". "),
                        "console.error(error.stack) of each error in the chain",
                    )
                )
                last = at
                at += 1
                continue
            if frames and last == at - 1 and text[start:end].lstrip().startswith(("-> ", "Emitted 'error' ")):
                last = at
                at += 1
                continue
            break
        if not head and not frames:
            return begin
        placed = sum(1 for f in frames if f.path is not None)
        if placed and len(frames) == LIMIT:
            self.hints.append(STACK_LIMIT)
        span = doc.span(first, max(last, first, head.last if head else first))
        self.stacks.append(
            Stack(
                head.kind if head else None,
                head.message if head else "",
                tuple(frames),
                relation,
                span,
                0,
                of,
            )
        )
        self.indents.append(indent)
        return at

    def _attached(self, at: int) -> int:
        """Properties, ``[cause]`` and ``[errors]`` behind the frames; returns the last line taken."""
        last = at - 1
        while at < len(self.doc) and not self.doc.claimed[at]:
            if self.doc.blank(at):
                if not _CAUSE.match(self.doc.line(at + 1)):
                    break
                at += 1
            following = self._nested(at) or self._closing(at, last)
            if following is None:
                break
            at = following
            last = at - 1
            if self.closed:
                break
        return last

    def _nested(self, at: int) -> int | None:
        """An error inside the one above, or the head of a list of such; the line behind it."""
        doc = self.doc
        start, end = doc.starts[at], doc.ends[at]
        found = _CAUSE.match(doc.text, start, end)
        if found:
            indent = len(found[1])
            owner = self._owner(indent)
            if found[2] == "errors":
                self.lists.append((indent, owner))
            head = head_in(doc, at, found.start(5))
            if head:
                relation = Relation.MEMBER if found[2] == "errors" else Relation.CAUSE
                return self._stack(head, head.last + 1, relation, owner, indent)
            return at + 1 if found[2] == "errors" or doc.text[start:end].rstrip().endswith("[") else None
        member = _MEMBER.match(doc.text, start, end) if self.lists else None
        if member and len(member[1]) > self.lists[-1][0]:
            head = head_in(doc, at, member.start(2))
            below = head.last + 1 if head else len(doc)
            if head and below < len(doc) and _LEAD.match(doc.text, doc.starts[below], doc.ends[below]):
                return self._stack(head, below, Relation.MEMBER, self.lists[-1][1], len(member[1]))
        return None

    def _closing(self, at: int, last: int) -> int | None:
        """A closing bracket or a property of the printed error; the line behind it."""
        line = self.doc.line(at)
        if _END.match(line):
            indent = len(line) - len(line.lstrip())
            while self.lists and self.lists[-1][0] >= indent and "]" in line:
                self.lists.pop()
            self.closed = indent == 0
            return at + 1
        return at + 1 if self._open_brace(last) and _PROPERTY.match(line) else None

    def _open_brace(self, last: int) -> bool:
        """Whether an object literal is being printed: its properties are not ours."""
        line = self.doc.line(last).rstrip()
        return line.endswith(("{", ",", "[", "}", "]")) or bool(_PROPERTY.match(line))

    def _owner(self, indent: int) -> int:
        for index in range(len(self.stacks) - 1, -1, -1):
            if self.indents[index] < indent:
                return index
        return len(self.stacks) - 1


FORMAT = Format("v8", 40, ("at ",), read)
