"""What a candidate is in itself, and beside the functions of the chain."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from crimescene.context import chain as chains
from crimescene.context import flowing, kinship, raisers, web, words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crimescene.context.chain import Link
    from crimescene.context.executed import Runs
    from crimescene.context.pool import Candidate
    from crimescene.model import Function, Span

_BRANCH = re.compile(
    r"\b(?:if|elif|for|foreach|while|case|when|switch|match|catch|except|unless)\b|&&|\|\||\?"
)
_RAISES = re.compile(
    r"\s*(?:throw|raise|assert|panic|fail|abort|die)\b|.*\b(?:throw new|panic\(|panic!|errors\.New)"
)
_MANY = 20
"""Branches of a function that has all of them one can keep in mind."""
_OFTEN = 4
"""Frames of one function, beside the first, that are a recursion."""
_TINY = 4
"""Lines of a function that can hardly hold a mistake."""


_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ALONE = ("callee_of_test", "second_callee", "message_words", "test_words", "title_words", "short")
"""Features that count otherwise where no frame of the program is in the trace."""


def describe(
    items: Sequence[Candidate],
    links: Sequence[Link],
    runs: Runs,
    types: Collection[str] = (),
) -> None:
    """Note kind, length and branches of each candidate, and how the error, of ``types``, came about.

    ``runs`` says which calls had run (see :mod:`crimescene.context.executed`).
    """
    chain = {link.function.name for link in links if link.function.kind != "module" and not link.in_test}
    raised = next((link for link in links if link.origin), None) or next(iter(links), None)
    checked = raised is not None and bool(
        _RAISES.match(words.line_of(raised.outline, raised.location.lineno) or raised.frame.code or "")
    )
    feeding = flowing.feeding(links)
    inner = next((link for link in links if not link.in_test), None)
    read = flowing.names_read(inner) if inner is not None else frozenset()
    raised_types = {name for name in map(_short, types) if name}
    crashed = any(not link.in_test for link in links)
    _place(items, links, runs)
    for item in items:
        function = item.function
        if chains.in_test(function.path):
            item.note("in_test", 1.0)
        in_chain = "frame" in item.features
        item.note("in_chain", float(in_chain))
        lines = function.last_lineno - function.first_lineno + 1
        item.note("short", 1 / (1 + lines / 40))
        item.note("tiny", float(lines <= _TINY and not in_chain))
        item.note("kind_constructor", float(function.kind == "constructor"))
        item.note("kind_type", float(function.kind in ("class", "module", "field")))
        text = words.source_of(item.outline, function.span)
        item.note("branches", min(1.0, math.log1p(len(_BRANCH.findall(text))) / math.log1p(_MANY)))
        item.note("innermost", float(item.features.get("frame", 0.0) == 1.0))
        item.note("feeds", feeding.get(_called(function), 0.0))
        for feature, value in () if in_chain else runs.get(_called(function), {}).items():
            item.note(feature, value)
        names = set(_NAME.findall(text))
        item.note("raises", float(not raised_types.isdisjoint(names)))
        if not in_chain and not read.isdisjoint(names):
            item.note("writes", float(not read.isdisjoint(flowing.assigned(text))))
        item.note("same_name", float(not in_chain and function.name in chain))
        if checked:
            for feature in ("raised", "frame", "callee_of_line"):
                item.note(f"{feature}_checked", item.features.get(feature, 0.0))
        if not crashed:
            for feature in _ALONE:
                item.note(f"{feature}_assert", item.features.get(feature, 0.0))


def _place(items: Sequence[Candidate], links: Sequence[Link], runs: Runs) -> None:
    """Note where candidates stand to the function that the error is of, whoever raised it for that one."""
    raising, raiser = raisers.split(links)
    own = [link for link in links if not link.in_test]
    helping = {_key(link) for link in raising}
    skipped = raiser.depth if raiser is not None else 0
    near: dict[tuple[str, Span], float] = {}
    times: Counter[tuple[str, Span]] = Counter()
    lines: dict[str, list[int]] = {}
    for link in own:
        key = _key(link)
        value = 0.0 if key in helping and link.depth < skipped else 1 / (1 + max(0, link.depth - skipped))
        near[key] = max(near.get(key, 0.0), value)
        times[key] += 1
        lines.setdefault(link.function.path, []).append(link.location.lineno)
    for item in items:
        function = item.function
        key = (function.path, function.span)
        if "frame" in item.features:
            item.note("raiser", float(raiser is not None and key == _key(raiser)))
            item.note("only_raises", float(key in helping and near[key] == 0.0))
            item.note("near_raiser", near.get(key, 0.0))
            item.note("outermost", float(key == _key(own[-1])))
            item.note("repeated", min(1.0, max(0, times[key] - 1) / _OFTEN))
        elif function.path in lines:
            off = min(
                min(abs(function.first_lineno - n), abs(function.last_lineno - n))
                for n in lines[function.path]
            )
            item.note("near_line", 1 / (1 + off / 40))
            item.note("above_line", float(function.last_lineno < min(lines[function.path])))
    kinship.compare(items, links, raiser)
    web.compare(items, links, near, runs)


def _key(link: Link) -> tuple[str, Span]:
    return link.function.path, link.function.span


def _short(name: str) -> str:
    """The last part of a type's name: ``java.util.Map$Entry`` is spoken of as Entry."""
    return re.split(r"[.$:]", name)[-1]


def _called(function: Function) -> str:
    """The name by which a call spells it: a constructor is called by its class."""
    parts = function.qualified_name.split(".")
    return parts[-2] if function.kind == "constructor" and len(parts) > 1 else function.name
