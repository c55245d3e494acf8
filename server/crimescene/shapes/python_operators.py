"""Python, run in the head: operators and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.statements import Statements
from crimescene.shapes.values import Scope, Value, either, truth, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_CONDITION_PARTS = 3


class PythonOperators(Statements):
    """The handlers of operators."""

    def x_conditional_expression(self, node: Node, scope: Scope) -> Value:
        parts = self.parts(node)
        if len(parts) != _CONDITION_PARTS:
            return unknown()
        answer = self.ask(parts[1], scope)
        if answer is not None:
            return self.eval(parts[0 if answer else 2], scope)
        guards = len(self.quiet)
        self.quiet += self.mentioned(parts[1])
        with self.doubting():
            found = either([self.eval(parts[0], scope), self.eval(parts[2], scope)])
        del self.quiet[guards:]
        return found

    def x_boolean_operator(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return unknown()
        with self.testing():
            first = self.eval(left, scope)
        guards = len(self.quiet)
        self.quiet += self.mentioned(left)
        wants = any(c.type == "and" for c in node.children)
        known = truth(first)
        try:
            if known is not None:
                return self.eval(right, scope) if known == wants else first
            with self.doubting():
                self.eval(right, scope)
            return unknown()
        finally:
            del self.quiet[guards:]

    def x_not_operator(self, node: Node, scope: Scope) -> Value:
        with self.testing():
            known = truth(self.eval(node.child_by_field_name("argument"), scope))
        return Value("boolean", const=None if known is None else str(not known).lower())

    def x_comparison_operator(self, node: Node, scope: Scope) -> Value:
        with self.testing():
            given = [self.eval(p, scope) for p in self.parts(node)]
        words = " ".join(c.type for c in node.children if not c.is_named)
        answer: bool | None = None
        if len(given) == 2:  # noqa: PLR2004 -- two sides
            one, other = given
            if words in ("is", "==", "is not", "!=") and "null" in (one.kind, other.kind):
                if one.kind == other.kind:
                    answer = words in ("is", "==")
                elif {one.kind, other.kind} & {"object", "list", "promise"}:
                    answer = words not in ("is", "==")
            elif words in ("==", "!=") and one.kind == other.kind == "text" and one.const and other.const:
                answer = (one.const == other.const) == (words == "==")
            elif words in ("in", "not in") and other.kind == "object" and one.kind == "text" and one.const:
                has = one.const in other.fields
                sure = not other.fields[one.const].maybe if has else not other.open
                answer = has == (words == "in") if sure else None
        return Value("boolean", const=None if answer is None else str(answer).lower())

    def x_binary_operator(self, node: Node, scope: Scope) -> Value:
        left = self.eval(node.child_by_field_name("left"), scope)
        right = self.eval(node.child_by_field_name("right"), scope)
        for side in (left, right):
            self.used(side, node, scope)
        return Value("number") if left.kind == right.kind == "number" else unknown()
