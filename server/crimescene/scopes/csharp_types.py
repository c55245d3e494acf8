"""C#: types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes.ir import Attribute, Display, Expr, Index, Literal, Name, Typed, TypeName
from crimescene.scopes.reading import Reading, named

if TYPE_CHECKING:
    from tree_sitter import Node


def type_(reading: Reading, node: Node) -> Expr:  # noqa: PLR0911 -- one branch a kind
    """Read a type."""
    kind, start = node.type, node.start_byte
    if kind in ("identifier", "predefined_type"):
        text = reading.text(node).lstrip("@")
        return Literal(start, "None", text) if text == "void" else TypeName(start, text)
    if kind in ("qualified_name", "alias_qualified_name"):
        base, name = node.child_by_field_name("qualifier"), node.child_by_field_name("name")
        if name is None or (base is None and kind == "qualified_name"):
            return Expr(start)
        last = type_(reading, name)
        if base is None:
            return last  # ``global::Shop``
        inner = last.base if isinstance(last, Index) else last
        found = Attribute(name.start_byte, type_(reading, base), getattr(inner, "name", ""))
        return Index(start, found, last.key) if isinstance(last, Index) else found
    if kind == "generic_name":
        parts = list(named(node))
        items = [type_(reading, child) for part in parts[1:] for child in named(part)]
        bare = TypeName(start, reading.text(parts[0]).lstrip("@"), max(len(items), 1))
        if not items:  # ``typeof(Order<>)``
            return bare
        key: Expr = items[0] if len(items) == 1 else Display(start, "tuple", tuple((None, i) for i in items))
        return Index(start, bare, key)
    if kind in ("array_type", "pointer_type"):
        element = node.child_by_field_name("type")
        return (
            Index(start, Name(start, "\0list"), type_(reading, element))
            if element is not None
            else Expr(start)
        )
    if kind in ("nullable_type", "ref_type", "scoped_type", "tuple_element"):
        inner_node = node.child_by_field_name("type")
        return type_(reading, inner_node) if inner_node is not None else Expr(start)
    if kind == "tuple_type":
        kinds = tuple((None, Typed(c.start_byte, type_(reading, c))) for c in named(node))
        return Display(start, "tuple", kinds)
    return Expr(start)


TYPES = frozenset(
    {"generic_name", "qualified_name", "alias_qualified_name", "predefined_type", "array_type"}
    | {"nullable_type", "tuple_type", "pointer_type", "ref_type"}
)
"""Nodes that are types wherever they stand."""
