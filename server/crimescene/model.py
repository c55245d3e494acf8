"""The nouns: what every part of Crimescene hands to the next.

Standard library only; imports nothing of ours. ``lineno`` is 1-based everywhere;
a :class:`Span` holds byte offsets. Nothing here knows LSP, MCP or a command line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class UserError(Exception):
    """Something only the user can put right; its text is one clear sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Byte offsets into UTF-8 text, half-open: the only coordinates inside."""

    start: int
    end: int


# --------------------------------------------------------------------------- traces


class Relation(str, Enum):
    """What a stack is to the error it is attached to."""

    ROOT = "root"
    CAUSE = "cause"
    CONTEXT = "context"
    SUPPRESSED = "suppressed"
    MEMBER = "group-child"


@dataclass(frozen=True, slots=True)
class Frame:
    """One source place as printed. Any field but ``text`` and ``span`` may be unknown."""

    path: str | None
    """As printed, after unescaping: ``./src/lib.rs``, ``file:///C:/x.mjs``."""
    lineno: int | None
    column: int | None
    """As printed (most runtimes are 1-based)."""
    function: str | None
    """As printed, without argument list, ``async`` and Java module."""
    module: str | None
    text: str
    """The line(s) of the trace that print this frame."""
    span: Span
    """Range of the printed place (``path:line:col`` or ``File "x", line n``) in the parsed text."""
    code: str | None = None
    """The source line as the runtime printed it, stripped; None if it printed none."""
    marks: tuple[int, int] | None = None
    """Character columns of ``code``, half-open, that the runtime underlined (carets)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One error of a trace with its frames, innermost frame first."""

    exception: str | None
    message: str
    frames: tuple[Frame, ...]
    relation: Relation
    span: Span
    """Range of the whole stack, head line included."""
    repeated: int = 0
    """Frames that the runtime folded as repetitions ("Previous line repeated 996 more times")."""
    of: int | None = None
    """Index, in the trace's stacks, of the error this one is attached to; None for ROOT."""


@dataclass(frozen=True, slots=True)
class Truncation:
    """What is missing from a trace, and how to get it."""

    missing: str
    """A clause: "10 outer frames were left out by V8"."""
    remedy: str
    """The exact flag, variable or command that gets the rest; may be empty."""
    lost: bool = True
    """False where the text holds the same elsewhere: Java's "... 23 more" stand in the trace around."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """The first failing comparison as the test framework printed it."""

    expected: str
    actual: str
    labelled: bool
    """True if the framework itself says which side is which."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one runtime printed about one failure. Stacks stand in the order of the text."""

    format: str
    stacks: tuple[Stack, ...]
    span: Span
    truncation: tuple[Truncation, ...] = ()
    assertion: Assertion | None = None
    test: str | None = None
    """Name of the failing test as printed by its runner, if one ran."""
    hints: tuple[Truncation, ...] = ()
    """What may be missing though the text does not say so: V8 stops at ten frames."""

    @property
    def root(self) -> Stack:
        """The error that reached the user: what the program died of."""
        return next((s for s in self.stacks if s.relation is Relation.ROOT), self.stacks[0])


# --------------------------------------------------------------------------- source


@dataclass(frozen=True, slots=True)
class Location:
    """A line in the workspace. ``path`` is POSIX and relative to its root."""

    path: str
    lineno: int
    in_app: bool = True
    note: str = ""
    """What had to be found out because the trace and the files differ, as a phrase without a full stop that
    completes "frame 2 of 5 (…)": "moved from line 40", "by the source map of dist/app.js:1"; empty where the
    frame was taken as printed. Headings and the JSON prompt say it."""
    column: int | None = None
    """1-based, where it is another than the trace printed; the printed name is another then, too."""


@dataclass(frozen=True, slots=True)
class Function:
    """A definition: function, method, constructor, accessor, lambda, initializer, class or module."""

    name: str
    qualified_name: str
    """Dotted from the file's top level: ``Order.total``, ``useOrders.map#0``."""
    kind: str
    """function | method | constructor | accessor | lambda | initializer | class | field | module"""
    path: str
    span: Span
    """Decorators and annotations included."""
    name_span: Span
    body_span: Span
    first_lineno: int
    last_lineno: int


@dataclass(frozen=True, slots=True)
class CallSite:
    """A place that calls or mentions a name, before anyone resolved what it means."""

    name: str
    receiver: str | None
    """Source text left of the name (``self``, ``order.items``, ``super()``), None for a bare name."""
    kind: str
    """call | new | decorator | jsx | attribute | argument (a name passed on, not called)"""
    span: Span
    """Range of the name."""
    lineno: int
    arguments: int | None = None
    """Number of positional arguments; None where unknown (spread) or not a call."""
    keywords: tuple[str, ...] = ()


class Certainty(Enum):
    """How sure a resolved call is; the value is the score of ``callers --json``."""

    EXACT = 3
    PLAUSIBLE = 2
    OVERRIDE = 1
    NAME = 0


@dataclass(frozen=True, slots=True)
class Call:
    """``caller`` calls ``callee`` at ``lineno`` of ``path``."""

    caller: Function
    callee: Function
    path: str
    span: Span
    lineno: int
    certainty: Certainty
    reason: str = ""
    """One phrase: "self call in the same class"."""


# --------------------------------------------------------------------------- history


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk of a diff; line numbers 1-based, counts may be 0."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    text: str
    """Body lines with their `` ``, ``+``, ``-`` prefix, no header."""


@dataclass(frozen=True, slots=True)
class Change:
    """One hunk somebody changed. ``sha`` is None while it is uncommitted."""

    sha: str | None
    author: str
    when: float
    """Seconds since the epoch (UTC): commit's author date, or the file's mtime if uncommitted."""
    subject: str
    path: str
    """Path in the work tree today, relative to the root."""
    hunk: Hunk
    state: str = "committed"
    """committed | staged | unstaged | untracked"""
    old_path: str | None = None
    """Former path if it was renamed by this change."""
    arrived: float | None = None
    """When it came into this history (seconds since the epoch): the commit's own date, or that of the
    merge that brought it; None while it is uncommitted, and where nobody asked."""


# --------------------------------------------------------------------------- context


_NUMBERED = 3
"""Frames of one function that are numbered; a recursion has thousands."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a piece of code is evidence."""

    kind: str
    """The fact that it comes from, by the name that ranking knows it by: ``caller``, ``changed``."""
    text: str
    """A phrase: "calls frame 1 from outside the trace"; of frames what follows their numbers."""
    frames: tuple[int, ...] = ()
    """Positions in their stack of the frames it lies in, 1 for the innermost, ascending."""

    @property
    def said(self) -> str:
        """The whole phrase: "frame 2 of 5", "frames 3, 4, 5 and 995 more of 1000"."""
        if len(self.frames) <= 1:
            return " ".join((*(f"frame {number}" for number in self.frames), self.text))
        numbers = [str(number) for number in self.frames]
        last = f"{len(numbers) - _NUMBERED} more" if len(numbers) > _NUMBERED else numbers.pop()
        return f"frames {', '.join(numbers[:_NUMBERED])} and {last} {self.text}"


def said(reasons: Iterable[Reason]) -> str:
    """The reasons in one phrase."""
    return "; ".join(reason.said for reason in reasons)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One piece of code and why it is here."""

    path: str
    start_lineno: int
    text: str
    """Whole lines, without the last newline."""
    function: str
    """Qualified name; empty for a region outside any function."""
    reasons: tuple[Reason, ...]
    """The strongest first."""
    score: float
    language: str = ""
    """Fence info string."""
    marked: tuple[int, ...] = ()
    """Line numbers that matter most, best first: the throwing line, call sites, changed lines."""
    throws: bool = False
    """The first marked line is where the error was raised."""
    tests: bool = False
    """It is the failing test."""
    in_chain: bool = False
    """A frame of the trace lies in it."""
    blank_below: int = 0
    """Number of blank lines in the file that follow the last line at once."""
    contributions: tuple[tuple[str, float], ...] = ()
    """What each feature adds to the score, largest effect first."""
    unreached: int = 0
    """Number of its last lines that never ran: a failing test ends where it fails."""

    @property
    def reason(self) -> str:
        """All reasons in one phrase."""
        return said(self.reasons)

    @property
    def last_lineno(self) -> int:
        """1-based, inclusive."""
        return self.start_lineno + self.text.count("\n")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One turn of the loop: what was tried and what came of it."""

    when: float
    hypothesis: str
    diff: str
    result: str
    verdict: str
    ruled_out: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An expression that may have held the wrong value when the program failed."""

    expression: str
    """As written, on one line."""
    reason: str
    """Completes "`expression` …" for the first suspect, an apposition for the others."""
    path: str
    """POSIX, relative to the root."""
    lineno: int
    by_message: bool = True
    """The error's message or a condition says so, not only that it stands on the line."""


@dataclass(frozen=True, slots=True)
class Behavior:
    """Expected or actual behaviour, and how we know."""

    text: str
    source: str
    """assertion | user | answered (by the user, before) | trace | proposed from … | asked"""


@dataclass(frozen=True, slots=True)
class Environment:
    """Language, runtime and library versions where known."""

    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Everything the prompt is made of; the answer of the core to one question."""

    trace: Trace | None
    text: str
    """The error text exactly as it was given (the trace's part of it)."""
    title: str
    summary: str
    """One sentence that frames the failure."""
    snippets: tuple[Snippet, ...] = ()
    """Best first."""
    changes: tuple[Change, ...] = ()
    """Hunks that meet the snippets, newest first."""
    change_notes: tuple[str, ...] = ()
    """Sentences: changed lock files, "nothing on the chain changed", last change of each function."""
    expected: Behavior | None = None
    actual: Behavior | None = None
    note: str = ""
    suspects: tuple[str, ...] = ()
    """What the user suspects, verbatim."""
    suspected: tuple[Suspect, ...] = ()
    """What the error message and its place say, the likeliest first."""
    hypotheses: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    attempts: tuple[Attempt, ...] = ()
    environment: Environment = field(default_factory=Environment)
    omitted: tuple[str, ...] = ()
    """Sentences: what was left out and why."""
    saved_path: str = ""
    """Where the whole error text lies when it had to be folded; empty if nowhere."""
    frame_locations: tuple[tuple[Span, Location], ...] = ()
    """``Frame.span`` and the line it stands for; a frame without an entry is nowhere in the workspace."""
    shape: str = ""
    """Where produced and consumed data part, hop by hop; Markdown-free text, empty if not traced."""


# --------------------------------------------------------------------------- logging


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``span`` of the file ``path`` by ``new_text``."""

    path: str
    span: Span
    new_text: str
