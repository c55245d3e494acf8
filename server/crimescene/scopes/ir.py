"""What a file says about names, in one form for all languages.

A :class:`Unit` is a module, class or function. Its :class:`Body` (bindings, calls,
returned values) is read from the syntax tree when somebody asks, so a file costs no more
than the functions one looks at. Expressions keep only what decides *which* definition a
call reaches; ``start`` is the byte offset of the deciding name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """An expression nobody follows: arithmetic, comparisons."""

    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expr):
    """A bare name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class TypeName(Name):
    """A name where only a type can stand, with the number of its type arguments: no member of that name."""

    arity: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class MethodName(Name):
    """A name where only a method can stand: a variable of that name does not hide it."""


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Expr):
    """``base.name``; ``start`` is that of the name."""

    base: Expr
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Invoke(Expr):
    """A call, an instantiation (``kind`` "new"), a decorator or a JSX element."""

    function: Expr
    arguments: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    spread: bool = False
    """``*args`` or ``**kwargs`` among the arguments: their number is unknown."""
    kind: str = "call"


@dataclass(frozen=True, slots=True, eq=False)
class Index(Expr):
    """``base[key]``."""

    base: Expr
    key: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Either(Expr):
    """One of several: ``a or b``, ``x if c else y``."""

    options: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Display(Expr):
    """A list, tuple, set, dict or object written out; keys are None where there are none."""

    kind: str
    items: tuple[tuple[Expr | None, Expr], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expr):
    """A constant of the named built-in type."""

    type: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Typed(Expr):
    """A value of which only the declared type is known: casts, declarations, ``isinstance``."""

    type: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Item(Expr):
    """What iterating or unpacking ``base`` yields; ``position`` in a tuple, None for any.

    ``after`` counts the targets behind it: an unpacked name after a starred one stands
    that far from the end.
    """

    base: Expr
    position: int | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Awaited(Expr):
    """``await base``."""

    base: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Entered(Expr):
    """What ``with base as x`` binds."""

    base: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Expr):
    """``left operator right``, followed for containers and for classes that define the operator."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Placed(Expr):
    """An expression that stands in another unit than the one it is found in: a class made by a call."""

    expr: Expr
    unit: Unit


@dataclass(frozen=True, slots=True, eq=False)
class Super(Expr):
    """``super()``, ``super``, ``base``."""


@dataclass(frozen=True, slots=True, eq=False)
class Defined(Expr):
    """A definition used as a value: a lambda, function or class expression, or a binding of one."""

    unit: Unit


@dataclass(frozen=True, slots=True, eq=False)
class Handed(Expr):
    """What a call puts into its argument ``argument``, by position or by name: ``Find(1, out var order)``."""

    call: Invoke
    argument: int | str


@dataclass(frozen=True, slots=True, eq=False)
class Imported(Expr):
    """A name brought in: ``module`` as written, ``name`` None for the module itself, ``*`` for all."""

    module: str
    name: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A name is given a value at ``start``, visible for sure within ``block``."""

    value: Expr
    start: int
    block: tuple[int, int]
    narrows: bool = False
    """Holds in its block only (``if isinstance(x, Foo):``, the variable of a comprehension)."""
    after: int = -1
    """Where it begins to hold: after the value, which may read what the name was (``x = x.next()``)."""

    @property
    def since(self) -> int:
        """The first place where it may hold."""
        return self.after if self.after >= 0 else self.start


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """``base.name = value``, or ``base[key] = value``, or ``base.append(value)`` (key None)."""

    base: Expr
    name: str | None
    key: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``kind`` is positional | keyword | rest | keyword-rest."""

    name: str
    start: int
    kind: str = "positional"
    annotation: Expr | None = None
    default: Expr | None = None


@dataclass(slots=True, eq=False)
class Body:
    """What stands directly in a unit, nested units left out."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    annotations: dict[str, Expr] = field(default_factory=dict)
    stores: list[Store] = field(default_factory=list)
    calls: list[Invoke] = field(default_factory=list)
    reads: list[Expr] = field(default_factory=list)
    """Names and attributes that are read, not called."""
    iterated: list[Expr] = field(default_factory=list)
    entered: list[Expr] = field(default_factory=list)
    """Context managers of ``with``."""
    returns: list[Expr] = field(default_factory=list)
    yields: list[Expr] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)
    """Names declared ``global`` or ``nonlocal``."""
    stars: list[Imported] = field(default_factory=list)
    """Wildcard imports and re-exports of everything."""
    loops: list[tuple[int, int]] = field(default_factory=list)
    assigned: dict[str, list[Expr]] = field(default_factory=dict)
    """Values given to names that an outer scope declares."""


@dataclass(slots=True, eq=False)
class Unit:
    """A module, class or function with what its head says."""

    kind: str
    """module | class | function | lambda"""
    name: str
    path: str
    language: str
    parent: Unit | None
    start: int
    end: int
    name_start: int
    first_lineno: int
    last_lineno: int
    read_body: Callable[[Unit], Body]
    parameters: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    decorators: tuple[Expr, ...] = ()
    bases: tuple[Expr, ...] = ()
    flags: frozenset[str] = frozenset()
    """static, classmethod, property, abstract, async, generator, interface, constructor, override …"""
    package: str = ""
    receiver: Parameter | None = None
    """Go: the receiver; elsewhere None (``self`` is an ordinary parameter)."""
    holder: Expr | None = None
    """What ``this`` is inside, where that is no matter of classes: an object written out, or the
    function that ``new`` is used on (``F.prototype.method = function``)."""
    known: Body | None = None

    @property
    def body(self) -> Body:
        """Bindings, calls and nested units, read once."""
        if self.known is None:
            try:
                self.known = self.read_body(self)
            except RecursionError:  # nested deeper than anybody writes by hand
                self.known = Body()
        return self.known

    @property
    def qualified_name(self) -> str:
        """Dotted from the top level of the file."""
        names: list[str] = []
        unit: Unit | None = self
        while unit is not None and unit.kind != "module":
            names.append(unit.name)
            unit = unit.parent
        return ".".join(reversed(names)) or "<module>"

    @property
    def module(self) -> Unit:
        """The file it stands in."""
        unit = self
        while unit.parent is not None:
            unit = unit.parent
        return unit

    @property
    def owner(self) -> Unit | None:
        """The class it is a member of."""
        return self.parent if self.parent is not None and self.parent.kind == "class" else None

    @property
    def enclosing_class(self) -> Unit | None:
        """The nearest class around it."""
        unit = self.parent
        while unit is not None and unit.kind != "class":
            unit = unit.parent
        return unit


def walk(unit: Unit) -> Iterator[Unit]:
    """``unit`` and every unit inside, outer first."""
    stack = [unit]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.body.units))


def unit_at(module: Unit, offset: int) -> Unit:
    """The innermost unit that holds ``offset``; only the units on the way are read."""
    unit = module
    while True:
        inner = next((u for u in unit.body.units if u.start <= offset < u.end), None)
        if inner is None:
            return unit
        unit = inner
