r"""test-unit (Ruby).

    Failure: test_adds(TCart)
    unit.rb:3:in `test_adds'
         1: require "test/unit"
      => 3:   def test_adds; assert_equal(4, 2 + 3); end
    <4> expected but was
    <5>

    Error: test_error(TCart): KeyError: key not found: :x
    unit.rb:5:in `fetch'

Defined in test-unit's ``lib/test/unit/ui/console/testrunner.rb`` and ``assertions.rb``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(
    r"(?P<kind>Failure|Error|Notification|Omission): (?P<test>test[^\n]{0,300}?\([\w:]{1,200}\))"
    r"(?P<rest>:.*|)$"
)
_FRAME = rx(
    r"\s{0,4}(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}):(?P<line>\d{1,9}):in [`']"
    r"(?P<fn>.{1,400}?)'\s*$"
)
_EXCERPT = rx(r"\s{0,8}(?:=> )?\s{0,8}\d{1,9}: ?")
_ERROR = rx(r": ?(?P<kind>[A-Z]\w{0,120}(?:::\w{1,120}){0,12}): (?P<message>.*)$")
_RULE = rx(r"={10,}\s*$|\d{1,9} tests, ")
_EXPECTED = rx(r"\s{0,4}<(?P<value>.*)> expected but was\s*$")
_ACTUAL = rx(r"\s{0,4}<(?P<value>.*)>\.?\s*$")
_NIL = rx(r"\s{0,4}<(?P<actual>.*)> was expected to be (?P<expected>nil|true|false)\.?\s*$")
_LIMIT = 300


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test."""
    for sign in ("Failure: test", "Error: test"):
        for line in doc.find(sign):
            found = None if doc.claimed[line] else _TITLE.match(doc.text, doc.starts[line], doc.ends[line])
            if found:
                yield _failure(doc, line, (found["kind"], found["test"], found["rest"]))


def _failure(doc: Document, line: int, title: tuple[str, str, str]) -> Trace:
    kind, test, rest = title
    message: list[str] = []
    error = _ERROR.match(rest)
    if error:
        kind = error["kind"]
        message.append(error["message"])
    at = line + 1
    while (
        at < min(len(doc), line + _LIMIT) and not _FRAME.match(doc.line(at)) and not _RULE.match(doc.line(at))
    ):
        message.append(doc.line(at).rstrip())
        at += 1
    frames, at = run(doc, at, _FRAME)
    while at < len(doc) and _EXCERPT.match(doc.line(at)):
        at += 1
    while at < min(len(doc), line + _LIMIT) and not _RULE.match(doc.line(at)) and not doc.claimed[at]:
        message.append(doc.line(at).rstrip())
        at += 1
    text = "\n".join(message).strip()
    return simple(
        doc, "test-unit", (kind, text), frames, (line, at - 1), assertion=_compared(message), test=test
    )


def _compared(lines: list[str]) -> Assertion | None:
    for n, line in enumerate(lines):
        if found := _NIL.match(line):
            return Assertion(found["expected"], found["actual"], labelled=True)
        expected = _EXPECTED.match(line)
        actual = _ACTUAL.match(lines[n + 1]) if expected and n + 1 < len(lines) else None
        if expected and actual:
            return Assertion(expected["value"], actual["value"], labelled=True)
    return None


FORMAT = Format("test-unit", 16, ("Failure: test", "Error: test"), read)
