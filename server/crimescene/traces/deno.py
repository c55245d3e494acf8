r"""Deno's type checker; its runtime errors have V8's form.

    TS2322 [ERROR]: Type 'string' is not assignable to type 'number'.
    const x: number = "a"; undefinedFn(x);
          ^
        at file:///home/dev/shop/c.ts:1:7

Defined in Deno's ``cli/tsc/diagnostics.rs`` (``fmt_stack``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_HEAD = rx(r"(?:error: )?(?P<kind>TS\d{1,6}) \[(?:ERROR|WARN|MESSAGE)\]: (?P<message>.*)$")
_PLACE = rx(r"\s{2,8}at (?P<path>(?:file|https?)://[^\s]{1,1000}?):(?P<line>\d{1,9}):(?P<col>\d{1,9})\s*$")
_MARK = rx(r"\s{0,2000}[\^~]{1,2000}\s*$")
_MESSAGE_LINES = 20


def read(doc: Document) -> Iterator[Trace]:
    """A trace a diagnostic."""
    for line in doc.find(" ["):
        head = None if doc.claimed[line] else _HEAD.match(doc.text, doc.starts[line], doc.ends[line])
        if not head:
            continue
        for at in range(line + 1, min(line + _MESSAGE_LINES, len(doc))):
            if found := _PLACE.match(doc.text, doc.starts[at], doc.ends[at]):
                lines = [head["message"], *(doc.line(n).rstrip() for n in range(line + 1, at))]
                code = None
                if _MARK.match(lines[-1]) and len(lines) > 2:  # noqa: PLR2004
                    code = lines[-2].strip()
                    lines = lines[:-2]
                frame = placed(doc, at, found, code=code)
                yield simple(doc, "deno", (head["kind"], "\n".join(lines).strip()), [frame], (line, at))
                break


FORMAT = Format("deno", 7, ("[ERROR]: ", "[WARN]: "), read)
