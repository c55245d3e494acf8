"""What Python's own functions and methods give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.values import Slot, Value, either, elements, opened, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.python import Python
    from crimescene.shapes.values import Scope

DICT = frozenset(dir(dict))
LIST = frozenset(dir(list)) | frozenset(dir(tuple))


def _asdict(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = m.make("object", node, scope, "dict")
    source = given[0] if given else unknown()
    if source.kind != "object" or source.style != "record" or source.open:
        made.open = True
        return made
    made.at = source.at
    made.fields = {k: Slot(s.value) for k, s in source.fields.items()}
    made.trail = list(source.trail)
    made.passes(m.hop(node, scope, "as a dict"))
    return made


def _dict(m: Python, given: list[Value], named: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = m.make("object", node, scope, "dict")
    for value in given:
        m.spread(made, value)
    made.fields.update({k: Slot(v) for k, v in named.items()})
    return made


def _list(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "list")
    source = given[0] if given else None
    if source is None:
        made.items = []
    elif source.kind == "list":
        made.items = list(source.items) if source.items is not None else None
        made.element, made.trail = source.element, list(source.trail)
    else:
        made.element = unknown()
    return made


def _shown(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return Value("text")


def _number(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return Value("number")


def _open(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return unknown()


def _enumerate(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made, pair = m.make("list", node, scope, "generator"), m.make("list", node, scope, "tuple")
    pair.items = [Value("number"), m.iterated(given[0], node, scope) if given else unknown()]
    made.element = pair
    return made


def _zip(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made, row = m.make("list", node, scope, "generator"), m.make("list", node, scope, "tuple")
    row.items = [m.iterated(g, node, scope) for g in given]
    made.element = row
    return made


def _run(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    value = given[0] if given else unknown()
    return value.element or unknown() if value.kind == "promise" else unknown()


Builtin = "Callable[[Python, list[Value], dict[str, Value], Node, Scope], Value]"
BUILTINS: dict[str, Callable[[Python, list[Value], dict[str, Value], Node, Scope], Value]] = {
    "dict": _dict, "list": _list, "tuple": _list, "sorted": _list, "reversed": _list, "str": _shown,
    "repr": _shown, "len": _number, "int": _number, "float": _number, "round": _number, "sum": _number,
    "print": _open, "isinstance": _open, "hasattr": _open, "bool": _open, "enumerate": _enumerate,
    "zip": _zip, "any": _open, "all": _open, "json.dumps": _shown, "asyncio.run": _run,
    "dataclasses.asdict": _asdict, "asdict": _asdict, "copy.deepcopy": lambda _m, g, _n, _o, _s: g[0],
}  # fmt: skip


def _get(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = given[0] if given else unknown()
    if this.kind != "object" or key.kind != "text" or key.const is None:
        return unknown()
    if len(given) > 1:
        slot = this.fields.get(key.const)
        this.reads.add(key.const)
        return slot.value if slot is not None and not slot.maybe else unknown()
    return m.field(this, key.const, node, scope, strict=False) or unknown()


def _append(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if this.kind == "list" and given:
        if this.items == [] or this.items is None:
            known = [this.element] if this.element is not None and this.items is None else []
            this.element, this.items = either([*known, given[0]]), None
        elif m.doubt <= this.depth and this.items is not None:
            this.items.append(given[0])
        else:
            this.element, this.items = either([*(this.items or ()), given[0]]), None
    return Value("null")


def _changes(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    opened(this)
    return unknown()


def _update(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if m.doubt > this.depth or this.kind != "object" or len(given) != 1:
        this.open = True
    else:
        m.spread(this, given[0])
    return Value("null")


def _pairs(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "generator")
    if this.kind == "object" and not this.open and this.fields:
        value = either([s.value for s in this.fields.values()])
    else:
        value = unknown()
    pair = m.make("list", node, scope, "tuple")
    pair.items = [Value("text"), value]
    made.element = pair
    return made


def _values(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = _pairs(m, this, given, node, scope)
    pair = made.element
    made.element = pair.items[1] if pair is not None and pair.items else unknown()
    return made


def _copy(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if this.kind == "object":
        made = m.make("object", node, scope, this.style)
        m.spread(made, this)
        made.at = this.at
        return made
    return _list(m, [this], {}, node, scope) if this.kind == "list" else unknown()


METHODS: dict[str, Callable[[Python, Value, list[Value], Node, Scope], Value]] = {
    "get": _get, "append": _append, "update": _update, "items": _pairs, "values": _values, "copy": _copy,
    **dict.fromkeys(("setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "add"), _changes),
}  # fmt: skip
_ = elements
