"""Classes that a program makes by a call: ``type(name, bases, members)``, ``types.new_class``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import ANYTHING, Box, Const, Func, Klass, Values
from crimescene.scopes.ir import Attribute, Binding, Body, Display, Invoke, Name, Placed, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator
    from crimescene.scopes.ir import Expr

_MEMBERS = 2
"""Position of the members among the arguments of ``type``."""
_FILLER = 3
"""Position of the function that fills the namespace among those of ``types.new_class``."""


def made(e: Evaluator, call: Invoke, unit: Unit, last: str) -> Values | None:
    """Return the class that the foreign function called ``last`` makes; None if it makes none."""
    if last == "type" and len(call.arguments) > _MEMBERS:
        members = call.arguments[_MEMBERS]
        return e.once(("class", call), lambda: _class(e, call, unit, _boxes(e, members, unit)))
    if last == "new_class" and call.arguments:
        return e.once(("class", call), lambda: _class(e, call, unit, _filled(e, call, unit)))
    return None


def _class(e: Evaluator, call: Invoke, unit: Unit, members: list[Box]) -> Values:
    body = Body()
    for box in members:
        for key, value in box.display.items:
            if key is not None:
                _bind(e, body, key, value, box.unit)
        for store, place in e.program.stores(box.unit.module, "[]"):
            if store.key is not None and box in e.values(store.base, place):
                _bind(e, body, store.key, store.value, place)
    names = [v.value for v in e.values(call.arguments[0], unit) if isinstance(v, Const)]
    listed = call.arguments[1] if len(call.arguments) > 1 else None
    made_ = Unit(
        kind="class",
        name=names[0] if names else "<class>",
        path=unit.path,
        language=unit.language,
        parent=unit,
        start=call.start,
        end=call.start,
        name_start=call.start,
        first_lineno=unit.first_lineno,
        last_lineno=unit.last_lineno,
        read_body=lambda _: body,
        bases=tuple(base for _, base in listed.items) if isinstance(listed, Display) else (),
    )
    return frozenset({Klass(made_)})


def _bind(e: Evaluator, body: Body, key: Expr, value: Expr, unit: Unit) -> None:
    for name in e.values(key, unit):
        if isinstance(name, Const) and name.value.isidentifier():
            bound = Binding(Placed(value.start, value, unit), value.start, (unit.start, unit.end))
            body.bindings.setdefault(name.value, []).append(bound)


def _boxes(e: Evaluator, members: Expr, unit: Unit) -> list[Box]:
    return [v for v in e.values(members, unit) if isinstance(v, Box)]


def _filled(e: Evaluator, call: Invoke, unit: Unit) -> list[Box]:
    """Return what ``exec_body`` of ``types.new_class`` puts into the namespace by ``update``."""
    given = dict(call.keywords).get("exec_body")
    filler = call.arguments[_FILLER] if len(call.arguments) > _FILLER else given
    found: list[Box] = []
    for value in e.values(filler, unit) if filler is not None else ANYTHING:
        if not isinstance(value, Func) or not value.unit.parameters:
            continue
        namespace = value.unit.parameters[0].name
        for inner in value.unit.body.calls:
            function = inner.function
            if (
                isinstance(function, Attribute)
                and function.name == "update"
                and isinstance(function.base, Name)
                and function.base.name == namespace
                and inner.arguments
            ):
                found += _boxes(e, inner.arguments[0], value.unit)
    return found
