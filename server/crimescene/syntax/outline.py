"""What one file holds: the answer of the syntax layer."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter

    from crimescene.model import CallSite, Function, Span


@dataclass(frozen=True, slots=True)
class Class:
    """A class, interface, enum, record, struct, trait or object with a name."""

    function: Function
    """The definition itself, of kind ``class``."""
    bases: tuple[str, ...]
    """Superclasses and interfaces as written, without type arguments."""
    fields: tuple[Function, ...]
    """Fields and class attributes, of kind ``field``; each name once, at its first definition."""


@dataclass(frozen=True, slots=True)
class Import:
    """One name another file gives to this one."""

    local: str
    """Name it has here; ``*`` for all names, empty if nothing is bound."""
    module: str
    """As written: ``..models.order``, ``./api/orders``, ``com.shop.Order``."""
    imported: str | None
    """Name it has there (``default`` for a default export, ``*`` for all); None for the module itself."""
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """The definitions, calls and imports of one file."""

    path: str
    language: str
    """Id of the language."""
    source: bytes
    functions: tuple[Function, ...]
    """Everything that can be a frame, outer before inner, in source order; classes and the module apart."""
    classes: tuple[Class, ...]
    calls: tuple[CallSite, ...]
    """Of the whole file in source order, each name token at most once."""
    imports: tuple[Import, ...]
    package: str
    """As declared in the file; empty where the language has none."""
    module: Function
    """The whole file, of kind ``module``."""
    has_error: bool
    """Some part of the file could not be parsed."""
    line_starts: tuple[int, ...] = field(repr=False, compare=False)
    """Byte offset of each line."""
    tree: tree_sitter.Tree = field(repr=False, compare=False)


def lineno_at(outline: Outline, offset: int) -> int:
    """The 1-based line of the byte at ``offset``; offsets outside the file fall on its ends."""
    return max(1, bisect_right(outline.line_starts, offset))
