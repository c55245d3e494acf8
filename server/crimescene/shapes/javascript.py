"""JavaScript, TypeScript and JSX, run in the head: expressions."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING

from crimescene.shapes.javascript_calls import GLOBALS, METHODS, query
from crimescene.shapes.javascript_literals import EcmascriptLiterals
from crimescene.shapes.javascript_maps import new_map
from crimescene.shapes.javascript_members import OPTIONAL, EcmascriptMembers
from crimescene.shapes.javascript_web import answer_of
from crimescene.shapes.routes import VERBS
from crimescene.shapes.values import Scope, Slot, Value, present, unknown

if TYPE_CHECKING:
    from tree_sitter import Node


_ASSURES = re.compile(r"(?:assert|invariant|expect|ensure|verify|check)", re.IGNORECASE)
"""Names of functions that fail where something is not there."""


class Ecmascript(EcmascriptMembers):
    """The handlers of the node types of expressions."""

    # ------------------------------------------------------------ plain values

    def x_identifier(self, node: Node, scope: Scope) -> Value:
        name = self.text(node)
        holder = scope.find(name)
        if holder is not None:
            return holder.names[name]
        return Value("null") if name == "undefined" else Value("builtin", name=name)

    x_shorthand_property_identifier = x_identifier

    def x_undefined(self, _node: Node, _scope: Scope) -> Value:
        return Value("null")

    x_null = x_undefined

    def x_true(self, node: Node, _scope: Scope) -> Value:
        return Value("boolean", const=self.text(node))

    x_false = x_true

    def x_number(self, node: Node, _scope: Scope) -> Value:
        return Value("number", const=self.text(node))

    def x_string(self, node: Node, _scope: Scope) -> Value:
        text = self.text(node)[1:-1]
        return Value("text", const=text if "\\" not in text else None)

    def x_regex(self, node: Node, _scope: Scope) -> Value:
        return Value("regex", const=self.text(node))

    def x_this(self, _node: Node, scope: Scope) -> Value:
        current: Scope | None = scope
        while current is not None:
            if current.this is not None:
                return current.this
            current = current.parent
        return unknown()

    x_parenthesized_expression = x_satisfies_expression = EcmascriptLiterals.inner_of

    def x_non_null_expression(self, node: Node, scope: Scope) -> Value:
        return present(self.inner_of(node, scope))  # the author says so

    def x_as_expression(self, node: Node, scope: Scope) -> Value:
        value, parts = self.inner_of(node, scope), self.parts(node)
        return self.declared(parts[1], scope) if value.kind == "unknown" and len(parts) > 1 else value

    def x_expression_statement(self, node: Node, scope: Scope) -> Value:
        found, parts = self.inner_of(node, scope), self.parts(node)
        if parts and parts[0].type == "call_expression" and _ASSURES.match(self.text(parts[0])):
            self.assured(self.mentioned(parts[0].child_by_field_name("arguments")), scope)
        return found

    def x_sequence_expression(self, node: Node, scope: Scope) -> Value:
        return [self.eval(p, scope) for p in self.parts(node)][-1]

    # ------------------------------------------------------------ operators

    def x_await_expression(self, node: Node, scope: Scope) -> Value:
        value = self.inner_of(node, scope)
        if value.kind == "promise":
            found = value.element or unknown()
            for hop in value.trail:
                found.passes(hop)
            return found
        return value if value.kind in ("object", "list", "unknown") else unknown()

    def x_yield_expression(self, node: Node, scope: Scope) -> Value:
        self.inner_of(node, scope)
        return unknown()

    def x_assignment_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        value = self.eval(right, scope)
        if left is not None:
            self.assign(left, value, scope)
        return value

    def x_augmented_assignment_expression(self, node: Node, scope: Scope) -> Value:
        left = node.child_by_field_name("left")
        self.eval(node.child_by_field_name("right"), scope)
        if left is not None:
            with self.asking():
                self.assign(left, unknown(), scope)
        return unknown()

    def x_update_expression(self, node: Node, scope: Scope) -> Value:
        part = node.child_by_field_name("argument")
        if part is not None and part.type == "identifier":
            self.assign(part, Value("number"), scope)
        return Value("number")

    # ------------------------------------------------------------ functions

    def x_arrow_function(self, node: Node, scope: Scope) -> Value:
        return self.function(node, scope)

    x_function_expression = x_generator_function = x_arrow_function

    def promised(self, start: Value, node: Node, scope: Scope) -> Value:
        """Return the promise that ``new Promise`` makes, of what its function resolves it with."""
        made = Value("promise", at=self.hop(node, scope), node=node)
        done = Value("method", this=made, name="resolve")
        if start.kind == "function":
            self.call(start, [done, unknown()], {}, None, scope)
        return made

    def x_call_expression(self, node: Node, scope: Scope) -> Value:
        function_node, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        asks = any(c.type in OPTIONAL for c in node.children)
        with self.asking() if asks else nullcontext():
            function = self.eval(function_node, scope)
        if asks:
            if function.kind == "null":
                return Value("null")
            function = present(function)
        arguments: list[Value] = []
        open_ended = False
        for part in self.parts(given) if given is not None else ():
            if part.type == "spread_element":
                given_list = self.gone_through(self.inner_of(part, scope), "...", part, scope)
                if given_list.kind == "list" and given_list.items is not None and not open_ended:
                    arguments += given_list.items
                else:
                    open_ended = True
                    self.handed_out([given_list], scope)
            else:
                arguments.append(self.eval(part, scope))
        if function.kind in ("null", "union"):
            self.needed(function, "()", node, scope)
            function = unknown() if function.kind == "null" else present(function)
        if open_ended:
            if function.kind == "method" and function.this is not None:
                self.handed_out([function.this], scope)
            self.handed_out(arguments, scope)
            return unknown()
        return self.invoke(function, arguments, node, scope)

    def invoke(self, function: Value, arguments: list[Value], node: Node, scope: Scope) -> Value:
        """Return what calling ``function`` gives."""
        if function.kind == "super" and scope.find("super") is None:
            return self._above(arguments, node, scope)
        if function.kind == "builtin":
            if function.name == "require" and arguments and arguments[0].const:
                found = self.load(scope.path, arguments[0].const)
                if found is None:
                    return Value("builtin", name=arguments[0].const.removeprefix("node:"))
                whole = found.names.get("module.exports")
                return whole if whole is not None else Value("module", scope=found)
            handler = GLOBALS.get(function.name) or GLOBALS.get(
                function.name.rpartition(".")[2] if function.name.startswith("React.") else ""
            )
            if handler is not None:
                return handler(self, arguments, node, scope)
        if function.kind in ("unknown", "builtin") and arguments and arguments[-1].kind == "function":
            self._route(arguments, node, scope)
        if function.kind == "method" and function.this is not None:
            kind = (
                function.this.style if function.this.style in ("map", "bus", "answer") else function.this.kind
            )
            method = METHODS.get((kind, function.name))
            if method is not None:
                return method(self, function.this, arguments, node, scope)
            if function.this.kind in ("list", "object", "function"):
                self.handed_out([function.this], scope)
        return self.call(function, arguments, {}, node, scope)

    def _route(self, arguments: list[Value], node: Node, scope: Scope) -> None:
        """Note a handler: ``app.get("/orders", (request, response) => …)``."""
        head, path, handler = node.child_by_field_name("function"), arguments[0].const, arguments[-1]
        label = head.child_by_field_name("property") if head is not None else None
        verb = self.text(label) if label is not None else ""
        if verb not in VERBS or path is None or not path.startswith("/"):
            return
        self.routes.add(verb, path, answer_of(self, handler, scope))

    def _above(self, arguments: list[Value], node: Node, scope: Scope) -> Value:
        """Run the constructor of the class that this one extends."""
        this = self.x_this(node, scope)
        owner = this.this.this if this.this is not None else None
        start = self.method(owner, "constructor")
        if start is not None:
            self.call(self.bound(start, this, node, scope), arguments, {}, node, scope)
        return unknown()

    def x_new_expression(self, node: Node, scope: Scope) -> Value:  # noqa: PLR0911 -- one branch a class
        name = node.child_by_field_name("constructor")
        given = node.child_by_field_name("arguments")
        arguments = [self.eval(p, scope) for p in self.parts(given)] if given is not None else []
        label = self.text(name) if name is not None else ""
        if label == "Date":
            return Value("date", at=self.hop(node, scope))
        if label in ("Map", "WeakMap", "Set"):
            return new_map(self, label, arguments, node, scope)
        owner = self.eval(name, scope)
        if owner.kind == "builtin" and owner.name.rpartition(".")[2] == "EventEmitter":
            return self.make("object", node, scope, "bus")
        if owner.kind == "class":
            return self.new(owner, arguments, node, scope)
        if label == "Promise" and owner.name == label and arguments:
            return self.promised(arguments[0], node, scope)
        if label in ("Response", "NextResponse") and arguments and arguments[0].items:
            return arguments[0].items[0]
        if label in ("URLSearchParams", "URL") and arguments:
            return query(label, arguments[0]) or unknown()
        self.handed_out(arguments, scope)
        return unknown()

    def x_super(self, _node: Node, scope: Scope) -> Value:
        return Value("super", scope=scope)

    # ------------------------------------------------------------ markup

    def _element(self, node: Node, scope: Scope) -> Value:
        head = node.child_by_field_name("open_tag") or node
        name = head.child_by_field_name("name")
        props = self.make("object", node, scope, "object")
        for part in self.parts(head):
            if part.type == "jsx_attribute":
                inner = self.parts(part)
                value = self.eval(inner[1], scope) if len(inner) > 1 else Value("boolean", const="true")
                if name is not None:
                    value.passes(self.hop(part, scope, f"passed to {self.text(name)}"))
                props.fields[self.text(inner[0])] = Slot(value)
            elif part.type == "jsx_expression":
                spread = self.parts(part)
                self.spread(props, self.inner_of(spread[0], scope) if spread else unknown())
        for part in self.parts(node):
            if part.type == "jsx_expression":
                shown = self.inner_of(part, scope)
                self.used(shown, part, scope)
                self.awaited(shown, part, scope)
            elif part.type in ("jsx_element", "jsx_self_closing_element", "jsx_fragment"):
                self.eval(part, scope)
        if name is not None and (self.text(name)[:1].isupper() or "." in self.text(name)):
            props.fields["children"] = Slot(unknown())
            if not any(p.type == "jsx_expression" for p in self.parts(head)):
                props.at = None  # what is not given is left out on purpose
            component = self.eval(name, scope)
            self.call(component, [props], {}, node, scope)
        return Value("markup")

    x_jsx_element = x_jsx_self_closing_element = x_jsx_fragment = _element
    x_jsx_expression = EcmascriptLiterals.inner_of

    def assign(self, left: Node, value: Value, scope: Scope, *, declares: bool = False) -> None:
        """Give what stands on the left a value."""
        raise NotImplementedError
