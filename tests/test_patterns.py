"""No pattern of the trace parser takes long over a line made to hurt it."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Iterator

import pytest

from crimescene import traces
from crimescene.traces.document import LINE_LIMIT
from crimescene.traces.patterns import Pattern

HEADS = ("", "  ", "    at ", "/", "x.py:", "Error: ", '"', "(", "a.b.C: ", "#0 ")
REPEATED = (
    "a", "/", "/a", "\\a", ".", "a.", "-", " ", "a ", "\t", "(", "()", "(a", "[", "[a", "a]", "{", '"', ":",
    "a:", "1", "1:", ", ", "::a", "<", "|", "│", "^~", " == ", "at ", "line 1", "a::b", "$", "@",
    "#", "_", "A",
    "A.", "Aa", "/a.py:1 ", "Error: ", "a (a) ", "é", "→ 1",
)  # fmt: skip
SECONDS = 0.4
"""Far above what any pair takes (0.1), far below what nested repetition takes."""


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every pattern of every module, in tuples too, each source once."""
    seen: set[int] = set()
    for info in pkgutil.iter_modules(traces.__path__):
        module = importlib.import_module(f"crimescene.traces.{info.name}")
        for name, value in vars(module).items():
            for item in _inside(value):
                if id(item) not in seen:
                    seen.add(id(item))
                    yield f"{info.name}.{name}", item


def _inside(value: object) -> Iterator[Pattern]:
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _inside(item)


@pytest.mark.parametrize("repeated", REPEATED, ids=repr)
def test_repeated(repeated: str) -> None:
    """A line as long as formats see, of one sign over and over, in front of something that fits nowhere."""
    slow = []
    for head in HEADS:
        line = (head + repeated * (LINE_LIMIT // len(repeated)))[: LINE_LIMIT - 1] + "\0"
        for name, pattern in patterns():
            start = time.process_time()
            pattern.match(line)
            took = time.process_time() - start
            if took > SECONDS:
                slow.append((name, head, round(took, 2)))
    assert not slow
