"""Does a diff treat the cause of a failure, or does it only make the error go away?

Deterministic and offline: both versions of each file are compared by their syntax. Every flag names its line
and its reason; no phrase alone decides. Pure but for the files that the caller reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge import diffs, flags, standins, tests_hushed
from crimescene.judge.around import examined as around
from crimescene.judge.edges import edges
from crimescene.judge.evidence import (
    CAUSE,
    HUSHES,
    HUSHING,
    UNCLEAR,
    Affected,
    Edge,
    Evidence,
    Flag,
    Verdict,
)
from crimescene.judge.told import markdown
from crimescene.languages import language_for
from crimescene.syntax.constructs import is_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from crimescene.judge.diffs import FileDiff
    from crimescene.workspace import Workspace

__all__ = [
    "CAUSE",
    "HUSHES",
    "HUSHING",
    "UNCLEAR",
    "Affected",
    "Edge",
    "Evidence",
    "Flag",
    "Verdict",
    "examined",
    "judge",
    "markdown",
    "touched",
]

_MOST_FILES = 60
_BARE = re.compile(
    r"\s*(?:#.*|//.*|/?\*.*|[{}()\[\];,]*|\"\"\".*|'''.*|from\s+\S+\s+import\b.*|(?:import|package|using|require)\b.*"
    r"|const\s+[^=]+=\s*require\(.*|use\s+[\w:\\]+.*;)\s*"
)
"""Lines that do nothing: comments, punctuation, imports."""


def touched(diff: str) -> list[str]:
    """The paths that a diff changes."""
    return [one.path for one in diffs.read(diff)]


def judge(diff: str, read: Callable[[str], bytes | None], evidence: Evidence) -> Verdict:
    """Judge a unified diff; ``read`` gives the content of a file before or after it, None where unknown."""
    changed = diffs.read(diff)[:_MOST_FILES]
    found: list[Flag] = []
    unknown: list[str] = []
    asked: list[Edge] = []
    substance = on_chain = 0
    for one in changed:
        if language_for(one.path) is None:
            continue
        data = read(one.path)
        both = diffs.versions(one, None if data is None else data.decode("utf-8", "replace"))
        if _is_test(one.path):
            found += tests_hushed.flags(one, (both or _excerpts(one))[1])
            continue
        if both is None:
            unknown.append(one.path)
            both = _excerpts(one)
        made = flags.flags(one, *both, evidence)
        found += made
        rest = _rest(one, made)
        substance += rest
        on_chain += rest if _is_related(one, evidence) else 0
        asked += edges(one, evidence)
    if changed and not any(_is_related(one, evidence) or _is_test(one.path) for one in changed):
        found.append(Flag("unrelated", changed[0].path, 1, "nothing of the failure's chain is touched"))
    verdict, sentence = _decided(found, substance, on_chain, changed)
    return Verdict(verdict, sentence, tuple(found), tuple(asked), tuple(unknown))


def examined(diff: str, workspace: Workspace, evidence: Evidence) -> Verdict:
    """Judge a diff, and look around it in the workspace: who else calls what it changes, what tests try."""
    return around(judge(diff, workspace.read, evidence), diff, workspace, evidence)


def _excerpts(one: FileDiff) -> tuple[str, str]:
    """What the diff itself shows of both versions, at the lines where it stands."""
    before: list[str] = []
    after: list[str] = []
    for part in one.parts:
        before += [""] * max(0, part.old_lineno - 1 - len(before)) + list(part.old)
        after += [""] * max(0, part.new_lineno - 1 - len(after)) + list(part.new)
    return "\n".join(before), "\n".join(after)


def _is_test(path: str) -> bool:
    language = language_for(path)
    return language is not None and language.test_path(path)


def _rest(one: FileDiff, made: list[Flag]) -> int:
    """How many changed lines of code no hushing flag accounts for."""
    taken = {n for flag in made if flag.kind in HUSHING for n in flag.lines}
    there = {flags.normal(text) for n, text in one.added if n in taken}
    added = [text for n, text in one.added if n not in taken and not _BARE.fullmatch(text)]
    removed = [text for _, text in one.removed if not _BARE.fullmatch(text)]
    if taken:  # what was only moved into a block is no change
        now = {_undeclared(text) for _, text in one.added}
        then = {_undeclared(text) for part in one.parts for text in part.old}
        added = [
            text
            for text in added
            if _undeclared(text) not in then
            and flags.normal(text)
            not in ("try", "else", "finally", "}else", "}finally", "begin", "end", "do")
            and not _is_start(text, [t for n, t in one.added if n in taken or _undeclared(t) in then])
        ]
        added, removed = _without_named(added, removed, [text for _, text in one.added])
        kept = "".join(standins.plain(text) for n, text in one.added if n in taken)
        removed = [text for text in removed if _undeclared(text) not in now and not _is_within(text, kept)]
        removed = removed[len(there) :] if there else removed
    return len(added) + len(removed)


_FRAMES = frozenset({"try", "else", "finally", "}else", "}finally", "begin", "end", "do", "trydo"})
"""Lines, as :func:`flags.normal` has them, that only hold a block together."""
_DECLARES = re.compile(
    r"^\s*(?:(?:const|let|var|val|auto|final|local)\s+)?(?:[\w:<>\[\],.*&?]+\s+)?"
    r"(?=[\w$]+\s*(?::?=[^=]|;?\s*$))"
)


def _undeclared(text: str) -> str:
    """A line without what declares its variable, which may have moved in front of a block."""
    return flags.normal(_DECLARES.sub("", text, count=1))


def _is_within(text: str, kept: str) -> bool:
    """Whether what a line computes is computed within the lines that hush: it was only drawn into them."""
    value = standins.plain(
        re.sub(r"^return\b", "", _DECLARES.sub("", text, count=1).partition("=")[2].strip())
    )
    return len(value) > 3 and value in kept  # noqa: PLR2004 -- more than a name


def _without_named(added: list[str], removed: list[str], every: list[str]) -> tuple[list[str], list[str]]:
    """The lines without those that only give a part of a removed line a name, and then use the name.

    ``every`` are all added lines: one that is flagged may give the name.
    """
    then = {standins.plain(_undeclared(text)) for text in removed}
    named = {
        name: value
        for text in every
        for names, given in standins.set_in(text)
        for name in names
        if len(value := standins.plain(given)) > 3 and any(value in old for old in then)  # noqa: PLR2004 -- more than a name
    }
    used: set[str] = set()
    rest = []
    for text in added:
        plain = standins.plain(_undeclared(text))
        whole = {
            re.sub(rf"(?<![\w$.]){re.escape(n)}(?![\w$])", v.replace("\\", r"\\"), plain)
            for n, v in named.items()
        }
        whole |= {standins.plain(f"return {v}") for n, v in named.items() if text.split() == ["return", n]}
        names = [n for one, _ in standins.set_in(text) for n in one]
        if whole & then:
            used |= whole & then
        elif not (names and set(names) & set(named)):
            rest.append(text)
    return rest, [text for text in removed if standins.plain(_undeclared(text)) not in used]


def _is_start(text: str, others: list[str]) -> bool:
    """Whether a line only declares a variable, or gives it a constant, that is set in the block behind it."""
    match = re.fullmatch(
        r"([\w$@.]+)(?:\s*:?=\s*(.+))?", _DECLARES.sub("", text, count=1).strip().rstrip(";")
    )
    if match is None or (match[2] and not is_constant(match[2])):
        return False
    return any(re.match(rf"\s*{re.escape(match[1])}\s*=[^=]", other) for other in others)


def _is_related(one: FileDiff, evidence: Evidence) -> bool:
    """Whether the chain goes through the file, or the code of the chain names what is changed there."""
    if not evidence.chain or one.path in evidence.chain or one.old_path in evidence.chain:
        return True
    stem = _stem(one.path)
    if stem in evidence.words or any(
        _stem(path) == stem or _covers(path, one.path) for path in evidence.chain
    ):
        return True
    words = set(re.findall(r"[A-Za-z_$][\w$]{4,}", " ".join(line for part in one.parts for line in part.old)))
    defined = {m for part in one.parts for line in (*part.old, *part.new) for m in _DEFINED.findall(line)}
    return bool(defined & evidence.words) or len(words & evidence.words) >= _ENOUGH


_ENOUGH = 4
_TESTS = re.compile(r"^(?:test_?|Test(?=[A-Z]))|(?:_?tests?|Tests?|TestCase|Spec|[.-]test|[.-]spec)$")
_LAYOUT = frozenset(
    {"src", "test", "tests", "spec", "specs", "main", "java", "kotlin", "lib", "unit", "__tests__"}
)


def _stem(path: str) -> str:
    """The name of a file without the marks of a test."""
    return _TESTS.sub("", re.sub(r"\.\w+$", "", path.rpartition("/")[2]))


def _covers(test: str, path: str) -> bool:
    """Whether a test lies in the package of the file: the same folders but for those of the layout."""
    if not _is_test(test):
        return False
    one, other = ([x for x in p.split("/")[:-1] if x not in _LAYOUT] for p in (test, path))
    return bool(one) and one == other


_DEFINED = re.compile(r"(?:def|class|function|func|fn|fun)\s+([\w$]+)")


def _decided(found: list[Flag], substance: int, on_chain: int, changed: list[FileDiff]) -> tuple[str, str]:
    hushing = [flag for flag in found if flag.kind in HUSHING]
    worst = next((flag for flag in hushing if flag.kind in ("skipped", "removed test", "weakened")), None)
    worst = worst or next(iter(hushing), None)
    if worst is not None:
        place = f"{worst.path}:{worst.lineno}"
        if not substance and any(flag.sure for flag in hushing):
            return HUSHES, f"{HUSHES}: {worst.reason} ({place})"
        beside = ", beside other changes" if substance else "; a default like that may be right"
        return UNCLEAR, f"{UNCLEAR}: {worst.reason} ({place}){beside}"
    if on_chain:
        return CAUSE, f"{CAUSE}: it changes the code that the failure runs through, and hides nothing"
    if not changed:
        return UNCLEAR, f"{UNCLEAR}: there is no diff to judge"
    if not substance:
        return UNCLEAR, f"{UNCLEAR}: it changes no code of the program"
    return UNCLEAR, f"{UNCLEAR}: it touches nothing that the failure is known to run through"
