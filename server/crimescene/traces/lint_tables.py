# ruff: noqa: RUF001 (the tools print these signs)
"""Linters that print a file's name once and its findings below.

    /home/dev/shop/bad.js
      1:5   warning  'a' is assigned a value but never used  no-unused-vars
      3:10  error    'b' is not defined                      no-undef

ESLint's ``stylish`` (``lib/cli-engine/formatters/stylish.js``), stylelint, markdownlint-cli2, standard, XO,
ruff's ``grouped`` (``crates/ruff_linter/src/message/grouped.rs``), svelte-check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = rx(
    r"\s{1,12}(?:[│✖✘×⚠] ?\s{0,6})?(\d{1,9}):(\d{1,9}) {1,12}(?:([✖⚠×!✘ℹ]"
    r"|error|warning|warn|info|hint) {1,12})?(?:([A-Z]{1,8}\d{1,5}) (?:\[\*\] )?)?"
    r"(\S.*)$"
)
_PLACE = rx(r"[ \t]\d{1,9}:\d{1,9} {1,12}\S")
_RULE = rx(r"(.*?\S) {2,200}([@\w./-]{2,100})\s*$")
_FILE = rx(r"(?!\s)((?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}?\.[A-Za-z]\w{0,9}):?\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """One trace a finding."""
    if next(doc.search(_PLACE), None) is None:
        return
    path, path_line = "", -1
    line, size = 0, len(doc)
    while line < size:
        start, end = doc.starts[line], doc.ends[line]
        if doc.claimed[line] or start >= end:
            line += 1
            continue
        if doc.text[start] not in " \t│":
            found = _FILE.match(doc.text, start, min(end, start + 1100))
            path, path_line = (found[1], line) if found else ("", -1)
        elif path and (found := _ITEM.match(doc.text, start, end)):
            frame = doc.frame(line, found.start(1), found.end(2), path, found[1], column=found[2])
            doc.claim(line, line)
            yield _finding(doc, line, frame, severity=found[3], code=found[4], message=found[5].rstrip())
        line += 1
    del path_line


def _finding(
    doc: Document, line: int, frame: Frame, *, severity: str | None, code: str | None, message: str
) -> Trace:
    kind = code
    if kind is None and (found := _RULE.match(message)):
        message, kind = found[1].rstrip(), found[2]
    kind = kind or {"✖": "error", "×": "error", "✘": "error", "⚠": "warning", None: "error"}.get(
        severity, severity
    )
    stack = Stack(kind, message, (frame,), Relation.ROOT, doc.span(line, line))
    return trace_of("lint-table", [stack])


FORMAT = Format("lint-table", 55, ("\n  ", "\n\t", "\n ", "│"), read, loose=True)
