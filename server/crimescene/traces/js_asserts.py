# ruff: noqa: RUF001 (the tools print these signs)
"""Failed expectations of Jest, Vitest, Mocha, node:assert, Chai, Jasmine and Playwright."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from crimescene.traces.document import Document

_LABEL = rx(r"\s{0,40}Expected(?! path)(?: \w{1,30}){0,4}?: {1,4}(.{1,4000})$")
_RECEIVED = rx(r"\s{0,40}(?:Received|Actual|But got|Value)(?: \w{1,30}){0,4}?: {1,4}(.{1,4000})$")
_STRICT = rx(r"(.{1,2000}?) (!==|!=|===|==) (.{1,2000})$")
_CHAI = rx(
    r"expected (.{1,2000}?) (?:to (?:deeply |strictly |loosely )?(?:equal"
    r"|be|eql|deep equal)|to deep(?:ly)? equal|to have (?:a )?length of) "
    r"(.{1,2000}?)(?: // .{1,80})?(?: but got .{1,200})?$"
)
_LENGTH = rx(r"expected .{1,2000}? to have (?:a )?length of (\d{1,9}) but got (\d{1,9})")
_JASMINE = rx(r"Expected (.{1,2000}?) to (?:be|equal|have size|be close to) (.{1,2000}?)\.$")
_PROPERTY = rx(r"\s{1,40}(actual|expected): ([^\s\[{`].{0,2000}?),?\s*$")
_PROPERTIES = 40
_TITLE = rx(r"\s{0,12}(?:●|FAIL|✗|✖|×|\d{1,5}\)) {1,4}(.{1,400}?)(?: \(\d[\d.]{0,20}m?s\))?(?: ─+)?\s*$")


def compared(kind: str | None, message: str) -> Assertion | None:
    """Expected and actual from the lines below an assertion's head."""
    if "xpected" not in message and "napshot" not in message and not (kind and "ssertion" in kind):
        return None
    lines = message[:20_000].split("\n")
    return _labelled(lines) or _diff(lines) or _sentence(kind, lines)


def _labelled(lines: list[str]) -> Assertion | None:
    expected: str | None = None
    for line in lines:
        if expected is None and (found := _LABEL.match(line)):
            expected = found[1].strip()
        elif expected is not None and (found := _RECEIVED.match(line)):
            return Assertion(expected, found[1].strip(), labelled=True)
    return None


_DENO = "[diff] actual / expected"
_MINUS_EXPECTED = ("- expected", "+ actual - expected", "actual expected", "- snapshot")
_PLUS_EXPECTED = (
    _DENO,
    "+ expected",
    "- actual, + expected",
    "difference (- actual, + expected",
    "=> diff (- obtained, + expected",
)


def _diff(lines: list[str]) -> Assertion | None:
    """A diff below a legend: ``- Expected`` / ``+ Received``, or ``+ expected - actual``."""
    for at, line in enumerate(lines):
        legend = line.strip().lower()
        minus_expected = legend.startswith(_MINUS_EXPECTED)
        if not minus_expected and not legend.startswith(_PLUS_EXPECTED):
            continue
        minus, plus = _sides(lines[at + 1 :])
        if not minus and not plus:
            continue
        expected, actual = (minus, plus) if minus_expected else (plus, minus)
        return Assertion("\n".join(expected), "\n".join(actual), labelled=True)
    return None


def _sides(lines: list[str]) -> tuple[list[str], list[str]]:
    minus: list[str] = []
    plus: list[str] = []
    for line in lines[:200]:
        content = line.strip()
        if content.lower().startswith(("- expected", "+ received", "+ expected", "- actual", "- snapshot")):
            continue
        if content.startswith("-"):
            minus.append(content[1:].strip())
        elif content.startswith("+"):
            plus.append(content[1:].strip())
        elif content.startswith(("❯", "at ")):
            break
    return minus, plus


def _sentence(kind: str | None, lines: list[str]) -> Assertion | None:
    for line in lines[:8]:
        content = line.strip()
        if content.startswith("expected ") and (found := _LENGTH.match(content)):
            return Assertion(found[1], found[2], labelled=True)
        if found := _JASMINE.match(content):
            return Assertion(found[2], found[1], labelled=True)
        if content.startswith("expected ") and (found := _CHAI.match(content)):
            return Assertion(found[2], found[1], labelled=True)
        if kind and "Assertion" in kind and (found := _STRICT.match(content)):
            return Assertion(found[3], found[1], labelled=False)
    return None


def named(doc: Document, first: int, last: int) -> Assertion | None:
    """The properties that Node prints behind an AssertionError, where both are on one line each."""
    sides: dict[str, str] = {}
    for line in range(max(first, last - _PROPERTIES), last + 1):
        if found := _PROPERTY.match(doc.text, doc.starts[line], doc.ends[line]):
            sides.setdefault(found[1], found[2])
    if "expected" in sides and "actual" in sides:
        return Assertion(sides["expected"], sides["actual"], labelled=True)
    return None


def test_above(doc: Document, first: int) -> str | None:
    """The test's title above its error."""
    for above in range(first - 1, max(first - 6, -1), -1):
        if doc.claimed[above]:
            return None
        if found := _TITLE.match(doc.text, doc.starts[above], doc.ends[above]):
            return found[1]
    return None
