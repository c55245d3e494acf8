"""Questions about a whole tree that the log statements need: did it break, and where are our calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.grammar import named
from crimescene.languages import grammar, language_for, parse
from crimescene.model import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    import tree_sitter

_CALLS = frozenset({"call", "call_expression", "method_invocation"})


def _root(path: str, source: bytes) -> tree_sitter.Node | None:
    language = language_for(path, source[:200])
    loaded = grammar(language) if language is not None else None
    return None if loaded is None else parse(loaded, source).root_node


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    cursor = root.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def faults(path: str, source: bytes) -> int:
    """Number of places that could not be parsed; -1 without a grammar."""
    root = _root(path, source)
    if root is None:
        return -1
    if not root.has_error:
        return 0
    return sum(node.is_error or node.is_missing for node in _walk(root))


def calls(path: str, source: bytes, callee: re.Pattern[bytes]) -> list[tuple[Span, tuple[Span, ...]]]:
    """Calls whose text starts with ``callee``, with their arguments, in the order of the text."""
    root = _root(path, source)
    if root is None:
        return []
    found: list[tuple[Span, tuple[Span, ...]]] = []
    for node in _walk(root):
        if node.type in _CALLS and callee.match(source, node.start_byte, node.end_byte):
            holder = node.child_by_field_name("arguments")
            spans = tuple(Span(n.start_byte, n.end_byte) for n in named(holder)) if holder is not None else ()
            found.append((Span(node.start_byte, node.end_byte), spans))
    return found
