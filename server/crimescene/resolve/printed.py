"""Whether a line of a file is the one that a runtime printed.

What is printed is seldom exactly what stands there: blanks are folded, long lines cut, secrets masked,
signs that the terminal does not know escaped or replaced.
"""

from __future__ import annotations

import re

_TELLING = 8
"""Characters that must be left of a line of which something was cut."""
_WHOLE = 40
"""Characters from which the beginning of a line alone tells it, at the place where it is expected."""
_ENDS = ("…", "...")
_INNER = re.compile(r"…|\*\*\*+")
"""What stands for something left out: ``***`` are masked secrets."""
_FOREIGN = re.compile(r"(?:[^\x00-\x7f]|\?)+")
_ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_WORD = re.compile(r"\w+|[^\w\s]")


def printed_lines(source: bytes) -> list[str]:
    """The lines of a file, without the empty one behind its last newline and without a byte order mark."""
    lines = source.decode("utf-8-sig", "replace").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def same(printed: str, line: str, *, here: bool = False) -> bool:
    """Whether ``line`` of a file is the printed one.

    ``here`` tells that it is the very line the number names: a line cut without a mark is believed then.
    """
    left, right = " ".join(printed.split()), " ".join(line.split())
    if left == right:
        return True
    if here and len(left) >= _WHOLE and right.startswith(left):  # cut where the terminal or the parser ends
        return True
    return _cut(left, right) or _respelled(left, right)


def _cut(left: str, right: str) -> bool:
    """Whether marks at the ends of ``left``, or within, stand for the rest of ``right``."""
    begins = next((mark for mark in _ENDS if left.startswith(mark)), "")
    ends = next((mark for mark in _ENDS if left.endswith(mark)), "")
    inner = left.removeprefix(begins).removesuffix(ends)
    pieces = [piece.strip() for piece in _INNER.split(inner)]
    if not (begins or ends or len(pieces) > 1) or sum(map(len, pieces)) < _TELLING:
        return False
    if not begins and not right.startswith(pieces[0]):
        return False
    if not ends and not right.endswith(pieces[-1]):
        return False
    at = 0
    for piece in pieces:
        at = right.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _respelled(left: str, right: str) -> bool:
    """Whether only signs beyond ASCII differ: escaped, replaced by a question mark, or read wrongly."""
    if right.isascii():
        return False
    if _ESCAPED.search(left):
        return left == right.encode("ascii", "backslashreplace").decode()
    if left.isascii() and "?" not in left:
        return False
    return "?" in (bare := _FOREIGN.sub("?", right)) and _FOREIGN.sub("?", left) == bare


def without_types(printed: str, line: str) -> bool:
    """Whether the printed line is what is left of ``line`` without its types: the same words in order."""
    words = iter(_WORD.findall(line))
    wanted = [word for word in _WORD.findall(printed) if word != ";"]
    return len(printed) >= _TELLING and all(word in words for word in wanted)
