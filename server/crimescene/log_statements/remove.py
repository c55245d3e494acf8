"""Takes our statements out of a text again, whatever else was changed in it."""

from __future__ import annotations

import re

from crimescene.flow import check
from crimescene.log_statements.markers import (
    ANY,
    CALLEE,
    HELPER_FILE,
    HELPER_HEAD,
    INLINE,
    LINE,
    STATEMENT,
    is_marked,
)

_HEAD = re.compile(rb"""["'](\w+)(?:~(\w+))? """)


def removed(path: str, source: bytes) -> bytes:
    """Return ``source`` without statements of ours; byte for byte what it was, where nobody moved them."""
    if not is_marked(source):
        return source
    source = _without_lines(source)
    source = INLINE.sub(b"", source)
    if path.endswith((".py", ".pyi", ".pyw")):
        source = STATEMENT.sub(b"", source)
    return _unwrapped(path, source) if CALLEE.search(source) else source


def leftovers(source: bytes) -> list[int]:
    """Line numbers that still hold something of ours after :func:`removed`: a formatter moved a mark."""
    return sorted({source.count(b"\n", 0, m.start()) + 1 for m in ANY.finditer(source)})


def is_helper(path: str, source: bytes) -> bool:
    """Whether the file is one that inserting created."""
    return HELPER_FILE.search(path) is not None and HELPER_HEAD.search(source[:400]) is not None


def _without_lines(source: bytes) -> bytes:
    kept: list[bytes] = []
    for line in source.split(b"\n"):
        found = LINE.search(line) if b"dbg:" in line else None
        if found is None:
            kept.append(line)
        elif found[3] and kept:
            # It was put behind a last line without an end: what ends that line is ours.
            kept[-1] = kept[-1].removesuffix(b"\r")
    return b"\n".join(kept)


def _unwrapped(path: str, source: bytes) -> bytes:
    gone: list[tuple[int, int]] = []
    for call, arguments in check.calls(path, source, CALLEE):
        text = source[call.start : call.end]
        several = re.match(rb"dbg_[0-9a-f]{4}_p\d+", text)
        place = 0 if several else 1
        if place >= len(arguments):
            continue
        value = arguments[place]
        head = _HEAD.match(source, arguments[0].start) if not several else None
        flags = head[2] or b"" if head else b""
        start, end = value.start, value.end
        if b"t" in flags:
            start, end = start + 1, end - 1
        before = (
            call.start - 1 if b"s" in flags and source[call.start - 1 : call.start] == b" " else call.start
        )
        gone += [(before, start), (end, call.end)]
    parts: list[bytes] = []
    last = 0
    for start, end in sorted(gone):
        if start < last:
            continue
        parts.append(source[last:start])
        last = end
    return b"".join([*parts, source[last:]])
