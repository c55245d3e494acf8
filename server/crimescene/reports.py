"""Failures that test runners left in JUnit XML reports: their texts, newest report first.

Reports are build output, which git ignores, so they are looked for where runners put them. Read
as data: a document with a type declaration, which could define entities, is not read at all.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from crimescene.workspace import DiskWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FOLDERS = (
    "",
    "reports",
    "test-results",
    "test-reports",
    "target/surefire-reports",
    "target/failsafe-reports",
    "build/test-results/test",
    "target/nextest/default",
    "coverage",
)
"""Below the root and below each folder that holds a build file."""
_BUILD_FILES = re.compile(r"(?:^|/)(?:pom\.xml|build\.gradle(?:\.kts)?|package\.json|pyproject\.toml)$")
_NAME = re.compile(r"(?:TEST-.+|.*junit.*|.*test-?results?.*|.*test-?report.*|report)\.xml$", re.IGNORECASE)
_MAX_MODULES = 60
_MAX_REPORTS = 40
_MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """The failures of one report."""

    path: str
    """POSIX, relative to the root."""
    when: float
    """Seconds since the epoch: when it was written."""
    texts: tuple[str, ...]


def newest(root: Path, files: Sequence[str]) -> list[Report]:
    """Reports with failures below ``root``, newest first; ``files`` tell where its modules are."""
    dated = sorted(_candidates(root, files), reverse=True)[:_MAX_REPORTS]
    disk = DiskWorkspace(root, max_bytes=_MAX_BYTES)
    found = []
    for when, path in dated:
        data = disk.read(path)
        if data and (texts := failures(data)):
            found.append(Report(path, when, texts))
    return found


def _candidates(root: Path, files: Sequence[str]) -> Iterator[tuple[float, str]]:
    modules = [path.rpartition("/")[0] for path in files if _BUILD_FILES.search(path)]
    modules.sort(key=lambda folder: folder.count("/"))
    for module in dict.fromkeys(["", *modules[:_MAX_MODULES]]):
        for folder in _FOLDERS:
            place = "/".join(part for part in (module, folder) if part)
            with suppress(OSError), os.scandir(root / place) as entries:
                for entry in entries:
                    if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        yield entry.stat().st_mtime, f"{place}/{entry.name}".lstrip("/")


def failures(data: bytes) -> tuple[str, ...]:
    """The text of each failure and error in a JUnit report; none if it is no such report."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<testsuite" not in data:
        return ()
    try:
        top = ET.fromstring(data)  # noqa: S314 -- no DOCTYPE, so no entities
    except (ET.ParseError, ValueError, RecursionError):
        return ()
    return tuple(text for case in top.iter("testcase") if (text := _failure(case)))


def _failure(case: ET.Element) -> str:
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            body = (found.text or "").strip("\n")
            message = found.get("message") or ""
            first = message.split("\n", 1)[0].strip()
            return body if first in body else f"{message}\n{body}"
    return ""
