"""A hint on each log statement in an open file, so that none is forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from crimescene.log_statements import is_marked, marks
from crimescene.lsp import to_proto

if TYPE_CHECKING:
    from crimescene.lsp.hints import Hints
    from crimescene.lsp.overlay import Snapshot
    from crimescene.lsp.server import CrimesceneServer

CODE = "log-point"
_MOST = 200


def register(server: CrimesceneServer, hints: Hints) -> None:
    """Show the hints beside those of failures."""

    def found() -> dict[str, list[lsp.Diagnostic]]:
        out: dict[str, list[lsp.Diagnostic]] = {}
        for document in server.documents.all():
            snapshot = document.snapshot()
            if is_marked(snapshot.data) and server.is_source(snapshot):
                out[snapshot.uri] = _diagnostics(server, snapshot)
        return out

    hints.besides.append(found)


def _diagnostics(server: CrimesceneServer, snapshot: Snapshot) -> list[lsp.Diagnostic]:
    return [
        lsp.Diagnostic(
            to_proto.line_range(snapshot.data, lineno, server.encoding),
            f"Log point {point} of Crimescene: “Remove log points” takes it out."
            if re.match(r"p\d", point)
            else "Belongs to the log points of Crimescene, and goes with them.",
            severity=lsp.DiagnosticSeverity.Hint,
            source="crimescene",
            code=CODE,
        )
        for lineno, point in marks(snapshot.data)[:_MOST]
    ]
