"""Long texts: read in pieces, without their quiet lines, and only as long as somebody waits."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import archives
from crimescene.traces import StoppedError, parse, stretches, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent / "traces"
INPUTS = {
    f"{path.parent.name}/{path.stem}": archives.load(path).sections["input"]
    for path in sorted(ROOT.glob("*/*.txt"))
    if path.parent.name in ("go", "java", "node", "python", "ruby", "rust", "dotnet")
    and "(prefixed)" not in archives.load(path).comment
}


def facts(text: str) -> list[object]:
    """Errors and places, wherever they stand."""
    answer = to_json(text, parse(text))
    return [
        [(error["type"], error["message"], error["relation"]) for error in answer["errors"]],
        [(f["path"], f["line"], f["function"]) for f in answer["frames"]],
    ]


def info(n: int) -> str:
    """A line of a service that says nothing wrong."""
    time = f"2026-11-22T07:{n // 60 % 60:02}:{n % 60:02}.000Z"
    return f"{time} INFO  [worker-{n % 7}] shop.api: GET /cart/{n} 200\n"


@pytest.mark.parametrize("name", INPUTS)
def test_pieces(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text cut wherever it may be cut reads as the whole one."""
    text = (INPUTS[name].rstrip("\n") + "\n\n") * 3
    whole = facts(text)
    monkeypatch.setattr(stretches, "PIECE", 40)
    monkeypatch.setattr(stretches, "WHOLE", 0)
    assert facts(text) == whole


def test_pieces_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log has a place to cut it every few lines."""
    trace = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\nValueError: no\n'
    text = "".join("".join(info(n + k) for k in range(9)) + trace for n in range(0, 900, 9))
    monkeypatch.setattr(stretches, "PIECE", 2_000)
    monkeypatch.setattr(stretches, "WHOLE", 0)
    pieces = list(stretches.stretches(text))
    assert len(pieces) > len(text) // 5_000
    assert all(end - start < 5_000 for start, end in pieces)
    assert len(parse(text)) == 100


@pytest.mark.parametrize(
    "name", ["python/chain-3.11", "java/chain", "node/cause", "go/nil", "rust/backtrace"]
)
def test_quiet_lines(name: str) -> None:
    """What is left out of a long log changes nothing in what is read."""
    text = INPUTS[name].rstrip("\n") + "\n"
    log = "".join("".join(info(n + k) for k in range(40)) + text for n in range(0, 4000, 40))
    assert facts(log)[1] == facts(text)[1] * 100
    assert len(facts(log)[0]) == len(facts(text)[0]) * 100


def test_stops_when_nobody_waits() -> None:
    """The reading of a long text ends soon after it is told to."""
    text = "".join(info(n) + f"ValueError: {n}\n  at f (/srv/a.js:{n}:1)\n" for n in range(30_000))
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(StoppedError):
        parse(text, stopped)
    assert asked == 6


def python_error(n: int) -> str:
    """An error whose message and lines no other has."""
    frames = "".join(f'  File "/srv/app/{k}.py", line {n + k}, in f{k}\n    load({n})\n' for k in range(8))
    return f"Traceback (most recent call last):\n{frames}KeyError: 'row {n}'\n\n"


def node_error(n: int) -> str:
    """An error whose message and lines no other has."""
    frames = "".join(f"    at Cart.total{k} (/srv/app/lib/cart{k}.js:{n + k}:{k + 9})\n" for k in range(10))
    return f"TypeError: Cannot read properties of undefined (reading 'price{n}')\n{frames}\n"


@pytest.mark.parametrize("error", [python_error, node_error])
def test_memory(error: Callable[[int], str]) -> None:
    """Where no two errors are alike, what is kept of them takes less than four times their text."""
    text = "".join(map(error, range(1_000, 3_000)))
    parse(error(1))  # patterns are compiled on first use
    tracemalloc.start()
    try:
        found = parse(text)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 2_000
    assert kept < 4 * len(text)
    assert found[7].stacks[0].frames[3].text in text
