"""What an expression may stand for, as far as names alone tell.

Values are compared by what they are: two :class:`Instance` of one class are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.scopes.ir import Display, Unit


@dataclass(frozen=True, slots=True)
class Func:
    """A function of the workspace; ``receiver`` is what it is bound to."""

    unit: Unit
    receiver: Instance | Klass | None = None


@dataclass(frozen=True, slots=True)
class Klass:
    """A class of the workspace itself."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the workspace; ``exact`` if it was seen to be made by that class itself."""

    unit: Unit
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ModuleOf:
    """A file of the workspace as a module; a folder (package without a file) ends with ``/``."""

    path: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something outside the workspace: a module, class or function by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class ForeignInstance:
    """An object of a class outside the workspace."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A constant whose text is known."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Box:
    """A container written out at one place of ``unit``."""

    display: Display
    unit: Unit


@dataclass(frozen=True, slots=True)
class Many:
    """A container or iterator of which only the elements' types are known."""

    elements: Values


@dataclass(frozen=True, slots=True)
class Member:
    """A built-in method of a container, function or constant: ``items.pop``."""

    base: Value
    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything at all."""


Value = Func | Klass | Instance | ModuleOf | Foreign | ForeignInstance | Const | Box | Many | Member | Unknown
Values = frozenset[Value]

CLASS_SCOPED = frozenset({"java", "csharp"})
"""Languages in which a method names the members of its class without ``this``."""
UNKNOWN = Unknown()
NOTHING: Values = frozenset()
ANYTHING: Values = frozenset({UNKNOWN})
