"""Where a value can be looked at without disturbing it: the one place for a statement, or none.

Only what the statement has evaluated itself is looked at: names it bound, paths it wrote, or the value of
an expression on its way through a function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene.flow.facts import Path, paths_in
from crimescene.flow.grammar import grammar_of
from crimescene.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.flow.facts import Body, Statement, Unit

MAX_NAMES = 5
_LABEL = 60
_SIMPLE = re.compile(r"^\*?[\w$]+(?:!?\.#?[\w$]+|\[(?:[\w$.]+|-?\d+|\"[^\"\\]*\"|'[^'\\]*')\])*$")
_BARE = re.compile(r"^[^\W\d][\w$]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """How a point is put into the text."""

    form: str
    """wrap | condition | parts | before | after | inside | braces"""
    span: Span
    """Of the expression (wrap, condition), else of the whole statement, or an empty one (inside)."""
    names: tuple[str, ...] = ()
    """Expressions to show; of a condition those besides its value."""
    brackets: bool = False
    """The value is several joined by commas and needs parentheses."""
    types: tuple[str, ...] = ()
    """Declared types of what is returned."""
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One log point: what is seen where, and why one would look there."""

    id: str
    path: str
    lineno: int
    """Of the statement it observes."""
    when: str
    """entry | before | after | exit | branch | exception | hop"""
    label: str
    paths: tuple[str, ...]
    function: str
    place: Place
    why: str = ""
    secret: bool = False
    """What it is about has the name of a secret."""


def readable(text: str, accessors: Collection[str]) -> bool:
    """Whether reading the path once more calls nothing."""
    if not _SIMPLE.match(text) or len(text) > _LABEL:
        return False
    return not any(part in accessors for part in re.findall(r"\.#?([\w$]+)", text))


def label_of(text: str) -> str:
    """Return ``text`` as it may stand in front of `` = `` on one line."""
    flat = " ".join(text.split()).replace('"', "'").replace("\\", "/").replace(" = ", "=").replace(" | ", "|")
    flat = flat.replace("*/", "* /").replace("//", "/ /").replace("${", "$ {")
    return flat if len(flat) <= _LABEL else flat[: _LABEL - 1] + "…"


def entry(unit: Unit, tracked: Collection[str] = ()) -> Place | None:
    """Return the place at the start of a function that shows its parameters; ``tracked`` only, if given."""
    grammar = grammar_of(unit.language)
    if unit.body is None or grammar is None or unit.kind == "module":
        return None
    names = [path.root for parameter in unit.parameters for path in parameter.targets]
    names = [n for n in names if _BARE.match(n) and n != "_" and n not in grammar.self_names]
    names = [n for n in names if not tracked or n in tracked]
    if not names:
        return None
    return start(unit.body, tuple(dict.fromkeys(names))[:MAX_NAMES])


def start(body: Body, names: tuple[str, ...]) -> Place:
    """Return the place before the first statement of a block."""
    if body.first is not None:
        return Place("before", Span(body.first, body.first), names)
    return Place("inside", Span(body.after, body.after), names)


def place(  # noqa: PLR0911 -- one branch a kind
    statement: Statement, source: bytes, accessors: Collection[str] = ()
) -> Place | None:
    """Return where the statement's value can be seen; None where it cannot be seen safely."""
    kind = statement.kind
    if kind in ("define", "mutate"):
        return _defined(statement, accessors)
    if kind == "return":
        return _returned(statement, source, accessors)
    if kind == "condition":
        return _condition(statement, source)
    if kind in ("yield", "throw", "value"):
        return _wrapped(statement)
    if kind in ("each", "with"):
        names = _bare([t.path for t in statement.targets])
        return start(statement.body, names) if statement.body is not None and names else None
    if kind == "catch":
        names = _bare([t.path for t in statement.targets])
        return start(statement.body, names) if statement.body is not None else None
    return None


def _bare(paths: list[Path]) -> tuple[str, ...]:
    names = dict.fromkeys(p.root for p in paths if p.plain and _BARE.match(p.root) and p.root != "_")
    return tuple(names)[:MAX_NAMES]


def _wrapped(statement: Statement) -> Place | None:
    if not statement.wrap or statement.value is None:
        return None
    return Place("wrap", statement.value, brackets=statement.wrap == "tuple")


def _defined(statement: Statement, accessors: Collection[str]) -> Place | None:  # noqa: C901, PLR0911 -- one way out a form
    grammar = grammar_of(statement.unit.language)
    if grammar is None or not statement.targets:
        return None
    if statement.unit.kind == "module" and statement.unit.language in ("java", "go"):
        return None  # fields and package variables: nothing but declarations may stand there
    fields_are_plain = grammar.family in ("java", "go")
    texts: dict[str, None] = {}
    for target in statement.targets:
        path = target.path
        if path.root in ("_", "super") or target in statement.hidden:
            continue
        if path.plain or fields_are_plain or statement.operator == "update" or statement.kind == "mutate":
            if readable(path.text, accessors):
                texts[path.text] = None
            elif path.selectors and readable(path.root, ()) and not statement.wrap:
                texts[path.root] = None
    everything = all(readable(t.path.text, accessors) for t in statement.targets)
    by_value = any(not t.path.plain for t in statement.targets) and not fields_are_plain
    if by_value and statement.wrap and statement.operator != "update" and statement.kind == "define":
        return _wrapped(statement)
    names = tuple(texts)[:MAX_NAMES]
    span = statement.span
    if statement.listed and names and (everything or not statement.wrap):
        return Place("after", span, names)
    if statement.wrap:
        return _wrapped(statement)
    if statement.sole and names and grammar.braces:
        return Place("braces", span, names)
    return None


def _returned(  # noqa: PLR0911 -- one way out a form
    statement: Statement, source: bytes, accessors: Collection[str]
) -> Place | None:
    unit = statement.unit
    family = getattr(grammar_of(unit.language), "family", "")
    value = statement.value
    if value is None:
        return None
    if family == "go":
        return _returned_go(statement)
    if statement.wrap:
        types = unit.results or ()
        if family == "java" and types and types[0] in ("byte", "short", "char"):
            return None
        return Place("wrap", value, brackets=statement.wrap == "tuple", types=types)
    if family == "java" and statement.constant and statement.listed:
        text = source[value.start : value.end].decode("utf-8", "replace")
        return (
            Place("before", Span(statement.span.start, statement.span.start), (text,))
            if "\n" not in text
            else None
        )
    if statement.constant and statement.sole and family == "java":
        text = source[value.start : value.end].decode("utf-8", "replace")
        return Place("braces", statement.span, (text,)) if "\n" not in text else None
    names = [p.text for p in paths_in(statement.sources, deep=False) if readable(p.text, accessors)]
    if names and statement.listed and not statement.calls:
        return Place("before", Span(statement.span.start, statement.span.start), tuple(names)[:MAX_NAMES])
    return None


def _returned_go(statement: Statement) -> Place | None:
    types, value = statement.unit.results, statement.value
    if types is None or value is None:
        return None
    if statement.parts and len(statement.parts) == len(types):
        pairs = [
            (span, kind, c) for (span, c, fits), kind in zip(statement.parts, types, strict=True) if fits
        ]
        shown = [pair for pair in pairs if not pair[2]] or pairs[:1]
        if not shown:
            return None
        if len(types) == 1:
            return Place("wrap", shown[0][0], types=types)
        return Place("parts", value, types=tuple(p[1] for p in shown), parts=tuple(p[0] for p in shown))
    if len(statement.parts) == 1 and len(types) > 1:  # return f()
        return Place("wrap", statement.parts[0][0], types=types)
    return None


def _condition(statement: Statement, source: bytes) -> Place | None:
    value = statement.value
    if value is None or statement.constant:
        return None
    unit = statement.unit
    family = getattr(grammar_of(unit.language), "family", "")
    names = _certain(statement, source, family)
    if statement.wrap:
        if statement.operator == "switch" or (family not in ("java", "go") and not names):
            return Place("wrap", value)
        shown = source[value.start : value.end].decode("utf-8", "replace")
        return Place("condition", value, tuple(n for n in names if n != shown))
    roots = dict.fromkeys(names)
    if roots and statement.listed and statement.operator != "loop":
        return Place("before", Span(statement.span.start, statement.span.start), tuple(roots)[:MAX_NAMES])
    return None


def _certain(statement: Statement, source: bytes, family: str) -> tuple[str, ...]:
    """Names in the condition that have a value whatever its first operands say."""
    value = statement.value
    if value is None:
        return ()
    text = source[value.start : value.end]
    compiled = family in ("java", "go") and bool(statement.wrap)
    if not compiled and re.search(rb"\bif\b|\bfor\b|\blambda\b|=>|\?(?!\.)|:=", text):
        return ()
    first = re.split(rb"&&|\|\||\?\?|\?|\band\b|\bor\b", text)[0]
    limit = value.end if compiled else value.start + len(first)
    changed = {t.path.root for t in (*statement.targets, *statement.hidden) if t.path.plain}
    local: set[str] = set()
    unit: Unit | None = statement.unit
    while unit is not None and unit.kind != "module":
        local |= unit.locals
        unit = unit.parent
    found = [p.root for p in paths_in(statement.sources) if value.start <= p.span.start < limit]
    names = (n for n in found if n in local and n not in changed and _BARE.match(n) and n != "_")
    return tuple(dict.fromkeys(names))[:3]
