"""How much each statement tells of what is asked: near in the flow, and doing something to the value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.flow.facts import Call, Path, Record, Unit, paths_in, records_in
from crimescene.flow.graph import OBJECT
from crimescene.flow.points import Place, Point, label_of
from crimescene.flow.question import Candidate, Setting, selectors_of
from crimescene.languages import language

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crimescene.flow.closure import Node
    from crimescene.flow.facts import Field, Statement
    from crimescene.model import Span


class Weighing(Setting):
    """Finds the statements that may decide the value, and orders them by what they tell."""

    def _forward_seeds(self) -> dict[Node, float]:
        entry = self.question.entry
        seeds: dict[Node, float] = {}
        if entry is None:
            return seeds
        seeds |= self._selected()
        if self.root in entry.locals:
            seeds["v", id(entry), self.root] = 0.0
        if not seeds:
            for parameter in entry.parameters:
                for path in parameter.targets:
                    seeds["v", id(entry), path.root] = 0.0
        return seeds

    def _selected(self) -> dict[Node, float]:
        """The field that is asked about; a key is written like a property in JavaScript."""
        if not self.selectors:
            return {}
        last = self.selectors[-1]
        return dict.fromkeys((("f", "", last), ("f", "", last.strip("'"))), 0.0)

    def _backward_seeds(  # noqa: C901 -- one branch a way to name a value
        self, forward: Mapping[Node, float]
    ) -> dict[Node, float]:
        question = self.question
        seeds: dict[Node, float] = {}
        for statement in question.crash:
            first = question.crash[0]
            if (statement.unit.path, statement.lineno) == (first.unit.path, first.lineno):
                self._crash_seeds(statement, seeds, 0.0)
        target = question.target
        if target is None:
            return seeds
        seeds |= self._selected()
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

    def _candidates(self, distance: Mapping[Node, float], forward: Mapping[Node, float]) -> list[Candidate]:
        found: dict[int, Candidate] = {}
        for node, far in distance.items():
            for edge in self.graph.into.get(node, ()):
                total = far + edge.cost
                if edge.source is not None and forward and edge.source not in forward:
                    total += 1.0
                known = found.get(id(edge.statement))
                if known is None:
                    known = found[id(edge.statement)] = Candidate(edge.statement, total)
                known.distance = min(known.distance, total)
        for candidate in list(found.values()):
            for guard in candidate.statement.guards:
                if guard.kind not in ("condition", "catch"):
                    continue
                known = found.setdefault(id(guard), Candidate(guard, candidate.distance + 0.4))
                known.distance = min(known.distance, candidate.distance + 0.4)
                known.decides.append(candidate.statement)
        self._exits(found)
        target = self.question.target
        for candidate in found.values() if target is not None else ():
            read = paths_in(candidate.statement.sources)
            if candidate.statement.unit is target and any(path.root == self.root for path in read):
                candidate.distance = min(candidate.distance, 1.0)
        return [c for c in found.values() if not self._is_wiring(c.statement) and self._arrives(c, distance)]

    def _arrives(self, candidate: Candidate, distance: Mapping[Node, float]) -> bool:
        """Whether the object that a statement writes out may be the one that is followed."""
        statement = candidate.statement
        if not records_in(statement) or any(t.path.selectors for t in statement.targets) or candidate.decides:
            return True
        return any(e.target in distance for e in self.graph.by_statement[id(statement)] if e.target[0] != "f")

    def _is_wiring(self, statement: Statement) -> bool:
        """Imports, exports and the main guard tell nothing about values."""
        if statement.unit.kind != "module":
            return False
        if statement.kind == "condition":
            return any(path.root == "__name__" for path in paths_in(statement.sources))
        if any(call.name in ("require", "import") for call in statement.calls):
            return True
        return any(t.path.root in ("module", "exports", "__all__") for t in statement.targets)

    def _is_implied(self, candidate: Candidate, found: Collection[int]) -> bool:
        """A constant behind a condition that is observed says nothing new."""
        statement = candidate.statement
        if not (statement.constant or self._adds_constant(statement)) or not statement.guards:
            return False
        return any(
            id(g) in found for g in statement.guards if g.kind == "condition" and g.operator != "switch"
        )

    @staticmethod
    def _adds_constant(statement: Statement) -> bool:
        if statement.kind == "return":
            return statement.value is None
        read = {path.text for path in paths_in(statement.sources)}
        return statement.operator == "update" and read <= {t.path.text for t in statement.targets}

    @staticmethod
    def _only_functions(statement: Statement) -> bool:
        given = [s for call in statement.calls[:1] for a in call.arguments for s in a.sources]
        return bool(given) and all(isinstance(source, Unit) for source in given)

    def _hands_over(self, statement: Statement) -> bool:
        if statement.shadows or self._is_promise(statement):
            return False
        if statement.kind == "return" and self._was_shadowed(statement):
            return False
        if statement.kind in ("return", "yield"):
            if statement.operator == "tuple":
                return True
            return self.graph.hands_over(statement, statement.sources)
        if statement.kind != "define" or statement.operator == "update" or not statement.targets:
            return False
        return all(
            not t.key
            and (t.copy or self.graph.hands_over(statement, t.sources))
            and "*" not in _selected(t.sources)
            and not (statement.loops and "*" in t.path.selectors)  # which may be there already
            for t in statement.targets
        )

    def _is_promise(self, statement: Statement) -> bool:
        """Whether it gives a name to what an asynchronous function will have, not to what it has."""
        calls = [s for t in statement.targets for s in t.sources if isinstance(s, Call) and not s.awaited]
        return any("async" in callee.flags for call in calls for callee in self.graph.callees(call))

    @staticmethod
    def _was_shadowed(statement: Statement) -> bool:
        """Whether a block before it has a variable of its own under the name that is given back."""
        given = {path.root for path in paths_in(statement.sources)}
        return any(s.shadows and given & {t.path.root for t in s.targets} for s in statement.unit.statements)

    def _exits(self, found: dict[int, Candidate]) -> None:
        """Conditions that leave a function before the value gets further."""
        nearest: dict[int, float] = {}
        for candidate in found.values():
            key = id(candidate.statement.unit)
            nearest[key] = min(nearest.get(key, 99.0), candidate.distance)
        for unit in self.graph.units:
            if id(unit) not in nearest:
                continue
            for statement in unit.statements:
                if statement.kind == "condition" and statement.exits and id(statement) not in found:
                    found[id(statement)] = Candidate(statement, nearest[id(unit)] + 4.0)

    def _details(
        self, made: tuple[float, Candidate, Point], distance: Mapping[Node, float]
    ) -> list[tuple[float, Candidate, Point]]:
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
        if not fields and self.question.entry is not None:
            fields = [
                (0.0, given)
                for given in records[0].fields
                if given.wrap
                and given.lineno != statement.lineno
                and self._is_reckoned(statement.unit, given)
            ]
        fields.sort(key=lambda pair: (pair[0], pair[1].lineno))
        if not fields:
            return [made]
        found: list[tuple[float, Candidate, Point]] = []
        for far, given in fields[:2]:
            paths = (given.key, *(path.text for path in paths_in(given.sources)))
            place = Place("wrap", given.span, brackets=given.wrap == "tuple")
            detail = replace(point, lineno=given.lineno, label=label_of(given.key), paths=paths, place=place)
            found.append((min(score, far + 1.0), candidate, detail))
        return found

    def _is_reckoned(self, unit: Unit, given: Field) -> bool:
        """Whether a key is given what is computed of the value that is followed."""
        if any(isinstance(source, Path) and source.span == given.span for source in given.sources):
            return False
        nodes = (self.graph.variable(unit, path.root) for path in paths_in(given.sources))
        return any(node is not None and self.followed.get(node, 9.0) < 1.0 for node in nodes)

    def _lines(self, statement: Statement, span: Span) -> int:
        return self.sources[statement.unit.path].count(b"\n", span.start, span.end) + 1

    def _redefines(self, statement: Statement) -> bool:
        """Whether it changes what is followed, under whatever name."""
        if self.question.entry is None:
            return False
        for target in statement.targets:
            node = self.graph.variable(statement.unit, target.path.root)
            if (
                node is not None
                and self.followed.get(node, 9.0) < 1.0
                and (target.path.selectors or statement.calls)
            ):
                return (
                    statement.kind == "mutate" or len(statement.targets) > 1 or statement.operator == "update"
                )
        return False

    def _score(self, candidate: Candidate) -> float:  # noqa: C901 -- one line a fact
        statement = candidate.statement
        score = candidate.distance + 0.7 * statement.loops
        if statement.constant and not (statement.guards and statement.guards[-1].operator == "switch"):
            score += 2.5 if not statement.guards else 0.5
        if statement.opaque or (statement.kind == "mutate" and self._only_functions(statement)):
            score += 2.0
        if statement.shadows:
            score -= 2.0
        unseen = statement.kind == "condition" and not statement.wrap
        if (statement.operator == "switch" or unseen) and any(s.constant for s in candidate.decides):
            score += 1.0  # which way was taken is seen inside
        if self._redefines(statement) or (statement.kind == "define" and self._is_promise(statement)):
            score -= 2.0
        if statement.kind in ("define", "return") and self._rearranges(statement.sources):
            score += 1.6
        if statement.kind in ("each", "with"):
            score += 1.5
        if statement.kind == "catch":
            score += 0.5
        if statement.unit.kind == "module" and statement.unit.language != "java":  # where fields stand so
            score += 2.5
        if language(statement.unit.language).test_path(statement.unit.path):
            score += 2.5
        return score

    @staticmethod
    def _rearranges(sources: Sequence[object]) -> bool:
        """An object put together of what is known already."""
        if len(sources) != 1 or not isinstance(sources[0], Record):
            return False
        return all(
            len(f.sources) <= 1 and all(isinstance(s, Path) for s in f.sources) for f in sources[0].fields
        )


def _selected(sources: Sequence[object]) -> set[str]:
    return {selector for source in sources if isinstance(source, Path) for selector in source.selectors}
