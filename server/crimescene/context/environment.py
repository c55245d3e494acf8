"""Language, runtime and library versions, as far as the trace or the workspace tells them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from crimescene import languages
from crimescene.model import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crimescene.context.chain import Link
    from crimescene.workspace import Workspace

_RUNTIMES: Sequence[tuple[str, re.Pattern[str]]] = (
    ("Python", re.compile(r"/python(\d\.\d+)/|\bPython (\d+\.\d+(?:\.\d+)?)|\\Python(\d)(\d+)\\")),
    ("Node.js", re.compile(r"\bNode\.js v(\d+\.\d+\.\d+)|/node/v(\d+\.\d+\.\d+)/")),
    ("Go", re.compile(r"/go/?(1\.\d+(?:\.\d+)?)/src/|toolchain@v[\d.]+-go(1\.\d+\.\d+)")),
    ("Java", re.compile(r"java\.base@(\d+(?:\.\d+)*)/")),
    ("pytest", re.compile(r"\bpytest-(\d+\.\d+(?:\.\d+)?)")),
)
_VERSIONED = re.compile(r"/pkg/mod/([\w./!-]+?)@(v[\w.+-]+)/|/([\w.-]+?)@(\d+\.\d+\.\d+)[/_]")
_NPM = re.compile(r"node_modules/((?:@[\w.-]+/)?[\w.-]+)/")
_MOST = 8


def environment(text: str, links: Sequence[Link], workspace: Workspace) -> Environment:
    """What is known of the surroundings; only facts that the trace or a manifest states."""
    entries: dict[str, str] = {}
    names = dict.fromkeys(
        language.name
        for link in links
        if (language := languages.language_for(link.location.path)) is not None
    )
    if names:
        entries["Language"] = ", ".join(names)
    head = text[:200_000]
    for name, pattern in _RUNTIMES:
        if found := pattern.search(head):
            entries[name] = ".".join(g for g in found.groups() if g)
    for found in _VERSIONED.finditer(head):
        name, version = (found[1], found[2]) if found[1] else (found[3], found[4])
        entries.setdefault(name, version)
    packages = dict.fromkeys(m for m in _NPM.findall(head) if not m.startswith("."))
    for name, version in _npm_versions(list(packages)[:_MOST], workspace).items():
        entries.setdefault(name, version)
    return Environment(tuple(list(entries.items())[:_MOST]))


def with_command(known: Environment, command: str, code: int | None = None) -> Environment:
    """``known`` with the command that failed, as it would be typed, and its exit code; first of all."""
    if not command:
        return known
    told = command if code is None else f"{command} (exit {code})"
    return Environment((("Command", told), *known.entries))


def _npm_versions(packages: Sequence[str], workspace: Workspace) -> dict[str, str]:
    """Installed versions of the packages that print frames, else the range that is asked for."""
    versions: dict[str, str] = {}
    wanted = _manifest("package.json", workspace) if packages else {}
    for name in packages:
        installed = _manifest(f"node_modules/{name}/package.json", workspace).get("version")
        ranges = [wanted.get(k) for k in ("dependencies", "devDependencies")]
        asked = next((r[name] for r in ranges if isinstance(r, dict) and isinstance(r.get(name), str)), None)
        version = installed or asked
        if isinstance(version, str):
            versions[name] = version
    return versions


def _manifest(path: str, workspace: Workspace) -> dict[str, object]:
    source = workspace.read(path)
    if source is None:
        return {}
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
