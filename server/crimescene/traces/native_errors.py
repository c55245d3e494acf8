r"""What C and C++ programs say when they abort: failed assertions, uncaught exceptions, failed checks.

    plain: crash.c:21: check: Assertion `n > 3' failed.
    terminate called after throwing an instance of 'std::out_of_range'
      what():  vector::_M_range_check: __n (which is 6) >= this->size() (which is 2)
    F1122 21:30:00.000000  4711 cart.cc:12] Check failed: total == 4 (5 vs. 4)
    **
    ERROR:cart.c:12:total: assertion failed (total == 4): (5 == 4)

Defined in glibc's ``assert/assert.c``, musl's and macOS's ``assert``, libstdc++'s ``vterminate.cc``, glog's
and Abseil's ``CHECK`` and GLib's ``g_assertion_message``. Also boost's and C++23's printed stacktraces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion, Trace, Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import FILE, LINE, rx
from crimescene.traces.runs import placed, run, simple, without_arguments

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_ASSERTS = (
    rx(
        r"(?:[^\s:]{1,200}: )?"
        + FILE
        + ":"
        + LINE
        + r": (?P<fn>[^\n]{1,600}?): Assertion [`'](?P<message>.*)' failed\.\s*$"
    ),
    rx(
        r"(?:.{0,60}: )?Assertion failed: \(?(?P<message>.*?)\)?, function "
        r"(?P<fn>[^,\n]{1,300}), file (?P<path>[^\n]{1,600}?),? line " + LINE + r"\.\s*$"
    ),
    rx(
        r"Assertion failed: (?P<message>.*?),? (?:file|at) (?P<path>[^\n]{1,600}?)"
        r"(?:,? line |:)" + LINE + r"\.?\s*$"
    ),
    rx(
        r"Assertion failed: (?P<message>.*?) \((?P<path>[^():\n]{1,600}): (?P<fn>[^:\n]{1,200}): "
        + LINE
        + r"\)\s*$"
    ),
    rx(r"ERROR:" + FILE + ":" + LINE + r":(?P<fn>[^:\n]{1,200}): assertion failed:? \(?(?P<message>.*)$"),
)
_CHECK = rx(
    r"(?:[FE]\d{4,8} \d\d:[\d:.]{2,30} {1,6}\d{1,9} )?"
    + FILE
    + ":"
    + LINE
    + r"\] (?P<message>(?:Check failed: )?.*)$"
)
_COMPARED = rx(r".{0,2000}\((?P<left>[^()]{1,400}) (?:vs\.|==) (?P<right>[^()]{1,400})\)\s*$")
_THROWN = rx(
    r".{0,60}terminate called (?:after throwing an instance of '(?P<kind>[^'\n]{1,400})'"
    r"|(?P<bare>.{0,100}))\s*$"
)
_UNCAUGHT = rx(
    r"(?:libc\+\+abi(?:\.dylib)?: )?terminating (?:due to|with) uncaught exception of type "
    r"(?P<kind>[^:\n]{1,300}(?:::[^:\n]{1,200}){0,8})(?:: (?P<message>.*))?$"
)
_WHAT = rx(r"\s{1,4}what\(\): {1,4}(?P<message>.*)$")
_STACK = rx(
    r"\s{0,4}(?P<n>\d{1,4})# (?P<fn>.{1,1000}?)(?: (?:at|in) (?:(?P<path>"
    r"(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9})|\S{1,600}))?"
    r"(?: \[0x[0-9a-f]{1,16}\])?\s*$"
)
_BARE = Truncation(
    "Who called is not said: a program that aborts prints no stack",
    "gdb -batch -ex run -ex bt --args PROGRAM, or coredumpctl gdb for the one that died",
)
_KINDS = ("Assertion failed", "assertion failed", "Check failed")


def read(doc: Document) -> Iterator[Trace]:
    """Assertions, checks and exceptions; a trace each."""
    for sign in ("ssertion ", "Check failed"):
        for line in doc.find(sign):
            if not doc.claimed[line] and (trace := _assertion(doc, line)):
                yield trace
    for sign in ("terminate called", "terminating "):
        for line in doc.find(sign):
            if not doc.claimed[line] and (trace := _terminated(doc, line)):
                yield trace
    for line in doc.find(" 0# "):
        found = None if doc.claimed[line] else _STACK.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            frames, at = run(doc, line, _STACK)
            if any(frame.lineno for frame in frames):
                yield simple(doc, "native", (None, ""), frames, (line, at - 1))


def _assertion(doc: Document, line: int) -> Trace | None:
    start, end = doc.starts[line], doc.ends[line]
    found: re.Match[str] | None = None
    for pattern in (*_ASSERTS, _CHECK):
        found = pattern.match(doc.text, start, end)
        if found:
            break
    if found is None:
        return None
    message = (
        found["message"].rstrip().rstrip(")")
        if found.re.pattern.startswith("ERROR:")
        else found["message"].rstrip()
    )
    kind = "Assertion failed"
    if message.startswith("Check failed: "):
        kind, message = "Check failed", message[14:]
    groups = found.groupdict()
    name = without_arguments(groups["fn"]).rpartition(" ")[2] if groups.get("fn") else None
    sides = _COMPARED.match(message if kind != "Assertion failed" else f"{message})")
    assertion = None
    if sides and ("ERROR:" in found[0][:8] or kind == "Check failed"):
        assertion = Assertion(sides["right"].strip("() "), sides["left"].strip("() "), labelled=False)
    return simple(
        doc,
        "native",
        (kind, message),
        [placed(doc, line, found, function=name)],
        (line, line),
        hints=() if kind == "Check failed" else (_BARE,),  # a failed check prints its stack below
        assertion=assertion,
    )


def _terminated(doc: Document, line: int) -> Trace | None:
    printed = doc.line(line)
    if found := _UNCAUGHT.match(printed):
        return simple(
            doc, "native", (found["kind"], (found["message"] or "").strip()), [], (line, line), hints=(_BARE,)
        )
    found = _THROWN.match(printed)
    if not found:
        return None
    if not found["kind"]:
        return simple(doc, "native", ("terminate", printed.strip()), [], (line, line), hints=(_BARE,))
    what = _WHAT.match(doc.line(line + 1))
    if not what:
        return simple(doc, "native", (found["kind"], ""), [], (line, line), hints=(_BARE,))
    return simple(
        doc, "native", (found["kind"], what["message"].rstrip()), [], (line, line + 1), hints=(_BARE,)
    )


FORMAT = Format("native", 46, ("ssertion ", "Check failed", "terminat", " 0# "), read)
