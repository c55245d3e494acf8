"""What a library frame belongs to, read off what the runtime printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crimescene.model import Frame

# One pattern for each way package managers lay out foreign code; the last match names the innermost package.
_FOLDERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"node_modules/(?!\.)((?:@[\w.-]+/)?[\w.-]+)",  # npm, yarn, pnpm
        r"(?:site|dist)-packages/([\w-]+)",  # Python
        r"/gems/([\w.-]+?)-\d[\w.]*/",  # Ruby
        r"/pkg/mod/((?:[\w.-]+/){0,2}[\w.-]+)@",  # Go modules
        r"\.cargo/registry/src/[^/]+/([\w-]+?)-\d",  # Rust
        r"/rustc/\w+/(?:library|src)/(?:lib)?(\w+)",  # Rust's own
        r"/vendor/([\w.-]+/[\w.-]+)/",  # Composer
        r"\bnode:(?:internal/)?(\w+)",  # Node's own, printed as node:events
        r"lib/python[\d.]+/(\w+)",  # CPython's own
    )
)
_NODE = re.compile(r"\bnode:|^internal/")
_TOP_LEVEL = frozenset(
    {"com", "org", "io", "net", "de", "dev", "me", "java", "javax", "jdk", "sun", "kotlin"}
)
_HOSTS = frozenset(
    {"org.apache", "org.eclipse", "com.google", "com.amazonaws", "com.microsoft", "com.github"}
)
"""Houses of many libraries: their name alone says little."""


def _dotted(name: str) -> str:
    """``org.junit`` of ``org.junit.runners.ParentRunner.run``: what precedes the first capital."""
    parts: list[str] = []
    for part in name.rsplit("/", maxsplit=1)[-1].replace("$", ".").split(".")[:-1]:
        if not part or not part[0].islower():
            break
        parts.append(part)
    if not parts:
        return name.split(".", 1)[0] if "." in name else ""
    if parts[0] in {"java", "javax", "jdk", "sun"}:
        return ".".join(parts[:3])
    own = 1 + (parts[0] in _TOP_LEVEL) + (".".join(parts[:2]) in _HOSTS)
    return ".".join(parts[:own])


def origin(frame: Frame) -> str:
    """The package, module or crate ``frame`` comes from; empty if it cannot be told."""
    path = (frame.path or "").replace("\\", "/")
    if _NODE.search(path):
        return "node"
    for pattern in _FOLDERS:
        found = pattern.findall(path)
        if found:
            return str(found[-1])
    name = frame.function or ""
    if "::" in name:
        return name.lstrip("<&").split("::", 1)[0]
    if frame.module and "." in frame.module and not frame.module.startswith(("/", "<")):
        return _dotted(frame.module + ".")
    return _dotted(name) if name.count(".") > 1 else (frame.module or "")
