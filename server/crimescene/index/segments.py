"""Some files and the words in them as one file on disk that never changes.

Layout: the heading (magic with the byte order; lengths of the table, of the words and of the numbers;
CRC-32 of all that follows), the files as JSON (path, size, mtime and ctime in nanoseconds, inode), the
CRC-32 of each word in ascending order, where its numbers begin, and the numbers: one byte for each file
that holds the word. Two words of one CRC only make a file be read in vain.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES = 256
"""Files of one segment: their numbers fit into a byte."""
_MAGIC = b"CSWORDS" + (b"<" if sys.byteorder == "little" else b">")
_HEADING = struct.Struct("=8sIIII")
_CODE = "I"
_WIDTH = 4
Status = tuple[int, int, int, int]
"""Size, mtime and ctime in nanoseconds, inode."""

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(
    range(128, 256)
)
_TO_SPACES = bytes(byte if byte in _WORD else 32 for byte in range(256))
_DIGITS = frozenset(b"0123456789")


def words_of(data: bytes) -> set[bytes]:
    """Return the words of a text, as :func:`crimescene.index.occurrences` sees them, numbers too."""
    return set(data.translate(_TO_SPACES).split())


def status_of(path: str) -> Status | None:
    """Return what tells whether a file has changed; None if it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 -- tens of thousands of them
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


@dataclass(slots=True)
class Draft:
    """A segment in the making."""

    files: list[tuple[str, Status]] = field(default_factory=list)
    numbers: defaultdict[bytes, bytearray] = field(default_factory=lambda: defaultdict(bytearray))

    def add(self, path: str, status: Status | None, data: bytes) -> None:
        """Add a file that was read after ``status`` was taken; one that was not there is left out."""
        if status is None:
            return
        number = len(self.files)
        self.files.append((path, status))
        numbers = self.numbers
        for word in words_of(data):
            if word[0] not in _DIGITS:
                numbers[word].append(number)

    def to_bytes(self) -> bytes:
        """Return the segment as it is written."""
        ordered = sorted((zlib.crc32(word), numbers) for word, numbers in self.numbers.items())
        table = json.dumps([[path, *status] for path, status in self.files]).encode()
        table += b" " * (-len(table) % _WIDTH)
        starts = array(_CODE, [0])
        place = 0
        for _, numbers in ordered:
            place += len(numbers)
            starts.append(place)
        rest = b"".join(
            [
                table,
                array(_CODE, [code for code, _ in ordered]).tobytes(),
                starts.tobytes(),
                *(numbers for _, numbers in ordered),
            ]
        )
        return _HEADING.pack(_MAGIC, len(table), len(ordered), place, zlib.crc32(rest)) + rest


class Segment:
    """A segment that is looked into."""

    def __init__(self, data: memoryview, files: list[tuple[str, Status]], words: int, after: int) -> None:
        self.files = files
        self._codes = data[after : after + words * _WIDTH].cast("I")
        after += words * _WIDTH
        self._starts = data[after : after + (words + 1) * _WIDTH].cast("I")
        self._numbers = data[after + (words + 1) * _WIDTH :]

    def holding(self, code: int) -> bytes:
        """Return the numbers of the files that hold a word with this CRC-32."""
        codes, found = self._codes, b""
        place = bisect_left(codes, code)
        while place < len(codes) and codes[place] == code:
            found += bytes(self._numbers[self._starts[place] : self._starts[place + 1]])
            place += 1
        return found


def load(path: Path) -> Segment | None:
    """Open a segment; None if it is not whole."""
    with suppress(OSError, ValueError, struct.error, TypeError), path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        data = memoryview(mapped)
        magic, table, words, numbers, check = _HEADING.unpack_from(data)
        begin = _HEADING.size
        whole = begin + table + words * _WIDTH + (words + 1) * _WIDTH + numbers
        if magic != _MAGIC or len(data) != whole or zlib.crc32(data[begin:]) != check:
            return None
        files = [(str(row[0]), _status(row[1:])) for row in json.loads(bytes(data[begin : begin + table]))]
        if len(files) > FILES:
            return None
        with suppress(AttributeError, OSError):  # a question needs few pages: the sum was over all of them
            mapped.madvise(mmap.MADV_DONTNEED)
        return Segment(data, files, words, begin + table)
    return None


def _status(row: list[int]) -> Status:
    size, modified, changed, inode = row
    return size, modified, changed, inode


def codes_of(names: Iterable[str]) -> list[list[int]] | None:
    """Return for each name the CRC-32 of the words it is made of; None if one holds none that is kept."""
    found = []
    for name in names:
        words = name.encode("utf-8", "surrogatepass").translate(_TO_SPACES).split()
        if not words or any(word[0] in _DIGITS for word in words):
            return None
        found.append([zlib.crc32(word) for word in words])
    return found
