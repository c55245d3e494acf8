"""What the readers of all languages share: a body in the making, and units on top of nodes."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.scopes.ir import (
    Attribute,
    Binding,
    Body,
    Defined,
    Display,
    Either,
    Expr,
    Index,
    Invoke,
    Item,
    Name,
    Store,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node


_DOTTED = re.compile(r"^[\w.]+")


@dataclass(slots=True)
class File:
    """One parsed file; ``offset`` is where its text starts in the real file (for parts of large ones)."""

    path: str
    language: str
    source: bytes
    package: str = ""


@dataclass(slots=True)
class Reading:
    """The body of one unit while it is read."""

    file: File
    unit: Unit
    body: Body = field(default_factory=Body)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    after: int = -1
    """Where bindings of the statement at hand begin to hold; -1 at once."""
    narrows: bool = False
    """Whether they hold in the current block only."""

    def text(self, node: Node) -> str:
        """Return the source text of ``node``."""
        return self.file.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def bind(self, name: str, value: Expr, start: int, *, narrows: bool = False) -> None:
        """Record that ``name`` is given ``value`` in the current block."""
        block = self.blocks[-1] if self.blocks else (self.unit.start, self.unit.end)
        self.body.bindings.setdefault(name, []).append(
            Binding(value, start, block, narrows or self.narrows, self.after)
        )

    @contextmanager
    def binding_after(self, place: int, *, narrows: bool = False) -> Iterator[None]:
        """Let bindings hold from ``place`` on, with ``narrows`` only in the current block."""
        before = self.after, self.narrows
        self.after, self.narrows = place, narrows
        try:
            yield
        finally:
            self.after, self.narrows = before

    def call(self, invoke: Invoke) -> Invoke:
        """Record a call; what fills a container is a store as well."""
        self.body.calls.append(invoke)
        function = invoke.function
        name = getattr(function, "name", "")
        base = getattr(function, "base", None)
        if base is not None and invoke.arguments and name in FILLING:
            value = invoke.arguments[-1]
            key = invoke.arguments[0] if name in KEYED and len(invoke.arguments) > 1 else None
            self.body.stores.append(Store(base, None, key, value))
        return invoke

    def add(self, unit: Unit) -> Defined:
        """Record a nested unit."""
        self.body.units.append(unit)
        return Defined(unit.name_start, unit)


FILLING = frozenset(
    {
        "append",
        "add",
        "insert",
        "appendleft",
        "push",
        "unshift",
        "set",
        "setdefault",
        "put",
        "addLast",
        "offer",
    }
)
KEYED = frozenset({"set", "put", "setdefault"})


def make_unit(  # noqa: PLR0917 -- all of them are needed to tell
    reading: Reading | None,
    file: File,
    kind: str,
    name: str,
    node: Node,
    read_body: Callable[[Unit], Body],
    *,
    name_node: Node | None = None,
    outer: Node | None = None,
) -> Unit:
    """Build a unit on ``node``; ``outer`` is the node with its decorators."""
    whole = outer or node
    return Unit(
        kind=kind,
        name=name,
        path=file.path,
        language=file.language,
        parent=reading.unit if reading else None,
        start=whole.start_byte,
        end=whole.end_byte,
        name_start=(name_node or node).start_byte,
        first_lineno=whole.start_point[0] + 1,
        last_lineno=whole.end_point[0] + 1,
        read_body=read_body,
        package=file.package,
    )


def named(node: Node) -> Iterator[Node]:
    """Yield the named children that are no comments."""
    for child in node.children:
        if child.is_named and not child.is_extra:
            yield child


def items_of(base: Expr, count: int, starred: int | None) -> Iterable[Item]:
    """Yield what each of ``count`` targets gets when ``base`` is unpacked; ``starred`` is the greedy one."""
    for position in range(count):
        if starred is None or position < starred:
            yield Item(base.start, base, position)
        elif position == starred:
            yield Item(base.start, base)
        else:
            yield Item(base.start, base, count - 1 - position, from_end=True)


def sequence(start: int, values: Iterable[Expr], kind: str = "list") -> Display:
    """Return a display without keys."""
    return Display(start, kind, tuple((None, value) for value in values))


def type_text(start: int, text: str) -> Expr:
    """Read a type written as a string: unions and generics by bracket depth."""
    depth, parts, last = 0, [], 0
    for position, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == "|" and depth == 0:
            parts.append(text[last:position])
            last = position + 1
    if parts:
        return Either(start, tuple(type_text(start, part) for part in [*parts, text[last:]]))
    text = text.strip().strip("'\"")
    head, bracket, rest = text.partition("[")
    if not _DOTTED.fullmatch(head.strip()):
        return Expr(start)
    names = head.strip().split(".")
    base: Expr = Name(start, names[0])
    for name in names[1:]:
        base = Attribute(start, base, name)
    if not bracket:
        return base
    inner = rest.rpartition("]")[0]
    depth, last, items = 0, 0, []
    for position, char in enumerate(inner + ","):
        depth += (char in "[(") - (char in "])")
        if char == "," and depth == 0:
            items.append(type_text(start, inner[last:position]))
            last = position + 1
    key: Expr = items[0] if len(items) == 1 else Display(start, "tuple", tuple((None, i) for i in items))
    return Index(start, base, key)
