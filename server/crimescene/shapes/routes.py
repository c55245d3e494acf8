"""Both ends of a request in one workspace: handlers by method and path, and what asking one gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.shapes.values import Value, either, unknown
from crimescene.shapes.written import written

if TYPE_CHECKING:
    from collections.abc import Callable

VERBS = frozenset({"get", "post", "put", "patch", "delete"})
_HOST = re.compile(r"^[a-z]+://[^/]*")
_OPEN = re.compile(r"^(?::.*|\{.*\}|<.*>|\*)$")
MAX_ROUTES = 500


@dataclass(slots=True)
class Routes:
    """What the handlers of a workspace answer with, and whether somebody asked."""

    answers: dict[tuple[str, tuple[str, ...]], Callable[[], Value]] = field(default_factory=dict)
    asked: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    """What nobody answered."""

    def add(self, verb: str, path: str, answer: Callable[[], Value]) -> None:
        """Note a handler; of two for the same path nobody knows which answers."""
        key = (verb.lower(), _parts(path))
        if len(self.answers) < MAX_ROUTES:
            self.answers[key] = unknown if key in self.answers else answer

    def ask(self, verb: str, address: str) -> Value | None:
        """Return what the one handler answers that fits; a server may stand below a prefix."""
        best = self._fitting(verb.lower(), _parts(address))
        if len(best) != 1:
            self.asked.add((verb.lower(), _parts(address)))
            return None
        return best[0]()

    def answerable(self) -> bool:
        """Whether a question that stayed open has an answer now."""
        return any(len(self._fitting(verb, wanted)) == 1 for verb, wanted in self.asked)

    def _fitting(self, verb: str, wanted: tuple[str, ...]) -> list[Callable[[], Value]]:
        fitting = [
            (len(parts), answer)
            for (known, parts), answer in self.answers.items()
            if known == verb and parts and _fits(parts, wanted)
        ]
        if not fitting and any(part != "*" for part in wanted):  # the asking side may add a prefix elsewhere
            fitting = [
                (0, answer)
                for (known, parts), answer in self.answers.items()
                if known == verb and parts[-len(wanted) :] == wanted
            ]
        longest = max((size for size, _ in fitting), default=0)
        return [answer for size, answer in fitting if size == longest]


def _parts(path: str) -> tuple[str, ...]:
    path = _HOST.sub("", path).partition("?")[0].partition("#")[0]
    return tuple("*" if _OPEN.match(part) else part for part in path.split("/") if part)


def _fits(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if len(parts) > len(wanted):
        return False
    ends = wanted[len(wanted) - len(parts) :]
    return all(a in (b, "*") for a, b in zip(parts, ends, strict=True)) and parts != ("*",)


def answered(value: Value, style: str) -> Value:
    """Return an answer as the asking side reads it: through JSON."""
    found = written(value, style)
    return found if found.kind in ("object", "list") else unknown()


def told(made: Value, given: Value) -> None:
    """Note what a handler sends; one of several ways may answer."""
    made.element = given if made.element is None else either([made.element, given])
