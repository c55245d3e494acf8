"""JavaScript, TypeScript and JSX, run in the head: operators and conditions."""

from __future__ import annotations

from contextlib import nullcontext
from operator import add, ge, gt, le, lt, mod, mul, sub
from typing import TYPE_CHECKING

from crimescene.shapes.statements import Statements
from crimescene.shapes.values import Scope, Value, either, present, truth, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_ARITHMETIC = {"+": add, "-": sub, "*": mul, "%": mod}
_ORDER = {"<": lt, ">": gt, "<=": le, ">=": ge}


class EcmascriptOperators(Statements):
    """The handlers of operators."""

    def x_binary_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if left is None or right is None:
            return unknown()
        if sign in ("&&", "||", "??"):
            with self.testing():
                first = self.eval(left, scope)
            first = Value("null") if first.missing is not None else first
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
            return either([present(first), other]) if sign != "&&" else unknown()
        equality = sign in ("===", "!==", "==", "!=", "in", "instanceof")
        if equality:
            plain = sign in ("===", "==", "!==", "!=") and bool(
                {left.type, right.type} & {"string", "number"}
            )
            with nullcontext() if plain else self.testing():
                one, other = self.eval(left, scope), self.eval(right, scope)
            if plain:
                self.compared(one, other, node, scope)
            return Value("boolean", const=self._equal(one, other, sign))
        one, other = self.eval(left, scope), self.eval(right, scope)
        self.used(one, left, scope)
        self.used(other, right, scope)
        for side in (one, other):
            self.awaited(side, node, scope)
        if sign == "+" and "text" in (one.kind, other.kind):
            self.compared(one, other, node, scope)
            known = one.const is not None and other.const is not None
            return Value("text", const=f"{one.const}{other.const}" if known else None)
        return _computed(one, other, sign)

    def compared(self, one: Value, other: Value, node: Node, scope: Scope) -> None:
        """Note a number that became text on its way and meets a number."""
        for text, number in ((one, other), (other, one)):
            if text.kind == "text" and text.was == "number" and number.kind == "number" and text.key:
                self.report("serialised-type", text, text.key, node, scope, text.key)

    def awaited(self, value: Value, node: Node, scope: Scope, consumed: str = "") -> None:
        """Note that a value has to be no promise."""
        if value.kind == "promise" and not self.lenient:
            self.report("promise-not-awaited", value, consumed or self.text(node)[:40], node, scope)

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
        with self.testing():
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


def _computed(one: Value, other: Value, sign: str) -> Value:
    """Return what two numbers come to."""
    ordered = sign in _ORDER
    plain = one.kind == other.kind == "number" and bool(one.const) and bool(other.const)
    whole = plain and (one.const or "").isdigit() and (other.const or "").isdigit()
    if not whole:
        return Value("boolean" if ordered else "number")
    a, b = int(one.const or 0), int(other.const or 0)
    if ordered:
        return Value("boolean", const=str(_ORDER[sign](a, b)).lower())
    known = sign in _ARITHMETIC and not (sign == "%" and b == 0) and max(a, b) < 1 << 40
    return Value("number", const=str(_ARITHMETIC[sign](a, b)) if known else None)
