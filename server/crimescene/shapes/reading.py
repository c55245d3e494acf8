"""What is read is compared with the value that flows there; what differs is noted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crimescene.shapes.report import Divergence, Unseen, nearest, shape_of
from crimescene.shapes.values import Hop, Scope, Value, either, nothing, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

NAMES = frozenset(
    [
        "identifier",
        "member_expression",
        "attribute",
        "subscript",
        "subscript_expression",
        "field_access",
        "selector_expression",
        "index_expression",
        "call",
        "call_expression",
        "method_invocation",
    ]
)
"""Node types of what a condition may have asked for before."""
_WORDS = frozenset(
    [
        "string_content",
        "string_fragment",
        "property_identifier",
        "identifier",
        "field_identifier",
        "interpreted_string_literal_content",
        "shorthand_property_identifier",
        "type_identifier",
    ]
)

_UNSEEN = 200
_WHOLE = ("nullable-vs-required", "void-result", "promise-not-awaited")
_INNER = ("object", "operand", "array", "value", "function", "right")


class Reading:
    """Reads of values, and what was found at them."""

    def __init__(self) -> None:
        self.lenient = 0
        """What is read here is asked whether it is there."""
        self.tested = 0
        """So many of these questions are conditions: what they look into has to be there all the same."""
        self.quiet: list[str] = []
        """Keys that a condition asked for, within what it guards."""
        self.behind = 0
        """How many keys the conditions around the callers speak of."""
        self.caught = 0
        """Whoever fails here is caught."""
        self.found: dict[tuple[str, int, str], Divergence] = {}
        self.cleared: set[tuple[str, int, str]] = set()
        """Places that also read something which is right, or may be."""
        self.near: list[tuple[Divergence, Value, str, tuple[str, int, str]]] = []
        self.unseen: dict[tuple[Hop, str], Unseen] = {}

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

    def mentioned(self, node: Node | None) -> list[str]:
        """Return the names and keys that a condition speaks of."""
        found: list[str] = []
        stack = [node] if node is not None else []
        while stack:
            current = stack.pop()
            if current.type in _WORDS:
                found.append(self.text(current))
            stack += current.named_children
        return found

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within, values are asked for, not relied upon."""
        self.lenient += 1
        try:
            yield
        finally:
            self.lenient -= 1

    @contextmanager
    def testing(self) -> Iterator[None]:
        """Within, what a condition comes to is asked for; what it looks into is relied upon."""
        self.tested += 1
        try:
            with self.asking():
                yield
        finally:
            self.tested -= 1

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
        read: Hop | None = None,
    ) -> None:
        """Note a divergence at a read."""
        of_key = kind in ("missing-key", "case-mismatch", "renamed-without-source")
        read = read or self.hop(node, scope)
        place = (read.path, read.lineno, consumed if of_key else f"{kind} {consumed}")
        whole = kind in _WHOLE  # whatever is read of it
        if value.at is None or (consumed in self.quiet and not whole) or self._root(node) in self.quiet:
            return
        if place in self.found:
            return
        here = Hop(read.path, read.lineno, f"reads {consumed}")
        shape = shape_of(value)
        ways = tuple(value.trail), tuple(value.before)
        found = Divergence(kind, produced or shape, consumed, value.at, here, shape, *ways)
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
            inner = (current.child_by_field_name(name) for name in _INNER)
            current = next((part for part in inner if part is not None), None)
        return self.text(current) if current is not None else ""

    def absent(self, value: Value, key: str, node: Node, scope: Scope, *, strict: bool) -> Value:
        """Read a key that an object does not have."""
        near, same = nearest(key, value)
        place = (scope.path, node.start_point[0] + 1, key)
        result = Value("null", missing=(value, key), at=self.hop(node, scope))
        kind = "case-mismatch" if same else "missing-key"
        if self.lenient and not same and "." not in near:
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
        elif self.owed(value, node, scope):
            self.report(kind, value, key, node, scope)
        return result

    @staticmethod
    def owed(value: Value, node: Node, scope: Scope) -> bool:
        """Whether an object is the result of a function or a constant of a module: all its keys are due."""
        if value.at is None or value.at.path == scope.path or value.style == "instance":
            return False
        if value.trail:
            return value.trail[-1].what.startswith("returned by")
        return _constant(node, value, scope)

    def field(self, value: Value, key: str, node: Node, scope: Scope, *, strict: bool) -> Value | None:
        """Return what an object holds under a key; None where that is not known."""
        slot = value.fields.get(key)
        value.reads.add(key)
        if slot is None and not value.fields:
            return None  # empty so far: somebody may fill it later
        if slot is not None:
            sure = slot.asked and not self.lenient and not self.quiet and not self.behind
            if slot.maybe and strict and sure:
                self.report("maybe-missing", value, key, node, scope, key)
            self.cleared.add((scope.path, node.start_point[0] + 1, key))
            if slot.maybe and not strict and sure:
                return either([unknown(), Value("null", at=value.at, was="maybe", key=key, name=key)])
            return unknown() if slot.maybe else slot.value
        if value.open:
            self.cleared.add((scope.path, node.start_point[0] + 1, key))
            return None
        return self.absent(value, key, node, scope, strict=strict)

    def used(self, value: Value, node: Node, scope: Scope) -> None:
        """Note that a value has to be there: shown, computed with, looked into."""
        if value.missing is None or self.lenient > self.tested:
            return
        holder, key = value.missing
        near, same = nearest(key, holder)
        kind = "case-mismatch" if same else "missing-key"
        if not near and value.at is not None and value.at.path != scope.path:
            kind = "renamed-without-source"
        self.report(kind, holder, key, node, scope, near, read=value.at)

    def _not_seen(self, value: Value, key: str, node: Node, scope: Scope) -> None:
        """Note that a key is read of what somebody made whom we cannot see."""
        outer = node.parent
        if node.type == "property_identifier" and outer is not None:
            node, outer = outer, outer.parent
        called = outer is not None and "call" in outer.type and outer.child_by_field_name("function") == node
        named = key.isidentifier() and not key.startswith("_")
        if value.at is None or called or not named or len(self.unseen) >= _UNSEEN:
            return
        read = self.hop(node, scope, f"reads {key}")
        if (read.path, read.lineno) != (value.at.path, value.at.lineno):
            self.unseen.setdefault((value.at, key), Unseen(value.name, value.at, key, read))

    def looked_up(self, call: Node) -> bool:
        """Whether the key that a call asks for stands in a name, not in the call."""
        given = call.child_by_field_name("arguments")
        first = self.parts(given)[0] if given is not None and self.parts(given) else None
        return first is not None and "string" not in first.type and "literal" not in first.type

    def needed(self, value: Value, consumed: str, node: Node, scope: Scope) -> None:
        """Note that a value has to be something: it is looked into, called, gone through."""
        self.used(value, node, scope)
        if value.kind == "unknown" and value.at is not None:
            self._not_seen(value, consumed, node, scope)
        none = nothing(value)
        if none is None or self.lenient > self.tested or self.caught:
            return
        if none.was == "maybe":
            self.report("maybe-missing", none, none.key, node, scope, none.key)
            return
        void = none.was == "void" and value is none
        kind = "void-result" if void else "nullable-vs-required"
        self.report(kind, none, consumed, node, scope, none.name)

    # ------------------------------------------------------------ answers

    def divergences(self) -> list[Divergence]:
        """Return what was found, in the order in which values flow."""
        near: dict[tuple[str, int, str], Divergence] = {}
        for one, value, other, place in self.near:
            if other.partition(".")[0] not in value.reads:
                near.setdefault(place, one)
        # What has a key that nobody reads lacks the one that is read, whatever else passes there.
        sure = {place: one for place, one in self.found.items() if place not in self.cleared}
        return [*sure.values(), *(one for place, one in near.items() if place not in sure)]


def _constant(node: Node, value: Value, scope: Scope) -> bool:
    """Whether a read names what another module holds under a name in capitals."""
    base = node.parent.child_by_field_name("object") if node.parent is not None else None
    if base is None or base.type != "identifier" or not (base.text or b"").isupper():
        return False
    name = (base.text or b"").decode()
    holder = scope.find(name)
    return holder is not None and holder.parent is None and holder.names[name] is value
