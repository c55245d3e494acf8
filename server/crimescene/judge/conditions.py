"""Conditions that ask the opposite of what they asked, or let more pass than before; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.evidence import Flag

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff, Part

_HEAD = re.compile(r"^\W*(?:else\s+)?(if|elif|elsif|elseif|else if|unless|while|until|guard)\b\s*(.+)$")
_ENDS = re.compile(r"\s*(?:[:{]|\bthen|\bdo|\belse\s*\{)\s*$")
_OPPOSITE = {"==": "!=", "!=": "==", "===": "!==", "!==": "===", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_WIDER = {"<": "<=", ">": ">=", "===": "==", "!==": "!="}
_SIGN = re.compile(r"(?<![<>=!])(===|!==|==|!=|<=|>=|<|>)(?![<>=])")
_OR = re.compile(r"\|\||\bor\b")
_AND = re.compile(r"&&|\band\b")
_LONGEST = 300


def changed(diff: FileDiff) -> list[Flag]:
    """What the conditions of a file ask otherwise now; no sign of hushing by itself."""
    return [flag for part in diff.parts for flag in _of_part(diff.path, part)]


def _of_part(path: str, part: Part) -> list[Flag]:
    former = [c for n in part.removed if (c := _condition(part.old[n - part.old_lineno]))]
    found: list[Flag] = []
    for lineno in part.added:
        now = _condition(part.new[lineno - part.new_lineno])
        if now is None:
            continue
        for then in former:
            kind = _became(then, now)
            if kind:
                said = "asks the opposite of" if kind == "inverted" else "lets more pass than"
                reason = f"`{now[1][:60]}` {said} `{then[1][:60]}`"
                found.append(Flag(kind, path, lineno, reason))
                break
    return found


def _condition(line: str) -> tuple[str, str] | None:
    """Keyword and condition of a line; None if it has none."""
    match = _HEAD.match(line.strip()[:_LONGEST])
    if match is None:
        return None
    text = _ENDS.sub("", _ENDS.sub("", match[2])).strip()
    text = re.sub(r"^\((.*)\)(?:\s*(?:return|continue|break|throw)\b.*)?$", r"\1", text)
    word = "unless" if match[1] in ("unless", "until", "guard") else "if"
    return (word, text) if text else None


def _became(then: tuple[str, str], now: tuple[str, str]) -> str:
    """What became of a condition: ``inverted``, ``widened``, or nothing of the kind."""
    old, new = _bare(then[1]), _bare(now[1])
    if old == new:
        return "inverted" if then[0] != now[0] else ""
    if then[0] == now[0] and (_bare(_negated(then[1])) == new or _bare(_negated(now[1])) == old):
        return "inverted"
    return "widened" if then[0] == now[0] and _is_wider(then[1], now) else ""


def _is_wider(then: str, now: tuple[str, str]) -> bool:
    """Whether a condition of the same kind lets more pass than before."""
    old, new = _bare(then), _bare(now[1])
    more, fewer = (_OR, _AND) if now[0] == "if" else (_AND, _OR)
    if old in {_bare(x) for x in more.split(now[1])} or (len(old) > 1 and _joined(old, now[1], more)):
        return True
    if new in {_bare(x) for x in fewer.split(then)} or _joined(new, then, fewer):
        return True
    signs = zip(_SIGN.findall(then), _SIGN.findall(now[1]), strict=False)
    pairs = [(a, b) for a, b in signs if a != b]
    same = _SIGN.sub("~", then).split() == _SIGN.sub("~", now[1]).split()
    return same and len(pairs) == 1 and _WIDER.get(pairs[0][0]) == pairs[0][1]


def _joined(part: str, whole: str, sign: re.Pattern[str]) -> bool:
    """Whether ``whole`` is ``part`` and something more, joined by this sign."""
    text = _bare(whole)
    at = text.find(part)
    if at < 0 or part == text:
        return False
    rest = text[:at] + " " + text[at + len(part) :]
    return bool(
        re.search(r"\|\||\bor\b" if sign is _OR else r"&&|\band\b", rest.strip(" ()")[:4] + rest[-4:])
    )


def _bare(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1].strip()
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


_TURNS = (
    (re.compile(r"\bis\s+not\b"), "is"),
    (re.compile(r"\bis\b"), "is not"),
    (re.compile(r"\bnot\s+in\b"), "in"),
    (re.compile(r"\bin\b"), "not in"),
)


def _negated(text: str) -> str:
    """The opposite of a condition, as one would write it; empty where that is not plain."""
    text = _bare(text)
    if match := re.fullmatch(r"(?:!|not\s+)\s*(.+)", text):
        return match[1]
    for pattern, opposite in _TURNS:
        if pattern.search(text):
            return pattern.sub(opposite, text, count=1)
    signs = list(_SIGN.finditer(text))
    if len(signs) == 1:
        return f"{text[: signs[0].start()]}{_OPPOSITE[signs[0][1]]}{text[signs[0].end() :]}"
    return "" if signs else f"!{text}"
