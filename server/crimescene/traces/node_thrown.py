"""What Node prints of a value that was thrown and is no error: the line that threw it, and the value.

    /home/dev/shop/str.js:1
    function f() { throw "just a string"; }
                   ^
    just a string
    (Use `node --trace-uncaught ...` to show where the exception was thrown)

    [UnhandledPromiseRejection: This error originated ... with the reason "no".] {
      code: 'ERR_UNHANDLED_REJECTION'
    }

Defined in Node's ``src/node_errors.cc`` (``PrintException``, ``PrintCaughtException``) and
``lib/internal/process/promises.js``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import run, simple
from crimescene.traces.v8_heads import excerpt_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_USE = "(Use `node --trace-uncaught"
_AT = "Thrown at:"
_CARET = rx(r"[ \t]*\^+[ \t]*$")
_FRAME = rx(
    r"\s{1,8}at (?:(?P<fn>[^\s()][^()\n]{0,300}) \()?(?P<path>[^\s()][^()\n]{0,1000}):(?P<line>\d{1,9}):"
    r"(?P<col>\d{1,9})\)?$"
)
_REJECTED = rx(r"\[(?P<kind>UnhandledPromiseRejection): (?P<message>.{0,4000}?)\](?: \{)?\s*$")
_WHERE = Truncation("where the value was thrown", "node --trace-uncaught")
_UP = 30


def read(doc: Document) -> Iterator[Trace]:
    """Thrown values, then rejections nobody handled."""
    for sign in (_USE, _AT):
        for line in doc.find(sign):
            if not doc.claimed[line] and (trace := _thrown(doc, line, known=sign == _AT)):
                yield trace
    for line in doc.find("[UnhandledPromiseRejection: "):
        found = None if doc.claimed[line] else _REJECTED.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            excerpt = excerpt_above(doc, line)
            first, frames = (excerpt.line, [excerpt.frame]) if excerpt else (line, [])
            yield simple(doc, "node-thrown", (found["kind"], found["message"]), frames, (first, line))


def _thrown(doc: Document, line: int, *, known: bool) -> Trace | None:
    """The value stands between the caret and the line; with ``known``, frames stand below it."""
    caret = next(
        (
            above
            for above in range(line - 1, max(line - _UP, -1), -1)
            if _CARET.match(doc.text, doc.starts[above], doc.ends[above])
        ),
        None,
    )
    excerpt = None if caret is None else excerpt_above(doc, caret + 1)
    if caret is None or excerpt is None:
        return None
    value = "\n".join(doc.line(n).rstrip() for n in range(caret + 1, line)).strip("\n")
    frames, last, hints = [excerpt.frame], line, [_WHERE]
    if known:
        below, at = run(doc, line + 1, _FRAME)
        frames, last, hints = [*below, excerpt.frame], at - 1, []
    return simple(doc, "node-thrown", (None, value), frames, (excerpt.line, last), hints=hints)


FORMAT = Format("node-thrown", 39, (_USE, _AT, "[UnhandledPromiseRejection: "), read)
