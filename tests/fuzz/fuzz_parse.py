"""Fuzzing of the trace parser, from the golden archives of every format (see ``guided``).

Fails on an exception, a span outside the text, frames out of order, or a text that takes more than its share
of time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import guided

import archives

with guided.instrumented("crimescene.traces"):
    from crimescene.traces import parse, quiet, stretches, to_json

SECONDS = 0.5
"""What a text may take at least."""
SECONDS_A_CHARACTER = 4e-5
"""What each further character may take, with the instrumentation of a fuzzer."""
TRIES = 3
"""How often a text must take too long: even processor time grows on a busy machine."""


def one(data: bytes) -> None:
    """Parse one input and check what must hold for any text."""
    text = data.decode("utf-8", "surrogateescape")
    # Every second text is read as a long one is: in pieces, without its quiet lines.
    long = len(data) % 2 == 1
    stretches.WHOLE, stretches.PIECE, quiet.LONG = (100, 300, 5) if long else (200_000, 1_000_000, 2_000)
    took = []
    while not took or (took[-1] > SECONDS + SECONDS_A_CHARACTER * len(text) and len(took) < TRIES):
        start = time.process_time()
        traces = parse(text)
        took.append(time.process_time() - start)
    if len(took) == TRIES:
        raise TimeoutError(f"{min(took):.2f} s for {len(text)} characters")
    size = len(text.encode("utf-8", "surrogateescape"))
    for trace in traces:
        assert 0 <= trace.span.start <= trace.span.end <= size
        for stack in trace.stacks:
            assert stack.of is None or 0 <= stack.of < len(trace.stacks)
            for frame in stack.frames:
                assert 0 <= frame.span.start <= frame.span.end <= size
    spans = [frame["span"] for frame in to_json(text, traces)["frames"]]
    assert spans == sorted(spans)


def seeds() -> list[bytes]:
    """The inputs of the golden archives."""
    root = Path(__file__).parent.parent / "traces"
    return [
        archives.load(path).sections["input"].encode("utf-8", "surrogateescape")
        for path in sorted(root.glob("*/*.txt"))
    ]


if __name__ == "__main__":
    guided.main(one, seeds)
