r"""Python tracebacks drawn by rich (Typer, Textual, pip).

    ╭───────────────────── Traceback (most recent call last) ──────────────────────╮
    │ /home/dev/shop/r.py:4 in ratio                                               │
    │                                                                              │
    │ ❱  4 │   return a / b                                                        │
    ╰──────────────────────────────────────────────────────────────────────────────╯
    ZeroDivisionError: division by zero

Defined in rich's ``rich/traceback.py`` (``Traceback._render_stack``). The innermost frame comes last; a cause
is printed first, as CPython does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace, Truncation
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE = rx(r"\s{0,4}[╭┌+][─-]{1,400} Traceback \(most recent call last\) [─-]{1,400}[╮┐+]\s*$")
_FRAME = rx(
    r"\s{0,4}[│|] (?:in (?P<old>[\w.<>]{1,200}):\d{1,9}|(?P<path>(?:[A-Za-z]:)?[^│:\n]{1,600}):"
    r"(?P<line>\d{1,9})(?: in (?P<fn>[\w.<>]{1,200}))?)\s{0,400}[│|]\s*$"
)
_OLD_PATH = rx(r"\s{0,4}[│|] (?P<path>(?:[A-Za-z]:)?[^│:\n]{1,600}):(?P<line>\d{1,9})\s{0,400}[│|]\s*$")
_CODE = rx(r"\s{0,4}[│|] ❱ {0,9}(?P<n>\d{1,9}) [│|]?(?P<code>.*?)\s*[│|]\s*$")
_HIDDEN = rx(r"\s{0,4}[│|]\s{0,8}\.\.\. (?P<n>\d{1,9}) frames hidden \.\.\.")
_BOTTOM = rx(r"\s{0,4}[╰└+][─-]{1,400}[╯┘+]\s*$")
_ERROR = rx(r"\s{0,4}(?P<kind>[A-Za-z_][\w.]{0,200})(?:: (?P<message>.*)|\s*)$")
_CAUSE = rx(r"\s{0,4}The above exception was the direct cause of the following exception:\s*$")
_CONTEXT = rx(r"\s{0,4}During handling of the above exception, another exception occurred:\s*$")
_LIMIT = 20000


def read(doc: Document) -> Iterator[Trace]:
    """A trace a chain of boxes."""
    for line in doc.find("Traceback (most recent call last)"):
        if not doc.claimed[line] and _TITLE.match(doc.text, doc.starts[line], doc.ends[line]):
            yield _chain(doc, line)


def _chain(doc: Document, line: int) -> Trace:
    boxes: list[tuple[Stack, Relation | None]] = []
    missing: list[Truncation] = []
    at = line
    while True:
        stack, at = _box(doc, at, missing)
        below = at
        while below < len(doc) and doc.blank(below):
            below += 1
        link = _link(doc, below)
        boxes.append((stack, link))
        following = below + 1
        while following < len(doc) and doc.blank(following):
            following += 1
        if link is None or following >= len(doc) or not _TITLE.match(doc.line(following)):
            break
        at = following
    last = len(boxes) - 1
    stacks = [
        replace(stack, relation=link or Relation.ROOT, of=n + 1) if n < last else stack
        for n, (stack, link) in enumerate(boxes)
    ]
    doc.claim(line, at - 1)
    return trace_of("rich", stacks, truncation=tuple(missing))


def _link(doc: Document, line: int) -> Relation | None:
    if line >= len(doc):
        return None
    if _CAUSE.match(doc.line(line)):
        return Relation.CAUSE
    return Relation.CONTEXT if _CONTEXT.match(doc.line(line)) else None


def _box(doc: Document, line: int, missing: list[Truncation]) -> tuple[Stack, int]:
    frames: list[Frame] = []
    at = line + 1
    while at < min(len(doc), line + _LIMIT) and not _BOTTOM.match(doc.text, doc.starts[at], doc.ends[at]):
        start, end = doc.starts[at], doc.ends[at]
        if (code := _CODE.match(doc.text, start, end)) and frames:
            text = code["code"].replace("│", " ").strip()
            frames[-1] = replace(frames[-1], code=text or None)
        elif found := _FRAME.match(doc.text, start, end):
            if found["path"]:
                frames.append(placed(doc, at, found))
            elif at + 1 < len(doc) and (
                place := _OLD_PATH.match(doc.text, doc.starts[at + 1], doc.ends[at + 1])
            ):
                frames.append(placed(doc, at + 1, place, function=found["old"]))
                at += 1
        elif hidden := _HIDDEN.match(doc.text, start, end):
            missing.append(
                Truncation(f"{hidden['n']} frames in the middle were hidden by rich", "install(max_frames=0)")
            )
        at += 1
    frames.reverse()
    error = _ERROR.match(doc.line(at + 1)) if at + 1 < len(doc) else None
    last = at + 1 if error else at
    kind, message = (error["kind"], (error["message"] or "").rstrip()) if error else (None, "")
    return Stack(
        kind, message, tuple(frames), Relation.ROOT, doc.span(line, min(last, len(doc) - 1))
    ), last + 1


FORMAT = Format("rich", 9, ("Traceback (most recent call last) ",), read)
