"""Source text -> definitions, calls and imports, by tree-sitter and our own queries.

Pure: bytes in, :class:`Outline` out; never raises for any input. Every walk is iterative and linear.
"""

from __future__ import annotations

from crimescene.syntax.build import outline
from crimescene.syntax.lookup import calls_in, enclosing_function, owner
from crimescene.syntax.outline import Class, Import, Outline, chain_at, function_at, lineno_at
from crimescene.syntax.text import docstring, identifiers, regions, signature

__all__ = [
    "Class",
    "Import",
    "Outline",
    "calls_in",
    "chain_at",
    "docstring",
    "enclosing_function",
    "function_at",
    "identifiers",
    "lineno_at",
    "outline",
    "owner",
    "regions",
    "signature",
]
