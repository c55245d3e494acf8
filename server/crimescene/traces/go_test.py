r"""Failed tests of ``go test``: what they logged, plain and under ``-v``, testify's blocks, go-cmp's diffs.

    --- FAIL: TestTable (0.00s)
        --- FAIL: TestTable/two (0.00s)
            cart_test.go:38: got 5, want 9

    === RUN   TestTotal
        cart_test.go:8: Total() = 5, want 6
    --- FAIL: TestTotal (0.00s)

Defined in Go's ``src/testing/testing.go`` (``decorate``, ``report``, ``chattyPrinter``), testify's
``assert/assertions.go`` (``Fail``, ``labeledOutput``) and go-cmp's report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERDICT = rx(
    r"(?P<indent> {0,60})--- (?P<verdict>FAIL|PASS|SKIP): (?P<test>\S{1,400}) \(\d{1,9}\.\d\ds\)\s*$"
)
_CHATTY = rx(r"=== (?:RUN|CONT|NAME) {1,4}(?P<test>\S{1,400})\s*$")
_LOGGED = rx(
    r"(?P<indent> {4,64})(?P<path>[^\s:][^:\n]{0,400}\.go):(?P<line>\d{1,9}):(?: (?P<message>.*)|\s*)$"
)
_TRACED = rx(
    r"\s{1,80}(?:Error Trace:)?\s{1,40}(?P<path>(?:[A-Za-z]:)?[^\s:][^:\n]{0,1000}\.go):(?P<line>\d{1,9})\s*$"
)
_LABEL = rx(r"\s{0,80}(?P<label>Error Trace|Error|Test|Messages):\s{0,40}\t(?P<value>.*)$")
_INDENT = 4
_LIMIT = 400
"""Lines of one log entry."""
_UP = 200

_WANT = r"(?:wanted|want|expected|expect|exp)"
_GOT = r"(?:got|actual|have|received|but got|but was)"
_GOT_WANT = rx(
    rf"(?:.*[\s(:,;])?{_GOT}\s?[:=]?\s(?P<got>\S.{{0,2000}}?)\s?[,;]?\s{_WANT}\s?[:=]?\s(?P<want>\S.*?)\s*$"
)
_WANT_GOT = rx(
    rf"(?:.*[\s(:,;])?{_WANT}\s?[:=]?\s(?P<want>\S.{{0,2000}}?)\s?[,;]?\s{_GOT}\s?[:=]?\s(?P<got>\S.*?)\s*$"
)
_CALLED = rx(rf".{{0,2000}}?\s==?\s(?P<got>\S.{{0,2000}}?)\s?[,;]\s{_WANT}\s?[:=]?\s(?P<want>\S.*?)\s*$")
_SIDE = rx(rf"\s{{0,80}}(?:(?P<want>{_WANT})|(?P<got>{_GOT}))\s{{0,8}}[:=]\s?(?P<value>.*)$")
_COMPARED = rx(r".*\((?:(?P<first>[-+]want [-+]got)|[-+]got [-+]want)\)")


@dataclass(slots=True)
class _Entry:
    """What one call of ``t.Log``, ``t.Error`` or ``t.Fatal`` printed."""

    frames: list[Frame]
    lines: list[str]
    first: int
    last: int


@dataclass(slots=True)
class _Test:
    """A test's entries under ``-v``, in the order they were printed, below the ``line`` that names it."""

    line: int
    entries: list[_Entry] = field(default_factory=list)


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test that said where."""
    failed: list[tuple[int, str]] = []
    for line in doc.find("--- FAIL: "):
        found = _VERDICT.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            failed.append((line, found["test"]))
    if not failed:
        return
    said = _chatty(doc, {test for _, test in failed})
    for line, test in failed:
        entries, opened, last = _below(doc, line), line, line
        above = said.get(test)
        if above and not entries:
            entries = above.entries
            opened, last = above.line, entries[-1].last
            if opened < line and all(doc.blank(at) for at in range(last + 1, line)):
                last = line
        if entries:
            yield _trace(doc, test, entries, (opened, max(last, entries[-1].last)))


def test_above(doc: Document, first: int) -> tuple[str, int, list[Frame]] | None:
    """The test that panicked at ``first``: its name, the line its report starts at, the places it logged."""
    line, frames = _logged_above(doc, first - 1)
    found = _VERDICT.match(doc.line(line))
    if not found or found["verdict"] != "FAIL" or doc.claimed[line]:
        return None
    opened, chatty = _logged_above(doc, line - 1)
    running = _CHATTY.match(doc.line(opened))
    if running and running["test"] == found["test"] and not doc.claimed[opened]:
        return found["test"], opened, chatty + frames
    return found["test"], line, frames


def _logged_above(doc: Document, line: int) -> tuple[int, list[Frame]]:
    """The first line from ``line`` up that no test logged, and the places logged below it."""
    frames: list[Frame] = []
    for at in range(line, max(line - _UP, -1), -1):
        if logged := _LOGGED.match(doc.text, doc.starts[at], doc.ends[at]):
            frames.insert(0, placed(doc, at, logged))
        elif doc.claimed[at] or not doc.line(at).startswith(" " * _INDENT) or _VERDICT.match(doc.line(at)):
            return at, frames
    return -1, frames


def _chatty(doc: Document, tests: set[str]) -> dict[str, _Test]:
    """What the tests printed while they ran, by test."""
    said: dict[str, _Test] = {}
    for line in doc.find("=== "):
        found = _CHATTY.match(doc.text, doc.starts[line], doc.ends[line])
        if found and found["test"] in tests and (entries := _entries(doc, line + 1, _INDENT)):
            said.setdefault(found["test"], _Test(line)).entries.extend(entries)
    return said


def _below(doc: Document, line: int) -> list[_Entry]:
    printed = doc.line(line)
    indent = len(printed) - len(printed.lstrip(" "))
    return _entries(doc, line + 1, indent + _INDENT)


def _entries(doc: Document, at: int, indent: int) -> list[_Entry]:
    """Entries indented by ``indent`` from line ``at`` on."""
    entries: list[_Entry] = []
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _LOGGED.match(doc.text, start, end)
        if found and len(found["indent"]) == indent:
            entries.append(_Entry([placed(doc, at, found)], [(found["message"] or "").rstrip()], at, at))
        elif not entries or _VERDICT.match(doc.text, start, end):
            break
        elif not doc.blank(at):
            entry = entries[-1]
            printed = doc.line(at)
            if not printed.startswith(" " * (indent + 1)) or len(entry.lines) > _LIMIT:
                break
            if traced := _TRACED.match(doc.text, start, end):
                entry.frames.append(placed(doc, at, traced))
            entry.lines += [""] * (at - 1 - entry.last) + [printed[indent + _INDENT :].rstrip()]
            entry.last = at
        at += 1
    return entries


def _trace(doc: Document, test: str, entries: list[_Entry], lines: tuple[int, int]) -> Trace:
    """The entry that compares stands for the failure, else the last: ``t.Log`` prints like ``t.Fatal``."""
    compared = [(entry, assertion) for entry in entries if (assertion := _comparison(entry.lines))]
    failing = compared[0][0] if compared else entries[-1]
    frames = list(failing.frames)
    for entry in entries:
        doc.claim(entry.first, entry.last)
        frames += entry.frames if entry is not failing else ()
    kind, message = _said(failing.lines)
    assertion = compared[0][1] if compared else None
    return simple(doc, "go-test", (kind, message), frames, lines, assertion=assertion, test=test)


def _said(lines: list[str]) -> tuple[str | None, str]:
    """The message: of a block of testify's what it says under Error and Messages."""
    sections: dict[str, list[str]] = {}
    section: list[str] | None = None
    for line in lines:
        if found := _LABEL.match(line):
            section = sections.setdefault(found["label"], [])
            section.append(found["value"].strip())
        elif section is not None:
            section.append(line.strip())
    if "Error Trace" in sections and "Error" in sections:
        return None, "\n".join(sections["Error"] + sections.get("Messages", [])).strip()
    return None, "\n".join(lines).strip()


def _comparison(lines: list[str]) -> Assertion | None:
    """The sides of a comparison whose labels say which is which."""
    sides: dict[str, str] = {}
    for at, line in enumerate(lines):
        if found := _COMPARED.match(line):
            return _diff(found.string[found.start() : found.end()], lines[at + 1 :])
        for pattern in (_GOT_WANT, _WANT_GOT, _CALLED):
            if found := pattern.match(line):
                return Assertion(found["want"], found["got"].rstrip(",;"), labelled=True)
        if found := _SIDE.match(line.replace("Error:", "", 1)):
            sides.setdefault("want" if found["want"] else "got", found["value"].strip())
    return Assertion(sides["want"], sides["got"], labelled=True) if len(sides) > 1 else None


def _diff(legend: str, lines: list[str]) -> Assertion | None:
    """The sides of go-cmp's diff: what is marked as the legend says."""
    want = "-" if "-want" in legend else "+"
    sides: dict[str, list[str]] = {"-": [], "+": []}
    for line in lines:
        bare = line.strip()
        if bare[:1] in sides:
            sides[bare[0]].append(bare[1:].replace("\N{NO-BREAK SPACE}", " ").strip())
    got = "+" if want == "-" else "-"
    return (
        Assertion("\n".join(sides[want]), "\n".join(sides[got]), labelled=True)
        if any(sides.values())
        else None
    )


FORMAT = Format("go-test", 21, ("--- FAIL: ",), read)
