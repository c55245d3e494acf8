"""What a diff does to code: errors swallowed, guards and defaults at the crash line, types loosened."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crimescene.judge import conditions, standins, words
from crimescene.judge.diffs import LONGEST
from crimescene.judge.evidence import Evidence, Flag
from crimescene.judge.standins import JOINED, about, also_called, asks
from crimescene.judge.words import NEAR
from crimescene.syntax import outline as read_outline
from crimescene.syntax.constructs import Construct, constructs, is_constant, statements

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff, Part


def normal(text: str) -> str:
    """A line without blanks and final punctuation."""
    return re.sub(r"\s+", "", text).rstrip(";,{:")


def flags(diff: FileDiff, before: str, after: str, evidence: Evidence) -> list[Flag]:
    """What speaks against the change of a file of the program; both versions of it are known."""
    found: list[Flag] = []
    added = {n for n, _ in diff.added}
    if not added:
        return found
    outline = read_outline(diff.path, after.encode("utf-8", "replace"))
    made = constructs(outline, added) if outline is not None else []
    gone = {normal(text) for _, text in diff.removed}
    crash = _crash_after(diff, evidence)
    former = [text for _, text in diff.removed if len(text) <= LONGEST]
    for x in made:
        near = bool(crash) and abs(x.lineno - crash) <= NEAR
        if x.kind == "catch":
            found += _caught(diff, x, crash, gone)
            continue
        choice = standins.chosen(diff.path, x, former, evidence) if near else []
        found += choice
        if x.kind == "guard" and not choice:
            found += _guarded(diff, x, crash, evidence, before)
    for part in diff.parts:
        found += _defaulted(diff, part, crash, evidence)
    return [*found, *words.found_in(diff, crash), *conditions.changed(diff)]


def _crash_after(diff: FileDiff, evidence: Evidence) -> int:
    """The crash line in the file as it becomes; 0 where it is another file."""
    path, lineno = evidence.crash
    if path not in (diff.old_path, diff.new_path) or not lineno:
        return 0
    shift = 0
    for part in diff.parts:
        if part.old_lineno + len(part.old) <= lineno:
            shift += len(part.new) - len(part.old)
        elif part.old_lineno <= lineno:
            offset = lineno - part.old_lineno
            wanted = normal(part.old[offset])
            same = [n for n, line in enumerate(part.new) if normal(line) == wanted]
            close = min(same, key=lambda n: abs(n - offset), default=_likest(part.old[offset], part, offset))
            return part.new_lineno + close
    return lineno + shift


def _likest(line: str, part: Part, offset: int) -> int:
    """Which added line of the part (from 0) became of ``line``: the last of those that share most words."""
    words = _words(line)
    shared = {n: (words & _words(part.new[n])).total() for n in (x - part.new_lineno for x in part.added)}
    most = max(shared.values(), default=0)
    likest = [n for n, count in shared.items() if count == most > 0]
    return likest[-1] if likest else min(offset, max(0, len(part.new) - 1))


def _words(line: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", line[:LONGEST]))


def _caught(diff: FileDiff, x: Construct, crash: int, gone: set[str]) -> list[Flag]:
    if not x.quiet or normal(x.condition) in gone:
        return []
    first, last = x.covers
    around = bool(crash) and first <= crash <= max(last, x.lineno)
    near = bool(crash) and abs(x.lineno - crash) <= NEAR
    if not around and not near:
        return []
    what = " ".join(x.condition.split())[:60].rstrip("{: ")
    done = "; ".join(statements(x.body))[:60] or "nothing"
    lines = frozenset(range(x.lineno, x.lineno + x.body.count("\n") + 2)) | {first}
    where = "around the crash line" if around else "next to the crash line"
    return [Flag("swallowed", diff.path, x.lineno, f"`{what}` {where} does no more than `{done}`", lines)]


def _is_declared(evidence: Evidence, before: str) -> bool:
    """Whether the file itself declares that the first suspect may be nothing: a default, a type."""
    first = next((s.expression for s in evidence.suspects), "")
    name = re.escape(re.split(r"[.\s(\[]+", first.strip(")]"))[-1]) if first else ""
    if not re.fullmatch(r"\w+", name):
        return False
    nothing = r"(?:None|null|undefined|nil)"
    state = rf"(?:self|this|@)\.?{name}\s*=\s*(?:{nothing}|\[\]|\{{\}}|dict\(\)|list\(\))"
    default = rf"\b{name}\s*(?::\s*[\w.\[\]| ]+)?\s*=\s*{nothing}\s*[,)]"
    typed = rf"\b{name}\s*\?\s*:|\b{name}\s*:\s*(?:Optional\[|[\w\[\]]+ \| None)"
    declared = f"{state}|{default}|{typed}"
    return bool(re.search(declared, before))


def _asked_before(diff: FileDiff, x: Construct) -> bool:
    """Whether the condition is a former one that asks for more now."""
    now = normal(x.condition)
    for _, text in diff.removed:
        match = re.search(r"\b(?:if|elif|unless|while)\b\s*(.+)", text)
        former = normal(match[1]).strip("()") if match else ""
        if len(former) > 2 and former in now:  # noqa: PLR2004 -- more than a sign
            return True
    return False


def _was_there(diff: FileDiff, x: Construct) -> bool:
    """Whether what is done under the condition was done before, under another one on the same line."""
    body = range(x.covers[0] + (x.covers[0] == x.lineno), x.covers[1])
    part = next((p for p in diff.parts if x.lineno in p.added), None)
    if part is None or set(body) & set(part.added) or not body:
        return False
    removed = (part.old[n - part.old_lineno] for n in part.removed)
    return any(re.search(r"\b(?:if|elif|elsif|unless)\b", text) for text in removed)


def _is_item(evidence: Evidence, before: str) -> bool:
    """Whether the first suspect is one of many that a loop goes through: some may be missing."""
    first = next((s.expression for s in evidence.suspects), "")
    if first.endswith("]"):
        return True
    name = re.escape(first)
    words = rf"\bfor\s+(?:\w+\s*,\s*)*{name}(?:\s*,\s*\w+)*\s+in\b|\b{name}\s*:=\s*range\b"
    loops = rf"{words}|\bfor\s*\([^;()]*\b{name}\s*(?::|of\b|in\b)"
    return bool(re.fullmatch(r"\w+", first) and re.search(loops, before))


def _is_nothing(value: str, before: str) -> bool:
    """Whether what is returned is a constant, or a name that held one: no answer to what was asked."""
    if is_constant(value):
        return True
    for part in value.strip("() ").split(","):
        name = part.strip()
        if is_constant(name):
            continue
        held = re.search(rf"(?<![\w.$]){re.escape(name)}\s*:?=\s*([^=\n][^\n]*)", before)
        if not re.fullmatch(r"[\w$]+", name) or held is None or not is_constant(held[1].rstrip("; ")):
            return False
    return True


def _is_part(line: str, gone: list[str]) -> bool:
    """Whether a statement stood within one of the removed lines ``gone``, beside others."""
    return len(line) > len("x()") and any(line in text for text in gone)


def _guarded(diff: FileDiff, x: Construct, crash: int, evidence: Evidence, before: str) -> list[Flag]:
    near = bool(crash) and (abs(x.lineno - crash) <= NEAR or x.covers[0] <= crash <= x.covers[1])
    called = also_called((text for _, text in diff.added), evidence) if near else frozenset()
    wanted = about(x.condition, evidence, called)
    if not near or x.otherwise or not wanted or not asks(x.condition):
        return []
    if len(JOINED.findall(x.condition)) > 1:
        return []
    if _is_declared(evidence, before) or _asked_before(diff, x) or _was_there(diff, x):
        return []
    if _is_item(evidence, before) and all(line.rstrip(";") == "continue" for line in statements(x.body)):
        return []
    there = {normal(line) for line in before.splitlines()}
    body = statements(x.body)
    gone = [normal(text) for _, text in diff.removed]
    kept = all(normal(line) in there or _is_part(normal(line), gone) for line in body)
    wraps = bool(body) and kept and x.covers[0] <= crash <= x.covers[1]
    gives_value = any(
        (given := re.fullmatch(r"return\b\s*(.+)", line.rstrip(";"))) and not _is_nothing(given[1], before)
        for line in body
    )
    # a name given to the suspect is asked for behind the line that gives it, and before it is used
    first = x.lineno <= crash or about(x.condition, Evidence(), called)
    before_crash = x.quiet and not gives_value and first
    if not wraps and not before_crash:
        return []
    asked = " ".join(x.condition.split())[:60]
    done = (
        "skips the crash line"
        if wraps
        else f"does `{'; '.join(body)[:40] or 'nothing'}` before the crash line"
    )
    lines = frozenset(range(x.lineno, x.covers[1] + 2))
    why = f"`{asked}` {done}; where the value comes from stays as it is"
    return [Flag("guarded", diff.path, x.lineno, why, lines)]


def _defaulted(diff: FileDiff, part: Part, crash: int, evidence: Evidence) -> list[Flag]:
    """Lines that are the former ones with ``?.``, a default or an option put into them."""
    if not crash or not part.new_lineno - 1 <= crash <= part.new_lineno + len(part.new):
        return []
    gone = [part.old[n - part.old_lineno] for n in part.removed]
    old = {standins.plain(text): text for text in gone if len(text) <= LONGEST}
    found = []
    for lineno in part.added:
        text = part.new[lineno - part.new_lineno]
        if len(text) > LONGEST:
            continue
        was = old.get(standins.plain(text))
        more = was is not None and standins.hushes(text) > standins.hushes(was)
        if more or (gone and standins.wraps(text, evidence)):
            reason = "an optional access or default hides the missing value on the crash line"
            said = f"{reason}: `{text.strip()[:80]}`"
            sure = not standins.is_only_some(text)
            found.append(Flag("defaulted", diff.path, lineno, said, frozenset({lineno}), sure=sure))
    return found
