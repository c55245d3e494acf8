"""Where containers see the workspace: development containers (devcontainer.json) and Docker Compose files.

Formats: https://containers.dev/implementors/json_reference/ and
https://docs.docker.com/reference/compose-file/services/#volumes. Only what a bind mount needs is read.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from crimescene.resolve.paths import below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[str], bytes | None]

_DEVCONTAINER = re.compile(r"\.devcontainer\.json|\.devcontainer/(?:[^/]+/)?devcontainer\.json")
_COMPOSE = re.compile(r"(?:.*/)?(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_MOST = 20
"""Files of each kind that are read."""
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')


def mounts(root: str, known: frozenset[str], read: Read) -> tuple[tuple[str, str], ...]:
    """Folders as containers see them, and what they are below the root ("" for itself); longest first."""
    found: dict[str, str] = {}
    named = [path for path in known if "devcontainer" in path or "compose" in path]
    shallow = sorted(named, key=lambda p: (p.count("/"), p))
    for path in [p for p in shallow if _DEVCONTAINER.fullmatch(p)][:_MOST]:
        for target, source in _of_devcontainer(_text(read(path)), root):
            found.setdefault(target, source)
    for path in [p for p in shallow if _COMPOSE.fullmatch(p)][:_MOST]:
        for target, source in _of_compose(_text(read(path)), posixpath.dirname(path), root):
            found.setdefault(target, source)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8-sig", "replace")


# --------------------------------------------------------------------------- devcontainer.json


def without_comments(text: str) -> str:
    """JSON as people write it, without comments and without commas before a closing bracket."""
    bare = _STRING_OR_COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)
    return _TRAILING.sub(lambda m: m[1] or "", bare)


def _of_devcontainer(text: str, root: str) -> Iterator[tuple[str, str]]:
    try:
        given = json.loads(without_comments(text))
    except (ValueError, RecursionError):
        return
    if not isinstance(given, dict):
        return
    variables = {
        "localWorkspaceFolder": root,
        "localWorkspaceFolderBasename": root.rpartition("/")[2],
    }
    folder = given.get("workspaceFolder")
    mount = given.get("workspaceMount")
    if isinstance(mount, str) and (pair := _of_mount(mount, variables, root)):
        yield pair
    elif "dockerComposeFile" not in given:  # else the compose file says what is mounted
        target = f"/workspaces/{variables['localWorkspaceFolderBasename']}"
        if isinstance(folder, str) and folder:
            target = _filled(folder, variables)
        yield target.rstrip("/"), ""
    others = given.get("mounts")
    for other in others if isinstance(others, list) else ():
        options = other.items() if isinstance(other, dict) else ()
        text = other if isinstance(other, str) else ",".join(f"{key}={value}" for key, value in options)
        if pair := _of_mount(text, variables, root):
            yield pair


def _of_mount(text: str, variables: dict[str, str], root: str) -> tuple[str, str] | None:
    """Read ``source=${localWorkspaceFolder},target=/workspace,type=bind``."""
    options = dict(part.partition("=")[::2] for part in _filled(text, variables).split(","))
    source = options.get("source") or options.get("src") or ""
    target = options.get("target") or options.get("destination") or options.get("dst") or ""
    inside = "" if source.rstrip("/") == root else below(source.rstrip("/"), root)
    if options.get("type", "bind") != "bind" or inside is None or not target.startswith("/"):
        return None
    return target.rstrip("/"), inside


def _filled(text: str, variables: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda m: variables.get(m[1], m[0]), text)


# --------------------------------------------------------------------------- compose


_ITEM = re.compile(r"(\s*)-\s+(.*)")
_SHORT = re.compile(r"(?P<source>(?:\.{1,2}(?=[/:])|\$\{?PWD\}?|/)[^:]*):(?P<target>/[^:]*)(?::[\w,]+)?")


def _of_compose(text: str, folder: str, root: str) -> Iterator[tuple[str, str]]:
    """The bind mounts under every ``volumes:`` of a service, in the short and the long form."""
    within = -1
    entry: dict[str, str] = {}
    for line in text.splitlines():
        bare = re.sub(r"(?:^|\s)#.*", "", line).rstrip()
        if not bare.strip():
            continue
        indent = len(bare) - len(bare.lstrip())
        item = _ITEM.fullmatch(bare)
        if within >= 0 and (indent < within or (indent == within and not item)):
            yield from _mounted(entry, folder, root)
            within, entry = -1, {}
        if within < 0:
            if re.fullmatch(r"\s+volumes:", bare):
                within = indent
            continue
        if item:
            yield from _mounted(entry, folder, root)
            entry = {}
            bare = item[2]
        value = bare.strip().strip("\"'")
        if item and (short := _SHORT.fullmatch(value)):
            entry = {"source": short["source"], "target": short["target"]}
        elif pair := re.fullmatch(r"(\w+):\s*(.*)", value):
            entry[pair[1]] = pair[2].strip("\"'")
    yield from _mounted(entry, folder, root)


def _mounted(entry: dict[str, str], folder: str, root: str) -> Iterator[tuple[str, str]]:
    source, target = entry.get("source", ""), entry.get("target", "")
    if not target.startswith("/") or entry.get("type", "bind") != "bind" or not source:
        return
    source = re.sub(r"^\$\{?PWD\}?", ".", source)
    if source.startswith("/"):
        inside = "" if source.rstrip("/") == root else below(source.rstrip("/"), root)
    elif source.startswith("."):
        inside = posixpath.normpath(posixpath.join(folder, source)).removeprefix("./")
        inside = "" if inside == "." else inside
    else:
        return  # a named volume
    if inside is not None and inside.split("/", 1)[0] != "..":
        yield target.rstrip("/"), inside
