"""Nest definitions by their spans, which gives them their names, owners and kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crimescene.model import Function, Span
from crimescene.syntax.outline import Class

if TYPE_CHECKING:
    from crimescene.languages import Language
    from crimescene.syntax.facts import Draft, Facts


@dataclass(slots=True)
class _Open:
    """A definition whose end is not reached yet."""

    end: int
    kind: str
    name: str
    """Qualified."""
    fields: dict[str, Function]
    """Where fields found in it go."""


@dataclass(slots=True)
class _Assembly:
    """What has been put together so far."""

    functions: list[Function] = field(default_factory=list)
    classes: list[tuple[Function, list[str], dict[str, Function]]] = field(default_factory=list)
    fields_of: dict[str, dict[str, Function]] = field(default_factory=dict)
    """What functions put on ``this``, by their qualified name."""
    owners: set[str] = field(default_factory=set)
    """Qualified names of what definitions outside of it belong to."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many definitions without any name each place has."""


def assemble(path: str, language: Language, facts: Facts) -> tuple[tuple[Function, ...], tuple[Class, ...]]:
    """All functions and classes of a file, outer before inner, in source order."""
    placed = sorted(
        ((_extent(facts, key, draft), draft) for key, draft in facts.drafts.items()),
        key=lambda pair: (pair[0].start, -pair[0].end, pair[1].start),
    )
    done = _Assembly()
    stack = [_Open(len(facts.source) + 1, "module", "", {})]
    for span, draft in placed:
        while stack[-1].end <= draft.start:
            stack.pop()
        outer = stack[-1]
        if draft.kind == "field":
            outer = next((entry for entry in reversed(stack) if entry.kind == "class"), outer)
        owner = _owner(language, draft.owner)
        name = _name(facts, draft, outer.name, done.counts)
        qualified = ".".join(part for part in (outer.name, owner, name) if part)
        function = Function(
            name=name,
            qualified_name=_owner(language, qualified) if draft.kind == "scope" else qualified,
            kind=_kind(draft.kind, outer.kind, owner),
            path=path,
            span=span,
            name_span=draft.name or Span(draft.start, draft.start),
            body_span=draft.body or Span(draft.end, draft.end),
            first_lineno=facts.lineno(span.start),
            last_lineno=facts.lineno(max(span.start, span.end - 1)),
        )
        if draft.kind == "field":
            outer.fields.setdefault(name, function)
            continue
        if owner:
            done.owners.add(qualified.rpartition(".")[0])
        stack.append(_Open(draft.end, draft.kind, function.qualified_name, _add(done, draft, function)))
    _add_function_classes(done)
    return tuple(done.functions), tuple(
        Class(function, tuple(bases), tuple(fields.values())) for function, bases, fields in done.classes
    )


def _add(done: _Assembly, draft: Draft, function: Function) -> dict[str, Function]:
    """Add the definition to its like; the answer is where its fields go."""
    fields: dict[str, Function] = {}
    if draft.kind == "class":
        done.classes.append((function, draft.bases, fields))
    elif draft.kind != "scope":
        done.functions.append(function)
        fields = done.fields_of.setdefault(function.qualified_name, fields)
    return fields


def _add_function_classes(done: _Assembly) -> None:
    """A function with methods put on it, ``Order.prototype.total = ...``, is a class all the same."""
    wanted = done.owners - {function.qualified_name for function, _, _ in done.classes}
    done.classes += [
        (replace(function, kind="class"), [], done.fields_of.get(function.qualified_name, {}))
        for function in done.functions
        if function.qualified_name in wanted
    ]


def _extent(facts: Facts, key: int, draft: Draft) -> Span:
    """The definition with all that dresses it: decorators, ``export``, the ``const`` it is bound to."""
    span = Span(draft.start, draft.end)
    seen: set[int] = set()
    while key in facts.extents and key not in seen:
        seen.add(key)
        key, outer = facts.extents[key]
        span = Span(min(span.start, outer.start), max(span.end, outer.end))
    return span


def _kind(kind: str, outer: str, owner: str) -> str:
    return "method" if kind == "function" and (outer == "class" or owner) else kind


def _owner(language: Language, text: str) -> str:
    """The type or object a definition belongs to, without what only says that it is made public."""
    for pattern in language.transparent_owners:
        text = re.sub(pattern, "", text)
    return text.strip(".")


def _name(facts: Facts, draft: Draft, outer: str, counts: dict[str, int]) -> str:
    """The name written for it, else of the argument it is, else its kind with a number."""
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
