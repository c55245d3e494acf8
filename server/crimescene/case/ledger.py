"""The nouns of a case, and how they are written as JSON and read back; pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from crimescene.model import Attempt

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
VERSION = 2
"""Of the format. 1 knew neither attempts nor runs; it is read as a case without any."""
MOST_ATTEMPTS = 50
MOST_RUNS = 200
OPEN, GONE, CLOSED = "open", "gone", "closed"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a failure is known by, as far as it does not differ from run to run."""

    exception: str = ""
    message: str = ""
    """Without the values in it."""
    frames: tuple[str, ...] = ()
    """``path function`` of the frames in the application, innermost first; recursion counts once."""
    title: str = ""
    """Type and message as printed."""


@dataclass(frozen=True, slots=True)
class Base:
    """The work tree at a moment, as far as git does not keep it."""

    head: str = ""
    """The commit that was checked out; empty where there is no repository."""
    files: Mapping[str, str | None] = field(default_factory=dict)
    """Content (redacted) of what was not committed, by path; None for a file that was removed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command, and what became of the failure in it."""

    when: float
    command: str
    code: int
    outcome: str
    """first | same | deeper | earlier | different | gone | unchanged | back"""
    error: str = ""
    """Type and message as printed (redacted)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One bug: how it was last seen, and all that was tried on it."""

    key: str
    """Fingerprint of the failure when it was first seen; the name of the folder."""
    opened: float
    """Seconds since the epoch, as is ``updated``."""
    updated: float
    runs: int = 0
    """How often a trace of it was saved."""
    text: str = ""
    trace_json: object = None
    prompt: str = ""
    expected: str = ""
    """What the user answered when asked for it; empty if never."""
    actual: str = ""
    status: str = OPEN
    """open | gone (the command ran without it) | closed (by the user)"""
    command: str = ""
    """As typed, of the run that failed last."""
    signature: Signature = Signature()
    follows: str = ""
    """Key of the case whose attempt led to this failure."""
    hypothesis: str = ""
    """What the user is trying now; taken over by the next attempt."""
    attempts: tuple[Attempt, ...] = ()
    """Oldest first."""
    ran: tuple[Run, ...] = ()
    """Oldest first, the newest :data:`MOST_RUNS`."""
    base: Base | None = None
    """The work tree when the failure was first seen."""
    last: Base | None = None
    """The work tree of the last run."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What fixes of the last failure are judged by: see :func:`crimescene.loop.to_evidence`."""
    answers: tuple[str, ...] = ()
    """What assistants answered (redacted), oldest first."""
    sessions: tuple[object, ...] = ()
    """Logging sessions that belong to it."""


def to_json(case: Case) -> dict[str, object]:
    """The stored form."""
    return {"version": VERSION, **asdict(case)}


def from_json(stored: Mapping[str, Any], key: str) -> Case | None:
    """Read the stored form; None if it is damaged."""
    known = {name: value for name, value in stored.items() if name in Case.__slots__}
    try:
        case = Case(
            **{
                **known,
                "key": key,
                "signature": _noun(Signature, known.get("signature") or {}),
                "attempts": tuple(_noun(Attempt, x) for x in known.get("attempts") or ()),
                "ran": tuple(_noun(Run, x) for x in known.get("ran") or ()),
                "base": _base(known.get("base")),
                "last": _base(known.get("last")),
                "evidence": dict(known.get("evidence") or {}),
                "answers": tuple(str(x) for x in known.get("answers") or ()),
                "sessions": tuple(known.get("sessions") or ()),
            }
        )
    except (TypeError, ValueError, AttributeError):
        return None
    texts = (case.text, case.prompt, case.expected, case.actual, case.status, case.command, case.follows)
    numbers = (case.opened, case.updated, case.runs)
    whole = all(isinstance(x, str) for x in texts) and all(isinstance(x, (int, float)) for x in numbers)
    return case if whole else None


def _noun(kind: type[T], stored: object) -> T:
    """The noun with the fields that it has; TypeError where one is of another kind."""
    if not isinstance(stored, dict):
        raise TypeError(kind.__name__)
    known = {f.name: f for f in fields(cast("Any", kind))}
    values = {}
    for name, value in stored.items():
        if name in known:
            wanted = str(known[name].type)
            right = (isinstance(value, str) or wanted != "str") and (
                isinstance(value, (int, float)) or wanted not in ("float", "int")
            )
            if not right:
                raise TypeError(name)
            values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def _base(stored: object) -> Base | None:
    return None if stored is None else _noun(Base, stored)
