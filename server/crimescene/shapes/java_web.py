"""What the handlers of Spring in Java answer: by their annotations, and as Jackson writes it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.values import Slot, Value, elements, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.shapes.java import JavaProgram
    from crimescene.shapes.values import Scope

_MAPPING = re.compile(r"@(Get|Post|Put|Patch|Delete|Request)Mapping\b(?:\s*\(([^)]*)\))?")
_CONTROLLER = re.compile(r"@(?:Rest)?Controller\b")
_TEXT = re.compile(r"\"([^\"]*)\"")
_VERB = re.compile(r"RequestMethod\.(\w+)")
_GIVES_ALL = re.compile(r"@(?:Data|Value|Getter)\b")
_CHANGES = re.compile(r"@(?:Json(?!Property\b)\w+|JsonNaming)\b")
_LISTS = ("List", "Set", "Collection", "Iterable", "Flux")
_HOLDS = ("ResponseEntity", "Optional", "Mono", "CompletableFuture")
_DEEP = 5


def note_handlers(m: JavaProgram, owner: Value) -> None:
    """Note the methods of a controller that answer requests."""
    if owner.node is None or owner.scope is None:
        return
    head = _modifiers(m, owner.node)
    if not _CONTROLLER.search(head):
        return
    prefix = _MAPPING.search(head)
    above = _TEXT.search(prefix[2] or "") if prefix is not None else None
    for slot in owner.fields.values():
        method = slot.value
        if method.kind != "function" or method.node is None or method.open:
            continue
        found = _MAPPING.search(_modifiers(m, method.node))
        if found is None:
            continue
        path, verb = _TEXT.search(found[2] or ""), _VERB.search(found[2] or "")
        address = f"{above[1] if above else ''}/{path[1] if path else ''}"
        asked = found[1].lower() if found[1] != "Request" else verb[1].lower() if verb else "get"
        m.routes.add(asked, address, lambda method=method: _answer(m, owner, method))  # type: ignore[misc]


def _modifiers(m: JavaProgram, node: Node) -> str:
    return " ".join(m.text(c) for c in node.children if c.type == "modifiers")


def _answer(m: JavaProgram, owner: Value, method: Value) -> Value:
    scope = owner.scope
    if scope is None or method.node is None:
        return unknown()
    with m.doubting():
        bound = Value("function", node=method.node, scope=method.scope, name=method.name, at=method.at)
        bound.this = Value("object", style="instance", this=owner, open=True, at=owner.at)
        result = _written(m, m.call(bound, [unknown()] * 8, {}, None, scope))
    if result.kind not in ("object", "list"):
        return declared(m, method.node.child_by_field_name("type"), scope)
    return result


def _written(m: JavaProgram, value: Value, depth: int = 0) -> Value:
    """Return a value as Jackson writes it: records and beans by the names of their properties."""
    if depth > _DEEP:
        return unknown()
    if value.kind == "list":
        made = Value("list", at=value.at, style="list", trail=list(value.trail))
        made.items = [_written(m, v, depth + 1) for v in value.items] if value.items is not None else None
        made.element = _written(m, elements(value), depth + 1) if value.items is None else None
        return made
    if value.kind != "object" or value.style != "instance" or value.this is None:
        return value
    made = _properties(m, value.this, depth)
    made.trail, made.at = list(value.trail), value.at
    return made


def _properties(m: JavaProgram, owner: Value, depth: int) -> Value:
    """Return what a class is written out as."""
    made = Value("object", at=owner.at, style="dict", open=True)
    if owner.node is None or owner.scope is None:
        return made
    text = m.text(owner.node)
    names = m.written_names(owner)
    given = owner.style == "record" or bool(_GIVES_ALL.search(_modifiers(m, owner.node)))
    read = {label for label in names.values() if f"get{label[:1].upper()}{label[1:]}/0" in owner.fields}
    made.open = owner.open or bool(_CHANGES.search(text)) or not (given or read == set(names.values()))
    types = _types(m, owner)
    for written, label in names.items():
        typed = types.get(label)
        made.fields[written] = Slot(declared(m, typed, owner.scope, depth + 1))
    if owner.style == "record":
        return made
    for key in owner.fields:
        name, _, arity = key.partition("/")
        label = name[3:4].lower() + name[4:]
        if arity == "0" and name.startswith("get") and label and label not in names.values():
            made.fields.setdefault(label, Slot(unknown()))
    return made


def _types(m: JavaProgram, owner: Value) -> dict[str, Node]:
    found: dict[str, Node] = {}
    node = owner.node
    holder = node.child_by_field_name("parameters" if owner.style == "record" else "body") if node else None
    for part in m.parts(holder) if holder is not None else ():
        typed = part.child_by_field_name("type")
        names = [part] if owner.style == "record" else part.children_by_field_name("declarator")
        for one in names if typed is not None else ():
            label = one.child_by_field_name("name")
            if label is not None and typed is not None:
                found[m.text(label)] = typed
    return found


def declared(m: JavaProgram, typed: Node | None, scope: Scope, depth: int = 0) -> Value:
    """Return what a type says that an answer is; unknown where it may be anything."""
    if typed is None or depth > _DEEP:
        return unknown()
    if typed.type == "generic_type":
        parts = m.parts(typed)
        inner = m.parts(parts[1]) if len(parts) > 1 else []
        name = m.text(parts[0]).rpartition(".")[2]
        if len(inner) == 1 and name in _HOLDS:
            return declared(m, inner[0], scope, depth)
        if len(inner) == 1 and name in _LISTS:
            one = declared(m, inner[0], scope, depth + 1)
            return Value("list", at=m.hop(typed, scope, "declared"), style="list", element=one)
        return unknown()
    owner = m.class_named(m.text(typed), scope) if typed.type == "type_identifier" else None
    shown = (
        owner is not None
        and owner.node is not None
        and owner.node.type in ("class_declaration", "record_declaration")
    )
    return _properties(m, owner, depth) if owner is not None and shown else unknown()
