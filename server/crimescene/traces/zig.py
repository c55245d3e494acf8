r"""Zig: panics, error return traces, test failures, leaks.

    thread 32499 panic: index out of bounds: index 5, len 3
    /home/dev/a.zig:8:13: 0x11e5847 in at (a.zig)
        return s[i];
                ^
    /home/dev/a.zig:13:11: 0x11e4160 in main (a.zig)

Defined in Zig's ``lib/std/debug.zig`` (``printSourceAtAddress``) and ``lib/compiler/test_runner.zig``;
``error: Name`` heads the return trace of an error that reached ``main``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame

_FRAME = rx(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,1000}|\?\?\?):(?P<line>\d{1,9}"
    r"|\?):(?P<col>\d{1,9}|\?): 0x[0-9a-f]{1,16}"
    r" in (?P<fn>.{1,300}?)(?: \(.{0,200}\))?\s*$"
)
_HEAD = rx(
    r"(?:.{0,200}?\.\.\.|.{0,80}?[\])] )?(?:thread \d{1,12} (?P<panic>panic)|(?P<error>error(?:\(\w{1,40}\))?"
    r"|(?:\[\w{1,40}\] )?\(err\))): (?P<message>.*)$"
)
_FAIL = rx(r"(?:.{0,200}?\.\.\.)?FAIL \((?P<kind>\w{1,100})\)\s*$")
_TEST = rx(r"(?:\[?\d{1,6}/\d{1,6}\]? )(?P<test>.{1,200}?)\.\.\.(?P<rest>.*)$")
_EXPECTED = rx(r"(?:.{0,200}?\.\.\.)?expected (.{0,400}?), found (.{0,400})$")
_OLD_FAIL = rx(r"error: '(?P<test>[^'\n]{1,200})' failed: (?P<rest>.*)$")
_DOTS = rx(r"\.\.\.omitted (\d{1,9}) frames|.{0,20}\((\d{1,9}) additional stack frames")
_UP = 40


def read(doc: Document) -> Iterator[Trace]:
    """A trace a run of frames, each followed by its source line and a caret."""
    for line in doc.find(": 0x"):
        if doc.claimed[line] or not _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        frames, missing, at = _frames(doc, line)
        kind, message, first, lines = _head(doc, line)
        test, assertion = _tested(doc, first, lines)
        yield simple(
            doc,
            "zig",
            (kind, message),
            frames,
            (first, at - 1),
            truncation=missing,
            assertion=assertion,
            test=test,
        )


def _frames(doc: Document, at: int) -> tuple[list[Frame], list[Truncation], int]:
    frames: list[Frame] = []
    missing: list[Truncation] = []
    while at < len(doc) and not doc.claimed[at]:
        found = _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
        if found is None:
            if left := _DOTS.match(doc.text, doc.starts[at], doc.ends[at]):
                missing.append(Truncation(f"{left[1] or left[2]} frames were left out", ""))
                at += 1
                continue
            break
        code, marks, below = None, None, at + 1
        under = doc.line(at + 2)
        if under.strip(" ~") == "^":
            printed = doc.line(at + 1)
            margin = len(printed) - len(printed.lstrip())
            code, below = printed.strip(), at + 3
            mark = under.find("^") - margin
            marks = (mark, mark + 1) if 0 <= mark < len(code) else None
        frames.append(placed(doc, at, found, code=code or None, marks=marks))
        at = below
    return frames, missing, at


def _head(doc: Document, line: int) -> tuple[str | None, str, int, tuple[int, int]]:
    """Type, message, first line, and the lines between head and first frame."""
    above = line - 1
    if above < 0 or doc.claimed[above]:
        return None, "", line, (line, line)
    printed = doc.line(above)
    if fail := _FAIL.match(printed):
        return fail["kind"], _message(doc, above), above, (above, line)
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or doc.blank(above):
            break
        found = _HEAD.match(doc.text, doc.starts[above], doc.ends[above])
        if found:
            message = [found["message"], *(doc.line(n) for n in range(above + 1, line))]
            return found["panic"] or "error", "\n".join(message).strip(), above, (above, line)
    return None, "", line, (line, line)


def _message(doc: Document, fail: int) -> str:
    """What the test printed before ``FAIL``."""
    if fail > 0 and (found := _EXPECTED.match(doc.line(fail - 1))):
        return f"expected {found[1]}, found {found[2]}"
    return ""


def _tested(doc: Document, first: int, lines: tuple[int, int]) -> tuple[str | None, Assertion | None]:
    assertion: Assertion | None = None
    for at in range(lines[1] - 1, max(first - _UP, -1), -1):
        if doc.claimed[at]:
            break
        printed = doc.line(at)
        if assertion is None and (found := _EXPECTED.match(printed)):
            assertion = Assertion(found[1], found[2].rstrip(), labelled=True)
        if assertion is None and printed.endswith("expected this output: ========="):
            assertion = _blocks(doc, at)
        if found := _TEST.match(printed) or _OLD_FAIL.match(printed):
            return found["test"], assertion
    return None, assertion


def _blocks(doc: Document, at: int) -> Assertion | None:
    """``expectEqualStrings`` prints both sides whole; ETX marks their end."""
    sides: list[str] = []
    lines: list[str] = []
    for below in range(at + 1, min(at + 400, len(doc))):
        printed = doc.line(below)
        if printed.startswith("========"):
            sides.append("\n".join(lines).strip("\n").removesuffix("\u2403").strip("\n"))
            lines = []
            if len(sides) > 1:
                return Assertion(sides[0], sides[1], labelled=True)
        else:
            lines.append(printed)
    return None


FORMAT = Format("zig", 31, (": 0x",), read)
