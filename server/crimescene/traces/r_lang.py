# ruff: noqa: RUF001 (R prints these signs)
r"""R: errors of Rscript and the console, ``traceback()``, rlang's backtraces, testthat.

    Error in ratio(1, i) : zero denominator
    Calls: outer_fn -> total -> sapply -> lapply -> FUN -> ratio
    3: stop("zero denominator") at lib.R#3
    2: ratio(1, i) at lib.R#6
    1: outer_fn()

    -- Failure (test-cart.R:5:3): adds up ------
    `actual`:   5
    `expected`: 4

Defined in R's ``src/main/errors.c`` (``verrorcall_dflt``, ``R_ConciseTraceback``) and ``traceback.R``;
rlang's ``trace.R``; testthat's ``expectation.R`` and waldo. ``#3`` is line 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONDITION = rx(r"<(?P<kind>[\w.]{1,80}) in .{1,400}?: (?P<message>.*)>\s*$")
_HEAD = rx(
    r"(?:\s{0,60}|.{0,59}?[^\w\s,;] ?)Error(?: in (?P<call>.{1,400}?)(?: \(from (?P<path>[^"
    r"()#\n]{1,400})#(?P<line>\d{1,9})\))? ?:|:)(?: (?P<message>.*)|\s*)$"
)
_RLANG = rx(r"(?:Error|Caused by error)(?: in `(?P<call>.{1,200}?)`)?:\s*(?P<message>.*)$")
_NUMBER = rx(
    r"\s{0,6}(?P<n>\d{1,6}): (?P<call>\S.{0,2000}?)(?: at (?P<path>[^\s#]{1,400})#(?P<line>\d{1,9}))?\s*$"
)
_WRAPPED = rx(r"[ \t]{3,200}(?=\S)(?:.{0,2000} at (?P<path>[^\s#]{1,400})#(?P<line>\d{1,9})\s{0,8}$|.*$)")
_TREE = rx(
    r"\s{0,8}(?:(?P<n>\d{1,6})\. )?[\s│|]{0,80}[├└+|\\]?[─-]?(?=\S)(?:(?P<call>.{1,1000}) at "
    r"(?P<path>(?:[A-Za-z]:)?[^\s:]{1,400}):(?P<line>\d{1,9}):(?P<col>\d{1,9})"
    r"\s{0,8}$|(?P<bare>.*)$)"
)
_PARSE = rx(r"(?P<path>(?:[A-Za-z]:)?[^\s:<>]{1,400}):(?P<line>\d{1,9}):(?P<col>\d{1,9}): (?P<message>.*)$")
_CALLS = rx(r"(?:Calls: |Execution halted|In addition: )(?P<calls>.*)$")
_NAME = rx(r"(?:[A-Za-z.][\w.]{0,60}:{2,3}|global |base::)?(?P<fn>[\w.$`@:]{1,120})\(")
_TESTTHAT = rx(
    r"(?:──|--|\s{0,2}[✖x]|\d{1,4}\.) ?(?P<kind>Failure|Error)(?: ?│.{0,40})? \(['‘]?"
    r"(?P<path>[^():\n]{1,400}?)['’]?:(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?\)"
    r":? ?(?P<test>.{0,300}?) ?[─-]{0,200}\s*$"
)
_SIDE = rx(r"\s{0,4}`?(?P<side>actual|expected)`?(?: \(.{1,40}\))?:\s{1,12}(?P<value>.*)$")
_STOP = rx(
    r"(?:Calls: |Execution halted|In addition: |Backtrace:|Warning message|Run `rlang|\d{1,4}: |[>+] )|\s*$"
)
_TRACE = Truncation(
    "R left out calls in the middle", "options(error = function() traceback(3)), keep.source = TRUE"
)
_MESSAGE_LINES = 25


def read(doc: Document) -> Iterator[Trace]:
    """Failed expectations, errors with the calls below them, calls without an error."""
    for sign in ("Failure", "Error"):
        for line in doc.find(sign):
            found = None if doc.claimed[line] else _TESTTHAT.match(doc.text, doc.starts[line], doc.ends[line])
            if found:
                yield _tested(doc, line, placed(doc, line, found), found["kind"], found["test"])
    for line in doc.find("Error"):
        if not doc.claimed[line] and (trace := _error(doc, line)):
            yield trace
    for line in doc.find("#"):
        found = None if doc.claimed[line] else _NUMBER.match(doc.text, doc.starts[line], doc.ends[line])
        if found and found["line"]:
            first = line
            while first > 0 and not doc.claimed[first - 1] and _NUMBER.match(doc.line(first - 1)):
                first -= 1
            frames, at = _numbered(doc, first)
            yield simple(doc, "r", (None, ""), frames, (first, at - 1))


def _error(doc: Document, line: int) -> Trace | None:
    start, end = doc.starts[line], doc.ends[line]
    if condition := _CONDITION.match(doc.text, start, end):
        return simple(doc, "r", (condition["kind"], condition["message"]), [], (line, line))
    rlang = _RLANG.match(doc.text, start, end)
    found = _HEAD.match(doc.text, start, end)
    if not found or not (doc.line(line).startswith("Error") or "Error in " in found[0]):
        return None
    message = [(rlang or found)["message"] or ""]
    at = line + 1
    while (
        at < min(len(doc), line + _MESSAGE_LINES)
        and not doc.claimed[at]
        and not _STOP.match(doc.text, doc.starts[at], doc.ends[at])
    ):
        message.append(doc.line(at).rstrip())
        at += 1
    frames = [placed(doc, line, found)] if found["line"] else []
    message = [part for part in message if part.strip()] or [""]
    inner = _PARSE.match(doc.text, found.start("message"), end) if found["message"] else None
    if inner:
        frames.append(placed(doc, line, inner))
    called, missing, at = _called(doc, at)
    if found["call"] is None and not frames and not (rlang and rlang["call"]) and called is None:
        return None
    frames.extend(called or [])
    text = "\n".join(message).strip().removeprefix("! ")  # rlang's bullet
    return simple(doc, "r", ("Error", text), frames, (line, at - 1), truncation=missing)


def _called(doc: Document, at: int) -> tuple[list[Frame] | None, list[Truncation], int]:
    """What R prints below the message: calls, backtraces; None if nothing says that R printed it."""
    frames: list[Frame] = []
    missing: list[Truncation] = []
    known = False
    while at < len(doc) and not doc.claimed[at]:
        if doc.line(at).startswith("Backtrace:"):
            called, at = _tree(doc, at + 1)
        elif ended := _CALLS.match(doc.text, doc.starts[at], doc.ends[at]):
            known = True
            if ended[0].startswith("Calls: ") and " ... " in ended[0]:
                missing.append(_TRACE)
            at += 1
            continue
        else:
            called, at = _numbered(doc, at)
        if not called:
            break
        known = True
        frames.extend(called)
    return frames if known else None, missing, at


def _numbered(doc: Document, at: int) -> tuple[list[Frame], int]:
    """``3: f(x) at file.R#3``, innermost first; calls may be wrapped."""
    frames: list[Frame] = []
    call, opened, before = "", at, 0
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _NUMBER.match(doc.text, start, end)
        if found and (not before or int(found["n"]) == before - 1):
            call, before, opened = found["call"], int(found["n"]), at
        elif found or at == opened or not (found := _WRAPPED.match(doc.text, start, end)):
            break
        if found["line"]:
            name = _NAME.match(call)
            frames.append(placed(doc, at, found, function=name["fn"] if name else None))
        elif at == opened:
            name = _NAME.match(call)
            if name:
                frames.append(doc.frame(at, start, end, None, function=name["fn"]))
        at += 1
    return (frames, at) if any(f.lineno for f in frames) else ([], at)


def _tree(doc: Document, at: int) -> tuple[list[Frame], int]:
    """The tree of rlang's of calls, outermost first."""
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _TREE.match(doc.text, start, end)
        if not found or doc.blank(at) or not (found["n"] or "▆" in found[0] or "(" in found[0]):
            break
        name = _NAME.match(found["call"] or found["bare"])
        if found["line"] or name:
            frames.append(placed(doc, at, found, function=name["fn"] if name else None))
        at += 1
    return frames[::-1], at


def _tested(doc: Document, line: int, frame: Frame, kind: str, test: str) -> Trace:
    message: list[str] = []
    sides: dict[str, str] = {}
    at = line + 1
    frames: list[Frame] = []
    while at < min(len(doc), line + 60) and not doc.claimed[at] and not doc.blank(at):
        printed = doc.line(at)
        if printed.startswith("Backtrace:"):
            frames, at = _tree(doc, at + 1)
            break
        if _TESTTHAT.match(printed) or printed.startswith("──"):
            break
        if side := _SIDE.match(printed):
            sides.setdefault(side["side"], side["value"].rstrip())
        message.append(printed.rstrip())
        at += 1
    assertion = Assertion(sides["expected"], sides["actual"], labelled=True) if len(sides) > 1 else None
    return simple(
        doc,
        "r",
        (kind, "\n".join(message)),
        [*frames, frame],
        (line, at - 1),
        assertion=assertion,
        test=test or None,
    )


FORMAT = Format("r", 48, ("Error", "Failure", "#"), read, loose=True)
