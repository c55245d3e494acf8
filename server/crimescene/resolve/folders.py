"""The folder a program ran in, as the text around a trace tells: relative paths are printed relative to it.

Build tools, test runners and package managers announce it: ``make: Entering directory '/x'``, pytest's
``rootdir: /x``, npm's ``> web@1.0.0 test`` and ``npm error path /x``, a shell's prompt.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from crimescene.resolve.paths import below, is_absolute, plain_path

if TYPE_CHECKING:
    from crimescene.model import Span
    from crimescene.resolve.files import Files

_BEFORE = 60_000
_AFTER = 8_000
"""Bytes around a trace in which its folder is looked for."""
_MOST = 60
"""Files of which the head is read to find a package by its name."""
_PROJECT = ("package.json", "project.json", "mix.exs")
"""Files of which one makes a folder a project that its runner calls by name."""
_ENTERED = re.compile(
    r"""Entering\ directory\ [`'"](?P<entered>[^'"\n]{1,300})['"]
    |^[ \t]*(?:rootdir|cwd|[Ww]orking[ -][Dd]irectory|Project\ root):[ \t]+
      (?P<said>[/~.A-Za-z][^\n,]{0,300}?)[ \t]*(?:,|$)
    |^[ \t]*(?:RUN|DEV)[ \t]+v\d[\w.-]*[ \t]+(?P<run>/[^\n]{1,300}?)[ \t]*$
    |^>[ ]@?[\w./-]{1,100}@\d[\w.+-]*[ ][\w:.-]{1,60}[ ](?P<npm>/[^\n]{1,300}?)[ \t]*$
    |^>[ ](?P<package>@?[\w./-]{1,100})@\d[\w.+-]*[ ][\w:.-]{1,60}[ \t]*$
    |^[\w.-]{1,40}@[\w.-]{1,80}:(?P<shell>[~/][^\s$\#]{0,300})[$\#][ ]
    |^PS[ ](?P<powershell>[A-Za-z]:\\[^>\n]{0,300})>
    |^(?P<cmd>[A-Za-z]:\\[^>\n"|]{0,300})>\S
    |^(?P<pnpm>(?:[\w@.-]+/){1,5}[\w@.-]+)[ ][\w:-]{1,40}\$[ ]
    |^==>[ ](?P<mix>\w+)[ \t]*$
    |^[ \t]*>[ ]nx[ ]run[ ](?P<nx>[\w@/-]{1,80}):
    |^(?P<turbo>[\w@/-]{1,80}):(?:test|build|lint|dev|start|check|typecheck):[ ]
    |^>[ ]Task[ ](?P<gradle>(?::[\w.-]+){1,6}):\w+
    """,
    re.MULTILINE | re.VERBOSE,
)
_TOLD = re.compile(
    r"""^npm[ ](?:ERR!|error)[ ]{1,3}(?:path|location|at[ ]location:)[ ](?P<npm>/[^\n]{1,300}?)[ \t]*$
    |^(?:FAIL|ok|panic)[ ]*\t(?P<go>[\w./~-]{1,300})(?=\t|[ ]|$)
    |Leaving\ directory\ [`'"](?P<left>[^'"\n]{1,300})['"]
    """,
    re.MULTILINE | re.VERBOSE,
)


def folders_around(text: bytes, span: Span, files: Files) -> tuple[str, ...]:
    """Folders below the root that the text announces around the trace at ``span``, the likeliest first."""
    found: dict[str, None] = {}
    before = text[max(0, span.start - _BEFORE) : span.start].decode("utf-8", "replace")
    named = list(_ENTERED.finditer(before))
    after = text[span.start : span.end + _AFTER].decode("utf-8", "replace")
    for match in (*_TOLD.finditer(after), *reversed(named[-_MOST:])):
        folder = _folder(match, files)
        if folder is not None:
            found[folder] = None
            if match.re is _ENTERED:  # what was said before that was about another run
                break
    return tuple(found)


def _folder(match: re.Match[str], files: Files) -> str | None:
    kind, said = match.lastgroup or "", match[match.lastgroup or 0]
    if kind == "package":
        return _of_package(said, files)
    if kind == "go":
        return _of_import_path(said, files)
    if kind in ("mix", "nx", "turbo"):
        name = said.rsplit("/", 1)[-1]
        named = [folder for folder in files.folders if folder.rsplit("/", 1)[-1] == name]
        projects = [f for f in named if any(f"{f}/{sign}" in files.known for sign in _PROJECT)]
        return projects[0] if len(projects) == 1 else None
    if kind == "gradle":
        return _known(said.strip(":").replace(":", "/"), files)
    return _printed(said, files)


def _printed(said: str, files: Files) -> str | None:
    """The folder below the root that a printed one is: itself, or the longest tail that is one."""
    path = plain_path(said)
    if path == files.root:
        return ""
    inside = below(path, files.root)
    if inside is not None:
        return _known(inside, files)
    for mounted, target in files.mounted:
        if path == mounted or (rest := below(path, mounted)) is not None:
            joined = target if path == mounted else posixpath.join(target, rest or "")
            return _known(joined, files)
    parts = [part for part in path.split("/") if part not in ("", "~", ".")]
    for start in range(len(parts)):
        tail = "/".join(parts[start:])
        if start + 1 == len(parts) and is_absolute(path) and len(parts) > 1:
            matching = [f for f in files.folders if f == tail or f.endswith(f"/{tail}")]
            return matching[0] if len(matching) == 1 else None
        if tail in files.folders:
            return tail
    return None


def _known(folder: str, files: Files) -> str | None:
    return folder if folder in files.folders or folder == "" else None


def _of_package(name: str, files: Files) -> str | None:
    """The folder of the package.json that has the name."""
    manifests = sorted(files.by_name.get("package.json", ()), key=lambda p: (p.count("/"), p))
    for path in [p for p in manifests if "node_modules/" not in p][:_MOST]:
        if path not in files.packages:
            files.packages[path] = _name_in(files.read(path))
        if files.packages[path] == name:
            return posixpath.dirname(path)
    return None


def _name_in(manifest: bytes | None) -> str:
    try:
        said = json.loads(manifest or b"{}")
    except (ValueError, RecursionError):
        return ""
    name = said.get("name") if isinstance(said, dict) else None
    return name if isinstance(name, str) else ""


def _of_import_path(path: str, files: Files) -> str | None:
    """The folder of a Go package, the tail of its import path."""
    parts = path.split("/")
    for start in range(1, len(parts)):
        tail = "/".join(parts[start:])
        if tail in files.folders:
            return tail
    return None
