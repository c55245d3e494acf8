"""What a Map, a Set and an event bus of JavaScript hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.values import Slot, Value, either, opened, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.javascript import Ecmascript
    from crimescene.shapes.values import Scope

OF_MAP = frozenset(
    [
        "get",
        "set",
        "has",
        "delete",
        "clear",
        "size",
        "forEach",
        "entries",
        "keys",
        "values",
        "add",
        "toString",
        "constructor",
    ]
)


def new_map(m: Ecmascript, label: str, given: list[Value], node: Node, scope: Scope) -> Value:
    """Return what ``new Map(…)`` makes; of a Set nothing is known but that it is one."""
    made = m.make("object", node, scope, "map")
    made.open = label != "Map"
    if given and given[0].kind != "null":
        rows = given[0].items if given[0].kind == "list" else None
        made.open = made.open or rows is None
        for row in rows or ():
            put_in(m, made, (row.items or [])[:2])
        if rows is None:
            m.handed_out(given, scope)
    return made


def put_in(m: Ecmascript, this: Value, given: list[Value]) -> None:
    """Set a key of a map."""
    if len(given) < 2:  # noqa: PLR2004 -- key and value
        this.open = True
        return
    key = given[0].const if given[0].kind in ("text", "number") else None
    if key is not None:
        before, this.style = this.style, "object"
        m.put(this, key, given[1])
        this.style = before
    else:
        this.open = True
        known = [this.element] if this.element is not None else []
        this.element = either([*known, given[1]])


def get_of(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``get``: what is not there is undefined."""
    key = given[0].const if given and given[0].kind in ("text", "number") else None
    if key is None:
        this.reads.update(this.fields)
        return unknown()
    if key not in this.fields and not this.open and m.looked_up(node):
        return Value("null", at=m.hop(node, scope, "finds nothing"), was="returned")
    return m.field(this, key, node, scope, strict=False) or (Value("null") if not this.open else unknown())


def has_in(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``has``: known where the keys are."""
    key = given[0].const if given and given[0].kind in ("text", "number") else None
    if key is None:
        return Value("boolean")
    slot = this.fields.get(key)
    sure = (slot is not None and not slot.maybe) or (slot is None and not this.open)
    return Value("boolean", const=str(slot is not None).lower() if sure else None)


def set_in(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``set`` returns the map."""
    put_in(m, this, given)
    return this


def entries_of(this: Value) -> Value:
    """Return the list of entries of a map."""
    made = Value("list", at=this.at, style="object", trail=list(this.trail))
    this.reads.update(this.fields)
    known = not this.open and not any(s.maybe for s in this.fields.values())
    rows = [(Value("text", const=k), s.value) for k, s in this.fields.items()] if known else []
    made.items = [Value("list", style="object", items=list(row)) for row in rows] if known else None
    made.element = Value("list", style="object", items=[unknown(), unknown()])
    return made


def listed(position: int | None) -> Callable[[Ecmascript, Value, list[Value], Node, Scope], Value]:
    """Return the method that lists entries, keys (0) or values (1)."""

    def run(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
        made = entries_of(this)
        if position is not None:
            if made.items is not None:
                made.items = [row.items[position] for row in made.items if row.items]
            made.element = unknown()
        return made

    return run


def each_of(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """``forEach`` hands over value and key."""
    rows = entries_of(this).items
    for row in rows if rows is not None else [Value("list", items=[unknown(), unknown()])]:
        if given and given[0].kind == "function" and row.items:
            with m.doubting():
                m.call(given[0], [row.items[1], row.items[0], this], {}, None, scope)
    return Value("null")


def emptied(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Somebody takes keys away."""
    opened(this)
    return unknown()


# --------------------------------------------------------------------------- events


def on(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Somebody wants to hear of an event."""
    if len(given) > 1 and given[0].const is not None and given[1].kind == "function":
        slot = this.fields.setdefault(f"on {given[0].const}", Slot(Value("list", items=[])))
        if slot.value.items is not None:
            slot.value.items.append(given[1])
        m.called.add(m.place(given[1]))
    else:
        m.handed_out(given, scope)
    return this


def emit(m: Ecmascript, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Everybody who listens hears of it."""
    slot = this.fields.get(f"on {given[0].const}") if given and given[0].const is not None else None
    for listener in slot.value.items or () if slot is not None else ():
        m.call(listener, given[1:], {}, node, scope)
    if slot is None:
        m.handed_out(given, scope)
    return Value("boolean")
