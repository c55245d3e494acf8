"""Python's classes: what an object of one holds, and under which names it is written out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.shapes.report import nearest
from crimescene.shapes.values import Scope, Slot, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.shapes.python import Python
    from crimescene.shapes.python_statements import PythonProgram

RECORDS = ("dataclass", "define", "frozen", "mutable", "attrs")
METHODS_OF_RECORDS = frozenset(
    [
        "model_dump",
        "model_dump_json",
        "model_copy",
        "dict",
        "json",
        "copy",
        "_asdict",
        "_replace",
        "index",
        "count",
    ]
)
_BASES = {"NamedTuple": "named", "TypedDict": "typed", "BaseModel": "model", "SQLModel": "model"}
_SET = re.compile(rb"\b(?:self|cls)\.(\w+)")
_DYNAMIC = re.compile(rb"__getattr|__slots__|__dict__|setattr|__class_getitem__")


@dataclass(frozen=True, slots=True)
class Given:
    """What a class is called with; ``splat`` is the dict that named arguments come from."""

    arguments: list[Value]
    named: dict[str, Value]
    splat: Value | None
    open: bool = False


def declare(m: PythonProgram, node: Node, scope: Scope, *, record: bool) -> None:
    """Read a class: its methods, and the fields of a record."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    made = Value("class", at=m.hop(node, scope, "declared"), style="record" if record else "instance")
    made.name = m.text(name) if name is not None else ""
    made.element = Value("object", style="fields")
    _inherit(m, node, made, scope)
    inner = Scope(scope.path, scope, label=made.name, body=True)
    for part in m.parts(body) if body is not None else ():
        statement = m.parts(part)[0] if part.type == "expression_statement" and m.parts(part) else part
        if statement.type == "assignment":
            _field(m, statement, made, inner)
        elif statement.type in ("function_definition", "decorated_definition", "class_definition"):
            m.exec(statement, inner)
        elif statement.type not in ("string", "pass_statement", "ellipsis", "comment"):
            made.open = True
    source = node.text or b""
    made.open = made.open or _DYNAMIC.search(source) is not None
    made.reads.update(found.decode("utf-8", "replace") for found in _SET.findall(source))
    made.reads.update(inner.names, made.element.fields)
    for label, value in inner.names.items():
        made.fields[label] = Slot(value)
        if value.style == "decorated":
            made.open = made.open or made.style != "model"
    if made.name:
        scope.names[made.name] = made


def _inherit(m: PythonProgram, node: Node, made: Value, scope: Scope) -> None:
    holder = node.child_by_field_name("superclasses")
    for part in m.parts(holder) if holder is not None else ():
        if part.type == "keyword_argument":
            made.open = True
            continue
        base = m.eval(part, scope)
        label = m.text(part).partition("[")[0].rpartition(".")[2]
        if label in _BASES and base.kind != "class":
            made.style = _BASES[label]
        elif base.kind == "class" and base.element is not None and made.element is not None:
            made.open = made.open or base.open
            made.style = base.style if made.style == "instance" else made.style
            made.fields.update(base.fields)
            made.element.fields.update(base.element.fields)
            made.reads |= base.reads
        elif label != "object":
            made.open = True


def _field(m: PythonProgram, statement: Node, made: Value, scope: Scope) -> None:
    left, typed = statement.child_by_field_name("left"), statement.child_by_field_name("type")
    right = statement.child_by_field_name("right")
    if left is None or left.type != "identifier" or made.element is None:
        made.open = True
        return
    name = m.text(left)
    made.reads.add(name)
    if typed is None or "ClassVar" in m.text(typed):
        if name == "model_config" or (
            right is not None and right.type == "call" and made.style != "instance"
        ):
            made.open = made.open or "alias_generator" in m.text(statement) or "extra" in m.text(statement)
            made.open = made.open or name != "model_config"
        return
    default = m.eval(right, scope) if right is not None else m.declared(typed, scope)
    made.element.fields[name] = Slot(default, maybe=right is not None, alias=_alias(m, right))
    if (
        right is not None
        and right.type == "call"
        and m.text(right).startswith(("Field(", "field(", "attr", "ib("))
    ):
        required = "default" not in m.text(right) and "factory" not in m.text(right)
        required = required and not re.match(r"Field\(\s*(?!\.\.\.|\w+\s*=|\))", m.text(right))
        made.element.fields[name] = Slot(m.declared(typed, scope), maybe=not required, alias=_alias(m, right))


def _alias(m: PythonProgram, right: Node | None) -> str:
    if right is None or right.type != "call":
        return ""
    found = re.search(r"\b(?:alias|serialization_alias)\s*=\s*['\"]([^'\"]+)['\"]", m.text(right))
    return found[1] if found else ""


def instance(m: Python, owner: Value, given: Given, node: Node, scope: Scope) -> Value:
    """Return a new object of a class."""
    if owner.style == "typed" and owner.element is not None:
        made = m.make("object", node, scope, "dict")
        made.open = owner.open or given.open
        made.fields = {k: Slot(v) for k, v in given.named.items()}
        for value in given.arguments[:1]:
            m.spread(made, value)
        return made
    plain = owner.style == "instance" or (owner.style != "model" and m.member(owner, "__init__") is not None)
    made = m.make("object", node, scope, "instance" if plain or owner.element is None else "record")
    made.this = owner
    if plain or owner.element is None:
        made.open = True
        start = m.member(owner, "__init__")
        if start is not None and not given.open:
            m.call(start, [made, *given.arguments], given.named, node, scope)
        else:
            m.handed_out([*given.arguments, *given.named.values()], scope)
        return made
    fill(m, made, owner, given, node, scope)
    return made


def fill(  # noqa: PLR0917 -- all of it decides
    m: Python, made: Value, owner: Value, given: Given, node: Node, scope: Scope
) -> None:
    """Give the declared fields of a record what it is called with."""
    wanted = owner.element.fields if owner.element is not None else {}
    made.at, made.open = owner.at, owner.open
    by_alias = {slot.alias or name: name for name, slot in wanted.items()}
    for name, slot in wanted.items():
        made.fields[name] = Slot(slot.value, alias=slot.alias)
    for name, value in zip(wanted, given.arguments, strict=False):
        made.fields[name].value = value
    spare = []
    for label, value in given.named.items():
        name = by_alias.get(label) or (label if label in wanted else "")
        if name:
            made.fields[name].value = value
        else:
            spare.append(label)
    if given.splat is None or owner.open or given.open:
        return
    missing = [
        n
        for n, s in wanted.items()
        if not s.maybe and (s.alias or n) not in given.named and n not in given.named
    ]
    missing = missing[len(given.arguments) :]
    given.splat.reads.update(set(given.named) - set(spare))
    for name in missing[:1]:
        wanted_key = wanted[name].alias or name
        near, same = nearest(wanted_key, given.splat)
        m.report("case-mismatch" if same else "missing-key", given.splat, wanted_key, node, scope, near)
    if spare and not missing and owner.style == "record":
        m.report("missing-key", given.splat, spare[0], node, scope, spare[0])


def validated(m: Python, owner: Value, given: Value, node: Node, scope: Scope) -> Value:
    """Return an object of a class that checks what it is made from."""
    made = m.make("object", node, scope, "record")
    made.this = owner
    known = given.kind == "object" and given.style == "dict" and not given.open and bool(given.fields)
    known = known and not any(s.maybe for s in given.fields.values())
    named = {k: s.value for k, s in given.fields.items()} if known else {}
    fill(m, made, owner, Given([], named, given if known else None, not known), node, scope)
    return made


def dumped(value: Value, *, by_alias: bool, made: Value) -> Value:
    """Return a record as a dict, under its aliases or its names."""
    if value.kind != "object" or value.style != "record" or value.open:
        made.open = True
        return made
    made.at, made.trail = value.at, list(value.trail)
    for name, slot in value.fields.items():
        inner = slot.value
        if inner.kind == "object" and inner.style == "record":
            inner = dumped(inner, by_alias=by_alias, made=Value("object", at=inner.at, style="dict"))
        made.fields[(slot.alias if by_alias else "") or name] = Slot(inner)
    return made


_ = unknown
