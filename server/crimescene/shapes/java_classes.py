"""Java's classes and records: fields, constructors, methods, and the names they are written out under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.statements import Statements
from crimescene.shapes.values import Scope, Slot, Value, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASSES = ("class_declaration", "record_declaration", "interface_declaration", "enum_declaration")
_ALIAS = re.compile(
    r"@(?:\w+\.)*(?:JsonProperty|SerializedName|JsonAlias)\s*\(\s*(?:value\s*=\s*)?\"([^\"]+)\""
)


class JavaClasses(Statements):
    """The handlers of declarations."""

    def s_program(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            if part.type in _CLASSES:
                self.declare(part, scope)
        return False

    def declare(self, node: Node, scope: Scope) -> Value:
        """Read a class."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        made = Value("class", at=self.hop(node, scope, "declared"), node=node, scope=scope)
        made.name = self.text(name) if name is not None else ""
        made.style = "record" if node.type == "record_declaration" else ""
        made.open = any(c.type in ("superclass", "super_interfaces") for c in node.children)
        scope.names[made.name] = made
        inner = Scope(scope.path, scope, label=made.name)
        inner.this = made
        made.element = Value("object")
        for part in self.parts(body) if body is not None else ():
            if part.type == "method_declaration":
                self._method(part, made, inner)
            elif part.type in _CLASSES:
                made.fields[f"class {self._label(part)}"] = Slot(self.declare(part, inner))
        for part in self.parts(body) if body is not None else ():
            if part.type == "field_declaration" and self._modified(part, "static"):
                for one in part.children_by_field_name("declarator"):
                    value = one.child_by_field_name("value")
                    given = self.eval(value, inner) if value is not None else unknown()
                    made.fields[f"static {self._label(one)}"] = Slot(given)
        made.scope = inner
        return made

    def _label(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        return self.text(name) if name is not None else ""

    def _modified(self, node: Node, word: str) -> bool:
        return any(c.type == "modifiers" and word in self.text(c) for c in node.children)

    def _method(self, node: Node, owner: Value, scope: Scope) -> None:
        method = Value("function", node=node, scope=scope, name=self._label(node), at=self.hop(node, scope))
        method.this = owner
        holder = node.child_by_field_name("parameters")
        parts = self.parts(holder) if holder is not None else []
        key = f"{method.name}/{len(parts)}"
        varied = any(p.type == "spread_parameter" for p in parts) or self._modified(node, "abstract")
        method.open = key in owner.fields or varied or node.child_by_field_name("body") is None
        owner.fields[key] = Slot(method)

    def method(self, owner: Value | None, name: str, arity: int) -> Value | None:
        """Return the one method of a class by this name and number of parameters."""
        while owner is not None and owner.kind == "class":
            slot = owner.fields.get(f"{name}/{arity}")
            if slot is not None:
                return None if slot.value.open else slot.value
            owner = self._above(owner)
        return None

    def _above(self, owner: Value) -> Value | None:
        for part in owner.node.children if owner.node is not None else ():
            if part.type == "superclass" and owner.scope is not None and self.parts(part):
                name = self.text(self.parts(part)[0]).partition("<")[0]
                found = self.class_named(name, owner.scope.parent or owner.scope)
                return found if found is not owner else None
        return None

    def class_named(self, name: str, scope: Scope) -> Value | None:
        """Return the class that goes by a simple name."""
        name = name.partition("<")[0].rpartition(".")[2]
        holder = scope.find(name)
        if holder is not None:
            return holder.names[name] if holder.names[name].kind == "class" else None
        current: Scope | None = scope
        while current is not None:
            slot = current.this.fields.get(f"class {name}") if current.this is not None else None
            if slot is not None:
                return slot.value
            current = current.parent
        found = self.load(scope.path, name) if name[:1].isupper() else None
        value = found.names.get(name) if found is not None else None
        return value if value is not None and value.kind == "class" else None

    @staticmethod
    def this_of(scope: Scope) -> Value | None:
        """Return the object, or the class, that the code belongs to."""
        current: Scope | None = scope
        while current is not None:
            if current.this is not None:
                return current.this
            current = current.parent
        return None

    def new(self, owner: Value, arguments: list[Value], node: Node, scope: Scope) -> Value:
        """Return a new object of a class."""
        made = self.make("object", node, scope, "instance")
        made.this, made.open = owner, True
        self._begin(owner, made)
        if owner.style == "record" and owner.node is not None:
            holder = owner.node.child_by_field_name("parameters")
            made.open = False
            for position, part in enumerate(self.parts(holder) if holder is not None else ()):
                value = arguments[position] if position < len(arguments) else unknown()
                made.fields[self._label(part)] = Slot(value, alias=self._alias(part))
            return made
        body = owner.node.child_by_field_name("body") if owner.node is not None else None
        fitting = []
        for part in self.parts(body) if body is not None else ():
            if part.type == "constructor_declaration":
                holder = part.child_by_field_name("parameters")
                if holder is not None and len(self.parts(holder)) == len(arguments):
                    fitting.append(part)
        if len(fitting) == 1 and owner.scope is not None:
            start = Value("function", node=fitting[0], scope=owner.scope, this=made, name=owner.name)
            self.call(start, arguments, {}, node, scope)
        else:
            self.handed_out(arguments, scope)
        return made

    def _begin(self, owner: Value, made: Value) -> None:
        """Give a new object its fields; those of the class it extends first."""
        above = self._above(owner)
        if above is not None:
            self._begin(above, made)
        if owner.node is None or owner.scope is None:
            return
        body = owner.node.child_by_field_name("body")
        inner = Scope(owner.scope.path, owner.scope, label=owner.name)
        inner.this = made
        for part in self.parts(body) if body is not None else ():
            if part.type == "field_declaration" and not self._modified(part, "static"):
                for one in part.children_by_field_name("declarator"):
                    value = one.child_by_field_name("value")
                    given = self.eval(value, inner) if value is not None else unknown()
                    made.fields[self._label(one)] = Slot(given, alias=self._alias(part))

    def _alias(self, node: Node) -> str:
        found = _ALIAS.search(self.text(node))
        return found[1] if found else ""

    def written_names(self, owner: Value) -> dict[str, str]:
        """Return the fields of a class by the names that they are read from JSON under."""
        if owner.node is None:
            return {}
        if owner.style == "record":
            holder = owner.node.child_by_field_name("parameters")
            parts = self.parts(holder) if holder is not None else []
            return {self._alias(p) or self._label(p): self._label(p) for p in parts}
        body, found = owner.node.child_by_field_name("body"), {}
        for part in self.parts(body) if body is not None else ():
            if part.type == "field_declaration" and not self._modified(part, "static"):
                for one in part.children_by_field_name("declarator"):
                    found[self._alias(part) or self._label(one)] = self._label(one)
        return found
