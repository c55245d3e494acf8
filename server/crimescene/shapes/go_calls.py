"""What Go's own functions give back: lists, texts, and JSON by the tags of structs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.report import nearest
from crimescene.shapes.routes import VERBS, answered
from crimescene.shapes.routes import told as told_to
from crimescene.shapes.values import Slot, Value, either, elements, unknown
from crimescene.shapes.written import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from crimescene.shapes.go_expressions import GoExpressions
    from crimescene.shapes.values import Scope

    Function = Callable[[GoExpressions, list[Value], Node, Scope], Value]

_SENDS = ("JSON", "IndentedJSON", "Encode", "Write", "Decode")
QUIET = frozenset(
    [
        "fmt",
        "strings",
        "strconv",
        "log",
        "errors",
        "math",
        "time",
        "sort",
        "bytes",
        "unicode",
        "filepath",
        "path",
        "slog",
    ]
)
"""Packages whose functions change nothing that they are given."""


def _append(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "list")
    source, added = (given[0] if given else unknown()), given[1:]
    made.trail = list(source.trail)
    whole = "..." in m.text(node)[-6:]
    if source.kind == "list" and source.items is not None and not whole:
        made.items = [*source.items, *added]
    else:
        added = [elements(v) for v in added] if whole else added
        known = [elements(source)] if source.kind == "list" and source.items != [] else []
        known = [unknown()] if source.kind not in ("list", "null") else known
        made.element = either([*known, *added])
    return made


def _marshal(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value(
        "list", style="tuple", items=[Value("text", items=[tagged(given[0])] if given else None), unknown()]
    )


def tagged(value: Value) -> Value:
    """Return a value as JSON sees it: structs by their tags, without what is not exported."""
    if value.kind == "object" and value.style == "tagged":
        made = Value("object", at=value.at, style="dict", open=value.open, trail=list(value.trail))
        for name, slot in value.fields.items():
            if name[:1].isupper() and slot.alias != "-":
                made.fields[slot.alias or name] = Slot(tagged(slot.value))
        return made
    if value.kind == "list":
        made = Value("list", at=value.at, style="list", trail=list(value.trail))
        made.items = [tagged(v) for v in value.items] if value.items is not None else None
        made.element = tagged(value.element) if value.element is not None else None
        return made
    return value


def _unmarshal(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    source = given[0] if given else unknown()
    holder = node.child_by_field_name("arguments")
    target = m.parts(holder)[-1] if holder is not None and m.parts(holder) else None
    if target is None or len(given) < 2:  # noqa: PLR2004 -- data and target
        return unknown()
    known = written(source.items[0], "dict") if source.kind == "text" and source.items else unknown()
    read = _fitted(m, known, given[1], node, scope)
    operand = target.child_by_field_name("operand") if target.type == "unary_expression" else None
    if operand is not None and operand.type == "identifier":
        found = scope.find(m.text(operand))
        if found is not None:
            found.names[m.text(operand)] = read
    elif given[1].kind in ("object", "list"):
        given[1].fields, given[1].items, given[1].element = read.fields, read.items, read.element
        given[1].open = read.open or read.kind == "unknown"
    return unknown()


def _fitted(m: GoExpressions, source: Value, target: Value, node: Node, scope: Scope) -> Value:  # noqa: C901 -- one branch a kind
    """Return what a variable holds after JSON was read into it."""
    if target.kind == "list" and target.this is not None and target.this.scope is not None:
        one = m.zero(target.this.node, target.this.scope)
        made = Value("list", at=source.at, style="list", trail=list(source.trail))
        made.element = _fitted(m, elements(source), one, node, scope) if source.kind == "list" else unknown()
        return made
    if target.kind != "object" or target.style != "tagged":
        return source
    if source.kind != "object":
        target.fields = {name: Slot(unknown(), alias=slot.alias) for name, slot in target.fields.items()}
        return target
    lower = {key.lower(): key for key in source.fields}
    for name, slot in target.fields.items():
        label = slot.alias or name
        key = lower.get(label.lower(), "")
        if key:
            source.reads.add(key)
    for name, slot in target.fields.items():
        label = slot.alias or name
        key = lower.get(label.lower(), "")
        if key:
            slot.value = _fitted(m, source.fields[key].value, slot.value, node, scope)
        elif name[:1].isupper() and not source.open:
            near, same = nearest(label, source)
            if near and near not in source.reads and "." not in near:
                m.report("case-mismatch" if same else "missing-key", source, label, node, scope, near)
    for hop in source.trail:
        target.passes(hop)
    return target


def _text_of(change: Callable[[str], str]) -> Function:
    def run(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
        known = given[0].const if given and given[0].kind == "text" else None
        return Value("text", const=change(known) if known is not None else None)

    return run


def _never(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("never")


def _length(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    known = given[0].items if given and given[0].kind == "list" else None
    return Value("number", const=str(len(known)) if known is not None else None)


def _deleted(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    for value in given[:1]:
        value.open = True
    return unknown()


def _same_text(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    return given[0] if given and given[0].kind == "text" else unknown()


FUNCTIONS: dict[str, Function] = {
    "append": _append,
    "len": _length,
    "delete": _deleted,
    "string": _same_text,
    "json.Marshal": _marshal,
    "json.MarshalIndent": _marshal,
    "json.Unmarshal": _unmarshal,
    "strings.ToUpper": _text_of(str.upper),
    "strings.ToLower": _text_of(str.lower),
    "strings.TrimSpace": _text_of(str.strip),
    **dict.fromkeys(("panic", "log.Fatal", "log.Fatalf", "log.Fatalln", "os.Exit"), _never),
}


def _set(m: GoExpressions, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    m.put(this, given[0].const if given and given[0].kind == "text" else None, Value("text"))
    return unknown()


def _get(m: GoExpressions, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = given[0].const if given and given[0].kind == "text" else None
    if key is None:
        return unknown()
    return m.field(this, key, node, scope, strict=False) or unknown()


def told(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value | None:
    """Return what sending an answer gives, and note what is sent; None for other calls."""
    head = node.child_by_field_name("function")
    operand = head.child_by_field_name("operand") if head is not None else None
    label = head.child_by_field_name("field") if head is not None else None
    name = m.text(label) if label is not None else ""
    base = m.eval(operand, scope) if operand is not None and name in _SENDS else unknown()
    if base.kind != "object" or base.style != "answer":
        return None
    if name in ("JSON", "IndentedJSON") and len(given) > 1:
        _sent(base, tagged(given[1]))
    elif name == "Encode" and given:
        _sent(base, tagged(given[0]))
    elif name == "Write" and given and given[0].kind == "text" and given[0].items:
        _sent(base, given[0].items[0])
    elif name == "Decode" and base.element is not None and given:
        return _unmarshal(m, [Value("text", items=[base.element]), *given], node, scope)
    return unknown()


def _encoder(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    return given[0] if given and given[0].style == "answer" else unknown()


def _sent(made: Value, given: Value) -> None:
    told_to(made, given)


def handled(m: GoExpressions, function: Value, given: list[Value], node: Node, scope: Scope) -> None:
    """Note a handler: ``http.HandleFunc("/orders", show)``, ``r.GET("/orders", show)``."""
    head = node.child_by_field_name("function")
    label = head.child_by_field_name("field") if head is not None else None
    name = m.text(label).lower() if label is not None else ""
    path = given[0].const if given and given[0].kind == "text" else None
    if path is None or len(given) < 2 or given[-1].kind != "function":  # noqa: PLR2004 -- path and handler
        return
    verb, _, rest = path.partition(" ")
    if name == "handlefunc" and rest:
        verbs, path = [verb.lower()], rest.strip()
    elif name == "handlefunc":
        verbs = sorted(VERBS)
    else:
        verbs = [name] if name in VERBS else []

    def answer() -> Value:
        sent = Value("object", style="answer", open=True)
        with m.doubting():
            m.call(given[-1], [sent, unknown()], {}, None, scope)
        return sent.element or unknown()

    for one in verbs if path.startswith("/") else ():
        m.routes.add(one, path, answer)


def _fetched(m: GoExpressions, given: list[Value], node: Node, scope: Scope) -> Value:
    """``http.Get``: what the handler in the workspace answers."""
    where = given[0] if given else unknown()
    address = where.const or where.name if where.kind == "text" else ""
    found = m.routes.ask("get", address) if address else None
    if found is None:
        return unknown()
    held = answered(found, "dict")
    held.passes(m.hop(node, scope, f"answers get {address}"))
    made = Value("object", at=m.hop(node, scope), style="answer", element=held, open=True)
    return Value("list", style="tuple", items=[made, unknown()])


FUNCTIONS.update({"json.NewEncoder": _encoder, "json.NewDecoder": _encoder, "http.Get": _fetched})
METHODS: dict[str, Callable[[GoExpressions, Value, list[Value], Node, Scope], Value]] = {
    "Set": _set, "Add": _set, "Get": _get,
}  # fmt: skip
