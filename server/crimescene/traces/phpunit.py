r"""PHPUnit (and Pest's plain output).

    1) CartTest::testChain
    RuntimeException: outer

    /home/dev/shop/src/Cart.php:5
    /home/dev/shop/tests/CartTest.php:10

    Caused by
    InvalidArgumentException: inner

    /home/dev/shop/src/Cart.php:5

Defined in PHPUnit's ``TextUI/Output/Default/ResultPrinter.php`` and ``Util/ThrowableToStringMapper.php``;
what is expected stands in sebastian/diff's head or in the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace
from crimescene.traces.diffs import from_diff
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(r"\d{1,6}\) (?P<test>[A-Za-z_\\][\w\\]{0,300}::\w{1,200}(?: with data set .{1,400})?)\s*$")
_FRAME = rx(
    r"(?P<path>(?:[A-Za-z]:[\\/]|/|phar://|\.{0,2}[\w.-]{1,100}[\\/])[^:\n]{0,1000}\.\w{1,8}):"
    r"(?P<line>\d{1,9})\s*$"
)
_ERROR = rx(
    r"(?P<kind>[A-Za-z_\\][\w\\]{0,200}(?:Exception|Error|Throwable|Warning"
    r"|Failure|[a-z]))(?:: (?P<message>.*)|:\s*)$"
)
_END = rx(r"\d{1,6}\) |--\s*$|(?:ERRORS|FAILURES|WARNINGS|OK|Tests)[!:]|Caused by\s*$")
_SENTENCES = (
    rx(r"Failed asserting that actual size (?P<actual>\d+) matches expected size (?P<expected>\d+)\.$"),
    rx(
        r"Failed asserting that (?P<actual>.+?) (?:is identical to|matches expected|is equal to|equals)"
        r" (?P<expected>.+?)\.$"
    ),
    rx(r"Failed asserting that (?P<actual>.+?) is (?P<expected>true|false|null|NAN|empty)\.$"),
)
_LIMIT = 400
_FAILED = "PHPUnit\\Framework\\ExpectationFailedException"


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test, its causes in it."""
    for line in doc.find("::"):
        found = None if doc.claimed[line] else _TITLE.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _failure(doc, line, found["test"])):
            yield trace


def _failure(doc: Document, line: int, test: str) -> Trace | None:
    message, frames, at = _part(doc, line + 1)
    if not message:
        return None
    kind, text = _error(message)
    stacks = [Stack(kind, text, tuple(frames), Relation.ROOT, doc.span(line, at - 1))]
    while at < len(doc) and doc.line(at).rstrip() == "Caused by":
        inner, frames, below = _part(doc, at + 1)
        kind, text = _error(inner)
        stacks.append(
            Stack(kind, text, tuple(frames), Relation.CAUSE, doc.span(at, below - 1), 0, len(stacks) - 1)
        )
        at = below
    doc.claim(line, at - 1)
    return trace_of("phpunit", stacks, assertion=_compared(message), test=test)


def _part(doc: Document, at: int) -> tuple[list[str], list[Frame], int]:
    """A message, a blank line, places; and the line behind."""
    message: list[str] = []
    frames: list[Frame] = []
    stop = min(len(doc), at + _LIMIT)
    while at < stop and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _FRAME.match(doc.text, start, end)
        if (found and doc.blank(at - 1)) or (frames and found):
            frames.append(placed(doc, at, found))
        elif _END.match(doc.text, start, end):
            break
        elif not frames:
            message.append(doc.line(at).rstrip())
        elif not doc.blank(at):
            break
        at += 1
    while message and not message[-1]:
        message.pop()
    last = at - 1
    while last > 0 and doc.blank(last):
        last -= 1
    following = at if at < len(doc) and doc.line(at).rstrip() == "Caused by" else last + 1
    return message, frames, following


def _error(message: list[str]) -> tuple[str | None, str]:
    found = _ERROR.match(message[0]) if message else None
    if found and not message[0].startswith("Failed asserting"):
        return found["kind"], "\n".join([found["message"] or "", *message[1:]]).strip()
    asserted = any(line.startswith("Failed asserting that") for line in message)
    return _FAILED if asserted else None, "\n".join(message).strip()


def _compared(message: list[str]) -> Assertion | None:
    if diff := from_diff(message):
        return diff
    for line in message:
        for pattern in _SENTENCES:
            if found := pattern.match(line):
                return Assertion(found["expected"], found["actual"], labelled=True)
    return None


FORMAT = Format("phpunit", 17, ("::",), read)
