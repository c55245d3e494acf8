"""What loggers, containers and CI systems print before a line.

Forms: docker compose, kubectl/CRI, concurrently, turbo, pnpm and yarn, pm2, foreman, syslog (RFC 3164, RFC
5424, journalctl), Heroku, logcat and Android Studio, GitHub Actions (raw logs and ``gh run view``), GitLab,
TeamCity, glog, Maven/sbt ``[error]``, npm, git remote, Ant tasks, BuildKit's steps, NSLog, torchrun's
ranks, pytest's INTERNALERROR, and timestamps of common loggers; what a logger prints behind the time is found
by lines that share it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from crimescene.traces import margins
from crimescene.traces.patterns import rx
from crimescene.traces.shared_prefixes import masked

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

_ISO = r"\d{4}[-/.]\d\d[-/.]\d\d(?:[T _]|, )\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_ISO += r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LEVEL = r"(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL|CRITICAL|SEVERE|NOTICE)"

_STEP = r"(?:\d\.\d{3}|\d\d\.\d\d|\d{3,6}\.\d)(?= |$)"
"""Seconds since a step of BuildKit began: ``0.512``, ``61.02``, ``112.3``."""
_FIRST = rx(
    rf"(?P<stream>(?!Line {{1,4}}\|)[A-Za-z][\w.-]{{0,62}}) {{1,40}}\|(?: |$)"  # docker compose
    rf"|(?:<\d{{1,3}}>)?{_MONTH} {{1,2}}\d{{1,2}} \d\d:\d\d:\d\d (?P<syslog>[\w.-]{{1,64}} [\w./@-]"
    rf"{{1,64}}(?:\[\d+\])?): ?"
    r"|<\d{1,3}>1 \S{1,40} (?P<rfc5424>\S{1,255} \S{1,48} \S{1,128}) \S{1,32} "
    r"(?:-|\[[^\]\n]{0,400}\]) (?:\ufeff)?"
    r"|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {1,6}(?P<logcat>\d{1,7} {1,6}\d{1,7} [VDIWEFA] [\w.$-]{1,64"
    r"}) {0,30}: ?"
    r"|[VDIWEF]/(?P<tag>[\w.$-]{1,64} {0,20}\( {0,6}\d{1,7}\)): ?"
    rf"|{_MONTH} {{1,2}}\d{{1,2}} \d\d:\d\d:\d\d [AP]M  "  # Render
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} {1,7}\d{1,7} "  # glog
    rf"|#\d{{1,4}} {_STEP} ?"
    rf"|{_LEVEL} (?={_ISO})"  # Google Cloud
    r"|\d{1,4}\|(?P<pm2>[\w.@/-]{1,60}) {0,40}\| "
    r"|\d{10}\.\d{3,9} "
    r"|\[(?P<pod>pod/[\w./-]{1,200})\] ?"
    r"|(?P<stern>[a-z0-9][a-z0-9.-]{0,200}-[a-z0-9]{5,10}-[a-z0-9]{5} [a-z0-9][a-z0-9-]{0,62})(?: |$)"
    r"|\[(?P<rank>rank\d{1,6})\]: ?"  # torch.distributed, below torchrun's own
    r"|\[(?P<role>[A-Za-z_]\w{0,40}\d)\]:(?:\[rank\d{1,6}\]: ?)?(?! \S)"
    r"|\[(?P<workspace>@[\w./-]{1,80})\]: "
    r"|(?P<package>@[\w.-]{1,60}/[\w.-]{1,60}): "  # lerna
    r"|➤ YN\d{4}: (?:[│┌└] |\[(?P<member>[\w@./-]{1,80})\]: )?"
    r"|(?P<task>@?[\w.-]{1,60}(?:/[\w.-]{1,60}){0,4}[: ]"
    r"(?:build|test|dev|start|lint|typecheck|serve|check)): "
    r"|(?:npm ERR!|npm error|remote:|INTERNALERROR>|stderr:|stdout:|STDERR:"
    r"|STDOUT:|(?:\d{1,3}: )?E/flutter \([ \d]{1,8}\):)(?: |$)"
)
_JOB = rx(rf"(?P<job>[\w .()/-]{{1,60}}\t[\w .()/-]{{1,60}}\t)\ufeff?(?={_ISO})")  # gh run view --log
_ISO_PIECE = (
    rf"\[?{_ISO}(?:, ?|(?:: [A-Z]{{4,8}}/[\w.:-]{{1,60}})?\]?)(?: ?\||:)?"
    r"(?:[ \t]|$)(?:[0-9a-f]\d[OE](?:\+|[ ]|$)|(?<=\t)[A-Z]{4,8}\t)?"
)
""" GitLab's runner names the stream behind the time, Celery the worker inside the brackets."""
_TIME_PIECE = (
    r"\[\d\d:\d\d:\d\d\](?:[WEFid]?:| :)[ \t]{1,8}\[Step \d{1,4}/\d{1,4}\] "  # TeamCity
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?::|,)?(?: |$)"
    r"(?:(?P<stream>[A-Za-z][\w.-]{0,62}) {1,40}\|(?: |$))?"  # foreman
)
_UNIT_PIECE = (
    r"(?P<unit>(?!(?:error|warning|note|help|info)\[)(?:[\w.-]{1,64} )?[\w./-]{1,64}\[[\w.:-]{1,40}\]): ?"
    r"|[\w.-]{1,64}\[\d{1,7}:[0-9a-f]{1,16}\] "  # Apple's NSLog
)
_BRACKET_PIECE = rx(
    rf"{_ISO_PIECE}|{_TIME_PIECE}|\[[A-Z][a-z]{{2}} {_MONTH} \d\d \d\d:\d\d:\d\d(?:\.\d+)? \d{{4}}\] "
    r"|\[(?P<bracket>[A-Za-z][\w ./@#-]{0,60}|\d{1,7})\](?: (?!:|={1,2}(?!=|\d+==))|(?=\t)|$)"
    r"|\[ {0,12}[\w.:-]{1,60}\] (?=[\w.$\[\]/]{3,80} {0,40}: )"
)
_STUDIO_PIECE = (
    r" ?\d{1,7}-\d{1,7}(?:/[\w.:-]{1,100} [VDIWEF]/[\w.$-]{1,64}: "
    r"|  [^ ]{1,64} {1,40}[\w.:-]{1,100} {1,40}[VDIWEF]  )"
)
_DIGIT_PIECE = rx(rf"{_ISO_PIECE}|{_TIME_PIECE}|{_STUDIO_PIECE}|{_UNIT_PIECE}")
_WORD_PIECE = rx(
    rf"(?:stdout|stderr) [FP] |(?:\w{{1,20}}=[\w.-]{{1,60}} ){{1,6}}{_LEVEL}: "  # Sidekiq's pid and tid
    rf"|{_UNIT_PIECE}|{_LEVEL}(?: {{1,8}}(?=\[[A-Za-z]|- )|(?<=NFO) {{5}}(?=\| )|(?<=ROR|BUG) {{4}}(?=\| )"
    r"|(?<=NFO|ARN)  (?=\S)| )(?!in |STOP)(?:\d{1,7} --- )?"
)
_HASH_PIECE = rx(
    rf"##\[(?:error|warning|debug|section|command|group|endgroup|info)\](?:{_STEP} ?)?"  # a build's step
)
_PIECES = {
    "[": _BRACKET_PIECE,
    "#": _HASH_PIECE,
    " ": rx(_STUDIO_PIECE),
    **dict.fromkeys("0123456789", _DIGIT_PIECE),
}
"""One piece of a prefix by the sign it begins with; the rest begins with a word."""
_MAY_START = frozenset("0123456789[<#@➤EINRSTabcdefghijklmnopqrstuvwxyzABCDFGHJKLMOPQUVWXYZ")
_SEPARATES = rx(r"[:|>#\t]|npm (?:ERR!|error)|-[a-z0-9]{5} [a-z0-9]")
"""What each prefix holds that does not begin with a time."""
_NUMBERED = rx(r"\d{1,3}:|\d{1,4}\||\d{10}\.")
_ALIKE, _AHEAD = 56, 6
"""Characters that decide about a prefix, and how far one looks ahead."""
_TIMES = frozenset("0123456789[")
_JOB_WIDTH = 122
_AFTER_FIRST = ("bracket", "unit")
_ANT = rx(r"[ \t]{1,8}\[(?:javac|java|junit|junitlauncher|exec|testng|echo|scalac|groovyc)\] ?")


def strip(text: str, starts: array[int], ends: array[int]) -> tuple[dict[int, str], array[int]]:
    """Move ``starts`` behind the prefixes.

    Returns the stream (service, process) of lines that name one, and the lines that had a prefix.
    """
    margins.strip(text, starts, ends)
    streams: dict[int, str] = {}
    known: dict[str, tuple[int, str]] = {}
    stamped = array("q")
    for index in _candidates(text, starts, ends):
        start, end = starts[index], ends[index]
        if start >= end:
            continue
        head = text[start]
        if head in _TIMES or (head in _MAY_START and _SEPARATES.search(text, start, end)):
            # Lines of a log begin alike but for digits, and no prefix tells one digit from another.
            begin = masked(text[start : start + _ALIKE]) if head in _TIMES else ""
            if begin and begin in known and start + _ALIKE < end:
                width, stream = known[begin]
                after = start + width
            else:
                after, stream = _line_prefix(text, start, end)
                if begin and not stream and after - start < _ALIKE - _AHEAD and start + _ALIKE < end:
                    known[begin] = after - start, stream
            if after != start:
                starts[index] = after
                stamped.append(index)
                if stream:
                    streams[index] = stream
        elif head in " \t" and text.startswith("[", start + 4):
            found = _ANT.match(text, start, end)
            if found:
                starts[index] = found.end()
    return streams, stamped


def _candidates(text: str, starts: array[int], ends: array[int]) -> Iterable[int]:
    """Lines that may have a prefix: of those that begin with a blank, as most of traces do, only Ant's."""
    if not starts or any(text.find(sign, starts[0], ends[-1]) >= 0 for sign in (" [", "\t[")):
        return range(len(starts))
    return [index for index, start in enumerate(starts) if text[start : start + 1] not in {" ", "\t"}]


def _line_prefix(text: str, start: int, end: int) -> tuple[int, str]:
    stream = ""
    at = start
    head = text[start]
    found: re.Match[str] | None = None
    # Of what begins with a digit only few are prefixes of this kind.
    if not head.isdigit() or text[start + 2 : start + 3] == "-" or _NUMBERED.match(text, start, end):
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
