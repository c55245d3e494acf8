r"""Erlang: exceptions of the shell and escripts, crash and error reports, EUnit and Common Test.

    ** exception error: an error occurred when evaluating an arithmetic expression
         in operator  '/'/2
            called as 10 / 0
         in call from shop:run/1 (shop.erl, line 6)

    {badarith,[{shop,price,1,[{file,"shop.erl"},{line,3}]},{shop,run,1,[{file,"shop.erl"},{line,6}]}]}

Defined in stdlib's ``erl_error.erl`` (``format_exception``, ``format_stacktrace``), ``proc_lib.erl`` and
EUnit's ``eunit_lib.erl``. Compile errors have the GNU form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Trace
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALL = rx(
    r"\s{0,20}in (?:function|operator|call from|a call from) {1,4}(?P<fn>\S.{0,300}?/\d{1,3})"
    r"(?: \((?P<path>[^()\n]{1,600}), line (?P<line>\d{1,9})\))?\s*$"
)
_PASSED = rx(r"\s{2,24}(?:called as |\*\*\* argument |argument \d).{0,1000}$|\s{8,24}\S.{0,400}$")
_HEAD = rx(r"(?:.{0,120}?)(?:\*\* |escript: |^\s{1,8})exception (?P<kind>error|exit|throw): (?P<message>.*)$")
_NO_CLAUSE = rx(
    r".{0,200}?no function clause matching (?P<fn>[^\s(]{1,200})\(.{0,4000}\) "
    r"\((?P<path>[^()\n]{1,600}), line (?P<line>\d{1,9})\)\s*$"
)
_EUNIT = rx(r"\*\*(?P<class>error|throw|exit):(?P<reason>.*)$")
_EUNIT_TITLE = rx(r"(?P<test>[\w@]{1,100}: .{1,200}?)\.{3}(?:\[.{1,60}\] )?\*failed\*")
_PLACE = rx(
    r"\{(?P<mod>[\w@']{1,100}),\s{0,60}(?P<fn>'(?:[^'\n]{1,200})'|[\w@]{1,100}),\s{0,60}"
    r"(?:\d{1,3}|\[.{0,600}?\]),\s{0,60}\[\{file,\s{0,60}\"(?P<path>[^\"\n]{1,600})\"\},\s{0,60}\{"
    r"line,\s{0,60}(?P<line>\d{1,9})\}"
)
_BARE_PLACE = rx(r"\{file,\s{0,60}\"(?P<path>[^\"\n]{1,600})\"\},\s{0,60}\{line,\s{0,60}(?P<line>\d{1,9})\}")
_NAMED = rx(
    r"\{(?P<mod>[\w@]{1,100}|'[^'\n]{1,100}'),\s{0,60}(?P<fn>'(?:[^'\n]{1,200})'"
    r"|[\w@]{1,100}),\s{0,60}(?:\d{1,3},|\[)"
)
_REASON = rx(r"\{?\"?[^{\[\n]{0,80}\"?,?\{\{?(?P<kind>[a-z]\w{0,60})[,}]|\{\{?(?P<kind2>[a-z]\w{0,60})[,}]")
_REPORT = rx(
    r"(?:Error in process .{1,200} with exit value:|.{0,80}exit (?:value"
    r"|with reason):?.{0,200}|=(?:ERROR|CRASH) REPORT=.*)\s*$"
)
_TERM_LINES = 40
_APART = 4
"""Lines between two places of one term."""
_UP = 12


def read(doc: Document) -> Iterator[Trace]:
    """Indented calls under an exception or a failed test; stack traces printed as terms."""
    for sign in ("in function ", "in operator ", "in call from "):
        for line in doc.find(sign):
            if not doc.claimed[line] and _CALL.match(doc.text, doc.starts[line], doc.ends[line]):
                yield _calls(doc, line)
    for line in doc.find("exception "):
        head = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if head and ("** exc" in head[0] or "escript: " in head[0]):
            yield simple(doc, "erlang", (head["kind"], head["message"].strip()), [], (line, line))
    for line in doc.find("{file,"):
        if not doc.claimed[line]:
            trace = _term(doc, line)
            if trace is not None:
                yield trace


def _calls(doc: Document, line: int) -> Trace:
    frames: list[Frame] = []
    at = last = line
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := _CALL.match(doc.text, start, end):
            frames.append(placed(doc, at, found))
            last = at
        elif not _PASSED.match(doc.text, start, end):
            break
        at += 1
    at = last + 1
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or doc.blank(above):
            break
        printed = doc.line(above)
        if head := _HEAD.match(printed):
            missed = _NO_CLAUSE.match(doc.text, doc.starts[above], doc.ends[above])
            if missed:  # the place of the function none of whose clauses fits
                frames.insert(0, placed(doc, above, missed))
            rest = (doc.line(n).strip() for n in range(above + 1, line))
            return simple(
                doc,
                "erlang",
                (head["kind"], "\n".join([head["message"], *rest]).strip()),
                frames,
                (above, last),
            )
        if title := _EUNIT_TITLE.match(printed):
            return _eunit(doc, above, (at, frames), title["test"])
    if at < len(doc) and _EUNIT.match(doc.line(at)):
        return _eunit(doc, line, (at, frames), None)
    return simple(doc, "erlang", (None, ""), frames, (line, last))


def _eunit(doc: Document, first: int, calls: tuple[int, list[Frame]], test: str | None) -> Trace:
    """A failed test: the error's term stands behind the calls."""
    at, frames = calls
    while at < len(doc) and not _EUNIT.match(doc.line(at)) and doc.line(at).startswith(" "):
        at += 1
    found = _EUNIT.match(doc.line(at))
    if not found:
        return simple(doc, "erlang", (None, ""), frames, (first, calls[0] - 1), test=test)
    lines = [found["reason"].strip()]
    below = at + 1
    while (
        below < min(len(doc), at + _TERM_LINES)
        and doc.line(below).startswith("  ")
        and "output:<<" not in doc.line(below)
    ):
        lines.append(doc.line(below).strip())
        below += 1
    term = "\n".join(lines)
    kind = term[1:].split(",")[0] if term.startswith("{") else term.split("\n")[0]
    message = term if term.startswith("{") else ""
    expected = _value(term, "{expected,") or _value(term, "{pattern,")
    actual = _value(term, "{value,")
    assertion = Assertion(expected, actual, labelled=True) if expected and actual else None
    return simple(doc, "erlang", (kind, message), frames, (first, below - 1), assertion=assertion, test=test)


def _value(term: str, key: str) -> str | None:
    """What stands behind ``key`` up to its closing brace."""
    start = term.find(key)
    if start < 0:
        return None
    depth, quoted, at = 0, False, start + len(key)
    while at < len(term):
        sign = term[at]
        if sign == '"' and term[at - 1] != "\\":
            quoted = not quoted
        elif not quoted and sign in "{[(<":
            depth += 1
        elif not quoted and sign in "}])>":
            if sign == "}" and depth == 0:
                value = term[start + len(key) : at]
                return value[1:-1] if key == "{pattern," and value[:1] == '"' else value
            depth -= 1
        at += 1
    return None


def _term(doc: Document, line: int) -> Trace | None:
    """``{Reason,[{Module,Function,Arity,[{file,…},{line,…}]},…]}`` over any number of lines."""
    frames: list[Frame] = []
    at = last = line
    while at < len(doc) and at - last < _APART and not doc.claimed[at]:
        hits = list(_BARE_PLACE.finditer(doc.text, doc.starts[at], doc.ends[at]))
        for n, found in enumerate(hits):
            behind = (
                hits[n - 1].end() if n else doc.starts[max(at - 3, last, 0)] if at > last else doc.starts[at]
            )
            *_, named = [None, *_NAMED.finditer(doc.text, behind, found.start())]
            frames.append(placed(doc, at, found, function=named["fn"] if named else None))
            last = at
        if doc.blank(at):
            break
        at += 1
    if not frames:
        return None
    first, kind = line, None
    for above in range(line, max(line - 6, -1), -1):
        if doc.claimed[above] or doc.blank(above):
            break
        reason = _REASON.match(doc.line(above).lstrip())
        if reason and above >= line - 6:
            first, kind = above, reason["kind"] or reason["kind2"]
        if _REPORT.match(doc.line(above)):
            first = above
            break
    return simple(doc, "erlang", (kind, ""), frames, (first, last))


FORMAT = Format("erlang", 35, ("in function ", "in call from ", "in operator ", "exception ", "{file,"), read)
