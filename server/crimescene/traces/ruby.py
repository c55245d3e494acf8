r"""Ruby's exceptions.

    /home/dev/shop.rb:11:in 'Hash#fetch': key not found: :price (KeyError)
        from /home/dev/shop.rb:11:in 'block in Cart#total'
             ... 10068 levels...
        from app.rb:7:in '<main>'

Defined in Ruby's ``eval_error.c`` (``rb_error_write``): the cause follows the error; a terminal got the
reverse order in 2.5 to 2.7; quotes were a backtick and an apostrophe before 3.4. Rails' logger prints
``Class (message):`` and the bare lines, since 7.1 with the causes between (``debug_exceptions.rb``),
Sinatra's ``dump_errors!`` the time, ``Class - message:`` and all lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from crimescene.traces.patterns import Pattern

_PATH = (
    r"((?:[A-Za-z]:[\\/])?[^\s:`'\"()][^:\n`'\"]{0,1000}|\((?:eval|irb)[^"
    r"()\n]{0,300}\)|<internal:[^>\n]{1,200}>)"
)
_IN = r"(?::in [`'](.{1,400}?)')"
_HEAD = rx(rf"\s{{0,8}}{_PATH}:(\d{{1,9}}){_IN}?: (.*)$")
_FROM = rx(rf"[\s#]{{1,12}}(?:(\d{{1,9}}): )?from {_PATH}:(\d{{1,9}}){_IN}?\s*$")
_FRAME = rx(rf"[\s#]{{0,12}}{_PATH}:(\d{{1,9}}):in [`'](.{{1,400}}?)'\s*$")
_VIEW = rx(
    r"[\s#]{0,12}((?:[A-Za-z]:)?[^\s:][^:\n]{0,1000}\.(?:erb|haml|slim|builder|jbuilder|rabl|arb)):(\d{1,9})\s*$"
)
"""A template's frame: Rails does not print the name it has compiled it to."""
_LEVELS = rx(r"\s{1,12}\.\.\. (\d{1,9}) levels\.\.\.")
_CLASS = rx(r"(.*?) ?\(([A-Z]\w{0,120}(?:::\w{1,120}){0,12})\)$")
_RAILS = rx(
    r"(?:[DIWEFA], \[[^\]\n]{1,60}\] {1,4}[A-Z]{3,5} -- [^:\n]{0,60}: )?"
    r"\s{0,8}([A-Z]\w{0,120}(?:::\w{1,120}){0,12}) \((.*?)\):?\s*$"
)
_SINATRA = rx(r"(?:.{0,60}?- )?([A-Z]\w{0,120}(?:::\w{1,120}){0,12}) - (.*?):\s*$")
_PLAIN = rx(r"\s{0,8}(?:Caused by: )?([A-Z]\w{0,120}(?:::\w{1,120}){0,12}): (.*)$")
_CAUSES = 12
_EXCERPT = rx(r"\s{1,12}\d{1,6}: |\s*$")
"""What Rails prints of a template."""
_REVERSED = rx(r".{0,100}Traceback \(most recent call last\):\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """Errors with ``from`` lines in either order, then runs of bare backtrace lines."""
    for sign in ("from ", ":in `", ":in '"):
        for line in doc.find(sign):
            if doc.claimed[line]:
                continue
            start, end = doc.starts[line], doc.ends[line]
            trace: Trace | None = None
            if found := _FROM.match(doc.text, start, end):
                trace = _reversed(doc, line) if found[1] else _error(doc, line)
            elif sign != "from ":
                trace = _bare(doc, line)
            if trace is not None:
                yield trace


def _frame(doc: Document, line: int, found: re.Match[str], at: int) -> Frame:
    return doc.frame(
        line, found.start(at), found.end(at + 1), found[at], found[at + 1], function=found[at + 2]
    )


def _error(doc: Document, line: int) -> Trace | None:
    """The error above its first ``from`` line, its frames, and its causes."""
    stacks: list[Stack] = []
    missing: list[Truncation] = []
    first = last = -1
    at = line
    while True:
        head_line = _head_line(doc, at, last)
        head = (
            None if head_line is None else _HEAD.match(doc.text, doc.starts[head_line], doc.ends[head_line])
        )
        frames: list[Frame] = []
        kind, message, opened = None, "", at
        if head is not None and head_line is not None:
            opened = head_line
            frames.append(_frame(doc, head_line, head, 1))
            kind, message = _named(doc, head, head_line, at)
        at = _take(doc, at, frames, missing)
        if first < 0:
            first = opened
        last = at - 1
        index = len(stacks)
        cause = index > 0 and (kind, message) != (stacks[-1].exception, stacks[-1].message)
        relation = Relation.CAUSE if cause else Relation.ROOT
        span = doc.span(opened, last)
        stacks.append(Stack(kind, message, tuple(frames), relation, span, 0, index - 1 if cause else None))
        follows = _next(doc, at)
        if follows is None:
            break
        at = follows
    doc.claim(first, last)
    return trace_of("ruby", stacks, truncation=tuple(missing))


def _head_line(doc: Document, line: int, floor: int) -> int | None:
    """The line that names the error, at most a source excerpt above its first ``from``."""
    for above in range(line - 1, max(line - 20, floor), -1):
        if doc.claimed[above]:
            return None
        start, end = doc.starts[above], doc.ends[above]
        if _HEAD.match(doc.text, start, end) and not doc.text.startswith(("\t", " "), start):
            return above
    return None


def _named(doc: Document, head: re.Match[str], line: int, stop: int) -> tuple[str | None, str]:
    """Class and message: the class stands behind the message's first line."""
    found = _CLASS.match(head[4].rstrip())
    rest = [doc.line(n).rstrip() for n in range(line + 1, stop)]
    while rest and not rest[-1]:
        rest.pop()
    if found is None and rest:
        for n, below in enumerate(rest):
            if inner := _CLASS.match(below):
                return inner[2], "\n".join([head[4], *rest[:n], inner[1]]).strip()
    if found is None:
        return None, head[4].strip()
    return found[2], "\n".join([found[1], *rest]).strip()


def _take(doc: Document, at: int, frames: list[Frame], missing: list[Truncation]) -> int:
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _FROM.match(doc.text, start, end):
            if found[1]:
                break
            frames.append(_frame(doc, at, found, 2))
        elif found := _LEVELS.match(doc.text, start, end):
            missing.append(
                Truncation(
                    f"{found[1]} frames between", "ruby --backtrace-limit=100000, or puts error.backtrace"
                )
            )
        else:
            break
        at += 1
    return at


def _next(doc: Document, at: int) -> int | None:
    """The first ``from`` line of an error printed directly below, as causes are."""
    if at >= len(doc) or doc.blank(at) or not _HEAD.match(doc.text, doc.starts[at], doc.ends[at]):
        return None
    for below in range(at + 1, min(at + 12, len(doc))):
        found = _FROM.match(doc.text, doc.starts[below], doc.ends[below])
        if found:
            return None if found[1] else below
    return None


def _reversed(doc: Document, line: int) -> Trace | None:
    """Ruby 2.5 on a terminal: outermost frame first, the error last."""
    first = line
    if line > 0 and _REVERSED.match(doc.line(line - 1)):
        first = line - 1
    frames: list[Frame] = []
    missing: list[Truncation] = []
    at = line
    while at < len(doc):
        start, end = doc.starts[at], doc.ends[at]
        if found := _FROM.match(doc.text, start, end):
            frames.append(_frame(doc, at, found, 2))
        elif found := _LEVELS.match(doc.text, start, end):
            missing.append(
                Truncation(
                    f"{found[1]} frames between", "ruby --backtrace-limit=100000, or puts error.backtrace"
                )
            )
        else:
            break
        at += 1
    kind, message = None, ""
    head = _HEAD.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
    if head is not None:
        frames.append(_frame(doc, at, head, 1))
        kind, message = _named(doc, head, at, at + 1)
        at += 1
    frames.reverse()
    doc.claim(first, at - 1)
    stack = Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, at - 1))
    return trace_of("ruby", [stack], truncation=tuple(missing))


def _line(pattern: Pattern, doc: Document, line: int) -> re.Match[str] | None:
    return pattern.match(doc.text, doc.starts[line], doc.ends[line])


def _bare(doc: Document, line: int) -> Trace | None:
    """An error without frames below it, or backtrace lines under a logger's headline."""
    head = _line(_HEAD, doc, line)
    if head is None or head[3] is None:
        return _logged(doc, line)
    kind, message = _named(doc, head, line, line + 1)
    if kind is None:
        return None
    frames = [_frame(doc, line, head, 1)]
    at = _take(doc, line + 1, frames, [])
    doc.claim(line, at - 1)
    return trace_of("ruby", [Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(line, at - 1))])


def _logged(doc: Document, line: int) -> Trace | None:
    """The backtrace that holds ``line``, with what stands above it."""
    while line > 0 and not doc.claimed[line - 1] and _line(_VIEW, doc, line - 1):
        line -= 1
    frames: list[Frame] = []
    at = line
    while at < len(doc) and not doc.claimed[at]:
        if found := _line(_FRAME, doc, at):
            frames.append(_frame(doc, at, found, 1))
        elif found := _line(_VIEW, doc, at):
            frames.append(doc.frame(at, found.start(1), found.end(2), found[1], found[2]))
        else:
            break
        at += 1
    if not frames:
        return None
    (kind, message, first), *causes = _headline(doc, line) or [(None, "", line)]
    doc.claim(first, at - 1)
    stacks = [Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, at - 1))]
    for number, (name, said, place) in enumerate(causes):
        stacks.append(Stack(name, said, (), Relation.CAUSE, doc.span(place, place), 0, number))
    return trace_of("ruby", stacks)


def _headline(doc: Document, line: int) -> list[tuple[str | None, str, int]]:
    """The error whose frames begin at ``line``, then its causes: class, message and line; empty if none."""
    above = line - 1
    while above >= 0 and above > line - 4 and doc.blank(above):
        above -= 1
    while above > 0 and above > line - 12 and _EXCERPT.match(doc.line(above)):
        above -= 1
    if above < 0 or doc.claimed[above]:
        return []
    printed = doc.line(above)
    named = _RAILS.match(printed) or _SINATRA.match(printed) or _PLAIN.match(printed)
    return _caused(doc, above) or ([(named[1], named[2], above)] if named else [])


def _caused(doc: Document, line: int) -> list[tuple[str | None, str, int]]:
    """The error and its causes, with their lines, where those that Rails lists end at ``line``."""
    found: list[tuple[str | None, str, int]] = []
    listed = False
    for above in range(line, max(line - _CAUSES, -1), -1):
        if doc.claimed[above]:
            return []
        if named := _line(_RAILS, doc, above):
            found.append((named[1], named[2], above))
            if listed:
                return found[::-1]
        elif doc.line(above).strip() == "Causes:":
            listed = True
        elif not (listed and doc.blank(above)):
            return []
    return []


FORMAT = Format("ruby", 28, (":in `", ":in '", "\tfrom "), read)
