"""Questions to an :class:`Outline`: which function, whose, what does it call and say."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter

    from crimescene.model import CallSite, Function, Span
    from crimescene.syntax.outline import Class, Outline


def enclosing_function(
    outline: Outline, lineno: int, column: int | None = None, name: str | None = None
) -> Function:
    """The innermost definition at the 1-based ``lineno``; the module outside all of them.

    Without ``column`` (1-based, UTF-16 units as runtimes print it) a function without a name wins only
    if the line holds nothing but it. ``name``, as a runtime prints it, decides between those around the line.
    """
    around = [f for f in _units(outline) if f.first_lineno <= lineno <= f.last_lineno]
    if column is not None:
        offset = _offset(outline, lineno, column)
        exact = [f for f in around if f.span.start <= offset < f.span.end]
    else:
        exact = [f for f in around if f.kind != "lambda" or _owns_line(outline, f, lineno)]
    if name:
        wanted = re.split(r"[.#:$]+", name)[-1].strip("<>")
        named = [f for f in around if f.name == wanted]
        if named:
            return named[-1]
    return exact[-1] if exact else outline.module


def _units(outline: Outline) -> list[Function]:
    units = [*outline.functions, *(c.function for c in outline.classes)]
    return sorted(units, key=lambda f: (f.span.start, -f.span.end))


def _offset(outline: Outline, lineno: int, column: int) -> int:
    if not 1 <= lineno <= len(outline.line_starts):
        return -1
    start = outline.line_starts[lineno - 1]
    line = outline.source[start:].split(b"\n", 1)[0].decode("utf-8", "replace")
    before = line.encode("utf-16-le")[: 2 * max(0, column - 1)].decode("utf-16-le", "ignore")
    return start + len(before.encode())


def _owns_line(outline: Outline, function: Function, lineno: int) -> bool:
    """Whether the line holds nothing but ``function``, punctuation aside."""
    starts = outline.line_starts
    start = starts[lineno - 1]
    end = starts[lineno] if lineno < len(starts) else len(outline.source)
    span = function.span
    outside = outline.source[start : max(start, span.start)] + outline.source[min(end, span.end) : end]
    return not re.search(rb"[\w\x80-\xff]", outside)


def calls_in(outline: Outline, span: Span) -> tuple[CallSite, ...]:
    """The call sites whose name lies in ``span``, in source order."""
    starts = [c.span.start for c in outline.calls]
    return outline.calls[bisect_left(starts, span.start) : bisect_left(starts, span.end)]


def owner(outline: Outline, function: Function) -> Class | None:
    """The class ``function`` belongs to, also from within a closure; None if it belongs to none."""
    by_name: dict[str, list[Class]] = {}
    for found in outline.classes:
        by_name.setdefault(found.function.qualified_name, []).append(found)
    name = function.qualified_name.rpartition(".")[0]
    while name:
        if candidates := by_name.get(name):
            around = [
                c for c in candidates if c.function.span.start <= function.span.start < c.function.span.end
            ]
            return (around or candidates)[-1]
        name = name.rpartition(".")[0]
    return None


def signature(outline: Outline, function: Function) -> str:
    """What stands before the body, decorators left out, on one line."""
    start, end = function.span.start, function.body_span.start
    if function.kind == "module" or end <= start:
        return ""
    text = outline.source[start:end].decode("utf-8", "replace")
    return " ".join(text.split()).rstrip("{:= ").rstrip()


def docstring(outline: Outline, function: Function) -> str:  # noqa: ARG001
    """The documentation of ``function`` without its comment marks; empty if it has none."""
    return ""


def identifiers(outline: Outline, span: Span) -> list[str]:
    """The identifiers in ``span`` in source order; no keywords, strings or comments."""
    found: list[str] = []
    for node in _walk(outline.tree.root_node, span):
        if node.child_count == 0 and "identifier" in node.type:
            found.append(outline.source[node.start_byte : node.end_byte].decode("utf-8", "replace"))
    return found


def _walk(root: tree_sitter.Node, span: Span) -> list[tree_sitter.Node]:
    """The nodes that meet ``span``, outer before inner, without recursion."""
    cursor = root.walk()
    found: list[tree_sitter.Node] = []
    while True:
        node = cursor.node
        meets = node is not None and node.start_byte < span.end and node.end_byte > span.start
        if node is not None and meets:
            found.append(node)
        if meets and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def regions(outline: Outline, function: Function) -> tuple[tuple[int, int], ...]:
    """First and last line of each statement of the body, for eliding a long function between them."""
    del outline
    return ((function.first_lineno, function.last_lineno),)
