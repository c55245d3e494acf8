"""From a question (a value, from where to where; or a crash) to an ordered list of log points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.flow import observe, places, points
from crimescene.flow.facts import paths_in
from crimescene.flow.grammar import grammar_of
from crimescene.flow.known import known_before
from crimescene.flow.points import Place, Point, label_of
from crimescene.flow.question import FARTHEST, SHARE, Candidate, Plan, Question
from crimescene.flow.reasons import reason
from crimescene.flow.weighing import Weighing
from crimescene.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crimescene.flow.closure import Node
    from crimescene.flow.facts import Statement, Unit
    from crimescene.flow.graph import Graph


def plan(graph: Graph, sources: Mapping[str, bytes], question: Question) -> Plan:
    """Choose the points that show where the value goes wrong with as few events as can be."""
    return _Planner(graph, sources, question).plan()


def scored(graph: Graph, sources: Mapping[str, bytes], question: Question) -> list[str]:
    """Return what was weighed, for whoever works on the weights."""
    planner = _Planner(graph, sources, question)
    planner.plan()
    return [f"{score:.1f} {point.path}:{point.lineno} {point.label}" for score, _, point in planner.weighed]


class _Planner(Weighing):
    def plan(self) -> Plan:
        """Choose, number and explain the points."""
        forward = self.graph.forward(self._forward_seeds()) if self.question.entry is not None else {}
        self.followed = forward
        seeds = self._backward_seeds(forward)
        distance = self.graph.backward(seeds)
        candidates = self._candidates(distance, forward)
        if self.question.entry is not None and not any(n in distance for n in self._forward_seeds()):
            self.notes.append(
                "No static path from the entry to the target was found; these are the candidates."
            )
        made: list[tuple[float, Candidate, Point]] = []
        for candidate in candidates:
            statement = candidate.statement
            point = observe.point(statement, self.sources[statement.unit.path], self.accessors, 0)
            if point is not None:
                made.append((self._score(candidate), candidate, point))
        seen = {id(candidate.statement) for _, candidate, p in made if p.place.form != "before"}
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

    def _explained(self, point: Point, candidate: Candidate) -> Point:
        return replace(point, why=reason(candidate.statement, candidate.decides, self.graph))

    def _budget(self, available: int) -> int:
        """A share of what could be observed, in small programs too: a trail nobody reads shows nothing."""
        units = {id(e.statement.unit) for edges in self.graph.into.values() for e in edges}
        available_places = sum(
            1
            for unit in self.graph.units
            if id(unit) in units
            for statement in unit.statements
            if places.place(statement, self.sources[unit.path], self.accessors) is not None
        )
        return min(self.question.budget, max(4, round(available_places * SHARE)), available + 2)

    def _within(
        self, made: list[tuple[float, Candidate, Point]], budget: int
    ) -> list[tuple[float, Candidate, Point]]:
        near = [m for m in made if m[0] <= FARTHEST]
        return near[:budget]

    def _when_it_works(self) -> list[tuple[float, Candidate, Point]]:
        """The value of the failing statement itself, which is seen only where it does not fail."""
        for statement in self.question.crash[:1]:
            point = observe.point(statement, self.sources[statement.unit.path], self.accessors, 0)
            if point is not None:
                return [(2.0, Candidate(statement, 2.0), point)]
        return []

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
            point = (
                observe.entry_point(entry, 0, f"{_names(names)} as `{entry.name}` gets it", names=names)
                if names
                else None
            )
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
            point = (
                observe.entry_point(target, 0, self._arrival(wanted, target), names=wanted)
                if wanted
                else None
            )
            if wanted and target.body is None:
                bodies = (
                    observe.point(s, self.sources[target.path], self.accessors, 0) for s in target.statements
                )
                point = next((p for p in bodies if p is not None), None)
                point = point and replace(point, why=self._arrival(wanted, target))
            if point is not None and local is None:
                found.append(point)
        found += self._shared_defaults(distance)
        for statement in question.crash:
            point = self._crash_point(statement)
            if point is not None:
                found.append(point)
                break
        return found

    def _shared_defaults(self, distance: Mapping[Node, float]) -> list[Point]:
        """Entries of functions with a default that all calls share, as far as the value passes it."""
        found: list[Point] = []
        for unit in self.graph.units:
            shared = [t.root for p in unit.parameters if p.shared for t in p.targets]
            names = [n for n in shared if ("v", id(unit), n) in distance]
            if (
                unit.language == "python"
                and names
                and unit not in (self.question.entry, self.question.target)
            ):
                point = observe.entry_point(
                    unit, 0, f"{_names(names)}: one default for all calls", names=names
                )
                found += [point] if point is not None else []
        return found[:2]

    def _last_definition(self, target: Unit) -> Point | None:
        """Return the point after the last statement of the target that gives the value its name there."""
        found = [
            s for s in target.statements if any(t.path.plain and t.path.root == self.root for t in s.targets)
        ]
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
        known = known_before(statement, unit)
        hidden = {t.path.root for t in statement.hidden}
        grammar = grammar_of(unit.language)
        own = grammar.self_names if grammar is not None else frozenset()
        read = [
            p.root
            for p in (*paths_in(statement.sources), *(t.path for t in statement.targets if t.path.selectors))
        ]
        names = [n for n in dict.fromkeys(read) if n in known and n not in hidden]
        names = [n for n in names if n not in own] or names
        if not names:
            return None
        span = Span(statement.span.start, statement.span.start)
        place = Place("before", span, tuple(names)[: points.MAX_NAMES])
        return Point(
            id="p0",
            path=unit.path,
            lineno=statement.lineno,
            when="before",
            label=label_of(", ".join(place.names)),
            paths=tuple(dict.fromkeys([*place.names, *(p.text for p in paths_in(statement.sources))]))[:8],
            function=unit.qualified_name,
            place=place,
            why="what the failing statement reads",
        )

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
                fresh = [
                    c for call in statement.calls for c in self.graph.callees(call) if id(c) not in visited
                ]
                handed = statement.lambdas if statement.kind != "bind" else []
                fresh += [inner for inner in handed if id(inner) not in visited]
                if fresh:
                    visited.add(id(fresh[0]))
                    numbers[id(fresh[0])] = len(numbers)
                    stack += [(unit, index), (fresh[0], 0)]
                    continue
                numbers[id(statement)] = len(numbers)
                stack.append((unit, index + 1))
        return numbers

    def _place_in(
        self, order: Mapping[int, int], point: Point, candidate: Candidate | None
    ) -> tuple[int, int]:
        if candidate is not None:
            return order.get(id(candidate.statement), 1_000_000), 1
        for unit in self.graph.units:
            if unit.path == point.path and unit.qualified_name == point.function:
                if point.when == "before":
                    same = [order.get(id(s), 0) for s in unit.statements if s.lineno == point.lineno]
                    return min(same, default=0), 0
                return order.get(id(unit), 1_000_000), 0
        return 1_000_000, 0


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
