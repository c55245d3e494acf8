"""JavaScript and TypeScript: what modules bring in and give out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.scopes import javascript as syntax
from crimescene.scopes import javascript_values as values
from crimescene.scopes.ir import (
    Defined,
    Expr,
    Imported,
    Name,
)
from crimescene.scopes.reading import Reading, named

if TYPE_CHECKING:
    from tree_sitter import Node


EXPORT = "\0"


def export_statement(reading: Reading, node: Node) -> None:
    """Read what an ``export`` gives out."""
    source = node.child_by_field_name("source")
    path = reading.text(source).strip("'\"") if source is not None else ""
    declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    default = any(child.type == "default" for child in node.children)
    for child in named(node):
        if child.type == "decorator":
            syntax.decorate(reading, child)
        elif child.type == "export_clause":
            _export_names(reading, child, path)
        elif child.type == "namespace_export":
            for name in named(child):
                reading.bind(
                    EXPORT + reading.text(name), Imported(name.start_byte, path, None), name.start_byte
                )
    if path and any(child.type == "*" for child in node.children):
        reading.body.stars.append(Imported(node.start_byte, path, "*"))
    if declaration is not None:
        before = len(reading.body.units)
        syntax.statement(reading, declaration)
        if default and len(reading.body.units) > before:
            unit = reading.body.units[before]
            reading.bind(EXPORT + "default", Defined(unit.name_start, unit), node.start_byte)
    elif value is not None:
        read = values.named_value(reading, value, None, node)
        reading.bind(EXPORT + "default", read, node.start_byte)


def _export_names(reading: Reading, clause: Node, path: str) -> None:
    for specifier in named(clause):
        name_node = specifier.child_by_field_name("name")
        alias = specifier.child_by_field_name("alias") or name_node
        if name_node is None or alias is None:
            continue
        name = syntax.key_text(reading, name_node)
        value: Expr = Imported(name_node.start_byte, path, name) if path else Name(name_node.start_byte, name)
        reading.bind(EXPORT + syntax.key_text(reading, alias), value, name_node.start_byte)


def import_statement(reading: Reading, node: Node) -> None:
    """Read what an ``import`` brings in."""
    source = node.child_by_field_name("source")
    clause = next((c for c in named(node) if c.type == "import_clause"), None)
    if source is None or clause is None:
        return
    path = reading.text(source).strip("'\"")
    for child in named(clause):
        if child.type == "identifier":
            reading.bind(reading.text(child), Imported(child.start_byte, path, "default"), child.start_byte)
        elif child.type == "namespace_import":
            for name in named(child):
                reading.bind(reading.text(name), Imported(name.start_byte, path, None), name.start_byte)
        else:
            for specifier in named(child):
                name_node = specifier.child_by_field_name("name")
                alias = specifier.child_by_field_name("alias") or name_node
                if name_node is not None and alias is not None:
                    value = Imported(name_node.start_byte, path, syntax.key_text(reading, name_node))
                    reading.bind(reading.text(alias), value, alias.start_byte)
