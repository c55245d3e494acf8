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
    Reason,
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
_FRAMES = (
    re.compile(r"^\s+at (?P<function>[\w.$<>/@]+)\((?P<place>(?P<path>[\w$]+\.java):(?P<line>\d+))\)$"),
    re.compile(r"^\s+at (?:(?P<function>[\w.<> ]+) \()?(?P<place>(?P<path>[^()\s]+?):(?P<line>\d+):\d+)\)?$"),
    re.compile(r'^\s*(?P<place>File "(?P<path>[^"]+)", line (?P<line>\d+)), in (?P<function>\S+)$'),
)
_TYPE = r"(?P<type>[A-Za-z_][\w.]*(?:Error|Exception))"
_HEAD = re.compile(rf"^\s*(?P<cause>Caused by: )?(?P<sup>Suppressed: )?{_TYPE}(?:: (?P<message>.*))?$")


def trace_of(
    text: str, truncation: tuple[Truncation, ...] = (), hints: tuple[Truncation, ...] = ()
) -> Trace | None:
    """A simple reading of Java, Node and Python traces, enough for the tests of what stands above it."""
    heads: list[dict[str, Any]] = []
    loose: list[Frame] = []
    offset, python = 0, "Traceback (most recent call last)" in text
    lines = text.split("\n")
    for n, line in enumerate(lines):
        start, offset = offset, offset + len(line.encode("utf-8", "surrogatepass")) + 1
        found = next((m for pattern in _FRAMES if (m := pattern.match(line))), None)
        if found:
            at = start + len(line[: found.start("place")].encode())
            place = Span(at, at + len(found["place"].encode()))
            printed = f"{line}\n{lines[n + 1]}" if python and lines[n + 1 : n + 2] else line
            frame = Frame(found["path"], int(found["line"]), None, found["function"], None, printed, place)
            (loose if python or not heads else heads[-1]["frames"]).append(frame)
        elif head := _HEAD.match(line):
            heads.append({"head": head, "start": start, "frames": []})
            if python and loose:
                heads[-1].update(frames=loose[::-1], start=loose[0].span.start)
                loose = []
        if heads:
            heads[-1]["end"] = offset - 1
    stacks = tuple(_stack(h, last=h is heads[-1], python=python) for h in heads)
    return Trace("test", stacks, Span(0, len(text.encode())), truncation, hints=hints) if stacks else None


def _stack(found: dict[str, Any], *, last: bool, python: bool) -> Stack:
    head = found["head"]
    cause = head["cause"] or (python and not last)
    relation = Relation.CAUSE if cause else Relation.SUPPRESSED if head["sup"] else Relation.ROOT
    span = Span(found["start"], found["end"])
    return Stack(head["type"], head["message"] or "", tuple(found["frames"]), relation, span)


def context_of(archive: Archive) -> Context:
    """The context an archive describes: sections error, context.json and one for each file."""
    text = archive.sections.get("error", "").rstrip("\n")
    facts: dict[str, Any] = json.loads(archive.sections.get("context.json") or "{}")
    files = {name: body.split("\n") for name, body in archive.sections.items() if "/" in name}
    missing = {k: tuple(Truncation(**t) for t in facts.pop(k, ())) for k in ("truncation", "hints")}
    trace = trace_of(text, **missing)
    root = trace.root if trace else None
    title = f"{root.exception}: {root.message}" if root else ""
    names = ("change_notes", "suspects", "hypotheses", "omitted")
    return Context(
        trace,
        text,
        facts.pop("title", title),
        facts.pop("summary", ""),
        snippets=tuple(_snippet(s, files) for s in facts.pop("snippets", ())),
        changes=tuple(_change(c) for c in facts.pop("changes", ())),
        attempts=tuple(Attempt(when=NOW - a.pop("age"), **a) for a in facts.pop("attempts", ())),
        environment=Environment(tuple(facts.pop("environment", {}).items())),
        values=tuple(facts.pop("values", {}).items()),
        frame_locations=_places(trace, files),
        **{k: Behavior(**facts.pop(k)) for k in ("expected", "actual") if k in facts},
        **{k: tuple(facts.pop(k, ())) for k in names},
        **facts,
    )


def because(text: str) -> tuple[Reason, ...]:
    """The reasons that are said as ``text``."""
    return tuple(Reason("changed" if part.startswith("changed") else "", part) for part in text.split("; "))


def _snippet(given: dict[str, Any], files: dict[str, list[str]]) -> Snippet:
    first, last = given.pop("lines")
    text = "\n".join(files[given["path"]][first - 1 : last])
    given["marked"] = tuple(given.get("marked", ()))
    given["reasons"] = because(given.pop("reason"))
    return Snippet(**{"score": 1.0, **given}, start_lineno=first, text=text)


def _change(given: dict[str, Any]) -> Change:
    return Change(when=NOW - given.pop("age"), hunk=Hunk(**given.pop("hunk")), **given)


def _places(trace: Trace | None, files: dict[str, list[str]]) -> tuple[tuple[Span, Location], ...]:
    """Frames whose printed path ends like a file of the archive."""
    found = []
    for frame in (f for stack in trace.stacks for f in stack.frames) if trace else ():
        path = frame.path or ""
        name = next((f for f in files if f.endswith(f"/{path}") or path.endswith(f"/{f}")), None)
        if name:
            found.append((frame.span, Location(name, frame.lineno or 1)))
    return tuple(found)
