"""May objects of a class come to a place that only speaks of its base?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.callers import classes
from crimescene.callers.names import visible
from crimescene.callers.values import Instance, Klass
from crimescene.index import occurrences
from crimescene.languages import language_for
from crimescene.scopes.ir import Attribute, Awaited, Entered, Expr, Invoke, Item, Name, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.callers.evaluate import Evaluator

_PARAMETERS = rb"\([^;{}()]*(?:\([^()]*\)[^;{}()]*)*\)\s*"
_HEADS = {
    "java": rb" *" + _PARAMETERS + rb"(?:throws [\w.,\s]+)?[{;]",
    "csharp": rb" *(?:<[^<>()]*>)? *" + _PARAMETERS + rb"(?:where[^{;]*)?(?:[{;]|=>)",
}
"""What follows the name where a method is defined, where no word tells definitions from calls."""
_FIELD = rb"\s*(?:\{|=>|;|=[^=>])"
_BEFORE_CALLS = (b"return", b"new", b"else", b"throw", b"await", b"yield", b"case", b"in", b"do")
_AFTER_TYPES = {"java": re.compile(rb"[\w>\]] +$"), "csharp": re.compile(rb"[\w>\]?] +$")}
_DEFINES = re.compile(rb"(?:def|func|func \([^)\n]*\)) +$")


def heads_of(name: str, language: str, *, read: bool = False) -> Callable[[bytes], int]:
    """Return what counts the definitions called ``name`` in a source; with ``read`` fields as well."""
    word = name.encode()
    typed = language in _HEADS
    rest = re.compile(rb"[ \[(<]" if not typed else _FIELD if read else _HEADS[language])
    before = _AFTER_TYPES.get(language, _DEFINES)
    calls = () if read or not typed else _BEFORE_CALLS

    def count(data: bytes) -> int:
        """Look around the name alone: a pattern over the whole file takes fifty times as long."""
        found, start = 0, data.find(b" " + word) + 1
        while start:
            end = start + len(word)
            head = before.search(data, data.rfind(b"\n", 0, start) + 1, start)
            match = rest.match(data, end) if head is not None else None
            if head is not None and match is not None:
                end = match.end()
                said = data[max(head.start() - 20, 0) : head.start() + 1].split() if calls else ()
                found += not said or said[-1] not in calls
            start = data.find(b" " + word, end) + 1
        return found

    return count


MANY = 12
"""Overrides of one method, beyond which a call through the base says little about each."""
_ORIGIN_DEPTH = 6


def in_reach(  # noqa: PLR0917 -- all of them are needed to tell
    e: Evaluator, rivals: int, owner: Unit, base: Unit, receiver: Expr, unit: Unit
) -> bool:
    """Whether objects of ``owner`` plausibly are the ``receiver`` in ``unit``, known as a ``base``.

    Tests do not use one another's classes, a class inside a function stays near it, and where
    many classes override a method only who speaks of this one says anything.
    """
    if unit.owner is base and getattr(receiver, "name", "") in ("self", "this", "cls"):
        return True  # a method of the base that leaves a step to subclasses
    if rivals > MANY:
        return not is_test(owner) and mentions(e, unit, owner)
    local = owner.parent is not None and owner.parent.kind != "module"
    if unit.path == owner.path:
        if not local or owner.parent is None:
            return True
        return unit.start >= owner.parent.start and unit.end <= owner.parent.end
    if unit.path == base.path or not is_test(unit):
        return True
    return not is_test(owner) and mentions(e, unit, owner) and _made_beside(e, owner, receiver, unit)


def mentions(e: Evaluator, unit: Unit, owner: Unit) -> bool:
    """Whether another file speaks of the class or its module by name."""
    if unit.path == owner.path:
        return False
    source = e.program.source(unit.path)
    stem = owner.path.rpartition("/")[2].partition(".")[0]
    return any(next(occurrences(source, word.encode()), None) is not None for word in (owner.name, stem))


def is_test(unit: Unit) -> bool:
    """Whether the unit stands in a test file, by the custom of its language."""
    language = language_for(unit.path)
    return language is not None and language.test_path(unit.path)


def _made_beside(e: Evaluator, owner: Unit, receiver: Expr, unit: Unit) -> bool:
    """Whether what made the receiver stands in the module of ``owner``, or nobody can tell what made it."""
    makers = _makers(e, receiver, unit, _ORIGIN_DEPTH)
    if not makers:
        return True
    return any(inner.path == owner.path for maker in makers for inner in classes.order(e, maker).units)


def _makers(e: Evaluator, expr: Expr, unit: Unit, depth: int) -> set[Unit]:
    """Return the classes of the objects whose methods gave ``expr``."""
    if depth == 0:
        return set()
    if isinstance(expr, Name):
        live, _ = visible(unit.body.bindings.get(expr.name, []), unit, expr.start)
        found: set[Unit] = set()
        for binding in live:
            found |= _makers(e, binding.value, unit, depth - 1)
        return found
    if isinstance(expr, Awaited | Entered | Item):
        return _makers(e, expr.base, unit, depth - 1)
    if isinstance(expr, Invoke) and isinstance(expr.function, Attribute):
        values = e.values(expr.function.base, unit)
        return {v.unit for v in values if isinstance(v, Instance | Klass)}
    return set()
