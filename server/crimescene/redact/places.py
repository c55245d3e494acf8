"""Secrets that their place gives away: headers, URLs, cookies, SQL, XML, command lines."""

from __future__ import annotations

import base64
import binascii
import re
from itertools import chain
from typing import TYPE_CHECKING

from crimescene.redact.finds import Find, candidates, lowered
from crimescene.redact.values import is_path, is_placeholder, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(
    r"(?i:\b(?:proxy-)?authorization|\bx-[\w-]{0,20}(?:token|key|auth))[\"'\\\]]{0,4}\s{0,4}[:=,]\s{0,4}"
    r"[\"'\\]{0,4}(?:(?i:bearer|basic|token|digest|api-?key|negotiate|ssws|key|hawk)\s{1,4})?([\w.~+/=:-]{8,4096})"
)
_SCHEME = re.compile(r"\b(?i:bearer|basic)\s{1,4}([\w.~+/=-]{8,4096})")
_PAIR = re.compile(r"(?i:_?auth)[\"']{0,2}\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9+/]{8,300}={0,2})")
_COOKIES = re.compile(r"(?i:\b(?:set-)?cookie)[\"'\\]{0,4}\s{0,4}[:=]\s{0,4}([^\n]{1,4096})")
_COOKIE = re.compile(r"=([^;\s\"'\\,]{16,4096})")
_USER = re.compile(r"(?<=://)([^\s/:@\"'`<>\\]{20,300})(?=@[\w\[.-]|:x-oauth-basic@)")
_SIGNATURE = re.compile(
    r"(?i:[?&;](?:x-(?:amz|goog)-)?(?:signature|sig|security-token|code)=)"
    r"(?=[\w%+/=.~-]{0,100}\d)([\w%+/=.~-]{20,4096})"
)
_GAP = r"[\s\"',=]{1,4}"  # between the words of a command, also of one that is printed as a list
_COMMANDS = (
    # Programs, and the option that a password follows.
    (r"(?:mysql|mariadb)\w{0,10}", "-p"),
    ("sshpass", f"-p{_GAP}"),
    ("redis-cli", f"-a{_GAP}"),
    (rf"(?:docker|podman|helm){_GAP}(?:registry{_GAP})?login", f"-p{_GAP}"),
    ("curl|wget|https?", rf"(?:-u|--user){_GAP}[^\s\"':]{{1,64}}:"),
    ("machine", f"password{_GAP}"),  # .netrc
    ("snyk", f"auth{_GAP}"),
)
_OTHERS = (
    # What it is, and the pattern whose group is the secret: URLs, SQL, XML, XML again, command lines.
    ("URL password", re.compile(r"(?<=://)[^\s/:@\"'`<>\\]{0,100}:([^\s/\"'`<>\\]{1,200})@(?=[\w\[.-])")),
    ("password", re.compile(r"(?i:\bidentified\s{1,4}by\s{1,4}|\bpassword\s{1,4})'([^'\n]{1,100})'")),
    (
        "password",
        re.compile(r"(?i:ConvertTo-SecureString\s{1,4}(?:-String\s{1,4})?)[\"']([^\"'\n]{4,300})[\"']"),
    ),
    ("Telegram token", re.compile(r"(?<=/bot)(\d{8,10}:[\w-]{35})(?![\w-])")),
    ("password", re.compile(r"(?i:password|passwd|secret|token|api[_-]?key)>([^<>\s]{4,300})</")),
    (
        "password",
        re.compile(
            r"(?i:\b(?:name|key)=[\"'][\w.-]{0,60}(?:password|passwd|secret|api[_-]?key)[\"']\s{1,8}value=)"
            r"[\"']([^\"'\n]{4,300})[\"']"
        ),
    ),
    (
        "password",
        re.compile(
            r"(?<=-)(?i:password|passwd|secret|token|api-?key)\s{1,4}[\"']?"
            r"(?=[^\s\"']{0,100}[\d!@#$%^*+~?])([^\s\"'-][^\s\"']{5,300})"
        ),
    ),
    *(
        (
            "password",
            re.compile(
                rf"\b(?:{program})\b[^\n]{{0,200}}?(?<=[\s\"']){option}"
                r"(?=[^\s\"']{0,100}[A-Za-z!@#$%^*+~?])([^\s\"'-][^\s\"']{3,300})"
            ),
        )
        for program, option in _COMMANDS
    ),
    (
        "recovery phrase",
        re.compile(
            r"(?i:\b(?:mnemonic|(?:seed|recovery)[_ -]?phrase)[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
            r"((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b"
        ),
    ),
)
_LINES = (
    # What stands on a line of its own, or leads to another line.
    (
        "password",
        "variable",  # Terraform
        re.compile(
            r"(?i)\bvariable\s{1,4}\"[\w-]{0,60}(?:passw|secret|token|api_?key|credential)[\w-]{0,60}\"\s{0,4}\{"
            r"[^{}]{0,400}?\bdefault\s{0,8}=\s{0,8}\"([^\"\n]{4,300})\""
        ),
    ),
    (
        "password",
        ":",  # .pgpass: host, port, database, user
        re.compile(r"(?m)^[\w.*-]{1,250}:(?:\d{3,5}|\*):[\w*-]{1,63}:[\w.*-]{1,63}:([^\s:]{6,200})$"),
    ),
    (
        "password hash",
        "$",
        re.compile(
            r"(?<![\w$])\$(?:1|5|6|7|y|apr1|2[abxy]|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,12})\$"
            r"([\w./=,+$-]{20,300})"
        ),
    ),
)
_HINT = re.compile(
    r"securestring|/bot\d|authoriz|auth[\"' ]{0,2}[:=]|x-|bearer |basic |cookie|://|identified|password|passwd|secret"
    r"|token|api[_-]?key|signature=|sig=|code=|mysql|mariadb|sshpass|redis-cli|docker|podman|helm"
    r"|curl|wget|http |machine |mnemonic|phrase|snyk"
)


def located(text: str) -> Iterator[Find]:
    """Credentials in HTTP headers, URLs, SQL, XML and command lines."""
    for line in candidates(_HINT, text, lowered(text)):
        yield from _credentials(text, line)
        yield from _cookies(text, line)
        for match in chain(_USER.finditer(text, *line), _SIGNATURE.finditer(text, *line)):
            if made_up(match[1]) and not is_placeholder(match[1]):
                kind = "URL password" if match.re is _USER else "signature"
                yield Find(match.start(1), match.end(1), match[1], kind)
        for kind, pattern in _OTHERS:
            for match in pattern.finditer(text, *line):
                if not (is_placeholder(match[1]) or is_path(match[1])):
                    yield Find(match.start(1), match.end(1), match[1], kind)


def on_lines(text: str) -> Iterator[Find]:
    """Credentials in files of their own form: of PostgreSQL, of Terraform, password hashes."""
    for kind, sign, pattern in _LINES:
        for match in pattern.finditer(text) if sign in text else ():
            if made_up(match[1]) and not is_placeholder(match[1]):
                yield Find(match.start(1), match.end(1), match[1], kind)


def _cookies(text: str, line: tuple[int, int]) -> Iterator[Find]:
    for header in _COOKIES.finditer(text, *line):
        for match in _COOKIE.finditer(text, header.start(1), header.end(1)):
            if made_up(match[1]):
                yield Find(match.start(1), match.end(1), match[1], "cookie")


def _credentials(text: str, line: tuple[int, int]) -> Iterator[Find]:
    for match in chain(_HEADER.finditer(text, *line), _SCHEME.finditer(text, *line)):
        value = match[1]
        if not is_path(value) and (made_up(value) or _is_pair(value)):
            yield Find(match.start(1), match.end(1), value, "authorization")
    for match in _PAIR.finditer(text, *line):
        if _is_pair(match[1]):
            yield Find(match.start(1), match.end(1), match[1], "authorization")


def _is_pair(value: str) -> bool:
    """Whether ``value`` is base64 of ``user:password``, as in basic authentication."""
    try:
        return ":" in base64.b64decode(value, validate=True).decode("utf-8")
    except (ValueError, binascii.Error):
        return False
