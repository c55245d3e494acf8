"""Traces whose newlines became blanks: exported logs, chats, loggers that write one line.

    java.lang.IllegalStateException: no cart at com.acme.Cart.total(Cart.java:5) at Main.main(Main.java:9)

Believed only where one frame follows another on one line; then each of them begins a line again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.traces.positions import Pieces

_CLASS = (
    r"[^\s()]{1,300}\((?:[\w$.-]{1,120}\.\w{1,10}:\d{1,9}|Native Method|Unknown Source)\)"
    r"(?: ~?\[[^\]\n]{0,200}\])?"
)
_V8 = (
    r"(?:async )?(?:[^\s()][^()\n]{0,120}? \([^()\n]{1,400}:\d{1,9}:\d{1,9}\)"
    r"|(?:file://)?/[^\s()]{1,400}:\d{1,9}:\d{1,9})"
)
_NET = r"[\w.<>`+\[\],$|]{1,300}\([^()\n]{0,400}\)(?: in [^\n]{1,300}?:line \d{1,9})?"
_FRAME = rf"at (?:{_CLASS}|{_V8}|{_NET})"
_PYTHON = r"File \"[^\"\n]{1,400}\", line \d{1,9}, in [^\s,]{1,200}"
_SIGNS = (
    rx(rf"\) {_FRAME}(?: |$)"),
    rx(r":line \d{1,9} at "),
    rx(r" #0 [^\s()]{1,300}\(\d{1,9}\): [^\n]{1,300}? #1 "),
    rx(r"Traceback \(most recent call last\): {1,8}File \""),
)
_BREAK = rx(
    rf" {{1,8}}(?:(?=(?P<frame>{_FRAME}(?: |$)))|(?=(?P<file>{_PYTHON}|thrown in ))"
    r"|(?=Caused by: |Suppressed: |\.\.\. \d{1,6} more|---(?:>| End of )|Stack trace: #0 "
    r"|#\d{1,4} (?:[^\s()]{1,300}\(\d{1,9}\): |\{main\})|Traceback \(most recent call last\):"
    r"|During handling of the above|The above exception was))"
)
_NAMED = rx(_PYTHON)
_ERROR = rx(r" {1,8}(?=[A-Za-z_][\w.]{0,200}(?:Error|Exception|Warning|Exit|Interrupt)(?:: |$))")


def starts(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets inside of lines that hold such a trace; not in order."""
    for pattern in _SIGNS:
        at = start
        while found := pattern.search(text, at, end):
            yield found.start()
            at = text.find("\n", found.start(), end)
            if at < 0:
                break


def expand(text: str, start: int, end: int, pieces: Pieces) -> bool:
    """Append the line with its newlines, if it holds a trace that lost them."""
    if not any(pattern.search(text, start, end) for pattern in _SIGNS):
        return False
    breaks = list(_BREAK.finditer(text, start, end))
    if sum(found["frame"] is not None for found in breaks) == 1:
        return False
    at = start
    for found in breaks:
        _code(text, at, found.start(), pieces)
        pieces.put("\n    " if found["frame"] else "\n  " if found["file"] else "\n", found.start())
        at = found.end()
    _code(text, at, end, pieces)
    pieces.put("\n\n", end)
    return True


def _code(text: str, start: int, end: int, pieces: Pieces) -> None:
    """What stands between two breaks; behind a frame of Python its code, and the error that ends all."""
    named = _NAMED.match(text, start, end)
    if named and named.end() < end:
        pieces.copy(start, named.end())
        pieces.put("\n   ", named.end())
        start = named.end()
        ends = [found.start() for found in _ERROR.finditer(text, start, end)]
        if ends:
            pieces.copy(start, ends[-1])
            pieces.put("\n", ends[-1])
            start = ends[-1] + 1
    pieces.copy(start, end)
