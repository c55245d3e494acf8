"""Runs programs in the head: every value is a shape, every open question is answered with "unknown".

Nothing of the workspace is executed. A read is compared with the very value that flows there, so two
places are only ever compared along a way that a value takes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crimescene.shapes.reading import NAMES, Reading
from crimescene.shapes.routes import Routes
from crimescene.shapes.values import Scope, Slot, Value, either, opened, present, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

FUNCTIONS = frozenset(
    [
        "function_definition",
        "lambda",
        "arrow_function",
        "function_expression",
        "function_declaration",
        "method_definition",
        "class_definition",
        "class_declaration",
        "class_body",
        "lambda_expression",
        "func_literal",
        "generator_function",
        "generator_function_declaration",
    ]
)
_NEVER = ("assert_statement", "switch_statement", "match_statement", "expression_switch_statement", "yield")
_NESTS = ("if_statement", "else_clause", "elif_clause", "try_statement", "except_clause", "with_statement",
          "catch_clause", "finally_clause")  # fmt: skip
BLOCKS = ("block", "statement_block")
_LONGEST = 60
MAX_STEPS = 150_000
MAX_DEPTH = 14
MAX_VISITS = 6
"""A function is not entered again while it runs so often already."""
NOT_FOLLOWED = 3
"""Functions that are handed to somebody we cannot see run with unknown arguments, this deep."""


class Machine(Reading):
    """What is the same in all languages; the handlers of node types come on top."""

    strict_missing = False
    """Whether asking for a key that is not there is an error by itself."""

    def __init__(self, load: Callable[[str, str], Scope | None]) -> None:
        super().__init__()
        self.load = load
        """Gives the scope of the module that is imported as written, in a file."""
        self.steps = MAX_STEPS
        self.routes = Routes()
        self.depth = 0
        self.doubt = 0
        """Open questions around the place at hand."""
        self.left = ""
        """How the last statement that ended a way did so: return | throw | break | continue."""
        self.parted = False
        """One of two open ways left a loop or the function."""
        self.called: set[tuple[str, int]] = set()
        self.active: dict[tuple[str, int], int] = {}

    # ------------------------------------------------------------ running

    def eval(self, node: Node | None, scope: Scope) -> Value:
        """Return the value of an expression."""
        if node is None:
            return Value("null")
        self.steps -= 1
        if self.steps < 0:
            return unknown()
        handler = getattr(self, "x_" + node.type, None)
        if handler is not None:
            found: Value = handler(node, scope)
            asked = bool(found.options and self.quiet) and node.type in NAMES
            if asked and not set(self.mentioned(node)).isdisjoint(self.quiet):
                return present(found)  # somebody asked before
            return found
        for part in self.parts(node):
            self.eval(part, scope)
        return unknown()

    def block(self, nodes: Sequence[Node], scope: Scope) -> bool:
        """Run statements; True if what follows is not reached."""
        guards = len(self.quiet)
        try:
            return any(self.exec(node, scope) for node in nodes)
        finally:
            del self.quiet[guards:]

    def exec(self, node: Node, scope: Scope) -> bool:
        """Run a statement; True if what follows is not reached."""
        handler = getattr(self, "s_" + node.type, None)
        if handler is not None:
            return bool(handler(node, scope))
        if self.eval(node, scope).kind == "never":
            self.left = "throw"
            return True
        return False

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """Within, things may or may not happen."""
        self.doubt += 1
        try:
            yield
        finally:
            self.doubt -= 1

    def branches(
        self,
        scope: Scope,
        answer: bool | None,  # noqa: FBT001 -- it is the condition
        mentioned: list[str],
        ways: list[Callable[[], bool]],
    ) -> bool:
        """Run both ways of a condition, or the one it is known to take."""
        if answer is not None:
            return self._sure_way(ways[0 if answer else 1], mentioned, scope)
        before = self._names(scope)
        guards = len(self.quiet)
        self.quiet += mentioned
        ends, after = [], []
        for way in ways:
            self._restore(before)
            with self.doubting():
                ends.append(way())
            self.parted = self.parted or (ends[-1] and self.left != "throw")
            after.append(self._names(scope))
        if not any(ends):
            del self.quiet[guards:]
            mended: list[str] = []
        else:
            mended = mentioned  # who is still here was asked
        going = [names for names, ended in zip(after, ends, strict=True) if not ended]
        if not going:
            return True
        self._restore(going[0])
        for names in going[1:]:
            self._join(names, mentioned)
        for held, _ in going[0]:
            for name in mended:
                if name in held.names:
                    held.names[name] = present(held.names[name])
        return False

    @staticmethod
    def _sure_way(way: Callable[[], bool], mentioned: list[str], scope: Scope) -> bool:
        """Run the way that a condition takes; what it asked for and that way gave is there afterwards."""
        known = {name: (holder, holder.names[name]) for name in mentioned if (holder := scope.find(name))}
        ended = way()
        for name, (holder, before) in known.items():
            value = holder.names.get(name)
            if value is not None and value is not before:
                holder.names[name] = present(value)
        return ended

    @staticmethod
    def _join(names: list[tuple[Scope, dict[str, Value]]], mentioned: list[str]) -> None:
        """Let names hold what either way gave them."""
        for held, known in names:
            for name, value in known.items():
                mine = held.names.get(name)
                if mine is not value:
                    asked = name in mentioned  # one of them mended what was not there
                    pair = [] if mine is None else [mine, value]
                    sure = [present(v) for v in pair if v.kind != "null"] if asked else []
                    held.names[name] = either(sure or pair)

    @staticmethod
    def _names(scope: Scope) -> list[tuple[Scope, dict[str, Value]]]:
        found: list[tuple[Scope, dict[str, Value]]] = []
        current: Scope | None = scope
        while current is not None:
            found.append((current, dict(current.names)))
            current = current.parent
        return found

    @staticmethod
    def _restore(names: list[tuple[Scope, dict[str, Value]]]) -> None:
        for scope, known in names:
            scope.names = dict(known)

    # ------------------------------------------------------------ values

    def make(self, kind: str, node: Node, scope: Scope, style: str = "") -> Value:
        """Return a new object or list."""
        return Value(kind, at=self.hop(node, scope, "made"), style=style, depth=self.doubt)

    @staticmethod
    def called_as(name: str, value: Value, scope: Scope) -> None:
        """Note that a value is known by a name: what the file fills by computed keys has any."""
        while scope.parent is not None:
            scope = scope.parent
        if value.kind == "object" and name in scope.filled:
            value.open = True

    def put(self, holder: Value, key: str | None, value: Value) -> None:
        """Give a key of an object a value; a key that is not known may be any."""
        for one in holder.options or (holder,):
            if one.kind not in ("object", "module"):
                continue
            if key is None or holder.options:
                one.open = True
            else:
                known = one.fields.get(key)
                maybe = self.doubt > one.depth and (known is None or known.maybe)
                if known is not None and self.doubt > one.depth:
                    before = present(known.value) if key in self.quiet else known.value
                    value = either([before, value])
                one.fields[key] = Slot(value, maybe, asked=maybe and bool(self.quiet))

    # ------------------------------------------------------------ functions

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        """Give the parameters of a function their values."""
        raise NotImplementedError

    def body(self, function: Value, scope: Scope) -> Value:
        """Run the body of a function and return its result."""
        raise NotImplementedError

    def call(  # noqa: PLR0917 -- all of it decides
        self,
        function: Value,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
        scope: Scope,
        this: Value | None = None,
    ) -> Value:
        """Return what calling a function gives."""
        if function.kind == "union":
            return either([self.call(f, arguments, named, node, scope, this) for f in function.options])
        if function.kind != "function" or function.node is None or function.scope is None:
            self.handed_out([*arguments, *named.values()], scope)
            return self.unseen_result(node, scope)
        key = (function.scope.path, function.node.start_byte)
        if self.depth >= MAX_DEPTH or self.active.get(key, 0) >= MAX_VISITS or self.steps < 0:
            for value in (*arguments, *named.values()):
                opened(value)
            return unknown()
        self.called.add(key)
        inner = Scope(function.scope.path, function.scope, label=function.name)
        inner.this = function.this or this or function.scope.this
        if node is not None:
            for value in (*arguments, *named.values()):
                value.passes(self.hop(node, scope, f"passed to {function.name or 'a function'}"))
        self.depth += 1
        self.active[key] = self.active.get(key, 0) + 1
        guards, self.quiet = self.quiet, []
        lenient, self.lenient = self.lenient, 0
        tested, self.tested = self.tested, 0
        parted, caught, self.caught = self.parted, self.caught, 0
        self.behind += len(guards)
        try:
            self.bind(function, inner, arguments, named, node)
            result = self.body(function, inner)
        finally:
            self.depth -= 1
            self.active[key] -= 1
            self.quiet, self.lenient, self.tested = guards, lenient, tested
            self.behind -= len(guards)
            self.parted, self.caught, self.left = parted, caught, ""
        if node is not None:
            result.passes(self.hop(function.node, inner, f"returned by {function.name or 'a function'}"))
        return result

    def unseen_result(self, node: Node | None, scope: Scope) -> Value:
        """Return what somebody gives whom we cannot see."""
        if node is None:
            return unknown()
        text = " ".join(self.text(node)[:200].split())
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        return Value("unknown", at=self.hop(node, scope, "calls what cannot be seen"), name=shown)

    @staticmethod
    def place(function: Value) -> tuple[str, int]:
        """Return what tells a function from others."""
        return (
            function.scope.path if function.scope else "",
            function.node.start_byte if function.node else -1,
        )

    def fell_through(self, node: Node, scope: Scope, *, bare: bool) -> Value:
        """Return what a function without a return gives; one that is ``bare`` is there to be overridden."""
        void = not self.gives(node)
        if bare or (not void and self.hands_over(node.child_by_field_name("body"))):
            return unknown()
        hop = self.hop(node, scope, "ends without a return")
        return Value("null", at=hop, was="void" if void else "returned", name=scope.label)

    def hands_over(self, body: Node | None) -> bool:
        """Whether a function may end in a call that never returns, or in cases that are all there are."""
        parts = self.parts(body) if body is not None else []
        if body is None or body.type in _NEVER or "call" in body.type or "invocation" in body.type:
            return body is not None
        if body.type in _NESTS:
            return any(self.hands_over(part) for part in parts if part.type in _NESTS or part.type in BLOCKS)
        if body.type in ("while_statement", "for_statement"):
            return "true" in self.text(body)[:20].lower() or "(;;)" in self.text(body)[:10]
        return bool(parts) and body.type in (*BLOCKS, "expression_statement") and self.hands_over(parts[-1])

    def gives(self, function: Node) -> bool:
        """Whether some statement of a function returns a value."""
        stack = [c for c in function.named_children if not c.is_extra]
        while stack:
            current = stack.pop()
            if current.type == "return_statement" and self.parts(current):
                return True
            if current.type not in FUNCTIONS:
                stack += current.named_children
        return False

    def handed_out(self, values: list[Value], scope: Scope) -> None:
        """Values go to somebody we cannot see: objects may change, functions may be called."""
        for value in values:
            opened(value)
            if value.kind == "function" and value.node is not None and self.depth < NOT_FOLLOWED:
                with self.doubting():
                    self.call(value, [unknown()] * 4, {}, None, scope)
