# ruff: noqa: T201 (it reports)
"""Coverage-guided fuzzing of the trace parser.

    pip install atheris
    python tests/fuzz/fuzz_parse.py -max_total_time=1800 -timeout=10 -max_len=20000 CORPUS_FOLDER

Starts from the golden archives. Fails on an exception, a span outside the text, frames out of order, or a
text that takes more than its share of time. Without atheris it mutates the archives itself until stopped or
for ``-max_total_time`` seconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import archives

try:
    import atheris
except ImportError:
    atheris = None

if atheris is not None:
    with atheris.instrument_imports(include=["crimescene.traces"]):
        from crimescene.traces import parse, quiet, stretches, to_json
else:
    from crimescene.traces import parse, quiet, stretches, to_json

SECONDS = 0.5
"""What a text may take at least."""
SECONDS_A_CHARACTER = 4e-5
"""What each further character may take, with the instrumentation of a fuzzer."""


def one(data: bytes) -> None:
    """Parse one input and check what must hold for any text."""
    text = data.decode("utf-8", "surrogateescape")
    # Every second text is read as a long one is: in pieces, without its quiet lines.
    long = len(data) % 2 == 1
    stretches.WHOLE, stretches.PIECE, quiet.LONG = (100, 300, 5) if long else (200_000, 1_000_000, 2_000)
    start = time.process_time()
    traces = parse(text)
    took = time.process_time() - start
    if took > SECONDS + SECONDS_A_CHARACTER * len(text):
        raise TimeoutError(f"{took:.2f} s for {len(text)} characters")
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


def mutated(texts: list[bytes], choose: random.Random) -> bytes:
    """Lines of some archives, cut, joined, doubled, indented, prefixed, with bytes changed."""
    lines = [line for text in choose.sample(texts, 3) for line in text.split(b"\n")]
    first = choose.randrange(len(lines))
    lines = lines[first : first + choose.randrange(1, 80)]
    for _ in range(choose.randrange(8)):
        at = choose.randrange(len(lines))
        line = lines[at]
        lines[at] = choose.choice(
            (
                line[: choose.randrange(len(line) + 1)],
                line[choose.randrange(len(line) + 1) :],
                b"  " * choose.randrange(9) + line,
                line * choose.randrange(4),
                b"2026-11-22T07:00:00Z " + line,
                line.replace(b" ", b"\t"),
                line + choose.randbytes(3),
                b"",
                choose.choice(lines),
            )
        )
    return choose.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\\n", b"\n\n")).join(lines)


def without_guidance(seconds: float) -> None:
    """Mutate archives for a time; the seed of a failing input is printed."""
    texts, stop, count = seeds(), time.monotonic() + seconds, 0
    while time.monotonic() < stop:
        data = mutated(texts, random.Random(count))  # noqa: S311 - repeatable
        try:
            one(data)
        except Exception:
            print(f"input {count}:", data)
            raise
        count += 1
    print(f"{count} inputs")


def main() -> None:
    """Run the fuzzer, or its stand-in."""
    if atheris is None:
        limits = [arg.partition("=")[2] for arg in sys.argv if arg.startswith("-max_total_time=")]
        without_guidance(float(limits[0]) if limits else float("inf"))
        return
    if not any(not arg.startswith("-") for arg in sys.argv[1:]):
        sys.argv.append(tempfile.mkdtemp(prefix="crimescene-fuzz-"))
    folder = Path(next(arg for arg in sys.argv[1:] if not arg.startswith("-")))
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(data)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
