r"""PHP's errors and exceptions.

    PHP Fatal error:  Uncaught InvalidArgumentException: bad code: 'x1' in /home/dev/lib/Cart.php:21
    Stack trace:
    #0 /home/dev/lib/Cart.php(13): Shop\Cart::parse()
    #1 {main}

    Next Shop\NotFound: no cart x1 in /home/dev/lib/Cart.php:15
    Stack trace:
    #0 /home/dev/chain.php(4): Shop\Cart::load()
    #1 {main}
      thrown in /home/dev/lib/Cart.php on line 15

Defined in php-src's ``Zend/zend_exceptions.c`` (``__toString``, ``getTraceAsString``) and ``main/main.c``
(``php_error_cb``); Xdebug prints a ``Call Stack``; Monolog puts the same into ``[stacktrace]``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATH = (
    r"((?:[A-Za-z]:[\\/])?[^\s:()\"][^:()\n\"]{0,1000}|phar:///[^:()\n\"]{1,1000}"
    r"|php shell code|Command line code)"
)
_CALL = rx(rf"\s{{0,8}}#\d{{1,6}} {_PATH}\((\d{{1,9}})\)(?: : eval\(\)'d code(?:\(\d{{1,9}}\))?)?: (.*)$")
_INTERNAL = rx(r"\s{0,8}#\d{1,6} (?:\[internal function\]: (.*)|\{main\})\s*$")
_NAME = r"(\\?[A-Za-z_]\w{0,120}(?:\\[A-Za-z_]\w{0,120}){0,15}(?:@anonymous)?)"
_LEVEL = (
    r"(?:Fatal error|Parse error|Warning|Notice|Deprecated|Strict Standards"
    r"|Recoverable fatal error|Catchable fatal error|Core error|Compile error"
    r"|User Error)"
)
_MESSAGE = rx(
    rf"(.{{0,300}}?)(?:PHP )?({_LEVEL}): {{1,2}}(Uncaught )?(.*?)(?: in {_PATH}"
    rf"(?::(\d{{1,9}})| on line (\d{{1,9}})))?\s*$"
)
_THROWN = rx(
    rf"(?:.{{0,200}}?(?:Next|Uncaught) |.{{0,200}}?[\]:>|-] {{1,4}})??(?<![\w\\]){_NAME}"
    rf"(?:: (.*?))?(?: in {_PATH}:(\d{{1,9}}))?\s*$"
)
_PLACED = rx(rf"(.*) in {_PATH}(?::(\d{{1,9}})| on line (\d{{1,9}}))\s*$")
_END = rx(rf"\s{{1,8}}thrown in {_PATH} on line (\d{{1,9}})")
_MONOLOG = rx(rf".{{0,4000}}?\[object\] \({_NAME}\(code: .{{1,40}}?\): (.*) at {_PATH}:(\d{{1,9}})\)\s*$")
_XDEBUG = rx(
    rf"\s{{1,12}}\d{{1,6}}\.\d{{4}}\s{{1,16}}\d{{1,12}}\s{{1,8}}\d{{1,6}}\. "
    rf"(.{{1,400}}?)\(.*\) {_PATH}:(\d{{1,9}})\s*$"
)
_UP = 40


def read(doc: Document) -> Iterator[Trace]:
    """Exceptions around ``Stack trace:``, bare numbered calls, then errors without a stack."""
    for line in doc.find("Stack trace:"):
        if not doc.claimed[line]:
            yield from _exception(doc, line)
    for sign in ("[object] (", "#0 "):
        for line in doc.find(sign):
            if not doc.claimed[line]:
                yield from (_monolog(doc, line) if sign[0] == "[" else _calls_only(doc, line))
    for line in doc.find(" on line "):
        if not doc.claimed[line]:
            yield from _message(doc, line)


def _call(doc: Document, line: int) -> Frame | None:
    found = _CALL.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    name = found[3].partition("(")[0].replace("->", "->").strip()
    return doc.frame(line, found.start(1), found.end(2) + 1, found[1], found[2], function=name or None)


def _calls(doc: Document, at: int, frames: list[Frame]) -> int:
    while at < len(doc) and not doc.claimed[at]:
        frame = _call(doc, at)
        if frame is not None:
            frames.append(frame)
        elif not _INTERNAL.match(doc.text, doc.starts[at], doc.ends[at]):
            break
        at += 1
    return at


def _exception(doc: Document, line: int) -> Iterator[Trace]:
    stacks: list[Stack] = []
    first, at, floor = -1, line, -1
    while True:
        head = _thrown(doc, at, floor)
        frames: list[Frame] = []
        kind, message, opened = None, "", at
        if head is not None:
            kind, message, opened, place = head
            if place is not None:
                frames.append(place)
        at = _calls(doc, at + 1, frames)
        if first < 0:
            first = opened
        end = _END.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
        at += 1 if end else 0
        if stacks:
            old = stacks[-1]
            stacks[-1] = Stack(
                old.exception, old.message, old.frames, Relation.CAUSE, old.span, 0, len(stacks)
            )
        floor = at - 1
        stacks.append(Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(opened, floor)))
        follows = _next(doc, at)
        if follows is None:
            break
        at = follows
    doc.claim(first, floor)
    if any(s.frames or s.exception for s in stacks):
        yield trace_of("php", stacks)


def _next(doc: Document, at: int) -> int | None:
    """``Stack trace:`` of the exception that wraps this one."""
    while at < len(doc) and doc.blank(at):
        at += 1
    if at >= len(doc) or not doc.line(at).startswith("Next "):
        return None
    for below in range(at, min(at + 30, len(doc))):
        if doc.line(below).strip() == "Stack trace:":
            return below
    return None


def _thrown(doc: Document, line: int, floor: int) -> tuple[str, str, int, Frame | None] | None:
    """Type, message, first line and place of the exception above ``Stack trace:``."""
    placed = _PLACED.match(doc.line(line - 1)) if line > 0 else None
    if placed is None:
        return None
    lineno = 3 if placed[3] else 4
    start = doc.starts[line - 1]
    frame = doc.frame(
        line - 1, start + placed.start(2), start + placed.end(lineno), placed[2], placed[lineno]
    )
    lines: list[str] = []
    for above in range(line - 1, max(line - _UP, floor), -1):
        printed = doc.line(above) if above != line - 1 else placed[1]
        found = _THROWN.match(printed)
        if found and (found[2] is not None or (above == line - 1 and _is_class(found[1]))):
            message = "\n".join([found[2] or "", *reversed(lines)]).strip()
            if ", called in " in message:  # PHP adds this to what the error itself says
                message = message.removesuffix(" and defined")
            return found[1], message, above, frame
        if doc.claimed[above]:
            break
        lines.append(printed)
    return None


def _is_class(name: str) -> bool:
    return "\\" in name or name.endswith(("Exception", "Error"))


def _monolog(doc: Document, line: int) -> Iterator[Trace]:
    """Laravel's and Symfony's log records."""
    stacks: list[Stack] = []
    at = line
    while at < len(doc):
        found = _MONOLOG.match(doc.text, doc.raws[at], doc.ends[at])
        if not found:
            break
        frames = [doc.frame(at, found.start(3), found.end(4), found[3], found[4])]
        opened = at
        at += 1
        if at < len(doc) and doc.raw(at).rstrip().endswith("[stacktrace]"):  # which may pass for a prefix
            at = _calls(doc, at + 1, frames)
            # The record is JSON whose newlines were put back.
            frames = [replace(f, function=(f.function or "").replace("\\\\", "\\") or None) for f in frames]
        of = len(stacks) - 1 if stacks else None
        relation = Relation.CAUSE if stacks else Relation.ROOT
        stacks.append(Stack(found[1], found[2], tuple(frames), relation, doc.span(opened, at - 1), 0, of))
        while at < len(doc) and doc.blank(at):
            at += 1
    if stacks:
        doc.claim(line, at - 1)
        yield trace_of("php", stacks)


def _calls_only(doc: Document, line: int) -> Iterator[Trace]:
    frames: list[Frame] = []
    at = _calls(doc, line, frames)
    if frames:
        doc.claim(line, at - 1)
        yield trace_of("php", [Stack(None, "", tuple(frames), Relation.ROOT, doc.span(line, at - 1))])


def _message(doc: Document, line: int) -> Iterator[Trace]:
    """``Warning: … in file on line 3`` and Xdebug's call stack below it."""
    placed = _PLACED.match(doc.line(line))
    if placed is None or not placed[4]:
        return
    named = _named(doc, line, placed[1])
    if named is None:
        return
    kind, message, first = named
    start = doc.starts[line]
    place = doc.frame(line, start + placed.start(2), start + placed.end(4), placed[2], placed[4])
    called, last = _xdebug(doc, line)
    doc.claim(first, last)
    frames = (place, *reversed(called))
    yield trace_of("php", [Stack(kind, message, frames, Relation.ROOT, doc.span(first, last))])


def _named(doc: Document, line: int, printed: str) -> tuple[str, str, int] | None:
    """Level or type, message and first line of an error whose place is on ``line``."""
    lines: list[str] = []
    for above in range(line, max(line - 6, -1), -1):
        if doc.claimed[above] or (above < line and doc.blank(above)):
            return None
        text = printed if above == line else doc.line(above)
        if found := _MESSAGE.match(text):
            kind, message = found[2], found[4]
            thrown = _THROWN.match(found[4]) if found[3] else None
            if thrown and thrown[2] is not None:
                kind, message = thrown[1], thrown[2]
            return kind, "\n".join([message, *reversed(lines)]).strip(), above
        thrown = _THROWN.match(text)
        if thrown and thrown[2] is not None and _is_class(thrown[1]):
            return thrown[1], "\n".join([thrown[2], *reversed(lines)]).strip(), above
        lines.append(text)
    return None


def _xdebug(doc: Document, line: int) -> tuple[list[Frame], int]:
    """Xdebug's ``Call Stack:`` below a message, outermost first, and the last line taken."""
    at = line + 1
    while at < min(len(doc), line + 3) and doc.blank(at):
        at += 1
    frames: list[Frame] = []
    if doc.line(at).strip() != "Call Stack:":
        return frames, line
    at += 1
    while at < len(doc) and (called := _XDEBUG.match(doc.text, doc.starts[at], doc.ends[at])):
        if called[3] != "0":
            start, end = called.span(2)[0], called.end(3)
            frames.append(doc.frame(at, start, end, called[2], called[3], function=called[1]))
        at += 1
    return frames, at - 1


FORMAT = Format("php", 45, ("Stack trace:", " on line ", "#0 ", "[object] ("), read, names_called=True)
