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

_CATCH = frozenset(
    {"except_clause", "except_group_clause", "catch_clause", "catch_block", "rescue", "rescue_block"}
)
_TRY = frozenset(
    {"try_statement", "try_expression", "begin", "body_statement", "try_with_resources_statement"}
    | {"do_statement", "do_block"}
)
_IF = frozenset(
    {"if_statement", "if_expression", "if", "unless", "if_modifier", "unless_modifier", "guard_statement"}
)
_ARMS = frozenset({"match_expression", "when_expression"})
_ABSENT = re.compile(r"\s*(?:None|Err\(.*\)|null|nil|_|else)\s*")
_CHOICE = frozenset({"conditional_expression", "ternary_expression", "conditional"})
_BLOCK = re.compile(r"block|body|suite|then|compound_statement|statement_list")
_RAISES = re.compile(
    r"\b(?:raise|throw|rethrow|panic|reject|abort|fail|exit|Throw\w*|assert\w*|unreachable"
    r"|self\.fail)\b|\btodo!"
)
_LITERAL = re.compile(
    r"(?:None|null|nil|nullptr|undefined|true|false|True|False|-?\d[\w.]*|\"[^\"]*\"|'[^']*'|``|\[\]|\{\}"
    r"|\(\)|set\(\)|dict\(\)|tuple\(\)|<></>|default(?:\(\w+\))?|[sS]tring\.Empty"
    r"|\[\]\s+as\s+[\w<>\[\]]+"
    r"|float\(\"-?\w+\"\)|(?:math\.)?[iI]nf(?:inity)?|(?:Double|Number|Float)\.\w+"
    r"|list\(\)|new \w+(?:<[\w, ]*>)?\(\)|Optional\.empty\(\)|NaN|array\(\)|:\w+|\w+::new\(\)"
    r"|(?:Collections|List|Map|Set|Array|Enumerable)\.(?:<[\w<>?, ]*>)?\w+(?:<[\w<>?, ]*>)?\(\)"
    r"|Ok\(\(\)\)|Default::default\(\)|\w+\{\}|(?:\w+\.)*[A-Z][A-Z0-9_]{2,}"
    r"|(?:empty|list|map|set|mutableList|mutableMap)(?:List|Map|Set|Of)?\(\))"
)
_LOGS = re.compile(
    r"(?:[\w.$:@>-]*(?<![a-zA-Z0-9])(?:_?log\w{0,4}|logging|console|\w?print\w*|perror|syslog|warn\w*|puts|echo|error_log"
    r"|eprintln|System\.err|System\.out|fmt|slog|_?debug\w*|info|_?trace\w*|NSLog|Logger|Log|Debug|Console)"
    r"(?:(?:\.|::|->)?[\w!]+)*\s*\(.*\)|print .*|puts .*|echo .*|\w+\.printStackTrace\(\))",
    re.DOTALL | re.IGNORECASE,
)
_KEY = re.compile(r"^(?:\w+|'\w+'|\"\w+\")\s*(?:=>|:)\s*(?=\S)")
"""How an entry of a literal object begins."""
_CASE = re.compile(r"^(?:case\b[^=\n]*=>|\w+(?:\s+in\s+[\w, \[\]]+)?\s*->)\s*")
"""How a branch begins that a pattern chooses: what stands behind it is done."""
_MOST = 5_000
_SHORT = 60
"""Characters of an expression that may be several constants."""
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
    lines = (_CASE.sub("", line.strip()) for line in re.split(r"\n|;(?=\s)|;$", text))
    return [line for line in lines if line.strip(" {};\t,") and line not in ("do", "end", "then", "begin")]


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
        return not value or is_constant(match[1]) or bool(re.fullmatch(r"[\w.$]+(?:,\s*[\w.$]+)*", value))
    if match := re.fullmatch(r"(?:(?:const|let|var|auto)\s+)?[\w.$@\[\]\"']+\s*:?=\s*(.+)", text, re.DOTALL):
        return is_constant(match[1])
    return text in ("pass", "continue", "break", "...", "next", "_", "end", "else")


def is_constant(text: str) -> bool:
    """Whether it is written out: nothing, a number, an empty collection; several of them count as well."""
    plain = re.sub(r"^return\b", "", text.strip().rstrip(";").strip()).strip()
    inner = plain[1:-1].strip().rstrip(";") if plain.startswith("{") and plain.endswith("}") else ""
    plain = re.sub(r"^return\b", "", inner).strip() if inner else plain
    while plain.startswith("(") and plain.endswith(")") and plain != "()":
        plain = plain[1:-1].strip()
    plain = re.sub(r"\s+as\s+[\w<>\[\]., ]+$", "", plain)
    if re.fullmatch(r"\{.+\}|\[.+\]", plain):
        plain = plain[1:-1]
    parts = plain.split(",") if len(plain) <= _SHORT else [plain]
    return bool(plain) and all(_LITERAL.fullmatch(_KEY.sub("", part.strip())) for part in parts)


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
    if node.type in _CATCH:
        return _catch(outline, node)
    if node.type in _IF or _is_named_if(outline, node):
        return _guard(outline, node)
    if node.type in _CHOICE:
        return _choice(outline, node)
    return _absent(outline, node)


def _catch(outline: Outline, node: tree_sitter.Node) -> Construct:
    lineno = node.start_point.row + 1
    body = _body(node)
    tried = node.parent
    while tried is not None and tried.type not in _TRY:
        tried = tried.parent
    covers = (lineno, lineno)
    if tried is not None:
        covers = (tried.start_point.row + 1, node.start_point.row + 1)
    head = outline.source[node.start_byte : body.start_byte if body is not None else node.end_byte]
    caught = head.decode("utf-8", "replace")
    span = Span(node.start_byte, node.end_byte)
    return Construct("catch", span, lineno, caught, _text(outline, body), "", covers)


def _guard(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    condition, body, other = _parts(node)
    if node.type == "guard_statement":
        body, other = next((c for c in node.named_children if c.type == "statements"), None), None
    if condition is None or body is None:
        return None
    asked = re.sub(r"^\((.*)\)$", r"\1", _text(outline, condition), flags=re.DOTALL)
    if node.type == "guard_statement":  # Swift's asks for what must be there: all that stands before its else
        asked = outline.source[node.start_byte : body.start_byte].decode("utf-8", "replace")
        asked = f"{re.sub(r'^guard|else[^a-z]*$', '', asked.strip()).strip()} == nil"
    return Construct(
        "guard",
        Span(node.start_byte, node.end_byte),
        node.start_point.row + 1,
        asked,
        _text(outline, body),
        _text(outline, other),
        (body.start_point.row + 1, body.end_point.row + 1),
    )


def _choice(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    parts = [child for child in node.named_children if "comment" not in child.type]
    if len(parts) != 3:  # noqa: PLR2004 -- condition and two branches
        return None
    if outline.language == "python":
        parts = [parts[1], parts[0], parts[2]]
    decides, yes, no = (_text(outline, part) for part in parts)
    lineno, span = node.start_point.row + 1, Span(node.start_byte, node.end_byte)
    return Construct("choice", span, lineno, decides, yes, no, (lineno, node.end_point.row + 1))


def _absent(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    """What leaves where a value is absent, in the forms that are no ``if``."""
    if node.type == "let_declaration" and (body := node.child_by_field_name("alternative")) is not None:
        asked = f"{_text(outline, node.child_by_field_name('value'))}.is_none()"
        lineno, span = node.start_point.row + 1, Span(node.start_byte, node.end_byte)
        covers = (lineno, node.end_point.row + 1)
        return Construct("guard", span, lineno, asked, _text(outline, body), "", covers)
    if node.type in _ARMS:
        return _match(outline, node)
    if node.type == "binary_expression" and _text(outline, node.child_by_field_name("operator")) == "?:":
        return _elvis(outline, node)
    return None


def _is_named_if(outline: Outline, node: tree_sitter.Node) -> bool:
    """Whether it is an ``if`` of a language that has it as a call."""
    target = node.child_by_field_name("target") if node.type == "call" else None
    return target is not None and _text(outline, target) in ("if", "unless")


def _parts(
    node: tree_sitter.Node,
) -> tuple[tree_sitter.Node | None, tree_sitter.Node | None, tree_sitter.Node | None]:
    """Condition, body and other branch of an ``if``, as each grammar has them."""
    condition = node.child_by_field_name("condition")
    body = node.child_by_field_name("consequence") or node.child_by_field_name("body") or _body(node)
    other = node.child_by_field_name("alternative")
    plain = [c for c in node.named_children if "comment" not in c.type]
    if condition is None and node.type == "call":
        condition = next((c for c in plain if c.type == "arguments"), None)
    if condition is not None and (body is None or body == other):
        rest = [c for c in plain if c.start_byte >= condition.end_byte]
        body, other = (rest[0] if rest else None), (rest[1] if len(rest) > 1 else other)
    return condition, body, other


def _match(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    """The arm for what is absent, beside one that hands the value on, as a choice or a guard."""
    block = node.child_by_field_name("body") or node
    arms = [c for c in block.named_children if c.type in ("match_arm", "when_entry")]
    if len(arms) != 2:  # noqa: PLR2004 -- there and not there
        return None
    texts = [_text(outline, arm) for arm in arms]
    pairs = [(t.partition("=>" if "=>" in t else "->")[0], t) for t in texts]
    absent = next((t for head, t in pairs if _ABSENT.fullmatch(head)), None)
    if absent is None:
        return None
    sign = "=>" if "=>" in absent else "->"
    subject = node.child_by_field_name("value") or node.named_children[0]
    span, lineno = Span(node.start_byte, node.end_byte), node.start_point.row + 1
    body = absent.partition(sign)[2].strip().rstrip(",")
    covers = (lineno, node.end_point.row + 1)
    return Construct("guard", span, lineno, f"{_text(outline, subject)}.is_none()", body, "", covers)


def _elvis(outline: Outline, node: tree_sitter.Node) -> Construct | None:
    """``value ?: return`` as the guard that it is."""
    left, right = (_text(outline, node.child_by_field_name(name)) for name in ("left", "right"))
    if not re.match(r"return|continue|break", right):
        return None
    span, lineno = Span(node.start_byte, node.end_byte), node.start_point.row + 1
    return Construct("guard", span, lineno, f"{left} == null", right, "", (lineno, node.end_point.row + 1))


def _body(node: tree_sitter.Node) -> tree_sitter.Node | None:
    body = node.child_by_field_name("body")
    if body is not None:
        return body
    return next((child for child in reversed(node.named_children) if _BLOCK.search(child.type)), None)
