r"""PowerShell: error records, ``ScriptStackTrace``, parser errors, Pester.

    Get-Item : Cannot find path 'C:\nope' because it does not exist.
    At C:\scripts\deploy.ps1:3 char:5
    +     Get-Item C:\nope
    +     ~~~~~~~~~~~~~~~~
        + CategoryInfo          : ObjectNotFound: (C:\nope:String) [Get-Item], ItemNotFoundException
    at Publish, C:\scripts\lib.psm1: line 27

    Get-Item: /home/dev/deploy.ps1:3:5
    Line |
       3 |      Get-Item /nope
         |      ~~~~~~~~~~~~~~
         | Cannot find path '/nope' because it does not exist.

Defined in PowerShell's ``PowerShellCore_format_ps1xml.cs`` (NormalView; ConciseView since 7) and
``CallStackFrame``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import behind_blank, placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT = rx(
    r"\s{0,8}At (?P<path>(?!line:)(?:[A-Za-z]:)?[^:\n]{1,600}):(?P<line>\d{1,9}) char:"
    r"(?P<col>\d{1,9})\s*$"
)
_STACK = rx(
    r"\s{0,40}at (?P<fn>[^,\n]{1,300}), (?P<path>(?:[A-Za-z]:)?[^:\n]{1,600}): line "
    r"(?P<line>\d{1,9})\s*$"
)
_LISTED_STACK = rx(
    r"(?P<key>ScriptStackTrace|StackTrace)\s{0,20}: at (?P<fn>[^,\n]{1,300}), "
    r"(?P<path>(?:[A-Za-z]:)?[^:\n]{1,600}): line (?P<line>\d{1,9})\s*$"
)
_LISTED = rx(r"Exception\s{0,20}: (?P<kind>[\w.+`]{1,200}): (?P<message>.*)$")
_HEAD = rx(r"(?P<kind>[\w.-]{1,100}) : (?P<message>\S.*)$")
_CODE = rx(r"\+ {0,200}(?P<code>\S.*)$")
_DETAIL = rx(r"\s{1,8}\+ (?P<key>CategoryInfo|FullyQualifiedErrorId) {1,20}: (?P<value>.*)$")
_CONCISE = rx(
    r"(?P<kind>[\w.-]{1,100}|[A-Z]\w+Error): (?P<path>(?:[A-Za-z]:[\\/]"
    r"|/|\.{1,2}[\\/]|~)[^:\n]{1,600}\.(?:ps1|psm1|psd1)):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9}))?\s*$"
)
_BAR = rx(r"\s{0,10}(?P<n>\d{0,9}) \| ?(?P<text>.*)$")
_PESTER = rx(
    r"\s{0,8}(?:Message)?\s{0,4}Expected:? ?(?P<expected>.+?),? but (?:got:?"
    r"|was:?) (?P<actual>.+?)\.?\s*$"
)
_UP = 12


def read(doc: Document) -> Iterator[Trace]:
    """Error records of either view, then script stacks without one."""
    for line in doc.find(" char:"):
        found = None if doc.claimed[line] else _AT.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield _record(doc, line, placed(doc, line, found))
    for line in doc.find("Line |"):
        if not doc.claimed[line] and line > 0 and (trace := _concise(doc, line)):
            yield trace
    for line in doc.find("StackTrace"):
        if not doc.claimed[line] and (trace := _listed(doc, line)):
            yield trace
    for line in doc.find(": line "):
        if doc.claimed[line] or not _STACK.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        frames, at = _stack(doc, line)
        yield simple(doc, "powershell", (None, ""), frames, (line, at - 1))


def _listed(doc: Document, line: int) -> Trace | None:
    """What ``Format-List -Force`` and ``Get-Error`` print of a record."""
    found = _LISTED_STACK.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    frames, at = _stack(doc, line + 1)
    kind, message, first = None, "", line
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or doc.blank(above):
            break
        if head := _LISTED.match(doc.line(above)):
            kind, message, first = head["kind"], head["message"].rstrip(), above
            break
    return simple(doc, "powershell", (kind, message), [placed(doc, line, found), *frames], (first, at - 1))


def _stack(doc: Document, at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        found = _STACK.match(doc.text, doc.starts[at], doc.ends[at])
        if not found:
            break
        if found["path"].startswith("<"):
            frames.append(doc.frame(at, doc.starts[at], doc.ends[at], None, function=found["fn"]))
        else:
            frames.append(placed(doc, at, found))
        at += 1
    return frames, at


def _record(doc: Document, line: int, frame: Frame) -> Trace:
    """The message stands above the place, category and identifier below the code."""
    first, kind, message = line, None, ""
    lines: list[str] = []
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or doc.blank(above) or _DETAIL.match(doc.line(above)):
            break
        first = above
        lines.insert(0, doc.line(above).rstrip())
        if head := _HEAD.match(lines[0]):
            kind, lines[0] = head["kind"], head["message"]
            break
    message = "\n".join(lines).strip()
    at = line + 1
    while at < len(doc) and (_DETAIL.match(doc.line(at)) or _CODE.match(doc.line(at))):
        at += 1
    below = behind_blank(doc, at, _STACK)
    frames, after = _stack(doc, at if below is None else below)
    last = after - 1 if frames else at - 1
    return simple(doc, "powershell", (kind, message), [frame, *frames], (first, last))


def _concise(doc: Document, line: int) -> Trace | None:
    found = (
        None if doc.claimed[line - 1] else _CONCISE.match(doc.text, doc.starts[line - 1], doc.ends[line - 1])
    )
    if not found:
        return None
    at = line + 1
    code: str | None = None
    message: list[str] = []
    while at < len(doc) and (bar := _BAR.match(doc.text, doc.starts[at], doc.ends[at])):
        text = bar["text"].strip()
        if bar["n"]:
            code = text
        elif text and text.strip("~^ "):
            message.append(text)
        at += 1
    frame = placed(doc, line - 1, found, code=code)
    sides = _PESTER.match("\n".join(message))
    assertion = Assertion(sides["expected"], sides["actual"], labelled=True) if sides else None
    return simple(
        doc,
        "powershell",
        (found["kind"], "\n".join(message)),
        [frame],
        (line - 1, at - 1),
        assertion=assertion,
    )


FORMAT = Format("powershell", 25, (" char:", "Line |", ": line "), read)
