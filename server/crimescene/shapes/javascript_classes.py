"""Classes of JavaScript and TypeScript, and what TypeScript's types say that a value is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.javascript_operators import EcmascriptOperators
from crimescene.shapes.values import Scope, Slot, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_FIELDS = ("field_definition", "public_field_definition")
_LISTS = ("Array", "ReadonlyArray", "Iterable")
_DEEP = 5


class EcmascriptClasses(EcmascriptOperators):
    """The handlers of classes and types."""

    # ------------------------------------------------------------ classes

    def s_class_declaration(self, node: Node, scope: Scope) -> bool:
        made = self.x_class(node, scope)
        if made.name:
            scope.names[made.name] = made
        return False

    s_abstract_class_declaration = s_class_declaration

    def x_class(self, node: Node, scope: Scope) -> Value:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        made = Value("class", at=self.hop(node, scope, "declared"), scope=scope, node=node)
        made.name = self.text(name) if name is not None else ""
        for part in self.parts(node):
            if part.type == "class_heritage":
                self._inherit(part, made, scope)
        for part in self.parts(body) if body is not None else ():
            static = "static " if any(c.type == "static" for c in part.children) else ""
            label = part.child_by_field_name("name") or part.child_by_field_name("property")
            key = self.text(label).lstrip("#") if label is not None else ""
            if part.type == "method_definition":
                function = self.function(part, scope)
                function.name = key
                accessor = any(c.type in ("get", "set") for c in part.children)
                made.fields[static + key] = Slot(function, maybe=accessor)
            elif part.type in _FIELDS and static:
                made.fields[static + key] = Slot(self.eval(part.child_by_field_name("value"), scope))
            elif part.type in ("decorator", "index_signature"):
                made.open = True
        return made

    def _inherit(self, heritage: Node, made: Value, scope: Scope) -> None:
        parts = self.parts(heritage)
        clauses = [p for p in parts if p.type == "extends_clause"] or [
            p for p in parts if "clause" not in p.type
        ]
        for clause in clauses:
            value = clause.child_by_field_name("value") or clause
            base = self.eval(value, scope)
            if base.kind == "class":
                made.fields.update(base.fields)
                made.this, made.open = base, made.open or base.open
            else:
                made.open = True
                made.style = "bus" if self.text(value).endswith("EventEmitter") else made.style

    def new(self, owner: Value, arguments: list[Value], node: Node, scope: Scope) -> Value:
        """Return a new object of a class."""
        made = self.make("object", node, scope, owner.style or "instance")
        made.this, made.open = owner, True
        self._begin(owner, made, scope)
        start = self.method(owner, "constructor")
        if start is not None:
            self.call(self.bound(start, made, node, scope), arguments, {}, node, scope)
        else:
            self.handed_out(arguments, scope)
        return made

    def _begin(self, owner: Value, made: Value, scope: Scope) -> None:
        """Give a new object its fields; those of the class it extends first."""
        if owner.this is not None:
            self._begin(owner.this, made, scope)
        if owner.node is None or owner.scope is None:
            return
        body = owner.node.child_by_field_name("body")
        inner = Scope(owner.scope.path, owner.scope, label=owner.name)
        inner.this = made
        for part in self.parts(body) if body is not None else ():
            if part.type in _FIELDS and not any(c.type == "static" for c in part.children):
                label = part.child_by_field_name("name") or part.child_by_field_name("property")
                value = part.child_by_field_name("value")
                if label is not None:
                    given = self.eval(value, inner) if value is not None else unknown()
                    made.fields[self.text(label).lstrip("#")] = Slot(given)

    @staticmethod
    def method(owner: Value | None, name: str) -> Value | None:
        """Return the method of a class; None for accessors and what is not known."""
        slot = owner.fields.get(name) if owner is not None and owner.kind == "class" else None
        return slot.value if slot is not None and not slot.maybe else None

    def bound(self, method: Value, this: Value, node: Node, scope: Scope) -> Value:
        """Return a method of an object."""
        if method.kind != "function":
            return method
        return Value(
            "function", at=method.at, node=method.node, scope=method.scope, this=this, name=method.name
        )

    def function(self, node: Node, scope: Scope) -> Value:
        """Return a function."""
        made = Value("function", node=node, scope=scope, at=self.hop(node, scope))
        name = node.child_by_field_name("name")
        made.name = self.text(name) if name is not None else ""
        if not made.name and node.parent is not None and node.parent.type == "variable_declarator":
            bound = node.parent.child_by_field_name("name")
            made.name = self.text(bound) if bound is not None else ""
        return made

    # ------------------------------------------------------------ types

    def s_interface_declaration(self, node: Node, scope: Scope) -> bool:
        name = node.child_by_field_name("name")
        if name is not None and self.text(name) not in scope.names:
            scope.names[self.text(name)] = Value("type", node=node, scope=scope, name=self.text(name))
        return False

    s_type_alias_declaration = s_interface_declaration

    def declared(self, typed: Node | None, scope: Scope, depth: int = 0) -> Value:  # noqa: C901, PLR0911 -- one branch a form
        """Return what a type says that a value is; unknown where it may be anything."""
        if typed is None or depth > _DEEP:
            return unknown()
        parts = self.parts(typed)
        if typed.type in ("type_annotation", "parenthesized_type", "readonly_type") and parts:
            return self.declared(parts[0], scope, depth)
        if typed.type == "array_type" and parts:
            inner = self.declared(parts[0], scope, depth + 1)
            return Value("list", at=self.hop(typed, scope, "declared"), style="object", element=inner)
        if typed.type == "generic_type" and len(parts) > 1:
            given = self.parts(parts[1])
            if len(given) != 1:
                return unknown()
            if self.text(parts[0]) == "Promise":  # the function makes the promise
                return self.declared(given[0], scope, depth)
            if self.text(parts[0]) in _LISTS:
                inner = self.declared(given[0], scope, depth + 1)
                return Value("list", at=self.hop(typed, scope, "declared"), style="object", element=inner)
            return unknown()
        if typed.type == "type_identifier":
            holder = scope.find(self.text(typed))
            known = holder.names[self.text(typed)] if holder is not None else unknown()
            if known.kind != "type" or known.node is None or known.scope is None:
                return unknown()
            if known.node.type == "type_alias_declaration":
                generic = known.node.child_by_field_name("type_parameters") is not None
                value = known.node.child_by_field_name("value")
                return unknown() if generic else self.declared(value, known.scope, depth + 1)
            return self._interface(known.node, known.scope, depth)
        return self._members(typed, scope, depth) if typed.type == "object_type" else unknown()

    def _interface(self, node: Node, scope: Scope, depth: int) -> Value:
        body = node.child_by_field_name("body")
        if body is None or node.child_by_field_name("type_parameters") is not None:
            return unknown()
        made = self._members(body, scope, depth)
        for part in self.parts(node):
            if part.type == "extends_type_clause":
                for base in self.parts(part):
                    inherited = self.declared(base, scope, depth + 1)
                    made.open = made.open or inherited.kind != "object" or inherited.open
                    made.fields = {**inherited.fields, **made.fields}
        return made

    def _members(self, body: Node, scope: Scope, depth: int) -> Value:
        made = Value("object", at=self.hop(body, scope, "declared"), style="object")
        for part in self.parts(body):
            name = part.child_by_field_name("name")
            if part.type != "property_signature" or name is None:
                made.open = made.open or part.type != "method_signature" or name is None
                if part.type == "method_signature" and name is not None:
                    made.fields[self.text(name)] = Slot(unknown(), maybe=True)
                continue
            optional = any(c.type == "?" for c in part.children)
            inner = (
                unknown() if optional else self.declared(part.child_by_field_name("type"), scope, depth + 1)
            )
            made.fields[self.text(name).strip("'\"")] = Slot(inner, maybe=optional)
        return made
