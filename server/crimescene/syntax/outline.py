"""What one file holds: the answer of the syntax layer."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tree_sitter

    from crimescene.model import CallSite, Function, Span


@dataclass(frozen=True, slots=True)
class Class:
    """A class, interface, enum, record, struct, trait or object, with or without a name."""

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
    """As written: ``..models.order``, ``./api/orders``, ``com.shop``."""
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
    units: tuple[Function, ...] = field(repr=False, compare=False)
    """Functions and classes together, by start, outer before inner."""
    outer: tuple[int, ...] = field(repr=False, compare=False)
    """For each unit the index of the next one around it, -1 for none."""
    classes_by_name: Mapping[str, tuple[Class, ...]] = field(repr=False, compare=False)
    """By qualified name."""


def lineno_at(outline: Outline, offset: int) -> int:
    """The 1-based line of the byte at ``offset``; offsets outside the file fall on its ends."""
    return max(1, bisect_right(outline.line_starts, offset))


def function_at(outline: Outline, offset: int) -> Function:
    """The innermost unit (function or class) around the byte at ``offset``; the module outside all."""
    chain = chain_at(outline, offset)
    return chain[-1] if chain else outline.module


def chain_at(outline: Outline, offset: int) -> list[Function]:
    """The units around the byte at ``offset``, outer before inner."""
    index = bisect_right(outline.units, offset, key=lambda unit: unit.span.start) - 1
    chain: list[Function] = []
    while index >= 0:
        unit = outline.units[index]
        if unit.span.end > offset:
            chain.append(unit)
        index = outline.outer[index]
    return chain[::-1]
