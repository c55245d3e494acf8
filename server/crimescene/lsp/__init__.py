"""The language server: every editor that speaks LSP gets what the core knows of a failure.

The only package that knows the protocol: pygls and lsprotocol are imported nowhere else.
"""

from __future__ import annotations


def serve(port: int | None = None) -> int:
    """Serve one editor on the standard streams, or on a local TCP ``port``, until it leaves.

    Returns the exit code of the protocol: 1 if it left without saying so.
    """
    from crimescene.lsp import start  # noqa: PLC0415 -- the protocol library takes long to load

    return start.serve(port)
