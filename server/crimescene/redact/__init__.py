"""Secrets -> masks, at every way out.

Well-known tokens are found by the patterns of detect-secrets, which is only imported when a text holds the
beginning of one; what it lacks (names that say "password", URLs, headers, key blocks, younger vendors) by
the rules here. Time grows with the length of the text: every repetition is bounded or anchored.

Two promises besides: the number of lines never changes, and masking twice is masking once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crimescene.redact.finds import random
from crimescene.redact.names import named
from crimescene.redact.places import located, on_lines
from crimescene.redact.tokens import key_blocks, prefixed, putty_keys, vendors


@dataclass(frozen=True, slots=True)
class Redacted:
    """``text`` with its secrets masked; ``count`` is the number of masked places."""

    text: str
    count: int


_RULES = (key_blocks, putty_keys, prefixed, vendors, located, on_lines, named)


def redact(text: str, masks: dict[str, str] | None = None) -> Redacted:
    """Mask the secrets in ``text``.

    The same secret gets the same mask, "secret 1: AWS key" between angle quotes, also across calls that
    share ``masks`` (secret -> mask). A mask tells neither length nor characters of what it hides.
    """
    masks = {} if masks is None else masks
    finds = [
        find
        for rule in (key_blocks, putty_keys, prefixed, vendors, located, on_lines, named)
        for find in rule(text)
    ]
    finds.sort(key=lambda find: find.start)  # stable: at the same place the more specific rule wins
    out: list[str] = []
    at = count = 0
    for find in finds:
        if find.start < at or _MASK.search(find.secret):
            continue
        mask = masks.setdefault(find.secret, f"\u2039secret {len(masks) + 1}: {find.kind}\u203a")
        out.extend((text[at : find.start], "…" if find.more else mask))
        at = find.end
        count += not find.more
    out.append(text[at:])
    return _spread("".join(out), count, masks)


_MASK = re.compile("\u2039secret ")
_SPREAD = 8
"""A secret at least this long, with letters and digits, is masked wherever it stands."""


def _spread(text: str, count: int, masks: dict[str, str]) -> Redacted:
    """Mask known secrets also where nothing around them gives them away."""
    known = [s for s in masks if len(s) >= _SPREAD and random(s) and s in text]
    if known:
        known.sort(key=len, reverse=True)
        pattern = r"(?<![A-Za-z0-9])(?:" + "|".join(map(re.escape, known)) + r")(?![A-Za-z0-9])"
        text, more = re.subn(pattern, lambda match: masks[match[0]], text)
        count += more
    return Redacted(text, count)
