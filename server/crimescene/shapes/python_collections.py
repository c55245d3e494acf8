"""Python, run in the head: dicts, lists, comprehensions, and going through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.python_operators import PythonOperators
from crimescene.shapes.statements import MAX_ROUNDS
from crimescene.shapes.values import Scope, Slot, Value, came_from, either, elements, present, truth, unknown
from crimescene.shapes.written import NUMBERED

if TYPE_CHECKING:
    from tree_sitter import Node


class PythonCollections(PythonOperators):
    """The handlers of literals and comprehensions."""

    def x_dictionary(self, node: Node, scope: Scope) -> Value:
        made = self.make("object", node, scope, "dict")
        for part in self.parts(node):
            if part.type == "pair":
                key = self.eval(part.child_by_field_name("key"), scope)
                value = self.eval(part.child_by_field_name("value"), scope)
                name = self.key(key)
                if name is None:
                    made.open = True
                else:
                    made.fields[name] = Slot(value)
            elif self.parts(part):
                self.spread(made, self.eval(self.parts(part)[0], scope))
        return made

    @staticmethod
    def key(value: Value) -> str | None:
        """Return the name of a key; None for one that is not known."""
        if value.const is None or value.kind not in ("text", "number"):
            return None
        return value.const if value.kind == "text" else NUMBERED + value.const

    @staticmethod
    def spread(made: Value, given: Value) -> None:
        """Add the keys of an object to another."""
        if given.kind != "object":
            made.open = True
            return
        made.open = made.open or given.open
        made.fields.update({k: Slot(s.value, s.maybe) for k, s in given.fields.items()})
        given.reads.update(given.fields)
        came_from(made, given)

    def _sequence(self, node: Node, scope: Scope, style: str) -> Value:
        made = self.make("list", node, scope, style)
        made.items = []
        for part in self.parts(node):
            if part.type == "list_splat":
                self.eval(self.parts(part)[0], scope)
                made.items, made.element = None, unknown()
            else:
                value = self.eval(part, scope)
                if made.items is not None:
                    made.items.append(value)
        return made

    def x_list(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "list")

    def x_tuple(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "tuple")

    x_expression_list = x_tuple

    def x_set(self, node: Node, scope: Scope) -> Value:
        return self._sequence(node, scope, "set")

    def _comprehended(self, node: Node, scope: Scope, made: Value) -> None:
        """Run a comprehension and collect what its body gives."""
        clauses, body = self.parts(node)[1:], node.child_by_field_name("body")
        inner = Scope(scope.path, scope, label=scope.label)
        inner.this = scope.this
        results: list[Value] = []
        guards = len(self.quiet)

        def clause(position: int, *, sure: bool) -> bool:
            if position == len(clauses):
                with self.doubting():
                    results.append(self.collected(body, inner))
                return sure
            part = clauses[position]
            if part.type != "for_in_clause":
                with self.asking():
                    answer = truth(self.eval(self.parts(part)[0] if self.parts(part) else None, inner))
                self.quiet += self.mentioned(part)
                return True if answer is False else clause(position + 1, sure=sure and answer is not None)
            source, left = (
                self.eval(part.child_by_field_name("right"), inner),
                part.child_by_field_name("left"),
            )
            rounds = self.gone_through(source, part, scope)
            known = rounds.items if rounds.kind == "list" and len(rounds.items or ()) <= MAX_ROUNDS else None
            exact = known is not None and sure
            for value in known if known is not None else [elements(rounds)]:
                if left is not None:
                    self.assign(left, value, inner)
                exact = clause(position + 1, sure=exact) and exact
            return exact

        exact = clause(0, sure=True)
        del self.quiet[guards:]
        if exact:
            made.items = results
        else:
            made.element = either(results)

    def collected(self, body: Node | None, scope: Scope) -> Value:
        """Return what one round of a comprehension gives."""
        if body is not None and body.type == "pair":
            pair = Value("list", style="tuple")
            pair.items = [self.eval(body.child_by_field_name(name), scope) for name in ("key", "value")]
            return pair
        return self.eval(body, scope)

    def x_list_comprehension(self, node: Node, scope: Scope) -> Value:
        made = self.make("list", node, scope, "list")
        self._comprehended(node, scope, made)
        return made

    def x_generator_expression(self, node: Node, scope: Scope) -> Value:
        made = self.x_list_comprehension(node, scope)
        made.style = "generator"
        return made

    def x_set_comprehension(self, node: Node, scope: Scope) -> Value:
        made = self.x_list_comprehension(node, scope)
        made.style = "set"
        return made

    def x_dictionary_comprehension(self, node: Node, scope: Scope) -> Value:
        made, pairs = self.make("object", node, scope, "dict"), self.make("list", node, scope, "list")
        self._comprehended(node, scope, pairs)
        made.open = pairs.items is None
        for pair in pairs.items or ():
            key = self.key(pair.items[0]) if pair.items else None
            if key is None or pair.items is None:
                made.open = True
            else:
                made.fields[key] = Slot(pair.items[1])
        return made

    def gone_through(self, value: Value, node: Node, scope: Scope) -> Value:
        """Return the list of what iterating a value gives."""
        value = self.there(value, "for", node, scope)
        self.awaited(value, node, scope, "for")
        if value.kind == "object" and value.style == "dict":
            value.reads.update(value.fields)
            made = Value("list", at=value.at, style="keys", trail=value.trail)
            plain = not value.open and not any(
                s.maybe or k.startswith(NUMBERED) for k, s in value.fields.items()
            )
            keys = [Value("text", const=key, at=value.at, was="key", name=key) for key in value.fields]
            made.items = keys if plain else None
            made.element = either([*keys]) if keys else unknown()
            return made
        return value if value.kind == "list" else unknown()

    def there(self, value: Value, consumed: str, node: Node, scope: Scope) -> Value:
        """Return a value that has to be there, without the null it may be."""
        self.needed(value, consumed, node, scope)
        return present(value)

    def awaited(self, value: Value, node: Node, scope: Scope, consumed: str = "await") -> None:
        """Note that a value has to be no promise."""
        if value.kind == "promise" and value.node is not None and not self.lenient:
            name = value.name or consumed
            self.report("promise-not-awaited", value, consumed if consumed != "await" else name, node, scope)

    def assign(self, left: Node, value: Value, scope: Scope) -> None:
        """Give what stands on the left a value."""
        raise NotImplementedError
