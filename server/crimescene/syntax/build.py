"""One parse and one query pass -> :class:`Outline`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tree_sitter

from crimescene.languages import grammar, language_for, query
from crimescene.model import Function, Span
from crimescene.syntax.facts import Draft, Facts, collect
from crimescene.syntax.outline import Class, Outline

if TYPE_CHECKING:
    from crimescene.languages import Language


def outline(path: str, source: bytes) -> Outline | None:
    """The definitions, calls and imports of ``source``, or None without a grammar for ``path``."""
    language = language_for(path, source[:200])
    if language is None:
        return None
    loaded, tags = grammar(language), query(language)
    if loaded is None or tags is None:
        return None
    tree = tree_sitter.Parser(loaded).parse(source)
    facts = collect(language, tags, source, tree.root_node)
    functions, classes = _assemble(path, language, facts)
    whole = Span(0, len(source))
    return Outline(
        path=path,
        language=language.id,
        source=source,
        functions=functions,
        classes=classes,
        calls=tuple(facts.sites[start] for start in sorted(facts.sites)),
        imports=tuple(sorted(facts.imports, key=lambda i: i.span)),
        package=facts.package,
        module=Function(
            name=re.split(r"[\\/]", path)[-1].partition(".")[0],
            qualified_name="",
            kind="module",
            path=path,
            span=whole,
            name_span=Span(0, 0),
            body_span=whole,
            first_lineno=1,
            last_lineno=facts.lineno(max(0, len(source) - 1)),
        ),
        has_error=tree.root_node.has_error,
        line_starts=facts.line_starts,
        tree=tree,
    )


def _extent(facts: Facts, key: int, draft: Draft) -> Span:
    """The definition with all that dresses it: decorators, ``export``, the ``const`` it is bound to."""
    span = Span(draft.start, draft.end)
    seen: set[int] = set()
    while key in facts.extents and key not in seen:
        seen.add(key)
        key, outer = facts.extents[key]
        span = Span(min(span.start, outer.start), max(span.end, outer.end))
    return span


def _assemble(path: str, language: Language, facts: Facts) -> tuple[tuple[Function, ...], tuple[Class, ...]]:
    """Nest the drafts by their spans, which gives them their names."""
    placed = sorted(
        ((_extent(facts, key, draft), draft) for key, draft in facts.drafts.items()),
        key=lambda pair: (pair[0].start, -pair[0].end, pair[1].start),
    )
    functions: list[Function] = []
    classes: list[tuple[Function, list[str], dict[str, Function]]] = []
    stack: list[tuple[int, str, str, int]] = []  # end, kind, qualified name, index into classes
    counts: dict[str, int] = {}
    for span, draft in placed:
        while stack and stack[-1][0] <= draft.start:
            stack.pop()
        outer = stack[-1] if stack else (0, "module", "", -1)
        if draft.kind == "field":
            outer = next((entry for entry in reversed(stack) if entry[1] == "class"), outer)
        owner = _owner(language, draft.owner)
        name = _name(facts, draft, outer[2], counts)
        kind = draft.kind
        if kind == "function" and (outer[1] == "class" or owner):
            kind = "method"
        qualified = ".".join(part for part in (outer[2], owner, name) if part)
        if kind == "scope":
            qualified = _owner(language, qualified)
        function = Function(
            name=name,
            qualified_name=qualified,
            kind=kind,
            path=path,
            span=span,
            name_span=draft.name or Span(draft.start, draft.start),
            body_span=draft.body or Span(draft.end, draft.end),
            first_lineno=facts.lineno(span.start),
            last_lineno=facts.lineno(max(span.start, span.end - 1)),
        )
        if kind == "field":
            if outer[1] == "class":
                classes[outer[3]][2].setdefault(name, function)
            continue
        if kind == "class":
            classes.append((function, draft.bases, {}))
        elif kind != "scope":
            functions.append(function)
        stack.append((draft.end, kind, qualified, len(classes) - 1))
    return (
        tuple(functions),
        tuple(Class(function, tuple(bases), tuple(fields.values())) for function, bases, fields in classes),
    )


def _owner(language: Language, text: str) -> str:
    """The type or object a definition belongs to, without what only says that it is made public."""
    for pattern in language.transparent_owners:
        text = re.sub(pattern, "", text)
    return text.strip(".")


def _name(facts: Facts, draft: Draft, outer: str, counts: dict[str, int]) -> str:
    if draft.label:
        return draft.label
    if draft.name is not None:
        text = facts.source[draft.name.start : draft.name.end].decode("utf-8", "replace")
        quoted = re.fullmatch(r"""\[?(["'`])(.*)\1\]?""", text, re.DOTALL)
        return quoted[2] if quoted else text
    candidates = [a for a in facts.arguments.get(draft.end, ()) if a[0] <= draft.start]
    if candidates:
        _, callee, index = max(candidates)
        return f"{callee}#{index}"
    stem = draft.bases[0] if draft.bases else draft.kind
    key = f"{outer}.{stem}"
    counts[key] = counts.get(key, -1) + 1
    return f"{stem}#{counts[key]}"
