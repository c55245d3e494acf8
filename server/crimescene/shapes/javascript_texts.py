"""What JavaScript's methods of texts, numbers and dates give back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.javascript import Ecmascript
    from crimescene.shapes.values import Scope


def upper(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return Value("text", const=this.const.upper() if this.const is not None else None)


def lower(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return Value("text", const=this.const.lower() if this.const is not None else None)


def replace(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Replace in a text that is known by a pattern that means the same in Python."""
    pattern = given[0].const if given and given[0].kind == "regex" else None
    if this.const is None or pattern is None or len(pattern) > 40 or len(this.const) > 80:  # noqa: PLR2004
        return Value("text")
    body, _, flags = pattern[1:].rpartition("/")
    if not re.fullmatch(r"(?:[\w_\-]|\\[wdsWDSb]|\[[\w\-]+\]|[()])+\+?", body) or len(given) != 2:  # noqa: PLR2004
        return Value("text")
    try:
        compiled = re.compile(body, re.ASCII)
    except re.error:
        return Value("text")
    parts, last = [], 0
    for found in list(compiled.finditer(this.const))[: None if "g" in flags else 1]:
        groups = [Value("text", const=g) for g in (found[0], *found.groups())]
        new = given[1]
        if new.kind == "function":
            new = m.call(new, groups, {}, None, scope)
        if new.kind != "text" or new.const is None or "$" in new.const:
            return Value("text")
        parts += [this.const[last : found.start()], new.const]
        last = found.end()
    return Value("text", const="".join([*parts, this.const[last:]]))


def plain_text(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return Value("text")


def split(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    made = m.make("list", node, scope, "object")
    made.element = Value("text")
    sign = given[0].const if len(given) == 1 and given[0].kind == "text" else None
    if this.const is not None and sign:
        made.items = [Value("text", const=part) for part in this.const.split(sign)]
    return made


def digits(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return Value("text", const=this.const if not given else None)


def own_text(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return this


def dated(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Give back what the method does."""
    return Value("text", was="date", at=this.at)


TEXTS: dict[tuple[str, str], Callable[[Ecmascript, Value, list[Value], Node, Scope], Value]] = {
    ("number", "toString"): digits,
    ("text", "toString"): own_text,
    ("date", "toISOString"): dated,
    ("date", "toJSON"): dated,
    ("text", "split"): split,
    ("text", "toUpperCase"): upper,
    ("text", "toLowerCase"): lower,
    ("text", "replace"): replace,
    ("text", "trim"): plain_text,
}
