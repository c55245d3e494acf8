"""Regular expressions that are compiled when first used: most traces need few of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


FILE = r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:>][^:\n]{0,1000}?)"
LINE = r"(?P<line>\d{1,9})"
COLUMN = r"(?P<col>\d{1,9})"
"""Groups that ``runs.placed`` makes frames of."""


class Pattern:
    """A compiled expression's ``match``, ``search`` and ``finditer``, made on first use."""

    __slots__ = ("_flags", "_source", "finditer", "fullmatch", "match", "search")

    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        """Reached while the slots are empty; afterwards they answer at C speed."""
        if name not in ("match", "search", "fullmatch", "finditer"):
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        self.match = compiled.match
        self.search = compiled.search
        self.fullmatch = compiled.fullmatch
        self.finditer = compiled.finditer
        return getattr(self, name)


def rx(source: str, flags: int = 0) -> Pattern:
    """A pattern compiled on first use."""
    return Pattern(source, flags)
