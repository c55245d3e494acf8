"""The call chain of a trace: its frames, found in the workspace, each with its function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import languages, syntax
from crimescene.model import Function, Location, Relation, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.model import Frame
    from crimescene.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Link:
    """One frame of the chain that lies in the workspace."""

    frame: Frame
    location: Location
    function: Function
    outline: syntax.Outline | None
    """None where no grammar is installed; the function is then the whole file."""
    stack: int
    position: int
    """Place in its stack, 1 for the innermost frame, library frames counted."""
    of: int
    """Number of frames of that stack."""
    depth: int
    """In-app frames of the program between this one and the place of the error, tests not counted."""
    in_test: bool
    raised: bool
    """The innermost in-app frame of the error that reached the user."""
    origin: bool
    """The innermost in-app frame of the deepest cause."""
    relation: Relation | None = Relation.ROOT
    """What its stack is to the error that reached the user; None where the user pointed here."""
    certain: bool = True
    """False for each of the files that all match an ambiguous path."""

    @property
    def label(self) -> str:
        """How reasons speak of it: "frame 2", "frame 2 of the cause", "step 3"."""
        return f"frame {self.position}{_BELONGS[self.relation]}" if self.relation else f"step {self.position}"

    @property
    def place(self) -> str:
        """The same with how many there are: "frame 2 of 5"."""
        if self.relation is None:
            return f"step {self.position} of {self.of}" if self.of > 1 else "the line in question"
        return f"frame {self.position} {self.of_stack}"

    @property
    def of_stack(self) -> str:
        """The same without the number: "of 5 of the cause"."""
        return f"of {self.of}{_BELONGS[self.relation]}" if self.relation else f"of {self.of}"


_BELONGS = {
    Relation.ROOT: "",
    Relation.CAUSE: " of the cause",
    Relation.CONTEXT: " of the error before",
    Relation.SUPPRESSED: " of the suppressed error",
    Relation.MEMBER: " of the group's error",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """All links, the most telling first, and what could not be found."""

    links: tuple[Link, ...]
    places: tuple[tuple[Span, Location], ...]
    """Every frame that lies in the workspace, by its span in the trace."""
    notes: tuple[str, ...]
    doubts: tuple[tuple[int, Frame, tuple[str, ...]], ...] = ()
    """Where a stack's innermost in-app frame is ambiguous: the stack, the frame, the files that match."""


def why_not_shown(workspace: Workspace, path: str) -> str:
    """One sentence that says why there is no code of the file."""
    if why := workspace.why_unreadable(path):
        return why
    return f"{path} is binary data or UTF-16 text; saved as UTF-8 it would be shown."


def without_grammar(path: str) -> str:
    """One sentence for a file no known language reads; empty if it is only the grammar that is missing."""
    if languages.language_for(path) is not None:
        return ""
    return f"{path} is in a language without a grammar here, so functions and callers are not known."


def in_test(path: str) -> bool:
    """Whether the file holds tests, by the custom of its language."""
    language = languages.language_for(path)
    return language is not None and language.test_path(path)


def whole_file(path: str, source: bytes) -> Function:
    """The file as one unit, where no grammar can take it apart."""
    span = Span(0, len(source))
    name = path.rsplit("/", 1)[-1]
    last = source.count(b"\n") + (not source.endswith(b"\n"))
    return Function(name, name, "module", path, span, Span(0, 0), span, 1, max(1, last))


def named_unit(outline: syntax.Outline, function: Function) -> Function:
    """Climb from an anonymous function to the named one around it, if there is one.

    A callback says little without the function that passes it on; the callbacks of a test
    suite (``describe``, ``it``) stay, since nothing named is around them.
    """
    current: Function | None = function
    while current is not None and current.kind == "lambda":
        current = parent(outline, current)
    return current if current is not None and current.kind != "module" else function


def parent(outline: syntax.Outline, function: Function) -> Function | None:
    """The innermost function around ``function``; None at the top level of the file."""
    around = [
        f
        for f in outline.functions
        if f is not function
        and f.span.start <= function.span.start
        and function.span.end <= f.span.end
        and f.span != function.span
    ]
    return min(around, key=lambda f: f.span.end - f.span.start, default=None)


def by_relevance(links: Sequence[Link]) -> list[Link]:
    """Program frames before test frames, inner ones first, stacks in the order of their weight."""
    return sorted(links, key=lambda link: (link.in_test, link.depth))


def failing_test(links: Sequence[Link]) -> Link | None:
    """The outermost frame in a test: helpers of tests lie within it, what a runner wraps around it outside.

    A fixture file's function or one made within a named function (a decorator's wrapper) calls the test.
    """
    tests = sorted((x for x in links if x.in_test and x.relation is not None), key=lambda x: -x.position)
    first = min((link.stack for link in tests), default=0)
    own = [link for link in tests if link.stack == first]
    named = [link for link in own if not _wraps(link)]
    inner = named[0] if named else None
    if inner is not None and (inner is own[0] or _is_titled(inner) or in_fixture_file(own[0])):
        return inner
    return own[0] if own else None


def _wraps(link: Link) -> bool:
    around = parent(link.outline, link.function) if link.outline is not None else None
    made = around is not None and around.kind in ("function", "method")
    return made or in_fixture_file(link)


def in_fixture_file(link: Link) -> bool:
    """Whether the file holds fixtures for the tests around it, and no tests."""
    language = languages.language_for(link.location.path)
    return language is not None and link.location.path.rpartition("/")[2] in language.setup.fixture_files


def _is_titled(link: Link) -> bool:
    """Whether the function has the name of a test: one that is made elsewhere may be no wrapper of it."""
    return (
        link.function.kind == "lambda"
        or re.search(r"(?i)^test|test$|^(?:it|should)_", link.function.name) is not None
    )


def prepares(link: Link) -> bool:
    """Whether the function only sets a test up, by its name."""
    language = languages.language_for(link.location.path)
    name = link.function.name.partition("#")[0]
    return language is not None and name in (*language.setup.names, *language.setup.hooks)


def distinct(links: Sequence[Link]) -> list[Link]:
    """The first link of each function; the top level of a file calls too much to tell anything."""
    found: dict[tuple[str, int], Link] = {}
    for link in links:
        if link.function.kind != "module":
            found.setdefault((link.function.path, link.function.span.start), link)
    return list(found.values())
