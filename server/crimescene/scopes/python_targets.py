"""Python: what assignments, loops and ``with`` bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes.ir import (
    Display,
    Expr,
    Item,
    Store,
    Typed,
)
from crimescene.scopes.python_values import annotation, expression
from crimescene.scopes.reading import Reading, items_of, named

if TYPE_CHECKING:
    from tree_sitter import Node


def assignment(reading: Reading, node: Node) -> None:
    """Read an assignment, an annotated one too."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    type_node = node.child_by_field_name("type")
    if type_node is not None and left is not None:
        kind = annotation(reading, type_node)
        if left.type == "identifier":
            reading.body.annotations[reading.text(left)] = kind
        elif left.type == "attribute":
            target(reading, left, Typed(left.start_byte, kind))
    if left is None:
        return
    if right is None:
        return
    value = expression(reading, right)
    while right.type == "assignment":  # a = b = value
        inner = right.child_by_field_name("right")
        if inner is None:
            break
        right = inner
    with reading.binding_after(node.end_byte):
        target(reading, left, value)


def augmented(reading: Reading, node: Node) -> None:
    """Read ``base += value``: what it adds is stored in ``base``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    base, value = expression(reading, left), expression(reading, right)
    reading.body.stores.append(Store(base, None, None, Item(value.start, value)))


def target(reading: Reading, node: Node, value: Expr) -> None:  # noqa: C901 -- one branch a kind
    """Bind a target of an assignment, a loop or ``with`` to ``value``."""
    kind = node.type
    if kind == "identifier":
        reading.bind(reading.text(node), value, node.start_byte)
    elif kind == "attribute":
        base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if base is not None and name is not None:
            stored = expression(reading, base)
            reading.body.stores.append(Store(stored, reading.text(name), None, value))
    elif kind == "subscript":
        base, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if base is not None and key is not None:
            stored = expression(reading, base)
            reading.body.stores.append(Store(stored, None, expression(reading, key), value))
    elif kind in ("pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"):
        targets = list(named(node))
        starred = next((i for i, t in enumerate(targets) if t.type.startswith("list_splat")), None)
        for each, item in zip(targets, items_of(value, len(targets), starred), strict=True):
            if each.type.startswith("list_splat"):
                inner = next(named(each), None)
                if inner is not None:
                    target(reading, inner, Display(item.start, "list", ((None, item),)))
            else:
                target(reading, each, item)
    elif kind in ("as_pattern_target", "parenthesized_expression"):
        for child in named(node):
            target(reading, child, value)
