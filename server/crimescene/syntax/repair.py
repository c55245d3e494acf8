"""Read around a syntax error that swallows the definitions after it.

An unclosed bracket can make a parser take the rest of a file for one expression. Such a file is read again
without the lines the error starts on; what was known of them from the first reading is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import masked, parse
from crimescene.model import Span
from crimescene.syntax.facts import Facts, collect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.languages import Language

_LARGEST = 500_000
"""Bytes of a file that is read more than once."""

_PLACES = 3
"""Error lines that are tried, each by reading the file once more."""

_ROUNDS = 3
"""Separate errors that are read around."""

_CLOSERS = (b")", b"]", b"}", b"end", b"</", b"fi", b"done", b"esac")


def collect_around_errors(
    language: Language, grammar: tree_sitter.Language, query: tree_sitter.Query, source: bytes
) -> tuple[tree_sitter.Tree, Facts]:
    """Parse and collect; if errors hide definitions, again with what brings most of them back left out."""
    tree = parse(grammar, source)
    facts = collect(language, query, source, tree.root_node)
    if not tree.root_node.has_error or len(source) > _LARGEST:
        return tree, facts
    text = source
    for masks in (language.masks, (*language.branch_masks, *language.masks)):
        blanked = masked(masks, source)
        if blanked not in {source, text} and tree.root_node.has_error:
            new_tree = parse(grammar, blanked)
            new_facts = collect(language, query, source, new_tree.root_node)
            if _worth(new_facts, new_tree) > _worth(facts, tree):
                text, tree, facts = blanked, new_tree, new_facts
    left_out: list[Span] = []
    for _ in range(_ROUNDS):
        best = None
        for lineno in _error_lines(tree.root_node):
            hole = _lines_of(facts, lineno)
            ranges = _ranges(source, sorted([*left_out, hole]))
            if not ranges or any(hole.start < other.end and other.start < hole.end for other in left_out):
                continue
            new_tree = parse(grammar, text, ranges)
            new_facts = collect(language, query, source, new_tree.root_node)
            _keep(facts, new_facts, hole)
            gain = _definitions(new_facts), -_serious(new_tree)
            if gain > (best[0] if best else (_definitions(facts), -_serious(tree))):
                best = gain, new_tree, new_facts, hole
        if best is None:
            break
        _, tree, facts, hole = best
        left_out.append(hole)
    facts.has_error = True
    return tree, facts


def _errors(root: tree_sitter.Node) -> Iterator[tuple[tree_sitter.Node, int]]:
    """The errors in order, outer before inner, each with the line that what it stands in begins on."""
    pending = [(root, 1)]
    while pending:
        node, outer = pending.pop()
        if node.is_error or node.is_missing:
            yield node, outer
        if node.has_error:
            lineno = node.start_point.row + 1
            pending.extend((child, lineno) for child in reversed(node.children))


def _is_serious(node: tree_sitter.Node) -> bool:
    """Whether the error reaches over lines or lacks a closing bracket: it may hold what follows."""
    return node.end_point.row > node.start_point.row or node.type.encode() in _CLOSERS


def _serious(tree: tree_sitter.Tree) -> int:
    return sum(_is_serious(node) for node, _ in _errors(tree.root_node))


def _worth(facts: Facts, tree: tree_sitter.Tree) -> int:
    """Definitions less errors: among many errors, many of the definitions are none."""
    return _definitions(facts) - sum(1 for _ in _errors(tree.root_node))


def _error_lines(root: tree_sitter.Node) -> list[int]:
    """The first lines on which errors begin, if one of the errors is serious."""
    lines: list[int] = []
    serious = False
    for node, outer in _errors(root):
        serious |= _is_serious(node)
        # What is not closed may have been opened far above; what follows an error may not even be read.
        lines.append(outer if node.is_missing else node.start_point.row + 1)
        if node.child_count and (last := node.children[-1]).end_point.row < node.end_point.row:
            lines.append(last.end_point.row + 1)
        if serious and len(lines) > _PLACES:
            break
    return list(dict.fromkeys(lines))[:_PLACES] if serious else []


def _lines_of(facts: Facts, lineno: int) -> Span:
    """The line with the deeper ones below it and the bracket that closes them."""
    source, starts = facts.source, facts.line_starts
    first = source[starts[lineno - 1] :].split(b"\n", 1)[0]
    margin = len(first) - len(first.lstrip())
    end = starts[lineno] if lineno < len(starts) else len(source)
    for index in range(lineno, len(starts)):
        start = starts[index]
        after = starts[index + 1] if index + 1 < len(starts) else len(source)
        line = source[start:after]
        text = line.lstrip()
        if text:
            depth = len(line) - len(text)
            if depth < margin or (depth == margin and not text.startswith(_CLOSERS)):
                break
            end = after
            if depth == margin:
                break
    return Span(starts[lineno - 1], end)


def _ranges(source: bytes, holes: list[Span]) -> list[tree_sitter.Range]:
    """Everything but ``holes``, which begin and end at line starts."""
    ranges: list[tree_sitter.Range] = []
    start = row = 0
    for hole in [*holes, Span(len(source), len(source))]:
        end_row = row + source.count(b"\n", start, hole.start)
        column = hole.start - (source.rfind(b"\n", 0, hole.start) + 1)
        if hole.start > start:
            ranges.append(tree_sitter.Range((row, 0), (end_row, column), start, hole.start))
        row = end_row + source.count(b"\n", hole.start, hole.end)
        start = hole.end
    return ranges


def _keep(old: Facts, new: Facts, hole: Span) -> None:
    """Keep the definitions that start within ``hole``, which end with it at the latest."""
    for key, draft in old.drafts.items():
        inside = hole.start <= draft.start < hole.end and (draft.name is None or draft.name.end <= hole.end)
        if inside and draft.kind not in {"field", "mixin", "scope"}:
            start = min(draft.start, old.extents[key][1].start if key in old.extents else draft.start)
            end = min(draft.end, hole.end)
            body = draft.body and Span(min(draft.body.start, end), min(draft.body.end, end))
            # Keys are ids of nodes; this one has none in the new tree.
            new.drafts[-1 - draft.start] = replace(draft, start=max(start, hole.start), end=end, body=body)


def _definitions(facts: Facts) -> int:
    return sum(draft.kind not in {"field", "mixin", "scope"} for draft in facts.drafts.values())
