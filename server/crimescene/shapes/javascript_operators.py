"""JavaScript, TypeScript and JSX, run in the head: operators and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.machine import Machine
from crimescene.shapes.values import Scope, Value, either, truth, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition")


class EcmascriptOperators(Machine):
    """The handlers of operators."""

    def x_binary_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if left is None or right is None:
            return unknown()
        if sign in ("&&", "||", "??"):
            with self.asking():
                first = self.eval(left, scope)
            known = (
                (first.kind != "null" if first.kind not in ("union", "unknown", "builtin") else None)
                if sign == "??"
                else truth(first)
            )
            if known is not None:
                return self.eval(right, scope) if known == (sign == "&&") else first
            guards = len(self.quiet)
            self.quiet += self.mentioned(left)
            with self.doubting():
                other = self.eval(right, scope)
            del self.quiet[guards:]
            return either([first, other]) if sign != "&&" else unknown()
        equality = sign in ("===", "!==", "==", "!=", "in", "instanceof")
        if equality:
            with self.asking():
                one, other = self.eval(left, scope), self.eval(right, scope)
            return Value("boolean", const=self._equal(one, other, sign))
        one, other = self.eval(left, scope), self.eval(right, scope)
        self.used(one, left, scope)
        self.used(other, right, scope)
        if sign == "+" and "text" in (one.kind, other.kind):
            return Value("text", const=one.const + other.const if one.const and other.const else None)
        return Value("boolean") if sign in ("<", ">", "<=", ">=") else Value("number")

    @staticmethod
    def _equal(one: Value, other: Value, sign: str) -> str | None:
        answer: bool | None = None
        if sign == "in" and other.kind == "object" and one.kind == "text" and one.const:
            has = one.const in other.fields
            sure = not other.fields[one.const].maybe if has else not other.open
            return str(has).lower() if sure else None
        vague = {"unknown", "union", "builtin", "method", "regex", "external"}
        if sign in ("in", "instanceof") or {one.kind, other.kind} & vague:
            return None
        if "null" in (one.kind, other.kind):
            answer = one.kind == other.kind
            if answer and len(sign) > 2:  # noqa: PLR2004 -- null === undefined
                return (
                    None
                    if one.missing is None and other.missing is None
                    else str(sign == "===").lower()
                    if other.const != "null"
                    else None
                )
        elif one.const is not None and other.const is not None and one.kind == other.kind:
            answer = one.const == other.const
        if answer is None:
            return None
        return str(answer == (sign in ("===", "=="))).lower()

    def x_unary_expression(self, node: Node, scope: Scope) -> Value:
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        with self.asking():
            value = self.eval(node.child_by_field_name("argument"), scope)
        if sign == "!":
            known = truth(value)
            return Value("boolean", const=None if known is None else str(not known).lower())
        if sign == "typeof":
            names = {"text": "string", "number": "number", "boolean": "boolean", "function": "function",
                     "object": "object", "list": "object", "promise": "object", "date": "object"}  # fmt: skip
            return Value("text", const=names.get(value.kind))
        return Value("number") if sign in ("-", "+") else unknown()

    def x_ternary_expression(self, node: Node, scope: Scope) -> Value:
        condition = node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        answer = self.ask(condition, scope)
        if answer is not None:
            return self.eval(then if answer else other, scope)
        guards = len(self.quiet)
        self.quiet += self.mentioned(condition) if condition is not None else []
        with self.doubting():
            found = either([self.eval(then, scope), self.eval(other, scope)])
        del self.quiet[guards:]
        return found

    def ask(self, node: Node | None, scope: Scope) -> bool | None:
        """Return what a condition comes to; None where that is open."""
        with self.asking():
            return truth(self.eval(node, scope))

    def mentioned(self, node: Node) -> list[str]:
        """Return the keys that a condition speaks of."""
        found: list[str] = []
        stack = [node]
        while stack:
            current = stack.pop()
            if current.type in ("property_identifier", "string_fragment", "identifier"):
                found.append(self.text(current))
            stack += current.named_children
        return found
