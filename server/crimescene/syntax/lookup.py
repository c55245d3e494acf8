"""Which function is at a line, whose is it, what does it call."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from crimescene.languages import language
from crimescene.syntax.outline import chain_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.model import CallSite, Function, Span
    from crimescene.syntax.outline import Class, Outline


def enclosing_function(
    outline: Outline, lineno: int, column: int | None = None, name: str | None = None
) -> Function:
    """The innermost function or class at the 1-based ``lineno``; the module outside all of them.

    ``column`` is 1-based, in UTF-16 units. Without it, a function written within a line of something else
    (a callback) does not win over what the line belongs to. ``name``, as a runtime prints it, decides
    between the functions around the place; a name that fits none is ignored.
    """
    around = _units_on(outline, lineno)
    if column is None:
        exact = [unit for unit in around if _may_own(outline, unit, lineno)]
    else:
        offset = _offset(outline, lineno, column)
        exact = [unit for unit in around if unit.span.start <= offset < unit.span.end]
    if name:
        for units in (exact, around) if column is not None else (around,):
            named = _by_printed_name(outline, name, units)
            if named is not None:
                return named
    return exact[-1] if exact else outline.module


def _units_on(outline: Outline, lineno: int) -> list[Function]:
    """The units that have a part of the line, by start, outer before inner."""
    if not 1 <= lineno <= len(outline.line_starts):
        return []
    start, end = _line(outline, lineno)
    first = bisect_left(outline.units, start, key=lambda unit: unit.span.start)
    last = bisect_left(outline.units, end, key=lambda unit: unit.span.start)
    around = chain_at(outline, start - 1) if start else []
    return [unit for unit in around if unit.last_lineno >= lineno] + list(outline.units[first:last])


def _line(outline: Outline, lineno: int) -> tuple[int, int]:
    """First byte of the line and first byte of the next."""
    starts = outline.line_starts
    return starts[lineno - 1], starts[lineno] if lineno < len(starts) else len(outline.source)


def _offset(outline: Outline, lineno: int, column: int) -> int:
    """The byte at the column; columns past the text of the line fall on its last byte."""
    start, end = _line(outline, lineno) if 1 <= lineno <= len(outline.line_starts) else (0, 0)
    line = outline.source[start:end].rstrip()
    before = line.decode("utf-8", "replace").encode("utf-16-le", "surrogatepass")[: 2 * max(0, column - 1)]
    length = len(before.decode("utf-16-le", "ignore").encode())
    return start + max(0, min(length, len(line) - 1))


def _may_own(outline: Outline, unit: Function, lineno: int) -> bool:
    """Whether a failure at the line, column unknown, is more likely in ``unit`` than around it.

    The members of a class and what is outside all functions own the one line they are written on; anything
    else only if the line holds nothing but ``unit`` and punctuation.
    """
    if unit.first_lineno == unit.last_lineno and unit.kind != "lambda":
        around = chain_at(outline, unit.span.start)
        inside = [other for other in around if other.span != unit.span and other.span.end >= unit.span.end]
        if not inside or inside[-1].kind == "class":
            return True
    start, end = _line(outline, lineno)
    outside = outline.source[start : max(start, unit.span.start)]
    outside += outline.source[min(end, unit.span.end) : end]
    return not re.search(rb"[\w\x80-\xff]", outside)


def _by_printed_name(outline: Outline, printed: str, around: Sequence[Function]) -> Function | None:
    """The innermost unit that a runtime prints as ``printed``."""
    known = language(outline.language)
    printed = re.sub(r"\([^()]*\)( const| const&|&&?)?$", "", printed)
    if _matches(known.module_names, printed):
        return outline.module
    for patterns, kinds in (
        (known.initializer_names, ("initializer", "class")),
        (known.constructor_names, ("constructor", "class")),
        (known.lambda_names, ("lambda",)),
    ):
        if _matches(patterns, printed):
            of_kind = [[unit for unit in around if unit.kind == kind] for kind in kinds]
            return next((units[-1] for units in of_kind if units), None)
    hidden = [match[1] for pattern in known.accessor_names if (match := re.search(pattern, printed))]
    words = re.findall(r"[\w$#?!~]+", printed)
    for word in (*hidden, *reversed(words)):
        named = [unit for unit in around if unit.name == word]
        if word in hidden:  # The property `total` has the accessor `getTotal`.
            named = [unit for unit in around if unit.name.lower() == word.lower()]
        if word != words[-1]:  # What is printed before the name of a function is what holds it.
            named = [unit for unit in named if unit.kind != "class"]
        if named:
            return named[-1]
    return None


def _matches(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def calls_in(outline: Outline, span: Span) -> tuple[CallSite, ...]:
    """The call sites whose name lies in ``span``, in source order."""
    first = bisect_left(outline.calls, span.start, key=lambda call: call.span.start)
    last = bisect_left(outline.calls, span.end, key=lambda call: call.span.start)
    return outline.calls[first:last]


def owner(outline: Outline, function: Function) -> Class | None:
    """The class ``function`` belongs to, also from within a closure; None if it belongs to none.

    For a class or a field, the class around it.
    """
    start = function.span.start
    name = function.qualified_name.rpartition(".")[0]
    while name:
        if candidates := outline.classes_by_name.get(name):
            around = [c for c in candidates if c.function.span.start <= start < c.function.span.end]
            return (around or candidates)[-1]
        name = name.rpartition(".")[0]
    if function.kind in {"method", "constructor", "accessor"}:
        # `impl Order` in another place than `mod shop { struct Order }`: the name alone must do.
        last = function.qualified_name.split(".")[-2:-1]
        named = [c for c in outline.classes if [c.function.name] == last]
        return named[0] if len(named) == 1 else None
    return None
