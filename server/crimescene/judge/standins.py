"""What stands in for a missing value within an expression: optional access, defaults, choices; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.diffs import LONGEST
from crimescene.judge.evidence import Evidence, Flag
from crimescene.syntax.constructs import Construct, is_constant

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULT = (
    r"None|null|nil|nullptr|undefined|''|\"\"|``|\[\]|\{\}|\(\)|false|False|true|True|-?\d+(?:\.\d+)?[a-zA-Z]?"
    r"|dict\(\)|list\(\)|set\(\)|tuple\(\)|'\w*'|\"\w*\"|\[\]\s+as\s+\w+(?:\[\])?|(?:[\w]+\.)*[A-Z][A-Z0-9_]{2,}"
    r"|(?:List|Map|Set|Collections|Optional)\.\w+\(\)|new \w+\(\)|[sS]tring\.Empty"
)
_FALLBACK = re.compile(rf"\s*(?:\bor\b|\|\||\?\?|\?:)\s*(?:{_DEFAULT})(?![\w.\[(])")
_CALLS = r"[^()]*(?:\([^()]*\)[^()]*)*"
_GIVEN = re.compile(
    rf"\.unwrap_or(?:_default|_else)?\({_CALLS}\)"
    rf"|\.(?:orElse(?:Get)?|getOrElse|getOrDefault)\s*(?:\({_CALLS}\)|\{{[^{{}}]*\}})"
    r"|\.GetValueOrDefault\([^()]*\)|\.orEmpty\(\)|\.getOrNull\(\)|\.toOption\b|\.presence\b"
    r"|\.fetch\([^()]*,[^()]*\)"
    r"|\bObjects\.requireNonNullElse\([^()]*\)|\.ok\(\)\?|\.ok\(\)"
)
_WRITTEN = rf"{_DEFAULT}|\w+\((?:-?\d[\d.]*|'[^']*'|\"[^\"]*\")?\)"
_GET = re.compile(
    rf"\.(?:get|getOrDefault|pop|setdefault)\(((?:[^(),]|\([^()]*\))+?)(?:,\s*(?:{_WRITTEN}))?\)"
)
_ATTRIBUTE = re.compile(rf"\bgetattr\(\s*([\w.]+)\s*,\s*['\"](\w+)['\"]\s*,{_CALLS}\)")
_TRIED = re.compile(r"\.try\(\s*:(\w+)\s*\)")
_SAFE = re.compile(r"\?\.(?=[\w\[(])|&\.|\?->")
_WRAPPED = re.compile(r"\b(?:Optional\.ofNullable|Option|Maybe)\(\s*([^()]+(?:\([^()]*\))?)\s*\)")


def plain(text: str) -> str:
    """An expression without what stands in for a missing value, and without what insists on one."""
    text = re.sub(r"\?\.\(", "(", text)
    text = re.sub(r"\?\.\[", "[", text)
    text = _SAFE.sub(lambda m: "->" if m[0] == "?->" else ".", text)
    text = _TRIED.sub(r".\1", text)
    text = _ATTRIBUTE.sub(r"\1.\2", text)
    text = _FALLBACK.sub("", text)
    text = _GET.sub(r"[\1]", text)
    text = _GIVEN.sub("", text)
    text = re.sub(
        r"\.(?:copied|cloned)\(\)|\.unwrap\(\)|\.expect\([^()]*\)|\.get\(\)|\.get\b(?!\()|!!|!(?=[.\[;,)]|$)|(?<=[\w\])])!(?=\()",
        "",
        text,
    )
    text = re.sub(r"\(\s*([\w.$\[\]'\"]+)\s+as\s+[\w<>\[\]|. ]+\)", r"(\1)", text)
    text = re.sub(r"(?<![\w\])])\(\s*([\w.$\[\]'\"]+)\s*\)", r"\1", text)
    return re.sub(r"\s+", "", text).rstrip(";,")


def hushes(text: str) -> int:
    """How much of an expression stands in for a missing value."""
    got = [m for m in _GET.finditer(text) if not m[0].endswith(".get()")]
    return len(got) + sum(len(p.findall(text)) for p in (_SAFE, _TRIED, _ATTRIBUTE, _FALLBACK, _GIVEN))


_NOTHING = re.compile(
    r"is\s+(?:not\s+)?(?:None|null|nil)|[!=]==?\s*(?:null|nullptr|NULL|undefined|nil|None|''|\"\"|0)\b"
    r"|[!=]==?\s*(?:''|\"\")|\bis\s*\{\s*\}|[!=]=\s*default\b"
    r"|^\s*(?:not\s+|!)?\(?[\w.$@\[\]'\"()?>-]+\)?\s*$"
    r"|\blen\(|\.length\b|\.size\(|\.isEmpty\b|\.empty\?|\.nil\?|\.present\?|\.blank\?|\bempty\(|\bisset\("
    r"|is_null\(|\b(?:is|non)Null\(|\bIsNullOrEmpty\(|\.Count\b|\.Any\(|\.isDefined\b|\.nonEmpty\b|\bis_nil\("
    r"|\btypeof\b|\bhasattr\(|\bisinstance\(|\binstanceof\b|\.is_a\?|\.kind_of\?|\bis_(?:string|array|int|object)\("
    r"|\.has\(|hasOwnProperty|\.containsKey\(|\.include\?|\.is_some\(|\.is_none\("
    r"|\.is_ok\(|\.isPresent\(|Array\.isArray\("
)


JOINED = re.compile(r"&&|\|\||\band\b|\bor\b")


def asks(condition: str) -> bool:
    """Whether a condition, or a part of it, asks if a value is there."""
    return any(_NOTHING.search(part) for part in (condition, *JOINED.split(condition)))


_SET = re.compile(
    r"(?:^|[{;(]|\b(?:if|while))\s*(?:const|let|var|val|auto|final)?\s*(?:[A-Z][\w<>\[\]?, ]*\s)?"
    r"([\w$]+(?:\s*,\s*[\w$]+)*)(?:\s*:\s*[\w<>\[\]| ]+)?\s*:?=(?![=>])\s*([^;]+)"
)
"""What a line sets, and to what: also within a condition, where languages allow it."""


def set_in(line: str) -> list[tuple[list[str], str]]:
    """The names that a line sets, with what it sets them to."""
    return [([name.strip() for name in m[1].split(",")], m[2]) for m in _SET.finditer(line[:LONGEST])]


def also_called(added: Iterable[str], evidence: Evidence) -> frozenset[str]:
    """The names that ``added`` lines give a suspect or what is computed of it: ``text, ok := v.(string)``."""
    pairs = [pair for line in added for pair in set_in(line)]
    return frozenset(n for names, value in pairs if about(value, evidence, whole=True) for n in names) - {"_"}


def about(condition: str, evidence: Evidence, called: Iterable[str] = (), *, whole: bool = False) -> bool:
    """Whether a condition asks for one of the suspects, by itself or by one of its other names ``called``.

    With ``whole`` only for the suspect as it is written, not for what it is taken from.
    """
    text = _tight(condition)
    expressions = [suspect.expression for suspect in evidence.suspects]
    for expression in (*expressions[: 1 if whole else None], *called):
        tight = _tight(expression)
        if whole:
            if tight in text:
                return True
            continue
        root = re.match(r"[\w$@]+(?:\.[\w$]+)?", tight)
        names = {tight, root[0] if root else tight, tight.split("(")[0]}
        if any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) for name in names if name):
            return True
    return False


def _tight(text: str) -> str:
    """An expression without the blanks and question marks that do not say what is asked."""
    return re.sub(r"\s*([.,()\[\]])\s*", r"\1", re.sub(r"[?!]\.", ".", text).strip())


def wraps(text: str, evidence: Evidence) -> bool:
    """Whether a suspect is put into an option whose absence is then replaced by a constant."""
    wrapped = [m[1] for m in _WRAPPED.finditer(text)]
    return bool(_GIVEN.search(text)) and any(about(inner, evidence) for inner in wrapped)


def chosen(path: str, x: Construct, former: list[str], evidence: Evidence) -> list[Flag]:
    """A choice between the value as it was and a constant, where a suspect decides."""
    decided = is_constant(x.otherwise) or is_constant(x.body)
    kept = x.body if is_constant(x.otherwise) else x.otherwise
    if not decided or not x.otherwise or not asks(x.condition) or not about(x.condition, evidence):
        return []
    value = plain(kept)
    if not value or not any(value in plain(text) for text in former):
        return []
    asked = " ".join(x.condition.split())[:60]
    lines = frozenset(range(x.lineno, x.covers[1] + 1))
    reason = f"`{asked}` decides between the value and a constant on the crash line"
    constant = x.otherwise if is_constant(x.otherwise) else x.body
    return [Flag("defaulted", path, x.lineno, reason, lines, sure=not is_thought_of(constant))]


_THOUGHT_OF = re.compile(
    r"(['\"`])[^'\"`]+\1|-?(?:[2-9]|1\d|1(?=\.))[\d_.]*[a-zA-Z]?|(?:\w+\.)*[A-Z][A-Z0-9_]{2,}"
)


def is_thought_of(constant: str) -> bool:
    """Whether a constant says more than "nothing": a word, a number beyond one, a name."""
    return bool(_THOUGHT_OF.fullmatch(constant.strip().strip("();").strip()))


def is_only_some(text: str) -> bool:
    """Whether a line reads what only some of the objects have that come there."""
    return bool(_ATTRIBUTE.search(text)) and not any(p.search(text) for p in (_SAFE, _FALLBACK, _GIVEN))
