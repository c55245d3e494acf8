"""Failed tests as JVM runners print them in short: JUnit's console, Gradle, ScalaTest.

      JUnit Jupiter:CartTest:total()
        => org.opentest4j.AssertionFailedError: expected: <5> but was: <3>
           shop.CartTest.total(CartTest.java:9)
           [...]

    CartTest > total() FAILED
        org.opentest4j.AssertionFailedError at CartTest.java:9

    - total *** FAILED ***
      3 did not equal 5 (CartSpec.scala:9)

Defined in JUnit's ``ConsoleLauncher`` (``MutableTestExecutionSummary.printFailuresTo``), Gradle's
``ShortExceptionFormatter``, ScalaTest's ``StringReporter``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Truncation
from crimescene.traces.document import Document, Format
from crimescene.traces.jvm_asserts import compared, test_above
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, run, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_TYPE = r"(?P<kind>(?:[A-Za-z_$][\w$]{0,120}\.){0,20}[A-Z_$][\w$]{0,160})"
_ARROW = rx(rf"\s{{1,40}}=> {_TYPE}(?:: (?P<message>.*))?$")
_FRAME = rx(
    r"\s{2,40}(?:[\w.@-]{0,120}/)?(?P<fn>[\w$.<>]{1,600})"
    r"\((?P<path>[\w$.-]{1,200}\.\w{1,8})(?::(?P<line>\d{1,9}))?\)\s*$"
)
_CUT = rx(r"\s{2,40}\[\.\.\.\]\s*$")
_TITLE = rx(r"\s{0,20}(?P<test>(?:JUnit [\w ]{1,40}|[\w ]{1,60}):\S.{0,300})$")
_GRADLE = rx(rf"\s{{2,12}}{_TYPE} at (?P<path>[\w$.-]{{1,200}}\.\w{{1,8}}):(?P<line>\d{{1,9}})\s*$")
_FAILED = rx(r"(?:\[info\] )?[\s-]{0,40}(?P<test>\S.{0,300}?) \*\*\* FAILED \*\*\*")
_SCALA = rx(
    r"\s{1,40}(?P<message>\S.{0,2000}?) \((?P<path>[\w$.-]{1,200}\.(?:scala|java)):(?P<line>\d{1,9})\)\s*$"
)
_SHORT = Truncation(
    "the rest of the stack", "gradle test --info, or testLogging { exceptionFormat = 'full' }"
)
_MORE = Truncation("frames outside the test", "the launcher's XML report has the whole stack")
_MESSAGE_LINES = 40


def read(doc: Document) -> Iterator[Trace]:
    """JUnit's console first, then Gradle's and ScalaTest's lines."""
    for line in doc.find("=> "):
        found = None if doc.claimed[line] else _ARROW.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _console(doc, line, found["kind"], found["message"] or "")):
            yield trace
    for line in doc.find(" FAILED"):
        below = line + 1
        if below >= len(doc) or doc.claimed[line] or doc.claimed[below]:
            continue
        start, end = doc.starts[below], doc.ends[below]
        if found := _GRADLE.match(doc.text, start, end):
            test = test_above(doc, below)
            head = (found["kind"], "")
            yield simple(
                doc, "jvm-test", head, [placed(doc, below, found)], (line, below), hints=[_SHORT], test=test
            )
        elif (named := _FAILED.match(doc.line(line))) and (found := _SCALA.match(doc.text, start, end)):
            said = compared(None, found["message"])
            head = ("TestFailedException", found["message"])
            place = placed(doc, below, found)
            yield simple(doc, "jvm-test", head, [place], (line, below), assertion=said, test=named["test"])


def _console(doc: Document, line: int, kind: str, message: str) -> Trace | None:
    lines, at = [message], line + 1
    while (
        at < min(len(doc), line + _MESSAGE_LINES)
        and not doc.blank(at)
        and not _FRAME.match(doc.text, doc.starts[at], doc.ends[at])
    ):
        lines.append(doc.line(at).strip())
        at += 1
    frames, after = run(doc, at, _FRAME, _CUT)
    if not frames:
        return None
    cut = any(_CUT.match(doc.line(n)) for n in range(at, after))
    first, test = line, None
    for above in range(line - 1, max(line - 4, -1), -1):
        if named := _TITLE.match(doc.line(above)):
            first, test = above, named["test"].strip()
            break
    text = "\n".join(lines).strip()
    return simple(
        doc,
        "jvm-test",
        (kind, text),
        frames,
        (first, after - 1),
        truncation=[_MORE] if cut else [],
        assertion=compared(kind, text),
        test=test,
    )


FORMAT = Format("jvm-test", 19, ("=> ", " FAILED"), read)
