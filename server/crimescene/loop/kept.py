"""What fixes of a failure are judged by, made of its context and kept with its case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene import syntax
from crimescene.context import chain as chain_module
from crimescene.model import Suspect
from crimescene.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from crimescene.context import Scene
    from crimescene.judge import Evidence
    from crimescene.model import Context

_MOST_FRAMES = 200


_MOST_WORDS = 3_000


def to_evidence(found: Context, scene: Scene) -> Evidence:
    """What fixes of a failure are judged by."""
    from crimescene import judge

    places = [place for _, place in found.frame_locations if place.in_app]
    chain = tuple(dict.fromkeys(place.path for place in places))
    words: dict[str, None] = {}
    about: dict[str, None] = {}
    functions: list[tuple[str, str, int, int]] = []
    for place in places[:_MOST_FRAMES]:
        outline = scene.outline(place.path)
        if outline is None:
            continue
        function = syntax.enclosing_function(outline, place.lineno)
        functions.append((place.path, function.qualified_name, function.first_lineno, function.last_lineno))
        words |= dict.fromkeys(syntax.identifiers(outline, function.span))
        if chain_module.in_test(place.path):  # a test reaches what it is about from anywhere in its file
            about |= dict.fromkeys(syntax.identifiers(outline, outline.module.span))
            about |= dict.fromkeys(w for i in outline.imports for w in re.findall(r"\w+", i.module))
    crash = next(((s.path, s.lineno) for s in found.suspected), None)
    crash = crash or next(((p.path, p.lineno) for p in places), ("", 0))
    return judge.Evidence(
        chain=chain,
        functions=tuple(functions),
        crash=crash,
        exception=found.trace.root.exception or "" if found.trace else "",
        suspects=found.suspected,
        words=frozenset([*words, *about][:_MOST_WORDS]),
    )


def to_kept(evidence: Evidence) -> dict[str, Any]:
    """The evidence as it is kept with the case."""
    return {
        "chain": list(evidence.chain),
        "functions": [list(f) for f in evidence.functions],
        "crash": list(evidence.crash),
        "exception": evidence.exception,
        "suspects": [[redact(s.expression).text, s.reason, s.path, s.lineno] for s in evidence.suspects],
        "words": sorted(evidence.words),
    }


def from_kept(kept: Mapping[str, Any]) -> Evidence:
    """Read the evidence back; what is damaged is left out."""
    from crimescene import judge

    try:
        return judge.Evidence(
            chain=tuple(map(str, kept.get("chain", ()))),
            functions=tuple((str(p), str(n), int(a), int(b)) for p, n, a, b in kept.get("functions", ())),
            crash=(str(kept["crash"][0]), int(kept["crash"][1])) if kept.get("crash") else ("", 0),
            exception=str(kept.get("exception", "")),
            suspects=tuple(
                Suspect(str(e), str(r), str(p), int(n)) for e, r, p, n in kept.get("suspects", ())
            ),
            words=frozenset(map(str, kept.get("words", ()))),
        )
    except (TypeError, ValueError, KeyError, IndexError):
        return judge.Evidence()
