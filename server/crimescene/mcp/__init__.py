"""The server for agents (Model Context Protocol, over stdio): the same answers as the command line."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from crimescene.model import UserError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["serve"]


def serve(root: Path) -> int:
    """Serve one agent about one workspace until it leaves; UserError where the SDK is not installed."""
    if find_spec("mcp") is None:
        raise UserError('The server for agents needs the MCP SDK, which the extra "mcp" brings.')
    from crimescene.mcp.server import build  # noqa: PLC0415 -- the SDK takes a second to load

    build(root).run("stdio")
    return 0
