"""Edge cases of the conditions that a diff changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.evidence import Edge, Evidence

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff

_CONDITION = re.compile(r"\b(?:if|elif|else if|while|unless|when)\b\s*\(?(.+?)\)?\s*(?:[:{]|then)?\s*$")
_MOST = 12
_ASKED = (
    (re.compile(r"\blen\(|\.length\b|\.size\b|\.count\b|\.is_?[eE]mpty\b|\bcount\("), ("empty", "one item")),
    (re.compile(r"[<>]=?"), ("the bound itself", "zero", "negative")),
    (re.compile(r"\bNone\b|\bnull\b|\bnil\b|undefined"), ("null", "empty but not null")),
    (re.compile(r"\bin\b|\.has\(|\.includes\(|\.contains\w*\("), ("missing", "duplicate")),
    (re.compile(r"[!=]=="), ("zero", "empty text")),
    (re.compile(r""), ("null", "zero", "empty")),
)


def _alone(text: str) -> str:
    """The condition of ``if (x) return;``, where something is done on its line; else empty."""
    start, depth = text.find("("), 0
    if start <= 0 or not re.fullmatch(r"[a-z ]+", text[:start]):
        return ""
    for n, sign in enumerate(text[start:], start):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return text[start + 1 : n].strip() if re.match(r"\s*[\w{$]", text[n + 1 :]) else ""
    return ""


def edges(one: FileDiff, _evidence: Evidence) -> list[Edge]:
    """What to try on each condition that is new or changed."""
    found: list[Edge] = []
    gone = {re.sub(r"\s+", "", text) for _, text in one.removed}
    for lineno, text in one.added:
        match = _CONDITION.search(text.strip())
        if match is None or re.sub(r"\s+", "", text) in gone:
            continue
        condition = _alone(text.strip()[match.start() :]) or match[1].strip()
        asked = next(cases for pattern, cases in _ASKED if pattern.search(condition))
        found += [Edge(condition[:80], one.path, lineno, case) for case in asked]
    return found[:_MOST]
