r"""Nim: unhandled exceptions, async tracebacks, unittest.

    Traceback (most recent call last)
    /home/dev/nilp.nim(5)    nilp
    /home/dev/nilp.nim(4)    last
    (1874 calls omitted) ...
    [[reraised from:
    /home/dev/async.nim(6) async
    ]]
    Error: unhandled exception: index 1 not in 0 .. 0 [IndexDefect]

Defined in Nim's ``lib/system/excpt.nim`` (``auxWriteStackTrace``, ``reportUnhandledErrorAux``) and
``lib/pure/unittest.nim``. The innermost call comes last. Compile errors: ``paren_diagnostics``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(
    r"[ \t]{0,8}(?P<path>(?:[A-Za-z]:[\\/])?[^\s():][^():\n]{0,1000}\.nims?)"
    r"(?:\((?P<line>\d{1,9})(?:, ?(?P<col>\d{1,9}))?\))?"
    r" {1,200}(?P<fn>[^\s:]\S{0,200})\s*$"
)
_BETWEEN = rx(r"\s{0,8}(?:\[\[reraised from:|\]\]|#\[|\]#|Async traceback:)\s*$")
_OMITTED = rx(r"\((\d{1,12}) calls omitted\)")
_TITLE = rx(r".{0,80}Traceback \(most recent call last(?:, using override)?\):?\s*$")
_ERROR = rx(r"\s{0,12}(?:Error: )?[uU]nhandled exception: (?P<message>.*)$")
_SIGNAL = rx(r"(?P<kind>SIG[A-Z]{2,8}): (?P<message>.*)$|Error: (?P<other>call depth limit reached.*)$")
_KIND = rx(r"(?s)(.*?)\s?\[(\w{1,100})\]$")
_CHECK = rx(
    r"\s{1,12}(?P<path>(?:[A-Za-z]:[\\/])?[^\s():][^():\n]{0,1000}\.nim)\("
    r"(?P<line>\d{1,9}), (?P<col>\d{1,9})\): (?P<kind>Check failed|Expect failed): "
    r"(?P<message>.*)$"
)
_WAS = rx(r"\s{1,12}(?P<name>.{1,400}?) was (?P<value>.*)$")
_FAILED = rx(r"\s{1,12}\[FAILED\] (?P<test>.{1,200}?)\s*$")
_EQUAL = rx(r"(.{1,400}?) == (.{1,400})$")
_MESSAGE_LINES = 40


def read(doc: Document) -> Iterator[Trace]:
    """Runs of frames with the error below them; failed checks; errors without frames."""
    for line in doc.find(".nim"):
        if doc.claimed[line]:
            continue
        start, end = doc.starts[line], doc.ends[line]
        if _FRAME.match(doc.text, start, end):
            yield _traced(doc, line)
        elif _CHECK.match(doc.text, start, end):
            yield _check(doc, line)
    for line in doc.find("nhandled exception: "):
        found = None if doc.claimed[line] else _ERROR.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            kind, message, last = _message(doc, line, found["message"])
            if kind is not None:
                yield simple(doc, "nim", (kind, message), [], (line, last))


def _traced(doc: Document, line: int) -> Trace:
    frames: list[Frame] = []
    missing: list[Truncation] = []
    at = line
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _FRAME.match(doc.text, start, end):
            frames.append(placed(doc, at, found))
        elif found := _OMITTED.match(doc.text, start, end):
            missing.append(Truncation(f"{found[1]} calls in the middle were omitted by Nim", ""))
        elif not _BETWEEN.match(doc.text, start, end):
            break
        at += 1
    first = line
    if line > 0 and not doc.claimed[line - 1] and _TITLE.match(doc.line(line - 1)):
        first = line - 1
    frames.reverse()
    kind, message, last = None, "", at - 1
    below = at + 1 if at < len(doc) and doc.blank(at) else at
    if below < len(doc) and not doc.claimed[below]:
        start, end = doc.starts[below], doc.ends[below]
        if found := _ERROR.match(doc.text, start, end):
            kind, message, last = _message(doc, below, found["message"])
            frames = [*_async(doc, below, last), *frames]
        elif found := _SIGNAL.match(doc.text, start, end):
            kind, message, last = (
                found["kind"] or "Error",
                (found["message"] or found["other"] or "").strip(),
                below,
            )
    test = _FAILED.match(doc.line(last + 1))
    return simple(
        doc, "nim", (kind, message), frames, (first, last), truncation=missing, test=test and test["test"]
    )


def _message(doc: Document, line: int, head: str) -> tuple[str | None, str, int]:
    """The message up to the type in brackets, which may stand some lines below."""
    lines = [head.rstrip()]
    for at in range(line, min(len(doc), line + _MESSAGE_LINES)):
        if at > line:
            if doc.claimed[at]:
                break
            lines.append(doc.line(at).rstrip())
        found = _KIND.match("\n".join(lines)) if lines[-1].endswith("]") else None
        if found:
            text = found[1].split("\nAsync traceback:")[0]
            return found[2], text.strip(), at
    return None, head.strip(), line


def _async(doc: Document, first: int, last: int) -> list[Frame]:
    """Frames that async errors carry inside their message."""
    return [
        placed(doc, at, found)
        for at in range(last - 1, first, -1)
        if (found := _FRAME.match(doc.text, doc.starts[at], doc.ends[at]))
    ]


def _check(doc: Document, line: int) -> Trace:
    """``check a == b`` prints the values of the sides that are no literals."""
    found = _CHECK.match(doc.text, doc.starts[line], doc.ends[line])
    assert found is not None  # noqa: S101 - the caller matched it
    values: dict[str, str] = {}
    at = line + 1
    while at < len(doc) and (value := _WAS.match(doc.text, doc.starts[at], doc.ends[at])):
        values[value["name"]] = value["value"].rstrip()
        at += 1
    assertion: Assertion | None = None
    if (sides := _EQUAL.match(found["message"].strip())) and values:
        left, right = values.get(sides[1], sides[1]), values.get(sides[2], sides[2])
        assertion = Assertion(right, left, labelled=False)
    test = _FAILED.match(doc.line(at))
    return simple(
        doc, "nim", (found["kind"], found["message"].strip()), [placed(doc, line, found)], (line, at - 1),
        assertion=assertion, test=test and test["test"],
    )  # fmt: skip


FORMAT = Format("nim", 36, (".nim", "nhandled exception: "), read)
