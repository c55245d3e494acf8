"""Whether the end of a block is ever reached, as far as its form tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.grammar import child, children, named

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.grammar import Grammar

_ALWAYS = frozenset({b"true", b"True", b"1"})
_LEFT = frozenset({"while", "for", "each", "loop", "switch"})
"""Roles of what a ``break`` leaves."""
_DEEPEST = 60


def ends(roles: Grammar, node: Node, depth: int = 0) -> bool:  # noqa: PLR0911 -- one branch a role
    """Whether nothing behind ``node`` runs: it leaves on every way, or goes round for ever."""
    role = roles.role(node.type)
    kind = role[0] if role else ""
    if depth > _DEEPEST:
        return False
    if kind in ("return", "throw"):
        return True
    if node.type == "try_statement":
        return _ends_try(roles, node, depth)
    if kind in ("list", "inner"):
        return any(ends(roles, part, depth + 1) for part in named(node))
    if kind == "if":
        ways = [*children(node, role[2]), *children(node, role[3])]
        whole = len(ways) > 1 and ways[-1].type == "else_clause"
        return whole and all(_ends_way(roles, way, depth) for way in ways)
    if kind == "with":
        body = child(node, role[2])
        hushes = b"suppress" in (node.text or b"")[:80]
        return body is not None and not hushes and ends(roles, body, depth + 1)
    if kind in ("while", "for"):
        test = child(node, role[1 if kind == "while" else 2])
        endless = test is None or (test.text or b"").strip(b"() ;") in _ALWAYS | {b""}
        return endless and not _breaks(roles, node)
    return kind == "switch" and _ends_switch(roles, node, depth)


def _ends_way(roles: Grammar, node: Node, depth: int) -> bool:
    """Whether one way of a branch leaves; an ``elif`` is about the block in it."""
    role = roles.role(node.type)
    body = child(node, role[2]) if node.type == "elif_clause" else node
    return body is not None and ends(roles, body, depth + 1)


def _ends_try(roles: Grammar, node: Node, depth: int) -> bool:
    parts = named(node)
    last = parts[-1]
    if last.type == "finally_clause":
        if ends(roles, last, depth + 1):
            return True
        parts.pop()
    ways = [part for part in parts if roles.role(part.type)[:1] == ("catch",)]
    usual = [part for part in parts if part not in ways]
    handled = all(any(ends(roles, inner, depth + 1) for inner in named(way)) for way in ways)
    return handled and any(ends(roles, part, depth + 1) for part in usual)


def _ends_switch(roles: Grammar, node: Node, depth: int) -> bool:
    """Whether there is a case for everything else, and each leaves or falls into one that does."""
    body = child(node, "body")
    cases = [part for part in named(body) if roles.role(part.type)] if body is not None else []
    if not cases or _breaks(roles, node):
        return False
    if node.type == "match_statement":
        rest = (cases[-1].text or b"").startswith((b"case _:", b"case _ :"))
        blocks = [part for case in cases for part in children(case, "consequence")]
        return rest and len(blocks) == len(cases) and all(ends(roles, b, depth + 1) for b in blocks)
    last = [part for part in named(cases[-1]) if ends(roles, part, depth + 1)]
    return bool(last) and any(case.type == "switch_default" for case in cases)


def _breaks(roles: Grammar, node: Node) -> bool:
    """Whether a ``break`` leaves ``node``; one with a label counts wherever it leads."""
    stack = [(part, False) for part in named(node)]
    while stack:
        current, inside = stack.pop()
        role = roles.role(current.type)
        if current.type == "break_statement":
            if not inside or current.named_child_count:
                return True
            continue
        if role[:1] == ("unit",):
            continue
        deeper = inside or (bool(role) and role[0] in _LEFT)
        stack += [(part, deeper) for part in named(current)]
    return False
