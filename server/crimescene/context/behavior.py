"""Expected against actual behaviour: from the assertion, else proposed, else asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.context import chain, promises
from crimescene.model import Behavior
from crimescene.prompt.plain import clip, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Function, Trace

ASK_EXPECTED = (
    "What should have happened here? One sentence is enough: the value, state or output you expected."
)
_MARKS = re.compile(r"^(?:[Tt]est|it|should|spec)(?=[_A-Z\s])_?|(?:_?tests?|Spec)$")
_SUFFIX = re.compile(r"(?:\s*(?:\[[^\[\]]*\]|\([^()]*\)))+$")
"""Parameters, classes and times that runners print behind a test's name."""
_NUMBERED = re.compile(r"^test_\d{4}_")
"""How minitest numbers its specs."""
_TITLE = re.compile(r'\w+ "(.*)"', re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])(?=[a-z]|$)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MEANINGFUL_WORDS = 2
"""A test named ``test_total`` promises nothing; ``test_total_is_rounded`` does."""


def expected(
    trace: Trace | None, links: Sequence[Link], given: str, broken: Callable[[], Behavior | None]
) -> Behavior:
    """What should have happened, and how we know: user, assertion, proposal or a question.

    ``broken`` says which promise of a declared type was not kept.
    """
    if given.strip():
        return Behavior(given.strip(), "user")
    if trace is not None and trace.assertion is not None:
        return Behavior(trace.assertion.expected, "assertion")
    return _proposed(trace, links, broken()) or Behavior(ASK_EXPECTED, "asked")


def actual(trace: Trace | None, links: Sequence[Link], given: str) -> Behavior:
    """What happened instead."""
    if given.strip():
        return Behavior(given.strip(), "user")
    if trace is None:
        return Behavior(
            "What happened instead? Paste the value, the output or what the screen showed.", "asked"
        )
    if trace.assertion is not None:
        return Behavior(trace.assertion.actual, "assertion")
    root = trace.root
    error = error_line(root.exception, root.message)
    raised = next((link for link in links if link.raised), None)
    if raised is None:
        return Behavior(error, "trace")
    place = f"{raised.location.path}:{raised.location.lineno}"
    inside = f" in {raised.function.qualified_name}" if raised.function.kind != "module" else ""
    return Behavior(f"{error}, at {place}{inside}", "trace")


def answered(known: Behavior | None, before: str) -> Behavior | None:
    """What the user said ``before``, unless something else was said now."""
    said_now = known is not None and known.source == "user"
    return Behavior(before, "answered") if before and not said_now else known


_OTHERS = 5
"""Further failures of a text that are named."""


def others(traces: Sequence[Trace], index: int) -> str:
    """One sentence: tests and errors of all ``traces`` of a text but that at ``index``; empty without any.

    A failure that is printed twice is one, and a warning beside it is none.
    """
    told = _identity(traces[index])
    rest = [t for n, t in enumerate(traces) if n != index and _identity(t) != told and not _is_warning(t)]
    if not rest:
        return ""
    named: dict[str, None] = {}
    for trace in rest:
        error = one_line(error_line(trace.root.exception, trace.root.message))
        error = "" if error == "error" else clip(error, 100)
        named[": ".join(filter(None, (one_line(trace.test or ""), error)))] = None
    named.pop("", None)
    shown = "; ".join(list(named)[:_OTHERS]) + ("; …" if len(named) > _OTHERS else "")
    count = f"{len(rest)} more {'trace' if len(rest) == 1 else 'traces'} in the same text"
    return f"{count}: {shown}" if shown else f"{count}."


_LONG = 2_000
_PLACES = re.compile(
    r",? called in \S+ on line \d+(?: and defined in \S+)?$"
    r"|(?: on unknown| on| at) (?:address|pc) 0x[0-9a-f]+.*"
)
"""Where PHP was called from, and addresses of memory: they stand in the error below, and name nothing."""


def _identity(trace: Trace) -> tuple[object, ...]:
    """What two prints of one failure share: the errors with their frames, and the test."""
    stacks = [(s.exception, s.message.strip(), [(f.path, f.lineno) for f in s.frames]) for s in trace.stacks]
    return trace.test or "", stacks


def _is_warning(trace: Trace) -> bool:
    name = trace.root.exception or ""
    return name.endswith("Warning") or name in ("warning", "note", "Deprecated", "Notice")


def error_line(exception: str | None, message: str) -> str:
    """``TypeError: the first line of the message``."""
    first = message.strip().split("\n", 1)[0].strip()
    first = _PLACES.sub("", first) if len(first) < _LONG else first
    return f"{exception}: {first}" if exception and first else exception or first or "error"


def spoken(name: str) -> str:
    """The words of a test's name: ``test_empty_history_shows_hint`` says "empty history shows hint".

    Of titles within titles all: ``describe "cart".it "adds up"`` says "cart adds up".
    """
    titles = [_TITLE.fullmatch(part) for part in re.split(r'(?<=")\.(?=\w+ ")', name.strip())]
    if all(titles):
        return " ".join(title[1] for title in titles if title)
    bare = _SUFFIX.sub("", name.strip())
    titled = bare.split(" > ")
    last = bare if any(" " in title for title in titled) else titled[-1]
    last = re.split(r"::|#(?=test_)" if " " in last else r"::|#|\.(?=[A-Za-z_]\w*$)", last)[-1]
    last = _MARKS.sub("", _NUMBERED.sub("", last))
    if " " not in last:
        last = _CAMEL.sub(lambda capital: f" {capital[1].lower()}", last)
    words = " ".join(_HUMP.sub(" ", last.replace("_", " ")).split())
    return words[:1].lower() + words[1:] if not words.isupper() else words


def _proposed(trace: Trace | None, links: Sequence[Link], promise: Behavior | None) -> Behavior | None:
    """What a test promises, with the promise of a type; else that alone, else what the function is for."""
    tested = _tested(trace, links)
    if tested is not None and promise is not None:
        text = f"{tested.text.rstrip('.')}. {promise.text}"
        return Behavior(text, f"{tested.source}, and {promise.source.removeprefix('proposed ')}")
    return tested or promise or _documented(links)


def _tested(trace: Trace | None, links: Sequence[Link]) -> Behavior | None:
    link = chain.failing_test(links) or next((link for link in links if link.in_test), None)
    test = _test_around(link) if link is not None else None
    if link is not None and link.outline is not None and test is not None:
        text = syntax.docstring(link.outline, test).strip()
        if text:
            return Behavior(_first_sentence(text), f"proposed from the docstring of {test.name}")
    names = [trace.test] if trace is not None and trace.test else []
    names += (
        [test.qualified_name] if link is not None and test is not None and not chain.prepares(link) else []
    )
    for name in names:
        words = spoken(name)
        if len(words.split()) >= _MEANINGFUL_WORDS:
            return Behavior(words, f"proposed from the name of the test {name}")
    return None


def _test_around(link: Link) -> Function:
    """The function of ``link``, or the outermost one around it: a handler within a test is no test."""
    found, around = link.function, link.outline and chain.parent(link.outline, link.function)
    while link.outline is not None and around:
        found = around if around.kind in ("function", "method") else found
        around = chain.parent(link.outline, around)
    return found


def _documented(links: Sequence[Link]) -> Behavior | None:
    # What the outer functions promise says nothing about the one that failed.
    failed = [x for x in links if x.outline and x.function.kind != "module" and (x.raised or x.origin)]
    for link in failed:
        text = syntax.docstring(link.outline, link.function).strip() if link.outline is not None else ""
        if text:
            source = f"proposed from the documentation of {link.function.qualified_name}"
            return Behavior(_first_sentence(text), source)
    return next((found for link in failed if (found := promises.signature_of(link))), None)


def _first_sentence(text: str) -> str:
    joined = " ".join(text.split("\n\n", 1)[0].split())
    end = re.search(r"(?<=[.!?])\s+(?=[A-Z])", joined)
    return joined[: end.start()] if end else joined
