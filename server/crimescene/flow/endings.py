"""Whether the end of a block is ever reached, as far as its form tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.grammar import child, children, named

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.grammar import Grammar

_LEFT = frozenset({"while", "for", "each", "loop", "switch"})
"""Roles of what a ``break`` leaves."""
_DEEPEST = 60
_HEAD = 80
"""Bytes at the beginning of a block that name what it is entered with."""


def ends(roles: Grammar, node: Node, depth: int = 0) -> bool:  # noqa: PLR0911 -- one branch a role
    """Whether nothing behind ``node`` runs: it leaves on every way, or goes round for ever."""
    role = roles.role(node.type)
    kind = role[0] if role else ""
    if depth > _DEEPEST:
        return False
    if kind in ("return", "throw"):
        return True
    if node.type in roles.tries:
        return _ends_try(roles, node, depth)
    if kind in ("list", "inner"):
        return any(ends(roles, part, depth + 1) for part in named(node))
    if kind == "if":
        ways = [*children(node, role[2]), *children(node, role[3])]
        whole = len(ways) > 1 and ways[-1].type in roles.otherwise
        return whole and all(_ends_way(roles, way, depth) for way in ways)
    if kind == "with":
        body = child(node, role[2])
        head = (node.text or b"")[:_HEAD]
        hushes = any(name.encode() in head for name in roles.hushes)
        return body is not None and not hushes and ends(roles, body, depth + 1)
    if kind in ("while", "for"):
        test = child(node, role[1 if kind == "while" else 2])
        asked = (test.text or b"").strip(b"() ;").decode("utf-8", "replace") if test is not None else ""
        endless = not asked or asked in roles.always
        return endless and not _breaks(roles, node)
    return kind == "switch" and _ends_switch(roles, node, depth)


def _ends_way(roles: Grammar, node: Node, depth: int) -> bool:
    """Whether one way of a branch leaves; a condition without another way is about the block in it."""
    role = roles.role(node.type)
    body = child(node, role[2]) if role[:1] == ("if",) and role[3] == "-" else node
    return body is not None and ends(roles, body, depth + 1)


def _ends_try(roles: Grammar, node: Node, depth: int) -> bool:
    parts = named(node)
    last = parts[-1]
    if last.type in roles.finally_:
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
    if roles.role(cases[-1].type)[0] == "capture":
        rest = named(cases[-1])[0].text == b"_" and not children(cases[-1], roles.role(cases[-1].type)[1])
        blocks = [part for case in cases for part in children(case, "consequence")]
        return rest and len(blocks) == len(cases) and all(ends(roles, b, depth + 1) for b in blocks)
    last = [part for part in named(cases[-1]) if ends(roles, part, depth + 1)]
    return bool(last) and any(roles.role(case.type)[:2] == ("case", "-") for case in cases)


def _breaks(roles: Grammar, node: Node) -> bool:
    """Whether a ``break`` leaves ``node``; one with a label counts wherever it leads."""
    stack = [(part, False) for part in named(node)]
    while stack:
        current, inside = stack.pop()
        role = roles.role(current.type)
        if current.type in roles.breaks:
            if not inside or current.named_child_count:
                return True
            continue
        if role[:1] == ("unit",):
            continue
        deeper = inside or (bool(role) and role[0] in _LEFT)
        stack += [(part, deeper) for part in named(current)]
    return False
