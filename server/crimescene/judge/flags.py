"""What a diff does to code: errors swallowed, guards and defaults at the crash line, types loosened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.diffs import LONGEST
from crimescene.judge.evidence import Evidence, Flag
from crimescene.syntax import outline as read_outline
from crimescene.syntax.constructs import Construct, constructs, is_constant, statements

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff, Part

_NEAR = 12
"""Lines around the crash line within which a guard is about it."""
_DEFAULT = (
    r"None|null|nil|undefined|''|\"\"|``|\[\]|\{\}|\(\)|0|false|False|true|True|-1"
    r"|dict\(\)|list\(\)|set\(\)|'\w*'|\"\w*\""
)
_FALLBACK = re.compile(rf"\s*(?:\bor\b|\|\||\?\?|\?:)\s*(?:{_DEFAULT})(?![\w.\[(])")
_GIVEN = re.compile(
    r"\.unwrap_or(?:_default|_else)?\([^()]*(?:\([^()]*\))?\)"
    r"|\.orElse(?:Get)?\([^()]*(?:\([^()]*\))?\)|\.GetValueOrDefault\(\)"
    r"|\.fetch\([^()]*,[^()]*\)|\bgetattr\([^()]*,[^()]*,[^()]*\)"
    r"|\bObjects\.requireNonNullElse\([^()]*\)|\.ok\(\)\?|\.ok\(\)"
)
_GET = re.compile(rf"\.(?:get|getOrDefault|pop|setdefault)\(([^(),]+?)(?:,\s*(?:{_DEFAULT}))?\)")
_SWALLOWS = (
    (
        re.compile(
            r"\.catch\s*\(\s*(?:\(?\w*\)?\s*=>\s*(?:\{\s*\}|null|undefined|\[\]|\(?\{\}\)?|false|0)"
            r"|function\s*\(\w*\)\s*\{\s*\})\s*\)"
        ),
        "the rejection is caught and dropped",
    ),
    (re.compile(r"\b(?:contextlib\.)?suppress\s*\("), "the error is suppressed"),
    (
        re.compile(r"\brescue\s+(?:nil|false|\[\]|\{\}|0|''|\"\")\s*$|\brescue\s*=>?\s*\w*;?\s*end"),
        "the error is rescued into a constant",
    ),
    (
        re.compile(r"\bif\s+recover\(\)\s*!=|\b_\s*=\s*recover\(\)|\bdefer\s+func\(\)\s*\{\s*recover\(\)"),
        "the panic is recovered from and dropped",
    ),
    (re.compile(r"\blet\s+_\s*=\s*|\bif let Ok\("), "the error is dropped"),
    (re.compile(r"catch_unwind"), "the panic is caught"),
    (re.compile(r"=\s*@\w|^\s*@\$?\w+.*\("), "the error is silenced with @"),
)
_LOOSE = re.compile(
    r"\bas any\b|:\s*any\b|@ts-(?:ignore|nocheck|expect-error)|#\s*type:\s*ignore|\bcast\(\s*Any"
    r"|@SuppressWarnings|eslint-disable"
    r"|\binterface\{\}|#\s*pragma: no|#\[allow\(|:\s*Any\b|\bunsafe\s*\{"
)
_TIMING = re.compile(
    r"(?i)\b(\w*(?:timeout|retr(?:y|ies)|attempts|delay|sleep|wait|backoff"
    r"|interval)\w*)\b[^\n]{0,40}?(\d[\d_.]*)"
)
_SLEEPS = re.compile(
    r"\b(?:time\.sleep|sleep|setTimeout|Thread\.sleep|usleep|asyncio\.sleep|time\.Sleep)\s*\("
)


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
    for x in made:
        if x.kind == "catch":
            found += _caught(diff, x, crash, gone)
        elif x.kind == "guard":
            found += _guarded(diff, x, crash, evidence, before)
    for part in diff.parts:
        found += _defaulted(diff, part, crash, evidence)
    found += _in_words(diff, crash)
    return found


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
            close = min(same, key=lambda n: abs(n - offset), default=min(offset, max(0, len(part.new) - 1)))
            return part.new_lineno + close
    return lineno + shift


def _caught(diff: FileDiff, x: Construct, crash: int, gone: set[str]) -> list[Flag]:
    if not x.quiet or normal(x.condition) in gone:
        return []
    first, last = x.covers
    around = bool(crash) and first <= crash <= max(last, x.lineno)
    near = bool(crash) and abs(x.lineno - crash) <= _NEAR
    if not around and not near:
        return []
    what = " ".join(x.condition.split())[:60].rstrip("{: ")
    done = "; ".join(statements(x.body))[:60] or "nothing"
    lines = frozenset(range(x.lineno, x.lineno + x.body.count("\n") + 2)) | {first}
    where = "around the crash line" if around else "next to the crash line"
    return [Flag("swallowed", diff.path, x.lineno, f"`{what}` {where} does no more than `{done}`", lines)]


_NOTHING = re.compile(
    r"is\s+(?:not\s+)?None|[!=]==?\s*(?:null|undefined|nil|None|''|\"\"|0)\b|[!=]==?\s*(?:''|\"\")"
    r"|^\s*(?:not\s+|!)?\(?[\w.$@\[\]'\"()]+\)?\s*$"
    r"|\blen\(|\.length\b|\.size\(|\.isEmpty\(|\.empty\?|\.nil\?|\.present\?|\bempty\(|\bisset\("
    r"|is_null\(|\btypeof\b|\bhasattr\("
    r"|\.has\(|hasOwnProperty|\.containsKey\(|\.include\?|\.is_some\(|\.is_none\("
    r"|\.is_ok\(|\.isPresent\(|Array\.isArray\("
)


def _tight(text: str) -> str:
    """An expression without the blanks that mean nothing."""
    return re.sub(r"\s*([.,()\[\]])\s*", r"\1", text.strip())


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


def _is_item(evidence: Evidence, before: str) -> bool:
    """Whether the first suspect is one of many that a loop goes through: some may be missing."""
    first = next((s.expression for s in evidence.suspects), "")
    if first.endswith("]"):
        return True
    name = re.escape(first)
    words = rf"\bfor\s+(?:\w+\s*,\s*)*{name}(?:\s*,\s*\w+)*\s+in\b|\b{name}\s*:=\s*range\b"
    loops = rf"{words}|\bfor\s*\([^;()]*\b{name}\s*(?::|of\b|in\b)"
    return bool(re.fullmatch(r"\w+", first) and re.search(loops, before))


def _about(condition: str, evidence: Evidence) -> bool:
    """Whether a condition asks for one of the suspects."""
    text = _tight(condition)
    for suspect in evidence.suspects:
        whole = _tight(suspect.expression)
        root = re.match(r"[\w$@]+(?:\.[\w$]+)?", whole)
        names = {whole, root[0] if root else whole, whole.split("(")[0]}
        if any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) for name in names if name):
            return True
    return False


def _guarded(diff: FileDiff, x: Construct, crash: int, evidence: Evidence, before: str) -> list[Flag]:
    near = bool(crash) and (abs(x.lineno - crash) <= _NEAR or x.covers[0] <= crash <= x.covers[1])
    if not near or x.otherwise or not _NOTHING.search(x.condition) or not _about(x.condition, evidence):
        return []
    if len(re.findall(r"&&|\|\||\band\b|\bor\b", x.condition)) > 1:
        return []
    if _is_declared(evidence, before) or _asked_before(diff, x):
        return []
    if _is_item(evidence, before) and all(line.rstrip(";") == "continue" for line in statements(x.body)):
        return []
    there = {normal(line) for line in before.splitlines()}
    body = statements(x.body)
    wraps = bool(body) and all(normal(line) in there for line in body) and x.covers[0] <= crash <= x.covers[1]
    gives_value = any(
        re.fullmatch(r"return\s+(?!None|null|nil|undefined|true|false|True|False)[A-Za-z_$].*", line)
        for line in body
    )
    before_crash = x.quiet and not gives_value and x.lineno <= crash
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


def _plain(text: str) -> str:
    """An expression without what stands in for a missing value."""
    text = re.sub(r"\?\.\(", "(", text)
    text = re.sub(r"\?\.\[", "[", text)
    text = re.sub(r"\?\.|&\.|\?->", lambda m: "->" if m[0] == "?->" else ".", text)
    text = _FALLBACK.sub("", text)
    text = _GIVEN.sub("", text)
    text = _GET.sub(r"[\1]", text)
    text = re.sub(r"\.unwrap\(\)|\.expect\([^()]*\)|\.get\(\)|!!", "", text)
    text = re.sub(r"(?<![\w\])])\(\s*([\w.$\[\]'\"]+)\s*\)", r"\1", text)
    return re.sub(r"\s+", "", text).rstrip(";,")


def _defaulted(diff: FileDiff, part: Part, crash: int, evidence: Evidence) -> list[Flag]:
    """Lines that are the former ones with ``?.``, a default or a choice put into them."""
    if not crash or not part.new_lineno - 1 <= crash <= part.new_lineno + len(part.new):
        return []
    gone = [part.old[n - part.old_lineno] for n in part.removed]
    old = {_plain(text): text for text in gone if len(text) <= LONGEST}
    found = []
    for lineno in part.added:
        text = part.new[lineno - part.new_lineno]
        if len(text) > LONGEST:
            continue
        was = old.get(_plain(text))
        if was is not None and normal(was) != normal(text):
            reason = "an optional access or default hides the missing value on the crash line"
            found.append(
                Flag("defaulted", diff.path, lineno, f"{reason}: `{text.strip()[:80]}`", frozenset({lineno}))
            )
        elif (choice := _choice(text)) is not None:
            condition, kept = choice
            if _plain(kept) and any(_plain(kept) in plain for plain in old) and _about(condition, evidence):
                reason = (
                    f"`{condition.strip()[:60]}` decides between the value and a constant on the crash line"
                )
                found.append(Flag("defaulted", diff.path, lineno, reason, frozenset({lineno})))
    return found


def _choice(text: str) -> tuple[str, str] | None:
    """Condition and value of a line that chooses between a value and a constant."""
    for pattern in (
        r"(?P<kept>[^=]+?)\s+if\s+(?P<condition>.+?)\s+else\s+(?P<other>[^:;]+)",
        r"(?P<condition>[^=?]+[^=?\s]|[^?]+?[=!]==?[^?]+?)\s*\?\s*(?P<kept>[^:?]+)\s*:\s*(?P<other>[^;]+)",
        r"(?P<condition>[^=?]+|[^?]+?[=!]==?[^?]+?)\s*\?\s*(?P<other>[^:?]+)\s*:\s*(?P<kept>[^;]+)",
        r"(?P<condition>[\w.$\[\]'\"]+)\s*(?:&&|\band\b)\s*(?P<kept>(?P=condition).+)",
    ):
        match = re.search(pattern, text.strip().rstrip(";"))
        if match is None:
            continue
        other = match.groupdict().get("other")
        kept = re.sub(r"^\s*(?:return|yield)\s+", "", match["kept"])
        if other is None or is_constant(other.strip(" )")):
            return match["condition"].split("=")[-1] if other is not None else match["condition"], kept
    return None


def _in_words(diff: FileDiff, crash: int) -> list[Flag]:
    """What single lines say."""
    found: list[Flag] = []
    gone = [text for _, text in diff.removed]
    for lineno, text in diff.added:
        line = frozenset({lineno})
        near = bool(crash) and abs(lineno - crash) <= _NEAR
        for pattern, reason in _SWALLOWS:
            if near and pattern.search(text) and not any(pattern.search(old) for old in gone):
                found.append(Flag("swallowed", diff.path, lineno, f"{reason}: `{text.strip()[:80]}`", line))
        if _LOOSE.search(text) and not any(_LOOSE.search(old) for old in gone):
            found.append(
                Flag("loosened", diff.path, lineno, f"a check is switched off: `{text.strip()[:80]}`", line)
            )
        if _SLEEPS.search(text) and not any(_SLEEPS.search(old) for old in gone):
            found.append(Flag("retried", diff.path, lineno, f"it waits: `{text.strip()[:80]}`", line))
        elif raised := _raised(text, gone):
            found.append(Flag("retried", diff.path, lineno, raised, line))
    return found


def _raised(text: str, gone: list[str]) -> str:
    """A timeout or number of attempts that is higher than before."""
    now = _TIMING.search(text)
    for old in gone:
        then = _TIMING.search(old)
        if now and then and now[1] == then[1] and _number(now[2]) > _number(then[2]):
            return f"`{now[1]}` is raised from {then[2]} to {now[2]}"
    return ""


def _number(text: str) -> float:
    try:
        return float(text.replace("_", "").rstrip("."))
    except ValueError:
        return 0.0
