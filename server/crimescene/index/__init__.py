"""Which files mention a name: one pass over the bytes, or a look into the words kept of them.

Without an index nothing can be stale, and reading is as fast as ``git grep``, also over 14,000 files.
A server that runs for hours keeps the words of each file on disk (:mod:`crimescene.index.words`), made
by a process of its own; whatever they say is read again before it is believed.
"""

from __future__ import annotations

from crimescene.index.scanning import (
    Mentions,
    by_proximity,
    is_generated,
    mentions,
    narrowed,
    occurrences,
    search,
    source_files,
)

__all__ = [
    "Mentions",
    "by_proximity",
    "is_generated",
    "mentions",
    "narrowed",
    "occurrences",
    "search",
    "source_files",
]
