"""Failed assertions of JUnit, TestNG, Hamcrest, AssertJ, Truth and kotlin.test; tests named above a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Assertion
from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from crimescene.traces.document import Document

_JUNIT = rx(
    r"(?s)(?:.{0,2000}?)expected:? ?(?:[\w.$]{1,120}@?\w{0,10})?<(.{0,4000}?)>"
    r"(?:,)? but was:? ?(?:[\w.$]{1,120}@?\w{0,10})?<(?:(.{0,4000})>\s{0,20}$|(.{0,4000}?)>[\s.])"
)
"""What was got may hold the sign that ends it: it goes to the last one where the message ends there."""
_TESTNG = rx(r"(?s)(?:.{0,2000}?)expected \[(.{0,4000}?)\] but found \[(.{0,4000}?)\]")
_HAMCREST = rx(r"(?s)(?:.{0,2000}?)Expected: (.{1,2000}?)\n\s{0,20}but: (?:was )?(.{1,2000})$")
_ASSERTJ = rx(
    r"(?s)(?:.{0,2000}?)[Ee]xpecting(?: actual)?:\s{1,20}<?(.{1,2000}?)>?\s{1,20}to be "
    r"(?:equal to|the same as):?\s{1,20}<?(.{1,2000}?)>?\s{1,20}but was"
)
_ASSERTJ_NEW = rx(r"(?s)\s{0,20}expected: (.{1,2000}?)\n but was: (.{1,2000})$")
_TRUTH = rx(
    r"(?s)(?:.{0,2000}?)expected\s{0,12}: (.{1,2000}?)\n\s{0,20}but was\s{0,12}: "
    r"(.{1,2000}?)(?:\n|$)"
)
_SPOCK = rx(r"(?s)Condition not satisfied:\n\n(.{1,2000}?) == (.{1,2000}?)\n")
_KOTLIN = rx(r"(?s)(?:.{0,2000}?)[Ee]xpected <(.{0,2000}?)>, actual <(.{0,2000}?)>")
_SCALA = rx(r"(.{1,2000}?) did not equal (.{1,2000}?)(?: \(.{0,200}\))?$")
_SIZE = rx(r"(?s)\s{0,20}Expected size: (\d{1,9}) but was: (\d{1,9})")
_MUNIT = rx(r"(?s)(?:.{0,4000}?)=> Diff \(- (?:obtained|expected), \+ (?:expected|obtained)\)\n")
_ALL = (_JUNIT, _TESTNG, _ASSERTJ_NEW, _HAMCREST, _TRUTH, _KOTLIN, _SIZE)
_MOCKITO = rx(
    r"(?s)\s{0,20}Argument(?:\(s\)|s) are different! Wanted:\s{0,20}(.{1,2000}?)\n-> at .{0,600}?\n"
    r"Actual invocations? ha(?:s|ve) different arguments[^\n]{0,200}:\s{0,20}(.{1,2000}?)\n-> at "
)
VERIFIED = rx(
    r"\s{0,8}(?:Argument\(s\) are different! Wanted:|Wanted but not invoked:|Verification in order failure"
    r"|No interactions wanted here:|(?:Strict stubbing argument mismatch|Potential stubbing problem).{0,40}"
    r"|(?:Unnecessary stubbings|Unfinished (?:stubbing|verification)|Misplaced or misused).{0,80})\s{0,8}$"
)
"""How the messages of Mockito's errors begin (its ``Reporter``): runners print them without the type, too."""
EMPTY_HEAD = rx(r"\s{0,8}((?:[A-Za-z_$][\w$]{0,120}\.){1,20}[A-Z_$][\w$]{0,160}):\s{0,8}$")
_MESSAGE = 200
"""Lines of a message that has blank ones in it."""
_GRADLE = rx(r"(\S.{0,300} > .{1,300}?) FAILED\s*$")
_SUREFIRE = rx(
    r"(?:\[ERROR\] )?([\w.$]{1,200}(?:\([^()\n]{0,200}\))?(?:\.[\w$]{1,200})?).{0,80}<<< "
    r"(?:FAILURE|ERROR)!"
)
_JUNIT4 = rx(r"\d{1,6}\) ([\w$ \[\]]{1,200}\([\w.$]{1,200}\))\s*$")
_CONSOLE = rx(r"\s*(?:JUnit Jupiter|JUnit Vintage)(?::.{1,300})$")


def compared(kind: str | None, message: str) -> Assertion | None:
    """Expected and actual, which most JVM frameworks label."""
    if not message or len(message) > 20_000:  # noqa: PLR2004
        return None
    lowered = message[:4000]
    if "are different! Wanted:" in lowered and (mocked := _MOCKITO.match(message)):
        return Assertion(mocked[1].strip(), mocked[2].strip(), labelled=True)
    if "xpect" in lowered and (found := _expecting(message)):
        return found
    if "did not equal" in lowered and (scala := _SCALA.match(message.split("\n", maxsplit=1)[0])):
        return Assertion(scala[2], scala[1], labelled=False)
    if kind and "Condition" in lowered and (spock := _SPOCK.match(message)):
        return Assertion(spock[2].strip(), spock[1].strip(), labelled=False)
    return None


def _expecting(message: str) -> Assertion | None:
    for pattern in _ALL:
        if found := pattern.match(message):
            actual = next(group for group in found.groups()[1:] if group is not None)
            return Assertion(found[1].strip(), actual.strip(), labelled=True)
    if found := _ASSERTJ.match(message):
        return Assertion(found[2].strip(), found[1].strip(), labelled=True)
    found = _MUNIT.match(message)
    return _munit(message, found.end()) if found else None


def _munit(message: str, at: int) -> Assertion | None:
    """Lines of munit's diff, whose legend says which sign is which."""
    obtained, expected = ("-", "+") if "(- obtained" in message[:at] else ("+", "-")
    sides: dict[str, list[str]] = {obtained: [], expected: []}
    for line in message[at:].split("\n"):
        if line[:1] in sides:
            sides[line[0]].append(line[1:])
    if not any(sides.values()):
        return None
    return Assertion("\n".join(sides[expected]), "\n".join(sides[obtained]), labelled=True)


def message_above(doc: Document, anchor: int) -> tuple[int, str | None, str] | None:
    """The head of an error whose message ends with a blank line: its line, type and what is behind it.

    Only a type with nothing behind its colon has such a message, or what Mockito is known to say.
    """
    for above in range(anchor - 1, max(anchor - _MESSAGE, -1), -1):
        line = doc.line(above)
        if doc.claimed[above] or (line.lstrip().startswith("at ") and line[:1].isspace()):
            return None
        if found := EMPTY_HEAD.match(line):
            return above, found[1], ""
        if VERIFIED.match(line):
            head = above - 1
            while head >= 0 and doc.blank(head) and head > above - 3:
                head -= 1
            named = EMPTY_HEAD.match(doc.line(head)) if head >= 0 and not doc.claimed[head] else None
            return (head, named[1], "") if named else (above, None, line.strip())
    return None


def test_above(doc: Document, first: int) -> str | None:
    """The test a runner names just above the trace."""
    for above in range(first - 1, max(first - 4, -1), -1):
        line = doc.raw(above)
        for pattern in (_GRADLE, _SUREFIRE, _JUNIT4):
            if found := pattern.match(line):
                return found[1].strip()
        if _CONSOLE.match(line):
            return line.strip()
        if line and not line.isspace():
            return None
    return None
