# ruff: noqa: RUF001 (the tools print these signs)
"""Diagnostics whose place follows an arrow: rustc, clippy, solc, ruff's full output, ty, deno lint, Move.

    error[E0308]: mismatched types
     --> bad.rs:9:18
      |
    9 |     let n: i32 = take(s);
      |                  ^^^^^^^ expected `i32`, found `usize`

Defined in rustc's ``compiler/rustc_errors`` (``HumanEmitter``); ``:::`` is a place of a note.
Also miette's and ariadne's ``╭─[path:9:18]`` and codespan's ``┌─ path:9:18``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.diagnostic import Diagnostic
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_PLACE = rx(
    r"\s{0,12}(-->|:::|┌─|╭─\[|,-\[|╭─►? ?\[?) ?((?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}?):"
    r"(\d{1,9})(?::(\d{1,9}))?(?::|\]|\s|$)"
)
_TITLE = rx(
    r"\s{0,4}[×⚠✗x]? {0,2}((?:error|warning|note|help|info|Error|Warning"
    r"|Info|ParserError|TypeError|DeclarationError|SyntaxError|DocstringParsingError"
    r"|CompilerError|UnimplementedFeatureError|\w{1,30}Error|fatal)(?:\[[\w:-]{1,60}\]"
    r"| \(\d{1,6}\))?): (.*)$"
)
_CODE = rx(r"([A-Z]{1,8}\d{1,5}) (?:\[\*\] )?(.*)$")
_GUTTER = rx(r"\s{0,12}(\d{1,9}) [|│] ?(.*)$")
_UNDER = rx(r"\s{0,12}[|│·] ?(.*)$")
_NOTES = ("note", "help", "info")
_UP = 6


def read(doc: Document) -> Iterator[Trace]:
    """A trace an error or warning; notes with places are frames of it."""
    pending: Diagnostic | None = None
    last_title = -1
    for line in _candidates(doc):
        found = _PLACE.match(doc.text, doc.starts[line], doc.ends[line])
        if not found:
            continue
        title, at = _title(doc, line)
        if title is None and pending is None:
            continue
        code, marks = _code(doc, line, found[3])
        stop = found.end(4) if found[4] else found.end(3)
        frame = doc.frame(
            line, found.start(2), stop, found[2], found[3], column=found[4], code=code, marks=marks
        )
        doc.claim(line, line)
        if pending is not None and (
            title is None or at == last_title or found[1] == ":::" or title[0] in _NOTES
        ):
            pending.frames.append(frame)
            pending.last = line
            continue
        if pending is not None:
            yield pending.trace(doc, "arrow")
        last_title = at
        kind, message = title or ("error", "")
        pending = Diagnostic(kind, message, at, line, [frame])
    if pending is not None:
        yield pending.trace(doc, "arrow")


def _candidates(doc: Document) -> Iterator[int]:
    for sign in ("--> ", "┌─", "╭─[", ",-["):
        if doc.has(sign):
            if sign == "--> " and doc.has("::: "):
                yield from (n for n in range(len(doc)) if not doc.claimed[n])
            else:
                yield from doc.find(sign)
            return


def _title(doc: Document, line: int) -> tuple[tuple[str, str] | None, int]:
    for above in range(line - 1, max(line - _UP, -1), -1):
        printed = doc.line(above)
        if found := _TITLE.match(printed) or _CODE.match(printed):
            message = [found[2].rstrip()]
            message += [doc.line(n).strip() for n in range(above + 1, line) if doc.line(n).strip()]
            return (found[1], "\n".join(message)), above
        if _PLACE.match(printed) or _GUTTER.match(printed):
            break
    return None, line


def _code(doc: Document, line: int, lineno: str) -> tuple[str | None, tuple[int, int] | None]:
    for below in range(line + 1, min(line + 6, len(doc))):
        found = _GUTTER.match(doc.line(below))
        if found and found[1] == lineno:
            text = found[2]
            margin = len(text) - len(text.lstrip())
            under = _UNDER.match(doc.line(below + 1))
            marks = None
            if under and "^" in under[1]:
                first = under[1].find("^")
                last = first + len(under[1][first:]) - len(under[1][first:].lstrip("^"))
                marks = (max(first - margin, 0), max(last - margin, 0))
            return text.strip(), marks
    return None, None


FORMAT = Format("arrow", 50, ("--> ", "┌─", "╭─[", ",-["), read, loose=True)
