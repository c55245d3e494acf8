"""``crimescene parse --json``: the same bytes as the answer made whole, without the memory for it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

import archives
from crimescene.cli.parsing import pieces
from crimescene.prompt.cleaning import clean_data
from crimescene.traces import parse, to_json

ROOT = Path(__file__).parent / "traces"
INPUTS = [archives.load(path).sections["input"] for path in sorted(ROOT.glob("*/*.txt"))]
TRACE = (
    'Traceback (most recent call last):\n  File "/srv/shop/m{n}.py", line {n}, in f{n}\n'
    "    return cart[{n}]\n"
    "KeyError: {n}\n\n"
)


def whole(text: str) -> str:
    """The answer in one go."""
    return json.dumps(clean_data(to_json(text, parse(text))), ensure_ascii=False)


def test_every_format() -> None:
    """Piece by piece the answer has the same bytes, whatever the text."""
    assert len(INPUTS) > 200
    for text in INPUTS:
        assert "".join(pieces(parse(text))) == whole(text)
    together = "\n\n".join(INPUTS)
    assert "".join(pieces(parse(together))) == whole(together)


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        TRACE.format(n=1).replace("KeyError: 1", "KeyError: 'password=hunter2Zq81x'"),
        TRACE.format(n=1).replace("KeyError: 1", "KeyError: '\u202esdrawkcab \x1b[31m'"),
        "".join(TRACE.format(n=n) for n in range(1, 1300)),
        "".join(TRACE.format(n=n) + f"KeyError: 'AKIAIOSFODNN7EXAMPL{n % 10}'\n" for n in range(1, 600)),
    ],
    ids=["none", "secret", "hidden", "many", "many secrets"],
)
def test_same_bytes(text: str) -> None:
    """With nothing in it, with what must not leave, and longer than what is encoded at once."""
    assert "".join(pieces(parse(text))) == whole(text)


def test_memory() -> None:
    """What is made for the answer is a small part of it, however many frames there are."""
    list(pieces(parse(TRACE.format(n=1))))  # what is loaded and compiled once
    found = parse("".join(TRACE.format(n=n) for n in range(1, 12_000)))

    def peak(make: object) -> tuple[int, int]:
        assert callable(make)
        tracemalloc.start()
        try:
            size = make()
            return tracemalloc.get_traced_memory()[1], size
        finally:
            tracemalloc.stop()

    streamed, size = peak(lambda: sum(len(piece) for piece in pieces(found)))
    at_once, same = peak(lambda: len(json.dumps(clean_data(to_json("", found)), ensure_ascii=False)))
    assert size == same > 2_000_000
    assert streamed < size
    assert streamed < at_once / 4
