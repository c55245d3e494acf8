"""Contexts for the tests of the prompt, read from archives: files, an error text and JSON for the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from crimescene.model import (
    Attempt,
    Behavior,
    Change,
    Context,
    Environment,
    Frame,
    Hunk,
    Location,
    Relation,
    Snippet,
    Span,
    Stack,
    Trace,
    Truncation,
)

if TYPE_CHECKING:
    from archives import Archive

NOW = 1_760_000_000.0
_JAVA = re.compile(r"^\s+at (?P<function>[\w.$<>/@]+)\((?P<place>(?P<path>[\w$]+\.java):(?P<line>\d+))\)$")
_NODE = re.compile(
    r"^\s+at (?:(?P<function>[\w.<> \[\]]+) \()?(?P<place>(?P<path>[^()\s]+?):(?P<line>\d+):(?P<col>\d+))\)?$"
)
_PYTHON = re.compile(r'^\s*(?P<place>File "(?P<path>[^"]+)", line (?P<line>\d+)), in (?P<function>\S+)$')
_HEAD = re.compile(r"^(?P<cause>Caused by: )?(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Panic))(?:: (?P<message>.*))?$")


def trace_of(text: str, truncation: tuple[Truncation, ...] = ()) -> Trace | None:
    """A simple reading of Java, Node and Python traces, enough for the tests of what stands above it."""
    heads: list[dict[str, Any]] = []
    loose: list[Frame] = []
    offset, python = 0, "Traceback (most recent call last)" in text
    lines = text.split("\n")
    for n, line in enumerate(lines):
        start, offset = offset, offset + len(line.encode("utf-8", "surrogatepass")) + 1
        found = _JAVA.match(line) or _NODE.match(line) or _PYTHON.match(line)
        if found:
            before = len(line[: found.start("place")].encode())
            place = Span(start + before, start + before + len(found["place"].encode()))
            printed = f"{line}\n{lines[n + 1]}" if python and lines[n + 1 : n + 2] else line
            frame = Frame(found["path"], int(found["line"]), None, found["function"], None, printed, place)
            (loose if python or not heads else heads[-1]["frames"]).append(frame)
        elif head := _HEAD.match(line):
            heads.append({"head": head, "start": start, "frames": []})
            if python:
                heads[-1].update(frames=loose[::-1], start=loose[-1].span.start if loose else start)
                heads[-1]["start"] = min(f.span.start for f in loose) if loose else start
                loose = []
        if heads:
            heads[-1]["end"] = offset - 1
    stacks = tuple(
        Stack(
            h["head"]["type"],
            h["head"]["message"] or "",
            tuple(h["frames"]),
            Relation.CAUSE if (h["head"]["cause"] or (python and n < len(heads) - 1)) else Relation.ROOT,
            Span(h["start"], h["end"]),
        )
        for n, h in enumerate(heads)
    )
    return Trace("test", stacks, Span(0, len(text.encode())), truncation) if stacks else None


def context_of(archive: Archive) -> Context:
    """The context an archive describes: sections error, context.json and one for each file."""
    text = archive.sections.get("error", "").rstrip("\n")
    facts: dict[str, Any] = json.loads(archive.sections.get("context.json") or "{}")
    files = {name: body.split("\n") for name, body in archive.sections.items() if "/" in name}
    trace = trace_of(text, tuple(Truncation(**t) for t in facts.pop("truncation", ())))
    snippets = []
    for s in facts.pop("snippets", ()):
        first, last = s.pop("lines")
        body = "\n".join(files[s["path"]][first - 1 : last])
        snippets.append(Snippet(**{"score": 1.0, **s, "marked": tuple(s.get("marked", ()))}, start_lineno=first, text=body))
    changes = [
        Change(**{"when": NOW - c.pop("age"), **c, "hunk": Hunk(**c["hunk"])}) for c in facts.pop("changes", ())
    ]
    attempts = [Attempt(when=NOW - a.pop("age"), **a) for a in facts.pop("attempts", ())]
    behavior = {k: Behavior(**facts.pop(k)) for k in ("expected", "actual") if k in facts}
    environment = Environment(tuple((k, v) for k, v in facts.pop("environment", {}).items()))
    values = tuple((k, v) for k, v in facts.pop("values", {}).items())
    places = []
    for stack in trace.stacks if trace else ():
        for frame in stack.frames:
            name = next((f for f in files if frame.path and (f.endswith(frame.path) or frame.path.endswith(f))), None)
            if name:
                places.append((frame.span, Location(name, frame.lineno or 1)))
    root = trace.root if trace else None
    title = facts.pop("title", f"{root.exception}: {root.message}" if root else "")
    sentences = {k: tuple(facts.pop(k, ())) for k in ("change_notes", "suspects", "hypotheses", "omitted")}
    return Context(
        trace, text, title, facts.pop("summary", ""), snippets=tuple(snippets), changes=tuple(changes),
        attempts=tuple(attempts), environment=environment, values=values, frame_locations=tuple(places),
        **behavior, **sentences, **facts,
    )
