"""What a function says: its signature, its documentation, its words, its statements."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import grammar, language
from crimescene.model import Function, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.syntax.outline import Outline

_HEAD_END = re.compile(r"\s*(=>|->|,?\s*\bdo:?|\b(then|begin)|[{:=;\\])?\s*$")


def signature(outline: Outline, function: Function) -> str:
    """What stands before the body, decorators left out, on one line; empty for the module."""
    if function.kind == "module":
        return ""
    start, end = function.span.start, function.body_span.start
    decorators = language(outline.language).decorators
    parts: list[bytes] = []
    for node in _walk(outline.tree, Span(start, max(start, function.name_span.start))):
        if node.type in decorators and node.start_byte >= start:
            parts.append(outline.source[start : node.start_byte])
            start = max(start, node.end_byte)
    parts.append(outline.source[start:end])
    if function.name_span.start > end:  # `typedef struct { ... } order_t`
        parts.append(outline.source[function.name_span.start : function.name_span.end])
    text = " ".join(b" ".join(parts).decode("utf-8", "replace").split())
    return _HEAD_END.sub("", text)


def docstring(outline: Outline, function: Function) -> str:
    """The documentation of ``function`` without its marks: a docstring, else the comment right above."""
    known = language(outline.language)
    if known.docstrings:
        node = _node_of(outline, function)
        first = next((child for child in node.named_children if "comment" not in child.type), None)
        if first is not None and first.type == "expression_statement" and first.named_child_count == 1:
            first = first.named_child(0)
        if first is not None and first.type in known.docstrings and not _is_computed(first):
            return _string_text(outline, first)
    return "" if function.kind == "module" else _comment_above(outline, function)


def _is_computed(node: tree_sitter.Node) -> bool:
    """Whether the string is put together when it runs: an f-string, with values in it or without."""
    start = node.child(0)
    prefix = start.text if start is not None and start.text is not None else b""
    return any(sign in prefix.lower().split(b'"')[0].split(b"'")[0] for sign in (b"f", b"b", b"t"))


def _string_text(outline: Outline, node: tree_sitter.Node) -> str:
    text = outline.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
    text = re.sub(r"^[A-Za-z]*(\"\"\"|'''|\"|')(.*)\1$", r"\2", text, flags=re.DOTALL)
    return inspect.cleandoc(text)


def _comment_above(outline: Outline, function: Function) -> str:
    """The comment that ends on the line above ``function``."""
    known = language(outline.language)
    start = outline.line_starts[function.first_lineno - 1]
    above = outline.source[max(0, start - 20_000) : start].decode("utf-8", "replace").rstrip(" \t")
    for opening, closing in zip(known.block_comments[::2], known.block_comments[1::2], strict=True):
        body = above.rstrip()
        if body.endswith(closing) and "\n" not in above[len(body) :].replace("\n", "", 1):
            begin = body.rfind(opening)
            if begin >= 0:
                inside = body[begin + len(opening) : len(body) - len(closing)]
                lines = [re.sub(r"^\s*[*!]+ ?", "", line).rstrip() for line in inside.splitlines()]
                return "\n".join(lines).strip()
    lines = []
    for line in reversed(above.splitlines()):
        token = next((t for t in known.comments if line.lstrip().startswith(t)), None)
        if token is None:
            break
        lines.append(line.strip()[len(token) :].lstrip(token[0] + "!").removeprefix(" "))
    return "\n".join(reversed(lines)).strip()


@cache
def _identifier_query(name: str) -> tree_sitter.Query | None:
    known = language(name)
    loaded = grammar(known)
    if loaded is None:
        return None
    kinds = {
        kind
        for i in range(loaded.node_kind_count)
        if loaded.node_kind_is_named(i)
        and loaded.node_kind_is_visible(i)
        and (kind := loaded.node_kind_for_id(i))
        and ("identifier" in kind or kind in known.identifiers)
    }
    alternatives = " ".join(f"({kind})" for kind in sorted(kinds))
    query: tree_sitter.Query = tree_sitter.Query(loaded, f"[{alternatives}] @name")
    return query


def identifiers(outline: Outline, span: Span) -> list[str]:
    """The identifiers in ``span`` in source order; no keywords, strings or comments."""
    query = _identifier_query(outline.language)
    if query is None:
        return []
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(span.start, span.end)
    nodes = cursor.captures(outline.tree.root_node).get("name", [])
    places = sorted((n.start_byte, n.end_byte) for n in nodes if n.child_count == 0)
    return [
        outline.source[start:end].decode("utf-8", "replace")
        for start, end in places
        if span.start <= start and end <= span.end
    ]


def _node_of(outline: Outline, function: Function) -> tree_sitter.Node:
    """The node of the body, the outermost if several have its span."""
    root = outline.tree.root_node
    span = function.body_span
    if function.kind == "module":
        return root
    for node in _walk(outline.tree, Span(span.start, span.start + 1)):
        if node.start_byte == span.start and node.end_byte == span.end:
            return node
    return root.descendant_for_byte_range(span.start, span.end) or root


def _walk(tree: tree_sitter.Tree, span: Span) -> Iterator[tree_sitter.Node]:
    """The nodes that meet ``span``, outer before inner, without recursion."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        meets = node is not None and node.start_byte < span.end and node.end_byte > span.start
        if node is not None and meets:
            yield node
            if cursor.goto_first_child_for_byte(span.start) is not None:
                continue
        past = node is None or node.start_byte >= span.end
        while past or not cursor.goto_next_sibling():
            past = False
            if not cursor.goto_parent():
                return


def regions(outline: Outline, place: Function | tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """First and last line of each statement of a body, in order; lines between them hold the frame together.

    ``place`` is a function or one of the regions, which is split further: a loop into the statements of its
    body. Each region is made of whole lines; statements that share a line are one region.
    """
    if isinstance(place, Function):
        span, whole = place.body_span, (place.first_lineno, place.last_lineno)
    else:
        whole = place
        first, last = (min(max(1, n), len(outline.line_starts)) for n in place)
        start = outline.line_starts[first - 1]
        end = outline.line_starts[last] if last < len(outline.line_starts) else len(outline.source)
        text = outline.source[start:end]
        span = Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
    if isinstance(place, Function):
        node = _node_of(outline, place)
    else:
        root = outline.tree.root_node
        node = root.descendant_for_byte_range(span.start, max(span.start, span.end)) or root
    found: list[tuple[int, int]] = []
    pending = [node]
    while pending:
        node = pending.pop()
        inner: list[tree_sitter.Node] = []
        for group in _line_groups(node, span):
            lines = group[0].start_point.row + 1, _last_lineno(group[-1])
            if len(group) == 1 and re.search("block|body|_list$|compound_statement|_clause$", group[0].type):
                inner += group
            elif lines != whole and _is_region(outline, group):
                # What was put off comes after what is found, so the order is set at the end.
                found.append(lines)
            else:
                inner += [child for child in group if child.end_point.row > child.start_point.row]
        pending += inner
    return tuple(sorted(found))


def _line_groups(node: tree_sitter.Node, span: Span) -> list[list[tree_sitter.Node]]:
    """The children within ``span``, those that share a line together."""
    groups: list[list[tree_sitter.Node]] = []
    for child in node.named_children:
        if child.end_byte <= span.start or child.start_byte >= span.end:
            continue
        if groups and child.start_point.row + 1 <= _last_lineno(groups[-1][-1]):
            groups[-1].append(child)
        else:
            groups.append([child])
    return groups


def _last_lineno(node: tree_sitter.Node) -> int:
    """The last line that has a part of ``node``; some grammars count the newline to the statement."""
    end = node.end_point
    return end.row if end.column == 0 and end.row > node.start_point.row else end.row + 1


def _is_region(outline: Outline, group: list[tree_sitter.Node]) -> bool:
    """Whether the lines of ``group`` hold nothing else but punctuation and comments."""
    source, start, end = outline.source, group[0].start_byte, group[-1].end_byte
    if source[source.rfind(b"\n", 0, start) + 1 : start].strip():
        return False
    if group[-1].end_point.column == 0:
        return True
    newline = source.find(b"\n", end)
    after = source[end : newline if newline >= 0 else len(source)].decode("utf-8", "replace").strip(" \t\r;,")
    return not after or after.startswith(language(outline.language).comments)
