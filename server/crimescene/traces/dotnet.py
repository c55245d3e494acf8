"""C#, F# and VB on .NET and Mono.

    Unhandled exception. Acme.Shop.NotFound: no cart x1
     ---> System.FormatException: Input string was not in a correct format.
       at System.Int32.Parse(String s)
       at Acme.Shop.Program.Load(String code) in /home/dev/Program.cs:line 22
       --- End of inner exception stack trace ---
       at Acme.Shop.Program.Main(String[] args) in /home/dev/Program.cs:line 39

Defined in dotnet/runtime's ``Exception.ToString`` and ``StackTrace.ToString``; Mono prints
``[0x00003] in /home/dev/Program.cs:22``. The words "at" and "line" are localised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_AT = rx(
    r"[\s|]{0,40}(?:at|bei|à|en|em|in|в|在|於|w|v|a|场所|場所|위치:|konum:)"
    r" ([^\s(][^()\n]{0,800}?) ?(\((?![^()\n]{1,400}:\d{1,9}\))[^\n]{0,1500}?\))"
    r"(?: ?\[0x[0-9a-f]{1,16}\])?(?: (?:in|en|dans|в|位置|在|em|na|场所|場所|w|v|konum:"
    r"|파일) (.{1,1000}?)(?::(?:[^\W\d]{1,20}\.? )?(\d{1,9})\.?))?(?:<---)?\s*$"
)
_NAME = r"(?:[A-Za-z_]\w{0,120}\.){0,16}[A-Za-z_][\w`+]{0,160}"
_HEAD = rx(
    rf"(?:.{{0,300}}?[.:\]|>*-] {{1,4}})??({_NAME})(?: \((?:0x[0-9A-Fa-f]{{8}}|-?\d{{1,10}})\))?: (.*)$"
)
_BARE = rx(r"(.{0,300}?)(?<![\w.])((?:[A-Za-z_]\w{0,120}\.){1,16}[A-Za-z_]\w{0,160})\s*$")
_INNER = rx(
    rf"\s{{0,12}}---> (?:\(Inner Exception #\d{{1,6}}\) )?({_NAME})(?: \("
    rf"(?:0x)?[0-9A-Fa-f]{{1,8}}\))?: ?(.*)$"
)
_END = rx(r"\s{0,12}--- .{1,100} ---\s*$")
_UNPLACED = rx(r"   at [^\s()]{1,800} ?\([^()\n:]{0,1500}\)(?:\s| \[0x)")
_UP = 30
_LINE_WORDS = (
    *(":line ", ":Zeile ", ":ligne ", ":línea ", ":riga ", ":linha ", ":строка ", ":wiersz "),
    *(":řádek ", ":sat\u0131r ", ":行号 ", ":行 ", ":줄 "),
)
"""The word before the number in the languages of .NET."""
_EXPECTED = rx(
    r"(?s).{0,2000}?Expected:\s{1,12}(.{1,2000}?)\n\s{0,12}(?:Actual|But was):\s{1,12}"
    r"(.{1,2000}?)(?:\n|$)"
)
_MSTEST = rx(r"(?s).{0,2000}?Expected:<(.{0,2000}?)>\. Actual:<(.{0,2000}?)>")
_TEST = rx(r"\s{0,6}(?:Failed|\[FAIL\]|✘|X) (\S.{0,400}?)(?: \[.{1,20}\])?\s*$")


@dataclass(slots=True)
class _Error:
    kind: str | None
    message: str
    line: int
    frames: list[Frame] = field(default_factory=list)
    relation: Relation = Relation.ROOT
    of: int | None = None


def read(doc: Document) -> Iterator[Trace]:
    """Traces around ``at Namespace.Class.Method(Type name) in path:line n``."""
    for sign in (*_LINE_WORDS, "] in ", ") in "):
        for line in doc.find(sign):
            if not doc.claimed[line] and _is_frame(doc, line):
                trace = _trace(doc, _first_frame(doc, line))
                if trace is not None:
                    yield trace
    for line in doc.search(_UNPLACED):
        if not doc.claimed[line] and _is_frame(doc, line) and _headed(doc, line):
            trace = _trace(doc, line)
            if trace is not None:
                yield trace


def _is_frame(doc: Document, line: int) -> bool:
    return 0 <= line < len(doc) and _AT.match(doc.text, doc.starts[line], doc.ends[line]) is not None


def _headed(doc: Document, line: int) -> bool:
    above = doc.line(line - 1)
    return bool(_INNER.match(above)) or "xception" in above


def _first_frame(doc: Document, line: int) -> int:
    while (
        line > 0
        and not doc.claimed[line - 1]
        and (_is_frame(doc, line - 1) or _END.match(doc.line(line - 1)))
    ):
        line -= 1
    return line


def _trace(doc: Document, line: int) -> Trace | None:
    errors, first = _errors(doc, line)
    at, last = line, line
    current = len(errors) - 1
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = _AT.match(doc.text, start, end)
        if found:
            errors[current].frames.append(_frame(doc, at, found))
        elif _END.match(doc.text, start, end):
            if "previous location" not in doc.text[start:end]:
                current = errors[current].of or 0
        elif inner := _INNER.match(doc.text, start, end):
            errors.append(
                _Error(inner[1], inner[2].rstrip().removesuffix("<---"), at, [], Relation.MEMBER, 0)
            )
            current = len(errors) - 1
        elif not (
            doc.text[start:end].strip() in ("<---", "")
            and at + 1 < len(doc)
            and _INNER.match(doc.line(at + 1))
        ):
            break
        last = at
        at += 1
    if not any(e.frames for e in errors):
        return None
    first = min(first, line)
    doc.claim(first, last)
    stacks = [
        Stack(e.kind, e.message, tuple(e.frames), e.relation, doc.span(e.line, last), 0, e.of) for e in errors
    ]
    test = next(
        (m[1] for n in range(first - 1, max(first - 4, -1), -1) if (m := _TEST.match(doc.line(n)))), None
    )
    assertion = next((c for e in errors if (c := compared(e.message))), None)
    return trace_of("dotnet", stacks, assertion=assertion, test=test)


def _frame(doc: Document, line: int, found: re.Match[str]) -> Frame:
    path, lineno = found[3], found[4]
    known = path is not None and not path.startswith("<") and lineno != "0"
    start, end = (found.start(3), found.end(4)) if known else (found.start(1), found.end(2))
    return doc.frame(
        line, start, end, path if known else None, lineno if known else None, function=found[1].strip()
    )


def _errors(doc: Document, line: int) -> tuple[list[_Error], int]:
    """The errors named above the first frame, outermost first."""
    lines: list[str] = []
    for above in range(line - 1, max(line - _UP, -1), -1):
        printed = doc.line(above)
        if doc.claimed[above] or (not printed.strip() and above < line - 1 and not lines):
            break
        found = _INNER.match(printed)
        if found:
            lines.append(printed)
            continue
        head = _HEAD.match(printed.partition(" ---> ")[0])
        if head and ("." in head[1] or "xception" in head[1]):
            return _split([printed, *reversed(lines)], above), above
        bare = _BARE.match(printed)
        if bare and _leads(bare[1]) and "xception" in bare[2]:
            error = _Error(bare[2], "", above)
            return [error], above
        if printed.strip() in ("Stack Trace:", "StackTrace:"):
            return _dotnet_test(doc, above), above
        lines.append(printed)
    return [_Error(None, "", line)], line


def _dotnet_test(doc: Document, line: int) -> list[_Error]:
    """``dotnet test`` prints the message under "Error Message:"."""
    lines: list[str] = []
    for above in range(line - 1, max(line - _UP, -1), -1):
        printed = doc.line(above)
        if printed.strip() in ("Error Message:", "Message:"):
            message = "\n".join(x.strip() for x in reversed(lines)).strip()
            head = _HEAD.match(message.split("\n")[0])
            if head and "." in head[1]:
                rest = message.split("\n")[1:]
                return [_Error(head[1], "\n".join([head[2], *rest]), above)]
            return [_Error("Error", message, above)]
        lines.append(printed)
    return [_Error(None, "", line)]


def _leads(lead: str) -> bool:
    stripped = lead.strip()
    return not stripped or stripped.endswith((".", ":", "]", "-", "|", "Exception", ">"))


def _split(lines: list[str], first: int) -> list[_Error]:
    errors: list[_Error] = []
    for offset, printed in enumerate(lines):
        for n, part in enumerate(printed.split(" ---> ")):
            found = _INNER.match(f"---> {part}") if n else _HEAD.match(part) if not errors else None
            if found and n:
                errors.append(_Error(found[1], found[2], first + offset, [], Relation.CAUSE, len(errors) - 1))
            elif found:
                errors.append(_Error(found[1], found[2], first + offset))
            elif errors and part.strip():
                errors[-1].message += "\n" + part.strip()
    for error in errors:
        error.message = error.message.strip()
    return errors


def compared(message: str) -> Assertion | None:
    """Expected and actual of xUnit, NUnit and MSTest, which label them."""
    found = _MSTEST.match(message) or _EXPECTED.match(message)
    return Assertion(found[1].strip(), found[2].strip(), labelled=True) if found else None


FORMAT = Format("dotnet", 41, (*_LINE_WORDS, "] in ", ") in ", "   at "), read)
