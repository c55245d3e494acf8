"""Fuzzing of the shapes of data: programs run in the head (see ``guided``).

An input is the name of a source file and its text, with a NUL between them. Fails on an exception, or where
Markdown, table and JSON cannot be made of what was found.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import guided
import sources

with guided.instrumented("crimescene.shapes"):
    from crimescene import shapes

ENDINGS = (".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".java", ".go")


def one(data: bytes) -> None:
    """Run one program."""
    name, _, source = data.partition(b"\0")
    path = "/".join(re.findall(r"[\w-][\w.-]*", name.decode("ascii", "ignore"))) or "a.py"
    found = shapes.trace(guided.Memory({path: source}))
    json.loads(shapes.to_json(found))
    shapes.markdown(found)
    for divergence in found.divergences:
        shapes.table(divergence)


def seeds() -> list[bytes]:
    """Sources in the languages that are run."""
    return [name.encode() + b"\0" + source for name, source in sources.files() if name.endswith(ENDINGS)]


if __name__ == "__main__":
    guided.main(one, seeds, guided.mutated_parts)
