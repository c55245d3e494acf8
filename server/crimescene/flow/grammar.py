"""What the node types of a grammar are to the flow of values: ``flow.toml`` of each language.

Each node type has a role and the names of the fields that play a part in it; ``@n`` is the n-th named
child, ``:type`` the first child of a type, ``=`` what stands behind that sign, ``.`` the node itself, ``-``
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from crimescene.languages import described

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Grammar:
    """The roles of a language's nodes."""

    language: str
    family: str
    """python | ecmascript | java | go, where values can be passed through a function; ruby | php |
    rust | csharp | kotlin, where statements are put between others."""
    roles: Mapping[str, tuple[str, ...]]
    mutators: frozenset[str]
    """Methods that change what they are called on."""
    mutators_of_argument: Mapping[str, int]
    """Functions that change one of their arguments, and which."""
    callbacks: frozenset[str]
    """Methods that call the function they are given with elements of the receiver."""
    braces: bool
    directives: tuple[str, ...]
    """Types of first statements that have to stay first."""
    braceless: tuple[str, ...]
    """Fields and types that hold one statement without braces."""
    constants: frozenset[str]
    """Types of nodes whose value stands in the source."""
    never: frozenset[str]
    """Types of expressions that cannot be an argument."""
    self_names: frozenset[str]
    ends: frozenset[str]
    """Types of statements that nothing in their block runs after."""
    tries: frozenset[str]
    """Types of statements with ways for what is thrown in them."""
    finally_: frozenset[str]
    """Types of what runs at the end of such a statement whatever happened."""
    otherwise: frozenset[str]
    """Types of the way of a branch that is taken when no condition holds."""
    breaks: frozenset[str]
    """Types of what leaves a loop or a switch, with a label as the only child."""
    always: frozenset[str]
    """Conditions that hold whenever they are asked."""
    hushes: tuple[str, ...]
    """What a block is named after that swallows what is thrown in it."""
    lines_only: bool
    """Whether values are shown by statements between others alone, never by passing them through."""
    calls_to_read: bool
    """Whether reading a member of an object may run code."""

    def role(self, kind: str) -> tuple[str, ...]:
        """Role and fields of a node type; empty for what has none."""
        return self.roles.get(kind, ())


@cache
def grammar_of(language: str) -> Grammar | None:
    """The roles of ``language``; None where nobody wrote them down."""
    data = described(language, "flow")
    if not data:
        return None
    return Grammar(
        language=language,
        family=data.get("family", "other"),
        roles={k: tuple(v.split()) for k, v in data.get("roles", {}).items()},
        mutators=frozenset(data.get("mutators", ())),
        mutators_of_argument=data.get("mutators_of_argument", {}),
        callbacks=frozenset(data.get("callbacks", ())),
        braces=data.get("braces", True),
        directives=tuple(data.get("directives", ())),
        braceless=tuple(data.get("braceless", ())),
        constants=frozenset(data.get("constants", ())),
        never=frozenset(data.get("never", ())),
        self_names=frozenset(data.get("self_names", ("this",))),
        ends=frozenset(data.get("ends", ())),
        tries=frozenset(data.get("tries", ())),
        finally_=frozenset(data.get("finally", ())),
        otherwise=frozenset(data.get("otherwise", ())),
        breaks=frozenset(data.get("breaks", ())),
        always=frozenset(data.get("always", ())),
        hushes=tuple(data.get("hushes", ())),
        lines_only=data.get("lines_only", False),
        calls_to_read=data.get("calls_to_read", False),
    )


def child(node: Node, spec: str) -> Node | None:
    """The part of ``node`` that ``spec`` names."""
    if spec == "-":
        return None
    if spec == ".":
        return node
    if spec == "=":
        return _behind_equals(node)
    if spec.startswith(":"):
        kinds = spec[1:].split(",")
        return next((c for c in node.named_children if c.type in kinds), None)
    if spec.startswith("@"):
        parts = [c for c in node.named_children if not c.is_extra]
        place = int(spec[1:])
        return parts[place] if -len(parts) <= place < len(parts) else None
    return node.child_by_field_name(spec)


def _behind_equals(node: Node) -> Node | None:
    """What a declaration gives its name, in grammars that have no field for it."""
    equals = next((n for n, c in enumerate(node.children) if c.type == "="), None)
    rest = node.children[equals + 1 :] if equals is not None else []
    return next((c for c in rest if c.is_named and not c.is_extra), None)


def children(node: Node, spec: str) -> list[Node]:
    """All parts of ``node`` that ``spec`` names, comments left out."""
    if spec.startswith(("@", "-", ":", "=", ".")):
        found = child(node, spec)
        return [found] if found is not None else []
    return [c for c in node.children_by_field_name(spec) if c.is_named and not c.is_extra]


def named(node: Node) -> list[Node]:
    """The named children that are no comments."""
    return [c for c in node.named_children if not c.is_extra]
