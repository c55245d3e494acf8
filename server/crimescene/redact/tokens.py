"""Secrets that tell by their own form what they are."""

from __future__ import annotations

import base64
import binascii
import json
import re
from functools import cache
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING

from crimescene.redact.finds import Find, candidates, random
from crimescene.redact.forms import FORMS
from crimescene.redact.values import by_chance

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?)-----")
_BEFORE = r"(?m:^\+|(?<=\\)[nr]|(?<![A-Za-z0-9+/=]))"  # the sign of a diff, the n of a \n: no part of a key
_INSIDE = re.compile(_BEFORE + r"([A-Za-z0-9+/=]{4,})")
_LOOKS_LIKE = re.compile(_BEFORE + r"([A-Za-z0-9+/]{16,}={0,2})")


def key_blocks(text: str) -> Iterator[Find]:
    """PEM and PGP private keys, over several lines or one; quoted, indented or in a diff."""
    begins = list(_BEGIN.finditer(text))
    for n, begin in enumerate(begins):
        until = begins[n + 1].start() if n + 1 < len(begins) else len(text)
        end = text.find(f"-----END {begin[1]}-----", begin.end(), until)
        spans = list(_key_lines(text, begin.end(), end if end >= 0 else until, ended=end >= 0))
        secret = "".join(re.sub(r"\\[nr]|\s", "", text[a:b]) for a, b in spans)
        for place, (a, b) in enumerate(spans):
            yield Find(a, b, secret, "private key", more=place > 0)


_PUTTY = re.compile(r"(?m)^Private-Lines: \d{1,4}\r?\n((?:[A-Za-z0-9+/]{4,80}={0,2}\r?\n?){1,200})")


def putty_keys(text: str) -> Iterator[Find]:
    """The private half of PuTTY's key files."""
    for match in _PUTTY.finditer(text) if "Private-Lines:" in text else ():
        secret = "".join(match[1].split())
        for place, line in enumerate(re.finditer(r"[^\r\n]+", match[1])):
            start = match.start(1) + line.start()
            yield Find(start, start + len(line[0]), secret, "private key", more=place > 0)


def _key_lines(text: str, at: int, until: int, *, ended: bool) -> Iterator[tuple[int, int]]:
    """What each line holds of a key: up to its end or, if that was cut off, as far as it looks like a key."""
    first = True
    while at <= until:
        stop = text.find("\n", at, until)
        stop = until if stop < 0 else stop
        runs = list((_INSIDE if ended else _LOOKS_LIKE).finditer(text, at, stop))
        if ended and ": " in text[at:stop]:  # a header of the block: "Proc-Type: 4,ENCRYPTED"
            runs = []
        if runs:
            yield runs[0].start(1), runs[-1].end(1)
        elif not (first or ended):
            return
        first, at = False, stop + 1


# ------------------------------------------------------------------ tokens that tell what they are

_JWT = re.compile(r"(?<![\w-])(eyJ[\w-]{6,})\.(eyJ[\w-]{2,}|[\w-]{10,})\.[\w-]*")


def prefixed(text: str) -> Iterator[Find]:
    """Tokens known by their prefix that the library does not know or finds only in part; JWT."""
    for literal, kind, form in FORMS:
        if literal in text:
            for match in _compiled(form).finditer(text):
                if by_chance(match[0].removeprefix(literal)):
                    yield Find(match.start(), match.end(), match[0], kind)
    if "eyJ" in text:
        for match in _JWT.finditer(text):
            if _is_json(match[1]):
                yield Find(match.start(), match.end(), match[0], "JWT")


@cache
def _compiled(form: str) -> re.Pattern[str]:
    begin = r"(?:(?<![A-Za-z0-9_.-])|(?<=\\[nrt]))"  # the n of a \\n in JSON is no part of a word
    return re.compile(rf"{begin}{form}(?![A-Za-z0-9])")


def _is_json(part: str) -> bool:
    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), dict)
    except (ValueError, binascii.Error):
        return False


_PLUGINS = (
    # Plugin of detect-secrets, its class, what it finds, and a pattern cheaper than its own that must occur.
    # Its keyword, entropy and assignment plugins are left out: they take code for secrets (docs/decisions).
    (
        "aws",
        "AWSKeyDetector",
        "AWS key",
        re.compile(r"A(?:3T|BIA|CCA|KIA|SIA)[A-Z0-9]{16}|[Aa][Ww][Ss].{0,40}[\"']"),
    ),
    ("azure_storage_key", "AzureStorageKeyDetector", "Azure key", re.compile(r"AccountKey=")),
    ("discord", "DiscordBotTokenDetector", "Discord token", re.compile(r"\.[\w-]{6}\.[\w-]{27}")),
    ("github_token", "GitHubTokenDetector", "GitHub token", re.compile(r"gh[pousr]_")),
    ("gitlab_token", "GitLabTokenDetector", "GitLab token", re.compile(r"gl[a-z]{2,5}-[\w-]{20}|GR1348941")),
    ("mailchimp", "MailchimpDetector", "Mailchimp key", re.compile(r"-us\d")),
    ("pypi_token", "PypiTokenDetector", "PyPI token", re.compile(r"pypi-Ag")),
    ("sendgrid", "SendGridDetector", "SendGrid key", re.compile(r"SG\.[\w-]{22}\.")),
    ("square_oauth", "SquareOAuthDetector", "Square secret", re.compile(r"sq0csp-")),
    ("telegram_token", "TelegramBotTokenDetector", "Telegram token", re.compile(r":[\w-]{35}")),
    ("twilio", "TwilioKeyDetector", "Twilio key", re.compile(r"(?:AC|SK)[a-f0-9]{32}")),
)


@cache
def _patterns(module: str, name: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a plugin; importing the first costs some 100 ms."""
    plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
    return tuple(plugin().denylist)


def vendors(text: str) -> Iterator[Find]:
    """What the library finds, if it stands alone: not amid a longer word or a block of data."""
    for module, name, kind, hint in _PLUGINS:
        for line in candidates(hint, text):
            for match in chain.from_iterable(p.finditer(text, *line) for p in _patterns(module, name)):
                start, end = match.span(0)
                if module == "azure_storage_key":
                    start = text.index("=", start) + 1
                elif module == "aws" and match.re.groups:
                    start, end = match.span(match.re.groups)
                alone = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
                if alone and random(text[start:end]) and by_chance(text[start:end]):
                    yield Find(start, end, text[start:end], kind)
