"""What decides how a failure is met: catch clauses, conditions, what stands in for a missing value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection

    import tree_sitter

    from crimescene.syntax.outline import Outline

_CATCH = frozenset({"except_clause", "except_group_clause", "catch_clause", "catch_block", "rescue"})
_TRY = frozenset(
    {"try_statement", "try_expression", "begin", "body_statement", "try_with_resources_statement"}
)
_IF = frozenset({"if_statement", "if_expression", "if", "unless", "if_modifier", "unless_modifier"})
_CHOICE = frozenset({"conditional_expression", "ternary_expression", "conditional"})
_BLOCK = re.compile(r"block|body|suite|then|compound_statement|statement_list")
_RAISES = re.compile(
    r"\b(?:raise|throw|rethrow|panic|reject|abort|fail|exit|Throw\w*|assert\w*|unreachable"
    r"|self\.fail)\b|\btodo!"
)
_LITERAL = re.compile(
    r"(?:None|null|nil|undefined|true|false|True|False|-?\d[\w.]*|\"[^\"]*\"|'[^']*'|``|\[\]|\{\}"
    r"|\(\)|set\(\)|dict\(\)"
    r"|list\(\)|new \w+(?:<\w*>)?\(\)|Optional\.empty\(\)|(?:Collections|List|Map|Set)\.\w+\(\)|NaN"
    r"|Ok\(\(\)\)|Vec::new\(\)"
    r"|String::new\(\)|Default::default\(\)|\w+\{\}|\(None, None\)|None, None|nil, nil|0, nil|\"\", nil)"
)
_LOGS = re.compile(
    r"(?:[\w.$:]*\b(?:log|logger|logging|console|print\w*|warn\w*|warnings|puts|echo|error_log|eprintln!|"
    r"System\.err|System\.out|fmt\.Print\w*|slog|debug|info|trace)\b[\w.!]*\s*\(.*\)|print .*"
    r"|puts .*|echo .*)",
    re.DOTALL,
)
_MOST = 5_000
_LONG = 500
"""Characters of a statement that does more than leave."""


@dataclass(frozen=True, slots=True)
class Construct:
    """One place where a failure may be met."""

    kind: str
    """catch | guard | choice"""
    span: Span
    lineno: int
    condition: str
    """Of a guard or choice as written; of a catch clause what it catches."""
    body: str
    """What is done then."""
    otherwise: str
    """The other branch; empty without one."""
    covers: tuple[int, int]
    """First and last line that run under it: the tried block, the guarded statements."""

    @property
    def quiet(self) -> bool:
        """Whether the body does no more than leave, note something or give a constant."""
        return all(_is_quiet(statement) for statement in statements(self.body))


def statements(body: str) -> list[str]:
    """The lines of a body without braces, comments and documentation."""
    text = body.strip()
    text = re.sub(r"(?s)/\*.*?\*/|\"\"\".*?\"\"\"", "", text)
    text = re.sub(r"(?m)(?:^|\s)(?:#|//).*$", "", text).strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    return [line.strip() for line in re.split(r"\n|;(?=\s)|;$", text) if line.strip(" {};\t")]


def _is_quiet(statement: str) -> bool:
    text = statement.rstrip(";").strip()
    if len(text) > _LONG:
        return False
    if _RAISES.search(text):
        return False
    if _LOGS.fullmatch(text) or _LITERAL.fullmatch(text):
        return True
    if match := re.fullmatch(r"(?:return|yield|next|break)\b\s*(.*)", text, re.DOTALL):
        value = match[1].strip("() ")
        return (
            not value or bool(_LITERAL.fullmatch(match[1].strip())) or bool(re.fullmatch(r"[\w.$]+", value))
        )
    if match := re.fullmatch(r"(?:(?:const|let|var|auto)\s+)?[\w.$@\[\]\"']+\s*:?=\s*(.+)", text, re.DOTALL):
        return bool(_LITERAL.fullmatch(match[1].strip()))
    return text in ("pass", "continue", "break", "...", "next", "_", "end", "else")


def is_constant(text: str) -> bool:
    """Whether it is written out: nothing, a number, an empty collection."""
    return bool(_LITERAL.fullmatch(text.strip()))


def constructs(outline: Outline, lines: Collection[int]) -> list[Construct]:
    """The constructs that begin on one of the 1-based ``lines``, in the order of the text."""
    if not lines:
        return []
    first, last = min(lines), max(lines)
    starts = outline.line_starts
    begin = starts[min(first, len(starts)) - 1]
    end = starts[last] if last < len(starts) else len(outline.source)
    found: list[Construct] = []
    pending = [outline.tree.root_node]
    seen = 0
    while pending and seen < _MOST:
        node = pending.pop()
        seen += 1
        if node.start_byte >= end or node.end_byte <= begin:
            continue
        if node.start_point.row + 1 in lines and (made := _construct(outline, node)) is not None:
            found.append(made)
        pending += node.named_children
    return sorted(found, key=lambda x: x.span)


def _text(outline: Outline, node: tree_sitter.Node | None) -> str:
    if node is None:
        return ""
    return outline.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _construct(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    span = Span(node.start_byte, node.end_byte)
    lineno = node.start_point.row + 1
    if node.type in _CATCH:
        body = _body(node)
        tried = node.parent
        while tried is not None and tried.type not in _TRY:
            tried = tried.parent
        covers = (lineno, lineno)
        if tried is not None:
            covers = (tried.start_point.row + 1, node.start_point.row + 1)
        head = outline.source[node.start_byte : body.start_byte if body is not None else node.end_byte]
        return Construct(
            "catch", span, lineno, head.decode("utf-8", "replace"), _text(outline, body), "", covers
        )
    if node.type in _IF:
        condition = node.child_by_field_name("condition")
        body = node.child_by_field_name("consequence") or node.child_by_field_name("body") or _body(node)
        other = node.child_by_field_name("alternative")
        if condition is None or body is None:
            return None
        covers = (body.start_point.row + 1, body.end_point.row + 1)
        asked = re.sub(r"^\((.*)\)$", r"\1", _text(outline, condition), flags=re.DOTALL)
        return Construct(
            "guard",
            span,
            lineno,
            asked,
            _text(outline, body),
            _text(outline, other),
            covers,
        )
    if node.type in _CHOICE:
        parts = [child for child in node.named_children if "comment" not in child.type]
        if len(parts) != 3:  # noqa: PLR2004 -- condition and two branches
            return None
        if outline.language == "python":
            parts = [parts[1], parts[0], parts[2]]
        decides, yes, no = (_text(outline, part) for part in parts)
        return Construct("choice", span, lineno, decides, yes, no, (lineno, node.end_point.row + 1))
    return None


def _body(node: tree_sitter.Node) -> tree_sitter.Node | None:
    body = node.child_by_field_name("body")
    if body is not None:
        return body
    return next((child for child in reversed(node.named_children) if _BLOCK.search(child.type)), None)
