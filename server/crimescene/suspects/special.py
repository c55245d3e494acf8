"""Finders that know one runtime: how its messages leave out what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.suspects import finders
from crimescene.suspects.focus import is_value
from crimescene.syntax import expressions

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.suspects.finders import Found, Said
    from crimescene.suspects.focus import Focus
    from crimescene.syntax.expressions import Expression


# --------------------------------------------------------------------------- JavaScript


def nothing_read(focus: Focus, said: Said, _of: str) -> Found:
    """What has no member or item of the printed name: both are a property there."""
    name = said.get("name", "")
    found = []
    for x in focus.of_kind("member", "index"):
        if x.base is None or b"?." in x.source[x.base.span.end : x.anchor]:
            continue
        key = x.parts[0] if x.kind == "index" and x.parts else None
        literal = key is not None and key.kind == "literal"
        fits = x.name == name if key is None else not literal or key.text.strip("'\"`") == name
        if fits:
            found.append(x)
    for x in found[:1]:
        keys = [(part, "key") for part in x.parts if is_value(part)]
        return [(x.base, ""), *keys] if x.base is not None else []
    return []


def container_of(focus: Focus, _said: Said, _of: str) -> Found:
    """The class that ``instanceof`` asks for."""
    found = [x for x in focus.of_kind("binary", "check") if x.name == "instanceof" and x.parts]
    return [(x.parts[-1], "") for x in found[:1]]


# --------------------------------------------------------------------------- Python and Ruby


def concatenated(focus: Focus, said: Said, _of: str) -> Found:
    """What is joined to a text: the right side, whose type the message names."""
    for x in focus.of_kind("binary", "update"):
        if x.name in ("+", "+=") and x.parts and is_value(x.parts[0]):
            left = [(x.base, "operand")] if x.base is not None and is_value(x.base) else []
            return [(x.parts[0], ""), *left]
    return finders.operand(focus, {**said, "operator": "+"}, "")


def coerced(focus: Focus, said: Said, _of: str) -> Found:
    """The right side of arithmetic, which does not fit the left one."""
    found = [x for x in focus.of_kind("binary", "update") if x.parts]
    return finders.operand(focus, {**said, "side": "right"}, "") if found else []


def formatted(focus: Focus, _said: Said, _of: str) -> Found:
    """What ``%`` puts into a text."""
    for x in focus.of_kind("binary"):
        if x.name == "%" and x.parts:
            right = x.parts[0]
            values = [y for y in right.parts if is_value(y)] if right.kind == "display" else []
            return [(y, "" if n == 0 else "argument") for n, y in enumerate(values or [right])]
    return []


_CALENDAR = ("year", "month", "day", "hour", "minute", "second")


def dated(focus: Focus, said: Said, _of: str) -> Found:
    """The argument of a date that the message names."""
    part = next((n for n, name in enumerate(_CALENDAR) if name in said.get("message", "")), 0)
    calls = [x for x in focus.of_kind("call") if x.name in ("date", "datetime", "time")]
    for call in calls:
        at = part - 3 if call.name == "time" else part
        if 0 <= at < len(call.parts) and is_value(call.parts[at]):
            return [(call.parts[at], "")]
    return []


def asserted(focus: Focus, _said: Said, _of: str) -> Found:
    """What an assertion compares."""
    for x in focus.of_kind("assert"):
        if x.base is not None:
            return _decisive(x.base)
    return []


def _decisive(condition: Expression) -> Found:
    """The values that a condition depends on, the left one first."""
    pending = [condition]
    found: list[Expression] = []
    while pending and len(found) < 3:  # noqa: PLR2004 -- as many as are ever shown
        x = pending.pop(0)
        if x.kind in ("binary", "logic", "unary", "check", "choice"):
            pending = [y for y in (x.base, *x.parts) if y is not None] + pending
        elif is_value(x):
            found.append(x)
    return [(x, "" if n == 0 else "operand") for n, x in enumerate(found)]


def item_of_nothing(focus: Focus, _said: Said, _of: str) -> Found:
    """What has no items: rather something that was looked up than the variable it was looked up in."""
    found = [x.base for x in focus.of_kind("index") if x.base is not None]
    looked_up = [x for x in found if x.kind in ("index", "call")]
    return [(x, "") for x in (looked_up or found)[:1]]


def matched(focus: Focus, _said: Said, _of: str) -> Found:
    """What ``case … in`` takes apart."""
    return [(x, "") for x in focus.of_kind("name", "call", "member")[:1]]


# --------------------------------------------------------------------------- Java


def nothing_invoked(focus: Focus, said: Said, _of: str) -> Found:
    """The object of the operation that Java says it could not do."""
    message = said.get("message", "")
    if found := re.search(r'Cannot (?:invoke|read field|assign field) "([^"]+)"', message):
        name = re.split(r"[.#]", re.sub(r"\(.*", "", found[1]))[-1]
        members = [x for x in focus.of_kind("member") if x.name == name and x.base is not None]
        return [(x.base, "") for x in members[:1] if x.base is not None] or unboxed(focus, said, "")
    if "array length" in message:
        lengths = [x for x in focus.of_kind("member") if x.name in ("length", "size")]
        return [(x.base, "") for x in lengths[:1] if x.base is not None] or finders.iterated(focus, said, "")
    if "array" in message:
        return finders.subscript(focus, said, "")
    if re.search(r"NullPointerException(?!: )", message):
        return pointers(focus, said, "")
    return []


def claimed(focus: Focus, _said: Said, _of: str) -> Found:
    """Kotlin: what ``!!`` claims to be no null."""
    found = [x.base for x in focus.of_kind("unary") if x.name == "!!" and x.base is not None]
    return [(x, "") for x in found[:1]]


def unboxed(focus: Focus, said: Said, _of: str) -> Found:
    """What becomes a number on its way: an operand, or the value of an assignment."""
    return finders.operand(focus, said, "") or finders.assigned(focus, said, "")


def size(focus: Focus, _said: Said, _of: str) -> Found:
    """How long a new array is to be."""
    values = [part for x in focus.of_kind("new") for part in x.parts if is_value(part)]
    return [(values[0], "")] if values else []


# --------------------------------------------------------------------------- Go and C#


def pointers(focus: Focus, _said: Said, _of: str) -> Found:
    """Everything whose pointer is followed on the line, what is likeliest to be nil first."""
    packages = {imported.local or imported.module.rpartition("/")[2] for imported in focus.outline.imports}
    seen: dict[str, Expression] = {}
    for x in focus.of_kind("call"):
        if x.base is not None and x.base.kind == "member" and _is_function_field(x.base, focus):
            seen[x.base.text] = x.base
    for x in focus.of_kind("member", "index", "unary"):
        deref = x.kind != "unary" or x.name == "*"
        if not deref or x.base is None or not is_value(x.base) or finders.is_optional(x):
            continue
        if x.base.kind == "name" and (x.base.text in packages or x.base.text[:1].isupper()):
            continue
        if x.kind != "index":
            seen.setdefault(x.base.text, x.base)
    ordered = sorted(seen.values(), key=lambda x: _nilable(x, focus))
    return [(x, "" if n == 0 else "other") for n, x in enumerate(ordered)]


def _is_function_field(x: Expression, focus: Focus) -> bool:
    """Go: whether what is called is a field that holds a function, which may be nil, and no method."""
    declared = rb"[{;\n]\s*" + re.escape(x.name.encode()) + rb"\s+func\b"
    return bool(re.search(declared, focus.outline.source))


def _nilable(x: Expression, focus: Focus) -> int:
    """How likely it is nothing: 0 a looked up value or pointer field, more for what was checked or made."""
    source = focus.outline.source
    if x.kind == "call":
        return 1
    if x.kind == "index":
        return 0
    if x.kind == "member":
        declared = rb"\b" + re.escape(x.name.encode()) + rb"\b(?:\s*,\s*\w+)*\s+(\*|func\b|\w+\?)?"
        kinds = [m[1] for m in re.finditer(declared, source) if m[1]]
        return 0 if kinds else 2
    given = expressions.assigned(focus.outline, x.text, focus.function.span)
    before = [g for g in given if g.span.start < focus.line[0]]
    if before and before[0].parts:
        value = before[0].parts[0]
        looked_up = value.kind in ("call", "index", "cast") or value.text in ("nil", "null")
        return 1 if looked_up or before[0].kind == "iterate" else 4
    head = source[focus.function.span.start : focus.function.body_span.start]
    if re.search(rb"\b" + re.escape(x.text.encode()) + rb"\s+\*", head):
        receiver = re.match(rb"func\s*\(\s*" + re.escape(x.text.encode()) + rb"\b", head)
        return 3 if receiver else 1
    declared_nil = rb"\bvar\s+" + re.escape(x.text.encode()) + rb"\s+(\*|func\b|[A-Z])"
    return 0 if re.search(declared_nil, source) else 3


def map_written(focus: Focus, _said: Said, _of: str) -> Found:
    """The map that is written to."""
    for x in focus.of_kind("assign", "update"):
        if x.base is not None and x.base.kind == "index" and x.base.base is not None:
            return [(x.base.base, "")]
    return []


def sliced(focus: Focus, _said: Said, _of: str) -> Found:
    """What a part is taken of, then the bounds."""
    for x in focus.of_kind("slice"):
        if x.base is not None:
            return [(x.base, ""), *((part, "key") for part in x.parts if is_value(part))]
    return []


def sent(focus: Focus, _said: Said, _of: str) -> Found:
    """The channel that is sent to."""
    return [(x.base, "") for x in focus.of_kind("send")[:1] if x.base is not None]


def waited(focus: Focus, said: Said, _of: str) -> Found:
    """The channel or group that is waited for."""
    received = [x.base for x in focus.of_kind("unary") if x.name == "<-"]
    found = [x for x in received if x is not None]
    if found:
        return [(found[0], "")]
    return sent(focus, said, "") or finders.iterated(focus, said, "")


def shifted(focus: Focus, _said: Said, _of: str) -> Found:
    """By how much is shifted."""
    found = [x for x in focus.of_kind("binary", "update") if x.name.startswith(("<<", ">>")) and x.parts]
    return [(x.parts[0], "") for x in found[:1]]


def panicked(focus: Focus, _said: Said, _of: str) -> Found:
    """What ``panic`` is given."""
    found = [x.parts[0] for x in focus.of_kind("call") if x.name == "panic" and x.parts]
    return [(x, "") for x in found[:1] if x.kind == "name"]


# --------------------------------------------------------------------------- Rust and PHP


def updated(focus: Focus, _said: Said, _of: str) -> Found:
    """What is added to in place."""
    return [(x.base, "") for x in focus.of_kind("update")[:1] if x.base is not None]


def asserted_macro(focus: Focus, said: Said, _of: str) -> Found:
    """What ``assert_eq!`` compares."""
    macros = [x for x in focus.of_kind("macro") if "assert" in x.name]
    for macro in macros:
        inner = [
            x for x in focus.expressions if macro.span.start < x.span.start and x.span.end < macro.span.end
        ]
        outer = [x for x in inner if is_value(x) and x.kind not in ("display", "macro")]
        outer = [x for x in outer if x.text != macro.name]
        if outer:
            first = min(outer, key=lambda x: (x.span.start, -x.span.end))
            rest = [x for x in outer if x.span.start >= first.span.end]
            found = _decisive(first)
            return found + [(x, "operand") for x in rest[:1]]
    return finders.compared(focus, said, "")


def macro(focus: Focus, said: Said, _of: str) -> Found:
    """What decides whether a panicking macro is reached."""
    return finders.guarded(focus, said, "") if focus.of_kind("macro") else []


def variable(focus: Focus, said: Said, _of: str) -> Found:
    """The variable, which PHP prints with or without its sign."""
    wanted = "$" + said.get("name", "").lstrip("$")
    return [(x, "") for x in focus.of_kind("name") if x.text == wanted][:1]


def given_back(focus: Focus, _said: Said, _of: str) -> Found:
    """What a ``return`` gives: the outermost value of the line."""
    values = [x for x in focus.expressions if is_value(x)]
    return [(min(values, key=lambda x: (x.span.start, -x.span.end)), "")] if values else []


def recurring(focus: Focus, _said: Said, _of: str) -> Found:
    """What names a function that recurs on the stack, a call first; any call where none is known to."""
    calls = [x for x in focus.of_kind("call", "new") if x.base is not None]
    if not focus.again:
        return [(x.base, "") for x in calls[:1] if x.base is not None]
    named = [x.base for x in calls if x.base is not None] + focus.of_kind("member", "name")
    return [(x, "") for x in named if _PARTS.split(x.text)[-1] in focus.again][:1]


_PARTS = re.compile(r"\W+")

SPECIAL: dict[str, Callable[[Focus, Said, str], Found]] = {
    f.__name__: f
    for f in (
        asserted,
        asserted_macro,
        claimed,
        coerced,
        concatenated,
        container_of,
        dated,
        formatted,
        given_back,
        item_of_nothing,
        macro,
        map_written,
        matched,
        nothing_invoked,
        nothing_read,
        panicked,
        pointers,
        recurring,
        sent,
        shifted,
        size,
        sliced,
        unboxed,
        updated,
        variable,
        waited,
    )
}
