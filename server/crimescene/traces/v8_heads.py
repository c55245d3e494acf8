# ruff: noqa: RUF001 (the tools print these signs)
"""The lines above a JavaScript stack: the error, its message, the source excerpt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re

    from crimescene.model import Frame
    from crimescene.traces.document import Document

_NAME = r"[A-Za-z_$][\w$.]{0,120}"
_LEAD = (
    r"(?:\[?Uncaught:?|Unhandled(?: promise)?(?: rejection)?:?|\(node:\d{1,9}\)(?: \[\w{1,20}\])?"
    r"(?: \w{1,60}:)?"
    r"|[\w.@-]{1,80}(?:\.\w{1,5}|\(index\)):\d{1,9}(?= Uncaught )"
    r"|error:|ERROR:?|un(?:handledRejection|caughtException):"
    r"|\(in promise\):?|[Cc]aused by:|FATAL:?) {1,4}"
)
_NAMED = (
    rf"(?:{_LEAD}){{0,3}}"
    r"((?:[A-Za-z_$][\w$.]{0,120})?(?:Error|Exception|Warning|Rejection|Rejected|Failure|Violation"
    r"|Fault))(?: \[(\w{1,80})\])?(?:: ?(.*)|\s*\]?)$"
)
ERROR = rx(r"([\s\[|│>×✗●✖✘⨯❌]{0,40})" + _NAMED)
_SAID_BEFORE = rx(r"(?=\S|\s{1,40}[\w$'\"]{1,80}: )(.{0,200}?[\s:\]])" + _NAMED)
"""What a logger or the program printed before the error, or the property that holds it."""
_ANY = rx(rf"([\s\[]{{0,40}})(?:Uncaught |Thrown: ?)?()?({_NAME}): (.*)$")
_PLACE = rx(
    r"(?!\s)((?:[\w+.-]{2,40}:)?[^\s:()][^:()\n\"']{0,1500}|[A-Za-z]:[\\/][^:"
    r"()\n\"']{1,1500}|[\w-]{2,40}:[^\s()\"']{1,1500}):(\d{1,9})\s*$"
)
_REFUSED = rx(
    r"\s{0,8}([^\s:(][^:()\n]{0,600}\.\w{1,8})[:(](\d{1,9})[:,](\d{1,9})\)?(?: -|:) error TS\d{4,6}: "
)
_TITLE = rx(r"\s{0,8}● .{1,400}$")
_VITE = rx(r"(?P<lead>)()(?:\[vite\] )?(Internal server error): (.*)$")
_NO_NAMES = frozenset(("File", "Plugin", "Code", "code", "digest"))
"""What stands before a colon in the lines of a message and is no error's name."""
_IN_FILE = rx(r"\s{0,8}File: ([^\s:][^:\n]{0,600}):(\d{1,9}):(\d{1,9})\s*$")
_PARSED = rx(r".{0,200}?((?:[A-Za-z]:)?[\\/][^:\n]{1,600}): .{0,600}\((\d{1,9}):(\d{1,9})\)\s*$")
_CONSOLE = rx(r"([\w.@-]{1,80}(?:\.\w{1,5}|\(index\))):(\d{1,9}) Uncaught ")
_GROUP = rx(r"\s{0,40}(?:Uncaught )?\[?([A-Za-z_$][\w$.]{0,120}Error)(?:: (.{0,2000}?))?\]?:? \{\s*$")
_CODE_FRAME = rx(r"\s{0,12}>?\s{0,12}\d{1,9} \| ")
_GUTTER = rx(r"\s{0,8}\d{0,9} \|(?: |$)")
_CARETS = rx(r"[ \t]*\^+[ \t]*$")
_LINES, _BLANKS = 60, 12


@dataclass(frozen=True, slots=True)
class Head:
    """An error's lines ``first`` to ``last``."""

    kind: str | None
    message: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``file.js:7``, the line of code, the caret."""

    line: int
    frame: Frame


def head_above(doc: Document, anchor: int) -> Head | None:
    """The nearest error line above the first frame."""
    if named := _named(doc, anchor) or _titled(doc, anchor):
        return named
    stop = max(anchor - _LINES, -1)
    above = anchor - 1
    while above > stop and not doc.blank(above) and not doc.claimed[above]:
        start, end = doc.starts[above], doc.ends[above]
        found = _VITE.match(doc.text, start, end) or _ANY.match(doc.text, start, end)
        if found and found[3] not in _NO_NAMES:
            return _head(doc, (above, anchor), found[3], found[4], len(found[1]))
        above -= 1
    return None


def _named(doc: Document, anchor: int) -> Head | None:
    """The nearest line that begins with what is called an error; else one that goes on with it."""
    blanks = 0
    inside: Head | None = None
    for above in range(anchor - 1, max(anchor - _LINES, -1), -1):
        if doc.claimed[above] or blanks > _BLANKS:
            break
        start, end = doc.starts[above], doc.ends[above]
        if doc.blank(above):
            if inside is not None:
                break
            blanks += 1
        elif found := ERROR.match(doc.text, start, end):
            return _head(doc, (above, anchor), found[2], found[4] or "", len(found[1]))
        elif inside is None and not blanks and (found := _SAID_BEFORE.match(doc.text, start, end)):
            inside = _head(doc, (above, anchor), found[2], found[4] or "", 0)
    return inside


def _titled(doc: Document, anchor: int) -> Head | None:
    """Expectations that print no error class: below Jasmine's "Message:", below Jest's ``● test``."""
    for above in range(anchor - 1, max(anchor - _LINES, -1), -1):
        if doc.claimed[above]:
            return None
        line = doc.line(above)
        if line.strip() == "Message:":
            margin = len(line) - len(line.lstrip())
            return _head(doc, (above + 1, anchor), "Error", doc.line(above + 1).strip(), margin)
        if _TITLE.match(line):
            first = above + 1
            while first < anchor and doc.blank(first):
                first += 1
            if first >= anchor:
                return None
            printed = doc.line(first)
            return _head(doc, (first, anchor), "Error", printed.strip(), len(printed) - len(printed.lstrip()))
    return None


def _head(doc: Document, lines: tuple[int, int], kind: str, message: str, margin: int) -> Head:
    first, anchor = lines
    rest = []
    for line in range(first + 1, anchor):
        content = doc.line(line).rstrip()
        if _CODE_FRAME.match(content):
            break
        rest.append(content[margin:] if content[:margin].isspace() else content)
    while rest and (not rest[-1].strip() or rest[-1].strip() == "Stack:"):
        rest.pop()
    if rest and _CARETS.match(rest[-1]):  # Deno prints code and carets behind the message
        del rest[-2:]
    while rest and _GUTTER.match(rest[-1]):
        rest.pop()
    return Head(kind, "\n".join([message, *rest]).strip("\n"), first, anchor - 1)


def console_place(doc: Document, head: Head) -> Excerpt | None:
    """``app.js:12 Uncaught TypeError``: what browsers' consoles print beside the error."""
    found = _CONSOLE.match(doc.text, doc.starts[head.first], doc.ends[head.first])
    if not found:
        return None
    return Excerpt(head.first, doc.frame(head.first, found.start(1), found.end(2), found[1], found[2]))


def group_above(doc: Document, head: Head) -> Head | None:
    """The error without a stack of its own in whose list, ``[errors]: [``, the head stands; to that line."""
    line = head.first - 1
    if line < 1 or doc.claimed[line - 1] or doc.line(line).strip() not in ("[errors]: [", "errors: ["):
        return None
    found = _GROUP.match(doc.text, doc.starts[line - 1], doc.ends[line - 1])
    return Head(found[1], found[2] or "", line - 1, line) if found else None


def refused(doc: Document, head: Head, anchor: int) -> list[Frame]:
    """Places of the compiler's findings inside a message: what ts-node, Babel and Vite refuse to run."""
    frames: list[Frame] = []
    for line in range(head.first, anchor):
        start, end = doc.starts[line], doc.ends[line]
        found = _REFUSED.match(doc.text, start, end) or _IN_FILE.match(doc.text, start, end)
        if found is None and line == head.first and head.kind == "SyntaxError":
            found = _PARSED.match(doc.text, start, end)
        if found:
            frames.append(doc.frame(line, found.start(1), found.end(3), found[1], found[2], column=found[3]))
    return frames


def head_in(doc: Document, line: int, start: int) -> Head | None:
    """The error that begins inside a line, as behind ``[cause]:``; its message may go on below."""
    end = doc.ends[line]
    found = ERROR.match(doc.text, start, end) or _ANY.match(doc.text, start, end)
    if not found:
        return None
    kind = found[2] or found[3]
    message = [(found[4] or "").rstrip("{[ ").rstrip(" ]}")]
    last = line
    if doc.line(line).rstrip().endswith(("{", "]", "},")):
        return Head(kind, message[0], line, line)
    for below in range(line + 1, min(line + 20, len(doc))):
        content = doc.line(below)
        if content.lstrip().startswith("at "):
            return Head(kind, "\n".join(message), line, last)
        if not content.strip() or content.strip()[0] in "}]":
            break
        message.append(content.strip())
        last = below
    return Head(kind, message[0], line, line)


def excerpt_above(doc: Document, first: int) -> Excerpt | None:
    """Node prints the throwing line above an uncaught error."""
    above = first - 1
    while above >= 0 and above > first - 4 and doc.blank(above):
        above -= 1
    caret: int | None = None
    if above < 0 or doc.claimed[above]:
        return None
    if _CARETS.match(doc.text, doc.starts[above], doc.ends[above]):
        caret = above
        above -= 1
    for line in range(above, max(above - 8, -1), -1):
        found = _PLACE.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (caret is not None or line == above - 1 or line == above):
            if doc.claimed[line] or not _is_path(found[1]):
                return None
            return Excerpt(line, _excerpt(doc, line, caret, found))
        if doc.blank(line):
            return None
    return None


def _is_path(path: str) -> bool:
    return "/" in path or "\\" in path or "." in path or path.startswith(("node:", "evalmachine", "["))


def _excerpt(doc: Document, line: int, caret: int | None, found: re.Match[str]) -> Frame:
    code: str | None = None
    marks: tuple[int, int] | None = None
    if line + 1 < len(doc) and (caret is None or line + 1 < caret):
        printed = doc.line(line + 1)
        code = printed.strip()
        if caret is not None:
            carets = doc.line(caret).rstrip()
            margin = len(printed) - len(printed.lstrip())
            first = carets.find("^")
            if first >= margin:
                marks = (first - margin, len(carets) - margin)
    return doc.frame(line, found.start(1), found.end(2), found[1], found[2], code=code, marks=marks)
