r"""Perl: ``die``, ``warn``, ``croak``, ``confess``, compile errors, Devel::StackTrace.

    audit failed: x 12 at lib/Shop.pm line 6.
        Shop::audit(Shop=HASH(0x55a18bb09500), "x", 12) called at confess.pl line 3
        main::__ANON__() called at confess.pl line 3
        eval {...} called at confess.pl line 4

Defined in perldoc -f die, Perl's ``util.c`` (``mess_sv``: file, line, last read handle) and ``Carp.pm``
(``longmess``). A frame names the function that was called, at the place that called it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_TAIL = rx(
    r" line (?P<line>\d{1,9})(?P<sure>(?:, <[^>\n]{0,80}> (?:line|chunk) \d{1,12})?(?:\.| thread \d{1,9}\.)"
    r"|(?:, <[^>\n]{0,80}> (?:line|chunk) \d{1,12})? during global destruction\."
    r"|, (?:near \"|at EOF|within (?:string|pattern)).{0,400}| \(#\d{1,4}\))?\s*$"
)
_FILE = rx(
    r".{1,400}\.(?:pl|pm|t|cgi|psgi|plx|PL|al|xs|fcgi|mc)$|\(eval \d{1,9}\)$|-e$|[^\s:\"'()<>,]{1,400}$"
)
_SURE_FILE = rx(r".{1,400}\.(?:pl|pm|t|cgi|psgi|plx|PL|al)$|\(eval \d{1,9}\)$|-e$")
_CALLED = " called"
_CAUGHT = rx(r"\s*(?:[Cc]aught|[Gg]ot)(?: (?:error|exception|an error|an exception))?: ")
_NAME = rx(
    r"\s*(eval \{\.\.\.\}|eval '|require [\w./:]{1,200}|[\w:']{1,200}(?:::__ANON__(?:\[[^\]]{1,200}\])?)?)"
)


def read(doc: Document) -> Iterator[Trace]:
    """A trace a message, with the calls printed below it."""
    for line in doc.find(" line "):
        if doc.claimed[line]:
            continue
        place = _place(doc, line)
        if place is None:
            continue
        frame, message = place
        if message.endswith(_CALLED) or message.lstrip().startswith('File "'):
            continue  # calls without their message are read below
        frames, last = [frame], line
        while last + 1 < len(doc) and (call := _call(doc, last + 1)):
            frames.append(call)
            last += 1
        yield simple(doc, "perl", (None, message.strip()), frames, (line, last))
    for line in doc.find(" called at "):
        frames, last = [], line - 1
        while last + 1 < len(doc) and not doc.claimed[last + 1] and (call := _call(doc, last + 1)):
            frames.append(call)
            last += 1
        if frames:
            yield simple(doc, "perl", (None, ""), frames, (line, last))


def _place(doc: Document, line: int) -> tuple[Frame, str] | None:
    """The place a line ends with, and what stands before it."""
    found, at = _found(doc, line)
    if found is None:
        return None
    start = doc.starts[line]
    path = doc.text[at + 4 : found.start()]
    if not (_FILE if found["sure"] else _SURE_FILE).match(path):
        return None
    message = doc.text[start:at]
    caught = _CAUGHT.match(message)
    message = message[caught.end() :] if caught else message
    if not message.strip():
        return None
    return doc.frame(line, at + 4, found.end("line"), path, found["line"]), message


def _found(doc: Document, line: int) -> tuple[re.Match[str] | None, int]:
    start, end = doc.starts[line], doc.ends[line]
    at = doc.text.find(" line ", start, end)
    while at >= 0:
        if found := _TAIL.match(doc.text, at, end):
            before = doc.text.rfind(" at ", start, at)
            return (found, before) if before >= 0 else (None, -1)
        at = doc.text.find(" line ", at + 1, end)
    return None, -1


def _call(doc: Document, line: int) -> Frame | None:
    """``Shop::audit(…) called at x.pl line 3``; Devel::StackTrace leaves out "called" for no arguments."""
    if doc.claimed[line]:
        return None
    found, at = _found(doc, line)
    if found is None:
        return None
    before = doc.text[doc.starts[line] : at]
    path = doc.text[at + 4 : found.start()]
    called = before.endswith(_CALLED)
    if not called and not (
        _SURE_FILE.match(path) and "::" in before.split("(")[0] and " " not in before.strip()
    ):
        return _propagated(doc, line, found, at)
    name = _NAME.match(before)
    function = name[1].replace("eval '", "eval '...'") if name else None
    return doc.frame(line, at + 4, found.end("line"), path, found["line"], function=function)


def _propagated(doc: Document, line: int, found: re.Match[str], at: int) -> Frame | None:
    if not doc.line(line).startswith("\t...propagated at "):
        return None
    return doc.frame(line, at + 4, found.end("line"), doc.text[at + 4 : found.start()], found["line"])


FORMAT = Format("perl", 62, (" line ",), read, loose=True, names_called=True)
