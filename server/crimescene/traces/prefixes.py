"""What loggers, containers and CI systems print before a line.

Forms: docker compose, kubectl/stern/CRI, concurrently and turbo, syslog (RFC 3164, RFC 5424, journalctl),
Heroku, logcat, GitHub Actions (raw logs and ``gh run view``), Maven/sbt ``[error]``, npm, git remote,
Ant tasks, pytest's INTERNALERROR, and timestamps of common loggers.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from crimescene.traces.patterns import rx

if TYPE_CHECKING:
    import re
    from array import array
    from collections.abc import Iterator

_ISO = r"\d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LEVEL = r"(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL|CRITICAL|SEVERE|NOTICE)"

_FIRST = rx(
    rf"(?P<stream>(?!Line {{1,4}}\|)[A-Za-z][\w.-]{{0,62}}) {{1,40}}\|(?: |$)"  # docker compose
    rf"|(?:<\d{{1,3}}>)?{_MONTH} {{1,2}}\d{{1,2}} \d\d:\d\d:\d\d (?P<syslog>[\w.-]{{1,64}} [\w./@-]"
    rf"{{1,64}}(?:\[\d+\])?): ?"
    r"|<\d{1,3}>1 \S{1,40} (?P<rfc5424>\S{1,255} \S{1,48} \S{1,128}) \S{1,32} "
    r"(?:-|\[[^\]\n]{0,400}\]) (?:\ufeff)?"
    r"|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {1,6}(?P<logcat>\d{1,7} {1,6}\d{1,7} [VDIWEFA] [\w.$-]{1,64"
    r"}) {0,30}: ?"
    r"|[VDIWEF]/(?P<tag>[\w.$-]{1,64} {0,20}\( {0,6}\d{1,7}\)): ?"
    r"|\[(?P<pod>pod/[\w./-]{1,200})\] ?"
    r"|(?P<task>@?[\w.-]{1,60}(?:/[\w.-]{1,60})?:(?:build|test|dev|start|lint|typecheck|serve|check)): "
    r"|(?:npm ERR!|npm error|remote:|INTERNALERROR>|stderr:|stdout:|STDERR:"
    r"|STDOUT:|(?:\d{1,3}: )?E/flutter \([ \d]{1,8}\):)(?: |$)"
)
_JOB = rx(rf"(?P<job>[\w .()/-]{{1,60}}\t[\w .()/-]{{1,60}}\t)\ufeff?(?={_ISO})")  # gh run view --log
_ISO_PIECE = rf"\[?{_ISO}\]?(?: ?\||:)?(?: |$)"
_TIME_PIECE = r"\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?::|,)?(?: |$)"
_UNIT_PIECE = (
    r"(?P<unit>(?!(?:error|warning|note|help|info)\[)(?:[\w.-]{1,64} )?[\w./-]{1,64}\[[\w.:-]{1,40}\]): ?"
)
_BRACKET_PIECE = rx(
    rf"{_ISO_PIECE}|{_TIME_PIECE}|\[[A-Z][a-z]{{2}} {_MONTH} \d\d \d\d:\d\d:\d\d(?:\.\d+)? \d{{4}}\] "
    r"|\[(?P<bracket>[A-Za-z][\w ./@#-]{0,60}|\d{1,7})\](?: (?![:=])|(?=\t)|$)"
    r"|\[ {0,12}[\w.:-]{1,60}\] (?=[\w.$\[\]/]{3,80} {0,40}: )"
)
_DIGIT_PIECE = rx(rf"{_ISO_PIECE}|{_TIME_PIECE}|{_UNIT_PIECE}")
_WORD_PIECE = rx(
    rf"(?:stdout|stderr) [FP] |(?:\w{{1,20}}=[\w.-]{{1,60}} ){{1,6}}{_LEVEL}: "  # Sidekiq's pid and tid
    rf"|{_UNIT_PIECE}|{_LEVEL} {{1,8}}(?!in |STOP)(?=[\[\w(:-])(?:\d{{1,7}} --- )?"
)
_HASH_PIECE = rx(r"##\[(?:error|warning|debug|section|command|group|endgroup|info)\]")
_PIECES = {"[": _BRACKET_PIECE, "#": _HASH_PIECE, **dict.fromkeys("0123456789", _DIGIT_PIECE)}
"""One piece of a prefix by the sign it begins with; the rest begins with a word."""
_MAY_START = frozenset("0123456789[<#@EINRSTabcdefghijklmnopqrstuvwxyzABCDFGHJKLMOPQUVWXYZ")
_JOB_WIDTH = 122
_AFTER_FIRST = ("bracket", "unit")
_ANT = rx(r"[ \t]{1,8}\[(?:javac|java|junit|junitlauncher|exec|testng|echo|scalac|groovyc)\] ?")
_FENCE = rx(r"[ \t]{0,40}`{3,40}[ \t]{0,8}[\w.+#-]{0,40}[ \t]*$")
_QUOTES = (">", ">", "#", "//", "--", ";;", "|")
"""Twice ``>``: a quote in a quote."""


def strip(text: str, starts: array[int], ends: array[int]) -> dict[int, str]:
    """Move ``starts`` behind the prefixes; return the stream (service, process) of lines that name one."""
    _strip_quotes(text, starts, ends)
    _blank_fences(text, starts, ends)
    streams: dict[int, str] = {}
    for index, start in enumerate(starts):
        end = ends[index]
        if start >= end:
            continue
        head = text[start]
        if head in _MAY_START:
            after, stream = _line_prefix(text, start, end)
            if after != start:
                starts[index] = after
                if stream:
                    streams[index] = stream
        elif head in " \t" and text.startswith("[", start + 4):
            found = _ANT.match(text, start, end)
            if found:
                starts[index] = found.end()
    return streams


def _line_prefix(text: str, start: int, end: int) -> tuple[int, str]:
    stream = ""
    at = start
    head = text[start]
    found: re.Match[str] | None = None
    # Of what begins with a digit only logcat's dates and numbered lines are prefixes of this kind.
    if not head.isdigit() or text[start + 2 : start + 3] == "-" or ":" in text[start + 1 : start + 4]:
        found = _FIRST.match(text, at, end)
    if found is None and text.find("\t", start, min(end, start + _JOB_WIDTH)) >= 0:
        found = _JOB.match(text, at, end)
    if found:
        at = found.end()
        stream = found[found.lastgroup] if found.lastgroup else ""
    elif head.isalpha():
        return at, stream  # a bare level or "stderr F" counts only behind a timestamp
    for _ in range(6):
        found = _PIECES.get(text[at : at + 1], _WORD_PIECE).match(text, at, end)
        if not found or found.end() == at:
            break
        group = found.lastgroup
        if text[at : at + 1].isalpha() and group != "unit" and at == start:
            break  # a bare level or "stderr F" counts only behind a timestamp
        if group == "unit" and at == start:
            break
        if group in _AFTER_FIRST and not stream:
            stream = found[group] if group == "unit" else ""
        at = found.end()
    return at, stream


def _strip_quotes(text: str, starts: array[int], ends: array[int]) -> None:
    """Take off quote and comment marks that several lines in a row begin with."""
    if not starts:
        return
    for mark in _QUOTES:
        run: list[int] = []
        for index in _beginning(text, mark, starts, ends):
            if run and index != run[-1] + 1:
                if len(run) > 1:
                    _drop(text, starts, ends, run, len(mark))
                run = []
            run.append(index)
        if len(run) > 1:
            _drop(text, starts, ends, run, len(mark))


def _blank_fences(text: str, starts: array[int], ends: array[int]) -> None:
    """Empty the lines that open and close code in Markdown: they are no part of what they enclose."""
    if not starts:
        return
    stop, size = ends[-1], len(starts)
    at = text.find("```", starts[0], stop)
    index = 0
    while at >= 0:
        index = bisect_right(starts, at, index) - 1
        if at < ends[index] and _FENCE.match(text, starts[index], ends[index]):
            starts[index] = ends[index]
        index += 1
        if index >= size:
            return
        at = text.find("```", starts[index], stop)


def _beginning(text: str, mark: str, starts: array[int], ends: array[int]) -> Iterator[int]:
    """Lines that begin with ``mark`` and a blank, in order; found from the mark, not line by line."""
    stop, size = ends[-1], len(starts)
    index = -1
    at = text.find(mark, starts[0], stop)
    while at >= 0:
        index = bisect_right(starts, at, max(index, 0)) - 1
        if starts[index] == at < ends[index] and _is_quote(text, at + len(mark), ends[index]):
            yield index
        index += 1
        if index >= size:
            return
        at = text.find(mark, starts[index], stop)


def _is_quote(text: str, at: int, end: int) -> bool:
    return at >= end or text[at] in " \t>"


def _drop(text: str, starts: array[int], ends: array[int], run: list[int], width: int) -> None:
    for index in run:
        at = starts[index] + width
        if at < ends[index] and text[at] == " ":
            at += 1
        starts[index] = min(at, ends[index])
