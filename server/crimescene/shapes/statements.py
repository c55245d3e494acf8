"""Statements that are alike in every language: conditions, loops, leaving a function."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crimescene.shapes.machine import BLOCKS, Machine
from crimescene.shapes.values import Scope, Value, elements, given_out, present, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

_CALLS = ("call_expression", "call", "method_invocation", "await_expression", "await")
_TELLS = re.compile(
    r"\s*(?:console|log\w*|print\w*|warn\w*|debug|fmt|System|this\.log\w*|self\.log\w*)\b", re.IGNORECASE
)
MAX_ROUNDS = 12
"""A loop over more elements, or over elements that are not known, runs once for any of them."""


class Statements(Machine):
    """The handlers of node types that most grammars call the same."""

    def s_return_statement(self, node: Node, scope: Scope) -> bool:
        parts, bare = self.parts(node), Value("null", at=self.hop(node, scope), was="void", name=scope.label)
        value = self.eval(parts[0], scope) if parts else bare
        scope.returned.append(given_out(value, self.hop(node, scope, "returns nothing")))
        self.left = "return"
        return True

    def s_break_statement(self, _node: Node, _scope: Scope) -> bool:
        self.left = "break"
        return True

    def s_continue_statement(self, _node: Node, _scope: Scope) -> bool:
        self.left = "continue"
        return True

    def s_throw_statement(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            self.eval(part, scope)
        self.left = "throw"
        return True

    def s_if_statement(self, node: Node, scope: Scope) -> bool:
        condition = node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        return self.choose(condition, then, lambda: self.maybe(other, scope), scope)

    def choose(
        self, condition: Node | None, then: Node | None, other: Callable[[], bool], scope: Scope
    ) -> bool:
        """Run what a condition decides."""
        answer, mentioned = self.ask(condition, scope), self.mentioned(condition)
        ended = self.branches(scope, answer, mentioned, [lambda: self.maybe(then, scope), other])
        if answer is None and not ended and then is not None and self._hands_over_for_good(then):
            self.assured(mentioned, scope)
        return ended

    def _hands_over_for_good(self, then: Node) -> bool:
        """Whether the last thing done is a call that may never return: whoever comes past it was asked."""
        parts = self.parts(then) if then.type in BLOCKS else [then]
        last = parts[-1] if parts else None
        inner = self.parts(last) if last is not None and last.type == "expression_statement" else []
        call = inner[0] if len(inner) == 1 else last
        return call is not None and call.type in _CALLS and not _TELLS.match(self.text(call))

    def assured(self, names: list[str], scope: Scope) -> None:
        """Note that what is named is there from here on."""
        self.quiet += names
        for name in names:
            holder = scope.find(name)
            if holder is not None:
                holder.names[name] = present(holder.names[name])

    def maybe(self, node: Node | None, scope: Scope) -> bool:
        """Run a statement that may not be there."""
        return self.exec(node, scope) if node is not None else False

    def ask(self, node: Node | None, scope: Scope) -> bool | None:
        """Return what a condition comes to; None where that is open."""
        with self.testing():
            return truth(self.eval(node, scope))

    @contextmanager
    def guarded(self, condition: Node | None) -> Iterator[None]:
        """Within, what ``condition`` speaks of was asked for."""
        guards = len(self.quiet)
        self.quiet += self.mentioned(condition)
        try:
            yield
        finally:
            del self.quiet[guards:]

    # ------------------------------------------------------------ loops

    def each(self, value: Value, run: Callable[[Value], bool], scope: Scope) -> bool:
        """Run the body of a loop for every element where each is known, else once for any."""
        items = value.items if value.kind == "list" else None
        if items is None or len(items) > MAX_ROUNDS:
            return self.repeated(lambda: run(elements(value)), scope)
        doubts = 0
        try:
            for item in list(items):
                self.left, self.parted = "", False
                ended = run(item)
                if ended and self.left in ("return", "throw"):
                    return not doubts
                if ended and self.left == "break":
                    break
                if self.parted and not doubts:
                    doubts = 1  # what follows is run only where the loop was not left
                    self.doubt += 1
        finally:
            self.doubt -= doubts
            self.left = ""
        return False

    def repeated(self, run: Callable[[], bool], scope: Scope, mentioned: list[str] | None = None) -> bool:
        """Run something that may happen any number of times."""

        def once() -> bool:
            run()
            return False

        self.branches(scope, None, mentioned or [], [once, lambda: False])
        self.left = ""
        return False

    def caught_in(self, body: Node | None, scope: Scope) -> bool:
        """Run what may fail without harm."""
        self.caught += 1
        try:
            return self.maybe(body, scope)
        finally:
            self.caught -= 1
