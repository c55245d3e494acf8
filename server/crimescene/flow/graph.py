"""The flow of values between statements of several files, followed against its direction.

A node is a variable of a unit, a field by its name (whatever object it belongs to), what a function
returns, an event by its name, or what is thrown. An edge says which statement carries a value from one to
another, and whether it does so untouched.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crimescene.flow.closure import Edge, Node, closure
from crimescene.flow.facts import Call, Path, Record, Unit, records_in, walk
from crimescene.flow.grammar import grammar_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crimescene.flow.facts import Source, Statement, Target

Resolve = "Callable[[Unit], Mapping[int, Sequence[Unit]]]"

EMITS = frozenset(
    {"emit", "dispatch", "dispatchEvent", "publish", "fire", "trigger", "notify", "post", "send_event"}
)
LISTENS = frozenset(
    [
        "on",
        "once",
        "addListener",
        "addEventListener",
        "subscribe",
        "listen",
        "register",
        "connect",
        "bind",
        "handle",
    ]
)
MAX_CANDIDATES = 3
MAX_NAMES = 8
"""Names of one object that are followed back."""

COPY, TRANSFORM, OBJECT, CONTROL = 0.2, 1.0, 1.6, 1.2
"""How far a step leads away from the value: untouched, computed, part of an object, decided by."""


class Graph:
    """All edges of some files."""

    def __init__(
        self, modules: Iterable[Unit], resolve: Callable[[Unit], Mapping[int, Sequence[Unit]]]
    ) -> None:
        self.units = [unit for module in modules for unit in walk(module)]
        self.into: dict[Node, list[Edge]] = defaultdict(list)
        self.out: dict[Node, list[Edge]] = defaultdict(list)
        self.by_statement: dict[int, list[Edge]] = defaultdict(list)
        self.callers: dict[int, list[tuple[Unit, Statement]]] = defaultdict(list)
        self.unknown: dict[str, None] = {}
        """Names of calls that lead nowhere we know, with a value of the trail in them."""
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        self._listeners: dict[str, list[Unit]] = defaultdict(list)
        self._emitted: list[tuple[Unit, Statement, Call]] = []
        self._callees: dict[int, list[Unit]] = {}
        self._passing = False
        for unit in self.units:
            if unit.kind == "function":
                self._by_name[unit.name].append(unit)
        for unit in self.units:
            known = resolve(unit)
            for statement in unit.statements:
                for call in statement.calls:
                    self._callees[id(call)] = self._resolved(unit, call, known)
        for unit in self.units:
            self._read(unit)
        self._events()
        self._aliases()

    # ------------------------------------------------------------ names

    def variable(self, unit: Unit, name: str) -> Node | None:
        """Return the node of a name as it is meant in ``unit``; None for ``this`` and the like."""
        grammar = grammar_of(unit.language)
        if grammar is not None and name in grammar.self_names:
            return None
        current: Unit | None = unit
        while current is not None:
            if name in current.locals:
                return ("g", "", name) if current.kind == "module" else ("v", id(current), name)
            current = current.parent
        return ("f", "", name) if unit.language == "java" else ("g", "", name)

    def _reads(self, unit: Unit, path: Path) -> list[tuple[Node, float, bool]]:
        """Return the nodes whose values reading ``path`` gives."""
        root = self.variable(unit, path.root)
        named = [s for s in path.selectors if s != "*" and not s.isdigit()]
        found: list[tuple[Node, float, bool]] = []
        if named:
            found.append((("f", "", named[-1]), COPY, True))
        if root is not None:
            found.append((root, COPY if not path.selectors else OBJECT, True))
        return found

    def _writes(self, unit: Unit, path: Path) -> list[tuple[Node, float]]:
        root = self.variable(unit, path.root)
        named = [s for s in path.selectors if s != "*" and not s.isdigit()]
        found: list[tuple[Node, float]] = []
        if named:
            found.append((("f", "", named[-1]), 0.0))
            if root is not None:
                found.append((root, OBJECT))
        elif root is not None:
            found.append((root, 0.0))
        return found

    # ------------------------------------------------------------ calls

    def _resolved(self, unit: Unit, call: Call, known: Mapping[int, Sequence[Unit]]) -> list[Unit]:
        found = list(known.get(call.name_start, ()))
        if found or not call.name:
            return found
        if call.new:
            name = call.name.split("<")[0].rpartition(".")[2]
            return [u for u in self.units if u.owner == name and "constructor" in u.flags][:MAX_CANDIDATES]
        named = self._by_name.get(call.name, [])
        if call.receiver:
            methods = [u for u in named if u.owner] or named
        else:
            own = [u for u in named if u.path == unit.path]
            methods = own or [u for u in named if not u.owner or u.owner == call.name]
            if unit.language == "java":
                methods = [u for u in named if u.path == unit.path]
        return methods if len(methods) <= MAX_CANDIDATES else []

    def callees(self, call: Call) -> list[Unit]:
        """Return the functions a call may reach."""
        return self._callees.get(id(call), [])

    # ------------------------------------------------------------ edges

    def _add(
        self, source: Node | None, target: Node, statement: Statement, cost: float, *, copy: bool = False
    ) -> None:
        if source == target and cost >= TRANSFORM and statement.kind != "mutate" and not statement.operator:
            return
        edge = Edge(source, target, statement, cost, copy, self._passing)
        self.into[target].append(edge)
        self.by_statement[id(statement)].append(edge)
        if source is not None:
            self.out[source].append(edge)

    def _read(self, unit: Unit) -> None:  # noqa: C901, PLR0912 -- one branch a kind of statement
        returned: Node = ("r", id(unit), unit.name)
        for parameter in unit.parameters:
            for path in parameter.targets:
                node = self.variable(unit, path.root)
                for statement in unit.statements[:1]:
                    for source, cost, copy in self._nodes(unit, parameter.default):
                        if node is not None:
                            self._add(source, node, statement, cost, copy=copy)
        for statement in unit.statements:
            for target in (*statement.targets, *statement.hidden):
                self._give(unit, statement, target)
            if statement.kind in ("return", "yield"):
                self._flow(
                    unit,
                    statement,
                    statement.sources,
                    returned,
                    copy=self.hands_over(statement, statement.sources),
                )
                for name in unit.result_names:
                    node = self.variable(unit, name)
                    if node is not None:
                        self._add(node, returned, statement, COPY, copy=True)
            if statement.kind == "throw":
                self._flow(unit, statement, statement.sources, ("t", id(unit), ""), copy=False)
            if statement.kind == "catch":
                for target in statement.targets:
                    node = self.variable(unit, target.path.root)
                    for thrower in self._throwers(unit):
                        if node is not None:
                            self._add(("t", id(thrower), ""), node, statement, TRANSFORM)
            for call in statement.calls:
                self._call(unit, statement, call)
            for record in records_in(statement):
                for given in record.fields:
                    copy = len(given.sources) == 1 and isinstance(given.sources[0], Path)
                    self._flow(unit, statement, given.sources, ("f", "", given.key), copy=copy)

    def _throwers(self, unit: Unit) -> list[Unit]:
        """Functions whose errors a handler in ``unit`` may get: itself and what it calls."""
        called = [u for s in unit.statements for call in s.calls for u in self.callees(call)]
        return list({id(u): u for u in (unit, *called)}.values())

    def _give(self, unit: Unit, statement: Statement, target: Target) -> None:
        for node, extra in self._writes(unit, target.path):
            copy = (target.copy or self.hands_over(statement, target.sources)) and not target.key
            self._flow(unit, statement, target.sources, node, copy=copy, extra=extra)
            if target.key:
                self._add(("f", "", target.key), node, statement, COPY)
            for guard in statement.guards:
                for source, cost, _ in self._nodes(unit, guard.sources):
                    if guard.kind == "condition":
                        self._add(source, node, statement, CONTROL + cost)

    def _flow(
        self,
        unit: Unit,
        statement: Statement,
        sources: Sequence[Source],
        target: Node,
        *,
        copy: bool,
        extra: float = 0.0,
    ) -> None:
        found = self._nodes(unit, sources)
        for source, cost, untouched in found:
            step = cost if copy and untouched else max(cost, TRANSFORM)
            self._add(source, target, statement, step + extra, copy=copy and untouched)
        if not found:
            self._add(None, target, statement, TRANSFORM + extra)

    def _nodes(self, unit: Unit, sources: Sequence[Source]) -> list[tuple[Node, float, bool]]:
        found: list[tuple[Node, float, bool]] = []
        stack: list[tuple[Source, float]] = [(source, 0.0) for source in reversed(sources)]
        while stack:
            source, extra = stack.pop()
            if isinstance(source, Path):
                found += [(node, cost + extra, copy) for node, cost, copy in self._reads(unit, source)]
            elif isinstance(source, Unit):
                found.append((("r", id(source), source.name), TRANSFORM + extra, False))
            elif isinstance(source, Record):
                for given in source.fields:
                    stack += [(value, extra + COPY) for value in given.sources]
                stack += [(value, extra) for value in source.rest]
            elif isinstance(source, Call):
                reached = self.callees(source)
                found += [(("r", id(u), u.name), COPY + extra, True) for u in reached]
                if source.name == "get" and source.literals:
                    found.append((("f", "", f"'{source.literals[0]}'"), COPY + extra, False))
                away = extra + (OBJECT if reached else TRANSFORM)
                if not (reached and self._is_name(source)):
                    stack += [(value, away) for value in source.receiver]
                through = away if not reached or source.new else away + TRANSFORM
                stack += [(v, through) for a in source.arguments for v in a.sources]
        return found

    def _is_name(self, call: Call) -> bool:
        """Whether what is called is a bare name, which then is no object that the value comes from."""
        return (
            len(call.receiver) == 1
            and isinstance(call.receiver[0], Path)
            and call.receiver[0].text == call.name
        )

    def hands_over(self, statement: Statement, sources: Sequence[Source]) -> bool:
        """Whether a value comes from elsewhere as it is: a path, or what a known function gives back."""
        if len(sources) != 1 or not statement.direct:
            return False
        only = sources[0]
        if isinstance(only, Path):
            return "*" not in only.selectors and not only.text.rpartition(".")[2].isupper()
        return isinstance(only, Call) and bool(self.callees(only)) and not only.new

    def _call(self, unit: Unit, statement: Statement, call: Call) -> None:
        reached = self.callees(call)
        for callee in reached:
            self.callers[id(callee)].append((unit, statement))
            self._passing = callee.kind != "lambda"
            self._pass(unit, statement, call, callee)
            self._passing = False
        if call.name in EMITS and call.literals:
            self._emitted.append((unit, statement, call))
        lambdas = [source for a in call.arguments for source in a.sources if isinstance(source, Unit)]
        if call.name in LISTENS and call.literals:
            self._listeners[call.literals[0]] += lambdas
        for handed in lambdas if not reached else ():
            for parameter in handed.parameters:
                for path in parameter.targets:
                    self._flow(unit, statement, call.receiver, ("v", id(handed), path.root), copy=True)
        if call.name in ("put", "set", "setdefault", "setattr") and call.literals and len(call.arguments) > 1:
            key = call.literals[0] if call.name == "setattr" else f"'{call.literals[0]}'"
            self._flow(unit, statement, call.arguments[-1].sources, ("f", "", key), copy=False)

    def _pass(  # noqa: C901 -- one branch a way to pass a value
        self, unit: Unit, statement: Statement, call: Call, callee: Unit, skip: int = 0
    ) -> None:
        parameters = list(callee.parameters)
        grammar = grammar_of(callee.language)
        own = grammar.self_names if grammar is not None else frozenset()
        takes_self = bool(parameters) and parameters[0].name in own
        if parameters and (takes_self or (callee.language == "go" and callee.owner)):
            holder = parameters[0]
            for path in holder.targets:
                if not takes_self:
                    self._flow(
                        unit, statement, call.receiver, ("v", id(callee), path.root), copy=True, extra=COPY
                    )
            parameters = parameters[1:]
        by_name = {p.name: p for p in parameters if p.name}
        arguments = call.arguments[skip:]
        for position, argument in enumerate(arguments):
            chosen = [by_name[argument.keyword]] if argument.keyword in by_name else []
            if argument.keyword and not chosen:
                chosen = [p for p in parameters if any(k == argument.keyword for k, _ in p.fields) or p.rest]
            elif not argument.keyword:
                chosen = parameters[position : position + 1] or [p for p in parameters[-1:] if p.rest]
            copy = len(argument.sources) == 1 and isinstance(argument.sources[0], Path)
            for parameter in chosen:
                for path in parameter.targets:
                    node: Node = ("v", id(callee), path.root)
                    self._flow(unit, statement, argument.sources, node, copy=copy)
                    for key, name in parameter.fields:
                        if name == path.root:
                            self._add(("f", "", key), node, statement, COPY, copy=True)

    def _aliases(self) -> None:
        """What is changed in place under one name is changed under the names it was handed on from."""
        for unit in self.units:
            for statement in unit.statements:
                for target in statement.targets:
                    if not any(isinstance(s, Path) and s.text == target.path.text for s in target.sources):
                        continue
                    for node, _ in self._writes(unit, target.path)[:1]:
                        for other in self._handed_from(node):
                            self._add(node, other, statement, TRANSFORM)

    def _handed_from(self, node: Node) -> list[Node]:
        found = [node]
        for current in found:  # grows while it is walked
            for edge in self.into.get(current, ()):
                if (
                    edge.copy
                    and edge.source is not None
                    and edge.source not in found
                    and len(found) < MAX_NAMES
                ):
                    found.append(edge.source)
        return found[1:]

    def _events(self) -> None:
        for unit, statement, call in self._emitted:
            for handler in self._listeners.get(call.literals[0], ()):
                self.callers[id(handler)].append((unit, statement))
                self._pass(unit, statement, call, handler, skip=1)

    # ------------------------------------------------------------ closures

    def backward(self, seeds: Mapping[Node, float], limit: float = 14.0) -> dict[Node, float]:
        """Return how far each node is from ``seeds``, whose values it may decide."""
        return closure(seeds, limit, self.into, forward=False)

    def forward(self, seeds: Mapping[Node, float], limit: float = 14.0) -> dict[Node, float]:
        """Return how far each node is from ``seeds``, which may decide its value."""
        return closure(seeds, limit, self.out, forward=True)
