"""What pytest passes to tests and fixtures: the values of fixtures, and those of ``parametrize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers.values import (
    ANYTHING,
    UNKNOWN,
    Box,
    Const,
    ForeignInstance,
    Func,
    Many,
    Value,
    Values,
)
from crimescene.scopes.ir import Display, Expr, Invoke, Literal, Unit

if TYPE_CHECKING:
    from crimescene.callers.evaluate import Evaluator

_FOREIGN_FIXTURES = frozenset(
    {
        "monkeypatch",
        "tmp_path",
        "tmpdir",
        "capsys",
        "capfd",
        "caplog",
        "recwarn",
        "request",
        "mocker",
        "pytester",
    }
    | {"tmp_path_factory", "tmpdir_factory", "testdir", "doctest_namespace", "record_property", "benchmark"}
)


def passed(e: Evaluator, function: Unit, name: str) -> Values | None:
    """Return what pytest passes for a parameter called ``name``; None if it passes nothing."""
    if "fixture" not in function.flags and not function.name.startswith("test"):
        return None
    return _parametrized(e, function, name) or _fixture(e, function, name)


def _parametrized(e: Evaluator, function: Unit, name: str) -> Values | None:
    """Return what ``@pytest.mark.parametrize`` of the test or its class gives."""
    owner = function.owner
    marked = [(d, function) for d in function.decorators]
    marked += [(d, owner) for d in owner.decorators] if owner is not None else []
    for decorator, unit in marked:
        if not isinstance(decorator, Invoke) or getattr(decorator.function, "name", "") != "parametrize":
            continue
        given = [*decorator.arguments, *(v for key, v in decorator.keywords if key == "argvalues")]
        names = _names(given[0]) if len(given) > 1 else []
        if name not in names:
            continue
        position = names.index(name) if len(names) > 1 or not isinstance(given[0], Literal) else None
        found: set[Value] = set()
        for rows in e.values(given[1], unit.parent or unit):
            for row in e.elements(rows):
                found |= _cell(e, row, position)
        return frozenset(found) if found - {UNKNOWN} else None
    return None


def _names(expr: Expr) -> list[str]:
    if isinstance(expr, Literal):
        return [name.strip() for name in expr.value.split(",")]
    if isinstance(expr, Display):
        return [value.value for _, value in expr.items if isinstance(value, Literal)]
    return []


def _cell(e: Evaluator, row: Value, position: int | None) -> Values:
    if isinstance(row, Box) and row.display.kind == "param":
        position = position or 0
    elif position is None:
        return frozenset({row})
    return e.item(row, frozenset({Const("int", str(position))})) if isinstance(row, Box | Many) else ANYTHING


def chosen(e: Evaluator, fixture: Unit) -> Values:
    """Return what ``request.param`` may be in a fixture: one of its ``params``."""
    found: set[Value] = set()
    for decorator in fixture.decorators if "fixture" in fixture.flags else ():
        for keyword, value in decorator.keywords if isinstance(decorator, Invoke) else ():
            if keyword == "params":
                for rows in e.values(value, fixture.parent or fixture):
                    for row in e.elements(rows):
                        found |= _cell(e, row, None)
    return frozenset(found)


def param(e: Evaluator, call: Invoke, unit: Unit) -> Values:
    """Return the row that ``pytest.param(…)`` stands for."""
    items = tuple((None, value) for value in call.arguments)
    return e.once(("param", call), lambda: frozenset({Box(Display(call.start, "param", items), unit)}))


def _fixture(e: Evaluator, function: Unit, name: str) -> Values | None:
    """Return what pytest passes for a parameter called ``name``; None if it passes nothing."""
    if "fixture" not in function.flags and not function.name.startswith("test"):
        return None
    owner = function.owner
    if owner is not None:
        found = _fixture_in(e, owner, name)
        if found is not None:
            return found
    found = _fixture_in(e, function.module, name)
    if found is not None:
        return found
    folder = function.path.rpartition("/")[0]
    while True:
        path = f"{folder}/conftest.py" if folder else "conftest.py"
        if path in e.program.files:
            module = e.program.module(path)
            found = _fixture_in(e, module, name) if module is not None else None
            if found is not None:
                return found
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return frozenset({ForeignInstance(name)}) if name in _FOREIGN_FIXTURES else None


def _fixture_in(e: Evaluator, scope: Unit, name: str) -> Values | None:
    for unit in scope.body.units:
        if "fixture" in unit.flags and fixture_name(unit) == name:
            found = e.returned(Func(unit, None), None, unit, None)
            values: set[Value] = set()
            for value in found:
                values |= value.elements if isinstance(value, Many) and unit.body.yields else {value}
            return frozenset(values) or ANYTHING
    return None


def fixture_name(unit: Unit) -> str:
    """Return the name tests ask for a fixture by."""
    for decorator in unit.decorators:
        if isinstance(decorator, Invoke):
            for keyword, value in decorator.keywords:
                if keyword == "name" and isinstance(value, Literal):
                    return value.value
    return unit.name
