"""Which expressions are paths, which are constants, and what a pattern binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow.facts import Path
from crimescene.flow.grammar import child, children, named
from crimescene.model import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from crimescene.flow.facts import Source, Statement, Unit
    from crimescene.flow.grammar import Grammar

_MAX_SELECTORS = 3
QUOTES = "\"'`"


class Paths:
    """Reads the simplest expressions of one file; :class:`Expressions` reads all others."""

    def __init__(self, roles: Grammar, source: bytes, module: Unit) -> None:
        self.roles = roles
        self.source = source
        self.unit_now = module
        self.statement_now: Statement | None = None
        self.outer: dict[int, set[str]] = {}

    def sources(self, node: Node) -> tuple[Source, ...]:
        """Return where the value of an expression comes from."""
        raise NotImplementedError

    def text(self, node: Node) -> str:
        """Return the source of ``node``."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def before_last(self, text: str) -> str:
        """Return a path without its last selector."""
        if text.endswith("]"):
            depth = 0
            for position in range(len(text) - 1, -1, -1):
                depth += (text[position] == "]") - (text[position] == "[")
                if depth == 0:
                    return text[:position]
        return text.rpartition(".")[0].removesuffix("?") or text

    # ------------------------------------------------------------ paths

    def path(self, node: Node) -> Path | None:
        """Return the path ``node`` is; None for what has calls or arithmetic in it."""
        selectors: list[str] = []
        current: Node | None = node
        while current is not None:
            role = self.roles.role(current.type)
            kind = role[0] if role else ""
            if kind == "name":
                if current.child_count and current.type not in ("this", "super", "variable_name"):
                    return None
                parts = tuple(reversed(selectors[-_MAX_SELECTORS:]))
                span = Span(node.start_byte, node.end_byte)
                return Path(self.text(current), parts, span, " ".join(self.text(node).split()))
            if kind == "member":
                name = child(current, role[2])
                selectors.append(self.text(name) if name is not None else "*")
                current = child(current, role[1])
            elif kind == "subscript":
                keys = children(current, role[2])
                selectors.append(self.key(keys[0]) if len(keys) == 1 else "*")
                current = child(current, role[1])
            elif kind == "same":
                current = child(current, role[1])
            else:
                return None
        return None

    def key(self, node: Node) -> str:
        """Return a literal key as it is, ``*`` for any other."""
        text = self.text(node)
        if "string" in node.type and text[:1] in QUOTES:
            name = text.strip(QUOTES)
            return name if self.roles.family == "ecmascript" else f"'{name}'"
        return text if text.isdigit() else "*"

    def is_path(self, node: Node) -> bool:
        """Whether the value is that of a path, untouched."""
        if self.is_constant(node):
            return False
        role = self.roles.role(node.type)
        while role and role[0] == "await":
            inner = child(node, role[1])
            if inner is None:
                return False
            node, role = inner, self.roles.role(inner.type)
        return self.path(node) is not None

    def is_opaque(self, node: Node) -> bool:
        """Whether the value is markup."""
        while node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        return node.type.startswith("jsx_")

    def is_direct(self, node: Node) -> bool:
        """Whether the value is what a path or a call gives, untouched."""
        role = self.roles.role(node.type)
        while role and role[0] in ("await", "same"):
            inner = child(node, role[1])
            if inner is None:
                return False
            node, role = inner, self.roles.role(inner.type)
        if (
            node.type == "expression_list"
            and node.named_child_count == 1
            and node.named_children[0] is not None
        ):
            return self.is_direct(node.named_children[0])
        return bool(role) and role[0] in ("name", "member", "subscript", "call", "invoke")

    def is_constant(self, node: Node) -> bool:
        """Whether the value stands in the source."""
        named_constant = self.path(node)
        if named_constant is not None and named_constant.text.rpartition(".")[2].isupper():
            return len(named_constant.text.rpartition(".")[2]) > 1
        if node.type in self.roles.constants:
            return not any("substitution" in c.type or "interpolation" in c.type for c in node.named_children)
        if node.type in ("dictionary", "list", "object", "array") and not node.named_child_count:
            return True
        if node.type in ("unary_operator", "unary_expression", "expression_list", "parenthesized_expression"):
            parts = named(node)
            return bool(parts) and all(self.is_constant(part) for part in parts)
        return False

    def pattern(  # noqa: PLR0911 -- one way out a role
        self, node: Node
    ) -> list[tuple[Path, str]]:
        """Return what is given a value, with the key it takes where it is destructured."""
        role = self.roles.role(node.type)
        kind = role[0] if role else ""
        found = self.path(node) if kind in ("name", "member", "subscript", "same") else None
        if found is not None and self.roles.family == "rust" and found.root[:1].isupper():
            return []  # a constant or a variant that is compared with
        if found is not None:
            if kind in ("subscript", "member") and self.statement_now is not None:
                self._indexes(node)
            key = found.root if node.type == "shorthand_property_identifier_pattern" else ""
            return [(found, key)]
        if kind == "variant":  # Some(x), Point { x, .. }
            return [found for part in named(node)[1:] for found in self.pattern(part)]
        if kind == "parameter":
            inner = child(node, role[1])
            value = child(node, role[2])
            if value is not None and self.statement_now is not None:
                self.sources(value)
            return self.pattern(inner) if inner is not None else []
        if kind == "pair_pattern":
            key_node, inner = child(node, role[1]), child(node, role[2])
            key = self.text(key_node).strip(QUOTES) if key_node is not None else ""
            targets = self.pattern(inner) if inner is not None else []
            return [(path, key if len(targets) == 1 else path.root) for path, _ in targets]
        if kind in ("member", "subscript"):  # f(x).y = ...
            self.sources(node)
            return []
        if kind in ("ignore", "call", "unit", "invoke"):
            return []
        return [found for part in named(node) for found in self.pattern(part)]

    def _indexes(self, node: Node) -> None:
        """Read the keys of ``a[i].b[j]``, which are used though ``a`` is written."""
        current: Node | None = node
        while current is not None:
            role = self.roles.role(current.type)
            if not role or role[0] not in ("member", "subscript", "same"):
                return
            if role[0] == "subscript":
                for key in children(current, role[2]):
                    self.sources(key)
            current = child(current, role[1])
