r"""OCaml: uncaught exceptions with backtraces, and the compiler's messages (also dune's, Coq's, menhir's).

    Fatal error: exception Main.Shop_error("no row", 9)
    Raised at Main.total in file "main.ml", line 3, characters 66-98
    Called from Main.run in file "main.ml" (inlined), line 5, characters 23-37

    File "bad.ml", line 1, characters 17-22:
    1 | let x : string = 3 + 4
                         ^^^^^
    Error: This expression has type int but an expression was expected of type
             string

Defined in OCaml's ``stdlib/printexc.ml`` (``format_backtrace_slot``; names since 4.11) and
``utils/../parsing/location.ml`` (``print_loc``). Columns count from 0, as printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame

_PLACE = (
    r"file \"(?P<path>[^\"\n]{1,1000})\"(?: \(inlined\))?, lines? (?P<line>\d{1,9})"
    r"(?:-\d{1,9})?, characters? (?P<col>\d{1,9})"
)
_FRAME = rx(
    rf"\s{{0,12}}(?:Raised|Re-raised|Called|Thrown)(?: by primitive operation)? "
    rf"(?:at|from) (?:(?P<fn>[^\"\n]{{1,300}}?) in )?{_PLACE}"
)
_UNPLACED = rx(
    r"\s{0,12}(?:Raised|Re-raised|Called)(?: by primitive operation)? (?:at"
    r"|from) (?:unknown location|[^\"\n]{1,300}$)"
)
_HEAD = rx(
    r"(?:.{0,200}?)(?:Fatal error: exception|Uncaught exception:|Thread \d{1,9} killed on uncaught exception"
    r"|Exception:|Fatal error: uncaught exception) ?(?P<rest>.*)$"
)
_VALUE = rx(
    r"(?s)(?P<kind>[A-Z]\w{0,200}(?:\.[A-Z]\w{0,200}){0,12})(?:\((?P<args>.*)\)|(?: |: )?(?P<text>.*))$"
)
_BARE = rx(r"[\w. ]{0,80}?(?<![\w.])([A-Z]\w{0,100}(?:\.\w{1,100}){0,10})(?:\((.*)\)|: (.*))?$")
_FAILED = rx(
    r"File \"(?P<path>[^\"\n]{1,1000})\", line (?P<line>\d{1,9}), characters "
    r"(?P<col>\d{1,9})-\d{1,9}: (?P<kind>Assertion failed"
    r"|Pattern matching failed|Undefined recursive module)"
)
_DIAGNOSTIC = rx(
    r"\s{0,8}File \"(?P<path>[^\"\n]{1,1000})\", lines? (?P<line>\d{1,9})"
    r"(?:-\d{1,9})?(?:, characters (?P<col>\d{1,9})-\d{1,9})?:\s*$"
)
_MESSAGE = rx(
    r"\s{0,8}(?P<kind>Error|Warning|Alert|Hint)(?: (?P<code>\d{1,4}(?: \[[\w-]{1,60}\])?"
    r"|\([^)\n]{1,80}\)|[\w-]{1,40}))?: (?P<text>.*)$"
)
_EXCERPT = rx(r"\s{0,12}\d{1,9} \|(?: (.*))?$|[ \t]{0,400}[\^~][\^~ ]{0,400}$|\s*\.\.\.$")
_CONTINUED = rx(r" {2,200}\S")
_HEAD_LINES = 30
_MISSING = Truncation("no backtrace was printed", "OCAMLRUNPARAM=b, built with -g")


def read(doc: Document) -> Iterator[Trace]:
    """Backtraces with the exception above them, exceptions without one, messages of the compiler."""
    for line in doc.find(", character"):
        if not doc.claimed[line] and _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _backtrace(doc, line)
    for line in doc.find("atal error: exception "):
        if not doc.claimed[line] and (head := _head(doc, line, line + 1)):
            yield simple(doc, "ocaml", head[0], head[1], (line, line), hints=[_MISSING])
    for line in doc.find('File "'):
        found = None if doc.claimed[line] else _DIAGNOSTIC.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _diagnostic(doc, line, placed(doc, line, found))):
            yield trace


def _backtrace(doc: Document, line: int) -> Trace:
    first = line
    while first > 0 and not doc.claimed[first - 1] and _UNPLACED.match(doc.line(first - 1)):
        first -= 1
    frames, at = run(doc, line, _FRAME, _UNPLACED)
    for above in range(first - 1, max(first - _HEAD_LINES, -1), -1):
        if doc.claimed[above] or _FRAME.match(doc.line(above)):
            break
        if head := _head(doc, above, first):
            return simple(doc, "ocaml", head[0], [*head[1], *frames], (above, at - 1))
    bare = _BARE.match(doc.line(first - 1).strip()) if first > 0 and not doc.claimed[first - 1] else None
    if bare:
        return simple(
            doc, "ocaml", (bare[1], _message(bare[2] or bare[3] or "")), frames, (first - 1, at - 1)
        )
    return simple(doc, "ocaml", (None, ""), frames, (first, at - 1))


def _head(doc: Document, line: int, stop: int) -> tuple[tuple[str | None, str], list[Frame]] | None:
    found = _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
    if not found:
        return None
    if failed := _FAILED.match(doc.text, found.start("rest"), doc.ends[line]):
        return (failed["kind"], ""), [placed(doc, line, failed)]
    rest = "\n".join([found["rest"], *(doc.line(n).rstrip() for n in range(line + 1, stop))]).strip()
    value = _VALUE.match(rest)
    if not value:
        return (None, rest), []
    return (value["kind"], _message(value["args"] or value["text"] or "")), []


def _message(args: str) -> str:
    """The arguments as printed; a lone string without its quotes."""
    args = args.strip()
    if len(args) > 1 and args[0] == args[-1] == '"' and '"' not in args[1:-1].replace('\\"', ""):
        return args[1:-1]
    return args


def _diagnostic(doc: Document, line: int, frame: Frame) -> Trace | None:
    at = line + 1
    while at < min(len(doc), line + 40) and _EXCERPT.match(doc.text, doc.starts[at], doc.ends[at]):
        at += 1
    found = _MESSAGE.match(doc.text, doc.starts[at], doc.ends[at]) if at < len(doc) else None
    if not found or doc.claimed[at]:
        return None
    message = [found["text"].rstrip()]
    below = at + 1
    while below < min(len(doc), at + 20) and _CONTINUED.match(doc.text, doc.starts[below], doc.ends[below]):
        message.append(doc.line(below).rstrip())
        below += 1
    kind = (
        found["kind"] if found["kind"] == "Error" or not found["code"] else f"{found['kind']} {found['code']}"
    )
    return simple(doc, "ocaml", (kind, "\n".join(message).strip()), [frame], (line, below - 1))


FORMAT = Format("ocaml", 33, (", character", "atal error: exception ", 'File "'), read)
