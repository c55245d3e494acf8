"""What runs before a failing test and gives it its data: fixtures, set-up methods, hooks, its top level."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import languages
from crimescene.context import toplevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crimescene.context.chain import Link
    from crimescene.languages import Setup
    from crimescene.model import Function
    from crimescene.syntax import Outline

_MOST = 6
_PARAMETERS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def setups(test: Link | None, outline: Callable[[str], Outline | None]) -> list[Function]:
    """The functions that ran before the failing ``test``, the nearest to it first."""
    if test is None or test.outline is None or test.function.kind == "module":
        return []
    found: dict[tuple[str, int], Function] = {}
    ahead = [*_fixtures(test, outline), *_hooks(test.function, test.outline)]
    own = [function for function in ahead if function.path == test.location.path]
    for function in (test.function, *own):
        ahead += toplevel.prepared(replace(test, function=function))
    for function in ahead:
        if function.span != test.function.span:
            found.setdefault((function.path, function.span.start), function)
    return list(found.values())[:_MOST]


def _setup(outline: Outline) -> Setup:
    return languages.language(outline.language).setup


def _head(function: Function, outline: Outline) -> str:
    """Decorators, annotations and signature, as far as they come before the body."""
    end = max(function.span.start, function.body_span.start)
    return outline.source[function.span.start : end].decode("utf-8", "replace")


def _found(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _hooks(test: Function, outline: Outline) -> Iterator[Function]:
    """Set-up methods of the test's class or module, and hooks of the suites around it."""
    custom = _setup(outline)
    around = test.qualified_name.rpartition(".")[0]
    for function in outline.functions:
        owner, _, name = function.qualified_name.rpartition(".")
        if function.kind == "lambda":
            called = re.match(r"\w*", name)
            given = called is not None and called[0] in custom.hooks and "#" in name
            if given and (not owner or around.startswith(owner)):
                yield function
        elif owner == around and (name in custom.names or _found(custom.marks, _head(function, outline))):
            yield function


def _fixtures(test: Link, outline: Callable[[str], Outline | None]) -> Iterator[Function]:
    """What the runner passes to the test, and to what it passes: from its file and those around it."""
    if test.outline is None:
        return
    custom = _setup(test.outline)
    folders = test.location.path.split("/")[:-1]
    paths = [test.location.path]
    paths += [
        "/".join([*folders[:n], name]) for n in range(len(folders), -1, -1) for name in custom.fixture_files
    ]
    known: dict[str, tuple[Function, Outline]] = {}
    for path in paths if custom.fixture_marks else ():
        source = outline(path)
        for function in source.functions if source is not None else ():
            if source is not None and _found(custom.fixture_marks, _head(function, source)):
                known.setdefault(function.name, (function, source))
    wanted = [*_passed(test.function, test.outline, custom)]
    wanted += [name for name, found in known.items() if _found(custom.fixture_automatic, _head(*found))]
    for name in wanted:  # grows while it is walked
        if name in known:
            function, source = known.pop(name)
            yield function
            wanted += _passed(function, source, custom)


def _passed(function: Function, outline: Outline, custom: Setup) -> Iterable[str]:
    """The names of the parameters, and of the fixtures that a mark asks for."""
    end = max(function.name_span.end, function.body_span.start)
    match = _PARAMETERS.search(outline.source[function.name_span.end : end].decode("utf-8", "replace"))
    listed = match[1].split(",") if match else []
    names = [re.split(r"[:=]", part)[0].strip(" *\n\t") for part in listed]
    head = _head(function, outline)
    marked = [asked for pattern in custom.fixture_requests for asked in re.findall(pattern, head)]
    return [*names, *re.findall(r"['\"](\w+)['\"]", " ".join(marked))]
