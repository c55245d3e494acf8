"""From a question (a value, from where to where; or a crash) to an ordered list of log points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crimescene.flow import observe, points
from crimescene.flow.facts import Path, Record, paths_in
from crimescene.flow.graph import OBJECT, Graph, records_in
from crimescene.flow.grammar import grammar_of
from crimescene.flow.points import Place, Point, label_of
from crimescene.flow.reasons import reason
from crimescene.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crimescene.flow.facts import Statement, Unit
    from crimescene.flow.graph import Node

BUDGET = 12
SHARE = 0.38
"""Of what could be observed in the functions looked at."""
FARTHEST = 6.0
"""Points farther from the question than this are left for the next round."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be followed: ``expression`` from ``entry`` to ``target``, or backward from a crash."""

    expression: str = ""
    entry: Unit | None = None
    target: Unit | None = None
    crash: tuple[Statement, ...] = ()
    suspects: tuple[str, ...] = ()
    """Expressions at the crash, the likeliest first."""
    budget: int = BUDGET


@dataclass(slots=True)
class Plan:
    """The points in the order in which a value passes them."""

    points: list[Point] = field(default_factory=list)
    unchosen: list[Point] = field(default_factory=list)
    """What the budget left out, in the same order: where to look between two points of the plan."""
    notes: list[str] = field(default_factory=list)
    """Sentences: what is not known."""


@dataclass(slots=True)
class _Candidate:
    statement: Statement
    distance: float
    decides: list[Statement] = field(default_factory=list)


def plan(graph: Graph, sources: Mapping[str, bytes], question: Question) -> Plan:
    """Choose the points that show where the value goes wrong with as few events as can be."""
    return _Planner(graph, sources, question).plan()


def scored(graph: Graph, sources: Mapping[str, bytes], question: Question) -> list[str]:
    """Return what was weighed, for whoever works on the weights."""
    planner = _Planner(graph, sources, question)
    planner.plan()
    return [f"{score:.1f} {point.path}:{point.lineno} {point.label}" for score, _, point in planner.weighed]


def selectors_of(expression: str) -> tuple[str, tuple[str, ...]]:
    """Return the root and the named selectors of an expression as a user writes it."""
    parts = re.findall(r"[\w$]+|\[\s*(?:\"[^\"]*\"|'[^']*')\s*\]", expression.replace("?.", "."))
    names = [part.strip("[]\"' ") for part in parts]
    if not names:
        return "", ()
    computed = re.findall(r"\[\s*([\w$.]+)\s*\]", expression)
    kept = [n for n in names[1:] if n not in computed]
    root = names[0]
    if root in ("this", "self") and kept:
        root, kept = kept[0], kept[1:] or [kept[0]]
    return root, tuple(kept)


class _Planner:
    def __init__(self, graph: Graph, sources: Mapping[str, bytes], question: Question) -> None:
        self.graph, self.sources, self.question = graph, sources, question
        tops = [u for u in graph.units if u.kind == "module"]
        self.accessors = observe.accessors_of(tops)
        self.notes: list[str] = []
        self.followed: Mapping[Node, float] = {}
        self.weighed: list[tuple[float, _Candidate, Point]] = []
        self.root, self.selectors = selectors_of(question.expression)

    # ------------------------------------------------------------ what is asked

    def _forward_seeds(self) -> dict[Node, float]:
        entry = self.question.entry
        seeds: dict[Node, float] = {}
        if entry is None:
            return seeds
        if self.selectors:
            seeds["f", "", self.selectors[-1]] = 0.0
        if self.root in entry.locals:
            seeds["v", id(entry), self.root] = 0.0
        if not seeds:
            for parameter in entry.parameters:
                for path in parameter.targets:
                    seeds["v", id(entry), path.root] = 0.0
        return seeds

    def _backward_seeds(self, forward: Mapping[Node, float]) -> dict[Node, float]:
        question = self.question
        seeds: dict[Node, float] = {}
        for statement in question.crash:
            first = question.crash[0]
            if (statement.unit.path, statement.lineno) == (first.unit.path, first.lineno):
                self._crash_seeds(statement, seeds, 0.0)
        target = question.target
        if target is None:
            return seeds
        if self.selectors:
            seeds["f", "", self.selectors[-1]] = 0.0
        own: Node = ("v", id(target), self.root)
        if self.root in target.locals:
            seeds[own] = OBJECT / 2 if self.selectors else 0.0
        elif ("f", "", self.root) in self.graph.into:
            seeds["f", "", self.root] = 0.0 if not self.selectors else OBJECT
        reached = False
        for parameter in target.parameters:
            for path in parameter.targets:
                node: Node = ("v", id(target), path.root)
                if node in forward:
                    reached = True
                if node not in seeds:
                    far = 0.6 if node in forward else 1.6
                    seeds[node] = far + (OBJECT / 2 if self.selectors else 0.0)
        parameters = {path.root for q in target.parameters for path in q.targets}
        if not reached or (self.root in target.locals and self.root not in parameters):
            seeds["r", id(target), target.name] = 1.0
        return seeds

    def _crash_seeds(self, statement: Statement, seeds: dict[Node, float], far: float) -> None:
        unit = statement.unit
        wanted = [selectors_of(text) for text in self.question.suspects]
        written = {target.path.text for target in statement.targets}
        for path in paths_in(statement.sources):
            if path.text in written:
                continue
            names = [s for s in path.selectors if s != "*"]
            rank = next((i for i, (root, _) in enumerate(wanted) if root in (path.root, *names)), len(wanted))
            for node, cost, _ in self.graph._reads(unit, path):  # noqa: SLF001 -- one module in two files
                total = far + cost + 0.5 * rank
                seeds[node] = min(seeds.get(node, total), total)
        for call in statement.calls:
            for callee in self.graph.callees(call):
                seeds.setdefault(("r", id(callee), callee.name), far + 1.0)

    # ------------------------------------------------------------ candidates

    def _candidates(self, distance: Mapping[Node, float], forward: Mapping[Node, float]) -> list[_Candidate]:
        found: dict[int, _Candidate] = {}
        for node, far in distance.items():
            for edge in self.graph.into.get(node, ()):
                total = far + edge.cost
                if edge.source is not None and forward and edge.source not in forward:
                    total += 1.0
                known = found.get(id(edge.statement))
                if known is None:
                    known = found[id(edge.statement)] = _Candidate(edge.statement, total)
                known.distance = min(known.distance, total)
        for candidate in list(found.values()):
            for guard in candidate.statement.guards:
                if guard.kind not in ("condition", "catch"):
                    continue
                known = found.setdefault(id(guard), _Candidate(guard, candidate.distance + 0.4))
                known.distance = min(known.distance, candidate.distance + 0.4)
                known.decides.append(candidate.statement)
        self._exits(found)
        target = self.question.target
        for candidate in found.values() if target is not None else ():
            read = paths_in(candidate.statement.sources)
            if candidate.statement.unit is target and any(path.root == self.root for path in read):
                candidate.distance = min(candidate.distance, 1.0)
        return [c for c in found.values() if not self._is_wiring(c.statement)]

    def _is_wiring(self, statement: Statement) -> bool:
        """Imports, exports and the main guard tell nothing about values."""
        if statement.unit.kind != "module":
            return False
        if statement.kind == "condition":
            return any(path.root == "__name__" for path in paths_in(statement.sources))
        if any(call.name in ("require", "import") for call in statement.calls):
            return True
        return any(t.path.root in ("module", "exports", "__all__") for t in statement.targets)

    def _is_implied(self, candidate: _Candidate, found: Collection[int]) -> bool:
        """A constant behind a condition that is observed says nothing new."""
        statement = candidate.statement
        if not (statement.constant or self._adds_constant(statement)) or not statement.guards:
            return False
        return any(id(g) in found for g in statement.guards if g.kind == "condition" and g.operator != "switch")

    @staticmethod
    def _adds_constant(statement: Statement) -> bool:
        if statement.kind == "return":
            return statement.value is None
        read = {path.text for path in paths_in(statement.sources)}
        return statement.operator == "update" and read <= {t.path.text for t in statement.targets}

    def _hands_over(self, statement: Statement) -> bool:
        if statement.kind in ("return", "yield"):
            if statement.operator == "tuple":
                return True
            return self.graph.hands_over(statement.sources)
        if statement.kind != "define" or statement.operator == "update" or not statement.targets:
            return False
        return all(
            not t.key and (t.copy or self.graph.hands_over(t.sources)) and "*" not in _selected(t.sources)
            for t in statement.targets
        )

    def _exits(self, found: dict[int, _Candidate]) -> None:
        """Conditions that leave a function before the value gets further."""
        nearest: dict[int, float] = {}
        for candidate in found.values():
            unit = id(candidate.statement.unit)
            nearest[unit] = min(nearest.get(unit, 99.0), candidate.distance)
        for unit in self.graph.units:
            if id(unit) not in nearest:
                continue
            for statement in unit.statements:
                if statement.kind == "condition" and statement.exits and id(statement) not in found:
                    found[id(statement)] = _Candidate(statement, nearest[id(unit)] + 3.2)

    # ------------------------------------------------------------ choice

    def plan(self) -> Plan:
        """Choose, number and explain the points."""
        forward = self.graph.forward(self._forward_seeds()) if self.question.entry is not None else {}
        self.followed = forward
        seeds = self._backward_seeds(forward)
        distance = self.graph.backward(seeds)
        candidates = self._candidates(distance, forward)
        if self.question.entry is not None and not any(n in distance for n in self._forward_seeds()):
            self.notes.append("No static path from the entry to the target was found; these are the candidates.")
        made: list[tuple[float, _Candidate, Point]] = []
        for candidate in candidates:
            statement = candidate.statement
            point = observe.point(statement, self.sources[statement.unit.path], self.accessors, 0)
            if point is not None:
                made.append((self._score(candidate), candidate, point))
        seen = {id(candidate.statement) for _, candidate, _ in made}
        aside = [m for m in made if self._hands_over(m[1].statement) or self._is_implied(m[1], seen)]
        made = [m for m in made if m not in aside]
        ends = self._ends(distance, forward)
        taken = {(p.path, p.place.span, p.place.form) for p in ends}
        made = [m for m in made if (m[2].path, m[2].place.span, m[2].place.form) not in taken]
        crashed = {id(statement) for statement in self.question.crash}
        made = [m for m in made if id(m[1].statement) not in crashed]  # it does not get to its end
        made += self._when_it_works()
        made = [detail for m in made for detail in self._details(m, distance)]
        made.sort(key=lambda m: (m[0], m[2].path, m[2].lineno))
        self.weighed = made
        budget = self._budget(len(made)) - len(ends)
        chosen = self._within(made, max(1, budget))
        order = self._order()
        kept = [(m[2], m[1]) for m in chosen]
        result = Plan(notes=self.notes)
        listed: list[tuple[tuple[int, int], Point]] = [(self._place_in(order, p, None), p) for p in ends]
        listed += [(self._place_in(order, p, c), self._explained(p, c)) for p, c in kept]
        listed.sort(key=lambda pair: pair[0])
        result.points = [replace(point, id=f"p{n}") for n, (_, point) in enumerate(listed, 1)]
        left = [m for m in (*made, *aside) if m not in chosen and not self._is_wiring(m[1].statement)]
        rest = [(self._place_in(order, m[2], m[1]), self._explained(m[2], m[1])) for m in left]
        result.unchosen = [point for _, point in sorted(rest, key=lambda pair: pair[0])]
        return result

    def _explained(self, point: Point, candidate: _Candidate) -> Point:
        return replace(point, why=reason(candidate.statement, candidate.decides, self.graph))

    def _budget(self, available: int) -> int:
        """A share of what could be observed, in small programs too: a trail nobody reads shows nothing."""
        units = {id(e.statement.unit) for edges in self.graph.into.values() for e in edges}
        places = sum(
            1
            for unit in self.graph.units
            if id(unit) in units
            for statement in unit.statements
            if points.place(statement, self.sources[unit.path], self.accessors) is not None
        )
        return min(self.question.budget, max(4, round(places * SHARE)), available + 2)

    def _within(
        self, made: list[tuple[float, _Candidate, Point]], budget: int
    ) -> list[tuple[float, _Candidate, Point]]:
        near = [m for m in made if m[0] <= FARTHEST]
        return near[:budget]

    def _details(
        self, made: tuple[float, _Candidate, Point], distance: Mapping[Node, float]
    ) -> list[tuple[float, _Candidate, Point]]:
        """Of an object written over several lines, the one or two values that matter instead of the whole."""
        score, candidate, point = made
        statement = candidate.statement
        records = [r for r in records_in(statement) if self._lines(statement, r.span) > 1]
        if not records or statement.kind not in ("define", "return", "call", "mutate"):
            return [made]
        fields = [
            (distance["f", "", given.key], given)
            for given in records[0].fields
            if given.wrap and given.lineno != statement.lineno and ("f", "", given.key) in distance
        ]
        fields.sort(key=lambda pair: (pair[0], pair[1].lineno))
        if not fields:
            return [made]
        found: list[tuple[float, _Candidate, Point]] = []
        for far, given in fields[:2]:
            paths = (given.key, *(path.text for path in paths_in(given.sources)))
            place = Place("wrap", given.span, brackets=given.wrap == "tuple")
            detail = replace(point, lineno=given.lineno, label=label_of(given.key), paths=paths, place=place)
            found.append((min(score, far + 1.0), candidate, detail))
        return found

    def _lines(self, statement: Statement, span: Span) -> int:
        return self.sources[statement.unit.path].count(b"\n", span.start, span.end) + 1

    def _redefines(self, statement: Statement) -> bool:
        """Whether it changes what is followed, under whatever name."""
        if self.question.entry is None:
            return False
        for target in statement.targets:
            node = self.graph.variable(statement.unit, target.path.root)
            if node is not None and self.followed.get(node, 9.0) < 1.0 and (target.path.selectors or statement.calls):
                return statement.kind == "mutate" or len(statement.targets) > 1 or statement.operator == "update"
        return False

    def _score(self, candidate: _Candidate) -> float:
        statement = candidate.statement
        score = candidate.distance + 0.7 * statement.loops
        if statement.constant and not (statement.guards and statement.guards[-1].operator == "switch"):
            score += 1.5 if not statement.guards else 0.5
        if statement.operator == "switch" and any(s.constant for s in candidate.decides):
            score += 1.0  # which case ran is seen inside
        if self._redefines(statement):
            score -= 2.0
        if statement.kind in ("define", "return") and self._rearranges(statement.sources):
            score += 1.6
        if statement.kind in ("each", "with"):
            score += 1.5
        if statement.kind == "catch":
            score += 0.5
        if statement.unit.kind == "module":
            score += 2.5
        return score

    def _when_it_works(self) -> list[tuple[float, _Candidate, Point]]:
        """The value of the failing statement itself, which is seen only where it does not fail."""
        for statement in self.question.crash[:1]:
            point = observe.point(statement, self.sources[statement.unit.path], self.accessors, 0)
            if point is not None:
                return [(2.0, _Candidate(statement, 2.0), point)]
        return []

    @staticmethod
    def _rearranges(sources: Sequence[object]) -> bool:
        """An object put together of what is known already."""
        if len(sources) != 1 or not isinstance(sources[0], Record):
            return False
        return all(len(f.sources) == 1 and isinstance(f.sources[0], Path) for f in sources[0].fields)

    def _ends(self, distance: Mapping[Node, float], forward: Mapping[Node, float]) -> list[Point]:
        """Points at the entry, at the target and at the crash."""
        found: list[Point] = []
        question = self.question
        entry, target = question.entry, question.target
        if entry is not None and entry is not target:
            names = [
                path.root
                for parameter in entry.parameters
                for path in parameter.targets
                if ("v", id(entry), path.root) in distance or path.root == self.root
            ]
            point = observe.entry_point(entry, 0, f"{_names(names)} as `{entry.name}` gets it", names=names) if names else None
            if point is not None:
                found.append(point)
        if target is not None:
            names = [p.root for parameter in target.parameters for p in parameter.targets]
            local = self._last_definition(target) if self.root not in names else None
            if local is not None:
                found.append(local)
            reached = [n for n in names if ("v", id(target), n) in forward]
            wanted = [n for n in names if n == self.root] or reached
            if not wanted and local is None and not any(("v", id(target), n) in distance for n in names):
                wanted = names
            point = observe.entry_point(target, 0, self._arrival(wanted, target), names=wanted) if wanted else None
            if point is not None and local is None:
                found.append(point)
        for statement in question.crash:
            point = self._crash_point(statement)
            if point is not None:
                found.append(point)
                break
        return found

    def _last_definition(self, target: Unit) -> Point | None:
        """Return the point after the last statement of the target that gives the value its name there."""
        found = [s for s in target.statements if any(t.path.plain and t.path.root == self.root for t in s.targets)]
        for statement in reversed(found):
            point = observe.point(statement, self.sources[target.path], self.accessors, 0)
            if point is not None:
                return replace(point, why=f"`{self.root}` as `{target.name}` has it")
        return None

    def _arrival(self, names: Sequence[str], target: Unit) -> str:
        if self.root and self.root not in names and names:
            return f"the value arrives; `{self.root}` is called {_names(names)} here"
        return f"the value as `{target.name}` gets it"

    def _crash_point(self, statement: Statement) -> Point | None:
        """Before the failing statement: what it reads, as far as that has a value."""
        unit = statement.unit
        while statement is not None and not statement.listed:
            if not statement.guards:
                return None
            statement = statement.guards[-1]
        known: set[str] = set()
        current: Unit | None = unit
        while current is not None and current.kind != "module":
            known |= {p.root for q in current.parameters for p in q.targets}
            current = current.parent
        for earlier in unit.statements[: statement.index]:
            if set(map(id, earlier.guards)) <= set(map(id, statement.guards)) | {id(earlier)}:
                known |= {t.path.root for t in earlier.targets if t.path.plain}
        known |= {t.path.root for g in statement.guards if g.kind in ("each", "catch") for t in g.targets}
        hidden = {t.path.root for t in statement.hidden}
        grammar = grammar_of(unit.language)
        own = grammar.self_names if grammar is not None else frozenset()
        read = [p.root for p in (*paths_in(statement.sources), *(t.path for t in statement.targets if t.path.selectors))]
        names = [n for n in dict.fromkeys(read) if n in known and n not in hidden]
        names = [n for n in names if n not in own] or names
        if not names:
            return None
        span = Span(statement.span.start, statement.span.start)
        place = Place("before", span, tuple(names)[: points.MAX_NAMES])
        return Point(
            id="p0", path=unit.path, lineno=statement.lineno, when="before", label=label_of(", ".join(place.names)),
            paths=tuple(dict.fromkeys([*place.names, *(p.text for p in paths_in(statement.sources))]))[:8],
            function=unit.qualified_name, place=place, why="what the failing statement reads",
        )  # fmt: skip

    # ------------------------------------------------------------ order

    def _order(self) -> dict[int, int]:
        """Number the statements roughly as they run: callees before what waits for them."""
        numbers: dict[int, int] = {}
        visited: set[int] = set()
        roots = [u for u in self.graph.units if u.kind == "module"]
        roots += [u for u in self.graph.units if u.kind == "function" and not self.graph.callers.get(id(u))]
        stack: list[tuple[Unit, int]] = []
        for root in [*roots, *self.graph.units]:
            if id(root) in visited:
                continue
            visited.add(id(root))
            numbers[id(root)] = len(numbers)
            stack.append((root, 0))
            while stack:
                unit, index = stack.pop()
                if index >= len(unit.statements):
                    continue
                statement = unit.statements[index]
                fresh = [c for call in statement.calls for c in self.graph.callees(call) if id(c) not in visited]
                fresh += [inner for inner in statement.lambdas if id(inner) not in visited]
                if fresh:
                    visited.add(id(fresh[0]))
                    numbers[id(fresh[0])] = len(numbers)
                    stack += [(unit, index), (fresh[0], 0)]
                    continue
                numbers[id(statement)] = len(numbers)
                stack.append((unit, index + 1))
        return numbers

    def _place_in(self, order: Mapping[int, int], point: Point, candidate: _Candidate | None) -> tuple[int, int]:
        if candidate is not None:
            return order.get(id(candidate.statement), 1_000_000), 1
        for unit in self.graph.units:
            if unit.path == point.path and unit.qualified_name == point.function:
                if point.when == "before":
                    same = [order.get(id(s), 0) for s in unit.statements if s.lineno == point.lineno]
                    return min(same, default=0), 0
                return order.get(id(unit), 1_000_000), 0
        return 1_000_000, 0


def _selected(sources: Sequence[object]) -> set[str]:
    return {selector for source in sources if isinstance(source, Path) for selector in source.selectors}


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
