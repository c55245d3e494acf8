"""What a candidate is in itself, and beside the functions of the chain."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from crimescene.context import chain as chains
from crimescene.context import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.candidates import Candidate
    from crimescene.context.chain import Link

_BRANCH = re.compile(
    r"\b(?:if|elif|for|foreach|while|case|when|switch|match|catch|except|unless)\b|&&|\|\||\?"
)
_RAISES = re.compile(
    r"\s*(?:throw|raise|assert|panic|fail|abort|die)\b|.*\b(?:throw new|panic\(|panic!|errors\.New)"
)
_MANY = 20
"""Branches of a function that has all of them one can keep in mind."""
_TINY = 4
"""Lines of a function that can hardly hold a mistake."""


def describe(items: Sequence[Candidate], links: Sequence[Link]) -> None:
    """Note the kind, length and branches of each candidate, and how the error came about."""
    names = {link.function.name for link in links if link.function.kind != "module" and not link.in_test}
    raised = next((link for link in links if link.origin), None) or next(iter(links), None)
    checked = raised is not None and bool(
        _RAISES.match(words.line_of(raised.outline, raised.location.lineno) or raised.frame.code or "")
    )
    crashed = any(not link.in_test for link in links)
    for item in items:
        function = item.function
        if chains.in_test(function.path):
            item.note("in_test", 1.0)
        in_chain = "frame" in item.features
        item.note("in_chain", float(in_chain))
        lines = function.last_lineno - function.first_lineno + 1
        item.note("short", 1 / (1 + lines / 40))
        item.note("tiny", float(lines <= _TINY and not in_chain))
        item.note("kind_constructor", float(function.kind == "constructor"))
        item.note("kind_type", float(function.kind in ("class", "module", "field")))
        text = words.source_of(item.outline, function.span)
        item.note("branches", min(1.0, math.log1p(len(_BRANCH.findall(text))) / math.log1p(_MANY)))
        item.note("same_name", float(not in_chain and function.name in names))
        if checked:
            for feature in ("raised", "frame", "callee_of_line"):
                item.note(f"{feature}_checked", item.features.get(feature, 0.0))
        if not crashed:
            for feature in ("callee_of_test", "second_callee", "message_words", "test_words", "short"):
                item.note(f"{feature}_assert", item.features.get(feature, 0.0))
