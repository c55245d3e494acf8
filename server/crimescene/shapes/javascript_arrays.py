"""What the methods of JavaScript's arrays give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.statements import MAX_ROUNDS
from crimescene.shapes.values import Value, either, elements, opened, truth, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.javascript import Ecmascript
    from crimescene.shapes.values import Scope

ARRAY = frozenset(
    {
        "at", "concat", "constructor", "copyWithin", "entries", "every", "fill", "filter", "find",
        "findIndex", "findLast", "findLastIndex", "flat", "flatMap", "forEach", "includes", "indexOf",
        "join", "keys", "lastIndexOf", "length", "map", "pop", "push", "reduce", "reduceRight",
        "reverse", "shift", "slice", "some", "sort", "splice", "toLocaleString", "toReversed",
        "toSorted", "toSpliced", "toString", "unshift", "values", "with",
    }
)  # fmt: skip


def _each(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> list[Value]:
    function = given[0] if given else unknown()
    m.called |= {m.place(function)} if function.kind == "function" else set()
    sources = this.items if this.items is not None and len(this.items) <= 12 else [elements(this)]  # noqa: PLR2004
    found = []
    for value in sources:
        if function.kind != "function":
            found.append(unknown())
            continue
        if this.items is None:
            with m.doubting():
                found.append(m.call(function, [value, Value("number"), this], {}, None, scope))
        else:
            found.append(m.call(function, [value, Value("number"), this], {}, None, scope))
    return found


def _map(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "object")
    results = _each(m, this, given, node, scope)
    made.trail, made.before = list(this.trail), list(this.before)
    if this.items is not None and len(results) == len(this.items):
        made.items = results
    else:
        made.element = either(results)
    return made


def _for_each(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    _each(m, this, given, node, scope)
    return Value("null", at=m.hop(node, scope, "gives nothing back"), was="void")


def _filter(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    with m.asking():
        answers = [truth(v) for v in _each(m, this, given, node, scope)]
    made = Value("list", at=this.at, style="object", element=elements(this), trail=list(this.trail))
    if this.items is not None and len(answers) == len(this.items) and None not in answers:
        made.items = [v for v, kept in zip(this.items, answers, strict=True) if kept]
    return made


def _kept(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    _each(m, this, given, node, scope)
    made = Value("list", at=this.at, style="object", trail=list(this.trail))
    sorts = "ort(" in m.text(node)
    made.items = list(this.items) if this.items is not None and not (given or sorts) else None
    made.element = elements(this)
    return made


def _find(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    answers = [truth(v) for v in _each(m, this, given, node, scope)]
    if this.items is None or len(answers) != len(this.items):
        return unknown()
    for value, fits in zip(this.items, answers, strict=True):
        if fits is None:
            return unknown()
        if fits:
            return value
    return Value("null", at=m.hop(node, scope, "finds nothing"), was="returned")


def _some(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    _each(m, this, given, node, scope)
    return Value("boolean")


def _flat(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "object")
    made.element = either(
        [elements(v) if v.kind == "list" else v for v in _each(m, this, given, node, scope)]
    )
    return made


def _reduce(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    function, items = given[0] if given else unknown(), this.items
    if function.kind != "function" or len(given) < 2:  # noqa: PLR2004 -- with a start
        _each(m, this, [], node, scope)
        with m.doubting():
            m.handed_out(given[:1], scope)
        return unknown()
    total = given[1]
    m.called.add(m.place(function))
    if items is not None and len(items) <= MAX_ROUNDS:
        for item in items:
            total = m.call(function, [total, item, Value("number")], {}, None, scope)
        return total
    with m.doubting():
        after = m.call(function, [total, elements(this), Value("number")], {}, None, scope)
    return either([total, after])


def _push(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if this.items is not None and m.doubt <= this.depth:
        this.items += given
    else:
        known = [*(this.items or ()), *([this.element] if this.element is not None else ()), *given]
        this.items, this.element = None, either(known)
    return Value("number")


def _changed(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    opened(this)
    return unknown()


def _joined(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "object")
    made.element = either([elements(this), *(elements(v) if v.kind == "list" else v for v in given)])
    return made


def _flattened(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made, inner = m.make("list", node, scope, "object"), elements(this)
    made.element = elements(inner) if inner.kind == "list" else inner
    return made


LISTS: dict[tuple[str, str], Callable[[Ecmascript, Value, list[Value], Node, Scope], Value]] = {
    ("list", "map"): _map,
    ("list", "forEach"): _for_each,
    ("list", "filter"): _filter,
    **{("list", name): _kept for name in ("slice", "sort", "reverse", "toSorted")},
    **{("list", name): _find for name in ("find", "findLast")},
    **{("list", name): _some for name in ("some", "every")},
    ("list", "reduce"): _reduce,
    ("list", "flatMap"): _flat,
    ("list", "concat"): _joined,
    ("list", "flat"): _flattened,
    ("list", "push"): _push,
    ("list", "join"): lambda *_: Value("text"),
    ("list", "includes"): lambda *_: Value("boolean"),
    **{("list", name): _changed for name in ("splice", "shift", "pop", "unshift", "fill")},
}
