"""Read around a syntax error that swallows the definitions after it.

An unclosed bracket can make a parser take the rest of a file for one expression. Such a file is read again
without the lines the error starts on; what was known of them from the first reading is kept.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import parse
from crimescene.model import Span
from crimescene.syntax.facts import Facts, collect

if TYPE_CHECKING:
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
        masked = _masked(masks, source)
        if masked not in {source, text} and tree.root_node.has_error:
            new_tree = parse(grammar, masked)
            new_facts = collect(language, query, source, new_tree.root_node)
            if _worth(new_facts, new_tree) > _worth(facts, tree):
                text, tree, facts = masked, new_tree, new_facts
    left_out: list[Span] = []
    for _ in range(_ROUNDS):
        best = None
        for lineno in _error_lines(tree.root_node):
            hole = _lines_of(facts, lineno)
            if any(hole.start < other.end and other.start < hole.end for other in left_out):
                continue
            new_tree = parse(grammar, text, _ranges(source, sorted([*left_out, hole])))
            new_facts = collect(language, query, source, new_tree.root_node)
            _keep(facts, new_facts, hole)
            if best is None or _definitions(new_facts) > _definitions(best[1]):
                best = new_tree, new_facts, hole
        if best is None or _definitions(best[1]) <= _definitions(facts):
            break
        tree, facts = best[0], best[1]
        left_out.append(best[2])
    facts.has_error = True
    return tree, facts


def _masked(masks: tuple[str, ...], source: bytes) -> bytes:
    """The source with blanks in place of what no grammar can know."""
    for mask in masks:
        source = re.sub(mask.encode(), lambda match: re.sub(rb"[^\n]", b" ", match[0]), source)
    return source


def _worth(facts: Facts, tree: tree_sitter.Tree) -> int:
    """Definitions less errors: among many errors, many of the definitions are none."""
    errors, pending = 0, [tree.root_node]
    while pending:
        node = pending.pop()
        errors += node.is_error or node.is_missing
        if node.has_error:
            pending.extend(node.children)
    return _definitions(facts) - errors


def _error_lines(root: tree_sitter.Node) -> list[int]:
    """The first lines of errors, if one of them reaches over lines or lacks a closing bracket."""
    lines: list[int] = []
    serious = False
    pending = [root]
    while pending and (len(lines) < _PLACES or not serious):
        node = pending.pop()
        if node.is_error or node.is_missing:
            start, end = node.start_point.row, node.end_point.row
            serious |= end > start or node.type.encode() in _CLOSERS
            lines.append(start + 1)
            if node.child_count and (last := node.children[-1]).end_point.row < end:
                lines.append(last.end_point.row + 1)  # What follows is not even read.
        if node.has_error:
            pending.extend(reversed(node.children))
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
        if hole.start <= draft.start < hole.end and draft.kind not in {"field", "mixin", "scope"}:
            start = min(draft.start, old.extents[key][1].start if key in old.extents else draft.start)
            end = min(draft.end, hole.end)
            body = draft.body and Span(min(draft.body.start, end), min(draft.body.end, end))
            # Keys are ids of nodes; this one has none in the new tree.
            new.drafts[-1 - draft.start] = replace(draft, start=max(start, hole.start), end=end, body=body)


def _definitions(facts: Facts) -> int:
    return sum(draft.kind not in {"field", "mixin", "scope"} for draft in facts.drafts.values())
