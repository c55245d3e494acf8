"""What a function does with values, in one form for all languages.

A :class:`Unit` is a function, a lambda or the top level of a file; its statements stand in the order of
the text. Expressions keep only where their value comes from: paths, calls, functions written in place.
All places are byte offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.model import Span


@dataclass(frozen=True, slots=True)
class Path:
    """``order.items[0]``: a name and what is selected from it, outermost last."""

    root: str
    selectors: tuple[str, ...]
    """Names of fields and literal keys; ``*`` for an element that only the run knows."""
    span: Span
    text: str

    @property
    def plain(self) -> bool:
        """It is a bare name."""
        return not self.selectors


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """What is passed in one place of a call."""

    sources: tuple[Source, ...]
    keyword: str = ""
    spread: bool = False


@dataclass(slots=True, eq=False)
class Call:
    """A call; ``name_start`` is the offset of the name that decides what is called."""

    name: str
    name_start: int
    span: Span
    receiver: tuple[Source, ...]
    arguments: tuple[Argument, ...]
    new: bool = False
    awaited: bool = False
    literals: tuple[str, ...] = ()
    """Its string arguments: the names of events and keys."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What one key of an object written out is given."""

    key: str
    sources: tuple[Source, ...]
    span: Span
    """Of the value."""
    lineno: int
    wrap: str = ""
    """How the value may be passed through a function."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """An object written out: what each key is given."""

    fields: tuple[Field, ...]
    rest: tuple[Source, ...]
    span: Span


@dataclass(slots=True, eq=False)
class Unit:
    """A function, a lambda, or the top level of a file (class bodies belong to what is around them)."""

    name: str
    kind: str
    """function | lambda | module"""
    path: str
    language: str
    span: Span
    name_start: int
    lineno: int
    last_lineno: int
    parent: Unit | None
    owner: str = ""
    """Name of the class it is a member of."""
    parameters: list[Parameter] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    classes: list[tuple[str, Span]] = field(default_factory=list)
    """Name and place of each class whose body runs as a part of it."""
    locals: set[str] = field(default_factory=set)
    """Names that are bound here, parameters included."""
    body: Body | None = None
    results: tuple[str, ...] | None = None
    """Types of what it returns as written, where the language says so; None where not known."""
    result_names: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    """constructor | generator | async | accessor | predicate | closed (may not call what we put beside it)"""

    @property
    def qualified_name(self) -> str:
        """Dotted from the top level of the file."""
        if self.parent is None:
            return "<module>"
        before = self.parent.qualified_name if self.parent.parent is not None else ""
        own = f"{self.owner}.{self.name}" if self.owner else self.name
        return f"{before}.{own}" if before else own


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter; destructured ones have several targets."""

    name: str
    targets: tuple[Path, ...]
    rest: bool = False
    shared: bool = False
    """Its default is one object for all calls."""
    default: tuple[Source, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Of a destructured one: key and the name it is bound to."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a statement gives a value to."""

    path: Path
    sources: tuple[Source, ...]
    copy: bool = False
    """The value is that of another path, untouched."""
    constant: bool = False
    """The value stands in the source."""
    key: str = ""
    """What it is taken out of the source: ``status`` in ``const { status } = order``."""


@dataclass(frozen=True, slots=True)
class Body:
    """Where the first statement of a block may stand."""

    start: int
    """Offset behind ``{``, or of the first statement in languages without braces."""
    first: int | None
    """Offset of the first statement behind what has to stay first (docstring, directives, ``super()``)."""
    after: int
    """Offset behind what has to stay first; ``start`` if there is nothing."""
    end: int
    braces: bool


@dataclass(slots=True, eq=False)
class Statement:
    """One step of a unit."""

    kind: str
    """define | mutate | call | return | yield | throw | condition | each | catch | value"""
    span: Span
    lineno: int
    unit: Unit
    targets: list[Target] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    """What a condition, return or call looks at."""
    calls: list[Call] = field(default_factory=list)
    lambdas: list[Unit] = field(default_factory=list)
    guards: tuple[Statement, ...] = ()
    """Conditions, loops and catches around it, outermost first."""
    loops: int = 0
    index: int = 0
    listed: bool = False
    """It stands in a list of statements, so others may stand before and behind it."""
    last: bool = False
    """It is the last of its list, so that its value may be that of the list."""
    sole: bool = False
    """It is the whole body of a branch or loop, without braces."""
    value: Span | None = None
    """The expression whose value it is about."""
    wrap: str = ""
    """How that may be passed through a function: "" not at all, "value", "tuple" (needs parentheses)."""
    constant: bool = False
    opaque: bool = False
    """The value is a function or markup, of which nothing useful can be shown."""
    shadows: bool = False
    """It makes a new variable under the name of an outer one."""
    direct: bool = False
    """The value is that of a path or call, untouched."""
    body: Body | None = None
    """Block that runs with the targets bound (loops, handlers)."""
    ends: bool = False
    """Nothing behind it in its list runs."""
    exits: bool = False
    """A condition one branch of which leaves the function or the round."""
    operator: str = ""
    """loop | switch | assert of a condition; update | several | expression elsewhere."""
    parts: tuple[tuple[Span, bool, bool], ...] = ()
    """Of a return of several values: place, whether constant, whether it may be wrapped."""
    hidden: list[Target] = field(default_factory=list)
    """Names that exist only inside the expression: the variables of comprehensions."""


Source = Path | Call | Record | Unit


def paths_in(sources: tuple[Source, ...], *, deep: bool = True) -> list[Path]:
    """The paths read by an expression; with ``deep`` those in the arguments of calls as well."""
    found: list[Path] = []
    stack: list[Source] = list(reversed(sources))
    while stack:
        source = stack.pop()
        if isinstance(source, Path):
            found.append(source)
        elif isinstance(source, Call) and deep:
            inner = [s for argument in source.arguments for s in argument.sources]
            stack.extend(reversed([*source.receiver, *inner]))
        elif isinstance(source, Record):
            inner = [s for given in source.fields for s in given.sources]
            stack.extend(reversed([*inner, *source.rest]))
    return found


def walk(unit: Unit) -> list[Unit]:
    """``unit`` and all units inside it, outer first."""
    found = [unit]
    for current in found:  # grows while it is walked
        found.extend(current.units)
    return found


def records_in(statement: Statement) -> list[Record]:
    """The objects written out in a statement."""
    found: list[Record] = []
    stack: list[Source] = list(statement.sources)
    for target in statement.targets:
        stack += target.sources
    seen: set[int] = set()
    while stack:
        source = stack.pop()
        if id(source) in seen:
            continue
        seen.add(id(source))
        if isinstance(source, Record):
            found.append(source)
            stack += [v for given in source.fields for v in given.sources]
            stack += source.rest
        elif isinstance(source, Call):
            stack += [v for a in source.arguments for v in a.sources]
            stack += source.receiver
    return found
