r"""Test frameworks of C and C++: GoogleTest, Catch2, doctest, Boost.Test, Check, CppUnit, Unity, Qt Test.

    g.cc:5: Failure
    Expected equality of these values:
      add(2, 3)
        Which is: 5
      4

    c.cc:9: FAILED:
      REQUIRE( add(2, 3) == 4 )
    with expansion:
      5 == 4

Defined in GoogleTest's ``src/gtest.cc`` (``EqFailure``), Catch2's ``catch_reporter_console.cpp``, doctest's
``ConsoleReporter``, Check's ``check_msg.c``, CppUnit's ``TextOutputter``, Unity's ``unity.c``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import FILE, LINE, rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_GTEST = rx(
    r"\s{0,4}(?:\[ RUN .{0,200})?"
    + FILE
    + r"(?::"
    + LINE
    + r"|\((?P<msvc>\d{1,9})\)): (?P<kind>Failure|error)\s*$"
)
_CATCH = rx(
    r"\s{0,4}" + FILE + r"(?::" + LINE + r"|\((?P<msvc>\d{1,9})\)): (?P<kind>FAILED):(?P<message>.*)$"
)
_DOCTEST = rx(
    r"\s{0,4}"
    + FILE
    + r"(?::"
    + LINE
    + r"|\((?P<msvc>\d{1,9})\)): (?P<kind>(?:FATAL )?ERROR): (?P<message>.*)$"
)
_CHECK = rx(
    r"\s{0,4}"
    + FILE
    + ":"
    + LINE
    + r":(?P<kind>[FE]):(?P<case>[^:\n]{1,200}):(?P<test>[^:\n]{1,200}):\d{1,9}: "
    r"(?P<message>.*)$"
)
_UNITY = rx(FILE + ":" + LINE + r":(?P<test>[^:\n]{1,200}):FAIL(?:: (?P<message>.*)|\s*)$")
_CPPUNIT = rx(
    r"\d{1,6}\) test: (?P<test>\S{1,300}) \((?P<kind>[FE])\) line: (?P<line>\d{1,9}) "
    r"(?P<path>\S.{0,600}?)\s*$"
)
_QT_PLACE = rx(r"\s{0,4}Loc: \[(?P<path>[^\[\]()\n]{1,600})\((?P<line>\d{1,9})\)\]\s*$")
_QT = rx(r"FAIL!  : (?P<test>\S{1,300}) (?P<message>.*)$")
_RUN = rx(r"\[ RUN {1,6}\] (?P<test>\S{1,300})\s*$")
_END = rx(r"\[ {1,4}(?:FAILED|OK|RUN|PASSED)|\s*$|={10,}|-{10,}|={5,}")
_GTEST_END = rx(r"\[ {1,4}(?:FAILED|OK|RUN|PASSED)|\[-{6,}|.{1,600}: Failure\s*$|\s*$")
_WHICH = rx(r"\s{2,8}Which is: (?P<value>.*)$")
_SIDE = rx(r"\s{0,12}-?\s?(?P<side>[Ee]xpected|[Aa]ctual)\s{0,4}(?:\(.{0,200}\)\s{0,8})?: ?(?P<value>.*)$")
_VS = rx(
    r"Expected: \(.{1,400}\) (?:==|!=|<=?|>=?) \(.{1,400}\), actual: (?P<left>.{1,400}?) vs "
    r"(?P<right>.{1,400})$"
)
_WAS = rx(r"Expected (?P<expected>.+?) Was (?P<actual>.+?)\.?(?: .*)?$")
_CHECK_SIDES = rx(
    r"Assertion '.*' failed: .{1,400}? == (?P<left>.{1,400}?), .{1,400}? == "
    r"(?P<right>.{1,400})$"
)
_LIMIT = 100


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed check."""
    for sign, pattern, reader in _READERS:
        for line in doc.find(sign):
            found = None if doc.claimed[line] else pattern.match(doc.text, doc.starts[line], doc.ends[line])
            if found:
                yield reader(doc, line, found)


def _place(doc: Document, line: int, found: re.Match[str]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    if found.groupdict().get("msvc"):
        return doc.frame(line, found.start("path"), found.end("msvc"), found["path"], found["msvc"])
    return placed(doc, line, found)


def _gtest(doc: Document, line: int, found: re.Match[str]) -> Trace:
    lines, at = _below(doc, line, _GTEST_END.match)
    values: list[str] = []
    if lines and lines[0].startswith("Expected equality of these values"):
        for text in lines[1:]:
            if which := _WHICH.match(text):
                values[-1:] = [which["value"]]
            elif text.startswith("  ") and not text.startswith("    "):
                values.append(text.strip())
    assertion = Assertion(values[1], values[0], labelled=False) if len(values) > 1 else _sides(lines)
    return simple(
        doc, "cpp-test", ("Failure", "\n".join(lines)), [_place(doc, line, found)], (line, at - 1),
        assertion=assertion, test=_running(doc, line),
    )  # fmt: skip


def _running(doc: Document, line: int) -> str | None:
    for above in range(line - 1, max(line - _LIMIT, -1), -1):
        if found := _RUN.match(doc.line(above)):
            return found["test"]
    return None


def _catch(doc: Document, line: int, found: re.Match[str]) -> Trace:
    lines, at = _below(doc, line, _END.match)
    expansion = ""
    if "with expansion:" in lines:
        start = lines.index("with expansion:") + 1
        kept = []
        for text in lines[start:]:
            if not text.startswith("  "):
                break
            kept.append(text[2:])
        expansion = "\n".join(kept)
    sides = _sides_of(expansion)
    message = "\n".join([found["message"].strip(), *lines]).strip()
    return simple(
        doc, "cpp-test", ("FAILED", message), [_place(doc, line, found)], (line, at - 1), assertion=sides
    )


def _sides_of(expansion: str) -> Assertion | None:
    left, sign, right = expansion.partition("\n==\n" if "\n==\n" in expansion else " == ")
    return Assertion(right, left, labelled=False) if sign else None


def _doctest(doc: Document, line: int, found: re.Match[str]) -> Trace:
    lines, at = _below(doc, line, _END.match)
    assertion = None
    for text in lines:
        if text.lstrip().startswith("values: "):
            inner = text.partition("( ")[2].rpartition(" )")[0]
            assertion = assertion or _sides_of(inner)
    message = "\n".join([found["message"].strip(), *(text.strip() for text in lines)])
    return simple(
        doc,
        "cpp-test",
        (found["kind"], message),
        [_place(doc, line, found)],
        (line, at - 1),
        assertion=assertion,
    )


def _check(doc: Document, line: int, found: re.Match[str]) -> Trace:
    sides = _CHECK_SIDES.match(found["message"].rstrip())
    assertion = Assertion(sides["right"], sides["left"], labelled=False) if sides else None
    head = ("Failure" if found["kind"] == "F" else "Error", found["message"].rstrip())
    return simple(
        doc,
        "cpp-test",
        head,
        [placed(doc, line, found)],
        (line, line),
        assertion=assertion,
        test=found["test"],
    )


def _unity(doc: Document, line: int, found: re.Match[str]) -> Trace:
    message = (found["message"] or "").rstrip()
    was = _WAS.match(message)
    assertion = Assertion(was["expected"], was["actual"].rstrip("."), labelled=True) if was else None
    return simple(
        doc,
        "cpp-test",
        ("FAIL", message),
        [placed(doc, line, found)],
        (line, line),
        assertion=assertion,
        test=found["test"],
    )


def _cppunit(doc: Document, line: int, found: re.Match[str]) -> Trace:
    lines, at = _below(doc, line, _END.match)
    head = ("Failure" if found["kind"] == "F" else "Error", "\n".join(lines))
    return simple(
        doc,
        "cpp-test",
        head,
        [placed(doc, line, found)],
        (line, at - 1),
        assertion=_sides(lines),
        test=found["test"],
    )


def _qt(doc: Document, line: int, found: re.Match[str]) -> Trace:
    lines: list[str] = []
    frames = []
    at = line + 1
    while at < min(len(doc), line + 12) and doc.line(at).startswith(" "):
        if place := _QT_PLACE.match(doc.text, doc.starts[at], doc.ends[at]):
            frames.append(placed(doc, at, place))
        else:
            lines.append(doc.line(at).rstrip())
        at += 1
    message = "\n".join([found["message"].rstrip(), *lines])
    return simple(
        doc,
        "cpp-test",
        ("FAIL", message),
        frames,
        (line, at - 1),
        assertion=_sides(lines),
        test=found["test"],
    )


def _below(doc: Document, line: int, stop) -> tuple[list[str], int]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    lines: list[str] = []
    at = line + 1
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at] and not stop(doc.line(at)):
        lines.append(doc.line(at).rstrip())
        at += 1
    return lines, at


def _sides(lines: list[str]) -> Assertion | None:
    sides: dict[str, str] = {}
    for text in lines:
        if compared := _VS.match(text):
            return Assertion(compared["right"], compared["left"], labelled=False)
        if found := _SIDE.match(text):
            sides.setdefault(found["side"].lower(), found["value"].strip())
    return Assertion(sides["expected"], sides["actual"], labelled=True) if len(sides) > 1 else None


_READERS = (
    (": Failure", _GTEST, _gtest),
    (": FAILED:", _CATCH, _catch),
    ("ERROR: ", _DOCTEST, _doctest),
    (":F:", _CHECK, _check),
    (":FAIL", _UNITY, _unity),
    (") test: ", _CPPUNIT, _cppunit),
    ("FAIL!  : ", _QT, _qt),
)

FORMAT = Format(
    "cpp-test", 44, (": Failure", ": FAILED:", "ERROR: ", ":F:", ":FAIL", ") test: ", "FAIL!  : "), read
)
