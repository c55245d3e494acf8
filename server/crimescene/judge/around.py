"""What stands around a change: callers outside of the chain, tests that try its edge cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crimescene import callers
from crimescene.callers.answers import spoken
from crimescene.judge import diffs
from crimescene.judge.evidence import Affected
from crimescene.languages import language_for
from crimescene.model import Certainty
from crimescene.syntax import enclosing_function
from crimescene.syntax import outline as read_outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.judge.diffs import FileDiff
    from crimescene.judge.evidence import Edge, Evidence, Verdict
    from crimescene.model import Call, Function
    from crimescene.workspace import Workspace

_SECONDS = 1.5
"""For all callers of what changed; what was not looked at is no answer."""
_MOST_FUNCTIONS = 8
_MOST = 12
_TRIES = {
    "null": re.compile(r"\b(?:None|null|nil|undefined|NULL|nullptr)\b"),
    "empty": re.compile(r"\[\]|\{\}|''|\"\"|\b\w*[eE]mpty\w*|Vec::new\(\)|\blist\(\)|\bdict\(\)|\bset\(\)"),
    "one item": re.compile(r"\[[^,\[\]]+\]|\b(?:one|single)\w*", re.IGNORECASE),
    "zero": re.compile(r"(?<![\w.])0(?:\.0+)?(?![\w.])|\bzero\w*", re.IGNORECASE),
    "negative": re.compile(r"(?<![\w)\]])-\s?\d|\bnegative\w*", re.IGNORECASE),
    "missing": re.compile(r"\w*(?:missing|unknown|not_?found|absent|no_?such|lacks)\w*", re.IGNORECASE),
    "duplicate": re.compile(r"\w*(?:duplicat|twice|repeat)\w*", re.IGNORECASE),
    "empty text": re.compile(r"''|\"\""),
}


@dataclass(frozen=True, slots=True)
class _Changed:
    """A function that a diff changes."""

    function: Function
    first: int
    """Lines of the new file, as edge cases name them."""
    last: int


def examined(verdict: Verdict, diff: str, workspace: Workspace, evidence: Evidence) -> Verdict:
    """The verdict with the callers that the change reaches, and the tests that try its edge cases."""
    changed = [c for one in diffs.read(diff) for c in _changed(one, workspace)][:_MOST_FUNCTIONS]
    functions = [c.function for c in changed if c.function.kind not in ("module", "class", "field")]
    if not functions:
        return verdict
    found = callers.incoming(workspace, functions, seconds=_SECONDS)
    known = {(path, name) for path, name, _, _ in evidence.functions}
    known |= {(f.path, f.qualified_name) for f in functions}
    affected: dict[tuple[str, int], Affected] = {}
    for call in found.calls:
        caller = spoken(call.caller)  # a callback belongs to the function that it is written in
        outside = known.isdisjoint({(call.path, caller), (call.path, call.caller.qualified_name)})
        if outside and call.certainty is not Certainty.NAME and not is_test(call.path):
            one = Affected(call.callee.qualified_name, call.path, call.lineno, caller)
            affected.setdefault((one.path, one.lineno), one)
    edges = tuple(_tried(edge, changed, found.calls, workspace) for edge in verdict.edges)
    return replace(verdict, edges=edges, affected=tuple(affected.values())[:_MOST])


def is_test(path: str) -> bool:
    """Whether the language's custom says that a file holds tests."""
    language = language_for(path)
    return language is not None and language.test_path(path)


def _changed(one: FileDiff, workspace: Workspace) -> list[_Changed]:
    """The functions of a file of the program that a diff changes, in the file as it is here."""
    data = workspace.read(one.path) if not is_test(one.path) else None
    outline = read_outline(one.path, data) if data is not None else None
    both = diffs.versions(one, data.decode("utf-8", "replace")) if data is not None else None
    if data is None or outline is None or both is None:
        return []
    applied = both[1].splitlines() == data.decode("utf-8", "replace").splitlines()
    found: dict[int, _Changed] = {}
    for part in one.parts:
        shift = 0 if applied else part.new_lineno - part.old_lineno
        lines = (part.added if applied else part.removed) or (
            _middle(part.new_lineno, part.new) if applied else _middle(part.old_lineno, part.old)
        )
        for lineno in lines:
            function = enclosing_function(outline, lineno)
            last = function.last_lineno + len(part.new) - len(part.old) + shift
            made = _Changed(function, function.first_lineno + shift, max(last, function.last_lineno + shift))
            found.setdefault(function.span.start, made)
    return list(found.values())


def _middle(lineno: int, lines: Sequence[str]) -> tuple[int, ...]:
    return (lineno + len(lines) // 2,) if lines else ()


def _tried(edge: Edge, changed: list[_Changed], calls: tuple[Call, ...], workspace: Workspace) -> Edge:
    """The edge case with the tests that call its function and have such a value in them."""
    of = {c.function.qualified_name for c in changed if c.function.path == edge.path and _holds(c, edge)}
    found: dict[str, None] = {}
    for call in calls:
        if call.callee.qualified_name in of and call.callee.path == edge.path and is_test(call.path):
            source = workspace.read(call.path) or b""
            text = source[call.caller.span.start : call.caller.span.end].decode("utf-8", "replace")
            if call.caller.kind != "module" and _tries(edge, f"{call.caller.name}\n{text}"):
                found[f"{call.path}:{call.caller.first_lineno} {spoken(call.caller)}"] = None
    return replace(edge, tests=tuple(found)[:3])


def _holds(changed: _Changed, edge: Edge) -> bool:
    return changed.first <= edge.lineno <= changed.last


def _tries(edge: Edge, text: str) -> bool:
    if edge.case == "the bound itself":
        bounds = re.findall(r"(?<![\w.])-?\d[\d_.]*", edge.condition)
        return any(re.search(rf"(?<![\w.]){re.escape(bound)}(?![\w.])", text) for bound in bounds)
    return bool(_TRIES[edge.case.removesuffix(" but not null")].search(text))
