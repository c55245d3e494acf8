"""What ties two runs into the same bug together: without the values, lines and machines of a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.case.ledger import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crimescene.model import Location, Span, Trace


def fingerprint(trace: Trace, places: Iterable[tuple[Span, Location]] = ()) -> str:
    """Return what two runs into the same bug have in common, as 16 hexadecimal digits.

    Type and message of the error that ended the program, without the values in it, and file and
    function of its frames in the application; no line numbers, and recursion counts once.
    ``places`` are the lines of the workspace that frames stand for, by ``Frame.span``; without
    any, the files' names are taken as printed.
    """
    known = signature(trace, places)
    return _digest(f"{known.exception}\n{known.message}\n" + "\n".join(known.frames))


def text_key(text: str) -> str:
    """Return a fingerprint of an error text that nobody parsed."""
    return _digest(_without_values(text))


_LONGEST_MESSAGE = 2000
_QUOTED = re.compile(r"(?<!\w)'[^'\n]{0,500}'(?!\w)|\"[^\"\n]{0,500}\"|`[^`\n]{0,500}`")
_TOKEN = re.compile(r"\S+")
_HEXADECIMAL = re.compile(r"\b(?:0[xX][0-9a-fA-F]+|(?=[a-fA-F]*\d)[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*)\b")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def _without_values(text: str) -> str:
    """Put signs in place of quoted text, paths, hexadecimal and other numbers."""
    text = _QUOTED.sub("'…'", text[:_LONGEST_MESSAGE])
    text = _TOKEN.sub(lambda token: "/…" if "/" in token[0] or "\\" in token[0] else token[0], text)
    return " ".join(_NUMBER.sub("0", _HEXADECIMAL.sub("0x", text)).split())


def _digest(text: str) -> str:
    import hashlib  # noqa: PLC0415 -- it loads OpenSSL, which only a save is worth

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# --------------------------------------------------------------------------- signatures

_ALIKE = 0.5
"""Share of the frames that two runs into the same bug have in common at least."""


def signature(trace: Trace, places: Iterable[tuple[Span, Location]] = ()) -> Signature:
    """What the failure is known by, in parts that can be compared one by one."""
    known = dict(places)
    root = trace.root
    frames: dict[str, None] = {}
    for frame in root.frames:
        location = known.get(frame.span)
        if location is not None and location.in_app:
            frames[f"{location.path} {_without_values(frame.function or '')}"] = None
        elif not known:
            name = re.split(r"[/\\]", frame.path or "")[-1]
            frames[f"{name} {_without_values(frame.function or '')}"] = None
    title = ": ".join(filter(None, (root.exception, root.message.strip().split("\n", 1)[0])))
    return Signature(root.exception or "", _without_values(root.message), tuple(frames), title[:300])


def same_error(one: Signature, other: Signature) -> bool:
    """Whether type and message are the same, whatever the values in it and wherever it was raised."""
    return (one.exception, one.message) == (other.exception, other.message)


def same_failure(one: Signature, other: Signature, renamed: Iterable[tuple[str, str]] = ()) -> bool:
    """Whether two runs failed alike: the same error, and at least half of the frames.

    A frame is the same under another path if file name and function are, or the function in its place in
    the stack, or if the file was ``renamed`` (old, new).
    """
    if not same_error(one, other):
        return False
    if not one.frames or not other.frames:
        return one.frames == other.frames
    names = dict(renamed)
    old = [_frame(frame, names) for frame in one.frames]
    new = [_frame(frame, {}) for frame in other.frames]
    common = sum(
        any(_alike(x, y) for y in new) or (n < len(new) and (x[0] == new[n][0] or x[1] == new[n][1]))
        for n, x in enumerate(old)
    )
    return common >= _ALIKE * max(len(old), len(new))


def _frame(frame: str, renamed: dict[str, str]) -> tuple[str, str]:
    path, _, function = frame.rpartition(" ")
    return renamed.get(path, path), function


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    same_file = one[0] == other[0] or one[0].rpartition("/")[2] == other[0].rpartition("/")[2]
    return same_file and one[1] == other[1]


def compare(before: Signature, now: Signature, renamed: Iterable[tuple[str, str]] = ()) -> str:
    """What became of a failure: ``same``, ``deeper``, ``earlier`` or ``different``.

    Deeper: the same error comes from a function that the former place calls; earlier: the run ends in a
    caller of the former place.
    """
    if not same_error(before, now):
        return "different"
    names = dict(renamed)
    old = [_frame(frame, names) for frame in before.frames]
    new = [_frame(frame, {}) for frame in now.frames]
    if old and new and not _alike(old[0], new[0]):
        if any(_alike(old[0], frame) for frame in new[1:]):
            return "deeper"
        if any(_alike(new[0], frame) for frame in old[1:]):
            return "earlier"
    return "same" if same_failure(before, now, names.items()) else "different"
