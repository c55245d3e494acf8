"""From a printed path to a file of the workspace, frame by frame and for a whole trace."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from crimescene.model import Location
from crimescene.resolve import apart, bundles, rules
from crimescene.resolve.files import LIBRARY, NO_PLACE, OUTSIDE, Files, Resolution
from crimescene.resolve.libraries import JVM_SUFFIXES, in_library, is_library
from crimescene.resolve.paths import below, is_absolute, plain_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crimescene.model import Frame

_SHOWN = 4
_WHOLE = 2
"""Parts of a path in common that mean something: a bare file name is shared by many."""


def resolve(
    frame: Frame, files: Files, mappings: Mapping[str, str] | None = None, bases: Sequence[str] = ()
) -> Resolution:
    """Find the workspace file that ``frame`` names.

    ``mappings`` takes printed prefixes (``/app``) to folders relative to the root; ``bases`` are folders
    relative to the root that the program may have run in, the likeliest first.
    """
    if not frame.path or frame.lineno is None:
        return Resolution(None, in_app=False, note=NO_PLACE)
    key = (frame.path, rules.asks_for(frame), tuple(mappings.items()) if mappings else (), tuple(bases))
    found = files.answers.get(key)
    if found is None:
        found = files.answers[key] = _look_up(frame, files, mappings or {}, bases)
    if found.location is None:
        return found
    if place := bundles.written(frame, found.location, files):
        return _written(place, frame, found.location, files)
    if bundles.is_output(frame.path, found.location.path, files):
        note = f"{found.location.path} is generated and has no source map that can be read"
        return Resolution(None, in_app=False, note=note)
    return replace(found, location=replace(found.location, lineno=frame.lineno))


def resolve_all(
    frames: Sequence[Frame],
    files: Files,
    mappings: Mapping[str, str] | None = None,
    bases: Sequence[str] = (),
) -> list[Resolution]:
    """The same for all frames of a trace: where some are certain, they say what folder the rest lies in.

    What the other frames leave open the printed code and function tell, else the ``bases``.
    """
    found = [resolve(frame, files, mappings, bases) for frame in frames]
    if all(answer.location is not None or answer.note == LIBRARY for answer in found):
        return found
    found = _below_all(frames, found, files)
    told = [
        _told_apart(frame, answer, files, bases) if answer.choices or answer.namesakes else answer
        for frame, answer in zip(frames, found, strict=True)
    ]
    return _below_all(frames, told, files) if told != found else told


def _below_all(frames: Sequence[Frame], found: Sequence[Resolution], files: Files) -> list[Resolution]:
    folders = _folders(frames, found)
    return [
        _below_known(frame, answer, folders, files) if answer.location is None else answer
        for frame, answer in zip(frames, found, strict=True)
    ]


def _told_apart(frame: Frame, answer: Resolution, files: Files, bases: Sequence[str]) -> Resolution:
    """The file among several that the rest of the frame tells, or that lies where the program ran."""
    choices = answer.choices or answer.namesakes
    if told := apart.told_apart(frame, choices, files, by_name=not answer.choices):
        path, why = told
        which = "matching files" if answer.choices else "files of this name"
        note = f"the one of {len(choices)} {which}: {why}" if len(choices) > 1 else f"by its name: {why}"
        return _placed(path, frame, files, note)
    for base in filter(None, bases):
        inside = [choice for choice in answer.choices if choice.startswith(f"{base}/")]
        if len(inside) == 1:
            note = f"the one of {len(choices)} matching files below {base}, where it ran"
            return _placed(inside[0], frame, files, note)
    return answer


def _folders(frames: Sequence[Frame], found: Sequence[Resolution]) -> list[tuple[str, str]]:
    """Printed folders and what they are in the workspace, as far as the frames agree; longest first."""
    told: dict[str, set[str]] = {}
    for frame, answer in zip(frames, found, strict=True):
        printed = plain_path(frame.path or "")
        if answer.location is None or answer.location.column is not None or not is_absolute(printed):
            continue
        left, right = printed.split("/"), answer.location.path.split("/")
        while left and right and left[-1] == right[-1]:
            left.pop()
            right.pop()
        told.setdefault("/".join(left), set()).add("/".join(right))
    pairs = [(folder, inside.pop()) for folder, inside in told.items() if len(inside) == 1]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _below_known(
    frame: Frame, answer: Resolution, folders: Sequence[tuple[str, str]], files: Files
) -> Resolution:
    """The place of a frame below one of the ``folders`` that other frames made known."""
    if not frame.path or frame.lineno is None or answer.note == LIBRARY:
        return answer
    printed = plain_path(frame.path)
    for folder, inside in folders:
        rest = below(printed, folder)
        if rest is None:
            continue
        path = f"{inside}/{rest}" if inside else rest
        if files.exists(path):
            return _placed(path, frame, files)
        return replace(answer, missing=path, note=f"{path} does not exist", choices=(), namesakes=())
    return answer


def _placed(path: str, frame: Frame, files: Files, note: str = "") -> Resolution:
    in_app = not is_library(frame) and not in_library(path, files)
    return Resolution(Location(path, frame.lineno or 1, in_app, note), in_app, note)


def _look_up(
    frame: Frame, files: Files, mappings: Mapping[str, str], bases: Sequence[str] = ()
) -> Resolution:
    printed = frame.path or ""
    path = plain_path(printed)
    library = is_library(frame)
    mapped = _mapped(path, printed, files, mappings.items())
    found = mapped or _from(path, bases, files) or _exact(path, files, listed=library)
    if found is None and library:
        return Resolution(None, in_app=False, note=LIBRARY)
    found = (
        found
        or bundles.on_disk(printed, path, files)
        or _mapped(path, printed, files, files.mounted)
        or rules.by_language(path, frame, files)
    )
    if found == LIBRARY:
        return Resolution(None, in_app=False, note=LIBRARY)
    if found:
        return _placed(found, frame, files)
    return _by_suffix(path, frame, files)


def _mapped(path: str, printed: str, files: Files, mappings: Iterable[tuple[str, str]]) -> str | None:
    """The file that a mapping of prefixes leads to; the longest prefix first."""
    for prefix, target in sorted(mappings, key=lambda pair: -len(pair[0])):
        folder = prefix.replace("\\", "/").rstrip("/*")
        rest = below(path, folder)
        if rest is None and printed.startswith(folder + "/"):  # a mapping of URLs
            rest = plain_path(printed[len(folder) + 1 :])
        if rest is not None:
            inside = target.replace("\\", "/").removeprefix("${workspaceFolder}").strip("/*") or "."
            mapped = str(PurePosixPath(inside) / rest)
            if files.exists(mapped):
                return mapped
    return None


def _from(path: str, bases: Sequence[str], files: Files) -> str | None:
    """The listed file that a relative path names where the program ran; it may lead out of that folder."""
    if is_absolute(path) or path.startswith("<") or path.endswith(JVM_SUFFIXES):
        return None
    places = (posixpath.normpath(posixpath.join(base, path)) for base in bases if base)
    return next((place for place in places if place in files.known), None)


def _exact(path: str, files: Files, *, listed: bool) -> str | None:
    """The file at ``path`` itself, absolute below the root or relative to it."""
    there = files.known.__contains__ if listed else files.exists
    inside = below(path, files.root)
    if inside is not None and there(inside):
        return inside
    # A bare Java file name says nothing without the package of its class.
    if is_absolute(path) or path.startswith(("..", "<")) or path.endswith(JVM_SUFFIXES):
        return None
    return path if there(path) else None


def _by_suffix(path: str, frame: Frame, files: Files) -> Resolution:
    """The one workspace file that shares the longest tail with ``path``, or what is to be said."""
    wanted = path.split("/")
    best: list[str] = []
    longest = 0
    for candidate in files.by_name.get(wanted[-1].lower(), ()):
        parts = candidate.split("/")
        shared = _shared_tail(parts, wanted)
        # A bare file name in common is enough only if it is the whole of one of the two.
        if shared < min(_WHOLE, len(parts), len(wanted)):
            continue
        if shared > longest:
            best, longest = [candidate], shared
        elif shared == longest:
            best.append(candidate)
    if path.endswith(JVM_SUFFIXES):
        best = rules.of_package(best, frame, files)
    spelled = [c for c in best if _shared_tail(c.split("/"), wanted, exactly=True) == longest]
    whole = [c for c in best if len(c.split("/")) == longest]
    for choice in (whole, best, spelled, rules.of_crate(best, frame)):
        if len(choice) == 1:
            return _placed(choice[0], frame, files)
    inside = below(path, files.root)
    if inside is None and not is_absolute(path) and not path.startswith(("..", "<")) and "/" in path:
        inside = path
    if not best:
        same_name = () if path.endswith(JVM_SUFFIXES) else files.by_name.get(wanted[-1].lower(), ())
        namesakes = tuple(sorted(same_name))
        return Resolution(None, in_app=False, note=OUTSIDE, missing=inside or "", namesakes=namesakes)
    shown = sorted(best)
    more = f" and {len(best) - _SHOWN} more" if len(best) > _SHOWN else ""
    note = f"ambiguous: {', '.join(shown[:_SHOWN])}{more} all match {frame.path}"
    return Resolution(None, in_app=False, note=note, missing=inside or "", choices=tuple(shown))


def _shared_tail(left: Sequence[str], right: Sequence[str], *, exactly: bool = False) -> int:
    """Number of trailing components in common; case-insensitive file systems print either case."""
    count = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b and (exactly or a.lower() != b.lower()):
            break
        count += 1
    return count


def _written(place: bundles.Written, frame: Frame, generated: Location, files: Files) -> Resolution:
    """Where a source map says that the frame's code was written."""
    found = _look_up(replace(frame, path=place.source, lineno=place.lineno), files, {})
    note = f"by the source map of {generated.path}:{frame.lineno}"
    if found.location is None:
        return replace(found, note=f"{place.source}, {note}: {found.note}")
    location = replace(found.location, lineno=place.lineno, column=place.column, note=note)
    return replace(found, location=location, note=note)
