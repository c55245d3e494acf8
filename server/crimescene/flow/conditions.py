"""Where a condition can be looked at: its value where that tells the compiler nothing, else its operands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.flow.facts import paths_in
from crimescene.flow.grammar import grammar_of
from crimescene.flow.known import known_before
from crimescene.flow.points import BARE, LABEL, MAX_NAMES, Place, bare, start
from crimescene.model import Span

if TYPE_CHECKING:
    from crimescene.flow.facts import Statement, Unit


def place(  # noqa: PLR0911 -- one way out a form
    statement: Statement, source: bytes
) -> Place | None:
    """Return where the condition of a branch or loop can be seen; None where it cannot be seen safely."""
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
    grammar = grammar_of(unit.language)
    if grammar is not None and grammar.lines_only:
        return _operands(statement, names)
    given = _bound(statement, value.start, value.end)
    if (
        given
        and statement.body is not None
        and not re.search(rb"&&|\|\||\?|\bor\b|\band\b", source[value.start : value.end])
    ):
        return start(statement.body, given)
    roots = dict.fromkeys(names)
    if roots and statement.listed and statement.operator == "" and _is_pure(statement, source):
        shown = " ".join(source[value.start : value.end].decode("utf-8", "replace").split())
        asked = tuple(dict.fromkeys((shown, *roots)))[:MAX_NAMES]  # `if (orders)` asks for the value itself
        return Place("before", Span(statement.span.start, statement.span.start), asked)
    if roots and statement.listed and statement.operator != "loop":
        return Place("before", Span(statement.span.start, statement.span.start), tuple(roots)[:MAX_NAMES])
    return None


def _operands(statement: Statement, names: tuple[str, ...]) -> Place | None:
    """Where no condition can be passed through: what it binds, or what it reads, before it."""
    bound = bare([t.path for t in statement.hidden])
    if bound and statement.body is not None and statement.unit.language == "rust":
        return start(statement.body, bound)
    known = known_before(statement, statement.unit)
    shown = tuple(n for n in names if n in known or n.startswith("@"))
    if not shown or not statement.listed or statement.operator == "loop":
        return None
    return Place("before", Span(statement.span.start, statement.span.start), shown[:MAX_NAMES])


def _certain(statement: Statement, source: bytes, family: str) -> tuple[str, ...]:
    """Names in the condition that have a value whatever its first operands say."""
    value = statement.value
    if value is None:
        return ()
    text = source[value.start : value.end]
    compiled = family in ("java", "go") and bool(statement.wrap)
    if not compiled and re.search(rb"\bif\b|\bfor\b|\blambda\b|=>|\?(?!\.)", text):
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
    names = (n for n in found if n in local and n not in changed and BARE.match(n) and n != "_")
    bound = _bound(statement, value.start, value.start + len(first)) if statement.wrap else ()
    return tuple(dict.fromkeys([*bound, *names]))[:3]


_HARMLESS = re.compile(r"[\s()!]|&&|\|\||[!=]==?|'[^'\\]*'|\"[^\"\\]*\"|[\w$]+")


def _is_pure(statement: Statement, source: bytes) -> bool:
    """Whether the condition may be computed twice: names and literals, compared without calling anything."""
    value = statement.value
    grammar = grammar_of(statement.unit.language)
    if (
        value is None
        or statement.calls
        or statement.targets
        or grammar is None
        or grammar.family != "ecmascript"
    ):
        return False
    text = source[value.start : value.end].decode("utf-8", "replace")
    loose = re.search(r"[^=!]==(?!=)(?!\s*(?:null|undefined)\b)|!=(?!=)(?!\s*(?:null|undefined)\b)", text)
    return len(text) <= LABEL and not _HARMLESS.sub("", text) and loose is None


def _bound(statement: Statement, start: int, end: int) -> tuple[str, ...]:
    """Names that a part of a condition gives a value, as ``n`` in ``(n := f())``."""
    return bare([t.path for t in statement.targets if start <= t.path.span.start < end])
