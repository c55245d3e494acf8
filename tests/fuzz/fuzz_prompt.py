# ruff: noqa: T201 (it reports)
"""Coverage-guided fuzzing of all that stands between a trace and a prompt, and of log statements.

    pip install atheris
    python tests/fuzz/fuzz_prompt.py -max_total_time=1800 -timeout=20 -max_len=20000 CORPUS_FOLDER

An input is the name of a source file, its text, and a program's output, with a NUL between them. Fails on an
exception, a prompt over its budget or of another shape, anything hidden in it, a text that masking twice
changes, and source that is not as it was when the log statements are out again. Without atheris it mutates
the example programs itself until stopped or for ``-max_total_time`` seconds.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import fuzz_parse

import scenes

try:
    import atheris
except ImportError:
    atheris = None

if atheris is not None:
    with atheris.instrument_imports(include=["crimescene.context", "crimescene.prompt", "crimescene.redact"]):
        from crimescene.analysis import Analysis
else:
    from crimescene.analysis import Analysis

from crimescene import log_statements, logged
from crimescene.context import Wish
from crimescene.languages import language_for
from crimescene.model import UserError
from crimescene.prompt import PromptOptions
from crimescene.prompt.cleaning import clean_data
from crimescene.redact import redact
from crimescene.settings import STYLES, Settings

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
BUDGETS = (100, 700, 6000)


class Memory:
    """A workspace of one file."""

    def __init__(self, path: str, source: bytes) -> None:
        self.root = Path("/fuzz")
        self._files = {path: source}

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


def one(data: bytes) -> None:
    """Take one input through everything."""
    name, source, output = [*data.split(b"\0", 2), b"", b""][:3]
    path = "/".join(re.findall(r"[\w-][\w.-]*", name.decode("ascii", "ignore"))) or "a.py"
    text = output.decode("utf-8", "surrogateescape")
    workspace = Memory(path, source)
    analysis = Analysis(
        workspace.root, Settings(save_cases=False), now=1e9, workspace=workspace, with_history=False
    )
    try:
        found = analysis.context_of(text, Wish(note=text[:50]))
    except UserError:
        found = analysis.context_at(path, 1 + len(text) % 40, Wish())
    for style in STYLES:
        budget = BUDGETS[len(data) % len(BUDGETS)]
        built = analysis.build_prompt(found, PromptOptions(budget, style)).text
        assert len(built) <= 4 * budget
        assert not HIDDEN.search(built)
        if style == "json" and built:
            json.loads(built)
    once = redact(text)
    assert once.text.count("\n") == text.count("\n")
    assert redact(once.text).text == once.text
    clean_data({"text": text, "list": [text, 1, None]})
    _logging(analysis, workspace, path)


def _logging(analysis: Analysis, workspace: Memory, path: str) -> None:
    """What is inserted comes out again, to the byte."""
    source = workspace.read(path) or b""
    if log_statements.is_marked(source):
        return
    inserted = analysis.log_everywhere([(path, None, None)], cid="a1b2", write=False)
    changed = log_statements.apply(source, [edit for edit in inserted.edits if edit.path == path])
    back = logged.removal(Memory(path, changed), [path])
    assert back.files.get(path, changed) == source
    assert not back.leftovers


def seeds() -> list[bytes]:
    """The files of the example programs, each with the output of its program."""
    found = []
    for program in sorted(scenes.PROGRAMS.glob("*/trace.txt")):
        for path in sorted((program.parent / "tree").rglob("*")):
            name = path.relative_to(program.parent / "tree").as_posix()
            if path.is_file() and language_for(name) is not None:
                found.append(b"\0".join((name.encode(), path.read_bytes(), program.read_bytes())))
    return found


def without_guidance(seconds: float) -> None:
    """Mutate the programs for a time; the number of a failing input is printed."""
    texts, stop, count = seeds(), time.monotonic() + seconds, 0
    while time.monotonic() < stop:
        choose = random.Random(count)  # noqa: S311 - repeatable
        name, source, output = choose.choice(texts).split(b"\0", 2)
        lines = fuzz_parse.mutated([source, *choose.sample(texts, 2)], choose).replace(b"\0", b"")
        kept = source if choose.random() < 0.3 else lines
        output = (
            fuzz_parse.mutated([output, *choose.sample(texts, 2)], choose)
            if choose.random() < 0.7
            else output
        )
        data = b"\0".join((name, kept, output))
        try:
            one(data)
        except Exception:
            print(f"input {count}:", data)
            raise
        count += 1
    print(f"{count} inputs")


def main() -> None:
    """Run the fuzzer, or its stand-in."""
    if atheris is None or "--no-guidance" in sys.argv:
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
