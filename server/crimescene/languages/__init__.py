"""Languages as data: one folder each, with a description, queries and a grammar behind one registry.

``language.toml`` describes the language, ``tags.scm`` is the query of its definitions and calls.
Grammars are loaded when first asked for. Parsed only on demand, so that start-up stays cheap.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tree_sitter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FOLDER = Path(__file__).parent
_PACK = "tree-sitter-language-pack"
_REMEMBERED = 50_000
"""Bytes of a file whose tree is kept for a while."""

_PARSE_SECONDS = 2.0
"""CPU seconds one megabyte may take to parse; code takes a tenth of it."""

LANGUAGES: tuple[str, ...] = tuple(sorted(p.parent.name for p in _FOLDER.glob("*/language.toml")))
"""Ids of the languages, which are the names of their folders."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What runs before the tests of a language's test runners and gives them their data."""

    names: tuple[str, ...] = ()
    """Functions that the runner calls first."""
    marks: tuple[str, ...] = ()
    """Regular expressions of the annotations and attributes of such functions."""
    hooks: tuple[str, ...] = ()
    """Functions that are given one as a callback: ``beforeEach(() => ...)``."""
    fixture_marks: tuple[str, ...] = ()
    """Likewise of functions whose answer is passed to the parameter with their name."""
    fixture_automatic: tuple[str, ...] = ()
    """Regular expressions of what marks one that runs though no parameter has its name."""
    fixture_requests: tuple[str, ...] = ()
    """Regular expressions of a mark that names some; the group holds their names as strings."""
    fixture_files: tuple[str, ...] = ()
    """Names of files in the folders around a test whose fixtures it may use."""


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a language besides its grammar."""

    id: str
    name: str
    extensions: tuple[str, ...]
    fence: str
    """Info string of a Markdown fence."""
    package: str
    """Distribution that brings the grammar, as pip knows it."""
    function: str = "language"
    """Function of the grammar's module that returns the grammar."""
    filenames: tuple[str, ...] = ()
    """Whole file names: ``Rakefile``."""
    claimed_extensions: tuple[str, ...] = ()
    """Extensions of another language that are this one's if the text looks like it."""
    claimed_when: str = "(?!)"
    """Regular expression of what the text must have for that."""
    interpreters: tuple[str, ...] = ()
    """Programs a ``#!`` line may name, without version."""
    comments: tuple[str, ...] = ()
    """Tokens that start a line comment."""
    block_comments: tuple[str, ...] = ()
    """Tokens that open and close a comment of several lines, in pairs."""
    self_names: tuple[str, ...] = ()
    """Receivers that mean the object or class a method belongs to, or its superclass."""
    decorators: tuple[str, ...] = ()
    """Node types of decorators, annotations and attributes, which are no part of a signature."""
    prefix: str = "(?!)"
    """Regular expression of what belongs to a definition before it on its line (``private def``)."""
    docstrings: tuple[str, ...] = ()
    """Node types of a string that documents the body it opens."""
    identifiers: tuple[str, ...] = ()
    """Node types of names besides those called ``…identifier``."""
    arguments: tuple[str, ...] = ()
    """Node types that stand around each argument."""
    masks: tuple[str, ...] = ()
    """Regular expressions of what no grammar can know (macros, branches of the preprocessor), left out where
    the text does not parse otherwise."""
    branch_masks: tuple[str, ...] = ()
    """Likewise, of all but the first branch of the preprocessor, if their sum does not parse either."""
    bare_calls: bool = False
    """A call without parentheses is one without arguments."""
    no_arguments: tuple[str, ...] = ()
    """Node types among the arguments that are none."""
    keyword_arguments: tuple[str, ...] = ()
    """Node types of an argument given by name; its first child is the name."""
    spreads: tuple[str, ...] = ()
    """Node types of an argument that stands for an unknown number of arguments."""
    import_local: str = r"([^./\\:]+)$"
    """Regular expression: the group is the name an imported path is bound to where none is given."""
    transparent_owners: tuple[str, ...] = ()
    """Regular expressions: what is left out of the owner written before a name (``exports.f = ...``)."""
    lambda_names: tuple[str, ...] = ()
    """Regular expressions of what the runtime prints for functions without a name."""
    constructor_names: tuple[str, ...] = ()
    """Likewise for constructors."""
    initializer_names: tuple[str, ...] = ()
    """Likewise for static initializers and class bodies."""
    accessor_names: tuple[str, ...] = ()
    """Likewise for accessors; the group is the name in the source."""
    module_names: tuple[str, ...] = ()
    """Likewise for the top level of a file."""
    titled_calls: tuple[str, ...] = ()
    """Functions that take a title, a string, and what it names: ``test("adds up", …)``."""
    tests: tuple[str, ...] = ()
    """Regular expressions of paths (POSIX, relative) that hold tests."""
    family: str = ""
    """A word shared by languages whose files call one another's functions; empty where there is no other."""
    errors: str = ""
    """Name of the table in :mod:`crimescene.suspects` that knows the messages of its runtime."""
    tools: str = ""
    """Name of the rules in :mod:`crimescene.run_detection` that tell how a file of it is run."""
    hierarchy: str = ""
    """The usual language server that answers an editor's question who calls a function."""
    tests_go_on: bool = False
    """A test goes on behind a check that failed."""
    setup: Setup = Setup()

    def test_path(self, path: str) -> bool:
        """Whether the file at ``path`` (POSIX, relative to the root) holds tests by custom."""
        return any(re.search(pattern, path) for pattern in self.tests)


@cache
def language(name: str) -> Language:
    """The language with the id ``name``; KeyError if there is none."""
    if name not in LANGUAGES:
        raise KeyError(name)
    described = _description(name)
    return Language(id=name, **described | {"setup": Setup(**described.get("setup", {}))})


@cache
def _description(name: str) -> dict[str, Any]:
    """The values of ``language.toml``, over those of the language it inherits from."""
    data = tomllib.loads((_FOLDER / name / "language.toml").read_text("utf-8"))
    inherited = _description(data.pop("inherits")) if "inherits" in data else {}
    own = _frozen(data)
    unshared = {k: v for k, v in inherited.items() if k not in {"extensions", "filenames", "interpreters"}}
    return unshared | own


def _frozen(data: dict[str, Any]) -> dict[str, Any]:
    """``data`` with tuples in place of lists, in its tables too."""
    return {
        key: tuple(value) if isinstance(value, list) else _frozen(value) if isinstance(value, dict) else value
        for key, value in data.items()
    }


@cache
def family(name: str) -> tuple[str, ...]:
    """Ids of the languages whose files may call a definition written in the language ``name``."""
    word = language(name).family if name in LANGUAGES else ""
    return tuple(other for other in LANGUAGES if language(other).family == word) if word else (name,)


@cache
def described(name: str, file: str) -> dict[str, Any]:
    """The values of ``<file>.toml`` of a language, over those it inherits from; empty without one."""
    path = _FOLDER / name / f"{file}.toml"
    if not path.is_file():
        return {}
    data = tomllib.loads(path.read_text("utf-8"))
    inherited = described(data.pop("inherits"), file) if "inherits" in data else {}
    nested = {
        key: {**inherited.get(key, {}), **value} for key, value in data.items() if isinstance(value, dict)
    }
    return {**inherited, **data, **nested}


@cache
def log_helper(name: str) -> str:
    """The text of ``log_helper.txt``: the function that log statements of the language call."""
    return (_FOLDER / name / "log_helper.txt").read_text("utf-8")


@cache
def _by_name() -> dict[str, str]:
    """Map extension, file name or ``#!`` program to the id of the language."""
    known: dict[str, str] = {}
    for name in LANGUAGES:
        found = language(name)
        for key in (
            *found.extensions,
            *(f"/{filename}" for filename in found.filenames),
            *(f"#!{interpreter}" for interpreter in found.interpreters),
        ):
            known[key] = name
    return known


def endings(names: Collection[str]) -> list[str]:
    """What names of files in the languages ``names`` (ids) may end with; of unknown languages nothing."""
    found: set[str] = set()
    for known in (language(name) for name in names if name in LANGUAGES):
        found.update(known.extensions, known.filenames, known.claimed_extensions)
    return sorted(found)


@cache
def _claims() -> dict[str, Language]:
    """Map extension to the language that takes a file from another by its text."""
    return {e: language(name) for name in LANGUAGES for e in language(name).claimed_extensions}


def language_for(path: str, head: bytes = b"") -> Language | None:
    """The language of the file at ``path``, by its name, else by ``head``, the beginning of its text."""
    known = _by_name()
    base = path.replace("\\", "/").rpartition("/")[2]
    name = known.get(f"/{base}")
    start = base.find(".", 1)
    while name is None and start > 0:
        ending = base[start:]
        name = known.get(ending) or known.get(ending.lower())
        claim = _claims().get(ending)
        if claim is not None and re.search(claim.claimed_when, head.decode("utf-8", "replace")):
            return claim
        start = base.find(".", start + 1)
    if name is None and head.startswith(b"#!"):
        words = re.findall(rb"[^\s/]+", head[2:].split(b"\n", 1)[0])
        programs = [w.decode("ascii", "replace").rstrip("0123456789.") for w in words]
        name = next((known[f"#!{p}"] for p in programs if f"#!{p}" in known), None)
    return language(name) if name else None


@cache
def grammar(language: Language) -> tree_sitter.Language | None:
    """The grammar of ``language``, or None if no installed package brings it."""
    module_name = language.package.replace("-", "_")
    if importlib.util.find_spec(module_name):
        module = importlib.import_module(module_name)
        return tree_sitter.Language(getattr(module, language.function)())
    pack_name = _PACK.replace("-", "_")
    if importlib.util.find_spec(pack_name):
        pack = importlib.import_module(pack_name)
        try:
            loaded = pack.get_language(language.id)
        except LookupError:
            return None
        return loaded if isinstance(loaded, tree_sitter.Language) else None
    return None


@cache
def query(language: Language, name: str = "tags") -> tree_sitter.Query | None:
    """The compiled query ``<name>.scm`` of ``language``; None without a grammar that fits it."""
    loaded = grammar(language)
    text = _query_text(language.id, name)
    if loaded is not None and text:
        with suppress(tree_sitter.QueryError):
            compiled: tree_sitter.Query = tree_sitter.Query(loaded, text)
            return compiled
    return None


def _query_text(folder: str, name: str) -> str:
    """The query with those it names in a first line ``; inherits: a, b`` before it."""
    path = _FOLDER / folder / f"{name}.scm"
    if not path.is_file():
        return ""
    text = path.read_text("utf-8")
    if inherits := re.match(r"; inherits: (.+)", text):
        others = [_query_text(other.strip(), name) for other in inherits[1].split(",")]
        text = "\n".join([*others, text])
    return text


def parse(
    grammar: tree_sitter.Language, source: bytes, ranges: Sequence[tree_sitter.Range] = ()
) -> tree_sitter.Tree:
    """The syntax tree of ``source``, or of the ``ranges`` of it; that of no text at all if it takes too long.

    Some few kilobytes that are in no way in this language can cost minutes of looking for an error's end.
    """
    if len(source) <= _REMEMBERED and not ranges:
        return _lately_parsed(grammar, source)
    return _parse(grammar, source, ranges)


@lru_cache(maxsize=24)
def _lately_parsed(grammar: tree_sitter.Language, source: bytes) -> tree_sitter.Tree:
    """One tree for whoever follows the names of a file and whoever lists its functions soon after."""
    return _parse(grammar, source, ())


def _parse(
    grammar: tree_sitter.Language, source: bytes, ranges: Sequence[tree_sitter.Range]
) -> tree_sitter.Tree:
    deadline = time.thread_time() + _PARSE_SECONDS * (1 + len(source) / 1_000_000)
    parser = tree_sitter.Parser(grammar, included_ranges=ranges or None)
    with suppress(ValueError):  # what an aborted parse raises
        return parser.parse(
            lambda offset, _: source[offset : offset + 65_536],
            progress_callback=lambda _offset, _error: time.thread_time() > deadline,
        )
    return tree_sitter.Parser(grammar).parse(b"")


def missing_grammar(path: str) -> str | None:
    """One sentence naming the package that would make ``path`` readable; None if nothing is missing."""
    found = language_for(path)
    if found is None or query(found) is not None:
        return None
    if grammar(found) is not None:
        return f"{path} is not analysed: the installed version of {found.package} is not one that fits."
    return f"{path} is not analysed: {found.name} needs the package {found.package} or {_PACK} (pip install)."


def masked(masks: tuple[str, ...], source: bytes) -> bytes:
    """Return the source with blanks in place of what no grammar can know."""
    for mask in masks:
        source = re.sub(mask.encode(), lambda match: re.sub(rb"[^\n]", b" ", match[0]), source)
    return source
