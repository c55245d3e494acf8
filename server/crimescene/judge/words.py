"""What single lines say in each language's words: errors dropped, checks switched off, more attempts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.judge.evidence import Flag
from crimescene.languages import language_for

if TYPE_CHECKING:
    from crimescene.judge.diffs import FileDiff

NEAR = 12
"""Lines around the crash line within which something is about it."""
_RECOVERS = 80
"""Lines before the crash line in which a function may begin that recovers from a panic."""
_ECMA = frozenset({"javascript", "typescript", "tsx", "jsx"})
_SWALLOWS = (
    (
        _ECMA,
        re.compile(
            r"\.catch\s*\(\s*(?:\(?\w*\)?\s*=>\s*(?:\{\s*\}|null|undefined|\[\]|\(?\{\}\)?|false|0)"
            r"|function\s*\(\w*\)\s*\{\s*\})\s*\)"
        ),
        "the rejection is caught and dropped",
    ),
    (
        frozenset({"python"}),
        re.compile(r"\b(?:contextlib\.)?suppress\s*\("),
        "the error is suppressed",
    ),
    (
        frozenset({"ruby"}),
        re.compile(r"\brescue\s+(?:nil|false|\[\]|\{\}|0|''|\"\")\s*$|\brescue\s*=>?\s*\w*;?\s*end"),
        "the error is rescued into a constant",
    ),
    (
        frozenset({"go"}),
        re.compile(r"\bif\s+recover\(\)\s*!=|\b_\s*=\s*recover\(\)|\bdefer\s+func\(\)\s*\{\s*recover\(\)"),
        "the panic is recovered from and dropped",
    ),
    (
        frozenset({"go"}),
        re.compile(r"\w\s*,\s*_\s*:?=\s*(?!range\b)\S"),
        "what says whether it went well is dropped",
    ),
    (
        frozenset({"rust"}),
        re.compile(r"\blet\s+_\s*=\s*|\bif let Ok\(|catch_unwind"),
        "the error is dropped",
    ),
    (
        frozenset({"php"}),
        re.compile(r"(?:=|\breturn)\s*@[\w$]|^\s*@\$?\w+.*\("),
        "the error is silenced with @",
    ),
    (
        frozenset({"kotlin", "scala"}),
        re.compile(
            r"\brunCatching\b.*\.(?:getOrDefault|getOrNull|getOrElse)\b"
            r"|\bTry\s*[({].*\.(?:getOrElse|toOption)\b"
        ),
        "the error is caught and replaced by a constant",
    ),
    (frozenset({"swift"}), re.compile(r"\btry\?"), "the error is dropped by try?"),
)
_LOOSE = re.compile(
    r"\bas any\b|:\s*any\b|@ts-(?:ignore|nocheck|expect-error)|#\s*type:\s*ignore|\bcast\(\s*Any"
    r"|@SuppressWarnings|@Suppress\(|eslint-disable"
    r"|\binterface\{\}|#\s*pragma: no|#\[allow\(|:\s*Any\b|\bunsafe\s*\{|#pragma warning disable|: dynamic\b"
    r"|rubocop:disable|@phpstan-ignore|NOLINT|#\s*noqa|//\s*nolint|\bdynamic\s+\w+\s*="
)
_TIMING = re.compile(
    r"(?i)\b(\w*(?:timeout|retr(?:y|ies)|attempts|delay|sleep|wait|backoff"
    r"|interval|deadline)\w*)\b[^\n]{0,40}?(\d[\d_.]*)"
)
_SLEEPS = re.compile(
    r"\b(?:time\.sleep|sleep|setTimeout|Thread\.sleep|Task\.Delay|usleep|asyncio\.sleep|time\.Sleep|delay"
    r"|thread::sleep|sleep_for|Process\.sleep)\s*\("
)
AGAIN = re.compile(
    r"^\s*@(?:\w+\.)*(?:retry\w*|retrying|backoff|on_exception|flaky|Retryable|RetryingTest|tenacity)\b"
    r"|\b(?:jest\.retryTimes|this\.retries|p?[rR]etry|withRetr(?:y|ies)|backOff|retry_on|retryWhen)\s*\("
    r"|\bfor\s+_?(?:attempt|retry|tries|try_?no)\w*\b|\b(?:attempt|retr(?:y|ies)|tries)\w*\s*(?:\+\+|\+=\s*1)"
)


def found_in(diff: FileDiff, crash: int) -> list[Flag]:
    """What the added lines say that the removed ones did not."""
    found: list[Flag] = []
    language = language_for(diff.path)
    name = language.id if language is not None else ""
    gone = [text for _, text in diff.removed]
    for lineno, text in diff.added:
        line = frozenset({lineno})
        near = bool(crash) and abs(lineno - crash) <= NEAR
        for languages, pattern, reason in _SWALLOWS:
            said = near and name in languages and pattern.search(text)
            if said and not any(pattern.search(old) for old in gone):
                found.append(Flag("swallowed", diff.path, lineno, f"{reason}: `{text.strip()[:80]}`", line))
        if _LOOSE.search(text) and not any(_LOOSE.search(old) for old in gone):
            found.append(
                Flag("loosened", diff.path, lineno, f"a check is switched off: `{text.strip()[:80]}`", line)
            )
        for pattern, reason in ((_SLEEPS, "it waits"), (AGAIN, "it tries again")):
            if pattern.search(text) and not any(pattern.search(old) for old in gone):
                found.append(Flag("retried", diff.path, lineno, f"{reason}: `{text.strip()[:80]}`", line))
                break
        else:
            if raised := _raised(text, gone):
                found.append(Flag("retried", diff.path, lineno, raised, line))
    if name == "go":
        found += _recovered(diff, crash)
    return found


def _recovered(diff: FileDiff, crash: int) -> list[Flag]:
    """Deferred functions that recover from the panic and neither raise it again nor make an error of it."""
    found: list[Flag] = []
    for part in diff.parts:
        block: list[tuple[int, str]] = []
        for lineno in part.added:
            text = part.new[lineno - part.new_lineno].strip()
            if text.startswith("defer func"):
                block = []
            elif not block:
                continue
            block.append((lineno, text))
            if text.startswith("}("):
                body = "\n".join(line for _, line in block)
                told = re.search(
                    r"\bpanic\(|\berr\w*\s*:?=(?!\s*recover\(\))|\berrors?\.|\bErrorf\(|<-", body
                )
                before = 0 <= crash - block[0][0] <= _RECOVERS
                if "recover()" in body and not told and before:
                    lines = frozenset(n for n, _ in block)
                    reason = "the panic is recovered from and dropped"
                    found.append(Flag("swallowed", diff.path, block[0][0], reason, lines))
                block = []
    return found


def _raised(text: str, gone: list[str]) -> str:
    """A timeout or number of attempts that is higher than before."""
    now = _TIMING.search(text)
    for old in gone:
        then = _TIMING.search(old)
        if now and then and now[1] == then[1] and _number(now[2]) > _number(then[2]):
            return f"`{now[1]}` is raised from {then[2]} to {now[2]}"
    return ""


def _number(text: str) -> float:
    try:
        return float(text.replace("_", "").rstrip("."))
    except ValueError:
        return 0.0
