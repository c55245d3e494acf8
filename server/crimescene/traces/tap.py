r"""TAP: diagnostics of failed tests as YAML (tape, node-tap, ``node --test``) and as comments (Test::More).

    not ok 2 should be equal
      ---
        operator: equal
        expected: 4
        actual:   5
        at: Test.<anonymous> (/home/dev/shop/t.js:5:5)
      ...

    #   Failed test 'adds'
    #   at t/calc.t line 5.
    #          got: '5'
    #     expected: '4'

Defined in the TAP 13/14 specification (testanything.org) and Test::Builder's ``lib/Test/Builder.pm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_OK = rx(r"\s{0,40}not ok(?: \d{1,9})?(?: - | )?(?P<test>.{0,400}?)\s*$")
_KEY = rx(
    r"(?P<indent>\s{1,40})(?P<key>operator|expected|wanted|actual|found"
    r"|at|stack|error|message|name|code|type|location|severity|failureType):"
    r"(?:\s{1,12}(?P<value>\S.*)|\s*)$"
)
_AT = rx(
    r"(?:(?P<fn>[^()\n]{1,300}?) \()?(?:file://)?(?P<path>(?:[A-Za-z]:[\\/])?[^\s:"
    r"()'\"][^:()\n]{0,1000}):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?\)?['\"]?\s*$"
)
_FRAME = rx(
    r"\s{1,60}(?:at )?(?:(?:async )?(?P<fn>[^\s()][^()\n]{0,300}?) \()?(?P<path>"
    r"(?:file://|node:)?(?:[A-Za-z]:[\\/])?[^\s:()][^:()\n]{0,1000}):(?P<line>\d{1,9}):"
    r"(?P<col>\d{1,9})\)?\s*$"
)
_ERROR = rx(
    r"\s{1,60}(?P<kind>[A-Z]\w{0,80}(?:Error|Exception)?)(?: \[(?P<code>\w{1,60})\])?: "
    r"(?P<message>.*)$"
)
_FAILED = rx(
    r"[\s#]{0,8}Failed (?:\(TODO\) )?test(?: '(?P<test>.{1,400})')?(?:\s*"
    r"| at (?P<path>.{1,400}?) line (?P<line>\d{1,9})\.)\s*$"
)
_AT_LINE = rx(r"[\s#]{0,8}(?:in .{1,200} )?at (?P<path>.{1,400}?) line (?P<line>\d{1,9})\.\s*$")
_GOT = rx(
    r"[\s#]{0,16}(?P<side>got|expected|\$got->\S{0,200}|\$expected->\S{0,200}"
    r"|\$got|\$expected)(?::| =) (?P<value>.*)$"
)
_LIMIT = 300


def read(doc: Document) -> Iterator[Trace]:
    """A trace a failed test that says more than its name."""
    for line in doc.find("not ok"):
        found = None if doc.claimed[line] else _NOT_OK.match(doc.text, doc.starts[line], doc.ends[line])
        if found and line + 1 < len(doc) and doc.line(line + 1).strip() == "---":
            yield _block(doc, line, found["test"])
    for line in doc.find("Failed "):
        found = None if doc.claimed[line] else _FAILED.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _comment(doc, line, found["test"])):
            yield trace


def _block(doc: Document, line: int, test: str) -> Trace:
    """The YAML below ``not ok``: keys, of which some hold blocks of lines."""
    fields: dict[str, str] = {}
    frames: list[Frame] = []
    kind, message = None, test
    key, indent = "", 0
    at = line + 2
    while at < min(len(doc), line + _LIMIT) and doc.line(at).strip() != "...":
        printed = doc.line(at)
        start, end = doc.starts[at], doc.ends[at]
        found = _KEY.match(doc.text, start, end)
        if found and (not key or len(found["indent"]) <= indent):
            key, indent = found["key"], len(found["indent"])
            fields[key] = (found["value"] or "").rstrip()
            if key == "at" and fields[key] and (place := _AT.match(doc.text, found.start("value"), end)):
                frames.append(placed(doc, at, place))
        elif key == "stack" and (frame := _FRAME.match(doc.text, start, end)):
            frames.append(placed(doc, at, frame))
        elif key == "stack" and kind is None and (error := _ERROR.match(printed)):
            kind, message = error["kind"], error["message"]
        elif key and key != "stack":
            fields[key] = f"{fields[key].removeprefix('|-').removeprefix('|')}\n{printed.strip()}".strip()
        at += 1
    expected = fields.get("expected", fields.get("wanted"))
    actual = fields.get("actual", fields.get("found"))
    assertion = None
    if expected is not None and actual is not None:
        assertion = Assertion(_plain(expected), _plain(actual), labelled=True)
    message = _plain(fields.get("error") or fields.get("message") or message)
    kind = _plain(fields["name"]) if "name" in fields else kind or _plain(fields.get("operator", "")) or None
    last = min(at, len(doc) - 1)
    return simple(doc, "tap", (kind, message), frames, (line, last), assertion=assertion, test=test or None)


def _plain(value: str) -> str:
    value = value.removeprefix(">-").removeprefix("|-").strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _comment(doc: Document, line: int, test: str | None) -> Trace | None:
    found = _FAILED.match(doc.text, doc.starts[line], doc.ends[line])
    at = line + 1
    if not found or not found["line"]:
        found = _AT_LINE.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
        at += 1
    if not found:
        return None
    frame = placed(doc, at - 1, found)
    message: list[str] = []
    sides: dict[str, str] = {}
    while at < min(len(doc), line + _LIMIT) and not doc.claimed[at] and not doc.blank(at):
        printed = doc.line(at)
        if _FAILED.match(printed) or "Looks like you" in printed or not printed.startswith((" ", "#")):
            break
        if side := _GOT.match(printed):
            sides.setdefault("got" if "got" in side["side"] else "expected", side["value"].rstrip())
        message.append(printed.strip("# ").rstrip())
        at += 1
    assertion = Assertion(sides["expected"], sides["got"], labelled=True) if len(sides) > 1 else None
    head = ("Failed test", "\n".join(message) or test or "")
    return simple(doc, "tap", head, [frame], (line, at - 1), assertion=assertion, test=test)


FORMAT = Format("tap", 13, ("not ok", "Failed test", "Failed (TODO) test"), read)
