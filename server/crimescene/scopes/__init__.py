"""Scopes: what the names of a file mean, read lazily from its syntax tree.

:func:`read` gives the unit of a whole file; its functions and classes are read when asked
for. The form (:mod:`crimescene.scopes.ir`) is the same for all languages; languages without
a reader of their own give None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.languages import grammar, language_for, masked, parse
from crimescene.scopes import csharp, go, java, javascript, python
from crimescene.scopes.reading import File

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

    from crimescene.scopes.ir import Unit

_READERS: dict[str, Callable[[File, tree_sitter.Node], Unit]] = {
    "python": python.module,
    "go": go.module,
    "java": java.module,
    "csharp": csharp.module,
    "javascript": javascript.module,
    "typescript": javascript.module,
    "tsx": javascript.module,
}


def read(path: str, source: bytes) -> Unit | None:
    """Parse the file; None without a reader or a grammar for its language."""
    language = language_for(path)
    reader = _READERS.get(language.id) if language else None
    loaded = grammar(language) if language and reader else None
    if language is None or reader is None or loaded is None:
        return None
    tree = parse(loaded, source)
    if language.branch_masks and tree.root_node.has_error:  # branches of ``#if`` that make no whole together
        source = masked((*language.branch_masks, *language.masks), source)
        tree = parse(loaded, source)
    return reader(File(path, language.id, source), tree.root_node)
