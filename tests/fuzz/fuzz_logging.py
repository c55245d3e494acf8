"""Fuzzing of log statements: what is inserted comes out again, to the byte (see ``guided``).

An input is the name of a source file and its text, with a NUL between them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import guided
import sources

with guided.instrumented("crimescene.flow", "crimescene.log_statements", "crimescene.logged"):
    from crimescene import log_statements, logged

from crimescene.analysis import Analysis
from crimescene.settings import Settings


def one(data: bytes) -> None:
    """Put log statements into one source, and take them out again."""
    name, _, source = data.partition(b"\0")
    path = "/".join(re.findall(r"[\w-][\w.-]*", name.decode("ascii", "ignore"))) or "a.py"
    if log_statements.is_marked(source):
        return
    workspace = guided.Memory({path: source})
    analysis = Analysis(
        workspace.root, Settings(save_cases=False), now=1e9, workspace=workspace, with_history=False
    )
    inserted = analysis.log_everywhere([(path, None, None)], cid="a1b2", write=False)
    changed = log_statements.apply(source, [edit for edit in inserted.edits if edit.path == path])
    back = logged.removal(guided.Memory({path: changed}), [path])
    assert back.files.get(path, changed) == source
    assert not back.leftovers


def seeds() -> list[bytes]:
    """Sources in all languages."""
    return [name.encode() + b"\0" + source for name, source in sources.files()]


if __name__ == "__main__":
    guided.main(one, seeds, guided.mutated_parts)
