r"""Haskell: GHC's uncaught exceptions and compile errors, Hspec.

    A: no row 5
    CallStack (from HasCallStack):
      error, called at A.hs:8:28 in main:Main
      total, called at A.hs:15:10 in main:Main

    Bad.hs:3:7: error: [GHC-83865]
        • Couldn't match type 'Int' with '[Char]'
      |
    3 | f x = x + 1
      |       ^^^^^

Defined in base's ``GHC/Exception.hs`` (``prettyCallStackLines``) and GHC's ``GHC/Types/Error.hs``. A line of
a call stack names the function that was called at the place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.diagnostic import excerpt
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_TITLE = rx(
    r"\s{0,4}(?:CallStack \(from (?:HasCallStack|-prof|ImplicitParams)\)"
    r"|HasCallStack backtrace):\s*$"
)
_FRAME = rx(
    r"\s{1,8}(?P<fn>\S{1,200}), called at (?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9}):(?P<col>\d{1,9})"
    r"(?: in (?P<mod>\S{1,300}))?\s*$"
)
_PROFILED = rx(
    r"\s{1,8}(?P<fn>[\w.'$<>]{1,200}) \((?P<path>(?:[A-Za-z]:[\\/])?[^\s:()][^:()\n]{0,600}):"
    r"(?:(?P<line>\d{1,9}):(?P<col>\d{1,9})(?:-\d{1,9})?|\((?P<line2>\d{1,9}),(?P<col2>\d{1,9})\)"
    r"-\(\d{1,9},\d{1,9}\))\)\s*$"
)
"""What programs built with profiling print (``renderStack``): the function itself, innermost first."""
_PROGRAM = rx(r"(?P<program>[\w.<>+-]{1,80}): (?P<message>.*)$")
_UNCAUGHT = rx(r"(?P<program>[\w.<>+-]{1,80}): Uncaught exception (?P<kind>\S{1,200}):\s*$")
_PLACED = rx(
    r"(?:[\w.<>+-]{1,80}: )?(?P<path>[^\s:]{1,600}\.(?:l?hs|hsc|chs)):(?:"
    r"(?P<line>\d{1,9}):(?P<col>\d{1,9})(?:-\d{1,9})?|\((?P<line2>\d{1,9}),"
    r"(?P<col2>\d{1,9})\)-\(\d{1,9},\d{1,9}\))(?:\|.{1,80})?: (?P<message>"
    r"(?:Non-exhaustive|Irrefutable|Missing field|No instance|Pattern match"
    r"|Assertion failed|.{0,40}pattern).*)$"
)
_DIAGNOSTIC = rx(
    r"\s{0,8}(?P<path>(?:[A-Za-z]:[\\/])?[^\s:()][^:()\n]{0,600}):(?:(?P<line>\d{1,9}):"
    r"(?P<col>\d{1,9})(?:-\d{1,9})?|\((?P<line2>\d{1,9}),(?P<col2>\d{1,9})\)-\(\d{1,9},\d{1,9}\)):"
    r" "
    r"(?P<kind>error|warning|fatal):(?: \[(?P<code>(?:GHC-\d{1,6}|-W[\w-]{1,60})"
    r"(?:[\w\s,()-]{0,80})?)\])*(?: (?P<message>\S.*)|\s*)$"
)
_EXCERPT = rx(r"\s{0,12}\d{0,9} \|")
_HSPEC = rx(r"\s{1,4}(?P<path>[^\s:]{1,600}\.l?hs):(?P<line>\d{1,9}):(?P<col>\d{1,9}):\s*$")
_CASE = rx(r"\s{1,4}\d{1,6}\) (?P<test>\S.{0,300}?)\s*$")
_SIDE = rx(r"\s{2,12}(?P<side>expected|but got): ?(?P<value>.*)$")
_UP = 30


def read(doc: Document) -> Iterator[Trace]:
    """Call stacks with their message, partial functions, compile errors, failed examples."""
    for sign in ("CallStack (from", "HasCallStack backtrace:"):
        for line in doc.find(sign):
            if not doc.claimed[line] and _TITLE.match(doc.text, doc.starts[line], doc.ends[line]):
                yield _called(doc, line)
    yield from _places(doc)


def _places(doc: Document) -> Iterator[Trace]:
    """What names a place in its first line."""
    for line in doc.find("hs:"):
        if doc.claimed[line]:
            continue
        start, end = doc.starts[line], doc.ends[line]
        if found := _DIAGNOSTIC.match(doc.text, start, end):
            yield _diagnostic(
                doc, line, _at(doc, line, found), (found["code"] or found["kind"], found["message"])
            )
        elif found := _PLACED.match(doc.text, start, end):
            frame = _at(doc, line, found)
            yield simple(doc, "haskell", (None, found["message"].rstrip()), [frame], (line, line))
        elif found := _HSPEC.match(doc.text, start, end):
            case = _CASE.match(doc.line(line + 1))
            if case:
                yield _example(doc, line, placed(doc, line, found), case["test"])


def _at(doc: Document, line: int, found: re.Match[str]) -> Frame:
    lineno, column = ("line", "col") if found["line"] else ("line2", "col2")
    return doc.frame(
        line, found.start("path"), found.end(column), found["path"], found[lineno], column=found[column]
    )


def _profiled(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and (found := _PROFILED.match(doc.text, doc.starts[at], doc.ends[at])):
        frames.append(replace(_at(doc, at, found), function=found["fn"]))
        at += 1
    return frames, at


def _called(doc: Document, line: int) -> Trace:
    frames, at = _profiled(doc, line + 1) if "-prof" in doc.line(line) else run(doc, line + 1, _FRAME)
    first, kind, message = line, None, ""
    for above in range(line - 1, max(line - _UP, -1), -1):
        printed = doc.line(above)
        if doc.claimed[above] or _FRAME.match(printed):
            break
        if uncaught := _UNCAUGHT.match(printed):
            lines = [doc.line(n).rstrip() for n in range(above + 1, line)]
            first, kind, message = (
                above,
                uncaught["kind"].rpartition(".")[2].rpartition(":")[2],
                "\n".join(lines).strip(),
            )
            break
        if found := _PROGRAM.match(printed):
            lines = [found["message"].rstrip(), *(doc.line(n).rstrip() for n in range(above + 1, line))]
            first, message = above, "\n".join(lines).strip()
            if not _UNCAUGHT.match(doc.line(above - 1)) or above == 0:
                break
        elif doc.blank(above) and not _within(doc, above):
            break
    return simple(doc, "haskell", (kind, message), frames, (first, at - 1))


def _within(doc: Document, line: int) -> bool:
    """Whether a blank line stands inside the message of an uncaught exception (since GHC 9.10)."""
    return any(_UNCAUGHT.match(doc.line(above)) for above in range(line, max(line - 6, -1), -1))


def _diagnostic(doc: Document, line: int, frame: Frame, head: tuple[str, str | None]) -> Trace:
    message = [head[1].rstrip()] if head[1] else []
    at = line + 1
    while (
        at < min(len(doc), line + _UP)
        and doc.line(at).startswith("    ")
        and not _EXCERPT.match(doc.line(at))
    ):
        message.append(doc.line(at).strip())
        at += 1
    code, marks = _code(doc, at)
    text = "\n".join(message)
    if code is not None:
        frame = replace(frame, code=code, marks=marks)
    return simple(doc, "haskell", (head[0], text.removeprefix("• ")), [frame], (line, at - 1))


def _code(doc: Document, at: int) -> tuple[str | None, tuple[int, int] | None]:
    if at + 1 < len(doc) and _EXCERPT.match(doc.line(at)):
        code, marks, _ = excerpt(doc, at)
        return code, marks
    return None, None


def _example(doc: Document, line: int, frame: Frame, test: str) -> Trace:
    sides: dict[str, str] = {}
    message: list[str] = []
    at = line + 2
    while at < min(len(doc), line + _UP) and not doc.blank(at):
        if side := _SIDE.match(doc.line(at)):
            sides[side["side"]] = side["value"].rstrip()
        message.append(doc.line(at).strip())
        at += 1
    assertion = Assertion(sides["expected"], sides["but got"], labelled=True) if len(sides) > 1 else None
    return simple(
        doc,
        "haskell",
        ("Failure", "\n".join(message)),
        [frame],
        (line, at - 1),
        assertion=assertion,
        test=test,
    )


FORMAT = Format("haskell", 40, ("CallStack (from", "HasCallStack backtrace:", "hs:"), read, names_called=True)
