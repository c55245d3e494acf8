"""What the run of a program in the head knows about a value: its shape, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = frozenset({"text", "number", "boolean", "null"})
MAX_OPTIONS = 4
MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class Hop:
    """A place that a value passes; ``what`` says how."""

    path: str
    lineno: int
    what: str


@dataclass(slots=True, eq=False)
class Slot:
    """What one key holds; ``maybe`` where only some branch gave it."""

    value: Value
    maybe: bool = False
    alias: str = ""
    """What it is called where it is written out."""
    asked: bool = False
    """It was a condition that decided whether to give it."""


@dataclass(slots=True, eq=False)
class Scope:
    """Names of a module or function, and what became of running it."""

    path: str
    parent: Scope | None
    names: dict[str, Value] = field(default_factory=dict)
    this: Value | None = None
    returned: list[Value] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)
    label: str = "<module>"
    outer: set[str] = field(default_factory=set)
    filled: frozenset[str] = frozenset()
    """Of a module: names of what the file fills under keys that are computed, maybe later."""

    body: bool = False
    """Of a class in Python: its methods do not see its names."""

    def find(self, name: str) -> Scope | None:
        """Return the scope that holds ``name``."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and name not in scope.outer and (scope is self or not scope.body):
                return scope
            scope = scope.parent
        return None


@dataclass(slots=True, eq=False)
class Value:
    """One value; objects are shared and changed in place, as in the program."""

    kind: str
    """text | number | boolean | date | null | object | list | promise | function | class | module |
    union | unknown"""
    at: Hop | None = None
    fields: dict[str, Slot] = field(default_factory=dict)
    open: bool = False
    """It may have more keys than these."""
    items: list[Value] | None = None
    """The elements where each is known."""
    element: Value | None = None
    """Any element; of a promise what it resolves to."""
    const: str | None = None
    options: tuple[Value, ...] = ()
    node: Node | None = None
    scope: Scope | None = None
    this: Value | None = None
    name: str = ""
    missing: tuple[Value, str] | None = None
    """The object that was asked for a key it does not have, and the key."""
    was: str = ""
    """What it was before it was written out as text; of null how it came about."""
    key: str = ""
    """The key it was taken from, for values that lost something on the way."""
    style: str = ""
    """dict | object | instance | record | map | list | tuple | set"""
    depth: int = 0
    """How many open questions stood around the place that made it."""
    reads: set[str] = field(default_factory=set)
    trail: list[Hop] = field(default_factory=list)
    before: list[Hop] = field(default_factory=list)
    """Where the parts it was put together from had been."""

    def passes(self, hop: Hop, depth: int = 2) -> None:
        """Note that the value passes a place, with what is in it."""
        if len(self.trail) < MAX_HOPS and hop not in self.trail:
            self.trail.append(hop)
        for option in self.options:
            option.passes(hop, depth)
        if depth and self.kind in ("list", "promise"):
            inner = [*(self.items or ())[:MAX_HOPS], *([self.element] if self.element is not None else ())]
            for value in inner:
                value.passes(hop, depth - 1)


def came_from(made: Value, given: Value) -> None:
    """Note that one value was put together from another."""
    origin = [] if given.at is None else [Hop(given.at.path, given.at.lineno, describe(given))]
    for hop in (*given.before, *origin, *given.trail):
        if len(made.before) < MAX_HOPS and hop not in made.before:
            made.before.append(hop)


def unknown() -> Value:
    """Return a value that nothing is known about."""
    return Value("unknown")


def either(values: list[Value]) -> Value:  # noqa: PLR0911 -- one answer a mixture
    """Return one of several values."""
    flat: list[Value] = []
    for value in values:
        for one in value.options or (value,):
            if all(one is not other for other in flat):
                flat.append(one)
    flat = [v for v in flat if v.kind != "never"]
    kinds = {v.kind for v in flat}
    if len(flat) == 1:
        return flat[0]
    if not flat or "unknown" in kinds:
        absent = [v for v in flat if v.kind == "null" and v.at is not None]
        return Value("union", options=(unknown(), absent[0])) if absent else unknown()
    if len(flat) > MAX_OPTIONS and kinds != {"object"}:
        return unknown()
    if len(kinds) == 1 and kinds <= _PLAIN:
        return flat[0] if len(flat) == 1 else _any_of(flat)
    flat = [*(_any_of([v for v in flat if v.kind == k]) for k in sorted(kinds & _PLAIN)), *_others(flat)]
    if len(flat) > 1 and kinds == {"object"} and (alike := _alike(flat)) is not None:
        return alike
    if len(flat) > MAX_OPTIONS:
        return unknown()
    return flat[0] if len(flat) == 1 else Value("union", options=tuple(flat))


def _others(values: list[Value]) -> list[Value]:
    """Return the values that have parts; those with the same keys as one."""
    found = [v for v in values if v.kind not in _PLAIN]
    objects = [v for v in found if v.kind == "object"]
    alike = _alike(objects) if len(objects) > 1 and len(objects) < len(values) else None
    return found if alike is None else [alike, *(v for v in found if v.kind != "object")]


def _any_of(values: list[Value]) -> Value:
    """Return one plain value for several of its kind."""
    first = values[0]
    if len(values) == 1:
        return first
    if first.kind == "null":
        return next((v for v in values if v.at is not None), first)
    same = all(v.was == first.was for v in values)
    return Value(first.kind, at=first.at, was=first.was if same else "", key=first.key if same else "")


def nothing(value: Value) -> Value | None:
    """Return the null that a value is, or may be, where somebody gave it out on purpose or by omission."""
    return next(
        (v for v in value.options or (value,) if v.kind == "null" and v.at is not None and v.missing is None),
        None,
    )


def present(value: Value) -> Value:
    """Return a value that somebody made sure is there."""
    if not value.options:
        return value
    return either([v for v in value.options if v.kind != "null"])


def given_out(value: Value, hop: Hop) -> Value:
    """Return a value that a function returns: a null in it is from there."""
    bare = [v for v in value.options or (value,) if v.kind == "null" and v.at is None]
    if not bare:
        return value
    kept = [v for v in value.options if v not in bare]
    return either([*kept, Value("null", at=hop, was="returned", trail=[])])


def _alike(objects: list[Value]) -> Value | None:
    """Return one object for several with the same keys; None where they differ."""
    first = objects[0]
    for other in objects[1:]:
        same = other.style == first.style and other.this is first.this
        if not same or other.fields.keys() != first.fields.keys():
            return None
    made = replace(first, fields={}, open=any(o.open for o in objects), trail=list(first.trail))
    for key in first.fields:
        slots = [o.fields[key] for o in objects]
        made.fields[key] = Slot(either([s.value for s in slots]), any(s.maybe for s in slots))
    return made


def elements(value: Value) -> Value:
    """Return what any element of a list is."""
    if value.kind == "list":
        if value.items is not None:
            return either(list(value.items))
        return value.element or unknown()
    return unknown()


def truth(value: Value) -> bool | None:  # noqa: PLR0911 -- one answer a kind
    """Return whether a value counts as true; None where that is open."""
    if value.kind == "null":
        return False
    if value.kind == "union":
        answers = {truth(v) for v in value.options}
        return answers.pop() if len(answers) == 1 else None
    plain = value.kind == "object" and value.style in ("dict", "object")
    if plain and any(not slot.maybe for slot in value.fields.values()):
        return True
    if value.kind in ("function", "class", "module", "promise", "date"):
        return True
    if value.kind in ("object", "list") and value.style == "object":
        return True
    if value.kind == "boolean" and value.const is not None:
        return value.const == "true"
    if value.kind == "text" and value.const is not None:
        return bool(value.const)
    return None


def opened(value: Value, seen: set[int] | None = None) -> None:
    """Note that somebody we cannot see may change a value."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if value.kind == "object":
        value.open = True
    if value.kind == "list":
        value.element, value.items = unknown(), None
    for slot in value.fields.values():
        opened(slot.value, seen)
    for inner in (*value.options, *(value.items or ())):
        opened(inner, seen)


def describe(value: Value, depth: int = 0) -> str:
    """Return the shape as people read it."""
    if value.kind == "object":
        keys = sorted(value.fields) if depth == 0 else []
        shown = ", ".join(keys[:12]) + (", …" if value.open or len(keys) > 12 or depth else "")  # noqa: PLR2004
        return "{" + shown + "}"
    if value.kind == "list":
        return f"list of {describe(elements(value), depth)}"
    if value.kind == "promise":
        return f"promise of {describe(value.element, depth)}" if value.element else "promise"
    if value.kind == "union":
        return " or ".join(describe(v, depth + 1) for v in value.options)
    return value.kind
