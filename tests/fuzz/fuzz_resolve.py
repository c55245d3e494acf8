"""Fuzzing of finding the files that frames name (see ``guided``).

An input is the names of a workspace's files, a line each, and a text with traces, with a NUL between them.
Fails on an exception, or a place that is in no file of the workspace and yet said to be.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fuzz_parse
import guided

from crimescene.traces import parse

with guided.instrumented("crimescene.resolve", "crimescene.traced"):
    from crimescene import traced

from crimescene.analysis import Analysis
from crimescene.settings import Settings

FEWEST, MOST = 1, 60
"""Files of a workspace."""


def one(data: bytes) -> None:
    """Resolve the frames of one text among the files that are named."""
    listed, _, output = data.partition(b"\0")
    lines = listed.decode("utf-8", "replace").replace("\\", "/").split("\n")[:MOST]
    names = {"/".join(part for part in line.split("/") if part not in ("", ".", "..")) for line in lines}
    workspace = guided.Memory({name: b"x = 1\n" * 40 for name in sorted(names) if name})
    analysis = Analysis(
        workspace.root, Settings(save_cases=False), now=1e9, workspace=workspace, with_history=False
    )
    traces = parse(output.decode("utf-8", "surrogateescape"))
    for place in traced.places(traces, analysis.glance()):
        assert not place.in_workspace or workspace.read(place.path) is not None


def seeds() -> list[bytes]:
    """The archives, each in a workspace of the files that it names."""
    found = []
    for text in fuzz_parse.seeds():
        traces = parse(text.decode("utf-8", "surrogateescape"))
        paths = [frame.path or "" for trace in traces for stack in trace.stacks for frame in stack.frames]
        names = {"/".join(path.replace("\\", "/").split("/")[-3:]) for path in paths[:MOST] if path}
        listed = "\n".join(sorted(names)).encode("utf-8", "surrogateescape").replace(b"\0", b"")
        found.append(listed + b"\0" + text)
    return found


if __name__ == "__main__":
    guided.main(one, seeds, guided.mutated_parts)
