# ruff: noqa: RUF001 (the tools print these signs)
"""Compilers and linters that print ``path:line:column: severity: message``.

    bad.c:6:12: error: 'undeclared' undeclared (first use in this function)
        6 |     return undeclared + 1;
          |            ^~~~~~~~~~
    bad.c:6:12: note: each undeclared identifier is reported only once

The GNU form (GNU Coding Standards, "Formatting Error Messages"): gcc, clang, gfortran, GNAT, javac,
scalac, kotlinc, swiftc, ghc, go build and vet, mypy, pylint, flake8, ruff, eslint -f unix, shellcheck -f gcc,
erlc, nasm. tsc --pretty and pyright put `` - `` before the severity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.diagnostic import NOTES, PATH, SEVERITY, Diagnostic, excerpt
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from crimescene.model import Trace

_LINE = rx(
    rf"(\s{{0,12}}(?:vet: |error: |warning: )?)({PATH}):(\d{{1,9}})(?:[:.]"
    rf"(\d{{1,9}}))?(?:-\d{{1,9}}(?:[:.]\d{{1,9}})?|:\d{{1,9}}(?::\d{{1,9}})?)?"
    rf"(?::|,| -| –) {{0,4}}(?:({SEVERITY})(?:(?: |\[)([A-Za-z]{{1,8}}-?\d{{1,6}}"
    rf"|[\w.-]{{1,40}}(?=\]))\]?)?(?: \(([\w-]{{1,40}})\))?: ?|([A-Z]{{1,8}}\d{{1,5}})"
    r"(?: \[\*\])?:? )?(.*)$"
)
_ERLANG = rx(r"[\w./\\-]{1,300}\.[ehyx]rl$")
_NOTE_DISTANCE = 60
_GO_PACKAGE = rx(r"# [\w./@-]{1,300}(?: \[.{1,300}\])?\s*$")
_LINKER = ("undefined reference to ", "multiple definition of ", "undefined symbol")
_CONTINUED = rx(
    r" {1,8}(?:found|required|expected|actual|got|symbol|location|reason"
    r"|where|Expected|Actual|Overload|Type |The |Property |Argument |Object "
    r"|  )"
)


def read(doc: Document) -> Iterator[Trace]:
    """A trace a diagnostic; a note goes to the diagnostic above it."""
    pending: Diagnostic | None = None
    packages = _go_packages(doc)
    for line in _candidates(doc):
        found = _LINE.match(doc.text, doc.starts[line], doc.ends[line])
        if not found:
            continue
        level = None if _is_diagnostic(found, in_go_package=packages) else _level(doc, line, found)
        if level == "":
            continue
        severity = (found[5] or "").lower()
        diagnostic = _diagnostic(doc, line, found, found[6] or found[8] or found[5] or level or "error")
        doc.claim(line, line)
        if severity in NOTES and pending is not None and line - pending.last < _NOTE_DISTANCE:
            pending.frames.extend(diagnostic.frames)
            pending.last = max(pending.last, diagnostic.last)
            continue
        if pending is not None:
            yield pending.trace(doc, "compiler")
        pending = diagnostic
    if pending is not None:
        yield pending.trace(doc, "compiler")


def _go_packages(doc: Document) -> bool:
    """Whether ``go build`` or ``go vet`` headlines are there; their lines name no severity."""
    return any(_GO_PACKAGE.match(doc.line(line)) for line in doc.find("# "))


def _is_diagnostic(found: re.Match[str], *, in_go_package: bool) -> bool:
    path, severity, code = found[2], found[5], found[6] or found[8]
    if severity or code:
        return True
    if not found[9].strip():
        return False
    if path.endswith(".go"):
        return (in_go_package or "vet" in found[1]) and found[4] is not None
    return _ERLANG.match(path) is not None or found[9].startswith(_LINKER)


def _level(doc: Document, line: int, found: re.Match[str]) -> str:
    """The severity that stands in front of the line (sbt's ``[error]``); empty if none does."""
    if not found[4] or not found[9].strip():
        return ""
    prefix = doc.text[doc.raws[line] : doc.starts[line]].rstrip()
    return next((level for level in ("error", "warn") if prefix.endswith(f"[{level}]")), "")


def _diagnostic(doc: Document, line: int, found: re.Match[str], kind: str) -> Diagnostic:
    code, marks, last = excerpt(doc, line)
    stop = found.end(4) if found[4] else found.end(3)
    frame = doc.frame(line, found.start(2), stop, found[2], found[3], column=found[4], code=code, marks=marks)
    message = [found[9].rstrip()]
    below = line + 1
    if message[0].endswith((";", ":")):
        while below < min(len(doc), line + 6) and _CONTINUED.match(doc.line(below)):
            message.append(doc.line(below).rstrip())
            below += 1
    return Diagnostic(kind, "\n".join(message), line, max(last, below - 1), [frame])


def _candidates(doc: Document) -> Iterator[int]:
    """Lines with a colon and a digit behind it, near their start."""
    text, starts, ends = doc.text, doc.starts, doc.ends
    for line in doc.search(_NUMBER):
        if not doc.claimed[line] and _NUMBER.search(text, starts[line], min(ends[line], starts[line] + 1200)):
            yield line


_NUMBER = rx(r":\d{1,9}(?::\d|[:.-]\d|: |,| -| –)")

FORMAT = Format("compiler", 60, (": ", " - error"), read, loose=True)
