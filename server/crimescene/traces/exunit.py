r"""ExUnit, Elixir's test framework.

      1) test adds (CalcTest)
         calc_test.exs:5
         Assertion with == failed
         code:  assert add(2, 2) == 4
         left:  0
         right: 4
         stacktrace:
           calc_test.exs:6: (test)

Defined in Elixir's ``lib/ex_unit/lib/ex_unit/formatter.ex``. The sides are named left and right; in a
match the left one is the pattern. ``assert_raise`` prints expected and actual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.elixir import stack
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(
    r"(?P<indent> {0,8})(?P<number>\d{1,6})\) (?P<test>(?:test|doctest|property"
    r"|feature) .{1,300}?|.{1,200}: failure on setup_all callback.{0,80}?)"
    r"(?: \([\w.]{1,200}\)(?: \[.{1,200}\])?)?\s*$"
)
_PLACE = rx(r" {2,12}(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9})\s*$")
_BANNER = rx(r" {2,12}\*\* \((?P<kind>[^()\n]{1,200}(?:\([^()\n]{0,80}\))?)\) ?(?P<message>.*)$")
_FIELD = rx(
    r" {2,12}(?P<key>code|left|right|expected|actual|arguments|stacktrace"
    r"|doctest|hint|mailbox|lhs|rhs|The following output was logged): {0,4}"
    r"(?P<value>.*)$"
)
_LIMIT = 400


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test."""
    for line in doc.find(") "):
        found = None if doc.claimed[line] else _TITLE.match(doc.text, doc.starts[line], doc.ends[line])
        if not found or line + 2 >= len(doc):
            continue
        place = _PLACE.match(doc.text, doc.starts[line + 1], doc.ends[line + 1])
        if place:
            trace = _failure(doc, line, placed(doc, line + 1, place), found["test"])
            if trace is not None:
                yield trace


def _failure(doc: Document, line: int, place: Frame, test: str) -> Trace | None:
    kind, message = None, []
    fields: dict[str, str] = {}
    frames: list[Frame] = []
    at = line + 2
    last = line + 1
    current: str | None = None
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at]:
        printed = doc.line(at)
        start, end = doc.starts[at], doc.ends[at]
        if _TITLE.match(doc.text, start, end):
            break
        if current is None and (banner := _BANNER.match(doc.text, start, end)):
            kind, message = banner["kind"], [banner["message"]]
        elif found := _FIELD.match(doc.text, start, end):
            current = found["key"]
            fields[current] = found["value"].rstrip()
            if current == "stacktrace":
                frames, after = _frames(doc, at + 1)
                last = after - 1
                break
        elif printed and not printed.startswith("     "):
            break
        elif current is None:
            message.append(printed.strip())
        elif printed.strip():
            fields[current] = f"{fields[current]}\n{printed.strip()}".strip()
        last = at
        at += 1
    if not message:
        return None
    doc.claim(line, last)
    failed = Stack(
        kind or "ExUnit.AssertionError",
        "\n".join(message).strip(),
        (*frames, place),
        Relation.ROOT,
        doc.span(line, last),
    )
    return trace_of("exunit", [failed], assertion=_compared(fields, message), test=test)


def _frames(doc: Document, at: int) -> tuple[list[Frame], int]:
    indent = len(doc.line(at)) - len(doc.line(at).lstrip())
    return stack(doc, at, indent)


def _compared(fields: dict[str, str], message: list[str]) -> Assertion | None:
    if "expected" in fields and "actual" in fields:
        return Assertion(fields["expected"], fields["actual"], labelled=True)
    if "left" in fields and "right" in fields:
        if message[0].startswith("match ("):
            return Assertion(fields["left"], fields["right"], labelled=False)
        return Assertion(fields["right"], fields["left"], labelled=False)
    return None


FORMAT = Format("exunit", 26, ("stacktrace:", ") test ", ") doctest ", ") property "), read)
