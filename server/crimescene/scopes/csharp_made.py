"""C#: objects, arrays and collections written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes import csharp_values as values
from crimescene.scopes.csharp_types import type_
from crimescene.scopes.ir import Attribute, Display, Expr, Index, Invoke, Item, Store, Typed
from crimescene.scopes.reading import Reading, named, sequence

if TYPE_CHECKING:
    from tree_sitter import Node

_COLLECTIONS = ("List", "Dictionary", "Set", "Queue", "Stack", "Bag", "Collection")
"""How classes end whose objects hold what their type arguments say."""


def creation(reading: Reading, node: Node) -> Expr:
    """``new Order(1)``."""
    kind = node.child_by_field_name("type")
    return make(reading, node, type_(reading, kind) if kind is not None else Expr(node.start_byte))


def make(reading: Reading, node: Node, kind: Expr) -> Expr:
    """``new Order(1) { Rate = 2 }``, or ``new(1)`` where an order is wanted."""
    made, start = kind, kind.start
    while isinstance(made, Index):
        made = made.base
    if node.type == "implicit_object_creation_expression":
        start = node.start_byte
    listed = next((c for c in named(node) if c.type == "argument_list"), None)
    arguments, keywords = values.arguments_of(reading, listed)
    call = reading.call(Invoke(start, made, arguments, keywords, kind="new"))
    collection = isinstance(kind, Index) and getattr(made, "name", "").endswith(_COLLECTIONS)
    found: Expr = Typed(start, kind) if collection else call
    initializer = next((c for c in named(node) if c.type == "initializer_expression"), None)
    if initializer is not None:
        items = _initialize(reading, initializer, call)
        if items:
            return Display(start, "dict" if any(k is not None for k, _ in items) else "list", tuple(items))
    return found


def _initialize(reading: Reading, node: Node, made: Expr) -> list[tuple[Expr | None, Expr]]:
    """Read ``{ Rate = 2, [key] = value, item }``: properties are set, elements returned."""
    items: list[tuple[Expr | None, Expr]] = []
    for child in named(node):
        if child.type == "initializer_expression":  # ``{ key, value }``
            parts = [values.expression(reading, c) for c in named(child)]
            if len(parts) > 1:
                items.append((parts[0], parts[1]))
            continue
        left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
        if child.type != "assignment_expression" or left is None or right is None:
            items.append((None, values.expression(reading, child)))
        elif left.type == "identifier":
            target = Attribute(left.start_byte, made, reading.text(left))
            reading.body.reads.append(target)
            if right.type == "initializer_expression":
                _initialize(reading, right, target)
            else:
                value = values.expression(reading, right)
                reading.body.stores.append(Store(made, target.name, None, value))
        else:
            keys = [values.expression(reading, k) for c in named(left) for k in named(c)]
            items.append((keys[0] if keys else None, values.expression(reading, right)))
    return items


def with_(reading: Reading, node: Node) -> Expr:
    """``order with { Rate = 2 }``."""
    parts = list(named(node))
    base = values.expression(reading, parts[0]) if parts else Expr(node.start_byte)
    for part in parts[1:]:
        inner = list(named(part))
        if len(inner) > 1:
            reading.body.reads.append(Attribute(inner[0].start_byte, base, reading.text(inner[0])))
            values.expression(reading, inner[-1])
    return base


def array(reading: Reading, node: Node) -> Expr:
    """Arrays and collections written out; an array without elements keeps its type."""
    kind = node.child_by_field_name("type")
    listed = node
    if node.type in ("array_creation_expression", "implicit_array_creation_expression"):
        listed = next((c for c in named(node) if c.type == "initializer_expression"), node)
        if listed is node:
            return Typed(node.start_byte, type_(reading, kind)) if kind is not None else Expr(node.start_byte)
    items: list[Expr] = []
    for child in named(listed):
        inner = child
        while inner.type in ("collection_element", "expression_element"):
            inner = next(named(inner), inner.children[0])
        if inner.type == "spread_element":
            spread = values.expression(reading, next(named(inner), inner.children[0]))
            items.append(Item(spread.start, spread))
        else:
            items.append(values.expression(reading, inner))
    return sequence(node.start_byte, items)
