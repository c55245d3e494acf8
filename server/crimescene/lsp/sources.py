"""The failures known at a moment: in open documents, in saved cases, in test reports; newest first."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import case, traced, traces

if TYPE_CHECKING:
    from crimescene.lsp.roots import Root
    from crimescene.lsp.server import CrimesceneServer
    from crimescene.model import Trace
    from crimescene.traced import Place

_CASE = "the last run"
_PARSED = 60
_REPORT_SECONDS = 5.0
"""Between two looks for test reports."""


@dataclass(frozen=True, slots=True)
class Known:
    """One failure and where it was seen."""

    text: str
    when: float
    """Seconds since the epoch."""
    origin: str
    """What a message calls it."""
    trace: Trace
    """Its spans are offsets of ``text``."""


class Sources:
    """All that is known, read again only where it changed."""

    def __init__(self, server: CrimesceneServer) -> None:
        self._server = server
        self._parsed: OrderedDict[str, tuple[Trace, ...]] = OrderedDict()
        self._cases: dict[Root, tuple[object, list[case.Case]]] = {}
        self._reports: dict[Root, tuple[float, list[tuple[float, str, str]]]] = {}
        self._when: dict[tuple[Root, str], float] = {}
        self._built: dict[tuple[Root, str], tuple[float, float]] = {}
        """When a prompt of a failure was built here, and when the failure itself had happened."""
        self.dismissed: dict[Root, float] = {}
        """When the user last said, or a passing run showed, that what is known is over."""

    def known(self, root: Root) -> list[Known]:
        """Every failure that is known of a root, newest first."""
        cases = self._saved(root)
        saved = [(c.updated, _CASE, c.text) for c in cases if c.status == case.OPEN]
        over = {_identity(t): c.updated for c in cases if c.status != case.OPEN for t in self._traces(c.text)}
        everything = []
        for when, origin, text in [*self._open(root), *saved, *self._reported(root)]:
            for trace in self._traces(text):
                identity = _identity(trace)
                built, happened = self._built.get((root, identity), (0.0, 0.0))
                happened = happened if when <= built and origin == _CASE else when
                if happened > over.get(identity, 0.0):
                    everything.append((identity, Known(text, happened, origin, trace)))
        known: dict[str, Known] = {}
        for identity, one in sorted(everything, key=lambda item: -item[1].when):
            known.setdefault(identity, one)
        self._when = {key: when for key, when in self._when.items() if key[0] is not root}
        self._when |= {(root, identity): one.when for identity, one in known.items()}
        return list(known.values())

    def built(self, root: Root, trace: Trace | None) -> None:
        """A prompt was made of a failure, which did not happen again by that, though its case is newer."""
        if trace is None:
            return
        key = (root, _identity(trace))
        if len(self._built) > _PARSED:
            del self._built[next(iter(self._built))]
        self._built[key] = (self._server.now, self._when.get(key, self._server.now))

    def touching(self, root: Root, path: str, lineno: int | None = None) -> Known | None:
        """The newest failure with a frame in a file; one that has the line's function before others."""
        wanted = None
        if lineno is not None:
            wanted = traced.function_at(path, lineno, root.scene())
        first: Known | None = None
        for known in self.known(root):
            here = [place for place in self.places(root, known) if place.path == path]
            if here and first is None:
                first = known
            if wanted is not None and any(
                wanted.first_lineno <= place.lineno <= wanted.last_lineno for place in here
            ):
                return known
        return first

    def places(self, root: Root, known: Known) -> tuple[Place, ...]:
        """The frames of a failure that lie in the workspace."""
        scene = root.scene()
        key = ("known", _identity(known.trace))
        found: tuple[Place, ...] = root.remembered(key, lambda: traced.places([known.trace], scene))
        return tuple(place for place in found if place.in_workspace)

    def _open(self, root: Root) -> list[tuple[float, str, str]]:
        found = []
        for document in self._server.documents.all():
            snapshot = document.snapshot()
            ours = f"/{case.FOLDER}/" in snapshot.path.replace("\\", "/")
            if ours or self._server.is_source(snapshot):
                continue
            if any(not traced.is_loose(trace) for trace in self._server.texts.traces(snapshot)):
                around = self._server.root_of(snapshot)
                if around is root:
                    found.append((snapshot.changed, snapshot.uri.rpartition("/")[2], snapshot.text))
        return found

    def _saved(self, root: Root) -> list[case.Case]:
        stamp = case.stamp(root.path)
        known = self._cases.get(root)
        if known is None or known[0] != stamp:
            known = self._cases[root] = (stamp, [c for c in case.recent(root.path) if c.text])
        return known[1]

    def _reported(self, root: Root) -> list[tuple[float, str, str]]:
        known = self._reports.get(root)
        if known is None or time.monotonic() - known[0] > _REPORT_SECONDS:
            scene_root = root.quick()
            texts = [(r.when, r.path, text) for r in scene_root.reports() for text in r.texts]
            known = self._reports[root] = (time.monotonic(), texts)
        return known[1]

    def _traces(self, text: str) -> tuple[Trace, ...]:
        if text not in self._parsed:
            found = tuple(trace for trace in traces.parse(text) if not traced.is_loose(trace))
            self._parsed[text] = found
            while len(self._parsed) > _PARSED:
                self._parsed.popitem(last=False)
        return self._parsed[text]


def _identity(trace: Trace) -> str:
    """What two copies of one printed failure have in common."""
    frames = [(f.path, f.lineno) for stack in trace.stacks for f in stack.frames]
    said = repr((trace.root.exception, trace.root.message[:500], frames[:200]))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()
