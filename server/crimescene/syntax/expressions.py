"""The expressions on a line, in one form for all languages: what is done to what, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene.model import Span
from crimescene.syntax.expression_forms import Form, Forms, forms_of

if TYPE_CHECKING:
    import tree_sitter

    from crimescene.syntax.outline import Outline

_MOST_NODES = 4_000
"""Of one line with the whole of its expressions; more is generated code."""
_MOST_PLACES = 60
_CLIMB = 5
"""Nodes between a name and the assignment it is a target of."""
_OPERATOR = re.compile(r"[-+*/%<>=!&|^~?:@.]+|and|or|not|in|is|typeof|instanceof|delete|void|div")
_WITH_OPERATOR = frozenset({"assign", "binary", "logic", "optional", "unary", "update"})
_LOGIC = frozenset({"&&", "||", "??", "and", "or"})
_DECIDES = re.compile(
    r"^(if|elif|unless|while|switch|match|case|when)(_statement|_expression|_clause|_modifier)?$"
)
"""Types of nodes that hold what is run only under their condition."""
_LEAVES = re.compile(r"return|throw|raise|continue|break|next\b")
"""Types of nodes behind which nothing of the block is run."""
_SIBLINGS = 12
"""Statements before a throw that are looked at."""
_ATOMS = frozenset({"name", "literal", "lambda"})


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression: ``kind`` says what is done, ``base`` to what, ``parts`` with what."""

    kind: str
    """name | literal | member | index | call | binary | assign | iterate | …: see :mod:`expression_forms`."""
    span: Span
    source: bytes
    anchor: int
    """Byte offset of what says the operation: the member's name, the operator, the key, else the start."""
    name: str = ""
    """The member, the operator, the keyword, the type of a cast; of a name the name."""
    base: Expression | None = None
    """The object, callee (a name or member), left operand, or target of an assignment."""
    parts: tuple[Expression, ...] = ()
    """Arguments, keys, right operand, assigned value, iterated value."""
    in_lambda: Span | None = None
    """The innermost anonymous function on the line around it."""

    @property
    def text(self) -> str:
        """As written."""
        return self.source[self.span.start : self.span.end].decode("utf-8", "replace")


def on_line(outline: Outline, lineno: int) -> tuple[Expression, ...]:
    """The expressions that have a part of the 1-based line, in the order of the text, outer before inner."""
    forms = forms_of(outline.language)
    if forms is None or not 1 <= lineno <= len(outline.line_starts):
        return ()
    starts = outline.line_starts
    end = starts[lineno] if lineno < len(starts) else len(outline.source)
    line = Span(starts[lineno - 1], end)
    built = _built(outline.source, forms, _nodes(outline.tree.root_node, forms, line))
    if forms.macro:
        built += _in_macros(outline, forms, line)
    return tuple(sorted(built, key=lambda x: (x.span.start, -x.span.end)))


def assigned(outline: Outline, name: str, span: Span) -> tuple[Expression, ...]:
    """The assignments and loops within ``span`` that give ``name`` a value, the last first."""
    forms = forms_of(outline.language)
    if forms is None or not name:
        return ()
    text = outline.source[span.start : span.end]
    places = [
        m.start() for m in re.finditer(rb"(?<![\w$.])" + re.escape(name.encode()) + rb"(?![\w$])", text)
    ]
    found: list[Expression] = []
    for place in reversed(places[-_MOST_PLACES:]):
        at = span.start + place
        node = outline.tree.root_node.descendant_for_byte_range(at, at + len(name.encode()))
        for _ in range(_CLIMB):
            if node is None:
                break
            form = forms.by_type.get(node.type)
            if form is not None and form.kind in ("assign", "iterate"):
                built = _built(outline.source, forms, _nodes(node, forms, Span(at, at + 1)))
                whole = next((x for x in built if x.kind in ("assign", "iterate")), None)
                target = whole.base if whole is not None else None
                if whole is not None and target is not None and target.span.start <= at < target.span.end:
                    found.append(whole)
                break
            node = node.parent
    return tuple(found)


def conditions_around(outline: Outline, at: int, within: Span) -> list[tuple[Expression, ...]]:
    """The parts of the conditions that decide whether the byte ``at`` is reached, the innermost first.

    Those around it, and those before it in a block that lead out of it (``if (known) return …;``).
    """
    forms = forms_of(outline.language)
    node = outline.tree.root_node.descendant_for_byte_range(at, at + 1) if forms else None
    found: list[tuple[Expression, ...]] = []
    for _ in range(_MOST_PLACES):
        if node is None or forms is None or node.start_byte < within.start:
            break
        for deciding in (*_ways_out(node), node):
            asked = _asked(deciding)
            if asked is not None and not asked.start_byte <= at < asked.end_byte:
                span = Span(asked.start_byte, asked.end_byte)
                built = _built(outline.source, forms, _nodes(asked, forms, span))
                found.append(tuple(sorted(built, key=lambda x: (x.span.start, -x.span.end))))
        node = node.parent
    return found


def _asked(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The condition of an ``if``, ``while``, ``switch`` …; None of any other node."""
    if not _DECIDES.search(node.type):
        return None
    return next((c for f in ("condition", "value", "subject") if (c := node.child_by_field_name(f))), None)


def _ways_out(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The conditional statements before ``node`` in its block that leave it, the nearest first."""
    found: list[tree_sitter.Node] = []
    before = node.prev_named_sibling
    for _ in range(_SIBLINGS):
        if before is None:
            break
        body = before.child_by_field_name("consequence") or before.child_by_field_name("body")
        for _ in range(_CLIMB):
            if body is None or not _asked(before):
                break
            if _LEAVES.match(body.type):
                found.append(before)
                break
            inside = [child for child in body.named_children if "comment" not in child.type]
            body = inside[-1] if inside else None
        before = before.prev_named_sibling
    return found


def _nodes(root: tree_sitter.Node, forms: Forms, line: Span) -> list[tuple[tree_sitter.Node, Span | None]]:
    """The nodes that matter for a line, each before its children, with the anonymous function around it."""
    found: list[tuple[tree_sitter.Node, Span | None]] = []
    pending: list[tuple[tree_sitter.Node, Span | None, bool]] = [(root, None, False)]
    while pending and len(found) < _MOST_NODES:
        node, around, whole = pending.pop()
        meets = node.start_byte < line.end and node.end_byte > line.start
        form = forms.by_type.get(node.type)
        if not (meets or whole):
            continue
        if form is not None and form.kind == "lambda":
            found.append((node, around))
            around = Span(node.start_byte, node.end_byte)
            whole = False
        elif form is not None or node.type in forms.transparent:
            found.append((node, around))
            # A loop is a statement: what it repeats is no part of the line it starts on.
            whole = form is None or form.kind not in ("iterate", "switch", "lock")
        elif not node.is_named or node.type == forms.tokens:
            continue
        else:
            whole = False
        pending += [(child, around, whole) for child in reversed(_children(node, form, line))]
    return found


def _children(node: tree_sitter.Node, form: Form | None, line: Span) -> list[tree_sitter.Node]:
    if form is not None and form.kind in ("name", "literal"):
        return [] if "string" not in node.type else [c for c in node.named_children if c.named_child_count]
    if form is None and node.child_count > _MOST_NODES:
        # A file of thousands of statements: only those around the line are asked for.
        cursor = node.walk()
        found = []
        if cursor.goto_first_child_for_byte(line.start) is not None:
            while cursor.node is not None and cursor.node.start_byte < line.end:
                found.append(cursor.node)
                if not cursor.goto_next_sibling():
                    break
        return found
    return node.named_children


def _built(
    source: bytes, forms: Forms, nodes: list[tuple[tree_sitter.Node, Span | None]]
) -> list[Expression]:
    """The nodes as expressions; inner ones are made before those that hold them."""
    known: dict[int, tuple[Expression, ...]] = {}
    out: list[Expression] = []
    names = {
        child.id
        for node, _ in nodes
        if (form := forms.by_type.get(node.type)) is not None and form.name and form.kind != "assign"
        for child in _field(node, form.name)
    }
    for node, around in reversed(nodes):
        if node.id in names and node.named_child_count == 0:
            continue  # what a member is called is no value
        form = forms.by_type.get(node.type)
        if node.type in forms.transparent and (form is None or node.named_child_count == 1):
            known[node.id] = tuple(x for child in node.named_children for x in known.get(child.id, ()))
            continue
        if form is None:
            continue
        made = _expression(source, node, form, known, around)
        known[node.id] = (made,)
        out.append(made)
        if made.kind == "call" and form.name and made.base is not None and made.base.kind == "member":
            out.append(made.base)  # `a.b(c)` is one node here, and `a.b` none
    return out


def _field(node: tree_sitter.Node, field: str) -> list[tree_sitter.Node]:
    if field.startswith("#"):
        named = [child for child in node.named_children if "comment" not in child.type]
        index = int(field[1:])
        return named[index : index + 1]
    return node.children_by_field_name(field)


def _expression(
    source: bytes,
    node: tree_sitter.Node,
    form: Form,
    known: dict[int, tuple[Expression, ...]],
    around: Span | None,
) -> Expression:
    span = Span(node.start_byte, node.end_byte)
    if form.kind in _ATOMS:
        text = source[span.start : span.end].decode("utf-8", "replace") if form.kind == "name" else ""
        return Expression(form.kind, span, source, span.start, text, in_lambda=around)
    bases = _field(node, form.base) if form.base else []
    targets = tuple(x for child in bases for x in known.get(child.id, ()))
    base = targets[0] if targets else None
    if len(targets) > 1:  # Go: `a, b := …`
        whole = Span(targets[0].span.start, targets[-1].span.end)
        base = Expression("pattern", whole, source, whole.start, parts=targets, in_lambda=around)
    names = _field(node, form.name) if form.name else []
    taken = {child.id for child in (*bases, *names)}
    parts: list[Expression] = []
    for field in form.parts:
        others = (
            [c for c in node.named_children if c.id not in taken] if field == "*" else _field(node, field)
        )
        parts += [x for child in others for x in known.get(child.id, ())]
    name = names[0].text.decode("utf-8", "replace") if names and names[0].text else ""
    made = Expression(
        form.kind,
        span,
        source,
        names[0].start_byte if names else span.start,
        name,
        base,
        tuple(parts),
        around,
    )
    return _called(made, node, form, names) if form.kind == "call" else _placed(made, node)


def _placed(x: Expression, node: tree_sitter.Node) -> Expression:
    """``x`` with its operator, or the place of its key."""
    if x.kind in _WITH_OPERATOR and not x.name:
        operator = next((c for c in node.children if not c.is_named and _OPERATOR.fullmatch(c.type)), None)
        if operator is not None:
            kind = "logic" if operator.type in _LOGIC else x.kind
            return replace(x, kind=kind, name=operator.type, anchor=operator.start_byte)
    elif x.kind in ("index", "iterate") and x.parts:
        return replace(x, anchor=x.parts[0].span.start)
    return x


def _called(x: Expression, node: tree_sitter.Node, form: Form, names: list[tree_sitter.Node]) -> Expression:
    """A call with its callee as base, which some grammars have no node for."""
    if not form.name:
        return x if x.base is None else replace(x, name=x.base.name, anchor=x.base.anchor)
    start = x.base.span.start if x.base is not None else x.anchor
    span = Span(start, names[0].end_byte if names else x.anchor)
    kind = "name" if x.base is None else "member"
    callee = Expression(kind, span, x.source, x.anchor, x.name, x.base, in_lambda=x.in_lambda)
    if kind == "name" and node.type == "call" and node.child_by_field_name("arguments") is None:
        return callee  # Ruby: a bare word is a variable or a call, which only a run can tell
    return replace(x, base=callee)


def _in_macros(outline: Outline, forms: Forms, line: Span) -> list[Expression]:
    """What a macro is given, which the grammar leaves as tokens, read as a list of expressions."""
    from crimescene.languages import grammar, language, parse  # noqa: PLC0415

    loaded = grammar(language(outline.language))
    opening, closing = (part.encode() for part in forms.macro_frame)
    found: list[Expression] = []
    pending = [outline.tree.root_node]
    while pending and loaded is not None:
        node = pending.pop()
        if node.start_byte >= line.end or node.end_byte <= line.start:
            continue
        tokens = next((c for c in node.named_children if c.type == forms.tokens), None)
        if node.type == forms.macro and tokens is not None:
            inner = outline.source[tokens.start_byte + 1 : tokens.end_byte - 1]
            pad = tokens.start_byte + 1 - len(opening)
            if pad < 0 or len(inner) > _MOST_NODES:
                continue
            # Blanks in place of what stands before keep every offset what it is in the file.
            text = b" " * pad + opening + inner + closing
            root = parse(loaded, text).root_node
            built = _built(text, forms, _nodes(root, forms, line))
            found += [x for x in built if x.span.start > tokens.start_byte]
            continue
        pending += node.named_children
    return found
