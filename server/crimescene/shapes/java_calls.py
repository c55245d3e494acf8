"""What the methods of Java's own maps, lists, streams and JSON libraries give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.report import nearest
from crimescene.shapes.statements import MAX_ROUNDS
from crimescene.shapes.values import Slot, Value, either, elements, opened, truth, unknown
from crimescene.shapes.written import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.java import JavaProgram
    from crimescene.shapes.values import Scope

    Method = Callable[[JavaProgram, Value, list[Value], Node, Scope], Value]

_MAPS = frozenset({"HashMap", "LinkedHashMap", "TreeMap", "ConcurrentHashMap", "JSONObject", "JsonObject"})
_LISTS = frozenset({"ArrayList", "LinkedList", "ArrayDeque", "Vector", "CopyOnWriteArrayList"})


def created(m: JavaProgram, name: str, given: list[Value], node: Node, scope: Scope) -> Value | None:
    """Return a new map or list; None for other classes."""
    if name in _MAPS and len(given) < 2:  # noqa: PLR2004 -- none, or what it is made from
        made = m.make("object", node, scope, "dict")
        for value in given:
            if value.kind == "text" and value.items and name == "JSONObject":
                return written(value.items[0], "dict")
            made.open = value.kind not in ("object", "number") or value.open
            made.fields = {k: Slot(s.value, s.maybe) for k, s in value.fields.items()}
        return made
    if name in _LISTS and len(given) < 2:  # noqa: PLR2004
        made = m.make("list", node, scope, "list")
        source = given[0] if given else None
        made.items = [] if source is None or source.kind == "number" else None
        if source is not None and source.kind == "list":
            made.items, made.element = (
                list(source.items) if source.items is not None else None,
                source.element,
            )
        elif made.items is None:
            made.element = unknown()
        return made
    return None


def _key(given: list[Value]) -> str | None:
    return given[0].const if given and given[0].kind == "text" else None


def _put(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    m.put(this, _key(given), given[-1] if given else unknown())
    return unknown()


def _put_back(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    _put(m, this, given, node, scope)
    return this


def _get(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = _key(given)
    if key is None:
        this.reads.update(this.fields)
        return unknown()
    if key not in this.fields and not this.open and this.fields and m.looked_up(node):
        return Value("null", at=m.hop(node, scope, "finds nothing"), was="returned")
    return m.field(this, key, node, scope, strict=False) or unknown()


def _get_strict(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = _key(given)
    return (m.field(this, key, node, scope, strict=True) if key is not None else None) or unknown()


def _asked(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = _key(given)
    if key is None:
        return unknown()
    this.reads.add(key)
    slot = this.fields.get(key)
    return slot.value if slot is not None and not slot.maybe and len(given) > 1 else unknown()


def _quiet(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    this.reads.update(this.fields)
    return unknown()


def _changed(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    opened(this)
    m.handed_out(given, scope)
    return unknown()


def _map_of(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("object", node, scope, "dict")
    for key, value in zip(given[::2], given[1::2], strict=False):
        if key.kind == "text" and key.const is not None:
            made.fields[key.const] = Slot(value)
        else:
            made.open = True
    return made


def _list_of(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "list")
    made.items = list(given)
    return made


def _add(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if m.doubt <= this.depth and this.items is not None and len(given) == 1:
        this.items.append(given[0])
    else:
        known = [this.element] if this.element is not None and this.items is None else []
        this.element, this.items = either([*known, *(this.items or ()), *given[-1:]]), None
    return Value("boolean")


def _at(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    index = given[0].const if given and given[0].kind == "number" else None
    if this.items is not None and index is not None and index.isdigit() and int(index) < len(this.items):
        return this.items[int(index)]
    return elements(this)


def _same(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return this


def _each(m: JavaProgram, this: Value, given: list[Value], scope: Scope) -> list[Value] | None:
    """Return what a function gives for every element; None where these are not known."""
    function = given[0] if given else unknown()
    if function.kind != "function":
        return None
    m.called.add(m.place(function))
    if this.items is not None and len(this.items) <= MAX_ROUNDS:
        return [m.call(function, [v], {}, None, scope) for v in this.items]
    return None


def _mapped(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "list")
    made.items, made.trail = _each(m, this, given, scope), list(this.trail)
    if made.items is None:
        made.element = unknown()
        if given and given[0].kind == "function":
            with m.doubting():
                made.element = m.call(given[0], [elements(this)], {}, None, scope)
    return made


def _filtered(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = Value("list", at=this.at, style="list", element=elements(this), trail=list(this.trail))
    with m.asking():
        answers = [truth(v) for v in _each(m, this, given, scope) or [unknown()]]
    if this.items is not None and None not in answers:
        made.items = [v for v, kept in zip(this.items, answers, strict=False) if kept]
    return made


def _for_each(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    _mapped(m, this, given, node, scope)
    return unknown()


def _collected(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    given_node = node.child_by_field_name("arguments")
    text = m.text(given_node) if given_node is not None else ""
    return this if any(f"{word}(" in text for word in ("toList", "toUnmodifiableList")) else unknown()


def _equals(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    other = given[0] if given else unknown()
    known = this.kind == other.kind == "text" and this.const is not None and other.const is not None
    return Value("boolean", const=str(this.const == other.const).lower() if known else None)


def _text_of(change: Callable[[str], str]) -> Method:
    def run(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
        return Value("text", const=change(this.const) if this.const is not None and not given else None)

    return run


def _to_json(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("text", items=[_bean(given[-1])] if given else None)


def _bean(value: Value) -> Value:
    """Return an object as JSON sees it."""
    if value.kind == "object" and value.style == "instance":
        made = Value("object", at=value.at, style="dict", trail=list(value.trail))
        made.open = value.this is None or value.this.open
        made.fields = {s.alias or k: Slot(_bean(s.value), s.maybe) for k, s in value.fields.items()}
        return made
    if value.kind == "list":
        made = Value("list", at=value.at, style="list", trail=list(value.trail))
        made.items = [_bean(v) for v in value.items] if value.items is not None else None
        made.element = _bean(value.element) if value.element is not None else None
        return made
    return value


def _from_json(m: JavaProgram, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    """Read JSON, as a class or as a tree."""
    source = given[0] if given else unknown()
    if source.kind == "text" and source.items:
        source = written(source.items[0], "dict")
    elif source.kind == "object":
        source = written(_bean(source), "dict")
    holder = node.child_by_field_name("arguments")
    wanted = m.parts(holder)[-1] if holder is not None and len(m.parts(holder)) > 1 else None
    if wanted is None:
        return source if source.kind in ("object", "list") else unknown()
    owner = (
        m.class_named(m.text(wanted).removesuffix(".class"), scope)
        if wanted.type == "class_literal"
        else None
    )
    if owner is None or source.kind != "object":
        return unknown()
    made = m.make("object", node, scope, "instance")
    made.this, made.open = owner, True
    for label, name in m.written_names(owner).items():
        slot = source.fields.get(label)
        source.reads.add(label)
        if slot is None and not source.open:
            near, same = nearest(label, source)
            if near and "." not in near and near not in source.reads:
                m.report("case-mismatch" if same else "missing-key", source, label, node, scope, near)
        made.fields[name] = Slot(slot.value if slot is not None else unknown())
    return made


METHODS: dict[tuple[str, str], Method] = {
    ("dict", "put"): _put,
    ("dict", "addProperty"): _put,
    ("dict", "add"): _put_back,
    ("dict", "putIfAbsent"): _put,
    ("dict", "get"): _get,
    ("dict", "path"): _asked,
    **{
        ("dict", f"opt{t}"): _asked
        for t in ("", "String", "Int", "JSONObject", "JSONArray", "Boolean", "Double")
    },
    **{
        ("dict", f"get{t}"): _get_strict
        for t in ("String", "Int", "JSONObject", "JSONArray", "Boolean", "Double")
    },
    **{("dict", n): _asked for n in ("containsKey", "getOrDefault", "has", "hasNonNull")},
    **{
        ("dict", n): _quiet
        for n in ("size", "isEmpty", "keySet", "values", "entrySet", "toString", "hashCode")
    },
    **{("dict", n): _changed for n in ("putAll", "remove", "clear", "merge", "compute", "computeIfAbsent")},
    ("list", "add"): _add,
    ("list", "get"): _at,
    ("list", "getFirst"): _at,
    **{
        ("list", n): _same
        for n in ("stream", "toList", "iterator", "sorted", "distinct", "parallelStream", "peek")
    },
    ("list", "map"): _mapped,
    ("list", "filter"): _filtered,
    ("list", "forEach"): _for_each,
    ("list", "collect"): _collected,
    **{
        ("list", n): _quiet for n in ("size", "isEmpty", "contains", "toString", "count", "limit", "hashCode")
    },
    ("text", "equals"): _equals,
    ("text", "toUpperCase"): _text_of(str.upper),
    ("text", "toLowerCase"): _text_of(str.lower),
    ("text", "trim"): _text_of(str.strip),
    ("", "writeValueAsString"): _to_json,
    ("", "toJson"): _to_json,
    **{("", n): _from_json for n in ("readValue", "readTree", "fromJson", "convertValue")},
}
STATICS: dict[str, Method] = {
    "Map.of": _map_of,
    "List.of": _list_of,
    "Arrays.asList": _list_of,
    "List.copyOf": lambda _m, _t, given, _n, _s: given[0] if given else unknown(),
    "ResponseEntity.ok": lambda _m, _t, given, _n, _s: given[0] if given else unknown(),
    "Map.copyOf": lambda _m, _t, given, _n, _s: given[0] if given else unknown(),
    "Collections.unmodifiableList": lambda _m, _t, given, _n, _s: given[0] if given else unknown(),
    "Collections.unmodifiableMap": lambda _m, _t, given, _n, _s: given[0] if given else unknown(),
}
