"""How to find the culprit on the crash line: what the rules of the tables name.

Each finder takes the crash line, what the message said and the rule's restriction to calls, and returns
expressions with their role, the likeliest first; an empty list hands over to the next one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.suspects.focus import is_value, normal
from crimescene.suspects.rules import compiled
from crimescene.syntax import expressions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crimescene.suspects.focus import Focus
    from crimescene.syntax.expressions import Expression

    Said = Mapping[str, str]
    Found = list[tuple[Expression, str]]

_EMPTY = re.compile(r"None|null|nil|undefined|NoneType|NilClass", re.IGNORECASE)


def _main(found: list[Expression]) -> Found:
    return [(x, "") for x in found[:2]]


def _literal(x: Expression) -> str | None:
    """The text of a literal without its quotes; None for what is none."""
    return x.text.strip("'\"`:") if x.kind == "literal" else None


def base(focus: Focus, said: Said, _of: str) -> Found:
    """What the named member is taken from."""
    name = said.get("name", "")
    members = [x for x in focus.of_kind("member") if x.base is not None and not is_optional(x)]
    # A decorated or mangled name is printed (`_Order__total`, `total=`), which the source has otherwise.
    bare = re.sub(r"^_[A-Za-z]\w*?(?=__)|=$", "", name)
    named = [x for x in members if x.name in (name, bare)] if name else members
    return [(x.base, "") for x in named[:1] if x.base is not None]


def is_optional(x: Expression) -> bool:
    """``a?.b`` and its kin never fail on nothing."""
    assert x.base is not None  # noqa: S101 -- for type checkers: members have one
    return b"?" in x.source[x.base.span.end : x.anchor]


def member(focus: Focus, said: Said, _of: str) -> Found:
    """The named member with what it is taken from: ``Color.PINK`` itself is wrong."""
    named = [x for x in focus.of_kind("member") if x.name == said.get("name")]
    return [(x, "") for x in named[:1]]


def quoted(focus: Focus, said: Said, _of: str) -> Found:
    """The expression whose text the message prints."""
    text = normal(said.get("text", ""))
    if not text:
        return []
    values = [x for x in focus.expressions if is_value(x) or x.kind == "literal"]
    same = [x for x in values if normal(x.text) == text]
    if not same:  # `this.` is printed or not, and so is the class of a static field
        last = re.split(r"\.|->", text)[-1]
        same = [x for x in values if normal(x.text).endswith(("." + last, "->" + last)) or x.text == last]
    return _main(focus.nearest(same)[:1])


def returned(focus: Focus, said: Said, _of: str) -> Found:
    """The call of the function that the message prints with its class and types."""
    name = re.split(r"[.:#]", re.sub(r"\(.*", "", said.get("call", "")))[-1]
    calls = [x for x in focus.of_kind("call", "new") if x.name == name]
    return _main(calls[:1])


def subscript(focus: Focus, said: Said, _of: str) -> Found:
    """What is indexed, and by what; the printed key or index tells which of several."""
    chosen = _subscripts(focus, said)
    if not chosen:
        return []
    x = chosen[0]
    found = [(x.base, "")] if x.base is not None else []
    parts = [y for part in x.parts for y in (part.parts if part.kind == "slice" else (part,))]
    return found + [(part, "key") for part in parts if is_value(part)]


def key(focus: Focus, said: Said, _of: str) -> Found:
    """By what is indexed, then what."""
    found = subscript(focus, said, "")
    return [(x, "") for x, role in found if role == "key"] + [(x, "base") for x, role in found if not role]


def _subscripts(focus: Focus, said: Said) -> list[Expression]:
    found = focus.of_kind("index", "slice")
    found = [x for x in found if x.base is not None]
    wanted = said.get("key", said.get("index"))
    if wanted is not None:
        bare = wanted.strip("'\"`:")
        equal = [x for x in found if any(_literal(part) == bare for part in x.parts)]
        literal = [x for x in found if all(part.kind == "literal" for part in x.parts)]
        open_ones = [x for x in found if x not in equal and x not in literal]
        if focus.marks is None and focus.at is None:
            # Of nested ones with unknown keys the last is the deepest look into the data.
            found = equal or (open_ones[::-1] if "key" in said else open_ones)
        elif found and found[0] not in equal and found[0] not in open_ones:
            found = equal or open_ones
    return found


def callee(focus: Focus, said: Said, of: str) -> Found:
    """What is called."""
    calls = _calls(focus, said.get("call", ""), of)
    return [(x.base, "") for x in calls[:1] if x.base is not None]


def _calls(focus: Focus, name: str, of: str, kinds: tuple[str, ...] = ("call", "new")) -> list[Expression]:
    calls = focus.of_kind(*kinds)
    if of:
        calls = [x for x in calls if compiled(of).fullmatch(x.name or (x.base.text if x.base else ""))]
    if name:
        last = re.split(r"[.:#>]", name)[-1]
        named = [x for x in calls if last in (x.name, x.base.text if x.base is not None else "")]
        calls = named or ([] if of else calls)
    return calls


def argument(focus: Focus, said: Said, of: str) -> Found:
    """What the call is given; the printed number says which, and a printed value that is written there."""
    calls = [x for x in _calls(focus, said.get("call", ""), of) if x.parts]
    for call in calls:
        parts = list(call.parts)
        number = said.get("number", "")
        if number.isdecimal() and 0 < int(number) <= len(parts):
            parts = [parts[int(number) - 1], *parts]
        values = [_inside(x) for x in parts]
        values = [x for x in values if is_value(x)] or values
        if values:
            return [(values[0], ""), *((x, "argument") for x in values[1:])]
    return []


def last_argument(focus: Focus, said: Said, of: str) -> Found:
    """What the call is given, the last first: the data of ``re.match(pattern, text)``."""
    found = argument(focus, said, of)[::-1]
    return [(x, "" if n == 0 else "argument") for n, (x, _) in enumerate(found)]


def _inside(x: Expression) -> Expression:
    """The value of a keyword argument or of a spread one."""
    return x.base if x.kind in ("keyword", "spread") and x.base is not None else x


def receiver(focus: Focus, said: Said, of: str) -> Found:
    """The object whose method is called, then what it is given."""
    for call in _calls(focus, said.get("call", ""), of, ("call",)):
        target = call.base.base if call.base is not None and call.base.kind == "member" else None
        if target is not None and target.kind != "literal":
            return [(target, ""), *((_inside(x), "argument") for x in call.parts if is_value(_inside(x)))]
    return []


def operand(focus: Focus, said: Said, _of: str) -> Found:
    """The operand whose type the message does not like."""
    found = focus.of_kind("binary", "update", "logic")
    operator = said.get("operator", "")
    named = [x for x in found if x.name in (operator, f"{operator}=")] if operator else found
    for x in named or found:
        left, right = x.base, x.parts[0] if x.parts else None
        if left is None or right is None:
            continue
        bad_left, bad_right = (_is_unfit(said.get(side, ""), operator) for side in ("left", "right"))
        first = right if (bad_right and not bad_left) or said.get("side") == "right" else left
        if not bad_left and not bad_right and not is_value(first):
            first = right if first is left else left
        ordered = [first, right if first is left else left]
        return [(y, "" if n == 0 else "operand") for n, y in enumerate(ordered) if is_value(y)]
    return unary(focus, said, "")


_TEXT = re.compile(r"(?:str|bytes|string|String)")
_OF_TEXT = frozenset({"", "+", "*", "%", "<", ">", "<=", ">=", "==", "in"})
"""Operators that text has in some language: beside any other the text is what is wrong."""


def _is_unfit(kind: str, operator: str) -> bool:
    """Whether an operand of that type can be no operand of the operator at all."""
    text = bool(_TEXT.fullmatch(kind)) and operator.rstrip("=") not in _OF_TEXT
    return text or bool(_EMPTY.fullmatch(kind))


def unary(focus: Focus, _said: Said, _of: str) -> Found:
    """The operand of a sign."""
    return [(x.base, "") for x in focus.of_kind("unary")[:1] if x.base is not None]


_DIVIDES = ("/", "%", "//", "/=", "%=", "//=", "div")


def divisor(focus: Focus, _said: Said, _of: str) -> Found:
    """What is divided by: not a number written out, which is seen not to be zero."""
    found = [x for x in focus.of_kind("binary", "update", "assign") if x.name in _DIVIDES and x.parts]
    parts = [x.parts[0] for x in found]
    return _main([x for x in parts if is_value(x)][:1])


def right_argument(focus: Focus, said: Said, of: str) -> Found:
    """The last argument of a call that divides: ``divmod(a, b)``, ``intdiv($a, $b)``."""
    return last_argument(focus, said, of)


def iterated(focus: Focus, _said: Said, _of: str) -> Found:
    """What is iterated over, spread or taken apart."""
    found: list[Expression] = []
    for x in focus.of_kind("iterate", "spread", "assign"):
        if x.kind == "iterate" or (x.kind == "assign" and x.base is not None and x.base.kind == "pattern"):
            found += x.parts[:1]
        elif x.kind == "spread" and x.base is not None:
            found.append(x.base)
    return _main(focus.nearest([x for x in found if is_value(x)])[:1]) if found else []


def unpacked(focus: Focus, _said: Said, _of: str) -> Found:
    """What is taken apart."""
    for x in focus.of_kind("assign", "iterate"):
        if x.base is not None and x.base.kind == "pattern" and x.parts:
            if len(x.parts) == 1 and x.parts[0].kind == "display" and len(x.parts[0].parts) == 1:
                return _main([x.parts[0].parts[0]])
            return _main([x.parts[0]])
    return []


def container(focus: Focus, _said: Said, _of: str) -> Found:
    """What is searched by ``in``."""
    found = [x for x in focus.of_kind("binary") if x.name in ("in", "not in", "not") and x.parts]
    return [(x.parts[-1], "") for x in found[:1]]


def name(focus: Focus, said: Said, _of: str) -> Found:
    """The name itself."""
    wanted = said.get("name", "")
    return _main([x for x in focus.of_kind("name", "member") if x.text == wanted][:1])


def cast(focus: Focus, said: Said, _of: str) -> Found:
    """What is taken to be of another type."""
    found = [x for x in focus.of_kind("cast") if x.base is not None]
    short = re.split(r"[.$/]", said.get("type", ""))[-1]
    named = [x for x in found if short and short in x.name]
    return [(x.base, "") for x in (named or found)[:1] if x.base is not None]


def awaited(focus: Focus, _said: Said, _of: str) -> Found:
    """What is awaited."""
    return [(x.base, "") for x in focus.of_kind("await")[:1] if x.base is not None]


def switched(focus: Focus, _said: Said, _of: str) -> Found:
    """What a switch decides by."""
    return [(x.base, "") for x in focus.of_kind("switch")[:1] if x.base is not None]


def locked(focus: Focus, _said: Said, _of: str) -> Found:
    """What a block is synchronized on."""
    return [(x.base, "") for x in focus.of_kind("lock")[:1] if x.base is not None]


def entered(focus: Focus, _said: Said, _of: str) -> Found:
    """What a ``with`` enters."""
    return [(x.base, "") for x in focus.of_kind("enter")[:1] if x.base is not None]


def target(focus: Focus, _said: Said, _of: str) -> Found:
    """What is assigned to."""
    found = [x for x in focus.of_kind("assign", "update", "delete") if x.base is not None]
    return [(x.base, "") for x in found[:1] if x.base is not None]


def target_base(focus: Focus, said: Said, _of: str) -> Found:
    """What holds the item or member that is assigned to."""
    for x, _ in target(focus, said, ""):
        if x.base is not None:
            return [(x.base, ""), *((part, "key") for part in x.parts if is_value(part))]
    return []


def assigned(focus: Focus, _said: Said, _of: str) -> Found:
    """The value that is assigned."""
    return [(x.parts[0], "") for x in focus.of_kind("assign")[:1] if x.parts and is_value(x.parts[0])]


def thrown(focus: Focus, _said: Said, _of: str) -> Found:
    """What a ``throw`` is given."""
    return [(x.base, "") for x in focus.of_kind("throw")[:1] if x.base is not None]


def shown(focus: Focus, _said: Said, _of: str) -> Found:
    """What is put into a string."""
    return [(x.base, "") for x in focus.of_kind("interpolation")[:1] if x.base is not None]


def guarded(focus: Focus, _said: Said, _of: str) -> Found:
    """What the conditions around a ``throw`` ask for: they say why it was reached."""
    first, last = focus.line
    text = focus.outline.source[first:last]
    at = first + len(text) - len(text.lstrip())
    asked = expressions.conditions_around(focus.outline, at, focus.function.span)
    found: dict[str, Expression] = {}
    for condition in asked:
        for x in condition:
            if is_value(x) and x.kind in ("name", "member", "call", "index"):
                found.setdefault(x.text, x)
    inner = {y.text for x in found.values() for y in (x.base, *x.parts) if y is not None}
    outer = [x for x in found.values() if x.text not in inner]
    return [(x, "" if n == 0 else "condition") for n, x in enumerate(outer)]


def extended(focus: Focus, _said: Said, _of: str) -> Found:
    """The class that another one extends."""
    return [(x.base, "") for x in focus.of_kind("extends")[:1] if x.base is not None]


def slot(focus: Focus, _said: Said, _of: str) -> Found:
    """The key of a display, or the value that is put among others: what must be hashable."""
    keys = [x.base for x in focus.of_kind("pair") if x.base is not None and is_value(x.base)]
    return _main(focus.nearest([x for x in keys if x is not None])[:1])


def compared(focus: Focus, _said: Said, _of: str) -> Found:
    """Both sides of a comparison, the one that is no literal first."""
    for x in focus.of_kind("binary"):
        sides = [y for y in (x.base, *x.parts[:1]) if y is not None and is_value(y)]
        if sides:
            return [(y, "" if n == 0 else "operand") for n, y in enumerate(sides)]
    return []


FINDERS: dict[str, Callable[[Focus, Said, str], Found]] = {
    f.__name__: f
    for f in (
        argument,
        assigned,
        awaited,
        base,
        callee,
        cast,
        compared,
        container,
        divisor,
        entered,
        extended,
        guarded,
        iterated,
        key,
        last_argument,
        locked,
        member,
        name,
        operand,
        quoted,
        receiver,
        returned,
        right_argument,
        shown,
        slot,
        subscript,
        switched,
        target,
        target_base,
        thrown,
        unary,
        unpacked,
    )
}
