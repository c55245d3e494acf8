"""What a diff does to tests: assertions weakened, tests skipped or removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.diffs import LONGEST
from crimescene.judge.evidence import Flag

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff

_ASSERTS = re.compile(
    r"\bassert\w*\b|\bexpect\s*\(|\.should\b|\bt\.(?:is|deepEqual|Error|Fatal|Errorf|Fatalf)\b"
    r"|\brequire\.\w+\("
    r"|\bASSERT_\w+|\bEXPECT_\w+|\bverify\s*\(|\bShould\w*\("
)
_SKIPS = re.compile(
    r"@(?:unittest\.)?(?:skip\w*|expectedFailure)\b|@pytest\.mark\.(?:skip\w*|xfail)"
    r"|\bpytest\.(?:skip|xfail)\s*\("
    r"|\bself\.skipTest\s*\(|\braise (?:unittest\.)?SkipTest|\bpytestmark\s*=.*skip"
    r"|\b(?:it|test|describe|context|suite|specify)\.(?:skip|todo|failing)\b|\bx(?:it|describe"
    r"|context|test|specify)\s*\("
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
    r"|assertAlmostEqual|approx\("
)
_TRIVIAL = re.compile(
    r"assert\w*\(?\s*(?:True|true|1|!0)\s*[,)]|assert (?:True|1)\b|expect\((true|1)\)"
    r"|assert\(true\)|assert\.ok\(true\)"
)


def flags(diff: FileDiff) -> list[Flag]:
    """What speaks against the change of a test file."""
    found: list[Flag] = []
    if diff.is_deletion:
        return [Flag("removed test", diff.path, 1, "the file with the tests is removed")]
    added, removed = diff.added, diff.removed
    for lineno, text in added:
        if _SKIPS.search(text) and not any(_SKIPS.search(old) for _, old in removed):
            reason = f"the test is skipped: `{text.strip()[:80]}`"
            found.append(Flag("skipped", diff.path, lineno, reason, frozenset({lineno})))
        elif _ONLY.search(text):
            found.append(Flag("skipped", diff.path, lineno, "only this test runs, the others are left out"))
    for part in diff.parts:
        old = [(n, part.old[n - part.old_lineno][:LONGEST]) for n in part.removed]
        new = [(n, part.new[n - part.new_lineno][:LONGEST]) for n in part.added]
        found += _weakened(diff.path, old, new)
    names = {_name(text) for _, text in added}
    for lineno, text in removed:
        name = _name(text)
        if name and name not in names and not any(_ratio(name, other) for other in names):
            found.append(Flag("removed test", diff.path, lineno, f"the test {name} is removed"))
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
    return ""


def _strength(text: str) -> int:
    """How much an assertion compares: an equality more than a mere truth."""
    text = re.sub(r"(['\"`]).*?\1", "''", text)
    equal = re.search(
        r"==|[Ee]qual|\.to(?:Be|Equal|StrictEqual|Match\w*)\(|\.(?:is|eql|eq)\(|assertIs\b", text
    )
    return 2 if equal else 1


_VALUES = re.compile(r"(['\"`]).*?\1|\b\d[\w.]*\b|\b(?:None|null|True|False|true|false|undefined)\b")


def _expects(text: str) -> list[str]:
    return [match[0] for match in _VALUES.finditer(text)]


def _subject(text: str) -> str:
    return re.sub(r"\s+", "", _VALUES.sub("", text))
