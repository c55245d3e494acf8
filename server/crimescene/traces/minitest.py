r"""Minitest, alone and under Rails.

      5) Failure:
    CartTest#test_adds [mini.rb:3]:
    Expected: 4
      Actual: 5

      3) Error:
    CartTest#test_error:
    KeyError: key not found: :x
        mini.rb:4:in `fetch'

Defined in Minitest's ``lib/minitest/test.rb``, ``assertions.rb`` (``diff``, ``mu_pp_for_diff``) and
``lib/minitest.rb`` (``Result#to_s``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.diffs import from_diff
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(r"\s{0,8}(?:\d{1,6}\) )?(?P<kind>Failure|Error):\s*$")
_NAME = rx(
    r"\s{0,8}(?P<test>[A-Z]\S{0,200}#\S.{0,300}?|test_\S{1,200}\([\w:]{1,200}\))"
    r"(?: \[(?P<path>(?:[A-Za-z]:)?[^:\]\n]{1,600}):(?P<line>\d{1,9})\])?:\s*$"
)
_ERROR = rx(r"\s{0,8}(?P<kind>[A-Z]\w{0,120}(?:::\w{1,120}){0,12}): (?P<message>.*)$")
_FRAME = rx(
    r"\s{1,12}(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}):(?P<line>\d{1,9})"
    r"(?::in [`'](?P<fn>.{1,400}?)')?:?\s*$"
)
_END = rx(
    r"\s{0,8}\d{1,6}\) (?:Failure|Error|Skipped):|(?:bin/)?rails test |\d{1,9} "
    r"(?:runs|tests), |rake test "
)
_SIDE = rx(r"\s{0,12}(?P<side>Expected|Actual): ?(?P<value>.*)$")
_NEGATIVE = rx(r"Expected (?P<actual>.+?) to be (?P<expected>nil|truthy|empty)\.$")
_LIMIT = 200


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test."""
    for sign in ("Failure:", "Error:"):
        for line in doc.find(sign):
            if doc.claimed[line] or not _TITLE.match(doc.text, doc.starts[line], doc.ends[line]):
                continue
            found = (
                _NAME.match(doc.text, doc.starts[line + 1], doc.ends[line + 1])
                if line + 1 < len(doc)
                else None
            )
            if found:
                place = placed(doc, line + 1, found) if found["line"] else None
                yield _failure(doc, line, place, found["test"])


def _failure(doc: Document, line: int, place: Frame | None, test: str) -> Trace:
    lines: list[str] = []
    at = line + 2
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if _END.match(doc.text, start, end) or (not place and _FRAME.match(doc.text, start, end)):
            break
        if doc.blank(at) and (doc.blank(at + 1) or _END.match(doc.line(at + 1))):
            break
        lines.append(doc.line(at).rstrip())
        at += 1
    while lines and not lines[-1].strip():
        lines.pop()
        at -= 1
    if place is None:
        error = _ERROR.match(lines[0]) if lines else None
        frames, at = run(doc, at, _FRAME)
        if error:
            text = "\n".join([error["message"], *lines[1:]]).strip()
            return simple(doc, "minitest", (error["kind"], text), frames, (line, at - 1), test=test)
        return simple(doc, "minitest", ("Error", "\n".join(lines).strip()), frames, (line, at - 1), test=test)
    head = ("Minitest::Assertion", "\n".join(lines).strip())
    return simple(doc, "minitest", head, [place], (line, at - 1), assertion=_compared(lines), test=test)


def _compared(lines: list[str]) -> Assertion | None:
    sides: dict[str, str] = {}
    for line in lines:
        if found := _SIDE.match(line):
            sides.setdefault(found["side"], found["value"].rstrip())
    if len(sides) > 1:
        return Assertion(sides["Expected"], sides["Actual"], labelled=True)
    for line in lines:
        if found := _NEGATIVE.match(line):
            return Assertion(found["expected"], found["actual"], labelled=True)
    return from_diff(lines)


FORMAT = Format("minitest", 15, ("Failure:", "Error:"), read)
