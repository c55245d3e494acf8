"""Bundlers' build errors.

    ✘ [ERROR] Unexpected ";"

        src/broken.js:2:10:
          2 │ const a = ;
            ╵           ^

esbuild (``internal/logger/logger.go``); webpack's ``ERROR in ./src/index.js 3:10`` (``lib/stats``);
Vite and Rollup's ``file: /home/dev/src/a.js:2:10``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_ESBUILD = rx(r"(?:[✘▲X⚠✗] |> )?\[?(ERROR|WARNING|error|warning)\]? (.*?)(?: \[[\w-]{1,60}\])?\s*$")
_ESBUILD_PLACE = rx(r"\s{2,8}((?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}):(\d{1,9}):(\d{1,9}):\s*$")
_WEBPACK = rx(r"(ERROR|WARNING) in (\S[^\n]{0,1000}?)[ :](\d{1,9}):(\d{1,9})(?:-\d{1,9}(?::\d{1,9})?)?\s*$")
_OLD = rx(r"> (\S[^:\n]{0,1000}):(\d{1,9}):(\d{1,9}): (error|warning): (.*)$")
_FAILED = rx(
    r"\[!\] (?:\(plugin [^()\n]{1,100}\) )?([A-Za-z]\w{0,60}Error|Error): (?:(\S[^:()\n]{0,600}?) "
    r"\((\d{1,9}):(\d{1,9})\): )?(.*)$"
)
_FAILED_AT = rx(r"(\S[^:()\n]{0,600}?) \((\d{1,9}):(\d{1,9})\)\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """One trace an error; esbuild's notes are frames of it."""
    for line in _candidates(doc):
        start, end = doc.starts[line], doc.ends[line]
        found = _WEBPACK.match(doc.text, start, end)
        if found:
            message = doc.line(line + 1).strip()
            frame = doc.frame(line, found.start(2), found.end(4), found[2], found[3], column=found[4])
            doc.claim(line, line)
            stack = Stack(
                found[1], message, (frame,), Relation.ROOT, doc.span(line, min(line + 1, len(doc) - 1))
            )
            yield trace_of("bundler", [stack])
            continue
        if found := _FAILED.match(doc.text, start, end):
            yield _rollup(doc, line, found)
            continue
        found = _ESBUILD.match(doc.text, start, end)
        if not found:
            continue
        frames = []
        at, last = line + 1, line
        while at < min(len(doc), line + 40):
            place = _ESBUILD_PLACE.match(doc.text, doc.starts[at], doc.ends[at])
            if place:
                frames.append(
                    doc.frame(at, place.start(1), place.end(3), place[1], place[2], column=place[3])
                )
                last = at
            elif doc.line(at) and not doc.line(at).startswith((" ", "\t")):
                break
            at += 1
        if frames:
            doc.claim(line, last)
            stack = Stack(found[1], found[2], tuple(frames), Relation.ROOT, doc.span(line, last))
            yield trace_of("bundler", [stack])


def _rollup(doc: Document, line: int, found: re.Match[str]) -> Trace:
    """Rollup's fatal error: the place in its line, below it, or both."""
    frames, last = [], line
    if found[2]:
        frames.append(doc.frame(line, found.start(2), found.end(4), found[2], found[3], column=found[4]))
    place = (
        _FAILED_AT.match(doc.text, doc.starts[line + 1], doc.ends[line + 1]) if line + 1 < len(doc) else None
    )
    if place:
        last = line + 1
        frames.append(doc.frame(last, place.start(1), place.end(3), place[1], place[2], column=place[3]))
    doc.claim(line, last)
    stack = Stack(found[1], found[5].strip(), tuple(frames), Relation.ROOT, doc.span(line, last))
    return trace_of("bundler", [stack])


def _candidates(doc: Document) -> Iterator[int]:
    for word in ("[ERROR] ", "[WARNING] ", "ERROR in ", "WARNING in ", "[!] "):
        yield from doc.find(word)


FORMAT = Format(
    "bundler", 45, ("[ERROR] ", "[WARNING] ", "ERROR in ", "WARNING in ", "[!] "), read, loose=True
)
