"""Source text -> definitions, calls and imports, by tree-sitter and our own queries.

Pure: bytes in, :class:`Outline` out; never raises for any input. Every walk is iterative and linear.
"""

from __future__ import annotations

from crimescene.syntax.build import outline
from crimescene.syntax.lookup import (
    calls_in,
    docstring,
    enclosing_function,
    identifiers,
    owner,
    regions,
    signature,
)
from crimescene.syntax.outline import Class, Import, Outline, lineno_at

__all__ = [
    "Class",
    "Import",
    "Outline",
    "calls_in",
    "docstring",
    "enclosing_function",
    "identifiers",
    "lineno_at",
    "outline",
    "owner",
    "regions",
    "signature",
]
