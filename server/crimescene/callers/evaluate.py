"""Which definitions an expression may stand for, followed through names, members and calls.

Everything is asked on demand and remembered. Cycles yield nothing at the point where they
close, and what depends on an open cycle is not remembered; depth and steps are bounded, and
where they end the answer is "unknown".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.callers import classes, ecmascript, foreign, parameters, types
from crimescene.callers.expressions import HANDLERS
from crimescene.callers.names import module_member
from crimescene.callers.values import (
    ANYTHING,
    CLASS_SCOPED,
    NOTHING,
    UNKNOWN,
    Box,
    Const,
    Foreign,
    ForeignInstance,
    Func,
    Instance,
    Klass,
    Many,
    Member,
    ModuleOf,
    Value,
    Values,
)
from crimescene.effort import effort
from crimescene.scopes.ir import (
    Defined,
    Display,
    Expr,
    Invoke,
    Item,
    Name,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crimescene.callers.program import Program

MAX_DEPTH = 60
MAX_STEPS = 1_500
LOOKS = 8
"""Known answers that cost as much as a step."""
CLOCK_STEPS = 16
"""Steps between two looks at the clock."""
MAX_VALUES = 24
"""An expression with more meanings than this tells nothing."""


class Evaluator:
    """Answers what expressions stand for, within one state of the workspace."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.generation = program.generation
        self.steps = MAX_STEPS
        self.deadline = float("inf")
        """:func:`crimescene.effort.effort` after which every question is answered with "anything"."""
        self.cut = 0
        """Answers given up as depth, steps or time ended: what hangs on one is not remembered."""
        self._known: dict[object, Values] = {}
        self._active: dict[object, int] = {}
        self._low = MAX_DEPTH + 1
        self.orders: dict[Unit, classes.Order] = {}
        self.mixed: dict[Unit, frozenset[Unit]] = {}

    def begin(self, steps: int = MAX_STEPS) -> None:
        """Allow ``steps`` more steps; called before each independent question."""
        self.steps = steps if effort() <= self.deadline else 0
        if self.generation != self.program.generation:
            self._known.clear()
            self.orders.clear()
            self.mixed.clear()
            self.generation = self.program.generation

    def values(self, expr: Expr, unit: Unit) -> Values:
        """Return what ``expr``, which stands in ``unit``, may be."""
        handler = HANDLERS.get(type(expr))
        if handler is None:
            return ANYTHING
        return self.once(expr, lambda: handler(self, expr, unit))

    def once(self, key: object, compute: Callable[[], Values]) -> Values:
        """Compute the answer for ``key`` unless it is known or being computed."""
        known = self._known.get(key)
        if known is not None:
            return known
        mine = self._active.get(key)
        if mine is not None:
            self._low = min(self._low, mine)
            return NOTHING
        depth = len(self._active)
        self.steps -= 1
        if self.steps % CLOCK_STEPS == 0 and effort() > self.deadline:
            self.steps = 0
        if depth >= MAX_DEPTH or self.steps <= 0:
            self._low = -1
            self.cut += 1
            return ANYTHING
        outer_low, self._low = self._low, MAX_DEPTH + 1
        self._active[key] = depth
        try:
            found = compute()
        except RecursionError:
            if depth:
                raise
            found, self._low = ANYTHING, -1
            self.cut += 1
        finally:
            del self._active[key]
        if len(found) > MAX_VALUES:
            found = ANYTHING
        if self._low >= depth:
            self._known[key] = found
            self._low = outer_low
        else:
            self._low = min(outer_low, self._low)
        if depth == 0:
            self._low = MAX_DEPTH + 1
        return found

    # ---------------------------------------------------------------- questions

    def union(self, exprs: Iterable[Expr], unit: Unit) -> Values:
        """Return what any of ``exprs`` may be."""
        found: set[Value] = set()
        for expr in exprs:
            found |= self.values(expr, unit)
        return frozenset(found)

    def defined(self, unit: Unit) -> Values:
        """Return what the name of a definition stands for, decorators included."""
        if unit.kind == "class":
            return frozenset({Klass(unit)})
        own: Values = frozenset({Func(unit)})
        if not unit.decorators or unit.owner is not None or unit.parent is None:
            return own
        outer = unit.parent

        def wrapped() -> Values:
            given = own
            for decorator in reversed(unit.decorators):
                fake = Invoke(decorator.start, decorator, (Defined(unit.name_start, unit),))
                found: set[Value] = set()
                for function in self.values(decorator, outer):
                    found |= self.result(function, fake, outer, given)
                given = frozenset(found - {UNKNOWN}) or given
            return own | given

        return self.once(("decorated", unit), wrapped)

    def member(self, value: Value, name: str) -> Values:  # noqa: PLR0911 -- one branch a kind
        """Return what ``value.name`` may be."""
        if isinstance(value, Instance | Klass):
            if name == "__class__":
                return frozenset({Klass(value.unit)})
            return classes.member(self, value, name)
        if isinstance(value, ModuleOf):
            return module_member(self, value, name)
        if isinstance(value, Foreign | ForeignInstance):
            return frozenset({Foreign(f"{value.name}.{name}")})
        if isinstance(value, Box) and value.display.kind == "object":
            return self.item(value, frozenset({Const("str", name)}))
        if isinstance(value, Box | Many | Const):
            return frozenset({Member(value, name)})
        if isinstance(value, Func):
            stored = self.stored(value, name, value.unit.module)
            if name == "prototype":
                return stored | {Instance(value.unit)}
            return stored or frozenset({Member(value, name)})
        return ANYTHING

    def results(self, key: Display, results: Display, unit: Unit) -> Values:
        """Return several results as one tuple, the same each time."""
        return self.once(("results", key), lambda: frozenset({Box(results, unit)}))

    def stored(self, value: Value, name: str, module: Unit) -> Values:
        """Return what the file ``module`` assigns to the attribute ``name`` of ``value``."""
        found: set[Value] = set()
        for store, unit in self.program.stores(module, name):
            if store.base.start >= 0 and value in self.values(store.base, unit):
                found |= self.values(store.value, unit)
        return frozenset(found)

    def item(self, container: Value, keys: Values) -> Values:  # noqa: C901, PLR0912 -- one branch a kind
        """Return the elements of ``container`` under any of ``keys``; all if the key is not known."""
        if isinstance(container, Many):
            return container.elements
        if isinstance(container, Instance | ModuleOf) and any(isinstance(key, Const) for key in keys):
            named: set[Value] = set()
            for key in keys:
                named |= self.member(container, key.value) if isinstance(key, Const) else ANYTHING
            if named - ANYTHING:
                return frozenset(named)
        if isinstance(container, Instance):
            found: set[Value] = set()
            for function in self.member(container, "__getitem__"):
                found |= self.result(function, None, container.unit, None)
            return frozenset(found)
        if isinstance(container, Klass | Foreign):
            return frozenset({container})
        if not isinstance(container, Box):
            return ANYTHING
        wanted = {key.value for key in keys if isinstance(key, Const)}
        exact = bool(wanted) and all(isinstance(key, Const) for key in keys)
        found, display = set(), container.display
        for position, (own, value) in enumerate(display.items):
            if exact and not self._key_matches(container, position, own, wanted):
                continue
            found |= self.values(value, container.unit)
        filled = self.program.stores(container.unit.module, "[]")
        self.steps -= len(filled) // LOOKS  # each may be known, but there are hundreds in some files
        for store, unit in filled if self.steps > 0 else ():
            if container in self.values(store.base, unit):
                if store.key is not None and exact:
                    given = self.values(store.key, unit)
                    texts = {k.value for k in given if isinstance(k, Const)}
                    if texts and not texts & wanted:
                        continue
                found |= self.values(store.value, unit)
        if display.kind == "object":
            for text in wanted:
                found |= self.stored(container, text, container.unit.module)
        return frozenset(found)

    def _key_matches(self, box: Box, position: int, key: Expr | None, wanted: set[str]) -> bool:
        if key is None:
            if str(position) in wanted:
                return True
            negative = str(position - len(box.display.items))
            return negative in wanted or isinstance(box.display.items[position][1], Item)
        given = self.values(key, box.unit)
        texts = {k.value for k in given if isinstance(k, Const)}
        return not texts or bool(texts & wanted)

    def elements(self, value: Value) -> Values:
        """Return what iterating ``value`` yields."""
        if isinstance(value, Many):
            return value.elements
        if isinstance(value, Box):
            if value.display.kind == "dict":
                keys = [key for key, _ in value.display.items if key is not None]
                return self.union(keys, value.unit)
            return self.item(value, NOTHING)
        if isinstance(value, Instance) and value.unit.language in CLASS_SCOPED:
            return classes.elements(self, value) or ANYTHING
        if isinstance(value, Instance):
            found: set[Value] = set()
            for function in self.member(value, "__iter__"):
                for iterator in self.result(function, None, value.unit, None):
                    if isinstance(iterator, Instance):
                        for step in self.member(iterator, "__next__"):
                            found |= self.result(step, None, value.unit, None)
                    else:
                        found |= self.elements(iterator)
            return frozenset(found) or ANYTHING
        return ANYTHING

    # ---------------------------------------------------------------- results of calls

    def result(self, function: Value, call: Invoke | None, unit: Unit, given: Values | None) -> Values:  # noqa: PLR0911 -- one branch a kind
        """Return what calling ``function`` gives; ``given`` stands for the first argument where known."""
        if isinstance(function, Func):
            if call is not None and call.kind == "new":
                return frozenset({Instance(function.unit, exact=True)})
            return self.returned(function, call, unit, given)
        if isinstance(function, Klass):
            return frozenset({Instance(function.unit, exact=True)})
        if isinstance(function, Instance):
            called: set[Value] = set()
            for inner in self.member(function, "__call__"):
                if isinstance(inner, Func):
                    called |= self.returned(inner, call, unit, given)
            return frozenset(called) or ANYTHING
        if isinstance(function, Foreign):
            found = foreign.result(self, function.name, call, unit, given)
            return ecmascript.wrapped(self, call, unit) or found if found == ANYTHING else found
        if isinstance(function, Member):
            return foreign.member_result(self, function, call, unit)
        return (function == UNKNOWN and ecmascript.wrapped(self, call, unit)) or ANYTHING

    def returned(self, function: Func, call: Invoke | None, unit: Unit, given: Values | None) -> Values:
        """Return what a function of the workspace gives back at this call."""
        callee = function.unit
        if callee.returns is not None:
            declared = types.instances(self, callee.returns, callee.parent or callee, function.receiver)
            vague = any(isinstance(v, Many) and UNKNOWN in v.elements for v in declared)
            if UNKNOWN not in declared and not (vague and callee.body.returns):
                return declared | self._narrower(callee, declared)
        body = callee.body
        if body.yields:
            return frozenset({Many(self.once(("yields", callee), lambda: self.union(body.yields, callee)))})
        found: set[Value] = set()
        for expr in body.returns:
            found |= self._returned_here(expr, function, call, unit, given)
        return frozenset(found)

    def _narrower(self, callee: Unit, declared: Values) -> Values:
        """Return the workspace's objects that a function declared to give a foreign type really gives."""
        if callee.language != "python" or not types.may_be_own(declared):
            return NOTHING
        return self.once(
            ("narrower", callee), lambda: types.own_objects(self.union(callee.body.returns, callee), self)
        )

    def _returned_here(
        self, expr: Expr, function: Func, call: Invoke | None, unit: Unit, given: Values | None
    ) -> Values:
        """Return the value of one ``return``: arguments and ``self`` are taken from this very call."""
        callee = function.unit
        if isinstance(expr, Name) and expr.name not in callee.body.bindings:
            names = [p.name for p in callee.parameters]
            if expr.name in names:
                position = names.index(expr.name)
                first_is_self = parameters.takes_self(callee)
                if first_is_self and position == 0 and function.receiver is not None:
                    return frozenset({function.receiver})
                if given is not None and position == (1 if first_is_self else 0):
                    return given
                if call is not None:
                    bound = first_is_self and function.receiver is not None
                    argument = parameters.argument(call, callee, expr.name, bound=bound)
                    if argument is not None:
                        return self.values(argument, unit)
        found = self.values(expr, callee)
        receiver = function.receiver
        if receiver is not None and callee.owner is not None and receiver.unit is not callee.owner:
            own = Instance(callee.owner)
            if (
                own in found
                and isinstance(expr, Invoke)
                and getattr(expr.function, "name", "") in ("cls", "type")
            ):
                found = (found - {own}) | {Instance(receiver.unit)}
        return found
