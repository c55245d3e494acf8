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
    "java": rb"[\w>\]] +%s *" + _PARAMETERS + rb"(?:throws [\w.,\s]+)?[{;]",
    "csharp": rb"[\w>\]?] +%s *(?:<[^<>()]*>)? *" + _PARAMETERS + rb"(?:where[^{;]*)?(?:[{;]|=>)",
}
"""How definitions of a method look, where no word tells them from calls."""
_BEFORE_CALLS = (b"return", b"new", b"else", b"throw", b"await", b"yield", b"case", b"in", b"do")


def heads_of(name: str, language: str, *, read: bool = False) -> Callable[[bytes], int]:
    """Return what counts the definitions called ``name`` in a source; with ``read`` fields as well."""
    word = re.escape(name.encode())
    if read and language in _HEADS:
        field_ = re.compile(rb"[\w>\]?] +" + word + rb"\s*(?:\{|=>|;|=[^=>])")
        return lambda data: len(field_.findall(data))
    if language not in _HEADS:
        plain = re.compile(rb"(?:def|func|func \([^)\n]*\)) +" + word + rb"[ \[(<]")
        return lambda data: len(plain.findall(data))
    head = re.compile(_HEADS[language] % word)

    def count(data: bytes) -> int:
        found = 0
        for match in head.finditer(data):
            before = data[max(match.start() - 20, 0) : match.start() + 1].split()
            found += not before or before[-1] not in _BEFORE_CALLS
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
