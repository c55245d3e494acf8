r"""Elixir: exceptions, exits and throws, crash reports of the logger, compile errors.

    ** (KeyError) key :b not found in: %{a: 1}
        :erlang.map_get(:b, %{a: 1})
        gs.exs:4: Store.handle_call/3
        (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4

    error: undefined variable "y"
       │
     2 │   def f(x), do: y + 1
       │                 ^
       └─ lib/a.ex:2:17: A.f/1

Defined in Elixir's ``lib/elixir/lib/exception.ex`` (``format_banner``, ``format_stacktrace_entry``,
``format_exit``) and ``lib/elixir/src/elixir_errors.erl`` (snippets, since 1.16).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crimescene.model import Frame, Relation, Stack, Trace
from crimescene.traces.document import Document, Format, trace_of
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = rx(
    r"(?P<indent>[ \t]{1,40})(?:\((?P<mod>[\w.]{1,60}(?: [\w.+-]{1,60})?)\) )?"
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:()\"*][^:\n]{0,600}"
    r"\.(?:exs?|erl|hrl|[hl]?eex|yrl|xrl|livemd(?:#cell:\w{1,40})?)|nofile"
    r"|iex):(?:(?P<line>\d{1,9}):(?:(?P<col>\d{1,9}):)?)? (?P<fn>\S.{0,1000}?)\s*$"
)
_NATIVE = rx(
    r"(?P<indent>[ \t]{1,40})(?:\([\w.]{1,60}(?: [\w.+-]{1,60})?\) )?(?P<fn>"
    r"(?::[\w.']{1,100}|[A-Z][\w.]{1,200}|anonymous fn|#Function)\S{0,300}?"
    r"(?:\(.*\)|/\d{1,3}.*))\s*$"
)
_HEAD = rx(r"(?P<indent>.{0,200}?)\*\* \((?P<kind>[^()\n]{1,200}(?:\([^()\n]{0,80}\))?)\) ?(?P<message>.*)$")
_PLACED = rx(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}\.(?:exs?|eex|heex"
    r"|leex|erl)):(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?: ?(?P<rest>.*)$"
)
_FOUND_ON = rx(
    r".{0,100}? found (?:on|at) (?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):"
    r"(?P<line>\d{1,9})(?::(?P<col>\d{1,9}))?:\s*$"
)
_SNIPPET = rx(
    r"\s{0,20}└─ (?P<path>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,600}):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9}))?(?:: (?P<fn>.{1,300}?))?\s*$"
)
_TITLE = rx(r"\s{0,8}(?P<kind>error|warning): (?P<message>.*)$")
_BAR = rx(r"\s{0,20}\d{0,9} ?│")
_STOP = rx(
    r"\s*(?:State|Last message.{0,80}|Function|Args|Start Call|Initial Call"
    r"|Ancestors|Queue|Client .{1,80})(?::| is )"
)
_MESSAGE_LINES = 60
_UP = 30


def read(doc: Document) -> Iterator[Trace]:
    """Banners with their frames, snippets of the compiler, runs of frames under no banner."""
    for line in doc.find("** ("):
        if not doc.claimed[line]:
            trace = _Reader(doc, line).run()
            if trace is not None:
                yield trace
    for line in doc.find("└─ "):
        found = _SNIPPET.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _snippet(doc, line, placed(doc, line, found))):
            yield trace
    yield from _headless(doc)


def _headless(doc: Document) -> Iterator[Trace]:
    """Frames under no banner: what ``Process.info`` and the logger's "Client" print."""
    for sign in (".ex:", ".exs:", ".erl:"):
        for line in doc.find(sign):
            found = None if doc.claimed[line] else FRAME.match(doc.text, doc.starts[line], doc.ends[line])
            if found and ("/" in found["fn"] or found["fn"].startswith("(")):
                frames, at = stack(doc, line, len(found["indent"]))
                if len(frames) > 1 or found["mod"]:
                    yield simple(doc, "elixir", (None, ""), frames, (line, at - 1))


def stack(doc: Document, at: int, indent: int) -> tuple[list[Frame], int]:
    """Frames of lines indented by ``indent``, those without a place too, and the line behind them."""
    frames: list[Frame] = []
    while at < len(doc) and not doc.claimed[at]:
        start, end = doc.starts[at], doc.ends[at]
        found = FRAME.match(doc.text, start, end) or _NATIVE.match(doc.text, start, end)
        if not found or len(found["indent"]) != indent:
            break
        frames.append(placed(doc, at, found))
        at += 1
    return frames, at


@dataclass(slots=True)
class _Open:
    kind: str
    message: list[str]
    indent: int
    first: int
    last: int
    of: int | None
    frames: list[Frame] = field(default_factory=list)
    places: list[Frame] = field(default_factory=list)
    """What the message names, in front of the frames."""


class _Reader:
    def __init__(self, doc: Document, line: int) -> None:
        self.doc = doc
        self.line = line
        self.opened: list[_Open] = []

    def run(self) -> Trace | None:
        doc = self.doc
        at = self.line
        if not self._banner(at):
            return None
        base = self.opened[0].indent
        at += 1
        while at < len(doc) and not doc.claimed[at] and at < self.opened[-1].last + _MESSAGE_LINES:
            start, end = doc.starts[at], doc.ends[at]
            found = FRAME.match(doc.text, start, end) or _NATIVE.match(doc.text, start, end)
            owner = self._owner(len(found["indent"])) if found else None
            if found and owner is not None:
                frames, at = stack(doc, at, len(found["indent"]))
                owner.frames.extend(frames)
                owner.last = at - 1
                if owner is self.opened[0]:
                    break
                continue
            if _STOP.match(doc.text, start, end) or (any(o.frames for o in self.opened) and doc.blank(at)):
                break
            if doc.text.find("** (", start, end) >= 0:
                if len(doc.line(at)) - len(doc.line(at).lstrip()) <= base or not self._banner(at):
                    break
            elif self.opened[-1].frames:
                break
            else:
                self._told(at)
            at += 1
        if not any(o.frames for o in self.opened):
            return self._without_frames()
        return self._trace()

    def _told(self, at: int) -> None:
        """A line of the message, or of a snippet in it."""
        doc, current = self.doc, self.opened[-1]
        if snippet := _SNIPPET.match(doc.text, doc.starts[at], doc.ends[at]):
            current.places.append(placed(doc, at, snippet))
            current.last = at
        elif not _BAR.match(doc.text, doc.starts[at], doc.ends[at]):
            current.message.append(doc.line(at))

    def _banner(self, at: int) -> bool:
        doc = self.doc
        found = _HEAD.match(doc.text, doc.starts[at], doc.ends[at])
        if not found:
            return False
        lead = found["indent"]
        indent = len(lead) if lead.isspace() else 0
        of = (
            None
            if not self.opened
            else next((n for n in range(len(self.opened) - 1, -1, -1) if self.opened[n].indent < indent), 0)
        )
        message = found["message"].rstrip()
        opened = _Open(found["kind"], [message], indent, at, at, of)
        inner = _FOUND_ON.match(doc.text, found.start("message"), doc.ends[at])
        if inner is None and (inner := _PLACED.match(doc.text, found.start("message"), doc.ends[at])):
            opened.message = [inner["rest"].rstrip()]
        if inner is not None:
            opened.places.append(placed(doc, at, inner))
        self.opened.append(opened)
        return True

    def _owner(self, indent: int) -> _Open | None:
        """Frames stand four columns behind their banner."""
        for opened in reversed(self.opened):
            if opened.indent < indent <= opened.indent + 4:
                return opened
        return None

    def _without_frames(self) -> Trace | None:
        """A banner alone: keep its first line."""
        first = self.opened[0]
        if first.last == first.first:
            first.message = first.message[:1]
        del self.opened[1:]
        return self._trace()

    def _trace(self) -> Trace:
        last = max(o.last for o in self.opened)
        self.doc.claim(self.line, last)
        stacks = [
            Stack(
                o.kind,
                "\n".join(part.rstrip() for part in o.message).strip(),
                (*o.places, *o.frames),
                Relation.ROOT if o.of is None else Relation.CAUSE,
                self.doc.span(o.first, max(o.first, o.last)),
                0,
                o.of,
            )
            for o in self.opened
        ]
        return trace_of("elixir", stacks)


def _snippet(doc: Document, line: int, frame: Frame) -> Trace | None:
    """The compiler's message above the place."""
    for above in range(line - 1, max(line - _UP, -1), -1):
        if doc.claimed[above]:
            return None
        if title := _TITLE.match(doc.text, doc.starts[above], doc.ends[above]):
            message = [title["message"]]
            for at in range(above + 1, line):
                if _BAR.match(doc.text, doc.starts[at], doc.ends[at]):
                    break
                message.append(doc.line(at).strip())
            return simple(doc, "elixir", (title["kind"], "\n".join(message).strip()), [frame], (above, line))
        if not _BAR.match(doc.text, doc.starts[above], doc.ends[above]) and not doc.line(above).startswith(
            " "
        ):
            return None
    return None


FORMAT = Format("elixir", 34, ("** (", ".ex:", ".exs:", ".erl:", "└─ "), read)
