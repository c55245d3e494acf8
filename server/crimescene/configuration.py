"""Settings that a project keeps for everybody who works on it.

They stand under ``[tool.crimescene]`` in ``pyproject.toml`` or in ``crimescene.toml``, both at the root,
and come with the repository: they are data, and nothing here runs or opens what they name.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from crimescene.settings import PREFIX, Settings, from_mapping
from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from pathlib import Path

_PROJECT, _OWN = "pyproject.toml", "crimescene.toml"
_MAX_BYTES = 1_000_000
_MOST, _LONG = 10, 400
"""Sentences, and characters of one, that are worth a reader's time."""


def read(root: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings of the project at ``root``, and a sentence for each entry that could not be used."""
    disk = DiskWorkspace(root, max_bytes=_MAX_BYTES)
    found: list[tuple[str, dict[str, Any]]] = []
    problems: list[str] = []
    for name in (_PROJECT, _OWN):
        data = disk.read(name)
        if data is None or (name == _PROJECT and PREFIX[:-1].encode() not in data):
            continue  # TOML takes a while to load
        try:
            table = _parsed(data)
        except (ValueError, RecursionError) as error:
            problems.append(f"{name} cannot be read as TOML: {error}.")
            continue
        if name == _PROJECT:
            tools = table.get("tool")
            table = tools.get(PREFIX[:-1], {}) if isinstance(tools, dict) else {}
        if not isinstance(table, dict):
            problems.append(f"{name}: tool.{PREFIX[:-1]} must be a table.")
        elif table:
            found.append((name, table))
    if len(found) > 1:
        problems.append(f"{_OWN} is not used: {_PROJECT} has a table [tool.{PREFIX[:-1]}].")
    if not found:
        return Settings(), _told(problems)
    name, table = found[0]
    settings, wrong = from_mapping(table)
    return settings, _told([*problems, *(f"{name}: {sentence}" for sentence in wrong)])


def _told(problems: list[str]) -> tuple[str, ...]:
    """The sentences as a terminal may show them: their words come from the repository."""
    more = [f"{len(problems) - _MOST:,} more entries cannot be used."] if len(problems) > _MOST else []
    shown = ["".join(c if c.isprintable() else "\ufffd" for c in text) for text in problems[:_MOST]]
    return tuple([text if len(text) <= _LONG else f"{text[:_LONG]} …" for text in shown] + more)


def _parsed(data: bytes) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib as toml  # noqa: PLC0415 -- 10 ms that only a project with settings pays
    else:
        import tomli as toml  # noqa: PLC0415 -- as above

    return toml.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
