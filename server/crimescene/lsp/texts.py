"""What was read in the open documents: their traces, and the places these stand for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from crimescene import traced, traces
from crimescene.lsp.lanes import abandoned

if TYPE_CHECKING:
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.roots import Root
    from crimescene.model import Trace
    from crimescene.traced import Place

_KEPT = 40
"""Documents whose traces are kept."""


class Texts:
    """Each text is read once; each of its frames is looked up once in a root."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, tuple[Snapshot, tuple[Trace, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def traces(self, snapshot: Snapshot) -> tuple[Trace, ...]:
        """Every trace of the document; spans are offsets of ``snapshot.text``."""
        with self._lock:
            known = self._traces.get(snapshot.uri)
            if known is not None and known[0] is snapshot:
                self._traces.move_to_end(snapshot.uri)
                return known[1]
        found = tuple(traces.parse(snapshot.text, abandoned))
        with self._lock:
            self._traces[snapshot.uri] = snapshot, found
            while len(self._traces) > _KEPT:
                self._traces.popitem(last=False)
        return found

    def places(self, snapshot: Snapshot, root: Root, *, source: bool = False) -> tuple[Place, ...]:
        """Every frame of the document; in ``source`` code only those that are certainly of a trace."""
        found = self.traces(snapshot)
        if not found:
            return ()
        if source:
            found = tuple(trace for trace in found if not traced.is_loose(trace))
        scene = root.scene()
        key = ("places", snapshot, source)
        everything: tuple[Place, ...] = root.remembered(key, lambda: traced.places(found, scene))
        return tuple(p for p in everything if p.path or not traced.is_loose(p.trace))

    def forget(self, uri: str) -> None:
        """Give up what is known of a document."""
        with self._lock:
            self._traces.pop(uri, None)
