r"""RSpec.

      1) Cart adds
         Failure/Error: expect(cart.total).to eq(4)

           expected: 4
                got: 5

           (compared using ==)
         # ./spec/cart_spec.rb:3:in `block (2 levels) in <top (required)>'
         # --- Caused by: ---
         # KeyError:
         #   key not found: :x
         #   ./spec/cart_spec.rb:16:in `fetch'

Defined in rspec-core's ``lib/rspec/core/formatters/exception_presenter.rb``. Crystal's spec prints the same,
with places only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(r"\s{0,12}\d{1,6}(?:\.\d{1,4})?\) (?P<test>\S.{0,1000}?)\s*$")
_CODE = rx(r"\s{2,16}(?:Failure/Error|Got \d{1,4} failures?.{0,80}):(?P<code>.*)$")
_FRAME = rx(
    r"\s{2,16}# {1,4}(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}):"
    r"(?P<line>\d{1,9})(?::in [`'](?P<fn>.{1,400}?)')?\s*$"
)
_CAUSED = rx(r"\s{2,16}# --- Caused by: ---\s*$")
_RULE = rx(r"\s{2,16}# -{6,}\s*$")
_CAUSE_LINE = rx(r"\s{2,16}# ?(?P<text>.*)$")
_CLASS = rx(r"\s{2,16}(?P<kind>[A-Z]\w{0,120}(?:::\w{1,120}){0,12}):\s*$")
_GOT = rx(r"\s{2,20}(?P<side>expected|Expected|got): ?(?P<value>.*)$")
_LIMIT = 400
_FAILED = "RSpec::Expectations::ExpectationNotMetError"


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed example."""
    for line in doc.find("Failure/Error:"):
        found = None if doc.claimed[line] else _CODE.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _example(doc, line)


def _example(doc: Document, line: int) -> Trace:
    first, test = line, None
    for above in range(line - 1, max(line - 4, -1), -1):
        if title := _TITLE.match(doc.line(above)):
            first, test = above, title["test"]
            break
    message: list[str] = []
    at = line + 1
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if _FRAME.match(doc.text, start, end) or _RULE.match(doc.text, start, end):
            break
        if (_TITLE.match(doc.text, start, end) and doc.blank(at - 1)) or doc.line(at).startswith(
            "Finished in "
        ):
            break
        message.append(doc.line(at).rstrip())
        at += 1
    frames, at = _frames(doc, at)
    kind, text = _error(message)
    stacks = [Stack(kind, text, tuple(frames), Relation.ROOT, doc.span(first, at - 1))]
    while at < len(doc) and not doc.claimed[at]:
        if not _RULE.match(doc.line(at)) or not _CAUSED.match(doc.line(at + 1)):
            break
        stack, at = _cause(doc, at + 2, len(stacks) - 1)
        stacks.append(stack)
    doc.claim(first, at - 1)
    return trace_of("rspec", stacks, assertion=_compared(message), test=test)


def _frames(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and (found := _FRAME.match(doc.text, doc.starts[at], doc.ends[at])):
        frames.append(placed(doc, at, found))
        at += 1
    return frames, at


def _error(lines: list[str]) -> tuple[str, str]:
    """Class and message; an expectation that was not met prints no class. Long code comes first."""
    for n, line in enumerate(lines):
        if (found := _CLASS.match(line)) and found["kind"] != "Diff":
            return found["kind"], "\n".join(part.strip() for part in lines[n + 1 :]).strip()
    blank = next((n for n, line in enumerate(lines) if not line.strip()), -1)
    kept = lines[blank + 1 :] if 0 <= blank < len(lines) - 1 else lines
    return _FAILED, "\n".join(part.strip() for part in kept).strip()


def _cause(doc: Document, line: int, of: int) -> tuple[Stack, int]:
    lines: list[str] = []
    at = line
    while at < len(doc) and not _FRAME.match(doc.line(at)):
        found = _CAUSE_LINE.match(doc.line(at))
        if not found or _RULE.match(doc.line(at)):
            break
        lines.append("     " + found["text"])
        at += 1
    frames, at = _frames(doc, at)
    kind, text = _error(lines)
    return Stack(kind, text, tuple(frames), Relation.CAUSE, doc.span(line - 1, at - 1), 0, of), at


def _compared(lines: list[str]) -> Assertion | None:
    sides: dict[str, str] = {}
    for line in lines:
        if found := _GOT.match(line):
            sides.setdefault(found["side"].lower(), found["value"].rstrip())
    if "expected" in sides and "got" in sides:
        return Assertion(sides["expected"], sides["got"], labelled=True)
    return None


FORMAT = Format("rspec", 14, ("Failure/Error:",), read)
