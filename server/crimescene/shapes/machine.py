"""Runs programs in the head: every value is a shape, every open question is answered with "unknown".

Nothing of the workspace is executed. A read is compared with the very value that flows there, so two
places are only ever compared along a way that a value takes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crimescene.shapes.report import Divergence, nearest, shape_of
from crimescene.shapes.values import Hop, Scope, Slot, Value, either, opened, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

MAX_STEPS = 150_000
MAX_DEPTH = 14
MAX_VISITS = 6
"""A function is not entered again while it runs so often already."""
NOT_FOLLOWED = 3
"""Functions that are handed to somebody we cannot see run with unknown arguments, this deep."""


class Machine:
    """What is the same in all languages; the handlers of node types come on top."""

    strict_missing = False
    """Whether asking for a key that is not there is an error by itself."""

    def __init__(self, load: Callable[[str, str], Scope | None]) -> None:
        self.load = load
        """Gives the scope of the module that is imported as written, in a file."""
        self.steps = MAX_STEPS
        self.depth = 0
        self.doubt = 0
        """Open questions around the place at hand."""
        self.lenient = 0
        """What is read here is asked whether it is there."""
        self.quiet: list[str] = []
        """Keys that a condition asked for, within what it guards."""
        self.called: set[tuple[str, int]] = set()
        self.active: dict[tuple[str, int], int] = {}
        self.found: dict[tuple[str, int, str], Divergence] = {}
        self.cleared: set[tuple[str, int, str]] = set()
        """Places that also read something which is right, or may be."""
        self.near: list[tuple[Divergence, Value, str, tuple[str, int, str]]] = []
        self.unknowns: dict[Hop, None] = {}

    # ------------------------------------------------------------ syntax

    @staticmethod
    def text(node: Node) -> str:
        """Return the source of ``node``."""
        return (node.text or b"").decode("utf-8", "replace")

    @staticmethod
    def parts(node: Node) -> list[Node]:
        """Return the named children that are no comments."""
        return [c for c in node.named_children if not c.is_extra]

    def hop(self, node: Node, scope: Scope, what: str = "") -> Hop:
        """Return the place of ``node``."""
        return Hop(scope.path, node.start_point[0] + 1, what)

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
        self.eval(node, scope)
        return False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within, values are asked for, not relied upon."""
        self.lenient += 1
        try:
            yield
        finally:
            self.lenient -= 1

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
            return ways[0 if answer else 1]()
        before = self._names(scope)
        guards = len(self.quiet)
        self.quiet += mentioned
        ends, after = [], []
        for way in ways:
            self._restore(before)
            with self.doubting():
                ends.append(way())
            after.append(self._names(scope))
        if not any(ends):
            del self.quiet[guards:]
        going = [names for names, ended in zip(after, ends, strict=True) if not ended]
        if not going:
            return True
        self._restore(going[0])
        for names in going[1:]:
            for held, known in names:
                for name, value in known.items():
                    mine = held.names.get(name)
                    if mine is not value:
                        held.names[name] = either([mine, value]) if mine is not None else unknown()
        return False

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
                    value = either([known.value, value])
                one.fields[key] = Slot(value, maybe)

    def report(  # noqa: PLR0917 -- all of it is said
        self,
        kind: str,
        value: Value,
        consumed: str,
        node: Node,
        scope: Scope,
        produced: str = "",
        *,
        only_near: bool = False,
    ) -> None:
        """Note a divergence at a read."""
        of_key = kind in ("missing-key", "case-mismatch")
        place = (scope.path, node.start_point[0] + 1, consumed if of_key else f"{kind} {consumed}")
        if value.at is None or consumed in self.quiet or self._root(node) in self.quiet:
            return
        here = self.hop(node, scope, f"reads {consumed}")
        found = Divergence(
            kind, produced or shape_of(value), consumed, value.at, here, shape_of(value), tuple(value.trail)
        )
        if only_near:
            self.near.append((found, value, produced, place))
        else:
            self.found.setdefault(place, found)

    def _root(self, node: Node) -> str:
        """Return the name that a read starts from: a condition may have asked what it is."""
        if node.type == "property_identifier" and node.parent is not None:
            node = node.parent
        current: Node | None = node
        while current is not None and current.type != "identifier":
            inner = (current.child_by_field_name(name) for name in ("object", "value", "function", "right"))
            current = next((part for part in inner if part is not None), None)
        return self.text(current) if current is not None else ""

    def absent(self, value: Value, key: str, node: Node, scope: Scope, *, strict: bool) -> Value:
        """Read a key that an object does not have."""
        near, same = nearest(key, value)
        place = (scope.path, node.start_point[0] + 1, key)
        result = Value("null", missing=(value, key), at=self.hop(node, scope))
        kind = "case-mismatch" if same else "missing-key"
        if self.lenient and not same:
            return result
        if self.lenient:
            # Asked for under one way of writing while it goes unread under another.
            self.report(kind, value, key, node, scope, near, only_near=True)
            return result
        if strict:
            self.report(kind, value, key, node, scope, near)
            return unknown()
        if near and place not in self.found:
            self.report(kind, value, key, node, scope, near, only_near=True)
        return result

    def field(self, value: Value, key: str, node: Node, scope: Scope, *, strict: bool) -> Value | None:
        """Return what an object holds under a key; None where that is not known."""
        slot = value.fields.get(key)
        value.reads.add(key)
        if slot is None and not value.fields:
            return None  # empty so far: somebody may fill it later
        if slot is not None:
            self.cleared.add((scope.path, node.start_point[0] + 1, key))
            return unknown() if slot.maybe else slot.value
        if value.open:
            self.cleared.add((scope.path, node.start_point[0] + 1, key))
            return None
        return self.absent(value, key, node, scope, strict=strict)

    def used(self, value: Value, node: Node, scope: Scope) -> None:
        """Note that a value has to be there: shown, computed with, looked into."""
        if value.missing is not None and not self.lenient:
            holder, key = value.missing
            near, same = nearest(key, holder)
            self.report("case-mismatch" if same else "missing-key", holder, key, node, scope, near)

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
            return unknown()
        key = (function.scope.path, function.node.start_byte)
        self.called.add(key)
        if self.depth >= MAX_DEPTH or self.active.get(key, 0) >= MAX_VISITS or self.steps < 0:
            for value in (*arguments, *named.values()):
                opened(value)
            return unknown()
        inner = Scope(function.scope.path, function.scope, label=function.name)
        inner.this = function.this or this or function.scope.this
        if node is not None:
            for value in (*arguments, *named.values()):
                value.passes(self.hop(node, scope, f"passed to {function.name or 'a function'}"))
        self.depth += 1
        self.active[key] = self.active.get(key, 0) + 1
        guards, self.quiet = self.quiet, []
        lenient, self.lenient = self.lenient, 0
        try:
            self.bind(function, inner, arguments, named, node)
            result = self.body(function, inner)
        finally:
            self.depth -= 1
            self.active[key] -= 1
            self.quiet, self.lenient = guards, lenient
        if node is not None:
            result.passes(self.hop(function.node, inner, f"returned by {function.name or 'a function'}"))
        return result

    def handed_out(self, values: list[Value], scope: Scope) -> None:
        """Values go to somebody we cannot see: objects may change, functions may be called."""
        for value in values:
            opened(value)
            if value.kind == "function" and value.node is not None and self.depth < NOT_FOLLOWED:
                with self.doubting():
                    self.call(value, [unknown()] * 4, {}, None, scope)

    # ------------------------------------------------------------ answers

    def divergences(self) -> list[Divergence]:
        """Return what was found, in the order in which values flow."""
        found = dict(self.found)
        for one, value, other, place in self.near:
            if other not in value.reads:
                found.setdefault(place, one)
        return [one for place, one in found.items() if place not in self.cleared]
