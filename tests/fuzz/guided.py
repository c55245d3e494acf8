# ruff: noqa: T201 (it reports)
"""What every fuzz target shares: coverage-guided runs with atheris, a stand-in without it, a corpus.

    pip install atheris
    python tests/fuzz/fuzz_parse.py -max_total_time=1800 -timeout=10 -max_len=20000 [CORPUS_FOLDER]

Starts from the target's own seeds, from ``corpus/`` (what fuzzing found to be worth keeping) and from
what is in the folder, where it puts what it finds. Without atheris, or with ``--no-guidance``, the seeds are
mutated until ``-max_total_time`` seconds have passed.
"""

from __future__ import annotations

import random
import shutil
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

CORPUS = Path(__file__).parent / "corpus"


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
) -> None:
    """Run the target ``one``, guided by coverage where atheris is installed."""
    name = Path(one.__code__.co_filename).stem
    kept = sorted(path for path in (CORPUS / name).glob("*") if path.is_file())
    if atheris is None or "--no-guidance" in sys.argv:
        limits = [arg.partition("=")[2] for arg in sys.argv if arg.startswith("-max_total_time=")]
        _without_guidance(one, [*seeds(), *(path.read_bytes() for path in kept)], mutate, limits)
        return
    if not any(not arg.startswith("-") for arg in sys.argv[1:]):
        sys.argv.append(tempfile.mkdtemp(prefix="crimescene-fuzz-"))
    folder = Path(next(arg for arg in sys.argv[1:] if not arg.startswith("-")))
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(data)
    for path in kept:
        shutil.copy(path, folder)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


def _without_guidance(
    one: Callable[[bytes], None],
    texts: list[bytes],
    mutate: Callable[[Sequence[bytes], random.Random], bytes],
    limits: list[str],
) -> None:
    """Try what is there, then mutations of it; the number of a failing input is printed."""
    stop, count = time.monotonic() + float(limits[0] if limits else "inf"), 0
    while time.monotonic() < stop:
        data = texts[count] if count < len(texts) else mutate(texts, random.Random(count))  # noqa: S311
        try:
            one(data)
        except Exception:
            print(f"input {count}:", data)
            raise
        count += 1
    print(f"{count} inputs")
