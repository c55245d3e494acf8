"""Answers that are too long for one message: pages, and a sentence that says how to get the next."""

from __future__ import annotations

import json
from typing import Any

from crimescene.model import UserError

PAGE = 40_000
"""Most characters of one answer: clients cut or refuse more than some 25,000 tokens."""


def of_text(text: str, page: int) -> list[str]:
    """One page of a text, whole lines where they fit; the second string says what is missing."""
    starts = [0]
    while len(text) - starts[-1] > PAGE:
        end = text.rfind("\n", starts[-1], starts[-1] + PAGE) + 1
        starts.append(end if end > starts[-1] else starts[-1] + PAGE)
    _check(page, len(starts))
    until = starts[page] if page < len(starts) else len(text)
    return [text[starts[page - 1] : until], *_note(page, len(starts))]


def of_list(items: list[Any], page: int, around: dict[str, Any] | None = None, name: str = "") -> list[str]:
    """One page of a list as JSON, or of an object whose list is called ``name``."""
    pages: list[list[Any]] = [[]]
    used = 0
    for item in items:
        used += len(json.dumps(item, ensure_ascii=False)) + 2
        if used > PAGE and pages[-1]:
            pages.append([])
            used = 0
        pages[-1].append(item)
    _check(page, len(pages))
    shown: Any = pages[page - 1] if around is None else {**around, name: pages[page - 1]}
    return [json.dumps(shown, ensure_ascii=False), *_note(page, len(pages))]


def _check(page: int, pages: int) -> None:
    if not 1 <= page <= pages:
        raise UserError(f"There is no page {page}: ask for one from 1 to {pages}.")


def _note(page: int, pages: int) -> list[str]:
    if pages == 1:
        return []
    more = f" Call again with page={page + 1} for the next." if page < pages else ""
    return [f"Page {page} of {pages}.{more}"]
