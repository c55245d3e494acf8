"""The forms in which runtimes print a path: URLs, drives, network shares, Windows seen from Linux."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_SCHEME = re.compile(r"([A-Za-z][\w+.-]+):(?=/)(//)?")
"""One letter is a drive; ``file:/C:/x`` is what Java prints."""
_INNER = re.compile(r"(?:file|webpack-internal|webpack):///?", re.IGNORECASE)
"""A URL inside a URL: ``about://React/Server/webpack-internal:///(rsc)/./app/page.tsx?0``."""
_LAYER = re.compile(r"/*(?:\([\w-]+\)|\[[\w-]+\])/(?=\S)")
"""What bundlers put before a path: ``(rsc)/./app/page.tsx``, ``[project]/app/page.tsx``."""
_DEVICE = re.compile(r"//[?.]/(?:UNC(?=/))?", re.IGNORECASE)
_DRIVE = re.compile(r"/?([A-Za-z]):(?=/|$)")
_MOUNTED = re.compile(r"/(?:mnt|cygdrive)/([A-Za-z])(?=/|$)")
_SHARED = re.compile(r"//wsl(?:\$|\.localhost)/[^/]+(?=/)", re.IGNORECASE)
_PRIVATE = re.compile(r"/private(?=/(?:tmp|var|etc)/)")
_REMOTE = re.compile(r"vscode-|ssh|sftp", re.IGNORECASE)
"""Schemes whose host holds the whole file system."""


def plain_path(printed: str) -> str:
    """Take scheme, host, query, percent escapes and Windows forms off a printed path; POSIX, normalised."""
    path = printed.strip().strip("\"'`")
    if scheme := _SCHEME.match(path):
        path = _of_url(path, scheme)
    path = _DEVICE.sub("//", path.replace("\\", "/"), count=1)
    path = re.sub(r"^//(?=[A-Za-z]:/)", "", path)
    path = _LAYER.sub("", path, count=1) if path.lstrip("/")[:1] in ("(", "[") else path
    path = path[1:] if re.match(r"/[A-Za-z]:/", path) else path
    return posixpath.normpath(path) if path else path


def _of_url(url: str, scheme: re.Match[str]) -> str:
    """The path a URL names, relative where the host is a server or a bundle and no machine."""
    rest = url[scheme.end() :]
    if inner := _INNER.search(unquote(rest)):
        rest = unquote(rest)[inner.start() :]
        found = _SCHEME.match(rest)
        return _of_url(rest, found) if found else rest
    rest = unquote(re.split(r"[?#]", rest, maxsplit=1)[0])
    name = scheme[1].lower()
    if not scheme[2]:
        return rest
    host, _, path = rest.partition("/")
    if name == "file":
        return f"/{path}" if host in ("", "localhost") else f"//{host}/{path}"
    if name == "webpack-internal" or (name in ("webpack", "turbopack") and not host):
        return path
    if _REMOTE.match(name):
        return f"/{path}"
    return path.removeprefix("@fs") if path.startswith("@fs/") else path


def canonical(path: str) -> str:
    """One spelling for the ways to write an absolute path: ``/mnt/c/x``, ``/cygdrive/c/x``, ``C:/x``."""
    if mounted := _MOUNTED.match(path):
        return f"{mounted[1]}:{path[mounted.end() :]}".lower()
    if drive := _DRIVE.match(path):
        return f"{drive[1]}:{path[drive.end() :]}".lower()
    if shared := _SHARED.match(path):
        return path[shared.end() :]
    if private := _PRIVATE.match(path):
        return path[private.end() :]
    return path.lower() if path.startswith("//") else path


def below(path: str, folder: str) -> str | None:
    """``path`` relative to ``folder``, None if it is not below it; both in any absolute spelling."""
    if not folder:
        return None
    if path.startswith(folder + "/"):
        return path[len(folder) + 1 :]
    left, right = canonical(path), canonical(folder)
    if right[1:2] == ":" and re.match(r"/[A-Za-z]/", left):  # as Git's own shell writes drives
        left = f"{left[1]}:{left[2:]}".lower()
    if not left.startswith(right + "/"):
        return None
    rest = left[len(right) + 1 :]
    own = path[len(path) - len(rest) :]
    return own if own.lower() == rest.lower() else rest


def is_absolute(path: str) -> bool:
    """Whether a plain path names one place of one machine."""
    return bool(re.match(r"/|[A-Za-z]:/", path))
