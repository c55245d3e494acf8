"""One parse and one query pass -> :class:`Outline`."""

from __future__ import annotations

import re
from collections import OrderedDict
from threading import Lock

from crimescene.languages import grammar, language_for, query
from crimescene.model import Function, Span
from crimescene.syntax.assemble import assemble
from crimescene.syntax.outline import Class, Outline
from crimescene.syntax.repair import collect_around_errors

_CACHE: OrderedDict[tuple[str, bytes], Outline] = OrderedDict()
_CACHE_LOCK = Lock()
_HEAD = 20_000
"""Bytes that tell the language where the name of the file does not."""

_CACHE_BYTES = 2_000_000
"""Source bytes whose outlines are kept; an outline with its tree takes some fifty times as much memory."""
_AT_LEAST = 500
"""Bytes that the shortest text counts as, for what an outline takes whatever its length."""
_VERSIONS = 3
"""Texts of one file that are kept: on disk, in an editor, before the last keystroke."""


def outline(path: str, source: bytes) -> Outline | None:
    """The definitions, calls and imports of ``source``, or None without a grammar for ``path``.

    The newest answers are kept, so asking again for the same text costs nothing.
    """
    with _CACHE_LOCK:
        known = _CACHE.get((path, source))
        if known is not None:
            _CACHE.move_to_end((path, source))
            return known
    built = _build(path, source)
    if built is not None and len(source) <= _CACHE_BYTES:
        with _CACHE_LOCK:
            _CACHE[path, source] = built
            for older in [known for known in _CACHE if known[0] == path][:-_VERSIONS]:
                del _CACHE[older]
            while sum(max(_AT_LEAST, len(text)) for _, text in _CACHE) > _CACHE_BYTES:
                _CACHE.popitem(last=False)
    return built


def _build(path: str, source: bytes) -> Outline | None:
    language = language_for(path, source[:_HEAD])
    if language is None:
        return None
    loaded, tags = grammar(language), query(language)
    if loaded is None or tags is None:
        return None
    tree, facts = collect_around_errors(language, loaded, tags, source)
    functions, classes = assemble(path, language, facts)
    taken = {function.span for function in functions}
    units = sorted(
        (*functions, *(c.function for c in classes if c.function.span not in taken)),
        key=lambda unit: (unit.span.start, -unit.span.end),
    )
    by_name: dict[str, tuple[Class, ...]] = {}
    for found in classes:
        name = found.function.qualified_name
        by_name[name] = (*by_name.get(name, ()), found)
    whole = Span(0, len(source))
    return Outline(
        path=path,
        language=language.id,
        source=source,
        functions=functions,
        classes=classes,
        calls=tuple(facts.sites[start] for start in sorted(facts.sites)),
        imports=tuple(sorted(facts.imports, key=lambda i: i.span)),
        package=facts.package,
        module=Function(
            name=re.split(r"[\\/]", path)[-1].partition(".")[0],
            qualified_name="",
            kind="module",
            path=path,
            span=whole,
            name_span=Span(0, 0),
            body_span=whole,
            first_lineno=1,
            last_lineno=facts.lineno(max(0, len(source) - 1)),
        ),
        has_error=facts.has_error,
        line_starts=facts.line_starts,
        tree=tree,
        units=tuple(units),
        outer=_outer(units),
        classes_by_name=by_name,
    )


def _outer(units: list[Function]) -> tuple[int, ...]:
    """For each unit the index of the innermost one that holds it."""
    outer: list[int] = []
    stack: list[int] = []
    for index, unit in enumerate(units):
        while stack and units[stack[-1]].span.end <= unit.span.start:
            stack.pop()
        outer.append(stack[-1] if stack else -1)
        stack.append(index)
    return tuple(outer)
