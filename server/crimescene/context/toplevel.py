"""What the top level of a test's file prepares for the test: values, and what is registered on them.

``client = TestClient(app)``, the ``app`` that this is made of, and the routes that stand on it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.context import bindings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.context.chain import Link
    from crimescene.model import Function, Span
    from crimescene.syntax import Outline

_ASKED = re.compile(r"\s*\.\s*\w+\s*\(")
_HOPS = 5
"""From a name of the test to what it is made of, what stands on that, what these name, and so on."""
_MOST_STATEMENTS = 400
"""Statements above the test that are looked at, the nearest to it."""
_REGISTRATIONS = 6
"""A value of which more is asked at the top level is data: its declaration alone is shown."""


def prepared(test: Link) -> Iterator[Function]:
    """Statements and functions of the top level that ``test`` hangs on, the nearest first."""
    outline = test.outline
    if outline is None or test.function.kind == "module":
        return
    statements = [
        statement for statement in _statements(outline) if statement[0] < test.function.first_lineno
    ][-_MOST_STATEMENTS:]
    around = test.function.span.start
    own = [
        unit
        for unit in outline.units
        if "." not in unit.qualified_name
        and unit.kind in ("function", "class")
        and not unit.span.start <= around < unit.span.end
    ]
    wanted = set(syntax.identifiers(outline, test.function.span))
    values: set[str] = set()
    seen: set[Span] = set()
    for hop in range(_HOPS):
        asked = Counter(name for _, _, text in statements for name in values if _calls(name, text))
        busy = {name for name, times in asked.items() if times > _REGISTRATIONS}
        found = [
            binding
            for first, last, text in statements
            for name in sorted(wanted | values)
            if (name in wanted and bindings.declares(name, text))
            or (name in values - busy and _calls(name, text))
            for binding in [bindings.binding(outline, name, first, last)]
        ]
        values |= {binding.name for binding in found}
        found += [
            unit  # what the test itself calls is known
            for unit in own
            if (hop and unit.name in wanted) or values & _head(outline, unit)
        ]
        wanted = set()
        for function in found:
            if function.span not in seen:
                seen.add(function.span)
                wanted |= set(syntax.identifiers(outline, function.span))
                yield function


def _statements(outline: Outline) -> list[tuple[int, int, str]]:
    """First and last line of each statement of the top level that defines nothing, and its first line."""
    defined = {unit.first_lineno for unit in outline.units if unit.kind in ("function", "class")}
    regions = [region for region in syntax.regions(outline, outline.module) if region[0] not in defined]
    lines = outline.source.decode("utf-8", "replace").split("\n")
    return [(first, min(last, first + bindings.MOST_LINES - 1), lines[first - 1]) for first, last in regions]


def _calls(name: str, text: str) -> bool:
    """Whether a statement asks something of the value ``name``: ``app.use(...)``."""
    return text.startswith(name) and _ASKED.match(text, len(name)) is not None


def _head(outline: Outline, function: Function) -> set[str]:
    """The words of decorators and annotations, up to the name."""
    head = outline.source[function.span.start : function.name_span.start]
    return set(re.findall(r"\w+", head.decode("utf-8", "replace")))
