r"""Compilers that print ``path(line,column): severity code: message``.

    src/cart.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.
    c:\work\main.cpp(15): note: see declaration of 'f'
    Program.cs(12,5): error CS1002: ; expected [/home/dev/shop/shop.csproj]

tsc (``compiler/program.ts``, ``formatDiagnostic``), MSVC cl, csc and MSBuild's canonical errors, nim, fpc,
dmd; Maven's compiler plugin (``path:[line,column]``) and Kotlin's Gradle plugin (``e: path: (1, 2)``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.diagnostic import NOTES, SEVERITY, Diagnostic
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_PATH = (
    r"(?:(?:file:/{1,3})?[A-Za-z]:[\\/][^:\n\"<>|*?]{1,600}?|(?!at |in |unknown location"
    r"|see )[^\s:\"'`,;<>|*?=][^:\n\"'`;<>|*?=]{0,600}?|file:/[^\s()]{1,600}?)"
)
_PAREN = rx(
    rf"\s{{0,12}}(?:\d{{1,4}}>|Error: |Warning: )?({_PATH})\((\d{{1,9}})(?:[,:-] ?(\d{{1,9}}))?"
    rf"(?:, ?\d{{1,9}}, ?\d{{1,9}})?\) ?:? {{0,2}}"
    rf"(?:[\w ]{{1,30}} )?({SEVERITY})(?: ([A-Za-z]{{1,10}}-?\d{{1,6}}))?[ ]?: ?(.*)$"
)
_MAVEN = rx(rf"\s{{0,4}}({_PATH}):\[(\d{{1,9}}),(\d{{1,9}})\] (?:(error|warning): )?(.*)$")
_KOTLIN = rx(
    rf"([ew]): (?:\[?\w{{0,20}}\]? )?((?:file:/[^\s()]{{1,600}}?|{_PATH}))"
    rf"(?::(\d{{1,9}}):(\d{{1,9}})|: \((\d{{1,9}}), (\d{{1,9}})\)):? (.*)$"
)
_PROJECT = rx(r" \[[^\[\]\n]{1,400}proj(?:::[^\]\n]{1,200})?\]\s*$")


def read(doc: Document) -> Iterator[Trace]:
    """A trace a diagnostic; a note goes to the diagnostic above it."""
    pending: Diagnostic | None = None
    for line in _candidates(doc):
        start, end = doc.starts[line], doc.ends[line]
        found = _PAREN.match(doc.text, start, end)
        if found:
            frame = doc.frame(
                line,
                found.start(1),
                _behind(found.end(3) if found[3] else found.end(2)),
                found[1],
                found[2],
                column=found[3],
            )
            kind, severity, message = found[5] or found[4], found[4].lower(), found[6]
        elif found := _MAVEN.match(doc.text, start, end):
            frame = doc.frame(
                line, found.start(1), _behind(found.end(3)), found[1], found[2], column=found[3]
            )
            severity = found[4] or ("warning" if "WARN" in doc.raw(line)[:12] else "error")
            kind, message = severity, found[5]
        elif found := _KOTLIN.match(doc.text, start, end):
            lineno, column = (3, 4) if found[3] else (5, 6)
            frame = doc.frame(
                line, found.start(2), found.end(column), found[2], found[lineno], column=found[column]
            )
            severity = kind = "error" if found[1] == "e" else "warning"
            message = found[7]
        else:
            continue
        project = _PROJECT.search(message)
        message = message[: project.start()] if project else message
        doc.claim(line, line)
        if severity in NOTES and pending is not None:
            pending.frames.append(frame)
            pending.last = line
            continue
        if pending is not None:
            yield pending.trace(doc, "compiler-paren")
        pending = Diagnostic(kind, message.rstrip(), line, line, [frame])
    if pending is not None:
        yield pending.trace(doc, "compiler-paren")


def _behind(end: int) -> int:
    return end + 1


def _candidates(doc: Document) -> Iterator[int]:
    """Lines with a place of one of the three forms near their start, in order."""
    lines: set[int] = set()
    for sign in (_ROUND, _SQUARE, _LETTER):
        lines.update(doc.search(sign))
    for line in sorted(lines):
        if not doc.claimed[line]:
            yield line


_ROUND = rx(r"\(\d{1,9}(?:[,:-] ?\d{1,9}){0,3}\) ?:? {0,2}[\w ]{1,60}:")
_SQUARE = rx(r":\[\d{1,9},\d")
_LETTER = rx(r"[ew]: (?:file:|/|[A-Za-z]:|[^\s:]{1,300}: \(\d)")

FORMAT = Format(
    "compiler-paren",
    58,
    (") : ", "): ", ") Error", ") Fatal", ") Warning", ") Hint", ":[", "e: ", "w: "),
    read,
    loose=True,
)
