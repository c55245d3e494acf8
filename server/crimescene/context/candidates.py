"""The code that may explain a failure, each piece with its facts and its reasons.

Enclosing functions of the frames, what they and the failing test call, who calls them from
outside the trace, their class, their neighbours, and what changed lately.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import callers, history, index, languages, syntax
from crimescene.context import (
    bindings,
    callees,
    executed,
    imported,
    namesakes,
    setups,
    subjects,
    traits,
    words,
)
from crimescene.context import chain as chains
from crimescene.context.pool import CERTAINTY, WEAK, Candidate, Pool
from crimescene.effort import effort
from crimescene.prompt.plain import aged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Call, Change, Function

_CHAIN = 8
"""Functions of the chain whose members count, innermost first."""
_MARKED = 20
"""Changed lines of one function that are marked."""
_READERS = 4
"""Frames of which the data they read is shown."""
_CALLED_BY = 4
"""Functions of the chain whose callers are looked up."""
_CALLERS = 6
"""Callers kept for each of them."""
_ENOUGH = 4.0
"""Prompts that imported files are to fill, so that there is something to choose from."""
_IMPORTED = 0.5
"""How a file counts that is only imported, beside one that the failing test is about."""
_SETS_UP = 0.7
"""What gives the failing test its data is as near to it as most of what it calls."""
_BESIDE_LINE = 0.2
"""How data counts that a function reads on another line than the failing one."""
_SHORT = 12
"""Lines of what goes with the failing test."""
_BESIDE = 3
"""Files a test is about that are looked into where frames of the program tell more."""
_NEIGHBOURS = 400
"""Functions of the frames' files that compete; a file of thousands would drown the rest."""


def collect(
    links: Sequence[Link],
    pool: Pool,
    query: words.Query,
    changes: Iterable[Change],
    *,
    now: float,
    window: float,
    seconds: float,
) -> tuple[list[Candidate], tuple[str, ...]]:
    """All candidates with their features; the second value says what was not looked at.

    ``seconds`` bounds the search for callees, callers and members; the nearest come first.
    """
    ordered = chains.by_relevance(links)
    _add_frames(ordered, pool)
    _add_bindings(ordered, pool)
    clock = effort()
    targets = chains.distinct([link for link in ordered if not link.in_test])[:_CALLED_BY]
    called = [link.function for link in targets]
    # The other cores look for the names while this one follows the calls.
    spoken = {known.id for function in called if (known := languages.language_for(function.path))}
    family = {name for language in spoken for name in languages.family(language)}
    mentioning = pool.search(callers.searched_names(pool.workspace, called), family)
    runs = executed.runs(ordered)
    callees.add(ordered, runs, pool, clock + seconds / 2)
    within = mentioning.files() if mentioning is not None else None
    answer = callers.incoming(pool.workspace, called, seconds=seconds / 4, within=within)
    notes = _add_callers(answer, targets, ordered, pool)
    _add_members(ordered, pool, clock + seconds)
    _add_neighbours(ordered, pool)
    _add_setups(ordered, pool)
    _add_subjects(ordered, query, pool)
    _add_namesakes(ordered, query, pool, effort() + seconds / 4)
    callees.add_farther(pool, effort() + seconds / 2)
    _add_imported(ordered, pool)
    _add_data(ordered, pool)
    _add_changes(changes, pool, now=now, window=window)
    _add_suspects(query.suspects, pool)
    items = list(pool.items.values())
    words.compare(items, ordered, query)
    traits.describe(items, ordered, runs, query.types)
    return items, notes


def _add_setups(links: Sequence[Link], pool: Pool) -> None:
    """What gives the failing test its data; the little that only its file's top level says goes with it."""
    crashed = any(not link.in_test for link in links)
    test = chains.failing_test(links)
    for function in setups.setups(test, pool.outline):
        item = pool.add(function)
        item.note("callee_of_test", _SETS_UP, "sets up the failing test", _SETS_UP)
        own = test is not None and function.path == test.location.path
        short = function.last_lineno - function.first_lineno < _SHORT
        item.tests |= own and short and not crashed and "." not in function.qualified_name


def _add_frames(links: Sequence[Link], pool: Pool) -> None:
    share = 1 / max(1, len(links))
    test = chains.failing_test(links)
    for link in links:
        item = pool.add(link.function)
        item.marked[link.location.lineno] = None
        moved = f", {link.location.note}" if link.location.note else ""
        if link.raised:
            item.note("raised", 1.0, f"{link.place}, raised here{moved}", 10.0)
            item.throws = True
        elif link.origin:
            item.note("origin", 1.0, f"{link.place}, raised here{moved}", 9.0)
            item.throws = True
        if link.in_test:
            if link is test:
                place = "" if item.throws else f"{link.place}, "
                what = "sets up the failing test" if chains.prepares(link) else "the failing test"
                item.note("test_frame", 1.0, f"{place}{what}{moved}", 5.0)
                item.tests = True
            else:
                _note_frame(item, "test_frame", link, 5.0, said=not item.throws)
        else:
            _note_frame(item, "frame", link, 4.0 + 4.0 / (1 + link.depth), said=not item.throws)
            item.features["frames"] = item.features.get("frames", 0.0) + share


def _note_frame(item: Candidate, feature: str, link: Link, weight: float, *, said: bool = True) -> None:
    """Note that a frame lies in the candidate; one whose line moved is spoken of by itself."""
    value = 1 / (1 + link.depth)
    if not said:
        item.note(feature, value)
    elif link.relation is None or link.location.note:
        note = f", {link.location.note}" if link.location.note else ""
        item.note(feature, value, f"{link.place}{note}", weight)
    else:
        item.note(feature, value, link.of_stack, weight, (link.position,))


def _add_bindings(links: Sequence[Link], pool: Pool) -> None:
    """The tables, constants and fields that the failing lines name."""
    for link in links[:_READERS]:
        for binding in bindings.read_by(link):
            value = 1 / (1 + link.depth)
            pool.add(binding).note("read_by_line", value, f"read by {link.label}", 3.0 * value)


def _add_data(links: Sequence[Link], pool: Pool) -> None:
    """Where little was found at all: what the functions that failed name besides their failing lines."""
    for link in [x for x in links if not x.in_test][:_READERS] if pool.is_little() else ():
        for binding in bindings.read_by(link, whole=link.function.kind != "module"):
            pool.add(binding).note("read_by_line", _BESIDE_LINE, f"read in {link.label}", WEAK)


def _add_callers(
    answer: callers.Incoming, targets: Sequence[Link], links: Sequence[Link], pool: Pool
) -> tuple[str, ...]:
    by_place = {(link.function.path, link.function.span.start): link for link in targets}
    kept: dict[tuple[str, int], int] = {}
    inside = {(link.function.path, link.function.span) for link in links}
    for call in answer.calls:
        key = (call.callee.path, call.callee.span.start)
        if (call.caller.path, call.caller.span) in inside or key not in by_place:
            continue
        caller = _named(call.caller, pool)
        if (caller.path, caller.span) not in inside and kept.get(key, 0) < _CALLERS:
            kept[key] = kept.get(key, 0) + 1
            _add_caller(caller, call, by_place[key], pool)
    if answer.not_examined:
        return (f"{answer.not_examined:,} files that mention the chain were not examined for callers.",)
    return ()


def _named(function: Function, pool: Pool) -> Function:
    source = pool.outline(function.path)
    return chains.named_unit(source, function) if source is not None else function


def _add_caller(function: Function, call: Call, link: Link, pool: Pool) -> None:
    item = pool.add(function)
    value = CERTAINTY[call.certainty] / (1 + link.depth)
    outside = " from outside the trace" if link.relation is not None else ""
    item.note("caller", value, f"calls {link.label}{outside}", 1.5 * value)
    item.marked.setdefault(call.lineno, None)


def _add_members(links: Sequence[Link], pool: Pool, deadline: float) -> None:
    for link in [x for x in links if not x.in_test][:_CHAIN]:
        if link.outline is None or effort() > deadline:
            continue
        family = syntax.owner(link.outline, link.function)
        near = 1 / (1 + link.depth)
        for member in callers.members(pool.workspace, link.function, seek=False):
            if member.kind == "field":
                continue
            item = pool.add(member)
            name = family.function.name if family else "the class"
            if member.kind == "constructor":
                known = item.because("constructor")
                reason = "" if known else f"constructs {name}, the class of {link.label}"
                item.note("constructor", near, reason, near)
                item.note("member", near)
                continue
            item.note("member", near, f"member of {name} beside {link.label}", 0.6 * near)


def _add_neighbours(links: Sequence[Link], pool: Pool) -> None:
    nearest: dict[str, Link] = {}
    for link in links:
        if not link.in_test:
            nearest.setdefault(link.location.path, link)
    for link in nearest.values():
        source = link.outline
        if source is None:
            continue
        functions = [f for f in source.functions if f.kind not in ("lambda", "field")]
        functions.sort(key=lambda f: abs(f.first_lineno - link.location.lineno))
        for function in functions[:_NEIGHBOURS]:
            near = 1 / (1 + link.depth)
            pool.add(function).note("same_file", near, f"beside {link.label}", WEAK * near)


def _add_subjects(links: Sequence[Link], query: words.Query, pool: Pool) -> None:
    """The functions of the files that a failing test is about."""
    crashed = any(not link.in_test for link in links)
    for subject in subjects.subjects(
        links, query.test, pool.workspace, _BESIDE if crashed else subjects.MOST
    ):
        source = pool.outline(subject.path)
        for function in source.functions[:_NEIGHBOURS] if source is not None else ():
            if function.kind not in ("lambda", "field"):
                item = pool.add(function)
                for feature, value in subject.features.items():
                    item.note(feature, value)
                item.note("subject", subject.standing, "in a file the failing test is about", WEAK)


def _add_imported(links: Sequence[Link], pool: Pool) -> None:
    """Where a test alone leads nowhere near: the functions of the files that its file imports."""
    if any(not link.in_test for link in links) or not pool.is_little():
        return
    spoken = {known.id for link in links if (known := languages.language_for(link.location.path))}
    family = {name for language in spoken for name in languages.family(language)}
    sources = [p for p in index.source_files(pool.workspace, family) if not chains.in_test(p)]
    for path, hops in imported.reached((link.location.path for link in links), sources, pool.outline):
        source = pool.outline(path)
        away = f"in a file {hops} imports away" if hops > 1 else "in an imported file"
        for function in source.functions[:_NEIGHBOURS] if source is not None else ():
            if function.kind not in ("lambda", "field"):
                item = pool.add(function)
                item.note("file_imported", float(hops == 1))
                item.note("subject", _IMPORTED / hops, away, WEAK)
        if not pool.is_little(_ENOUGH):
            return


def _add_namesakes(links: Sequence[Link], query: words.Query, pool: Pool, deadline: float) -> None:
    """What a call of the chain may reach though only its name says so, from the folders of the chain."""
    paths = [link.location.path for link in links if not link.in_test]
    paths += [item.function.path for item in pool.items.values() if "subject" in item.features]
    folders = list(dict.fromkeys(path.rpartition("/")[0] for path in paths))
    title = words.titles(links, query)
    found = namesakes.namesakes(links, folders, pool.workspace, pool.outline, deadline, title=title)
    for function, reason, near in found:
        pool.add(function).note("namesake", near, reason, WEAK * near)


def _add_changes(changes: Iterable[Change], pool: Pool, *, now: float, window: float) -> None:
    for change in changes:
        source = pool.outline(change.path)
        if source is None:
            continue
        added = history.added_lines(change.hunk)
        for function in source.functions:
            touched = history.touches(change.hunk, function.first_lineno, function.last_lineno)
            # What hangs together with the failure is in the pool already; the rest is no evidence.
            if function.kind == "lambda" or not touched or not pool.knows(function):
                continue
            item = pool.add(function)
            recency = 1 - 0.5 * (now - (change.arrived or change.when)) / window if window else 0.0
            uncommitted = ", not committed" if change.sha is None else ""
            age = aged(change.when, change.arrived, now)
            item.note("changed", min(1.0, max(0.5, recency)), f"changed {age}{uncommitted}", 4.0)
            inside = [n for n in added if function.first_lineno <= n <= function.last_lineno]
            item.marked.update(dict.fromkeys(inside[:_MARKED]))


def _add_suspects(suspects: Iterable[str], pool: Pool) -> None:
    """A suspect may be a place; expressions are matched by name, with the words."""
    for suspect in suspects:
        path, _, line = suspect.rpartition(":")
        source = pool.outline(path) if line.isdecimal() else None
        if source is not None and 1 <= int(line) <= len(source.line_starts):
            item = pool.add(chains.named_unit(source, syntax.enclosing_function(source, int(line))))
            item.note("suspect", 1.0, words.SUSPECTED, 6.0)
            item.marked.setdefault(int(line), None)
