r"""Java, Kotlin, Scala, Groovy, Clojure on the JVM: what ``Throwable.printStackTrace`` prints.

    Exception in thread "main" java.io.IOException: body failed
        at com.acme.shop.Main.main(Main.java:93)
        Suppressed: java.lang.IllegalStateException: close failed
                at com.acme.shop.Main$Cart.close(Main.java:21)
                ... 1 more
    Caused by: java.lang.RuntimeException: root
        ... 2 more

Defined in ``java/lang/Throwable.java`` and ``StackTraceElement.toString`` (module and loader prefixes);
logback adds ``~[jar:version]`` and "common frames omitted", jstack prints threads, Gradle names the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Assertion, Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, number, trace_of
from crimescene.traces.jvm_asserts import compared, message_above, test_above
from crimescene.traces.patterns import rx
from crimescene.traces.quick import quick_frame

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

AT = rx(
    r"([ \t\xa0]{0,80})(?:\| )?at (?:([\w.$@-]{0,120}/(?:/|[\w.@+-]{0,120}/)?))?"
    r"([^\s()/\\:](?:[^()\n\\:]{0,600}[^()\s\\:])?)"
    # in the parentheses no parameters, which .NET prints there
    r"\((?!(?!Native|Unknown|Compiled|<)(?:[^()\n/\\:]{0,300}[\s,][^()\n/\\:]{0,300})?\))"
    r"([^()\n/\\:]{0,300})"
    r"(?::(-?\d{1,9}))?\)(?: ~?\[[^\]\n]{0,300}\])?[ \t]*$"
)
_MORE = rx(
    r"([ \t\xa0]{0,80})\.\.\. (\d{1,9}) (?:more|common frames omitted|frames? "
    r"(?:omitted|truncated|excluded)).{0,40}$"
)
_NAME = r"(?:[A-Za-z_$][\w$]{0,120}\.){0,20}[A-Za-z_$][\w$]{0,160}"
_LINK = rx(
    rf"([ \t\xa0]{{0,80}})(Caused by|Suppressed|Wrapped by|Cause|Caused at)?:? ?"
    rf"(\[CIRCULAR REFERENCE: ?)?({_NAME})(?:: ?(.*?))?(?(3)\]?)$"
)
_THREAD = rx(r"(?:.{0,200}?)Exception in thread \"([^\"\n]{0,200})\" ")
_HEAD = rx(
    rf"(.{{0,300}}?)(?<![\w$.])((?:[a-z_][\w$]{{0,80}}\.){{1,20}}[A-Z_$][\w$]{{0,160}}"
    rf"|{_NAME}(?:Exception|Error|Throwable|Failure|Fault))(?::[ \t]?(.*))?$"
)
_DUMP = rx(r"\"(.{1,200})\" .{0,20}?(?:#\d+ |\[\d+\] )?(?:daemon )?prio=\d+ ")
_NOTE = rx(
    r"[ \t]{1,16}- (?:locked|waiting|parking|eliminated|None|<)|[ \t]{0,16}\(Coroutine boundary\)"
    r"|[ \t]{1,8}No compile|\s*$"
)
_SIGN = rx(r"at [^\n()\\:]{1,600}\([^()\n/\\:]{0,300}(?::-?\d{1,9})?\)")
_HEAD_LINES = 40
_SOURCELESS = frozenset(
    ("Native Method", "Unknown Source", "<generated>", "<Unknown>", "Compiled Code", "unknown:0")
)


def read(doc: Document) -> Iterator[Trace]:
    """Traces around ``at package.Class.method(File.java:1)`` lines."""
    for line in doc.search(_SIGN):
        if doc.claimed[line] or not AT.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        trace = _Reader(doc, line).run()
        if trace is not None:
            yield trace


@dataclass(slots=True)
class _Open:
    """A stack that is being read."""

    exception: str | None
    message: str
    relation: Relation
    of: int | None
    indent: int
    first: int
    last: int = -1
    frames: list[Frame] = field(default_factory=list)
    omitted: int = 0


class _Reader:
    def __init__(self, doc: Document, line: int) -> None:
        self.doc = doc
        self.anchor = line
        self.opened: list[_Open] = []
        self.thread: str | None = None
        self.missing: list[Truncation] = []

    def run(self) -> Trace | None:
        doc, text = self.doc, self.doc.text
        self._head()
        at = self.anchor
        size = len(doc)
        while at < size and not doc.claimed[at]:
            start, end = doc.starts[at], doc.ends[at]
            if found := AT.match(text, start, end):
                self._frame(at, found)
            elif text.find("... ", start, end) >= 0 and (more := _MORE.match(text, start, end)):
                self._more(at, more)
            elif not self._link(at):
                if not _NOTE.match(text, start, end) or not self._goes_on(at):
                    break
            else:
                at = max(self.opened[-1].last, at)
            at += 1
        if not any(o.frames or o.omitted for o in self.opened):
            return None
        last = max(max(o.last, o.first) for o in self.opened)
        first = min(o.first for o in self.opened)
        doc.claim(first, last)
        stacks = [
            Stack(
                o.exception,
                o.message,
                tuple(o.frames),
                o.relation,
                doc.span(o.first, max(o.first, o.last)),
                0,
                o.of,
            )
            for o in self.opened
        ]
        assertion: Assertion | None = None
        for o in self.opened:
            assertion = assertion or compared(o.exception, o.message)
        test = test_above(doc, first)
        return trace_of("jvm", stacks, truncation=tuple(self.missing), assertion=assertion, test=test)

    def _goes_on(self, at: int) -> bool:
        """Behind a note or a blank line, more of this trace."""
        doc = self.doc
        below = at + 1
        if below >= len(doc):
            return False
        if doc.blank(at):
            found = _LINK.match(doc.line(below))
            return bool(found and found[2])
        return True

    def _head(self) -> None:
        """The error line above the first frame; its message may have several lines."""
        doc = self.doc
        anchor = self.anchor
        indent = len(doc.line(anchor)) - len(doc.line(anchor).lstrip())
        best: tuple[int, str | None, str] | None = None
        for above in range(anchor - 1, max(anchor - _HEAD_LINES, -1), -1):
            if doc.claimed[above]:
                break
            line = doc.line(above)
            if line.lstrip().startswith("java.lang.Thread.State: "):  # below the name in a dump
                continue
            if _DUMP.match(line):
                self.opened.append(_Open(None, "", Relation.ROOT, None, 0, above))
                self.opened[-1].exception = None
                return
            thread, body = _threaded(line)
            found = _LINK.match(body) if thread or line[:1].isspace() or "." in line else None
            if found and (thread or found[2] or _looks_like_error(found[4])):
                best = (above, found[4], found[5] or "")
                self.thread = thread[1] if thread else None
                break
            head = _HEAD.match(line.rstrip())
            if head and (above == anchor - 1 or _looks_like_error(head[2])) and _is_lead(head[1]):
                best = (above, head[2], head[3] or "")
                break
            if above == anchor - 1 and (not line or line.isspace()) and indent:
                best = message_above(doc, anchor)
                break
        if best is None:
            self.opened.append(_Open(None, "", Relation.ROOT, None, indent, anchor))
            return
        first, kind, message = best
        rest = [doc.line(n).rstrip() for n in range(first + 1, anchor)]
        while rest and not rest[-1]:
            rest.pop()
        column = doc.line(first).find(kind or "")
        margin = column if doc.line(first)[:column].isspace() else 0
        rest = [r[margin:] if r[:margin].isspace() else r for r in rest]
        self.opened.append(
            _Open(kind, "\n".join([message, *rest]).strip(), Relation.ROOT, None, margin, first)
        )
        self.opened[-1].last = anchor - 1

    def _link(self, at: int) -> bool:
        """``Caused by:``, ``Suppressed:``, ``[CIRCULAR REFERENCE: …]`` and the lines of their message."""
        doc = self.doc
        line = doc.line(at)
        content = line.lstrip()
        if not content.startswith(
            ("Caused by", "Suppressed", "Wrapped by", "[CIRCULAR", "Cause: ", "Caused: ")
        ):
            return False
        found = _LINK.match(line.rstrip())
        if not found or not self.opened:
            return False
        if found[3]:  # printed above already
            self.opened[-1].last = at
            return True
        if line.startswith("Caused by: ") and "." not in found[4] and not _looks_like_error(found[4]):
            return False
        indent = len(line) - len(content)
        kind = Relation.SUPPRESSED if found[2] == "Suppressed" else Relation.CAUSE
        of = self._attached(indent, kind)
        message = [found[5] or ""]
        below = at + 1
        while below < len(doc) and below < at + _HEAD_LINES:
            start, end = doc.starts[below], doc.ends[below]
            if AT.match(doc.text, start, end) or _MORE.match(doc.text, start, end) or doc.blank(below):
                break
            other = _LINK.match(doc.line(below).rstrip())
            if other and (other[2] or other[3]):
                break
            message.append(doc.line(below).strip())
            below += 1
        else:
            below = at + 1
        if (
            below < len(doc)
            and not AT.match(doc.text, doc.starts[below], doc.ends[below])
            and not _MORE.match(doc.text, doc.starts[below], doc.ends[below])
        ):
            message, below = message[:1], at + 1
        self.opened.append(_Open(found[4], "\n".join(message).strip(), kind, of, indent, at))
        self.opened[-1].last = below - 1
        return True

    def _attached(self, indent: int, relation: Relation) -> int:
        """The stack a new one belongs to, by indentation."""
        for index in range(len(self.opened) - 1, -1, -1):
            other = self.opened[index]
            if relation is Relation.SUPPRESSED and other.indent < indent:
                return index
            if relation is Relation.CAUSE and other.indent == indent:
                return index
        return len(self.opened) - 1

    def _frame(self, at: int, found: re.Match[str]) -> None:
        doc, same = self.doc, self.doc.same
        _, module, function, source, lineno = found.groups()
        known = source not in _SOURCELESS and source != ""
        end = found.end(5) if lineno else found.end(4)
        current = self.opened[-1]
        current.frames.append(
            quick_frame(
                same(source, source) if known else None,
                number(lineno) if known and lineno else None,
                None,
                same(function, function.strip()),
                same(module, module.rstrip("/")) if module else None,
                doc.lone(at),
                doc.places.packed(found.start(4), end),
            )
        )
        current.last = at

    def _more(self, at: int, found: re.Match[str]) -> None:
        count = found[2]
        current = self.opened[-1]
        current.omitted += int(count)
        current.last = at
        lost = current.of is None
        shared = "" if lost else ", the same as those of the error above"
        self.missing.append(
            Truncation(f"{count} outer frames of {current.exception or 'the error'}{shared}", "", lost=lost)
        )


def _threaded(line: str) -> tuple[re.Match[str] | None, str]:
    """The thread that a line names and what is behind it; two that die at once may share a line."""
    thread = _THREAD.match(line)
    body = line[thread.end() :] if thread else line.rstrip()
    while thread and (other := _THREAD.match(body)):
        thread, body = other, body[other.end() :]
    return thread, body


def _looks_like_error(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.endswith(("Exception", "Error", "Throwable", "Failure", "Fault", "Failed", "Interrupt")) or (
        "." in name and last[:1].isupper() and name[:1].islower()
    )


def _is_lead(lead: str) -> bool:
    """Text before the type in one line: a log message, not a sentence that happens to name a class."""
    return (
        not lead
        or lead.isspace()
        or lead.rstrip().endswith((":", "-", "]", "|", ">", "exception", "root cause", "*"))
    )


FORMAT = Format("jvm", 20, ("at ",), read)
