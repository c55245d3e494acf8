"""The workspace of the agent: opened anew for each call, since files change between two of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene import configuration, history
from crimescene.analysis import Analysis
from crimescene.model import UserError
from crimescene.settings import read
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from pathlib import Path

LOG_BYTES = 16_000_000
"""Most bytes of a log that are read."""


def opened(root: Path, **wanted: object) -> Analysis:
    """The facade over what is on disk now; ``wanted`` are settings, None where unsaid."""
    settings, _ = configuration.read(root)
    for name, value in wanted.items():
        if value is None or value == "":
            continue
        try:
            settings = replace(settings, **{name: read(name, value)})
        except ValueError as error:
            raise UserError(f"{name}: {value!r} is not {error}.") from None
    return Analysis(root, settings, repository=history.open_repository(root), here=root)


def path_in(analysis: Analysis, path: str) -> str:
    """A path, absolute or relative to the root, of a file in there; UserError if it is none."""
    relative = analysis.relative(path)
    if analysis.workspace.read(relative) is None:
        raise UserError(
            f"{analysis.workspace.why_unreadable(relative).rstrip('.')}. Paths are relative to "
            f"{analysis.root}, or absolute below it."
        )
    return relative


def text_of(analysis: Analysis, text: str, file: str) -> str:
    """The output of a program, given as it is or as a file of the workspace."""
    if bool(text.strip()) == bool(file):
        raise UserError("Give one of trace (the output, verbatim) and trace_file (a file that holds it).")
    if not file:
        return text
    relative = analysis.relative(file)
    log = DiskWorkspace(analysis.root, max_bytes=LOG_BYTES)
    data = log.read(relative)
    if data is None:
        raise UserError(
            f"{log.why_unreadable(relative).rstrip('.')}. Give the output itself as trace, "
            "or a file of the workspace."
        )
    return data.decode("utf-8", "replace")
