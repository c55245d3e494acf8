"""What Mockito complains of where no stack follows: strict stubs of a session, hints on the console.

    org.mockito.exceptions.misusing.UnnecessaryStubbingException:
    Unnecessary stubbings detected.
    Following stubbings are unnecessary (click to navigate to relevant line of code):
      1. -> at shop.CartTest.setUp(CartTest.java:25)
    Please remove unnecessary stubbings or use 'lenient' strictness.

    [MockitoHint] CartTest.total (see javadoc for MockitoHint):
    [MockitoHint] 1. Unused -> at shop.CartTest.total(CartTest.java:31)

Defined in Mockito's ``exceptions/Reporter.java`` and ``StubbingHint.java``. With a stack the error is one of
the JVM's, and the places are part of its message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.jvm_asserts import EMPTY_HEAD, VERIFIED
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_AT = rx(
    r"(?:\[MockitoHint\] )?\s{0,12}(?:\d{1,4}\. )?(?:[\w ?!.,]{1,80} )?-> at (?P<fn>[\w$.<>]{1,600})"
    r"\((?P<path>[\w$.-]{1,200}\.\w{1,8}):(?P<line>\d{1,9})\)\s*$"
)
_HINT = rx(r"(?:\[MockitoHint\] )?(?P<test>\S.{0,300}?) \(see javadoc for MockitoHint\):\s*$")
_ABOVE, _BETWEEN, _BELOW = 12, 20, 12
"""Lines of a message above its first place, between two of them, and below the last."""


def read(doc: Document) -> Iterator[Trace]:
    """A trace of each complaint."""
    for line in doc.find("-> at "):
        if not doc.claimed[line] and _AT.match(doc.text, doc.starts[line], doc.ends[line]):
            trace = _complaint(doc, line)
            if trace is not None:
                yield trace


def _complaint(doc: Document, anchor: int) -> Trace | None:
    for above in range(anchor - 1, max(anchor - _ABOVE, -1), -1):
        if doc.claimed[above]:
            return None
        printed = doc.line(above)
        if hint := _HINT.match(printed):
            last = _last(doc, anchor, 0)
            lines = [doc.line(n).strip() for n in range(anchor, last + 1)]
            return _made(doc, (above, last), ("MockitoHint", "\n".join(lines)), hint["test"])
        if VERIFIED.match(printed):
            first, kind = above, None
            for head in range(above - 1, max(above - 3, -1), -1):
                named = None if doc.claimed[head] else EMPTY_HEAD.match(doc.line(head))
                if named:
                    first, kind = head, named[1]
                if named or not doc.blank(head):
                    break
            last = _last(doc, anchor, _BELOW)
            message = "\n".join(doc.line(n).rstrip() for n in range(above, last + 1))
            return _made(doc, (first, last), (kind, message.strip()), None)
    return None


def _last(doc: Document, anchor: int, below: int) -> int:
    """The last line of the message: ``below`` lines at most that hold no place, up to a blank one."""
    last, at = anchor, anchor + 1
    while at < len(doc) and not doc.claimed[at] and not doc.blank(at) and at - last <= _BETWEEN:
        if VERIFIED.match(doc.line(at)) or EMPTY_HEAD.match(doc.line(at)) or _HINT.match(doc.line(at)):
            break
        if _AT.match(doc.text, doc.starts[at], doc.ends[at]):
            last = at
        elif at - last > below:
            break
        at += 1
    return at - 1 if below else last


def _made(doc: Document, lines: tuple[int, int], head: tuple[str | None, str], test: str | None) -> Trace:
    frames = [
        placed(doc, line, found)
        for line in range(lines[0], lines[1] + 1)
        if (found := _AT.match(doc.text, doc.starts[line], doc.ends[line]))
    ]
    return simple(doc, "mockito", head, frames, lines, test=test)


FORMAT = Format("mockito", 51, ("-> at ",), read)
