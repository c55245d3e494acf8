"""Candidates as snippets: the best of them, as whole lines of code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene import languages, ranking
from crimescene.context import words
from crimescene.context.unreached import unreached
from crimescene.model import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crimescene.context.pool import Candidate
    from crimescene.workspace import Workspace

MOST = 60
"""Snippets handed to the prompt: more than any budget holds, few enough to read in a moment."""
_CONTEXT_LINES = 12
"""Lines shown on each side of a frame that lies outside any function."""
_LONG = 40
"""Lines beyond which a function may be shown in part, so that it matters where to look."""


def best(items: Iterable[Candidate], workspace: Workspace, wanted: set[str]) -> tuple[Snippet, ...]:
    """The best candidates as code.

    A function inside a better one is not repeated, unless that one is too long to be shown whole or a frame
    lies in it: that place is always named and marked. The failing test is always among them, and of the chain
    twice as many as of the rest.
    ``wanted`` are the words of the failure: they mark lines of long functions nothing else marks.
    """
    scored = sorted(
        ((ranking.score(item.features), item) for item in items),
        key=lambda pair: (-pair[0], pair[1].function.path, pair[1].function.first_lineno),
    )
    chosen: list[Snippet] = []
    for n, (score, item) in enumerate(scored):
        late = n >= 2 * MOST or len(chosen) >= MOST
        if late and not item.tests and not (item.in_chain and len(chosen) < 2 * MOST):
            continue
        source = item.outline.source if item.outline else workspace.read(item.function.path)
        if source is None:
            continue
        found = snippet(item, source, score, wanted)
        named = found.throws or found.tests or item.in_chain
        if named or not any(holds(other, found) for other in chosen):
            chosen.append(found)
    return tuple(chosen)


def misread(shown: Sequence[Snippet], workspace: Workspace) -> list[str]:
    """A sentence for each file whose code has signs that could not be read."""
    suspects = dict.fromkeys(s.path for s in shown if "\ufffd" in s.text)
    return [
        f"{path} is not UTF-8: what could not be read stands as \ufffd."
        for path in suspects
        if not _is_utf8(workspace.read(path) or b"")
    ]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def holds(outer: Snippet, inner: Snippet) -> bool:
    """Whether who shows ``outer`` shows ``inner``: of a long function only regions are shown."""
    return (
        outer.path == inner.path
        and outer.last_lineno - outer.start_lineno < _LONG
        and outer.start_lineno <= inner.start_lineno
        and inner.last_lineno <= outer.last_lineno
    )


def snippet(item: Candidate, source: bytes, score: float, wanted: set[str]) -> Snippet:
    """The candidate as whole lines; outside any function only the lines around the marks."""
    function = item.function
    language = languages.language_for(function.path)
    lines = source.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    first, last = function.first_lineno, min(function.last_lineno, len(lines))
    marks = [m for m in item.marked if first <= m <= last]
    name = function.qualified_name
    if function.kind in ("module", "class"):
        at = marks or [first]
        first, last = max(first, min(at) - _CONTEXT_LINES), min(last, max(at[:1]) + _CONTEXT_LINES)
        marks = [m for m in marks if first <= m <= last]
        name = name if function.kind == "class" else ""
    if not marks and last - first >= _LONG:
        marks = [first + n for n in words.focus(lines[first - 1 : last], wanted)]
    text = "\n".join(lines[first - 1 : last])
    goes_on = language is not None and language.tests_go_on
    parts = tuple(ranking.contributions(item.features).items())
    return Snippet(
        function.path,
        first,
        text,
        name,
        item.reasons,
        score,
        language.fence if language else "",
        tuple(marks),
        throws=item.throws,
        tests=item.tests,
        in_chain=item.in_chain,
        blank_below=next((n for n, line in enumerate(lines[last:]) if line.strip()), len(lines) - last),
        contributions=parts,
        unreached=0 if goes_on else _unreached(item, lines[first - 1 : last], [m - first for m in marks]),
    )


def _unreached(item: Candidate, lines: Sequence[str], marks: Sequence[int]) -> int:
    """How many of the last ``lines`` of a failing test, with frames at the indices ``marks``, never ran."""
    ran = "test_frame" in item.features and "in_test" in item.features
    whole = item.function.kind not in ("module", "class")
    return unreached(lines, max(marks)) if ran and whole and marks else 0
