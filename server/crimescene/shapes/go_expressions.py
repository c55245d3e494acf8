"""Go, run in the head: expressions, and what a type makes of a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.shapes.go_calls import FUNCTIONS, METHODS, QUIET, handled, told
from crimescene.shapes.statements import Statements
from crimescene.shapes.values import Scope, Slot, Value, elements, present, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

_TAG = re.compile(r'json:"([^",]*)')
_TWO = 2


class GoExpressions(Statements):
    """The handlers of expressions and types."""

    def __init__(self, load: Callable[[str, str], Scope | None]) -> None:
        super().__init__(load)
        self.packages: dict[str, Scope] = {}

    def settled(self, name: str, holder: Scope) -> Value:
        """Return what a name of a package holds."""
        raise NotImplementedError

    # ------------------------------------------------------------ types

    def owner_named(self, name: str, scope: Scope) -> Value:
        """Return the type that a package calls so; methods may come before it."""
        package = scope
        while package.parent is not None:
            package = package.parent
        known = package.names.get(name)
        if known is None or known.kind != "class":
            known = Value("class", name=name, scope=scope, element=Value("object"))
            package.names[name] = known
        return known

    def owner_of(self, typed: Node | None, scope: Scope, *, make: bool = True) -> Value | None:
        """Return the type that a node names, through pointers."""
        while typed is not None and typed.type in ("pointer_type", "parenthesized_type", "generic_type"):
            typed = typed.child_by_field_name("type") or (self.parts(typed)[0] if self.parts(typed) else None)
        if typed is None:
            return None
        if typed.type == "qualified_type":
            package, name = typed.child_by_field_name("package"), typed.child_by_field_name("name")
            holder = scope.find(self.text(package)) if package is not None else None
            module = (
                holder.names[self.text(package)] if holder is not None and package is not None else unknown()
            )
            found = (
                module.scope.names.get(self.text(name))
                if module.scope is not None and name is not None
                else None
            )
            return found if found is not None and found.kind == "class" else None
        if typed.type != "type_identifier":
            return None
        holder = scope.find(self.text(typed))
        found = holder.names[self.text(typed)] if holder is not None else None
        if found is not None and found.kind == "class":
            return found
        return self.owner_named(self.text(typed), scope) if make else None

    def structure(self, owner: Value, typed: Node, spec: Node, scope: Scope) -> None:
        """Learn the fields of a struct, or what another type is made of."""
        owner.at, owner.node, owner.scope = self.hop(spec, scope, "declared"), typed, scope
        owner.style = "struct" if typed.type == "struct_type" else "other"
        body = next((p for p in self.parts(typed) if p.type == "field_declaration_list"), None)
        if owner.style != "struct" or owner.element is None:
            return
        for part in self.parts(body) if body is not None else ():
            names, tag = part.children_by_field_name("name"), part.child_by_field_name("tag")
            owner.open = owner.open or not names
            found = _TAG.search(self.text(tag)) if tag is not None else None
            for name in names:
                shown = self.text(name)[:1].isupper() and (found is None or found[1] != "-")
                slot = Slot(unknown(), maybe=not shown, alias=found[1] if found else "")
                slot.value = Value("declared", node=part.child_by_field_name("type"))
                owner.element.fields[self.text(name)] = slot

    def zero(self, typed: Node | None, scope: Scope, depth: int = 0) -> Value:
        """Return what a variable of a type starts with."""
        if typed is None or depth > _TWO:
            return unknown()
        if typed.type == "map_type":
            made = self.make("object", typed, scope, "dict")
            made.name = "nil"
            return made
        if typed.type in ("slice_type", "array_type"):
            made = self.make("list", typed, scope, "list")
            made.items = [] if typed.type == "slice_type" else None
            made.this = Value("declared", node=typed.child_by_field_name("element"), scope=scope)
            return made
        owner = self.owner_of(typed, scope, make=False) if typed.type != "pointer_type" else None
        if owner is not None and owner.style == "struct":
            return self.structured(owner, typed, scope, depth)
        return unknown()

    def structured(self, owner: Value, node: Node, scope: Scope, depth: int = 0) -> Value:
        """Return a struct with nothing in it yet."""
        made = self.make("object", node, scope, "tagged")
        made.this, made.open = owner, owner.open
        for name, slot in owner.element.fields.items() if owner.element is not None else ():
            value = self.zero(slot.value.node, owner.scope or scope, depth + 1)
            made.fields[name] = Slot(value, alias=slot.alias)
        return made

    # ------------------------------------------------------------ plain values

    def x_identifier(self, node: Node, scope: Scope) -> Value:
        name = self.text(node)
        holder = scope.find(name)
        if holder is None:
            return Value("builtin", name=name)
        return self.settled(name, holder) if holder.names[name].kind == "pending" else holder.names[name]

    x_type_identifier = x_package_identifier = x_identifier

    def x_nil(self, _node: Node, _scope: Scope) -> Value:
        return Value("null")

    def x_true(self, node: Node, _scope: Scope) -> Value:
        return Value("boolean", const=self.text(node))

    x_false = x_true

    def x_int_literal(self, node: Node, _scope: Scope) -> Value:
        return Value("number", const=self.text(node))

    def x_interpreted_string_literal(self, node: Node, _scope: Scope) -> Value:
        text = self.text(node)[1:-1]
        return Value("text", const=text if "\\" not in text else None)

    x_raw_string_literal = x_interpreted_string_literal

    def x_expression_list(self, node: Node, scope: Scope) -> Value:
        parts = [self.eval(p, scope) for p in self.parts(node)]
        return parts[0] if len(parts) == 1 else Value("list", style="tuple", items=parts)

    def x_parenthesized_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(self.parts(node)[0], scope) if self.parts(node) else unknown()

    x_literal_element = x_parenthesized_expression

    def x_composite_literal(self, node: Node, scope: Scope) -> Value:
        return self.literal(node.child_by_field_name("type"), node.child_by_field_name("body"), scope)

    def literal(self, typed: Node | None, body: Node | None, scope: Scope) -> Value:  # noqa: C901, PLR0911, PLR0912 -- one branch a type
        """Return what a literal of a type makes."""
        while typed is not None and typed.type == "pointer_type":
            typed = self.parts(typed)[0] if self.parts(typed) else None
        parts = self.parts(body) if body is not None else []
        if typed is None or body is None:
            return unknown()
        if typed.type in ("slice_type", "array_type", "implicit_length_array_type"):
            made = self.make("list", body, scope, "list")
            made.items = [self._element(p, typed.child_by_field_name("element"), scope) for p in parts]
            return made
        if typed.type == "map_type":
            made = self.make("object", body, scope, "dict")
            self._keyed(made, parts, typed.child_by_field_name("value"), scope)
            return made
        owner = self.owner_of(typed, scope, make=False)
        if (
            owner is not None
            and owner.style == "other"
            and owner.node is not None
            and owner.node.type != typed.type
        ):
            return self.literal(owner.node, body, scope)
        if owner is None or owner.style != "struct" or owner.element is None:
            for part in parts:
                self.eval(part, scope)
            if self.text(typed).endswith("url.Values"):
                return self.make("object", body, scope, "dict")
            return unknown()
        made = self.structured(owner, body, scope)
        made.at = self.hop(body, scope, "made")
        for name, part in zip(owner.element.fields, parts, strict=False):
            if part.type != "keyed_element":
                made.fields[name].value = self.eval(part, scope)
        for part in parts:
            if part.type == "keyed_element":
                key = part.child_by_field_name("key")
                name = self.text(key) if key is not None else ""
                slot = owner.element.fields.get(name)
                value = self._element(
                    part.child_by_field_name("value"), slot.value.node if slot else None, scope
                )
                if name in made.fields:
                    made.fields[name].value = value
        return made

    def _element(self, node: Node | None, typed: Node | None, scope: Scope) -> Value:
        parts = self.parts(node) if node is not None and node.type == "literal_element" else []
        inner = parts[0] if parts else node
        if inner is not None and inner.type == "literal_value":
            return self.literal(typed, inner, scope)
        return self.eval(inner, scope)

    def _keyed(self, made: Value, parts: list[Node], typed: Node | None, scope: Scope) -> None:
        for part in parts:
            key = self.eval(part.child_by_field_name("key"), scope)
            value = self._element(part.child_by_field_name("value"), typed, scope)
            if key.kind == "text" and key.const is not None:
                made.fields[key.const] = Slot(value)
            else:
                made.open = True

    def x_func_literal(self, node: Node, scope: Scope) -> Value:
        return Value("function", node=node, scope=scope, name="a function", at=self.hop(node, scope))

    # ------------------------------------------------------------ reading

    def x_selector_expression(self, node: Node, scope: Scope) -> Value:  # noqa: PLR0911 -- one answer a kind
        base, label = self.eval(node.child_by_field_name("operand"), scope), node.child_by_field_name("field")
        name = self.text(label) if label is not None else ""
        self.used(base, node, scope)
        if base.kind == "module" and base.scope is not None:
            return self.settled(name, base.scope) if name in base.scope.names else unknown()
        if base.kind == "builtin":
            return Value("builtin", name=f"{base.name}.{name}")
        called = node.parent is not None and node.parent.type == "call_expression"
        base_owner = present(base).this
        held = base_owner is None or base_owner.element is None or name in base_owner.element.fields
        if not called or (present(base).kind == "object" and held and base_owner is not None):
            self.needed(base, name, node, scope)
        base = present(base)
        if base.kind == "object" and base.style == "answer" and name == "Body":
            return base
        if base.kind == "object" and base.style == "tagged":
            slot = base.fields.get(name)
            base.reads.add(name)
            if slot is not None:
                return unknown() if slot.maybe else slot.value
            method = base.this.fields.get(name) if base.this is not None else None
            if method is not None:
                found = method.value
                return Value(
                    "function", node=found.node, scope=found.scope, this=base, name=name, at=found.at
                )
            return unknown()
        return Value("method", this=base, name=name) if base.kind in ("object", "list", "text") else unknown()

    def x_index_expression(self, node: Node, scope: Scope) -> Value:
        base, key = (self.eval(node.child_by_field_name(n), scope) for n in ("operand", "index"))
        self.used(base, node, scope)
        base = present(base)
        if base.kind == "object" and base.style == "dict":
            if key.kind != "text" or key.const is None:
                base.reads.update(base.fields)
                return unknown()
            index = node.child_by_field_name("index")
            if index is not None and "string" not in index.type:
                slot = base.fields.get(key.const)
                return slot.value if slot is not None and not slot.maybe else unknown()
            return self.field(base, key.const, node, scope, strict=False) or unknown()
        if base.kind == "list":
            known = key.const if key.kind == "number" else None
            if (
                base.items is not None
                and known is not None
                and known.isdigit()
                and int(known) < len(base.items)
            ):
                return base.items[int(known)]
            return elements(base)
        return unknown()

    def x_slice_expression(self, node: Node, scope: Scope) -> Value:
        base = self.eval(node.child_by_field_name("operand"), scope)
        if base.kind != "list":
            return unknown()
        return Value("list", at=base.at, style="list", element=elements(base), trail=list(base.trail))

    def x_type_assertion_expression(self, node: Node, scope: Scope) -> Value:
        value = self.eval(node.child_by_field_name("operand"), scope)
        self.used(value, node, scope)
        return present(value)

    def x_type_conversion_expression(self, node: Node, scope: Scope) -> Value:
        return self.eval(node.child_by_field_name("operand"), scope)

    # ------------------------------------------------------------ operators

    def x_unary_expression(self, node: Node, scope: Scope) -> Value:
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign == "!":
            known = self.ask(node.child_by_field_name("operand"), scope)
            return Value("boolean", const=None if known is None else str(not known).lower())
        value = self.eval(node.child_by_field_name("operand"), scope)
        if sign == "*":
            self.needed(value, "*", node, scope)
        return present(value) if sign == "*" else value if sign == "&" else unknown()

    def x_binary_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign in ("&&", "||"):
            first = self.ask(left, scope)
            if first is not None and first == (sign == "||"):
                return Value("boolean", const=str(first).lower())
            with self.guarded(left), self.doubting():
                other = self.eval(right, scope)
            return other if first is not None else Value("boolean")
        if sign in ("==", "!="):
            with self.asking():
                one, other = self.eval(left, scope), self.eval(right, scope)
            return _equal(one, other, same=sign == "==")
        one, other = self.eval(left, scope), self.eval(right, scope)
        self.used(one, node, scope)
        self.used(other, node, scope)
        if sign == "+" and "text" in (one.kind, other.kind):
            known = one.const is not None and other.const is not None
            return Value("text", const=f"{one.const}{other.const}" if known else None)
        return unknown()

    # ------------------------------------------------------------ calls

    def x_call_expression(self, node: Node, scope: Scope) -> Value:  # noqa: C901, PLR0911 -- one branch a kind
        function, given = (
            self.eval(node.child_by_field_name("function"), scope),
            node.child_by_field_name("arguments"),
        )
        parts = self.parts(given) if given is not None else []
        if function.kind == "builtin" and function.name in ("make", "new") and parts:
            return self._made(parts, scope)
        arguments = [
            self.eval(self.parts(p)[0] if p.type == "variadic_argument" else p, scope) for p in parts
        ]
        if any(p.type == "variadic_argument" for p in parts) and function.name != "append":
            self.handed_out(arguments, scope)
            return unknown()
        if len(arguments) == 1 and arguments[0].kind == "list" and arguments[0].style == "tuple":
            arguments = list(arguments[0].items or ())
        if function.kind == "builtin":
            known = FUNCTIONS.get(function.name)
            if known is not None:
                return known(self, arguments, node, scope)
            if function.name.partition(".")[0] in QUIET:
                for value in arguments:
                    self.used(value, node, scope)
                return Value("text") if function.name in ("fmt.Sprintf", "fmt.Sprint") else unknown()
        if function.kind == "method" and function.this is not None:
            method = METHODS.get(function.name)
            if method is not None and function.this.style == "dict":
                return method(self, function.this, arguments, node, scope)
        if function.kind == "class":
            return arguments[0] if len(arguments) == 1 else unknown()
        if function.kind != "function":
            handled(self, function, arguments, node, scope)
            sent = told(self, arguments, node, scope)
            if sent is not None:
                return sent
        return self.call(function, arguments, {}, node, scope)

    def _made(self, parts: list[Node], scope: Scope) -> Value:
        value = self.zero(parts[0], scope)
        value.name = ""
        if value.kind == "list" and len(parts) > 1 and self.text(parts[1]) != "0":
            value.items, value.element = None, unknown()
        for part in parts[1:]:
            self.eval(part, scope)
        return value


def _equal(one: Value, other: Value, *, same: bool) -> Value:
    answer: bool | None = None
    if "null" in (one.kind, other.kind):
        if one.kind == other.kind:
            answer = True
        elif {one.kind, other.kind} & {"object", "function"} and not {one.name, other.name} & {"nil"}:
            answer = False
    elif (
        one.kind == other.kind
        and one.kind in ("text", "number")
        and one.const is not None
        and other.const is not None
    ):
        answer = one.const == other.const
    return Value("boolean", const=None if answer is None else str(answer == same).lower())
