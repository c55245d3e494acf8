"""Parameters: what they are bound to, by position, by declaration and by callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import callbacks, fixtures, types
from crimescene.callers.values import (
    ANYTHING,
    NOTHING,
    UNKNOWN,
    Const,
    Func,
    Instance,
    Klass,
    Many,
    Value,
    Values,
)
from crimescene.scopes.ir import Defined, Expr, Invoke, Literal, Parameter, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

FEW_FILES = 40
"""Files up to which the callers of a function are sought everywhere to type its parameters."""


def takes_self(unit: Unit) -> bool:
    """Whether the first declared parameter is the object or class a method belongs to (Python)."""
    return unit.language == "python" and unit.owner is not None and "static" not in unit.flags


def values(e: Evaluator, function: Unit, parameter: Parameter) -> Values:
    """Return what ``parameter`` of ``function`` may be."""
    return e.once(parameter_key(function, parameter), lambda: _values(e, function, parameter))


def parameter_key(function: Unit, parameter: Parameter) -> object:
    """Return what a parameter is remembered by."""
    return ("parameter", function, parameter.name)


def _values(e: Evaluator, function: Unit, parameter: Parameter) -> Values:
    owner = function.owner
    if owner is not None and takes_self(function) and function.parameters[0].name == parameter.name:
        meta = "classmethod" in function.flags or function.name in (
            "__new__",
            "__init_subclass__",
            "__class_getitem__",
        )
        return frozenset({Klass(owner) if meta else Instance(owner)})
    outer = (function.parent or function) if function.language == "python" else function
    declared: Values = ANYTHING
    if parameter.annotation is not None:
        declared = types.instances(e, parameter.annotation, outer, None)
        if parameter.kind in ("rest", "keyword-rest"):
            return frozenset({Many(declared)})
        if declared and UNKNOWN not in declared:
            return declared
    if function.language == "python":
        passed = fixtures.passed(e, function, parameter.name)
        if passed is not None:
            return passed
    found: set[Value] = set()
    if parameter.default is not None and not _is_none(parameter.default):
        found |= e.values(parameter.default, outer)
    found |= _given(e, function, parameter)
    if not found or (found <= {v for v in found if isinstance(v, Const)}):
        found.add(UNKNOWN)
    return frozenset(found)


def _is_none(expr: Expr) -> bool:
    return isinstance(expr, Literal) and expr.type == "None"


# ------------------------------------------------------------------------ arguments


def argument(call: Invoke, callee: Unit, name: str, *, bound: bool) -> Expr | None:
    """Return the expression that ``call`` gives for the parameter ``name``; None if it gives none."""
    for keyword, value in call.keywords:
        if keyword == name:
            return value
    names = [p.name for p in callee.parameters if p.kind == "positional"]
    if bound:
        names = names[1:]
    if name in names:
        position = names.index(name)
        if position < len(call.arguments):
            return call.arguments[position]
    return None


def rest_arguments(call: Invoke, callee: Unit, *, bound: bool) -> tuple[Expr, ...]:
    """Return the arguments that go into ``*args``."""
    count = sum(1 for p in callee.parameters if p.kind == "positional") - bound
    return call.arguments[max(count, 0) :]


def fits(call: Invoke, callee: Unit, *, bound: bool) -> bool:
    """Whether number and names of the arguments suit ``callee``; True where nobody can tell."""
    if call.spread or call.kind in ("decorator", "jsx"):
        return True
    positional = [p for p in callee.parameters if p.kind == "positional"]
    if bound:
        positional = positional[1:]
    kinds = {p.kind for p in callee.parameters}
    if len(call.arguments) > len(positional) and "rest" not in kinds:
        return False
    given = {name for name, _ in call.keywords}
    names = {p.name for p in callee.parameters}
    if given - names and "keyword-rest" not in kinds:
        return False
    if callee.language not in ("python", "java", "go", "csharp"):
        return True
    missing = [p for p in positional[len(call.arguments) :] if p.default is None and p.name not in given]
    required = [
        p for p in callee.parameters if p.kind == "keyword" and p.default is None and p.name not in given
    ]
    return not missing and not required


def _given(e: Evaluator, function: Unit, parameter: Parameter) -> Values:
    """Return what the callers we know of pass for ``parameter``."""
    found: set[Value] = set(callbacks.passed(e, function, parameter))
    for call, unit, receiver in call_sites(e, function):
        bound = takes_self(function) and receiver
        if parameter.kind == "rest":
            for value in rest_arguments(call, function, bound=bound):
                found |= e.values(value, unit)
            continue
        if parameter.kind == "keyword-rest":
            names = {p.name for p in function.parameters}
            for name, value in call.keywords:
                if name not in names:
                    found |= e.values(value, unit)
            continue
        given = argument(call, function, parameter.name, bound=bound)
        if given is not None:
            found |= e.values(given, unit)
    if parameter.kind in ("rest", "keyword-rest"):
        return frozenset({Many(frozenset(found) or ANYTHING)})
    return frozenset(found)


def call_sites(e: Evaluator, function: Unit) -> list[tuple[Invoke, Unit, bool]]:
    """Return the calls that reach ``function`` in its file, or anywhere in a program of few files.

    In a small program they may use any name. With each comes whether the receiver is passed implicitly.
    """
    files = e.program.sources((function.language,))
    everything = e.program.is_small(function.language)
    if function.kind == "lambda" and not everything:
        return []
    paths = files if len(files) <= FEW_FILES else [function.path]
    found = []
    names = {function.name}
    constructed = "constructor" in function.flags and function.owner is not None
    if constructed and function.owner is not None:
        names.add(function.owner.name)
    for path in paths:
        module = e.program.module(path)
        if module is None:
            continue
        for call, unit in e.program.calls(module, None if everything else names):
            for value in e.values(call.function, unit):
                if isinstance(value, Func) and value.unit is function:
                    found.append((call, unit, value.receiver is not None))
                    break
                if constructed and isinstance(value, Klass) and value.unit is function.owner:
                    found.append((call, unit, True))
                    break
    return found


__all__ = ["NOTHING", "Defined", "argument", "call_sites", "fits", "takes_self", "values"]
