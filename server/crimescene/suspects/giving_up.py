"""Where a test says itself that it fails: what decides so is suspect, not the message it gives up with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.suspects.finders import guarded
from crimescene.syntax import expressions, lineno_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.suspects.finders import Found
    from crimescene.suspects.focus import Focus
    from crimescene.syntax.expressions import Expression

_GIVES_UP = re.compile(
    r"(?:(?:self|(?:\$)?this|Assert(?:ions)?|assert|Test|pytest|unittest|expect|chai\.assert|TestCase)(?:\.|->|::))?"
    r"(?:[fF]ail|flunk|XCTFail|fail_test)|(?:t|tb|b)\.(?:Fatalf?|Errorf?|Fail(?:Now)?)"
)
"""How test frameworks spell that a test fails, whatever the reason."""
_NOT_TRIED = re.compile(
    rf"{_GIVES_UP.pattern}|(?:\w+(?:\.|->|::))*(?:assert|expect|verify|print|puts|log|debug|info|warn|echo)\w*"
)
"""What a test calls besides what it tests."""
_TRY = re.compile(r"(?:try|begin)\b")
_HANDLER = re.compile(r"\}?\s*(?:except|catch|rescue|finally|ensure|else|case|default|select|switch|when)\b")
_ABOVE = 40
"""Lines above such a call on which its ``try`` is looked for."""
_FAILED = re.compile(r"(?i).*(?:assert|fail|expect)|$")
"""Types of what such a call raises; Go names none. Any other was raised while its message was made."""


def gives_up(exception: str, focus: Focus) -> bool:
    """Whether an error of the type ``exception`` comes from a call on the line that only says "fail"."""
    first, last = focus.line
    calls = [x for x in focus.of_kind("call") if first <= x.span.start < last]
    return _FAILED.match(exception) is not None and any(_GIVES_UP.fullmatch(_name(x)) for x in calls)


def why(focus: Focus) -> tuple[Found, str]:
    """What decides so and in which way; else what in the same ``try`` was to raise; else nothing."""
    if found := guarded(focus, {}, ""):
        return found, "decides that the test fails here"
    for above in _tried(focus):
        for x in expressions.on_line(focus.outline, above):
            if x.kind in ("call", "new") and not _NOT_TRIED.fullmatch(_name(x)):
                return [(x, "")], "was to raise an error"
    return [], ""


def _name(call: Expression) -> str:
    return re.split(r"[(\s]", call.text, maxsplit=1)[0]


def _tried(focus: Focus) -> Iterable[int]:
    """Numbers of the lines above the failing one in the body of its ``try``, last first, by indentation.

    Empty where the line stands in a handler or a case: what ran before it is not known.
    """
    lines = focus.outline.source.decode("utf-8", "replace").split("\n")
    at = lineno_at(focus.outline, focus.line[0]) - 1
    level = _depth(lines[at])
    for n in range(at - 1, max(focus.function.first_lineno - 2, at - _ABOVE), -1):
        if lines[n].strip() and _depth(lines[n]) < level:
            level = _depth(lines[n])
            if _HANDLER.match(lines[n].strip()):
                return ()
            if _TRY.match(lines[n].strip()):
                return range(at, n + 1, -1)
    return ()


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
