"""Which expressions of a crash line are suspect: error message and position say what went wrong where.

Pure; never raises for any input. The messages stand as data in ``tables/``, one file a runtime; the
finders they name look into the expressions of the line. Where no message is known, what the runtime
underlined or the line itself decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.model import Span, Suspect
from crimescene.suspects import giving_up
from crimescene.suspects.finders import FINDERS, guarded
from crimescene.suspects.focus import Focus, is_value, normal
from crimescene.suspects.rules import matching, table
from crimescene.suspects.special import SPECIAL
from crimescene.syntax import expressions, lineno_at

if TYPE_CHECKING:
    from crimescene.model import Function
    from crimescene.suspects.finders import Found
    from crimescene.suspects.rules import Rule
    from crimescene.syntax import Outline
    from crimescene.syntax.expressions import Expression

MOST = 3
_LONGEST = 120
"""Characters; a longer expression is a whole statement, which says no more than the line."""
_HEAD, _TAIL = 400, 200
"""Characters of a message that are looked at: what the runtime says stands around the values it prints."""
_RAISES = frozenset({"raise", "fail", "panic", "abort", "exit", "error", "TODO"})
"""Functions that raise, in languages without a statement for it."""
_FINDERS = FINDERS | SPECIAL
_UNKNOWN = "is used where the error was raised"
_ROLES = {
    "key": "the key or index it is asked with",
    "base": "what it is taken from",
    "argument": "given to the same call",
    "operand": "the other side of the operation",
    "condition": "decides whether this line is reached",
    "definition": "where `{of}` got its value, line {line}",
    "callee": "what is called for it",
    "other": "also followed on this line",
    "mentioned": "used on this line",
}


@dataclass(frozen=True, slots=True)
class Crash:
    """What a runtime said of an error, and where in the file it stands."""

    exception: str
    message: str
    lineno: int
    """1-based, as is ``column``."""
    column: int | None = None
    """In UTF-16 units (V8), characters or bytes: they differ only behind other signs than ASCII."""
    code: str | None = None
    """The line as printed, stripped."""
    marks: tuple[int, int] | None = None
    """Character columns of ``code`` that are underlined."""
    frame: str = ""
    """The function as printed."""
    again: frozenset[str] = frozenset()
    """Of a recursion without end the bare names of the functions that recur on the stack."""


def find(crash: Crash, outline: Outline, function: Function) -> tuple[Suspect, ...]:
    """Up to three expressions that are suspect, the likeliest first, each with its reason.

    ``function`` is the one around the crash line.
    """
    found = expressions.on_line(outline, crash.lineno)
    if not found:
        return ()
    focus = _focus(crash, outline, function, found)
    if giving_up.gives_up(crash.exception, focus):
        return _suspects(*giving_up.why(focus), focus)
    said, reason = _by_message(crash, focus)
    if not said and all(x.kind in ("name", "literal") for x in found):
        return ()  # a declaration: what went wrong there was generated, and is asked for elsewhere
    if not said:
        said, reason = _without_message(focus)
    return _suspects(said, reason, focus)


def recurs(language: str, exception: str, message: str) -> bool:
    """Whether the runtime says that a recursion did not end."""
    rules = matching(table(language), f"{exception}: {message}"[:_HEAD])
    return any(rule.finders == "recurring" for rule, _ in rules)


def culprits(crash: Crash, outline: Outline, function: Function) -> tuple[Expression, ...]:
    """The expressions that the error's message itself tells of, the likeliest first."""
    found = expressions.on_line(outline, crash.lineno)
    said = _by_message(crash, _focus(crash, outline, function, found))[0] if found else []
    return tuple(x for x, _ in said)


def _focus(crash: Crash, outline: Outline, function: Function, found: tuple[Expression, ...]) -> Focus:
    start = outline.line_starts[crash.lineno - 1]
    end = outline.line_starts[crash.lineno] if crash.lineno < len(outline.line_starts) else None
    line = outline.source[start:end].decode("utf-8", "replace")
    marks = None
    if crash.marks is not None and crash.code and line.strip().startswith(crash.code.strip()[:_LONGEST]):
        indent = len(line) - len(line.lstrip())
        first, last = (len(line[: indent + n].encode()) for n in crash.marks)
        whole = line.strip() == line[indent + crash.marks[0] : indent + crash.marks[1]].strip()
        marks = None if whole and crash.marks[0] == 0 else Span(start + first, start + last)
        if whole and any(x.span == Span(start + first, start + last) for x in found):
            marks = Span(start + first, start + last)
    at = None
    if crash.column and crash.column <= len(line) + 1:
        before = line.encode("utf-16-le", "surrogatepass")[: 2 * (crash.column - 1)]
        at = start + len(before.decode("utf-16-le", "ignore").encode())
    around = [x.in_lambda for x in found if x.in_lambda is not None]
    if at is not None:
        inside = [s for s in around if s.start <= at < s.end]
        inner = min(inside, key=lambda s: s.end - s.start, default=None)
        kept = tuple(x for x in found if x.in_lambda == inner)
        found = kept or found
    unnamed = bool(re.search(r"lambda|func\d+|<anonymous>|closure|block in", crash.frame))
    return Focus(outline, crash.lineno, found, function, marks, at, in_lambda=unnamed, again=crash.again)


def _by_message(crash: Crash, focus: Focus) -> tuple[Found, str]:
    message = f"{crash.exception}: {crash.message}" if crash.message else crash.exception
    message = message if len(message) <= _HEAD + _TAIL else f"{message[:_HEAD]}…{message[-_TAIL:]}"
    for rule, said in matching(table(focus.outline.language), message):
        for name in rule.finders.split():
            found = _FINDERS[name](focus, {**said, "message": message}, rule.of)
            found = [(x, role) for x, role in found if is_value(x) or name in ("callee", "name", "quoted")]
            if found:
                return found, _reason(rule, said)
    return [], ""


def _reason(rule: Rule, said: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: " ".join(said.get(m[1], "…").split())[:60], rule.reason)


def _without_message(focus: Focus) -> tuple[Found, str]:
    """An error that the program itself raised, or one nobody has heard of."""
    throws = [x for x in focus.of_kind("throw") if focus.line[0] <= x.span.start < focus.line[1]]
    throws += [x for x in focus.of_kind("call", "name") if x.text.split("(")[0].split(" ")[0] in _RAISES]
    if throws and (found := guarded(focus, {}, "")):
        return found, "decides that the error is raised here"
    chosen: list[Expression] = []
    if focus.marks is not None or focus.at is not None:
        for x in focus.of_kind("call", "new", "index", "member", "binary")[:1]:
            owner = x.base.base if x.kind == "call" and x.base is not None else x.base
            chosen = [y for y in (*x.parts, owner) if y is not None]
    if not any(is_value(x) for x in chosen):
        calls = [x for x in focus.of_kind("call", "new") if x.base is not None]
        called = {x.base.text for x in calls if x.base is not None}
        values = focus.of_kind("member", "index", "name")
        chosen = [part for x in calls for part in x.parts] + [x for x in values if x.text not in called]
    found = [(x, "" if n == 0 else "mentioned") for n, x in enumerate(x for x in chosen if is_value(x))]
    return found, _UNKNOWN


def _suspects(said: Found, reason: str, focus: Focus) -> tuple[Suspect, ...]:
    """What was said first, then where the first came from."""
    out: dict[str, Suspect] = {}

    def add(x: Expression, why: str) -> None:
        text = x.text
        if (len(text) <= _LONGEST and "\n" not in text.strip()) or not out:
            place = lineno_at(focus.outline, x.span.start)
            shown = " ".join(text.split())
            out.setdefault(normal(text), Suspect(shown, why, focus.outline.path, place, reason != _UNKNOWN))

    for n, (x, role) in enumerate(said[:MOST]):
        add(x, reason if n == 0 or not role else _ROLES[role])
    main = said[0][0] if said else None
    if main is not None:
        for x, role in _origin(main, focus):
            why = _ROLES[role].format(of=main.text[:40], line=lineno_at(focus.outline, x.span.start))
            add(x, why)
    return tuple(out.values())[:MOST]


def _origin(x: Expression, focus: Focus) -> Found:
    """Where the value of ``x`` came from: its last definition, what it was taken from, what made it."""
    found: Found = []
    if x.kind == "name":
        before = [
            g
            for g in expressions.assigned(focus.outline, x.text, focus.function.span)
            if g.span.start < x.span.start and not g.span.start <= x.span.start < g.span.end
        ]
        if before and before[0].parts and is_value(before[0].parts[-1]):
            value = before[0].parts[-1]
            found.append((value, "definition"))
            found += [(y, "argument") for y in _leaves(value)]
        return found
    return [(y, "base") for y in _leaves(x)]


def _leaves(x: Expression) -> list[Expression]:
    """What an expression is made of: objects first, then arguments and keys."""
    pending = [x]
    found: list[Expression] = []
    while pending and len(found) < 2 * MOST:
        current = pending.pop(0)
        owner = current.base
        if current.kind in ("call", "new") and owner is not None:
            owner = owner.base  # the function itself is rarely to blame
        for y in (owner, *current.parts):
            if y is not None and y.kind not in ("literal", "lambda"):
                if is_value(y) and y.kind not in ("display", "pair", "slice"):
                    found.append(y)
                pending.append(y)
    return found
