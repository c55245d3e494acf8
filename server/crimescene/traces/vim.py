r"""Vim and Neovim: errors of scripts and of plugins.

    Error detected while processing /home/ann/.vim/plugin/shop.vim:
    line   12:
    E492: Not an editor command: Shopp

    Error detected while processing function shop#open[3]..shop#load:
    line    2:
    E121: Undefined variable: s:cart

Defined in Vim's ``src/message.c`` (``get_emsg_source``, ``get_emsg_lnum``). Lines of functions count from
their start. Errors in Lua have Lua's form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Frame, Trace

_TITLE = rx(
    r"Error (?:detected while processing|in) (?:function |command line\.\."
    r"|script )?(?P<path>.{1,600}?):\s*$"
)
_LINE = rx(r"line {1,8}(?P<line>\d{1,9}):\s*$")
_ERROR = rx(r"(?P<kind>E\d{1,5}): (?P<message>.*)$")
_SCRIPT = rx(
    r"(?:script )?(?P<path>(?:~|[A-Za-z]:[\\/]|/|\.{1,2}/).{1,500}"
    r"|[^\s\[\]]{1,200}\.vim)$"
)


def read(doc: Document) -> Iterator[Trace]:
    """A trace an error."""
    for line in doc.find("Error "):
        title = None if doc.claimed[line] else _TITLE.match(doc.text, doc.starts[line], doc.ends[line])
        place = (
            _LINE.match(doc.text, doc.starts[line + 1], doc.ends[line + 1])
            if title and line + 2 < len(doc)
            else None
        )
        error = _ERROR.match(doc.line(line + 2)) if place else None
        if not title or not place or not error:
            continue
        script = _SCRIPT.match(title["path"].rpartition("]..")[2].rpartition("..script ")[2])
        frames: list[Frame] = []
        if script:
            frames.append(
                doc.frame(line + 1, place.start("line"), place.end("line"), script["path"], place["line"])
            )
        else:
            frames.append(doc.frame(line, doc.starts[line], doc.ends[line], None, function=title["path"]))
        yield simple(doc, "vim", (error["kind"], error["message"].rstrip()), frames, (line, line + 2))


FORMAT = Format("vim", 27, ("Error detected while processing", "Error in "), read)
