r"""Dart and Flutter.

    Unhandled exception:
    RangeError (index): Invalid value: Not in inclusive range 0..1: 5
    #0      List.[] (dart:core-patch/growable_array.dart:264:36)
    #1      find (package:shop/cart.dart:3:14)
    <asynchronous suspension>

      Expected: <4>
        Actual: <5>
      package:matcher                                     expect
      test/calc_test.dart 5:5                             main.<fn>

Defined in the Dart VM's ``runtime/vm/object.cc`` (``StackTrace::ToCString``), package stack_trace's
``frame.dart`` (the terse form) and Flutter's ``foundation/assertions.dart``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAME = rx(
    r"\s{0,8}#(?P<n>\d{1,6}) {1,12}(?P<fn>\S.{0,400}?) \((?P<path>(?:package"
    r"|dart|file|org-dartlang-\w{1,20}|https?):[^()\n]{1,600}?|(?:[A-Za-z]:)?[^"
    r"():\n]{1,400}\.dart)"
    r"(?::(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?)?\)\s*$"
)
_GAP = rx(
    r"\s{0,8}(?:<asynchronous suspension>|===== asynchronous gap =+|\(elided .{1,200}\)"
    r"|\.\.\..{0,120})\s*$"
)
_TERSE = rx(
    r"(?P<margin>\s{1,8})?(?P<path>(?:package:|dart:|file:///|[A-Za-z]:)?[^\s:]{1,400}\.dart) "
    r"(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))? (?(margin) {0,200}| {1,200})(?P<fn>\S.{0,300}?)\s*$"
)
_TERSE_LIBRARY = rx(r"\s{1,8}(?:package|dart):[\w/.-]{1,200} {2,200}\S.{0,300}$|\s{0,8}=====.*$")
_ERROR = rx(
    r"(?:.{0,80}?(?:Unhandled Exception: |Uncaught ))?(?P<kind>[A-Z_]\w{0,100}"
    r"(?:Error|Exception)|Bad state|Unsupported operation|Concurrent modification during iteration"
    r"|Null check operator used on a null value|Failed assertion)(?: \("
    r"(?P<part>[^()\n]{1,60})\))?(?:: (?P<message>.*)|\s*)$"
)
_FLUTTER = rx(r"The following (?P<kind>[\w<>_]{1,100}) was thrown(?P<when>.{0,200})$")
_WRAPPED = 4
"""Lines that the description of a widget may take."""
_WIDGET = rx(
    r"\s{0,8}(?:[\w<>-]{1,100} )?[\w<>-]{1,100}:"
    r"(?P<path>file:///[^\s:]{1,600}|[\w:/.-]{1,300}\.dart):(?P<line>\d{1,9}):(?P<col>\d{1,9})\s*$"
)
"""The widget in whose constructor's call the error is."""
_STACK_TITLE = rx(r"When the exception was thrown, this was the stack:?\s*$")
_SIDE = rx(r"\s{1,12}(?P<side>Expected|Actual|  Which): ?(?P<value>.*)$")
_TEST = rx(r"\d\d:\d\d \+\d{1,9}(?: ~\d{1,9})?(?: -\d{1,9})?: (?P<test>.{1,400}?) \[E\]\s*$")
_ELIDED = Truncation("frames were left out by Flutter", "print details.stack in FlutterError.onError")
_TITLES = ("Unhandled exception:", "Unhandled Exception:")
_UP = 40


def read(doc: Document) -> Iterator[Trace]:
    """Failed tests in the terse form, then stacks."""
    for line in doc.find(".dart "):
        if not doc.claimed[line] and _TERSE.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _terse(doc, line)
    for line in doc.find(".dart"):
        if not doc.claimed[line] and _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            frames, at = run(doc, line, _FRAME, _GAP)
            yield _thrown(doc, line, frames, at)


def _thrown(doc: Document, line: int, frames: list[Frame], at: int) -> Trace:
    head = (
        _flutter(doc, line) if line > 0 and _STACK_TITLE.match(doc.line(line - 1)) else _unhandled(doc, line)
    )
    kind, message, first = head or (None, "", line)
    elided = any(doc.line(n).lstrip().startswith("(elided ") for n in range(line, at))
    missing = [_ELIDED] if elided else []
    widgets = (_WIDGET.match(doc.text, doc.starts[n], doc.ends[n]) for n in range(first, line))
    places = [placed(doc, n, found) for n, found in enumerate(widgets, first) if found]
    return simple(doc, "dart", (kind, message), [*frames, *places], (first, at - 1), truncation=missing)


def _flutter(doc: Document, line: int) -> tuple[str | None, str, int] | None:
    """Flutter's report: the message stands below "The following … was thrown"."""
    for above in range(line - 2, max(line - _UP, -1), -1):
        if found := _FLUTTER.match(doc.line(above)):
            body: list[str] = []
            for n in range(_title_end(doc, above) + 1, line - 1):
                if doc.blank(n):
                    break
                body.append(doc.line(n).rstrip())
            message = "\n".join(body)
            error = _ERROR.match(body[0]) if body else None
            if error and error["kind"] == found["kind"]:
                message = "\n".join([error["message"] or "", *body[1:]])
            return found["kind"], message, above
    return None


def _title_end(doc: Document, line: int) -> int:
    """The last line of the title that begins at ``line``: the widget it names may be wrapped."""
    depth = 0
    for n in range(line, line + _WRAPPED):
        printed = doc.line(n).rstrip()
        depth += printed.count("(") - printed.count(")")
        if printed.endswith(":") and depth <= 0:
            return n
    return line


def _unhandled(doc: Document, line: int) -> tuple[str | None, str, int] | None:
    for above in range(line - 1, max(line - _UP // 2, -1), -1):
        printed = doc.line(above)
        if doc.claimed[above] or (not printed.strip() and above < line - 1):
            break
        titled = printed.rstrip() in _TITLES
        found = None if titled else _ERROR.match(printed)
        if not titled and not found:
            continue
        lines = [doc.line(n).rstrip() for n in range(above + 1, line)]
        if found is None:
            return None, "\n".join(lines), above
        first = above - 1 if above > 0 and doc.line(above - 1).rstrip() in _TITLES else above
        return found["kind"], "\n".join([found["message"] or "", *lines]).strip(), first
    return None


def _terse(doc: Document, line: int) -> Trace:
    first = line
    while first > 0 and _TERSE_LIBRARY.match(doc.line(first - 1)):
        first -= 1
    frames, at = run(doc, line, _TERSE, _TERSE_LIBRARY)
    below = first  # a blank line may stand between message and stack
    if first > 1 and doc.blank(first - 1) and doc.line(first - 2).startswith("  "):
        below -= 1
    sides: dict[str, str] = {}
    message: list[str] = []
    test, opened = None, first
    for above in range(below - 1, max(below - _UP, -1), -1):
        printed = doc.line(above)
        if doc.claimed[above] or doc.blank(above):
            break
        if title := _TEST.match(printed):
            test, opened = title["test"], above
            break
        if not printed.startswith("  "):
            break
        opened = above
        message.insert(0, printed.strip())
        if side := _SIDE.match(printed):
            sides[side["side"].strip()] = side["value"].rstrip()
    kind: str | None = "TestFailure" if sides else None
    error = _ERROR.match(message[0]) if message and not sides else None
    if error:
        kind, message[0] = error["kind"], error["message"] or ""
    assertion = (
        Assertion(sides["Expected"], sides["Actual"], labelled=True)
        if {"Expected", "Actual"} <= set(sides)
        else None
    )
    return simple(
        doc, "dart", (kind, "\n".join(message)), frames, (opened, at - 1), assertion=assertion, test=test
    )


FORMAT = Format("dart", 11, (".dart",), read)
