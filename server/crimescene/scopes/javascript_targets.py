"""JavaScript and TypeScript: what assignments and declarations bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes import javascript as syntax
from crimescene.scopes import javascript_values as values
from crimescene.scopes.ir import (
    Attribute,
    Binding,
    Defined,
    Display,
    Expr,
    Name,
    Store,
)
from crimescene.scopes.javascript_modules import EXPORT
from crimescene.scopes.reading import Reading, items_of, named

if TYPE_CHECKING:
    from tree_sitter import Node


def target(reading: Reading, node: Node, value: Expr, *, declares: bool = False) -> None:  # noqa: C901, PLR0912 -- one branch a kind
    """Bind a target of an assignment, a declaration or a loop to ``value``."""
    kind = node.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        name = reading.text(node)
        if declares or name in reading.body.bindings or any(p.name == name for p in reading.unit.parameters):
            reading.bind(name, value, node.start_byte)
        else:
            reading.body.assigned.setdefault(name, []).append(value)
    elif kind == "member_expression":
        _member_target(reading, node, value)
    elif kind == "subscript_expression":
        base, key = node.child_by_field_name("object"), node.child_by_field_name("index")
        if base is not None and key is not None:
            stored = values.expression(reading, base)
            reading.body.stores.append(Store(stored, None, values.expression(reading, key), value))
    elif kind == "object_pattern":
        for child in named(node):
            _object_target(reading, child, value, declares=declares)
    elif kind == "array_pattern":
        children = list(named(node))
        starred = next((i for i, c in enumerate(children) if c.type == "rest_pattern"), None)
        for child, item in zip(children, items_of(value, len(children), starred), strict=True):
            target(reading, child, item, declares=declares)
    elif kind == "rest_pattern":
        for child in named(node):
            target(reading, child, Display(value.start, "list", ((None, value),)), declares=declares)
    elif kind in ("assignment_pattern", "object_assignment_pattern"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            target(reading, left, values.either(value, values.expression(reading, right)), declares=declares)
    elif kind in ("parenthesized_expression", "non_null_expression"):
        for child in named(node):
            target(reading, child, value, declares=declares)


def _object_target(reading: Reading, node: Node, value: Expr, *, declares: bool) -> None:
    if node.type == "shorthand_property_identifier_pattern":
        name = reading.text(node)
        target(reading, node, Attribute(node.start_byte, value, name), declares=declares)
    elif node.type == "pair_pattern":
        key, inner = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and inner is not None:
            target(
                reading,
                inner,
                Attribute(key.start_byte, value, syntax.key_text(reading, key)),
                declares=declares,
            )
    elif node.type == "object_assignment_pattern":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            taken = Attribute(left.start_byte, value, reading.text(left))
            target(reading, left, values.either(taken, values.expression(reading, right)), declares=declares)


def _member_target(reading: Reading, node: Node, value: Expr) -> None:
    base, name_node = node.child_by_field_name("object"), node.child_by_field_name("property")
    if base is None or name_node is None:
        return
    text, name = reading.text(base), reading.text(name_node)
    if text in ("exports", "module.exports"):
        reading.body.bindings.setdefault(EXPORT + name, []).append(_export(reading, value, node))
    elif text == "module" and name == "exports":
        reading.body.bindings.setdefault(EXPORT + "=", []).append(_export(reading, value, node))
    stored = values.expression(reading, base)
    if isinstance(stored, Attribute) and stored.name == "prototype" and isinstance(value, Defined):
        value.unit.holder = stored.base
    elif isinstance(value, Defined) and isinstance(stored, Name) and "arrow" not in value.unit.flags:
        value.unit.holder = value.unit.holder or stored
    reading.body.stores.append(Store(stored, name, None, value))


def _export(reading: Reading, value: Expr, node: Node) -> Binding:
    return Binding(value, node.start_byte, (reading.unit.start, reading.unit.end))
