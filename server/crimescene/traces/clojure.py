r"""Clojure: the REPL's reports, ``pst``, clojure.test.

    Execution error (IndexOutOfBoundsException) at shop.core/price (a.clj:2).
    null

    ArithmeticException Divide by zero
            clojure.lang.Numbers.divide (Numbers.java:190)

    FAIL in (adds) (t.clj:2)
    expected: (= 4 (+ 2 3))
      actual: (not (= 4 5))

Defined in Clojure's ``clojure/main.clj`` (``ex-str``), ``clojure/repl.clj`` (``pst``) and ``test.clj``.
Stack traces of the JVM have its own form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_REPORT = rx(
    r"(?:.{0,60}=> )?(?P<phase>Execution error|Unexpected error|Syntax error"
    r"|Error reading eval result|Error printing return value|Unexpected error macroexpanding)"
    r"(?: \((?P<kind>[\w.$]{1,200})\))?(?P<verb> [\w ./*+!?<>=-]{0,200}?)? at (?:(?P<fn>[^\s()]{1,300}) )?"
    r"\((?P<path>[^():\n]{1,400}):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?\)\.\s*$"
)
_STOP = rx(r"Full report at:|[\w.-]{1,80}=> ?|Execution error|Syntax error")
_FULL = rx(r"Full report at:\s*$")
_FRAME = rx(
    r"(?: at |\s{1,12})(?P<fn>[^\s()][^()\n]{0,300}?) \((?:(?P<path>[^():\n]{1,300}\.\w{1,6}"
    r"|NO_SOURCE_FILE|REPL|NO_SOURCE_PATH):(?P<line>\d{1,9})|[^()\n]{0,100})\)\s*$"
)
_PST = rx(r"(?:.{0,60}=> )?(?P<kind>[A-Z]\w{0,100}(?:Exception|Error|Info|Throwable)) (?P<message>.*)$")
_CAUSED = rx(r"Caused by:\s*$")
_TEST = rx(
    r"(?:.{0,60}=> )?(?P<kind>FAIL|ERROR) in \((?P<test>[^()\n]{1,300})\) \("
    r"(?P<path>[^():\n]{1,400}):(?P<line>\d{1,9})\)\s*$"
)
_SIDE = rx(r"\s{0,4}(?P<side>expected|actual|   diff): ?(?P<value>.*)$")
_THROWN = rx(r"(?P<kind>[\w.$]{1,200}): (?P<message>.*)$")
_TABBED = rx(r"\t[^\s()]{1,400} \([^()\n]{1,300}:\d{1,9}\)")
_MESSAGE_LINES = 30
_NOWHERE = ("NO_SOURCE_FILE", "REPL", "NO_SOURCE_PATH")


def read(doc: Document) -> Iterator[Trace]:
    """Reports, failed tests, stacks printed by ``pst``."""
    for line in doc.find("rror"):
        found = None if doc.claimed[line] else _REPORT.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            kind = found["kind"] or found["phase"]
            yield _report(doc, line, kind, [] if found["path"] in _NOWHERE else [placed(doc, line, found)])
    for sign in ("FAIL in (", "ERROR in ("):
        for line in doc.find(sign):
            found = None if doc.claimed[line] else _TEST.match(doc.text, doc.starts[line], doc.ends[line])
            if found:
                yield _test(doc, line, placed(doc, line, found), found["test"])
    for line in doc.search(_TABBED):
        if doc.claimed[line] or doc.text[doc.starts[line]] != "\t" or line == 0:
            continue
        if _FRAME.match(doc.text, doc.starts[line], doc.ends[line]) and (trace := _printed(doc, line)):
            yield trace


def _report(doc: Document, line: int, kind: str, frames: list[Frame]) -> Trace:
    message: list[str] = []
    at = line + 1
    while at < min(len(doc), line + _MESSAGE_LINES) and not doc.blank(at) and not _STOP.match(doc.line(at)):
        message.append(doc.line(at).rstrip())
        at += 1
    last, hints = at - 1, []
    titled = at if _FULL.match(doc.line(at)) else at + 1
    if titled < len(doc) and _FULL.match(doc.line(titled)):
        report = doc.line(titled + 1).strip()
        hints.append(Truncation("the stack is in the report", f"cat {report}" if report else ""))
        last = min(titled + 1, len(doc) - 1)
    return simple(doc, "clojure", (kind, "\n".join(message)), frames, (line, last), hints=hints)


def _test(doc: Document, line: int, place: Frame, test: str) -> Trace:
    sides: dict[str, list[str]] = {}
    context: list[str] = []
    key = ""
    at = line + 1
    while at < min(len(doc), line + _MESSAGE_LINES) and not doc.blank(at):
        if _FRAME.match(doc.text, doc.starts[at], doc.ends[at]):
            break
        if side := _SIDE.match(doc.line(at)):
            key = side["side"].strip()
            sides[key] = [side["value"].rstrip()]
        elif key:
            sides[key].append(doc.line(at).rstrip())
        else:
            context.append(doc.line(at).rstrip())
        at += 1
    frames, at = run(doc, at, _FRAME)
    expected, actual = ("\n".join(sides.get(name, [])) for name in ("expected", "actual"))
    thrown = _THROWN.match(actual)
    if thrown and frames:
        return simple(
            doc,
            "clojure",
            (thrown["kind"], thrown["message"]),
            [*_places(frames), place],
            (line, at - 1),
            test=test,
        )
    assertion = (
        Assertion(expected, actual, labelled=True) if "expected" in sides and "actual" in sides else None
    )
    message = "\n".join([*context, f"expected: {expected}", f"  actual: {actual}"] if expected else context)
    return simple(doc, "clojure", ("FAIL", message), [place], (line, at - 1), assertion=assertion, test=test)


def _places(frames: list[Frame]) -> list[Frame]:
    return [frame for frame in frames if frame.path not in _NOWHERE]


def _printed(doc: Document, line: int) -> Trace | None:
    """``Type message`` and frames behind tabs; ``Caused by:`` on a line of its own."""
    head = None if doc.claimed[line - 1] else _PST.match(doc.line(line - 1))
    if not head:
        return None
    stacks: list[Stack] = []
    opened, at = line - 1, line
    while head:
        frames, after = run(doc, at, _FRAME)
        of = len(stacks) - 1 if stacks else None
        relation = Relation.ROOT if of is None else Relation.CAUSE
        stacks.append(
            Stack(
                head["kind"],
                head["message"],
                tuple(_places(frames)),
                relation,
                doc.span(opened, after - 1),
                0,
                of,
            )
        )
        at = after
        if at + 1 >= len(doc) or not _CAUSED.match(doc.line(at)):
            break
        head, opened, at = _PST.match(doc.line(at + 1)), at, at + 2
    doc.claim(line - 1, at - 1)
    return trace_of("clojure", stacks)


FORMAT = Format("clojure", 18, (".clj", "FAIL in (", "ERROR in (", "(REPL:", "NO_SOURCE"), read)
