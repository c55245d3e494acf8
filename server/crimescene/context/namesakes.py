"""Functions that a call of the chain may reach though nothing but their name says so.

A method called on a value of unknown type, or through a base class or an interface, may be any of its
implementers; and what went wrong in one of them often goes wrong in its sibling. They lie beside the
functions of the chain, as a rule: in files of the same folders.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import languages, ranking
from crimescene.context import chain as chains
from crimescene.effort import effort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crimescene import syntax
    from crimescene.context.chain import Link
    from crimescene.model import Function
    from crimescene.workspace import Workspace

_CHAIN = 8
"""Functions of the chain whose calls count, innermost first; the failing test comes on top."""
_FOLDERS = 6
_FILES = 300
"""Files of these folders that are searched."""
_READ = 12
"""Files that are taken apart."""
_COMMON = 12
"""Functions of one name that count, those first of whose name or class the failing test's title speaks."""
_LETTERS = 4
"""Shorter names are everywhere."""
_PLAIN = 200_000
"""Bytes beyond which a file is data or generated."""
_HEAD = rb"(?:[ \t]*[:=][ \t]*(?:async[ \t]+)?(?:function\b[ \t*]*[\w$]*)?)?[ \t]*"
_LIST = rb"\((?:[^(){};]|\([^(){};]*\)){0,400}\)"
_BARE = rb"\bdef[ \t]+(?:[\w.]{1,80}\.)?"
"""What stands before the name where a definition needs no parentheses."""
_TAIL = rb"[ \t]*(?:->[^:\n{]{0,120}|:[^={\n]{0,120}|\s*throws[^;{]{0,200})?\s*(?:\{|=>|:[ \t]*(?:#.*)?$)"


def namesakes(
    links: Sequence[Link],
    folders: Sequence[str],
    workspace: Workspace,
    outline: Callable[[str], syntax.Outline | None],
    deadline: float,
    *,
    title: str,
) -> list[tuple[Function, str, float]]:
    """Functions with a name that the chain calls or has, why, and how near the call is (1 the raising one).

    ``folders`` are searched in their order, files that the test's ``title`` names first, until ``deadline``
    (of :func:`crimescene.effort.effort`).
    """
    wanted = _names(links)
    if not wanted:
        return []
    spoken = {known.id for link in links if (known := languages.language_for(link.location.path))}
    family = {name for language in spoken for name in languages.family(language)}
    near = {folder: place for place, folder in enumerate(folders[:_FOLDERS])}
    paths = [p for p in workspace.files() if p.rpartition("/")[0] in near and not chains.in_test(p)]
    paths = [p for p in paths if (known := languages.language_for(p)) is not None and known.id in family]
    said = set(ranking.identifier_words(title))
    paths.sort(key=lambda p: (-len(said & set(_stem_words(p))), near[p.rpartition("/")[0]]))
    bare = any(languages.language(name).bare_calls for name in family)
    heads = _heads(wanted, bare=bare)
    found: dict[str, list[Function]] = {}
    read = 0
    for path, data in workspace.scan(paths[:_FILES]):
        if read >= _READ or effort() > deadline:
            break
        here = _defined(data, wanted, heads) if len(data) <= _PLAIN else set()
        source = outline(path) if here else None
        if source is None:
            continue
        read += 1
        for function in source.functions:
            if function.name in here and function.kind not in ("lambda", "field"):
                found.setdefault(function.name, []).append(function)
    return [
        (function, wanted[name][1], wanted[name][0])
        for name, functions in found.items()
        for function in _spoken_of(functions, title)[:_COMMON]
    ]


def _spoken_of(functions: Sequence[Function], title: str) -> Sequence[Function]:
    """Those first of whose qualified name ``title`` says most; where there are few they stay as they are."""
    if len(functions) <= _COMMON:
        return functions
    names = [ranking.identifier_words(f.qualified_name) for f in functions]
    fits = ranking.coverage(names, ranking.identifier_words(title))
    return [functions[n] for n in sorted(range(len(functions)), key=lambda n: -fits[n])]


def _stem_words(path: str) -> list[str]:
    return ranking.identifier_words(path.rpartition("/")[2].partition(".")[0])


def _heads(names: Iterable[str], *, bare: bool) -> re.Pattern[bytes]:
    """What the definition of one of ``names`` looks like; ``bare``: also without parentheses."""
    any_name = b"|".join(re.escape(name.encode()) for name in names)
    pattern = rb"\b(" + any_name + rb")" + _HEAD + _LIST + _TAIL
    if bare:
        pattern += rb"|" + _BARE + rb"(" + any_name + rb")(?![\w])"
    return re.compile(pattern, re.MULTILINE)


def _defined(data: bytes, names: Iterable[str], heads: re.Pattern[bytes]) -> set[str]:
    """Those of ``names`` that ``data`` seems to define; a look that spares taking most files apart."""
    if not any(name.encode() in data for name in names):
        return set()
    return {match[match.lastindex or 0].decode() for match in heads.finditer(data)}


def _names(links: Sequence[Link]) -> dict[str, tuple[float, str]]:
    """The names of the chain's functions and of what these and the failing test call."""
    found: dict[str, tuple[float, str]] = {}
    distinct = {(link.function.path, link.function.span.start): link for link in reversed(links)}
    own = [link for link in distinct.values() if not link.in_test][-_CHAIN:]
    tests = [link for link in distinct.values() if link.in_test]
    test = chains.failing_test(links)
    for link in [*own, *tests[:1], *tests[-1:]]:
        near = 1 / (1 + link.depth)
        who = "the failing test" if test and link.function == test.function else link.label
        if not link.in_test and link.function.kind != "module":
            _keep(found, link.function.name, near, f"named like {who}")
        span = link.function.span
        for site in link.outline.calls if link.outline is not None else ():
            inside = span.start <= site.span.start < span.end
            if inside and site.kind == "call" and site.receiver not in (None, "self", "this", "super()"):
                _keep(found, site.name, near, f"named like what {who} calls")
    return found


def _keep(found: dict[str, tuple[float, str]], name: str, near: float, reason: str) -> None:
    if len(name) >= _LETTERS and name.isascii() and near > found.get(name, (0.0, ""))[0]:
        found[name] = (near, reason)
