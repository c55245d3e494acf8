"""What runs before a failing test and gives it its data: fixtures, set-up methods, hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crimescene.context.chain import Link
    from crimescene.model import Function
    from crimescene.syntax import Outline

_MOST = 6
_METHODS = frozenset(
    {"setUp", "setup", "set_up", "setUpClass", "setUpTestData", "asyncSetUp", "setup_method", "setup_class"}
    | {"setup_function", "setup_module", "setUpModule", "setUpBeforeClass", "SetUp"}
)
_MARKED = re.compile(
    r"@Before(?:Each|All|Class|Method)?\b|@BeforeTest\b|\[(?:OneTime)?SetUp\]|\[(?:Test|Class)Initialize\]|#\[Before"
)
_HOOK = re.compile(r"(?:before|beforeEach|beforeAll|before_each|before_all|let!?|subject)\b[^.]*")
"""How the name of a callback begins that a test runner calls before the tests."""
_FIXTURE = re.compile(r"@(?:[\w.]+\.)?fixture\b")
_AUTOMATIC = re.compile(r"\bautouse\s*=\s*True\b")
_PARAMETERS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def setups(links: Sequence[Link], outline: Callable[[str], Outline | None]) -> list[Function]:
    """The functions that ran before the failing test, the nearest to it first."""
    test = next((link for link in reversed(links) if link.in_test and link.outline is not None), None)
    if test is None or test.outline is None or test.function.kind == "module":
        return []
    found: dict[tuple[str, int], Function] = {}
    for function in (*_fixtures(test, outline), *_hooks(test.function, test.outline)):
        if function.span != test.function.span:
            found.setdefault((function.path, function.span.start), function)
    return list(found.values())[:_MOST]


def _head(function: Function, outline: Outline) -> str:
    """Decorators, annotations and signature, as far as they come before the body."""
    end = max(function.span.start, function.body_span.start)
    return outline.source[function.span.start : end].decode("utf-8", "replace")


def _hooks(test: Function, outline: Outline) -> Iterator[Function]:
    """Set-up methods of the test's class or module, and hooks of the suites around it."""
    around = test.qualified_name.rpartition(".")[0]
    for function in outline.functions:
        owner, _, name = function.qualified_name.rpartition(".")
        inside = owner == around or (function.kind == "lambda" and (not owner or around.startswith(owner)))
        if inside and (
            (name in _METHODS and function.kind != "lambda")
            or (function.kind == "lambda" and _HOOK.match(name) and "#" in name)
            or (function.kind != "lambda" and _MARKED.search(_head(function, outline)))
        ):
            yield function


def _fixtures(test: Link, outline: Callable[[str], Outline | None]) -> Iterator[Function]:
    """What pytest passes to the test, and to what it passes: from its file and the conftest.py around."""
    if test.outline is None or test.outline.language != "python":
        return
    folders = test.location.path.split("/")[:-1]
    paths = [test.location.path]
    paths += ["/".join([*folders[:n], "conftest.py"]) for n in range(len(folders), -1, -1)]
    known: dict[str, tuple[Function, str]] = {}
    for path in paths:
        source = outline(path)
        for function in source.functions if source is not None and source.language == "python" else ():
            head = _head(function, source) if source is not None else ""
            if _FIXTURE.search(head):
                known.setdefault(function.name, (function, head))
    wanted = [
        *_passed(_head(test.function, test.outline)),
        *(n for n, (_, h) in known.items() if _AUTOMATIC.search(h)),
    ]
    for name in wanted:  # grows while it is walked
        if name in known:
            function, head = known.pop(name)
            yield function
            wanted += _passed(head)


def _passed(head: str) -> Iterable[str]:
    """The names of the parameters, and of the fixtures that a mark asks for."""
    signature = head[head.rfind("def ") :] if "def " in head else ""
    match = _PARAMETERS.search(signature)
    listed = match[1].split(",") if match else []
    names = [re.split(r"[:=]", part)[0].strip(" *\n\t") for part in listed]
    marked = re.findall(r"usefixtures\(([^()]*)\)", head)
    return [*names, *re.findall(r"['\"](\w+)['\"]", " ".join(marked))]
