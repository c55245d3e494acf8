"""Where a value can be looked at without disturbing it: the one place for a statement, or none.

Only what the statement has evaluated itself is looked at: names it bound, paths it wrote, or the value of
an expression on its way through a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.flow import conditions
from crimescene.flow.facts import paths_in
from crimescene.flow.grammar import grammar_of
from crimescene.flow.known import known_before
from crimescene.flow.points import BARE, MAX_NAMES, Place, bare, readable, start
from crimescene.model import Span

NOTHING = {"python": ("None",), "ecmascript": ("void 0",)}
"""What a caller gets of a function that returns without a value."""

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.flow.facts import Statement


def place(  # noqa: PLR0911 -- one branch a kind
    statement: Statement, source: bytes, accessors: Collection[str] = ()
) -> Place | None:
    """Return where the statement's value can be seen; None where it cannot be seen safely."""
    kind = statement.kind
    if "closed" in statement.unit.flags:
        return None
    if kind in ("define", "mutate"):
        return _defined(statement, accessors)
    if kind == "return":
        return _returned(statement, source, accessors)
    if kind == "condition":
        return conditions.place(statement, source)
    if kind == "call" and statement.parts:
        return Place("wrap", statement.parts[0][0])
    if kind == "throw" and not statement.wrap:
        return _thrown(statement, accessors)
    if kind in ("yield", "throw", "value"):
        return _wrapped(statement)
    if kind in ("each", "with"):
        names = bare([t.path for t in statement.targets])
        return start(statement.body, names) if statement.body is not None and names else None
    if kind == "catch":
        names = bare([t.path for t in statement.targets])
        family = getattr(grammar_of(statement.unit.language), "family", "")
        silent = not names and family in ("php", "rust", "csharp", "kotlin")  # what is caught has no name
        return start(statement.body, names) if statement.body is not None and not silent else None
    return None


def _thrown(statement: Statement, accessors: Collection[str]) -> Place | None:
    """Before an error is raised: what it is made of."""
    names = [p.text for p in paths_in(statement.sources) if readable(p.text, accessors)]
    shown = tuple(dict.fromkeys(n for n in names if not n[:1].isupper()))[:MAX_NAMES]
    grammar = grammar_of(statement.unit.language)
    if grammar is not None and grammar.lines_only:
        shown = _read_before(statement)
    if shown and statement.listed:
        return Place("before", Span(statement.span.start, statement.span.start), shown)
    return Place("braces", statement.span, shown) if shown and statement.sole else None


def _wrapped(statement: Statement) -> Place | None:
    if not statement.wrap or statement.value is None:
        return None
    return Place("wrap", statement.value, brackets=statement.wrap == "tuple")


def _defined(  # noqa: C901, PLR0911, PLR0912 -- one way out a form
    statement: Statement, accessors: Collection[str]
) -> Place | None:
    grammar = grammar_of(statement.unit.language)
    if grammar is None:
        return None
    if not statement.targets:  # g().x = ...
        return _wrapped(statement)
    language = statement.unit.language
    fields = language == "go" or (language == "java" and not statement.listed)
    if statement.unit.kind == "module" and fields:
        return _wrapped(statement)  # fields and package variables: nothing but declarations may stand there
    fields_are_plain = grammar.family in ("java", "go")
    texts: dict[str, None] = {}
    if grammar.lines_only:
        return _defined_on_a_line(statement, accessors)
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


def _defined_on_a_line(statement: Statement, accessors: Collection[str]) -> Place | None:
    """Behind the statement, where what it gives a value to can be read without a call."""
    grammar = grammar_of(statement.unit.language)
    if (
        grammar is None
        or not statement.listed
        or (statement.unit.kind == "module" and grammar.family == "rust")
    ):
        return None
    texts: dict[str, None] = {}
    for target in statement.targets:
        path = target.path
        if path.root == "_" or target in statement.hidden:
            continue
        if not path.selectors or not grammar.calls_to_read:
            shown = path.text if readable(path.text, accessors) else path.root
        else:
            shown = path.root
        if "__get" in accessors and path.selectors:  # PHP: what is not there is asked for
            shown = path.root
        if readable(shown, ()) and shown not in accessors:
            texts[shown] = None
    several = (
        len(texts) != 1 or statement.kind == "mutate" or any(t.path.selectors for t in statement.targets)
    )
    if statement.last and grammar.family == "ruby" and several:
        return None  # its value may be that of the method
    if (
        statement.last
        and grammar.family == "kotlin"
        and (statement.operator == "update" or statement.kind == "mutate")
    ):
        return None
    names = tuple(texts)[:MAX_NAMES]
    return Place("after", statement.span, names) if names else None


def _read_before(statement: Statement) -> tuple[str, ...]:
    """The variables that a statement reads and that have a value where it starts."""
    known = known_before(statement, statement.unit)
    grammar = grammar_of(statement.unit.language)
    own = grammar.self_names if grammar is not None else frozenset()
    read = (path.root for path in paths_in(statement.sources))
    names = (n for n in read if (n in known or n.startswith("@")) and n not in own and BARE.match(n))
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def _returned(  # noqa: PLR0911 -- one way out a form
    statement: Statement, source: bytes, accessors: Collection[str]
) -> Place | None:
    unit = statement.unit
    family = getattr(grammar_of(unit.language), "family", "")
    value = statement.value
    lines = grammar_of(unit.language)
    if lines is not None and lines.lines_only:
        before = _read_before(statement)
        at = Span(statement.span.start, statement.span.start)
        return Place("before", at, before) if before and statement.listed else None
    if value is None:
        return _returned_nothing(statement, family)
    if family == "go":
        return _returned_go(statement)
    if statement.wrap:
        types = unit.results or ()
        return Place("wrap", value, brackets=statement.wrap == "tuple", types=types)
    if family == "java" and statement.constant and statement.listed:
        text = source[value.start : value.end].decode("utf-8", "replace")
        return (
            Place("before", Span(statement.span.start, statement.span.start), (text,))
            if "\n" not in text
            else None
        )
    if statement.operator == "nothing":
        return _effect(statement, accessors)
    if statement.constant and statement.sole and family == "java":
        text = source[value.start : value.end].decode("utf-8", "replace")
        return Place("braces", statement.span, (text,)) if "\n" not in text else None
    names = [p.text for p in paths_in(statement.sources, deep=False) if readable(p.text, accessors)]
    if names and statement.listed and not statement.calls:
        return Place("before", Span(statement.span.start, statement.span.start), tuple(names)[:MAX_NAMES])
    return None


def _returned_nothing(statement: Statement, family: str) -> Place | None:
    """Where a return without a value is: the named results, or what the caller gets instead of a value."""
    given = tuple(n for n in statement.unit.result_names if n != "_")[:MAX_NAMES]
    given = given or NOTHING.get(family, ())
    if not given:
        return None
    if statement.operator == "end":
        return Place("after", statement.span, given) if statement.listed else None
    if statement.listed:
        return Place("before", Span(statement.span.start, statement.span.start), given)
    braces = statement.sole and family == "ecmascript"
    return Place("braces", statement.span, given) if braces else None


def _effect(statement: Statement, accessors: Collection[str]) -> Place | None:
    """Behind an expression without a value: what it changes, or what it is done with."""
    changed = [t.path.text for t in statement.targets if readable(t.path.text, accessors)]
    own = [t.root for p in statement.unit.parameters for t in p.targets if BARE.match(t.root)]
    names = tuple(dict.fromkeys(changed or own))[:MAX_NAMES]
    return Place("braces", statement.span, names) if names else None


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
