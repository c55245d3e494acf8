"""What Python's own functions and methods give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.python_classes import dumped, validated
from crimescene.shapes.python_web import METHODS_OF_WEB, WEB
from crimescene.shapes.values import Slot, Value, either, elements, opened, present, unknown
from crimescene.shapes.written import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

    from crimescene.shapes.python import Python
    from crimescene.shapes.values import Scope

DICT = frozenset(dir(dict))
LIST = frozenset(dir(list)) | frozenset(dir(tuple))
TEXT = frozenset(dir(str))


def _asdict(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = dumped(
        given[0] if given else unknown(), by_alias=False, made=m.make("object", node, scope, "dict")
    )
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
    source = m.gone_through(given[0], node, scope) if given else None
    for value in _n.values():
        if value.kind == "function" and source is not None:
            with m.doubting():
                m.call(value, [elements(source)], {}, None, scope)
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
    return _rows(m, [None, m.gone_through(given[0], node, scope) if given else unknown()], node, scope)


def _zip(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return _rows(m, [m.gone_through(g, node, scope) for g in given], node, scope)


def _rows(m: Python, columns: Sequence[Value | None], node: Node, scope: Scope) -> Value:
    """Return rows of a tuple each; None stands for a running number."""
    made, row = m.make("list", node, scope, "generator"), m.make("list", node, scope, "tuple")
    row.items = [elements(c) if c is not None else Value("number") for c in columns]
    lengths = [len(c.items) if c.items is not None else -1 for c in columns if c is not None]
    if lengths and min(lengths) >= 0:
        made.items = []
        for position in range(min(lengths)):
            one = m.make("list", node, scope, "tuple")
            one.items = [
                c.items[position] if c is not None and c.items else Value("number", const=str(position))
                for c in columns
            ]
            made.items.append(one)
    else:
        made.element = row
    return made


def _dumps(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return Value("text", items=given[:1])


def _loads(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    if given and not _n and given[0].kind == "text" and given[0].items:
        return written(given[0].items[0], "dict")
    return m.unseen_result(node, scope)


def _date(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    return Value("date", at=m.hop(node, scope, "made"))


def _gather(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = Value("list", at=m.hop(node, scope), style="list")
    made.items = [g.element or unknown() if g.kind == "promise" else unknown() for g in given]
    return Value("promise", at=made.at, element=made, node=node)


def _length(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    value = given[0] if given else unknown()
    m.needed(value, "len", node, scope)
    m.awaited(value, node, scope, "len")
    return Value(
        "number", const=str(len(value.items)) if value.kind == "list" and value.items is not None else None
    )


def _range(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "range")
    made.element = Value("number")
    ends = [int(g.const) for g in given if g.kind == "number" and g.const is not None and g.const.isdigit()]
    if len(ends) == len(given) and len(ends) in (1, 2) and max(ends) <= 100:  # noqa: PLR2004 -- small
        made.items = [Value("number", const=str(n)) for n in range(*ends)]
    return made


def _vars(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = m.make("object", node, scope, "dict")
    made.open = not given or given[0].kind != "object"
    for value in given[:1]:
        made.fields = {k: Slot(s.value, s.maybe) for k, s in value.fields.items()}
        made.open = made.open or value.open
    return made


def _isinstance(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    if len(given) == 2 and given[1].kind == "builtin" and given[0].kind in _KINDS:  # noqa: PLR2004 -- two
        kind, style = _KINDS[given[0].kind], given[0].style
        name = style if given[0].kind == "list" and style in ("list", "tuple", "set") else kind
        if given[0].kind == "list" and not name:
            return unknown()
        if given[0].kind == "object":
            name = "dict" if style == "dict" else ""
        if given[1].name in _KINDS.values() and name != "float":
            same = given[1].name == name
            return Value("boolean", const=str(same).lower()) if name or style == "instance" else unknown()
    return unknown()


_KINDS = {"text": "str", "object": "dict", "list": ""}


def _run(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    value = given[0] if given else unknown()
    return value.element or unknown() if value.kind == "promise" else unknown()


def _sum(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    for value in given[:1]:
        m.gone_through(value, node, scope)
    return unknown()


def _number_of(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    for value in _n.values():
        if value.kind == "function" and given:
            with m.doubting():
                m.call(value, [elements(given[0])], {}, None, scope)
    return elements(given[0]) if len(given) == 1 else unknown()


def _set(m: Python, given: list[Value], _n: dict[str, Value], node: Node, scope: Scope) -> Value:
    made = _list(m, given, _n, node, scope)
    made.style, made.element, made.items = "set", elements(made), None
    return made


_NOW = ("now", "utcnow", "today", "fromisoformat", "strptime", "fromtimestamp", "combine")
_DATES = [
    prefix + name + ending
    for prefix in ("datetime.", "datetime.datetime.")
    for name in ("datetime", "date")
    for ending in ("", *(f".{way}" for way in _NOW))
]
BUILTINS: dict[str, Callable[[Python, list[Value], dict[str, Value], Node, Scope], Value]] = {
    "dict": _dict, "list": _list, "tuple": _list, "sorted": _list, "reversed": _list, "str": _shown,
    "repr": _shown, "len": _length, "int": _number, "float": _number, "round": _number, "sum": _sum,
    "max": _number_of, "min": _number_of, "range": _range, "vars": _vars, "set": _set, "frozenset": _set,
    "print": _open, "isinstance": _isinstance, "hasattr": _open, "bool": _open, "enumerate": _enumerate,
    "zip": _zip, "any": _sum, "all": _sum, "json.dumps": _dumps, "json.loads": _loads, "asyncio.run": _run,
    "dataclasses.asdict": _asdict, "asdict": _asdict, "attrs.asdict": _asdict, "attr.asdict": _asdict,
    "copy.deepcopy": lambda _m, g, _n, _o, _s: g[0] if g else unknown(), "asyncio.gather": _gather,
    **dict.fromkeys(_DATES, _date),
}  # fmt: skip


def _get(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = given[0] if given else unknown()
    if this.kind != "object" or key.kind != "text" or key.const is None:
        return unknown()
    if len(given) > 1:
        slot = this.fields.get(key.const)
        this.reads.add(key.const)
        return slot.value if slot is not None and not slot.maybe else unknown()
    if key.const not in this.fields and not this.open and this.fields and m.looked_up(node):
        return Value("null", at=m.hop(node, scope, "finds nothing"), was="returned")
    return m.field(this, key.const, node, scope, strict=False) or unknown()


def _append(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if given:
        if m.doubt <= this.depth and this.items is not None:
            this.items.append(given[0])
        else:
            known = [this.element] if this.element is not None and this.items is None else []
            this.element, this.items = either([*known, *(this.items or ()), given[0]]), None
    return _void(m, this, given, node, scope)


def _void(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("null", at=m.hop(node, scope, "changes in place"), was="void")


def _sort(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    this.element, this.items = elements(this), None
    return _void(m, this, given, node, scope)


def _added(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    source = m.gone_through(given[0], node, scope) if given else unknown()
    if m.doubt <= this.depth and this.items is not None and source.items is not None:
        this.items += source.items
    else:
        this.element, this.items = (
            either([elements(this), elements(source)]) if this.items != [] else elements(source),
            None,
        )
    return _void(m, this, given, node, scope)


def _changes(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    opened(this)
    return unknown()


def _emptied(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    opened(this)
    return _void(m, this, given, node, scope)


def _update(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    if m.doubt > this.depth or len(given) != 1:
        this.open = True
    else:
        m.spread(this, given[0])
    return _void(m, this, given, node, scope)


def _default(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    key = m.key(given[0]) if given else None
    if key is None or len(given) != 2:  # noqa: PLR2004 -- key and value
        this.open = True
        return unknown()
    known = this.fields.get(key)
    this.fields[key] = Slot(
        either([known.value, given[1]])
        if known is not None and known.maybe
        else known.value
        if known is not None
        else given[1]
    )
    return this.fields[key].value


def _pairs(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "generator")
    this.reads.update(this.fields)
    known = not this.open and not any(s.maybe or k.startswith("#") for k, s in this.fields.items())
    rows = [(Value("text", const=k), s.value) for k, s in this.fields.items()] if known else []
    made.items = [Value("list", style="tuple", items=list(row)) for row in rows] if known else None
    held = either([s.value for s in this.fields.values()]) if this.fields and not this.open else unknown()
    made.element = Value("list", style="tuple", items=[Value("text"), held])
    return made


def _keys(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return m.gone_through(this, node, scope)


def _values(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = _pairs(m, this, given, node, scope)
    if made.items is not None:
        made.items = [row.items[1] for row in made.items if row.items]
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


def _dump(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    by_alias = "by_alias=True" in m.text(node).replace(" ", "")
    made = dumped(this, by_alias=by_alias, made=m.make("object", node, scope, "dict"))
    made.passes(m.hop(node, scope, "as a dict"))
    return made


def _dump_text(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("text", items=[_dump(m, this, given, node, scope)])


def _validate(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    source = given[0] if given else unknown()
    if source.kind == "text" and source.items:
        source = written(source.items[0], "dict")
    return validated(m, this, source, node, scope)


def _text_of(change: Callable[[str], str]) -> Callable[[Python, Value, list[Value], Node, Scope], Value]:
    def run(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
        return Value("text", const=change(this.const) if this.const is not None and not given else None)

    return run


def _split(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    made = m.make("list", node, scope, "list")
    made.element = Value("text")
    sign = given[0].const if given else None
    if this.const is not None and len(given) == (sign is not None) and sign != "":
        made.items = [Value("text", const=part) for part in this.const.split(sign)]
    return made


def _plain_text(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    for value in given:
        m.awaited(value, node, scope)
    return Value("text")


def _date_text(m: Python, this: Value, given: list[Value], node: Node, scope: Scope) -> Value:
    return Value("text", was="date", at=this.at)


BUILTINS.update(WEB)
METHODS: dict[tuple[str, str], Callable[[Python, Value, list[Value], Node, Scope], Value]] = {
    **METHODS_OF_WEB,
    ("dict", "get"): _get, ("dict", "update"): _update, ("dict", "items"): _pairs, ("dict", "keys"): _keys,
    ("dict", "values"): _values, ("dict", "copy"): _copy, ("dict", "setdefault"): _default,
    ("dict", "clear"): _emptied, ("dict", "pop"): _changes, ("dict", "popitem"): _changes,
    ("list", "append"): _append, ("list", "copy"): _copy, ("list", "sort"): _sort, ("list", "reverse"): _sort,
    ("list", "extend"): _added, ("list", "add"): _append, ("list", "pop"): _changes,
    **{("list", n): _emptied for n in ("insert", "remove", "clear", "discard")}, ("list", "update"): _added,
    ("text", "upper"): _text_of(str.upper), ("text", "lower"): _text_of(str.lower),
    ("text", "strip"): _text_of(str.strip), ("text", "title"): _text_of(str.title), ("text", "split"): _split,
    **{("text", n): _plain_text for n in ("join", "format", "replace", "encode", "rjust", "ljust", "zfill")},
    ("date", "isoformat"): _date_text, ("date", "strftime"): _date_text,
    ("record", "model_dump"): _dump, ("record", "dict"): _dump, ("record", "_asdict"): _dump,
    ("record", "model_dump_json"): _dump_text, ("record", "json"): _dump_text,
    **{("class", n): _validate for n in ("model_validate", "parse_obj", "model_validate_json", "parse_raw")},
}  # fmt: skip
_ = present
