r"""Swift: runtime traps, the crash reporter's backtraces, XCTest, swift-testing.

    shop/Cart.swift:12: Fatal error: Unexpectedly found nil while unwrapping an Optional value
    0 [ra] 0x000055d4 Cart.total() + 12 in shop at /home/dev/shop/Sources/Cart.swift:12:9
    Tests/CartTests.swift:12: error: -[CartTests testSum] : XCTAssertEqual failed: ("5") is not equal to ("4")
    ✘ Test adds() recorded an issue at CartTests.swift:12:5: Expectation failed: (total → 5) == 4

Defined in Swift's ``stdlib/public/stubs/Assert.cpp``, ``stdlib/public/libexec/swift-backtrace``, XCTest's
``XCTAssert.swift`` and swift-testing's ``Event.HumanReadableOutputRecorder.swift``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import COLUMN, FILE, LINE, rx
from crimescene.traces.runs import placed, run, simple, without_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame

_TRAP = rx(
    r"(?:[\w.-]{1,80}: )?"
    + FILE
    + r"\.swift:"
    + LINE
    + r": (?P<kind>Fatal error|Precondition failed|Assertion failed)(?:: "
    r"(?P<message>.*)|\s*)$"
)
_OLD_TRAP = rx(
    r"(?P<kind>Fatal error|Precondition failed|Assertion failed)(?:: (?P<message>.*?))?: file "
    r"(?P<path>\S.{0,600}?\.swift), line (?P<line>\d{1,9})\s*$"
)
_XCTEST = rx(
    FILE
    + r":"
    + LINE
    + r"(?::"
    + COLUMN
    + r")?: error: (?P<message>(?P<test>-\[[^\]\n]{1,300}\]|[\w.]{1,300}\.[\w]{1,200}) : .*)$"
)
_EQUAL = rx(
    r".{0,400}?XCTAssert\w{0,40} failed: \((?P<left>.*?)\) is not (?:equal"
    r"|identical) to \((?P<right>.*?)\)(?: .*)?$"
)
_TESTING = rx(
    r"\s{0,4}[✘✗] Test (?P<test>.{1,300}?) recorded an issue (?:with .{1,200} )?at "
    r"(?P<path>[^\s:][^:\n]{0,600}):(?P<line>\d{1,9}):(?P<col>\d{1,9}): "
    r"(?P<message>.*)$"
)
_EXPECT = rx(r"(?:Expectation failed: )\(?(?P<left>.+?)\)? == \(?(?P<right>.+?)\)?$")
_FRAME = rx(
    r"\s{0,8}(?P<n>\d{1,6})(?: {1,12}\[[\w ]{1,40}\])*(?: {1,30}0x[0-9a-f]{1,16})? {1,30}"
    r"(?P<fn>(?!\[)\S.{0,1000}?)(?: \+ \d{1,12})? in [^\s]{1,200}(?: at (?P<path>"
    r"(?:/|[A-Za-z]:)[^:\n]{1,800}):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?)?\s*$"
)
_EXCERPT = rx(r"\s{0,12}\d{0,9}\s?[│|*].{0,400}$|\s*$|\s{0,40}[▲^].{0,20}$|\.\.\.\s*$")
_CRASHED = rx(r".{0,8}?(?:\*\*\* )?Program crashed: (?P<message>.*?)(?: \*\*\*)?\s*$")
_UP = 12


def read(doc: Document) -> Iterator[Trace]:
    """Traps with the backtrace below them, failed tests."""
    for line in doc.find(" : "):
        found = None if doc.claimed[line] else _XCTEST.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            equal = _EQUAL.match(found["message"])
            assertion = None
            if equal:
                assertion = Assertion(equal["right"].strip('"'), equal["left"].strip('"'), labelled=False)
            head = ("error", found["message"].rstrip())
            yield simple(
                doc,
                "swift",
                head,
                [placed(doc, line, found)],
                (line, line),
                assertion=assertion,
                test=found["test"],
            )
    yield from _issues(doc)
    for sign in ("Fatal error", "Precondition failed", "Assertion failed"):
        for line in doc.find(sign):
            if not doc.claimed[line] and (trace := _trap(doc, line)):
                yield trace
    for line in doc.find(" at /"):
        found = None if doc.claimed[line] else _FRAME.match(doc.text, doc.starts[line], doc.ends[line])
        if found and found["line"] and " in " in found[0]:
            yield _crash(doc, line)


def _issues(doc: Document) -> Iterator[Trace]:
    for line in doc.find(" recorded an issue "):
        found = None if doc.claimed[line] else _TESTING.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _issue(doc, line, placed(doc, line, found), found["message"].rstrip(), found["test"])


def _issue(doc: Document, line: int, frame: Frame, message: str, test: str) -> Trace:
    sides = _EXPECT.match(message)
    assertion = None
    if sides:
        left, right = (sides[name].rpartition("→ ")[2] for name in ("left", "right"))
        assertion = Assertion(right.strip(), left.strip(), labelled=False)
    return simple(
        doc, "swift", ("Expectation failed", message), [frame], (line, line), assertion=assertion, test=test
    )


def _trap(doc: Document, line: int) -> Trace | None:
    start, end = doc.starts[line], doc.ends[line]
    if found := _TRAP.match(doc.text, start, end):
        path = f"{found['path']}.swift"
        frame = doc.frame(line, found.start("path"), found.end("line"), path, found["line"])
    elif found := _OLD_TRAP.match(doc.text, start, end):
        frame = placed(doc, line, found)
    else:
        return None
    frames, last = [frame], line
    for below in range(line + 1, min(line + _UP, len(doc))):
        if _FRAME.match(doc.line(below)):
            called, at = run(doc, below, _FRAME, _EXCERPT)
            frames += _called(called)
            last = at - 1
            break
    while last > line and doc.blank(last):
        last -= 1
    return simple(doc, "swift", (found["kind"], (found["message"] or "").strip()), frames, (line, last))


def _called(frames: list[Frame]) -> list[Frame]:
    """Those with a place; of ``Cart.total(_:)`` the name alone."""
    return [replace(f, function=without_arguments(f.function or "") or None) for f in frames if f.lineno]


def _crash(doc: Document, line: int) -> Trace:
    """A backtrace of the crash reporter without a message of the program above it."""
    first = line
    while first > 0 and not doc.claimed[first - 1] and _FRAME.match(doc.line(first - 1)):
        first -= 1
    frames, at = run(doc, first, _FRAME, _EXCERPT)
    while at > first and doc.blank(at - 1):
        at -= 1
    kind, message, opened = None, "", first
    for above in range(first - 1, max(first - _UP, -1), -1):
        if found := _CRASHED.match(doc.line(above)):
            kind, message, opened = "Program crashed", found["message"], above
            break
    return simple(doc, "swift", (kind, message), _called(frames), (opened, at - 1))


FORMAT = Format(
    "swift", 45, (" : XCT", ": error: -[", ": error: ", " recorded an issue ", ".swift", "crashed:"), read
)
