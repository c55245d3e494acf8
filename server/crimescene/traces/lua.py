r"""Lua, LuaJIT and programs that embed them: Neovim, OpenResty, Love2D, Redis.

    lua: ./repo.lua:5: attempt to index a nil value (local 'row')
    stack traceback:
            [C]: in function 'error'
            ./repo.lua:5: in function 'repo.find'
            ...     (skipping 499974 levels)
            app.lua:7: in main chunk
            [C]: in ?

Defined in Lua's ``lauxlib.c`` (``luaL_traceback``: 10 first and 11 last levels) and ``lua.c``
(``msghandler``); LuaJIT's ``lj_debug.c``. Local and upvalue functions are named by what they were called as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from crimescene.model import Frame

_PATH = r"(?:(?:[A-Za-z]:[\\/])?[^\s:\[\]][^:\n]{0,600}|\[string \"[^\n]{0,200}?\"\])"
FRAME = rx(
    rf"[ \t]{{1,60}}(?P<path>\[C\]|\[(?:builtin|love)[^\]\n]{{0,80}}\]|{_PATH}):(?:(?P<line>\d{{1,9}}):)?"
    r" (?:in |at 0x)(?:(?:function|method|field|local|upvalue|global|metamethod"
    r"|hook|for iterator) )?(?P<fn>.{1,300}?)"
    r"(?:\.\.\.)?\s*$"
)
_TAIL_CALL = rx(r"[ \t]{1,60}\(\.\.\.tail calls?\.\.\.\)|[ \t]{1,60}\(tail call\): \?")
_SKIPPED = rx(r"[ \t]{1,60}\.\.\.(?:\t\(skipping (\d{1,12}) levels\))?\s*$")
_HEAD = rx(
    r"(?P<lead>(?:.{0,80}?[ (])??(?:(?P<kind>E5\d{3}): [^:\n]{1,80}?[: ] ?"
    r"|lua[\w.-]{0,20}: |Error: |runtime error: )?)"
    r"(?P<path>\[string \"[^\n]{0,200}?\"\]|(?:[A-Za-z]:[\\/])?[^\s:\[\]\"'"
    r"(][^:\n]{0,600}?):(?P<line>\d{1,9}): (?P<message>.*)$"
)
_PROGRAM = rx(r"(lua[\w.-]{0,20}|resty|love|texlua|tarantool|wrk|vlc): (?!warning)(.*)$")
_ALONE = rx(
    rf"(?:lua|luajit|luac|texlua)[\w.-]{{0,20}}: (?P<path>\[string \"[^\n]{{0,200}}?\"\]"
    rf"|{_PATH}):(?P<line>\d{{1,9}}):"
    r" (?P<message>.*)$"
)
_TITLE = "stack traceback:"
_UP = 40


def read(doc: Document) -> Iterator[Trace]:
    """Tracebacks with the message above them; messages of the interpreter without one."""
    for line in doc.find(_TITLE):
        if not doc.claimed[line]:
            yield _traced(doc, line)
    for line in doc.find("lua"):
        found = _ALONE.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            yield simple(
                doc, "lua", (None, found["message"].strip()), [_place(doc, line, found)], (line, line)
            )


def _traced(doc: Document, line: int) -> Trace:
    frames: list[Frame] = []
    missing: list[Truncation] = []
    at = line + 1
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        if found := FRAME.match(doc.text, start, end):
            frames.append(frame_at(doc, at, found))
        elif found := _SKIPPED.match(doc.text, start, end):
            count = f"{found[1]} levels" if found[1] else "levels"
            missing.append(
                Truncation(
                    f"{count} in the middle were skipped by Lua", "debug.traceback in a handler of xpcall"
                )
            )
        elif not _TAIL_CALL.match(doc.text, start, end):
            break
        at += 1
    head, first = _head(doc, line)
    kind, message = None, ""
    if head is not None:
        kind, message = head[0], head[1]
        if head[2] is not None:
            frames.insert(0, head[2])
    doc.claim(first, at - 1)
    stack = Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, at - 1))
    return trace_of("lua", [stack], truncation=tuple(missing))


def frame_at(doc: Document, at: int, found: re.Match[str]) -> Frame:
    """The frame that ``FRAME`` found in a line."""
    name = found["fn"]
    if name[0] in "'`" and name[-1] == "'":
        name = name[1:-1]
    unknown = name == "?" or "at 0x" in found[0]
    return _place(doc, at, found, None if unknown else name)


def _place(doc: Document, at: int, found: re.Match[str], function: str | None = None) -> Frame:
    """A chunk loaded from a string is named by its text, which is no file; C functions have none."""
    path, lineno = found["path"], found["line"]
    if path.startswith("[string "):
        path = path[9:-2] if path.endswith('.lua"]') else None
    elif path.startswith("[C"):
        path = None
    end = found.end("line") if lineno else found.end("path")
    return doc.frame(at, found.start("path"), end, path, lineno if path else None, function=function)


_Head = tuple[str | None, str, "Frame | None"]


def _head(doc: Document, line: int) -> tuple[_Head | None, int]:
    """The message above the title, which may have several lines and name a place."""
    start, title = doc.starts[line], doc.line(line).find(_TITLE)
    if title > 0 and (found := _HEAD.match(doc.text, start, start + title)):
        return (found["kind"], found["message"].strip(), _place(doc, line, found)), line
    plain: tuple[_Head, int] | None = None
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above] or doc.blank(above):
            break
        found = _HEAD.match(doc.text, doc.starts[above], doc.ends[above])
        if found and not doc.line(above).startswith("\t"):
            message = [found["message"], *(doc.line(n) for n in range(above + 1, line))]
            return (found["kind"], "\n".join(message).strip(), _place(doc, above, found)), above
        named = _PROGRAM.match(doc.line(above))
        if named:
            message = [named[2], *(doc.line(n) for n in range(above + 1, line))]
            plain = ((None, "\n".join(message).strip(), None), above)
            break
    return plain or (None, line)


FORMAT = Format("lua", 32, (_TITLE, "lua"), read)
