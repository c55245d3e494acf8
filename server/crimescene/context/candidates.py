"""The code that may explain a failure, each piece with its facts and its reasons.

Enclosing functions of the frames, what they and the failing test call, who calls them from
outside the trace, their class, their neighbours, and what changed lately.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene import callers, history, languages, syntax
from crimescene.context import bindings, namesakes, reasons, setups, subjects, traits, words
from crimescene.context import chain as chains
from crimescene.effort import effort
from crimescene.model import Certainty, Reason
from crimescene.prompt.plain import aged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Call, Change, Function
    from crimescene.workspace import Workspace

_CERTAINTY = {Certainty.EXACT: 1.0, Certainty.PLAUSIBLE: 0.7, Certainty.OVERRIDE: 0.5, Certainty.NAME: 0.3}
_CHAIN = 8
"""Functions of the chain whose callees are looked up, innermost first."""
_MARKED = 20
"""Changed lines of one function that are marked."""
_READERS = 4
"""Frames of which the data they read is shown."""
_CALLED_BY = 4
"""Functions of the chain whose callers are looked up."""
_CALLERS = 6
"""Callers kept for each of them."""
_HOPS = 12
"""First-hop callees whose own callees are looked up."""
_SETS_UP = 0.7
"""What gives the failing test its data is as near to it as most of what it calls."""
_REASONS = 2
_WEAK = 0.1
"""A reason no weightier stands only where there is no other."""
_BESIDE = 3
"""Files a test is about that are looked into where frames of the program tell more."""
_LITTLE = 24_000
"""Bytes of code below which all that was found may fit a prompt, so that it is worth looking farther."""
_FAR = 0.3
"""How near what is called from there counts."""
_NEIGHBOURS = 400
"""Functions of the frames' files that compete; a file of thousands would drown the rest."""


@dataclass(slots=True)
class Candidate:
    """One function under consideration, while facts about it are collected."""

    function: Function
    outline: syntax.Outline | None
    features: dict[str, float] = field(default_factory=dict)
    weighted: list[tuple[float, Reason]] = field(default_factory=list)
    """Why the reader should care, and how much."""
    marked: dict[int, None] = field(default_factory=dict)
    throws: bool = False

    def note(
        self,
        feature: str,
        value: float,
        why: str = "",
        weight: float | None = None,
        frames: tuple[int, ...] = (),
    ) -> None:
        """Keep the largest value of a feature, and ``why`` the reader should care (see :class:`Reason`)."""
        self.features[feature] = max(self.features.get(feature, 0.0), value)
        if why and all((why, frames) != (known.text, known.frames) for _, known in self.weighted):
            self.weighted.append((value if weight is None else weight, Reason(feature, why, frames)))

    def because(self, feature: str) -> bool:
        """Whether the feature gave a reason."""
        return any(reason.kind == feature for _, reason in self.weighted)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The strongest reasons, best first."""
        ordered = reasons.joined(sorted(self.weighted, key=lambda item: -item[0]))
        strong = [reason for weight, reason in ordered[:_REASONS] if weight > _WEAK]
        return tuple(strong or [reason for _, reason in ordered[:1]])


class Pool:
    """All candidates by their place; each function stands once."""

    def __init__(
        self,
        workspace: Workspace,
        outline: Callable[[str], syntax.Outline | None],
        search: Callable[[Collection[str], Collection[str]], history.Search | None],
    ) -> None:
        self.workspace = workspace
        self.outline = outline
        self.search = search
        self.items: dict[tuple[str, int, int], Candidate] = {}
        self._calls: dict[tuple[str, int, int], tuple[Call, ...]] = {}

    def calls_in(self, link: Link, seconds: float = 0.1) -> tuple[Call, ...]:
        """The calls in the function of ``link``, resolved at the first question, within ``seconds`` then."""
        function = link.function
        key = (function.path, function.span.start, function.span.end)
        if key not in self._calls:
            self._calls[key] = callers.outgoing(self.workspace, function, seconds=seconds, seek=False)
        return self._calls[key]

    def add(self, function: Function) -> Candidate:
        """The candidate of ``function``, new or known."""
        key = (function.path, function.span.start, function.span.end)
        found = self.items.get(key)
        if found is None:
            found = self.items[key] = Candidate(function, self.outline(function.path))
        return found

    def knows(self, function: Function) -> bool:
        """Whether ``function`` is a candidate already."""
        return (function.path, function.span.start, function.span.end) in self.items


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
    targets = _distinct([link for link in ordered if not link.in_test])[:_CALLED_BY]
    called = [link.function for link in targets]
    # The other cores look for the names while this one follows the calls.
    spoken = {known.id for function in called if (known := languages.language_for(function.path))}
    family = {name for language in spoken for name in languages.family(language)}
    mentioning = pool.search(callers.searched_names(pool.workspace, called), family)
    _add_callees(ordered, pool, clock + seconds / 2)
    within = mentioning.files() if mentioning is not None else None
    answer = callers.incoming(pool.workspace, called, seconds=seconds / 4, within=within)
    notes = _add_callers(answer, targets, ordered, pool)
    _add_members(ordered, pool, clock + seconds)
    _add_neighbours(ordered, pool)
    for function in setups.setups(links, pool.outline):
        pool.add(function).note("callee_of_test", _SETS_UP, "sets up the failing test", _SETS_UP)
    _add_subjects(ordered, query, pool)
    _add_namesakes(ordered, query, pool, effort() + seconds / 4)
    _add_farther(pool, effort() + seconds / 2)
    _add_changes(changes, pool, now=now, window=window)
    _add_suspects(query.suspects, pool)
    items = list(pool.items.values())
    words.compare(items, ordered, query)
    traits.describe(items, ordered, query.types)
    return items, notes


def _add_frames(links: Sequence[Link], pool: Pool) -> None:
    share = 1 / max(1, len(links))
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
            if link.depth == 0 and link.relation is not None:
                item.note("test_frame", 1.0, f"the failing test{moved}", 5.0)
            else:
                _note_frame(item, "test_frame", link, 5.0)
        else:
            _note_frame(item, "frame", link, 8.0 / (1 + link.depth), said=not item.throws)
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


def _add_callees(links: Sequence[Link], pool: Pool, deadline: float) -> None:
    """What the functions of the chain and the failing test call, and what that calls in turn."""
    shared: dict[tuple[str, int, int], set[str]] = {}
    hops: list[tuple[Function, float]] = []
    chain = {(link.function.path, link.function.span) for link in links}
    for link in _distinct(links)[:_CHAIN]:
        left = deadline - effort()
        if left <= 0:
            break
        for call in pool.calls_in(link, left / 2):
            callee = call.callee
            if (callee.path, callee.span) == (link.function.path, link.function.span):
                continue
            near = _CERTAINTY[call.certainty] / (1 + link.depth)
            known = (callee.path, callee.span) in chain  # that a frame calls the next one goes without saying
            verb = "" if known else "passed on by" if call.reason == callers.PASSED else "called by"
            _add_callee(pool.add(callee), link, near, verb, on_line=call.lineno == link.location.lineno)
            place = (callee.path, callee.span.start, callee.span.end)
            shared.setdefault(place, set()).add(link.function.qualified_name)
            hops.append((callee, near))
    for place, names in shared.items():
        if len(names) > 1:
            item = pool.items[place]
            item.note("shared", 1 - 1 / len(names), "shared by " + " and ".join(sorted(names)[:3]), 3.0)
    _add_second_callees(hops, pool, deadline)


def _distinct(links: Sequence[Link]) -> list[Link]:
    """The first link of each function; the top level of a file calls too much to tell anything."""
    found: dict[tuple[str, int], Link] = {}
    for link in links:
        if link.function.kind != "module":
            found.setdefault((link.function.path, link.function.span.start), link)
    return list(found.values())


def _add_callee(item: Candidate, link: Link, near: float, verb: str, *, on_line: bool) -> None:
    who = "the failing test" if link.in_test and link.relation is not None else link.label
    reason = f"{verb} {who}" if verb else ""
    item.note("callee_of_test" if link.in_test else "callee", near, reason, 2.0 * near)
    if on_line:
        item.note("callee_of_line", near)


def _add_second_callees(hops: list[tuple[Function, float]], pool: Pool, deadline: float) -> None:
    hops.sort(key=lambda hop: -hop[1])
    for callee, near in hops[:_HOPS]:
        left = deadline - effort()
        if left <= 0:
            break
        for call in callers.outgoing(pool.workspace, callee, seconds=left / 8, seek=False):
            value = near * _CERTAINTY[call.certainty]
            item = pool.add(call.callee)
            item.note("second_callee", value, f"called by {callee.name}", _WEAK * value)


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
    value = _CERTAINTY[call.certainty] / (1 + link.depth)
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
            pool.add(function).note("same_file", near, f"beside {link.label}", _WEAK * near)


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
                item.note("subject", subject.standing, "in a file the failing test is about", _WEAK)


def _add_namesakes(links: Sequence[Link], query: words.Query, pool: Pool, deadline: float) -> None:
    """What a call of the chain may reach though only its name says so, from the folders of the chain."""
    paths = [link.location.path for link in links if not link.in_test]
    paths += [item.function.path for item in pool.items.values() if "subject" in item.features]
    folders = list(dict.fromkeys(path.rpartition("/")[0] for path in paths))
    title = words.titles(links, query)
    found = namesakes.namesakes(links, folders, pool.workspace, pool.outline, deadline, title=title)
    for function, reason, near in found:
        pool.add(function).note("namesake", near, reason, _WEAK * near)


def _add_farther(pool: Pool, deadline: float) -> None:
    """Where little was found at all: what that calls, as far as it was not followed."""
    found = list(pool.items.values())
    if sum(item.function.span.end - item.function.span.start for item in found) > _LITTLE:
        return
    followed = ("frame", "test_frame", "callee", "callee_of_test")
    for item in [x for x in found if not any(name in x.features for name in followed)][: 2 * _HOPS]:
        left = deadline - effort()
        if left <= 0 or chains.in_test(item.function.path):
            continue
        for call in callers.outgoing(pool.workspace, item.function, seconds=left / 2, seek=False):
            value = _FAR * _CERTAINTY[call.certainty]
            pool.add(call.callee).note(
                "second_callee", value, f"called by {item.function.name}", _WEAK * value
            )


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
