"""What JavaScript's own functions and methods give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.javascript_arrays import LISTS
from crimescene.shapes.javascript_maps import each_of, emit, emptied, get_of, has_in, listed, on, set_in
from crimescene.shapes.javascript_texts import TEXTS
from crimescene.shapes.javascript_web import METHODS_OF_WEB, WEB
from crimescene.shapes.values import Slot, Value, came_from, either, elements, opened, unknown
from crimescene.shapes.written import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.javascript import Ecmascript
    from crimescene.shapes.values import Scope

OBJECT = frozenset(
    ["hasOwnProperty", "toString", "valueOf", "constructor", "isPrototypeOf", "toLocaleString", "toJSON"]
)
PROMISE = frozenset(("then", "catch", "finally"))


def _same(_m: Ecmascript, given: list[Value], _node: Node, _scope: Scope) -> Value:
    return given[0] if given else Value("null")


def _state(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "object")
    first = given[0] if given else unknown()
    if first.kind == "function":
        first = m.call(first, [], {}, node, scope)
    if first.kind not in ("object", "list") or (first.kind == "list" and first.items == []):
        first = unknown()  # what it starts with is replaced later
    made.items = [first, unknown()]
    return made


def _memo(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    return m.call(given[0], [], {}, node, scope) if given else unknown()


def _text(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    kinds = ("object", "list", "promise")
    return Value("text", items=[given[0]]) if given and given[0].kind in kinds else Value("text")


def _as_text(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    for value in given[:1]:
        m.awaited(value, node, scope)
    return Value("text", const=given[0].const if given and given[0].kind in ("text", "number") else None)


def _number(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    known = given[0].const if given and given[0].kind in ("text", "number") else None
    return Value("number", const=known if known is not None and known.isdigit() else None)


def _parsed(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    if len(given) == 1 and given[0].kind == "text" and given[0].items:
        return written(given[0].items[0], "object")
    return m.unseen_result(node, scope)


def _is_array(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    kind = given[0].kind if given else "unknown"
    vague = kind in ("unknown", "union", "builtin", "method")
    return Value("boolean", const=None if vague else str(kind == "list").lower())


def _entries(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "object")
    source = given[0] if given else unknown()
    source.reads.update(source.fields)
    if source.kind != "object" or source.open or any(s.maybe for s in source.fields.values()):
        pair = m.make("list", node, scope, "object")
        pair.items = [Value("text"), unknown()]
        made.element = pair
        return made
    came_from(made, source)
    made.items = []
    for key, slot in source.fields.items():
        pair = m.make("list", node, scope, "object")
        pair.items = [Value("text", const=key), slot.value]
        made.items.append(pair)
    return made


def query(label: str, given: Value) -> Value | None:
    """Return the parameters of a query that are made from an object, or stand in an address."""
    if label == "URL":
        written = given.items if given.kind == "text" and given.was == "query" else None
        return Value("object", style="url", element=written[0]) if written else None
    if given.kind == "text" and given.was == "query" and given.items:
        return given.items[0]
    if given.kind != "object" or given.style != "object":
        return None
    made = Value("object", style="query", at=given.at, open=given.open, trail=list(given.trail))
    for key, slot in given.fields.items():
        was = "number" if slot.value.kind == "number" else ""
        const = slot.value.const if slot.value.kind in ("text", "number") else None
        made.fields[key] = Slot(Value("text", was=was, key=key, at=given.at, const=const), slot.maybe)
    return made


def _asked(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``get`` of a query; what is not there is null."""
    key = given[0] if given else unknown()
    if this.style != "query" or key.kind != "text" or key.const is None:
        return unknown()
    return m.field(this, key.const, node, scope, strict=False) or unknown()


def _put(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if this.style == "query" and len(given) == 2:  # noqa: PLR2004 -- key and value
        m.put(this, given[0].const if given[0].kind == "text" else None, Value("text"))
    else:
        m.handed_out([this, *given], scope)
    return unknown()


def _from_entries(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("object", node, scope, "object")
    source = given[0] if given else unknown()
    if source.kind == "object" and source.style == "query":
        made.at, made.trail, made.open = source.at, list(source.trail), source.open
        made.fields = {key: Slot(slot.value, slot.maybe) for key, slot in source.fields.items()}
        return made
    made.before = list(source.before)
    for pair in source.items if source.kind == "list" and source.items is not None else [unknown()]:
        key = pair.items[0] if pair.kind == "list" and pair.items else unknown()
        if key.kind == "text" and key.const is not None and pair.items is not None:
            made.fields[key.const] = Slot(pair.items[-1])
        else:
            made.open = True
    return made


def _keys(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    for value in given[:1]:
        value.reads.update(value.fields)
    made = m.make("list", node, scope, "object")
    made.element = Value("text")
    return made


def _values(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    made = _entries(m, given, node, scope)
    if made.items is not None:
        made.items = [p.items[1] for p in made.items if p.items]
    else:
        made.element = unknown()
    return made


def _assign(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    if not given or given[0].kind != "object" or m.doubt > given[0].depth:
        for value in given[:1]:
            opened(value)
        return given[0] if given else unknown()
    for value in given[1:]:
        m.spread(given[0], value)
    return given[0]


def _nothing(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("null")


def _resolved(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    value = given[0] if given else Value("null")
    return (
        value
        if value.kind == "promise"
        else Value("promise", at=m.hop(node, scope), element=value, node=node)
    )


def _all(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    made = Value("list", style="object", at=m.hop(node, scope))
    source = given[0] if given else unknown()
    if source.kind == "list" and source.items is not None:
        made.items = [v.element or unknown() if v.kind == "promise" else v for v in source.items]
    else:
        inner = elements(source)
        made.element = inner.element or unknown() if inner.kind == "promise" else unknown()
    return Value("promise", at=made.at, element=made, node=node)


def _gone(m: Ecmascript, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("never")


GLOBALS: dict[str, Callable[[Ecmascript, list[Value], Node, Scope], Value]] = {
    **WEB, "process.exit": _gone, "process.abort": _gone,
    "structuredClone": _same, "Object.freeze": _same, "Object.seal": _same, "useState": _state,
    "useMemo": _memo, "JSON.stringify": _text, "JSON.parse": _parsed, "String": _as_text, "Number": _number,
    "parseInt": _number, "parseFloat": _number,
    "Array.isArray": _is_array, "Object.entries": _entries, "Object.fromEntries": _from_entries,
    "Object.keys": _keys, "Object.values": _values, "Object.assign": _assign, "console.log": _nothing,
    "console.error": _nothing, "console.debug": _nothing, "console.warn": _nothing, "console.info": _nothing,
    "Promise.resolve": _resolved, "Promise.all": _all, "memo": _same, "forwardRef": _same,
    "useCallback": _same,
}  # fmt: skip


def _then(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    inner = this.element or unknown()
    found = m.call(given[0], [inner], {}, None, scope) if given and given[0].kind == "function" else unknown()
    found = found.element or unknown() if found.kind == "promise" else found
    return Value("promise", at=this.at, element=found, node=this.node)


def _same_promise(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("promise", at=this.at, element=unknown(), node=this.node)


def _resolve(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    value = given[0] if given else Value("null", at=m.hop(node, scope, "resolves to nothing"), was="void")
    value = value.element or unknown() if value.kind == "promise" else value
    this.element = value if this.element is None else either([this.element, value])
    return unknown()


def _own(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return unknown()


def _called(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return m.call(this, given[1:], {}, node, scope)


METHODS: dict[tuple[str, str], Callable[[Ecmascript, Value, list[Value], Node, Scope], Value]] = {
    **METHODS_OF_WEB,
    **TEXTS,
    **LISTS,
    ("object", "get"): _asked,
    ("object", "set"): _put,
    ("object", "append"): _put,
    ("map", "get"): get_of,
    ("map", "set"): set_in,
    ("map", "has"): has_in,
    ("map", "forEach"): each_of,
    ("map", "entries"): listed(None),
    ("map", "keys"): listed(0),
    ("map", "values"): listed(1),
    ("map", "delete"): emptied,
    ("map", "clear"): emptied,
    ("map", "add"): set_in,
    **{("bus", n): on for n in ("on", "once", "addListener")},
    ("bus", "emit"): emit,
    ("promise", "resolve"): _resolve,
    ("promise", "then"): _then,
    ("promise", "catch"): _same_promise,
    ("promise", "finally"): _same_promise,
    ("object", "hasOwnProperty"): _own,
    ("function", "call"): _called,
}
