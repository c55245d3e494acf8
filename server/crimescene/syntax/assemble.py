"""Nest definitions by their spans, which gives them their names, owners and kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crimescene.model import Function, Span
from crimescene.syntax.facts import split_path, without_type_arguments
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
    bases: list[str]
    """Where classes mixed into it go."""


@dataclass(slots=True)
class _Assembly:
    """What has been put together so far."""

    functions: list[Function] = field(default_factory=list)
    classes: list[tuple[Function, list[str], dict[str, Function]]] = field(default_factory=list)
    fields_of: dict[str, dict[str, Function]] = field(default_factory=dict)
    """What functions put on ``this``, by their qualified name."""
    owners: set[str] = field(default_factory=set)
    """Qualified names of what definitions outside of it belong to."""
    scopes: list[tuple[str, list[str]]] = field(default_factory=list)
    """Qualified names and bases of what is no class itself: ``impl Total for Order``."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many definitions without any name each place has."""


def assemble(path: str, language: Language, facts: Facts) -> tuple[tuple[Function, ...], tuple[Class, ...]]:
    """All functions and classes of a file, outer before inner, in source order."""
    placed = sorted(
        ((_extent(facts, key, draft), draft) for key, draft in facts.drafts.items()),
        key=lambda pair: (pair[0].start, -pair[0].end, pair[1].start),
    )
    done = _Assembly()
    stack = [_Open(len(facts.source) + 1, "module", "", {}, [])]
    for span, draft in placed:
        while stack[-1].end <= draft.start:
            stack.pop()
        outer = stack[-1]
        if draft.kind in {"field", "mixin"}:
            outer = next((entry for entry in reversed(stack) if entry.kind == "class"), outer)
        if draft.kind == "mixin":
            outer.bases.append(facts.source[draft.start : draft.end].decode("utf-8", "replace"))
            continue
        name = _name(facts, draft, outer.name, done.counts)
        holder, name = split_path(name)
        owner = _owner(language, draft.owner or holder)
        qualified = ".".join(part for part in (outer.name, owner, name) if part)
        function = Function(
            name=name,
            qualified_name=_owner(language, qualified) if draft.kind == "scope" else qualified,
            kind=_kind(draft.kind, outer.kind, owner),
            path=path,
            span=span,
            name_span=_name_span(draft, name if holder else ""),
            body_span=draft.body or Span(draft.end, draft.end),
            first_lineno=facts.lineno(span.start),
            last_lineno=facts.lineno(max(span.start, span.end - 1)),
        )
        if draft.kind == "field":
            outer.fields.setdefault(name, function)
            continue
        if owner:
            done.owners.add(qualified.rpartition(".")[0])
        fields = _add(done, draft, function)
        stack.append(_Open(draft.end, draft.kind, function.qualified_name, fields, draft.bases))
    _add_function_classes(done)
    _add_bases(done)
    return tuple(done.functions), tuple(
        Class(function, tuple(bases), tuple(fields.values())) for function, bases, fields in done.classes
    )


def _add(done: _Assembly, draft: Draft, function: Function) -> dict[str, Function]:
    """Add the definition to its like; the answer is where its fields go."""
    fields: dict[str, Function] = {}
    if draft.kind == "class":
        done.classes.append((function, draft.bases, fields))
    elif draft.kind == "scope":
        done.scopes.append((function.qualified_name, draft.bases))
    else:
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


def _add_bases(done: _Assembly) -> None:
    """What is implemented for a type outside of it is a base of it all the same."""
    by_name = {function.qualified_name: bases for function, bases, _ in done.classes}
    for name, bases in done.scopes:
        known = by_name.get(name)
        if known is not None:
            known.extend(base for base in bases if base not in known)


_PREFIX = 1_000
"""Bytes of a line before a definition that may dress it; more are code that no person laid out."""


def _extent(facts: Facts, key: int, draft: Draft) -> Span:
    """The definition with all that dresses it: decorators, ``export``, the ``const`` it is bound to."""
    span = Span(draft.start, draft.end)
    seen: set[int] = set()
    while key in facts.extents and key not in seen:
        seen.add(key)
        key, outer = facts.extents[key]
        span = Span(min(span.start, outer.start), max(span.end, outer.end))
    if draft.kind != "lambda":
        line = facts.source.rfind(b"\n", 0, span.start) + 1
        before = facts.source[max(line, span.start - _PREFIX) : span.start].decode("utf-8", "replace")
        if before and span.start - line <= _PREFIX and re.search(facts.language.prefix, before):
            span = Span(line + len(before) - len(before.lstrip()), span.end)
    return span


def _name_span(draft: Draft, last: str) -> Span:
    """Where the name stands: of ``shop::Order::total`` only the ``last`` part."""
    if draft.name is None:
        return Span(draft.start, draft.start)
    return Span(draft.name.end - len(last.encode()), draft.name.end) if last else draft.name


def _kind(kind: str, outer: str, owner: str) -> str:
    return "method" if kind == "function" and (outer == "class" or owner) else kind


def _owner(language: Language, text: str) -> str:
    """The type or object a definition belongs to, without what only says that it is made public."""
    text = without_type_arguments(text).replace("::", ".")
    for pattern in language.transparent_owners:
        text = re.sub(pattern, "", text)
    return text.strip(".")


def _name(facts: Facts, draft: Draft, outer: str, counts: dict[str, int]) -> str:
    """The name written for it, else of the argument it is, else its kind with a number."""
    if draft.label:
        return draft.label
    if draft.name is not None:
        text = facts.source[draft.name.start : draft.name.end].decode("utf-8", "replace")
        quoted = re.fullmatch(r"""\[?(["'`])(.*)\1\]?|:(\w+[?!=]?)""", text, re.DOTALL)
        if quoted:
            return quoted[2] or quoted[3] or ""
        conversion = re.match(r"(.*\boperator\s+\w[^(]*)", text)
        return conversion[1].rstrip() if conversion else text.removesuffix(": ")
    if draft.kind == "scope":
        return ""
    candidates = [a for a in facts.arguments.get(draft.end, ()) if a[0] <= draft.start]
    if candidates:
        start, callee, index = max(candidates)
        return facts.titles.get((start, draft.end)) or f"{callee}#{index}"
    stem = draft.bases[0] if draft.bases else draft.kind
    key = f"{outer}.{stem}"
    counts[key] = counts.get(key, -1) + 1
    return f"{stem}#{counts[key]}"
