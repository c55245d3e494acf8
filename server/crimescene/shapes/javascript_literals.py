"""JavaScript, TypeScript and JSX, run in the head: objects, lists and texts that are written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.javascript_classes import EcmascriptClasses
from crimescene.shapes.javascript_maps import entries_of
from crimescene.shapes.values import Scope, Slot, Value, came_from, either, elements, present, unknown

if TYPE_CHECKING:
    from tree_sitter import Node


class EcmascriptLiterals(EcmascriptClasses):
    """The handlers of literals."""

    def x_template_string(self, node: Node, scope: Scope) -> Value:
        shown, texts = [p for p in self.parts(node) if p.type == "template_substitution"], []
        for part in shown:
            value = self.eval(self.parts(part)[0] if self.parts(part) else None, scope)
            self.used(value, part, scope)
            self.awaited(value, part, scope, self.text(self.parts(part)[0]) if self.parts(part) else "")
            if value.style == "query" and part.end_byte == node.end_byte - 1:
                return Value("text", was="query", items=[value])
            texts.append(value.const if value.kind in ("text", "number") else None)
        if not shown:
            return Value("text", const=self.text(node)[1:-1])
        if None in texts or "\\" in self.text(node):
            pattern = re.sub(r"\$\{[^{}]*\}", "*", self.text(node)[1:-1])
            return Value("text", name=pattern if pattern.startswith(("/", "http")) else "")
        known = iter([t or "" for t in texts])
        kinds = ("string_fragment", "template_substitution")
        pieces = [
            self.text(p) if p.type == kinds[0] else next(known) for p in self.parts(node) if p.type in kinds
        ]
        return Value("text", const="".join(pieces))

    def inner_of(self, node: Node, scope: Scope) -> Value:
        """Return the value of what a node wraps."""
        parts = self.parts(node)
        return self.eval(parts[0], scope) if parts else unknown()

    def x_object(self, node: Node, scope: Scope) -> Value:
        made = self.make("object", node, scope, "object")
        for part in self.parts(node):
            if part.type == "pair":
                key = part.child_by_field_name("key")
                value = self.eval(part.child_by_field_name("value"), scope)
                name = self.key(key, scope) if key is not None else None
                if name is None:
                    made.open = True
                else:
                    made.fields[name] = Slot(value)
            elif part.type == "shorthand_property_identifier":
                made.fields[self.text(part)] = Slot(self.eval(part, scope))
            elif part.type == "spread_element":
                self.spread(made, self.inner_of(part, scope))
            elif part.type == "method_definition":
                name_node = part.child_by_field_name("name")
                name = self.key(name_node, scope) if name_node is not None else None
                accessor = any(c.type in ("get", "set") for c in part.children)
                function = unknown() if accessor else self.function(part, scope)
                function.this = made if function.kind == "function" else None
                if name is None:
                    made.open = True
                else:
                    made.fields[name] = Slot(function)
        return made

    def key(self, node: Node, scope: Scope) -> str | None:
        """Return the name a key is written as; None for one that is computed."""
        if node.type == "computed_property_name":
            value = self.inner_of(node, scope)
            return value.const if value.kind == "text" else None
        return self.text(node).strip("'\"")

    @staticmethod
    def spread(made: Value, given: Value) -> None:
        """Add the keys of an object to another."""
        if given.kind == "null":
            return
        if given.kind != "object" or given.style != "object":
            made.open = True
            return
        made.open = made.open or given.open
        for key, slot in given.fields.items():
            made.fields[key] = Slot(slot.value, slot.maybe)
            given.reads.add(key)
        came_from(made, given)

    def x_array(self, node: Node, scope: Scope) -> Value:
        made = self.make("list", node, scope, "object")
        made.items = []
        for part in self.parts(node):
            value = self.inner_of(part, scope) if part.type == "spread_element" else self.eval(part, scope)
            if part.type == "spread_element":
                value = self.gone_through(value, "...", part, scope)
            if part.type != "spread_element" and made.items is not None:
                made.items.append(value)
            elif value.kind == "list" and value.items is not None and made.items is not None:
                made.items += value.items
            else:
                known = [*(made.items or ()), *([made.element] if made.element else ()), elements(value)]
                made.items, made.element = None, either(known)
        return made

    def gone_through(self, value: Value, consumed: str, node: Node, scope: Scope) -> Value:
        """Return the list of what going through a value gives."""
        self.needed(value, consumed, node, scope)
        value = present(value)
        self.awaited(value, node, scope, consumed)
        if value.kind == "object" and value.style == "map":
            return entries_of(value)
        plain = value.kind == "object" and value.style == "object" and not value.open
        if plain and not any("Symbol" in key for key in value.fields) and not self.lenient:
            self.report("list-vs-object", value, consumed, node, scope)
        return value if value.kind == "list" else unknown()
