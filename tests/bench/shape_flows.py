"""How shapes do on healthy programs: reports on random flows between files, and injected divergences found.

``shape_flows.py ROOT… [--flows 200] [--injected 60] [--seed 1]`` over work trees of public repositories; it
works in a copy. Flows are calls from one file into another that the run in the head takes; injections go into
flows of which something is read, where no default stands at the read.
"""

from __future__ import annotations

import argparse
import collections
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path

from crimescene.analysis import Analysis
from crimescene.languages import grammar, language_for, parse
from crimescene.settings import Settings
from crimescene.shapes import machine, reading

KINDS = ("renamed", "dropped", "nested", "nullable", "unawaited")
FOUND = {
    "renamed": {"missing-key", "case-mismatch", "renamed-without-source"},
    "dropped": {"missing-key", "case-mismatch", "renamed-without-source"},
    "nested": {"missing-key", "case-mismatch", "renamed-without-source"},
    "nullable": {"nullable-vs-required"},
    "unawaited": {"promise-not-awaited"},
}
TRACE = sys.modules["crimescene.shapes.trace"]


class Recorder:
    """What the run in the head sees of flows from file to file."""

    def __init__(self):
        self.calls, self.reads, self.results, self.awaits = {}, {}, {}, {}
        self._made = {}
        self._kept = []

    def __enter__(self):
        self._old = machine.Machine.call, reading.Reading.field, reading.Reading.needed
        call, field, needed = self._old

        def called(m, function, arguments, named, node, scope, this=None):  # noqa: PLR0917 -- as it is called
            result = call(m, function, arguments, named, node, scope, this)
            inner = function.scope
            if (
                node is not None
                and function.kind == "function"
                and inner is not None
                and inner.path != scope.path
            ):
                flow = (scope.path, node.start_point[0] + 1, inner.path, function.node.start_byte)
                self.calls[flow] = function.name
                for value in (result, result.element):
                    if value is not None and value.kind in ("object", "list"):
                        self._made[id(value)] = (flow, result.kind == "promise")
                        self._kept.append(value)  # its id stays its own
            return result

        def read(m, value, key, node, scope, *, strict):
            at = value.at
            if at is not None and at.path != scope.path and key in value.fields and not value.open:
                self.reads[at.path, at.lineno, key, scope.path] = node.start_point[0] + 1
            return field(m, value, key, node, scope, strict=strict)

        def wanted(m, value, consumed, node, scope):
            flow, promised = self._made.get(id(value), (None, False))
            if flow is not None and flow[0] == scope.path:
                (self.awaits if promised else self.results)[flow] = consumed
            return needed(m, value, consumed, node, scope)

        machine.Machine.call, reading.Reading.field, reading.Reading.needed = called, read, wanted
        return self

    def __exit__(self, *_):
        machine.Machine.call, reading.Reading.field, reading.Reading.needed = self._old


def say(text):
    """Print one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def traced(root, files=()):
    """The reports of a trace."""
    return Analysis(root, Settings(save_cases=False), with_history=False).trace_shape(files).divergences


def nodes(path, source):
    """All nodes of a file."""
    stack = [parse(grammar(language_for(path)), source).root_node]
    while stack:
        node = stack.pop()
        yield node
        stack += node.children


def changed(source, start, end, text):
    """The source with a range replaced."""
    return source[:start] + text.encode() + source[end:]


def respelled(key):
    """The key as another habit writes it; one word gets another name."""
    if "_" in key.strip("_"):
        return re.sub(r"_(\w)", lambda m: m[1].upper(), key)
    snake = re.sub(r"(?<=[a-z])([A-Z])", lambda m: "_" + m[1].lower(), key)
    return snake if snake != key else key + "_value"


def of_key(kind, path, source, lineno, key):
    """Rename, drop or nest a key of the object that is made at a line; in a list, of all that are."""
    for node in nodes(path, source):
        if node.type not in ("object", "dictionary") or node.start_point[0] + 1 != lineno:
            continue
        outer = node.parent
        rows = outer.named_children if outer is not None and outer.type in ("array", "list") else [node]
        edits = [_edit(kind, path, source, row, key) for row in rows if row.type == node.type]
        if None not in edits:
            for start, end, text in sorted(edits, reverse=True):
                source = changed(source, start, end, text)
            return source
    return None


def _edit(kind, path, source, row, key):
    for part in row.named_children:
        name, value = part.child_by_field_name("key"), part.child_by_field_name("value")
        short = part.type == "shorthand_property_identifier"
        written = (part if short else name).text.decode().strip("'\"") if short or name is not None else ""
        if written != key:
            continue
        held = key if short else source[value.start_byte : value.end_byte].decode()
        quote = '"' if path.endswith(".py") else ""
        if kind == "dropped":
            after = source[part.end_byte :].lstrip()
            comma = source.index(b",", part.end_byte) + 1 if after.startswith(b",") else part.end_byte
            return part.start_byte, comma, ""
        if kind == "renamed":
            return part.start_byte, part.end_byte, f"{quote}{respelled(key)}{quote}: {held}"
        return part.start_byte, part.end_byte, f"{quote}inner{quote}: {{ {quote}{key}{quote}: {held} }}"
    return None


def nullable(path, source, start):
    """Let one way through a function return nothing."""
    for node in nodes(path, source):
        body = node.child_by_field_name("body")
        if node.start_byte != start or body is None:
            continue
        if path.endswith(".py"):
            first = body.named_children[0]
            indent = " " * first.start_point[1]
            return changed(
                source,
                first.start_byte,
                first.start_byte,
                f"if id(object()) % 7:\n{indent}    return None\n{indent}",
            )
        if body.type == "statement_block":
            at = body.start_byte + 1
            return changed(source, at, at, " if (Date.now() % 7) return null;")
        held = source[body.start_byte : body.end_byte].decode()
        return changed(source, body.start_byte, body.end_byte, f"(Date.now() % 7 ? null : {held})")
    return None


def unawaited(path, source, lineno):
    """Take away the await on a line."""
    for node in nodes(path, source):
        if node.type in ("await", "await_expression") and node.start_point[0] + 1 == lineno and node.is_named:
            end = node.named_children[0].start_byte
            return changed(source, node.start_byte, end, "")
    return None


def tolerated(root, path, lineno, key):
    """Whether the read on a line has a default, or is asked for, as it stands: no divergence then."""
    line = (root / path).read_text(errors="replace").split("\n")[lineno - 1]
    word = re.escape(key)
    return bool(re.search(rf"\b{word}\s*(\?\?|\|\||\?\.|=[^=>])|\?\.{word}\b|\bget\([\"']{word}[\"'],", line))


def candidates(root, seen):
    """Injections by kind: the file to change, where, the key, and who reads it."""
    found = collections.defaultdict(list)
    chosen = {}
    for (made, lineno, key, reader), read in sorted(seen.reads.items()):
        if not tolerated(root, reader, read, key):
            chosen.setdefault((made, key, reader), lineno)  # each key once for each pair of files
    for (made, key, reader), lineno in chosen.items():
        for kind in KINDS[:3]:
            found[kind].append((made, lineno, key, reader))
    for (reader, _, made, start), _ in sorted(seen.results.items()):
        found["nullable"].append((made, start, None, reader))
    for (reader, lineno, made, _), _ in sorted(seen.awaits.items()):
        found["unawaited"].append((reader, lineno, None, made))
    return found


def injected(root, kind, candidate):
    """The source with a divergence; None where the key is not written there, but computed or inherited."""
    path, where, key, _ = candidate
    source = (root / path).read_bytes()
    if kind == "nullable":
        return nullable(path, source, where)
    return unawaited(path, source, where) if kind == "unawaited" else of_key(kind, path, source, where, key)


def judged(root, kind, candidate):
    """Whether the first report on an injection is right, and what is said; None where it cannot be made."""
    path, _, key, other = candidate
    text = injected(root, kind, candidate)
    if text is None:
        return None
    source = (root / path).read_bytes()
    try:
        (root / path).write_bytes(text)
        got = traced(root, [path, other])
    finally:
        (root / path).write_bytes(source)
    first = got[0] if got else None
    right = first is not None and first.kind in FOUND[kind] and key in (None, first.consumed)
    said = "found" if right else f"no: {first.kind} {first.consumed}" if first else "silent"
    return right, f"{kind} {root.name} {path} {key or ''} <- {other}: {said}"


def surveyed(root):
    """Flows, reports and injections of one repository."""
    before = TRACE.MAX_FILES, machine.MAX_STEPS
    TRACE.MAX_FILES, machine.MAX_STEPS = 2_000, 400_000
    with Recorder() as seen:
        reports = traced(root)
    TRACE.MAX_FILES, machine.MAX_STEPS = before
    return sorted(seen.calls), reports, candidates(root, seen)


def main():
    """Print both measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", type=Path, nargs="+")
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--injected", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 -- no secret
    with tempfile.TemporaryDirectory() as held:
        roots = [Path(shutil.copytree(r, Path(held) / r.name, symlinks=True)) for r in given.roots]
        measure(roots, given, chance)


def measure(roots, given, chance):
    """Print both measures of copies that may be changed."""
    flows, reports, pool = [], [], collections.defaultdict(list)
    for root in roots:
        calls, found, some = surveyed(root)
        say(f"{root.name}: {len(calls)} flows, {sum(map(len, some.values()))} places for injections")
        reports += [(root, d) for d in found]
        flows += [(root, flow) for flow in calls]
        for kind, ones in some.items():
            pool[kind] += [(root, one) for one in ones]
    sample = chance.sample(flows, min(given.flows, len(flows)))
    ends = {(root, path) for root, flow in sample for path in (flow[0], flow[2])}
    met = [(r, d) for r, d in reports if {(r, d.producer.path), (r, d.consumer.path)} & ends]
    say(f"{len(sample)} of {len(flows)} flows, {len(met)} reports on their files, {len(reports)} in all")
    for root, d in reports:
        say(f"  {root.name}: {d.kind} {d.consumed}: {d.producer} -> {d.consumer}")
    score, tried = collections.Counter(), collections.Counter()
    for kind in KINDS:
        chance.shuffle(pool[kind])
    turn = 0
    while sum(tried.values()) < given.injected and any(pool.values()):
        kind = KINDS[turn % len(KINDS)]
        turn += 1
        while pool[kind]:
            answer = judged(pool[kind][-1][0], kind, pool[kind].pop()[1])
            if answer is not None:
                tried[kind] += 1
                score[kind] += answer[0]
                say(f"  {answer[1]}")
                break
    kinds = ", ".join(f"{kind} {score[kind]} of {tried[kind]}" for kind in KINDS)
    say(f"{sum(score.values())} of {sum(tried.values())} are the first report: {kinds}")


if __name__ == "__main__":
    main()
