"""Firefox's and Safari's stacks (``error.stack``), and what Firefox's console shows.

    TypeError: undefined is not an object (evaluating 'x.y')
    boom@https://shop.example.com/assets/app.js:2:1187
    map@[native code]
    global code@https://shop.example.com/assets/app.js:90:8

Defined in SpiderMonkey's ``js/src/vm/SavedStacks.cpp`` (``BuildStackString``) and JavaScriptCore's
``runtime/StackFrame.cpp``. Firefox's console prints ``    boom https://shop.example.com/app.js:2:10``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.js_asserts import compared
from crimescene.traces.patterns import rx
from crimescene.traces.v8_heads import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = (
    r"(?:https?|file|blob|webpack|webpack-internal|resource|chrome|moz-extension"
    r"|safari-extension|safari-web-extension|app|capacitor|ionic|address at"
    r"|data|about|node):"
)
_FRAME = rx(
    rf"\s{{0,40}}(?:(\S.{{0,400}}?)?@)((?:{_SCHEME}|/|[A-Za-z]:[\\/]|\\\\|[\w./-]{{1,300}}\."
    rf"(?:js|mjs|jsx|ts|tsx|bundle|html?)\b)[^\s]{{0,1500}}?)(?: line (\d{{1,9}}) > .{{1,60}}?)?:"
    rf"(\d{{1,9}})(?::(\d{{1,9}}))?\s*$"
)
_CONSOLE = rx(
    rf"\s{{2,40}}(?:(\S.{{0,200}}?) )((?:{_SCHEME})[^\s]{{1,1500}}?):(\d{{1,9}})"
    rf"(?::(\d{{1,9}}))?\s*$"
)
_OTHER = rx(
    r"\s{0,40}(?:.{0,200}@)?(?:\[native code\]|\[wasm code\]|wasm-function\[\d+\].{0,60}"
    r"|eval code|.{0,80}code)\s*$"
)


def read(doc: Document) -> Iterator[Trace]:
    """Runs of ``function@place`` lines."""
    for line in doc.find("@"):
        if not doc.claimed[line] and _FRAME.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _trace(doc, line, console=False)
    for line in doc.find("http"):
        if doc.claimed[line] or not _CONSOLE.match(doc.text, doc.starts[line], doc.ends[line]):
            continue
        if ERROR.match(doc.line(line - 1)):
            yield _trace(doc, line, console=True)


def _trace(doc: Document, line: int, *, console: bool) -> Trace:
    frames: list[Frame] = []
    at, last = line, line
    pattern = _CONSOLE if console else _FRAME
    while at < len(doc) and not doc.claimed[at]:
        found = pattern.match(doc.text, doc.starts[at], doc.ends[at])
        if found:
            if console:
                path, lineno, column, end = (
                    found[2],
                    found[3],
                    found[4],
                    found.end(4) if found[4] else found.end(3),
                )
            elif found[3]:
                path, lineno, column, end = found[2], found[3], None, found.end(3)
            else:
                path, lineno, column, end = (
                    found[2],
                    found[4],
                    found[5],
                    found.end(5) if found[5] else found.end(4),
                )
            name = (found[1] or "").removeprefix("async*").removesuffix("/<") or None
            frames.append(doc.frame(at, found.start(2), end, path, lineno, column=column, function=name))
            last = at
        elif not _OTHER.match(doc.text, doc.starts[at], doc.ends[at]):
            break
        at += 1
    kind, message, first = _head(doc, line)
    doc.claim(first, last)
    stack = Stack(kind, message, tuple(frames), Relation.ROOT, doc.span(first, last))
    return trace_of("browser", [stack], assertion=compared(kind, message))


def _head(doc: Document, line: int) -> tuple[str | None, str, int]:
    """The error above; its message may have a few lines."""
    for above in range(line - 1, max(line - 8, -1), -1):
        if doc.claimed[above]:
            break
        if doc.blank(above) and above < line - 1:
            break
        found = ERROR.match(doc.text, doc.starts[above], doc.ends[above])
        if found:
            rest = [doc.line(n).strip() for n in range(above + 1, line)]
            return found[2], "\n".join([found[4] or "", *rest]).strip(), above
    return None, "", line


FORMAT = Format("browser", 48, ("@", "http"), read)
