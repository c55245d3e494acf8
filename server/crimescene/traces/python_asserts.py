"""What Python's test runners say about a failure: test names and compared values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from crimescene.traces.document import Document

_DIFFER = rx(r"(?:Lists|Tuples|Sequences|Sets|Dicts) differ: (.+) != (.+)$")
_UNITTEST = rx(r"(?:FAIL|ERROR): (\S.*?)(?: \[.*\])?\s*$")
_SECTION = rx(r"_{3,} (?:ERROR at (?:setup|teardown) of |ERROR collecting )?(.+?) _{3,}\s*$")


def comparison(kind: str | None, message: str) -> Assertion | None:
    """The compared values of an AssertionError's message; which is which Python does not say."""
    if not kind or kind.rpartition(".")[2] not in ("AssertionError", "FailureException"):
        return None
    return compared(message)


def compared(message: str) -> Assertion | None:
    """Left and right of ``7 != 12``, ``assert 5 == 4``, ``Lists differ: [1] != [2]``; mock's calls."""
    if found := _CALLS.match(message):
        return Assertion(found[1], found[2], labelled=True)
    if found := _NUMPY.search(message[:_LONGEST]):
        return Assertion(found[2].strip(), found[1].strip(), labelled=True)
    if found := _LEFT_RIGHT.search(message[:_LONGEST]):
        return Assertion(found[2].strip(), found[1].strip(), labelled=False)
    for line in message.split("\n")[:20]:
        line = line.strip()[:4000]  # noqa: PLW2901
        if found := _DIFFER.match(line):
            return Assertion(found[2], found[1], labelled=False)
        if line.startswith("assert ") or " != " in line:
            pair = split_comparison(line.removeprefix("assert "))
            if pair is None:
                continue
            left, sign, right = pair
            if not line.startswith("assert "):
                right = _WITHIN.sub("", right.split(" : ")[0])
                sign = "=="
            expected = right if sign in ("==", "is") else f"{sign} {right}"
            whole = _whole(Assertion(expected, left, labelled=False), message)
            return (
                whole if sign not in ("==", "is") or whole.expected != whole.actual else _differing(message)
            )
    return None


_FULL_DIFF = rx(r"\n {0,12}Full diff:.{0,80}\n")
"""What stands above the diff, unless it is of two texts."""
_DIFFERING = rx(r"\n {0,12}(?:Differing items:\n {0,12}|At index \d{1,9} diff: )(.{1,4000})")
_SIGNED = ("- ", "+ ")
_SHORTENED = "..."
_LAST_COMMA = re.compile(r",(?=[\])}])")
"""Where values stand on lines of their own there is one more comma."""


def _whole(shortened: Assertion, message: str) -> Assertion:
    """The values that pytest shortens in its first line, whole where its diff shows them.

    Its versions differ in which sign stands for which side, so a side is told by both its ends.
    """
    if _SHORTENED not in shortened.expected + shortened.actual:
        return shortened
    found = _FULL_DIFF.search(message[:_LONGEST])
    lines = message[found.end() if found else 0 : _LONGEST].split("\n")[0 if found else 1 :]
    margin = min((len(x) - len(x.lstrip()) for x in lines if x.lstrip().startswith(_SIGNED)), default=0)
    lines = [line[margin:] for line in lines]
    sides = ["\n".join(line[2:] for line in lines if line[:2] in (sign, "  ")) for sign in _SIGNED]
    sides += [f"{quote}{side}{quote}" for side in sides for quote in ("'", '"')]
    right = next((side for side in sides if _is_short_for(shortened.expected, side)), shortened.expected)
    left = next((side for side in sides[::-1] if _is_short_for(shortened.actual, side)), shortened.actual)
    return Assertion(right, left, shortened.labelled)


def _differing(message: str) -> Assertion | None:
    """The first items that differ, where the values are shortened to the same; None if these are, too."""
    found = _DIFFERING.search(message[:_LONGEST])
    pair = split_comparison(found[1]) if found else None
    return Assertion(pair[2], pair[0], labelled=False) if pair and pair[0] != pair[2] else None


def _is_short_for(shortened: str, whole: str) -> bool:
    """Whether ``whole`` begins and ends like a value that was ``shortened`` in its middle."""
    start, dots, end = ("".join(part.split()) for part in shortened.partition(_SHORTENED))
    bare = _LAST_COMMA.sub("", "".join(whole.split()))
    return bool(dots) and len(bare) >= len(start) + len(end) and bare.startswith(start) and bare.endswith(end)


_SAID = rx(r".{0,300}?\[ERROR\] ([\w.]{1,200}): ?(.*)$")
_CALLS = rx(
    r"expected (?:call|await) not found\.\nExpected(?: call)?: (.{1,4000})\n"
    r"\s{0,4}Actual(?: call)?: (.{1,4000})(?:\n|$)"
)
_LONGEST = 20_000
_NUMPY = rx(r"\n {0,4}ACTUAL: (.{1,4000})\n {0,4}DESIRED: (.{1,4000})")
_LEFT_RIGHT = rx(
    r"\n(?:\[left\]: {1,4}| {0,2}x: )(.{1,4000})\n(?:\[right\]: {0,4}| {0,2}y: )(.{1,4000})"
)  # pandas; NumPy's arrays
_WITHIN = re.compile(r" within .{1,60} (?:places|delta)\b.*$")
_TOKEN = rx(r"\\.|['\"()\[\]{}]| (?:==|!=|is not|is|<=|>=|<|>|not in|in) ")


def split_comparison(text: str) -> tuple[str, str, str] | None:
    """``(left, operator, right)`` at the first operator outside brackets and quotes."""
    depth, quote = 0, ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in ("'", '"'):
            quote = sign
        elif sign in ("(", "[", "{"):
            depth += 1
        elif sign in (")", "]", "}"):
            depth = max(depth - 1, 0)
        elif depth == 0 and len(sign) > 2:  # noqa: PLR2004
            return text[: token.start()], sign.strip(), text[token.end() :]
    for operator in (" == ", " != "):  # quotes that do not pair, as in shortened values
        if operator in text:
            left, _, right = text.partition(operator)
            return left, operator.strip(), right
    return None


_REPORT = 400
_DJANGO_KIND = rx(r"\s{0,8}Exception Type: ([\w.]{1,200})(?: at .{0,2000})?\s*$")
_DJANGO_VALUE = rx(r"\s{0,8}Exception Value: ?(.*)$")


def test_above(doc: Document, first: int) -> str | None:
    """The test whose failure report starts at the line: unittest's ``FAIL: …``, pytest's ``___ name ___``."""
    for above in range(first - 1, max(first - 5, -1), -1):
        line = doc.line(above)
        if found := _UNITTEST.match(line) or _SECTION.match(line):
            return found[1]
        if line and not line.startswith(("---", "[gw", "Test")) and not line.isspace():
            return None
    return None


def header_above(doc: Document, first: int) -> int:
    """Where unittest's report of the failure starts: the ruler over ``FAIL: …``; else ``first``."""
    for above in range(first - 1, max(first - 5, -1), -1):
        line = doc.line(above)
        if doc.claimed[above]:
            break
        if _UNITTEST.match(line):
            return above - 1 if doc.line(above - 1).startswith("=====") else above
        if line and not line.startswith("---") and not line.isspace():
            break
    return first


def ruler_below(doc: Document, first: int, at: int) -> int | None:
    """The ruler that ends unittest's report of a failure: blank lines in front of it are the message's."""
    if not doc.blank(at) or header_above(doc, first) == first:
        return None
    for below in range(at, min(at + _REPORT, len(doc))):
        if doc.claimed[below] or doc.line(below).lstrip().startswith(("Traceback (", 'File "')):
            return None
        if doc.line(below).startswith(("-----", "=====")):
            return below
    return None


def said_above(doc: Document, first: int) -> tuple[str, str] | None:
    """Type and message that AWS Lambda logs above a traceback, in place of its last line."""
    found = _SAID.match(doc.raw(first - 1)) if first > 0 else None
    return (found[1], found[2]) if found else None


def said_below(doc: Document, at: int) -> tuple[str, str, int] | None:
    """Type and message, and their last line, that Django's error page prints below a traceback."""
    while at < len(doc) and doc.blank(at):
        at += 1
    kind, value = _DJANGO_KIND.match(doc.line(at)), _DJANGO_VALUE.match(doc.line(at + 1))
    return (kind[1], value[1].strip(), at + 1) if kind and value else None


def text_rule(text: str, at: int) -> bool:
    """Whether the margin that ends at ``at`` was a rule between group members."""
    return text[at - 1 : at] == "-"
