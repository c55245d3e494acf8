"""What an outline is asked for again and again, sorted when it is first asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.model import CallSite, Function
    from crimescene.syntax import Outline

_CALLABLE = frozenset({"function", "method", "constructor", "accessor", "lambda"})


class Table:
    """The calls and functions of one file by name and place."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline

    @cached_property
    def calls(self) -> dict[str, list[CallSite]]:
        """The calls by the name that is called."""
        found: dict[str, list[CallSite]] = {}
        for site in self.outline.calls:
            found.setdefault(site.name, []).append(site)
        return found

    @cached_property
    def within(self) -> dict[str, list[Function]]:
        """The functions by the qualified name of what they stand directly in."""
        found: dict[str, list[Function]] = {}
        for function in self.outline.functions:
            found.setdefault(function.qualified_name.rpartition(".")[0], []).append(function)
        return found

    @cached_property
    def members(self) -> dict[tuple[str, str], list[Function]]:
        """The same by that and their own name."""
        found: dict[tuple[str, str], list[Function]] = {}
        for place, functions in self.within.items():
            for function in functions:
                found.setdefault((place, function.name), []).append(function)
        return found

    @cached_property
    def ends(self) -> dict[int, Function]:
        """The functions by the end of their bodies, the outer one where two end together."""
        found: dict[int, Function] = {}
        for function in self.outline.functions:
            found.setdefault(function.body_span.end, function)
        return found

    @cached_property
    def top(self) -> list[Function]:
        """Functions outside classes, and the methods that a module or package gives by its own name."""
        classes = {c.function.qualified_name for c in self.outline.classes}
        return [
            f
            for f in self.outline.functions
            if f.kind in _CALLABLE and f.qualified_name.rpartition(".")[0] not in classes
        ]
