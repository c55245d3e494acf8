"""What a diff does to tests: assertions weakened, tests skipped or removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.diffs import LONGEST
from crimescene.judge.evidence import Flag
from crimescene.judge.words import AGAIN
from crimescene.syntax import outline as read_outline
from crimescene.syntax.constructs import constructs

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff

_ASSERTS = re.compile(
    r"\bassert\w*\b|\bAssert(?:ions)?\.\w+|\bXCTAssert\w*|\.Should\(\)|\bexpect\s*[({]|\brefute\w*\b|\.should\b|\bt\.(?:is|deepEqual|Error|Fatal|Errorf|Fatalf)\b"
    r"|\brequire\.\w+\("
    r"|\bASSERT_\w+|\bEXPECT_\w+|\bverify\s*\(|\bShould\w*\("
)
_SKIPS = re.compile(
    r"@(?:unittest\.)?(?:skip\w*|expectedFailure)\b|@pytest\.mark\.(?:skip\w*|xfail)"
    r"|\bpytest\.(?:skip|xfail)\s*\("
    r"|\bself\.skipTest\s*\(|\braise (?:unittest\.)?SkipTest|\bpytestmark\s*=.*skip"
    r"|\bpytest\.importorskip\s*\(|\bXCTSkip\w*|\bGTEST_SKIP\b|\bDISABLED_\w+|\[!mayfail\]"
    r"|\b(?:it|test|describe|context|suite|specify)\.(?:skip\w*|runIf|todo|failing|fails)\b"
    r"|\bx(?:it|describe|context|test|specify)\s*[(\"'`]|,\s*(?:skip:|:skip\b|:pending\b)|@\w*tag\s+:?skip\b"
    r"|\bthis\.skip\s*\(|@(?:Disabled|Ignore|Test\(enabled\s*=\s*false)|\bt\.(?:Skip\w*)\s*\(|#\[ignore"
    r"|\[(?:Ignore|Fact\(Skip|Theory\(Skip|Test, Ignore)|\bmarkTest(?:Skipped|Incomplete)\b"
    r"|^\s*(?:skip|pending)\b"
    r"|\bassume(?:True|False|That)?\s*\("
)
_ONLY = re.compile(r"\b(?:it|test|describe)\.only\b|\bf(?:it|describe)\s*\(")
_DEFINES = re.compile(
    r"^\s*(?:async\s+)?def\s+(test\w*)|\b(?:it|test|specify)\s*\(\s*(['\"`].*?['\"`])"
    r"|\bfunc\s+(Test\w+)|\bvoid\s+(test\w*|\w+Test)\b"
)
_WEAK = re.compile(
    r"assert(?:True|Truthy|IsNotNone|NotNull|IsNot|In|NotEqual\w*|Raises|DoesNotThrow)?\b"
    r"|\bto(?:Be(?:Defined|Truthy|Falsy)|HaveBeenCalled)\b"
    r"|\bassert\.ok\b|\bisNotNull\b|\.ok\b|\.exist\b|not\.to(?:Be|Equal|Throw)\b|toBeCloseTo"
    r"|assertAlmostEqual|approx\(|\bnot_to\s+(?:be_nil|raise_error)|\bto\s+be_truthy"
    r"|assertIs(?:String|Int|Array|Bool)\w*"
    r"|NO_THROW|DoesNotThrow|expect\.any(?:thing)?\(|\bANY\b|refute_nil|XCTAssert(?:NotNil|True)|NotBeNull\(|BeGreater\w*\("
)
_FAILS = re.compile(
    r"#\[should_panic|@Test\s*\(\s*expected|\bexpectException\w*\(|\[ExpectedException|\bassert_raise"
)
_MARK = re.compile(
    r"^\s*@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest)\b|^\s*\[(?:Fact|Test|Theory|TestMethod|TestCase)\b"
    r"|^\s*#\[(?:\w+::)*test\b|^\s*TEST(?:_F|_P)?\s*\(|^\s*(?:it|specify)\s*[(\"'`]|^\s*test\s*[(\"']"
)
"""How a test begins."""
_REPORTS = re.compile(r"\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(")
"""Go's say what failed; what is asked stands in the condition before."""
_TRIVIAL = re.compile(
    r"assert\w*\(?\s*(?:True|true|1|!0)\s*[,)]|assert (?:True|1)\b|expect\((true|1)\)"
    r"|assert\(true\)|assert\.ok\(true\)"
)


def flags(diff: FileDiff, after: str) -> list[Flag]:
    """What speaks against the change of a test file, of which ``after`` is the text as it becomes."""
    found: list[Flag] = []
    if diff.is_deletion:
        return [Flag("removed test", diff.path, 1, "the file with the tests is removed")]
    added, removed = diff.added, diff.removed
    gone = [text for _, text in removed]
    for lineno, text in added:
        found += _said(diff.path, lineno, text, gone)
    for part in diff.parts:
        old = _asked(part.old, part.old_lineno, part.removed)
        new = _asked(part.new, part.new_lineno, part.added)
        found += _weakened(diff.path, old, new)
    found += _caught(diff, after)
    names = {_name(text) for _, text in added}
    for lineno, text in removed:
        name = _name(text)
        if name and name not in names and not any(_ratio(name, other) for other in names):
            found.append(Flag("removed test", diff.path, lineno, f"the test {name} is removed"))
    marks = [n for n, text in removed if _MARK.search(text)]
    kept = sum(1 for _, text in added if _MARK.search(text) or _SKIPS.search(text))
    if len(marks) > kept and not any(flag.kind in ("removed test", "skipped") for flag in found):
        found.append(Flag("removed test", diff.path, marks[0], "a test is removed"))
    return found


_SAID = (
    (_SKIPS, "skipped", "the test is skipped"),
    (_FAILS, "weakened", "the test wants the error now"),
    (AGAIN, "retried", "the test is tried again"),
)


def _said(path: str, lineno: int, text: str, gone: list[str]) -> list[Flag]:
    """What one added line of a test says that no removed one did."""
    for pattern, kind, reason in _SAID:
        if pattern.search(text) and not any(pattern.search(old) for old in gone):
            return [Flag(kind, path, lineno, f"{reason}: `{text.strip()[:80]}`", frozenset({lineno}))]
    if _ONLY.search(text) and not any(_ONLY.search(old) for old in gone):
        return [Flag("skipped", path, lineno, "only this test runs, the others are left out")]
    return []


def _asked(lines: tuple[str, ...], first: int, changed: tuple[int, ...]) -> list[tuple[int, str]]:
    """The changed lines; where one only reports, with the condition before it as what is asked."""
    found: list[tuple[int, str]] = []
    for lineno in changed:
        text = lines[lineno - first][:LONGEST]
        before = lines[lineno - first - 1][:LONGEST] if lineno > first else ""
        if _REPORTS.search(text) and re.match(r"\s*(?:\}\s*else\s+)?if\b", before):
            text = f"t.Error( {before.strip()}"
        found.append((lineno, text))
    return found


def _caught(diff: FileDiff, after: str) -> list[Flag]:
    """Assertions whose failure is caught and dropped."""
    outline = read_outline(diff.path, after.encode("utf-8", "replace"))
    lines = after.splitlines()
    found: list[Flag] = []
    for x in constructs(outline, {n for n, _ in diff.added}) if outline is not None else ():
        tried = lines[x.covers[0] - 1 : x.covers[1]]
        if x.kind == "catch" and x.quiet and any(_ASSERTS.search(line) for line in tried):
            reason = "a failing assertion is caught and dropped"
            found.append(
                Flag("weakened", diff.path, x.lineno, reason, frozenset(range(x.covers[0], x.lineno + 3)))
            )
    return found


def _name(text: str) -> str:
    match = _DEFINES.search(text)
    return next((group for group in match.groups() if group), "") if match else ""


def _ratio(one: str, other: str) -> bool:
    return bool(other) and (one in other or other in one)


def _weakened(path: str, old: list[tuple[int, str]], new: list[tuple[int, str]]) -> list[Flag]:
    gone = [(n, text) for n, text in old if _ASSERTS.search(text)]
    come = [(n, text) for n, text in new if _ASSERTS.search(text)]
    if not gone:
        return []
    lines = frozenset(n for n, _ in new)
    commented = [n for n, text in new if re.match(r"\s*(?:#|//|/\*)", text) and _ASSERTS.search(text)]
    if commented:
        return [Flag("weakened", path, commented[0], "an assertion is commented out", lines)]
    if len(come) < len(gone):
        return [
            Flag("weakened", path, gone[0][0], f"an assertion is removed: `{gone[0][1].strip()[:80]}`", lines)
        ]
    for (_, before), (lineno, after) in zip(gone, come, strict=False):
        if reason := _asks_less(before, after):
            return [Flag("weakened", path, lineno, f"{reason}: `{after.strip()[:80]}`", lines)]
    return []


def _asks_less(before: str, after: str) -> str:
    """Why an assertion holds more easily than the one it replaces; empty if it does not."""
    if _TRIVIAL.search(after):
        return "the assertion always holds now"
    if _WEAK.search(after) and not _WEAK.search(before):
        return "the assertion asks for less"
    if _strength(after) < _strength(before):
        return "the assertion compares less"
    if _expects(before) != _expects(after) and _subject(before) == _subject(after):
        return "the test expects another value now"
    (left, sign, right), (other, _, now) = before.partition("=="), after.partition("==")
    if sign and left.strip() == other.strip() and re.sub(r"\s", "", right) != re.sub(r"\s", "", now):
        return "the test expects another value now"
    return ""


def _strength(text: str) -> int:
    """How much an assertion compares: an equality more than a mere truth."""
    text = re.sub(r"(['\"`]).*?\1", "''", text)
    if text.startswith("t.Error( "):
        return 2 if "!=" in text or "DeepEqual" in text else 1
    equal = re.search(
        r"==|[Ee]qual|_EQ\b|\.toHaveLength\(|isEqualTo\(|\.Be\(|\beq\(|\bSame\b|assertSame"
        r"|\.to(?:Be|Equal|StrictEqual|Match\w*)\(|\.(?:is|eql|eq)\(|assertIs\b",
        text,
    )
    return 2 if equal else 1


_VALUES = re.compile(r"(['\"`]).*?\1|\b\d[\w.]*\b|\b(?:None|null|True|False|true|false|undefined)\b")


def _expects(text: str) -> list[str]:
    return [match[0] for match in _VALUES.finditer(text)]


def _subject(text: str) -> str:
    return re.sub(r"\s+", "", _VALUES.sub("", text))
