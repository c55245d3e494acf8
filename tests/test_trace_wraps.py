"""Traces copied from a terminal that broke their lines read as those that were printed."""

from __future__ import annotations

from pathlib import Path

import pytest

import archives
from crimescene.traces import parse, to_json

ROOT = Path(__file__).parent / "traces"
ARCHIVES = [
    *ROOT.glob("python/chain*.txt"),
    *ROOT.glob("python/syntax-error.txt"),
    *(
        path for path in ROOT.glob("node/*.txt") if path.stem not in ("log", "lambda", "one-line", "rejected")
    ),  # JSON cut in two is no JSON, and a message without a place is not put together
    *(path for path in ROOT.glob("java/*.txt") if path.stem != "one-line"),
]


def broken(text: str, width: int) -> str:
    """The text as a terminal of that width shows it."""
    return "\n".join(
        "\n".join(line[at : at + width] for at in range(0, max(len(line), 1), width))
        for line in text.split("\n")
    )


def places(text: str) -> list[tuple[object, object, object]]:
    """Every place with its function."""
    return [(f["path"], f["line"], f["function"]) for f in to_json(text, parse(text))["frames"]]


LONG = """\
Traceback (most recent call last):
  File "/home/dev/a/very/long/path/to/the/project/that/reaches/the/edge/shop/cards.py", line 120, in pay
    return compute_total(cart, discounts, customer_of(cart), taxes_for(customer_of(cart), country_of(cart)))
  File "/home/dev/shop/x.py", line 3, in compute_total
    raise ValueError("no")
ValueError: no
"""
NODE = """\
TypeError: Cannot read properties of undefined (reading 'price')
    at Cart.total (/home/dev/a/very/long/path/to/the/project/that/reaches/around/the/edge/cart.js:12:30)
    at async /home/dev/a/very/long/path/to/the/project/that/reaches/around/the/edge/of/it/server.mjs:4:8
    at main (/home/dev/main.js:3:1)
"""
JAVA = """\
java.lang.IllegalStateException: bad
\tat com.acme.shop.checkout.service.implementation.CheckoutServiceImpl.pay(CheckoutServiceImpl.java:21)
\tat com.acme.shop.Main.main(Main.java:5)
"""


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("text", [LONG, NODE, JAVA], ids=["python", "node", "java"])
def test_broken_lines_are_put_together(text: str, width: int) -> None:
    """Paths, numbers and names are whole again, and spans lie in the text that was given."""
    wrapped = broken(text, width)
    assert places(wrapped) == places(text)
    (trace,) = parse(wrapped)
    for frame in (f for stack in trace.stacks for f in stack.frames):
        printed = wrapped.encode()[frame.span.start : frame.span.end].decode().replace("\n", "")
        assert frame.path is not None
        assert frame.path in printed
    assert (trace.root.exception, trace.root.message) == (
        parse(text)[0].root.exception,
        parse(text)[0].root.message,
    )


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("path", ARCHIVES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_archives_in_a_terminal(path: Path, width: int) -> None:
    """Most places of real traces survive a terminal's edge; none is read that was not printed."""
    text = archives.load(path).sections["input"]
    whole, wrapped = places(text), places(broken(text, width))
    missing = [place for place in whole if place not in wrapped]
    assert len(missing) <= len(whole) // 10, (missing, wrapped)


def test_whole_lines_stay() -> None:
    """A frame that just reaches the edge has nothing to do with the line below it."""
    text = LONG.replace(", in pay", "")
    assert places(text) == [
        ("/home/dev/a/very/long/path/to/the/project/that/reaches/the/edge/shop/cards.py", 120, None),
        ("/home/dev/shop/x.py", 3, "compute_total"),
    ]
