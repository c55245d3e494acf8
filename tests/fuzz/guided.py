# ruff: noqa: T201 (it reports)
"""What every fuzz target shares: coverage-guided runs with atheris, a stand-in without it, a corpus.

    pip install atheris
    python tests/fuzz/fuzz_parse.py -max_total_time=1800 -timeout=60 -max_len=20000 [CORPUS_FOLDER]
    PYTHONHASHSEED=0 python tests/fuzz/fuzz_parse.py -seed=1 -runs=2000     # the same inputs each time
    python tests/fuzz/fuzz_parse.py FILE                                    # one input again

Starts from the target's own seeds, from ``corpus/`` (what fuzzing found to be worth keeping) and from
what is in the folder, where it puts what it finds. Without atheris, or with ``--no-guidance``, the seeds are
mutated until so many were tried or so many seconds have passed.
"""

from __future__ import annotations

import base64
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

try:
    import atheris
except ImportError:
    atheris = None

import crimescene.effort

CORPUS = Path(__file__).parent / "corpus"
_LOOK = 1e-4
"""Seconds that pass for the code under test with each look at its clock: a slow machine changes nothing."""


def _counted(looks: Iterator[int]) -> Callable[[], float]:
    return lambda: next(looks) * _LOOK


crimescene.effort.effort = _counted(itertools.count())  # type: ignore[assignment] # before anybody imports it


def instrumented(*modules: str) -> AbstractContextManager[object]:
    """What is imported inside is watched by the fuzzer."""
    return nullcontext() if atheris is None else atheris.instrument_imports(include=list(modules))


class Memory:
    """A workspace of a few files that stand on no disk."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.root = Path("/fuzz")
        self._files = files

    def files(self) -> Sequence[str]:
        """The names."""
        return list(self._files)

    def read(self, path: str) -> bytes | None:
        """The text of one."""
        return self._files.get(path)

    def scan(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Those that are there."""
        return ((path, self._files[path]) for path in paths if path in self._files)

    def why_unreadable(self, path: str) -> str:
        """One sentence."""
        return "" if path in self._files else f"{path} does not exist."


def mutated(texts: Sequence[bytes], choose: random.Random) -> bytes:
    """Lines of some texts, cut, joined, doubled, indented, prefixed, with bytes changed."""
    lines = [line for text in choose.sample(texts, min(3, len(texts))) for line in text.split(b"\n")]
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


def mutated_parts(seeds: Sequence[bytes], choose: random.Random) -> bytes:
    """An input of several parts, with a NUL between them, some of which are mutated."""
    parts = choose.choice(seeds).split(b"\0")
    for n in range(1, len(parts)):
        if choose.random() < 0.7:
            others = choose.sample(seeds, min(2, len(seeds)))
            parts[n] = mutated([parts[n], *others], choose).replace(b"\0", b"")
    return b"\0".join(parts)


def main(
    one: Callable[[bytes], None],
    seeds: Callable[[], list[bytes]],
    mutate: Callable[[Sequence[bytes], random.Random], bytes] = mutated,
    *,
    own: bool = False,
) -> None:
    """Run the target ``one``, guided by coverage where atheris is installed, or the files that are named.

    ``own``: half of the guided inputs are what ``mutate`` makes, not what libFuzzer does to bytes.
    """
    named = [Path(arg) for arg in sys.argv[1:] if not arg.startswith("-")]
    inputs = [path for path in named if path.is_file()]
    if inputs:
        for path in inputs:
            one(path.read_bytes())
            print(f"{path}: nothing found")
        return
    name = Path(one.__code__.co_filename).stem
    kept = sorted(path for path in (CORPUS / name).glob("*") if path.is_file())
    texts = [*seeds(), *(path.read_bytes() for path in kept)]
    if atheris is None or "--no-guidance" in sys.argv:
        _without_guidance(one, texts, mutate)
        return
    with tempfile.TemporaryDirectory(prefix="crimescene-fuzz-") as scratch:
        for path in named:
            path.mkdir(parents=True, exist_ok=True)
        # Named one by one: what order a folder gives its files in is the file system's choice.
        files = [Path(scratch, f"seed-{number:05}") for number in range(len(texts))]
        for path, data in zip(files, texts, strict=True):
            path.write_bytes(data)
        listed = Path(scratch, "seeds")
        listed.write_text(",".join(map(str, files)))
        found = Path(scratch, "found")
        found.mkdir()
        given = [arg for arg in sys.argv if arg.startswith("-")]
        folders = [str(path) for path in named] or [str(found)]
        custom = {"custom_mutator": _custom(mutate, texts)} if own else {}
        atheris.Setup([sys.argv[0], f"-seed_inputs=@{listed}", "-reload=0", *given, *folders], one, **custom)
        atheris.Fuzz()


def _custom(
    mutate: Callable[[Sequence[bytes], random.Random], bytes], texts: Sequence[bytes]
) -> Callable[[bytes, int, int], bytes]:
    def changed(data: bytes, most: int, seed: int) -> bytes:
        choose = random.Random(seed)  # noqa: S311 -- repeatable
        if choose.random() < 0.5:
            return atheris.Mutate(data, len(data))
        return mutate([data, data, choose.choice(texts)], choose)[:most]

    return changed


def _limit(name: str) -> float | None:
    """The number of an option as libFuzzer has them."""
    given = [arg.partition("=")[2] for arg in sys.argv if arg.startswith(f"-{name}=")]
    return float(given[-1]) if given else None


def _without_guidance(
    one: Callable[[bytes], None],
    texts: list[bytes],
    mutate: Callable[[Sequence[bytes], random.Random], bytes],
) -> None:
    """Try what is there, then mutations of it; the number of a failing input is printed."""
    seconds, runs, seed = _limit("max_total_time"), _limit("runs"), int(_limit("seed") or 0)
    stop, count = time.monotonic() + (seconds or float("inf")), 0
    while time.monotonic() < stop and (runs is None or count < runs):
        choose = random.Random(count + (seed << 32))  # noqa: S311 -- repeatable
        # Some of what is there first: all of it may be more than there is time for.
        data = texts[count] if count < min(len(texts), (runs or float("inf")) / 2) else mutate(texts, choose)
        try:
            one(data)
        except BaseException:
            target = Path(one.__code__.co_filename).name
            print(f"Input {count}. To see it again:")
            print(f"echo {base64.b64encode(data).decode()} | base64 -d >found &&")
            print(f"PYTHONHASHSEED=0 python tests/fuzz/{target} found")
            raise
        count += 1
    print(f"{count} inputs")
