"""Fuzzing of all that stands between a trace and a prompt (see ``guided``).

An input is the name of a source file, its text, and a program's output, with a NUL between them. Fails on an
exception, a prompt over its budget or of another shape, anything hidden in it, or a text that masking twice
changes.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import guided

import scenes

with guided.instrumented("crimescene.context", "crimescene.prompt", "crimescene.redact"):
    from crimescene.analysis import Analysis

from crimescene.context import Wish
from crimescene.languages import language_for
from crimescene.model import UserError
from crimescene.prompt import PromptOptions
from crimescene.prompt.cleaning import clean_data
from crimescene.redact import redact
from crimescene.settings import STYLES, Settings

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
BUDGETS = (100, 700, 6000)


def one(data: bytes) -> None:
    """Take one input through everything."""
    name, source, output = [*data.split(b"\0", 2), b"", b""][:3]
    path = "/".join(re.findall(r"[\w-][\w.-]*", name.decode("ascii", "ignore"))) or "a.py"
    text = output.decode("utf-8", "surrogateescape")
    workspace = guided.Memory({path: source})
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


def seeds() -> list[bytes]:
    """The files of the example programs, each with the output of its program."""
    found = []
    for program in sorted(scenes.PROGRAMS.glob("*/trace.txt")):
        for path in sorted((program.parent / "tree").rglob("*")):
            name = path.relative_to(program.parent / "tree").as_posix()
            if path.is_file() and language_for(name) is not None:
                found.append(b"\0".join((name.encode(), path.read_bytes(), program.read_bytes())))
    return found


if __name__ == "__main__":
    guided.main(one, seeds, guided.mutated_parts)
